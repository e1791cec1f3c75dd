"""The reviewers' queue: what was sent to the pilots somebody reviews, the oldest promise first."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from pilots import bounds
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.requests import Request
from trust import conflicts, scope
from trust.act import Actor
from trust.calendar import london_day
from trust.installation import Region
from trust.partners import Partner
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


class Line(NamedTuple):
    """One line of the queue. ``due`` is the last day on which the promise to read it is kept;
    ``late`` that nobody has begun to read it by then."""

    id: int
    reference: str
    state: str
    giver: str
    reader: str | None
    asked: "Asked"
    due: date
    late: bool


class Asked(NamedTuple):
    """A request that a reviewer reads the answers to, and where it belongs: what many lines of
    the queue have in common."""

    id: int
    title: Words
    pilot_id: int
    pilot: str
    region_key: str
    region: str


OUTSIDE = "outside"
"""The name by which a reviewer asks for answers that the agreement does not let them read now."""

STATES_OF = {"": list(OPEN), OUTSIDE: [*OPEN, "accepted"]}


def waiting(
    actor: Actor, now: datetime, *, pilot_id: int | None = None, state: str = ""
) -> tuple[Select[*tuple[Any, ...]], dict[str, Any]]:
    """The queue in its order, as a statement and what it asks for; ``lines`` reads its rows.
    Nobody sees what their own organisation gave, or one of which they manage something, nor among
    the others what the agreement lets nobody read any more."""
    pilots = actor.ids("review:queue", "pilot")
    asked = {
        "pilots": pilots if pilot_id is None else [id for id in pilots if id == pilot_id],
        "own": sorted(actor.own),
        "me": actor.person_id,
        "states": STATES_OF.get(state) or [state],
        "now": now,
    }
    return _waiting(state == OUTSIDE), asked


@cache
def _waiting(outside: bool) -> Select[*tuple[Any, ...]]:
    inside = bounds.inside(scope.READ, on=scope.NOW)
    return (
        select(
            Contribution.id,
            Contribution.reference,
            Contribution.state,
            Partner.name.label("giver"),
            Person.name.label("reader"),
            Contribution.request_id,
            Contribution.sent_at,
        )
        .join(Partner, Partner.id == Contribution.giver_id)
        .outerjoin(Person, Person.id == Contribution.claimed_by_id)
        .where(
            Contribution.pilot_id.in_(bindparam("pilots", expanding=True)),
            Contribution.giver_id.not_in(bindparam("own", expanding=True)),
            conflicts.clear(Contribution.giver_id, bindparam("me")),
            Contribution.state.in_(bindparam("states", expanding=True)),
            ~inside if outside else inside,
        )
        .order_by(Contribution.sent_at, Contribution.id)
    )


def read_by(sent_at: datetime, region_key: str, region_name: str) -> date:
    """The last day on which the promise to read something is kept (promises.toml, "read")."""
    return _by("read", sent_at, region_key, region_name)


def news_by(sent_at: datetime, region_key: str, region_name: str) -> date:
    """The last day on which the promise to say what came of it is kept, if only that there is
    nothing yet (promises.toml, "outcome")."""
    return _by("outcome", sent_at, region_key, region_name)


def news_due(session: Session, contribution: Contribution) -> date:
    """The last day on which the giver of something that was sent was promised to hear what came
    of it, by the calendar of the region in which it was asked."""
    place = select(Region.key, Region.name)
    if contribution.pilot_id is None:
        place = place.join(Partner, Partner.region_id == Region.id)
        place = place.where(Partner.id == contribution.taker_id)
    else:
        place = place.join(Pilot, Pilot.region_id == Region.id)
        place = place.where(Pilot.id == contribution.pilot_id)
    key, name = session.execute(place).first() or ("", "")
    assert contribution.sent_at is not None
    return news_by(contribution.sent_at, key, name)


def _by(promise: str, sent_at: datetime, region_key: str, region_name: str) -> date:
    return _days_after(promise, london_day(sent_at), region_key, region_name)


@lru_cache(maxsize=4096)  # a queue asks for the same days each time it is opened
def _days_after(promise: str, sent: date, region_key: str, region_name: str) -> date:
    calendar = settings_of(region_key, region_name).calendar
    return calendar.add_working_days(sent, promises()[promise].days)


def lines(rows: Iterable[Any], asked: Mapping[int, Asked], now: datetime) -> list[Line]:
    """Rows of ``waiting``, each with the day on which it is due. ``asked`` are the requests that
    they answer, by id."""
    today = london_day(now)
    dues: dict[tuple[date, str], date] = {}
    found = []
    for id, reference, state, giver, reader, request_id, sent_at in rows:
        of = asked[request_id]
        sent = (london_day(sent_at), of.region_key)
        if sent not in dues:
            dues[sent] = read_by(sent_at, of.region_key, of.region)
        due = dues[sent]
        late = state == "submitted" and due < today
        found.append(Line(id, reference, state, giver, reader, of, due, late))
    return found


def asked_of(
    session: Session, actor: Actor, rows: Iterable[Any]
) -> tuple[dict[int, str], dict[int, Asked]]:
    """The pilots that somebody reviews, by id; and the requests that ``rows`` of ``waiting``
    answer, by id. However many requests a pilot has, those of one page are read."""
    bound = {
        "pilots": actor.ids("review:queue", "pilot"),
        "requests": sorted({request_id for *_, request_id, _sent_at in rows}),
    }
    pilots: dict[int, str] = {}
    asked: dict[int, Asked] = {}
    for id, title, *of in session.execute(_asked(), bound):
        pilots[of[0]] = of[1]
        if id is not None:
            asked[id] = Asked(id, title, *of)
    return pilots, asked


@cache
def _asked() -> Select[*tuple[Any, ...]]:
    here = (Request.pilot_id == Pilot.id) & Request.id.in_(bindparam("requests", expanding=True))
    return (
        select(Request.id, Request.title, Pilot.id, Pilot.name, Region.key, Region.name)
        .select_from(Pilot)
        .join(Region, Region.id == Pilot.region_id)
        .outerjoin(Request, here)
        .where(Pilot.id.in_(bindparam("pilots", expanding=True)))
        .order_by(Pilot.name, Pilot.id, Request.id)
    )
