"""A release and what is said of it, for tests of the files it leaves in."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from pilots.publishing.about import About, Area, Licence, Source
from pilots.publishing.datapackage import DESCRIPTOR
from trust.disclosure.gate import publish
from trust.disclosure.policy import Policy
from trust.disclosure.published import Published
from trust.disclosure.table import Table
from trust.records import Msg

ABOUT = About(
    title="Advice sessions in spring 2026",
    description="How many people came to advice sessions. Counted by the groups that ran them.",
    language="en",
    publisher_id="GB-LAE-CMD",
    publisher_name="Camden Council",
    contact_name="Data team",
    contact_email="data@example.org",
    keywords=("advice", "cost of living"),
    licence=Licence("Open Government Licence v3.0", "https://example.org/licence/3"),
    starts=date(2026, 3, 1),
    ends=date(2026, 5, 31),
    areas=(Area("E05013652", "Belsize"),),
    version="1.0",
    created=datetime(2026, 6, 8, 9, 30, tzinfo=UTC),
    sources=(Source("Trust agreement 4"), Source("Census 2021", "https://example.org/census")),
)


def english(msg: Msg) -> str:
    return msg.text % msg.params


def released(table: Table, policy: Policy) -> Published:
    result = publish(table, book="residents", policy=policy, facts=(), audience="public")
    assert isinstance(result, Published), result
    return result


def files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(contents: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_descriptor(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    contents = files(data)
    descriptor = json.loads(contents[DESCRIPTOR])
    change(descriptor)
    return zipped({**contents, DESCRIPTOR: json.dumps(descriptor).encode()})


def with_file(data: bytes, path: str, content: bytes, *, seal: bool) -> bytes:
    """Another ``content`` for ``path``; with ``seal`` the descriptor's size and hash follow."""

    def follow(descriptor: dict[str, Any]) -> None:
        for resource in descriptor["resources"]:
            if resource["path"] == path and seal:
                resource["bytes"] = len(content)
                resource["hash"] = f"sha256:{sha256(content).hexdigest()}"

    return with_descriptor(zipped({**files(data), path: content}), follow)
