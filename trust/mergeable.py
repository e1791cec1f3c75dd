"""Which two organisations can become one."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trust import hanging
from trust.agreements import OPEN, Agreement
from trust.newcomers import with_people
from trust.partners import Partner
from trust.records import N_, Msg, Ref, Refused


def check_one(session: Session, kept: Partner, gone: Partner, now: datetime) -> None:
    """Raises ``Refused`` when two cannot become one: what they are to each other or to somebody
    else says that they are two, or there is room for one of them only."""
    if kept.id == gone.id:
        raise Refused(N_("Choose two organisations."))
    if kept.merged_into_id or gone.merged_into_id:
        raise Refused(N_("One of them was merged already. Look at them again."))
    here = with_people(session, (kept.id, gone.id), now)
    _check_agreements(session, kept, gone, here)
    if kept.kind != gone.kind and gone.id in here:
        turned = Msg(N_("Keep the other one instead.")) if kept.id not in here else None
        raise Refused(
            N_("They are of different kinds, and people act for the one that would go."),
            next_step=turned,
        )
    clash = hanging.in_the_way(session, gone.id, kept.id)
    if clash:
        raise Refused(clash)


def _check_agreements(session: Session, kept: Partner, gone: Partner, here: set[int]) -> None:
    pair = {kept.id, gone.id}
    stmt = select(Agreement.giver_id, Agreement.taker_id, Agreement.work, Agreement.state).where(
        or_(Agreement.giver_id.in_(pair), Agreement.taker_id.in_(pair))
    )
    held: dict[tuple[int, Ref | None], set[int]] = {}
    for giver, taker, work, state in session.execute(stmt):
        runs = state in (*OPEN, "in-force")
        if {giver, taker} == pair:
            if runs:
                raise Refused(
                    N_("They have a trust agreement with each other."),
                    next_step=Msg(N_("If they are one, they end it first.")),
                )
            if here != pair:
                raise Refused(N_("They had an agreement with each other. Both must say yes."))
        elif runs:
            own, other = (giver, taker) if giver in pair else (taker, giver)
            held.setdefault((other, work), set()).add(own)
    both = next((other for (other, _), sides in held.items() if sides == pair), None)
    if both is not None:
        raise Refused(
            Msg(
                N_("Both have a trust agreement with %(partner)s. Each may allow other things."),
                {"partner": session.get_one(Partner, both).name},
            ),
            next_step=Msg(N_("Let one of the two agreements end first.")),
        )
