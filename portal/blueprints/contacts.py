"""Whom to call at an organisation: it says so itself."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import lazy_gettext as _l

from portal import access
from portal.access import page
from portal.contacts import contacts_shown
from portal.fields import Choose, Email, Form, Phone, Pick, Text, Tick, at_most, need
from portal.languages import words
from portal.meanwhile import Saved, overtaken, remember
from portal.pages import attempt, render
from portal.places import each
from trust import contacts
from trust.contacts import SHOWN_TO, WAYS, Contact
from trust.partners import Partner
from trust.records import N_, Hidden

bp = Blueprint("contacts", __name__)


class ContactForm(Form):
    person = Pick(_l("Who is it?"), blank=_l("Somebody not listed"), own_words=True)
    name = Text(_l("Name"), at_most(120), hint=_l("Only for somebody not listed above."))
    role = Text(
        _l("What they do"), at_most(120), hint=_l("For example: runs the lunch club"), optional=True
    )
    way = Pick(
        _l("How they like to be reached"),
        blank=_l("Not said"),
        choices=[(key, _l(text)) for key, text in WAYS.items()],
    )
    ask_for = Text(
        _l("What one must know for that"),
        at_most(200),
        hint=_l("Where to write to, whom to ask for, or when to call."),
        optional=True,
    )
    phone = Phone(_l("Phone"), optional=True)
    email = Email(_l("Email address"), optional=True)
    shown_to = Choose(
        _l("Who sees the number and the email?"),
        need(N_("Choose who sees the number and the email")),
        choices=[(key, _l(text)) for key, text in SHOWN_TO.items()],
    )
    said_yes = Tick(_l("They said yes to that"))
    deputy = Pick(_l("Who stands in for them?"), blank=_l("Nobody yet"), own_words=True)


def _own(id: int) -> Partner:
    """The partner, for those who keep its page."""
    partner = access.load(Partner, id)
    if not contacts.add.allowed(access.actor(), partner):
        raise Hidden("partner")
    return partner


@bp.route("/partners/<id:id>/contacts")
@page(read="partner:edit")
def index(id: int) -> Any:
    """All contacts of our organisation, to be kept right."""
    partner = _own(id)
    return render(
        "contacts/index.html",
        partner=partner,
        contacts=contacts_shown(partner),
        edit_href=each("contacts.edit"),
        done=request.args.get("done", ""),
    )


def _data(held: Contact) -> dict[str, Any]:
    """A contact as its form holds it."""
    plain = ("name", "role", "way", "ask_for", "email", "shown_to", "said_yes")
    data = {name: getattr(held, name) for name in plain}
    return data | {"phone": held.number, "deputy": str(held.deputy_id or "")}


def _form(partner: Partner, held: Contact | None) -> ContactForm:
    """What is asked about a contact: about a colleague, only what is not theirs to say."""
    session, me = access.session(), access.actor().person_id
    here = contacts.of(session, partner.id)
    form = ContactForm(data={"shown_to": "nobody"} if held is None else _data(held))
    others = [one for one in here if held is None or one.id != held.id]
    form.deputy.offer((str(one.id), words(one.name)) for one in others)
    if held is None:
        named = {one.person_id for one in here}
        known = contacts.colleagues(session, partner.id, access.act())
        form.person.offer((str(id), words(name)) for id, name in known.items() if id not in named)
        return form
    del form.person
    if held.person_id is not None:
        del form.name, form.phone, form.said_yes
        if held.person_id != me:
            del form.email, form.shown_to
    return form


def _given(form: ContactForm) -> dict[str, Any]:
    """What was typed, as the verbs take it."""
    plain = ("name", "role", "way", "ask_for", "email", "phone", "shown_to", "said_yes")
    given = {name: form[name].data for name in plain if name in form}
    deputy = form.deputy.data or ""
    return given | {"deputy_id": int(deputy) if deputy.isdecimal() else None}


@bp.route("/partners/<id:id>/contacts/new", methods=["GET", "POST"])
@page(read="partner:edit", change="partner:edit")
def new(id: int) -> Any:
    """Name somebody to call."""
    partner = _own(id)
    form = _form(partner, None)
    if form.validate_on_submit():
        chosen = form.person.data or ""
        person_id = int(chosen) if chosen.isdecimal() else None
        if attempt(form, contacts.add, partner, person_id=person_id, **_given(form)):
            theirs = person_id is not None and person_id != access.actor().person_id
            typed = form.phone.data or form.email.data
            done = "theirs" if theirs and typed else "yes"
            return redirect(url_for("contacts.index", id=id, done=done), 303)
    return render("contacts/edit.html", form=form, partner=partner, held=None, own=False, saved=[])


@bp.route("/contacts/<id:id>/edit", methods=["GET", "POST"])
@page(read="partner:edit", change="partner:edit")
def edit(id: int) -> Any:
    """Put a contact right."""
    held = access.load(Contact, id)
    partner = _own(held.partner_id)
    form = _form(partner, held)
    remember(form, held)
    saved: Saved = []
    if form.validate_on_submit():
        saved = overtaken(form, held, _data(held))
        if not saved and attempt(form, contacts.change, held, **_given(form)):
            return redirect(url_for("contacts.index", id=partner.id, done="yes"), 303)
    own = held.person_id is not None and held.person_id == access.actor().person_id
    return render("contacts/edit.html", form=form, partner=partner, held=held, own=own, saved=saved)


@bp.route("/contacts/<id:id>/take-out", methods=["POST"])
@page(read="partner:edit", change="partner:edit")
def take_out(id: int) -> Any:
    """Take a contact out."""
    held = access.load(Contact, id)
    partner = _own(held.partner_id)
    contacts.take_out(access.act(request.form.get("token")), partner, contact=held)
    return redirect(url_for("contacts.index", id=partner.id, done="yes"), 303)
