"""Responses: what was done because of an insight, or why nothing was."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from pilots import bounds
from pilots.insight import Insight, givers
from pilots.pilot import Pilot
from trust import elections, scope
from trust.act import Act, Actor, verb
from trust.calendar import london_day
from trust.elections import Wait
from trust.outbox import send
from trust.people import seated
from trust.records import N_, STAYS, Msg, Record, Ref, Refused

KINDS = {
    "did": N_("We did"),
    "will": N_("We will"),
    "cannot": N_("We cannot"),
}


class Response(Record):
    """One thing that was done, will be done by a day, or cannot be, with the reason. ``public``:
    what will be done is that something is made public, so it waits while an election is near."""

    __tablename__ = "response"

    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(2000))
    lang: Mapped[str] = mapped_column(String(10), default="en")
    by_day: Mapped[date | None]
    public: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    given_at: Mapped[datetime]

    insight: Mapped[Insight] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Response"], actor: Actor) -> Select["Response"]:
        seen = Insight.visible(select(Insight), actor).with_only_columns(Insight.id)
        return stmt.where(cls.insight_id.in_(seen))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return self.insight.places(permission)

    def overdue(self, today: date) -> bool:
        """Whether the day that was given has passed without the thing being done."""
        return self.kind == "will" and self.by_day is not None and self.by_day < today


@verb("response:give", may="response:write", creates=True)
def give(
    act: Act,
    insight: Insight,
    *,
    kind: str,
    words: str,
    lang: str,
    by_day: date | None,
    public: bool = False,
) -> Response:
    """A decision owner answers an insight; everyone it rests on is told.

    Raises ``Refused`` before the insight was published, without words, and for "we will"
    without a day that is still to come, or where an agreement does not let what it rests on be
    used to make a service better; and for something public on a day when an election is near.
    What was done, and what cannot be, is always told: that gives something back, and uses nothing
    anew.
    """
    if insight.state != "published":
        raise Refused(N_("Those who contributed read this first. Answer once it is shared."))
    if kind not in KINDS:
        raise Refused(N_("Choose one of the three."), field="kind")
    if not words.strip():
        raise Refused(N_("Say what you did, will do, or why you cannot."), field="words")
    if kind == "will" and (by_day is None or by_day <= london_day(act.now)):
        raise Refused(
            N_("Give the day by which you will. It must be still to come."), field="by_day"
        )
    if kind == "will":
        _may_improve(act, insight)
    public = public and kind == "will"
    if public and by_day is not None:
        found = elections.wait(act.session, _region(act.session, insight), by_day)
        if found is not None:
            raise Refused(
                Msg(
                    N_("An election is near then: %(name)s. Choose %(day)s, or a later day."),
                    {"name": found.name, "day": found.until},
                ),
                field="by_day",
            )
    assert act.actor.person_id is not None
    response = Response(
        insight_id=insight.id,
        kind=kind,
        words=words.strip()[:2000],
        lang=lang,
        by_day=by_day if kind == "will" else None,
        public=public,
        owner_id=act.actor.person_id,
        given_at=act.now,
    )
    act.session.add(response)
    act.session.flush()
    for one in insight.evidence:
        if one.counts:
            act.moment("answered", one.contribution)
    for giver in givers(insight):
        for person in seated(act.session, Ref("partner", giver), "contribution:write", act.now):
            send(act, "response", person, insight)  # the page that tells what came of it
    return response


def _may_improve(act: Act, insight: Insight) -> None:
    """Raises ``Refused`` when an agreement does not let something that it rests on be used to make
    a service better now (clauses.toml, "improve"), and when all of it was taken back."""
    rests_on = [one.contribution for one in insight.evidence if one.counts]
    still = Msg(N_("You can still say what you did, or why you cannot."))
    if not rests_on:
        raise Refused(
            N_("All that this rests on was taken back. Nothing new can come of it."),
            field="kind",
            next_step=still,
        )
    for no in bounds.refusals(act.session, scope.IMPROVE, rests_on, act.now).values():
        raise no.refused(field="kind", next_step=still)


def of(session: Session, insight_id: int) -> list[Response]:
    """The responses to an insight, oldest first."""
    stmt = select(Response).where(Response.insight_id == insight_id).order_by(Response.id)
    return list(session.scalars(stmt))


def _region(session: Session, insight: Insight) -> int:
    return session.get_one(Pilot, insight.pilot_id).region_id


def delays(session: Session, insights: Collection[int]) -> dict[int, Wait]:
    """By response, why what some insights were answered with comes later than it was promised:
    its day fell into an election period. Its new day is the first after that. It never counts as
    kept: once the day that was given has passed it is late (trust.md, "Promise ledger")."""
    if not insights:
        return {}
    stmt = (
        select(Response.id, Response.by_day, Pilot.region_id)
        .join(Insight, Insight.id == Response.insight_id)
        .join(Pilot, Pilot.id == Insight.pilot_id)
        .where(Response.insight_id.in_(insights), Response.public, Response.by_day.is_not(None))
    )
    rows = session.execute(stmt).all()
    held = elections.periods(session, {region for *_, region in rows})
    found = (
        (id, elections.wait_among(held, region, day)) for id, day, region in rows if day is not None
    )
    return {id: wait for id, wait in found if wait is not None}


def said(kind: str, by_day: date | None, delay: Wait | None) -> Msg:
    """What was answered, and by which day: one that is delayed with its new one."""
    if by_day is None:
        return Msg(KINDS[kind])
    if delay is None:
        return Msg(N_("We will, by %(day)s"), {"day": by_day})
    return Msg(
        N_("We will, from %(new)s. We had said by %(day)s, but an election is near then."),
        {"new": delay.until, "day": by_day},
    )
