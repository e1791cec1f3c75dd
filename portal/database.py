"""One way to the database: transactions that only read, and transactions that may write.

What reads cannot write, in the database itself (law 7): ``query_only`` on SQLite, ``READ ONLY``
on PostgreSQL. What may write takes SQLite's write lock at once (``BEGIN IMMEDIATE``): a read that
turns into a write would fail with "database is locked" under load."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

from trust import rarity
from trust.guard import guard
from trust.search import keep


class Database:
    """An engine with its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._read = self.engine.execution_options(portal_write=False)
        self._write = self.engine.execution_options(portal_write=True)

    def session(self, *, write: bool) -> Session:
        """A session that the caller commits or rolls back, and closes."""
        bind = self._write if write else self._read
        return keep(guard(Session(bind, expire_on_commit=False)))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that cannot write."""
        session = self.session(write=False)
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed at the end, or rolled back by any error."""
        session = self.session(write=True)
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def apart(self, do: Callable[[Session], Any]) -> Any:
        """Do one small thing in a transaction of its own, while no other is open here."""
        with self.writing() as session:
            return do(session)


def driver_url(url: str) -> str:
    """The URL with the driver that is installed: people write ``postgresql://``."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _engine(url: str) -> Engine:
    parsed = make_url(driver_url(url))
    # Parameters stay out of logs and errors: they hold people's words and true counts.
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(
            parsed, hide_parameters=True, pool_pre_ping=True, pool_size=5, pool_recycle=3600
        )
        event.listen(engine, "connect", _connect_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    if parsed.database and parsed.database != ":memory:":
        path = Path(parsed.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # its owner's alone, if it is new; SQLite's other files follow it
    engine = create_engine(
        parsed, hide_parameters=True, connect_args={"timeout": 5}, json_deserializer=_read_json
    )
    event.listen(engine, "connect", _connect_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


_decoder = json.JSONDecoder()


def _read_json(text: str) -> Any:
    """What ``json.loads`` does for text of our own: it need not look for a byte order mark or
    spaces around it, and a list reads a hundred of them."""
    return _decoder.raw_decode(text)[0]


def _connect_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # with NORMAL, what was acknowledged could still be lost
        "foreign_keys=ON",
        "busy_timeout=5000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("portal_write", True)
    # Said to the driver itself, as every page does; only what can fail goes the long way.
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA query_only={'OFF' if write else 'ON'}")
    if write:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        driver.execute("BEGIN DEFERRED")


def _connect_postgresql(connection: Any, record: Any) -> None:
    """A page asks for a few rows. To start helpers for that, or a compiler, takes longer; and to
    look up a thousand takes less than to walk along two tables until so many fit. Each walk along
    a table begins at its beginning, not where another one is: or a search that is capped would
    have other matches on its second page."""
    connection.autocommit = True  # outside of a transaction, whose end could undo it
    connection.execute("SET max_parallel_workers_per_gather = 0")
    connection.execute("SET jit = off")
    connection.execute("SET enable_mergejoin = off")
    connection.execute("SET synchronize_seqscans = off")
    rarity.learn(connection, record.info)
    connection.autocommit = False


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get("portal_write", True):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
