"""The lists of answers to choose from, and how each row of them is used."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pilots.questions import BANDS
from pilots.xlsforms.columns import OURS, Row, columns, row
from pilots.xlsforms.keys import REFERENCES, has_references
from pilots.xlsforms.report import Entry
from trust.records import N_

NAME = re.compile(r"[^\s'\"]{1,60}")
COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
MEDIA = ("image", "audio", "video", "big-image", "media", "order")
FIXED = {"bands": tuple(BANDS), "yes-no": ("yes", "no"), "quote": ("yes", "no")}
"""Kinds whose answers are always the same."""


class Lists:
    """All lists of a form, by name; ``entries`` has one for each row of the sheet."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self.places = places
        self.entries: list[Entry] = []
        self._rows: dict[str, list[tuple[Row, Entry]]] = {}
        self._wanted: dict[int, str] = {}
        self._used: set[str] = set()

    @classmethod
    def of(
        cls,
        rows: Sequence[tuple[int, Sequence[str]]],
        lang: str,
        places: Mapping[str, int],
    ) -> "Lists":
        """Read the sheet of choices, if there is one."""
        lists = cls(places)
        if not rows:
            return lists

        def free(title: str) -> bool:
            return bool(COLUMN.fullmatch(title)) and title.lower() not in MEDIA

        found = columns(rows[0][1], "choices", lang, free=free)
        head = Entry("choices", rows[0][0], "")
        lists.entries.append(head)
        for one in found:
            if one.title and not one.field:
                head.say(N_("The column “%(name)s” is not taken."), name=one.title)
        for number, cells in rows[1:]:
            lists._add(row(number, cells, found))
        return lists

    def _add(self, one: Row) -> None:
        words = one.words.get("label", {})
        entry = Entry("choices", one.number, (next(iter(words.values()), one["name"]) or "–")[:80])
        self.entries.append(entry)
        for title in one.others:
            entry.say(N_("What stands in the column “%(name)s” is not taken."), name=title)
        if any(map(has_references, words.values())):
            entry.say(REFERENCES, mark="${")
        name = one["name"]
        held = self._rows.setdefault(one["list_name"], []) if one["list_name"] else []
        if not one["list_name"] or not name:
            entry.leave(N_("It says no list or no name."))
        elif not NAME.fullmatch(name):
            entry.leave(N_("Its name has gaps or quote marks in it, or is too long."))
        elif name in {other["name"] for other, _entry in held}:
            entry.leave(N_("Its list has an answer of that name already."))
        else:
            held.append((one, entry))

    def fill(self, given: dict[str, Any], name: str, kind: str, entry: Entry) -> None:
        """Give a question the answers of the list of that name; ``kind`` is what our own column
        says that it is. What is missing is said in ``entry``."""
        held = self._rows.get(name, [])
        if not held:
            entry.leave(N_("Its list “%(name)s” has no answers."), name=name[:80])
            return
        self._wanted[id(given)] = name
        if kind in FIXED and tuple(one["name"] for one, _entry in held) == FIXED[kind]:
            given["kind"] = kind
            return
        if kind == "area":
            known = [
                {"key": str(id_), "area": id_, "words": dict(one.words.get("label", {}))}
                for one, _entry in held
                if (id_ := self.places.get(one[f"{OURS}area"])) is not None
            ]
            if len(known) == len(held):
                given |= {"kind": "area", "choices": known}
                return
            entry.say(N_("Not all of its places are known here. It is a plain list now."))
        given["choices"] = [_choice(one) for one, _entry in held]

    def used(self, given: dict[str, Any]) -> None:
        """A question with this list was taken."""
        name = self._wanted.get(id(given))
        if name is None or name in self._used:
            return
        self._used.add(name)
        fixed = given["kind"] in FIXED
        for one, entry in self._rows[name]:
            if not fixed and not one.words.get("label"):
                entry.say(N_("It has no label. We took its name."))

    def close(self) -> None:
        """Say of what no question uses that it is not taken."""
        for name, held in self._rows.items():
            if name not in self._used:
                for _one, entry in held:
                    entry.leave(N_("No question that we take uses this list."))


def _choice(one: Row) -> dict[str, Any]:
    made: dict[str, Any] = {
        "key": one["name"],
        "words": dict(one.words.get("label", {})) or {"en": one["name"]},
    }
    where = {name[1:]: text for name, text in one.cells.items() if name.startswith("@")}
    return {**made, "where": where} if where else made
