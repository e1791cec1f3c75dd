"""The installation itself, and the regions it is for."""

import re

from sqlalchemy import ColumnElement, Select, String, and_, false, or_, select, true
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    Session,
    mapped_column,
)

from trust.act import Act, Actor, verb
from trust.names import fold, ordered
from trust.records import N_, Msg, Record, Ref, Refused
from trust.regions import regions


class Installation(Record):
    """The one row that stands for this portal: the place where administrators hold their seat."""

    __tablename__ = "installation"

    # Always the same row, so that any record can name the place without looking it up.
    id: Mapped[int] = mapped_column(primary_key=True, default=1)

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("installation", self.id),)


INSTALLATION = Ref("installation", 1)


class Region(Record):
    """A part of the country with its own council, forum, platforms and numbers to call.

    Its settings stand in ``regions.toml`` under ``key``; a region that an import brings has
    the defaults.
    """

    __tablename__ = "region"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(ordered(120))

    @classmethod
    def visible(cls, stmt: Select["Region"], actor: Actor) -> Select["Region"]:
        return stmt


def answerable(
    actor: Actor, permission: str, taker_id: InstrumentedAttribute[int | None]
) -> ColumnElement[bool]:
    """The condition under which ``actor`` answers what was put to a partner, or, where it was put
    to none, to the installation."""
    ours = true() if actor.holds(permission, INSTALLATION) else false()
    return or_(taker_id.in_(actor.ids(permission, "partner")), and_(taker_id.is_(None), ours))


@verb("region:add", may="partner:add", creates=True)
def add_region(act: Act, where: Installation, *, name: str) -> Region:
    """Add a region by the name of its council. One whose settings are known takes them over.

    Raises ``Refused`` without a name, or when it is here already.
    """
    region = region_named(act.session, name)
    if region in act.session:
        raise Refused(Msg(N_("%(name)s is here already."), {"name": region.name}), field="name")
    return region


def regions_here(session: Session) -> list[Region]:
    """All regions, by name."""
    return list(session.scalars(select(Region).order_by(Region.name)))


def region_named(session: Session, name: str) -> Region:
    """The region of that name, however it is spelt; a new one, not stored yet, where there is
    none. Raises ``Refused`` for a name without letters or digits, or with too many."""
    name = " ".join(name.split())
    known = next((one for one in regions().values() if fold(one.name) == fold(name)), None)
    key = known.key if known else re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")
    if not key:
        raise Refused(N_("Enter the name of the region."), field="name")
    if len(name) > 120 or len(key) > 60:
        raise Refused(
            Msg(N_("Use %(most)s characters or fewer for the name."), {"most": 60}), field="name"
        )
    here = session.scalars(select(Region).where(Region.key == key)).one_or_none()
    return here or Region(key=key, name=known.name if known else name)
