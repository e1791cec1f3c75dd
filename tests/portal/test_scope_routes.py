"""Each use of each category by its real page: while the agreement allows it, and once it does not.
Then the page names the clause in words, leads to the talk about it, and changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pilots import asking, composing, contributions, drafts, releases, requests, verdicts
from pilots.cohort import invite, join
from pilots.contributions import Contribution
from pilots.insight import Insight
from pilots.requests import Request
from tests.kept import once
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import scope
from trust.audit import Event
from trust.clauses import base, grants, title_of
from trust.partners import Partner
from trust.scope import Way
from trust.terms import Terms

KINDS = ("count", "observation", "story")
WAYS = [one for one in vars(scope).values() if isinstance(one, Way)]
WORDS = "They never came back."
NUMBERS = {"waiting": 40, "fixed": 30}


@dataclass
class Shared:
    """A pilot in which something of each category was asked and given."""

    made: Stage
    requests: dict[str, Request]
    given: dict[str, Contribution]

    def asked(self, client: FlaskClient, path: str, **data: Any) -> TestResponse:
        return client.post(path, data=data)


@pytest.fixture
@once
def shared(world: World) -> Shared:
    made = stage(world, 3)
    found = Shared(made, {}, {})
    for kind in KINDS:
        asked = found.requests[kind] = request(made, kind)
        for number in range(3 if kind == "count" else 1):
            one = give(made, asked, kind, number)
            if number == 0:
                found.given[kind] = one
    return found


def request(made: Stage, kind: str) -> Request:
    """One question of one category, put to all."""
    world, who = made.world, (made.lead, made.camden)
    asked = world.do(
        who,
        requests.write,
        made.pilot,
        title={"en": f"About a {kind}"},
        why={"en": "To mend it"},
        minutes=5,
        payment="£20",
        closes_on=None,
    )
    rows = [{"key": key, "words": {"en": key}} for key in NUMBERS]
    table = {"rows": rows, "columns": [{"key": "families", "words": {"en": "Families"}}]}
    world.do(
        who,
        composing.add_question,
        asked,
        kind="count-table" if kind == "count" else "long-text",
        words={"en": "What did you see?"},
        why={"en": "So that we can act"},
        category=kind,
        **(table if kind == "count" else {}),
    )
    world.do(who, asking.open_request, asked)
    return world.read(Request, asked.id)


def give(made: Stage, asked: Request, kind: str, number: int) -> Contribution:
    world, (partner, person) = made.world, made.groups[number]
    begun = world.do((person, partner), drafts.start, partner, request=asked)
    with world.database.writing() as session:
        held = session.get_one(Contribution, begun.id)
        (question,) = held.request_version.questions
        raw = {question.key: [WORDS]}
        if kind == "count":
            raw = {f"{question.key}-{key}-families": [str(n)] for key, n in NUMBERS.items()}
        drafts.keep(held, question, raw, person.id, world.now)
    world.do((person, partner), contributions.submit, begun, quote="sector")
    return world.accepted(begun, (made.reviewer, made.camden))


def by_asking(shared: Shared, kind: str) -> Callable[[], TestResponse]:
    """Put an open request to one more group."""
    made, world = shared.made, shared.made.world
    late = world.partner(f"Latecomers {kind}")
    person = world.person(f"Lou{kind}", late, "member", "signatory")
    world.agreed(late, made.camden, person, made.lead)
    member = world.do((made.lead, made.camden), invite, made.pilot, partner=late)
    world.do((person, late), join, member)
    desk = world.client(made.lead, made.camden)
    path = f"/requests/{shared.requests[kind].id}/put"
    return lambda: desk.post(path, data={"partner": str(late.id)})


def by_reading(shared: Shared, kind: str) -> Callable[[], TestResponse]:
    desk = shared.made.desk()
    return lambda: desk.get(f"/review/{shared.given[kind].id}")


def by_finding(shared: Shared, kind: str, quoted: str = "") -> Callable[[], TestResponse]:
    one = shared.given[kind]
    given = {"statement": "They stay silent.", "confidence": "likely", "caveats": ""}
    given |= {"rests_on": str(one.id)}
    given |= {f"quote_{one.id}": quoted} if quoted else {}
    desk = shared.made.desk()
    return lambda: desk.post(f"/pilots/{shared.made.pilot.id}/insights/new", data=given)


def by_quoting(shared: Shared, kind: str) -> Callable[[], TestResponse]:
    return by_finding(shared, kind, WORDS)


def by_sharing(shared: Shared, kind: str) -> Callable[[], TestResponse]:
    """Share a finding with all who take part, once its giver has said that it is right."""
    made, world = shared.made, shared.made.world
    reviewer = (made.reviewer, made.camden)
    written = world.insight(made.pilot, reviewer, shared.given[kind], shown=True)
    world.do((made.rahima, made.lantern), verdicts.judge, written, kind="right", words="")
    desk = made.desk()
    return lambda: desk.post(f"/insights/{written.id}/publish")


def by_publishing(shared: Shared, kind: str) -> Callable[[], TestResponse]:
    made = shared.made
    with made.world.database.reading() as session:
        tables = releases.tables_of(session, made.pilot.id)
        [table] = (
            one.id
            for one in tables
            if one.request_version_id == shared.given[kind].request_version_id
        )
    given = {"title": "Families", "description": "How many wait.", "audience": "public"}
    desk = made.desk()
    return lambda: desk.post(f"/pilots/{made.pilot.id}/releases/new/{table}", data=given)


def by_telling_anyone(
    shared: Shared, kind: str, quoted: bool = False
) -> Callable[[], TestResponse]:
    """Hand a finding that the cohort has read to a second person, who makes it public."""
    made, world = shared.made, shared.made.world
    reviewer = (made.reviewer, made.camden)
    one = shared.given[kind]
    words = {one.id: WORDS} if quoted else {}
    written = world.insight(made.pilot, reviewer, one, shown=True, quoted=words)
    world.published(written, reviewer, (made.rahima, made.lantern))
    with world.database.reading() as session:
        [evidence] = session.get_one(Insight, written.id).evidence
    desk, given = made.desk(), {"quotes": [str(evidence.id)]} if quoted else {}
    return lambda: desk.post(f"/insights/{written.id}/public", data=given)


def by_quoting_to_anyone(shared: Shared, kind: str) -> Callable[[], TestResponse]:
    return by_telling_anyone(shared, kind, quoted=True)


def by_improving(shared: Shared, kind: str) -> Callable[[], TestResponse]:
    """Say what will be done because of a finding that was shared."""
    made, world = shared.made, shared.made.world
    reviewer = (made.reviewer, made.camden)
    written = world.insight(made.pilot, reviewer, shared.given[kind], shown=True)
    world.published(written, reviewer, (made.rahima, made.lantern))
    given = {"kind": "will", "words": "A letter."}
    given |= {"by_day-day": "1", "by_day-month": "6", "by_day-year": "2040"}
    owner = made.somebody("Omar", "decision-owner")
    return lambda: owner.post(f"/insights/{written.id}/respond", data=given)


def by_copying(shared: Shared, kind: str) -> Callable[[], TestResponse]:
    """A copy of the answers to one request, to work on."""
    return by_taking(shared, kind, shared.made.desk())


def by_studying(shared: Shared, kind: str) -> Callable[[], TestResponse]:
    """The same, to learn how well the work goes."""
    return by_taking(shared, kind, shared.made.somebody("Lucy", "research-lead"))


def by_taking(shared: Shared, kind: str, who: FlaskClient) -> Callable[[], TestResponse]:
    path = f"/requests/{shared.requests[kind].id}/copy"
    return lambda: who.post(path, data={"kind": "csv"})


CELLS: list[tuple[Way, str, Callable[[Shared, str], Callable[[], TestResponse]]]] = [
    *((scope.ASK, kind, by_asking) for kind in KINDS),
    *((scope.READ, kind, by_reading) for kind in KINDS),
    *((scope.FIND, kind, by_finding) for kind in KINDS),
    *((scope.SHARE, kind, by_sharing) for kind in KINDS),
    *((scope.IMPROVE, kind, by_improving) for kind in KINDS),
    *((scope.QUOTE, kind, by_quoting) for kind in KINDS if kind != "count"),
    (scope.PUBLISH, "count", by_publishing),
    *((scope.PUBLISH, kind, by_telling_anyone) for kind in KINDS if kind != "count"),
    *((scope.QUOTE_TO_ALL, kind, by_quoting_to_anyone) for kind in KINDS if kind != "count"),
    *((scope.COPY, kind, by_copying) for kind in KINDS),
    *((scope.STUDY, kind, by_studying) for kind in KINDS if kind != "story"),
]
"""Each way with each category it can be of: a count is made public as a table, what was seen or
told as a finding."""
FILES = (scope.COPY, scope.STUDY)
"""What is answered with a file."""


def test_each_way_has_its_page_and_each_category_its_cell() -> None:
    """As far as an agreement can allow it: nothing that it grants goes unasked on a real page."""
    granted = {
        (way, one.term.category)
        for one in grants(base())
        for way in WAYS
        if way.term(one.term.category) == one.term
    }
    assert {(way, kind) for way, kind, _ in CELLS} == granted


def told(session: Any, way: Way, kind: str, on: bool) -> None:
    """The terms of one way and one category end, or never ended."""
    session.info["verb"] = "tests"
    stmt = select(Terms).where(
        Terms.use == way.use,
        Terms.purpose == way.purpose,
        Terms.audience == way.audience,
        Terms.category == kind,
    )
    for one in session.scalars(stmt):
        one.ended_at = None if on else one.starts


@pytest.mark.one_database
def test_each_use_of_each_category_by_its_page(shared: Shared) -> None:
    world, made = shared.made.world, shared.made
    for way, kind, prepared in CELLS:
        do, cell = prepared(shared, kind), f"{way.use} of a {kind}, seen by {way.audience}"
        with world.database.writing() as session:
            told(session, way, kind, on=False)
        before = {noun: len(world.all(noun)) for noun in (Event, Insight)}
        page = do()
        assert page.status_code == 409, f"{cell}: {page.status_code}"
        clause = named(world, way, kind)
        assert clause in page.text, f"{cell}: does not name “{clause}”"
        other = made.lantern if way != scope.ASK else world.partner(f"Latecomers {kind}")
        # Whoever studies does not read which group it is: they talk with whoever runs the pilot.
        nameless = way == scope.STUDY
        whom = "whoever runs the pilot" if nameless else other.name
        assert (f'href="/notes/new?with={other.id}&amp;about=' in page.text) is not nameless, cell
        assert (other.name in page.text) is not nameless, cell
        assert f"Talk about it with {whom}" in page.text, cell
        for words in (WORDS, "<td>40", "<td>30"):
            shown = page.text.split("<main")[1].split("</main>")[0]
            assert words not in shown or way in (scope.FIND, scope.QUOTE), cell  # others' stay
        assert {noun: len(world.all(noun)) for noun in before} == before, cell
        with world.database.writing() as session:
            told(session, way, kind, on=True)
        again = do()
        assert again.status_code in (200, 303), f"{cell}: {again.status_code} {again.text}"
        if way != scope.READ:
            assert again.status_code == (200 if way in FILES else 303), cell
            assert len(world.all(Event)) == before[Event] + 1, cell
    talk = made.desk().get(f"/notes/new?with={made.lantern.id}&about=quote").text
    assert "About “Quoting words”: " in talk
    for odd in ("nothing", "<b>", "which-work/x"):
        assert made.desk().get(f"/notes/new?with={made.lantern.id}&about={odd}").status_code == 200


def named(world: World, way: Way, kind: str) -> str:
    """The title of the clause that a refusal has to name."""
    with world.database.reading() as session:
        camden = next(one for one in world.all(Partner) if one.name == "Camden Council")
        [giver] = (one.id for one in world.all(Partner) if one.name.startswith("Lantern"))
        no = scope.allows(session, way, giver, camden.id, kind, on=world.now, work=None)
    assert isinstance(no, scope.NotAllowed)
    assert no.clause
    return title_of(no.clause)


@pytest.mark.one_database
def test_without_an_agreement_each_page_says_so_and_leads_to_a_talk(shared: Shared) -> None:
    """What is promised still holds: whoever read it can say how it stands, and nothing else."""
    made, world = shared.made, shared.made.world
    sent = made.sent(0)
    made.desk().post(f"/review/{sent.id}/claim")
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        for one in session.scalars(select(Terms).where(Terms.giver_id == made.lantern.id)):
            one.ended_at = one.starts
    desk = made.desk()
    page = desk.get(f"/review/{sent.id}")
    assert page.status_code == 409
    assert "There is no trust agreement in force between you." in page.text
    assert f'href="/notes/new?with={made.lantern.id}"' in page.text
    assert WORDS not in page.text
    given = {"next_news_on-day": "1", "next_news_on-month": "6", "next_news_on-year": "2040"}
    for path, data in (
        ("ask", {"words": "Which year?"}),
        ("accept", {**given, "reason": "It takes a while."}),
    ):
        events = len(world.all(Event))
        refused = desk.post(f"/review/{sent.id}/{path}", data=data)
        assert refused.status_code == 409, path
        assert "There is no trust agreement in force between you." in refused.text
        assert len(world.all(Event)) == events
    assert sent.reference not in desk.get("/review").text
    assert sent.reference in desk.get("/review?state=outside").text
    assert "Answers to read" not in desk.get("/home").text.split("<main")[1].split("</main>")[0]
    aside = {"code": "other", "reason": "Your agreement has ended."}
    assert desk.post(f"/review/{sent.id}/set-aside", data=aside).status_code == 303
