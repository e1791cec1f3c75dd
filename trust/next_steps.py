"""What two partners agreed to do next: moved to another day or dropped, with the reason, the same
to both sides; and told the day before to those who said that they would do it."""

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
    """On one side: whoever wrote the note or said that it is right; else all who read it there."""
    readers = seated(session, Ref("partner", partner_id), "relationship:read", now)
    stmt = select(Event.actor_id).where(
        Event.subject == Ref.of(note),
        Event.acting_for_id == partner_id,
        Event.verb.in_(("note:write", "note:confirm")),
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


def _tell_other_side(act: Act, note: Note) -> None:
    other = note.taker_id if act.actor.acting_for == note.giver_id else note.giver_id
    for person in whom_to_tell(act.session, note, other, act.now):
        if person != act.actor.person_id:
            send(act, "step-changed", person, note)


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
    _tell_other_side(act, note)


@verb("note:drop-step", may="note:write")
def drop(act: Act, note: Note, *, reason: str) -> None:
    """Either side says that the next step will not be done, and why. The other side is told.

    Raises ``Refused`` where nothing is to do, and without a reason.
    """
    _open(note)
    _because(act, reason)
    note.next_step_dropped_at = act.now
    _tell_other_side(act, note)


class Change(NamedTuple):
    """One change to a next step: who made it and for whom, when, to which day (None: it was
    dropped) and why."""

    person: str
    partner: str
    at: datetime
    on: date | None
    reason: str


def changes(session: Session, note: Note) -> list[Change]:
    """How the next step of a note was moved or dropped, oldest first: the same to both sides."""
    stmt = (
        select(Person.name, Partner.name, Event.at, Event.facts, EventWords.words)
        .select_from(Event)
        .join(Person, Person.id == Event.actor_id)
        .join(Partner, Partner.id == Event.acting_for_id)
        .outerjoin(EventWords, EventWords.event_id == Event.id)
        .where(Event.subject == Ref.of(note), Event.verb.in_(("note:move-step", "note:drop-step")))
        .order_by(Event.id)
    )
    return [
        Change(
            person,
            partner,
            at,
            date.fromisoformat(facts["on"]) if "on" in facts else None,
            (words or {}).get("reason", ""),
        )
        for person, partner, at, facts, words in session.execute(stmt)
    ]
