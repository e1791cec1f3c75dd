"""One after the other, where two would each find nothing there and both make it."""

from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def one_at_a_time(session: Session, what: str) -> None:
    """Wait until nobody else works on ``what``; others wait for this transaction to end.

    On PostgreSQL an advisory lock. SQLite lets one transaction write at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(sha256(what.encode()).digest()[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))
