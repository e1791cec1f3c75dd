"""Imports: what a file would change, shown row by row before anything is written.

A ``plan`` reads and writes nothing. Applying it plans once more against the world as it then
is, and refuses when that differs from what the person saw (design.md, "Shapes").
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from trust.records import N_, Msg, Record, Ref, Refused


class Row(NamedTuple):
    """One row of a sheet: its number as the spreadsheet shows it, and its cells by column."""

    number: int
    cells: Mapping[str, str]


class Outcome(StrEnum):
    """What becomes of one row."""

    NEW = "new"
    CHANGED = "changed"
    PROPOSED = "proposed"
    SAME = "same"
    SKIPPED = "skipped"
    REFUSED = "refused"


OUTCOMES = {
    Outcome.NEW: N_("New"),
    Outcome.CHANGED: N_("Changed"),
    Outcome.PROPOSED: N_("The group is asked"),
    Outcome.SAME: N_("No change"),
    Outcome.SKIPPED: N_("Left out"),
    Outcome.REFUSED: N_("Could not be read"),
}


class Change(NamedTuple):
    """One field that gets another value. ``was`` is empty where there was none."""

    field: str
    was: str
    to: str


@dataclass(frozen=True)
class Line:
    """What becomes of one row, and why. ``ref`` is the record it meets (none while it is new),
    ``label`` a name for it, ``changes`` all that would be written: for a new record, all that
    it would hold."""

    row: int
    outcome: Outcome
    label: str
    ref: Ref | None = None
    changes: tuple[Change, ...] = ()
    why: tuple[Msg, ...] = ()

    @property
    def writes(self) -> bool:
        return self.outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.PROPOSED)


@dataclass(frozen=True)
class Plan:
    """All lines of one import, in the order of the file. ``about`` is what the plan rests on
    beside the rows: the region, say."""

    lines: tuple[Line, ...]
    about: tuple[tuple[str, str], ...] = ()

    def count(self, outcome: Outcome) -> int:
        return self.counts[outcome]

    @cached_property
    def counts(self) -> Mapping[Outcome, int]:
        """How many lines have each outcome; outcomes that do not occur count 0."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in Outcome}

    @property
    def writes(self) -> bool:
        """Whether applying it would change anything."""
        return any(line.writes for line in self.lines)

    @cached_property
    def fingerprint(self) -> str:
        """Equal for two plans that would do and say the same."""
        body = [
            self.about,
            [
                (
                    line.row,
                    line.outcome,
                    line.label,
                    str(line.ref or ""),
                    line.changes,
                    [_plain(why) for why in line.why],
                )
                for line in self.lines
            ],
        ]
        text = json.dumps(body, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def check_seen(self, fingerprint: str) -> None:
        """Raises ``Refused`` when this plan is not the one with ``fingerprint``, which a person
        looked at: somebody changed something meanwhile, or it is another file."""
        if fingerprint != self.fingerprint:
            raise Refused(
                N_("Something changed after you looked at this list. Nothing was written."),
                next_step=Msg(N_("Look at the new list, then say yes again.")),
            )

    def written(self, refs: Mapping[int, Ref]) -> "Plan":
        """The same plan once it was applied: ``refs`` are the records of its new lines, by
        their place among ``lines``."""
        return replace(
            self,
            lines=tuple(
                replace(line, ref=refs.get(place, line.ref))
                for place, line in enumerate(self.lines)
            ),
        )

    def facts(self) -> dict[str, Any]:
        """The plan as an event keeps it: numbers and codes, never words. Rows that stay as
        they are would only repeat the file, so they are counted and not listed."""
        return {
            "counts": {outcome.value: number for outcome, number in self.counts.items()},
            "lines": [
                [
                    line.row,
                    line.outcome.value,
                    str(line.ref or ""),
                    sorted({change.field for change in line.changes}),
                ]
                for line in self.lines
                if line.outcome is not Outcome.SAME
            ],
        }

    def packed(self) -> dict[str, Any]:
        """The plan as JSON can hold it, words and all; ``unpack`` reads it back."""
        return {
            "about": dict(self.about),
            "lines": [
                [
                    line.row,
                    line.outcome.value,
                    line.label,
                    str(line.ref or ""),
                    line.changes,
                    [_pack(why) for why in line.why],
                ]
                for line in self.lines
            ],
        }


def unpack(body: Mapping[str, Any]) -> Plan:
    """The plan that was ``packed``."""
    lines = [
        Line(
            row,
            Outcome(outcome),
            label,
            Ref.parse(ref) if ref else None,
            tuple(Change(*change) for change in changes),
            tuple(_unpack(why) for why in whys),
        )
        for row, outcome, label, ref, changes, whys in body["lines"]
    ]
    return Plan(tuple(lines), tuple(sorted(body["about"].items())))


def _pack(message: Msg) -> dict[str, Any]:
    params = {
        key: _pack(value) if isinstance(value, Msg) else value
        for key, value in message.params.items()
    }
    return {"text": message.text, "params": params}


def _unpack(body: Mapping[str, Any]) -> Msg:
    params = {
        key: _unpack(value) if isinstance(value, dict) else value
        for key, value in body["params"].items()
    }
    return Msg(body["text"], params)


def one_at_a_time(session: Session, record: Record) -> None:
    """Wait until no other import holds ``record``, and hold it until this transaction ends: two
    that plan at the same moment would both take the same organisation for a new one."""
    session.refresh(record, with_for_update=True)


def plan(lines: Iterable[Line], **about: str) -> Plan:
    """A plan of ``lines``. Raises ``Refused`` when there are none: the file held no rows."""
    kept = tuple(lines)
    if not kept:
        raise Refused(N_("This file has no rows to bring in."))
    return Plan(kept, tuple(sorted(about.items())))


def _plain(message: Msg) -> tuple[str, list[tuple[str, str]]]:
    return message.text, sorted((key, str(value)) for key, value in message.params.items())
