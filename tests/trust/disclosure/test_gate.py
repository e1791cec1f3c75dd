"""Steps 1 and 2 of the disclosure method: what a released table may and may not show."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.trust.disclosure.tables import (
    PEOPLE,
    Given,
    axis,
    given_by_groups,
    numbers,
    one_giver,
    table,
)
from trust.disclosure.count import Count
from trust.disclosure.gate import preview, publish, show
from trust.disclosure.policy import DEFAULT, OFFICIAL, UNDER_TEN, Policy, Zeros
from trust.disclosure.published import STAR, Deferred, Fact, Line, Published, Shown
from trust.disclosure.table import TOTAL, Axis, Label, Table

POLICIES = st.sampled_from(
    [DEFAULT, OFFICIAL, UNDER_TEN, Policy(zeros=Zeros.SHOWN), Policy(official=True)]
)


def release(source: Table, policy: Policy) -> Published | Deferred:
    return publish(source, book="residents", policy=policy, facts=(), audience="public")


def released(source: Table, policy: Policy) -> Published:
    result = release(source, policy)
    assert isinstance(result, Published), result
    return result


def published(source: Table, policy: Policy) -> Published:
    """For hypothesis: passes over the tables of which nothing is left."""
    result = release(source, policy)
    assume(isinstance(result, Published))
    assert isinstance(result, Published)
    return result


def true_figures(given: Given) -> Iterator[dict[int, int]]:
    """People by giver in the order of ``Published.lines``."""

    def added(cells: Sequence[dict[int, int]]) -> dict[int, int]:
        return {g: sum(c.get(g, 0) for c in cells) for c in cells for g in c}

    for row in given:
        yield from row
        yield added(row)
    yield from (added(column) for column in zip(*given, strict=True))
    yield added([cell for row in given for cell in row])


# The rule for one figure by itself.


@pytest.mark.parametrize(
    ("number", "shown"),
    [(1, "*"), (3, "*"), (7, "*"), (8, 10), (12, 10), (13, 15), (17, 15), (18, 20), (11426, 11425)],
)
def test_small_numbers_get_a_star_and_others_are_rounded(number: int, shown: Shown) -> None:
    assert show(number, DEFAULT) == shown
    assert show(number, OFFICIAL) == shown


def test_nought_is_a_policy() -> None:
    assert show(0, DEFAULT) == STAR
    assert show(0, Policy(zeros=Zeros.SHOWN)) == 0


def test_the_strict_variant_hides_under_ten() -> None:
    assert [show(n, UNDER_TEN) for n in (0, 1, 9, 10, 12, 13)] == ["*", "*", "*", 10, 10, 15]


@given(PEOPLE, POLICIES)
def test_a_shown_figure_stands_for_at_least_three_numbers(number: int, policy: Policy) -> None:
    shown = show(number, policy)
    near = range(max(0, number - 2 * policy.base), number + 2 * policy.base)
    assert shown == 0 or sum(show(other, policy) == shown for other in near) >= 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 10},  # a printed 10 would mean 11 or 12
        {"threshold": 6},  # 7 would be printed as 5
        {"threshold": 0},
        {"base": 2},
        {"least_groups": 0},
        {"most_percent": 101},
        {"most_percent": 49},
    ],
)
def test_a_policy_that_protects_nobody_cannot_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Policy(**wrong)


@pytest.mark.parametrize("good", [{"threshold": 4}, {"threshold": 9}, {"threshold": 9, "base": 10}])
def test_other_policies_that_are_used_can_be_made(good: dict[str, Any]) -> None:
    assert Policy.from_json(Policy(**good).as_json()) == Policy(**good)


# Properties of every table.


@given(given_by_groups(), POLICIES)
def test_no_small_number_is_visible_and_others_are_multiples(source: Given, policy: Policy) -> None:
    for line in published(table(source), policy).lines():
        assert line.shown == STAR or type(line.shown) is int
        if line.value is not None:
            assert line.value % policy.base == 0
            assert not 1 <= line.value <= policy.threshold
            assert policy.zeros is Zeros.SHOWN or line.value > 0


@given(given_by_groups(), POLICIES)
def test_the_true_figure_is_always_possible(source: Given, policy: Policy) -> None:
    result = published(table(source), policy)
    for line, by_giver in zip(result.lines(), true_figures(source), strict=True):
        true = sum(by_giver.values())
        if line.value is not None:
            assert 2 * abs(line.value - true) <= policy.base
        elif policy.official:
            assert true <= policy.threshold


@given(numbers(), st.sampled_from([OFFICIAL, Policy(official=True)]))
def test_the_same_count_gives_the_same_figure_anywhere(
    source: list[list[int]], policy: Policy
) -> None:
    """Margins too: each figure is a function of its own true number and of nothing else."""
    plain = [[{1: number} for number in row] for row in source]
    result = published(table(plain), policy)
    for line, true in zip(result.lines(), true_figures(plain), strict=True):
        assert line.shown == show(sum(true.values()), policy)


@given(given_by_groups(), st.sampled_from([DEFAULT, UNDER_TEN, Policy(zeros=Zeros.SHOWN)]))
def test_every_visible_figure_rests_on_enough_groups(source: Given, policy: Policy) -> None:
    result = published(table(source), policy)
    for line, by_giver in zip(result.lines(), true_figures(source), strict=True):
        true = sum(by_giver.values())
        behind = [n for n in by_giver.values() if n or not true]
        if line.value is not None:
            assert line.shown == show(true, policy)
            assert len(behind) >= 3
            assert max(behind) * 10 <= true * 9
        elif true > 2 * policy.threshold + 6 * policy.base:
            # Far from small, only what the rule about organisations says is a reason to hide it.
            least = true - policy.base  # that the printed figure stands for
            most = min(least - policy.threshold - 1, least * 9 / 10)
            assert len(behind) < 3 or max(behind) > most


@given(given_by_groups(), POLICIES, st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(source: Given, policy: Policy, random: Any) -> None:
    plain = published(table(source), policy)
    rows, columns = len(source), len(source[0])
    row_order = random.sample(range(rows), rows)
    column_order = random.sample(range(columns), columns)
    giver = dict(zip(range(1, 7), random.sample(range(100, 200), 6), strict=True))
    moved: Given = [
        [{giver[g]: n for g, n in reversed(source[i][j].items())} for j in column_order]
        for i in row_order
    ]
    result = published(table(moved), policy)
    assert result.cells == tuple(tuple(plain.cells[i][j] for j in column_order) for i in row_order)
    assert result.row_totals is not None
    assert plain.row_totals is not None
    assert result.row_totals == tuple(plain.row_totals[i] for i in row_order)
    assert result.total == plain.total
    assert result.notes == plain.notes


@given(numbers(), st.data())
def test_one_or_seven_behind_a_star_makes_no_difference(
    source: list[list[int]], data: st.DataObject
) -> None:
    """Two tables that differ only behind a star, and round alike elsewhere, are one release."""
    policy = data.draw(st.sampled_from([OFFICIAL, Policy(official=True)]))
    i = data.draw(st.integers(0, len(source) - 1))
    j = data.draw(st.integers(0, len(source[0]) - 1))
    one, seven = ([list(row) for row in source] for _ in range(2))
    one[i][j], seven[i][j] = data.draw(
        st.lists(st.integers(1, 7), min_size=2, max_size=2, unique=True)
    )

    def margins(of: list[list[int]]) -> list[Shown]:
        found = [sum(of[i]), sum(row[j] for row in of), sum(map(sum, of))]
        return [show(number, policy) for number in found]

    assume(margins(one) == margins(seven))
    first, second = (published(one_giver(of), policy) for of in (one, seven))
    assert json.dumps(first.as_json()) == json.dumps(second.as_json())


def test_one_and_seven_in_a_table_of_groups() -> None:
    def with_cell(cell: dict[int, int]) -> Table:
        return table([[cell, {1: 40, 2: 30, 3: 30, 4: 20}]], column_totals=False)

    one = released(with_cell({1: 1}), DEFAULT)
    five = released(with_cell({1: 2, 2: 1, 3: 2}), DEFAULT)
    assert one.cells == ((STAR, 120),)
    assert one.row_totals == (120,)
    assert five.row_totals == (125,)  # the only difference: its own true number
    assert released(with_cell({2: 2}), DEFAULT).as_json() == one.as_json()


@given(given_by_groups(), POLICIES)
def test_json_carries_the_same_release(source: Given, policy: Policy) -> None:
    result = published(table(source), policy)
    stored = json.loads(json.dumps(result.as_json()))
    assert Published.from_json(stored) == result
    assert list(Published.from_json(stored).lines()) == list(result.lines())


@given(given_by_groups(), POLICIES)
def test_percentages_come_from_printed_figures(source: Given, policy: Policy) -> None:
    result = published(table(source), policy)
    shown = {(line.row, line.column): line.shown for line in result.lines()}
    for line in result.lines():
        if line.kind != "figure":
            continue
        share = result.percent(line.row, line.column, of="row")
        base = shown[line.row, TOTAL]
        if share is None:
            assert STAR in (line.shown, base) or base == 0
        else:
            assert isinstance(line.shown, int)
            assert isinstance(base, int)
            assert 0 <= share <= 100
            assert abs(share * base - 100 * line.shown) <= base / 2


# Organisations.


@pytest.mark.parametrize(
    ("by_giver", "shown"),
    [
        ({1: 10, 2: 10, 3: 10}, 30),
        ({1: 15, 2: 15}, STAR),  # two groups
        ({1: 15, 2: 15, 3: 0}, STAR),  # a group that reported nobody does not stand behind it
        ({1: 880, 2: 50, 3: 50}, 980),  # 90 in 100 of 978, the least that 980 stands for, is 880.2
        ({1: 881, 2: 50, 3: 49}, STAR),
        ({1: 881, 2: 51, 3: 50}, STAR),  # 90 in 100 of the true 982; it may be 978 for all we print
        ({1: 10, 2: 1, 3: 1}, STAR),  # 10 would know that it is 12: at least 2 are not its own
        ({1: 15, 2: 1, 3: 1}, STAR),
        ({1: 19, 2: 1, 3: 2}, STAR),
        ({1: 24, 2: 1, 3: 2}, STAR),
        ({1: 40, 2: 5, 3: 5}, 50),  # 48 - 40 is 8, and seven are too few
        ({1: 41, 2: 5, 3: 4}, STAR),
        ({1: 5, 2: 5, 3: 4, 4: 1}, 15),
        ({1: 5, 2: 5, 3: 5}, STAR),  # three groups with no more than 5 each: nothing else adds up
        ({1: 3, 2: 3, 3: 3, 4: 3}, STAR),  # 10 leaves no room for anybody's own number
        ({}, STAR),
    ],
)
def test_the_rule_about_organisations(by_giver: dict[int, int], shown: Shown) -> None:
    beside = {1: 40, 2: 40, 3: 40}
    assert released(table([[by_giver, beside]]), DEFAULT).cells == ((shown, 120),)


def test_a_figure_of_too_few_groups_has_the_same_star_as_a_small_one() -> None:
    big = released(table([[{1: 500}, {1: 20, 2: 20, 3: 20}]], row_totals=False), DEFAULT)
    small = released(table([[{1: 1}, {1: 20, 2: 20, 3: 20}]], row_totals=False), DEFAULT)
    nobody = released(table([[{}, {1: 20, 2: 20, 3: 20}]], row_totals=False), DEFAULT)
    assert big.cells == small.cells == nobody.cells == ((STAR, 60),)
    assert big.notes == small.notes == nobody.notes


def test_official_statistics_need_no_organisations_and_say_so() -> None:
    result = released(one_giver([[26, 3], [0, 110]]), OFFICIAL)
    assert result.cells == ((25, STAR), (0, 110))
    assert result.policy.official
    assert result.as_json()["policy"]["official"] is True
    assert any("was not used" in note.text for note in result.notes)
    assert "Official" in result.label.text


def test_a_table_of_groups_is_never_called_people() -> None:
    result = released(table([[{1: 10, 2: 10, 3: 10}]]), DEFAULT)
    assert result.label.text.startswith("Reports by groups.")
    assert not any("was not used" in note.text for note in result.notes)


def test_shown_nought_needs_enough_groups_to_have_answered() -> None:
    shown = Policy(zeros=Zeros.SHOWN)
    beside = {1: 20, 2: 20, 3: 20}
    result = released(table([[{1: 0, 2: 0, 3: 0}, {1: 0}, {}, beside]]), shown)
    assert result.cells == ((0, STAR, STAR, 60),)


# Nought that could be nothing else.


def test_a_structural_zero_is_shown() -> None:
    given: Given = [[{}, {1: 9, 2: 9, 3: 9}], [{1: 0}, {1: 9, 2: 9, 3: 9}]]
    result = released(table(given, structural_zeros=frozenset({("ward0", "age0")})), DEFAULT)
    assert result.cells == ((0, 25), (STAR, 25))
    assert any("always empty" in note.text for note in result.notes)


def test_a_line_of_structural_zeros_has_a_total_of_nought() -> None:
    given: Given = [[{}, {1: 9, 2: 9, 3: 9}], [{}, {1: 9, 2: 9, 3: 9}]]
    never = frozenset({("ward0", "age0"), ("ward1", "age0")})
    assert released(table(given, structural_zeros=never), DEFAULT).column_totals == (0, 55)


def test_people_where_nobody_can_be_defer_the_release() -> None:
    given: Given = [[{1: 2}, {1: 9, 2: 9, 3: 9}]]
    result = release(table(given, structural_zeros=frozenset({("ward0", "age0")})), DEFAULT)
    assert isinstance(result, Deferred)
    assert "must be empty" in result.reasons[0].text


# When nothing is left, and what is carried along.


def test_a_table_of_stars_is_deferred_for_a_sentence() -> None:
    result = release(table([[{1: 2, 2: 2, 3: 1}, {1: 2}]]), DEFAULT)
    assert isinstance(result, Deferred)
    assert [reason.text.split(".")[0] for reason in result.reasons] == [
        "Every number would be hidden"
    ]


def test_too_few_groups_are_named_as_the_reason() -> None:
    result = release(table([[{1: 200, 2: 300}]]), DEFAULT)
    assert isinstance(result, Deferred)
    assert result.reasons[0].params == {"least": 3}
    assert isinstance(release(table([[{1: 200, 2: 300}]]), OFFICIAL), Published)


def test_an_expected_nought_alone_is_no_release() -> None:
    never = frozenset({("ward0", "age0")})
    assert isinstance(release(table([[{}, {1: 2}]], structural_zeros=never), DEFAULT), Deferred)


def test_margins_can_be_left_out() -> None:
    given: Given = [[{1: 9, 2: 9, 3: 9}, {1: 9, 2: 9, 3: 9}]]
    result = released(table(given, column_totals=False), DEFAULT)
    assert (result.row_totals, result.column_totals, result.total) == ((55,), None, None)
    assert [line.kind for line in result.lines()] == ["figure", "figure", "row_total"]
    assert result.percent("ward0", "age0", of="row") == 45  # 25 of 55, not 27 of 54
    assert result.percent("ward0", "age0", of="total") is None


def test_lines_name_every_place_once() -> None:
    result = released(one_giver([[26, 3], [0, 110]]), OFFICIAL)
    assert list(result.lines()) == [
        Line("figure", "ward0", "age0", 25),
        Line("figure", "ward0", "age1", STAR),
        Line("row_total", "ward0", TOTAL, 30),
        Line("figure", "ward1", "age0", 0),
        Line("figure", "ward1", "age1", 110),
        Line("row_total", "ward1", TOTAL, 110),
        Line("column_total", TOTAL, "age0", 25),
        Line("column_total", TOTAL, "age1", 115),
        Line("total", TOTAL, TOTAL, 140),
    ]


def test_book_audience_and_facts_are_carried_along() -> None:
    fact = Fact("residents", "people", {"ward": "ward0"}, "level", 8, 12)
    source = one_giver([[26]])
    result = publish(source, book="residents", policy=OFFICIAL, facts=[fact], audience="public")
    assert isinstance(result, Published)
    assert (result.book, result.audience, result.facts) == ("residents", "public", (fact,))


def test_a_release_cannot_be_changed() -> None:
    result: Any = released(one_giver([[26]]), OFFICIAL)
    with pytest.raises(AttributeError):
        result.total = 26
    with pytest.raises(TypeError):
        result.cells[0][0] = 26
    with pytest.raises(TypeError):
        result.title["en"] = "26 people"
    with pytest.raises(TypeError):
        result.rows.labels[0].words["en"] = "26 people"


def test_nothing_in_a_release_is_a_count() -> None:
    def leaves(value: object) -> Iterator[object]:
        if isinstance(value, dict):
            yield from (leaf for item in value.items() for leaf in leaves(item))
        elif isinstance(value, list | tuple):
            yield from (leaf for item in value for leaf in leaves(item))
        else:
            yield value

    stored = released(one_giver([[7919, 7]]), OFFICIAL).as_json()
    assert not any(isinstance(leaf, Count) for leaf in leaves(stored))
    assert "7919" not in json.dumps(stored)


# What a table must be.


def test_a_place_outside_the_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="not places"):
        Table(
            title={"en": "T"},
            measure={"en": "M"},
            rows=axis("ward", 1),
            columns=axis("age", 1),
            cells={("ward0", "age9"): {1: Count(3)}},
        )


@pytest.mark.parametrize("key", ["", TOTAL])
def test_a_label_has_a_key_of_its_own(key: str) -> None:
    with pytest.raises(ValueError):
        Label(key, {"en": "Total"})


def test_labels_have_words_and_come_once() -> None:
    with pytest.raises(ValueError):
        Label("a", {})
    with pytest.raises(ValueError):
        Axis("ward", {"en": "Ward"}, (Label("a", {"en": "A"}), Label("a", {"en": "B"})))
    with pytest.raises(ValueError):
        Axis("ward", {"en": "Ward"}, ())
    with pytest.raises(ValueError):
        Axis("=ward", {"en": "Ward"}, (Label("a", {"en": "A"}),))


def test_rows_and_columns_have_different_names() -> None:
    with pytest.raises(ValueError, match="different names"):
        Table(
            title={"en": "T"},
            measure={"en": "M"},
            rows=axis("ward", 1),
            columns=axis("ward", 1),
            cells={},
        )


# What a contributor sees before sending.


def test_the_preview_shows_what_anyone_else_would_see() -> None:
    seen = preview([[3, 12, None], [0, 40, 5]], DEFAULT)
    assert seen.cells == ((STAR, 10, None), (STAR, 40, STAR))
    assert seen.row_totals == (15, 45)
    assert seen.column_totals == (STAR, 50, STAR)
    assert seen.total == 60


@given(numbers(), POLICIES)
def test_the_preview_is_the_rule_the_gate_uses(source: list[list[int]], policy: Policy) -> None:
    seen = preview(source, policy)
    alone = Policy(**{**policy.as_json(), "zeros": policy.zeros, "official": True})
    result = published(one_giver(source), alone)
    assert seen.cells == result.cells
    assert seen.row_totals == result.row_totals
    assert seen.column_totals == result.column_totals
    assert seen.total == result.total


def test_the_preview_of_nothing() -> None:
    assert preview([], DEFAULT).cells == ()
    with pytest.raises(ValueError):
        preview([[1, 2], [3]], DEFAULT)
