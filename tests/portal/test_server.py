"""The server as `portal run` starts it: slow phones, and requests that are none."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal import demo
from portal.database import Database
from portal.security import CSP
from portal.server import Impatient
from tests.portal.conftest import empty_portal
from tests.world import SECRET, environment
from trust.audit import Event
from trust.records import Ref

PATIENCE = 1.0
START = """
import portal.server, sys
portal.server.PATIENCE = float(sys.argv.pop(1))
from portal.cli import main
main()
"""

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def address(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Where one worker serves."""
    folder: Path = tmp_path_factory.mktemp("served")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with database.fresh(empty_portal) as url, (folder / "log").open("wb") as log:
        env = os.environ | environment(url, PORTAL_ADDRESS=f"http://127.0.0.1:{port}")
        run = [sys.executable, "-c", START, str(PATIENCE), "run", "--port", str(port)]
        server = subprocess.Popen(
            [*run, "--workers", "1"], env=env, stdout=log, stderr=log, start_new_session=True
        )
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield "127.0.0.1", port
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
    assert "Traceback" not in (folder / "log").read_text()


def ask(address: tuple[str, int], said: bytes) -> str:
    """All that comes back, until the server hangs up."""
    with socket.create_connection(address, timeout=20) as client:
        client.sendall(said)
        found = b""
        while some := client.recv(65536):
            found += some
    return found.decode("latin-1")


def get(address: tuple[str, int], path: str = "/") -> str:
    return ask(address, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())


HEAD = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    "said", [b"", HEAD, HEAD + FORM + b"Content-Length: 50\r\n\r\na=", HEAD + FORM]
)
def test_a_slow_phone_holds_up_the_others_only_briefly(
    address: tuple[str, int], said: bytes
) -> None:
    """Two of them, on one worker, each sending a little now and then."""
    with (
        closing(socket.create_connection(address)) as one,
        closing(socket.create_connection(address)) as other,
    ):
        for slow in (one, other):
            slow.sendall(said)
        started = time.monotonic()
        assert get(address).startswith("HTTP/1.1 200")
        assert time.monotonic() - started < 2 * PATIENCE + 1.5


def test_a_request_in_pieces_is_answered(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=5) as client:
        for piece in (b"GET / HT", b"TP/1.1\r\nHost: 127", b".0.0.1\r\n\r\n"):
            client.sendall(piece)
            time.sleep(PATIENCE / 10)
        assert client.recv(100).startswith(b"HTTP/1.1 200")


def test_a_trickle_does_not_count_as_patience() -> None:
    here, there = socket.socketpair()
    with closing(Impatient(fileno=here.detach())) as slow, there:
        slow.until = time.monotonic() + 0.2
        there.sendall(b"x")
        assert slow.recv(10) == b"x"
        time.sleep(0.1)
        there.sendall(b"x")
        assert slow.recv(10) == b"x"
        started = time.monotonic()
        assert slow.recv(10) == b""
        assert time.monotonic() - started < 0.15
        assert slow.gettimeout() is None, "an answer may take its time"


CHUNKED = HEAD + FORM + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (CHUNKED + b"zz\r\nabc\r\n", 400),
        (CHUNKED + b"3\r\nabcdef\r\n0\r\n\r\n", 400),
        (CHUNKED + b"3;\x01=\r\nabc\r\n0\r\n\r\n", 400),
        (HEAD + b"Content-Length: -5\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400),
        (b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
    ],
)
def test_what_is_no_request_is_refused_with_the_policy(
    address: tuple[str, int], said: bytes, status: int
) -> None:
    answer = ask(address, said)
    assert answer.startswith(f"HTTP/1.1 {status} "), answer[:200]
    head = answer.split("\r\n\r\n")[0]
    assert head.count(f"Content-Security-Policy: {CSP}") == 1
    assert "X-Content-Type-Options: nosniff" in head


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(found: Callable[[], bool]) -> bool:
    """Whether something comes true within half a minute."""
    for _ in range(600):
        if found():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="it counts processes as Linux does")
@pytest.mark.parametrize("ends", [signal.SIGINT, signal.SIGKILL])
def test_the_demo_seals_its_own_record_and_leaves_no_process(
    database: Any, tmp_path: Path, ends: signal.Signals
) -> None:
    """There is no worker beside it, so what happens in it is sealed where it happens."""
    with database.fresh(empty_portal) as url, (tmp_path / "log").open("wb") as log:
        held = Database(url)

        def happened() -> None:
            about = Ref("installation", 1)
            with held.writing() as session:
                now = datetime.now(UTC)
                session.add(Event(at=now, verb=demo.BEGIN, subject=about, channel="x", facts={}))

        def sealed() -> bool:
            with held.reading() as session:
                return not session.scalars(select(Event).where(Event.seal_id.is_(None))).all()

        happened()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        env = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": SECRET, "PORTAL_DEMO": "1"}
        run = [sys.executable, "-c", START, "5", "run", "--port", str(port)]
        server = subprocess.Popen(run, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            for _ in range(2):
                assert until(sealed), (tmp_path / "log").read_text()
                happened()
            workers = children(server.pid)
            assert len(workers) == 2
            server.send_signal(ends)
            server.wait(30)
            assert until(lambda: not any(Path(f"/proc/{one}").exists() for one in workers))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        held.engine.dispose()
    assert "Traceback" not in (tmp_path / "log").read_text()
