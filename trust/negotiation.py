"""How an agreement comes to its words: changes to one clause at a time, asked for by one side,
answered by the other, or taken back by whoever asked."""

from typing import Unpack

from sqlalchemy.orm import Session

from trust import ground
from trust.act import Act, Actor, verb
from trust.agreements import LONGEST_PURPOSE, STATES, Agreement, open_changes, tell, write_text
from trust.calendar import london_day
from trust.changes import Change, Stood, Wanted, change_of, with_change
from trust.clauses import Chosen
from trust.narrowing import as_data
from trust.records import N_, Msg, Refused


@verb("agreement:ask-change", table=STATES)
def ask_change(act: Act, agreement: Agreement, *, why: str, **wanted: Unpack[Wanted]) -> None:
    """Ask for a change to one clause, and say why. Whoever had signed signs again once it is
    answered. Raises ``Refused`` when nothing would change, or what cannot be changed would."""
    _ask(act, agreement, why, wanted)


@verb("agreement:ask-beside", table=STATES)
def ask_beside(act: Act, agreement: Agreement, *, why: str, **wanted: Unpack[Wanted]) -> None:
    """Ask for other words for a clause while a change to it waits. Both are kept, and whoever
    answers chooses between them. Raises ``Refused`` as ``ask_change`` does, for another clause,
    and for what waits already."""
    _ask(act, agreement, why, wanted)


def _ask(act: Act, agreement: Agreement, why: str, wanted: Wanted) -> None:
    change, waiting = change_of(wanted), open_changes(agreement)
    if any(one.clause != change.clause for one in waiting):
        raise Refused(
            N_("A change to another clause waits for an answer."),
            next_step=Msg(N_("Your words stay in the box. Send them once it is answered.")),
        )
    changed = with_change(agreement.stands, change)
    if any(with_change(agreement.stands, one) == changed for one in waiting):
        raise Refused(N_("These very words wait for an answer already."), field="note")
    _check(act, agreement, changed)
    if changed == agreement.stands:
        raise Refused(N_("Choose what should change, or write your words."), field="note")
    if not why.strip():
        raise Refused(N_("Say why, so that the other side understands."), field="why")
    assert act.actor.person_id is not None and act.actor.acting_for is not None
    change.by_partner_id, change.by_id = act.actor.acting_for, act.actor.person_id
    change.at, change.why = act.now, why.strip()[:1000]
    agreement.changes.append(change)
    act.fact(clause=change.clause)
    tell(act, agreement, agreement.other_side(act.actor.acting_for), "agreement-change")


def _check(act: Act, agreement: Agreement, changed: Stood) -> None:
    ground.check(act.session, agreement.work, as_data(changed.parts))
    if changed.review_on != agreement.review_on and changed.review_on <= london_day(act.now):
        raise Refused(N_("Choose a day that is still to come."), field="review_on")
    if len(changed.purpose) > LONGEST_PURPOSE:
        raise Refused(
            Msg(N_("Use %(most)s characters or fewer."), {"most": LONGEST_PURPOSE}),
            field="purpose",
        )


def left_out(session: Session, agreement: Agreement) -> list[Chosen]:
    """The clauses that may come back, as the base has them: both sides sign anew, as always."""
    held = {one.clause.key for one in agreement.parts}
    return [one for one in ground.common(session, agreement.work) if one.clause.key not in held]


def asked_by(change: Change, actor: Actor) -> bool:
    """Whether ``actor`` asked for a change: that side, or the same person with another hat."""
    return change.by_partner_id == actor.acting_for or change.by_id == actor.person_id


def to_answer(agreement: Agreement, actor: Actor) -> list[Change]:
    """The changes that wait and that ``actor`` did not ask for."""
    return [one for one in open_changes(agreement) if not asked_by(one, actor)]


def _settle(act: Act, agreement: Agreement) -> list[Change]:
    """Nothing waits any more. Returns what this side was asked for."""
    waiting, asked = open_changes(agreement), to_answer(agreement, act.actor)
    if not waiting:
        raise Refused(N_("No change is waiting for an answer."))
    if not asked:
        raise Refused(N_("You asked for this change. Somebody else answers it."))
    for one in waiting:
        one.made, one.answered_at = False, act.now
    return asked


@verb("agreement:make-change", table=STATES)
def make_change(
    act: Act, agreement: Agreement, *, chosen: int | None = None, leave_out: bool = False
) -> None:
    """Say yes to the change, or to one of several to the same clause: that with the id
    ``chosen``. The text is written anew, so both sides sign the new one.

    Words that were to be added may say the opposite of the clause, and both would stand:
    ``leave_out`` leaves the clause out instead. Raises ``Refused`` where it cannot be.
    """
    asked = _settle(act, agreement)
    if chosen is None and len(asked) == 1:
        chosen = asked[0].id
    change = next((one for one in asked if one.id == chosen), None)
    if change is None:
        raise Refused(N_("Choose one of the changes that wait."), field="answer")
    change.made, change.leave_out = True, change.leave_out or leave_out
    changed = with_change(agreement.stands, change)
    _check(act, agreement, changed)
    agreement.offered_purpose = agreement.offered_purpose or agreement.purpose
    agreement.offered_review_on = agreement.offered_review_on or agreement.review_on
    agreement.chosen = as_data(changed.parts)
    agreement.purpose, agreement.review_on = changed.purpose, changed.review_on
    agreement.signatures.clear()
    write_text(agreement)
    act.fact(clause=change.clause, text_sha256=agreement.text_sha256)
    tell(act, agreement, change.by_partner_id, "agreement-changed")


@verb("agreement:keep-words", table=STATES)
def keep_words(act: Act, agreement: Agreement, *, reason: str) -> None:
    """Say no to each change that waits, with the reason. The other side may sign, ask again, or
    decline."""
    asked = _settle(act, agreement)
    for one in asked:
        one.answer = reason.strip()[:1000]
    agreement.signatures.clear()
    act.words(reason=reason)
    act.fact(clause=asked[0].clause)
    tell(act, agreement, asked[0].by_partner_id, "agreement-kept")


def answered(agreement: Agreement, partner_id: int | None) -> Change | None:
    """The change that ``partner_id`` asked for and that was answered last, while the words that
    came of it wait to be signed by that side. Of several: the one that was made."""
    if agreement.state not in ("proposed", "signed-by-one") or not agreement.changes:
        return None
    if any(one.partner_id == partner_id for one in agreement.signatures):
        return None
    newest = max(one.answered_at for one in agreement.changes if one.answered_at)
    last = [one for one in agreement.changes if one.answered_at == newest]
    ours = [one for one in last if one.by_partner_id == partner_id and (one.made or one.answer)]
    return max(ours, key=lambda one: one.made is True, default=None)


def to_take_back(agreement: Agreement, actor: Actor) -> list[Change]:
    """The changes that wait and that ``actor``'s side asked for."""
    return [one for one in open_changes(agreement) if one.by_partner_id == actor.acting_for]


@verb("agreement:take-back", table=STATES)
def take_back(act: Act, agreement: Agreement, *, chosen: int) -> None:
    """The side that asked for a change takes it back, while nobody has answered it, and others
    still wait. The other side hears of it. Raises ``Refused`` for any other change."""
    if _take_back(act, agreement, chosen) == 0:
        raise Refused(N_("No other change waits. Look at the agreement again."))


@verb("agreement:take-back-last", table=STATES)
def take_back_last(act: Act, agreement: Agreement, *, chosen: int) -> None:
    """The same of the only one that waits: the words stay as they were, and whoever had signed
    signs again."""
    if _take_back(act, agreement, chosen) > 0:
        raise Refused(N_("Another change waits by now. Look at the agreement again."))
    agreement.signatures.clear()


def _take_back(act: Act, agreement: Agreement, chosen: int) -> int:
    """Returns how many others wait."""
    change = next((one for one in to_take_back(agreement, act.actor) if one.id == chosen), None)
    if change is None:
        raise Refused(N_("This change does not wait any more, or your side did not ask for it."))
    change.made, change.answered_at, change.taken_back = False, act.now, True
    act.fact(clause=change.clause)
    tell(act, agreement, agreement.other_side(change.by_partner_id), "agreement-taken-back")
    return len(open_changes(agreement))
