"""Which words of a search PostgreSQL looks up in its index, and which in what that gives."""

import pytest
from sqlalchemy import column, table

from trust.rarity import COMMON, TIMES, rarest
from trust.search import asked_of

KNOWN = {"community": 0.6, "communal": 0.3, "group": 0.6, "choir": 0.1, "chess": 0.03}


@pytest.mark.parametrize(
    ("begun", "found"),
    [
        (["zanzibar", "community"], ["zanzibar"]),
        (["community", "zanzibar", "chess"], ["zanzibar"]),
        (["chess", "choir"], ["chess", "choir"]),
        (["chess", "group"], ["chess"]),
        (["ch", "choir"], ["ch", "choir"]),
        (["comm", "group"], []),
        (["group"], []),
        (["nobody", "zanzibar"], ["nobody", "zanzibar"]),
        ([], []),
    ],
)
def test_common_words_are_not_looked_up_beside_rare_ones(
    begun: list[str], found: list[str]
) -> None:
    assert KNOWN["choir"] <= COMMON < KNOWN["group"]
    assert KNOWN["choir"] <= TIMES * KNOWN["chess"]
    assert rarest(begun, KNOWN, alone=False) == found


def test_a_beginning_is_as_common_as_all_its_words() -> None:
    known = {f"ch{n}": 0.01 for n in range(30)}
    assert rarest(["ch", "zanzibar"], known, alone=True) == ["zanzibar"]
    assert rarest(["ch1", "ch2"], known, alone=True) == ["ch1", "ch2"]


def test_where_all_are_common_and_nothing_else_is_asked_the_rarest_is_looked_up() -> None:
    assert rarest(["comm", "group"], KNOWN, alone=True) == ["group"]
    assert rarest(["group"], KNOWN, alone=True) == ["group"]
    assert rarest(["comm", "group"], {}, alone=True) == ["comm", "group"]


@pytest.mark.parametrize(
    ("begun", "tags", "first", "then"),
    [
        (["zanzibar", "group"], [], "'zanzibar':*", "'group':*"),
        (["group"], [], "'group':*", ""),
        (["group", "comm"], ["_a"], "'_a'", "'group':* & 'comm':*"),
        (["chess", "group"], ["_a"], "'_a' & 'chess':*", "'group':*"),
        ([], ["_a", "_b"], "'_a' & '_b'", ""),
    ],
)
def test_what_is_not_looked_up_is_asked_all_the_same(
    begun: list[str], tags: list[str], first: str, then: str
) -> None:
    asked = asked_of(table("held", column("words")), begun, tags, KNOWN)
    said = [str(one).replace("''", "'") for one in asked]
    assert said[0] == f"held.words @@ '{first}'::tsquery"
    assert said[1:] == ([f"(held.words @@ '{then}'::tsquery) IS true"] if then else [])
