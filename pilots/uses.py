"""Who looked at what a partner shared, and where it was used: the partner's own log of it, read
from the sightings and from what rests on each answer. Source: clauses.toml, "We list for
%(partner)s where its words went"; safety.md, "Misuse by an officer"."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from pilots.contributions import Contribution
from pilots.evidence import Evidence
from pilots.figures import counted_of
from pilots.insight import Insight
from pilots.pilot import Pilot
from pilots.publications import Publication
from pilots.releases import Release
from trust.audit import Event
from trust.governance.case import Case
from trust.partners import Partner
from trust.people import Person
from trust.records import N_
from trust.sightings import Sighting

LOOKED = {
    "read": N_("Read your answer"),
    "quote": N_("Read a finding that quotes you"),
    "case": N_("Took a file of the data safety steps along"),
    "copy": N_("Took a copy of your answer, to work on it"),
    "study": N_("Took numbers and what you saw, without your name, to learn from it"),
    "deleted": N_("Says that the copy is deleted"),
}
USED = {
    "shown": N_("We learned something from it, and showed you"),
    "shared": N_("A finding that rests on it was shared with all who take part"),
    "public": N_("A finding that rests on it was made public"),
    "table": N_("A table with your numbers in it was released"),
}
KINDS = {**LOOKED, **USED}
SHOW = {"looked": N_("Who looked"), "used": N_("Where it was used")}
"""What the log can be narrowed to."""


class Use(NamedTuple):
    """One line of the log. ``reference`` is that of the answer, ``contribution_id`` its id, where
    it is about one; ``person`` and ``partner`` whoever looked; ``detail_id`` the finding,
    publication or table in which it was used."""

    at: datetime
    kind: str
    contribution_id: int | None
    reference: str | None
    person: str | None
    partner: str | None
    detail_id: int | None


def log(giver_id: int, *, show: str = "", of: int | None = None) -> Select[*tuple[Any, ...]]:
    """The log of one partner, newest first: of ``show`` (a key of ``SHOW``) or all of it, and of
    one answer or all. One statement, however much there is."""
    mine = [Contribution.giver_id == giver_id, Contribution.state != "draft"]
    if of is not None:
        mine.append(Contribution.id == of)
    parts = [*_looked(mine, giver_id)] if show != "used" else []
    parts += [*_used(mine)] if show != "looked" else []
    found: CompoundSelect[Any] = union_all(*parts)
    every = found.subquery()
    return select(every).order_by(every.c.at.desc(), every.c.kind, every.c.contribution_id)


def _line(at: Any, kind: Any, *, detail: Any = None, who: bool = False) -> Select[Any]:
    nobody = cast(null(), String)
    return select(
        at.label("at"),
        (literal(kind, String) if isinstance(kind, str) else kind).label("kind"),
        Contribution.id.label("contribution_id"),
        Contribution.reference.label("reference"),
        (Person.name if who else nobody).label("person"),
        (Partner.name if who else nobody).label("partner"),
        (cast(null(), Integer) if detail is None else detail).label("detail_id"),
    )


def _ref(noun: str, id: InstrumentedAttribute[int]) -> ColumnElement[str]:
    return literal(f"{noun}:", String) + cast(id, String)


def _looked(mine: list[ColumnElement[bool]], giver_id: int) -> list[Select[Any]]:
    """What people of other partners opened. Nobody's own people are told of."""
    others = (Sighting.partner_id.is_(None) | (Sighting.partner_id != giver_id), *mine)

    def seen(line: Select[Any]) -> Select[Any]:
        return (
            line.join(Person, Person.id == Sighting.person_id)
            .outerjoin(Partner, Partner.id == Sighting.partner_id)
            .where(*others)
        )

    # How it was seen is its kind: read, taken along in a copy, or that the copy is deleted.
    read = _line(Sighting.at, Sighting.how, who=True).select_from(Contribution)
    own = Sighting.about == _ref(Contribution.__tablename__, Contribution.id)
    quote = _line(Sighting.at, "quote", detail=Evidence.insight_id, who=True)
    quote = quote.select_from(Contribution).join(
        Evidence, (Evidence.contribution_id == Contribution.id) & (Evidence.quoted != "")
    )
    found = Sighting.about == _ref(Insight.__tablename__, Evidence.insight_id)
    case = _line(Sighting.at, "case", who=True).select_from(Contribution)
    case = case.join(Case, Case.about == _ref(Pilot.__tablename__, Contribution.pilot_id))  # type: ignore[arg-type]
    file = (Sighting.about == _ref(Case.__tablename__, Case.id)) & (Sighting.how == "export")
    return [
        seen(read.join(Sighting, own)),
        seen(quote.join(Sighting, found)),
        seen(case.join(Sighting, file)),
    ]


def _used(mine: list[ColumnElement[bool]]) -> list[Select[Any]]:
    """The findings that rest on it and the tables that hold its numbers."""

    def finding(at: Any, kind: str) -> Select[Any]:
        line = _line(at, kind, detail=Insight.id).select_from(Contribution)
        rests = line.join(Evidence, Evidence.contribution_id == Contribution.id)
        return rests.join(Insight, Insight.id == Evidence.insight_id).where(at.is_not(None), *mine)

    counted = counted_of(Contribution.id)
    accepted = select(func.min(Event.at)).where(
        Event.subject == _ref(Contribution.__tablename__, Contribution.id),
        Event.verb == "contribution:accept",
    )
    table = (
        _line(Release.released_at, "table", detail=Release.id)
        .select_from(Contribution)
        .join(Release, Release.question_id.in_(counted.correlate(Contribution)))
        .where(
            Release.state == "released",
            Release.released_at >= accepted.scalar_subquery(),
            *mine,
        )
    )
    public = (
        _line(Publication.out_at, "public", detail=Publication.id)
        .select_from(Contribution)
        .join(Evidence, Evidence.contribution_id == Contribution.id)
        .join(Publication, Publication.insight_id == Evidence.insight_id)
        .where(Publication.out_at.is_not(None), *mine)
    )
    return [
        finding(Insight.shown_at, "shown"),
        finding(Insight.published_at, "shared"),
        public,
        table,
    ]
