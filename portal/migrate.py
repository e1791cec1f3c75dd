"""The schema, up and down, on both databases."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, text

from portal.database import Database
from portal.nouns import is_ours
from trust import search
from trust.records import Record


class Unknown(Exception):
    """No way leads to the revision that was named; the message says so."""


def config(database: Database) -> Config:
    """Alembic, told where our migrations are and which engine to use."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["engine"] = database.engine
    return made


def up(database: Database, to: str = "head") -> None:
    """Go up to a revision, and let what is here be found by its words. Raises ``Unknown``."""
    _go(command.upgrade, database, to)
    if is_newest(database):
        with database.writing() as session:
            search.mend(session)


def down(database: Database, to: str) -> None:
    """Go back to a revision, and lose what only newer tables hold. Raises ``Unknown``."""
    _go(command.downgrade, database, to)


def _go(move: Callable[[Config, str], None], database: Database, to: str) -> None:
    try:
        move(config(database), to)
    except CommandError as wrong:
        raise Unknown(f"There is no way to the revision “{to}”: {wrong}.") from wrong


def has_people(database: Database) -> bool:
    """Whether anybody is in the database, whatever its schema."""
    with database.engine.connect() as connection:
        return inspect(connection).has_table("person") and (
            connection.execute(text("SELECT 1 FROM person LIMIT 1")).first() is not None
        )


def is_newest(database: Database) -> bool:
    """Whether the schema is that of this version of the portal."""
    with database.engine.connect() as connection:
        held = MigrationContext.configure(connection).get_current_heads()
    return set(held) == set(ScriptDirectory.from_config(config(database)).get_heads())


def differences(database: Database) -> list[object]:
    """What the models have that the schema has not, or the other way round. Empty: equal."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_ours}
        )
        return list(compare_metadata(context, Record.metadata))
