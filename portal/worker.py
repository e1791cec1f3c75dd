"""The work that is done later: sending parcels, sealing events, sweeping what has passed.

Parcels are claimed in one transaction and sent outside any, so a slow mail server holds no
lock; at least once, with one Message-ID, so that twice is once for the reader."""

import logging
import time
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.carriers import smtp
from portal.database import Database
from portal.mails import Mail, compose
from portal.settings import Settings
from trust import audit, files, throttle
from trust.outbox import Parcel

log = logging.getLogger("portal.worker")

CLAIM_LASTS = timedelta(minutes=10)
MOST_TRIES = 12
BATCH = 20


def claim(session: Session, now: datetime) -> list[Parcel]:
    """Take some parcels that are due; another worker skips them. Commits are the caller's."""
    stmt = (
        select(Parcel)
        .where(
            Parcel.done_at.is_(None),
            Parcel.due_at <= now,
            or_(Parcel.claimed_at.is_(None), Parcel.claimed_at < now - CLAIM_LASTS),
        )
        .order_by(Parcel.due_at, Parcel.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    parcels = list(session.scalars(stmt))
    for parcel in parcels:
        parcel.claimed_at = now
        parcel.tries += 1
    return parcels


def wait(tries: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 … minutes, at most six hours."""
    return min(timedelta(minutes=2 ** (tries - 1)), timedelta(hours=6))


def drain(app: Flask, now: datetime | None = None) -> int:
    """Send what is due. Returns how many parcels were dealt with."""
    database: Database = app.extensions["portal.database"]
    settings: Settings = app.config["PORTAL"]
    now = now or datetime.now(UTC)
    with database.writing() as session:
        parcels = claim(session, now)
    for parcel in parcels:
        with database.reading() as session, app.test_request_context(base_url=settings.address):
            mail = compose(session, settings, parcel, now)
        _finish(database, parcel, _send(mail, settings, parcel, now), now)
    return len(parcels)


def _send(mail: Mail | None, settings: Settings, parcel: Parcel, now: datetime) -> str | None:
    """The answer to keep when the parcel is done, or None when it is to be tried again."""
    if mail is None:
        return "not sent: nothing left to tell"
    try:
        return smtp.send(smtp.message(mail, settings, parcel.key, parcel.due_at), settings.smtp)
    except smtp.Rejected as rejected:
        log.warning("parcel %s was rejected (%s)", parcel.id, rejected)
        return f"rejected: {rejected}"
    except smtp.Away as away:
        log.warning("parcel %s could not be sent now (%s)", parcel.id, away)
        return None if parcel.tries < MOST_TRIES else f"given up: {away}"


def _finish(database: Database, parcel: Parcel, answer: str | None, now: datetime) -> None:
    with database.writing() as session:
        held = session.get(Parcel, parcel.id)
        if held is None:
            return
        held.claimed_at = None
        held.answer = answer
        if answer is None:
            held.due_at = now + wait(held.tries)
        else:
            held.done_at = now


def duties(app: Flask, now: datetime | None = None) -> None:
    """What is done by the clock: seal events, forget old throttles and files. Each can be
    done twice."""
    database: Database = app.extensions["portal.database"]
    now = now or datetime.now(UTC)
    with database.writing() as session:
        sealed = audit.seal(session)
        throttle.sweep(session, now)
        files.sweep(session, now)
    if sealed is not None:
        # The newest seal leaves the database: whoever cuts the end off cannot cut the log.
        log.info("seal %s over %s events: %s", sealed.id, sealed.count, sealed.sha256)


def work(app: Flask, *, once: bool = False, every: float = 2.0) -> None:
    """Go on until stopped; ``once`` drains what is due and returns."""
    while True:
        sent = drain(app)
        if not sent:
            duties(app)
            if once:
                return
            time.sleep(every)
