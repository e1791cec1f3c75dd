"""What is different between two texts."""

from hypothesis import given
from hypothesis import strategies as st

from trust.differences import Piece, difference, paragraphs_apart


def test_a_word_that_goes_and_a_word_that_comes() -> None:
    assert difference("We call on Monday at nine.", "We call on Friday at nine.") == (
        Piece("same", "We call on "),
        Piece("gone", "Monday "),
        Piece("new", "Friday "),
        Piece("same", "at nine."),
    )


def test_nothing_changed_and_nothing_there() -> None:
    assert difference("The same.", "The same.") == (Piece("same", "The same."),)
    assert difference("", "") == ()
    assert difference("", "New.") == (Piece("new", "New."),)
    assert difference("Old.", "") == (Piece("gone", "Old."),)


def test_texts_that_share_little_stand_one_after_the_other() -> None:
    before, after = "Neither name nor kind is given.", "Only a word such as “advice” stands there."
    assert difference(before, after) == (Piece("gone", before), Piece("new", after))


def test_paragraphs_stay_go_come_and_change() -> None:
    before = ["Stays.", "We call on Monday at nine.", "Goes."]
    after = ["Stays.", "We call on Friday at nine."]
    assert paragraphs_apart(before, after) == [
        (Piece("same", "Stays."),),
        (
            Piece("same", "We call on "),
            Piece("gone", "Monday "),
            Piece("new", "Friday "),
            Piece("same", "at nine."),
        ),
        (Piece("gone", "Goes."),),
    ]
    assert paragraphs_apart([], ["New."]) == [(Piece("new", "New."),)]


@given(st.text("ab \n", max_size=30), st.text("ab \n", max_size=30))
def test_both_texts_can_be_read_out_of_it(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(p.text for p in pieces if p.kind != "new") == before
    assert "".join(p.text for p in pieces if p.kind != "gone") == after
