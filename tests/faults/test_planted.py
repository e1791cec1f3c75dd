"""Plant each fault in a copy of the code and see the tests notice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.planted import FAULTS, Fault

ROOT = Path(__file__).parent.parent.parent
COPIED = ("trust", "pilots", "portal", "tests", "translations")


def copy_of_the_code(folder: Path) -> None:
    for name in COPIED:
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=shutil.ignore_patterns("node_modules", "__pycache__", "static"),
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "portal/static").symlink_to(ROOT / "portal/static")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_tests_notice(fault: Fault, tmp_path: Path) -> None:
    original = (ROOT / fault.file).read_text()
    assert original.count(fault.words) >= 1, "the words are no longer there: mend the fault"
    copy_of_the_code(tmp_path)
    (tmp_path / fault.file).write_text(original.replace(fault.words, fault.instead))
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PORTAL_TEST"))
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "--database", "sqlite"),
            *("-p", "no:xdist", fault.tests),
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 1, f"nobody noticed:\n{done.stdout[-2000:]}{done.stderr[-500:]}"
