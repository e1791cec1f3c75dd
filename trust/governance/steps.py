"""The seven formal IG steps and the boxes of the first two, read from ``steps.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from trust.records import N_

ANSWERS = {"yes": N_("Yes"), "no": N_("No"), "unsure": N_("Not sure")}
"""What a screening question can be answered with; each needs a reason too."""

COUNTS = {
    "alone": N_("A yes here asks for a DPIA"),
    "with another": N_("A yes here and one more ask for a DPIA"),
    "weigh": N_("A sign to weigh"),
}


@dataclass(frozen=True)
class Option:
    """One choice in a box."""

    key: str
    label: str


@dataclass(frozen=True)
class Box:
    """One thing to be answered in a step. ``text`` is the question, ``kind`` one of words,
    items, screen, choice; ``counts`` a key of ``COUNTS`` for a screening question."""

    key: str
    title: str
    text: str
    hint: str
    kind: str
    counts: str
    usual: bool
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Step:
    """One step: who does it, what it needs (``takes``), what it makes (``gives``), and when it
    is done."""

    number: int
    key: str
    title: str
    who: tuple[str, ...]
    takes: str
    gives: str
    done: str
    boxes: tuple[Box, ...]

    def box(self, key: str) -> Box:
        """Raises ``KeyError`` when the step has no such box."""
        return {box.key: box for box in self.boxes}[key]

    @property
    def screening(self) -> tuple[Box, ...]:
        """The screening questions of this step, if it has any."""
        return tuple(box for box in self.boxes if box.kind == "screen")


@dataclass(frozen=True)
class Steps:
    """The seven steps. ``wording`` is ``reading`` while the titles are this project's own, and
    ``published`` when they are taken from ``source``."""

    wording: str
    source: str
    steps: tuple[Step, ...]

    def step(self, number: int) -> Step:
        """The step by its number, 1 to 7. Raises ``KeyError`` for another."""
        return {step.number: step for step in self.steps}[number]


@cache
def steps() -> Steps:
    """All steps, in order."""
    text = files("trust.governance").joinpath("steps.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Steps(
        wording=data["wording"],
        source=data.get("source", ""),
        steps=tuple(_step(number, row) for number, row in enumerate(data["step"], start=1)),
    )


def _step(number: int, row: Mapping[str, Any]) -> Step:
    return Step(
        number=number,
        key=row["key"],
        title=row["title"],
        who=tuple(one["name"] for one in row["who"]),
        takes=row["in"]["text"],
        gives=row["out"]["text"],
        done=row["done"]["say"],
        boxes=tuple(_box(box) for box in row.get("box", ())),
    )


def _box(row: Mapping[str, Any]) -> Box:
    return Box(
        key=row["key"],
        title=row["title"],
        text=row["text"],
        hint=row["hint"],
        kind=row["kind"],
        counts=row.get("counts", ""),
        usual=row.get("usual", False),
        options=tuple(Option(**option) for option in row.get("option", ())),
    )
