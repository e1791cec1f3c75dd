"""Judges HTML by html-validate: valid against the standard, and no known accessibility fault.

One Node process serves a whole worker, so a page costs milliseconds.
"""

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSER = Path(__file__).parent / "browser"


def _node() -> str:
    """Node.js of the virtual environment, where it has one: the machine's is missing or old."""
    own = Path(sys.executable).parent
    return shutil.which("node", path=f"{own}{os.pathsep}{os.environ.get('PATH', '')}") or "node"


class Judge:
    """Holds the process that judges; ``problems(html)`` asks it."""

    def __init__(self) -> None:
        if not (BROWSER / "node_modules" / "html-validate").is_dir():
            raise LookupError("html-validate is not installed. Run `npm ci` in tests/browser.")
        self._process = subprocess.Popen(
            [_node(), "validate.mjs"],
            cwd=BROWSER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    @functools.lru_cache(maxsize=512)  # noqa: B019 - one judge lives as long as its worker
    def problems(self, html: str) -> list[str]:
        """What is wrong, as ``line:column rule: why``; empty for a valid page."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(html) + "\n")
        self._process.stdin.flush()
        return list(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.communicate()
