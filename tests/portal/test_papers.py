"""A pile of papers, typed in one after the other, and all questions on one page while they talk."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from pilots import requests
from pilots.contributions import Contribution
from pilots.requests import Request
from pilots.wording import question
from tests.portal.stage import Stage, stage
from tests.world import World


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world, 3)


@pytest.fixture
def sheila(made: Stage) -> FlaskClient:
    return made.connector()


def everything(made: Stage) -> dict[str, str]:
    """What stands on a paper that answers every question."""
    return {name: value for given in made.typed().values() for name, value in given.items()}


def taken(made: Stage, who: FlaskClient, number: int = 0) -> int:
    """The draft for the paper of a group."""
    given = {"giver": str(made.groups[number][0].id)}
    there = who.post(f"/requests/{made.request.id}/papers", data=given)
    assert there.status_code == 303, there.text
    assert there.location.endswith("/write#q1")  # the keys are on the first answer
    return int(there.location.split("/")[2])


def typed_in(made: Stage, who: FlaskClient, number: int = 0, **other: Any) -> int:
    id = taken(made, who, number)
    came = who.post(f"/contributions/{id}/write", data={**everything(made), **other})
    assert came.status_code == 303, came.text
    assert came.location == f"/requests/{made.request.id}/papers?saved={id}#giver"
    return id


@pytest.mark.parametrize("how", ["{}", "{} ", " {}", "lower", "bare"])
def test_the_code_finds_the_questions(made: Stage, sheila: FlaskClient, how: str) -> None:
    code = made.request.code
    typed = {"lower": code.lower(), "bare": code.replace("-", "")}.get(how, how.format(code))
    found = sheila.post("/papers", data={"code": typed})
    assert found.location == f"/requests/{made.request.id}/papers#giver"


def test_a_code_finds_nothing_for_others_or_once_it_is_closed(
    made: Stage, sheila: FlaskClient
) -> None:
    missing = "No open questions have this code."
    for wrong in ("AAA-AAA", "", "2", "x" * 300):
        page = sheila.post("/papers", data={"code": wrong})
        assert page.status_code == 422
        assert f'value="{wrong}"' in page.text or len(wrong) in (0, 300)
    elsewhere = made.world.pilot(made.camden, made.lead, *made.groups, name="Warm rooms")
    wayside = made.world.partner("Wayside VCS Link")
    stranger = made.world.person("Tomasz", wayside, "connector", at=elsewhere)
    other = made.world.client(stranger, wayside)
    assert missing in other.post("/papers", data={"code": made.request.code}).text
    assert other.get(f"/requests/{made.request.id}/papers").status_code == 404
    assert made.phone().get("/papers").status_code == 404
    made.world.do((made.lead, made.camden), requests.close, made.request)
    assert missing in sheila.post("/papers", data={"code": made.request.code}).text


def test_a_pile_is_typed_in_one_after_the_other(made: Stage, sheila: FlaskClient) -> None:
    path = f"/requests/{made.request.id}/papers"
    assert "Nothing is written down yet" in sheila.get(path).text
    for number, (group, _person) in enumerate(made.groups):
        id = typed_in(made, sheila, number)
        page = sheila.get(f"{path}?saved={id}").text
        count = "1 paper is" if not number else f"{number + 1} papers are"
        assert f"Saved: {group.name}. {count} written down." in page.replace("&#39;", "’")
    assert page.count("compare it with the paper, and send it") == 3
    assert "Written down, not sent yet" in page


def test_a_paper_makes_the_same_answers_as_the_web(made: Stage, sheila: FlaskClient) -> None:
    id = typed_in(made, sheila)
    page = sheila.get(f"/contributions/{id}/check").text
    assert "Compare these answers with the paper" in page and "is this what you said" not in page
    assert sheila.post(f"/contributions/{id}/check").location.endswith("/preview")
    wrong = sheila.post(f"/contributions/{id}/send", data={"quote": "named"})
    assert "Write the first name that stands on the paper" in wrong.text
    given = {"quote": "named", "read_back_to": "Rahima"}
    assert sheila.post(f"/contributions/{id}/send", data=given).status_code == 303
    other = made.filled(made.phone(1))
    sent = made.phone(1).post(f"/contributions/{other}/send", data={"quote": "named"})
    assert sent.status_code == 303
    paper, web = made.now(id), made.now(other)
    assert paper.answers == web.answers
    assert (paper.channel, paper.read_back_to) == ("paper", "Rahima")
    assert (
        "Sheila compared it with the paper from Rahima"
        in made.phone().get(f"/contributions/{id}").text
    )
    assert (
        "Filled in by Rahima, and compared with the paper." in made.desk().get(f"/review/{id}").text
    )
    rows = sheila.get(f"/requests/{made.request.id}/papers").text
    assert f'href="/contributions/{id}"' in rows and "not sent yet" not in rows


def test_what_is_wrong_is_kept_as_typed_and_can_wait(made: Stage, sheila: FlaskClient) -> None:
    id = taken(made, sheila)
    path = f"/contributions/{id}/write"
    typed = {**everything(made), "q2-waiting-families": "a dozen", "q4": ""}
    page = sheila.post(path, data=typed)
    assert page.status_code == 422
    assert "Waiting" in page.text and "enter a whole number" in page.text
    assert "Question 4: Answer this question to go on." in page.text
    assert 'value="a dozen"' in sheila.get(path).text  # and nothing is lost
    later = sheila.post(path, data={**typed, "later": "yes"})
    assert later.location == f"/requests/{made.request.id}/papers?saved={id}#giver"
    assert "2 answers to mend or to fill in" in sheila.get(later.location).text
    assert sheila.post(path, data={**everything(made)}).status_code == 303
    assert made.now(id).state == "draft"


def test_what_is_not_asked_need_not_be_mended(made: Stage, sheila: FlaskClient) -> None:
    why = {"why": {"en": "So that we can act"}}
    more = [
        {"kind": "yes-no", "words": {"en": "Did anybody come?"}},
        {"kind": "whole-number", "words": {"en": "How many?"}, "show_if": "${q5} = 'yes'"},
    ]
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        version = session.get_one(Request, made.request.id).newest
        version.questions += [question(at, **why, **one) for at, one in enumerate(more, 5)]
    id = taken(made, sheila)
    path = f"/contributions/{id}/write"
    assert "Only if you answered “Yes” to question 5." in sheila.get(path).text
    typed = {**everything(made), "q6": "some"}
    assert sheila.post(path, data={**typed, "q5": "yes"}).status_code == 422
    assert sheila.post(path, data={**typed, "q5": "no"}).status_code == 303


def test_an_empty_paper_keeps_nothing(made: Stage, sheila: FlaskClient) -> None:
    id = taken(made, sheila)
    assert sheila.post(f"/contributions/{id}/write", data={"later": "yes"}).status_code == 303
    with made.world.database.reading() as session:
        assert session.get_one(Contribution, id).drafts == []


def test_a_box_that_is_emptied_is_empty(made: Stage, sheila: FlaskClient) -> None:
    id = typed_in(made, sheila)
    sheila.post(f"/contributions/{id}/write", data={**everything(made), "q3": "", "later": "1"})
    assert "They never came back." not in sheila.get(f"/contributions/{id}/write").text


def test_what_somebody_else_saved_meanwhile_stays(made: Stage, sheila: FlaskClient) -> None:
    id = taken(made, sheila)
    seen = {f"seen-{key}": "0" for key in made.typed()}
    phone = made.phone()  # the group goes on with it by itself
    mine = {"q3": "Our own words.", "version": "0"}
    assert phone.post(f"/contributions/{id}/q/q3", data=mine).status_code == 303
    typed = {**everything(made), **seen}
    page = sheila.post(f"/contributions/{id}/write", data=typed)
    assert page.status_code == 409
    assert "Our own words." in page.text and "They never came back." in page.text
    with made.world.database.reading() as session:
        held = {one.key: one.raw for one in session.get_one(Contribution, id).drafts}
    assert held["q3"] == {"q3": ["Our own words."]}
    assert held["q4"] == {"q4": ["yes"]}


def test_only_who_writes_it_down_has_it_on_one_page(made: Stage, sheila: FlaskClient) -> None:
    id = typed_in(made, sheila)
    path = f"/contributions/{id}/write"
    own = made.begun(made.phone(1))
    assert made.phone(1).get(f"/contributions/{own}/write").status_code == 404
    for other in (made.phone(), made.desk(), made.connector("Tomasz")):
        assert other.get(path).status_code == 404
        assert other.post(path, data={"q3": "x"}).status_code == 404
    given = {"giver": str(made.groups[1][0].id)}
    page = sheila.post(f"/requests/{made.request.id}/papers", data=given)
    assert page.status_code == 422 and "has begun to answer by itself" in page.text


def test_while_they_talk_it_says_what_to_say(made: Stage, sheila: FlaskClient) -> None:
    given = {"giver": f"{made.request.id}-{made.lantern.id}", "channel": "phone"}
    there = sheila.post(f"/pilots/{made.pilot.id}/enter", data=given).location
    page = sheila.get(there).text
    for said in (
        "“Hello, this is Sheila, from Wayside VCS Link.”",
        "Camden Council asks some questions.",
        "It takes about 15 minutes.",
        "To mend what stops families asking",
        "You can stop at any time.",
        "Then I read it all back to you.",
        "call 999",
        "One question on each page",
        "“You told me:” and read each answer back.",
    ):
        assert said in page, said
    came = sheila.post(there, data=everything(made))
    assert came.location.endswith("/check")
    assert "is this what you said?" in sheila.get(came.location).text
