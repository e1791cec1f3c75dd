"""What was agreed is enforced, not filed: one question, asked by every way in and out.

The question is: do the terms in force between two partners allow this ``Way`` of using this
category, for this piece of work, at this moment? ``ask`` answers it, for one or for many;
``within`` is the same condition for a query; ``allows`` and ``against`` put what ``ask`` found as
their callers need it. Nothing here has a default. A use needs terms *and* the contribution's own
permission. Whatever has no terms is not allowed.

An agreement is for one project or for each one, and terms hold only for the ``work`` that they were
signed for (trust.md, "The signed scope is enforced"): which of them count there, ``trust.terms``
says. What is asked outside of any project needs terms that name none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from trust.clauses import Audience, Category, Purpose, Term, Use, clause_against, title_of
from trust.records import N_, Instant, Msg, Ref, Refused
from trust.terms import Moment, Terms, Work, counts, counts_for_each, current

ONE_PROJECT = "which-work"
"""The clause that says which project an agreement is for."""


class Way(NamedTuple):
    """What is done with what was shared, what it is done for, and who sees it."""

    use: Use
    purpose: Purpose
    audience: Audience

    def term(self, category: Category) -> Term:
        """This way with one category, as a clause grants it."""
        return Term(self.use, self.purpose, category, self.audience)


ASK = Way(Use.REQUEST, Purpose.QUESTION, Audience.REVIEWERS)
READ = Way(Use.REVIEW, Purpose.QUESTION, Audience.REVIEWERS)
FIND = Way(Use.INSIGHT, Purpose.QUESTION, Audience.REVIEWERS)
SHARE = Way(Use.INSIGHT, Purpose.QUESTION, Audience.COHORT)
IMPROVE = Way(Use.INSIGHT, Purpose.IMPROVE, Audience.REVIEWERS)
QUOTE = Way(Use.QUOTE, Purpose.QUESTION, Audience.COHORT)
QUOTE_TO_ALL = Way(Use.QUOTE, Purpose.QUESTION, Audience.PUBLIC)
PUBLISH = Way(Use.PUBLISH, Purpose.QUESTION, Audience.PUBLIC)
COPY = Way(Use.EXPORT, Purpose.QUESTION, Audience.REVIEWERS)
STUDY = Way(Use.RESEARCH, Purpose.RESEARCH, Audience.REVIEWERS)


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
    """The terms between two partners do not allow this use.

    ``clause`` is the clause that says no (None: no agreement is in force), ``reason`` says it in
    words, ``next_step`` what the person can do.
    """

    clause: str | None
    reason: Msg
    next_step: Msg
    giver_id: int
    taker_id: int

    def refused(
        self,
        reason: Msg | None = None,
        *,
        field: str | None = None,
        next_step: Msg | None = None,
    ) -> Refused:
        """The same as an error that names the clause and leads to the conversation of the two.
        ``reason`` and ``next_step`` say it in words that fit the page better."""
        return Refused(
            reason or self.reason,
            field=field,
            clause=self.clause,
            next_step=next_step or self.next_step,
            between=(self.giver_id, self.taker_id),
        )


Verdict = Allowed | NotAllowed


Column = ColumnElement[int] | InstrumentedAttribute[int]
CategoryColumn = str | ColumnElement[str] | InstrumentedAttribute[str]

NOW: BindParameter[Any] = bindparam("now", type_=Instant())
"""The moment, for statements that are built once and asked often."""


def _granted(
    way: Way, on: Moment, work: Work, without: Ref | None = None
) -> tuple[ColumnElement[bool], ...]:
    """The question as conditions. There is no other place that asks it."""
    return (
        *((Terms.source != without,) if without is not None else ()),
        Terms.use == way.use,
        Terms.purpose == way.purpose,
        Terms.audience == way.audience,
        counts(work, on),
        *current(on),
    )


def ask(
    session: Session,
    way: Way,
    givers: Collection[int],
    taker_id: int,
    categories: Collection[str],
    *,
    on: datetime,
    work: Ref | None,
) -> dict[tuple[int, str], Verdict]:
    """Whether what each of ``givers`` shares with ``taker_id`` for ``work`` may be used so at the
    moment ``on``, by giver and category. One statement however many there are, and one more where
    something is not allowed."""
    between = (Terms.giver_id.in_(givers), Terms.taker_id == taker_id)
    stmt = select(Terms.giver_id, Terms.category, Terms.source, Terms.clause).where(
        *between, Terms.category.in_(categories), *_granted(way, on, work)
    )
    found: dict[tuple[int, str], Verdict] = {
        (giver, category): Allowed(source, clause)
        for giver, category, source, clause in session.execute(stmt)
    }
    missing = [
        (giver, category)
        for giver in givers
        for category in categories
        if (giver, category) not in found
    ]
    if missing:
        this = and_(*(getattr(Terms, key) == getattr(way, key) for key in way._fields))
        held: dict[int, list[_Held]] = {giver: [] for giver in givers}
        rows = select(
            Terms.giver_id,
            Terms.category,
            Terms.work,
            counts_for_each(work, on),
            counts(work, on),
            this,
        ).where(*between, *current(on))
        for giver, *one in session.execute(rows.distinct()):
            held[giver].append(_Held._make(one))
        for giver, category in missing:
            term = way.term(Category(category))
            found[giver, category] = _no(held[giver], term, giver, taker_id)
    return found


class _Held(NamedTuple):
    """Terms in force between two partners, as far as a refusal needs them: whether they are for
    each project and would count (``wide``), whether they do (``counts``), and whether they are the
    very use that was asked for (``asked``)."""

    category: str
    work: Ref | None
    wide: bool
    counts: bool
    asked: bool


def _no(held: Sequence[_Held], asked: Term, giver_id: int, taker_id: int) -> NotAllowed:
    """The refusal of ``asked`` between partners with these terms in force."""
    categories = {one.category for one in held if one.counts}
    clause: str | None
    if not held:
        clause = None
        reason = Msg(N_("There is no trust agreement in force between you."))
        next_step = Msg(N_("Talk to each other first. Then read and sign an agreement."))
    elif not categories:
        clause = ONE_PROJECT
        ended = any(one.work is None for one in held)
        reason = Msg(
            N_("The agreement for this project has ended. No other takes its place by itself.")
            if ended
            else N_("The trust agreement between you is for another project.")
        )
        next_step = Msg(N_("Propose an agreement for this project."))
    else:
        left_out = asked.category is not Category.PERSONAL and asked.category not in categories
        clause = "kinds" if left_out else clause_against(asked)
        base = any(one.asked and one.wide and one.category == asked.category for one in held)
        reason = Msg(
            N_("The groups of this project agreed on less. See “%(clause)s”.")
            if base
            else N_("The trust agreement between you does not allow this. See “%(clause)s”."),
            {"clause": Msg(title_of(clause))},
        )
        next_step = Msg(
            N_("Propose another base to the groups of the project.")
            if base
            else N_("Ask them. You can propose a change to the agreement.")
        )
    return NotAllowed(clause, reason, next_step, giver_id, taker_id)


def allows(
    session: Session,
    way: Way,
    giver_id: int,
    taker_id: int,
    category: str,
    *,
    on: datetime,
    work: Ref | None,
) -> Verdict:
    """``ask`` of one giver and one category."""
    found = ask(session, way, [giver_id], taker_id, [category], on=on, work=work)
    return found[giver_id, category]


def against(
    session: Session,
    way: Way,
    givers: Collection[int],
    taker_id: int,
    categories: Collection[str],
    *,
    on: datetime,
    work: Ref | None,
) -> dict[int, NotAllowed]:
    """Which of several givers have terms that do not allow such a use of all ``categories``, each
    with the first refusal. No categories: whether anything at all is agreed for ``work``."""
    kinds = sorted(categories) or [one.value for one in Category]
    verdicts = ask(session, way, givers, taker_id, kinds, on=on, work=work)
    found = {}
    for giver in givers:
        no = [one for kind in kinds if isinstance(one := verdicts[giver, kind], NotAllowed)]
        if no and (categories or no[0].clause in (None, ONE_PROJECT)):
            found[giver] = no[0]
    return found


def within(
    way: Way,
    giver: Column,
    taker: Column,
    category: CategoryColumn,
    *,
    on: Moment,
    work: Work,
    without: Ref | None = None,
) -> ColumnElement[bool]:
    """The same question as a condition, for a query whose rows have a giver and a taker.
    ``without``: as if the terms of that agreement were not there."""
    found = select(Terms.id).where(
        Terms.giver_id == giver,
        Terms.taker_id == taker,
        Terms.category == category,
        *_granted(way, on, work, without),
    )
    # However deep it stands in a query, only the terms are its own.
    return found.correlate_except(Terms).exists()
