"""Organisations that may be here twice: they have the same name, a number or a web address in
common. They are only proposed; a person looks at the two."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from trust.act import Actor
from trust.merging import Merge
from trust.names import fold
from trust.partners import Identifier, Partner
from trust.records import N_

WHY = {
    "name": N_("The same name"),
    "number": N_("The same number in a register"),
    "domain": N_("The same web address"),
}

MANY = 5
"""A web address that more than these have in common is nobody's own: the council's, say."""


@cache
def shared_hosts() -> frozenset[str]:
    """Where many have their page or their mail (``shared_hosts.toml``)."""
    text = files("trust").joinpath("shared_hosts.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["hosts"])


_FORMS = {"the", "ltd", "limited", "cic", "cio", "plc", "llp", "inc"}


@dataclass(frozen=True)
class Found:
    """Two partners that may be one, and what they have in common (keys of ``WHY``)."""

    one: int
    other: int
    why: tuple[str, ...]


def pairs(session: Session, actor: Actor) -> list[Found]:
    """Partners that may be here twice, by name. Three statements, however many there are. Two of
    which somebody has said what they are do not come again."""
    columns = (Partner.id, Partner.name, Partner.other_names, Partner.website, Partner.email)
    rows = session.execute(
        Partner.visible(select(Partner), actor).with_only_columns(*columns)
    ).all()
    by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
    for id, name, others, website, email in rows:
        for key in {name_key(one) for one in (name, *others)} - {""}:
            by_key["name", key].append(id)
        for domain in domains(website, email):
            by_key["domain", domain].append(id)
    here = {row.id: fold(row.name) for row in rows}
    numbers = select(Identifier.partner_id, Identifier.scheme, Identifier.number)
    for id, scheme, number in session.execute(numbers):
        if id in here:
            by_key["number", number_key(scheme, number)].append(id)
    decided = {frozenset(pair) for pair in session.execute(select(Merge.kept_id, Merge.gone_id))}
    why: dict[tuple[int, int], set[str]] = defaultdict(set)
    for (kind, _), ids in by_key.items():
        if kind == "domain" and len(ids) > MANY:
            continue
        for pair in _each(sorted(set(ids))):
            if frozenset(pair) not in decided:
                why[pair].add(kind)
    found = [Found(*pair, tuple(key for key in WHY if key in kinds)) for pair, kinds in why.items()]
    return sorted(found, key=lambda pair: (here[pair.one], pair.one, pair.other))


def _each(ids: list[int]) -> Iterable[tuple[int, int]]:
    """Each with each; of many, each with the one that was here first."""
    return combinations(ids, 2) if len(ids) <= MANY else ((ids[0], id) for id in ids[1:])


def name_key(name: str) -> str:
    """A name as it is compared: without what some write and others leave out. ``The Lantern Trust
    Ltd.`` and ``Lantern Trust`` are one."""
    plain = re.sub("['’]", "", fold(name).replace("&", " and "))
    words = re.findall(r"[^\W_]+", plain)
    return " ".join(word for word in words if word not in _FORMS) or " ".join(words)


def number_key(scheme: str, number: str) -> str:
    """A number as it is compared: a spreadsheet may have eaten its zeros."""
    return f"{scheme}-{re.sub(r'[^0-9A-Z]', '', number.upper()).lstrip('0')}"


def domains(website: str, email: str) -> set[str]:
    """The hosts that are an organisation's own, of its website and of its email address."""
    return set(_own_hosts(website, email))


def _own_hosts(website: str, email: str) -> Iterator[str]:
    try:
        site = urlsplit(website if "://" in website else f"//{website}").hostname or ""
    except ValueError:
        site = ""
    for host in (site, email.rpartition("@")[2]):
        host = host.strip().lower().rstrip(".").removeprefix("www.")
        parts = host.split(".")
        ends = {".".join(parts[start:]) for start in range(len(parts))}
        if len(parts) > 1 and not ends & shared_hosts():
            yield host
