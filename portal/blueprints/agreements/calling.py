"""Whom to call at one side, as that side says it itself."""

from typing import Any

from flask import redirect, request, url_for

from portal import access
from portal.access import page
from portal.blueprints.agreements.blueprint import agreement_of, back_to, bp, other_side
from portal.forms.agreements import contacts_form
from portal.pages import attempt, changed_meanwhile, render
from trust import parties
from trust.contacts import line
from trust.records import N_


@bp.route("/agreements/<id:id>/contacts", methods=["GET", "POST"])
@page(read="agreement:propose", change="agreement:propose")
def contacts(id: int) -> Any:
    """Say whom to call at one's own side. The text changes, so both sides sign it anew."""
    agreement = agreement_of(id)
    if request.method == "GET" and not parties.set_contacts.possible(access.actor(), agreement):
        return redirect(url_for("agreements.show", id=agreement.id), 303)
    own = access.acting_partner()
    form = contacts_form(agreement, own)
    if request.method == "GET":
        form.version.data = agreement.version
    elif form.validate_on_submit():
        said = N_("The agreement changed while you wrote. Look at it again.")
        if not changed_meanwhile(form, agreement, said) and attempt(
            form,
            parties.set_contacts,
            agreement,
            contact=line(form.own_name.data, form.own_phone.data),
            deputy=line(form.own_deputy.data, form.own_deputy_phone.data),
        ):
            return back_to(agreement, "called")
    other = other_side(agreement)
    return render("agreements/contacts.html", form=form, agreement=agreement, own=own, other=other)
