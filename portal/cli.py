"""The ``portal`` command."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask

from portal import backup as backups
from portal import create_app, migrate
from portal.database import Database
from portal.settings import Unsafe, from_environment
from portal.worker import work as work_on
from trust import audit, people
from trust.act import CLOCK, Act, Actor
from trust.partners import Installation
from trust.records import Refused
from trust.states import TABLES


def _app() -> Flask:
    try:
        return create_app()
    except Unsafe as unsafe:
        raise click.ClickException(f"The settings are not safe to run with:\n{unsafe}") from None


def _database() -> Database:
    try:
        return Database(from_environment().database)
    except Unsafe as unsafe:
        raise click.ClickException(f"The settings are not safe to run with:\n{unsafe}") from None


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """The community-insights portal.

    Settings come from the environment; `portal check-config` says what is missing. With
    PORTAL_DEMO=1 it runs with invented people on this machine only.
    """


@main.command()
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), show_default="8000")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes.")
def run(port: int, host: str, workers: int) -> None:
    """Serve the portal (gunicorn, sync workers)."""
    os.environ.setdefault("PORT", str(port))
    _app()  # stops here, with a sentence, where it could not run
    command = [sys.executable, "-m", "gunicorn", "portal:create_app()"]
    command += ["--bind", f"{host}:{port}", "--workers", str(workers), "--no-control-socket"]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell


@main.command()
@click.option("--once", is_flag=True, help="Do what is due, then stop.")
def work(once: bool) -> None:
    """Send mail and do what is done by the clock. Run one or more beside `portal run`."""
    work_on(_app(), once=once)


@main.command("migrate")
@click.option("--to", default="head", show_default=True, help="A revision; `base` is empty.")
@click.option("--down", is_flag=True, help="Go back to the revision instead.")
def migrate_command(to: str, down: bool) -> None:
    """Bring the database's schema up to date (or back)."""
    database = _database()
    (migrate.down if down else migrate.up)(database, to)


@main.command("check-config")
def check_config() -> None:
    """Say whether the settings can be used, and what to do where not."""
    app = _app()
    with app.extensions["portal.database"].reading() as session:
        session.connection()
    click.echo("The settings are fine, and the database answers.")


@main.command()
@click.argument("name")
@click.argument("email")
def begin(name: str, email: str) -> None:
    """Give the first administrator a seat: portal begin "Ada Bell" ada@example.org"""

    def do(act: Act) -> str:
        installation = act.session.query(Installation).first()
        if installation is None:
            installation = Installation()
            act.session.info["verb"] = "installation:begin"
            act.session.add(installation)
            act.session.flush()
        people.begin(act, installation, name=name, email=email)
        return f"{name} can sign in with {email} and is the administrator."

    click.echo(_do(do, Actor(anywhere=frozenset({"set-up"}))))


def _do(do: Callable[[Act], Any], actor: Actor = CLOCK) -> Any:
    """One act from the command line, in one transaction; a refusal is a sentence."""
    try:
        with _database().writing() as session:
            return do(Act(session=session, actor=actor, now=datetime.now(UTC), channel="command"))
    except Refused as refused:
        raise click.ClickException(refused.reason.text % dict(refused.reason.params)) from None


@main.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def backup(path: Path) -> None:
    """Write everything to one file."""
    counts = backups.backup(_database(), path)
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables are in {path}.")


@main.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(path: Path) -> None:
    """Read a backup into an empty database (portal migrate first)."""
    try:
        counts = backups.restore(_database(), path)
    except backups.CannotRestore as cannot:
        raise click.ClickException(str(cannot)) from None
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables were restored.")


@main.command()
@click.option("--newest", help="The newest seal, as the log or the mail has it.")
def verify(newest: str | None) -> None:
    """Check that no event was changed, taken out, swapped or cut off."""
    with _database().reading() as session:
        broken = list(audit.verify(session, newest))
    for one in broken:
        click.echo(f"Seal {one.seal_id}: {one.how}")
    if broken:
        raise click.ClickException("The record of events was tampered with.")
    click.echo("Every sealed event is as it was.")


@main.command()
def states() -> None:
    """Print the states of every noun as Mermaid diagrams."""
    _app()
    for noun, table in sorted(TABLES.items()):
        click.echo(f"## {noun}\n\n```mermaid\n{table.diagram()}\n```\n")
