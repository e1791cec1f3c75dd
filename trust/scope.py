"""What was agreed is enforced, not filed: one question, asked by every way in and out.

``allows`` asks it of one use; ``within`` narrows a query by the very same rows. A use needs
terms *and* the contribution's own permission. Whatever has no terms is not allowed.

An agreement is for one project or for each one: terms hold only for the ``work`` that they were
signed for (trust.md, "The signed scope is enforced"). What is asked outside of any project needs
terms that name none."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from trust.clauses import Audience, Category, Purpose, Term, Use, clause_against, title_of
from trust.records import N_, Msg, Record, Ref

ONE_PROJECT = "which-work"
"""The clause that says which project an agreement is for."""

DISALLOWED = Msg(N_("The trust agreement between you does not allow this."))


@dataclass(frozen=True)
class Allowed:
    """The terms in force allow this use, for this audience, at this moment.

    Holding one is the only way to open a count (``trust.disclosure.count.reveal``), so it is
    made here, by asking the terms, and nowhere else. ``source`` is the agreement.
    """

    source: Ref | None = None
    clause: str = ""


@dataclass(frozen=True)
class NotAllowed:
    """The terms do not allow this use.

    ``clause`` is the clause that says no (None: no agreement is in force), ``reason`` says it in
    words, ``next_step`` what the person can do.
    """

    clause: str | None
    next_step: Msg
    reason: Msg = DISALLOWED


class Terms(Record):
    """One use that an agreement in force allows. Written by signing, ended by ending. ``work`` is
    the project that it was signed for; None: each one."""

    __tablename__ = "terms"

    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    use: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(20))
    work: Mapped[Ref | None]
    source: Mapped[Ref]
    clause: Mapped[str] = mapped_column(String(60))
    starts: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_terms_asked", "giver_id", "taker_id", "use", "category", "audience", "purpose"),
        Index(None, "source"),
    )


Column = ColumnElement[int] | InstrumentedAttribute[int]
CategoryColumn = str | ColumnElement[str] | InstrumentedAttribute[str]


def _match(
    use: str, category: CategoryColumn, purpose: str, audience: str, on: datetime, work: Ref | None
) -> tuple[ColumnElement[bool], ...]:
    return (
        Terms.use == use,
        Terms.category == category,
        Terms.purpose == purpose,
        Terms.audience == audience,
        or_(Terms.work.is_(None), Terms.work == work),
        *_current(on),
    )


def _current(on: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Terms.starts <= on, or_(Terms.ended_at.is_(None), Terms.ended_at > on))


def allows(
    session: Session,
    giver_id: int,
    taker_id: int,
    *,
    use: str,
    category: str,
    purpose: str,
    audience: str,
    on: datetime,
    work: Ref | None,
) -> Allowed | NotAllowed:
    """Whether what ``giver_id`` shares with ``taker_id`` for ``work`` may be used so, at the
    moment ``on``."""
    between = (Terms.giver_id == giver_id, Terms.taker_id == taker_id)
    found = session.execute(
        select(Terms.source, Terms.clause)
        .where(*between, *_match(use, category, purpose, audience, on, work))
        .limit(1)
    ).first()
    if found:
        return Allowed(source=found[0], clause=found[1])
    current = select(Terms.category, Terms.work).where(*between, *_current(on)).distinct()
    held = {(category, for_work) for category, for_work in session.execute(current)}
    return _no(held, work, Term(Use(use), Purpose(purpose), Category(category), Audience(audience)))


def _no(held: AbstractSet[tuple[str, Ref | None]], work: Ref | None, asked: Term) -> NotAllowed:
    """The refusal of ``asked`` for ``work``, between partners whose terms in force are for
    ``held``: categories, each with the work that it may be shared for."""
    categories = {category for category, for_work in held if for_work in (None, work)}
    if not held:
        return NotAllowed(
            clause=None,
            reason=Msg(N_("There is no trust agreement in force between you.")),
            next_step=Msg(N_("Talk to each other first. Then read and sign an agreement.")),
        )
    if not categories:
        return NotAllowed(
            clause=ONE_PROJECT,
            reason=Msg(N_("The trust agreement between you is for another project.")),
            next_step=Msg(N_("Propose an agreement for this project.")),
        )
    clause = "kinds" if asked.category not in categories else clause_against(asked)
    return NotAllowed(
        clause=clause,
        reason=Msg(
            N_("The trust agreement between you does not allow this. See “%(clause)s”."),
            {"clause": Msg(title_of(clause))},
        ),
        next_step=Msg(N_("Ask them. You can propose a change to the agreement.")),
    )


def against(
    session: Session,
    giver_ids: Collection[int],
    taker_id: int,
    *,
    use: str,
    categories: Collection[str],
    purpose: str,
    audience: str,
    on: datetime,
    work: Ref | None,
) -> dict[int, NotAllowed]:
    """Which of several givers have terms that do not allow such a use of all ``categories`` for
    ``work``, each with the first refusal. Asks as ``allows`` does, in two statements however many
    there are. No categories: whether anything at all is agreed."""
    between = (Terms.giver_id.in_(giver_ids), Terms.taker_id == taker_id, *_current(on))
    rows = select(Terms.giver_id, Terms.category, Terms.work).where(*between).distinct()
    held: dict[int, set[tuple[str, Ref | None]]] = {giver: set() for giver in giver_ids}
    for giver, category, for_work in session.execute(rows):
        held[giver].add((category, for_work))
    same = (Terms.use == use, Terms.purpose == purpose, Terms.audience == audience)
    allowed = {
        (giver, category)
        for giver, category, for_work in session.execute(rows.where(*same))
        if for_work in (None, work)
    }
    found = {}
    for giver in giver_ids:
        lacks = next((one for one in sorted(categories) if (giver, one) not in allowed), None)
        if lacks is not None or not any(for_work in (None, work) for _, for_work in held[giver]):
            kind = Category(lacks or Category.COUNT)
            found[giver] = _no(
                held[giver], work, Term(Use(use), Purpose(purpose), kind, Audience(audience))
            )
    return found


def within(
    giver: Column,
    taker: Column,
    *,
    use: str,
    category: CategoryColumn,
    purpose: str,
    audience: str,
    on: datetime,
    work: Ref | None,
) -> ColumnElement[bool]:
    """The same question as a condition, for a query whose rows have a giver and a taker."""
    return exists().where(
        Terms.giver_id == giver,
        Terms.taker_id == taker,
        *_match(use, category, purpose, audience, on, work),
    )
