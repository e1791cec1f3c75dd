"""Taking the directory away: what whoever asks may see of it, and that they took it."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from trust.act import Act, verb
from trust.directory import Asked, found
from trust.imports import one_at_a_time
from trust.installation import Installation, Region
from trust.partners import Partner

FORMATS = ("csv", "xlsx", "json")


@verb("partners:export", may="has-role")
def export(
    act: Act, where: Installation, *, form: str, asked: Asked
) -> tuple[list[Partner], Mapping[int, str]]:
    """The partners that ``asked`` finds and the actor may see, with their numbers in registers,
    by name; and the names of regions. The event says who took how many away, in which form, and
    what they looked for."""
    assert form in FORMATS, form
    one_at_a_time(act.session, where)
    ids = found(act.session, act.actor, replace(asked, after=None), capped=False).subquery()
    stmt = select(Partner).join(ids, ids.c.id == Partner.id)
    stmt = stmt.order_by(Partner.sort_name, Partner.id).options(selectinload(Partner.identifiers))
    taken = list(act.session.scalars(stmt))
    regions = {region.id: region.name for region in act.session.scalars(select(Region))}
    looked = {name: value for name, value in asdict(asked).items() if value}
    typed = {name: looked.pop(name) for name in ("words", "area") if name in looked}
    act.fact(form=form, count=len(taken), **({"looked": looked} if looked else {}))
    if typed:
        act.words(**typed)
    return taken, regions
