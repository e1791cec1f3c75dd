"""What somebody looks for in the directory, as an address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.catalogues import translations
from portal.languages import say, words
from trust.act import Actor
from trust.directory import LETTERS, Asked, offered
from trust.partners import KINDS
from trust.regions import communities

LABELS = {
    "kind": _l("Kind"),
    "region": _l("Region"),
    "area": _l("Place"),
    "community": _l("There for"),
    "letter": _l("Begins with"),
}
FILTERS = tuple(LABELS)


@dataclass(frozen=True)
class Finding:
    """What is asked, and the filters that were ``chosen``, by their keys. ``names`` are what each
    filter offers; ``regions`` and places come from the database, in their own words. ``place_gone``
    says that a place was asked for which the region does not have, and so is none."""

    asked: Asked
    chosen: dict[str, str]
    names: dict[str, dict[str, Any]]
    regions: dict[int, str]
    place_gone: bool = False

    @property
    def again(self) -> dict[str, str]:
        """What an address says to look for the same once more."""
        return {**({"words": self.asked.words} if self.asked.words else {}), **self.chosen}

    def said(self, one: str) -> Any:
        """What was chosen for a filter, in words."""
        name = self.names[one][self.chosen[one]]
        return name if one in ("kind", "community") else words(name)


def finding(session: Session, actor: Actor, given: Mapping[str, str]) -> Finding:
    """Read it from an address. A filter that nobody offered is none."""
    there_are = offered(session, actor, number_in(given.get("region", "")))
    regions = {str(id): name for id, name in there_are.regions.items()}
    names = {**_everywhere(translations()), "region": regions, "area": there_are.areas}
    chosen = {one: given.get(one, "") for one in FILTERS}
    chosen = {one: value for one, value in chosen.items() if value in names[one]}
    asked = Asked(
        words=" ".join(given.get("words", "")[:200].split()),
        kind=chosen.get("kind", ""),
        region_id=number_in(chosen.get("region", "")),
        area=chosen.get("area", ""),
        community=chosen.get("community", ""),
        letter=chosen.get("letter", ""),
        after=number_in(given.get("after", "")),
    )
    place_gone = bool(given.get("area")) and "area" not in chosen
    return Finding(asked, chosen, names, there_are.regions, place_gone)


def number_in(value: str) -> int | None:
    """An id as an address has it, or None for what cannot be one."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None


@lru_cache(maxsize=50)
def _everywhere(by: Any) -> dict[str, dict[str, Any]]:
    """The names of what one can choose by everywhere, ``by`` the reader's catalogue."""
    return {
        "kind": {kind.value: say(name) for kind, name in KINDS.items()},
        "community": {key: say(name) for key, name in communities().items()},
        "letter": {
            **{one: one.upper() for one in LETTERS},
            "0": "0–9",
            "other": _("Other letters"),
        },
    }
