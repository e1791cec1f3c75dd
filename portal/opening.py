"""What a command starts from: settings that are safe, a database that answers, the portal. Where
one of them is missing, the command ends with a sentence that says what to do."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from portal import create_app
from portal.carriers.disk import Disk
from portal.database import Database
from portal.english import refusal
from portal.environment import Unsafe, from_environment
from portal.settings import Settings, is_here
from portal.storing import store
from trust.act import CLOCK, Act, Actor
from trust.installation import Installation
from trust.records import Refused


def settings(**changes: str) -> Settings:
    """What the environment says, with ``changes`` to it."""
    try:
        return from_environment({**os.environ, **changes})
    except Unsafe as unsafe:
        raise click.ClickException(f"The settings are not safe to run with:\n{unsafe}") from None


def database() -> Database:
    """The database, once it has answered."""
    try:
        found = Database(settings().database)
        with found.engine.connect():
            return found
    except (OSError, SQLAlchemyError) as away:
        said = str(getattr(away, "orig", None) or away).strip().splitlines()
        raise click.ClickException(
            f"The database does not answer: {said[0] if said else type(away).__name__}. "
            "See DATABASE_URL."
        ) from None


def folder() -> Disk | None:
    """The folder that files lie in; None where they lie in a store elsewhere."""
    found = store(settings().files)
    return found if isinstance(found, Disk) else None


def migrated() -> Database:
    """The database, with its tables."""
    found = database()
    if not inspect(found.engine).has_table("person"):
        raise click.ClickException("The database has no tables yet. Run: portal migrate")
    return found


def app(host: str = "127.0.0.1", **changes: str) -> Flask:
    """The portal, ready to serve on ``host`` or to work. The demo's mailbox shows everybody's
    codes: so it works only with people who are invented, and only on this machine."""
    given, found = settings(**changes), migrated()
    if given.demo:
        from portal import demo

        with found.reading() as session:
            invented = demo.is_here(session)
        if not invented:
            raise click.ClickException(
                "PORTAL_DEMO is 1, but `portal demo` did not make this database. Everybody's "
                "codes would be shown. Unset PORTAL_DEMO, or run `portal demo` on an empty one."
            )
        if not is_here(host):
            raise click.ClickException(
                "PORTAL_DEMO is 1: the demo listens on this machine only. Leave --host away."
            )
    found.engine.dispose()  # no connection may be open where processes part
    return create_app(given)


def installation(act: Act) -> Installation:
    """The one row that stands for this portal, made if nobody has begun yet."""
    held = act.session.get(Installation, 1)
    if held is None:
        held = Installation()
        act.session.info["verb"] = "installation:begin"
        act.session.add(held)
        act.session.flush()
    return held


@contextmanager
def sentences() -> Iterator[None]:
    """A refusal is a sentence, and the command failed."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException(refusal(refused)) from None


def do_once(do: Callable[[Act], Any], actor: Actor = CLOCK) -> Any:
    """One act from the command line, in one transaction."""
    with sentences(), migrated().writing() as session:
        return do(Act(session=session, actor=actor, now=datetime.now(UTC), channel="command"))
