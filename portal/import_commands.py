"""``portal import``: organisations and areas, from files that councils and registers publish."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from portal import opening
from portal.english import english
from trust.act import Act, Actor
from trust.imports import OUTCOMES, Outcome, Plan
from trust.installation import region_named


@click.group("import")
def group() -> None:
    """Bring in organisations or areas from a CSV or XLSX file."""


_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_DRY = click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
_IMPORTER = Actor(anywhere=frozenset({"area:import", "partner:import"}))


@group.command("partners")
@_FILE
@click.option("--region", default="", help="Where they belong; made if it is new.")
@_DRY
def import_partners(file: Path, region: str, dry_run: bool) -> None:
    """Bring in organisations: from a charity register, grants (360Giving) or Open Referral UK.
    They are known again by their numbers. Who has people here is asked, not written over."""
    from portal import partner_files
    from trust.exchange import partner_import

    with opening.sentences():
        content = file.read_bytes()
        lines, _ = partner_files.read(content, file.name)
    sha256, address = hashlib.sha256(content).hexdigest(), opening.settings().address

    made: list[str] = []

    def plan(session: Session) -> tuple[Plan, Any]:
        place = region_named(session, region) if region else None
        if place is not None and place.id is None:
            made[:] = [f"A new region: {region}."]
        return partner_import.plan_partners(session, lines, place, address=address), place

    def write(act: Act) -> Plan:
        seen, place = plan(act.session)
        return partner_import.import_partners(
            act, opening.installation(act), lines, place, seen.fingerprint, sha256, address
        )

    _import(lambda session: plan(session)[0], write, dry_run, made)


@group.command("areas")
@_FILE
@click.option("--council", default="", help="Whose areas to take, if there are several councils.")
@click.option("--region", default="", help="Where they belong, if not in that council's own.")
@_DRY
def import_areas(file: Path, council: str, region: str, dry_run: bool) -> None:
    """Bring in the areas of a council from a lookup file of the ONS. Unless you name another, the
    region has the council's name; it is made if it is new."""
    from trust.exchange import area_import, areas

    lines, sha256 = _lines(file, areas.read)

    def plan(session: Session) -> tuple[Plan, Any]:
        place = region_named(session, region) if region else None
        return area_import.plan_areas(session, lines, council, place), place

    def write(act: Act) -> Plan:
        seen, place = plan(act.session)
        return area_import.import_areas(
            act, opening.installation(act), lines, council, seen.fingerprint, place, sha256
        )

    _import(lambda session: plan(session)[0], write, dry_run)


def _lines(file: Path, read: Callable[..., list[Any]]) -> tuple[list[Any], str]:
    """What a file proposes, row by row, and its hash."""
    from portal import sheets

    with opening.sentences(), file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        opened.seek(0)
        sheet = sheets.read(opened, file.name)
        return read(sheet.columns, sheet.rows), sha256


def _import(
    plan: Callable[[Session], Plan],
    write: Callable[[Act], Plan],
    dry_run: bool,
    beside: Sequence[str] = (),
) -> None:
    """Do what a file proposes, or only say what that would be; then say what came ``beside`` the
    rows, and the rows one by one."""
    if dry_run:
        with opening.sentences(), opening.migrated().reading() as session:
            done = plan(session)
        click.echo("Nothing was written. This is what would be done.")
    else:
        done = opening.do_once(write, _IMPORTER)
    for said in beside:
        click.echo(said)
    counts = [f"{OUTCOMES[outcome]}: {number}" for outcome, number in done.counts.items()]
    click.echo(f"Rows: {len(done.lines)}. {'. '.join(counts)}.")
    for line in done.lines:
        if line.outcome is not Outcome.SAME:
            why = " ".join(map(english, line.why))
            name = f": {line.label}" if line.label else ""
            click.echo(f"Row {line.row}. {OUTCOMES[line.outcome]}{name}. {why}".rstrip())
