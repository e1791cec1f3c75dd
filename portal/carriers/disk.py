"""Files in a folder of this machine, each under the hash of what it holds."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from portal.carriers.store import Away, Missing
from portal.whole import whole


class Disk:
    """A folder whose files only their owner can read. ``put`` and ``remove`` may be done twice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, sha256: str, content: bytes) -> None:
        """Keep it, whole or not at all: until its last byte is on the disk it has another name.
        What is there already is only marked as new. Raises ``Away``."""
        path = self._path(sha256)
        try:
            if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
                os.utime(path)
                return
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with whole(path) as file:
                file.write(content)
            _sync(path.parent)
        except OSError as wrong:
            raise Away(type(wrong).__name__) from wrong

    def get(self, sha256: str) -> bytes:
        """What is kept under this hash. Raises ``Missing``, ``Away``."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise Away("NoFolder") from None
            raise Missing(sha256) from None
        except OSError as wrong:
            raise Away(type(wrong).__name__) from wrong

    def remove(self, sha256: str) -> None:
        """Let it go. Raises ``Away``."""
        try:
            self._path(sha256).unlink(missing_ok=True)
        except OSError as wrong:
            raise Away(type(wrong).__name__) from wrong

    def each(self) -> Iterator[tuple[str, datetime]]:
        """The hash of each file, and when it was last put here; of what broke off, its name.
        Raises ``Away``."""
        try:
            for path in sorted(self.folder.glob("??/*")):
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError as wrong:
            raise Away(type(wrong).__name__) from wrong

    def greet(self) -> None:
        """See whether files can be kept here. Raises ``Away``."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self.folder, prefix="."):
                pass
        except OSError as wrong:
            raise Away(type(wrong).__name__) from wrong

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256


def _sync(folder: Path) -> None:
    """The name of a new file is on the disk only when its folder is."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
