"""The demo: both stories are there, told by verbs, true to their figures, plainly invented."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots import timeline, waiting
from pilots.contributions import Contribution
from pilots.insight import Insight
from pilots.pilot import Pilot
from pilots.releases import Release
from pilots.requests import Asked, Request
from pilots.responses import Response
from portal import create_app, demo
from portal.database import Database
from portal.demo.organisations import ORGANISATIONS
from portal.demo.people import PEOPLE, cast
from portal.languages import say
from tests.portal.auditing_client import audited
from tests.portal.conftest import empty_portal
from tests.world import SECRET, World, settings
from trust import tampering
from trust.agreements import Agreement
from trust.audit import Event, Moment
from trust.calendar import ENGLAND
from trust.disclosure.published import STAR
from trust.governance.case import Case, answer
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, actor_for
from trust.permissions import roles
from trust.records import Ref
from trust.safeguarding import Concern
from trust.signin import SignIn

DRAMA = re.compile(r"020 7946 0\d{3}|01632 960\d{3}|07700 900\d{3}")


def demo_portal(url: str) -> None:
    """What ``portal demo`` makes of an empty database."""
    empty_portal(url)
    tell(url, datetime.now(UTC))


def tell(url: str, now: datetime) -> None:
    database = Database(url)
    with database.writing() as session:
        demo.load(session, SECRET.encode(), now)
    database.engine.dispose()


@pytest.fixture
def app(database: Any) -> Iterator[Flask]:
    with database.fresh(demo_portal) as url:
        made = create_app(settings(url, demo=True))
        made.config["WTF_CSRF_ENABLED"] = False
        yield audited(made)
        made.extensions["portal.database"].engine.dispose()


@pytest.fixture
def told(app: Flask) -> Iterator[Session]:
    with app.extensions["portal.database"].reading() as session:
        yield session


def person(session: Session, who: str) -> Person:
    return session.scalars(select(Person).where(Person.email == PEOPLE[who].email)).one()


def partner_of(session: Session, who: str) -> Partner | None:
    if not PEOPLE[who].organisation:
        return None
    name = ORGANISATIONS[PEOPLE[who].organisation].name
    return session.scalars(select(Partner).where(Partner.name == name)).one()


def sent_to(session: Session, title: str) -> list[Contribution]:
    return [
        one
        for one in session.scalars(select(Contribution).order_by(Contribution.id))
        if one.request.title.get("en") == title
    ]


def test_both_stories_are_told(told: Session) -> None:
    damp = sent_to(told, "Damp at home")
    assert len(damp) == 11
    assert sum(one.state == "accepted" for one in damp) == 9
    assert sum(one.channel == "phone" for one in damp) == 2
    assert [one.giver.name for one in damp if one.lang == "bn"] == ["Lantern Women’s Circle"]
    assert sorted(one.state for one in damp)[-2:] == ["not-used", "passed-on"]
    lifts = sent_to(told, "Getting to an appointment")
    assert len(lifts) == 18
    by_channel = {how: sum(one.channel == how for one in lifts) for how in ("paper", "phone")}
    assert by_channel == {"paper": 9, "phone": 5}
    assert all(one.read_back_to for one in [*damp, *lifts] if one.channel != "web")
    stages = {one.model: one.stage for one in told.scalars(select(Pilot))}
    assert stages == {"neighbourhood": "A5", "connectors": "B9"}
    assert len(told.scalars(select(Response)).all()) == 6


def test_a_story_is_told_in_the_past_and_leaves_the_events_of_its_verbs(told: Session) -> None:
    events = told.scalars(select(Event)).all()
    assert len(events) > 500
    assert all(one.at <= datetime.now(UTC) for one in events)
    made = {Ref.of(one): one.created_at for one in told.scalars(select(Contribution))}
    starts = ("contribution:start", "contribution:enter")
    begun = {
        one.subject: one.at for one in events if one.verb in starts and not one.facts.get("went_on")
    }
    assert made == begun
    assert not tampering.verify(told, datetime.now(UTC)).broken


def test_ten_of_eleven_were_read_within_five_working_days(told: Session) -> None:
    threads = {Ref.of(one) for one in sent_to(told, "Damp at home")}
    days = []
    for thread in threads:
        stmt = select(Moment).where(Moment.thread == thread).order_by(Moment.id)
        moments = told.scalars(stmt).all()
        given = next(one.at for one in moments if one.kind == "given")
        read = next(one.at for one in moments if one.kind in ("read", "answered"))
        days.append(ENGLAND.working_days_between(given, read))
    assert len(days) == 11
    assert sum(number <= 5 for number in days) == 10


def test_lantern_was_asked_for_18_minutes_and_60_pounds_are_paid_for_them(told: Session) -> None:
    lantern = partner_of(told, "rahima")
    assert lantern is not None
    stmt = (
        select(Asked.minutes, Request.payment)
        .join(Request, Request.id == Asked.request_id)
        .where(Asked.giver_id == lantern.id)
    )
    asked = told.execute(stmt).all()
    assert sum(minutes for minutes, _ in asked) == 18
    assert sum(int(payment.split()[0][1:]) for _, payment in asked) == 60


def test_every_timeline_reads(app: Flask, told: Session) -> None:
    with app.test_request_context():
        for one in told.scalars(select(Contribution)):
            steps = timeline.steps(told, one)
            assert steps, one.reference
            assert all(say(step.what) for step in steps)
    (passed,) = [one for one in sent_to(told, "Damp at home") if one.state == "passed-on"]
    said = [step.what.text for step in timeline.steps(told, passed)]
    assert "Passed to the safeguarding lead the same day" in said


def test_figures_went_through_the_gate(told: Session) -> None:
    released = {one.table.title["en"]: one for one in told.scalars(select(Release))}
    assert len(released) == 2
    for one in released.values():
        assert one.state == "released"
        assert one.prepared_by_id != one.signed_by_id
        assert "invented" in one.description
        shown = [cell for row in one.table.cells for cell in row]
        assert STAR in shown
        numbers = [cell for cell in shown if cell is not STAR]
        assert numbers
        assert all(int(str(cell)) % 5 == 0 and int(str(cell)) > 7 for cell in numbers)
    lifts = released["Getting to an appointment, by part of the area"].table
    south = next(
        row
        for row, label in zip(lifts.cells, lifts.rows.labels, strict=True)
        if label.words["en"] == "South cluster"
    )
    assert all(cell is STAR for cell in south), "only two groups reported there"


def test_one_group_declined_one_narrowed_and_one_has_still_to_sign(told: Session) -> None:
    held = {one.giver.name: one for one in told.scalars(select(Agreement))}
    assert held["Bell Street Drop-in"].state == "declined"
    assert held["Bramble Court Neighbours"].state == "proposed"
    redbrick = held["Redbrick Tenants’ Voice"]
    assert redbrick.state == "in-force"
    assert "It is never used to check who lives in a home" in redbrick.text


def test_the_first_step_of_each_case_is_filled_in(told: Session) -> None:
    for case in told.scalars(select(Case)):
        for box in ("outcome", "action", "product", "without_personal"):
            held = answer(case, box)
            assert held is not None
            assert held.words
        assert case.items
        assert case.route == "light"


def test_there_is_somebody_for_each_role_in_both_regions() -> None:
    for region in ("Camden", "Central Bedfordshire"):
        found = {part.role for part in cast() if part.region in (region, "")}
        assert found == set(roles()), region


def test_nobody_can_be_mailed_or_rung(told: Session) -> None:
    """Addresses that cannot exist, and the numbers that Ofcom keeps for drama."""
    for one in told.scalars(select(Person)):
        assert one.email.endswith(".example"), one.email
        assert not one.phone or DRAMA.fullmatch(one.phone), one.phone
    for partner in told.scalars(select(Partner)):
        assert not partner.email
        assert not partner.website
        assert not partner.phone or DRAMA.fullmatch(partner.phone)
    for agreement in told.scalars(select(Agreement)):
        for contact in agreement.contacts.values():
            assert not contact or DRAMA.fullmatch(contact.rpartition(", ")[2]), contact
    assert all(parcel.address is None for parcel in told.scalars(select(Parcel)))


@pytest.mark.parametrize(
    ("who", "waits"),
    [
        ("rahima", "Answer: Does the call-back help?"),
        ("rahima", "Did we understand you? Damp repairs (demo)"),
        ("mei", "Read and sign a trust agreement"),
        ("mei", "Read what Camden Council wrote down"),
        ("mei", "Say yes or no to taking part: Damp repairs (demo)"),
        ("chloe", "They asked you something about Does the call-back help?"),
        ("ravi", "Answers to read: 1, for Damp repairs (demo)"),
        ("dan", "A group asks you: When does the letter to tenants go out?"),
        ("beatrice", "Someone may be at risk"),
        ("owen", "Someone may be at risk"),
    ],
)
@pytest.mark.one_database
def test_something_waits_to_be_tried(app: Flask, told: Session, who: str, waits: str) -> None:
    partner = partner_of(told, who)
    actor = actor_for(
        told, person(told, who).id, partner.id if partner else None, datetime.now(UTC)
    )
    with app.test_request_context():
        found = [say(task.what) for task in waiting.tasks(told, actor, datetime.now(UTC))]
    assert any(waits in one for one in found), found


def test_a_contribution_waits_for_its_reader_and_a_concern_for_the_lead(told: Session) -> None:
    assert [one.state for one in sent_to(told, "Does the call-back help?")] == [
        "asked",
        "submitted",
        "passed-on",
    ]
    assert [one.state for one in told.scalars(select(Concern).order_by(Concern.id))] == [
        "closed",
        "raised",
    ]
    assert [one.state for one in told.scalars(select(Insight).order_by(Insight.id))] == [
        "published",
        "published",
        "shown",
    ]


def test_everybody_can_open_home(app: Flask, told: Session) -> None:
    world = World(app)
    for who in PEOPLE:
        client = world.client(person(told, who), partner_of(told, who))
        page = client.get("/home")  # in the language of each, as they would find it
        assert page.status_code == 200, who
        assert PEOPLE[who].name in page.text
        client.set_cookie("language", "en")
        assert "are invented, and are no council" in client.get("/home").text


@pytest.mark.one_database
@pytest.mark.parametrize(
    "who", ["rahima", "mei", "kwame", "ravi", "ines", "gloria", "samir", "beatrice", "ada"]
)
def test_whatever_home_leads_to_opens(app: Flask, told: Session, who: str) -> None:
    client = World(app).client(person(told, who), partner_of(told, who))
    links = set(re.findall(r'<a [^>]*href="(/[^"#?]*)"', client.get("/home").text))
    assert len(links) > 5
    for link in sorted(links - {"/demo/mailbox"}):
        if not link.startswith("/language/"):
            assert client.get(link).status_code == 200, link


def test_the_mailbox_says_who_one_can_be_and_shows_the_second_code(
    app: Flask, told: Session
) -> None:
    client = app.test_client()
    page = client.get("/demo/mailbox")
    assert page.status_code == 200
    for part in cast():
        assert part.email in page.text, part.name
        assert part.to_try in page.text, part.name
    for part in (part for part in cast() if part.strong or part.role == "signatory"):
        one = told.scalars(select(Person).where(Person.email == part.email)).one()
        theirs = client.get(f"/demo/mailbox?who={one.id}").text
        assert bool(re.search(r"shows now: \d{6}", theirs)) == part.strong, part.name


def test_whoever_is_asked_for_a_second_code_is_told_where_it_is(app: Flask, told: Session) -> None:
    samir = person(told, "samir")
    client = World(app).client(samir, partner_of(told, "samir"))
    client.set_cookie("language", "en")
    with app.extensions["portal.database"].writing() as session:
        for one in session.scalars(select(SignIn)):
            one.second_factor_at = None
    page = client.get("/sign-in/second-factor").text
    link = f"/demo/mailbox?who={samir.id}"
    assert f'href="{link}"' in page.split("<main", 1)[1]
    assert re.search(r"shows now: \d{6}", client.get(link).text)


def test_councils_are_real_places_and_nobody_else_is(told: Session) -> None:
    named = {one.name for one in told.scalars(select(Partner).where(Partner.kind == Kind.COUNCIL))}
    assert named == {"Camden Council", "Central Bedfordshire Council"}


@pytest.mark.one_database
@pytest.mark.parametrize(
    "now",
    [
        datetime(2027, 1, 3, 0, 20, tzinfo=UTC),  # a Sunday after the holidays, at night
        datetime(2028, 2, 29, 23, 50, tzinfo=UTC),
        datetime(2026, 7, 1, 8, 0, tzinfo=UTC),  # summer time; 30 June has just passed
    ],
)
def test_it_can_be_told_on_any_day(database: Any, now: datetime) -> None:
    with database.fresh(empty_portal) as url:
        tell(url, now)
        made = Database(url)
        with made.reading() as session:
            assert max(session.scalars(select(Event.at))) <= now
            will = [one for one in session.scalars(select(Response)) if one.by_day]
            assert all(one.by_day and one.by_day > now.date() for one in will)
        made.engine.dispose()
