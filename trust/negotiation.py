"""How an agreement comes to its words: one change at a time, asked for by one side and answered by
the other; how the words stood when somebody read them, and what was said on the way. Both sides
read the same (trust.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from trust import ground, recordings
from trust.act import Act, Actor, verb
from trust.agreements import (
    STATES,
    Agreement,
    Change,
    Signature,
    open_changes,
    tell,
    write_text,
)
from trust.audit import Event, EventWords
from trust.clauses import Chosen, base, library
from trust.narrowing import as_data, from_data, with_back, with_note, with_options, without
from trust.partners import Partner
from trust.people import Person
from trust.records import N_, Msg, Ref, Refused
from trust.wording import Parties, agreement_text, fingerprint

SAID = {
    "agreement:propose": N_("Proposed"),
    "agreement:renew": N_("A new version was proposed"),
    "agreement:ask-change": N_("A change was asked for"),
    "agreement:ask-beside": N_("Other words were asked for"),
    "agreement:make-change": N_("The change was made"),
    "agreement:keep-words": N_("The words were kept"),
    "agreement:set-contacts": N_("One side changed whom to call there"),
    "agreement:sign": N_("Signed by one side"),
    "agreement:sign-last": N_("Signed by both sides. It is in force"),
    "agreement:decline": N_("Not signed"),
    "agreement:end": N_("Ended"),
    "recording:make": N_("A yes was said by phone or on paper"),
    "recording:make-no": N_("A no was said by phone or on paper"),
    "recording:make-end": N_("The wish to end it was said by phone or on paper"),
    "recording:confirm": N_("The group confirmed with the code of a letter what it said"),
    "recording:call": N_("The group confirmed in a call what it said"),
    "recording:deny": N_("The group says that it did not say so"),
    "recording:take-back": N_("What was written down was taken back"),
}


@dataclass(frozen=True)
class Step:
    """One thing that happened to an agreement. ``words`` are what was said with it, ``change``
    the change that it asked for or answered; ``tells`` where its words are to be read here: once
    for each that was asked for, and again for the one chosen of several."""

    at: datetime
    what: Msg
    person: str
    partner: str
    words: str = ""
    change: Change | None = None
    tells: bool = False


def together(session: Session, actor: Actor, one_id: int, other_id: int) -> list[Agreement]:
    """The agreements of two partners that ``actor`` may see, whoever asks, newest first."""
    pair = (one_id, other_id)
    stmt = select(Agreement).where(Agreement.giver_id.in_(pair), Agreement.taker_id.in_(pair))
    stmt = Agreement.visible(stmt, actor)
    return list(session.scalars(stmt.order_by(Agreement.id.desc())))


@verb("agreement:ask-change", table=STATES)
def ask_change(
    act: Act,
    agreement: Agreement,
    *,
    clause: str,
    why: str,
    options: Sequence[str] = (),
    leave_out: bool = False,
    note: str = "",
) -> None:
    """Ask for a change to one clause, and say why. Whoever had signed signs again once it is
    answered. Raises ``Refused`` when nothing would change, or what cannot be changed would."""
    _ask(act, agreement, clause, why, options, leave_out, note)


@verb("agreement:ask-beside", table=STATES)
def ask_beside(
    act: Act,
    agreement: Agreement,
    *,
    clause: str,
    why: str,
    options: Sequence[str] = (),
    leave_out: bool = False,
    note: str = "",
) -> None:
    """Ask for other words for a clause while a change to it waits. Both are kept, and whoever
    answers chooses between them. Raises ``Refused`` as ``ask_change`` does, for another clause,
    and for what waits already."""
    waiting = open_changes(agreement)
    if any(one.clause != clause for one in waiting):
        raise Refused(
            N_("A change to another clause waits for an answer."),
            next_step=Msg(N_("Your words stay in the box. Send them once it is answered.")),
        )
    changed = changed_parts(agreement.parts, clause, options, leave_out, note)
    if any(with_change(agreement.parts, one) == changed for one in waiting):
        raise Refused(N_("These very words wait for an answer already."), field="note")
    _ask(act, agreement, clause, why, options, leave_out, note)


def _ask(
    act: Act,
    agreement: Agreement,
    clause: str,
    why: str,
    options: Sequence[str],
    leave_out: bool,
    note: str,
) -> None:
    changed = changed_parts(agreement.parts, clause, options, leave_out, note)
    ground.check(act.session, agreement.work, as_data(changed))
    if as_data(changed) == agreement.chosen:
        raise Refused(N_("Choose what should change, or write your words."), field="note")
    if not why.strip():
        raise Refused(N_("Say why, so that the other side understands."), field="why")
    assert act.actor.person_id is not None and act.actor.acting_for is not None
    agreement.changes.append(
        Change(
            by_partner_id=act.actor.acting_for,
            by_id=act.actor.person_id,
            at=act.now,
            clause=clause,
            options=list(options),
            leave_out=leave_out,
            note=note.strip(),
            why=why.strip()[:1000],
        )
    )
    act.fact(clause=clause)
    tell(act, agreement, agreement.other_side(act.actor.acting_for), "agreement-change")


def changed_parts(
    parts: Sequence[Chosen], clause: str, options: Sequence[str], leave_out: bool, note: str
) -> tuple[Chosen, ...]:
    """The clauses as they would be with one change: one that was left out comes back. Raises
    ``Refused`` for a change that cannot be."""
    if leave_out:
        return without(parts, clause)
    if clause in library():
        parts = with_back(parts, Chosen(library()[clause]))
    changed = with_options(parts, clause, options)
    return with_note(changed, clause, note)


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
    parts = changed_parts(
        agreement.parts, change.clause, change.options, change.leave_out, change.note
    )
    ground.check(act.session, agreement.work, as_data(parts))
    agreement.chosen = as_data(parts)
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
    last = _settled_with(agreement, agreement.changes[-1])
    ours = [one for one in last if one.by_partner_id == partner_id and (one.made or one.answer)]
    return max(ours, key=lambda one: one.made is True, default=None)


def _settled_with(agreement: Agreement, change: Change) -> list[Change]:
    """The changes that one answer settled."""
    return [one for one in agreement.changes if one.answered_at == change.answered_at]


def with_change(parts: Sequence[Chosen], change: Change) -> tuple[Chosen, ...]:
    """The clauses as they are with a change that was asked for."""
    return changed_parts(parts, change.clause, change.options, change.leave_out, change.note)


def versions(agreement: Agreement) -> list[tuple[Chosen, ...]]:
    """The clauses as they stood: as they were proposed, then after each change that was made."""
    stood = [from_data(agreement.offered) if agreement.offered else base()]
    for change in agreement.changes:
        if change.made:
            stood.append(with_change(stood[-1], change))
    return stood


def as_read(agreement: Agreement, read_sha256: str) -> tuple[tuple[Chosen, ...], Parties] | None:
    """The clauses of the text with this fingerprint and whom it named, if it ever was the
    agreement's text: what somebody had before their eyes while it was changed."""
    named = [agreement.contacts, *(agreement.contacts_before or ())]
    try:
        for parts, parties in product(versions(agreement), map(agreement.parties_with, named)):
            text = agreement_text(
                parts,
                parties,
                purpose=agreement.purpose,
                project=agreement.project,
                review_on=agreement.review_on,
                version=agreement.number,
            )
            if fingerprint(text) == read_sha256:
                return parts, parties
    except Refused:  # a clause that the library no longer has
        return None
    return None


def touched(before: Sequence[Chosen], after: Sequence[Chosen]) -> list[str]:
    """Keys of the clauses that differ, in their order."""
    then = {one.clause.key: one for one in before}
    now = {one.clause.key: one for one in after}
    return [key for key in {**then, **now} if then.get(key) != now.get(key)]


def history(session: Session, agreement: Agreement) -> list[Step]:
    """All that happened to an agreement, oldest first, with each reason in its own words."""
    said_so = {Ref.of(one): one for one in recordings.of(session, agreement)}
    about = [Ref.of(agreement), *said_so]
    stmt = (
        select(Event, EventWords.words, Person.name, Partner.name)
        .outerjoin(EventWords, EventWords.event_id == Event.id)
        .outerjoin(Person, Person.id == Event.actor_id)
        .outerjoin(Partner, Partner.id == Event.acting_for_id)
        .where(Event.subject.in_(about), Event.verb.in_(SAID))
        .order_by(Event.id)
    )
    asked = iter(agreement.changes)
    open_one: Change | None = None
    steps = []
    for event, words, person, partner in session.execute(stmt):
        said = (words or {}).get("reason", "")
        change, tells = None, False
        if event.verb in ("agreement:ask-change", "agreement:ask-beside"):
            change, tells = (open_one := next(asked, None)), True
            said = change.why if change else ""
        elif event.verb in ("agreement:make-change", "agreement:keep-words") and open_one:
            several = _settled_with(agreement, open_one)
            change = next((one for one in several if one.made), open_one)
            tells = bool(change.made) and len(several) > 1
        recording = said_so.get(event.subject)
        key = event.verb
        if recording and event.verb == "recording:make" and recording.kind != "yes":
            key = f"{event.verb}-{recording.kind}"
        elif recording and event.verb in ("recording:confirm", "recording:call"):
            person, partner = recording.name, recording.giver.name  # it is their word
        what = Msg(SAID[key])
        steps.append(Step(event.at, what, person or "", partner or "", said, change, tells))
    newer = _replaced_by(session, agreement)
    return [*steps, newer] if newer else steps


def _replaced_by(session: Session, agreement: Agreement) -> Step | None:
    """The signature on the newer version that ended this one: its event is that one's."""
    if agreement.state != "replaced":
        return None
    stmt = (
        select(Signature.at, Signature.name, Partner.name)
        .join(Agreement, Agreement.id == Signature.agreement_id)
        .join(Partner, Partner.id == Signature.partner_id)
        .where(Agreement.replaces_id == agreement.id, Agreement.in_force_at.is_not(None))
        .order_by(Signature.id.desc())
    )
    found = session.execute(stmt).first()
    what = Msg(STATES.names["replaced"])
    return Step(found[0], what, found[1], found[2]) if found else None
