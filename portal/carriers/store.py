"""What keeps files, whichever it is: a folder of this machine, or a store elsewhere."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol


class Away(Exception):
    """The store does not answer, or does not let us in. Its text is a code, and no words."""


class Missing(Exception):
    """The store answers, and holds no such file."""


class Store(Protocol):
    """Keeps bytes under the hash of what they are. All of it may be done twice; all of it raises
    ``Away``."""

    def put(self, sha256: str, content: bytes) -> None:
        """Keep it, whole or not at all. What is there already counts as new again."""

    def get(self, sha256: str) -> bytes:
        """What is kept. Raises ``Missing``."""

    def remove(self, sha256: str) -> None:
        """Let it go, if it is there."""

    def each(self) -> Iterator[tuple[str, datetime]]:
        """The name of each file, which is its hash, and when it was last put there. What broke
        off on its way has a longer name."""

    def greet(self) -> None:
        """See whether files can be kept there."""
