"""What is put right about a request for information: it is opened again, or something that it is
about by mistake is taken off. Whoever it concerns is told why (safety.md, "Freedom of
information")."""

from trust.act import Act, verb
from trust.calendar import ENGLAND, london_day
from trust.inquiries import (
    CONSULTED,
    DAYS,
    KEEPS,
    MOST_LETTERS,
    STATES,
    Covered,
    Inquiry,
    tell_group,
)
from trust.records import N_, Refused


@verb("inquiry:reopen", table=STATES)
def reopen(act: Act, inquiry: Inquiry, *, reason: str) -> None:
    """Open a request that was closed: whoever asked is not content, or it was closed by mistake.
    From now on it holds what it is about, as far as that is still there. Its day stays while it is
    to come; after that there are as many days as at first, for a review. Raises ``Refused`` without
    a reason."""
    if inquiry.due_on < london_day(act.now):
        inquiry.due_on = ENGLAND.add_working_days(act.now, DAYS)
    inquiry.again, inquiry.again_at = reason.strip()[:MOST_LETTERS], act.now
    inquiry.closed_at = inquiry.closed_by_id = None
    act.fact(due=inquiry.due_on.isoformat())
    act.words(reason=inquiry.again)
    for one in inquiry.consultations:
        if one.state != "dropped":
            tell_group(act, one, "inquiry-again")


@verb("covered:take-off", may=KEEPS)
def take_off(act: Act, covered: Covered, *, reason: str) -> None:
    """Say that a request is not about this after all. What it held goes its way from now on; once
    nothing of an organisation is left, it is asked no more. Raises ``Refused`` without a reason,
    once the request is closed, for what was taken off already, and for whoever belongs to that
    organisation."""
    inquiry = covered.inquiry
    if inquiry.state != "open" or covered.off_at is not None:
        raise Refused(N_("This holds nothing any more."))
    if covered.giver_id in act.actor.own - {inquiry.taker_id}:
        raise Refused(N_("You belong to this organisation. Somebody else decides."))
    reason = reason.strip()[:MOST_LETTERS]
    if not reason:
        raise Refused(N_("Say why it is not about this."), field="reason")
    covered.off_at, covered.off_why = act.now, reason
    act.parties(covered.giver_id, inquiry.taker_id)
    act.fact(inquiry=inquiry.id, about=str(covered.about))
    act.words(reason=reason)
    left = {one.giver_id for one in inquiry.covers if one.off_at is None}
    for one in inquiry.consultations:
        if one.giver_id == covered.giver_id:
            if one.giver_id not in left:
                one.state = CONSULTED.move("consultation:drop").to
            tell_group(act, one, "inquiry-off")
