"""A small world for tests: partners, people with roles, pilots, made by the portal's own verbs.

Nothing here writes a record in another way than the portal does, so a test that starts in the
middle of the journey starts from something that the portal can really reach.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots import asking, canvas, cohort, contributions, pilot, requests, review
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.requests import Request
from portal.database import Database
from portal.settings import Settings
from trust import agreements, people, signin
from trust.act import Act, Actor
from trust.agreements import Agreement
from trust.partners import Installation, Kind, Partner, Region, new_partner
from trust.people import Person, Seat
from trust.places import Area, new_area
from trust.records import Record, Ref

NOW = datetime.now(UTC)
SECRET = "tests-" * 8


def settings(url: str, **changes: Any) -> Settings:
    """Settings for tests: production's, on this machine."""
    given: dict[str, Any] = {
        "name": "Test portal",
        "database": url,
        "secret": SECRET,
        "address": "http://localhost",
        "demo": False,
        "hosts": ("localhost", "127.0.0.1"),
        "languages": ("en", "so", "bn", "pl", "ar"),
        "brand": "harbour",
        "smtp": "smtp://127.0.0.1:1",
        "mail_from": "portal@example.org",
        "controller": "Test council",
        "contact_email": "help@example.org",
        "contact_phone": "01632 960 000",
        "proxies": 0,
        "testing": True,
    }
    return Settings(**{**given, **changes})


class World:
    """Makes things. ``session`` stays open for one test; each verb commits."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.database: Database = app.extensions["portal.database"]
        self.now = NOW
        self._partners: dict[str, Partner] = {}
        self._people: dict[str, int] = {}

    # Reaching the records

    def session(self) -> Session:
        """A session that may write and is not guarded by verbs; close it."""
        return self.database.session(write=True)

    def read(self, noun: type[Any], id: int) -> Any:
        """A record as it stands now."""
        with self.database.reading() as session:
            return session.get(noun, id)

    def all(self, noun: type[Any]) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(select(noun).order_by(noun.id)))

    # Partners, people, sign-in

    def region(self, name: str = "Camden") -> Region:
        with self.database.writing() as session:
            session.info["verb"] = "tests"
            held = session.scalars(select(Region).where(Region.name == name)).first()
            if held is None:
                held = Region(key=name.lower().replace(" ", "-"), name=name)
                session.add(held)
            return held

    def area(self, name: str, code: str = "", region: str = "Camden") -> Area:
        region_id = self.region(region).id
        with self.database.writing() as session:
            session.info["verb"] = "tests"
            area = new_area(name, region_id, code=code, kind="ward", year=2022)
            session.add(area)
            return area

    def partner(self, name: str, kind: Kind = Kind.VCS, region: str = "Camden") -> Partner:
        """The partner of that name, made if new."""
        if name not in self._partners:
            region_id = self.region(region).id
            with self.database.writing() as session:
                session.info["verb"] = "tests"
                made = new_partner(name, kind, region_id)
                session.add(made)
                session.flush()
                self._partners[name] = made
        return self._partners[name]

    def person(self, name: str, partner: Partner | None, *roles: str, at: Any = None) -> Person:
        """A person with roles for ``partner``, held at ``at`` (default: the partner), accepted."""
        place = Ref.of(at or partner or self.installation())
        email = f"{name.split()[0].lower()}@example.org"
        with self.database.writing() as session:
            session.info["verb"] = "tests"
            person = session.scalars(select(Person).where(Person.email == email)).first()
            if person is None:
                person = Person(name=name, email=email)
                session.add(person)
                session.flush()
            for role in roles:
                session.add(
                    Seat(
                        person_id=person.id,
                        partner_id=partner.id if partner else None,
                        place=place,
                        role=role,
                        starts=self.now - timedelta(days=1),
                        accepted_at=self.now - timedelta(days=1),
                    )
                )
            return person

    def installation(self) -> Installation:
        with self.database.writing() as session:
            session.info["verb"] = "tests"
            held = session.scalars(select(Installation)).first()
            if held is None:
                held = Installation()
                session.add(held)
            return held

    def actor(self, person: Person, partner: Partner | None) -> Actor:
        with self.database.reading() as session:
            return people.actor_for(
                session, person.id, partner.id if partner else None, self.now, second_factor=True
            )

    def do(self, who: tuple[Person, Partner | None], verb: Any, subject: Any, **given: Any) -> Any:
        """Run a verb as a person acting for a partner, and commit. Records given are loaded
        into the verb's session. Returns the verb's result."""
        self.now += timedelta(seconds=1)
        actor = self.actor(*who)
        with self.database.writing() as session:

            def here(value: Any) -> Any:
                if isinstance(value, Record):
                    return session.get(type(value), value.id)
                return value

            act = Act(session=session, actor=actor, now=self.now)
            result = verb(act, here(subject), **{key: here(value) for key, value in given.items()})
            session.flush()
            return result

    def client(self, person: Person, partner: Partner | None = None) -> FlaskClient:
        """A browser in which ``person`` has signed in and acts for ``partner``, with a second
        factor where the role needs one. Pages it opens are audited."""
        with self.database.writing() as session:
            row, token = signin.start(
                session, person, datetime.now(UTC), device="Tests", shared_phone=False
            )
            row.acting_for_id = partner.id if partner else None
            row.second_factor_at = datetime.now(UTC)
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    # The journey, as far as a test needs it

    def agreed(self, giver: Partner, taker: Partner, signer: Person, lead: Person) -> Agreement:
        """A trust agreement in force between two partners, on the common base."""
        agreement = self.do(
            (lead, taker),
            agreements.propose,
            taker,
            other=giver,
            purpose="Why do families give up on damp repairs?",
            review_on=self.now.date() + timedelta(days=365),
            contacts={},
        )
        for who, verb in (
            ((signer, giver), agreements.sign),
            ((lead, taker), agreements.sign_last),
        ):
            agreement = self.read(Agreement, agreement.id)
            self.do(
                who,
                verb,
                agreement,
                name=who[0].name,
                role="Lead",
                read_sha256=agreement.text_sha256,
            )
        return self.read(Agreement, agreement.id)

    def pilot(
        self, council: Partner, coordinator: Person, *members: tuple[Partner, Person]
    ) -> Pilot:
        """A pilot of Model A with its canvas, and these partners in its cohort."""
        made = self.do(
            (coordinator, council),
            pilot.open_pilot,
            council,
            name="Damp repairs",
            question="Why do families give up on damp repairs?",
            lang="en",
            model="neighbourhood",
            first_stage="A1",
            region_id=self.region().id,
        )
        for partner, person in members:
            member = self.do((coordinator, council), cohort.invite, made, partner=partner)
            self.do((person, partner), cohort.join, member)
        self.do(
            (coordinator, council),
            canvas.write,
            made,
            outcome="Families get repairs",
            action="The council calls back",
            product="A list of places",
            without_personal="Yes",
            items=[{"name": "Families waiting", "from_whom": "Groups", "why": "To see where"}],
        )
        return self.read(Pilot, made.id)

    def answered_question(
        self, partner: Partner, member: Person, council: Partner, lead: Person
    ) -> Contribution:
        """The partner asked the council something, and the council answered: it gave first."""
        asked = self.do(
            (member, partner),
            requests.ask_council,
            partner,
            council=council,
            words="How long do damp repairs take?",
            why="",
            lang="en",
        )
        answer = self.do((lead, council), contributions.start, council, request=asked)
        with self.database.writing() as session:
            draft = session.get(Contribution, answer.id)
            assert draft is not None
            question = draft.request_version.questions[0]
            raw = {"answer": ["Nine days from report to visit."]}
            contributions.keep(draft, question, raw, lead.id, self.now)
        self.do((lead, council), contributions.submit, answer, quote="named")
        return self.read(Contribution, answer.id)

    def request(self, made: Pilot, council: Partner, coordinator: Person) -> Request:
        """An open request of four questions, put to everyone in the cohort who can be asked."""
        ward = self.area("Gospel Oak", "E05013658")
        who = (coordinator, council)
        request = self.do(
            who,
            requests.write,
            made,
            title={"en": "Damp repairs"},
            why={"en": "To mend what stops families asking"},
            minutes=15,
            payment="£20",
            closes_on=None,
        )
        cells = [
            {"key": "waiting", "words": {"en": "Waiting"}},
            {"key": "fixed", "words": {"en": "Fixed"}},
        ]
        for given in (
            {
                "kind": "area",
                "words": {"en": "Which ward is this about?"},
                "choices": [{"key": str(ward.id), "area": ward.id, "words": {"en": ward.name}}],
            },
            {
                "kind": "count-table",
                "words": {"en": "How many families did you meet?"},
                "rows": cells,
                "columns": [{"key": "families", "words": {"en": "Families"}}],
            },
            {"kind": "long-text", "words": {"en": "What happened, in their words?"}},
            {"kind": "quote", "words": {"en": "May we quote you?"}},
        ):
            self.do(who, requests.add_question, request, why={"en": "So that we can act"}, **given)
        self.do(who, asking.open_request, request)
        return self.read(Request, request.id)

    def contribution(
        self, request: Request, giver: Partner, member: Person, *, waiting: int = 12, fixed: int = 9
    ) -> Contribution:
        """A partner's answer to ``request``, sent."""
        made = self.do((member, giver), contributions.start, giver, request=request)
        with self.database.writing() as session:
            draft = session.get(Contribution, made.id)
            assert draft is not None
            area, table, story, quote = draft.request_version.questions
            typed = {
                area.key: {area.key: [str(area.choices[0]["area"])]},
                table.key: {
                    f"{table.key}-waiting-families": [str(waiting)],
                    f"{table.key}-fixed-families": [str(fixed)],
                },
                story.key: {story.key: ["They never came back."]},
                quote.key: {quote.key: ["yes"]},
            }
            for question in draft.request_version.questions:
                contributions.keep(draft, question, typed[question.key], member.id, self.now)
        self.do((member, giver), contributions.submit, made, quote="sector")
        return self.read(Contribution, made.id)

    def accepted(
        self, contribution: Contribution, reviewer: tuple[Person, Partner]
    ) -> Contribution:
        self.do(reviewer, review.claim, contribution)
        self.do(reviewer, review.accept, contribution)
        return self.read(Contribution, contribution.id)
