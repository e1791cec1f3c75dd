"""State tables refuse what is not in them, and refuse to be wrong themselves."""

import pytest

from trust.records import Refused
from trust.states import Move, States

NAMES = {"new": "New", "done": "Done"}
FINISH = Move("thing:finish", ("new",), "done", "public")


def test_a_move_that_is_in_the_table_is_given() -> None:
    assert States("thing", "new", NAMES, (FINISH,)).check("thing:finish", "new") is FINISH


def test_a_move_from_the_wrong_state_is_refused_in_words() -> None:
    with pytest.raises(Refused) as caught:
        States("thing", "new", NAMES, (FINISH,)).check("thing:finish", "done")
    assert caught.value.reason.params["state"].text == "Done"
    assert caught.value.next_step is not None


@pytest.mark.parametrize(
    "moves",
    [
        (Move("other:finish", ("new",), "done", "public"),),
        (FINISH, FINISH),
        (Move("thing:finish", ("new",), "gone", "public"),),
        (),
    ],
)
def test_a_table_that_makes_no_sense_stops_the_start(moves: tuple[Move, ...]) -> None:
    with pytest.raises(ValueError):
        States("thing", "new", NAMES, moves)


def test_the_diagram_has_every_move() -> None:
    assert "new --> done: finish" in States("thing", "new", NAMES, (FINISH,)).diagram()
