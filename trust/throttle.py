"""Rate limits that hold across worker processes: counts in the database, a window at a time."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import String, UniqueConstraint, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Act
from trust.records import N_, Record, Refused


class Throttle(Record):
    """How often something happened in one window. ``who`` is a hash, never an address."""

    __tablename__ = "throttle"
    audited = False

    what: Mapped[str] = mapped_column(String(40))
    who: Mapped[str] = mapped_column(String(64))
    window: Mapped[datetime]
    count: Mapped[int]

    __table_args__ = (UniqueConstraint("what", "who", "window"),)


def hit(session: Session, what: str, who: str, *, now: datetime, most: int, per: timedelta) -> bool:
    """Count one attempt and say whether it is within ``most`` per window ``per``.

    The caller commits at once, apart from the main transaction, so that a refused or failed
    attempt counts too.
    """
    start = datetime.fromtimestamp(
        now.timestamp() // per.total_seconds() * per.total_seconds(), now.tzinfo
    )
    raise_count = (
        update(Throttle)
        .where(Throttle.what == what, Throttle.who == who, Throttle.window == start)
        .values(count=Throttle.count + 1)
        .returning(Throttle.count)
    )
    count = session.scalar(raise_count)
    if count is None:
        try:
            with session.begin_nested():
                session.add(Throttle(what=what, who=who, window=start, count=1))
            count = 1
        except IntegrityError:  # another worker opened the window first
            count = session.scalar(raise_count) or 1
    return count <= most


def daily(act: Act, what: str, most: int, *, to: str = "") -> None:
    """Count what a person does that is mailed to others; or, of those who did not sign in, what is
    mailed ``to`` one address that somebody typed. Raises ``Refused`` beyond ``most`` in one day
    (UTC). A change that is refused does not count."""
    who = sha256(to.encode()).hexdigest() if to else f"person:{act.actor.person_id}"
    if not hit(act.session, what, who, now=act.now, most=most, per=timedelta(days=1)):
        raise Refused(N_("That was a lot for one day. Go on tomorrow, or call us."))


def count(session: Session, person_id: int | None, what: str, most: int, now: datetime) -> bool:
    """Count one thing that a person does, and say whether it is within ``most`` for the day."""
    who = f"person:{person_id}"
    return hit(session, what, who, now=now, most=most, per=timedelta(days=1))


def sweep(session: Session, now: datetime) -> None:
    """Forget windows older than a day."""
    session.execute(delete(Throttle).where(Throttle.window < now - timedelta(days=1)))
