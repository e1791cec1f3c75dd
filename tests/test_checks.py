"""The checks that read the code instead of running it: each is a target of the Makefile."""

import os
import subprocess
from pathlib import Path

import pytest


@pytest.mark.parametrize("check", ["style", "types", "layers", "catalogues"])
def test_check(check: str) -> None:
    environment = {name: os.environ[name] for name in os.environ if not name.startswith("MAKE")}
    ran = subprocess.run(
        ["make", "--no-print-directory", check],
        cwd=Path(__file__).parent.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
