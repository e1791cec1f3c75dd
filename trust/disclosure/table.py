"""A table of true counts before the gate: what it counts, by what, and who gave which number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from trust.disclosure.count import Count

TOTAL = "total"
"""The key of a margin, wherever a row or column key stands; no label may use it."""

Frozen = Mapping[str, str]
"""``Words`` that nobody can change any more."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def frozen(words: Mapping[str, str]) -> Frozen:
    """A copy of text by language, shut. Raises ``ValueError`` where there is no text."""
    if not words:
        raise ValueError("no words")
    return MappingProxyType(dict(words))


@dataclass(frozen=True)
class Label:
    """One row or column: its key (a GSS code, an answer's key) and its name by language.

    Names come from a question or a place, never from an answer: free text never goes into a
    table.
    """

    key: str
    words: Frozen

    def __post_init__(self) -> None:
        if not self.key or self.key == TOTAL:
            raise ValueError(f"not a label: {self.key!r}")
        object.__setattr__(self, "words", frozen(self.words))


@dataclass(frozen=True)
class Axis:
    """What the rows, or the columns, are. ``name`` becomes a column name in files."""

    name: str
    words: Frozen
    labels: tuple[Label, ...]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"not a name for an axis: {self.name!r}")
        keys = [label.key for label in self.labels]
        if not keys or len(set(keys)) != len(keys):
            raise ValueError(f"{self.name}: labels are missing, or one comes twice")
        object.__setattr__(self, "words", frozen(self.words))


@dataclass(frozen=True, eq=False)
class Table:
    """True counts by row and column, each as what every giver gave, by the giver's id.

    A place without an entry is a figure that nobody gave: nought people, nought groups.
    ``structural_zeros`` are places that can only be nought, known before anybody was asked.
    ``measure`` says what is counted ("people who came to an advice session"). ``row_totals``
    and ``column_totals`` are off where adding up makes no sense, such as answers of which a
    person may give several.

    Raises ``ValueError`` for a place that is not in the table.
    """

    title: Frozen
    measure: Frozen
    rows: Axis
    columns: Axis
    cells: Mapping[tuple[str, str], Mapping[int, Count]]
    structural_zeros: frozenset[tuple[str, str]] = field(default=frozenset())
    row_totals: bool = True
    column_totals: bool = True

    def __post_init__(self) -> None:
        if self.rows.name == self.columns.name:
            raise ValueError("rows and columns need different names")
        rows = {label.key for label in self.rows.labels}
        columns = {label.key for label in self.columns.labels}
        named = set(self.cells) | self.structural_zeros
        unknown = {place for place in named if place[0] not in rows or place[1] not in columns}
        if unknown:
            raise ValueError(f"not places of this table: {sorted(unknown)}")
