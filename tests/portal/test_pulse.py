"""How a relationship is: said by each side once a quarter, read by both, and by nobody else."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.mails import Mail, compose
from tests.portal.matrix import tracers
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import pulse, quiet, reminders
from trust.audit import Event, EventWords
from trust.calendar import add_months, london_day, quarter_of
from trust.outbox import Parcel
from trust.partners import Kind
from trust.pulse import HOW, Pulse
from trust.records import Refused

TODAY = london_day(datetime.now(UTC))
FIRST, LAST = quarter_of(TODAY)
IDEA = "Ring us before a meeting is moved."


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


@pytest.fixture
def group(made: Stage) -> FlaskClient:
    return made.world.client(made.rahima, made.lantern)


@pytest.fixture
def lead(made: Stage) -> FlaskClient:
    return made.world.client(made.lead, made.camden)


def at(partner: Any, more: str = "") -> str:
    return f"/partners/{partner.id}/how-it-is{more}"


def said(made: Stage, how: str, quarters_ago: int = 0, *, ours: bool = True) -> None:
    """What one side said some quarters ago; ``ours`` is the group's."""
    own, other = (made.lantern, made.camden) if ours else (made.camden, made.lantern)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        first = add_months(FIRST, -3 * quarters_ago)
        given = {"giver_id": own.id, "taker_id": other.id, "quarter": first, "lang": "en"}
        session.add(Pulse(**given, how=how, differently=f"{how} {quarters_ago}"))


def test_each_side_says_it_and_both_read_the_same(
    made: Stage, group: FlaskClient, lead: FlaskClient
) -> None:
    assert "Nobody has said anything yet" in group.get(at(made.camden)).text
    sent = group.post(at(made.camden, "/say"), data={"how": "hard", "differently": IDEA})
    assert sent.location == at(made.camden) + "?said=yes"
    assert "Thank you. Camden" in group.get(sent.location).text
    theirs = lead.get(at(made.lantern)).text
    assert IDEA in theirs
    assert "Say how it is" in theirs
    assert "your side said" not in theirs
    assert lead.post(at(made.lantern, "/say"), data={"how": "good"}).status_code == 303
    for client, other in ((group, made.camden), (lead, made.lantern)):
        page = client.get(at(other)).text
        rows = re.findall(r"<td.*?</td>", page)
        assert sorted(re.sub("<[^>]+>", "", row).split(": ")[1] for row in rows) == ["Good", "Hard"]
        assert page.count("<circle") == 2 and page.count("<rect") == 2, "a dot, a square, the key"


def test_no_answer_is_a_number() -> None:
    assert len(HOW) == 5
    assert not any(one.isdigit() for words in HOW.values() for one in words)


def test_it_can_be_put_right_and_both_versions_are_in_the_record(
    made: Stage, group: FlaskClient
) -> None:
    first = {"how": "hard", "differently": IDEA}
    group.post(at(made.camden, "/say"), data=first)
    page = group.get(at(made.camden, "/say")).text
    assert IDEA in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]  # type: ignore[index]
    again = {"how": "good", "differently": "Nothing.", "version": version, "token": "t" * 20}
    for _ in range(2):
        assert group.post(at(made.camden, "/say"), data=again).status_code in (303, 409)
    [held] = made.world.all(Pulse)
    assert (held.how, held.differently, held.quarter) == ("good", "Nothing.", FIRST)
    events = [one for one in made.world.all(Event) if one.verb == "pulse:say"]
    assert len(events) == 2
    kept = {one.event_id: one.words for one in made.world.all(EventWords)}
    assert kept[events[0].id] == first
    assert kept[events[1].id] == {"how": "good", "differently": "Nothing."}
    assert not any(word in str(event.facts) for event in events for word in ("hard", "good"))


def test_a_colleague_said_it_meanwhile(made: Stage, group: FlaskClient) -> None:
    page = group.get(at(made.camden, "/say")).text
    version = re.search(r'name="version" value="(\d+)"', page)[1]  # type: ignore[index]
    hodan = made.world.client(made.world.person("Hodan", made.lantern, "member"), made.lantern)
    hodan.post(at(made.camden, "/say"), data={"how": "hard", "differently": IDEA})
    answer = group.post(at(made.camden, "/say"), data={"how": "good", "version": version})
    assert answer.status_code == 409
    assert "Your colleague said: Hard." in answer.text
    assert IDEA in answer.text
    assert made.world.all(Pulse)[0].how == "hard"


def test_a_new_quarter_is_a_new_answer(made: Stage) -> None:
    with time_machine.travel(datetime(LAST.year, LAST.month, LAST.day, 23, tzinfo=UTC)):
        made.world.now = datetime.now(UTC)
        given = {"other": made.camden, "differently": "", "lang": "en"}
        who = (made.rahima, made.lantern)
        made.world.do(who, pulse.say, made.lantern, how="good", **given)
        made.world.now += timedelta(hours=2)
        made.world.do(who, pulse.say, made.lantern, how="hard", **given)
    quarters = [(one.quarter, one.how) for one in made.world.all(Pulse)]
    assert quarters == [(FIRST, "good"), (add_months(FIRST, 3), "hard")]


@pytest.mark.parametrize("given", [{}, {"how": "5"}, {"how": "good", "differently": "x" * 1001}])
def test_what_is_no_answer(made: Stage, group: FlaskClient, given: dict[str, str]) -> None:
    answer = group.post(at(made.camden, "/say"), data={"differently": IDEA, **given})
    assert answer.status_code == 422
    assert made.world.all(Pulse) == []


def test_strangers_and_oneself_have_no_pulse(made: Stage, group: FlaskClient) -> None:
    other = made.world.partner("Elsewhere")
    assert group.get(at(other, "/say")).status_code == 404
    assert "Say how it is" not in group.get(at(other)).text
    for one in (made.lantern, None):
        path = at(one) if one else "/partners/999/how-it-is"
        assert group.get(path).status_code == 404
        assert group.post(f"{path}/say", data={"how": "good"}).status_code == 404
    given = {"how": "good", "differently": "", "lang": "en"}
    who = (made.rahima, made.lantern)
    with pytest.raises(Refused, match="First write up a talk"):
        made.world.do(who, pulse.say, made.lantern, other=other, **given)


def test_whoever_belongs_to_both_sides_says_it_for_neither(made: Stage) -> None:
    rahima = made.world.person(made.rahima.name, made.camden, "member")
    for own, other in ((made.lantern, made.camden), (made.camden, made.lantern)):
        client = made.world.client(rahima, own)
        answer = client.post(at(other, "/say"), data={"how": "good"})
        assert "You belong to both sides." in answer.text
    assert made.world.all(Pulse) == []


def test_the_trend_is_two_years_with_its_gaps(made: Stage, group: FlaskClient) -> None:
    for ago, how in ((9, "very-good"), (7, "good"), (6, "mixed"), (3, "hard"), (0, "very-good")):
        said(made, how, ago)
    said(made, "good", 6, ours=False)
    page = group.get(at(made.camden)).text
    assert "very-good 9" not in page
    rows = re.findall(r'<tr class="govuk-table__row">\s*<th scope="row".*?</tr>', page, re.DOTALL)
    assert len(rows) == 8
    assert page.index("very-good 0") < page.index("mixed 6"), "the newest idea first"
    svg = re.search(r'<svg class="app-chart".*?</svg>', page, re.DOTALL)[0]  # type: ignore[index]
    assert svg.count("<circle") == 1 + 4 and svg.count("<rect") == 1 + 1
    assert svg.count("<polyline") == 2 + 1, "two in the key, and where two quarters are neighbours"
    assert svg.count("stroke-dasharray") == 1
    assert "color" not in svg.replace("currentColor", ""), "told apart without colour"
    assert "aria-label" in svg


def test_nobody_else_reads_it_and_it_stands_nowhere_else(
    made: Stage, group: FlaskClient, lead: FlaskClient
) -> None:
    group.post(at(made.camden, "/say"), data={"how": "very-hard", "differently": IDEA})
    world = made.world
    ada = world.client(world.person("Ada", None, "administrator"))
    mo = world.person("Mo", world.partner("Copperfield"), "member", "signatory")
    sol = world.partner("Wayside", Kind.INFRASTRUCTURE)
    clients = {
        "a neighbour": world.client(mo, world.partner("Copperfield")),
        "a supporter": world.client(world.person("Sol", sol, "supporter"), sol),
        "the administrator": ada,
        "the public": world.app.test_client(),
    }
    for who, client in clients.items():
        for partner in (made.lantern, made.camden):
            assert IDEA not in client.get(at(partner)).text, who
    # Nor does either side read it on any other page, in a list or in a file.
    own = {at(one, more) for one in (made.camden, made.lantern) for more in ("", "/say")}
    for client in (group, lead, *clients.values()):
        for path in sorted(pages(made) - own):
            answer = client.get(path)
            read = tracers.readable(answer.data)
            assert IDEA not in read, path
            assert "Very hard" not in read, path


def pages(made: Stage) -> set[str]:
    """Every page that takes no argument, or a partner or a project for one."""
    found = set()
    for rule in made.world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments - {"id"}:
            continue
        ids = {"partners": made.lantern.id, "pilots": made.pilot.id}
        noun = rule.rule.split("/")[1]
        if not rule.arguments:
            found.add(rule.rule)
        elif noun in ids:
            found.add(rule.rule.replace("<id:id>", str(ids[noun])))
    assert len(found) > 40
    return found


def test_the_list_of_those_asked_about_says_nothing_of_what_was_said(
    made: Stage, group: FlaskClient
) -> None:
    said(made, "very-hard")
    made.world.partner("Elsewhere")
    page = group.get("/how-it-is").text
    assert at(made.camden) in page
    assert "Elsewhere" not in page and "Very hard" not in page


# The mail that asks


def asked(world: World, now: datetime) -> list[Parcel]:
    with world.database.writing() as session:
        reminders.ask_how_it_is(session, now)
    return [one for one in world.all(Parcel) if one.kind == "pulse"]


def mail_of(app: Flask, world: World, parcel: Parcel) -> Mail | None:
    with world.database.reading() as session, app.test_request_context():
        return compose(session, app.config["PORTAL"], parcel, datetime.now(UTC))


def noon_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_it_is_asked_once_a_quarter_at_most(app: Flask, world: World, made: Stage) -> None:
    last = noon_of(LAST)
    assert asked(world, last - timedelta(days=21)) == []
    first = asked(world, last - timedelta(days=20))
    assert {one.about.id for one in first} == {made.lantern.id, made.camden.id}
    assert len({one.to_person_id for one in first}) == len(first)
    for days in (13, 6, 0):
        again = asked(world, last - timedelta(days=days))
        assert [one.id for one in again] == [one.id for one in first], "never chased"
    mail = mail_of(app, world, first[0])
    assert mail is not None
    assert "/how-it-is" in mail.text and "/reminders" in mail.text
    assert "Lantern" not in mail.subject and "Camden" not in mail.text


def test_whoever_said_it_is_not_asked(world: World, made: Stage) -> None:
    said(made, "good")
    found = asked(world, noon_of(LAST))
    assert {one.about.id for one in found} == {made.camden.id}


def test_somebody_can_do_without_the_mail(
    app: Flask, world: World, made: Stage, group: FlaskClient
) -> None:
    mine = [one for one in asked(world, noon_of(LAST)) if one.to_person_id == made.rahima.id]
    assert mail_of(app, world, mine[0]) is not None
    page = group.get("/reminders").text
    assert page.count(" checked") == len(quiet.KINDS)
    kept = {"wanted": "next-step"}
    assert group.post("/reminders", data=kept).location == "/reminders?saved=yes"
    assert mail_of(app, world, mine[0]) is None
    assert group.get("/reminders").text.count(" checked") == 1
    assert group.post("/reminders", data={"wanted": "code"}).status_code == 422
    both = {"wanted": list(quiet.KINDS), "token": "u" * 20}
    assert group.post("/reminders", data=both).status_code == 303
    assert mail_of(app, world, mine[0]) is not None
