"""Looking at an agreement again: a new version beside the old one, which holds until both sides
have signed the new (trust.md, "Trust agreement")."""

from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from trust.act import Act, verb
from trust.agreements import OPEN, STATES, Agreement, next_version, tell, write_text
from trust.calendar import london_day
from trust.ending import close
from trust.ledger import Promised
from trust.locks import one_at_a_time
from trust.narrowing import as_data, today
from trust.parties import contacts_now
from trust.promises import Measure
from trust.records import N_, Msg, Ref, Refused

A_MONTH = timedelta(days=30)
"""How long before the day of its review both sides are reminded of an agreement."""


def before(session: Session, agreement: Agreement) -> Agreement | None:
    """The version of an agreement that it replaces, or would replace."""
    return session.get(Agreement, agreement.replaces_id) if agreement.replaces_id else None


def after(session: Session, agreement: Agreement) -> Agreement | None:
    """The version that replaced an agreement."""
    if agreement.state != "replaced":
        return None
    stmt = select(Agreement).where(
        Agreement.replaces_id == agreement.id, Agreement.in_force_at.is_not(None)
    )
    return session.scalars(stmt).first()


def review_due(agreement: Agreement, now: datetime) -> bool:
    """Whether both sides said that they would have looked at it again by now."""
    return agreement.state == "in-force" and agreement.review_on <= london_day(now)


def looked_at_by(day: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    """Agreements in force that both sides said they would look at again by ``day``, and for which
    no newer version waits."""
    newer = aliased(Agreement)
    waits = exists().where(newer.replaces_id == Agreement.id, newer.state.in_(OPEN))
    return Agreement.state == "in-force", Agreement.review_on <= day, ~waits


@verb("agreement:renew", may="agreement:propose", creates=True)
def renew(act: Act, held: Agreement, *, review_on: date) -> Agreement:
    """Propose a new version of an agreement in force, with the clauses as they stand; each can be
    changed before both sign. Until then nothing changes.

    Raises ``Refused`` for one that is not in force, when a newer version waits already, and for a
    review day that is not to come.
    """
    if held.state != "in-force":
        raise Refused(
            N_("Only an agreement that is in force is renewed."),
            next_step=Msg(N_("Propose a new one from the page of the organisation.")),
        )
    one_at_a_time(act.session, f"agreement:{held.giver_id}:{held.taker_id}")
    if next_version(act.session, held) is not None:
        raise Refused(N_("A new version waits to be signed already. Open it to ask for a change."))
    if review_on <= london_day(act.now):
        raise Refused(N_("Choose a day that is still to come."), field="review_on")
    assert act.actor.acting_for is not None
    chosen = as_data(today(held.chosen))
    made = Agreement(
        giver_id=held.giver_id,
        taker_id=held.taker_id,
        giver=held.giver,
        taker=held.taker,
        proposed_by_id=act.actor.acting_for,
        purpose=held.purpose,
        work=held.work,
        project=held.project,
        review_on=review_on,
        chosen=chosen,
        offered=chosen,
        contacts=contacts_now(act.session, held),
        number=held.number + 1,
        replaces_id=held.id,
        signatures=[],
        changes=[],
    )
    write_text(made)
    act.session.add(made)
    act.session.flush()
    act.fact(replaces=held.id, text_sha256=made.text_sha256)
    tell(act, made, made.other_side(act.actor.acting_for))
    return made


def check_goes_on(session: Session, agreement: Agreement) -> None:
    """Raises ``Refused`` for a newer version of what is over by now: whoever ended that one did not
    mean it to hold again by a name that was given before."""
    old = before(session, agreement)
    if old is not None and not STATES.allows("agreement:replace", old.state):
        raise Refused(
            N_("The version before this one has ended. So this one cannot be signed any more."),
            next_step=Msg(N_("Talk to each other. Then propose a new agreement.")),
        )


def take_over(act: Act, agreement: Agreement) -> dict[str, datetime]:
    """The newer version is signed: the older one ends at this moment, with what it allowed. When
    each promise of it began that comes round by the year, for the new one to go on from. Raises
    ``Refused`` where the older one is over."""
    if agreement.replaces_id is None:
        return {}
    check_goes_on(act.session, agreement)
    old = act.session.get_one(Agreement, agreement.replaces_id)
    old.state, source = STATES.move("agreement:replace").to, Ref.of(old)
    stmt = select(Promised).where(Promised.source == source, Promised.ended_at.is_(None))
    began = {
        one.key: one.starts
        for one in act.session.scalars(stmt)
        if one.rule.measure is Measure.RENEW
    }
    close(act, old)
    act.fact(replaces=old.id)
    return began
