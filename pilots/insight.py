"""Insight: what the cohort made of contributions, shown first to those who gave them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from pilots import bounds
from pilots.cohort import Member
from pilots.contributions import Contribution
from pilots.evidence import Evidence as Evidence
from pilots.evidence import not_quotable, outside, quotable, rest_on
from pilots.evidence import usable as usable
from pilots.pilot import Pilot
from pilots.requests import RequestVersion
from trust import conflicts, scope
from trust.act import Act, Actor, verb
from trust.calendar import london_day
from trust.outbox import send
from trust.partners import Partner
from trust.people import seated
from trust.records import N_, STAYS, Msg, Record, Ref, Refused
from trust.states import Move, table

STATES = table(
    "insight",
    "draft",
    {
        "draft": N_("Being written"),
        "shown": N_("With those who contributed"),
        "published": N_("Shared with all who take part"),
    },
    [
        Move("insight:show", ("draft",), "shown", "insight:write"),
        Move("insight:publish", ("shown",), "published", "insight:write"),
    ],
)

CONFIDENCE = {
    "sure": N_("We are quite sure"),
    "likely": N_("It is likely"),
    "unsure": N_("We are not sure yet"),
}


class Insight(Record):
    """One statement with the contributions it rests on. Those who gave them see it first.

    ``wording`` counts how often its words, statement and caveats, were written: from 1."""

    __tablename__ = "insight"

    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"), index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    statement: Mapped[str] = mapped_column(String(2000))
    lang: Mapped[str] = mapped_column(String(10), default="en")
    confidence: Mapped[str] = mapped_column(String(20))
    caveats: Mapped[str] = mapped_column(String(2000), default="")
    wording: Mapped[int] = mapped_column(default=1)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    shown_at: Mapped[datetime | None]
    answer_by: Mapped[date | None]
    published_at: Mapped[datetime | None]

    evidence: Mapped[list["Evidence"]] = relationship(order_by="Evidence.id")
    verdicts: Mapped[list["Verdict"]] = relationship(order_by="Verdict.id")

    @classmethod
    def visible(cls, stmt: Select["Insight"], actor: Actor) -> Select["Insight"]:
        """The pilot's named people; those it rests on, once shown; the cohort, once published."""
        partners = actor.ids("contribution:read", "partner")
        rests_on = (
            select(Evidence.insight_id)
            .join(Contribution, Contribution.id == Evidence.contribution_id)
            .where(Contribution.giver_id.in_(partners))
        )
        cohort = select(Member.pilot_id).where(
            Member.partner_id.in_(actor.ids("pilot:read", "partner")), Member.state == "joined"
        )
        return stmt.where(
            or_(
                cls.pilot_id.in_(actor.ids("insight:read", "pilot")),
                (cls.state != "draft") & cls.id.in_(rests_on),
                (cls.state == "published") & cls.pilot_id.in_(cohort),
            )
        )

    def places(self, permission: str) -> tuple[Ref, ...]:
        if permission == "insight:judge":
            return tuple(Ref("partner", giver) for giver in givers(self))
        return (Ref("pilot", self.pilot_id),)

    @property
    def work(self) -> Ref:
        """The project that it belongs to."""
        return Ref("pilot", self.pilot_id)


class Verdict(Record):
    """What a contributor says of an insight. What does not agree travels with it. It is about
    the words that were read then: their number in ``wording``, and how they went."""

    __tablename__ = "verdict"

    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(2000), default="")
    wording: Mapped[int]
    statement: Mapped[str] = mapped_column(String(2000))
    caveats: Mapped[str] = mapped_column(String(2000), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    at: Mapped[datetime]

    partner: Mapped[Partner] = relationship()

    __table_args__ = (UniqueConstraint("insight_id", "partner_id"),)


@verb("insight:write", may="insight:write", creates=True)
def write(
    act: Act,
    pilot: Pilot,
    *,
    statement: str,
    lang: str,
    confidence: str,
    caveats: str,
    rests_on: dict[int, str],
) -> Insight:
    """Write an insight. ``rests_on`` gives, by contribution id, the words quoted (or "").

    Raises ``Refused`` without a statement or evidence, for a contribution that may not be used
    or is the writer's own partners', for words that are not in it, or for a quote that its giver
    did not allow.
    """
    if not statement.strip():
        raise Refused(N_("Write what you learned, in one or two sentences."), field="statement")
    if confidence not in CONFIDENCE:
        raise Refused(N_("Say how sure you are."), field="confidence")
    if not rests_on:
        raise Refused(N_("Choose at least one contribution that this rests on."), field="rests_on")
    can = {one.id: one for one in usable(act.session, pilot, act.now, kept_from(act))}
    texts = quotable(act.session, scope.QUOTE, can.values(), act.now)
    evidence = []
    for contribution_id, quoted in rests_on.items():
        if contribution_id not in can:
            no = outside(act.session, pilot, [contribution_id], kept_from(act), act.now)
            if no is not None:
                raise no.refused(field="rests_on")
            raise Refused(N_("One of these may not be used. Choose again."), field="rests_on")
        if quoted.strip() and not texts[contribution_id]:
            field = f"quote_{contribution_id}"
            given = can[contribution_id]
            raise not_quotable(act.session, scope.QUOTE, given, act.now, field=field)
        one = rest_on(can[contribution_id], texts[contribution_id], quoted.strip())
        evidence.append(one)
    act.fact(rests_on=sorted(rests_on))
    return Insight(
        pilot_id=pilot.id,
        taker_id=pilot.taker_id,
        statement=statement.strip()[:2000],
        lang=lang,
        confidence=confidence,
        caveats=caveats.strip()[:2000],
        written_by_id=act.actor.person_id,
        evidence=evidence,
    )


def whole() -> tuple[ORMOption, ...]:
    """Reads all that a page tells about one insight, in the same few statements for any number
    of contributions and verdicts."""
    contribution = selectinload(Insight.evidence).joinedload(Evidence.contribution)
    return (
        contribution.joinedload(Contribution.giver),
        contribution.joinedload(Contribution.request_version).selectinload(
            RequestVersion.questions
        ),
        selectinload(Insight.verdicts).joinedload(Verdict.partner),
    )


def givers(insight: Insight) -> list[int]:
    """Ids of the partners that an insight rests on, each once. What was taken back no longer
    counts."""
    return sorted({one.contribution.giver_id for one in insight.evidence if one.counts})


def of_own(insight: Insight, actor: Actor) -> bool:
    """Whether it rests on what a partner gave that ``actor`` belongs to, with whichever hat."""
    return not actor.own.isdisjoint(givers(insight))


def kept_from(act: Act) -> frozenset[int]:
    """Ids of the partners whose answers whoever acts does not judge: their own, and those of which
    they manage something."""
    return act.actor.own | conflicts.barred(act.session, act.actor)


def for_others(act: Act, insight: Insight) -> Msg | None:
    """Why somebody else decides about its words, and when it is shared; None where whoever acts
    may: it rests on nothing of theirs, nor of a group of which they manage something."""
    if of_own(insight, act.actor):
        return Msg(N_("It rests on what your own organisation gave. Somebody else does this."))
    if not conflicts.barred(act.session, act.actor).isdisjoint(givers(insight)):
        return Msg(
            N_(
                "It rests on what a group gave whose grant, contract or checks you look after. "
                "Somebody else does this."
            )
        )
    return None


def not_own(act: Act, insight: Insight) -> None:
    """Raises ``Refused`` where somebody else decides about it (``for_others``)."""
    no = for_others(act, insight)
    if no is not None:
        raise Refused(no)


def waited_for(insight: Insight) -> list[int]:
    """Ids of the partners that have not yet said what they think of its words as they are."""
    return [giver for giver in givers(insight) if giver not in _said(insight)]


def _said(insight: Insight) -> set[int]:
    return {one.partner_id for one in insight.verdicts if one.wording == insight.wording}


NOT_NEW = N_("%(partner)s does not allow new use of what it sent.")


def still_inside(act: Act, insight: Insight, way: scope.Way, said: str | None = NOT_NEW) -> None:
    """Raises ``Refused`` when an agreement does not allow something that it rests on to be used
    so now: one that has ended allows nothing new (trust.md). ``said`` names the partner; None: it
    is said as the clause says it."""
    rests_on = {one.contribution_id: one.contribution for one in insight.evidence if one.stands}
    for id, no in bounds.refusals(act.session, way, rests_on.values(), act.now).items():
        raise no.refused(
            Msg(said, {"partner": rests_on[id].giver.name}) if said else None,
            next_step=Msg(N_("Write a new insight without it.")),
        )


@verb("insight:show", table=STATES)
def show(act: Act, insight: Insight, *, answer_by: date) -> None:
    """Show it to those it rests on, before anybody else. Raises ``Refused`` for a past day, and
    where some of it may not be used any more; and for whoever belongs to a partner that it rests
    on, or manages something of it."""
    not_own(act, insight)
    still_inside(act, insight, scope.FIND)
    if answer_by <= london_day(act.now):
        raise Refused(N_("Give a day that is still to come."), field="answer_by")
    insight.shown_at, insight.answer_by = act.now, answer_by
    for giver in givers(insight):
        act.moment("shown", insight, giver_id=giver)
        for person in seated(act.session, Ref("partner", giver), "contribution:write", act.now):
            send(act, "insight", person, insight)


@verb("insight:reword", may="insight:write")
def reword(
    act: Act, insight: Insight, *, statement: str, caveats: str, answer_by: date | None = None
) -> None:
    """Change the words after hearing the contributors. Those who said what they think of the old
    words are asked again, and keep until ``answer_by``: the day they were given, or a later one.

    Raises ``Refused`` once published, for a day that is earlier or not to come, and for whoever
    belongs to a partner that it rests on, or manages something of it.
    """
    not_own(act, insight)
    if insight.state == "published":
        raise Refused(N_("This is published. Its words stay as they are."))
    if not statement.strip():
        raise Refused(N_("Write what you learned, in one or two sentences."), field="statement")
    new, old = (
        (statement.strip()[:2000], caveats.strip()[:2000]),
        (insight.statement, insight.caveats),
    )
    if insight.state == "shown":
        _keep_asking(act, insight, answer_by, again=new != old)
    if new != old:
        insight.statement, insight.caveats = new
        insight.wording += 1


def _keep_asking(act: Act, insight: Insight, answer_by: date | None, *, again: bool) -> None:
    """With those who contributed until a day that is not before the one they were told;
    ``again``: its words change, so that those who judged them are asked anew."""
    assert insight.answer_by is not None
    day = answer_by or insight.answer_by
    if day < insight.answer_by:
        raise Refused(
            Msg(
                N_("They have until %(day)s. Give this day or a later one."),
                {"day": insight.answer_by},
            ),
            field="answer_by",
        )
    if again:
        if day <= london_day(act.now):
            raise Refused(N_("Give a day that is still to come."), field="answer_by")
        act.words(statement=insight.statement, caveats=insight.caveats)
        for giver in _said(insight) & set(givers(insight)):
            for person in seated(act.session, Ref("partner", giver), "contribution:write", act.now):
                send(act, "reworded", person, insight)
    insight.answer_by = day


@verb("insight:publish", table=STATES)
def publish(act: Act, insight: Insight) -> None:
    """Share it with the whole cohort, dissent and all. Whoever decides is told that an answer
    is owed.

    Raises ``Refused`` for whoever belongs to a partner that it rests on, or manages something of
    it; until every contributor
    has answered, of the words as they are, or the stated day has passed; and when everything that
    it rests on was taken back, or some of it may not be used any more: an agreement that has
    ended allows nothing new (trust.md).
    """
    not_own(act, insight)
    assert insight.answer_by is not None
    if not any(one.stands for one in insight.evidence):
        raise Refused(N_("All that this rests on was taken back. It cannot be shared."))
    still_inside(act, insight, scope.FIND)
    still_inside(act, insight, scope.SHARE)
    if waited_for(insight) and london_day(act.now) <= insight.answer_by:
        raise Refused(
            Msg(
                N_("Not everyone has answered. You can go on after %(day)s."),
                {"day": insight.answer_by},
            )
        )
    insight.published_at = act.now
    for giver in givers(insight):
        act.moment("published", insight, giver_id=giver)
    for person in seated(act.session, Ref("pilot", insight.pilot_id), "response:write", act.now):
        send(act, "owed", person, insight)
