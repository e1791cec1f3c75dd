"""The directory: which organisations a search and its filters find, and what one can filter by.

Kind, region, place, community and first letter, with words or without. Capability is never one of
them (trust.md, "Partner profile")."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from string import ascii_lowercase
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from trust.act import Actor
from trust.installation import Region
from trust.names import fold
from trust.partners import Partner
from trust.places import Area
from trust.search import MOST, alike, narrowed, tag

LETTERS = ("0", *ascii_lowercase, "other")
"""Where a name begins; see ``partners.letter_of``."""

# Too small to choose by: a council has hundreds of them, and they have no names but numbers.
_NOT_OFFERED = ("lsoa",)
MOST_OFFERED = 400


@dataclass(frozen=True)
class Asked:
    """What somebody looks for. ``area`` is the name of a place, however it is spelt,
    ``community`` a key of ``regions.communities``, ``letter`` one of ``LETTERS``. ``after`` is a
    partner behind which a list by name goes on; words and filters leave it out."""

    words: str = ""
    kind: str = ""
    region_id: int | None = None
    area: str = ""
    community: str = ""
    letter: str = ""
    after: int | None = None

    @property
    def narrow(self) -> bool:
        """Whether words or filters are looked up; else it is a list by name."""
        return bool(self.words.strip() or self.tags)

    @property
    def tags(self) -> list[str]:
        """The filters, as the index has them."""
        given = (
            ("kind", self.kind),
            ("region", self.region_id or ""),
            ("area", self.area),
            ("community", self.community),
        )
        return [tag(kind, value) for kind, value in given if value]


def found(
    session: Session,
    actor: Actor,
    asked: Asked,
    *,
    but: int | None = None,
    capped: bool = True,
) -> Select[tuple[int, str]]:
    """Id and name to sort by of the partners that ``asked`` finds and ``actor`` may see, without
    ``but``: ``MOST`` and one more, whatever there are. Where there are more, a list by name has
    the first ones, any other one some: a search is ``capped`` before it is sorted."""
    stmt: Select[Any] = Partner.visible(select(Partner.id, Partner.sort_name), actor)  # type: ignore[arg-type]
    if but is not None:
        stmt = stmt.where(Partner.id != but)
    if asked.narrow:
        letter = [tag("letter", asked.letter)] if asked.letter else []
        stmt = narrowed(stmt, Partner, session, asked.words, [*asked.tags, *letter])
    else:
        stmt = _by_name(stmt, asked).order_by(Partner.sort_name, Partner.id)
    return stmt.limit(MOST + 1) if capped else stmt


def _by_name(stmt: Select[Any], asked: Asked) -> Select[Any]:
    name = Partner.sort_name
    if asked.letter == "0":
        stmt = stmt.where(name >= "0", name < ":")
    elif asked.letter == "other":
        stmt = stmt.where(name >= "{")
    elif asked.letter:
        stmt = stmt.where(name >= asked.letter, name < chr(ord(asked.letter) + 1))
    if asked.after is not None:
        last = select(Partner.sort_name).where(Partner.id == asked.after).scalar_subquery()
        stmt = stmt.where(name >= last, or_(name > last, Partner.id > asked.after))
    return stmt


@dataclass(frozen=True)
class Offered:
    """What one can filter by: all regions, and the places of one of them."""

    regions: dict[int, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    """How a search compares it, and name, by name."""


def offered(session: Session, actor: Actor, region_id: int | None) -> Offered:
    """All regions, and the places of ``region_id``, or else of the actor's own; in one
    statement."""
    given = {"region": region_id, "own": actor.acting_for}
    rows: Sequence[Any] = session.execute(_offered(), given).all()
    by_name = sorted(rows, key=lambda row: fold(row.name))
    return Offered(
        {row.id: row.name for row in by_name if row.id is not None},
        {alike(row.name): row.name for row in by_name if row.id is None},
    )


@cache
def _offered() -> CompoundSelect[Any]:
    """Built once: it is asked for with each list, and is the same for all."""
    own = select(Partner.region_id).where(Partner.id == bindparam("own", type_=Integer))
    of = func.coalesce(bindparam("region", type_=Integer), own.scalar_subquery())
    areas = select(cast(null(), Integer).label("id"), Area.name).where(
        Area.region_id == of, Area.kind.not_in(_NOT_OFFERED)
    )
    some = areas.order_by(Area.sort_name).limit(MOST_OFFERED).subquery()
    return union_all(select(Region.id, Region.name), some.select())


def places_of(session: Session, region_id: int | None) -> list[str]:
    """The places that a partner of a region may choose from, by name, each once."""
    stmt = select(Area.name, Area.sort_name).where(
        Area.region_id == region_id, Area.kind.not_in(_NOT_OFFERED)
    )
    rows = session.execute(stmt.order_by(Area.sort_name, Area.id).limit(MOST_OFFERED)).all()
    return list({sort_name: name for name, sort_name in rows}.values())
