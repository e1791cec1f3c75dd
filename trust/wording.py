"""The text of a trust agreement, made from its clauses. The English text is the one that is
signed and hashed: the same clauses and parties always make the same characters."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from trust.clauses import Chosen, sections
from trust.names import stream_safe
from trust.promises import promises
from trust.records import N_

TITLE = N_("Trust agreement between %(partner)s and %(council)s")
VERSION = N_("Version %(version)s")
OWN_WORDS = N_("In our own words: %(note)s")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# What joins letters and marks direction in several scripts, and cannot reorder a line.
_HARMLESS = frozenset("\u200c\u200d\u200e\u200f")


@dataclass(frozen=True)
class Party:
    """One side, as the agreement names it. ``contact`` and ``deputy`` say who and how to reach
    them: "Rahima, 020 7946 0018"."""

    name: str
    contact: str
    deputy: str


@dataclass(frozen=True)
class Parties:
    """The two sides: the one that shares, and the council (or other body) that asks."""

    partner: Party
    council: Party


@dataclass(frozen=True)
class Item:
    """One clause as it is read. ``number`` is "3.2"."""

    number: str
    key: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """One section as it is read."""

    number: int
    key: str
    title: str
    items: tuple[Item, ...]


def english_date(day: date) -> str:
    """A date as the signed text gives it, whatever the machine's language: 1 June 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def fill_ins(parties: Parties, purpose: str, project: str, review_date: str) -> dict[str, str]:
    """What stands where a clause has a name in brackets, for its title and its texts."""
    return {
        "partner": one_line(parties.partner.name),
        "council": one_line(parties.council.name),
        "partner_contact": one_line(parties.partner.contact),
        "partner_deputy": one_line(parties.partner.deputy),
        "council_contact": one_line(parties.council.contact),
        "council_deputy": one_line(parties.council.deputy),
        "purpose": one_line(purpose),
        "project": one_line(project),
        "review_date": review_date,
    }


def outline(
    chosen: Sequence[Chosen],
    parties: Parties,
    *,
    purpose: str,
    project: str,
    review_on: date,
    translate: Callable[[str], str] = str,
    long_date: Callable[[date], str] = english_date,
    typed: Callable[[str], str] = str,
) -> tuple[Heading, ...]:
    """The agreement as numbered sections and clauses, for a page or a document.

    ``project`` names the one that it is for; empty for each one. ``translate`` and ``long_date``
    give it in another language, to be read beside the signed text. Names and words that people
    typed become one line each, so that nobody can write something that looks like a clause;
    ``typed`` marks them, so that two names side by side do not run into each other in a script of
    the other direction.
    """
    held = fill_ins(parties, purpose, project, long_date(review_on))
    filled = {key: typed(words) if words else "" for key, words in held.items()}
    headings: list[Heading] = []
    for key, title in sections().items():
        inside = [one for one in chosen if one.clause.section == key]
        if inside:
            number = len(headings) + 1
            items = tuple(
                Item(
                    number=f"{number}.{place}",
                    key=one.clause.key,
                    title=translate(one.clause.title) % filled,
                    paragraphs=_paragraphs(one, filled, translate, typed),
                )
                for place, one in enumerate(inside, start=1)
            )
            headings.append(Heading(number, key, translate(title), items))
    return tuple(headings)


def agreement_text(
    chosen: Sequence[Chosen],
    parties: Parties,
    *,
    purpose: str,
    project: str,
    review_on: date,
    version: int = 1,
    translate: Callable[[str], str] = str,
    long_date: Callable[[date], str] = english_date,
) -> str:
    """The whole agreement as plain text, lines ended by one newline. In English (the default)
    this is the exact text that both sides sign."""
    names = {"partner": one_line(parties.partner.name), "council": one_line(parties.council.name)}
    lines = [translate(TITLE) % names, translate(VERSION) % {"version": version}]
    headings = outline(
        chosen,
        parties,
        purpose=purpose,
        project=project,
        review_on=review_on,
        translate=translate,
        long_date=long_date,
    )
    for heading in headings:
        lines += ["", f"{heading.number}. {heading.title}"]
        for item in heading.items:
            lines += ["", f"{item.number} {item.title}", *item.paragraphs]
    return "\n".join(lines) + "\n"


def fingerprint(text: str) -> str:
    """SHA-256 of the exact text, as 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def one_line(text: str) -> str:
    """``text`` on one line, composed (NFC), without characters that hide or reorder it."""
    composed = unicodedata.normalize("NFC", stream_safe(text))
    seen = (
        " " if unicodedata.category(char) == "Cc" else char
        for char in composed
        if unicodedata.category(char) != "Cf" or char in _HARMLESS
    )
    return " ".join("".join(seen).split())


def _paragraphs(
    one: Chosen,
    filled: Mapping[str, object],
    translate: Callable[[str], str],
    typed: Callable[[str], str],
) -> tuple[str, ...]:
    clause = one.clause
    lacking = clause.lacks and not filled[clause.lacks]
    texts = [translate(clause.without if lacking else clause.text) % filled]
    texts += [translate(clause.option(key).text) % filled for key in one.options]
    for key in clause.promises:
        promise = promises()[key]
        texts.append(translate(promise.text) % {**filled, **promise.numbers})
    if one.note:
        texts.append(translate(OWN_WORDS) % {"note": typed(one_line(one.note))})
    return tuple(texts)
