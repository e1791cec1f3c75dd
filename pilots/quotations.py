"""Words of a group that somebody would like to show to anyone. The group says yes to each first,
and can say no at any time after: from then on they are on no page (clauses.toml, "Quoting
words")."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from pilots.contributions import Contribution
from pilots.evidence import Evidence, may_still_quote
from pilots.insight import Insight
from trust import scope
from trust.act import Act, Actor, verb
from trust.outbox import send
from trust.people import seated
from trust.records import N_, STAYS, Record, Ref
from trust.states import Move, table

STATES = table(
    "quotation",
    "asked",
    {
        "asked": N_("They have not said yet"),
        "yes": N_("They said yes"),
        "no": N_("They said no"),
    },
    [
        Move("quotation:allow", ("asked", "no"), "yes", "contribution:write"),
        Move("quotation:refuse", ("asked", "yes"), "no", "contribution:write"),
    ],
)


class Quotation(Record):
    """The question whether the words of one piece of evidence may be shown to anyone."""

    __tablename__ = "quotation"

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), unique=True)
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)

    evidence: Mapped[Evidence] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Quotation"], actor: Actor) -> Select["Quotation"]:
        """The group whose words they are, while it has not taken them back."""
        mine = (
            select(Evidence.id)
            .join(Contribution, Contribution.id == Evidence.contribution_id)
            .where(
                Contribution.giver_id.in_(actor.ids("contribution:read", "partner")),
                Contribution.state != "withdrawn",
            )
        )
        return stmt.where(cls.evidence_id.in_(mine))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.evidence.contribution.giver_id),)


def whole() -> tuple[object, ...]:
    """Reads what a page tells about one, in the same few statements."""
    evidence = joinedload(Quotation.evidence)
    return (evidence.joinedload(Evidence.contribution).joinedload(Contribution.giver),)


@verb("quotation:allow", table=STATES)
def allow(act: Act, quotation: Quotation) -> None:
    """The group says yes: the words may stand in a finding that anyone reads. Whoever asked is
    told."""
    _said(act, quotation)


@verb("quotation:refuse", table=STATES)
def refuse(act: Act, quotation: Quotation) -> None:
    """The group says no, at first or later. Nobody need say why."""
    _said(act, quotation)


def _said(act: Act, quotation: Quotation) -> None:
    contribution = quotation.evidence.contribution
    act.parties(contribution.giver_id, contribution.taker_id)
    send(
        act, "quotation-said", quotation.asked_by_id, Ref("insight", quotation.evidence.insight_id)
    )


def of(session: Session, insight: Insight) -> dict[int, Quotation]:
    """What was asked about the words in an insight, by evidence."""
    stmt = select(Quotation).where(Quotation.evidence_id.in_([one.id for one in insight.evidence]))
    return {one.evidence_id: one for one in session.scalars(stmt)}


def can_ask(session: Session, insight: Insight, now: datetime) -> list[Evidence]:
    """The quotes in an insight that anyone may read if their group says yes: its agreement lets
    its words be quoted to all, and whoever asked did not say that answers stay in the portal."""
    found = [one for one in insight.evidence if one.stands and one.quoted]
    may = may_still_quote(session, scope.QUOTE_TO_ALL, found, now)
    return [one for one in found if one.id in may]


def ask(act: Act, insight: Insight, chosen: Iterable[Evidence]) -> None:
    """Ask the groups whose words these are, once for each; a part of preparing a finding for
    anyone. Who said no is not asked again."""
    held = of(act.session, insight)
    assert act.actor.person_id is not None
    for one in chosen:
        if one.id in held:
            continue
        made = Quotation(evidence_id=one.id, asked_by_id=act.actor.person_id)
        act.session.add(made)
        act.session.flush()
        place = Ref("partner", one.contribution.giver_id)
        for person in seated(act.session, place, "contribution:write", act.now):
            send(act, "quotation", person, made)


def allowed(
    session: Session, insight: Insight, ids: Collection[int], now: datetime
) -> frozenset[int]:
    """Of the pieces of evidence ``ids``, those whose words anyone may read at this moment: their
    group said yes, and its agreement as it is now lets them be quoted to all."""
    yes = {id for id, one in of(session, insight).items() if one.state == "yes"}
    chosen = [one for one in insight.evidence if one.id in yes.intersection(ids)]
    return may_still_quote(session, scope.QUOTE_TO_ALL, chosen, now)
