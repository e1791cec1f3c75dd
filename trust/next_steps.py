"""What two partners agreed to do next: done, moved to another day or dropped, with the reason, the
same to both sides; and told the day before to those who said that they would do it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from trust.act import Act, Actor, verb
from trust.audit import Event, EventWords
from trust.calendar import london_day
from trust.outbox import send
from trust.partners import Partner
from trust.people import Person, seated
from trust.records import N_, Ref, Refused
from trust.relationships import Note


def sides(note: Note) -> tuple[int, ...]:
    """Ids of the partners whose next step it is."""
    if note.next_step_by == "both":
        return note.giver_id, note.taker_id
    return (note.giver_id if note.next_step_by == "giver" else note.taker_id,)


def open_ones() -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a next step is agreed by both, has a day, and is still to do."""
    return (
        Note.state == "confirmed",
        Note.next_step != "",
        Note.next_step_on.is_not(None),
        Note.next_step_done_at.is_(None),
        Note.next_step_dropped_at.is_(None),
    )


def due_by(last: date) -> Select[Note]:
    """The notes whose next step is still to do, and is due on ``last`` or before."""
    return select(Note).where(*open_ones(), Note.next_step_on <= last).order_by(Note.id)


def done_by(partner_ids: Sequence[int] | BindParameter[Any]) -> ColumnElement[bool]:
    """Whether it is the next step of one of these partners."""
    return or_(
        and_(Note.giver_id.in_(partner_ids), Note.next_step_by != "taker"),
        and_(Note.taker_id.in_(partner_ids), Note.next_step_by != "giver"),
    )


def of_sides(partner_ids: Sequence[int]) -> Select[Note]:
    """The notes whose next step some partners said that they would do."""
    return (
        select(Note).where(*open_ones(), done_by(partner_ids)).order_by(Note.next_step_on, Note.id)
    )


def whom_to_tell(session: Session, note: Note, partner_id: int, now: datetime) -> list[int]:
    """On one side: whoever wrote the note or said if it is right; else all who read it there."""
    readers = seated(session, Ref("partner", partner_id), "relationship:read", now)
    stmt = select(Event.actor_id).where(
        Event.subject == Ref.of(note),
        Event.acting_for_id == partner_id,
        Event.verb.in_(("note:write", "note:confirm", "note:dispute", "note:answer")),
    )
    known = set(session.scalars(stmt))
    return [person for person in readers if person in known] or readers


def may_change(actor: Actor, note: Note) -> bool:
    """Whether to offer to move or drop a next step."""
    return note.step_open and move.allowed(actor, note)


def _open(note: Note) -> None:
    if not note.step_open:
        raise Refused(N_("There is no next step that is still to do."))


def _because(act: Act, reason: str) -> None:
    """Keep the reason. Raises ``Refused`` where there is none."""
    if not reason.strip():
        raise Refused(N_("Say why, in your own words."), field="reason")
    act.words(reason=reason.strip()[:1000])


def other_side(actor: Actor, note: Note) -> int:
    """The id of the partner across from the one that ``actor`` acts for."""
    return note.taker_id if actor.acting_for == note.giver_id else note.giver_id


def tell_other_side(act: Act, note: Note, kind: str) -> None:
    """Send a mail to those of the other side who know of a note."""
    for person in whom_to_tell(act.session, note, other_side(act.actor, note), act.now):
        if person != act.actor.person_id:
            send(act, kind, person, note)


@verb("note:next-step", may="note:write")
def tick(act: Act, note: Note, *, done: bool) -> None:
    """Either side says that the next step is done; or that it is not after all, or not dropped.
    Those who said that they would do it are told when the other side does.

    Raises ``Refused`` when nothing was agreed, while only one side says that it was, and where the
    other side said that it is done: that takes a reason (``reopen``).
    """
    if not note.next_step:
        raise Refused(N_("No next step was written down."))
    if note.state != "confirmed":
        raise Refused(N_("First the other side says that this note is right."))
    if not done and done_by_other(act.session, act.actor, note):
        raise Refused(N_("The other side says that it is done. Say why it is not."))
    if done and other_side(act.actor, note) in sides(note) and not note.next_step_done_at:
        tell_other_side(act, note, "step-done")
    note.next_step_done_at, note.next_step_dropped_at = act.now if done else None, None
    act.fact(done=done)


@verb("note:reopen-step", may="note:write")
def reopen(act: Act, note: Note, *, reason: str) -> None:
    """Either side says that a next step is not done after all, and why. The other side is told.

    Raises ``Refused`` where it is not done, and without a reason.
    """
    if not note.next_step_done_at:
        raise Refused(N_("Nobody says that it is done. It is still to do."))
    _because(act, reason)
    note.next_step_done_at = None
    tell_other_side(act, note, "step-changed")


def may_tick(actor: Actor, note: Note) -> bool:
    """Whether to offer to say that a next step is done: only once both sides agree on it."""
    return bool(note.next_step) and note.state == "confirmed" and tick.possible(actor, note)


class Ticked(NamedTuple):
    """Who said that a next step is done, and for which partner."""

    person: str
    partner: str
    partner_id: int | None


def ticked_by(session: Session, note: Note) -> Ticked | None:
    """Who said that the next step is done; None while it is not."""
    if not note.next_step_done_at:
        return None
    stmt = (
        select(Person.name, Partner.name, Partner.id)
        .select_from(Event)
        .join(Person, Person.id == Event.actor_id)
        .join(Partner, Partner.id == Event.acting_for_id)
        .where(Event.subject == Ref.of(note), Event.verb == "note:next-step")
        .order_by(Event.id.desc())
    )
    found = session.execute(stmt).first()
    return Ticked(*found) if found else None


def done_by_other(session: Session, actor: Actor, note: Note) -> bool:
    """Whether the side that ``actor`` does not act for said that it is done."""
    ticked = ticked_by(session, note)
    return ticked is not None and ticked.partner_id != actor.acting_for


@verb("note:move-step", may="note:write")
def move(act: Act, note: Note, *, on: date, reason: str) -> None:
    """Either side moves the next step to another day, and says why. The other side is told.

    Raises ``Refused`` where nothing is to do, without a reason, and for a day that is over or the
    one that it is due on already.
    """
    _open(note)
    if on < london_day(act.now):
        raise Refused(N_("Choose a day that is still to come."), field="on")
    if on == note.next_step_on:
        raise Refused(N_("Choose another day than the one that is set."), field="on")
    _because(act, reason)
    was = note.next_step_on.isoformat() if note.next_step_on else None
    act.fact(was=was, on=on.isoformat())
    note.next_step_on = on
    tell_other_side(act, note, "step-changed")


@verb("note:drop-step", may="note:write")
def drop(act: Act, note: Note, *, reason: str) -> None:
    """Either side says that the next step will not be done, and why. The other side is told.

    Raises ``Refused`` where nothing is to do, and without a reason.
    """
    _open(note)
    _because(act, reason)
    note.next_step_dropped_at = act.now
    tell_other_side(act, note, "step-changed")


CHANGES = ("note:move-step", "note:drop-step", "note:reopen-step")


class Change(NamedTuple):
    """One change to a next step: how it was changed (a verb), who made it and for whom, when, to
    which day, if it was moved, and why."""

    verb: str
    person: str
    partner: str
    at: datetime
    on: date | None
    reason: str


def changes(session: Session, note: Note) -> list[Change]:
    """How the next step of a note was moved, dropped or taken up again with a reason, oldest
    first: the same to both sides."""
    stmt = (
        select(Event.verb, Person.name, Partner.name, Event.at, Event.facts, EventWords.words)
        .select_from(Event)
        .join(Person, Person.id == Event.actor_id)
        .join(Partner, Partner.id == Event.acting_for_id)
        .outerjoin(EventWords, EventWords.event_id == Event.id)
        .where(Event.subject == Ref.of(note), Event.verb.in_(CHANGES))
        .order_by(Event.id)
    )
    return [
        Change(
            verb,
            person,
            partner,
            at,
            date.fromisoformat(facts["on"]) if "on" in facts else None,
            (words or {}).get("reason", ""),
        )
        for verb, person, partner, at, facts, words in session.execute(stmt)
    ]
