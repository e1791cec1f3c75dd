"""How often something may be tried: from one line of the network, from nearby, from everywhere."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request
from sqlalchemy.orm import Session

from portal import browsers
from portal.network import line_of, street_of
from trust import signin, throttle

LITTLE = 64 * 1024  # bytes: all that somebody sends who never signed in here
NEARBY = 4


@dataclass(frozen=True)
class Limit:
    """At most ``most`` unsafe requests ``per`` window from one line of the network, four times as
    many from the lines beside it, and at most ``overall`` from everywhere: from browsers, that
    is, in which nobody signed in before, so that strangers cannot keep everybody out."""

    what: str
    most: int
    per: timedelta
    overall: int


WINDOW = timedelta(minutes=15)
ASKS = Limit("ask", most=30, per=WINDOW, overall=1000)
TRIES = Limit("try", most=60, per=WINDOW, overall=2000)
LETTER = Limit("letter", most=20, per=WINDOW, overall=300)
HEAVY = Limit("heavy", most=90, per=WINDOW, overall=1000)  # files that we read, PDFs that we make
READS = 30  # of one calendar: programs of several devices ask once an hour
TYPED_A_DAY = 40  # codes for one account, right or wrong, in browsers where its owner never was


def network_hash(of: Callable[[str], str] = line_of) -> str:
    """Whoever is at the other end, as a hash: throttles keep no addresses."""
    key = current_app.config["PORTAL"].secret
    return hashlib.sha256(f"{key}:{of(request.remote_addr or '')}".encode()).hexdigest()


def within(session: Session, limit: Limit, now: datetime) -> bool:
    """Count one attempt, from here, from nearby and from everywhere. Who is over a narrow limit
    does not use up a wide one."""
    counts = [(network_hash(), limit.most), (network_hash(street_of), limit.most * NEARBY)]
    if not browsers.is_known_to_us():
        counts.append(("everywhere", limit.overall))
    return all(
        throttle.hit(session, limit.what, who, now=now, most=most, per=limit.per)
        for who, most in counts
    )


def asked_too_often(session: Session, email: str, now: datetime) -> bool:
    """Count one more code for an account: five from one line, so that others cannot lock its
    owner out, and twenty from everywhere, so that nobody's mailbox is flooded. A browser in which
    the owner signed in before may go on then. Counted within the request's own transaction: only
    an ask that is accepted counts."""
    account = signin.sha256(email)
    counts = [("ask-here", signin.sha256(f"{account}:{network_hash()}"), 5)]
    if not browsers.is_known(email):
        counts.append(("ask-account", account, 20))
    return not all(
        throttle.hit(session, what, who, now=now, most=most, per=WINDOW)
        for what, who, most in counts
    )


def typed_too_often(session: Session, email: str, now: datetime) -> bool:
    """Count one more typed code. Each is good for five tries; but a new one can be asked for, all
    day long. The link in the same email cannot be guessed, and the owner's own browsers are not
    counted."""
    account = signin.sha256(email)
    return not browsers.is_known(email) and not throttle.hit(
        session, "typed", account, now=now, most=TYPED_A_DAY, per=timedelta(days=1)
    )


def factor_too_often(session: Session, person_id: int, now: datetime) -> bool:
    """Count one more code of a person's authenticator app."""
    who = signin.sha256(f"factor:{person_id}")
    return not throttle.hit(session, "factor", who, now=now, most=10, per=WINDOW)


def diary_too_often(session: Session, person_id: int, now: datetime) -> bool:
    """Count one more reading of a person's calendar by a program."""
    who = signin.sha256(f"diary:{person_id}")
    return not throttle.hit(session, "diary", who, now=now, most=READS, per=WINDOW)


def proved_too_often(session: Session, person_id: int, now: datetime) -> bool:
    """Count one more try to show that it is still the same person, wherever it is: whoever holds
    somebody's phone tries in the browser of its owner."""
    who = signin.sha256(f"proof:{person_id}")
    most, day = TYPED_A_DAY, timedelta(days=1)
    return not throttle.hit(session, "proof", who, now=now, most=most, per=day)
