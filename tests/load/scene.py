"""The pages that are measured, and as many records behind them as a measurement wants.

The first record of each kind is made by the portal's own verbs. The rest are copies of it: a
thousand contributions then take a second, and each is one that the portal can really reach."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import insert, inspect, select

from pilots import asking, cohort, composing, drafts, requests, review
from pilots.contributions import Contribution
from pilots.evidence import Evidence
from pilots.insight import Verdict
from pilots.pilot import Pilot
from pilots.questions import KINDS, NOTE
from pilots.requests import Asked, Request
from portal.database import Database
from tests.world import World
from trust import negotiation
from trust.agreements import Agreement
from trust.changes import Change
from trust.partners import Kind, Partner
from trust.people import Person
from trust.places import Area
from trust.records import Record

Acting = tuple[Person, Partner]

STORY = (
    "A mother told us that she rang four times. Each time somebody wrote it down, and each time "
    "she had to begin again. In the end her sister painted over the damp. Nobody ever came back."
)
QUESTION = "What do families tell you about damp repairs?"


@dataclass(frozen=True)
class Page:
    """A page to measure, as ``who`` opens it (None: anybody with this ``cookie``).

    ``grows``: it shows more where there is more. ``rows``: it is a list. ``first``: a partner
    meets it among its first pages."""

    name: str
    path: str
    who: Acting | None = None
    grows: bool = False
    rows: bool = False
    first: bool = False
    cookie: Mapping[str, str] = field(default_factory=dict)


def copies(database: Database, one: Record, *changes: dict[str, Any]) -> list[int]:
    """A copy of ``one`` for each of ``changes``, which say what is different. Their ids. A column
    that makes its own values, each once, makes them here too."""
    if not changes:
        return []
    columns = [
        a.key
        for a in inspect(type(one)).column_attrs
        if a.key != "id" and not (a.columns[0].unique and a.columns[0].default)
    ]
    same = {key: getattr(one, key) for key in columns}
    stmt = insert(type(one)).returning(type(one).id, sort_by_parameter_order=True)
    with database.writing() as session:
        session.info["verb"] = "tests"
        return list(session.scalars(stmt, [{**same, **_new(one), **change} for change in changes]))


def _new(one: Record) -> dict[str, str]:
    """What no copy may have in common with ``one``."""
    return {"code": requests.new_code()} if isinstance(one, Request) else {}


class Scene:
    """A council with a pilot, a group that answers, and what surrounds them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.world = world = World(app)
        world.installation()
        self.camden = world.partner("Camden Council", Kind.COUNCIL)
        self.lantern = world.partner("Lantern Women’s Circle")
        ines = world.person("Ines Howe", self.camden, "relationship-lead", "signatory")
        world.person("Ines Howe", self.camden, "coordinator")
        rahima = world.person("Rahima Begum", self.lantern, "member", "signatory")
        self.lead: Acting = (ines, self.camden)
        self.group: Acting = (rahima, self.lantern)
        self.agreement = world.agreed(self.lantern, self.camden, rahima, ines)
        world.answered_question(self.lantern, rahima, self.camden, ines)
        self.pilot = world.pilot(self.camden, ines, (self.lantern, rahima))
        ravi = world.person("Ravi Shah", self.camden, "reviewer", at=self.pilot)
        self.reader: Acting = (ravi, self.camden)
        self.request = world.request(self.pilot, self.camden, ines)
        self.whole = self._whole_journey()
        self.sent = self._send(self.request)
        self.questions = self._every_kind()
        self.draft = world.do(self.group, drafts.start, self.lantern, request=self.questions)
        self.waiting = self._one_of_each_that_waits()
        self.typed = world.do(self.group, drafts.start, self.lantern, request=self.request)
        world.type_in(self.typed, rahima, story=STORY)
        self._held = self._sent = self._waiting = 0
        self._pilots: list[int] = []

    # What there is one of

    def _send(self, request: Request) -> Contribution:
        return self.world.contribution(request, self.lantern, self.group[0], story=STORY)

    def _whole_journey(self) -> Contribution:
        """A contribution to which everything happened that shows in its timeline."""
        world = self.world
        sent = self._send(self.request)
        world.do(self.reader, review.claim, sent)
        world.do(self.reader, review.ask, sent, words="Which month was this?")
        world.do(self.group, review.reply, sent, words="It was in March.")
        world.do(self.reader, review.accept, sent)
        found = world.insight(self.pilot, self.reader, sent, shown=True)
        self.finding, self._rests = found, world.all(Evidence)[-1]
        world.published(found, self.reader, self.group)
        world.person("Olu Ade", self.camden, "decision-owner", at=self.pilot)
        olu = world.person("Olu Ade", self.camden)
        world.response(found, (olu, self.camden))
        self._verdict = world.all(Verdict)[-1]
        return world.read(Contribution, sent.id)

    def _every_kind(self) -> Request:
        """An open request with one question of each kind there is."""
        world = self.world
        area = world.all(Area)[0]
        made = world.do(
            self.lead,
            requests.write,
            self.pilot,
            title={"en": "All that can be asked"},
            why={"en": "To mend what stops families asking"},
            minutes=15,
            payment="",
            closes_on=None,
        )
        cells = [{"key": key, "words": {"en": key.capitalize()}} for key in ("waiting", "fixed")]
        answers = [{"key": f"a{n}", "words": {"en": f"Answer {n}"}} for n in range(1, 6)]
        given: dict[str, dict[str, Any]] = {
            "area": {
                "choices": [{"key": str(area.id), "area": area.id, "words": {"en": area.name}}]
            },
            "count-table": {"rows": cells, "columns": cells[:1]},
            "one-of": {"choices": answers},
            "some-of": {"choices": answers},
        }
        for kind in KINDS:
            world.do(
                self.lead,
                composing.add_question,
                made,
                kind=kind,
                words={"en": QUESTION},
                why={"en": "So that we can act on it"},
                **given.get(kind, {}),
            )
        world.do(self.lead, asking.open_request, made)
        return world.read(Request, made.id)

    def _one_of_each_that_waits(self) -> dict[str, Record]:
        """One of each kind of thing that can wait for the group on its home page."""
        world = self.world
        asked = self._send(self.request)
        world.do(self.reader, review.claim, asked)
        world.do(self.reader, review.ask, asked, words="Which month was this?")
        proposed, _ = self._proposed("Barnet Council", "Noor")
        changed, asker = self._proposed("Brent Council", "Wim")
        clause = changed.parts[0].clause.key
        given = {"clause": clause, "note": "Please say who reads it.", "why": "We were asked."}
        world.do(asker, negotiation.ask_change, changed, **given)
        another = world.pilot(self.camden, self.lead[0], name="Warm rooms")
        invited = world.do(self.lead, cohort.invite, another, partner=self.lantern)
        shown = world.insight(self.pilot, self.reader, self.whole, shown=True)
        return {
            "note": world.note(self.lead, self.lantern),
            "proposed": proposed,
            "changed": changed,
            "invited": invited,
            "asked": asked,
            "shown": shown,
            "change": world.all(Change)[-1],
            "evidence": world.all(Evidence)[-1],
            "put": world.all(Asked)[-1],
        }

    def _proposed(self, name: str, who: str) -> tuple[Agreement, Acting]:
        """An agreement that another council proposes to the group, and whoever proposed it."""
        council = self.world.partner(name, Kind.COUNCIL)
        lead = self.world.person(who, council, "relationship-lead", "signatory")
        return self.world.proposed(self.lantern, council, lead), (lead, council)

    # As many as are wanted

    def copies(self, one: Record, *changes: dict[str, Any]) -> list[int]:
        """As the function of that name does."""
        return copies(self.world.database, one, *changes)

    def fill(self, rows: int) -> None:
        """Let each list hold ``rows`` rows or more."""
        new = range(self._held, rows)
        self._held = rows
        self._ask_us(len(new))
        named = [f"Group {n:04} of the north side" for n in new]
        crowd = self.copies(
            self.lantern, *({"name": name, "sort_name": name.lower()} for name in named)
        )
        self.copies(self.agreement, *({"giver_id": id} for id in crowd))
        own = ({"reference": f"OWN-{n}", "state": "accepted"} for n in new)
        mine = self.copies(self.sent, *own)
        self._rest_on(mine, crowd)
        self._pilots = self.copies(self.pilot, *({"name": f"Pilot {n:04}"} for n in new))
        self._send_many(crowd)

    def _ask_us(self, rows: int) -> None:
        """So many requests more that were put to the group."""
        put = next(one for one in self.world.all(Asked) if one.giver_id == self.lantern.id)
        asked = self.copies(self.request, *({} for _ in range(rows)))
        self.copies(put, *({"request_id": id} for id in asked))

    def _rest_on(self, mine: list[int], crowd: list[int]) -> None:
        """Let the finding rest on what each of ``crowd`` gave too, and each say what it thinks."""
        theirs = [{"reference": f"F-{giver}", "giver_id": giver} for giver in crowd]
        given = [*mine, *self.copies(self.whole, *theirs)]
        self.copies(self._rests, *({"contribution_id": id} for id in given))
        self.copies(self._verdict, *({"partner_id": id} for id in crowd))

    def busy(self, rows: int) -> Page:
        """The queue of a pilot with ``rows`` contributions to read."""
        world = self.world
        [pilot] = self.copies(self.pilot, {"name": "Warm rooms"})
        [asked] = self.copies(self.request, {"pilot_id": pilot})
        sana = world.person("Sana Ali", self.camden, "reviewer", at=world.read(Pilot, pilot))
        with world.database.reading() as session:
            crowd = session.scalars(select(Partner.id).where(Partner.kind == Kind.VCS)).all()
        self._send_many(islice(cycle(crowd), rows), pilot_id=pilot, request_id=asked)
        [queue] = (page for page in self.pages() if page.name == "queue")
        return replace(queue, name=f"queue, {rows:,} behind", who=(sana, self.camden))

    def _send_many(self, givers: Iterable[int], **same: int) -> None:
        """A contribution from each of ``givers``, an hour apart."""
        sent = [
            {"giver_id": giver, "sent_at": self.world.now - timedelta(hours=n), **same}
            for n, giver in enumerate(givers)
        ]
        first = self._sent
        self._sent += len(sent)
        self.copies(
            self.sent, *({**row, "reference": f"Q-{first + n}"} for n, row in enumerate(sent))
        )

    def wait(self, tasks: int) -> None:
        """Let about ``tasks`` things wait on the group's home page, as many of each kind. Needs a
        pilot for each: call ``fill`` before."""
        numbers = range(self._waiting // 7, tasks // 7)
        self._waiting = tasks
        held = self.waiting
        some: list[dict[str, Any]] = [{} for _ in numbers]
        self.copies(held["note"], *some)
        self.copies(held["proposed"], *some)
        agreed = self.copies(held["changed"], *some)
        self.copies(held["change"], *({"agreement_id": id} for id in agreed))
        pilots = self._pilots[: len(some)]
        self.copies(held["invited"], *({"pilot_id": id} for id in pilots))
        self.copies(held["asked"], *({"reference": f"ASK-{n}"} for n in numbers))
        shown = self.copies(held["shown"], *some)
        self.copies(held["evidence"], *({"insight_id": id} for id in shown))
        asked = self.copies(self.questions, *some)
        self.copies(held["put"], *({"request_id": id} for id in asked))

    # The pages

    def pages(self) -> list[Page]:
        """All that are measured. The same addresses whatever is behind them."""
        with self.app.test_request_context("/"):
            return list(self._pages())

    def _pages(self) -> Iterator[Page]:
        draft, group, lead = self.draft.id, self.group, self.lead
        yield Page("start page", url_for("about.start"), first=True)
        yield Page("sign in", url_for("signin.ask"), first=True)
        asked = {"browser": "x", "asked_for": "rahima@example.org"}
        yield Page("code", url_for("signin.code"), first=True, cookie=asked)
        yield Page("home", url_for("home.index"), group, grows=True, first=True)
        yield Page("request", url_for("requests.show", id=self.request.id), group, first=True)
        for number, kind in enumerate((one for one in KINDS if one != NOTE), 1):
            path = url_for("answering.question", id=draft, key=f"q{number}")
            yield Page(f"question: {kind}", path, group, first=True)
        for step in ("check", "preview", "send"):
            yield Page(step, url_for(f"answering.{step}", id=self.typed.id), group, first=True)
        yield Page("receipt", url_for("contributions.show", id=self.sent.id), group, first=True)
        whole = url_for("contributions.show", id=self.whole.id)
        yield Page("timeline", whole, group, grows=True, first=True)
        yield Page("agreement", url_for("agreements.show", id=self.agreement.id), group, first=True)
        yield Page("our answers", url_for("contributions.index"), group, grows=True, rows=True)
        yield Page("what we were asked for", url_for("burden.index"), group, grows=True)
        yield Page("organisations", url_for("partners.index"), group, grows=True, rows=True)
        yield Page("pilots", url_for("pilots.index"), lead, grows=True, rows=True)
        yield Page("agreements", url_for("agreements.index"), lead, grows=True, rows=True)
        finding = url_for("insight.show", id=self.finding.id)
        yield Page("finding", finding, self.reader, grows=True)
        yield Page("finding, to its giver", finding, group, grows=True)
        yield Page("queue", url_for("review.queue"), self.reader, grows=True, rows=True)

    def browser(self, page: Page) -> FlaskClient:
        """A browser in which whoever opens ``page`` has signed in."""
        client = self.world.client(*page.who) if page.who else self.app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(page.cookie)
        return client
