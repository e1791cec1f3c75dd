"""What whoever looks after this portal does: organisations, their first people, regions. Nothing
that anybody wrote is shown here (safety.md, "Misuse by an officer")."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import access
from portal.access import page
from portal.fields import Form, Pick, Text, at_most, need
from portal.languages import say, words
from portal.meanwhile import Saved, overtaken, remember
from portal.pages import attempt, render
from portal.paging import part_of
from portal.places import there
from trust import newcomers, partners, profiles, seats
from trust.installation import INSTALLATION, Installation, regions_here
from trust.partners import KINDS, Kind, Partner
from trust.records import N_, Hidden

bp = Blueprint("installation", __name__)


class SettleForm(Form):
    kind = Pick(_l("Kind"), need(N_("Choose what kind of organisation it is")))
    region = Pick(
        _l("Region"),
        blank=_l("None: it works in more than one"),
        own_words=True,
        optional=True,
    )


class PartnerForm(SettleForm):
    name = Text(_l("Name"), [need(N_("Enter the name of the organisation")), at_most(200)])


def _offer(form: SettleForm) -> None:
    form.kind.offer((kind.value, say(name)) for kind, name in KINDS.items())
    form.region.offer((region.id, region.name) for region in regions_here(access.session()))


def _said(form: SettleForm) -> dict[str, Any]:
    region = int(form.region.data) if form.region.data else None
    return {"kind": Kind(form.kind.data), "region_id": region}


@bp.route("/installation")
@page(read="installation:read")
def index() -> Any:
    """Organisations for whom nobody acts yet, regions, and what can be brought in."""
    actor = access.actor()
    held = regions_here(access.session())
    names = {region.id: region.name for region in held}
    part = part_of(access.session(), newcomers.unpeopled(actor, access.now()))
    imports = [
        (_("Organisations from a register"), there("imports.partners")),
        (_("Areas, such as wards"), there("imports.areas")),
    ]
    duties = [
        (_("What people ask about their own data"), there("rights.index")),
        (_("How long we keep what"), there("rights.keeps")),
    ]
    return render(
        "installation/index.html",
        part=part,
        regions=held,
        add_region_href=there("imports.region"),
        elections_href=there("elections.index"),
        twice=there("merges.index"),
        imports=[(text, href) for text, href in imports if href],
        duties=[(text, href) for text, href in duties if href],
        rows=[
            {
                "title": words(one.name),
                "href": url_for("people.invite_first", id=one.id)
                if seats.give_first.possible(actor, one)
                else url_for("partners.show", id=one.id),
                "hint": say(KINDS[Kind(one.kind)]),
                "status": words(names[one.region_id]) if one.region_id else "–",
            }
            for one in part.rows
        ],
    )


@bp.route("/installation/partners/new", methods=["GET", "POST"])
@page(read="partner:add", change="partner:add")
def add_partner() -> Any:
    """Add a council, a supporting or regional body, or a group. Next, its first person."""
    where = access.session().get_one(Installation, INSTALLATION.id)
    form = PartnerForm()
    _offer(form)
    if form.validate_on_submit():
        made = attempt(form, partners.add, where, name=form.name.data, **_said(form))
        if made:
            return redirect(url_for("people.invite_first", id=made.id), 303)
    return render("installation/add_partner.html", form=form)


@bp.route("/installation/partners/<id:id>", methods=["GET", "POST"])
@page(read="partner:add", change="partner:add")
def settle_partner(id: int) -> Any:
    """Say what an organisation is, and where it belongs."""
    partner = access.load(Partner, id)
    if not profiles.settle.possible(access.actor(), partner):
        raise Hidden("partner")
    now = {"kind": str(partner.kind), "region": str(partner.region_id or "")}
    form = SettleForm(data=now)
    _offer(form)
    remember(form, partner)
    saved: Saved = []
    if form.validate_on_submit():
        saved = overtaken(form, partner, now)
        if not saved and attempt(form, profiles.settle, partner, **_said(form)):
            return redirect(url_for("partners.show", id=id), 303)
    return render("installation/settle_partner.html", form=form, partner=partner, saved=saved)
