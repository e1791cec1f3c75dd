"""Files that are there whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A new file to write, readable by its owner alone. It is at ``path`` once its last byte is
    on the disk; until then it has another name, and what was at ``path`` stays if this breaks
    off."""
    # Made readable by its owner alone, and with a name that nothing else has.
    beside = NamedTemporaryFile(  # noqa: SIM115
        dir=path.parent, prefix=f".{path.name}.", delete=False
    )
    try:
        with beside as file:
            yield file  # type: ignore[misc]
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside.name, path)
    except BaseException:
        Path(beside.name).unlink(missing_ok=True)
        raise
