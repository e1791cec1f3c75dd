"""What an organisation was asked for: how many minutes, in which three months, by whom."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import ngettext

from pilots import burden
from pilots.requests import Asked, Request
from portal import access, ledger_lines
from portal.access import page
from portal.catalogues import gettext as _
from portal.languages import day, number, words
from portal.pages import render
from portal.paging import part_of
from portal.places import each
from portal.routes import day_asked
from trust.records import Hidden, Ref

bp = Blueprint("burden", __name__)


@bp.route("/questions/time")
@page(read="contribution:read", figures="own")
def index() -> Any:
    """The minutes asked of my organisation in three months, by all together; each request, and
    what was agreed. These three months, unless others are asked for by their last day
    (``?quarter=2026-03-31``)."""
    own, session, now = access.acting_partner(), access.session(), access.now()
    if not access.actor().holds("contribution:read", Ref.of(own)):
        raise Hidden("partner")
    offered = {last: (first, last) for first, last in burden.quarters(now)}
    last = day_asked("quarter") if "quarter" in request.args else next(iter(offered))
    if last not in offered:
        raise Hidden("quarter")
    sums = burden.sums(session, own.id, now)
    here = [one for one in sums if one.quarter == last]
    given = {"quarter": last.isoformat()} if "quarter" in request.args else {}
    part = part_of(session, burden.asked_in(own.id, offered[last]), **given)
    return render(
        "burden/index.html",
        months=ledger_lines.months(last),
        running=last == next(iter(offered)),
        minutes=sum(one.minutes for one in here),
        askers=[[words(one.asker), number(one.minutes), number(one.times)] for one in here],
        agreed=burden.agreed_with(session, own.id, now),
        part=part,
        cards=_cards(part.rows),
        others=[
            {
                "text": ledger_lines.months(day_),
                "minutes": number(sum(one.minutes for one in sums if one.quarter == day_)),
                "href": url_for("burden.index", quarter=day_.isoformat()),
            }
            for day_ in offered
            if day_ != last
        ],
    )


def _cards(rows: list[tuple[Asked, Request, str]]) -> list[dict[str, Any]]:
    address = each("requests.show")
    found = []
    for row, asked, taker in rows:
        said = ngettext("They say: %(num)s minute.", "They say: %(num)s minutes.", row.minutes)
        if row.took is not None:
            said = ngettext("It took %(num)s minute.", "It took %(num)s minutes.", row.took)
        lines = [_("Asked by %(partner)s.", partner=taker), said]
        if row.over:
            over = ngettext(
                "%(num)s minute more than was agreed.",
                "%(num)s minutes more than was agreed.",
                row.over,
            )
            lines += [over, _("They say why: %(reason)s", reason=row.reason)]
        found.append(
            {
                "title": words(asked.title),
                "href": address(asked.id),
                "text": " ".join(lines),
                "at": day(row.at),
            }
        )
    return found
