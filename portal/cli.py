"""The ``portal`` command. What only one command needs, it imports itself: the start is fast."""

import logging
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from portal import import_commands, opening, people_commands
from portal.carriers.store import Away
from portal.database import Database
from portal.settings import Settings
from trust import tampering
from trust.states import TABLES

NO_FILES = "The folder or the store for files does not answer. See PORTAL_FILES"
MOST_SAID = 20  # findings of a check; more say nothing new


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """The community-insights portal.

    Settings come from the environment; `portal check-config` says what is missing. With
    PORTAL_DEMO=1 it runs with invented people on this machine only.
    """


@main.command()
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes.")
def run(port: int, host: str, workers: int) -> None:
    """Serve the portal (gunicorn, sync workers). Put a proxy that buffers in front."""
    from portal.server import Server

    app = opening.app(host, PORT=str(port))  # stops here, with a sentence, where it could not run
    settings: Settings = app.config["PORTAL"]
    hooks: dict[str, Any] = {}
    if settings.demo:
        from portal.demo.welcome import welcome
        from portal.worker import seal_beside

        click.echo(welcome(settings.address))
        # One command is the whole demo: its server also does what must not wait for a worker.
        hooks = {"post_worker_init": lambda _: seal_beside(app)}
    Server(app, bind=f"{host}:{port}", workers=workers, **hooks).run()


@main.command()
@click.option("--once", is_flag=True, help="Do what is due, then stop.")
def work(once: bool) -> None:
    """Send mail and do what is done by the clock. Run one or more beside `portal run`.

    It writes each seal of the record to standard error: keep these lines on another machine.
    """
    from portal.worker import work as work_on

    app = opening.app()
    if app.config["PORTAL"].demo:
        raise click.ClickException(
            "The demo mails nothing, and its server does the rest: start it with `portal run`."
        )
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    work_on(app, once=once)


@main.command("migrate")
@click.option("--to", help="A revision; the newest, if left away. `base` is empty.")
@click.option("--down", is_flag=True, help="Go back to the revision that --to names.")
@click.option("--lose-everything", is_flag=True, help="Go back though people are there.")
def migrate_command(to: str | None, down: bool, lose_everything: bool) -> None:
    """Bring the database's schema up to date (or back)."""
    from portal import migrate

    if down and to is None:
        raise click.UsageError("--down goes back: say how far, with --to.")
    database = opening.database()
    if down and not lose_everything and migrate.has_people(database):
        raise click.ClickException(
            "There are people in this database. Going back loses what newer tables hold; with "
            "--to base it loses all that anybody wrote. Make a backup first (portal backup FILE), "
            "then add --lose-everything."
        )
    try:
        (migrate.down if down else migrate.up)(database, to or "head")
    except migrate.Unknown as unknown:
        raise click.ClickException(f"{unknown} Leave --to away for the newest.") from None


@main.command("check-config")
def check_config() -> None:
    """Say whether the settings can be used, and what to do where not. Asks the database and the
    mail server too."""
    from portal import migrate
    from portal.carriers import smtp

    app = opening.app()
    settings: Settings = app.config["PORTAL"]
    if not migrate.is_newest(app.extensions["portal.database"]):
        raise click.ClickException("The database has an older schema. Run: portal migrate")
    if settings.smtp:
        try:
            smtp.greet(settings.smtp)
        except smtp.Away as away:
            raise click.ClickException(
                f"The mail server does not take our mail: {away}. See SMTP_URL. One on another "
                "machine must offer TLS: smtps://, or smtp:// with STARTTLS."
            ) from None
    try:
        app.extensions["portal.files"].greet()
    except Away as away:
        raise click.ClickException(f"{NO_FILES}: {away}.") from None
    asked = "the database and the mail server answer" if settings.smtp else "the database answers"
    click.echo(f"The settings are fine, and {asked}.")


@main.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of a file that is there.")
def backup(path: Path, replace: bool) -> None:
    """Write everything to one file, with the files that lie in a folder of this machine."""
    from portal import backup as backups

    database = opening.migrated()
    try:
        counts = backups.backup(database, path, replace=replace, files=opening.folder())
    except FileExistsError:
        raise click.ClickException(
            f"{path} is there already. Give another name, or add --replace."
        ) from None
    except OSError as wrong:
        raise click.ClickException(
            f"{path} cannot be written: {wrong.strerror}. Nothing was changed."
        ) from None
    except Away as away:
        raise click.ClickException(f"{NO_FILES}: {away}. Nothing was written.") from None
    if opening.folder() is None:
        click.echo("Files lie in a store of their own (PORTAL_FILES) and are not in here.")
    click.echo(
        f"{sum(counts.values())} rows of {len(counts)} tables are in {path}. "
        "It holds everything that anybody wrote: only you can read it, keep it so."
    )


@main.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--nothing-was-erased", is_flag=True, help="There is no list of erasures to apply.")
def restore(path: Path, nothing_was_erased: bool) -> None:
    """Read a backup into an empty database (portal migrate first). Nobody stays signed in, and
    whoever was erased since the backup is erased again: see PORTAL_ERASURES."""
    from portal import backup as backups
    from portal import erased_list

    database = opening.database()
    erased = []
    if not nothing_was_erased:
        try:
            erased = erased_list.read(Path(opening.settings().erasures))
        except erased_list.Unreadable as wrong:
            raise click.ClickException(
                f"{wrong} The backup may hold people who asked to be erased. Bring the file from "
                "the old machine, or, if nobody ever was, add --nothing-was-erased. Nothing was "
                "restored."
            ) from None
    try:
        counts = backups.restore(database, path, datetime.now(UTC), erased, opening.folder())
    except backups.CannotRestore as cannot:
        raise click.ClickException(str(cannot)) from None
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables were restored.")
    if erased:
        click.echo(f"{len(erased)} erasures stand in the list: none of them came back.")
    if not _say_whether_whole(database, None).late:
        click.echo("Every sealed event is as it was.")


@main.command()
@click.option("--newest", help="The newest seal, as the mail or the worker's log has it.")
def verify(newest: str | None) -> None:
    """Check that no event, moment or word was changed, taken out, swapped or cut off, and no
    agreement's text and no released file.

    Fails with 1 where something was, and with 3 where only a seal is missing.
    """
    if newest is not None and not re.fullmatch(r"[0-9a-f]{64}", newest):
        raise click.ClickException("A seal has 64 signs, 0 to 9 and a to f. Copy it whole.")
    if _say_whether_whole(opening.migrated(), newest).late:
        raise Unsealed(
            "Nothing shows that the record was changed, but its newest part has no seal: a change "
            "there would not show. Start `portal work`, then check again."
        )
    click.echo("Every sealed event is as it was.")


class Unsealed(click.ClickException):
    """The record is as it was, as far as it is sealed."""

    exit_code = 3


def _say_whether_whole(database: Database, newest: str | None) -> tampering.Verdict:
    """What a check of the record found, as sentences. Fails where something was changed."""
    from portal.hashed import DOCUMENTS

    with database.reading() as session:
        found = tampering.verify(session, datetime.now(UTC), newest, DOCUMENTS)
    for one in found.broken[:MOST_SAID]:
        click.echo(one.say())
    if len(found.broken) > MOST_SAID:
        click.echo(f"And {len(found.broken) - MOST_SAID} more.")
    click.echo(f"Events sealed: {found.sealed}. Waiting for their seal: {found.unsealed}.")
    if found.skipped:
        click.echo(
            f"Numbers without an event: {found.skipped}. A change that fails leaves one. So does "
            "an event that was taken out before it was sealed."
        )
    if newest is None:
        click.echo(
            "No --newest was given. Take the seal from the newest mail: without it, a record "
            "that was sealed anew, or whose end and counters were cut off, looks whole."
        )
    if found.tampered:
        raise click.ClickException("The record of events is not as it was.")
    return found


@main.command("check-files")
def check_files() -> None:
    """Compare each file that people sent with its hash. Fails where one is missing or changed."""
    from portal import storing

    where, database = storing.store(opening.settings().files), opening.migrated()
    try:
        found = list(storing.problems(database, where))
    except Away as away:
        raise click.ClickException(f"{NO_FILES}: {away}.") from None
    for one in found[:MOST_SAID]:
        click.echo(one)
    if found:
        raise click.ClickException(f"Files that are not as they were: {len(found)}.")
    click.echo("Every file is there, as it was kept.")


@main.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
def retain(dry_run: bool) -> None:
    """Take out what is older than the schedule says. `portal work` does so once a day."""
    from portal import keeping
    from trust import retention

    kinds = keeping.kinds(opening.settings().retention)
    with opening.migrated().reading() as session:
        lines = [
            line
            for line in retention.planned(session, kinds, datetime.now(UTC))
            if line.count or line.held
        ]
    for line in lines:
        click.echo(f"{line.count}: {line.kind.name} (after {line.kind.days} days)")
        if line.held:
            click.echo(f"  {line.held} more wait: an open request for information holds them.")
    if dry_run or not any(line.count for line in lines):
        click.echo("Nothing was changed." if lines else "Nothing is older than the schedule says.")
        return
    took = opening.do_once(
        lambda act: retention.take_out(act, opening.installation(act), kinds=kinds)
    )
    click.echo(f"{sum(took.values())} were taken out.")


@main.command()
def states() -> None:
    """Print the states of every noun as Mermaid diagrams."""
    from portal import nouns

    assert nouns.MODULES  # importing them fills the tables
    for noun, table in sorted(TABLES.items()):
        click.echo(f"## {noun}\n\n```mermaid\n{table.diagram()}\n```\n")


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
    settings = opening.settings()
    database = opening.migrated()
    try:
        with database.reading() as session:
            there = demo.is_loaded(session)
        if not there:
            with database.writing() as session:
                demo.load(session, settings.key, datetime.now(UTC))
    except demo.NotEmpty:
        raise click.ClickException(
            "There is something in this database. The demo needs an empty one: see DATABASE_URL."
        ) from None
    click.echo("The demo is here already." if there else "The demo is loaded.")
    if not quiet:
        click.echo(f"\n{welcome(settings.address)}")


main.add_command(import_commands.group)
for one in people_commands.ALL:
    main.add_command(one)
