"""A pilot as most pages of this half of the journey need it: a council, groups, an open request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.requests import Request
from tests.kept import once
from tests.world import World
from trust.partners import Kind, Partner
from trust.people import Person


@dataclass
class Stage:
    """Camden's pilot. ``groups`` are partners with an agreement, each with its person."""

    world: World
    camden: Partner
    lead: Person
    reviewer: Person
    pilot: Pilot
    request: Request
    groups: list[tuple[Partner, Person]]

    @property
    def lantern(self) -> Partner:
        return self.groups[0][0]

    @property
    def rahima(self) -> Person:
        return self.groups[0][1]

    def phone(self, number: int = 0) -> FlaskClient:
        """A browser of the group's person."""
        partner, person = self.groups[number]
        return self.world.client(person, partner)

    def desk(self) -> FlaskClient:
        """The reviewer's browser."""
        return self.world.client(self.reviewer, self.camden)

    def connector(self, name: str = "Sheila") -> FlaskClient:
        """A connector's browser. Connectors come from an organisation that supports groups."""
        wayside = self.world.partner("Wayside VCS Link", Kind.INFRASTRUCTURE)
        person = self.world.person(name, wayside, "connector", at=self.pilot)
        return self.world.client(person, wayside)

    def somebody(self, name: str, *roles: str, at: Any = None) -> FlaskClient:
        """A browser of somebody else of the council, with these roles in the pilot."""
        person = self.world.person(name, self.camden, *roles, at=at or self.pilot)
        return self.world.client(person, self.camden)

    def sent(self, number: int = 0, **typed: Any) -> Contribution:
        """An answer of one group, sent."""
        partner, person = self.groups[number]
        return self.world.contribution(self.request, partner, person, **typed)

    def accepted(self, number: int = 0, **typed: Any) -> Contribution:
        sent = self.sent(number, **typed)
        return self.world.accepted(sent, (self.reviewer, self.camden))

    def begun(self, client: FlaskClient) -> int:
        """The id of the draft that a browser begins (or goes on with)."""
        given = client.post(f"/requests/{self.request.id}/answer")
        assert given.status_code == 303, given.text
        return int(given.location.split("/")[2])

    def typed(self) -> dict[str, dict[str, str]]:
        """What is typed for each of the four questions."""
        with self.world.database.reading() as session:
            request = session.get_one(Request, self.request.id)
            area = request.newest.questions[0].choices[0]["area"]
        return {
            "q1": {"q1": str(area)},
            "q2": {"q2-waiting-families": "12", "q2-fixed-families": "3"},
            "q3": {"q3": "They never came back."},
            "q4": {"q4": "yes"},
        }

    def filled(self, client: FlaskClient) -> int:
        """A draft in which all four questions are answered, page by page."""
        id = self.begun(client)
        for key, given in self.typed().items():
            assert client.post(f"/contributions/{id}/q/{key}", data=given).status_code == 303
        return id

    def now(self, contribution: Contribution | int) -> Contribution:
        """A contribution as it stands now."""
        id = contribution if isinstance(contribution, int) else contribution.id
        return self.world.read(Contribution, id)


NAMES = (
    ("Lantern Women’s Circle", "Rahima"),
    ("Copperfield Advice Desk", "Carol"),
    ("Redbrick Tenants’ Voice", "Dan"),
    *((f"Block {n} Friends", f"Friend {n}") for n in range(11, 28)),
)


@once
def stage(
    world: World, groups: int = 1, *, days_ago: int = 0, begins: datetime | None = None
) -> Stage:
    """Camden's pilot with so many groups, each asked by one open request. It begins long enough
    ago that all is over by now: each verb moves the world's clock a second on."""
    world.now = begins or datetime.now(UTC) - timedelta(days=days_ago, hours=2)
    camden = world.partner("Camden Council", Kind.COUNCIL)
    lead = world.person("Ines", camden, "relationship-lead", "signatory", "coordinator")
    held = []
    for name, who in NAMES[:groups]:
        partner = world.partner(name)
        person = world.person(who, partner, "member", "signatory")
        world.agreed(partner, camden, person, lead)
        held.append((partner, person))
    world.answered_question(*held[0], camden, lead)
    pilot = world.pilot(camden, lead, *held)
    request = world.request(pilot, camden, lead)
    reviewer = world.person("Ravi", camden, "reviewer", at=pilot)
    return Stage(world, camden, lead, reviewer, pilot, request, held)


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile, without those that only begin."""
    seen: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.lstrip().split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            seen.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(world.database.engine, "before_cursor_execute", note)
