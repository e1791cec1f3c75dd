"""Alembic's way in: the portal's own engine and all of its nouns. Called by ``portal migrate``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, TypeDecorator

from portal.nouns import is_ours
from trust.records import Record


def plain(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Our own column types are written as what they are to the database: a migration must not
    change its meaning when the code does."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


@contextmanager
def committed(connection: Connection) -> Iterator[None]:
    """All of it, or nothing. SQLite changes a table by making another one in its place, and others
    point to it: so it looks at what points where once all is done, not meanwhile."""
    if connection.dialect.name != "sqlite":
        yield
        connection.commit()
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")  # heeded only outside of a transaction
    try:
        yield
        lost = driver.execute("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise RuntimeError(f"{len(lost)} rows would point to nothing: {lost[:3]}")
        connection.commit()
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


engine = context.config.attributes["engine"]
with engine.connect() as connection, committed(connection):
    context.configure(
        connection=connection,
        target_metadata=Record.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        include_object=is_ours,
        render_item=plain,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
