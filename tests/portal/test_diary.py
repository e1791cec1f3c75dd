"""The calendar at a secret address: what a calendar program reads, and what nobody learns."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select, update

from pilots import review
from pilots.contributions import Contribution
from portal.documents import ics
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import next_steps, relationships
from trust.agreements import Agreement
from trust.audit import Event
from trust.diary import Diary, Entry
from trust.people import Person, Seat
from trust.records import Ref
from trust.relationships import Note

pytestmark = pytest.mark.usefixtures("noon")
TOMORROW = datetime.now(UTC).date() + timedelta(days=1)
STEP = "Ring the housing desk; ask, then wait"


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


@pytest.fixture
def group(made: Stage) -> FlaskClient:
    return made.world.client(made.rahima, made.lantern)


def agreed(made: Stage, on: date = TOMORROW, **given: Any) -> Note:
    """A next step that the group does."""
    note = made.world.do(
        (made.lead, made.camden),
        relationships.write,
        made.camden,
        other=made.lantern,
        happened_on=made.world.now.date(),
        how="met",
        lines=["We met."],
        next_step=STEP,
        next_step_on=on,
        lang="en",
        **{"next_step_by": "taker", **given},
    )
    made.world.do((made.rahima, made.lantern), relationships.confirm, note, corrections={})
    return made.world.read(Note, note.id)


def opened(client: FlaskClient) -> str:
    """The path of a calendar that was just given an address."""
    assert client.post("/reminders/calendar").location == "/reminders#calendar"
    found = re.search(r"http://localhost(/calendar/[^<]+\.ics)", client.get("/reminders").text)
    assert found is not None
    return found[1]


def read(app: Flask, path: str) -> Calendar:
    """What a program without cookies gets, read back by the library."""
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data)


def test_a_program_reads_what_is_due_and_learns_no_topic_and_no_group(
    app: Flask, made: Stage, group: FlaskClient
) -> None:
    note = agreed(made)
    path = opened(group)
    events = read(app, path).events
    held = {str(event["uid"]): event for event in events}
    step = held[f"note-{note.id}@localhost"]
    assert step["dtstart"].dt == TOMORROW
    assert step["dtend"].dt == TOMORROW + timedelta(days=1)
    assert str(step["summary"]) == "Something you agreed to do"
    assert step["url"] == f"http://localhost/notes/{note.id}"
    [agreement] = [one for uid, one in held.items() if uid.startswith("agreement-")]
    assert str(agreement["summary"]) == "An agreement to look at again"
    assert agreement["dtstart"].dt == made.world.all(Agreement)[0].review_on
    text = app.test_client().get(path).text
    for told in (made.lantern.name, made.camden.name, made.pilot.name, "damp", STEP, "Rahima"):
        assert told not in text, told


def test_the_lines_are_those_of_the_standard(app: Flask, made: Stage, group: FlaskClient) -> None:
    agreed(made)
    path = opened(group)
    raw = app.test_client().get(path).data
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"DTSTART;VALUE=DATE:" in raw
    for name in (b"PRODID:", b"VERSION:2.0", b"DTSTAMP:", b"UID:", b"METHOD:PUBLISH"):
        assert name in raw
    assert app.test_client().get(path).data == raw, "nothing changes by itself"


def test_words_of_other_languages_are_folded_between_letters(app: Flask) -> None:
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    text = "Coś, co trzeba zrobić; \\ " + "زيارة " * 20
    entry = Entry(Ref("note", 1), date(2026, 3, 2), text, at)
    with app.test_request_context():
        raw = ics.write(app.config["PORTAL"], [entry, entry])
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    [event] = Calendar.from_ical(raw).events
    assert str(event["summary"]) == text
    assert event["dtstamp"].dt == at


def test_it_follows_what_happens(app: Flask, made: Stage, group: FlaskClient) -> None:
    note = agreed(made)
    path = opened(group)

    def days() -> list[date]:
        events = read(app, path).events
        return [e["dtstart"].dt for e in events if str(e["uid"]).startswith("note-")]

    who = (made.rahima, made.lantern)
    later = TOMORROW + timedelta(days=3)
    made.world.do(who, next_steps.move, note, on=later, reason="So.")
    assert days() == [later]
    made.world.do(who, next_steps.drop, note, reason="So.")
    assert days() == []
    agreed(made, next_step_by="giver")
    assert days() == [], "the other side does it"
    agreed(made, next_step_by="both")
    assert days() == [TOMORROW]


def test_news_that_was_promised_stands_there_for_both(app: Flask, made: Stage) -> None:
    sent = made.sent()
    desk = (made.reviewer, made.camden)
    made.world.do(desk, review.claim, sent)
    on = TOMORROW + timedelta(days=6)
    made.world.do(desk, review.accept, sent, next_news_on=on)
    for person, partner, said, page in (
        (made.rahima, made.lantern, "You hear what came of something", "contributions"),
        (made.reviewer, made.camden, "Somebody waits for news from you", "review"),
    ):
        events = read(app, opened(made.world.client(person, partner))).events
        found = [one for one in events if one["dtstart"].dt == on]
        assert [str(one["summary"]) for one in found] == [said]
        assert found[0]["url"] == f"http://localhost/{page}/{sent.id}"
    lead = read(app, opened(made.world.client(made.lead, made.camden))).events
    assert not [one for one in lead if one["dtstart"].dt == on]


def test_it_goes_on_standing_there_when_it_was_passed_to_the_lead(app: Flask, made: Stage) -> None:
    sent = made.sent()
    desk = (made.reviewer, made.camden)
    made.world.do(desk, review.claim, sent)
    made.world.do(desk, review.accept, sent, next_news_on=TOMORROW)
    path = opened(made.world.client(made.rahima, made.lantern))
    before = app.test_client().get(path).data
    assert b"You hear what came of" in before
    made.world.person("Sam", made.camden, "safeguarding-lead")
    made.desk().post(f"/review/{sent.id}/at-risk", data={"words": "She is afraid."})
    assert made.world.read(Contribution, sent.id).state == "passed-on"
    assert app.test_client().get(path).data == before


def test_a_new_address_and_none_at_all_close_the_old_one(
    app: Flask, made: Stage, group: FlaskClient
) -> None:
    first = opened(group)
    second = opened(group)
    assert first != second
    assert app.test_client().get(first).status_code == 404
    assert app.test_client().get(second).status_code == 200
    assert group.post("/reminders/calendar/off").status_code == 303
    assert app.test_client().get(second).status_code == 404
    assert made.world.all(Diary) == []
    assert "Make an address for my calendar" in group.get("/reminders").text
    verbs = [one.verb for one in made.world.all(Event) if "diary" in one.verb]
    assert verbs == ["person:open-diary"] * 2 + ["person:close-diary"]
    assert not any(one.facts for one in made.world.all(Event) if "diary" in one.verb)


def test_the_database_alone_opens_none(app: Flask, made: Stage, group: FlaskClient) -> None:
    path = opened(group)
    [held] = made.world.all(Diary)
    assert held.nonce not in path
    for guess in (held.nonce, f"{held.person_id}-{held.nonce}", f"{held.person_id}-", "x", "٣-x"):
        assert app.test_client().get(f"/calendar/{guess}.ics").status_code == 404
    other = path.replace(f"/{held.person_id}-", f"/{held.person_id + 1}-")
    assert app.test_client().get(other).status_code == 404


def test_guesses_and_readings_are_counted(app: Flask, made: Stage, group: FlaskClient) -> None:
    path = opened(group)
    stranger = app.test_client()
    answers = [stranger.get("/calendar/1-wrong.ics").status_code for _ in range(61)]
    assert answers == [404] * 60 + [429]
    assert stranger.get(path).status_code == 200, "whoever has the address is not kept out"
    answers = [stranger.get(path).status_code for _ in range(30)]
    assert answers == [200] * 29 + [429]


def test_whoever_acts_for_nobody_any_more_reads_nothing(
    app: Flask, made: Stage, group: FlaskClient
) -> None:
    agreed(made)
    path = opened(group)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        seats = select(Seat.id).where(Seat.person_id == made.rahima.id)
        session.execute(update(Seat).where(Seat.id.in_(seats)).values(ends=made.world.now))
    assert read(app, path).events == []


def test_it_speaks_the_language_of_its_owner(app: Flask, made: Stage, group: FlaskClient) -> None:
    agreed(made)
    path = opened(group)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.execute(update(Person).where(Person.id == made.rahima.id).values(lang="ar"))
    assert read(app, path).events
