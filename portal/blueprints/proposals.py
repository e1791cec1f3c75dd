"""Changes to an organisation's page that another one proposes, and its answer."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.contacts import tell_whom_to_call
from portal.fields import ChooseMany, Form, LongText
from portal.forms.partners import (
    ProfileForm,
    ProposeForm,
    changes,
    complete_website,
    offer,
    profile,
    shown,
)
from portal.languages import say, words
from portal.meanwhile import remember
from portal.pages import attempt, changed_meanwhile, render
from trust import proposals
from trust.differences import difference
from trust.directory import places_of
from trust.installation import regions_here
from trust.partners import Partner
from trust.proposals import STATES, Proposal
from trust.records import N_, Hidden

bp = Blueprint("proposals", __name__)

PAGE_CHANGED = N_("Somebody changed your page while you read. Look at what stands there now.")

LABELS = {
    name: field.args[0] for name, field in vars(ProfileForm).items() if hasattr(field, "args")
}


class TakeForm(Form):
    fields = ChooseMany(_l("What of it is right?"))


class DeclineForm(Form):
    reason = LongText(_l("Why, if you like to say"), rows=2, count=500, optional=True)


@bp.route("/partners/<id:id>/propose", methods=["GET", "POST"])
@page(read="partner:propose", change="partner:propose")
def new(id: int) -> Any:
    """Propose other words for somebody else's page."""
    own, partner = access.acting_partner(), access.load(Partner, id)
    if not proposals.propose.allowed(access.actor(), own) or own.id == partner.id:
        raise Hidden("partner")
    tell_whom_to_call(own, partner)
    places = places_of(access.session(), partner.region_id)
    form = ProposeForm(data=profile(partner, places))
    offer(form, partner, places, regions_here(access.session()))
    if form.validate_on_submit() and complete_website(form):
        made = attempt(
            form,
            proposals.propose,
            own,
            other=partner,
            fields=changes(form, partner),
            why=form.why.data or "",
        )
        if made:
            return redirect(url_for("proposals.show", id=made.id, done="sent"), 303)
    return render("proposals/new.html", form=form, partner=partner, own=own)


@bp.route("/proposals/<id:id>", methods=["GET", "POST"])
@page(read="has-role", change="partner:edit")
def show(id: int) -> Any:
    """The difference, for both sides; for the one whose page it is, what of it is right."""
    both = joinedload(Proposal.giver), joinedload(Proposal.taker), joinedload(Proposal.by)
    held = access.load(Proposal, id, *both)
    own = held.taker_id == access.actor().acting_for
    tell_whom_to_call(held.taker if own else held.giver, held.giver if own else held.taker)
    may = own and proposals.take.possible(access.actor(), held)
    form = TakeForm(data={"fields": list(held.fields)})
    form.fields.offer((name, LABELS[name]) for name in held.fields)
    remember(form, held.taker)
    if (
        form.validate_on_submit()
        and not changed_meanwhile(form, held.taker, PAGE_CHANGED)
        and attempt(form, proposals.take, held, fields=form.fields.data or [])
    ):
        return redirect(url_for("partners.show", id=held.taker_id, done="taken"), 303)
    return render(
        "proposals/show.html",
        form=form,
        held=held,
        own=own,
        may=may,
        state=say(STATES.names[held.state]),
        differences=[_difference(held, name) for name in held.fields],
        taken=[LABELS[name] for name in held.taken],
    )


@bp.route("/proposals/<id:id>/decline", methods=["GET", "POST"])
@page(read="partner:edit", change="partner:edit")
def decline(id: int) -> Any:
    """Leave one's page as it is."""
    held = access.load(Proposal, id)
    if not proposals.decline.allowed(access.actor(), held):
        raise Hidden("proposal")
    if request.method == "GET" and held.state != "waiting":
        return redirect(url_for("proposals.show", id=id), 303)
    form = DeclineForm()
    if form.validate_on_submit() and attempt(
        form, proposals.decline, held, reason=form.reason.data or ""
    ):
        return redirect(url_for("proposals.show", id=id), 303)
    return render("proposals/decline.html", form=form, held=held)


def _difference(held: Proposal, name: str) -> dict[str, Any]:
    """One field: what stands there now (or stood there, once it is answered), and what would."""
    now = getattr(held.taker, name) if held.state == "waiting" else held.before[name]
    here = regions_here(access.session()) if name == "region_id" else ()
    then, new = shown(name, now, here), shown(name, held.fields[name], here)
    return {
        "label": LABELS[name],
        "pieces": difference(then, new),
        "empty": not then,
        "new": words(new),
    }
