"""The list of erasures: numbers and dates, a line each, in a file that no backup of the database
holds. Lines are only ever added. After a restore, each is applied again."""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from trust.erasure import Erased


class Unreadable(Exception):
    """The list is not there, or not what it should be; the message says what to do."""


def read(path: Path) -> list[Erased]:
    """What the list holds, in its order. Raises ``Unreadable``."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [_read(line) for line in lines if line.strip()]
    except OSError as wrong:
        raise Unreadable(
            f"The list of erasures, {path}, cannot be read: {wrong.strerror}."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise Unreadable(f"The list of erasures, {path}, is damaged.") from None


def _read(line: str) -> Erased:
    held = json.loads(line)
    made, at = (datetime.fromisoformat(held[name]) for name in ("made", "at"))
    return Erased(int(held["person"]), made, at)


def add(path: Path, erased: Iterable[Erased]) -> int:
    """Add those that are not in the list yet, and see that they are on the disk. Makes the list,
    readable by its owner alone, where there is none. Returns how many were added."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    known = {(one.person_id, one.made_at) for one in read(path)}
    new = [one for one in erased if (one.person_id, one.made_at) not in known]
    if new:
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{_line(one)}\n" for one in new)
            file.flush()
            os.fsync(file.fileno())
    return len(new)


def _line(one: Erased) -> str:
    made, at = one.made_at.isoformat(), one.at.isoformat()
    return json.dumps({"person": one.person_id, "made": made, "at": at})
