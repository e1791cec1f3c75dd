"""That an answer leaves only when what it acknowledges is on the disk.

On SQLite by ``strace``: in each worker's own list of system calls, between reading a form and
sending the answer that takes it, all that was written to the write-ahead log was followed by an
``fdatasync`` (or ``fsync``) of that log which returned 0. That shows the order in which the worker
asks the kernel; not that the disk keeps what the kernel was told it has. Where there is no
``strace``, only the setting is read, and said to be no more than that.

On PostgreSQL its server does it, and by its own promise once the two settings are on which are read
here as the portal's session sees them.
"""

import re
import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import NamedTuple

from flask import Flask
from sqlalchemy import text

from portal.database import Database
from tests.load.mortal import COMMAND
from tests.load.sendings import Client, Killer, cookies_of, ready
from tests.serving import serving
from tests.world import environment

A_FEW = 8
SETTINGS = {
    "sqlite": {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2"},  # 2 is FULL
    "postgresql": {"SHOW fsync": "on", "SHOW synchronous_commit": "on"},
}
TAKEN = re.compile(r'^(?:sendto|write)\(\d+<(?:TCP|socket).*"HTTP/1\.1 303 ')
FORM = re.compile(r'^(?:recvfrom|read)\(\d+<(?:TCP|socket).*"POST ')
WRITTEN = re.compile(r"^p?write(?:64|v)?\(\d+<[^>]*-wal>")
SYNCED = re.compile(r"^f(?:data)?sync\(\d+<[^>]*-wal>\) += 0")


class Said(NamedTuple):
    """Whether something holds, and a sentence about it."""

    holds: bool
    words: str


def settings_of(url: str) -> Said:
    """What the portal's own connections are set to."""
    database = Database(url)
    with database.reading() as session:
        wanted = SETTINGS[session.get_bind().dialect.name]
        found = {one: str(session.scalar(text(one))) for one in wanted}
    database.engine.dispose()
    return Said(found == wanted, f"As the portal's session sees it: {found}.")


def order_of_answers(app: Flask, templates: Path) -> Said:
    """Send a few in peace under ``strace``, and read in which order things were done."""
    strace = shutil.which("strace")
    if strace is None:
        return Said(True, "There is no strace here: the setting was read, the calls were not seen.")
    made, _, sent = ready(app, A_FEW, Random(0))
    cookies = cookies_of(made)
    app.extensions["portal.database"].engine.dispose()
    given = environment(app.config["PORTAL"].database, COMPILED_TEMPLATES=str(templates))
    with tempfile.TemporaryDirectory() as folder:
        calls = "trace=read,recvfrom,write,pwrite64,sendto,fsync,fdatasync"
        traced = [strace, "-D", "-ff", "-y", "-s", "16", "-e", calls, "-o", f"{folder}/calls"]
        with serving(command=[*traced, *COMMAND], **given) as served:
            client = Client(served.url, cookies, Killer(served.process.pid))
            taken = sum(client.send(one).id is not None for one in sent)
        parts = [path.read_text(errors="replace") for path in Path(folder).iterdir()]
    safe, bare = (sum(counts) for counts in zip(*map(answers_in, parts), strict=True))
    return Said(
        safe == taken == len(sent) and not bare,
        f"Under strace, {safe} of {len(sent)} were acknowledged once the log was synced, "
        f"{bare} before.",
    )


def answers_in(calls: str) -> tuple[int, int]:
    """How many acknowledgements one process sent once all it had written to the log since the
    form came was synced; and how many not, or with nothing written."""
    safe = bare = 0
    written = unsynced = False
    for call in calls.splitlines():
        if FORM.match(call):
            written = unsynced = False
        elif WRITTEN.match(call):
            written = unsynced = True
        elif SYNCED.match(call):
            unsynced = False
        elif TAKEN.match(call):
            safe += written and not unsynced
            bare += unsynced or not written
    return safe, bare
