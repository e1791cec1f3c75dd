"""Notes and headings: words on the way through a request, which ask nothing."""

import pytest
from sqlalchemy import update

from pilots import bounds, contributions
from pilots.contributions import Contribution
from pilots.questions import Question
from pilots.requests import Request
from tests.portal.stage import stage
from tests.portal.test_conditions import Made
from tests.world import World
from trust import scope

SAID = "These two are about your home."


@pytest.fixture
def made(world: World) -> Made:
    """Damp? · a note · how many rooms? · which is the worst? · a note."""
    made = Made(stage(world))
    for words in (SAID, "Thank you for all of it."):
        note(made, words)
    move(made, "q4", 2)
    return made


def note(made: Made, words: str, **more: str) -> None:
    data = {"words": words, "section": "", **more}
    assert made.desk.post(f"{made.there}/questions/new?kind=note", data=data).status_code == 303


def move(made: Made, key: str, times: int) -> None:
    for _time in range(times):
        assert made.desk.post(f"{made.there}/arrange", data={"up": key}).status_code == 303


def test_a_note_asks_nothing_and_cannot_be_made_to(made: Made) -> None:
    held = {one.key: one for one in made.questions()}
    assert [one.key for one in made.questions()] == ["q1", "q4", "q2", "q3", "q5"]
    assert [one.asks for one in made.questions()] == [True, False, True, True, False]
    assert (held["q4"].required, held["q4"].publishable, held["q4"].category) == (False, False, "")
    page = made.desk.get(f"{made.there}/questions/q4").text
    assert SAID in page
    assert "Why do you ask?" not in page
    data = {"words": "Now your home.", "section": "Home", "required": "yes", "category": "story"}
    assert made.desk.post(f"{made.there}/questions/q4", data=data).status_code == 303
    changed = made.questions()[1]
    assert (changed.words, changed.section) == ({"en": "Now your home."}, {"en": "Home"})
    assert (changed.required, changed.category) == (False, "")


def test_the_builder_and_the_preview_number_only_what_asks(made: Made) -> None:
    page = made.desk.get(made.there).text
    assert "2. <span" in page
    assert "3. <span" in page
    assert "4. <span" not in page
    assert "the words “These two are about your home.”" in page
    page = made.desk.get(f"{made.there}/preview").text
    assert "Question 3 of 3" in page
    assert page.index("Question 1 of 3") < page.index(SAID) < page.index("Question 2 of 3")


def test_a_note_stands_above_the_next_question_and_the_last_one_on_the_check(made: Made) -> None:
    phone, there = made.opened()
    pages = {key: phone.get(f"{there}/q/{key}").text for key in ("q1", "q2", "q3")}
    assert [SAID in page for page in pages.values()] == [False, True, False]
    assert "Question 2 of 3" in pages["q2"]
    typed = {"q1": "yes", "q2": "2", "q3": "The kitchen"}
    after = [
        phone.post(f"{there}/q/{key}", data={key: value}).location for key, value in typed.items()
    ]
    assert [one.rsplit("/", 1)[1] for one in after] == ["q2", "q3", "check"]
    check = phone.get(f"{there}/check").text
    assert "Thank you for all of it." in check
    assert SAID not in check
    assert phone.get(f"{there}/q/q4").status_code == 404


def test_a_note_is_shown_only_after_the_answers_it_belongs_to(made: Made) -> None:
    assert made.when("q4", "q1", keys="yes").status_code == 303
    phone, there = made.opened()
    phone.post(f"{there}/q/q1", data={"q1": "no"})
    page = phone.get(f"{there}/q/q2").text
    assert SAID not in page
    assert "Question 2 of 3" in page, "a note that may be left out changes no number"
    phone.post(f"{there}/q/q1", data={"q1": "yes"})
    assert SAID in phone.get(f"{there}/q/q2").text


def test_no_rule_looks_at_a_note_and_none_is_left_without_its_question(made: Made) -> None:
    assert "These two" not in made.desk.get(f"{made.there}/questions/q2/when").text
    assert made.when("q2", "q4").status_code == 404
    assert made.when("q4", "q1", keys="yes").status_code == 303
    refused = made.desk.post(f"{made.there}/questions/q1/out")
    assert refused.status_code == 422
    assert "Question 2 needs the answer to this one." in refused.text


def test_notes_are_in_nothing_that_is_sent_read_or_bounded(made: Made) -> None:
    phone, there = made.opened()
    id = int(there.split("/")[2])
    for key, value in {"q1": "yes", "q2": "2", "q3": "The kitchen"}.items():
        phone.post(f"{there}/q/{key}", data={key: value})
    with made.world.database.reading() as session:
        held = session.get_one(Contribution, id)
        given = contributions.answers_of(held, made.world.now)
        assert [*given.answers] == [one.key for one in given.asked] == ["q1", "q2", "q3"]
    assert "3 of 3 done" in phone.get("/home").text
    assert SAID not in phone.get(f"{there}/preview").text
    assert phone.post(f"{there}/send", data={"quote": "no"}).status_code == 303
    sent = made.stage.now(id)
    assert (sent.state, set(sent.answers)) == ("submitted", {"q1", "q2", "q3"})
    for page in (phone.get(there).text, made.stage.desk().get(f"/review/{id}").text):
        assert SAID not in page
        assert "The kitchen" in page
    with made.world.database.reading() as session:
        one = session.get_one(Contribution, id)
        said = bounds.verdicts(session, scope.READ, [one], made.world.now)
        assert {category for _giver, category in said} == {"observation"}


def test_a_request_of_notes_alone_asks_nothing_and_is_not_opened(world: World) -> None:
    made = Made(stage(world))
    note(made, SAID)
    for key in ("q3", "q2", "q1"):
        assert made.desk.post(f"{made.there}/questions/{key}/out").status_code == 303
    assert "it has at least one question" in made.desk.get(made.there).text
    refused = made.desk.post(f"{made.there}/open")
    assert refused.status_code == 422
    assert "Write at least one question first." in refused.text


def test_a_question_that_says_no_reason_keeps_the_request_shut(world: World) -> None:
    made = Made(stage(world))
    with world.database.writing() as session:
        version = session.get_one(Request, made.id).newest.id
        second = (Question.request_version_id == version) & (Question.key == "q2")
        session.execute(update(Question).where(second).values(why={}))
    page = made.desk.get(made.there).text
    assert "Not written yet. Write it before you open the request." in page
    assert "each question says why you ask" in page
    refused = made.desk.post(f"{made.there}/open")
    assert refused.status_code == 422
    assert "Say why you ask question 2." in refused.text


def test_the_heading_of_a_part_stands_above_its_questions(world: World) -> None:
    made = Made(stage(world))
    made.add("date", "Since when?", section="Your home")
    for page in (made.desk.get(made.there).text, made.desk.get(f"{made.there}/preview").text):
        assert page.index("Your home") < page.index("Since when?")
    assert "Your home" in made.desk.get(f"{made.there}/questions/q4").text
    phone, there = made.opened()
    assert "Your home" in phone.get(f"{there}/q/q4").text
    assert "Your home" not in phone.get(f"{there}/q/q3").text
