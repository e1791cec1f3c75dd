"""Erasing a person: what is personal goes, what they did for an organisation stays with it, and
the record of events can still be verified (safety.md, "Withdrawal, rights, records").

An erasure must outlive a restore of an older backup. So each is also written, by number and
date only, to a list that no backup holds (``portal/erased_list.py``) and applied again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, delete, select, update
from sqlalchemy.orm import Session

from trust import privacy
from trust.act import Act, verb
from trust.audit import ERASED, EventWords
from trust.installation import Installation
from trust.people import Person, Seat
from trust.privacy import Declared

NOBODY = "–"
"""What stands where the name of an erased person stood."""

NO_ADDRESS = "erased.invalid"  # RFC 6761: no mail ever goes there


@dataclass(frozen=True)
class Erased:
    """One erasure, as the list outside the database holds it. ``made_at`` is when the person's
    row was made: after a restore another person may have the number."""

    person_id: int
    made_at: datetime
    at: datetime


def is_erased(person: Person) -> bool:
    """Whether a person was erased: the row is there for what points to it, and says nothing."""
    return person.email.endswith(f"@{NO_ADDRESS}")


def blank(session: Session, person: Person, now: datetime) -> list[int]:
    """Take out all that is personal of one person, within a verb: whose events' words went is
    returned, for the verb's own event to name. Roles end; the person is signed out everywhere."""
    said = privacy.declared()[EventWords.__tablename__]
    spoke = sorted(session.scalars(privacy.rows_of(said, person.id, "event_id").order_by(None)))
    for seat in session.scalars(select(Seat).where(Seat.person_id == person.id)):
        if seat.ends is None or seat.ends > now:
            seat.ends = now
    session.flush()
    for entry in privacy.own_tables():
        if entry.erase == "delete":
            _delete(session, entry, person.id)
        elif entry.erase == "blank" and entry.table != Person.__tablename__:
            table = privacy.tables()[entry.table]
            empty = {name: _empty(table.c[name]) for name in entry.personal}
            session.execute(update(table).where(privacy.whose(entry) == person.id).values(empty))
    person.name, person.phone, person.lang = NOBODY, "", "en"
    person.passkey_only = person.factor_shared = False
    person.email = f"{person.id}@{NO_ADDRESS}"
    session.flush()
    session.expire_all()
    return spoke


def _delete(session: Session, entry: Declared, person_id: int) -> None:
    table = privacy.tables()[entry.table]
    ids = privacy.rows_of(entry, person_id, "id").order_by(None)
    session.execute(delete(table).where(table.c.id.in_(ids)))


def _empty(column: Column[Any]) -> Any:
    """What stands in a personal column afterwards: nothing, as far as it may be nothing."""
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return {}
    return NOBODY if column.name == "name" else ""


@verb("person:erase-again", may="set-up")
def erase_again(act: Act, where: Installation, /, *, erased: Sequence[Erased]) -> int:
    """After a restore: erase once more those whom the list names. Returns how many there were."""
    again: list[int] = []
    words: list[int] = []
    for one in erased:
        person = act.session.get(Person, one.person_id)
        if person is None or person.created_at != one.made_at or is_erased(person):
            continue
        words += blank(act.session, person, act.now)
        again.append(one.person_id)
    act.fact(people=again, **{ERASED: words})
    return len(again)


def erase_facts(act: Act, person: Person) -> None:
    """Erase ``person`` within the verb that decides it, whose event says what went."""
    ids = blank(act.session, person, act.now)
    act.fact(person=person.id, **{ERASED: ids})
