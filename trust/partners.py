"""Partners: organisations on the portal, with their names, identifiers and ways to be reached."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trust.act import Act, Actor, verb
from trust.names import fold
from trust.records import N_, Msg, Record, Ref, Refused, Words


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


class Installation(Record):
    """The one row that stands for this portal: the place where administrators hold their seat."""

    __tablename__ = "installation"

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("installation", self.id),)


class Region(Record):
    """A part of the country with its own council, forum, platforms and numbers to call.

    Its settings stand in ``regions.toml`` under ``key``; a region that an import brings has
    the defaults.
    """

    __tablename__ = "region"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))

    @classmethod
    def visible(cls, stmt: Select["Region"], actor: Actor) -> Select["Region"]:
        return stmt


class Partner(Record):
    """An organisation. ``sort_name`` is folded (lower case, no accents), the same on both
    databases. ``supporter_id`` is the organisation that stands by it, if any."""

    __tablename__ = "partner"

    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = mapped_column(String(200), index=True)
    other_names: Mapped[list[str]] = mapped_column(default=list)
    kind: Mapped[Kind] = mapped_column(String(20))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    what: Mapped[Words] = mapped_column(default=dict)
    whom: Mapped[str] = mapped_column(String(500), default="")
    languages: Mapped[str] = mapped_column(String(200), default="")
    interpreter: Mapped[bool] = mapped_column(default=False)
    website: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    shares_by: Mapped[list[str]] = mapped_column(default=list)
    access_needs: Mapped[str] = mapped_column(String(500), default="")
    checked_at: Mapped[datetime | None]

    identifiers: Mapped[list["Identifier"]] = relationship(
        back_populates="partner", cascade="all, delete-orphan", order_by="Identifier.id"
    )

    __table_args__ = (Index("ix_partner_kind_sort_name", "kind", "sort_name"),)

    @classmethod
    def visible(cls, stmt: Select["Partner"], actor: Actor) -> Select["Partner"]:
        """Anyone signed in may look partners up: profiles are there to be found."""
        return stmt if actor.holds("signed-in") else super().visible(stmt, actor)

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.id),)


class Identifier(Record):
    """A number in a public register, as org-id scheme and number. A partner may have none."""

    __tablename__ = "identifier"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40))

    partner: Mapped[Partner] = relationship(back_populates="identifiers")

    __table_args__ = (UniqueConstraint("scheme", "number"),)

    def __str__(self) -> str:
        return f"{self.scheme}-{self.number}"


def named(name: str) -> str:
    """The name, tidied. Raises ``Refused`` when it is empty or too long."""
    name = " ".join(name.split())
    if not name:
        raise Refused(N_("Enter the name of the organisation."), field="name")
    if len(name) > 200:
        raise Refused(
            Msg(N_("Use %(most)s characters or fewer for the name."), {"most": 200}), field="name"
        )
    return name


def new_partner(name: str, kind: Kind, region_id: int | None, **rest: object) -> Partner:
    """A partner that is not stored yet; for verbs that make one. Raises ``Refused``."""
    name = named(name)
    return Partner(
        name=name, sort_name=fold(name), kind=kind, region_id=region_id, identifiers=[], **rest
    )


@verb("partner:add", may="partner:add", creates=True)
def add(act: Act, where: Installation, *, name: str, kind: Kind, region_id: int | None) -> Partner:
    """Add a partner as the administrator does: a council, a regional or a supporting body."""
    return new_partner(name, kind, region_id)


@verb("partner:introduce", may="partner:introduce", creates=True)
def introduce(
    act: Act, supporter: Partner, *, name: str, what: str, lang: str, why: str
) -> Partner:
    """A supporter brings a group it stands by. The group is first-class from the first day:
    no number in any register is asked for (trust.md, "Partner profile")."""
    act.words(why=why)
    return new_partner(
        name,
        Kind.VCS,
        supporter.region_id,
        supporter_id=supporter.id,
        what={lang: what.strip()} if what.strip() else {},
    )


@verb("partner:edit", may="partner:edit")
def edit(act: Act, partner: Partner, /, **changes: object) -> None:
    """A partner edits its own profile. Saving it also says that it is right as of now."""
    if "name" in changes:
        changes["name"] = named(str(changes["name"]))
        partner.sort_name = fold(str(changes["name"]))
    act.fact(fields=sorted(changes))
    for field, value in changes.items():
        setattr(partner, field, value)
    partner.checked_at = act.now
    act.moment("checked", partner)


@verb("partner:check", may="partner:edit")
def check(act: Act, partner: Partner) -> None:
    """A partner says: this is still right."""
    partner.checked_at = act.now
    act.moment("checked", partner)


def councils(actor: Actor) -> Select[Partner]:
    """The councils on this portal, by name."""
    stmt = select(Partner).where(Partner.kind == Kind.COUNCIL).order_by(Partner.sort_name)
    return Partner.visible(stmt, actor)
