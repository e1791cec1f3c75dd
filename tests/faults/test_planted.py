"""Plant each fault in a copy of the code and see the tests notice."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import RUN, TEMPLATES, some
from tests.databases import Run
from tests.faults.planted import FAULTS

ROOT = Path(__file__).parent.parent.parent
COPIED = ("trust", "pilots", "portal", "tests", "translations")
LONGEST = 300  # seconds

Tests = Callable[[Path, str], tuple[int, str]]
"""Runs the tests of a name in the folder of a copy: pytest's exit code, and what it printed."""


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code as it stands, with what Python has compiled of it."""
    folder = tmp_path_factory.mktemp("code")
    left = shutil.ignore_patterns("node_modules", "static")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=left)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "portal/static").symlink_to(ROOT / "portal/static")
    return folder


@pytest.fixture(scope="module")
def run(code: Path) -> Iterator[Tests]:
    """One process that is warm, for all faults of this one (see warm.py)."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PORTAL_TEST"))
    }
    environment[TEMPLATES] = str(Run(Path(os.environ[RUN])).quick / "templates")
    warm = subprocess.Popen(
        [sys.executable, code / "tests/faults/warm.py"],
        cwd=code,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert warm.stdin and warm.stdout

    def run(folder: Path, tests: str) -> tuple[int, str]:
        assert warm.stdin and warm.stdout
        printed = folder / "printed"
        given = ("-q", "-x", "--database", "sqlite", "-p", "no:xdist", tests)
        warm.stdin.write(json.dumps([str(folder), str(printed), LONGEST, *given]) + "\n")
        return int(warm.stdout.readline()), printed.read_text()

    with warm:
        yield run
        warm.stdin.close()


BY_NAME = {fault.name: fault for fault in FAULTS}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "fault" in metafunc.fixturenames:
        metafunc.parametrize("fault", some(metafunc.config, BY_NAME))


def test_the_words_of_each_fault_are_still_there() -> None:
    """A fault that cannot be planted any more is mended, not dropped."""
    assert len(BY_NAME) == len(FAULTS), "two faults of one name"
    gone = [one.name for one in FAULTS if one.words not in (ROOT / one.file).read_text()]
    assert not gone


def test_the_tests_notice(fault: str, code: Path, run: Tests, tmp_path: Path) -> None:
    planted = BY_NAME[fault]
    original = (ROOT / planted.file).read_text()
    folder = tmp_path / "code"
    shutil.copytree(code, folder, symlinks=True, copy_function=os.link)
    (folder / planted.file).unlink()  # else the one that it is a link to would change too
    (folder / planted.file).write_text(original.replace(planted.words, planted.instead))
    ended, printed = run(folder, planted.tests)
    assert ended == 1, f"nobody noticed:\n{printed[-2500:]}"
