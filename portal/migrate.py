"""The schema, up and down, on both databases."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal.database import Database
from portal.nouns import is_ours
from trust.records import Record


def config(database: Database) -> Config:
    """Alembic, told where our migrations are and which engine to use."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["engine"] = database.engine
    return made


def up(database: Database, to: str = "head") -> None:
    command.upgrade(config(database), to)


def down(database: Database, to: str) -> None:
    command.downgrade(config(database), to)


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
