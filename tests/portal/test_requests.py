"""Requests: composing one, whom it reaches, opening it; what a partner sees; and the questions
that groups put to their council."""

import re
from datetime import date, timedelta
from itertools import product
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

from pilots import cohort, composing, requests
from pilots.pilot import Pilot
from pilots.questions import KINDS
from pilots.requests import Asked, Request
from portal.blueprints.requests.composing_form import HINTS
from tests.portal.stage import stage
from tests.portal.statements import statements
from tests.world import World
from trust import agreements, ending, scope, signing
from trust.agreements import Agreement
from trust.governance.items import DataItem
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person
from trust.records import Ref
from trust.sightings import Sighting


class Town(NamedTuple):
    """A council with its coordinator, a group that has signed and one that has not."""

    camden: Partner
    ines: Person
    lantern: Partner
    rahima: Person
    small: Partner
    sam: Person


@pytest.fixture
def town(world: World) -> Town:
    world.now -= timedelta(hours=1)  # each verb takes a second of the world's own clock
    camden = world.partner("Camden Council", Kind.COUNCIL)
    lantern = world.partner("Lantern Women’s Circle")
    small = world.partner("Small Steps Parents")
    return Town(
        camden,
        world.person("Ines Doyle", camden, "relationship-lead", "signatory", "coordinator"),
        lantern,
        world.person("Rahima", lantern, "member", "signatory"),
        small,
        world.person("Sam", small, "member", "signatory"),
    )


def pilot(world: World, town: Town) -> Pilot:
    """A pilot with both groups in it; only the first has an agreement in force."""
    world.agreed(town.lantern, town.camden, town.rahima, town.ines)
    return world.pilot(town.camden, town.ines, (town.lantern, town.rahima), (town.small, town.sam))


WRITTEN = {
    "title": "Damp repairs",
    "why": "To mend what stops families asking.",
    "minutes": "15",
    "payment": "£20 for each group",
    "closes_on-day": "",
}


def started(world: World, town: Town, made: Pilot) -> tuple[FlaskClient, str]:
    """A request that is being written: the coordinator's browser, and its address."""
    client = world.client(town.ines, town.camden)
    done = client.post(f"/pilots/{made.id}/requests/new", data=WRITTEN)
    assert done.status_code == 303
    return client, done.location


ASKED: dict[str, Any] = {
    "why": "So that we know where to start.",
    "category": "observation",
    "publishable": "yes",
    "required": "yes",
    "item": "",
}


def add(client: FlaskClient, there: str, kind: str, words: str, **more: Any) -> Any:
    data = {**ASKED, "words": words, **more}
    return client.post(f"{there}/questions/new?kind={kind}", data=data)


# Composing


def test_a_request_of_four_questions_is_composed(world: World, town: Town) -> None:
    wards = [world.area(name) for name in ("Gospel Oak", "Kilburn")]
    world.area("Sandy", region="Central Bedfordshire")
    client, there = started(world, town, pilot(world, town))
    assert "No question yet" in client.get(there).text
    assert "A small table of counts" in client.get(f"{there}/questions/new").text
    page = client.get(f"{there}/questions/new?kind=area").text
    assert "Kilburn" in page
    assert "Sandy" not in page
    assert page.count("checked") >= 2  # all wards to begin with
    item = str(world.all(DataItem)[0].id)
    for kind, words, more in (
        ("area", "Which ward is this about?", {"choices": [str(one.id) for one in wards]}),
        (
            "count-table",
            "How many families did you meet?",
            {"rows": "Waiting\r\nFixed\r\n", "columns": "Families", "item": item},
        ),
        ("long-text", "What happened?", {"category": "story"}),
        ("quote", "May we quote you?", {"publishable": "no"}),
    ):
        assert add(client, there, kind, words, **more).status_code == 303
    with world.database.reading() as session:
        questions = session.get_one(Request, 1).newest.questions
        area, table, story, quote = questions
        assert [one["area"] for one in area.choices] == [one.id for one in wards]
        assert [one["words"] for one in table.rows] == [{"en": "Waiting"}, {"en": "Fixed"}]
        assert table.rows[0]["key"] != table.rows[1]["key"]
        assert table.data_item_id == int(item)
        assert story.category == "story"
        assert not quote.publishable
    page = client.get(there).text
    assert page.index("Which ward") < page.index("How many families") < page.index("May we quote")


def test_what_is_missing_is_said_beside_its_box(world: World, town: Town) -> None:
    made = pilot(world, town)
    client, there = started(world, town, made)
    page = client.post(f"/pilots/{made.id}/requests/new", data={**WRITTEN, "minutes": "900"})
    assert page.status_code == 422
    assert "from 1 to 240" in page.text
    page = add(client, there, "long-text", "", why="")
    assert page.status_code == 422
    assert 'href="#words"' in page.text
    assert 'href="#why"' in page.text
    page = add(client, there, "count-table", "How many?", rows="", columns="Families")
    assert page.status_code == 422
    assert 'href="#rows"' in page.text
    wide = "\n".join(f"Column {n}" for n in range(9))
    page = add(client, there, "count-table", "How many?", rows="Waiting", columns=wide)
    assert page.status_code == 422
    assert "Use 6 or fewer" in page.text
    with world.database.reading() as session:
        assert session.get_one(Request, 1).newest.questions == []


def test_personal_data_is_not_asked_for_on_the_light_path(world: World, town: Town) -> None:
    client, there = started(world, town, pilot(world, town))
    assert add(client, there, "short-text", "Their names?", category="personal").status_code == 422


def test_a_region_without_places_says_so(world: World, town: Town) -> None:
    client, there = started(world, town, pilot(world, town))
    assert "no places yet" in client.get(f"{there}/questions/new?kind=area").text


def test_questions_are_changed_moved_and_taken_out(world: World, town: Town) -> None:
    client, there = started(world, town, pilot(world, town))
    add(client, there, "one-of", "What helps most?", choices="A call\nA letter")
    add(client, there, "long-text", "What happened?")
    page = client.get(f"{there}/questions/q1").text
    assert "A call" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    change = {**ASKED, "words": "What helped?", "version": version[1]}
    change["choices"] = "A call\nA visit"
    assert client.post(f"{there}/questions/q1", data=change).status_code == 303
    with world.database.reading() as session:
        first = session.get_one(Request, 1).newest.questions[0]
        assert first.words == {"en": "What helped?"}
        # A line that stays keeps its key; a new line never takes one that was used.
        assert [one["key"] for one in first.choices] == ["a1", "a3"]
    stale = client.post(f"{there}/questions/q1", data={**change, "words": "What hurt?"})
    assert stale.status_code == 409
    assert "What helped?" in stale.text
    assert "What hurt?" in stale.text
    assert client.post(f"{there}/arrange", data={"down": "q1"}).status_code == 303
    page = client.get(there).text
    assert page.index("What happened?") < page.index("What helped?")
    assert client.post(f"{there}/arrange", data={"down": "q1"}).status_code == 409
    assert "What happened?" in client.get(f"{there}/questions/q2/out").text
    assert client.post(f"{there}/questions/q2/out").status_code == 303
    assert "What happened?" not in client.get(there).text
    assert client.get(f"{there}/questions/q2").status_code == 404


def test_an_item_that_a_question_asks_for_stays_on_the_canvas(world: World, town: Town) -> None:
    made = pilot(world, town)
    client, there = started(world, town, made)
    item = world.all(DataItem)[0]
    add(client, there, "whole-number", "How many?", item=str(item.id), category="count")
    page = client.get(f"/pilots/{made.id}/canvas/edit").text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    data = {"outcome": "x", "version": version[1], "item-1-name": ""}
    gone = client.post(f"/pilots/{made.id}/canvas/edit", data=data)
    assert gone.status_code == 422
    assert "A question asks for" in gone.text
    # Its words may change: it stays the same item.
    data |= {"item-1-id": str(item.id), "item-1-name": "Waiting", "item-1-why": "To see"}
    data |= {"item-1-category": "count", "item-1-personal": "no"}
    assert client.post(f"/pilots/{made.id}/canvas/edit", data=data).status_code == 303
    assert [(one.id, one.name) for one in world.all(DataItem)] == [(item.id, "Waiting")]


def test_the_head_of_a_request_is_changed_and_two_writers_see_both(
    world: World, town: Town
) -> None:
    client, there = started(world, town, pilot(world, town))
    page = client.get(f"{there}/edit").text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    data = {**WRITTEN, "title": "Damp and mould", "version": version[1]}
    assert client.post(f"{there}/edit", data=data).status_code == 303
    stale = client.post(f"{there}/edit", data={**data, "title": "Mould"})
    assert stale.status_code == 409
    assert "Damp and mould" in stale.text
    assert "Damp and mould" in client.get(there).text


def test_each_kind_of_question_can_be_composed_and_previewed(world: World, town: Town) -> None:
    assert set(HINTS) == set(KINDS)
    ward = world.area("Gospel Oak")
    client, there = started(world, town, pilot(world, town))
    shape = {
        "area": {"choices": [str(ward.id)]},
        "count-table": {"rows": "Waiting", "columns": "Families"},
        "one-of": {"choices": "Yes\nNo"},
        "some-of": {"choices": "Call\nLetter"},
    }
    for kind in KINDS:
        assert client.get(f"{there}/questions/new?kind={kind}").status_code == 200
        more = shape.get(kind, {})
        assert add(client, there, kind, f"About {kind}", **more).status_code == 303, kind
    page = client.get(f"{there}/preview").text
    assert "Nothing you type here is kept" in page
    asking = len(KINDS) - 1  # a note asks nothing
    assert f"Question {asking} of {asking}" in page
    assert "About note" in page


# Whom it reaches


@pytest.mark.parametrize("groups", [2, 3])
def test_counts_that_are_never_released_are_said_so_early(world: World, groups: int) -> None:
    said = "Counts from fewer than 3 groups are never released."
    made = stage(world, groups)
    desk = world.client(made.lead, made.camden)
    draft = world.request(made.pilot, made.camden, made.lead, open=False)
    for request in (draft, made.request):
        assert (said in desk.get(f"/requests/{request.id}").text) == (groups < 3)
    world.do((made.lead, made.camden), composing.drop_question, draft, key="q2")
    assert said not in desk.get(f"/requests/{draft.id}").text  # it asks for no counts now


def test_a_partner_without_an_agreement_cannot_be_asked(world: World, town: Town) -> None:
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    client, there = started(world, town, pilot(world, town))
    text = "No trust agreement between Camden Council and Small Steps Parents is in force."
    assert text in client.get(there).text
    add(client, there, "long-text", "What happened?", category="story")
    page = client.get(there).text
    assert text in page
    assert f"/agreements/new?with={town.small.id}" in page
    assert "Open it and ask 1 group" in page
    assert client.post(f"{there}/open").status_code == 303
    assert [one.giver_id for one in world.all(Asked) if one.request_id == 2] == [town.lantern.id]
    refused = client.post(f"{there}/put", data={"partner": str(town.small.id)})
    assert refused.status_code == 409
    assert text in refused.text
    # From the other side there is nothing to see, and nothing to answer.
    sam = world.client(town.sam, town.small)
    assert sam.get(there).status_code == 404
    assert sam.post(f"{there}/answer").status_code == 404
    assert world.client(town.rahima, town.lantern).get(there).status_code == 200


def test_an_agreement_for_another_project_does_not_cover_this_one(world: World, town: Town) -> None:
    """Clause "Only this": what is not named in it needs a new agreement."""
    sides = (town.lantern, town.camden, town.rahima, town.ines)
    damp = world.pilot(town.camden, town.ines, (town.lantern, town.rahima))
    world.agreed(*sides, pilot=damp)
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    warm = world.pilot(town.camden, town.ines, (town.lantern, town.rahima), name="Warm rooms")
    client, there = started(world, town, warm)
    add(client, there, "long-text", "What happened?", category="story")
    page = client.get(there).text
    text = "The agreement with Lantern Women’s Circle is for another project."
    assert text in page
    assert "These groups can be asked" not in page
    new = f"/agreements/new?with={town.lantern.id}&amp;pilot={warm.id}"
    assert new in page
    assert new in client.get(f"/pilots/{warm.id}/cohort").text
    refused = client.post(f"{there}/open")
    assert refused.status_code == 409
    assert [one for one in world.all(Asked) if one.giver_id == town.lantern.id] == []
    assert world.client(town.rahima, town.lantern).get(there).status_code == 404
    world.agreed(*sides, pilot=warm)
    page = client.get(there).text
    assert text not in page
    assert client.post(f"{there}/open").status_code == 303
    assert len([one for one in world.all(Asked) if one.giver_id == town.lantern.id]) == 1


def test_once_signed_the_partner_can_be_asked_too(world: World, town: Town) -> None:
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    client, there = started(world, town, pilot(world, town))
    add(client, there, "long-text", "What happened?", category="story")
    client.post(f"{there}/open")
    world.agreed(town.small, town.camden, town.sam, town.ines)
    assert "Ask this group too" in client.get(there).text
    done = client.post(f"{there}/put", data={"partner": str(town.small.id)})
    assert done.status_code == 303
    page = world.client(town.sam, town.small).get(there).text
    assert "Camden Council asks you" in page


def test_an_agreement_under_way_is_named_with_its_state(world: World, town: Town) -> None:
    made = pilot(world, town)
    proposed = world.do(
        (town.ines, town.camden),
        agreements.propose,
        town.camden,
        other=town.small,
        purpose="Damp",
        review_on=world.now.date().replace(year=world.now.year + 1, day=1),
        contacts={},
    )
    client, there = started(world, town, made)
    page = client.get(there).text
    assert "Ready to read and sign" in page
    assert f"/agreements/{proposed.id}" in page
    assert f"/agreements/new?with={town.small.id}" not in page


def test_an_ended_agreement_stops_the_next_question(world: World, town: Town) -> None:
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    client, there = started(world, town, pilot(world, town))
    add(client, there, "long-text", "What happened?", category="story")
    held = world.all(Agreement)[0]
    world.do((town.rahima, town.lantern), ending.end, held, reason="Letters came.")
    refused = client.post(f"{there}/open")
    assert refused.status_code == 422
    assert "Nobody can be asked yet" in refused.text
    assert world.read(Request, 2).state == "draft"


def test_a_clause_that_says_no_is_named(world: World, town: Town) -> None:
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    made = pilot(world, town)
    narrowed(world, town)
    client, there = started(world, town, made)
    add(client, there, "whole-number", "How many?", category="count")
    page = client.get(there).text
    assert "The agreement with Small Steps Parents does not allow this" in page
    assert "See the clause “Counts, things seen, and stories”" in page
    client.post(f"{there}/open")
    assert [one.giver_id for one in world.all(Asked) if one.request_id == 2] == [town.lantern.id]


def narrowed(world: World, town: Town) -> None:
    """Small Steps signs, without counts."""
    ines, sam = (town.ines, town.camden), (town.sam, town.small)
    agreement = world.do(
        ines,
        agreements.propose,
        town.camden,
        other=town.small,
        purpose="Damp",
        review_on=world.now.date().replace(year=world.now.year + 1, day=1),
        contacts={},
    )
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        held = session.get_one(Agreement, agreement.id)
        held.chosen = [
            {**one, "options": [*one["options"], "no-counts"]} if one["key"] == "kinds" else one
            for one in held.chosen
        ]
        agreements.write_text(held)
    for who, verb in ((sam, signing.sign), (ines, signing.sign_last)):
        held = world.read(Agreement, agreement.id)
        world.do(who, verb, held, name="x", role="y", read_sha256=held.text_sha256)


def test_the_council_gives_first(world: World, town: Town) -> None:
    client, there = started(world, town, pilot(world, town))
    add(client, there, "long-text", "What happened?", category="story")
    page = client.get(there).text
    assert "Camden Council gives first" in page
    assert "Open it and ask" not in page
    refused = client.post(f"{there}/open")
    assert refused.status_code == 422
    assert "The council gives first" in refused.text
    assert world.read(Request, 1).state == "draft"
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    assert client.post(f"{there}/open").status_code == 303
    assert world.read(Request, 1).state == "open"


def test_nobody_is_asked_for_an_answer_by_a_day_that_is_over(world: World, town: Town) -> None:
    client, there = started(world, town, pilot(world, town))
    past = {"closes_on-day": "1", "closes_on-month": "1", "closes_on-year": "2001"}
    for path in (there.replace("/requests/1", "/pilots/1/requests/new"), f"{there}/edit"):
        refused = client.post(path, data={**WRITTEN, **past})
        assert refused.status_code == 422, path
        assert "Give a day that is still to come." in refused.text
    add(client, there, "long-text", "What happened?")
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Request, 1).closes_on = date(2001, 1, 1)  # it was to come when written
    refused = client.post(f"{there}/open")
    assert refused.status_code == 422
    assert "Give a day that is still to come." in refused.text
    soon = {"closes_on-day": "1", "closes_on-month": "1", "closes_on-year": "2040"}
    assert client.post(f"{there}/edit", data={**WRITTEN, **soon}).status_code == 303
    assert "We hope to hear by" in client.get(there).text


def test_nothing_is_asked_while_the_pilot_is_paused(world: World, town: Town) -> None:
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    made = pilot(world, town)
    client, there = started(world, town, made)
    add(client, there, "long-text", "What happened?", category="story")
    group = world.client(town.rahima, town.lantern)
    group.post(f"/pilots/{made.id}/pause", data={"reason": "Wait."})
    refused = client.post(f"{there}/open")
    assert refused.status_code == 422
    assert "Paused" in refused.text


def test_an_open_request_is_closed_and_opened_again(world: World, town: Town) -> None:
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    client, there = started(world, town, pilot(world, town))
    add(client, there, "long-text", "What happened?", category="story")
    client.post(f"{there}/open")
    assert client.get(f"{there}/edit").status_code == 200
    late = client.post(f"{there}/edit", data={**WRITTEN, "title": "Other"})
    assert late.status_code == 422
    assert add(client, there, "long-text", "One more?").status_code == 422
    changed = client.post(f"{there}/questions/q1", data={**ASKED, "words": "Who was it?"})
    assert changed.status_code == 422
    assert "Who was it?" not in client.get(there).text
    assert client.post(f"{there}/close").status_code == 303
    group = world.client(town.rahima, town.lantern)
    assert "This is closed" in group.get(there).text
    assert client.post(f"{there}/close").status_code == 422
    assert client.post(f"{there}/reopen").status_code == 303
    assert "This is closed" not in group.get(there).text


# What a partner sees


def test_a_partner_reads_what_is_asked_before_it_starts(world: World, town: Town) -> None:
    with world.session() as session:
        session.info["verb"] = "tests"
        session.get_one(Person, town.ines.id).phone = "01632 960 123"
        session.commit()
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    made = world.request(pilot(world, town), town.camden, town.ines)
    group = world.client(town.rahima, town.lantern)
    page = group.get(f"/requests/{made.id}").text
    for text in ("About 15 minutes", "£20", "Do this by phone instead", "01632 960 123"):
        assert text in page
    assert "See the 4 questions first" in page
    assert "nothing bad follows" in page
    went = group.post(f"/requests/{made.id}/answer")
    assert went.status_code == 303
    assert "Go on with your answer" in group.get(f"/requests/{made.id}").text


def test_a_group_says_not_this_time_and_may_think_again(world: World, town: Town) -> None:
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    made = world.request(pilot(world, town), town.camden, town.ines)
    group, there = world.client(town.rahima, town.lantern), f"/requests/{made.id}"
    assert f"{there}/not-this-time" in group.get(there).text
    assert group.get(f"{there}/not-this-time").status_code == 200
    done = group.post(f"{there}/not-this-time", data={"reason": "We move house this month."})
    assert done.status_code == 303
    page = group.get(done.location).text
    assert "You said no this time. That is fine." in page
    assert f"{there}/not-this-time" not in page
    assert there not in group.get("/home").text
    desk = world.client(town.ines, town.camden).get(there).text
    assert "Not this time" in desk
    assert "We move house this month." in desk
    assert group.post(f"{there}/answer").status_code == 303
    assert there in group.get("/home").text
    assert "You said no this time" not in group.get(there).text


def test_only_who_was_asked_says_no_and_only_before_answering(world: World, town: Town) -> None:
    question = world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    made = world.request(pilot(world, town), town.camden, town.ines)
    there = f"/requests/{made.id}/not-this-time"
    assert world.client(town.sam, town.small).get(there).status_code == 404
    assert world.client(town.ines, town.camden).post(there).status_code == 404
    owed = f"/requests/{question.request_id}/not-this-time"  # who asks first is owed an answer
    assert world.client(town.ines, town.camden).post(owed).status_code == 404
    group = world.client(town.rahima, town.lantern)
    world.contribution(made, town.lantern, town.rahima)
    refused = group.post(there)
    assert refused.status_code == 422
    assert "You have answered this already." in refused.text
    assert not any(one.declined_at for one in world.all(Asked))


def test_readers_of_other_languages_are_told(world: World, town: Town) -> None:
    with world.session() as session:
        session.info["verb"] = "tests"
        session.get_one(Person, town.ines.id).phone = "01632 960 123"
        session.commit()
    world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    made = world.request(pilot(world, town), town.camden, town.ines)
    group = world.client(town.rahima, town.lantern)
    assert "we read it to you" not in group.get(f"/requests/{made.id}").text
    group.set_cookie("language", "pl")
    assert "angielski" in group.get(f"/requests/{made.id}").text


def test_a_coordinator_who_cannot_open_the_questions_reads_who_can(
    world: World, town: Town
) -> None:
    made = world.request(pilot(world, town), town.camden, town.ines, open=False)
    world.person("Olga", town.camden, "dpo")
    only = world.person("Olga", town.camden, "coordinator", at=world.read(Pilot, made.pilot_id))
    page = world.client(only, town.camden).get(f"/requests/{made.id}").text
    assert "/questions?show=theirs" not in page
    assert "Who can answer them for it:" in page
    assert "Ines Doyle" in page
    own = world.client(town.ines, town.camden).get(f"/requests/{made.id}").text
    assert "/questions?show=theirs" in own


def test_reviewers_read_a_request_and_cannot_change_it(world: World, town: Town) -> None:
    made = pilot(world, town)
    ravi = world.person("Ravi", town.camden, "reviewer", at=made)
    _client, there = started(world, town, made)
    reader = world.client(ravi, town.camden)
    assert "Damp repairs" in reader.get(there).text
    assert "Whom it reaches" not in reader.get(there).text
    assert reader.get(f"{there}/preview").status_code == 200
    for path in ("/edit", "/questions/new"):
        assert reader.get(f"{there}{path}").status_code == 404
    for path in ("/open", "/close", "/put", "/arrange"):
        assert reader.post(f"{there}{path}").status_code == 404
    # A draft is nothing that a group sees.
    assert world.client(town.rahima, town.lantern).get(there).status_code == 404


# Asking the council


def test_a_group_asks_its_council_and_reads_the_answer(world: World, town: Town) -> None:
    group = world.client(town.rahima, town.lantern)
    assert "You have asked nothing yet" in group.get("/questions").text
    page = group.get("/ask").text
    assert "Camden Council" in page
    assert "This is not the place to report" in page
    assert group.post("/ask", data={"council": str(town.camden.id)}).status_code == 422
    said = {"words": "মেরামতে কত দিন লাগে?", "lang": "bn", "council": str(town.camden.id)}
    done = group.post("/ask", data=said)
    there = done.location.partition("?")[0]
    assert "Your question is sent." in group.get(done.location).text
    assert done.status_code == 303
    page = group.get(done.location).text
    assert "No answer yet" in page
    assert 'lang="bn"' in page
    assert "Waiting for an answer" in group.get("/questions").text
    # The other side: it waits for the council, with a way to answer.
    council = world.client(town.ines, town.camden)
    assert "মেরামতে" in council.get("/questions").text
    page = council.get(there).text
    assert "Lantern Women’s Circle asks you" in page
    assert f"{there}/answer" in page
    # Nobody else.
    assert world.client(town.sam, town.small).get(there).status_code == 404


def test_the_answer_stands_with_the_question(world: World, town: Town) -> None:
    given = world.answered_question(town.lantern, town.rahima, town.camden, town.ines)
    group = world.client(town.rahima, town.lantern)
    page = group.get(f"/requests/{given.request_id}").text
    assert "Nine days from report to visit." in page
    assert given.reference in page
    assert "Answered" in group.get("/questions").text
    seen = world.all(Sighting)
    assert [one.about for one in seen] == [Ref("contribution", given.id)]
    council = world.client(town.ines, town.camden)
    assert "See what you sent" in council.get(f"/requests/{given.request_id}").text
    assert "Answered" in council.get("/questions?show=theirs").text


@pytest.mark.usefixtures("noon")
def test_there_is_an_end_to_what_one_person_asks_in_a_day(world: World, town: Town) -> None:
    group, council = world.client(town.rahima, town.lantern), str(town.camden.id)
    for number in range(requests.MOST_A_DAY):
        said = {"words": f"Question {number}?", "lang": "en", "council": council}
        assert group.post("/ask", data=said).status_code == 303
    mails = len(world.all(Parcel))
    more = group.post("/ask", data={"words": "One more?", "lang": "en", "council": council})
    assert more.status_code == 422
    assert "That was a lot for one day." in more.text
    assert len(world.all(Parcel)) == mails
    somebody_else = world.client(world.person("Hodan", town.lantern, "member"), town.lantern)
    said = {"words": "May I?", "lang": "en", "council": council}
    assert somebody_else.post("/ask", data=said).status_code == 303


def test_only_a_council_can_be_asked(world: World, town: Town) -> None:
    group = world.client(town.rahima, town.lantern)
    data = {"words": "Hello?", "lang": "en", "council": str(town.small.id)}
    assert group.post("/ask", data=data).status_code == 422
    assert group.get("/questions?show=all").status_code == 404
    assert world.client(town.ines, town.camden).get("/ask").status_code == 200


def test_a_portal_without_a_council_says_so(world: World) -> None:
    group = world.partner("Lantern")
    rahima = world.person("Rahima", group, "member")
    assert "No council is on this portal yet" in world.client(rahima, group).get("/ask").text


def test_long_lists_take_three_statements(world: World, town: Town) -> None:
    client = world.client(town.rahima, town.lantern)
    for number in range(3):
        world.do(
            (town.rahima, town.lantern),
            requests.ask_council,
            town.lantern,
            council=town.camden,
            words=f"Question {number}?",
            why="",
            lang="en",
        )
    assert statements(world, client, "/questions") == 3


def test_the_reach_of_a_request_takes_the_same_statements(world: World, town: Town) -> None:
    client, there = started(world, town, pilot(world, town))
    add(client, there, "long-text", "What happened?", category="story")
    add(client, there, "whole-number", "How many?", category="count")

    few = statements(world, client, there)
    made = world.all(Pilot)[0]
    for number in range(4):
        group = world.partner(f"Group {number}")
        person = world.person(f"Person{number}", group, "member")
        member = world.do((town.ines, town.camden), cohort.invite, made, partner=group)
        world.do((person, group), cohort.join, member)
    assert statements(world, client, there) == few


@pytest.mark.parametrize("for_it", [True, False])
def test_reach_is_the_same_question_as_asking(world: World, town: Town, for_it: bool) -> None:
    """``scope.against`` asks for many what ``scope.allows`` asks for one."""
    made = pilot(world, town)
    narrowed(world, town)
    work = Ref.of(made) if for_it else Ref("pilot", 99)
    bramble = world.partner("Bramble Kitchen")
    kai = world.person("Kai", bramble, "signatory")
    world.agreed(bramble, town.camden, kai, town.ines, pilot=made)
    ids = [town.lantern.id, town.small.id, town.camden.id, bramble.id]
    categories = ("count", "story", "observation", "personal")
    ways = (scope.ASK, scope.PUBLISH, scope.COPY)
    asked = {"on": world.now, "work": work}
    with world.database.reading() as session:
        for category, way in product(categories, ways):
            each = scope.against(session, way, ids, town.camden.id, [category], **asked)
            for giver in ids:
                one = scope.allows(session, way, giver, town.camden.id, category, **asked)
                no = one if isinstance(one, scope.NotAllowed) else None
                assert each.get(giver) == no, (giver, category, way)
