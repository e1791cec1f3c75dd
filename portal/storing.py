"""Keeping files where the settings say, and taking away what nothing points to any more."""

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from portal.attachments import Checked
from portal.carriers.disk import Disk
from portal.carriers.store import Away, Missing, Store
from portal.database import Database
from trust import attachments, duties
from trust.calendar import london_day
from trust.locks import one_at_a_time

log = logging.getLogger("portal.storing")

GRACE = timedelta(days=1)
"""How long a file may lie there with nothing that points to it: it is kept just before the row
that does."""


class Damaged(Exception):
    """A file is not what was kept."""


def store(place: str) -> Store:
    """The folder or the bucket that ``PORTAL_FILES`` names."""
    if place.startswith(("s3://", "s3+http://")):
        from portal.carriers.s3 import S3

        return S3(place)
    return Disk(Path(place))


def of(app: Flask) -> Store:
    """Where this portal keeps files."""
    held: Store = app.extensions["portal.files"]
    return held


def put(session: Session, where: Store, checked: Checked) -> dict[str, Any]:
    """Keep a file, and say what a verb must know of it. Whoever takes files away waits until this
    transaction is over. Raises ``Away``."""
    sha256 = checked.sha256
    one_at_a_time(session, f"file:{sha256}")
    where.put(sha256, checked.content)
    size = len(checked.content)
    return {"name": checked.name, "kind": checked.kind, "size": size, "sha256": sha256}


def get(where: Store, sha256: str) -> bytes:
    """A file as it was kept. Raises ``Damaged``, ``Missing``, ``Away``."""
    content = where.get(sha256)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Damaged(sha256)
    return content


def sweep(database: Database, where: Store, now: datetime) -> int:
    """Once a day, take away files that nothing points to. Returns how many. A store that does
    not answer is asked again the next day."""
    turn = london_day(now).isoformat()
    with database.reading() as session:
        if duties.is_done(session, "files", turn):
            return 0
    if not database.apart(lambda session: duties.begins(session, "files", turn)):
        return 0
    gone = 0
    try:
        for name, at in list(where.each()):
            if at < now - GRACE and database.apart(lambda s, name=name: _let_go(s, where, name)):
                gone += 1
    except Away as away:
        log.error("the store for files does not answer (%s)", away)
    return gone


def _let_go(session: Session, where: Store, name: str) -> bool:
    one_at_a_time(session, f"file:{name}")
    if attachments.points_to(session, name):
        return False
    where.remove(name)
    return True


def problems(database: Database, where: Store) -> Iterator[str]:
    """Every file that is missing or not what was kept, in a sentence each. Raises ``Away``."""
    with database.reading() as session:
        known = attachments.every(session)
    for sha256 in known:
        try:
            get(where, sha256)
        except Missing:
            yield f"File {sha256} is missing."
        except Damaged:
            yield f"File {sha256} is not as it was kept."
