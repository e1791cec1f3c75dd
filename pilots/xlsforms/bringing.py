"""A form becomes a request that is being written."""

from pilots.cohort import must_go_on
from pilots.pilot import Pilot
from pilots.requests import Request, new_request
from pilots.wording import question
from pilots.xlsforms.reading import Form
from pilots.xlsforms.report import counts
from trust.act import Act, verb
from trust.records import N_, Msg, Refused


@verb("request:bring", may="request:write", creates=True)
def bring(act: Act, pilot: Pilot, *, brought: Form, seen: str) -> Request:
    """Start a request of a pilot with the questions of a form. Raises ``Refused`` once the pilot
    has ended, and where it is not the form that was looked at (``seen``)."""
    must_go_on(pilot)
    if seen != brought.fingerprint:
        raise Refused(
            N_("Something changed after you looked at this list. Nothing was written."),
            next_step=Msg(N_("Look at the new list, then say yes again.")),
        )
    told = brought.settings
    made = new_request(told.title, told.why, told.minutes)
    made.taker_id, made.pilot_id, made.payment = pilot.taker_id, pilot.id, told.payment
    made.newest.questions += [
        question(place, why_later=True, **given) for place, given in enumerate(brought.questions, 1)
    ]
    act.fact(rows={str(outcome): number for outcome, number in counts(brought.lines).items()})
    return made
