"""Reads ``policy.toml``: who gets through where, written by hand. Nothing here asks the code."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.portal.matrix.door import FACTOR, HIDDEN, SIGN_IN, THROUGH
from tests.portal.matrix.personas import PERSONAS, UNCONFIRMED

METHODS = ("GET", "POST")
WORDS = frozenset({"at", "ask", "both", "refused", *METHODS})


@dataclass(frozen=True)
class Case:
    """One page with one set of arguments: "ours", "theirs", "a draft".

    ``at`` are the address's arguments and ``ask`` those after the question mark, as names of
    the town. ``through`` says, for each method, who gets through. ``refused`` are the methods
    by which even they change nothing here: a rule says no.
    """

    endpoint: str
    name: str
    at: dict[str, Any]
    ask: dict[str, Any]
    through: dict[str, frozenset[str]]
    refused: frozenset[str]

    def __str__(self) -> str:
        return f"{self.endpoint}.{self.name}"

    def expected(self, method: str, persona: str) -> str:
        """The one right answer to ``persona``."""
        if persona in self.through[method]:
            return THROUGH
        page = f"{self.endpoint} {method}"
        if persona == "public":
            return HIDDEN if page in policy().public else SIGN_IN
        return FACTOR if persona in UNCONFIRMED and page in policy().factor else HIDDEN


@dataclass(frozen=True)
class Policy:
    """All of it. ``sees`` says, by record, who may read its words on any page."""

    cases: tuple[Case, ...]
    public: frozenset[str]
    factor: frozenset[str]
    sees: dict[str, frozenset[str]]
    groups: dict[str, frozenset[str]]

    def people(self, names: Iterable[str]) -> frozenset[str]:
        """Some personas and groups of them, as personas."""
        return frozenset().union(*(self.groups[name] for name in names))

    def of(self, endpoint: str) -> list[Case]:
        return [case for case in self.cases if case.endpoint == endpoint]

    def case(self, name: str) -> Case:
        return next(case for case in self.cases if str(case) == name)

    @property
    def pages(self) -> set[tuple[str, str]]:
        """Every page and method that has an entry."""
        return {(case.endpoint, method) for case in self.cases for method in case.through}


@cache
def policy() -> Policy:
    """The policy. Raises ``ValueError`` for a word or a persona that is not known."""
    text = Path(__file__).with_name("policy.toml").read_text(encoding="utf-8")
    given = tomllib.loads(text)
    groups = _groups(given.pop("groups"))

    def people(names: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for name in names:
            if name not in groups:
                raise ValueError(f"nobody is called {name}")
            found |= groups[name]
        return frozenset(found)

    public, factor = (_pages(given.pop(key)) for key in ("public", "second-factor"))
    sees = {record: people(names) for record, names in given.pop("sees").items()}
    cases = [
        _case(f"{blueprint}.{view}", name, table, people)
        for blueprint, views in given.items()
        for view, named in views.items()
        for name, table in named.items()
    ]
    return Policy(tuple(cases), public, factor, sees, groups)


def _groups(given: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    groups = {persona: frozenset({persona}) for persona in PERSONAS}
    groups["anyone"] = frozenset(PERSONAS)
    groups["signed-in"] = frozenset(PERSONAS) - {"public"}
    groups["has-role"] = groups["signed-in"] - {"nobody", "revoked", "expired"}
    for name, members in given.items():
        groups[name] = frozenset().union(*(groups[one] for one in members))
    return groups


def _pages(given: list[str]) -> frozenset[str]:
    """``cases.show`` stands for each of its methods, ``cases.show GET`` for one."""
    return frozenset(
        one
        for page in given
        for one in ([page] if " " in page else [f"{page} {method}" for method in METHODS])
    )


def _case(endpoint: str, name: str, table: dict[str, Any], people: Any) -> Case:
    unknown = set(table) - WORDS
    if unknown:
        raise ValueError(f"{endpoint}.{name}: {unknown}")
    through = {method: people(table[method]) for method in METHODS if method in table}
    if "both" in table:
        through |= dict.fromkeys(METHODS, people(table["both"]))
    return Case(
        endpoint,
        name,
        table.get("at", {}),
        table.get("ask", {}),
        through,
        frozenset(table.get("refused", ())),
    )
