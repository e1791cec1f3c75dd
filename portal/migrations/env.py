"""Alembic's way in: the portal's own engine and all of its nouns. Called by ``portal migrate``."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from portal.nouns import is_ours
from trust.records import Record


def plain(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Our own column types are written as what they are to the database: a migration must not
    change its meaning when the code does."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


engine = context.config.attributes["engine"]
with engine.connect() as connection:
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
    connection.commit()
