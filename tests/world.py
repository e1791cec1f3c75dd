"""A small world for tests: partners, people with roles, pilots, made by the portal's own verbs.

Nothing here writes a record in another way than the portal does, so a test that starts in the
middle of the journey starts from something that the portal can really reach.
"""

import hashlib
import io
import os
import tempfile
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots import (
    asking,
    canvas,
    cohort,
    composing,
    contributions,
    drafts,
    entering,
    insight,
    pilot,
    publications,
    releases,
    requests,
    responses,
    review,
    verdicts,
)
from pilots.contributions import Contribution
from pilots.insight import Insight
from pilots.pilot import Pilot
from pilots.publications import Publication
from pilots.releases import Release
from pilots.requests import Request
from pilots.responses import Response
from portal.database import Database
from portal.settings import Settings
from trust import agreements, people, permissions, relationships, signin, signing
from trust.act import Act, Actor
from trust.agreements import Agreement
from trust.giving import seat_lasts
from trust.installation import Installation, Region
from trust.partners import Kind, Partner, new_partner
from trust.people import Person, Seat
from trust.places import Area, new_area
from trust.records import Msg, Record, Ref
from trust.relationships import Note

NOW = datetime.now(UTC)
FILES = Path(__file__).parent.parent / ".cache" / "test-files"
TOWN_FILES = str(FILES / "town")
"""A town is copied from the one that was built: all of them have their files here."""
SECRET = "known to everyone who reads these tests"
ERASURES = str(Path(tempfile.gettempdir()) / f"erasures-{os.getpid()}.jsonl")
"""The list of erasures of portals that are started as commands."""


def files_of(url: str) -> Path:
    """The folder for the files of one database. Never one for two: each takes away what it does
    not know of, and some of them live in another year."""
    return FILES / hashlib.sha256(url.encode()).hexdigest()[:16]


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
        "hosted_by": "Test host",
        "erasures": "",
        "retention": "",
        "contact_email": "help@example.org",
        "contact_phone": "01632 960 000",
        "proxies": 0,
        "files": str(files_of(url)),
        "testing": True,
    }
    return Settings(**{**given, **changes})


def environment(url: str, **changes: str) -> dict[str, str]:
    """The same as a portal that is started apart is given them. Its address is its own."""
    return {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "SMTP_URL": "smtp://127.0.0.1:1",
        "PORTAL_MAIL_FROM": "portal@example.org",
        "PORTAL_CONTROLLER": "Test council",
        "PORTAL_HOSTED_BY": "Test host",
        "PORTAL_ERASURES": ERASURES,
        "PORTAL_CONTACT_EMAIL": "help@example.org",
        "PORTAL_CONTACT_PHONE": "01632 960 000",
        "PORTAL_FILES": str(files_of(url)),
        "PORTAL_DEMO": "",
        **changes,
    }


def picture(size: int = 40) -> bytes:
    """A small picture, in the bytes of a PNG."""
    out = io.BytesIO()
    Image.new("RGB", (size, size * 3 // 4), "teal").save(out, "PNG")
    return out.getvalue()


def spoken(seconds: float = 1.5) -> bytes:
    """A short recording in which nobody says anything, in the bytes of a WAV."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x80" * int(8000 * seconds))
    return out.getvalue()


class World:
    """Makes things. ``session`` stays open for one test; each verb commits."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.database: Database = app.extensions["portal.database"]
        self.now = NOW
        self._partners: dict[str, Partner] = {}
        self._people: dict[str, int] = {}

    def known(self) -> dict[str, Any]:
        """What it remembers beside the database."""
        apart = ("app", "database")
        return {name: value for name, value in vars(self).items() if name not in apart}

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
            held = session.scalars(select(Area).where(Area.code == code, Area.name == name)).first()
            if held is None:
                held = new_area(name, region_id, code=code, kind="ward", year=2022)
                session.add(held)
            return held

    def partner(self, name: str, kind: Kind = Kind.VCS, region: str = "Camden") -> Partner:
        """The partner of that name, made if new."""
        if name not in self._partners:
            region_id = self.region(region).id
            with self.database.writing() as session:
                session.info["verb"] = "tests"
                made = session.scalars(select(Partner).where(Partner.name == name)).first()
                if made is None:
                    made = new_partner(name, kind, region_id)
                    session.add(made)
                    session.flush()
                self._partners[name] = made
        return self._partners[name]

    def person(self, name: str, partner: Partner | None, *roles: str, at: Any = None) -> Person:
        """A person with roles for ``partner``, held at ``at`` (default: the partner), accepted.
        Whoever has a role elsewhere is a member there, unless they have another role there."""
        place = Ref.of(at or partner or self.installation())
        email = f"{name.split()[0].lower()}@example.org"
        with self.database.writing() as session:
            session.info["verb"] = "tests"
            person = session.scalars(select(Person).where(Person.email == email)).first()
            if person is None:
                person = Person(name=name, email=email)
                session.add(person)
                session.flush()
            own = Ref.of(partner) if partner else place
            held = Seat.person_id == person.id, Seat.place == own
            if place != own and session.scalars(select(Seat.id).where(*held)).first() is None:
                at_home = [(own, "member")]
            else:
                at_home = []
            for where, role in (*at_home, *((place, role) for role in roles)):
                session.add(
                    Seat(
                        person_id=person.id,
                        partner_id=partner.id if partner else None,
                        place=where,
                        role=role,
                        starts=self.now - timedelta(days=1),
                        ends=seat_lasts(permissions.roles()[role], self.now),
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

    def proposed(
        self,
        giver: Partner,
        taker: Partner,
        lead: Person,
        *,
        purpose: str = "Why do families give up on damp repairs?",
        pilot: Pilot | None = None,
        contacts: dict[str, str] | None = None,
    ) -> Agreement:
        """A trust agreement on the common base, ready to be read and signed: for ``pilot``, or
        for each one."""
        made = self.do(
            (lead, taker),
            agreements.propose,
            taker,
            other=giver,
            purpose=purpose,
            review_on=self.now.date() + timedelta(days=365),
            contacts=contacts or {},
            work=Ref.of(pilot) if pilot else None,
            project=pilot.name if pilot else "",
        )
        return self.read(Agreement, made.id)

    def agreed(
        self, giver: Partner, taker: Partner, signer: Person, lead: Person, **given: Any
    ) -> Agreement:
        """A trust agreement in force between two partners, as ``proposed`` takes it."""
        agreement = self.proposed(giver, taker, lead, **given)
        for who, verb in (
            ((signer, giver), signing.sign),
            ((lead, taker), signing.sign_last),
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

    def note(
        self, writer: tuple[Person, Partner], other: Partner, *lines: str, next_step: str = ""
    ) -> Note:
        """A conversation that one partner wrote up for another to confirm."""
        return self.do(
            writer,
            relationships.write,
            writer[1],
            other=other,
            happened_on=self.now.date(),
            how="met",
            lines=list(lines) or ["We met at the centre."],
            next_step=next_step,
            next_step_on=None,
            lang="en",
        )

    def pilot(
        self,
        council: Partner,
        coordinator: Person,
        *members: tuple[Partner, Person],
        name: str = "Damp repairs",
        outcome: str = "Families get repairs",
    ) -> Pilot:
        """A pilot of Model A with its canvas, and these partners in its cohort."""
        made = self.do(
            (coordinator, council),
            pilot.open_pilot,
            council,
            name=name,
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
            outcome=outcome,
            action="The council calls back",
            product="A list of places",
            without_personal="Yes",
            items=[{"name": "Families waiting", "from_whom": "Groups", "why": "To see where"}],
        )
        return self.read(Pilot, made.id)

    def answered_question(
        self,
        partner: Partner,
        member: Person,
        council: Partner,
        lead: Person,
        *,
        words: str = "How long do damp repairs take?",
        answer: str = "Nine days from report to visit.",
    ) -> Contribution:
        """The partner asked the council something, and the council answered: it gave first."""
        asked = self.do(
            (member, partner),
            requests.ask_council,
            partner,
            council=council,
            words=words,
            why="",
            lang="en",
        )
        begun = self.do((lead, council), drafts.start, council, request=asked)
        with self.database.writing() as session:
            draft = session.get(Contribution, begun.id)
            assert draft is not None
            question = draft.request_version.questions[0]
            raw = {"answer": [answer]}
            drafts.keep(draft, question, raw, lead.id, self.now)
        self.do((lead, council), contributions.submit, begun, quote="named")
        return self.read(Contribution, begun.id)

    def request(
        self,
        made: Pilot,
        council: Partner,
        coordinator: Person,
        *,
        title: str = "Damp repairs",
        open: bool = True,
        reason: str = "",
    ) -> Request:
        """A request of four questions; if ``open``, put to all in the cohort who can be asked, with
        the ``reason`` for more time than was agreed."""
        ward = self.area("Gospel Oak", "E05013658")
        who = (coordinator, council)
        request = self.do(
            who,
            requests.write,
            made,
            title={"en": title},
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
            self.do(who, composing.add_question, request, why={"en": "So that we can act"}, **given)
        if open:
            self.do(who, asking.open_request, request, reason=reason)
        return self.read(Request, request.id)

    def contribution(
        self, request: Request, giver: Partner, member: Person, **typed: Any
    ) -> Contribution:
        """A partner's answer to ``request``, sent. ``typed`` is what ``type_in`` takes."""
        made = self.do((member, giver), drafts.start, giver, request=request)
        self.type_in(made, member, **typed)
        self.do((member, giver), contributions.submit, made, quote="sector")
        return self.read(Contribution, made.id)

    def type_in(
        self,
        contribution: Contribution,
        person: Person,
        *,
        waiting: int = 12,
        fixed: int = 9,
        story: str = "They never came back.",
    ) -> None:
        """Keep answers to the four questions of ``request`` in a draft."""
        with self.database.writing() as session:
            draft = session.get(Contribution, contribution.id)
            assert draft is not None
            area, table, text, quote = draft.request_version.questions
            first, second = (f"{row['key']}-{table.columns[0]['key']}" for row in table.rows)
            typed = {
                area.key: {area.key: [str(area.choices[0]["area"])]},
                table.key: {
                    f"{table.key}-{first}": [str(waiting)],
                    f"{table.key}-{second}": [str(fixed)],
                },
                text.key: {text.key: [story]},
                quote.key: {quote.key: ["yes"]},
            }
            for question in draft.request_version.questions:
                drafts.keep(draft, question, typed[question.key], person.id, self.now)

    def phoned(
        self, request: Request, giver: Partner, connector: tuple[Person, Partner], **typed: Any
    ) -> Contribution:
        """A draft that a connector writes down for a group on the phone."""
        made = self.do(connector, entering.enter, request, giver=giver, channel="phone")
        self.type_in(made, connector[0], **typed)
        return self.read(Contribution, made.id)

    def accepted(
        self, contribution: Contribution, reviewer: tuple[Person, Partner]
    ) -> Contribution:
        self.do(reviewer, review.claim, contribution)
        self.do(reviewer, review.accept, contribution)
        return self.read(Contribution, contribution.id)

    def insight(
        self,
        made: Pilot,
        reviewer: tuple[Person, Partner],
        *rests_on: Contribution,
        statement: str = "Families give up because nobody calls back.",
        shown: bool = False,
        quoted: dict[int, str] | None = None,
    ) -> Insight:
        """What a reviewer learned from contributions; ``shown`` to those who gave them. ``quoted``:
        words that stand in them, by id."""
        written = self.do(
            reviewer,
            insight.write,
            made,
            statement=statement,
            lang="en",
            confidence="likely",
            caveats="",
            rests_on={one.id: (quoted or {}).get(one.id, "") for one in rests_on},
        )
        if shown:
            in_two_weeks = self.now.date() + timedelta(days=14)
            self.do(reviewer, insight.show, written, answer_by=in_two_weeks)
        return self.read(Insight, written.id)

    def published(
        self,
        written: Insight,
        reviewer: tuple[Person, Partner],
        *givers: tuple[Person, Partner],
        verdict: str = "right",
        words: str = "",
    ) -> Insight:
        """An insight that was shown: each of ``givers`` says what it thinks, then the cohort
        reads it."""
        for person, partner in givers:
            self.do((person, partner), verdicts.judge, written, kind=verdict, words=words)
        self.do(reviewer, insight.publish, written)
        return self.read(Insight, written.id)

    def response(
        self, found: Insight, owner: tuple[Person, Partner], words: str = "We call back in a day."
    ) -> Response:
        """What a decision owner says was done because of a published insight."""
        given = {"kind": "did", "words": words, "lang": "en", "by_day": None}
        return self.do(owner, responses.give, found, **given)

    def release(
        self,
        made: Pilot,
        preparer: tuple[Person, Partner],
        signer: tuple[Person, Partner] | None = None,
        *,
        title: str = "Families waiting",
        audience: str = "public",
    ) -> Release:
        """The first count table of a pilot, ready for a second person; released if signed."""
        with self.database.reading() as session:
            table = releases.tables_of(session, made.id)[0]
        prepared = self.do(
            preparer,
            releases.prepare,
            made,
            question=table,
            title=title,
            description="How many families wait.",
            audience=audience,
            open_licence=False,
            lang="en",
        )
        if signer is not None:
            self.do(signer, releases.sign, prepared, mailbox="help@example.org", say=_plain)
        return self.read(Release, prepared.id)

    def publication(
        self,
        found: Insight,
        preparer: tuple[Person, Partner],
        signer: tuple[Person, Partner] | None = None,
        quotes: tuple[int, ...] = (),
    ) -> Publication:
        """A finding that the cohort has read, ready to be made public; public if signed."""
        held = self.read(Insight, found.id)
        prepared = self.do(preparer, publications.prepare, held, quotes=quotes)
        if signer is not None:
            self.signed(prepared, signer)
        return self.read(Publication, prepared.id)

    def signed(self, prepared: Publication, signer: tuple[Person, Partner]) -> None:
        """A second person makes it public, as it reads now."""
        with self.database.reading() as session:
            held = session.get_one(Publication, prepared.id)
            sha256 = publications.words_of(session, held, self.now).sha256
        self.do(signer, publications.sign, prepared, sha256=sha256)


def _plain(message: Msg) -> str:
    """A message in English: what a release says when no reader is at hand."""
    said = {
        key: _plain(value) if isinstance(value, Msg) else value
        for key, value in message.params.items()
    }
    return message.text % said
