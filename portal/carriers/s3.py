"""Files in a store that speaks S3, each under the hash of what it holds."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from portal.carriers.store import Away, Missing

GREETING = "greeting"


class S3:
    """A bucket, by its address: ``s3://KEY:SECRET@host/bucket/folder?region=eu-west-2`` speaks
    HTTPS, ``s3+http://`` does not."""

    def __init__(self, address: str) -> None:
        self._address = address

    @cached_property
    def _store(self) -> S3Store:
        """Made at first use: it has threads of its own, which no worker process inherits."""
        parts = urlsplit(self._address)
        bucket, _, folder = parts.path.strip("/").partition("/")
        port = f":{parts.port}" if parts.port else ""
        http = parts.scheme == "s3+http"
        return S3Store(
            bucket,
            prefix=folder or None,
            endpoint=f"{'http' if http else 'https'}://{parts.hostname}{port}",
            region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
            access_key_id=unquote(parts.username or ""),
            secret_access_key=unquote(parts.password or ""),
            virtual_hosted_style_request=False,
            client_options={"allow_http": http, "connect_timeout": "3s", "timeout": "15s"},
            retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=20)},
        )

    def put(self, sha256: str, content: bytes) -> None:
        """Keep it. Raises ``Away``."""
        self._ask(obstore.put, sha256, content)

    def get(self, sha256: str) -> bytes:
        """What is kept under this hash. Raises ``Missing``, ``Away``."""
        return self._ask(lambda store, name: store.get(name).bytes().to_bytes(), sha256)

    def remove(self, sha256: str) -> None:
        """Let it go. Raises ``Away``."""
        self._ask(obstore.delete, sha256)

    def each(self) -> Iterator[tuple[str, datetime]]:
        """The hash of each file, and when it was last put there. Raises ``Away``."""
        try:
            for batch in obstore.list(self._store):
                for one in batch:
                    yield str(one["path"]), one["last_modified"]
        except (BaseError, OSError, ValueError) as wrong:
            raise Away(type(wrong).__name__) from None

    def greet(self) -> None:
        """See whether files can be kept there. Raises ``Away``."""
        self.put(GREETING, b"")
        self.remove(GREETING)

    def _ask(self, do: Any, *given: Any) -> Any:
        # What the store says may name the bucket and the key: only its sort is passed on.
        try:
            return do(self._store, *given)
        except (NotFoundError, FileNotFoundError):
            raise Missing(given[0]) from None
        except (BaseError, OSError, ValueError) as wrong:
            raise Away(type(wrong).__name__) from None
