"""Bringing in the areas of one council from a lookup file. The council becomes a region."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trust.act import Act, verb
from trust.exchange.areas import COUNCILS, AreaLine
from trust.imports import Change, Line, Outcome, Plan, one_at_a_time, plan
from trust.installation import Installation, Region, region_named
from trust.names import fold
from trust.places import Area, held_codes, new_area
from trust.records import N_, Msg, Ref, Refused
from trust.regions import regions


@dataclass(frozen=True)
class _Chosen:
    """The council whose areas are taken, and the region they go to (not in the session while
    it is new)."""

    council: AreaLine
    region: Region


def councils(lines: Sequence[AreaLine]) -> dict[str, str]:
    """The councils that a file names: code and name, by name."""
    found = {one.code: one.name for one in lines if one.kind in COUNCILS and not one.outcome}
    return dict(sorted(found.items(), key=lambda one: fold(one[1])))


def plan_areas(
    session: Session,
    lines: Sequence[AreaLine],
    council: str = "",
    region: Region | None = None,
) -> Plan:
    """What bringing in the areas of ``council`` (its name or code) would do; writes nothing.
    They go to ``region``, or else to the one of that council.

    An area is known again by its code. ONS gives a new code when a boundary moves, so an area
    that a later file still has keeps the boundary year it came with. One that another region
    holds is left out: figures would count it twice. Raises ``Refused`` when the file has no
    council of that name, or several and none was named.
    """
    chosen = _choose(session, lines, council, region)
    own = [
        one
        for one in lines
        if one.council in (chosen.council.code, "") and (one.kind not in COUNCILS or one.outcome)
    ]
    held = held_codes(session, {one.code for one in own})
    here = {one.code: one for one in held if one.region_id == chosen.region.id}
    elsewhere = {
        one.code: session.get_one(Region, one.region_id).name
        for one in held
        if one.code not in here
    }
    return plan(
        [_line(one, here.get(one.code), elsewhere.get(one.code, "")) for one in own],
        council=chosen.council.code,
        key=chosen.region.key,
        name=chosen.region.name,
        region=str(chosen.region.id or ""),
    )


@verb("areas:import", may="area:import")
def import_areas(
    act: Act,
    where: Installation,
    lines: Sequence[AreaLine],
    council: str,
    seen: str,
    region: Region | None = None,
    file_sha256: str = "",
) -> Plan:
    """Bring ``lines`` in, as the plan with the fingerprint ``seen`` showed it, and make the
    region if it is not here and gets something. Returns the plan with the new areas in it.
    Raises ``Refused`` when the plan is another by now."""
    one_at_a_time(act.session, where)
    now = plan_areas(act.session, lines, council, region)
    now.check_seen(seen)
    chosen = _choose(act.session, lines, council, region)
    if now.writes and chosen.region not in act.session:
        act.session.add(chosen.region)
        act.session.flush()
    areas = {
        place: _write(act, line, chosen.region)
        for place, line in enumerate(now.lines)
        if line.writes
    }
    act.session.flush()
    done = now.written({place: Ref.of(area) for place, area in areas.items()})
    act.fact(
        region=chosen.region.id,
        council=chosen.council.code,
        file=file_sha256,
        **done.facts(),
    )
    return done


def _choose(
    session: Session, lines: Sequence[AreaLine], council: str, region: Region | None
) -> _Chosen:
    there = {one.code: one for one in lines if one.kind in COUNCILS and not one.outcome}
    if not there:
        raise Refused(
            N_("This file does not say which council its areas belong to."),
            next_step=Msg(N_("Choose a lookup file that has a column such as LAD24CD.")),
        )
    named = [one for one in there.values() if fold(council) in (fold(one.name), fold(one.code))]
    found = named if council else list(there.values())
    if len(found) != 1:
        raise Refused(
            _names(list(councils(lines).values())),
            field="council",
            next_step=Msg(N_("Say which council to bring in, by its name or code.")),
        )
    settled = next((one for one in regions().values() if one.code == found[0].code), None)
    if region is None:
        region = region_named(session, settled.name if settled else found[0].name)
    return _Chosen(found[0], region)


def _names(found: list[str]) -> Msg:
    """Which councils a file has areas of."""
    if len(found) == 1:
        return Msg(N_("This file has areas of one council: %(name)s."), {"name": found[0]})
    some = ", ".join(found[:5])
    return Msg(
        N_("This file has areas of %(count)s councils: %(some)s."),
        {"count": len(found), "some": some},
    )


def _line(one: AreaLine, area: Area | None, elsewhere: str) -> Line:
    """What becomes of one area: new, or ``area`` that is here, or left out because the region
    named ``elsewhere`` holds it."""
    label = f"{one.name} {one.code}".strip()
    if one.outcome is not None:
        return Line(one.row, one.outcome, label, why=one.why)
    if elsewhere:
        why = Msg(N_("It is in another region: %(region)s."), {"region": elsewhere})
        return Line(one.row, Outcome.SKIPPED, label, why=(why,))
    fields = [("name", one.name), ("kind", one.kind)]
    if area is None:
        fields += [("code", one.code), ("year", str(one.year))]
        changes = tuple(Change(field, "", to) for field, to in fields)
        return Line(one.row, Outcome.NEW, label, changes=changes)
    was = {"name": area.name, "kind": area.kind}
    changes = tuple(Change(field, was[field], to) for field, to in fields if was[field] != to)
    outcome = Outcome.CHANGED if changes else Outcome.SAME
    return Line(one.row, outcome, label, Ref.of(area), changes)


def _write(act: Act, line: Line, region: Region) -> Area:
    to = {change.field: change.to for change in line.changes}
    if line.ref is None:
        year = int(to["year"])
        area = new_area(to["name"], region.id, code=to["code"], kind=to["kind"], year=year)
        act.session.add(area)
        return area
    area = act.session.get_one(Area, line.ref.id)
    area.changed_at = act.now
    area.kind = to.get("kind", area.kind)
    area.name = to.get("name", area.name)
    area.sort_name = fold(area.name)
    return area
