"""The clauses of a trust agreement, read from ``clauses.toml``: what both sides read, and what
it means for what may be done. Source: trust.md, "Trust agreement".

Nothing is allowed that no clause allows. A partner starts from the base and only narrows it: it
leaves a clause out, or chooses an option that takes something away (``narrowing.py``).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from trust.promises import promises
from trust.records import N_, Refused


class Use(StrEnum):
    """What may be done with what one side shares."""

    REQUEST = "request"  # ask for it
    REVIEW = "review"  # read it, and ask what it means
    INSIGHT = "insight"  # let a finding rest on it
    QUOTE = "quote"  # give its words
    PUBLISH = "publish"  # make public a finding or a figure that rests on it
    EXPORT = "export"  # take a copy out of the portal
    RESEARCH = "research"  # study how well the work goes


class Purpose(StrEnum):
    """What it is done for. Those after ``RESEARCH`` are named only to be ruled out."""

    QUESTION = "question"  # the shared question
    IMPROVE = "improve"  # making a service better
    RESEARCH = "research"  # learning how well this way of working goes
    FUNDING = "funding"
    MONITORING = "monitoring"
    ENFORCEMENT = "enforcement"
    TENANCY = "tenancy"
    IMMIGRATION = "immigration"
    BENEFITS = "benefits"


class Category(StrEnum):
    """What kind of thing is shared. Personal data is never allowed here: only a signed IG case
    issues terms for it (trust.md, governance.md)."""

    COUNT = "count"
    OBSERVATION = "observation"
    STORY = "story"
    PERSONAL = "personal"


class Audience(StrEnum):
    """Who sees it: a pilot's named reviewers, the partners in it, or anyone."""

    REVIEWERS = "reviewers"
    COHORT = "cohort"
    PUBLIC = "public"


class Term(NamedTuple):
    """One thing that may be done, for one purpose, with one category, before one audience."""

    use: Use
    purpose: Purpose
    category: Category
    audience: Audience


class Grant(NamedTuple):
    """A term, and the key of the clause that allows it."""

    term: Term
    clause: str


@dataclass(frozen=True)
class Option:
    """A choice within a clause. ``takes_away`` names the parts that a term must have to go."""

    key: str
    title: str
    text: str
    takes_away: frozenset[tuple[str, str]]
    excludes: tuple[Purpose, ...]

    def removes(self, term: Term) -> bool:
        """Whether choosing this takes ``term`` away."""
        return bool(self.takes_away) and self.takes_away <= set(term._asdict().items())


@dataclass(frozen=True)
class Clause:
    """One clause. See ``clauses.toml`` for what each part means. Where what ``lacks`` names is
    not filled in, ``without`` stands instead of ``text``."""

    key: str
    section: str
    title: str
    text: str
    lacks: str
    without: str
    fixed: bool
    terms: tuple[Term, ...]
    excludes: tuple[Purpose, ...]
    promises: tuple[str, ...]
    pick: str
    default: str
    options: tuple[Option, ...]

    def option(self, key: str) -> Option:
        """Raises ``Refused`` when this clause has no such option."""
        for option in self.options:
            if option.key == key:
                return option
        raise Refused(N_("Choose one of the options shown."), field=self.key, clause=self.key)


@dataclass(frozen=True)
class Chosen:
    """A clause as it stands in one agreement: with the options chosen, and with words that both
    sides add. Words explain or narrow; they never allow anything."""

    clause: Clause
    options: tuple[str, ...] = ()
    note: str = ""


@cache
def sections() -> dict[str, str]:
    """Headings by key, in order."""
    return {row["key"]: row["title"] for row in _library()["section"]}


@cache
def library() -> dict[str, Clause]:
    """Every clause by key, in the order of the sections."""
    found = [_clause(row) for row in _library()["clause"]]
    order = list(sections())
    found.sort(key=lambda clause: order.index(clause.section))
    return {clause.key: clause for clause in found}


def base() -> tuple[Chosen, ...]:
    """What an agreement starts from: every clause, and the default where one must be chosen."""
    return tuple(
        Chosen(clause, (clause.default,) if clause.default else ()) for clause in library().values()
    )


def grants(chosen: Sequence[Chosen]) -> tuple[Grant, ...]:
    """All that the agreement allows, each with its clause: what signing writes down as terms."""
    taken = [option for _, option in _options(chosen) if option.takes_away]
    return tuple(
        Grant(term, one.clause.key)
        for one in chosen
        for term in one.clause.terms
        if not any(option.removes(term) for option in taken)
    )


def excluded(chosen: Sequence[Chosen]) -> dict[Purpose, str]:
    """Purposes ruled out by name, each with the clause or option that does so."""
    found = {purpose: one.clause.key for one in chosen for purpose in one.clause.excludes}
    for name, option in _options(chosen):
        found |= dict.fromkeys(option.excludes, name)
    return found


def refusing(chosen: Sequence[Chosen], term: Term) -> str | None:
    """The clause that stands against ``term`` (``clause`` or ``clause/option``), or None when
    the agreement allows it. Every refusal can name one: that is what it is for."""
    ruled_out = excluded(chosen)
    if term.purpose in ruled_out:
        return ruled_out[term.purpose]
    if term.category is Category.PERSONAL:
        return "no-personal-data"
    allowed = {grant.term for grant in grants(chosen)}
    if term in allowed:
        return None
    offered = {term for one in chosen for term in one.clause.terms}
    if term in offered:
        return next(name for name, option in _options(chosen) if option.removes(term))
    if any(term == other._replace(audience=term.audience) for other in allowed):
        return "named-people"
    return "only-this"


@cache
def clause_against(term: Term) -> str:
    """The clause of the library to name when an agreement does not allow ``term``: one that
    rules its purpose out, the one that would allow it but was left out, or "only this"."""
    named = refusing(base(), term)
    if named is not None:
        return named
    return next(one.key for one in library().values() if term in one.terms)


def title_of(name: str) -> str:
    """The title of ``clause`` or ``clause/option``, as ``refusing`` names it. Raises
    ``KeyError`` for a clause that the library does not have."""
    key, _, option = name.partition("/")
    clause = library()[key]
    return clause.option(option).title if option else clause.title


def _options(chosen: Sequence[Chosen]) -> list[tuple[str, Option]]:
    return [
        (f"{one.clause.key}/{key}", one.clause.option(key)) for one in chosen for key in one.options
    ]


def _library() -> dict[str, Any]:
    return tomllib.loads(files("trust").joinpath("clauses.toml").read_text(encoding="utf-8"))


def _clause(row: Mapping[str, Any]) -> Clause:
    terms = tuple(
        Term(Use(line["use"]), Purpose(line["purpose"]), Category(category), Audience(audience))
        for line in row.get("terms", ())
        for audience in [line["audience"]]
        for category in line["categories"]
    )
    options = tuple(
        Option(
            key=option["key"],
            title=option["title"],
            text=option["text"],
            takes_away=frozenset(option.get("takes_away", {}).items()),
            excludes=tuple(Purpose(purpose) for purpose in option.get("excludes", ())),
        )
        for option in row.get("option", ())
    )
    without = row.get("without", {})
    return Clause(
        key=row["key"],
        section=row["section"],
        title=row["title"],
        text=row["text"],
        lacks=without.get("lacks", ""),
        without=without.get("text", ""),
        fixed=row.get("fixed", False),
        terms=terms,
        excludes=tuple(Purpose(purpose) for purpose in row.get("excludes", ())),
        promises=tuple(promises()[key].key for key in row.get("promises", ())),
        pick=row.get("pick", ""),
        default=row.get("default", ""),
        options=options,
    )
