"""Who speaks for a group, when nobody is left who does, and when two people each say so."""

from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.fields import Choose, Email, Form, LongText, Pick, Text, at_most, need
from portal.languages import say, words
from portal.limits import TRIES
from portal.pages import attempt, render
from portal.talking import pass_on
from trust import contacts, dispute, vouching
from trust.dispute import STATES, Dispute
from trust.partners import Partner
from trust.people import Person
from trust.records import N_, Hidden, Ref
from trust.safeguarding import told
from trust.vouching import MAILBOX, Vouching

bp = Blueprint("speaking", __name__)


class VouchForm(Form):
    name = Text(_l("Name of the new person"), [need(N_("Enter the person’s name")), at_most(120)])
    email = Email(_l("Their email address"), need(N_("Enter their email address")))
    why = LongText(
        _l("How do you know that this is right?"),
        need(N_("Say how you know that this is right")),
        hint=_l("For example: the group chose them when it met on Monday."),
        rows=3,
        count=500,
        safeguarding=False,
    )
    route = Choose(
        _l("Who of the group says yes to it?"), need(N_("Choose who of the group says yes"))
    )


@bp.route("/partners/<id:id>/vouch", methods=["GET", "POST"])
@page(read="partner:vouch", change="partner:vouch", again="open")
def vouch(id: int) -> Any:
    """Vouch for the one who is to speak for a group that nobody speaks for any more."""
    own, partner = access.acting_partner(), access.load(Partner, id)
    session, now = access.session(), access.now()
    if not vouching.vouch.allowed(access.actor(), partner):
        raise Hidden("partner")
    if not vouching.nobody_speaks(session, partner, now):
        raise Hidden("vouching")
    form = VouchForm()
    known = vouching.routes(session, partner, access.signed_in().person, own)
    mailbox = say(N_("The mailbox that the group shares"))
    form.route.offer(
        (key, mailbox if key == MAILBOX else words(name)) for key, name in known.items()
    )
    if known and form.validate_on_submit():
        given = {"email": form.email.data, "why": form.why.data, "route": form.route.data}
        if attempt(form, vouching.vouch, partner, own=own, name=form.name.data, **given):
            return redirect(url_for("partners.show", id=id), 303)
    waits = vouching.waiting(session, id, now)
    return render("speaking/vouch.html", form=form, partner=partner, known=known, waits=waits)


@bp.route("/vouchings/<id:id>/take-back", methods=["POST"])
@page(read="partner:vouch", change="partner:vouch")
def take_back(id: int) -> Any:
    """Take back that one vouched for somebody."""
    held = access.load(Vouching, id)
    vouching.take_back(access.act(request.form.get("token")), held)
    return redirect(url_for("partners.show", id=held.partner_id), 303)


@bp.route("/vouching/<id:id>/<token>", methods=["GET", "POST"])
@page(read="public", change="public", limits=(TRIES,))
def answer(id: int, token: str) -> Any:
    """The second way to a group says yes or no. Opening the link shows buttons: a mail scanner
    that opens links does no harm."""
    key = current_app.config["PORTAL"].key
    held = vouching.by_link(access.session(), key, id, token, access.now())
    form = Form()
    said = request.form.get("answer", "")
    if form.validate_on_submit():
        verb = {"yes": vouching.confirm, "no": vouching.deny}.get(said)
        if verb is None:
            form.wrong(None, say(N_("Choose yes or no")))
        elif attempt(form, verb, held):
            return redirect(url_for("speaking.answer", id=id, token=token), 303)
    return render("speaking/answer.html", form=form, held=held)


class RaiseForm(Form):
    other = Pick(_l("Who?"), need(N_("Choose a person")), own_words=True)
    why = LongText(
        _l("What happened?"),
        need(N_("Say why, in your own words")),
        hint=_l("Everybody who acts for your group reads this. Nobody else does."),
        rows=4,
        count=500,
    )


@bp.route("/partners/<id:id>/who-speaks", methods=["GET", "POST"])
@page(read="partner:edit", change="partner:edit")
def raise_(id: int) -> Any:
    """Say that somebody else does not speak for our group: signing waits until it is settled."""
    partner = access.load(Partner, id)
    if not dispute.claim.allowed(access.actor(), partner):
        raise Hidden("partner")
    held = dispute.open_one(access.session(), id, access.now())
    if held is not None and request.method == "GET":
        return redirect(url_for("speaking.show", id=held.id), 303)
    form, me = RaiseForm(), access.actor().person_id
    known = contacts.colleagues(access.session(), id, access.act())
    people = {str(one): name for one, name in known.items() if one != me}
    form.other.offer((one, words(name)) for one, name in people.items())
    if form.validate_on_submit() and form.other.data in people:
        other = access.session().get_one(Person, int(form.other.data))
        made = attempt(form, dispute.claim, partner, other=other, why=form.why.data or "")
        if made:
            return redirect(url_for("speaking.show", id=made.id), 303)
    return render("speaking/raise.html", form=form, partner=partner, people=people)


@bp.route("/disputes/<id:id>", methods=["GET", "POST"])
@page(read="partner:edit", change="partner:edit")
def show(id: int) -> Any:
    """Where it stands, and how it ends: both say that it is settled, or one withdraws."""
    both = joinedload(Dispute.one), joinedload(Dispute.other), joinedload(Dispute.partner)
    held = access.load(Dispute, id, *both)
    me = access.actor().person_id
    form = Form()
    said = request.form.get("answer", "")
    if form.validate_on_submit():
        if me not in held.two:
            raise Hidden("dispute")
        agree = dispute.agree_too if held.state == "one-agrees" else dispute.agree
        verb = {"agree": agree, "withdraw": dispute.withdraw}.get(said)
        if verb is None:
            form.wrong(None, say(N_("Choose one of the options shown.")))
        elif attempt(form, verb, held):
            return redirect(url_for("speaking.show", id=id), 303)
    return render(
        "speaking/dispute.html",
        form=form,
        held=held,
        state=say(STATES.names[held.state]),
        open=held.state in dispute.OPEN,
        mine=me in held.two,
        at_risk=pass_on(held),
        passed_on=told(access.session(), Ref.of(held), held.partner_id),
        agreed=held.state == "one-agrees" and held.agreed_by_id == me,
    )
