"""Areas: wards and the like, by their ONS code and the year their boundary dates from."""

from collections.abc import Collection

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Act, Actor, verb
from trust.installation import Installation, Region
from trust.names import fold, ordered
from trust.records import N_, Msg, Record, Refused

MOST_ASKED = 1000  # codes in one statement: databases have a limit


class Area(Record):
    """A place that a figure can be about. Codes change: the boundary year belongs to it.

    A place without an ONS code (a town, in the demo) has an empty ``code`` and is told apart
    by its name within its region.
    """

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(String(9), default="")
    name: Mapped[str] = mapped_column(String(120))
    sort_name: Mapped[str] = mapped_column(ordered(120))
    kind: Mapped[str] = mapped_column(String(20))
    year: Mapped[int | None]
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)

    __table_args__ = (UniqueConstraint("code", "name", "year", "region_id"),)

    @classmethod
    def visible(cls, stmt: Select["Area"], actor: Actor) -> Select["Area"]:
        """Everyone may see the names of places."""
        return stmt


def new_area(name: str, region_id: int, *, code: str = "", kind: str, year: int | None) -> Area:
    """An area that is not stored yet; for the verbs that bring areas in."""
    return Area(
        name=name, sort_name=fold(name), region_id=region_id, code=code, kind=kind, year=year
    )


def held_codes(session: Session, codes: Collection[str]) -> list[Area]:
    """The areas that have one of ``codes``, whichever region they are in, the oldest first."""
    asked = sorted(set(codes) - {""})
    found: list[Area] = []
    for start in range(0, len(asked), MOST_ASKED):
        some = asked[start : start + MOST_ASKED]
        found += session.scalars(select(Area).where(Area.code.in_(some)))
    return sorted(found, key=lambda area: (area.year or 0, area.id))


@verb("area:add", may="area:import", creates=True)
def add(act: Act, where: Installation, *, region: Region, name: str, kind: str) -> Area:
    """Add a place that has no ONS code: a town, or places that are counted together.

    Raises ``Refused`` without a name, or when the region has a place of that name and kind.
    """
    name = " ".join(name.split())[:120]
    if not name:
        raise Refused(N_("Enter the name of the place."), field="name")
    held = select(func.count()).where(
        Area.region_id == region.id, Area.sort_name == fold(name), Area.kind == kind
    )
    if act.session.scalar(held):
        raise Refused(Msg(N_("%(name)s is here already."), {"name": name}), field="name")
    return new_area(name, region.id, kind=kind, year=None)
