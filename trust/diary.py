"""The days that one person keeps in a calendar of their own: read there at a secret address, which
names no topic and no group (safety.md, "Phones and shared devices")."""

import base64
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust import next_steps, renewal
from trust.act import Act, Actor, verb
from trust.agreements import Agreement
from trust.calendar import london_day
from trust.people import Person, actor_for, acts_for, own_person
from trust.records import GOES, N_, Record, Ref
from trust.signin import derive

MOST = 500
"""Days in one calendar."""

AHEAD = timedelta(days=3 * 365)


class Diary(Record):
    """One person's calendar. Its address is derived from ``nonce`` and the portal's secret, so the
    database alone opens none."""

    __tablename__ = "diary"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True, info=GOES)
    nonce: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Entry:
    """One day: what it is about, what it says of it, and when that last changed."""

    about: Ref
    on: date
    text: str
    at: datetime


def of_person(session: Session, person_id: int) -> Diary | None:
    """A person's calendar, or None when it is switched off."""
    return session.scalars(select(Diary).where(Diary.person_id == person_id)).first()


def token(key: bytes, diary: Diary) -> str:
    """What its address ends in. Whoever has it reads the calendar."""
    secret = base64.urlsafe_b64encode(derive(key, "diary", diary.nonce)).decode().rstrip("=")
    return f"{diary.person_id}-{secret}"


def by_token(session: Session, key: bytes, given: str) -> Diary | None:
    """The calendar of an address, or None for one that is unknown, old or switched off."""
    number, _, _ = given.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    diary = of_person(session, int(number))
    if diary is None or not hmac.compare_digest(token(key, diary).encode(), given.encode()):
        return None
    return diary


@verb("person:open-diary", may="signed-in")
def open_diary(act: Act, person: Person) -> None:
    """Give the calendar an address; a new one, if it has one: the old one opens nothing then."""
    own_person(act, person)
    diary = of_person(act.session, person.id) or Diary(person_id=person.id)
    diary.nonce = secrets.token_urlsafe(32)
    act.session.add(diary)


@verb("person:close-diary", may="signed-in")
def close_diary(act: Act, person: Person) -> None:
    """Switch the calendar off: its address opens nothing any more."""
    own_person(act, person)
    diary = of_person(act.session, person.id)
    if diary is not None:
        act.session.delete(diary)


def actors(session: Session, person_id: int, now: datetime) -> list[Actor]:
    """A person with each of their hats, as they are without a second factor: nobody gives one to
    read a calendar."""
    partners = acts_for(session, person_id, now)
    return [actor_for(session, person_id, one, now) for one in partners if one is not None]


def entries(session: Session, actor: Actor, now: datetime) -> Iterator[Entry]:
    """The days that one hat brings: next steps that its side does, and agreements that it looks at
    again."""
    does = actor.ids("note:write", "partner")
    for note in session.scalars(next_steps.of_sides(does).limit(MOST)):
        assert note.next_step_on is not None
        text = N_("Something you agreed to do")
        yield Entry(Ref.of(note), note.next_step_on, text, note.changed_at or note.created_at)
    due = renewal.looked_at_by(london_day(now) + AHEAD)
    for held in session.scalars(
        Agreement.visible(select(Agreement), actor).where(*due).limit(MOST)
    ):
        text = N_("An agreement to look at again")
        yield Entry(Ref.of(held), held.review_on, text, held.changed_at or held.created_at)
