"""What the town is built with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.portal.matrix.personas import mark
from tests.portal.matrix.tracers import counts
from tests.world import World
from trust.partners import Partner
from trust.people import Person, Seat
from trust.records import Record, Ref


class Builder:
    """Makes the town by the portal's own verbs, and notes what everything is called.

    ``names`` holds, by name, ids and what else forms need; ``who`` the people with the partner
    they act for; ``made`` the records; ``counts`` the true counts of each contribution.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        world.now = datetime.now(UTC) - timedelta(hours=6)
        self.names: dict[str, str] = {}
        self.who: dict[str, tuple[Person, Any]] = {}
        self.made: dict[str, Any] = {}
        self.counts: dict[str, tuple[int, int]] = {}

    def name(self, name: str, record: Record) -> Any:
        """Note what a record is called here."""
        self.names[name] = str(record.id)
        self.made[name] = record
        return record

    def partner(self, key: str) -> Partner:
        found: Partner = self.made[f"partner.{key}"]
        return found

    def now(self, name: str) -> Any:
        """A record of the town as it stands by now."""
        return self.world.read(type(self.made[name]), self.made[name].id)

    def seat(self, key: str, partner: str | None, *roles: str, at: str = "") -> None:
        """A person with roles; the first call makes the person, later ones add seats."""
        acts_for = self.partner(partner) if partner else None
        place = self.made[at] if at else None
        person = self.world.person(f"{key} Moss", acts_for, *roles, at=place)
        self.who[key] = (person, acts_for)

    def seat_of(self, key: str, place: str) -> Seat:
        person, _ = self.who[key]
        with self.world.database.reading() as session:
            here = Ref.of(self.made[place])
            stmt = select(Seat).where(Seat.person_id == person.id, Seat.place == here)
            return session.scalars(stmt).one()

    def typed(self, key: str) -> dict[str, Any]:
        """What is typed into the contribution of that name: words and counts of its own."""
        waiting, fixed = self.counts[key] = counts(len(self.counts))
        return {"story": f"So {mark(f'contribution.{key}')}", "waiting": waiting, "fixed": fixed}

    def do(self, who: str, verb: Any, subject: str, **given: Any) -> Any:
        """Run a verb as one of the town's people, on one of its records as it stands by now."""
        return self.world.do(self.who[who], verb, self.now(subject), **given)
