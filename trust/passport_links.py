"""Links by which a partner shows some of its passport to somebody who has no place here. Each has
a secret that only its address holds, a last day, and can be ended at once.

A link shows what was chosen as it stood then: it is a word given on that day, and whatever is
added later does not go out unseen. What was taken away since, and an agreement that has ended, is
gone from it too. The partner itself goes on reading what each link showed, by name and day, as long
as the link is kept; the words of a paper go with the paper."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from trust import attachments, passport, throttle
from trust.act import Act, Actor, verb
from trust.agreements import Agreement
from trust.attachments import Attachment
from trust.audit import Event
from trust.partners import Partner
from trust.passport import STATES as PAPERS
from trust.passport import Paper
from trust.people import Person
from trust.records import N_, STAYS, Hidden, Msg, Record, Ref, Refused
from trust.signin import sha256
from trust.states import Move, table

MOST_DAYS = 90
MOST_A_DAY = 20
LONGEST_NOTE = 200

STATES = table(
    "passport_link",
    "open",
    {"open": N_("Can be opened"), "ended": N_("You ended it")},
    [Move("passport_link:end", ("open",), "ended", "passport:share")],
)


class PassportLink(Record):
    """One link. ``to_whom`` is the partner's own note; ``shown`` what was chosen, as it stood
    when the link was made; of the secret only the hash is kept."""

    __tablename__ = "passport_link"

    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    to_whom: Mapped[str] = mapped_column(String(LONGEST_NOTE))
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)

    giver: Mapped[Partner] = relationship()
    by: Mapped[Person] = relationship()

    @classmethod
    def visible(cls, stmt: Select["PassportLink"], actor: Actor) -> Select["PassportLink"]:
        """The partner whose it is."""
        return stmt.where(cls.giver_id.in_(actor.ids("passport:share", "partner")))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.giver_id),)

    def is_open(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.state == "open" and self.expires_at > now


@dataclass(frozen=True)
class Item:
    """One thing as a link shows it."""

    kind: str
    name: str
    words: str
    dated: date
    until: date | None
    files: list[Attachment]


@dataclass(frozen=True)
class Shown:
    """What a link shows now: things, and agreements as (with whom, since when)."""

    items: list[Item]
    agreements: list[tuple[str, datetime]]


@verb("passport_link:make", may="passport:share", creates=True)
def make(
    act: Act,
    partner: Partner,
    /,
    *,
    papers: Collection[int],
    agreements: Collection[int],
    files: bool,
    to_whom: str,
    days: int,
    secret: str,
) -> PassportLink:
    """Make a link to some of a partner's passport, for 1 to 90 days.

    Raises ``Refused`` when nothing was chosen, for another number of days, without a note to whom
    it goes, and for more than twenty a day; ``Hidden`` for what is not the partner's own.
    """
    if not passport.has_one(partner):
        raise Hidden("passport")
    if not papers and not agreements:
        raise Refused(N_("Choose what the link shows."), field="items")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(Msg(N_("Choose from 1 to %(most)s days."), {"most": MOST_DAYS}), field="days")
    if not to_whom.strip():
        raise Refused(N_("Note whom it is for. Only your group reads this."), field="to_whom")
    throttle.daily(act, "passport-link", MOST_A_DAY)
    own = {one.id: one for one in passport.of(act.session, act.actor, partner.id)}
    held = {one.id: one for one in passport.agreements_of(act.session, partner.id)}
    if set(papers) - set(own) or set(agreements) - set(held):
        raise Hidden("paper")
    hang = attachments.of(act.session, *(Ref("paper", id) for id in papers)) if files else {}
    assert act.actor.person_id is not None
    made = PassportLink(
        giver_id=partner.id,
        by_id=act.actor.person_id,
        to_whom=" ".join(to_whom.split())[:LONGEST_NOTE],
        shown={
            "papers": [
                _as_it_stands(one, hang.get(Ref.of(one), []))
                for id, one in own.items()
                if id in papers
            ],
            "agreements": [id for id in held if id in agreements],
        },
        secret_sha256=sha256(secret),
        expires_at=act.now + timedelta(days=days),
    )
    act.session.add(made)
    act.session.flush()
    act.fact(papers=sorted(papers), agreements=sorted(agreements), files=files, days=days)
    return made


def _as_it_stands(one: Paper, files: list[Attachment]) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "words": one.words,
        "dated": one.dated.isoformat(),
        "until": one.until.isoformat() if one.until else None,
        "files": [file.id for file in files],
    }


@verb("paper:take-away", table=PAPERS)
def take_away(act: Act, paper: Paper) -> None:
    """Take something off the passport, with its words and files, and from every link too: of what a
    link showed, the partner keeps the name and the days."""
    attachments.take_down(act, paper)
    paper.name = paper.words = ""
    links = select(PassportLink).where(PassportLink.giver_id == paper.giver_id)
    for link in act.session.scalars(links):
        chosen = link.shown["papers"]
        if any(one["id"] == paper.id and one["words"] for one in chosen):
            without = [{**one, "words": ""} if one["id"] == paper.id else one for one in chosen]
            link.shown = {**link.shown, "papers": without}


@verb("passport_link:end", table=STATES)
def end(act: Act, link: PassportLink) -> None:
    """End a link. From this moment it opens nothing."""


@verb("passport_link:open", may="public")
def opened(act: Act, link: PassportLink) -> None:
    """Somebody who has the secret opened it, by a button: the day and the time are noted, and
    nothing about whoever it was."""


def of(session: Session, actor: Actor, partner_id: int) -> list[PassportLink]:
    """The links that a partner made, newest first."""
    stmt = select(PassportLink).where(PassportLink.giver_id == partner_id)
    stmt = stmt.options(joinedload(PassportLink.by)).order_by(PassportLink.id.desc()).limit(200)
    return list(session.scalars(PassportLink.visible(stmt, actor)))


def by_secret(session: Session, secret: str, now: datetime) -> PassportLink:
    """The link that a secret opens. Raises ``Hidden``, the same for one that is over, was ended
    or never was."""
    stmt = select(PassportLink).where(PassportLink.secret_sha256 == sha256(secret))
    link = session.scalars(stmt.options(joinedload(PassportLink.giver))).first()
    if link is None or not link.is_open(now):
        raise Hidden("passport_link")
    return link


def shown(session: Session, link: PassportLink) -> Shown:
    """What a link shows now: as it stood when it was made, without what is gone since."""
    chosen = link.shown["papers"]
    kept = select(Paper.id).where(
        Paper.id.in_([one["id"] for one in chosen]), Paper.state == "kept"
    )
    there = set(session.scalars(kept))
    files = attachments.of(session, *(Ref("paper", id) for id in there))
    stmt = select(Agreement).where(
        Agreement.id.in_(link.shown["agreements"]), Agreement.state == "in-force"
    )
    stmt = stmt.options(joinedload(Agreement.giver), joinedload(Agreement.taker))
    return Shown(
        items=[
            Item(
                kind=one["kind"],
                name=one["name"],
                words=one["words"],
                dated=date.fromisoformat(one["dated"]),
                until=date.fromisoformat(one["until"]) if one["until"] else None,
                files=[file for file in files[Ref("paper", one["id"])] if file.id in one["files"]],
            )
            for one in chosen
            if one["id"] in there
        ],
        agreements=[
            (_other(one, link.giver_id), one.in_force_at)
            for one in session.scalars(stmt.order_by(Agreement.id))
            if one.in_force_at is not None
        ],
    )


@dataclass(frozen=True)
class Once:
    """One paper that a link showed, and whether it shows it still. ``files`` is how many."""

    kind: str
    name: str
    dated: date
    until: date | None
    files: int
    there: bool


@dataclass(frozen=True)
class ShownOnce:
    """What a link showed when it was made: papers, and agreements as (with whom, since when,
    whether it is still in force)."""

    papers: list[Once]
    agreements: list[tuple[str, datetime, bool]]


def chosen(session: Session, link: PassportLink) -> ShownOnce:
    """All that a link was made for, also what it does not show any more: for its owner."""
    papers = link.shown["papers"]
    kept = select(Paper.id).where(Paper.id.in_([one["id"] for one in papers]))
    there = set(session.scalars(kept.where(Paper.state == "kept")))
    stmt = select(Agreement).where(Agreement.id.in_(link.shown["agreements"]))
    stmt = stmt.options(joinedload(Agreement.giver), joinedload(Agreement.taker))
    return ShownOnce(
        papers=[
            Once(
                kind=one["kind"],
                name=one["name"],
                dated=date.fromisoformat(one["dated"]),
                until=date.fromisoformat(one["until"]) if one["until"] else None,
                files=len(one["files"]),
                there=one["id"] in there,
            )
            for one in papers
        ],
        agreements=[
            (_other(one, link.giver_id), one.in_force_at, one.state == "in-force")
            for one in session.scalars(stmt.order_by(Agreement.id))
            if one.in_force_at is not None
        ],
    )


def _other(agreement: Agreement, partner_id: int) -> str:
    if agreement.giver_id == partner_id:
        return agreement.taker.name
    return agreement.giver.name


def openings(session: Session, *ids: int) -> dict[int, list[datetime]]:
    """When each of these links was opened, newest first."""
    found: dict[int, list[datetime]] = {id: [] for id in ids}
    stmt = select(Event.subject, Event.at).where(
        Event.verb == "passport_link:open",
        Event.subject.in_([Ref("passport_link", id) for id in ids]),
    )
    for subject, at in session.execute(stmt.order_by(Event.id.desc())):
        found[subject.id].append(at)
    return found
