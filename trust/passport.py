"""The trust passport: what a partner has done once and can show to anybody who asks: its rules,
its policies, its insurance. The partner owns the page. It is no rating, and nobody asks for it or
sees it here but the partner itself (trust.md, "Trust passport")."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from trust import attachments, duties, outbox
from trust.act import Act, Actor, verb
from trust.agreements import Agreement
from trust.attachments import Attachment, holds_files
from trust.calendar import london_day
from trust.partners import Kind, Partner
from trust.people import Person, seated
from trust.records import N_, STAYS, Hidden, Record, Ref, Refused
from trust.states import Move, table

MOST = 50  # of one partner
SOON = timedelta(days=30)
LONGEST_NAME, LONGEST_WORDS = 120, 500

KINDS = {
    "rules": N_("Constitution or rules"),
    "safeguarding": N_("Safeguarding policy"),
    "insurance": N_("Insurance"),
    "ico": N_("ICO registration"),
    "data": N_("Data protection policy"),
    "equality": N_("Equality policy"),
    "safety": N_("Health and safety policy"),
    "accounts": N_("Accounts"),
    "other": N_("Something else"),
}

STATES = table(
    "paper",
    "kept",
    {"kept": N_("On the passport"), "taken-away": N_("Taken away")},
    [Move("paper:take-away", ("kept",), "taken-away", "passport:write")],
)


@holds_files
class Paper(Record):
    """One thing a partner can show. ``kind`` is one of ``KINDS``, ``name`` what it is called in
    the partner's own words, ``dated`` the day on it, ``until`` the last day on which it counts."""

    __tablename__ = "paper"

    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    dated: Mapped[date]
    until: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)

    giver: Mapped[Partner] = relationship()
    by: Mapped[Person] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Paper"], actor: Actor) -> Select["Paper"]:
        """The partner whose it is, and nobody else."""
        own = actor.ids("passport:write", "partner")
        return stmt.where(cls.giver_id.in_(own), cls.state == "kept")

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.giver_id),)


def has_one(partner: Partner) -> bool:
    """Whether a partner may have a passport. It is for groups; no council has one here."""
    return partner.kind != Kind.COUNCIL


def of(session: Session, actor: Actor, partner_id: int) -> list[Paper]:
    """What a partner can show, as far as ``actor`` may see it, newest first of each kind."""
    stmt = select(Paper).where(Paper.giver_id == partner_id).options(joinedload(Paper.by))
    found = session.scalars(Paper.visible(stmt, actor))
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), -one.dated.toordinal(), one.id))


def agreements_of(session: Session, partner_id: int) -> list[Agreement]:
    """The trust agreements that a partner has in force, oldest first: the record has them, so
    nobody types them in."""
    sides = or_(Agreement.giver_id == partner_id, Agreement.taker_id == partner_id)
    stmt = select(Agreement).where(sides, Agreement.state == "in-force").order_by(Agreement.id)
    both = joinedload(Agreement.giver), joinedload(Agreement.taker)
    return list(session.scalars(stmt.options(*both)))


def runs_out(until: date | None, today: date) -> str:
    """How long something still counts: "" (long enough), "soon" or "over"."""
    if until is None or until > today + SOON:
        return ""
    return "over" if until < today else "soon"


def _checked(act: Act, given: dict[str, Any]) -> dict[str, Any]:
    given = {
        **given,
        "name": " ".join(given["name"].split())[:LONGEST_NAME],
        "words": given["words"].strip()[:LONGEST_WORDS],
    }
    if given["kind"] not in KINDS:
        raise Refused(N_("Choose one of the options shown."), field="kind")
    if given["kind"] == "other" and not given["name"]:
        raise Refused(N_("Say what it is called."), field="name")
    if given["dated"] > london_day(act.now):
        raise Refused(N_("Give the day on the paper. It cannot be after today."), field="dated")
    if given["until"] and given["until"] < given["dated"]:
        raise Refused(N_("The last day cannot be before the day on the paper."), field="until")
    return given


@verb("paper:add", may="passport:write", creates=True)
def add(
    act: Act,
    partner: Partner,
    *,
    kind: str,
    name: str,
    words: str,
    dated: date,
    until: date | None,
    file: dict[str, Any] | None = None,
) -> Paper:
    """Put something on the passport, with a file if there is one (``attachments.hang`` takes it).

    Raises ``Refused`` for a day that is still to come, a last day before it, "something else"
    without a name, and more than fifty things; ``Hidden`` for a council.
    """
    if not has_one(partner):
        raise Hidden("passport")
    stmt = select(Paper.id).where(Paper.giver_id == partner.id, Paper.state == "kept")
    if len(act.session.scalars(stmt).all()) >= MOST:
        raise Refused(N_("There are fifty things here. Take one away first."))
    given = {"kind": kind, "name": name, "words": words, "dated": dated, "until": until}
    assert act.actor.person_id is not None
    made = Paper(giver_id=partner.id, by_id=act.actor.person_id, **_checked(act, given))
    act.session.add(made)
    act.session.flush()
    act.fact(kind=kind, dated=dated.isoformat(), until=until.isoformat() if until else None)
    if file:
        attachments.hang(act, made, partner.id, **file)
    return made


@verb("paper:change", may="passport:write")
def change(
    act: Act,
    paper: Paper,
    *,
    kind: str,
    name: str,
    words: str,
    dated: date,
    until: date | None,
) -> None:
    """Put something right. Links made before go on showing what they showed. Refused as when it
    was added."""
    given = {"kind": kind, "name": name, "words": words, "dated": dated, "until": until}
    for key, value in _checked(act, given).items():
        setattr(paper, key, value)
    act.fact(kind=kind, dated=dated.isoformat(), until=until.isoformat() if until else None)


@verb("paper:attach", may="passport:write")
def attach(act: Act, paper: Paper, *, file: dict[str, Any]) -> None:
    """Hang a file on it. Raises ``Refused`` as ``attachments.hang`` does."""
    attachments.hang(act, paper, paper.giver_id, **file)


@verb("paper:detach", may="passport:write")
def detach(act: Act, paper: Paper, *, file: Attachment) -> None:
    """Take one file away, from every link too. Raises ``Hidden`` for a file of something else."""
    if file.about != Ref.of(paper):
        raise Hidden("attachment")
    act.fact(file=file.id, sha256=file.sha256)
    act.session.delete(file)


def remind(session: Session, now: datetime) -> None:
    """Once a week, tell a partner what runs out within thirty days, once for each: whoever keeps
    its passport gets a mail that leads to it."""
    if not duties.begins(session, "passport", duties.week_of(now)):
        return
    today = london_day(now)
    stmt = select(Paper).where(
        Paper.state == "kept", Paper.until >= today, Paper.until <= today + SOON
    )
    for one in session.scalars(stmt.order_by(Paper.id)).all():
        for person_id in seated(session, Ref("partner", one.giver_id), "passport:write", now):
            key = f"{one.id}:{one.until}:{person_id}"
            outbox.remind(session, "runs-out", person_id, Ref.of(one), now, key=key)
