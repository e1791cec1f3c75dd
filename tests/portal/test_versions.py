"""The questions of an open request change: beside what is asked, with whom it touches, then put to
them. Nothing that was typed goes, and nobody sends what they have not seen."""

from typing import Any

import pytest

from pilots import releases
from pilots.contributions import Contribution
from pilots.figures import Figure
from pilots.questions import Question
from pilots.requests import Asked, Request, RequestVersion
from pilots.versions import differences
from tests.kept import once
from tests.portal.stage import Stage, stage
from tests.portal.test_requests import ASKED
from tests.world import World
from trust import ending
from trust.agreements import Agreement
from trust.outbox import Parcel


class Made:
    """A request that one group has answered, one is writing for, and one has not begun."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.world = stage, stage.world
        self.desk = stage.world.client(stage.lead, stage.camden)
        self.there = f"/requests/{stage.request.id}"

    def begin(self) -> None:
        assert self.desk.post(f"{self.there}/change").location == f"{self.there}/changes"

    def add(self, words: str = "Which floor is it?", **more: Any) -> None:
        data = {**ASKED, "words": words, **more}
        path = f"{self.there}/questions/new?kind=short-text"
        assert self.desk.post(path, data=data).location == f"{self.there}/changes#questions"

    def put(self) -> Any:
        return self.desk.post(f"{self.there}/changes/put")

    def changed(self) -> "Made":
        """A change with one new question, put to them."""
        self.begin()
        self.add()
        assert self.put().status_code == 303
        return self

    def asked(self) -> list[int]:
        """The number of the wording that each group is asked, as they were asked."""
        with self.world.database.reading() as session:
            rows = (
                session.query(Asked)
                .filter_by(request_id=self.stage.request.id)
                .order_by("giver_id")
            )
            return [one.version_asked.number for one in rows]

    def sent(self) -> Contribution:
        """What the first group sent."""
        mine = self.stage.lantern.id
        [one] = [one for one in self.world.all(Contribution) if one.giver_id == mine]
        return one

    def mails(self) -> list[int]:
        mails = (one for one in self.world.all(Parcel) if one.kind == "request-changed")
        return [one.to_person_id for one in mails]


@pytest.fixture
@once
def three(world: World) -> Stage:
    made = stage(world, 3)
    made.sent(0)
    made.filled(made.phone(1))
    return made


@pytest.fixture
def made(three: Stage) -> Made:
    return Made(three)


def test_a_change_is_written_beside_what_is_asked(made: Made) -> None:
    made.begin()
    made.add("Which floor is it?")
    page = made.desk.get(f"{made.there}/changes").text
    assert "Which floor is it?" in page.split("What is different")[1]
    assert "Go on with the change" in made.desk.get(made.there).text
    assert "Which floor is it?" in made.desk.get(f"{made.there}/preview?change=1").text
    for client in (made.stage.phone(1), made.stage.phone(2)):
        for path in (made.there, f"{made.there}/preview?change=1"):
            assert "Which floor is it?" not in client.get(path).text
    assert made.asked() == [1, 1, 1]
    made.begin()
    assert made.desk.get(f"{made.there}/changes").text.count("Which floor is it?") == 2, "once more"


def test_it_says_whom_it_touches(made: Made) -> None:
    made.begin()
    page = made.desk.get(f"{made.there}/changes").text
    assert "Nothing yet." in page
    assert "Put the change to them" not in page
    parts = [
        ("1 group has answered", "Lantern Women’s Circle"),
        ("1 group is writing its answer", "Copperfield Advice Desk"),
        ("1 group has not begun", "Redbrick Tenants’ Voice"),
    ]
    for head, name in parts:
        assert name in page.split(head)[1].split("</ul>")[0]


def test_answers_stay_with_the_questions_that_were_seen(made: Made) -> None:
    made.changed()
    assert made.asked() == [2, 2, 2]
    sent = made.sent()
    assert "Which floor is it?" not in made.stage.phone(0).get(f"/contributions/{sent.id}").text
    new = made.stage.phone(2)
    assert "Which floor is it?" in new.get(made.there).text
    id = made.stage.begun(new)
    assert made.stage.now(id).request_version_id != sent.request_version_id
    assert new.get(f"/contributions/{id}/q/q5").status_code == 200


def test_who_is_writing_looks_at_what_changed_before_sending(made: Made) -> None:
    phone = made.stage.phone(1)
    id = made.stage.begun(phone)
    made.begin()
    made.add()
    made.desk.post(f"{made.there}/questions/q3/out")
    assert made.put().status_code == 303
    assert made.mails() == [made.stage.groups[1][1].id]
    late = phone.post(f"/contributions/{id}/send", data={"quote": "sector"})
    assert late.status_code == 422 and "The questions changed while you wrote" in late.text
    assert made.stage.now(id).state == "draft"
    there = f"/contributions/{id}/changed"
    for path in (f"/contributions/{id}/check", f"{made.there}/answer"):
        went = phone.get(path) if path.endswith("check") else phone.post(path)
        assert went.location == there
    page = phone.get(there).text
    assert "Which floor is it?" in page and "Taken out" in page
    assert phone.post(there).location == f"/contributions/{id}/q/q5"
    assert phone.get(there).location == f"/contributions/{id}/q/q5"
    phone.post(f"/contributions/{id}/q/q5", data={"q5": "The third"})
    check = phone.get(f"/contributions/{id}/check").text
    assert "They never came back." in check.split("Taken out")[1], "kept, and said"
    assert phone.post(f"/contributions/{id}/send", data={"quote": "sector"}).status_code == 303
    answers = made.stage.now(id).answers
    assert answers["q5"] == "The third" and "q3" not in answers


def test_what_is_typed_for_a_question_that_was_just_taken_out_is_kept(made: Made) -> None:
    phone = made.stage.phone(1)
    id = made.stage.begun(phone)
    made.begin()
    made.desk.post(f"{made.there}/questions/q3/out")
    made.put()
    phone.post(f"/contributions/{id}/changed")
    typed = {"q3": "Longer words."}
    assert phone.post(f"/contributions/{id}/q/q3", data=typed).status_code == 303
    assert phone.get(f"/contributions/{id}/q/q3").location.endswith("/check")
    assert "Longer words." in phone.get(f"/contributions/{id}/check").text


def test_a_key_is_never_used_twice(made: Made) -> None:
    made.begin()
    made.desk.post(f"{made.there}/questions/q4/out")
    made.add("Which floor is it?")
    made.put()
    made.begin()
    made.add("Since when?")
    with made.world.database.reading() as session:
        request = session.get_one(Request, made.stage.request.id)
        assert [one.key for one in request.versions[-1].questions] == ["q1", "q2", "q3", "q5", "q6"]


def test_nothing_different_and_nothing_left_are_refused(made: Made) -> None:
    assert made.put().status_code == 409, "nothing is being changed"
    made.begin()
    assert "Nothing is different yet" in made.put().text
    for key in ("q1", "q2", "q3", "q4"):
        made.desk.post(f"{made.there}/questions/{key}/out")
    page = made.put()
    assert page.status_code == 422 and "Write at least one question first" in page.text
    assert "No question is left" in page.text
    assert made.asked() == [1, 1, 1]


def test_a_change_is_thrown_away(made: Made) -> None:
    made.begin()
    made.add()
    assert "Which floor is it?" in made.desk.get(f"{made.there}/changes/drop").text
    assert made.desk.post(f"{made.there}/changes/drop").location == made.there
    assert made.desk.get(f"{made.there}/changes").status_code == 409
    with made.world.database.reading() as session:
        request = session.get_one(Request, made.stage.request.id)
        assert len(request.versions) == 1
        assert session.query(Question).filter_by(key="q5").count() == 0
    made.changed()


def test_whose_agreement_does_not_allow_it_keeps_the_old_questions(made: Made) -> None:
    group, person = made.stage.groups[1]
    [held] = [one for one in made.world.all(Agreement) if one.giver_id == group.id]
    made.world.do((person, group), ending.end, held, reason="We stop.")
    made.begin()
    made.add()
    page = made.desk.get(f"{made.there}/changes").text
    kept = page.split("1 group keeps the old questions")[1]
    assert "Copperfield Advice Desk" in kept and "No trust agreement" in kept
    assert made.put().status_code == 303
    assert made.asked() == [2, 1, 2]
    assert made.mails() == []
    assert "Which floor is it?" not in made.stage.phone(1).get(made.there).text


def test_a_change_that_reaches_nobody_is_refused(made: Made) -> None:
    for partner, person in made.stage.groups:
        [held] = [one for one in made.world.all(Agreement) if one.giver_id == partner.id]
        made.world.do((person, partner), ending.end, held, reason="We stop.")
    made.begin()
    made.add()
    page = made.put()
    assert page.status_code == 422 and "No group that was asked can be asked this" in page.text
    assert made.asked() == [1, 1, 1]


def test_counts_of_a_question_that_stayed_are_summed_over_both(made: Made) -> None:
    stage = made.stage
    desk = (stage.reviewer, stage.camden)
    made.world.accepted(made.sent(), desk)
    made.changed()
    phone = stage.phone(1)
    id = stage.begun(phone)
    phone.post(f"/contributions/{id}/changed")
    phone.post(f"/contributions/{id}/q/q5", data={"q5": "The third"})
    assert phone.post(f"/contributions/{id}/send", data={"quote": "sector"}).status_code == 303
    made.world.accepted(stage.now(id), desk)
    with made.world.database.reading() as session:
        [table] = releases.tables_of(session, stage.pilot.id)
        figures = session.query(Figure).all()
        assert {one.question_id for one in figures} == {table.id}
        assert len({one.giver_id for one in figures}) == 2
    made.begin()
    data = {**ASKED, "words": "How many people?", "rows": "Waiting\nFixed", "columns": "People"}
    assert made.desk.post(f"{made.there}/questions/q2", data=data).status_code == 303
    assert made.put().status_code == 303
    with made.world.database.reading() as session:
        words = [one.words["en"] for one in releases.tables_of(session, stage.pilot.id)]
    assert words == ["How many families did you meet?", "How many people?"]


def test_a_table_by_other_places_is_another_table(made: Made) -> None:
    other = made.world.area("Kilburn", "E05013660")
    made.begin()
    data = {**ASKED, "words": "Which ward is this about?", "choices": [str(other.id)]}
    assert made.desk.post(f"{made.there}/questions/q1", data=data).status_code == 303
    assert made.put().status_code == 303
    with made.world.database.reading() as session:
        assert len(releases.tables_of(session, made.stage.pilot.id)) == 2


def asked_as(*given: tuple[str, str]) -> list[Question]:
    made = []
    for position, (key, words) in enumerate(given, 1):
        one = Question(key=key, position=position, kind="short-text", words={"en": words})
        made.append(one)
    return made


def test_what_is_different_is_named_once() -> None:
    old = asked_as(("q1", "A"), ("q2", "B"), ("q3", "C"), ("q4", "D"))
    new = asked_as(("q2", "B"), ("q1", "A"), ("q3", "Changed"), ("q5", "New"))
    found = [(one.how, one.question.key) for one in differences(old, new)]
    assert found == [
        ("moved", "q2"),
        ("moved", "q1"),
        ("changed", "q3"),
        ("added", "q5"),
        ("taken-out", "q4"),
    ]
    assert differences(old, old) == []


def test_composing_waits_for_a_change(made: Made) -> None:
    for path in ("questions/new?kind=date", "questions/q1", "questions/q2/when"):
        page = made.desk.get(f"{made.there}/{path}")
        assert page.status_code == 409 and "Change the questions" in page.text
    late = made.desk.post(
        f"{made.there}/questions/new?kind=date", data={**ASKED, "words": "Typed already?"}
    )
    assert late.status_code == 422 and "Typed already?" in late.text, "what was typed stands there"


def test_a_new_version_is_kept_as_it_was_put(made: Made) -> None:
    made.changed()
    made.begin()
    with made.world.database.reading() as session:
        rows = session.query(RequestVersion).filter_by(request_id=made.stage.request.id)
        frozen = [one.frozen_at is not None for one in rows.order_by("number")]
    assert frozen == [True, True, False]
