"""Bringing partners in from a register, and knowing again those that are here.

A partner is known by its numbers, never by its name alone: two charities may share one. The
charity number decides; a company number does only where no charity number says otherwise.

No file makes a council: whoever looks after the portal does (``profiles.settle``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from trust.act import Act, verb
from trust.exchange.directory import BETWEEN
from trust.exchange.here import World, regions_named, with_elsewhere
from trust.exchange.register import PartnerLine, web_address
from trust.imports import Change, Line, Outcome, Plan, one_at_a_time, plan
from trust.installation import Installation, Region
from trust.names import fold
from trust.partners import Identifier, Kind, Partner, new_partner
from trust.profiles import change as change_page
from trust.profiles import must_be_own
from trust.proposals import from_file
from trust.records import N_, Msg, Ref, Refused

LISTS = ("other_names", "areas", "communities")
FIELDS = ("name", "what", "website", "kind", *LISTS, "whom", "languages")
"""What a file can say of a page, beside numbers and the region."""


def plan_partners(
    session: Session,
    lines: Sequence[PartnerLine],
    region: Region | None = None,
    *,
    address: str = "",
    now: datetime | None = None,
) -> Plan:
    """What bringing in ``lines`` would do; writes nothing. New partners go to ``region``, which
    may be new itself, and so do known ones that have none. ``address`` is this portal's own: by
    it, what left it is known again. Raises ``Refused`` when there are no lines."""
    world = World.of(session, lines, region, address, now or datetime.now(UTC))
    lines = [with_elsewhere(line, world.own) for line in lines]
    return plan([_line(one, world, region) for one in lines], region=region.key if region else "")


@verb("partners:import", may="partner:import")
def import_partners(
    act: Act,
    where: Installation,
    lines: Sequence[PartnerLine],
    region: Region | None,
    seen: str,
    file_sha256: str = "",
    address: str = "",
) -> Plan:
    """Bring ``lines`` in, as the plan with the fingerprint ``seen`` showed it, and make the regions
    that are not stored yet and get somebody. A partner that has people of its own is asked about
    what stands on its page (``trust.proposals``). Returns the plan with the new partners in it.
    Raises ``Refused`` when the plan is another by now."""
    one_at_a_time(act.session, where)
    now = plan_partners(act.session, lines, region, address=address, now=act.now)
    now.check_seen(seen)
    regions = regions_named(act.session, lines, region)
    writing = [
        (place, line, lines[place], _region_of(lines[place], region, regions)[0])
        for place, line in enumerate(now.lines)
        if line.writes
    ]
    for _, line, _, there in writing:
        if there is not None and any(change.field == "region" for change in line.changes):
            act.session.add(there)  # it may be new
    act.session.flush()
    partners = {place: _write(act, line, one, there) for place, line, one, there in writing}
    act.session.flush()
    done = now.written({place: Ref.of(partner) for place, partner in partners.items()})
    act.fact(region=region.id if region else None, file=file_sha256, **done.facts())
    return done


def _line(one: PartnerLine, world: World, region: Region | None) -> Line:
    if one.outcome is not None:
        return Line(one.row, one.outcome, one.name, why=one.why)
    partner = world.own.get(one.own) or _known(one, world)
    if partner is None and not one.identifiers:
        why = Msg(N_("This row has no number. Add the organisation by hand."))
        return Line(one.row, Outcome.REFUSED, one.name, why=(*one.why, why))
    before = world.taken.get(one.identifiers[0]) if one.identifiers else None
    if partner is not None:
        before = world.met.setdefault(partner.id, before or one.row)
    if before not in (None, one.row):
        why = Msg(N_("Row %(row)s is the same group."), {"row": before})
        return Line(one.row, Outcome.SKIPPED, one.name, why=(*one.why, why))
    one = _own_numbers(one, partner, world)
    world.taken.update(dict.fromkeys(one.identifiers, one.row))
    if partner is None:
        return _new(one, world, region)
    return _met(one, partner, region, world)


def _known(one: PartnerLine, world: World) -> Partner | None:
    """The partner that has the first of these numbers, or else one that has another of them
    and no number of the first one's scheme."""
    if not one.identifiers:
        return None
    if owner := world.owners.get(one.identifiers[0]):
        return owner
    scheme = one.identifiers[0][0]
    for number in one.identifiers[1:]:
        owner = world.owners.get(number)
        if owner and all(known.scheme != scheme for known in owner.identifiers):
            return owner
    return None


def _own_numbers(one: PartnerLine, partner: Partner | None, world: World) -> PartnerLine:
    """``one`` without the numbers that belong to another partner or to a row before."""
    kept, notes = [], list(one.why)
    for number in one.identifiers:
        owner = world.owners.get(number)
        if owner is not None and owner is not partner:
            notes.append(
                Msg(
                    N_("%(number)s belongs to %(name)s. We left it out here."),
                    {"number": "-".join(number), "name": owner.name},
                )
            )
        elif number in world.taken:
            notes.append(
                Msg(
                    N_("%(number)s belongs to row %(row)s. We left it out here."),
                    {"number": "-".join(number), "row": world.taken[number]},
                )
            )
        else:
            kept.append(number)
    return replace(one, identifiers=tuple(kept), why=tuple(notes))


def _region_of(
    one: PartnerLine, chosen: Region | None, regions: Mapping[str, Region]
) -> tuple[Region | None, bool]:
    """The region that a row says, else the ``chosen`` one; and whether the row says it."""
    if one.region is None or (one.region and one.region not in regions):
        return chosen, False
    return regions.get(one.region), True


def _said(one: PartnerLine, field: str) -> str:
    """What a row says for a field, as a text to compare and to show."""
    value = getattr(one, field)
    return BETWEEN.join(value) if field in LISTS else str(value or "")


def _new(one: PartnerLine, world: World, chosen: Region | None) -> Line:
    why = one.why
    if one.kind is Kind.COUNCIL:
        one = replace(one, kind=Kind.OTHER)
        why += (COUNCIL,)
    region, _ = _region_of(one, chosen, world.regions)
    changes = [Change("name", "", one.name)]
    changes += [Change("identifier", "", "-".join(number)) for number in one.identifiers]
    rest = [(field, _said(one, field)) for field in FIELDS[1:]]
    rest.append(("region", region.name if region else ""))
    changes += [Change(field, "", to) for field, to in rest if to]
    if region is not None and region is not chosen and region.id not in world.named:
        why += (Msg(N_("The region %(name)s is new here."), {"name": region.name}),)
    if fold(one.name) in world.unnumbered:
        same = N_("A group of this name is here already, without a number. Is it the same?")
        why += (Msg(same),)
    return Line(one.row, Outcome.NEW, one.name, changes=tuple(changes), why=why)


def _met(one: PartnerLine, partner: Partner, chosen: Region | None, world: World) -> Line:
    """A partner that is here. A file does not write over the page of one that looks after it: its
    people are asked, and where there are none the page stays. A number or a region that was
    missing is added."""
    held = {(known.scheme, known.number) for known in partner.identifiers}
    changes = [
        Change("identifier", "", "-".join(number))
        for number in one.identifiers
        if number not in held
    ]
    why, left = one.why, Outcome.SAME
    region, says = _region_of(one, chosen, world.regions)
    if region and partner.region_id is None:
        changes.append(Change("region", "", region.name))
    profile = [
        Change(field, was, to)
        for field in FIELDS
        if (to := _said(one, field)) and not _alike(field, was := _held(partner, one, field), to)
    ]
    if says and region and partner.region_id not in (None, region.id):
        profile.append(Change("region", world.named.get(partner.region_id, ""), region.name))
    for change in [change for change in profile if change.field in ("kind", "region")]:
        try:
            must_be_own(partner, {_FIELD.get(change.field, change.field): change.to})
        except Refused:
            profile.remove(change)
            why += (_LEFT[change.field],)
    if profile and partner.id in world.peopled:
        new = [change for change in profile if not _was_asked(one, partner, change, world)]
        if new:
            why += (Msg(N_("The group looks after its own page. We ask it.")),)
            asked = Line(one.row, Outcome.PROPOSED, partner.name, Ref.of(partner))
            return replace(asked, changes=(*changes, *new), why=why)
        why += (Msg(N_("The group was asked about this before.")),)
    elif profile and (partner.checked_at or partner.supporter_id):
        why += (Msg(N_("The group looks after its own page. We left that as it is.")),)
        left = Outcome.SKIPPED
    else:
        changes += profile
    outcome = Outcome.CHANGED if changes else left
    return Line(one.row, outcome, partner.name, Ref.of(partner), tuple(changes), why)


def _held(partner: Partner, one: PartnerLine, field: str) -> str:
    """What stands on a page for a field, as a text to compare and to show."""
    if field == "what":
        return _what(partner, one)
    value = getattr(partner, field)
    return BETWEEN.join(value) if field in LISTS else str(value)


def _what(partner: Partner, one: PartnerLine) -> str:
    """What a partner says it does: in whichever language it is word for word what a file says,
    which may not know the language; else in the one that it names."""
    said = [text for text in partner.what.values() if _alike("what", text, one.what)]
    return said[0] if said else partner.what.get(one.lang, "")


_FIELD = {"region": "region_id"}
_LEFT = {
    "kind": Msg(N_("The file says another kind. We left that as it is here.")),
    "region": Msg(N_("The file says another region. We left that as it is here.")),
}
COUNCIL = Msg(
    N_("The file says it is a council. Only whoever looks after this portal can make it one.")
)


def _alike(field: str, was: str, to: str) -> bool:
    """Whether two texts say the same: in other lines, or as another way to write an address."""
    if field == "website" and was:
        try:
            was = web_address(was)
        except Refused:
            return False
    return " ".join(was.split()) == " ".join(to.split())


def _was_asked(one: PartnerLine, partner: Partner, change: Change, world: World) -> bool:
    region = world.regions.get(one.region or "")
    to = _value(partner, change, one, region)
    name = _FIELD.get(change.field, change.field)
    return any(fields.get(name) == to for fields in world.asked.get(partner.id, ()))


def _value(partner: Partner, change: Change, one: PartnerLine, region: Region | None) -> Any:
    """What a field would hold."""
    if change.field == "what":
        return {**partner.what, one.lang: change.to}
    if change.field == "region":
        return region.id if region else None
    return list(getattr(one, change.field)) if change.field in LISTS else change.to


def _write(act: Act, line: Line, one: PartnerLine, region: Region | None) -> Partner:
    if line.ref is None:
        partner = new_partner(line.label, Kind.VCS, None, what={}, website="")
        act.session.add(partner)
    else:
        partner = act.session.get_one(Partner, line.ref.id)
        partner.changed_at = act.now
    asked, written = dict[str, Any](), dict[str, Any]()
    for change in line.changes:
        if change.field == "identifier":
            scheme, _, number = change.to.rpartition("-")
            partner.identifiers.append(Identifier(scheme=scheme, number=number))
            continue
        added = change.field == "region" and partner.region_id is None
        into = asked if line.outcome is Outcome.PROPOSED and not added else written
        name = _FIELD.get(change.field, change.field)
        into[name] = _value(partner, change, one, region)
    change_page(partner, written)
    if asked:
        from_file(act, partner, asked)
    return partner
