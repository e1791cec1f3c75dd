"""Looking at an agreement again: proposing a new version of it."""

from datetime import timedelta
from typing import Any

from flask import redirect, request, url_for

from portal import access
from portal.access import page
from portal.blueprints.agreements.blueprint import agreement_of, bp, other_side
from portal.forms.agreements import RenewForm
from portal.pages import attempt, render
from trust import renewal
from trust.agreements import next_version
from trust.calendar import london_day
from trust.records import Hidden

A_YEAR = timedelta(days=365)


@bp.route("/agreements/<id:id>/renew", methods=["GET", "POST"])
@page(read="agreement:propose", change="agreement:propose")
def renew(id: int) -> Any:
    """Propose a new version. The old one holds until both sides have signed the new."""
    agreement = agreement_of(id)
    if not renewal.renew.allowed(access.actor(), agreement):
        raise Hidden("agreement")
    newer = next_version(access.session(), agreement)
    if request.method == "GET" and (newer is not None or agreement.state != "in-force"):
        there = newer.id if newer is not None else agreement.id
        return redirect(url_for("agreements.show", id=there), 303)
    form = RenewForm(data={"review_on": london_day(access.now()) + A_YEAR})
    if form.validate_on_submit():
        made = attempt(form, renewal.renew, agreement, review_on=form.review_on.data)
        if made:
            return redirect(url_for("agreements.show", id=made.id, done="renewed"), 303)
    other = other_side(agreement)
    return render("agreements/renew.html", form=form, agreement=agreement, other=other)
