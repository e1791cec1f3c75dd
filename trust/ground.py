"""The common base of a project: what its council and its groups agreed that agreements for it start
from. Each agreement may only narrow it (trust.md: "A pilot has one common base")."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust import narrowing
from trust.act import Actor
from trust.clauses import Chosen, base, grants
from trust.records import STAYS, Record, Ref


class Ground(Record):
    """One proposal of a base for ``work``, by the council ``taker_id``: its clauses, and the ids
    of the partners that have said ``yes``. It holds from ``agreed_at`` until ``ended_at``."""

    __tablename__ = "ground"

    work: Mapped[Ref] = mapped_column(index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    chosen: Mapped[list[Any]]
    yes: Mapped[list[Any]]
    agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @classmethod
    def visible(cls, stmt: Select["Ground"], actor: Actor) -> Select["Ground"]:
        """Read by way of its project, which is loaded first."""
        return stmt

    @property
    def parts(self) -> tuple[Chosen, ...]:
        return narrowing.today(self.chosen)


class GroundTerm(Record):
    """One use that a base which holds allows: what its clauses meant on the day it was agreed."""

    __tablename__ = "ground_term"

    ground_id: Mapped[int] = mapped_column(ForeignKey("ground.id"), index=True)
    use: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(20))


def hold(session: Session, held: Ground, now: datetime) -> None:
    """All have said yes: it holds from now on, in the place of the one before."""
    before = newest(session, held.work, agreed=True)
    if before is not None:
        before.ended_at = now
    held.agreed_at = now
    for term in sorted({one.term for one in grants(held.parts)}):
        session.add(GroundTerm(ground_id=held.id, **term._asdict()))


def allows(
    work: Ref | ColumnElement[Any],
    on: datetime | ColumnElement[Any],
    use: Any,
    purpose: Any,
    category: Any,
    audience: Any,
) -> ColumnElement[bool]:
    """The condition that the base of ``work``, if one held at the moment ``on``, allows a use:
    for agreements that were not made from it."""
    named = select(GroundTerm.id).where(
        GroundTerm.ground_id == Ground.id,
        GroundTerm.use == use,
        GroundTerm.purpose == purpose,
        GroundTerm.category == category,
        GroundTerm.audience == audience,
    )
    against = select(Ground.id).where(
        Ground.work == work,
        Ground.agreed_at <= on,
        or_(Ground.ended_at.is_(None), Ground.ended_at > on),
        ~named.correlate_except(GroundTerm).exists(),
    )
    return ~against.correlate_except(Ground).exists()


def newest(session: Session, work: Ref, *, agreed: bool) -> Ground | None:
    """The base of a project that holds, or the one that waits for a yes."""
    stmt = select(Ground).where(
        Ground.work == work,
        Ground.ended_at.is_(None),
        Ground.agreed_at.is_not(None) if agreed else Ground.agreed_at.is_(None),
    )
    return session.scalars(stmt.order_by(Ground.id.desc()).limit(1)).first()


def common(session: Session, work: Ref | None) -> tuple[Chosen, ...]:
    """What an agreement for a project starts from: the portal's own base, where none is agreed."""
    held = newest(session, work, agreed=True) if work else None
    return held.parts if held else base()


def check(session: Session, work: Ref | None, chosen: Sequence[Mapping[str, Any]]) -> None:
    """Raises ``Refused``, with the clause, when an agreement with what is ``chosen`` would allow
    more than its project."""
    held = newest(session, work, agreed=True) if work else None
    if held is not None:
        narrowing.check_narrows(narrowing.from_data(chosen), held.parts)
