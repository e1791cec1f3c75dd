"""Precision and recall of ``trust.disclosure.free_text`` on two halves of a labelled corpus: half
A by whoever wrote the detector, half B by somebody who had not seen it. ``make free-text``.

A label is found when a find of its kind covers at least half of its letters. A find is right when
it touches a label of its kind."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from trust.disclosure.free_text import KINDS, Find, finds

HALVES = {"A": "half_a.toml", "B": "half_b.toml"}
CORPUS = Path(__file__).parent / "free_text"


@dataclass
class Figures:
    """Counts by kind: what was labelled and found, what was found and labelled."""

    labels: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    finds: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)

    def precision(self, kinds: Iterable[str]) -> float:
        kinds = list(kinds)
        return sum(self.right[one] for one in kinds) / max(1, sum(self.finds[one] for one in kinds))

    def recall(self, kinds: Iterable[str]) -> float:
        kinds = list(kinds)
        return sum(self.found[one] for one in kinds) / max(1, sum(self.labels[k] for k in kinds))


@cache
def sentences(half: str) -> list[dict[str, Any]]:
    """The labelled sentences of one half."""
    file = CORPUS / HALVES[half]
    held: list[dict[str, Any]] = tomllib.loads(file.read_text("utf-8"))["sentence"]
    return held


def labels(one: dict[str, Any]) -> list[Find]:
    """Where the labels of a sentence stand, each after the one before where a word comes twice."""
    places, seen = [], Counter[str]()
    for kind, words in one["found"]:
        start = -1
        for _ in range(seen[words] + 1):
            start = one["text"].index(words, start + 1)
        seen[words] += 1
        places.append(Find(start, start + len(words), kind))
    return places


def _both(a: Find, b: Find) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start)) if a.kind == b.kind else 0


@cache
def figures(half: str) -> Figures:
    """How the detector does on one half."""
    made = Figures()
    for one in sentences(half):
        text, meant, got = one["text"], labels(one), finds(one["text"])
        for label in meant:
            made.labels[label.kind] += 1
            if 2 * sum(_both(label, find) for find in got) >= label.end - label.start:
                made.found[label.kind] += 1
            else:
                made.missed.append((label.kind, text[label.start : label.end], text))
        for find in got:
            made.finds[find.kind] += 1
            if any(_both(label, find) for label in meant):
                made.right[find.kind] += 1
            else:
                made.wrong.append((find.kind, text[find.start : find.end], text))
    return made


FORMS = [kind for kind in KINDS if kind != "name"]
"""All but names."""


def table() -> str:
    """The figures of both halves, as the README has them."""
    lines = ["| | labels A | precision | recall | labels B | precision | recall |"]
    lines.append("|---|---|---|---|---|---|---|")
    for name, kinds in [*((kind, [kind]) for kind in KINDS), ("all but names", FORMS)]:
        cells = [name]
        for half in HALVES:
            held = figures(half)
            cells.append(str(sum(held.labels[kind] for kind in kinds)))
            cells += [f"{held.precision(kinds):.0%}", f"{held.recall(kinds):.0%}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    for half in HALVES:
        print(f"Half {half}: {len(sentences(half))} sentences")  # noqa: T201
        for what, held in (("Missed", figures(half).missed), ("Wrong", figures(half).wrong)):
            for kind, words, text in held:
                print(f"  {what}: {kind}: {words} — {text}")  # noqa: T201
    print(table())  # noqa: T201
