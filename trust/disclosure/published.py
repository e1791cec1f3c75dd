"""What came through the gate: safe to print anywhere, the same figures in every form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Self

from trust.disclosure.policy import Policy
from trust.disclosure.table import TOTAL, Axis, Frozen, Label, frozen
from trust.records import Msg

STAR = "*"
"""A hidden figure. One sign for every reason: see ``gate.publish``."""

Shown = int | str
"""A figure as anyone may read it: a whole number, or ``STAR``."""

Kind = Literal["figure", "row_total", "column_total", "total"]


class Line(NamedTuple):
    """One figure of a release with its place; ``row`` and ``column`` are keys, or ``TOTAL``."""

    kind: Kind
    row: str
    column: str
    shown: Shown

    @property
    def value(self) -> int | None:
        """The number, or ``None`` where it is hidden."""
        return self.shown if isinstance(self.shown, int) else None


@dataclass(frozen=True)
class Fact:
    """What somebody who reads everything knows of one figure: ``lo`` to ``hi`` people.

    The shape of the release ledger's rows (``kind`` is ``level`` or ``increment``).
    """

    book: str
    measure: str
    where: Mapping[str, str]
    kind: Literal["level", "increment"]
    lo: int
    hi: int


@dataclass(frozen=True)
class Published:
    """A released table. ``cells`` are rows of ``Shown``; margins are ``None`` where left out.

    ``label`` says what the figures are (reports by groups, never distinct people), ``notes`` what
    was hidden and why. ``facts`` are the ledger's, as they were given to the gate.
    """

    title: Frozen
    measure: Frozen
    rows: Axis
    columns: Axis
    cells: tuple[tuple[Shown, ...], ...]
    row_totals: tuple[Shown, ...] | None
    column_totals: tuple[Shown, ...] | None
    total: Shown | None
    label: Msg
    notes: tuple[Msg, ...]
    policy: Policy
    book: str
    audience: str
    facts: tuple[Fact, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", frozen(self.title))
        object.__setattr__(self, "measure", frozen(self.measure))

    def lines(self) -> Iterator[Line]:
        """Every figure once: the rows in order, each followed by its total, then the totals."""
        for i, row in enumerate(self.rows.labels):
            for column, shown in zip(self.columns.labels, self.cells[i], strict=True):
                yield Line("figure", row.key, column.key, shown)
            if self.row_totals is not None:
                yield Line("row_total", row.key, TOTAL, self.row_totals[i])
        if self.column_totals is not None:
            for column, shown in zip(self.columns.labels, self.column_totals, strict=True):
                yield Line("column_total", TOTAL, column.key, shown)
        if self.total is not None:
            yield Line("total", TOTAL, TOTAL, self.total)

    def percent(self, row: str, column: str, of: Literal["row", "column", "total"]) -> int | None:
        """A figure as whole per cents of its margin, both **as printed**.

        ``None`` where either is hidden, left out or nought. Never from true counts: an exact
        share gives its base away. Raises ``KeyError`` for a place that is not in the table.
        """
        shown = {(line.row, line.column): line.value for line in self.lines()}
        base_at = {"row": (row, TOTAL), "column": (TOTAL, column), "total": (TOTAL, TOTAL)}[of]
        part, base = shown[row, column], shown.get(base_at)
        if part is None or not base:
            return None
        return (200 * part + base) // (2 * base)

    def as_json(self) -> dict[str, Any]:
        """Everything that may be printed, as plain JSON. The ledger's facts are not part of it."""
        return {
            "title": dict(self.title),
            "measure": dict(self.measure),
            "rows": _axis_as_json(self.rows),
            "columns": _axis_as_json(self.columns),
            "cells": [list(row) for row in self.cells],
            "row_totals": None if self.row_totals is None else list(self.row_totals),
            "column_totals": None if self.column_totals is None else list(self.column_totals),
            "total": self.total,
            "label": _msg_as_json(self.label),
            "notes": [_msg_as_json(note) for note in self.notes],
            "policy": self.policy.as_json(),
            "book": self.book,
            "audience": self.audience,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        rows, columns = stored["row_totals"], stored["column_totals"]
        return cls(
            title=stored["title"],
            measure=stored["measure"],
            rows=_axis_from_json(stored["rows"]),
            columns=_axis_from_json(stored["columns"]),
            cells=tuple(tuple(row) for row in stored["cells"]),
            row_totals=None if rows is None else tuple(rows),
            column_totals=None if columns is None else tuple(columns),
            total=stored["total"],
            label=Msg(**stored["label"]),
            notes=tuple(Msg(**note) for note in stored["notes"]),
            policy=Policy.from_json(stored["policy"]),
            book=stored["book"],
            audience=stored["audience"],
        )


@dataclass(frozen=True)
class Deferred:
    """The gate stays shut for now. ``reasons`` are for the people preparing the release."""

    reasons: tuple[Msg, ...]


def _axis_as_json(axis: Axis) -> dict[str, Any]:
    labels = [{"key": label.key, "words": dict(label.words)} for label in axis.labels]
    return {"name": axis.name, "words": dict(axis.words), "labels": labels}


def _axis_from_json(stored: Mapping[str, Any]) -> Axis:
    labels = tuple(Label(**label) for label in stored["labels"])
    return Axis(stored["name"], stored["words"], labels)


def _msg_as_json(msg: Msg) -> dict[str, Any]:
    return {"text": msg.text, "params": dict(msg.params)}
