"""The days before an election, for whoever looks after this portal: a council makes nothing public
in them (safety.md, "Elections")."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.fields import DateParts, Form, LongText, Pick, Text, Tick, at_most, need
from portal.meanwhile import Saved, overtaken, remember
from portal.pages import attempt, render
from portal.paging import part_of
from trust import elections
from trust.calendar import london_day
from trust.elections import Election
from trust.installation import INSTALLATION, Installation, Region
from trust.records import N_, Hidden

bp = Blueprint("elections", __name__)


class ElectionForm(Form):
    region = Pick(_l("Region"), need(N_("Choose a region")), blank=_l("Choose one"), own_words=True)
    name = Text(
        _l("Name"),
        [need(N_("Give it a name")), at_most(120)],
        hint=_l("For example: council election"),
    )
    by_election = Tick(_l("It is a by-election"))
    first_day = DateParts(_l("First day"), need(N_("Give the first day")))
    last_day = DateParts(
        _l("Last day"), need(N_("Give the last day")), hint=_l("As a rule, the day of the vote.")
    )
    sure = Tick(_l("Yes, it is that long"))


class ChangeForm(ElectionForm):
    reason = LongText(
        _l("Why does it end on another day?"),
        rows=3,
        count=1000,
        optional=True,
        safeguarding=False,
    )


class TakeAwayForm(Form):
    reason = LongText(
        _l("Why is it taken away?"), need(N_("Say why")), rows=3, count=1000, safeguarding=False
    )


FIELDS = ("name", "by_election", "first_day", "last_day")


@bp.route("/installation/elections")
@page(read="election:keep")
def index() -> Any:
    """All periods, those that end last first: coming, on, and over."""
    session, today = access.session(), london_day(access.now())
    stmt = select(Election).options(joinedload(Election.region))
    stmt = stmt.order_by(Election.last_day.desc(), Election.id.desc())
    part = part_of(session, Election.visible(stmt, access.actor()))
    moved = elections.moved(session, [one.id for one in part.rows])
    regions = session.scalar(select(Region.id).limit(1))
    return render(
        "elections/index.html",
        part=part,
        regions=regions is not None,
        rows=[(one, moved.get(one.id), *_stands(one, today)) for one in part.rows],
    )


def _stands(one: Election, today: Any) -> tuple[str, str, bool]:
    """How a period stands, in which colour, and whether it can still be changed."""
    if one.over(today):
        return _("Over"), "grey", False
    return (_("On now"), "yellow", True) if one.begun(today) else (_("To come"), "blue", True)


@bp.route("/installation/elections/new", methods=["GET", "POST"])
@page(read="election:keep", change="election:keep")
def add() -> Any:
    """Write down a period."""
    session = access.session()
    where = session.get_one(Installation, INSTALLATION.id)
    regions = {str(one.id): one for one in session.scalars(select(Region).order_by(Region.name))}
    form = ElectionForm()
    form.region.offer((id, one.name) for id, one in regions.items())
    if form.validate_on_submit() and attempt(
        form, elections.add, where, region=regions[form.region.data], **_given(form)
    ):
        return redirect(url_for("elections.index"), 303)
    return render("elections/add.html", form=form)


def _given(form: ElectionForm) -> dict[str, Any]:
    """What was typed, as the verbs take it."""
    return {name: form[name].data for name in (*FIELDS, "sure")}


def _open(id: int) -> tuple[Election, bool]:
    """A period that is not over, and whether it has begun."""
    found, today = access.load(Election, id, joinedload(Election.region)), london_day(access.now())
    if found.over(today):
        raise Hidden("election")
    return found, found.begun(today)


@bp.route("/installation/elections/<id:id>", methods=["GET", "POST"])
@page(read="election:keep", change="election:keep")
def change(id: int) -> Any:
    """Put a period right, or let it end on another day."""
    found, begun = _open(id)
    now = {name: getattr(found, name) for name in FIELDS}
    form = ChangeForm(data=now)
    del form.region
    if not begun:
        del form.reason
    remember(form, found)
    saved: Saved = []
    if form.validate_on_submit():
        saved = overtaken(form, found, now)
        reason = (form.reason.data or "") if begun else ""
        if not saved and attempt(form, elections.change, found, **_given(form), reason=reason):
            return redirect(url_for("elections.index"), 303)
    return render("elections/change.html", form=form, election=found, begun=begun, saved=saved)


@bp.route("/installation/elections/<id:id>/take-away", methods=["GET", "POST"])
@page(read="election:keep", change="election:keep")
def take_away(id: int) -> Any:
    """Take away a period that has not begun."""
    found, begun = _open(id)
    if begun:
        raise Hidden("election")
    form = TakeAwayForm()
    if form.validate_on_submit() and attempt(
        form, elections.take_away, found, reason=form.reason.data
    ):
        return redirect(url_for("elections.index"), 303)
    return render("elections/take_away.html", form=form, election=found)
