"""Publications: a finding that anyone may read. One person prepares it, another says yes; it shows
how sure we are, who was not heard and what does not agree, and names no group that did not ask to
be named (trust.md, "see and correct before publication"; safety.md, "Who sees what")."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, or_, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from pilots import leaving, public_words, quotations
from pilots.contributions import Contribution
from pilots.evidence import Evidence, not_quotable
from pilots.insight import Insight, givers, not_own, still_inside, waited_for
from pilots.leaving import Leaves
from pilots.public_words import PublicWords
from pilots.releases import NOT_PUBLIC
from trust import scope
from trust.act import Act, Actor, verb
from trust.disclosure.policy import DEFAULT
from trust.outbox import send
from trust.people import seated
from trust.records import N_, Msg, Record, Ref, Refused
from trust.states import Move, table

STATES = table(
    "publication",
    "prepared",
    {
        "prepared": N_("Waiting for a second person"),
        "out": N_("For anyone to read"),
        "dropped": N_("Not made public"),
        "down": N_("Taken down"),
    },
    [
        Move("publication:sign", ("prepared",), "out", "release:sign"),
        Move("publication:drop", ("prepared",), "dropped", "release:drop", True),
        Move("publication:take-down", ("out",), "down", "release:drop", True),
    ],
)

FEW = DEFAULT.least_groups
"""So few groups can be guessed, even where nobody is named."""


class Publication(Leaves, Record):
    """A finding made public. ``quotes`` are the ids of the evidence whose words may stand in it, if
    their group says yes; ``sha256`` is of the words as they were signed. A finding has one at a
    time."""

    __tablename__ = "publication"

    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id"))
    quotes: Mapped[list[Any]]
    sha256: Mapped[str | None] = mapped_column(String(64))
    out_at: Mapped[datetime | None]
    down_at: Mapped[datetime | None]
    down_because: Mapped[str | None] = mapped_column(String(1000))

    insight: Mapped[Insight] = relationship()

    __table_args__ = (
        Index(
            "ix_publication_one",
            "insight_id",
            unique=True,
            sqlite_where=text("state IN ('prepared', 'out')"),
            postgresql_where=text("state IN ('prepared', 'out')"),
        ),
        Index(None, "state", "out_at"),
    )

    @classmethod
    def visible(cls, stmt: Select["Publication"], actor: Actor) -> Select["Publication"]:
        """The pilot's named people; everyone, once it is out: also that it was taken down."""
        return stmt.where(
            or_(
                cls.pilot_id.in_(actor.ids("insight:read", "pilot")),
                cls.state.in_(("out", "down")),
            )
        )

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("pilot", self.pilot_id),)

    @property
    def for_anyone(self) -> bool:
        return True

    @property
    def live(self) -> bool:
        """Whether it is prepared or out: a finding has one such at a time."""
        return self.state in ("prepared", "out")


def words_of(session: Session, publication: Publication, now: datetime) -> PublicWords:
    """What anyone reads in it at this moment: while it is prepared, what would be read."""
    return public_words.words_of(
        session, publication.insight, publication.quotes, publication.out_at or now, now
    )


def of(session: Session, insight: Insight) -> Publication | None:
    """The newest that was prepared of a finding and not put aside."""
    stmt = select(Publication).where(
        Publication.insight_id == insight.id, Publication.state != "dropped"
    )
    return session.scalars(stmt.order_by(Publication.id.desc()).limit(1)).first()


def every() -> Select[Publication]:
    """All that anyone may read, the newest first."""
    counts = (
        select(Evidence.id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(Evidence.insight_id == Publication.insight_id, Contribution.state != "withdrawn")
        .correlate(Publication)
    )
    return (
        select(Publication)
        .where(Publication.state == "out", counts.exists())
        .options(joinedload(Publication.insight))
        .order_by(Publication.out_at.desc(), Publication.id.desc())
    )


@verb("publication:prepare", may="release:prepare", creates=True)
def prepare(act: Act, insight: Insight, *, quotes: Collection[int] = ()) -> Publication:
    """Hand a finding to a second person who makes it public, and ask the groups whose words are to
    stand in it. ``quotes`` are ids of its evidence.

    Raises ``Refused`` before the cohort has read it, and a second time; for whoever belongs to a
    partner that it rests on, or manages something of it; when all of it was taken back, or an
    agreement does not let it be made public; for answers that whoever asked for them keeps in the
    portal; for words that may not be quoted to all; and for a finding of fewer than three groups
    until each of them has said what it thinks of it.
    """
    not_own(act, insight)
    act.session.refresh(insight, with_for_update=True)
    if insight.state != "published":
        raise Refused(N_("First share it with all who take part."))
    held = of(act.session, insight)
    if held is not None and held.live:
        raise Refused(N_("Somebody has prepared this already. Look at that first."))
    _may_be_public(act, insight)
    can = {one.id: one for one in quotations.can_ask(act.session, insight, act.now)}
    for id in quotes:
        if id not in can:
            own = next((one for one in insight.evidence if one.id == id and one.quoted), None)
            if own is not None:
                way = scope.QUOTE_TO_ALL
                raise not_quotable(act.session, way, own.contribution, act.now, field="quotes")
            raise Refused(N_("One of these may not be used. Choose again."), field="quotes")
    quotations.ask(act, insight, [can[id] for id in sorted(set(quotes))])
    assert act.actor.person_id is not None
    made = Publication(
        pilot_id=insight.pilot_id,
        taker_id=insight.taker_id,
        insight_id=insight.id,
        quotes=sorted(set(quotes)),
        prepared_by_id=act.actor.person_id,
    )
    act.fact(insight=insight.id, quotes=made.quotes)
    for person in seated(act.session, Ref("pilot", insight.pilot_id), "release:sign", act.now):
        if person != act.actor.person_id:
            send(act, "publication", person, made)
    return made


def _may_be_public(act: Act, insight: Insight) -> None:
    standing = [one.contribution for one in insight.evidence if one.stands]
    if not standing:
        raise Refused(N_("All that this rests on was taken back. It cannot be shared."))
    still_inside(act, insight, scope.PUBLISH, None)
    for one in standing:
        if not any(asked.publishable for asked in one.request_version.questions):
            raise Refused(NOT_PUBLIC[0], next_step=NOT_PUBLIC[1])
    if len(givers(insight)) < FEW and waited_for(insight):
        raise Refused(
            N_("So few groups can be guessed. Each must say first what it thinks of this."),
        )


@verb("publication:allow", may="release:allow")
def allow(act: Act, publication: Publication, *, reason: str) -> None:
    """As ``leaving.let_out``; nor may whoever belongs to a partner that it rests on."""
    not_own(act, publication.insight)
    leaving.let_out(act, publication, reason)


@verb("publication:sign", table=STATES)
def sign(act: Act, publication: Publication, *, sha256: str) -> None:
    """A second person says yes: from now on anyone may read it. ``sha256`` is of the words that
    this person read. Those it rests on are told.

    Raises ``Refused`` for whoever prepared it, belongs to a partner that it rests on, or manages
    something of one; while an election is near; and where the words have changed since they were
    read, or an agreement does not let them be public any more.
    """
    leaving.second(act, publication)
    insight = publication.insight
    not_own(act, insight)
    act.session.refresh(insight, with_for_update=True)
    _may_be_public(act, insight)
    words = words_of(act.session, publication, act.now)
    if words.sha256 != sha256:
        raise Refused(
            N_("It has changed since you read it. Read it again, then decide."), field="sha256"
        )
    said = {one.id for one in words.quotes}
    publication.quotes = [id for id in publication.quotes if id in said]
    publication.sha256 = sha256
    publication.out_at, publication.signed_by_id = act.now, act.actor.person_id
    act.fact(sha256=sha256, quotes=publication.quotes)
    for giver in givers(insight):
        for person in seated(act.session, Ref("partner", giver), "contribution:write", act.now):
            send(act, "public", person, publication)


@verb("publication:drop", table=STATES)
def drop(act: Act, publication: Publication, *, reason: str) -> None:
    """Do not make it public, for a reason that stays with it."""
    act.words(reason=reason)


@verb("publication:take-down", table=STATES)
def take_down(act: Act, publication: Publication, *, reason: str) -> None:
    """Show it no more. What stays is that it was there, and the reason, for anyone to read. What
    was read or copied cannot be called back."""
    act.words(reason=reason)
    publication.down_at, publication.down_because = act.now, reason.strip()[:1000]


def because_down(publication: Publication) -> Msg | None:
    """Why its words are not shown: they were taken down, or all they rest on was taken back."""
    if publication.state == "down":
        return Msg(N_("This was taken down."))
    if publication.state == "out" and not givers(publication.insight):
        return Msg(N_("All that this rested on was taken back. It is not shown any more."))
    return None
