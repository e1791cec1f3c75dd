"""The two sorts of files that bring something in: how each is read, and what it would do."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal import partner_files, sheets
from portal.forms.imports import AreasForm, FileForm, PartnersForm
from portal.sheet_limits import Limits
from trust.exchange import area_import, areas, partner_import
from trust.imports import Plan
from trust.installation import Region, region_named

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
    _l("From the charity register, say. Phone numbers, emails and street addresses stay out."),
    _l("We also read grants (360Giving) and Open Referral UK, as JSON or CSV."),
)
AREAS = Job(
    "areas",
    AreasForm,
    _l("Bring areas in"),
    _l("Wards and the like, from a lookup file of the Office for National Statistics (ONS)."),
    _l("It needs columns for codes and names, such as WD24CD, WD24NM, LAD24CD and LAD24NM."),
)


def read(job: Job, content: bytes, name: str) -> tuple[list[Any], sheets.Sheet | None]:
    """What the rows of a file propose, and the sheet they are in, if any. Raises ``Refused`` for
    a file that cannot be read."""
    if job is PARTNERS:
        lines, found = partner_files.read(content, name, LIMITS)
        return list(lines), found
    sheet = sheets.read(io.BytesIO(content), name, LIMITS)
    return list(areas.read(sheet.columns, sheet.rows)), sheet


def region_of(session: Session, given: dict[str, str]) -> Region | None:
    """The region chosen with a file: one that is here, or a new one that is not stored yet."""
    if "new_region" in given:
        return region_named(session, given["new_region"])
    return session.get_one(Region, int(given["region"])) if "region" in given else None


def plan(
    session: Session,
    job: Job,
    lines: Sequence[Any],
    given: dict[str, str],
    council: str,
    *,
    address: str = "",
    now: datetime | None = None,
) -> Plan:
    """What the lines would do ``now``; writes nothing. ``address`` is the portal's own. Raises
    ``Refused``, with the field ``council`` when the file has several and none was named."""
    region = region_of(session, given)
    if job is PARTNERS:
        return partner_import.plan_partners(session, lines, region, address=address, now=now)
    return area_import.plan_areas(session, lines, council, region)
