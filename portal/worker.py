"""The work that is done later: sending parcels, sealing events, sweeping what has passed.

Parcels are claimed in one transaction and sent outside any, so a slow mail server holds no
lock; at least once, with one Message-ID, so that twice is once for the reader."""

import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from flask import Flask
from sqlalchemy import or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import erased_list, keeping, storing
from portal.carriers import smtp
from portal.database import Database
from portal.mails import compose
from portal.settings import Settings
from trust import (
    audit,
    claims,
    files,
    forgetting,
    merging,
    passport,
    reminders,
    retention,
    throttle,
    unsent,
)
from trust.audit import Event
from trust.outbox import Parcel
from trust.records import Ref

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
    now = now or datetime.now(UTC)
    with database.writing() as session:
        parcels = claim(session, now)
    for parcel in parcels:
        answer, done = _send(app, parcel, now)
        _finish(database, parcel, answer, done or parcel.tries >= MOST_TRIES, now)
    return len(parcels)


def _send(app: Flask, parcel: Parcel, now: datetime) -> tuple[str, bool]:
    """What came of a parcel, and whether that is the end of it. Never raises: one parcel that
    cannot be written or read must not keep back the others."""
    database: Database = app.extensions["portal.database"]
    settings: Settings = app.config["PORTAL"]
    try:
        with database.reading() as session, app.test_request_context(base_url=settings.address):
            mail = compose(session, settings, parcel, now)
        if mail is None:
            return "not sent: nothing left to tell", True
        made = smtp.message(mail, settings, parcel.key, parcel.due_at)
        return smtp.send(made, settings.smtp), True
    except smtp.Rejected as rejected:
        log.warning("parcel %s was rejected (%s)", parcel.id, rejected)
        return f"rejected: {rejected}", True
    except smtp.Away as away:
        log.warning("parcel %s could not be sent now (%s)", parcel.id, away)
        return f"away: {away}", False
    except Exception as wrong:
        # Its text may hold somebody's words, so only its sort is told.
        log.error("parcel %s failed (%s)", parcel.id, type(wrong).__name__)
        return f"failed: {type(wrong).__name__}", False


def _finish(database: Database, parcel: Parcel, answer: str, done: bool, now: datetime) -> None:
    with database.writing() as session:
        held = session.get(Parcel, parcel.id, with_for_update=True)
        if held is None:
            return
        held.claimed_at = None
        held.answer = answer[:500]
        if done:
            held.done_at = now
            if held.kind == "erased":
                held.address = None  # this mail was the last thing it was needed for
        else:
            held.due_at = now + wait(held.tries)


def duties(app: Flask, now: datetime | None = None) -> None:
    """What is done by the clock: seal events, tell the newest seal, forget old throttles and what
    is kept for a while only, remind people of what they promised. Each can be done twice."""
    database: Database = app.extensions["portal.database"]
    settings: Settings = app.config["PORTAL"]
    now = now or datetime.now(UTC)
    with database.writing() as session:
        sealed = audit.seal(session)
        _tell_seal(session, settings.contact_email, now)
        throttle.sweep(session, now)
        files.sweep(session, now)
        unsent.sweep(session, now)
        forgetting.sweep(session, now)
        merging.sweep(session, now)
        reminders.remind(session, now)
        reminders.still_right(session, now)
        passport.remind(session, now)
        reminders.next_steps(session, now)
        reminders.ask_how_it_is(session, now)
        reminders.roles_end(session, now)
    with database.writing() as session:
        claims.go_on_with_held(session, now)
        retention.keep_to(session, keeping.kinds(settings.retention), now)
    _list_erasures(database, settings)
    storing.sweep(database, storing.of(app), now)
    if sealed is not None:
        log.info("seal %s over %s events: %s", sealed.id, sealed.count, sealed.sha256)


def _list_erasures(database: Database, settings: Settings) -> None:
    """Write who was erased to the list that no backup holds, by number."""
    if not settings.erasures:
        return
    with database.reading() as session:
        erased = claims.erased(session)
    try:
        erased_list.add(Path(settings.erasures), erased)
    except (OSError, erased_list.Unreadable) as wrong:
        log.error("the list of erasures could not be written (%s)", type(wrong).__name__)


def seal_beside(app: Flask, every: float = 2.0) -> None:
    """Seal events in a thread of this process, for as long as it lives. For the demo, which has no
    worker. It writes nothing where nothing happened."""
    Thread(target=_seal_on, args=(app, every), name="seal", daemon=True).start()


def _seal_on(app: Flask, every: float) -> None:
    database: Database = app.extensions["portal.database"]
    while True:
        try:
            with database.reading() as session:
                waits = session.scalar(select(Event.id).where(Event.seal_id.is_(None)).limit(1))
            if waits is not None:
                database.apart(audit.seal)
        except DBAPIError as away:  # locked, or restarting: the next round may find it well
            log.error("the database did not take this (%s)", type(away.orig).__name__)
        time.sleep(every)


def _tell_seal(session: Session, address: str, now: datetime) -> None:
    """Mail the newest seal out, once a day: who holds it can tell if the end is cut off."""
    key = f"seal:{now:%Y-%m-%d}"
    if session.scalar(select(Parcel.id).where(Parcel.key == key)) is not None:
        return
    newest = audit.newest(session)
    if newest is not None and address:
        about = Ref.of(newest)
        session.add(Parcel(kind="seal", address=address, about=about, key=key, due_at=now))


def work(app: Flask, *, once: bool = False, every: float = 2.0) -> None:
    """Go on until stopped; ``once`` drains what is due and returns. Events are sealed after each
    batch of parcels too, so that a full queue does not leave the newest open to a change."""
    while True:
        try:
            sent = drain(app)
            duties(app)
        except DBAPIError as away:  # locked, or restarting: the next round may find it well
            if once:
                raise
            log.error("the database did not take this (%s)", type(away.orig).__name__)
            sent = 0
        if not sent:
            if once:
                return
            time.sleep(every)
