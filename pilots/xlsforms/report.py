"""What becomes of each row of a form that comes in."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trust.records import N_, Msg


class Outcome(StrEnum):
    """What becomes of one row."""

    TAKEN = "taken"
    CHANGED = "changed"
    LEFT = "not-taken"


OUTCOMES = {
    Outcome.TAKEN: N_("Taken"),
    Outcome.CHANGED: N_("Changed"),
    Outcome.LEFT: N_("Not taken"),
}


@dataclass(frozen=True)
class Line:
    """One row of one sheet: what became of it, by what it is known (``label``), and why."""

    sheet: str
    row: int
    outcome: Outcome
    label: str
    why: tuple[Msg, ...] = ()


@dataclass
class Entry:
    """A row while it is read: ``why`` says what is lost of it, ``left`` that nothing is taken."""

    sheet: str
    row: int
    label: str
    left: bool = False
    why: list[Msg] = field(default_factory=list)

    def say(self, text: str, **params: Any) -> None:
        """Something of this row is not taken as it stands."""
        said = Msg(text, params)
        if said not in self.why:
            self.why.append(said)

    def leave(self, text: str, **params: Any) -> None:
        """Nothing of this row is taken."""
        self.left = True
        self.say(text, **params)

    def line(self) -> Line:
        outcome = Outcome.CHANGED if self.why else Outcome.TAKEN
        if self.left:
            outcome = Outcome.LEFT
        return Line(self.sheet, self.row, outcome, self.label, tuple(self.why))


def counts(lines: Iterable[Line]) -> Mapping[Outcome, int]:
    """How many rows have each outcome; those that do not occur count 0."""
    found = Counter(line.outcome for line in lines)
    return {outcome: found[outcome] for outcome in Outcome}
