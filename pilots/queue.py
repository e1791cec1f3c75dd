"""The reviewers' queue: what was sent to the pilots somebody reviews, the oldest promise first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.requests import Request
from trust.act import Actor
from trust.calendar import london_day
from trust.partners import Partner, Region
from trust.people import Person
from trust.promises import promises
from trust.records import N_, Words
from trust.regions import settings_of

OPEN = ("submitted", "in-review", "asked")
SHOWN = {
    "submitted": N_("Not taken yet"),
    "in-review": N_("Being read"),
    "asked": N_("Waiting for them"),
    "accepted": N_("Accepted"),
    "not-used": N_("Not used"),
}
"""What a reviewer may look for, and what a reviewer calls it. Open ones come unless another is
asked for."""


@dataclass(frozen=True)
class Line:
    """One line of the queue. ``due`` is the last day on which the promise to read it is kept;
    ``late`` that nobody has begun to read it by then."""

    id: int
    reference: str
    state: str
    giver: str
    title: Words
    pilot: str
    sent_at: datetime
    reader_id: int | None
    reader: str | None
    due: date
    late: bool


def waiting(
    actor: Actor, *, pilot_id: int | None = None, state: str = ""
) -> Select[*tuple[Any, ...]]:
    """The columns of the queue, in its order; ``lines`` reads them. Nobody sees what their own
    organisation gave."""
    stmt = (
        select(
            Contribution.id,
            Contribution.reference,
            Contribution.state,
            Partner.name.label("giver"),
            Request.title,
            Pilot.name.label("pilot"),
            Contribution.sent_at,
            Contribution.claimed_by_id,
            Person.name.label("reader"),
            Region.key,
            Region.name.label("region"),
        )
        .join(Partner, Partner.id == Contribution.giver_id)
        .join(Request, Request.id == Contribution.request_id)
        .join(Pilot, Pilot.id == Contribution.pilot_id)
        .join(Region, Region.id == Pilot.region_id)
        .outerjoin(Person, Person.id == Contribution.claimed_by_id)
        .where(
            Contribution.pilot_id.in_(actor.ids("review:queue", "pilot")),
            Contribution.giver_id.is_distinct_from(actor.acting_for),
            Contribution.state.in_((state,) if state in SHOWN else OPEN),
        )
        .order_by(Contribution.sent_at, Contribution.id)
    )
    return stmt if pilot_id is None else stmt.where(Contribution.pilot_id == pilot_id)


def read_by(sent_at: datetime, region_key: str, region_name: str) -> date:
    """The last day on which the promise to read something is kept (promises.toml, "read")."""
    calendar = settings_of(region_key, region_name).calendar
    return calendar.add_working_days(sent_at, promises()["read"].days)


def lines(rows: Iterable[Any], now: datetime) -> list[Line]:
    """Rows of ``waiting``, each with the day on which it is due."""
    today = london_day(now)
    found = []
    for id, reference, state, giver, title, pilot, sent_at, by, reader, key, region in rows:
        due = read_by(sent_at, key, region)
        late = state == "submitted" and due < today
        found.append(
            Line(id, reference, state, giver, title, pilot, sent_at, by, reader, due, late)
        )
    return found


def pilots_of(actor: Actor) -> Select[int, str]:
    """The pilots that somebody reviews, to narrow the queue by."""
    mine = actor.ids("review:queue", "pilot")
    return select(Pilot.id, Pilot.name).where(Pilot.id.in_(mine)).order_by(Pilot.name)
