"""The relationship between two partners: conversations written down where both sides read the
same words. There are no private notes about a partner (trust.md, "Relationship record")."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from trust import throttle
from trust.act import Act, Actor, verb
from trust.audit import Event, EventWords
from trust.calendar import london_day
from trust.outbox import send
from trust.partners import Partner
from trust.people import seated
from trust.records import N_, STAYS, Msg, Record, Ref, Refused
from trust.states import Move, table

MOST_A_DAY = 30

HOW = {
    "met": N_("We met"),
    "phone": N_("On the phone"),
    "video": N_("On a video call"),
    "message": N_("By message or email"),
}

WHO = {
    "giver": N_("We do"),
    "taker": N_("They do"),
    "both": N_("Both of us"),
}
"""Whose next step it is. ``giver`` and ``taker`` are those of the note."""

STATES = table(
    "note",
    "written",
    {
        "written": N_("Waiting for the other side to read it"),
        "confirmed": N_("Both sides say this is right"),
        "disputed": N_("The two sides do not agree yet"),
    },
    [
        Move("note:confirm", ("written", "disputed"), "confirmed", "note:confirm"),
        Move("note:dispute", ("written",), "disputed", "note:confirm", reason=True),
    ],
)


class Note(Record):
    """One conversation. ``giver_id`` wrote it up; ``taker_id`` reads, corrects and confirms."""

    __tablename__ = "note"

    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    happened_on: Mapped[date]
    how: Mapped[str] = mapped_column(String(20))
    lang: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    next_step: Mapped[str] = mapped_column(String(500), default="")
    next_step_by: Mapped[str] = mapped_column(String(10), default="both")
    next_step_on: Mapped[date | None]
    next_step_done_at: Mapped[datetime | None]
    next_step_dropped_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]

    lines: Mapped[list["NoteLine"]] = relationship(order_by="NoteLine.position")
    giver: Mapped[Partner] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Partner] = relationship(foreign_keys=[taker_id])

    @classmethod
    def visible(cls, stmt: Select["Note"], actor: Actor) -> Select["Note"]:
        """Both sides read the same record; nobody else does."""
        mine = actor.ids("relationship:read", "partner")
        return stmt.where(or_(cls.giver_id.in_(mine), cls.taker_id.in_(mine)))

    @property
    def step_open(self) -> bool:
        """Whether a next step was agreed that is neither done nor dropped."""
        over = self.next_step_done_at or self.next_step_dropped_at
        return bool(self.next_step) and self.state == "confirmed" and not over

    def places(self, permission: str) -> tuple[Ref, ...]:
        """The side that reads says whether it is right; either says that a next step is done."""
        if permission == "note:write":
            return (Ref("partner", self.giver_id), Ref("partner", self.taker_id))
        return (Ref("partner", self.taker_id),)


class NoteLine(Record):
    """One thing that was said. A correction stands beside the first words, never over them."""

    __tablename__ = "note_line"

    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), index=True)
    position: Mapped[int]
    words: Mapped[str] = mapped_column(String(2000))
    corrected: Mapped[str | None] = mapped_column(String(2000))


def _tell_writer(act: Act, note: Note, kind: str) -> None:
    """To whoever wrote a note; to all who read it on that side, if the writer does no more."""
    readers = seated(act.session, Ref("partner", note.giver_id), "relationship:read", act.now)
    for person in [note.written_by_id] if note.written_by_id in readers else readers:
        send(act, kind, person, note)


def _not_writer(act: Act, note: Note) -> None:
    """Raises ``Refused`` for whoever wrote it, and for whoever belongs to the side that did: one
    who acts for both sides is still one person."""
    if note.written_by_id == act.actor.person_id:
        raise Refused(N_("You wrote this yourself. A colleague says if it is right."))
    if note.giver_id in act.actor.own:
        raise Refused(N_("You belong to both sides. A colleague says if it is right."))


@verb("note:write", may="note:write", creates=True)
def write(
    act: Act,
    writer: Partner,
    *,
    other: Partner,
    happened_on: date,
    how: str,
    lines: list[str],
    next_step: str,
    next_step_on: date | None,
    lang: str,
    next_step_by: str = "both",
) -> Note:
    """Write up a conversation with another partner, line by line. The other side is told.

    Raises ``Refused`` when nothing was written, the day is still to come, a partner writes to
    itself, or a person has written more than thirty today: each is mailed.
    """
    throttle.daily(act, "note", MOST_A_DAY)
    said = [" ".join(line.split()) for line in lines if line.strip()]
    if not said:
        raise Refused(N_("Write down at least one thing that was said."), field="lines")
    if any(len(line) > 2000 for line in said):
        raise Refused(N_("Write shorter lines: one thing on each."), field="lines")
    if happened_on > london_day(act.now):
        raise Refused(
            N_("Give the day it happened. It cannot be after today."), field="happened_on"
        )
    if next_step_by not in WHO:
        raise Refused(N_("Choose one of the answers."), field="next_step_by")
    if writer.id == other.id:
        raise Refused(N_("A note is about a talk with another organisation."), field="other")
    note = Note(
        giver_id=writer.id,
        taker_id=other.id,
        written_by_id=act.actor.person_id,
        happened_on=happened_on,
        how=how,
        lang=lang,
        next_step=next_step.strip(),
        next_step_on=next_step_on,
        next_step_by=next_step_by,
        lines=[NoteLine(position=n, words=line) for n, line in enumerate(said, 1)],
    )
    act.session.add(note)
    act.session.flush()
    for person in seated(act.session, Ref.of(other), "relationship:read", act.now):
        if person != act.actor.person_id:
            send(act, "note", person, note)
    return note


@verb("note:confirm", table=STATES)
def confirm(act: Act, note: Note, *, corrections: dict[int, str]) -> None:
    """The other side says it is right, with its corrections by line number.

    Raises ``Refused`` for whoever wrote it, and when a correction is for a line that is not there.
    """
    _not_writer(act, note)
    lines = {line.position: line for line in note.lines}
    corrected = []
    for position, words in corrections.items():
        if position not in lines:
            raise Refused(
                Msg(N_("There is no line %(number)s in this note."), {"number": position})
            )
        words = " ".join(words.split())
        if words and words != lines[position].words:
            lines[position].corrected = words[:2000]
            corrected.append(position)
    note.confirmed_at = act.now
    act.fact(corrected=sorted(corrected))
    _tell_writer(act, note, "note-corrected" if corrected else "note-right")


@verb("note:dispute", table=STATES)
def dispute(act: Act, note: Note, *, reason: str) -> None:
    """The other side says that this is not how it was, and why. Refused for whoever wrote it."""
    _not_writer(act, note)
    act.words(reason=reason)
    _tell_writer(act, note, "note-disputed")


def standing(note: Note, reader_id: int | None, put_right: bool) -> Msg:
    """How a note stands, said to a reader who acts for ``reader_id``. ``put_right``: the other
    side changed a line of it, so both do not say that what was written first is right."""
    if note.state == "written" and reader_id == note.taker_id:
        return Msg(N_("Waiting for you to read it"))
    if note.state == "confirmed" and put_right:
        return Msg(N_("Put right by %(partner)s"), {"partner": note.taker.name})
    return Msg(STATES.names[note.state])


def put_right(session: Session, notes: Sequence[Note]) -> set[int]:
    """The ids of those notes in which the other side put a line right."""
    stmt = select(NoteLine.note_id).where(
        NoteLine.note_id.in_([note.id for note in notes]), NoteLine.corrected.is_not(None)
    )
    return set(session.scalars(stmt))


def between(actor: Actor, one_id: int, other_id: int) -> Select[Note]:
    """The notes between two partners, whoever wrote them, newest talk first."""
    pair = (one_id, other_id)
    stmt = select(Note).where(Note.giver_id.in_(pair), Note.taker_id.in_(pair))
    return Note.visible(stmt, actor).order_by(Note.happened_on.desc(), Note.id.desc())


def next_steps(session: Session, actor: Actor, one_id: int, other_id: int) -> list[Note]:
    """The notes whose next step is still to do, the one that is due first before the others."""
    stmt = between(actor, one_id, other_id).where(
        Note.next_step != "",
        Note.next_step_done_at.is_(None),
        Note.next_step_dropped_at.is_(None),
    )
    first = Note.next_step_on.is_(None), Note.next_step_on, Note.id
    return list(session.scalars(stmt.order_by(None).order_by(*first).limit(20)))


def disputed_because(session: Session, note: Note) -> str:
    """Why the other side said that a note is not right, in its own words; empty if it did not."""
    stmt = (
        select(EventWords.words)
        .join(Event, Event.id == EventWords.event_id)
        .where(Event.subject == Ref.of(note), Event.verb == "note:dispute")
        .order_by(Event.id.desc())
    )
    words = session.scalars(stmt).first()
    return words.get("reason", "") if words else ""
