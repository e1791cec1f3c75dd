"""Who looked at what we shared, and where it was used: ours to read, to print and to keep."""

from typing import Any

from flask import Blueprint, make_response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select

from pilots import uses
from pilots.contributions import Contribution
from pilots.releases import Release
from pilots.uses import SHOW, Use
from portal import access, sheet_files
from portal.access import page
from portal.fields import Form, Pick
from portal.import_lines import harmless
from portal.languages import day, say, words
from portal.pages import render
from portal.paging import part_of
from portal.places import each
from trust.calendar import london_day
from trust.partners import Partner
from trust.records import Hidden, Ref

bp = Blueprint("uses", __name__)

MOST = 5000
"""The lines of a file."""


class ShowForm(Form):
    class Meta(Form.Meta):
        csrf = False

    show = Pick(_l("What to show"), blank=_l("All of it"))


def _own() -> Partner:
    """The partner whose log it is: whoever reads its answers reads who looked at them."""
    own = access.acting_partner()
    if not access.actor().holds("contribution:read", Ref.of(own)):
        raise Hidden("partner")
    return own


def _asked(own: Partner) -> dict[str, Any]:
    """What the log is narrowed to, as its address says. ``Hidden`` for another's answer."""
    show, of = request.args.get("show", ""), request.args.get("of", "")
    if show not in ("", *SHOW):
        raise Hidden("uses")
    held = None
    if of:
        if not of.isascii() or not of.isdecimal() or len(of) > 9:
            raise Hidden("contribution")
        held = access.load(Contribution, int(of))
        if held.giver_id != own.id:
            raise Hidden("contribution")
    return {"show": show, "of": held.id if held else None}


@bp.route("/uses")
@page(read="contribution:read")
def index() -> Any:
    """The log, newest first: of one answer (``?of=17``) or of all that we shared."""
    own = _own()
    asked = _asked(own)
    form = ShowForm(formdata=request.args)
    form.show.offer((key, say(text)) for key, text in SHOW.items())
    part = part_of(access.session(), uses.log(own.id, **asked), **asked)
    kept = {key: value for key, value in asked.items() if value}
    return render(
        "uses/index.html",
        form=form,
        part=part,
        own=own,
        of=asked["of"],
        lines=_lines([Use(*row) for row in part.rows]),
        sheet=url_for("uses.sheet", **kept),
    )


def _lines(found: list[Use]) -> list[list[Any]]:
    answer, finding = each("contributions.show"), each("insight.show")
    elsewhere = {"table": each("releases.show"), "public": each("publications.show")}
    said = {kind: say(text) for kind, text in uses.KINDS.items()}
    tables = {one.detail_id for one in found if one.kind == "table"}
    stmt = Release.visible(select(Release).where(Release.id.in_(tables)), access.actor())
    open_ = {one.id for one in access.session().scalars(stmt)} if tables else set()
    lines = []
    for one in found:
        what: Any = said[one.kind]
        if one.detail_id is not None and (one.kind != "table" or one.detail_id in open_):
            what = _link(elsewhere.get(one.kind, finding)(one.detail_id), what)
        about = _link(answer(one.contribution_id), words(one.reference or ""))
        lines.append([day(one.at), what, _who(one), about])
    return lines


def _link(address: str, text: Any) -> Any:
    return Markup('<a class="govuk-link" href="{}">{}</a>').format(address, text)


def _who(one: Use) -> Any:
    """Whoever looked, by name and partner."""
    named = ", ".join(filter(None, (one.person, one.partner)))
    return words(named) if named else ""


@bp.route("/uses.csv")
@page(read="contribution:read", again="open")
def sheet() -> Any:
    """The same as a file, for ourselves."""
    own = _own()
    found = access.session().execute(uses.log(own.id, **_asked(own)).limit(MOST))
    rows = [[_("Day"), _("What happened"), _("Name"), _("Organisation"), _("Answer")]]
    for one in (Use(*row) for row in found):
        cells = (say(uses.KINDS[one.kind]), one.person or "", one.partner or "")
        when = london_day(one.at).isoformat()
        rows.append([when, *map(harmless, cells), one.reference or ""])
    response = make_response(sheet_files.as_csv(rows))
    response.headers["Content-Type"] = sheet_files.TYPES["csv"]
    response.headers["Content-Disposition"] = 'attachment; filename="who-looked.csv"'
    return response
