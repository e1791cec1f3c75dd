"""Settings come from the environment, are read once, and refuse what is unsafe."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LANGUAGES = ("en", "so", "bn", "pl", "ar")


class Unsafe(Exception):
    """The settings cannot be used as they are; the message says what to do, a line for each."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. ``address`` is where people reach the portal, for links in
    mail; ``proxies`` is how many proxies in front add X-Forwarded headers."""

    name: str
    database: str
    secret: str
    address: str
    demo: bool
    hosts: tuple[str, ...]
    languages: tuple[str, ...]
    brand: str
    smtp: str
    mail_from: str
    controller: str
    contact_email: str
    contact_phone: str
    proxies: int
    testing: bool = False

    @property
    def https(self) -> bool:
        return self.address.startswith("https://")

    @property
    def key(self) -> bytes:
        return self.secret.encode()


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
        database=environ.get("DATABASE_URL", "sqlite:///var/portal.db" if demo else ""),
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
        contact_email=environ.get("PORTAL_CONTACT_EMAIL", "help@example.org" if demo else ""),
        contact_phone=environ.get("PORTAL_CONTACT_PHONE", "01632 960 000" if demo else ""),
        proxies=int(environ.get("PORTAL_PROXIES", "0")),
    )
    problems = check(settings)
    if problems:
        raise Unsafe("\n".join(problems))
    return settings


def _hosts(given: str, address: str) -> tuple[str, ...]:
    named = [host.strip() for host in given.split(",") if host.strip()]
    own = urlsplit(address).hostname
    local = ["127.0.0.1", "localhost"] if own in ("127.0.0.1", "localhost") else [own or ""]
    return tuple(host for host in dict.fromkeys([*named, *local]) if host)


def _demo_secret() -> str:
    """The demo keeps a secret of its own beside its database, so that people stay signed in."""
    path = Path("var/secret")
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def check(settings: Settings) -> list[str]:
    """What is wrong with the settings, each with what to do. Empty: they can be used."""
    problems = []
    local = urlsplit(settings.address).hostname in ("127.0.0.1", "localhost")
    if not settings.database:
        problems.append(
            "DATABASE_URL is not set. Give the database, for example "
            "postgresql://portal@localhost/portal"
        )
    if len(settings.secret) < 32:
        problems.append(
            "SECRET_KEY is missing or shorter than 32 characters. Make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if not settings.address:
        problems.append(
            "PORTAL_ADDRESS is not set. Give the address people will type, "
            "for example https://insights.example.org"
        )
    elif not settings.https and not local:
        problems.append(
            "PORTAL_ADDRESS starts with http://. Sign-in codes and cookies would travel in the "
            "open. Put the portal behind HTTPS and give its https:// address."
        )
    if settings.demo and not local:
        problems.append(
            "PORTAL_DEMO is 1 on an address that others can reach. The demo lets anyone read "
            "everybody's mail. Unset PORTAL_DEMO, or use http://127.0.0.1."
        )
    if not settings.demo and not settings.smtp:
        problems.append(
            "SMTP_URL is not set, so nobody could sign in. Give the mail server, for example "
            "smtp://user:password@mail.example.org:587"
        )
    if not settings.demo and "@" not in settings.mail_from:
        problems.append("PORTAL_MAIL_FROM is not set. Give the address that mail comes from.")
    if not settings.demo and not (settings.controller and settings.contact_email):
        problems.append(
            "PORTAL_CONTROLLER and PORTAL_CONTACT_EMAIL are not set. People have a right to know "
            "who is responsible for their data and how to reach them."
        )
    unknown = sorted(set(settings.languages) - set(LANGUAGES))
    if unknown or "en" not in settings.languages:
        problems.append(
            f"PORTAL_LANGUAGES must hold en and may hold: {', '.join(LANGUAGES)}. "
            f"Not known: {', '.join(unknown) or 'none'}."
        )
    return problems
