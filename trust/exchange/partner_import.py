"""Bringing partners in from a register, and knowing again those that are here.

A partner is known by its numbers, never by its name alone: two charities may share one. The
charity number decides; a company number does only where no charity number says otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trust.act import Act, verb
from trust.exchange import own_numbers
from trust.exchange.register import PartnerLine, web_address
from trust.imports import Change, Line, Outcome, Plan, one_at_a_time, plan
from trust.installation import Installation, Region
from trust.names import fold
from trust.newcomers import with_people
from trust.partners import Identifier, Kind, Partner, new_partner
from trust.proposals import from_file, from_files
from trust.records import N_, Msg, Ref, Refused

T = TypeVar("T", str, int)
Number = tuple[str, str]
"""Scheme and number."""


@dataclass
class _World:
    """What is here already, of the numbers and names in a file; and, while the file is gone
    through, the rows that took a number or met a partner first."""

    owners: dict[Number, Partner]
    unnumbered: set[str]
    own: dict[str, Partner]
    peopled: set[int]
    asked: dict[int, list[Mapping[str, Any]]]
    taken: dict[Number, int] = field(default_factory=dict)
    met: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, session: Session, lines: Sequence[PartnerLine], address: str, now: datetime
    ) -> "_World":
        own = _own(session, lines, address)
        lines = [_with_elsewhere(line, own) for line in lines]
        numbers = {number for line in lines for _, number in line.identifiers}
        names = {fold(line.name) for line in lines}
        owners: dict[Number, Partner] = {}
        unnumbered: set[str] = set()
        for some in _portions(numbers):
            held = select(Identifier.partner_id).where(Identifier.number.in_(some))
            stmt = select(Partner).where(Partner.id.in_(held))
            stmt = stmt.options(joinedload(Partner.identifiers))
            for partner in session.scalars(stmt).unique():
                owners.update({(one.scheme, one.number): partner for one in partner.identifiers})
        for some in _portions(names):
            without = ~select(Identifier).where(Identifier.partner_id == Partner.id).exists()
            here = without, Partner.merged_into_id.is_(None)
            stmt_names = select(Partner.sort_name).where(Partner.sort_name.in_(some), *here)
            unnumbered.update(session.scalars(stmt_names))
        ids = {partner.id for partner in (*owners.values(), *own.values())}
        peopled: set[int] = set()
        for part in _portions(ids):
            peopled |= with_people(session, part, now)
        asked = from_files(session, peopled) if peopled else {}
        return cls(owners, unnumbered, own, peopled, asked)


def _own(session: Session, lines: Sequence[PartnerLine], address: str) -> dict[str, Partner]:
    """The partners that left this portal under a number of a file."""
    given = {line.own for line in lines if line.own}
    if not given or not address:
        return {}
    here = own_numbers.known(session, address)
    ids = {here[number] for number in given if number in here}
    found: dict[int, Partner] = {}
    for some in _portions(ids):
        stmt = select(Partner).where(Partner.id.in_(some))
        stmt = stmt.options(joinedload(Partner.identifiers))
        found.update((partner.id, partner) for partner in session.scalars(stmt).unique())
    return {number: found[here[number]] for number in given if here.get(number) in found}


def _with_elsewhere(one: PartnerLine, own: Mapping[str, Partner]) -> PartnerLine:
    """``one`` with the number that another portal gave it, unless it comes from this one."""
    if one.elsewhere is None or one.own in own:
        return one
    return replace(one, identifiers=(*one.identifiers, one.elsewhere))


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
    world = _World.of(session, lines, address, now or datetime.now(UTC))
    lines = [_with_elsewhere(line, world.own) for line in lines]
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
    """Bring ``lines`` in, as the plan with the fingerprint ``seen`` showed it, and make
    ``region`` if it is not stored yet. A partner that has people of its own is asked about the
    words on its page (``trust.proposals``). Returns the plan with the new partners in it. Raises
    ``Refused`` when the plan is another by now."""
    one_at_a_time(act.session, where)
    now = plan_partners(act.session, lines, region, address=address, now=act.now)
    now.check_seen(seen)
    if region and region not in act.session:
        act.session.add(region)
        act.session.flush()
    partners = {
        place: _write(act, line, region, lines[place].lang)
        for place, line in enumerate(now.lines)
        if line.writes
    }
    act.session.flush()
    done = now.written({place: Ref.of(partner) for place, partner in partners.items()})
    act.fact(region=region.id if region else None, file=file_sha256, **done.facts())
    return done


def _line(one: PartnerLine, world: _World, region: Region | None) -> Line:
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


def _known(one: PartnerLine, world: _World) -> Partner | None:
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


def _own_numbers(one: PartnerLine, partner: Partner | None, world: _World) -> PartnerLine:
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


def _new(one: PartnerLine, world: _World, region: Region | None) -> Line:
    changes = [Change("name", "", one.name)]
    changes += [Change("identifier", "", "-".join(number)) for number in one.identifiers]
    rest = (("what", one.what), ("website", one.website), ("region", region.name if region else ""))
    changes += [Change(what, "", to) for what, to in rest if to]
    why = one.why
    if fold(one.name) in world.unnumbered:
        same = N_("A group of this name is here already, without a number. Is it the same?")
        why += (Msg(same),)
    return Line(one.row, Outcome.NEW, one.name, changes=tuple(changes), why=why)


def _met(one: PartnerLine, partner: Partner, region: Region | None, world: _World) -> Line:
    """A partner that is here. A file does not write over the page of one that looks after it: its
    people are asked, and where there are none the page stays. A number or a region that was
    missing is added."""
    held = {(known.scheme, known.number) for known in partner.identifiers}
    changes = [
        Change("identifier", "", "-".join(number))
        for number in one.identifiers
        if number not in held
    ]
    if region and partner.region_id is None:
        changes.append(Change("region", "", region.name))
    profile = [
        Change(what, was, to)
        for what, was, to in (
            ("name", partner.name, one.name),
            ("what", _what(partner, one), one.what),
            ("website", partner.website, one.website),
        )
        if to and not _alike(what, was, to)
    ]
    why, left = one.why, Outcome.SAME
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


def _what(partner: Partner, one: PartnerLine) -> str:
    """What a partner says it does: in whichever language it is word for word what a file says,
    which may not know the language; else in the one that it names."""
    said = [text for text in partner.what.values() if _alike("what", text, one.what)]
    return said[0] if said else partner.what.get(one.lang, "")


def _alike(field: str, was: str, to: str) -> bool:
    """Whether two texts say the same: in other lines, or as another way to write an address."""
    if field == "website" and was:
        try:
            was = web_address(was)
        except Refused:
            return False
    return " ".join(was.split()) == " ".join(to.split())


def _was_asked(one: PartnerLine, partner: Partner, change: Change, world: _World) -> bool:
    to = _value(partner, change, one.lang)
    return any(fields.get(change.field) == to for fields in world.asked.get(partner.id, ()))


def _value(partner: Partner, change: Change, lang: str) -> Any:
    """What a field would hold."""
    return {**partner.what, lang: change.to} if change.field == "what" else change.to


def _write(act: Act, line: Line, region: Region | None, lang: str) -> Partner:
    if line.ref is None:
        partner = new_partner(line.label, Kind.VCS, None, what={}, website="")
        act.session.add(partner)
    else:
        partner = act.session.get_one(Partner, line.ref.id)
        partner.changed_at = act.now
    asked = {}
    for change in line.changes:
        if line.outcome is Outcome.PROPOSED and change.field in ("name", "what", "website"):
            asked[change.field] = _value(partner, change, lang)
        elif change.field == "identifier":
            scheme, _, number = change.to.rpartition("-")
            partner.identifiers.append(Identifier(scheme=scheme, number=number))
        elif change.field == "name":
            partner.name, partner.sort_name = change.to, fold(change.to)
        elif change.field == "what":
            partner.what = _value(partner, change, lang)
        elif change.field == "website":
            partner.website = change.to
        elif region:
            partner.region_id = region.id
    if asked:
        from_file(act, partner, asked)
    return partner


def _portions(values: set[T]) -> list[list[T]]:
    """Few enough at a time for one statement on either database."""
    every = sorted(values)
    return [every[start : start + 5_000] for start in range(0, len(every), 5_000)]
