"""Putting a profile right, and bringing a small group in."""

from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import selectinload

from portal import access
from portal.access import page
from portal.blueprints.partners.blueprint import bp
from portal.forms.partners import (
    IntroduceForm,
    ProfileForm,
    changes,
    complete_website,
    numbers_form,
    offer,
    profile,
    saved_meanwhile,
)
from portal.languages import LANGUAGES, current
from portal.meanwhile import Saved, overtaken, remember
from portal.pages import attempt, changed_meanwhile, render
from trust import (
    newcomers,
    numbers,
    partners,
    profiles,
)
from trust.directory import places_of
from trust.installation import regions_here
from trust.partners import Partner
from trust.records import Hidden


@bp.route("/partners/<id:id>/check", methods=["POST"])
@page(read="partner:edit", change="partner:edit")
def check(id: int) -> Any:
    """Say that the profile is still right."""
    partner = access.load(Partner, id)
    profiles.check(access.act(request.form.get("token")), partner)
    return redirect(url_for("partners.show", id=partner.id, done="checked"), 303)


@bp.route("/partners/<id:id>/edit", methods=["GET", "POST"])
@page(read="partner:edit", change="partner:edit")
def edit(id: int) -> Any:
    """Put the profile right. If somebody saved it meanwhile, both texts are shown."""
    partner = access.load(Partner, id)
    if not profiles.edit.possible(access.actor(), partner):
        raise Hidden("partner")
    places, here = places_of(access.session(), partner.region_id), regions_here(access.session())
    form = ProfileForm(data=profile(partner, places))
    offer(form, partner, places, here)
    saved: list[tuple[Any, str, str]] = []
    if request.method == "GET":
        form.version.data = partner.version
    elif form.validate_on_submit():
        website_fits = complete_website(form)
        differs = saved_meanwhile(form, partner, here)
        if differs and changed_meanwhile(form, partner):
            saved = differs
        elif website_fits and attempt(form, profiles.edit, partner, **changes(form, partner)):
            return redirect(url_for("partners.show", id=partner.id, done="saved"), 303)
    lang = current().code
    return render(
        "partners/edit.html",
        form=form,
        partner=partner,
        saved=saved,
        elsewhere=[
            (LANGUAGES[code].own_name if code in LANGUAGES else code, code, text)
            for code, text in partner.what.items()
            if code != lang
        ],
    )


@bp.route("/partners/<id:id>/numbers", methods=["GET", "POST"])
@page(read="partner:edit", change="partner:edit")
def edit_numbers(id: int) -> Any:
    """Say which numbers the organisation has in public registers."""
    partner = access.load(Partner, id, selectinload(Partner.identifiers))
    if not numbers.put_right.possible(access.actor(), partner):
        raise Hidden("partner")
    form = numbers_form(partner)
    remember(form, partner)
    saved: Saved = []
    if form.validate_on_submit():
        asked = numbers.asked_of(partner)
        saved = overtaken(form, partner, {key: numbers.typed(partner, key) for key in asked})
        given = {scheme: form[scheme].data or "" for scheme in asked}
        if not saved and attempt(form, numbers.put_right, partner, numbers=given):
            return redirect(url_for("partners.show", id=id, done="saved"), 303)
    return render("partners/numbers.html", form=form, partner=partner, saved=saved)


@bp.route("/partners/introduce", methods=["GET", "POST"])
@page(read="partner:introduce", change="partner:introduce")
def introduce() -> Any:
    """A supporter brings in a small group that it stands by."""
    own = access.acting_partner()
    form = IntroduceForm()
    same: list[Partner] = []
    if form.validate_on_submit():
        made = attempt(
            form,
            newcomers.introduce,
            own,
            name=form.name.data,
            what=form.what.data or "",
            lang=current().code,
            why=form.why.data,
            same_name=form.same_name.data,
        )
        if made:
            return redirect(url_for("partners.show", id=made.id, done="introduced"), 303)
        same = partners.of_name(access.session(), form.name.data, own.region_id)
    return render("partners/introduce.html", form=form, own=own, same=same)
