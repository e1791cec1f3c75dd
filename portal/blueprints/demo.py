"""The demo's mailbox: what would have been mailed, and to whom. Registered in demo mode only."""

from itertools import groupby
from typing import Any

import pyotp
from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from pilots.releases import Release
from portal import access, demo
from portal.access import page
from portal.demo.people import Part, cast
from portal.languages import say, words
from portal.mails import compose
from portal.pages import render
from portal.settings import is_here
from trust import permissions, second_factor
from trust.governance.case import Case
from trust.installation import Region
from trust.outbox import Parcel
from trust.partners import Partner
from trust.people import Person
from trust.records import Hidden

bp = Blueprint("demo", __name__)

NEWEST = 8
STARTS = {"dpo": "case", "invited-reviewer": "case", "observer": "release"}


@bp.route("/demo/mailbox")
@page(read="public")
def mailbox() -> Any:
    """The newest mail of everyone, or of one person; and the codes of their authenticator. Only
    for invented people, and only on this machine, however the portal is served."""
    session, settings = access.session(), current_app.config["PORTAL"]
    if not (demo.is_here(session) and is_here(request.remote_addr)):
        raise Hidden("the demo's mailbox")
    who = request.args.get("who", "")
    people = list(session.scalars(select(Person).order_by(Person.name)))
    chosen = next((one for one in people if str(one.id) == who), None)
    stmt = select(Parcel).order_by(Parcel.due_at.desc(), Parcel.id.desc()).limit(NEWEST)
    if chosen is not None:
        stmt = stmt.where(Parcel.to_person_id == chosen.id)
    mails = []
    for parcel in session.scalars(stmt):
        mail = compose(session, settings, parcel, access.now())
        if mail is not None:
            mails.append((parcel.due_at, mail))
    factor = None
    if chosen is not None and (app := second_factor.authenticator(session, chosen.id)) is not None:
        factor = pyotp.TOTP(second_factor.secret_of(settings.key, app)).at(access.now())
    return render(
        "demo/mailbox.html",
        people=people,
        chosen=chosen,
        mails=mails,
        factor=factor,
        parts=_parts({person.email: person.id for person in people}, _starts()),
    )


def _starts() -> dict[tuple[str, str], str]:
    """Where the roles begin that nothing leads to from home, by region and sort of page."""
    cases = (
        select(Case.id, Region.name).select_from(Case).join(Partner, Partner.id == Case.taker_id)
    )
    tables = select(Release.id, Region.name).join(Partner, Partner.id == Release.taker_id)
    return {
        (region, what): url_for(endpoint, id=id)
        for what, endpoint, stmt in (
            ("case", "cases.show", cases),
            ("release", "releases.show", tables),
        )
        for id, region in access.session().execute(
            stmt.join(Region, Region.id == Partner.region_id)
        )
    }


def _parts(
    ids: dict[str, int], starts: dict[tuple[str, str], str]
) -> list[tuple[str, list[list[Any]]]]:
    """Whom a visitor can be, as a table for each region, with its caption."""
    there = [part for part in cast() if part.email in ids]
    return [
        (
            _("In %(region)s", region=region) if region else _("For all regions"),
            [_row(part, ids[part.email], starts) for part in parts],
        )
        for region, parts in groupby(there, key=lambda part: part.region)
    ]


def _row(part: Part, id: int, starts: dict[tuple[str, str], str]) -> list[Any]:
    link = Markup('<a class="govuk-link" href="{}"{}>{}</a>')
    off = Markup(' translate="no"')
    role = say(permissions.roles()[part.role].name)
    if part.strong:
        role = _("%(role)s (asks for a second code too)", role=role)
    to_try = say(part.to_try)
    start = starts.get((part.region, STARTS.get(part.role, "")))
    about = [
        words(part.email),
        Markup("{}, {}").format(role, words(part.organisation)) if part.organisation else role,
        link.format(start, "", to_try) if start else to_try,
    ]
    name = link.format(url_for("demo.mailbox", who=id), off, part.name)
    return [name, Markup("<br>").join(about)]
