"""A partner's own answers, as its pages load them: by the partner itself, or by the connector who
writes one down for it."""

from flask import request, url_for

from pilots import contributions, drafts
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.questions import Question
from portal import access
from portal.contacts import tell_coordinator, tell_whom_to_call
from trust.records import Hidden


def is_own(held: Contribution) -> bool:
    """Whether the person acts for its giver, or wrote it down for it."""
    who = access.actor()
    entered = held.on_behalf and held.entered_by_id == who.person_id
    return entered or who.acting_for == held.giver_id


def load_own(id: int) -> Contribution:
    """A contribution of one's own. When a form comes in, the next one waits until it is done."""
    return own(access.load(Contribution, id))


def own(held: Contribution) -> Contribution:
    """The same for one that is loaded already. Raises ``Hidden`` where it is somebody else's."""
    if not is_own(held):
        raise Hidden("contribution")
    if request.method == "POST":
        access.session().refresh(held, with_for_update=True)
    pilot = access.session().get(Pilot, held.pilot_id) if held.pilot_id else None
    if pilot is not None:
        tell_coordinator(pilot)
    else:
        tell_whom_to_call(held.giver, held.request.taker)
    return held


def question_of(held: Contribution, key: str) -> tuple[int, Question]:
    """The place and the question with this key, or the last one that had it. Raises ``Hidden`` for
    a key that is none."""
    asking = [one for one in held.request_version.questions if one.asks]
    for number, one in enumerate(asking, 1):
        if one.key == key:
            return number, one
    # One that was taken out since: what was typed for it is still kept.
    for version in reversed(held.request.versions):
        for one in version.questions:
            if one.key == key and one.asks and version.frozen_at is not None:
                return one.position, one
    raise Hidden("question")


def is_one_page(held: Contribution) -> bool:
    """Whether it is answered and sent on one page: a partner asked one thing for itself, so there
    is nothing to look through, to show to others, or to quote."""
    return held.pilot_id is None and len(held.request_version.questions) == 1


def go_on(held: Contribution) -> str:
    """The first question without a word yet; the check of all answers when there is none; what
    changed, where the questions did since it was begun."""
    if contributions.behind(access.session(), held):
        return url_for("answering.changed", id=held.id)
    kept = drafts.raw_of(held)
    for one in contributions.answers_of(held, access.now()).asked:
        if one.key not in kept or is_one_page(held):
            return url_for("answering.question", id=held.id, key=one.key)
    return url_for("answering.check", id=held.id)


def for_whom(held: Contribution) -> str:
    """The group's name, where somebody else answers for it; else nothing."""
    return "" if access.actor().acting_for == held.giver_id else held.giver.name
