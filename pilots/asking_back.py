"""A group says by phone or on paper that it wants an answer back that it sent: written down and
confirmed as what it says about an agreement (``trust.recordings``)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, object_session

from pilots.contribution_states import SENT, STATES
from pilots.contributions import Contribution, tell_giver
from trust import recordings
from trust.act import Act, Actor, verb
from trust.locks import one_at_a_time
from trust.partners import Partner
from trust.recordings import SAYINGS, Recording, Saying
from trust.records import N_, Ref, Refused


def to_ask_back(actor: Actor, now: datetime) -> Select[Contribution]:
    """The answers of which ``actor`` may write down that the group wants them back: it has nobody
    here, or would rather not. Whoever sees that there is one does not read it by that."""
    helped = Partner.supporter_id.in_(actor.ids("agreement:record", "partner"))
    works = Contribution.pilot_id.in_(actor.ids("agreement:record", "pilot"))
    return (
        select(Contribution)
        .join(Partner, Partner.id == Contribution.giver_id)
        .where(or_(helped, works), Contribution.state.in_(SENT), recordings.not_here(now))
        .order_by(Contribution.id.desc())
    )


def waiting_for(session: Session, contribution: Contribution) -> Recording | None:
    """The wish to have it back that waits to be confirmed, if there is one."""
    stmt = select(Recording).where(Recording.answer == Ref.of(contribution))
    found = session.scalars(stmt.order_by(Recording.id.desc()))
    return next((one for one in found if recordings.standing(one)), None)


@verb("recording:make-back", may="agreement:record", creates=True)
def record_back(
    act: Act,
    contribution: Contribution,
    *,
    name: str,
    role: str,
    how: str,
    said_on: date,
    lang: str,
    why: str = "",
) -> Recording:
    """Write down that somebody of the group wants the answer back. A reason is not asked for.

    Raises ``Refused`` for somebody of either side, when it is taken back or this waits already,
    without name and role, or for a day that is not over yet.
    """
    recordings.check_outside(act.actor, contribution)
    if contribution.state not in SENT:
        raise Refused(N_("There is no answer to take back now."))
    one_at_a_time(act.session, f"said:{Ref.of(contribution)}")
    if waiting_for(act.session, contribution) is not None:
        raise Refused(recordings.ALREADY)
    given: dict[str, Any] = {
        "name": name,
        "role": role,
        "how": how,
        "said_on": said_on,
        "lang": lang,
    }
    made = recordings.written(act, contribution, kind="back", why=why, **given)
    made.answer = Ref.of(contribution)
    act.session.flush()
    act.fact(contribution=contribution.id)
    tell_giver(act, contribution, "answer-said")
    return made


def answer_of(recording: Recording) -> Contribution | None:
    """The answer that a recording is about, for rules."""
    session = object_session(recording)
    if session is None or recording.answer is None:
        return None
    return session.get(Contribution, recording.answer.id)


def _stands(recording: Recording) -> bool:
    held = answer_of(recording)
    return held is not None and held.state in SENT


def _withdraw(act: Act, recording: Recording) -> None:
    """As in ``contributions.withdraw``."""
    held = answer_of(recording)
    assert held is not None
    held.state = STATES.check("contribution:confirm-withdraw", held.state).to
    act.moment("withdrawn", held)
    act.fact(contribution=held.id)
    if recording.why:
        act.words(reason=recording.why)


def _not_so(act: Act, recording: Recording) -> None:
    held = answer_of(recording)
    if held is not None:
        tell_giver(act, held, "answer-not-said")


SAYINGS["back"] = Saying(_stands, _withdraw, _not_so)
