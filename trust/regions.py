"""What a region settles for itself: forum, platforms, bank holidays, numbers to call, clusters of
places, communities, languages. Read from ``regions.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from trust.calendar import Calendar


@dataclass(frozen=True)
class Number:
    """A number to call, and when. ``fictional`` ones are for the demo and must say so."""

    key: str
    name: str
    phone: str
    text: str
    fictional: bool = False


@dataclass(frozen=True)
class Forum:
    """Who checks sharing agreements here. Not ``chosen``: a placeholder, and shown as one."""

    name: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Platform:
    """A system used here for one job: dpia, agreement or publish."""

    key: str
    job: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Cluster:
    """Places that are counted together. ``places`` are names of areas of the region."""

    key: str
    name: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Community:
    """People whom an organisation is there for. ``key`` is the same for ever."""

    key: str
    name: str


@dataclass(frozen=True)
class Settings:
    """All that one region settles. ``code`` is the GSS code of its authority."""

    key: str
    name: str
    council: str
    code: str
    forum: Forum
    platforms: tuple[Platform, ...]
    bank_holidays: str
    numbers: tuple[Number, ...]
    clusters: tuple[Cluster, ...]
    languages: tuple[str, ...]
    spoken_only: tuple[str, ...]
    communities: tuple[Community, ...] = ()
    """Those that only this region names; the rest stand in ``communities``."""

    @property
    def calendar(self) -> Calendar:
        """The working days of this region."""
        return Calendar(self.bank_holidays)

    @property
    def own_numbers(self) -> tuple[Number, ...]:
        """The numbers to call that only this region has."""
        return tuple(one for one in self.numbers if one not in national())

    def cluster_of(self, place: str) -> Cluster | None:
        """The cluster that ``place`` is counted in, if any."""
        return next((cluster for cluster in self.clusters if place in cluster.places), None)


@cache
def regions() -> dict[str, Settings]:
    """The regions that have settled something, by key."""
    return {row["key"]: _settings(row) for row in _file()["region"]}


def settings_of(key: str, name: str = "") -> Settings:
    """The settings of a region; for one without an entry the defaults, under its ``name``."""
    return regions().get(key) or replace(_default(), key=key, name=name)


@cache
def _default() -> Settings:
    return _settings(_file()["default"])


@cache
def national() -> tuple[Number, ...]:
    """The numbers to call that are the same everywhere."""
    return tuple(Number(**one) for one in _file()["number"])


@cache
def communities() -> dict[str, str]:
    """Whom organisations are there for, key and name: those named everywhere, then those that
    the regions add."""
    named = [Community(**one) for one in _file()["community"]]
    named += [one for region in regions().values() for one in region.communities]
    return {one.key: one.name for one in named}


def communities_of(key: str) -> dict[str, str]:
    """The same for one region: what is named everywhere, and what it adds itself."""
    own = {one.key for one in settings_of(key).communities}
    shared = {row["key"] for row in _file()["community"]}
    return {one: name for one, name in communities().items() if one in own | shared}


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(files("trust").joinpath("regions.toml").read_text(encoding="utf-8"))


def _settings(row: Mapping[str, Any]) -> Settings:
    numbers = (*_file()["number"], *row["numbers"])
    return Settings(
        key=row["key"],
        name=row["name"],
        council=row["council"],
        code=row["code"],
        forum=Forum(**row["forum"]),
        platforms=tuple(Platform(**one) for one in row["platforms"]),
        bank_holidays=row["bank_holidays"],
        numbers=tuple(Number(**one) for one in numbers),
        clusters=tuple(
            Cluster(one["key"], one["name"], tuple(one["places"])) for one in row["clusters"]
        ),
        languages=tuple(row["languages"]),
        spoken_only=tuple(row["spoken_only"]),
        communities=tuple(Community(**one) for one in row["communities"]),
    )
