"""What the side that wrote a note answers, once, where the other side says that it was different,
or put a line right. Both stand side by side (trust.md, "Relationship record")."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trust.act import Act, Actor, verb
from trust.audit import Event, EventWords
from trust.next_steps import tell_other_side
from trust.people import Person
from trust.records import N_, Hidden, Ref, Refused
from trust.relationships import Note

TO = {"note:dispute": "disputed", "note:confirm": "confirmed"}
"""What is answered, by what the other side did, with the state that the note is in then."""


class Answer(NamedTuple):
    """What somebody of the side that wrote a note answered, when, to which state of it; and
    whether they say that the other side is right."""

    person: str
    at: datetime
    to: str
    right: bool
    words: str


def answers(session: Session, note: Note) -> list[Answer]:
    """What was answered about a note, oldest first: the same to both sides."""
    stmt = (
        select(Person.name, Event.at, Event.facts, EventWords.words)
        .join(Person, Person.id == Event.actor_id)
        .outerjoin(EventWords, EventWords.event_id == Event.id)
        .where(Event.subject == Ref.of(note), Event.verb == "note:answer")
        .order_by(Event.id)
    )
    return [
        Answer(person, at, facts["to"], facts["right"], (words or {}).get("reason", ""))
        for person, at, facts, words in session.execute(stmt)
    ]


def said_right(session: Session, notes: Sequence[Note]) -> set[int]:
    """The ids of those notes whose writer says that what the other side put right is right."""
    stmt = select(Event.subject, Event.facts).where(
        Event.subject.in_([Ref.of(note) for note in notes]), Event.verb == "note:answer"
    )
    return {
        about.id
        for about, facts in session.execute(stmt)
        if facts["right"] and facts["to"] == "confirmed"
    }


def waits(note: Note, given: Sequence[Answer]) -> bool:
    """Whether the other side disputes a note, or put a line of it right, and its writers have not
    answered that."""
    corrected = note.state == "confirmed" and any(line.corrected for line in note.lines)
    return (note.state == "disputed" or corrected) and note.state not in [one.to for one in given]


def may_answer(actor: Actor, note: Note, given: Sequence[Answer]) -> bool:
    """Whether to offer an answer: to the side that wrote it, once."""
    return actor.acting_for == note.giver_id and answer.allowed(actor, note) and waits(note, given)


@verb("note:answer", may="note:write")
def answer(act: Act, note: Note, *, right: bool, words: str) -> None:
    """The side that wrote a note answers what the other side said of it: that this is right, or
    how they remember it. Once; the other side is told.

    Raises ``Hidden`` for anybody else; ``Refused`` where there is nothing to answer, where it was
    answered, without words where it is not right, and for whoever said it for the other side.
    """
    if act.actor.acting_for != note.giver_id:
        raise Hidden("note")
    if not waits(note, answers(act.session, note)):
        raise Refused(N_("There is nothing to answer here, or a colleague has answered."))
    said_by = (
        select(Event.actor_id)
        .where(Event.subject == Ref.of(note), Event.verb.in_(TO))
        .order_by(Event.id.desc())
    )
    if act.session.scalars(said_by).first() == act.actor.person_id:
        raise Refused(N_("You said this yourself, for the other side. A colleague answers."))
    if not right and not words.strip():
        raise Refused(N_("Say how you remember it."), field="reason")
    act.fact(to=note.state, right=right)
    if words.strip():
        act.words(reason=words.strip()[:1000])
    tell_other_side(act, note, "note-answered")
