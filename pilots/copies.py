"""Copies to take along: the accepted answers of one request, as far as each agreement lets them
leave the portal for this purpose. To work on, for its named reviewers; to study how well the work
goes, for whoever does that, without names and never with stories. Each giver reads who took one.
Source: clauses.toml, "copy" and "research"; safety.md, "Misuse by an officer"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from pilots import bounds
from pilots.contributions import Contribution
from pilots.requests import Request, RequestVersion
from pilots.review import Reading, reading
from trust import conflicts, scope
from trust.act import Act, Actor, verb
from trust.clauses import Category
from trust.partners import Partner
from trust.records import N_, Ref, Refused
from trust.scope import NotAllowed, Way
from trust.sightings import Sighting, note

FORMS = ("csv", "xlsx")

TAKEN = {scope.COPY: "copy", scope.STUDY: "study"}
"""How each is written down in the log of those who gave it."""

DELETED = "deleted"

NEVER = {scope.COPY: frozenset[str](), scope.STUDY: frozenset({Category.STORY.value})}
"""What no agreement lets anybody take along for such a purpose, so that nobody asks for it."""


@dataclass(frozen=True)
class Line:
    """One answer in a copy: what of it may leave, and the keys of the questions that may not."""

    contribution: Contribution
    readings: list[Reading]
    left_out: list[str]


@dataclass(frozen=True)
class LeftOut:
    """What a clause of one partner's agreement keeps out: so many ``answers`` whole, and of so
    many more a part."""

    partner: Partner
    no: NotAllowed
    answers: int
    parts: int


@dataclass(frozen=True)
class Gathered:
    """What would leave. ``kept`` counts the answers that whoever asks does not read at all: those
    of their own organisation, and of groups of which they manage something."""

    lines: list[Line]
    left_out: list[LeftOut]
    kept: int

    @property
    def nothing(self) -> Refused | None:
        """Why there is no file; None when there is one."""
        if self.lines:
            return None
        if self.left_out:
            return self.left_out[0].no.refused()
        return Refused(N_("There is no accepted answer here that you could take along."))


def gather(session: Session, request: Request, way: Way, actor: Actor, now: datetime) -> Gathered:
    """The accepted answers to a request of a pilot, as far as ``actor`` may take them along in
    this ``way`` now. The same few statements for any number."""
    stmt = (
        select(Contribution)
        .where(
            Contribution.request_id == request.id,
            Contribution.pilot_id.is_not(None),
            Contribution.state == "accepted",
        )
        .options(
            joinedload(Contribution.giver),
            joinedload(Contribution.request_version).selectinload(RequestVersion.questions),
        )
        .order_by(Contribution.id)
    )
    every = session.scalars(stmt).all()
    kept_from = actor.own | conflicts.barred(session, actor)
    found = [one for one in every if one.giver_id not in kept_from]
    allowed = bounds.verdicts(session, way, found, now)
    lines: list[Line] = []
    out: dict[tuple[int, str | None], LeftOut] = {}
    for one in found:
        readings = [
            reading(one, asked, allowed[one.giver_id, asked.category])
            for asked in one.request_version.questions
            if asked.kind != "quote"
            and asked.category not in NEVER[way]
            and one.answers.get(asked.key) is not None
        ]
        may = [each for each in readings if each.refusal is None]
        if may:
            closed = [each.question.key for each in readings if each.refusal is not None]
            lines.append(Line(one, may, closed))
        _note_left_out(out, one, readings, whole=not may)
    return Gathered(lines, list(out.values()), len(every) - len(found))


def _note_left_out(
    out: dict[tuple[int, str | None], LeftOut],
    one: Contribution,
    readings: Sequence[Reading],
    *,
    whole: bool,
) -> None:
    """Count an answer under each clause that keeps something of it out; one of which nothing may
    leave, under the first."""
    no = {each.refusal.clause: each.refusal for each in readings if each.refusal is not None}
    for clause, refusal in list(no.items())[: 1 if whole else None]:
        held = out.get((one.giver_id, clause)) or LeftOut(one.giver, refusal, 0, 0)
        out[one.giver_id, clause] = LeftOut(
            held.partner, held.no, held.answers + whole, held.parts + (not whole)
        )


@verb("request:copy", may="contribution:copy")
def take(act: Act, request: Request, *, form: str) -> Gathered:
    """A named reviewer takes a copy to work on. What leaves stands in the log of each giver.

    Raises ``Refused`` when nothing may leave, naming the clause that says so where one does.
    """
    return _taken(act, request, scope.COPY, form)


@verb("request:study", may="contribution:study")
def study(act: Act, request: Request, *, form: str) -> Gathered:
    """The same, to learn how well the work goes: without names, and never with stories."""
    return _taken(act, request, scope.STUDY, form)


PURPOSES = {"work": (scope.COPY, take), "study": (scope.STUDY, study)}
"""What a copy can be for: how the gate is asked, and the verb."""


def _taken(act: Act, request: Request, way: Way, form: str) -> Gathered:
    assert form in FORMS, form
    act.session.refresh(request, with_for_update=True)  # two at one moment are two, not a conflict
    found = gather(act.session, request, way, act.actor, act.now)
    if found.nothing is not None:
        raise found.nothing
    act.fact(form=form, count=len(found.lines))
    about = [Ref.of(one.contribution) for one in found.lines]
    note(act.session, act.actor, about, act.now, TAKEN[way])
    return found


def held(session: Session, request: Request, actor: Actor) -> datetime | None:
    """When whoever asks last took a copy that they have not said to have deleted since."""
    return max(_held(session, request, actor).values(), default=None)


def stale(session: Session, request: Request, actor: Actor) -> bool:
    """Whether something in the copies that they hold was taken back since."""
    gone = _of(session, request, Contribution.state == "withdrawn")
    return not _held(session, request, actor).keys().isdisjoint(gone)


def _of(session: Session, request: Request, *narrowed: ColumnElement[bool]) -> list[Ref]:
    stmt = select(Contribution.id).where(Contribution.request_id == request.id, *narrowed)
    return [Ref(Contribution.__tablename__, id) for id in session.scalars(stmt)]


def _held(session: Session, request: Request, actor: Actor) -> dict[Ref, datetime]:
    """The answers in the copies that they hold, each with when it was taken last."""
    stmt = (
        select(Sighting.about, Sighting.how, Sighting.at)
        .filter_by(person_id=actor.person_id)
        .where(
            Sighting.about.in_(_of(session, request)),
            Sighting.how.in_((*TAKEN.values(), DELETED)),
        )
        .order_by(Sighting.at, Sighting.id)
    )
    found: dict[Ref, datetime] = {}
    for about, how, at in session.execute(stmt):
        if how == DELETED:
            found.pop(about, None)
        else:
            found[about] = at
    return found


@verb("request:copy-deleted", may="insight:read")
def delete(act: Act, request: Request) -> None:
    """Whoever took copies says that they are deleted: each giver reads it in its log.

    Raises ``Refused`` when they hold none.
    """
    act.session.refresh(request, with_for_update=True)
    taken = _held(act.session, request, act.actor)
    if not taken:
        raise Refused(N_("You have no copy of these answers, as far as we know."))
    note(act.session, act.actor, sorted(taken), act.now, DELETED)
