"""Runs tests in copies of the code, one copy after the other. What belongs to other packages is
imported once, and each run is a fork of that: it begins where a new process would be after a
second and more. Nothing of the portal's own is imported here; a fork reads it from its copy.

Each line of the input is a JSON list: the copy's folder, a file for what is printed, a limit in
seconds, and pytest's arguments. The answer is a line with the exit code (less than 0: a signal).
"""

import gc
import importlib
import json
import os
import signal
import sys

OTHERS = """aiosmtpd.controller alembic.command babel.dates bleach brotli click.testing
cryptography.fernet docx flask flask_babel flask_htmx flask_login flask_wtf govuk_frontend_jinja
holidays html5lib hypothesis hypothesis.stateful icalendar openpyxl PIL.ImageOps
PIL.PngImagePlugin psutil psycopg pyotp pypdf pytest segno sqlalchemy.dialects.postgresql.psycopg
sqlalchemy.dialects.sqlite sqlalchemy.orm time_machine webauthn whitenoise wtforms"""
"""What most test files import, straight or not."""


def run(folder: str, printed: str, seconds: int, *given: str) -> int:
    """Run pytest in this process, which is a fork, in the folder of a copy."""
    import pytest

    signal.alarm(seconds)
    os.chdir(folder)
    sys.path[0] = folder
    with open(printed, "w") as out, open(os.devnull) as nothing:
        for stream, file in ((0, nothing), (1, out), (2, out)):
            os.dup2(file.fileno(), stream)
    return int(pytest.main(list(given)))


def main() -> None:
    for name in OTHERS.split():
        importlib.import_module(name)
    gc.freeze()  # no fork needs to look through what all of them share
    while line := sys.stdin.readline():
        if child := os.fork():
            sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
            sys.stdout.flush()
        else:
            ended = run(*json.loads(line))
            sys.stdout.flush()
            os._exit(ended)  # the rest of its memory need not be taken apart first


if __name__ == "__main__":
    main()
