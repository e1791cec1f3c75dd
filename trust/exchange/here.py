"""What is here already, of what a file of organisations names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trust.exchange import own_numbers
from trust.exchange.register import PartnerLine
from trust.installation import Region, region_named, regions_here
from trust.names import fold
from trust.newcomers import with_people
from trust.partners import Identifier, Partner
from trust.proposals import from_files
from trust.records import N_, Msg, Refused

T = TypeVar("T", str, int)
Number = tuple[str, str]
"""Scheme and number."""

MOST_REGIONS = 100


@dataclass
class World:
    """What is here already, of the numbers and names in a file; and, while the file is gone
    through, the rows that took a number or met a partner first."""

    owners: dict[Number, Partner]
    unnumbered: set[str]
    own: dict[str, Partner]
    peopled: set[int]
    asked: dict[int, list[Mapping[str, Any]]]
    regions: dict[str, Region]
    named: dict[int, str]
    taken: dict[Number, int] = field(default_factory=dict)
    met: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        session: Session,
        lines: Sequence[PartnerLine],
        region: Region | None,
        address: str,
        now: datetime,
    ) -> "World":
        own = own_partners(session, lines, address)
        lines = [with_elsewhere(line, own) for line in lines]
        numbers = {number for line in lines for _, number in line.identifiers}
        names = {fold(line.name) for line in lines}
        owners: dict[Number, Partner] = {}
        unnumbered: set[str] = set()
        for some in portions(numbers):
            held = select(Identifier.partner_id).where(Identifier.number.in_(some))
            stmt = select(Partner).where(Partner.id.in_(held))
            stmt = stmt.options(joinedload(Partner.identifiers))
            for partner in session.scalars(stmt).unique():
                owners.update({(one.scheme, one.number): partner for one in partner.identifiers})
        for some in portions(names):
            without = ~select(Identifier).where(Identifier.partner_id == Partner.id).exists()
            here = without, Partner.merged_into_id.is_(None)
            stmt_names = select(Partner.sort_name).where(Partner.sort_name.in_(some), *here)
            unnumbered.update(session.scalars(stmt_names))
        ids = {partner.id for partner in (*owners.values(), *own.values())}
        peopled: set[int] = set()
        for part in portions(ids):
            peopled |= with_people(session, part, now)
        asked = from_files(session, peopled) if peopled else {}
        regions = regions_named(session, lines, region)
        named = {one.id: one.name for one in regions_here(session)} if regions else {}
        return cls(owners, unnumbered, own, peopled, asked, regions, named)


def regions_named(
    session: Session, lines: Sequence[PartnerLine], chosen: Region | None
) -> dict[str, Region]:
    """The regions that a file names, by those names; new ones are not stored. Raises ``Refused``
    for more than there can be."""
    names = sorted({line.region for line in lines if line.region})
    if len(names) > MOST_REGIONS:
        raise Refused(
            Msg(N_("This file names more than %(most)s regions."), {"most": MOST_REGIONS})
        )
    found: dict[str, Region] = {}
    by_key = {chosen.key: chosen} if chosen else {}
    for name in names:
        try:
            region = region_named(session, name)
        except Refused:
            continue  # what cannot be a name goes where whoever brings the file in says
        found[name] = by_key.setdefault(region.key, region)
    return found


def own_partners(
    session: Session, lines: Sequence[PartnerLine], address: str
) -> dict[str, Partner]:
    """The partners that left this portal under a number of a file."""
    given = {line.own for line in lines if line.own}
    if not given or not address:
        return {}
    here = own_numbers.known(session, address)
    ids = {here[number] for number in given if number in here}
    found: dict[int, Partner] = {}
    for some in portions(ids):
        stmt = select(Partner).where(Partner.id.in_(some))
        stmt = stmt.options(joinedload(Partner.identifiers))
        found.update((partner.id, partner) for partner in session.scalars(stmt).unique())
    return {number: found[here[number]] for number in given if here.get(number) in found}


def with_elsewhere(one: PartnerLine, own: Mapping[str, Partner]) -> PartnerLine:
    """``one`` with the number that another portal gave it, unless it comes from this one."""
    if one.elsewhere is None or one.own in own:
        return one
    return replace(one, identifiers=(*one.identifiers, one.elsewhere))


def portions(values: set[T]) -> list[list[T]]:
    """Few enough at a time for one statement on either database."""
    every = sorted(values)
    return [every[start : start + 5_000] for start in range(0, len(every), 5_000)]
