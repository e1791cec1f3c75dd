"""Backup and restore, the same for both databases: a ZIP with one file of JSON lines for each
table, and the files that people hung on things. It can be read without the portal, and moves a
portal from SQLite to PostgreSQL."""

import hashlib
import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import (
    Connection,
    MetaData,
    Table,
    bindparam,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from portal.carriers.disk import Disk
from portal.carriers.store import Missing
from portal.database import Database
from portal.whole import whole
from trust import attachments, search
from trust.act import Act, Actor
from trust.erasure import Erased, erase_again
from trust.installation import INSTALLATION, Installation
from trust.signin import Code, SignIn
from trust.tampering import highest_given

BATCH = 500
LONGEST_LINE = 32 * 1024 * 1024  # bytes: an uploaded file of 12 MB, written in base64, is 16
SKIP = {"alembic_version"}
FILES = "files/"


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
    """What ``_plain`` wrote. Raises ``ValueError``, ``TypeError`` for what it never writes."""
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    if kind == "at":
        return datetime.fromisoformat(held)
    if kind == "on":
        return date.fromisoformat(held)
    if kind == "bytes":
        return b64decode(held, validate=True)
    if kind != "json":
        raise ValueError(kind)
    return held


def _revision(database: Database) -> str:
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            raise CannotRestore("The database is empty. Run: portal migrate")
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(found)


def backup(
    database: Database, path: Path, *, replace: bool = False, files: Disk | None = None
) -> dict[str, int]:
    """Write everything to ``path``, as it stood at one moment, readable by its owner alone, with
    the ``files`` of a folder. Returns rows by table. A file that is missing is left out.

    Until the last byte is on the disk it has another name: what was at ``path`` before stays as
    it was if this breaks off. Raises ``FileExistsError`` if something is there, unless it is to
    ``replace`` it, and ``OSError`` where it cannot be written.
    """
    if not replace and path.exists():
        raise FileExistsError(path)
    with whole(path) as file:
        return _write(database, file, files)


def _write(database: Database, file: IO[bytes], files: Disk | None) -> dict[str, int]:
    counts: dict[str, int] = {}
    given: dict[str, int] = {}
    metadata = _tables(database)
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        database.reading() as session,
    ):
        connection = session.connection()
        for table in metadata.sorted_tables:
            counts[table.name] = 0
            given[table.name] = highest_given(session, table.name)
            rows = connection.execution_options(yield_per=BATCH).execute(
                select(table).order_by(*table.primary_key.columns)
            )
            with archive.open(f"{table.name}.jsonl", "w") as out:
                for row in rows.mappings():
                    line = {name: _plain(value) for name, value in row.items()}
                    out.write((json.dumps(line, ensure_ascii=False) + "\n").encode())
                    counts[table.name] += 1
        if files is not None:
            for sha256 in attachments.every(session):
                with suppress(Missing):
                    archive.writestr(f"{FILES}{sha256}", files.get(sha256), zipfile.ZIP_STORED)
        about = {"schema": _revision(database), "rows": counts, "given": given}
        archive.writestr("about.json", json.dumps(about))
    return counts


def restore(
    database: Database,
    path: Path,
    now: datetime,
    erased: Sequence[Erased] = (),
    files: Disk | None = None,
) -> dict[str, int]:
    """Read a backup into an empty, migrated database, with its ``files`` into a folder, and erase
    once more whom ``erased`` names, in the same transaction. Returns rows by table.

    Ids go on from the highest that was ever given. Nobody stays signed in, and no code that was
    on its way works: what was ended since the backup must not live again. Raises ``CannotRestore``
    for another schema, a database that holds something, or a file that is no backup or damaged;
    then nothing was restored.
    """
    try:
        with zipfile.ZipFile(path) as archive, database.writing() as session:
            counts = _restore(database, session, archive, now)
            _erase(session, erased, now)
            if files is not None:
                _restore_files(archive, files)
            return counts
    except CannotRestore:
        raise
    except Exception as wrong:  # a file from anywhere can be wrong in any way
        raise CannotRestore(
            f"{path} is not a backup of a portal, or it is damaged ({type(wrong).__name__}). "
            "Nothing was restored."
        ) from wrong


def _restore(
    database: Database, session: Session, archive: zipfile.ZipFile, now: datetime
) -> dict[str, int]:
    about = json.loads(archive.read("about.json"))
    schema, rows, given = str(about["schema"]), dict(about["rows"]), dict(about["given"])
    revision = _revision(database)
    if schema != revision:
        raise CannotRestore(
            f"The backup has schema {schema}, the database {revision}. "
            f"Run: portal migrate --to {schema}; restore; then portal migrate"
        )
    tables = _tables(database).sorted_tables
    connection = session.connection()
    for table in tables:
        if connection.execute(select(func.count()).select_from(table)).scalar():
            raise CannotRestore(f"The database is not empty: {table.name} has rows.")
    if database.engine.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    counts: dict[str, int] = {}
    for table in tables:
        counts[table.name] = _read_table(connection, archive, table)
        _go_on_from(connection, table, int(given[table.name]))
    if counts != rows:
        raise CannotRestore("The backup is damaged: rows are missing. Nothing was restored.")
    search.mend(session)
    session.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=now))
    session.execute(update(Code).where(Code.used_at.is_(None)).values(used_at=now))
    return counts


def _erase(session: Session, erased: Sequence[Erased], now: datetime) -> None:
    """Whoever was erased after the backup was made must not be there again."""
    where = session.get(Installation, INSTALLATION.id)
    if erased and where is not None:
        actor = Actor(anywhere=frozenset({"set-up"}))
        act = Act(session=session, actor=actor, now=now, channel="command")
        erase_again(act, where, erased=erased)


def _restore_files(archive: zipfile.ZipFile, files: Disk) -> None:
    for entry in archive.infolist():
        if entry.filename.startswith(FILES):
            content = archive.read(entry)
            sha256 = hashlib.sha256(content).hexdigest()
            if entry.filename != f"{FILES}{sha256}":
                raise CannotRestore("The backup is damaged: a file is not as it was kept.")
            files.put(sha256, content)


def _read_table(connection: Connection, archive: zipfile.ZipFile, table: Table) -> int:
    count = 0
    batch: list[dict[str, Any]] = []
    # A row may point to a later one of its own table: that is filled in once all are there.
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    later: list[dict[str, Any]] = []
    for row in _rows(archive, table):
        if any(row[name] is not None for name in own):
            later.append({"own_id": row["id"], **{f"own_{name}": row[name] for name in own}})
            row.update(dict.fromkeys(own))
        batch.append(row)
        if len(batch) >= BATCH:
            connection.execute(insert(table), batch)
            count, batch = count + len(batch), []
    if batch:
        connection.execute(insert(table), batch)
    if later:
        filled = update(table).where(table.c.id == bindparam("own_id"))
        connection.execute(filled.values({name: bindparam(f"own_{name}") for name in own}), later)
    return count + len(batch)


def _rows(archive: zipfile.ZipFile, table: Table) -> Iterator[dict[str, Any]]:
    columns = set(table.columns.keys())
    with archive.open(f"{table.name}.jsonl") as lines:
        while line := lines.readline(LONGEST_LINE):  # what is cut off here cannot be read as JSON
            row = {name: _back(value) for name, value in json.loads(line).items()}
            if row.keys() != columns:
                raise ValueError("other columns")
            yield row


def _go_on_from(connection: Connection, table: Table, given: int) -> None:
    """Let the next id be above every one that was ever given, also of rows that are gone."""
    last = max(given, connection.execute(select(func.max(table.c.id))).scalar() or 0)
    if connection.dialect.name == "postgresql":
        stmt = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :at, :used)")
        connection.execute(stmt, {"name": table.name, "at": max(last, 1), "used": last > 0})
        return
    name = {"name": table.name}
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), name)
    insert_last = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
    connection.execute(insert_last, {**name, "last": last})
