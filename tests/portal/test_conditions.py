"""Questions asked only after some answers, and limits of answers: composed and answered."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from pilots import asking
from pilots.answers import DraftAnswer
from pilots.questions import Question
from pilots.requests import Request
from tests.portal.stage import Stage, stage
from tests.portal.test_requests import ASKED
from tests.world import World


class Made:
    """A stage with one more request: damp? how many rooms? (if so) which? (if more than two)."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.world = stage, stage.world
        self.desk = stage.world.client(stage.lead, stage.camden)
        given = {"title": "Damp", "why": "To mend it", "minutes": "5", "closes_on-day": ""}
        there = self.desk.post(f"/pilots/{stage.pilot.id}/requests/new", data=given).location
        self.there, self.id = there, int(there.split("/")[2])
        self.add("yes-no", "Is there damp?")
        self.add("whole-number", "How many rooms?", least="1", most="9", limit_words="Count all.")
        self.add("short-text", "Which is the worst?", required="no")

    def add(self, kind: str, words: str, **more: Any) -> None:
        data = {**ASKED, "words": words, **more}
        added = self.desk.post(f"{self.there}/questions/new?kind={kind}", data=data)
        assert added.status_code == 303, added.text

    def when(self, key: str, of: str, **data: Any) -> Any:
        return self.desk.post(f"{self.there}/questions/{key}/when?of={of}", data=data)

    def add_rule(self, session: Any, key: str, rule: str) -> None:
        for one in session.get_one(Request, self.id).newest.questions:
            if one.key == key:
                one.show_if = rule

    def ruled(self) -> "Made":
        assert self.when("q2", "q1", keys="yes").status_code == 303
        assert self.when("q3", "q2", least="3", most="").status_code == 303
        return self

    def questions(self) -> list[Question]:
        with self.world.database.reading() as session:
            return list(session.get_one(Request, self.id).newest.questions)

    def opened(self) -> tuple[FlaskClient, str]:
        """A group's phone, and the address of its draft."""
        who = (self.stage.lead, self.stage.camden)
        self.world.do(who, asking.open_request, self.world.read(Request, self.id))
        phone = self.stage.phone()
        return phone, phone.post(f"/requests/{self.id}/answer").location.rsplit("/q/", 1)[0]


@pytest.fixture
def made(world: World) -> Made:
    return Made(stage(world))


# Composing


def test_when_a_question_is_asked_is_chosen_and_said(made: Made) -> None:
    page = made.desk.get(f"{made.there}/questions/q2/when").text
    assert "Is there damp?" in page
    assert "Which is the worst?" not in page, "only earlier ones can decide"
    page = made.desk.get(f"{made.there}/questions/q2/when?of=q1").text
    assert "After which answers?" in page
    made.ruled()
    assert [one.show_if for one in made.questions()] == ["", "${q1} = 'yes'", "${q2} >= 3"]
    for path in (made.there, f"{made.there}/preview"):
        page = made.desk.get(path).text
        assert "Asked only if “Is there damp?” is: Yes" in page
        assert "Asked only if “How many rooms?” is 3 or more" in page
    assert ">Question 3</h2>" in page, "as on the page itself: how many there are depends"
    held = made.desk.get(f"{made.there}/questions/q3/when?of=q2").text
    assert 'value="3"' in held
    assert "checked" in made.desk.get(f"{made.there}/questions/q2/when?of=q1").text
    assert made.desk.post(f"{made.there}/questions/q3/when", data={}).status_code == 303
    assert made.questions()[2].show_if == ""
    assert made.when("q3", "q2", least="", most="").status_code == 303
    assert "“How many rooms?” is answered" in made.desk.get(made.there).text
    assert made.when("q3", "q2", least="2", most="4").status_code == 303
    assert "“How many rooms?” is from 2 to 4" in made.desk.get(made.there).text
    assert made.when("q3", "q2", least="", most="4").status_code == 303
    assert "“How many rooms?” is 4 or fewer" in made.desk.get(made.there).text


def test_a_rule_that_cannot_be_is_refused_and_changes_nothing(made: Made) -> None:
    assert made.when("q2", "q1").status_code == 422, "no answer is chosen"
    assert made.when("q2", "q1", keys="maybe").status_code == 422
    wrong = made.when("q3", "q2", least="5", most="2")
    assert wrong.status_code == 422
    assert "The least is more than the most" in wrong.text
    assert made.when("q2", "q3").status_code == 404, "it comes later"
    assert made.when("q2", "q2").status_code == 404
    assert made.when("q2", "q9").status_code == 404
    assert [one.show_if for one in made.questions()] == ["", "", ""]
    data = {**ASKED, "words": "How many?", "least": "5", "most": "2"}
    wrong = made.desk.post(f"{made.there}/questions/new?kind=whole-number", data=data)
    assert wrong.status_code == 422
    assert "The least is more than the most" in wrong.text


def test_what_a_rule_needs_stays_before_it(made: Made) -> None:
    made.ruled()
    refused = made.desk.post(f"{made.there}/arrange", data={"up": "q2"})
    assert refused.status_code == 409
    assert "needs the answer" in refused.text
    refused = made.desk.post(f"{made.there}/questions/q1/out", data={})
    assert refused.status_code == 422
    assert "Question 2 needs the answer to this one" in refused.text
    assert [one.key for one in made.questions()] == ["q1", "q2", "q3"]
    assert made.desk.post(f"{made.there}/questions/q3/out", data={}).status_code == 303
    assert made.desk.post(f"{made.there}/questions/q2/out", data={}).status_code == 303
    assert [one.key for one in made.questions()] == ["q1"]


def test_an_answer_that_decides_cannot_be_taken_out(made: Made) -> None:
    made.add("one-of", "Who lets it?", choices="Council\r\nLandlord")
    made.add("short-text", "Which landlord?")
    choice = made.questions()[3].choices[1]["key"]
    assert made.when("q5", "q4", keys=choice).status_code == 303
    data = {**ASKED, "words": "Who lets it?", "choices": "Council\r\nOwner"}
    refused = made.desk.post(f"{made.there}/questions/q4", data=data)
    assert refused.status_code == 422
    assert "Question 5 is asked after an answer that you took out" in refused.text
    assert [one["words"]["en"] for one in made.questions()[3].choices] == ["Council", "Landlord"]


def test_a_rule_that_came_with_a_form_is_shown_as_it_stands_and_hinders_no_change(
    made: Made,
) -> None:
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        made.add_rule(session, "q3", "${q2} = '4'")
    assert "Asked only if: ${q2} = &#39;4&#39;" in made.desk.get(made.there).text
    data = {**ASKED, "words": "How many rooms are damp?", "least": "1", "most": "9"}
    assert made.desk.post(f"{made.there}/questions/q2", data=data).status_code == 303


def test_a_limit_is_set_changed_and_taken_away(made: Made) -> None:
    one = made.questions()[1]
    assert (one.limit, one.limit_words) == (". >= 1 and . <= 9", {"en": "Count all."})
    page = made.desk.get(f"{made.there}/questions/q2").text
    assert 'value="9"' in page
    assert "Count all." in page
    data = {**ASKED, "words": "How many rooms?", "least": "", "most": "", "limit_words": ""}
    assert made.desk.post(f"{made.there}/questions/q2", data=data).status_code == 303
    assert (made.questions()[1].limit, made.questions()[1].limit_words) == ("", {})


def test_a_new_request_begins_with_the_questions_of_an_earlier_one(made: Made) -> None:
    made.ruled().opened()
    answer = made.desk.post(f"{made.there}/again", data={})
    copied = made.world.read(Request, int(answer.location.split("/")[2]))
    assert (copied.state, copied.closes_on, copied.opened_at) == ("draft", None, None)
    with made.world.database.reading() as session:
        questions = session.get_one(Request, copied.id).newest.questions
        before = made.questions()
        for name in ("key", "kind", "words", "why", "show_if", "limit", "limit_words", "required"):
            assert [getattr(one, name) for one in questions] == [
                getattr(one, name) for one in before
            ], name
        assert not {one.id for one in questions} & {one.id for one in before}
    made.desk.post(f"/requests/{copied.id}/questions/q3/out", data={})
    assert len(made.questions()) == 3, "what was asked stays as it was"


# Answering


def test_only_what_fits_is_asked_and_sent(made: Made) -> None:
    phone, there = made.ruled().opened()
    page = phone.get(f"{there}/q/q1").text
    assert ">Question 1</p>" in page, "how many there are depends on the answers"
    assert phone.post(f"{there}/q/q1", data={"q1": "no"}).location == f"{there}/check"
    assert phone.get(f"{there}/q/q2").location == f"{there}/check", "it is not asked"
    checked = phone.get(f"{there}/check").text
    assert "Is there damp?" in checked
    assert "How many rooms?" not in checked
    assert phone.post(f"{there}/q/q1", data={"q1": "yes"}).location == f"{there}/q/q2"
    assert ">Question 2</p>" in phone.get(f"{there}/q/q2").text
    assert phone.post(f"{there}/q/q2", data={"q2": "4"}).location == f"{there}/q/q3"
    assert phone.post(f"{there}/q/q3", data={"q3": "The bath"}).location == f"{there}/check"
    # An answer that is changed later asks what it brings, and says what it leaves out.
    again = phone.post(f"{there}/q/q2?from=check", data={"q2": "2"})
    assert again.location == f"{there}/check"
    checked = phone.get(f"{there}/check").text
    assert checked.index("Not asked any more") < checked.index("The bath")
    assert {one.key for one in made.world.all(DraftAnswer)} >= {"q1", "q2", "q3"}, "nothing lost"
    phone.post(f"{there}/check")
    receipt = phone.post(f"{there}/send", data={"quote": "no"})
    sent = made.stage.now(int(receipt.location.split("/")[2].split("?")[0]))
    assert sent.answers == {"q1": True, "q2": 2}
    desk = made.stage.desk()
    read = phone.get(f"/contributions/{sent.id}").text, desk.get(f"/review/{sent.id}").text
    for page in read:
        assert "How many rooms?" in page
        assert "Which is the worst?" not in page
        assert "The bath" not in page


def test_an_answer_changed_from_the_check_asks_what_it_brings(made: Made) -> None:
    phone, there = made.ruled().opened()
    phone.post(f"{there}/q/q1", data={"q1": "no"})
    next_ = phone.post(f"{there}/q/q1?from=check", data={"q1": "yes"}).location
    assert next_ == f"{there}/q/q2?from=check"
    next_ = phone.post(next_, data={"q2": "5"}).location
    assert next_ == f"{there}/q/q3?from=check"
    assert phone.post(next_, data={"q3": ""}).location == f"{there}/check"


def test_an_answer_outside_its_limit_says_what_its_writers_wrote(made: Made) -> None:
    phone, there = made.opened()
    page = phone.post(f"{there}/q/q2", data={"q2": "12"})
    assert page.status_code == 422
    assert "Count all." in page.text
    assert 'value="12"' in page.text, "nothing is lost"
    assert "Count all." in phone.get(f"{there}/check").text
    phone.post(f"{there}/q/q1", data={"q1": "no"})
    phone.post(f"{there}/q/q3", data={"q3": ""})
    assert phone.post(f"{there}/check").status_code == 422
    assert phone.post(f"{there}/send", data={"quote": "no"}).location == f"{there}/check"
