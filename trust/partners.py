"""Partners: organisations on the portal, with their names, identifiers and ways to be reached."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, or_, select
from sqlalchemy.orm import (
    Mapped,
    Session,
    mapped_column,
    object_session,
    relationship,
    selectinload,
)

from trust import search
from trust.act import Act, Actor, verb
from trust.installation import INSTALLATION, Installation, Region
from trust.names import fold, ordered
from trust.naming import surely_leads_away, tidied
from trust.records import N_, Msg, Record, Ref, Refused, Words
from trust.regions import communities
from trust.search import PartOfSearched, Searched, Sought, tag


class Kind(StrEnum):
    """What sort of organisation a partner is."""

    VCS = "vcs"
    COUNCIL = "council"
    INFRASTRUCTURE = "infrastructure"
    REGIONAL = "regional"
    OTHER = "other"


KINDS = {
    Kind.VCS: N_("Voluntary or community group"),
    Kind.COUNCIL: N_("Council"),
    Kind.INFRASTRUCTURE: N_("Organisation that supports groups"),
    Kind.REGIONAL: N_("Regional body"),
    Kind.OTHER: N_("Other organisation"),
}

WAYS_TO_SHARE = {
    "talk": N_("Talk in person"),
    "phone": N_("Phone"),
    "paper": N_("Paper"),
    "web": N_("Web form"),
    "spreadsheet": N_("Spreadsheet"),
    "export": N_("Export from a system"),
}


CHANNELS = {
    "call": N_("A call"),
    "text": N_("A text message"),
    "email": N_("An email"),
    "letter": N_("A letter"),
    "visit": N_("A visit"),
}
"""How a partner is best reached."""


class Partner(Searched, Record):
    """An organisation. ``sort_name`` is folded (lower case, no accents), the same on both
    databases. ``supporter_id`` is the organisation that stands by it, if any, and
    ``asked_supporter_id`` the one that it asked to (``trust.standing_by``). ``reached_by`` is
    how it is best reached (``CHANNELS``); ``shared_mailbox`` says that several people read what
    comes to ``email``. ``areas`` are names of places where it works, from its region's list or its
    own; ``communities`` are keys of ``regions.communities``. ``merged_into_id`` is the one that it
    turned out to be, if it was here twice: then this row only leads there (``trust.merging``)."""

    __tablename__ = "partner"

    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = mapped_column(ordered(200), index=True)
    other_names: Mapped[list[str]] = mapped_column(default=list)
    kind: Mapped[Kind] = mapped_column(String(20))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    asked_supporter_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    supporter_asked_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    what: Mapped[Words] = mapped_column(default=dict)
    whom: Mapped[str] = mapped_column(String(500), default="")
    areas: Mapped[list[str]] = mapped_column(default=list)
    communities: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[str] = mapped_column(String(200), default="")
    interpreter: Mapped[bool] = mapped_column(default=False)
    website: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    shared_mailbox: Mapped[bool] = mapped_column(default=False)
    shares_by: Mapped[list[str]] = mapped_column(default=list)
    access_needs: Mapped[str] = mapped_column(String(500), default="")
    help_wanted: Mapped[str] = mapped_column(String(500), default="")
    reached_by: Mapped[str] = mapped_column(String(20), default="")
    checked_at: Mapped[datetime | None]

    identifiers: Mapped[list["Identifier"]] = relationship(
        back_populates="partner", cascade="all, delete-orphan", order_by="Identifier.id"
    )

    __table_args__ = (Index("ix_partner_kind_sort_name", "kind", "sort_name"),)

    @classmethod
    def visible(cls, stmt: Select["Partner"], actor: Actor) -> Select["Partner"]:
        """Anyone with a role here may look partners up: profiles are there to be found. Not one
        that turned out to be another."""
        if not actor.holds("has-role"):
            return super().visible(stmt, actor)
        return stmt.where(cls.merged_into_id.is_(None))

    def places(self, permission: str) -> tuple[Ref, ...]:
        """At the partner itself. Its first person is invited from outside: by whoever looks
        after the portal, or by anyone who is a supporter at the organisation that stands by
        it, so that it does not hang on the one person who introduced it. Who speaks for a group
        that nobody speaks for any more is for the organisation that stands by it alone."""
        if permission in ("seat:give-first", "partner:vouch"):
            by = [INSTALLATION] if permission == "seat:give-first" else []
            if self.supporter_id is not None:
                by.append(Ref("partner", self.supporter_id))
            return tuple(by)
        if permission in ("reach:help", "partner:stand-back"):
            return () if self.supporter_id is None else (Ref("partner", self.supporter_id),)
        if permission == "partner:stand-by":
            asked = self.asked_supporter_id
            return () if asked is None else (Ref("partner", asked),)
        if permission == "partner:add":
            return (INSTALLATION,)
        return (Ref("partner", self.id),)

    def sought(self) -> Sought:
        """Its names, numbers, what it does, for whom and where; never how to reach it, or what it
        needs. Capability is no part of it (trust.md, "Partner profile")."""
        session = object_session(self)
        region = session.get(Region, self.region_id) if session and self.region_id else None
        known = communities()
        numbers = (f"{one} {one.number.lstrip('0')}" for one in self.identifiers)
        words = (self.name, *self.other_names, *numbers, *self.what.values(), self.whom)
        words += (region.name if region else "", *self.areas, self.languages)
        words += tuple(known[key] for key in self.communities if key in known)
        tags = [tag("kind", self.kind), tag("letter", letter_of(self.sort_name))]
        tags += [tag("area", one) for one in self.areas]
        tags += [tag("community", key) for key in self.communities]
        return Sought(words, [*tags, tag("region", self.region_id)] if region else tags)


class Identifier(PartOfSearched, Record):
    """A number in a public register, as org-id scheme and number. A partner may have none."""

    __tablename__ = "identifier"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40))

    partner: Mapped[Partner] = relationship(back_populates="identifiers")

    __table_args__ = (UniqueConstraint("scheme", "number"),)

    def __str__(self) -> str:
        return f"{self.scheme}-{self.number}"

    def whole(self) -> Partner | None:
        return self.partner


search.index(Partner, selectinload(Partner.identifiers))


def letter_of(sort_name: str) -> str:
    """Where a list by letters has it: ``a`` to ``z``, ``0`` for digits, ``other``."""
    first = sort_name[:1]
    return first if "a" <= first <= "z" else "0" if first.isdecimal() else "other"


def named(name: str) -> str:
    """The name, tidied. Raises ``Refused`` when it is empty, too long, or surely holds an address
    or a number to call."""
    name = tidied(name)
    if not name:
        raise Refused(N_("Enter the name of the organisation."), field="name")
    if len(name) > 200:
        raise Refused(
            Msg(N_("Use %(most)s characters or fewer for the name."), {"most": 200}), field="name"
        )
    if surely_leads_away(name):
        raise Refused(N_("Enter the name only, with no address and no number."), field="name")
    return name


def new_partner(name: str, kind: Kind, region_id: int | None, **rest: object) -> Partner:
    """A partner that is not stored yet; for verbs that make one. Raises ``Refused``."""
    name = named(name)
    return Partner(
        name=name, sort_name=fold(name), kind=kind, region_id=region_id, identifiers=[], **rest
    )


def of_name(session: Session, name: str, region_id: int | None) -> list[Partner]:
    """The partners of a region that have this name, however it is spelt."""
    stmt = select(Partner).where(
        Partner.sort_name == fold(name),
        Partner.region_id.is_not_distinct_from(region_id),
        Partner.merged_into_id.is_(None),
    )
    return list(session.scalars(stmt.order_by(Partner.id).limit(10)))


def once(ids: Collection[int]) -> Select[int]:
    """Ids of some partners, and of those that were merged into them: what happened before is
    sealed under the old ones."""
    either = or_(Partner.id.in_(ids), Partner.merged_into_id.in_(ids))
    return select(Partner.id).where(either)


def sealed_under(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Under which ids it is sealed what happened to some partners: their own, and those of the
    ones that were merged into them, each with the partner that it is now."""
    stmt = select(Partner.id, Partner.merged_into_id).where(Partner.merged_into_id.in_(ids))
    return {id: id for id in ids} | {old: now for old, now in session.execute(stmt) if now}


def leads_to(session: Session, partner_id: int) -> int | None:
    """The id of the partner that this one turned out to be, if it was merged into one."""
    stmt = select(Partner.merged_into_id).where(Partner.id == partner_id)
    return session.scalars(stmt).first()


@verb("partner:add", may="partner:add", creates=True)
def add(act: Act, where: Installation, *, name: str, kind: Kind, region_id: int | None) -> Partner:
    """Add a partner as the administrator does: a council, a regional or a supporting body.

    Raises ``Refused`` when the region has one of that name.
    """
    if of_name(act.session, named(name), region_id):
        raise Refused(N_("An organisation of this name is here already."), field="name")
    return new_partner(name, kind, region_id)


def councils(actor: Actor) -> Select[Partner]:
    """The councils on this portal, by name."""
    stmt = select(Partner).where(Partner.kind == Kind.COUNCIL).order_by(Partner.sort_name)
    return Partner.visible(stmt, actor)


def supported_by(actor: Actor, supporter: Partner) -> Select[Partner]:
    """The groups that an organisation stands by, by name."""
    stmt = select(Partner).where(Partner.supporter_id == supporter.id)
    return Partner.visible(stmt, actor).order_by(Partner.sort_name).limit(200)
