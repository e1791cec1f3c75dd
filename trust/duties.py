"""What the clock does once in a while: each duty once a turn, however many workers there are and
however often they look (design.md, law 3)."""

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.calendar import london_day
from trust.locks import one_at_a_time
from trust.records import Record


class Duty(Record):
    """One duty, and the last turn in which it was done."""

    __tablename__ = "duty"
    audited = False

    name: Mapped[str] = mapped_column(String(40), unique=True)
    turn: Mapped[str] = mapped_column(String(20))


def is_done(session: Session, name: str, turn: str) -> bool:
    """Whether a duty was done in this turn already."""
    return session.scalar(select(Duty.turn).where(Duty.name == name)) == turn


def begins(session: Session, name: str, turn: str) -> bool:
    """Whether a duty is still to be done in this turn. Then it counts as done with the caller's
    transaction, or not at all."""
    if is_done(session, name, turn):
        return False
    one_at_a_time(session, f"duty:{name}")
    held = session.scalars(
        select(Duty).where(Duty.name == name).execution_options(populate_existing=True)
    ).first()
    if held is None:
        session.add(Duty(name=name, turn=turn))
    elif held.turn == turn:
        return False
    else:
        held.turn = turn
    session.flush()
    return True


def week_of(now: datetime) -> str:
    """The week it is in London: "2026-W23". It begins on a Monday."""
    year, week, _ = london_day(now).isocalendar()
    return f"{year}-W{week:02}"
