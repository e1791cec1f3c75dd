"""The ``portal`` command. What only one command needs, it imports itself: the start is fast."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portal import create_app
from portal.database import Database
from portal.english import english, refusal
from portal.server import Server
from portal.settings import Settings, Unsafe, from_environment
from trust import audit, people
from trust.act import CLOCK, Act, Actor
from trust.imports import OUTCOMES, Outcome, Plan
from trust.partners import Installation, region_named
from trust.records import Refused
from trust.states import TABLES


def _app() -> Flask:
    return create_app(_settings())


def _settings() -> Settings:
    try:
        return from_environment()
    except Unsafe as unsafe:
        raise click.ClickException(f"The settings are not safe to run with:\n{unsafe}") from None


def _database() -> Database:
    return Database(_settings().database)


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
    settings = _settings()  # stops here, with a sentence, where it could not run
    if settings.demo:
        from portal.demo.welcome import welcome

        click.echo(welcome(settings.address))
    app = create_app(settings)
    Server(app, bind=f"{host}:{port}", workers=workers, control_socket_disable=True).run()


@main.command()
@click.option("--once", is_flag=True, help="Do what is due, then stop.")
def work(once: bool) -> None:
    """Send mail and do what is done by the clock. Run one or more beside `portal run`."""
    from portal.worker import work as work_on

    work_on(_app(), once=once)


@main.command("migrate")
@click.option("--to", default="head", show_default=True, help="A revision; `base` is empty.")
@click.option("--down", is_flag=True, help="Go back to the revision instead.")
def migrate_command(to: str, down: bool) -> None:
    """Bring the database's schema up to date (or back)."""
    from portal import migrate

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
        people.begin(act, _installation(act), name=name, email=email)
        return f"{name} can sign in with {email} and is the administrator."

    click.echo(_do(do, Actor(anywhere=frozenset({"set-up"}))))


def _installation(act: Act) -> Installation:
    """The one row that stands for this portal, made if nobody has begun yet."""
    installation = act.session.get(Installation, 1)
    if installation is None:
        installation = Installation()
        act.session.info["verb"] = "installation:begin"
        act.session.add(installation)
        act.session.flush()
    return installation


@contextmanager
def _sentences() -> Iterator[None]:
    """A refusal is a sentence, and the command failed."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException(refusal(refused)) from None


def _do(do: Callable[[Act], Any], actor: Actor = CLOCK) -> Any:
    """One act from the command line, in one transaction."""
    with _sentences(), _database().writing() as session:
        return do(Act(session=session, actor=actor, now=datetime.now(UTC), channel="command"))


@main.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def backup(path: Path) -> None:
    """Write everything to one file."""
    from portal import backup as backups

    counts = backups.backup(_database(), path)
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables are in {path}.")


@main.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(path: Path) -> None:
    """Read a backup into an empty database (portal migrate first)."""
    from portal import backup as backups

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


def _migrated(database: Database) -> Database:
    if not inspect(database.engine).has_table("person"):
        raise click.ClickException("The database has no tables yet. Run: portal migrate")
    return database


@main.command("demo")
@click.option("--quiet", is_flag=True, help="Do not say whom to sign in as.")
def demo_command(quiet: bool) -> None:
    """Fill an empty database with two stories (PORTAL_DEMO=1). Done once; all is invented."""
    from portal import demo
    from portal.demo.welcome import welcome

    if os.environ.get("PORTAL_DEMO") != "1":
        raise click.ClickException(
            "The demo is off. Set PORTAL_DEMO=1 to fill an empty database with invented people."
        )
    settings = _settings()
    database = _migrated(Database(settings.database))
    try:
        with database.reading() as session:
            there = demo.is_loaded(session)
        if not there:
            with database.writing() as session:
                demo.load(session, settings.key, datetime.now(UTC))
    except demo.NotEmpty:
        raise click.ClickException(
            "There are people in this database. The demo needs an empty one: see DATABASE_URL."
        ) from None
    click.echo("The demo is here already." if there else "The demo is loaded.")
    if not quiet:
        click.echo(f"\n{welcome(settings.address)}")


@main.group("import")
def import_group() -> None:
    """Bring in organisations or areas from a CSV or XLSX file."""


_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_DRY = click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
_IMPORTER = Actor(anywhere=frozenset({"area:import", "partner:import"}))


@import_group.command("partners")
@_FILE
@click.option("--region", default="", help="Where they belong; made if it is new.")
@_DRY
def import_partners(file: Path, region: str, dry_run: bool) -> None:
    """Bring in organisations from a charity register. They are known again by their numbers."""
    from trust.exchange import partner_import, register

    lines, sha256 = _lines(file, register.read)

    def plan(session: Session) -> tuple[Plan, Any]:
        place = region_named(session, region) if region else None
        return partner_import.plan_partners(session, lines, place), place

    def write(act: Act) -> Plan:
        seen, place = plan(act.session)
        return partner_import.import_partners(
            act, _installation(act), lines, place, seen.fingerprint, sha256
        )

    _import(lambda session: plan(session)[0], write, dry_run)


@import_group.command("areas")
@_FILE
@click.option("--region", default="", help="The council whose areas to take, if there are several.")
@_DRY
def import_areas(file: Path, region: str, dry_run: bool) -> None:
    """Bring in the areas of a council from a lookup file of the ONS. The council is a region."""
    from trust.exchange import area_import, areas

    lines, sha256 = _lines(file, areas.read)

    def plan(session: Session) -> Plan:
        return area_import.plan_areas(session, lines, region)

    def write(act: Act) -> Plan:
        seen = plan(act.session).fingerprint
        where = _installation(act)
        return area_import.import_areas(act, where, lines, region, seen, file_sha256=sha256)

    _import(plan, write, dry_run)


def _lines(file: Path, read: Callable[..., list[Any]]) -> tuple[list[Any], str]:
    """What a file proposes, row by row, and its hash."""
    from portal import sheets

    with _sentences(), file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        opened.seek(0)
        sheet = sheets.read(opened, file.name)
        return read(sheet.columns, sheet.rows), sha256


def _import(plan: Callable[[Session], Plan], write: Callable[[Act], Plan], dry_run: bool) -> None:
    """Do what a file proposes, or only say what that would be; then say it row by row."""
    if dry_run:
        with _sentences(), _migrated(_database()).reading() as session:
            done = plan(session)
        click.echo("Nothing was written. This is what would be done.")
    else:
        _migrated(_database())
        done = _do(write, _IMPORTER)
    counts = [f"{OUTCOMES[outcome]}: {number}" for outcome, number in done.counts.items()]
    click.echo(f"Rows: {len(done.lines)}. {'. '.join(counts)}.")
    for line in done.lines:
        if line.outcome is not Outcome.SAME:
            why = " ".join(map(english, line.why))
            click.echo(f"Row {line.row}. {OUTCOMES[line.outcome]}: {line.label}. {why}".rstrip())
