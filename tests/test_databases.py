"""The databases the tests run on: real, fresh, and cleared away."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, text

from tests.databases import PREFIX, PostgreSQL, Run, SQLite


def one_table(url: str) -> None:
    """A template: one table with one row."""
    _run(url, "CREATE TABLE words (word TEXT)", "INSERT INTO words VALUES ('given')")


def _run(url: str, *statements: str) -> list[str]:
    engine = create_engine(url)
    with engine.begin() as connection:
        for each in statements:
            result = connection.execute(text(each))
        rows = [str(row[0]) for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


def test_each_database_is_what_it_says(database: SQLite | PostgreSQL) -> None:
    asked = {"sqlite": "SELECT sqlite_version()", "postgres": "SELECT version()"}[database.kind]
    with database.fresh(one_table) as url:
        assert _run(url, asked)[0].startswith(
            {"sqlite": "3.", "postgres": "Postgre"}[database.kind]
        )


def test_a_database_is_fresh_and_goes_away(database: SQLite | PostgreSQL) -> None:
    with database.fresh(one_table) as first:
        _run(first, "INSERT INTO words VALUES ('mine')")
        with database.fresh(one_table) as second:
            assert _run(second, "SELECT word FROM words") == ["given"]
        assert _run(first, "SELECT word FROM words") == ["given", "mine"]
    with pytest.raises(Exception, match=r"does not exist|unable to open"):
        _run(first, "SELECT word FROM words")


def test_the_portals_own_tables_are_ready(engine_url: str) -> None:
    assert _run(engine_url, "SELECT count(*) FROM person") == ["0"]


def test_a_killed_run_is_cleared_away_by_the_next() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        Path(temporary).chmod(0o755)  # PostgreSQL, not being root, must come through
        starts = "run = Run.begin(); run.database('postgres'); print(run.folder, flush=True)"
        killed = _python(f"{starts}; import time; time.sleep(60)", temporary)
        assert killed.stdout is not None
        folder = Path(killed.stdout.readline().strip())
        left = Run(folder).quick
        server = psutil.Process(int((left / "postgres/data/postmaster.pid").read_text().split()[0]))
        killed.kill()
        killed.communicate()
        assert server.is_running()

        _python("Run.begin().end()", temporary).communicate()

        assert not server.is_running()
        assert not left.exists()
        assert not list(Path(temporary).glob(f"{PREFIX}*"))


def test_a_run_that_lives_is_left_alone() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        living = _python(
            "run = Run.begin(); print(run.folder, flush=True); input(); run.end()", temporary
        )
        assert living.stdout is not None
        folder = Path(living.stdout.readline().strip())
        _python("Run.begin().end()", temporary).communicate()
        assert folder.is_dir()
        living.communicate("\n")


def _python(code: str, temporary: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", f"from tests.databases import Run; {code}"],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "TMPDIR": temporary},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
