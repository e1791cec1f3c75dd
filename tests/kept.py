"""What many tests begin with, built once in a process for each kind of database and copied then.

``@once`` goes on what fills a world: ``once(stage)(world, 2)`` gives what ``stage(world, 2)`` does.
It copies only for a world in which nothing was done yet, and builds as ever for any other; so a
test need not know of it.
"""

import io
import itertools
import os
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from flask import Flask
from sqlalchemy import event

from tests.databases import PostgreSQL, SQLite
from tests.world import World, files_of

LASTS = timedelta(minutes=10)
"""Tests ask the clock: what they begin with must not be older than a person would think."""
HERE = "tests.beginning"
_numbers = itertools.count()


class Beginning:
    """The database of one test, and whether something was done in it."""

    def __init__(self, app: Flask, kind: SQLite | PostgreSQL, url: str) -> None:
        self.kind = kind
        self.url = url
        self.engine = app.extensions["portal.database"].engine
        self.untouched = False
        self._commits = 0
        event.listen(self.engine, "commit", self._touched)
        app.extensions[HERE] = self

    def _touched(self, _: Any) -> None:
        self._commits += 1
        self.untouched = False

    def world(self, world: World) -> World:
        """``world`` with the portal's installation, in which nothing was done yet."""
        new = not self._commits
        world.installation()
        self.untouched = new
        return world

    def keep(self, template: str) -> None:
        """Keep the database as it is now."""
        assert not files_of(self.url).exists(), "a file is not in the database"
        self.engine.dispose()
        self.kind.keep(self.url, template)

    def put_back(self, template: str) -> None:
        """Make the database as it was when it was kept."""
        self.engine.dispose()
        self.kind.put_back(self.url, template)
        self.untouched = False


class Kept(NamedTuple):
    """A template, when it was built, and what came of building it."""

    template: str
    on: datetime
    result: bytes


P = ParamSpec("P")
T = TypeVar("T")


def once(build: Callable[Concatenate[World, P], T]) -> Callable[Concatenate[World, P], T]:
    """``build``, which does all that it does in the database of its world. Its other arguments are
    plain values; its result may hold records, and the world."""
    built: dict[tuple[object, ...], Kept] = {}

    @wraps(build)
    def copied(world: World, *args: P.args, **given: P.kwargs) -> T:
        here = world.app.extensions.get(HERE)
        if here is None or not here.untouched:
            return build(world, *args, **given)
        which = (here.kind.kind, world.now, args, *sorted(given.items()))
        kept, now = built.get(which), datetime.now(UTC)
        if kept and abs(now - kept.on) < LASTS:
            here.put_back(kept.template)
            result: T = _loaded(kept.result, world)
            return result
        made = build(world, *args, **given)
        template = kept.template if kept else f"kept_{os.getpid()}_{next(_numbers)}"
        here.keep(template)
        built[which] = Kept(template, now, _dumped(made, world))
        return made

    return copied


def _dumped(result: Any, world: World) -> bytes:
    """What a world knows of itself, and ``result``, in which it may stand."""
    out = io.BytesIO()
    pickler = pickle.Pickler(out)
    pickler.persistent_id = lambda one: "world" if one is world else None  # type: ignore[method-assign]
    pickler.dump((world.known(), result))
    return out.getvalue()


def _loaded(dumped: bytes, world: World) -> Any:
    unpickler = pickle.Unpickler(io.BytesIO(dumped))
    unpickler.persistent_load = lambda _: world  # type: ignore[method-assign]
    known, result = unpickler.load()
    vars(world).update(known)
    return result
