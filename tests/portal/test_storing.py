"""Where files are kept: once each, whole or not at all, until nothing points to them."""

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from flask import Flask
from flask.testing import FlaskClient
from moto.server import ThreadedMotoServer

from portal import backup, create_app, migrate, storing
from portal.carriers.disk import Disk
from portal.carriers.s3 import S3
from portal.carriers.store import Away, Missing, Store
from portal.database import Database
from tests.portal.auditing_client import audited
from tests.portal.test_passport import RULES, added, linked
from tests.world import World, picture, settings
from trust.attachments import Attachment
from trust.passport import Paper

CONTENT = b"what it holds"
HASH = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A store that speaks S3, on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    made = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="a/secret",
        region_name="us-east-1",
    )
    made.create_bucket(Bucket="papers")
    yield f"s3+http://key:a%2Fsecret@{host}:{port}/papers/portal"
    server.stop()


@pytest.fixture(params=["disk", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "disk":
        return str(tmp_path / "files")
    return str(request.getfixturevalue("bucket"))


@pytest.fixture
def where(place: str) -> Store:
    return storing.store(place)


@pytest.mark.one_database
def test_what_is_put_is_there_until_it_is_taken_away(where: Store) -> None:
    where.greet()
    assert list(where.each()) == []
    for _ in range(2):
        where.put(HASH, CONTENT)
    assert where.get(HASH) == CONTENT
    ((name, at),) = where.each()
    assert name == HASH and abs(datetime.now(UTC) - at) < timedelta(minutes=1)
    for _ in range(2):
        where.remove(HASH)
    with pytest.raises(Missing):
        where.get(HASH)


@pytest.mark.one_database
def test_on_disk_only_its_owner_reads_it(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "files")
    disk.put(HASH, CONTENT)
    path = tmp_path / "files" / HASH[:2] / HASH
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.write_bytes(b"something else")
    disk.put(HASH, CONTENT)  # and what was spoilt is whole again
    assert disk.get(HASH) == CONTENT


@pytest.mark.one_database
def test_what_breaks_off_leaves_nothing_that_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(tmp_path / "files")

    def full(held: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Away):
        disk.put(HASH, CONTENT)
    assert list(disk.each()) == []
    with pytest.raises(Missing):
        disk.get(HASH)


@pytest.mark.one_database
def test_a_store_that_does_not_answer_is_away(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file in the way")
    nobody = "s3+http://key:secret@127.0.0.1:9/papers"
    for away in (Disk(tmp_path / "files"), S3(nobody)):
        for do in (lambda s=away: s.put(HASH, CONTENT), lambda s=away: s.greet()):
            with pytest.raises(Away) as told:
                do()
            assert "secret" not in str(told.value)
    with pytest.raises(Away):
        S3(nobody).get(HASH)


# The portal with one of them


@pytest.fixture
def portal(database: Any, place: str) -> Iterator[Flask]:
    with database.fresh(migrated) as url:
        app = create_app(settings(url, files=place))
        app.config["WTF_CSRF_ENABLED"] = False
        yield audited(app)
        app.extensions["portal.database"].engine.dispose()


def migrated(url: str) -> None:
    database = Database(url)
    migrate.up(database)
    database.engine.dispose()


@pytest.fixture
def world(portal: Flask) -> World:
    made = World(portal)
    made.installation()
    return made


@pytest.fixture
def group(world: World) -> FlaskClient:
    lantern = world.partner("Lantern")
    return world.client(world.person("Rahima", lantern, "member"), lantern)


@pytest.mark.one_database
def test_the_same_file_is_there_once_till_nobody_points_to_it(
    world: World, group: FlaskClient
) -> None:
    where = storing.of(world.app)
    for name, _ in list(where.each()):  # of other tests
        where.remove(name)
    first, second = added(group), added(group, kind="insurance")
    files = world.all(Attachment)
    assert len(files) == 2 and len({one.sha256 for one in files}) == 1
    assert len(list(where.each())) == 1
    with group.plain():
        came = group.get("/files/1")
    assert hashlib.sha256(came.data).hexdigest() == files[0].sha256
    assert came.headers["Content-Disposition"] == "attachment; filename=rules.png"
    assert came.headers["X-Content-Type-Options"] == "nosniff"
    assert came.headers["Content-Security-Policy"].endswith("sandbox")
    assert came.headers["Cache-Control"] == "private, no-store"
    group.post(f"/passport/papers/{first}/take-away")
    assert group.get("/files/1").status_code == 404
    day = timedelta(days=1)
    now = datetime.now(UTC)
    assert storing.sweep(world.database, where, now + 2 * day) == 0
    group.post("/passport/files/2/take-away")
    assert world.all(Attachment) == []
    assert storing.sweep(world.database, where, now + 2 * day) == 0, "once a day"
    assert storing.sweep(world.database, where, now) == 0, "a day of grace"
    assert storing.sweep(world.database, where, now + 3 * day) == 1
    assert list(where.each()) == []
    assert group.get(f"/passport/papers/{second}").status_code == 200


@pytest.mark.one_database
@pytest.mark.parametrize("place", ["disk"], indirect=True)
def test_what_was_kept_for_a_change_that_failed_goes(world: World, group: FlaskClient) -> None:
    where = storing.of(world.app)
    came = group.post(
        "/passport/papers/new",
        data={**RULES, "kind": "other", "file": (io.BytesIO(picture()), "a.png")},
    )
    assert came.status_code == 422 and world.all(Paper) == []
    assert len(list(where.each())) == 1
    assert storing.sweep(world.database, where, datetime.now(UTC) + timedelta(days=2)) == 1


@pytest.mark.parametrize("place", ["disk"], indirect=True)
def test_while_the_disk_is_away_nothing_is_half_saved(
    world: World, group: FlaskClient, place: str
) -> None:
    id = added(group)
    _, path = linked(group, f"paper-{id}")
    Path(place).rename(f"{place}-away")
    Path(place).write_text("in the way")
    sent = {**RULES, "words": "I typed this.", "file": (io.BytesIO(picture()), "a.png")}
    came = group.post("/passport/papers/new", data=sent)
    assert came.status_code == 503 and "I typed this." in came.text
    assert "We cannot keep files just now. Nothing was saved." in came.text
    assert len(world.all(Paper)) == len(world.all(Attachment)) == 1
    came = group.get("/files/1")
    assert came.status_code == 503 and "We cannot open this file now" in came.text
    stranger = world.app.test_client()
    stranger.post(path)
    assert stranger.get(f"{path}/files/1").status_code == 503
    assert group.get(f"/passport/papers/{id}").status_code == 200
    assert storing.sweep(world.database, storing.of(world.app), datetime.now(UTC)) == 0
    Path(place).unlink()
    Path(f"{place}-away").rename(place)
    assert group.get("/files/1").status_code == 200


@pytest.mark.one_database
@pytest.mark.parametrize("place", ["disk"], indirect=True)
def test_a_file_that_was_changed_is_found_and_not_handed_out(
    world: World, group: FlaskClient, place: str
) -> None:
    added(group)
    where = storing.of(world.app)
    assert list(storing.problems(world.database, where)) == []
    (path,) = Path(place).glob("??/*")
    path.write_bytes(b"another one")
    assert group.get("/files/1").status_code == 503
    (told,) = storing.problems(world.database, where)
    assert told.endswith("is not as it was kept.")
    path.unlink()
    (told,) = storing.problems(world.database, where)
    assert told.endswith("is missing.")


@pytest.mark.parametrize("place", ["disk"], indirect=True)
def test_a_backup_carries_the_files(
    world: World, group: FlaskClient, tmp_path: Path, database: Any
) -> None:
    added(group)
    where = storing.of(world.app)
    assert isinstance(where, Disk)
    backup.backup(world.database, tmp_path / "kept.zip", files=where)
    other = Disk(tmp_path / "other")
    with database.fresh(migrated) as url:
        restored = Database(url)
        backup.restore(restored, tmp_path / "kept.zip", datetime.now(UTC), files=other)
        assert list(storing.problems(restored, other)) == []
        assert [name for name, _ in other.each()] == [name for name, _ in where.each()]
        restored.engine.dispose()
