"""The two sorts of files that bring something in: how each is read, and what it would do."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal import sheets
from portal.forms.imports import AreasForm, FileForm, PartnersForm
from portal.sheet_limits import Limits
from trust.exchange import area_import, areas, partner_import, register
from trust.imports import Plan
from trust.partners import Region, region_named

LIMITS = Limits(size=12_000_000)


@dataclass(frozen=True)
class Job:
    """One sort of file, and the words of its pages."""

    key: str
    form: type[FileForm]
    title: Any
    text: Any
    columns: Any


PARTNERS = Job(
    "partners",
    PartnersForm,
    _l("Bring organisations in"),
    _l("For example from the charity register. Phone numbers and addresses stay out."),
    _l("It needs a column for the name, and one for the charity number."),
)
AREAS = Job(
    "areas",
    AreasForm,
    _l("Bring areas in"),
    _l("Wards and the like, from a lookup file of the Office for National Statistics (ONS)."),
    _l("It needs columns for codes and names, such as WD24CD, WD24NM, LAD24CD and LAD24NM."),
)


def read(job: Job, content: bytes, name: str) -> tuple[list[Any], sheets.Sheet]:
    """What the rows of a file propose, and the sheet they are in. Raises ``Refused`` for a file
    that cannot be read."""
    sheet = sheets.read(io.BytesIO(content), name, LIMITS)
    lines = register.read if job is PARTNERS else areas.read
    return list(lines(sheet.columns, sheet.rows)), sheet


def region_of(session: Session, given: dict[str, str]) -> Region | None:
    """The region chosen with a file: one that is here, or a new one that is not stored yet."""
    if "new_region" in given:
        return region_named(session, given["new_region"])
    return session.get_one(Region, int(given["region"])) if "region" in given else None


def plan(
    session: Session, job: Job, lines: Sequence[Any], given: dict[str, str], council: str
) -> Plan:
    """What the lines would do now; writes nothing. Raises ``Refused``, with the field
    ``council`` when the file has several and none of them was named."""
    region = region_of(session, given)
    if job is PARTNERS:
        return partner_import.plan_partners(session, lines, region)
    return area_import.plan_areas(session, lines, council, region)
