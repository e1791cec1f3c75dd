"""How often something may be tried: from one line of the network, from nearby, from everywhere."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request
from sqlalchemy.orm import Session

from portal import browsers
from portal.network import line_of, street_of
from trust import throttle

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
