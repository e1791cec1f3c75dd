"""Backup and restore, the same for both databases: a ZIP with one file of JSON lines for each
table. It can be read without the portal, and moves a portal from SQLite to PostgreSQL."""

import json
import zipfile
from base64 import b64decode, b64encode
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, Table, func, insert, inspect, select, text

from portal.database import Database

BATCH = 500
SKIP = {"alembic_version"}


class CannotRestore(Exception):
    """The file or the database is not what a restore needs; the message says what to do."""


def _tables(database: Database) -> MetaData:
    """The tables as they stand in the database: raw columns, no Python types between."""
    metadata = MetaData()
    metadata.reflect(
        database.engine, only=lambda name, _: name not in SKIP and not name.startswith("search")
    )
    return metadata


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return {"at" if isinstance(value, datetime) else "on": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": b64encode(value).decode()}
    return {"json": value} if isinstance(value, dict | list) else value


def _back(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    (kind, held), *_ = value.items()
    if kind == "at":
        return datetime.fromisoformat(held)
    if kind == "on":
        return date.fromisoformat(held)
    return b64decode(held) if kind == "bytes" else held


def _revision(database: Database) -> str:
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            raise CannotRestore("The database is empty. Run: portal migrate")
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(found)


def backup(database: Database, path: Path) -> dict[str, int]:
    """Write everything to ``path``, as it stood at one moment. Returns rows by table."""
    counts: dict[str, int] = {}
    metadata = _tables(database)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        database.reading() as session,
    ):
        connection = session.connection()
        for table in metadata.sorted_tables:
            counts[table.name] = 0
            rows = connection.execution_options(yield_per=BATCH).execute(
                select(table).order_by(*table.primary_key.columns)
            )
            with archive.open(f"{table.name}.jsonl", "w") as out:
                for row in rows.mappings():
                    line = {name: _plain(value) for name, value in row.items()}
                    out.write((json.dumps(line, ensure_ascii=False) + "\n").encode())
                    counts[table.name] += 1
        archive.writestr("about.json", json.dumps({"schema": _revision(database), "rows": counts}))
    return counts


def restore(database: Database, path: Path) -> dict[str, int]:
    """Read a backup into an empty, migrated database. Returns rows by table.

    Raises ``CannotRestore`` for another schema, a database that holds something, or a file that
    is no backup.
    """
    try:
        archive = zipfile.ZipFile(path)
        about = json.loads(archive.read("about.json"))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        raise CannotRestore(f"{path} is not a backup of a portal.") from None
    revision = _revision(database)
    if about["schema"] != revision:
        raise CannotRestore(
            f"The backup has schema {about['schema']}, the database {revision}. "
            f"Run: portal migrate --to {about['schema']}; restore; then portal migrate"
        )
    metadata = _tables(database)
    counts: dict[str, int] = {}
    with archive, database.writing() as session:
        connection = session.connection()
        for table in metadata.sorted_tables:
            if connection.execute(select(func.count()).select_from(table)).scalar():
                raise CannotRestore(f"The database is not empty: {table.name} has rows.")
        if database.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in metadata.sorted_tables:
            counts[table.name] = _read_table(connection, archive, table)
            if database.engine.dialect.name == "postgresql":
                _set_sequence(connection, table)
        if counts != about["rows"]:
            raise CannotRestore("The backup is damaged: rows are missing. Nothing was restored.")
    return counts


def _read_table(connection: Any, archive: zipfile.ZipFile, table: Table) -> int:
    count = 0
    batch: list[dict[str, Any]] = []
    with archive.open(f"{table.name}.jsonl") as lines:
        for line in lines:
            batch.append({name: _back(value) for name, value in json.loads(line).items()})
            if len(batch) >= BATCH:
                connection.execute(insert(table), batch)
                count, batch = count + len(batch), []
    if batch:
        connection.execute(insert(table), batch)
    return count + len(batch)


def _set_sequence(connection: Any, table: Table) -> None:
    key: Column[Any] = table.c.id
    connection.execute(
        text(
            f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "  # noqa: S608 - our own table's name
            f'GREATEST((SELECT MAX({key.name}) FROM "{table.name}"), 1))'
        )
    )
