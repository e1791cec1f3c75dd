"""Releases: a table of counts that leaves the portal, through the gate and with two people's
yes. What left never changes again: its figures, its bytes and their hash are kept."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from pilots import figures, leaving
from pilots.cohort import Member
from pilots.leaving import Leaves
from pilots.pilot import Pilot
from pilots.publishing.about import About, Area, Licence, check_about
from pilots.publishing.datapackage import package
from pilots.questions import Question
from pilots.requests import Request, RequestVersion
from trust import conflicts
from trust.act import Act, Actor, verb
from trust.calendar import london_day
from trust.disclosure.gate import publish
from trust.disclosure.policy import DEFAULT, Policy
from trust.disclosure.published import Deferred, Published
from trust.outbox import send
from trust.partners import Identifier, Partner
from trust.people import seated
from trust.places import Area as Place
from trust.records import N_, Hidden, Msg, Record, Ref, Refused, Words
from trust.scope import NotAllowed
from trust.states import Move, table

STATES = table(
    "release",
    "prepared",
    {
        "prepared": N_("Waiting for a second person"),
        "released": N_("Released"),
        "dropped": N_("Not released"),
    },
    [
        Move("release:sign", ("prepared",), "released", "release:sign"),
        Move("release:drop", ("prepared",), "dropped", "release:drop", True),
    ],
)

OPEN_LICENCE = Licence(
    "Open Government Licence v3.0",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
)


NOT_PUBLIC = (
    Msg(N_("Whoever asked this question said that its answers are not made public.")),
    Msg(N_("Ask it again in a new request, and say there that they may be.")),
)

LOOKED_AFTER = Msg(
    N_(
        "You look after a grant, a contract or checks of a group whose numbers are in this. "
        "Somebody else does it."
    )
)
OWN_NUMBERS = Msg(N_("Numbers of your own organisation are in this. Somebody else does it."))


class Release(Leaves, Record):
    """One released table. ``published`` is what came through the gate, as plain JSON;
    ``package`` the exact bytes of the ZIP, once released."""

    __tablename__ = "release"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    audience: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(65))
    description: Mapped[str] = mapped_column(String(1000))
    open_licence: Mapped[bool] = mapped_column(default=False)
    published: Mapped[dict[str, Any]] = mapped_column(JSON)
    released_at: Mapped[datetime | None]
    package: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    package_sha256: Mapped[str | None] = mapped_column(String(64))

    @classmethod
    def visible(cls, stmt: Select["Release"], actor: Actor) -> Select["Release"]:
        """The pilot's named people, who work on it; an observer only reads what is public. Once
        released: its cohort too; everyone, where public."""
        partners = actor.ids("release:read", "partner")
        cohort = select(Member.pilot_id).where(
            Member.partner_id.in_(partners), Member.state == "joined"
        )
        out = cls.state == "released"
        return stmt.where(
            or_(
                cls.pilot_id.in_(actor.ids("insight:read", "pilot")),
                out & cls.pilot_id.in_(cohort),
                out & (cls.audience == "public"),
            )
        )

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("pilot", self.pilot_id),)

    @property
    def for_anyone(self) -> bool:
        return self.audience == "public"

    @property
    def table(self) -> Published:
        """What came through the gate."""
        return Published.from_json(self.published)


def tables_of(session: Session, pilot_id: int) -> list[Question]:
    """The count tables that a pilot's requests ask for, each once however often the others of its
    request changed."""
    stmt = (
        select(Question)
        .join(RequestVersion, RequestVersion.id == Question.request_version_id)
        .join(Request, Request.id == RequestVersion.request_id)
        .where(
            Request.pilot_id == pilot_id,
            Question.kind == "count-table",
            RequestVersion.frozen_at.is_not(None),
            Question.same_as_id.is_(None),
        )
        .order_by(Question.id)
    )
    return list(session.scalars(stmt))


def through_the_gate(
    session: Session,
    pilot: Pilot,
    question: Question,
    *,
    title: Words,
    audience: str,
    now: datetime,
    policy: Policy = DEFAULT,
) -> Published | Deferred:
    """The table as ``audience`` may read it, or why it cannot be made: its question may have been
    asked as one whose answers stay in the portal."""
    if not question.publishable:
        return Deferred(NOT_PUBLIC)
    counts = figures.table(
        session,
        question,
        title=title,
        measure=question.words,
        audience=audience,
        on=now,
        work=Ref.of(pilot),
    )
    result = publish(counts, book=f"pilot-{pilot.id}", policy=policy, facts=(), audience=audience)
    kept_out = _kept_out(session, pilot, question, audience, now)
    if kept_out is not None and isinstance(result, Deferred):
        return Deferred((kept_out.reason, *result.reasons))
    return result


def _kept_out(
    session: Session, pilot: Pilot, question: Question, audience: str, now: datetime
) -> NotAllowed | None:
    return figures.left_out(session, question, audience=audience, on=now, work=Ref.of(pilot))


def for_others(session: Session, actor: Actor, question: Question) -> Msg | None:
    """Why somebody else releases a table; None where ``actor`` may. It holds numbers of a partner
    that they belong to, with whichever hat, or of which they manage something."""
    if session.scalar(select(figures.given_by(question.id, actor.own))):
        return OWN_NUMBERS
    managed = conflicts.barred(session, actor)
    if managed and session.scalar(select(figures.given_by(question.id, managed))):
        return LOOKED_AFTER
    return None


def _gave_nothing(act: Act, question: Question) -> None:
    """Neither of the two who release a table may have contributed to it (small-numbers.md), nor
    look after a grant of whoever did (safety.md)."""
    no = for_others(act.session, act.actor, question)
    if no is not None:
        raise Refused(no)


@verb("release:prepare", may="release:prepare", creates=True)
def prepare(
    act: Act,
    pilot: Pilot,
    *,
    question: Question,
    title: str,
    description: str,
    audience: str,
    open_licence: bool,
    lang: str,
) -> Release:
    """Make a table ready for a second person, and tell those who may be it. Only what came
    through the gate is kept.

    Raises ``Refused`` when the gate defers it, naming the clause that keeps counts out of it where
    one does; for a question that was not asked to be made
    public, without title and description, and for whoever belongs to a partner that contributed;
    ``Hidden`` for a question of another pilot.
    """
    if question.id not in {one.id for one in tables_of(act.session, pilot.id)}:
        raise Hidden("question")
    _gave_nothing(act, question)
    if audience not in figures.AUDIENCES:
        raise Refused(N_("Choose who may read it."), field="audience")
    if not title.strip() or len(title) > 65:
        raise Refused(N_("Give it a title of 65 characters or fewer."), field="title")
    if not description.strip():
        raise Refused(N_("Say in a sentence what the table shows."), field="description")
    result = through_the_gate(
        act.session, pilot, question, title={lang: title.strip()}, audience=audience, now=act.now
    )
    if isinstance(result, Deferred):
        no = _kept_out(act.session, pilot, question, audience, act.now)
        if question.publishable and no is not None:
            raise no.refused(field="audience")
        reason, *more = result.reasons
        raise Refused(reason, next_step=more[-1] if more else None)
    assert act.actor.person_id is not None
    act.fact(question=question.id, audience=audience)
    release = Release(
        pilot_id=pilot.id,
        taker_id=pilot.taker_id,
        question_id=question.id,
        audience=audience,
        title=title.strip(),
        description=description.strip()[:1000],
        open_licence=open_licence,
        published=result.as_json(),
        prepared_by_id=act.actor.person_id,
    )
    for person in seated(act.session, Ref.of(pilot), "release:sign", act.now):
        if person != act.actor.person_id:
            send(act, "release", person, release)
    return release


def about(
    session: Session, release: Release, *, mailbox: str, day: datetime, notice: str = ""
) -> About:
    """The words around a release, from the records it comes from, in its pilot's language. They
    name the council and no person: whose bytes go anywhere would take their sign-in address along.
    ``mailbox`` is the portal's, for a council that gave none of its own. ``notice`` stands before
    the description: that all of it is invented, say."""
    pilot = session.get_one(Pilot, release.pilot_id)
    council = session.get_one(Partner, release.taker_id)
    own = session.scalars(select(Identifier).where(Identifier.partner_id == council.id)).first()
    codes = [label.key for label in release.table.rows.labels]
    places = session.scalars(
        select(Place).where(Place.code.in_(codes), Place.code != "").order_by(Place.code)
    )
    first = session.scalars(
        select(Request.opened_at)
        .join(RequestVersion, RequestVersion.request_id == Request.id)
        .join(Question, Question.request_version_id == RequestVersion.id)
        .where(Question.id == release.question_id)
    ).first()
    starts = london_day(first or day)
    return About(
        title=release.title,
        description=f"{notice} {release.description}".strip(),
        language=pilot.lang,
        publisher_id=str(own) if own else f"XI-PORTAL-{council.id}",
        publisher_name=council.name,
        contact_name=council.name,
        contact_email=council.email or mailbox,
        keywords=("community insights", pilot.name),
        licence=OPEN_LICENCE if release.open_licence else None,
        starts=starts,
        ends=max(starts, london_day(day)),
        areas=tuple(Area(place.code, place.name) for place in places),
        version="1.0",
        created=day,
    )


def stands(session: Session, release: Release, now: datetime) -> bool:
    """Whether a table that has not left yet would come out of the gate the same now: an agreement
    may have ended since, or an answer been taken back. What left stays as it is."""
    again = through_the_gate(
        session,
        session.get_one(Pilot, release.pilot_id),
        session.get_one(Question, release.question_id),
        title=dict(release.table.title),
        audience=release.audience,
        now=now,
    )
    return not isinstance(again, Deferred) and again.as_json() == release.published


@verb("release:allow", may="release:allow")
def allow(act: Act, release: Release, *, reason: str) -> None:
    """As ``leaving.let_out``; nor may whoever belongs to a partner that contributed."""
    _gave_nothing(act, act.session.get_one(Question, release.question_id))
    leaving.let_out(act, release, reason)


@verb("release:sign", table=STATES)
def sign(
    act: Act, release: Release, *, mailbox: str, say: Callable[[Msg], str], notice: str = ""
) -> None:
    """A second person says yes; from now on it is out, and its bytes are kept as they are.

    ``say`` speaks the pilot's language, whatever the signer reads; ``mailbox`` and ``notice`` as
    in ``about``.

    Raises ``Refused`` for whoever prepared it or belongs to a partner that contributed, when the
    figures changed since, and for a public one while an election is near.
    """
    leaving.second(act, release)
    _gave_nothing(act, act.session.get_one(Question, release.question_id))
    if not stands(act.session, release, act.now):
        raise Refused(
            N_("The figures have changed since this was prepared."),
            next_step=Msg(N_("Put this one aside and prepare it again.")),
        )
    words = about(act.session, release, mailbox=mailbox, day=act.now, notice=notice)
    check_about(words)
    release.package = package(release.table, words, say=say)
    release.package_sha256 = hashlib.sha256(release.package).hexdigest()
    release.released_at = act.now
    release.signed_by_id = act.actor.person_id
    act.fact(sha256=release.package_sha256, audience=release.audience)


@verb("release:drop", table=STATES)
def drop(act: Act, release: Release, *, reason: str) -> None:
    """Do not release it, for a reason that stays with it."""
    act.words(reason=reason)
