"""Ask once: whoever composes sees what the cohort has answered before, and a group says it again
with one tap."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from pilots import ask_once, asking, composing, contributions, drafts, requests
from pilots.contributions import Contribution
from pilots.likeness import alike
from pilots.questions import KINDS, Question, read
from pilots.requests import Request
from tests.portal.stage import Stage, stage
from tests.world import World

STORY = "They never came back."


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world, 2)


def another(
    made: Stage, words: str, kind: str = "long-text", *, open: bool = False, **more: Any
) -> Request:
    """One more request of the pilot, with one question beside the first."""
    who, world = (made.lead, made.camden), made.world
    given: dict[str, Any] = {"minutes": 5, "payment": "", "closes_on": None}
    new = world.do(
        who, requests.write, made.pilot, title={"en": "More"}, why={"en": "To know"}, **given
    )
    for one, of_kind, its in (("Anything else to tell us?", "long-text", {}), (words, kind, more)):
        why = {"en": "To know"}
        world.do(who, composing.add_question, new, kind=of_kind, words={"en": one}, why=why, **its)
    if open:
        world.do(who, asking.open_request, new)
    found: Request = world.read(Request, new.id)
    return found


def page_of(made: Stage, request: Request, number: int = 0) -> tuple[Any, str]:
    """The phone of a group, and the page of the second question in its draft."""
    phone = made.phone(number)
    id = int(phone.post(f"/requests/{request.id}/answer").location.split("/")[2])
    return phone, f"/contributions/{id}/q/q2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What happened, in their words?", "What has happened - in your words"),
        ("How many families did you meet?", "Families — how many do you meet?"),
        ("Où habitez-vous ?", "ou habitez vous"),
    ],
)
def test_small_words_letters_and_points_make_no_other_question(one: str, other: str) -> None:
    assert alike({"en": one}) == alike({"en": other})


def test_questions_of_small_words_only_are_told_apart() -> None:
    assert alike({"en": "Who are you?"}) != alike({"en": "How are you?"})
    assert alike({}) == ""


def test_who_composes_sees_how_many_of_the_cohort_answered_the_like(made: Stage) -> None:
    made.sent(0)
    office = made.world.client(made.lead, made.camden)
    new = another(made, "What happened in your words?")
    page = office.get(f"/requests/{new.id}").text
    assert page.count("The like was asked in the last year.") == 1
    assert "1 of these groups answered." in page
    made.sent(1)
    assert "2 of these groups answered." in office.get(f"/requests/{new.id}").text


@pytest.mark.parametrize("kind", ["short-text", "quote"])
def test_another_kind_of_question_is_another_question(made: Stage, kind: str) -> None:
    made.sent(0)
    new = another(made, "What happened, in their words?", kind)
    page = made.world.client(made.lead, made.camden).get(f"/requests/{new.id}").text
    assert "Asked before" not in page


def test_nothing_is_learned_of_requests_that_one_may_not_read(made: Stage) -> None:
    made.sent(0)
    world = made.world
    new = another(made, "What happened, in their words?")
    held = world.read(Request, new.id)
    with world.database.reading() as session:
        request = session.get_one(Request, held.id)
        mine = world.actor(made.lead, made.camden)
        assert ask_once.asked_before(session, mine, request, world.now)
        nobody = world.actor(made.rahima, None)
        assert not ask_once.asked_before(session, nobody, request, world.now)


def test_a_group_says_again_what_it_said_with_one_tap(made: Stage) -> None:
    first = made.sent(0)
    new = another(made, "What happened, in their words?", open=True)
    phone, there = page_of(made, new)
    page = phone.get(there).text
    assert "You said this to Camden Council on" in page and STORY in page
    assert phone.post(f"{there}/again").status_code == 303
    page = phone.get(there).text
    assert "You said this to" not in page, "it is in the box now"
    [draft] = [one for one in made.world.all(Contribution) if one.request_id == new.id]
    world = made.world
    with world.database.writing() as session:
        held = session.get_one(Contribution, draft.id)
        question = held.request_version.questions[0]
        drafts.keep(held, question, {"q1": ["No."]}, made.rahima.id, world.now)
    world.do((made.rahima, made.lantern), contributions.submit, draft, quote="no")
    sent = world.read(Contribution, draft.id)
    assert sent.answers["q2"] == first.answers["q3"] == STORY


def test_nobody_is_offered_what_another_group_said(made: Stage) -> None:
    made.sent(0)
    new = another(made, "What happened, in their words?", open=True)
    phone, there = page_of(made, new, 1)
    page = phone.get(there).text
    assert "You said this to" not in page and STORY not in page
    assert phone.post(f"{there}/again").status_code == 404


def test_what_was_taken_back_or_is_older_than_a_year_is_not_offered(made: Stage) -> None:
    sent = made.sent(0)
    new = another(made, "What happened, in their words?", open=True)
    phone, there = page_of(made, new)
    assert "You said this to" in phone.get(there).text
    old = made.world.now - timedelta(days=366)
    for change, back in (
        ({"sent_at": old}, {"sent_at": sent.sent_at}),
        ({"state": "withdrawn"}, {"state": "submitted"}),
    ):
        for values in (change, back):
            with made.world.database.engine.begin() as connection:
                where = Contribution.id == sent.id
                connection.execute(update(Contribution).where(where).values(**values))
            assert ("You said this to" in phone.get(there).text) is (values is back)


def test_an_answer_whose_choices_are_others_now_is_not_offered(made: Stage) -> None:
    """The same keys, with other words behind them: the answer would turn into another."""
    who, words = (made.rahima, made.lantern), "Which repairs are late?"
    options = [{"key": "a1", "words": {"en": "Damp"}}, {"key": "a2", "words": {"en": "Heat"}}]
    first = another(made, words, "some-of", open=True, choices=options)
    held = made.world.do(who, drafts.start, made.lantern, request=first)
    with made.world.database.writing() as session:
        draft = session.get_one(Contribution, held.id)
        one, two = draft.request_version.questions
        drafts.keep(draft, one, {"q1": ["No."]}, made.rahima.id, made.world.now)
        drafts.keep(draft, two, {"q2": ["a2"]}, made.rahima.id, made.world.now)
    made.world.do(who, contributions.submit, held, quote="no")
    same = another(made, words, "some-of", open=True, choices=options[::-1])
    phone, there = page_of(made, same)
    assert "Heat" in phone.get(there).text.partition("Say it again")[0]
    turned = [{"key": "a1", "words": {"en": "Damp"}}, {"key": "a2", "words": {"en": "Light"}}]
    others = another(made, words, "some-of", open=True, choices=turned)
    phone, there = page_of(made, others)
    assert "Say it again" not in phone.get(there).text


ANSWERS: dict[str, Any] = {
    "area": 4,
    "count-table": {"r1": {"c1": 12}, "r2": {"c1": 0}},
    "whole-number": 12,
    "bands": "3-9",
    "decimal": "2.5",
    "long-text": "They came\ntwice.",
    "short-text": "Twice",
    "one-of": "a2",
    "some-of": ["a1", "a2"],
    "yes-no": False,
    "date": "2026-03-09",
}


@pytest.mark.parametrize("kind", [key for key in KINDS if key not in ("quote", "note")])
def test_what_is_typed_again_is_the_same_answer(kind: str) -> None:
    options = [{"key": f"a{n}", "words": {"en": str(n)}} for n in (1, 2)]
    question = Question(
        key="q1",
        kind=kind,
        required=True,
        rows=[{"key": "r1", "words": {}}, {"key": "r2", "words": {}}],
        columns=[{"key": "c1", "words": {}}],
        choices=[{"key": "4", "area": 4, "words": {}}] if kind == "area" else options,
    )
    answer = ANSWERS[kind]
    assert read(question, ask_once.raw_of(question, answer)) == answer
