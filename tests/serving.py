"""Starts the portal as it is served in production: gunicorn, several processes, one address."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Served:
    """A running server: where it listens, its process, and what it wrote."""

    url: str
    process: "subprocess.Popen[bytes]"
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")


@contextmanager
def serving(
    app: str = "portal:create_app()",
    *,
    workers: int = 2,
    command: Sequence[str] = (),
    **environment: str,
) -> Iterator[Served]:
    """The app on a free port of 127.0.0.1, with these settings added to the environment; or what
    ``command`` serves there, which listens on the open file whose number is added to it.

    ``PORTAL_ADDRESS`` is where it listens, unless given; ``{port}`` in a value is its port.
    Leaves no process behind. Raises RuntimeError with the server's log where it does not start.
    """
    # The port is taken before the server starts and handed over, so nobody else can get it.
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryDirectory() as tmp:
        port = str(listener.getsockname()[1])
        url = f"http://127.0.0.1:{port}"
        given = {name: value.replace("{port}", port) for name, value in environment.items()}
        log_file = Path(tmp) / "log"
        with log_file.open("wb") as log:
            bare = [
                *(sys.executable, "-m", "gunicorn", app),
                *("--bind", f"fd://{listener.fileno()}"),
                *("--workers", str(workers)),
                *("--worker-tmp-dir", tmp),
                "--no-control-socket",
            ]
            process = subprocess.Popen(
                [*command, str(listener.fileno())] if command else bare,
                cwd=ROOT,
                env={**os.environ, "PORTAL_ADDRESS": url, **given},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        served = Served(url, process, log_file)
        try:
            _wait_for(served)
            yield served
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for(served: Served) -> None:
    """Until the first answer of any kind."""
    until = time.monotonic() + 60
    while time.monotonic() < until and served.process.poll() is None:
        try:
            urlopen(served.url, timeout=2).close()
        except HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{served.log}")
