"""Areas: wards and the like, by their ONS code and the year their boundary dates from."""

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trust.act import Actor
from trust.names import fold
from trust.records import Record


class Area(Record):
    """A place that a figure can be about. Codes change: the boundary year belongs to it.

    A place without an ONS code (a town, in the demo) has an empty ``code`` and is told apart
    by its name within its region.
    """

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(String(9), default="")
    name: Mapped[str] = mapped_column(String(120))
    sort_name: Mapped[str] = mapped_column(String(120))
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
