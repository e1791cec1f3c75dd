"""Finds a Chromium, or unpacks the one that came from npm.

In this order: the environment variable CHROMIUM, a Chromium on the PATH, and the one inside
npm's @sparticuz/chromium, with the libraries it needs.
"""

import fcntl
import json
import os
import shutil
import tarfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import brotli

HERE = Path(__file__).parent
PACKED = HERE / "node_modules" / "@sparticuz" / "chromium"
CACHE = HERE.parent.parent / ".cache" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Never --single-process: it hangs. No sandbox: root has none, nor have most containers, and
# the only pages opened are the portal's own. Nothing is asked of hosts on the network.
FLAGS = (
    "--headless=shell",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--font-render-hinting=none",
)


class Chromium(NamedTuple):
    """A program to start, and what its environment needs besides."""

    program: Path
    environment: dict[str, str]


def find() -> Chromium:
    """The Chromium to use; unpacks it on first need. LookupError says what to do where none is."""
    environment = {"FONTCONFIG_FILE": str(HERE / "fonts.conf")}
    chosen = os.environ.get("CHROMIUM")
    if chosen and not shutil.which(chosen):
        raise LookupError(f"CHROMIUM is {chosen}, and that is not a program.")
    for name in (chosen, *NAMES):
        program = shutil.which(name) if name else None
        if program:
            return Chromium(Path(program), environment)
    if not PACKED.is_dir():
        raise LookupError(
            "There is no Chromium. Run `npm ci` in tests/browser, or set CHROMIUM to one."
        )
    folder = _unpacked()
    environment["LD_LIBRARY_PATH"] = str(folder / "libraries")
    return Chromium(folder / "chromium", environment)


def _unpacked() -> Path:
    """The folder that holds the program and its libraries; one process fills it."""
    folder = CACHE / json.loads((PACKED / "package.json").read_text())["version"]
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for old in CACHE.glob("*/"):  # another version, or one only half unpacked
                shutil.rmtree(old)
            unready = CACHE / "unready"
            unready.mkdir()
            (unready / "chromium").write_bytes(_read("chromium.br"))
            (unready / "chromium").chmod(0o755)
            _write(unready / "libraries", _read("al2023.tar.br"))
            unready.rename(folder)
    return folder


def _read(name: str) -> bytes:
    return brotli.decompress((PACKED / "bin" / name).read_bytes())


def _write(folder: Path, packed: bytes) -> None:
    """Put the files of a tar archive into one folder, whatever folders they come from."""
    folder.mkdir()
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content:
                (folder / Path(member.name).name).write_bytes(content.read())
