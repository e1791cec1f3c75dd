"""Settings come from the environment, are read once, and refuse what is unsafe."""

import os
import re
import secrets
from collections.abc import Mapping

from sqlalchemy import URL

from portal.settings import DEMO_FOLDER, FILES_FOLDER, LANGUAGES, Settings, parts_of
from portal.unsafe import check


class Unsafe(Exception):
    """The settings cannot be used as they are; the message says what to do, a line for each."""


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment gives, with the demo's where it says nothing.

    Raises ``Unsafe`` for what must not run. Outside demo mode nothing is assumed that protects
    anybody: secret, address and mail server must be given.
    """
    demo = environ.get("PORTAL_DEMO", "") == "1"
    port = environ.get("PORT", "8000")
    address = environ.get("PORTAL_ADDRESS", f"http://127.0.0.1:{port}" if demo else "").rstrip("/")
    given = environ.get("PORTAL_LANGUAGES", ",".join(LANGUAGES))
    settings = Settings(
        name=environ.get("PORTAL_NAME", "Community insights"),
        database=environ.get("DATABASE_URL", _demo_database() if demo else ""),
        secret=environ.get("SECRET_KEY", "") or (_demo_secret() if demo else ""),
        address=address,
        demo=demo,
        hosts=_hosts(environ.get("PORTAL_HOSTS", ""), address),
        languages=tuple(code.strip() for code in given.split(",") if code.strip()),
        brand=environ.get("PORTAL_BRAND", "harbour"),
        smtp=environ.get("SMTP_URL", ""),
        mail_from=environ.get("PORTAL_MAIL_FROM", "portal@localhost" if demo else ""),
        controller=environ.get(
            "PORTAL_CONTROLLER", "the demo (no real organisation)" if demo else ""
        ),
        hosted_by=environ.get("PORTAL_HOSTED_BY", "whoever runs this demo" if demo else ""),
        erasures=environ.get(
            "PORTAL_ERASURES", str(DEMO_FOLDER / "erasures.jsonl") if demo else ""
        ),
        retention=environ.get("PORTAL_RETENTION", ""),
        contact_email=environ.get("PORTAL_CONTACT_EMAIL", "help@example.org" if demo else ""),
        contact_phone=environ.get("PORTAL_CONTACT_PHONE", "01632 960 000" if demo else ""),
        proxies=_number(environ.get("PORTAL_PROXIES", "0")),
        files=environ.get("PORTAL_FILES", "") or str(FILES_FOLDER),
    )
    problems = check(settings)
    if problems:
        raise Unsafe("\n".join(problems))
    return settings


def _number(given: str) -> int:
    """A small number, or -1 for what is none."""
    return int(given) if re.fullmatch("[0-9]{1,3}", given) else -1


def _hosts(given: str, address: str) -> tuple[str, ...]:
    named = [host.strip().lower() for host in given.split(",") if host.strip()]
    own = parts_of(address).hostname
    local = ["127.0.0.1", "localhost"] if own in ("127.0.0.1", "localhost") else [own or ""]
    return tuple(host for host in dict.fromkeys([*named, *local]) if host)


def _demo_database() -> str:
    return URL.create("sqlite", database=str(DEMO_FOLDER / "portal.db")).render_as_string()


def _demo_secret() -> str:
    """The demo keeps a secret of its own beside its database, so that people stay signed in."""
    path = DEMO_FOLDER / "secret"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()
