"""Bringing in the areas of one council from a lookup file. The council becomes a region."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trust.act import Act, verb
from trust.exchange.areas import COUNCILS, AreaLine
from trust.imports import Change, Line, Outcome, Plan, plan
from trust.names import fold
from trust.partners import Installation, Region
from trust.places import Area, new_area
from trust.records import N_, Msg, Ref, Refused
from trust.regions import regions


@dataclass(frozen=True)
class _Chosen:
    """The council whose areas are taken, and its region if that is here already."""

    council: AreaLine
    key: str
    region: Region | None


def plan_areas(session: Session, lines: Sequence[AreaLine], council: str = "") -> Plan:
    """What bringing in the areas of ``council`` (its name or code) would do; writes nothing.

    An area is known again by its code. ONS gives a new code when a boundary moves, so an area
    that a later file still has keeps the boundary year it came with. Raises ``Refused`` when
    the file has no council of that name, or several and none was named.
    """
    chosen = _choose(session, lines, council)
    here: dict[str, Area] = {}
    if chosen.region:
        stmt = select(Area).where(Area.region_id == chosen.region.id, Area.code != "")
        here = {area.code: area for area in session.scalars(stmt.order_by(Area.year))}
    own = [
        one
        for one in lines
        if one.council in (chosen.council.code, "") and (one.kind not in COUNCILS or one.outcome)
    ]
    return plan(
        [_line(one, here.get(one.code)) for one in own],
        council=chosen.council.code,
        key=chosen.key,
        name=chosen.council.name,
        region=str(chosen.region.id) if chosen.region else "",
    )


@verb("areas:import", may="area:import")
def import_areas(
    act: Act, where: Installation, lines: Sequence[AreaLine], council: str, seen: str
) -> Plan:
    """Bring ``lines`` in, as the plan with the fingerprint ``seen`` showed it, and make the
    region if it is not here. Returns the plan with the new areas in it. Raises ``Refused``
    when the plan is another by now."""
    now = plan_areas(act.session, lines, council)
    now.check_seen(seen)
    chosen = _choose(act.session, lines, council)
    region = chosen.region
    if region is None:
        region = Region(key=chosen.key, name=chosen.council.name)
        act.session.add(region)
        act.session.flush()
    areas = {
        place: _write(act, line, region) for place, line in enumerate(now.lines) if line.writes
    }
    act.session.flush()
    done = now.written({place: Ref.of(area) for place, area in areas.items()})
    act.fact(region=region.id, council=chosen.council.code, **done.facts())
    return done


def _choose(session: Session, lines: Sequence[AreaLine], council: str) -> _Chosen:
    councils = {one.code: one for one in lines if one.kind in COUNCILS and not one.outcome}
    if not councils:
        raise Refused(
            N_("This file does not say which council its areas belong to."),
            next_step=Msg(N_("Choose a lookup file that has a column such as LAD24CD.")),
        )
    named = [one for one in councils.values() if fold(council) in (fold(one.name), fold(one.code))]
    found = named if council else list(councils.values())
    if len(found) != 1:
        some = ", ".join(sorted(one.name for one in councils.values())[:5])
        raise Refused(
            Msg(
                N_("This file has areas of %(count)s councils: %(some)s."),
                {"count": len(councils), "some": some},
            ),
            field="council",
            next_step=Msg(N_("Say which council to bring in, by its name or code.")),
        )
    code = found[0].code
    key = next(
        (one.key for one in regions().values() if one.code == code),
        re.sub(r"[^a-z0-9]+", "-", fold(found[0].name)).strip("-"),
    )
    region = session.scalars(select(Region).where(Region.key == key)).one_or_none()
    return _Chosen(found[0], key, region)


def _line(one: AreaLine, area: Area | None) -> Line:
    label = f"{one.name} {one.code}".strip()
    if one.outcome is not None:
        return Line(one.row, one.outcome, label, why=one.why)
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
