"""The seven IG steps are complete and read plainly."""

import pytest

from tests.trust.readability import LONGEST_SENTENCE, jargon, longest_sentence
from trust.governance.steps import COUNTS, Box, Step, steps

EVERY = [pytest.param(step, id=step.key) for step in steps().steps]
BOXES = [pytest.param(box, id=box.key) for step in steps().steps for box in step.boxes]


def test_seven_steps_in_order_and_whose_words_they_are() -> None:
    assert [step.key for step in steps().steps] == [
        "define",
        "screen",
        "group",
        "dpia",
        "agreement",
        "sign",
        "share",
    ]
    assert steps().wording == "reading"
    assert steps().step(7).key == "share"
    with pytest.raises(KeyError):
        steps().step(8)


@pytest.mark.parametrize("step", EVERY)
def test_a_step_says_who_what_and_when_it_is_done(step: Step) -> None:
    said = [step.title, *step.who, step.takes, step.gives, step.done]
    assert step.who
    for words in said:
        assert words
        assert longest_sentence(words) <= LONGEST_SENTENCE
        assert jargon(words) == []


@pytest.mark.parametrize("box", BOXES)
def test_a_box_has_a_question_and_a_hint(box: Box) -> None:
    assert box.title
    assert box.text.endswith("?")
    assert longest_sentence(box.text) <= LONGEST_SENTENCE
    assert longest_sentence(box.hint) <= LONGEST_SENTENCE
    assert box.kind in {"words", "items", "screen", "choice"}
    assert bool(box.options) == (box.kind == "choice")
    assert bool(box.counts) == (box.kind == "screen")


def test_box_keys_are_unique_over_the_whole_case() -> None:
    keys = [box.key for step in steps().steps for box in step.boxes]
    assert len(set(keys)) == len(keys)


def test_step_one_is_the_canvas_and_whether_personal_data_is_needed_at_all() -> None:
    assert [box.key for box in steps().step(1).boxes] == [
        "outcome",
        "action",
        "product",
        "data",
        "without_personal",
    ]
    assert steps().step(1).box("data").kind == "items"


def test_the_seventeen_screening_questions_and_the_usual_hits() -> None:
    screening = steps().step(2).screening
    assert len(screening) == 17
    by_weight = {weight: [b.key for b in screening if b.counts == weight] for weight in COUNTS}
    assert {weight: len(keys) for weight, keys in by_weight.items()} == {
        "alone": 6,
        "with another": 5,
        "weigh": 6,
    }
    assert {box.key for box in screening if box.usual} == {"invisible", "matching", "vulnerable"}


def test_doing_a_dpia_anyway_is_a_choice() -> None:
    keys = [option.key for option in steps().step(2).box("decision").options]
    assert keys == ["dpia", "dpia-anyway", "review", "light"]
