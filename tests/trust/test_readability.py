"""The measure itself, against words and texts whose value is known."""

import pytest

from tests.trust.readability import faults, grade, jargon, longest_sentence, sentences, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("a", 1),
        ("the", 1),
        ("shared", 1),
        ("shares", 1),
        ("asked", 1),
        ("started", 2),
        ("needed", 2),
        ("people", 2),
        ("council", 2),
        ("little", 2),
        ("changes", 2),
        ("promises", 3),
        ("places", 2),
        ("safeguarding", 3),
        ("agreement", 3),
        ("information", 4),
        ("decision", 3),
        ("special", 2),
        ("area", 3),
        ("doing", 2),
        ("going", 2),
        ("story", 2),
        ("stories", 2),
        ("use", 1),
        ("used", 1),
        ("safely", 2),
        ("year", 1),
        ("partner's", 2),
        ("actual", 3),
        ("period", 3),
        ("video", 3),
        ("serious", 3),
        ("year's", 1),
        ("don't", 1),
        ("quote", 1),
        ("language", 2),
        ("quality", 3),
        ("anyone", 3),
        ("saying", 2),
        ("quiet", 2),
        ("society", 4),
        ("opinion", 3),
        ("cautious", 2),
        ("group’s", 1),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_sentences_end_at_stops_and_lines() -> None:
    assert sentences("One. Two two! Is it three?\nFour\n\n“Five.” Six") == [
        "One.",
        "Two two!",
        "Is it three?",
        "Four",
        "“Five.”"[:-1],
        "Six",
    ]


def test_the_formula() -> None:
    # Six words of one syllable in one sentence: 0.39 * 6 + 11.8 - 15.59.
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45)
    assert grade("") == 0.0


def test_an_official_text_is_too_hard() -> None:
    official = (
        "The controller shall facilitate the exercise of data subject rights in accordance with "
        "the applicable legislation, notwithstanding any contractual provision to the contrary."
    )
    assert grade(official) > 15
    assert longest_sentence(official) == 23
    assert jargon(official) == [
        "data subject",
        "notwithstanding",
        "in accordance with",
        "facilitate",
    ]
    assert len(faults(official)) == 6


def test_a_plain_text_has_no_faults() -> None:
    assert faults("We read what you send. Then we tell you what came of it.") == []
