"""Tables of plain numbers for tests of the gate, drawn by hypothesis or written down."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from trust.disclosure.count import Count
from trust.disclosure.table import Axis, Label, Table

Given = list[list[dict[int, int]]]
"""By row and column: people by giver, as plain numbers that a test may look at."""


def axis(name: str, size: int) -> Axis:
    labels = tuple(Label(f"{name}{i}", {"en": f"{name.title()} {i}"}) for i in range(size))
    return Axis(name, {"en": name.title()}, labels)


def table(given: Sequence[Sequence[Mapping[int, int]]], **options: Any) -> Table:
    rows, columns = axis("ward", len(given)), axis("age", len(given[0]))
    cells = {
        (row.key, column.key): {giver: Count(people) for giver, people in given[i][j].items()}
        for i, row in enumerate(rows.labels)
        for j, column in enumerate(columns.labels)
    }
    return Table(
        title={"en": "Advice sessions"},
        measure={"en": "People who came"},
        rows=rows,
        columns=columns,
        cells=cells,
        **options,
    )


def one_giver(numbers: Sequence[Sequence[int]], **options: Any) -> Table:
    """As official statistics come: one producer, no organisations behind it."""
    return table([[{1: number} for number in row] for row in numbers], **options)


PEOPLE = st.one_of(st.integers(0, 12), st.integers(0, 3000))


@st.composite
def numbers(draw: st.DrawFn) -> list[list[int]]:
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    line = st.lists(PEOPLE, min_size=columns, max_size=columns)
    return draw(st.lists(line, min_size=rows, max_size=rows))


@st.composite
def given_by_groups(draw: st.DrawFn) -> Given:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cell = st.dictionaries(st.integers(1, 6), PEOPLE, max_size=6)
    line = st.lists(cell, min_size=columns, max_size=columns)
    return draw(st.lists(line, min_size=rows, max_size=rows))
