"""What is wrong with the settings, each with what to do."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from portal import keeping
from portal.settings import LANGUAGES, NAMES, Settings, is_here, parts_of
from portal.static_files import THEMES
from trust.contacts import is_number

DRIVERS = ("postgresql", "postgres", "postgresql+psycopg", "sqlite")

GUESSED = "change.?me|password|secret|example|replace"

HOST = r"\.?[a-z0-9-]+(\.[a-z0-9-]+)+"  # at least two words: no whole top-level domain

EMAIL = r"[!-?A-~]+@[A-Za-z0-9.-]+"


def check(settings: Settings) -> list[str]:
    """What is wrong with the settings, each with what to do. Empty: they can be used."""
    return [
        *_check_lines(settings),
        *_check_database(settings),
        *_check_secret(settings),
        *_check_address(settings),
        *_check_mail(settings),
        *_check_people(settings),
        *_check_files(settings),
    ]


def _check_lines(settings: Settings) -> Iterator[str]:
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, str) and any(ord(one) < 32 or ord(one) == 127 for one in value):
            name = NAMES.get(field.name, f"PORTAL_{field.name.upper()}")
            yield f"{name} holds a line end or another control character. Write it on one line."


def _check_database(settings: Settings) -> Iterator[str]:
    if not settings.database:
        yield (
            "DATABASE_URL is not set. Give the database, for example "
            "postgresql://portal@localhost/portal"
        )
        return
    try:
        url = make_url(settings.database)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in DRIVERS:
        yield (
            "DATABASE_URL is not the address of a database. It starts with postgresql:// or "
            "sqlite:////, for example postgresql://portal@localhost/portal"
        )
    elif url.get_backend_name() == "sqlite" and (
        url.database in (None, "", ":memory:") or url.query
    ):
        yield (
            "DATABASE_URL keeps everything in memory, or says more than a file. All would be lost "
            "at the next start. Give a file, for example sqlite:////srv/portal/portal.db"
        )


def _check_secret(settings: Settings) -> Iterator[str]:
    # The demo's mailbox shows every code to whoever sits here: its secret keeps nobody out.
    weak = not settings.demo and (
        len(set(settings.secret)) < 8 or re.search(GUESSED, settings.secret, re.IGNORECASE)
    )
    if len(settings.secret) < 32 or weak:
        yield (
            "SECRET_KEY is missing, shorter than 32 characters, or easy to guess. Make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )


def _check_address(settings: Settings) -> Iterator[str]:
    parts = parts_of(settings.address)
    local = is_here(parts.hostname)
    if not settings.address:
        yield (
            "PORTAL_ADDRESS is not set. Give the address people will type, "
            "for example https://insights.example.org"
        )
    elif (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
        or any((parts.path, parts.query, parts.fragment))
    ):
        yield (
            "PORTAL_ADDRESS is not the address of a site. Give it without a path, "
            "for example https://insights.example.org"
        )
    elif not settings.https and not local:
        yield (
            "PORTAL_ADDRESS starts with http://. Sign-in codes and cookies would travel in the "
            "open. Put the portal behind HTTPS and give its https:// address."
        )
    if not 0 <= settings.proxies <= 5:
        yield (
            "PORTAL_PROXIES is not a number from 0 to 5. Give how many proxies stand in front of "
            "the portal: 1 for most."
        )
    elif settings.https and settings.proxies == 0:
        yield (
            "PORTAL_ADDRESS is https:// but PORTAL_PROXIES is not set. Put a proxy that speaks "
            "HTTPS and buffers (nginx does) in front, and set PORTAL_PROXIES=1. Else everyone "
            "seems to come from one address, and slow phones hold up all others."
        )
    for host in settings.hosts:
        if not is_here(host) and not re.fullmatch(HOST, host):
            yield (
                f"PORTAL_HOSTS holds “{host}”. Give the names of this portal, without ports and "
                "patterns, for example insights.example.org"
            )
    if settings.demo and (settings.proxies or not local):
        yield (
            "PORTAL_DEMO is 1 on an address that others can reach, or behind a proxy. The demo "
            "lets anyone read everybody's mail. Unset PORTAL_DEMO, or use http://127.0.0.1."
        )


def _check_mail(settings: Settings) -> Iterator[str]:
    parts = parts_of(settings.smtp)
    if not settings.smtp:
        if not settings.demo:
            yield (
                "SMTP_URL is not set, so nobody could sign in. Give the mail server, for example "
                "smtp://user:password@mail.example.org:587"
            )
    elif parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        yield (
            "SMTP_URL is not the address of a mail server. Give one that starts with smtp:// or "
            "smtps://, for example smtp://user:password@mail.example.org:587"
        )
    for name, given in (
        ("PORTAL_MAIL_FROM", settings.mail_from),
        ("PORTAL_CONTACT_EMAIL", settings.contact_email),
    ):
        if not re.fullmatch(EMAIL, given):
            yield f"{name} is not set, or is no email address. Give one, like help@example.org."
    if not is_number(settings.contact_phone):
        yield (
            "PORTAL_CONTACT_PHONE is not set, or is no phone number. Everything can be done by "
            "phone, so people must know whom to call. Give one, like 01632 960 000."
        )


def _check_people(settings: Settings) -> Iterator[str]:
    if not settings.controller:
        yield (
            "PORTAL_CONTROLLER is not set. People have a right to know who is responsible for "
            "their data. Give the organisation's name."
        )
    if not settings.hosted_by:
        yield (
            "PORTAL_HOSTED_BY is not set. People have a right to know on whose machines their data "
            "lies. Give the name of whoever hosts the portal: it may be the same organisation."
        )
    if not settings.erasures or not Path(settings.erasures).is_absolute():
        yield (
            "PORTAL_ERASURES is not set, or is no whole path. Give a file for the list of "
            "erasures, for example /srv/portal/erasures.jsonl. Keep it apart from the backups: "
            "after a restore, it says who was erased meanwhile."
        )
    if settings.retention and (wrong := keeping.problem(settings.retention)):
        yield wrong
    if settings.brand not in THEMES:
        yield f"PORTAL_BRAND is not known. It is one of: {', '.join(THEMES)}."
    unknown = sorted(set(settings.languages) - set(LANGUAGES))
    if unknown or "en" not in settings.languages:
        yield (
            f"PORTAL_LANGUAGES must hold en and may hold: {', '.join(LANGUAGES)}. "
            f"Not known: {', '.join(unknown) or 'none'}."
        )


def _check_files(settings: Settings) -> Iterator[str]:
    if "://" not in settings.files:
        if not Path(settings.files).is_absolute():
            yield "PORTAL_FILES is no whole path. Give a folder, for example /srv/portal/files"
        return
    parts = parts_of(settings.files)
    if (
        parts.scheme not in ("s3", "s3+http")
        or not (parts.hostname and parts.username and parts.password)
        or not parts.path.strip("/")
    ):
        yield (
            "PORTAL_FILES is no folder and no bucket. Give s3://KEY:SECRET@host/bucket, with /, + "
            "and @ in the key and the secret written as %2F, %2B and %40."
        )
    elif parts.scheme == "s3+http" and not is_here(parts.hostname):
        yield (
            "PORTAL_FILES starts with s3+http://. Files would travel in the open. Use s3://, "
            "which speaks HTTPS."
        )
