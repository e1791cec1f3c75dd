"""People and their roles: inviting colleagues, saying yes or no, and choosing whom to act for."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pilots.roles import named
from portal import access
from portal.access import page
from portal.fields import Form, Phone, Text, at_most
from portal.forms.seats import SENT, InviteForm, attempt_to_give, just_sent
from portal.languages import day, say
from portal.pages import attempt, render
from portal.places import each, there
from trust import contacts, dispute, mailboxes, people, permissions, seats
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.records import Hidden, Ref

bp = Blueprint("people", __name__)


def _choices(place: str, kind: str, only: set[str] | None = None) -> list[Any]:
    return [
        (role.key, say(role.name), say(role.sentence))
        for role in permissions.roles().values()
        if place in role.held_at and kind in role.kinds and (only is None or role.key in only)
    ]


@bp.route("/people")
@page(read="seat:read")
def index() -> Any:
    """Who acts for our organisation, in which roles; inviting a colleague."""
    partner = access.acting_partner()
    stmt = (
        select(Seat, Person)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.place == Ref.of(partner), *people.in_time(access.now()))
        .order_by(Person.name, Seat.role)
    )
    rows = list(access.session().execute(Seat.visible(stmt, access.actor())))
    roles = permissions.roles()
    return render(
        "people/index.html",
        partner=partner,
        sent=just_sent(rows),
        # Until they say yes by the address that was typed: whose it is, is theirs to tell.
        rows=[
            (seat, person.name if seat.accepted_at else person.email, "", roles[seat.role])
            for seat, person in rows
            if seat.role in roles
        ],
        conflicts_href=there("conflicts.index")
        if partner.kind == Kind.COUNCIL
        and access.actor().holds("conflict:declare", Ref.of(partner))
        else None,
        may_give=access.actor().holds("seat:give-colleague", Ref.of(partner)),
        me=access.actor().person_id,
        end_href=each("people.end"),
        renew_href=each("people.renew"),
        hand_over_href=each("handover.see_out"),
        may_dispute=dispute.claim.allowed(access.actor(), partner),
        disputed=dispute.open_one(access.session(), partner.id, access.now())
        if dispute.claim.allowed(access.actor(), partner)
        else None,
        form=Form(),
    )


@bp.route("/people/invite", methods=["GET", "POST"])
@page(read="seat:give-colleague", change="seat:give-colleague", again="open")
def invite() -> Any:
    """Invite a colleague to our organisation."""
    return _invite(access.acting_partner(), seats.give_at_partner, None)


@bp.route("/partners/<id:id>/invite-first", methods=["GET", "POST"])
@page(read="seat:give-first", change="seat:give-first", again="open")
def invite_first(id: int) -> Any:
    """Invite the first person of an organisation: its signatory, who then invites others."""
    return _invite(access.load(Partner, id), seats.give_first, {"signatory"})


def _invite(partner: Partner, verb: Any, only: set[str] | None) -> Any:
    if not verb.allowed(access.actor(), partner):
        raise Hidden("partner")
    form = InviteForm()
    choices = _choices("partner", partner.kind, only)
    form.role.offer(choices)
    if len(choices) == 1:
        del form.role
    if form.validate_on_submit() and attempt_to_give(
        form,
        verb,
        partner,
        role=form.role.data if form.role else choices[0][0],
        shared=bool(form.shared.data),
    ):
        there = url_for("people.index", done=SENT)
        if only:
            there = url_for("partners.show", id=partner.id, done=SENT)
        return redirect(there, 303)
    return render(
        "people/invite.html",
        form=form,
        partner=partner,
        first=bool(only),
        only_role=choices[0] if len(choices) == 1 else None,
    )


class AnswerForm(Form):
    name = Text(
        _l("Your name"),
        at_most(120),
        hint=_l("Others here see it. Put it right if it is not."),
        autocomplete="name",
    )


@bp.route("/roles/<id:id>", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in")
def seat(id: int) -> Any:
    """A role that was offered to me: what it may do, what I am called; yes or no."""
    held = access.load(Seat, id)
    if held.person_id != access.actor().person_id:
        raise Hidden("seat")
    form = AnswerForm(data={"name": access.signed_in().person.name})
    answer = request.form.get("answer", "")
    if form.validate_on_submit():
        if answer == "no" and attempt(form, seats.decline, held):
            return redirect(url_for("home.index"), 303)
        if answer == "yes" and attempt(form, seats.accept, held, name=form.name.data or ""):
            access.signed_in().sign_in.acting_for_id = held.partner_id
            return redirect(url_for("home.index"), 303)
        if answer not in ("yes", "no"):
            form.wrong(None, _("Choose yes or no"))
    partner = access.session().get(Partner, held.partner_id) if held.partner_id else None
    giver = access.session().get(Person, held.given_by_id) if held.given_by_id else None
    return render(
        "people/seat.html",
        form=form,
        seat=held,
        over=held.ends is not None and held.ends <= access.now(),
        lasts=permissions.roles()[held.role].lasts,
        switches=access.actor().acting_for not in (None, held.partner_id),
        role=permissions.roles()[held.role],
        place=named(access.session(), [held.place]).get(held.place),
        partner=partner,
        giver=giver,
    )


@bp.route("/roles/<id:id>/end", methods=["POST"])
@page(read="seat:give", change="seat:give", again="change")
def end(id: int) -> Any:
    """Take a role away."""
    held = access.load(Seat, id)
    seats.end(access.act(request.form.get("token")), held)
    return _to_place(held)


@bp.route("/roles/<id:id>/renew", methods=["GET", "POST"])
@page(read="seat:give", change="seat:give", again="change")
def renew(id: int) -> Any:
    """Give a role that ends once more."""
    held = access.load(Seat, id)
    if request.method == "POST":
        seats.renew(access.act(request.form.get("token")), held)
        return _to_place(held)
    if not access.actor().holds(seats.renews(held.place), held.place) or held.ends is None:
        raise Hidden("seat")
    return render(
        "people/renew.html",
        form=Form(),
        held=held,
        role=permissions.roles()[held.role],
        person=access.session().get_one(Person, held.person_id),
        place=named(access.session(), [held.place]).get(held.place),
        back=_to_place(held).location,
    )


def _to_place(held: Seat) -> Any:
    """Back to the people of the place at which a role is held."""
    if held.place.noun == "pilot":
        return redirect(url_for("pilots.roles", id=held.place.id), 303)
    return redirect(url_for("people.index"), 303)


@bp.route("/me", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in")
def mine() -> Any:
    """My roles, in words. Each can be left from here."""
    me = access.signed_in()
    form = Form()
    if form.validate_on_submit():
        chosen = request.form.get("seat", "")
        held = access.load(Seat, int(chosen[:9]) if chosen.isdecimal() else 0)
        if attempt(form, seats.leave, held):
            return redirect(url_for("people.mine"), 303)
    stmt = (
        select(Seat, Partner.name)
        .outerjoin(Partner, Partner.id == Seat.partner_id)
        .where(Seat.person_id == me.person.id, *people.in_force(access.now()))
        .order_by(Partner.sort_name, Seat.id)
    )
    roles = permissions.roles()
    found = [(seat, name) for seat, name in access.session().execute(stmt) if seat.role in roles]
    names = named(access.session(), (seat.place for seat, _ in found))
    rows = [
        (seat.id, roles[seat.role], names.get(seat.place), name, day(seat.ends))
        for seat, name in found
    ]
    return render(
        "people/mine.html",
        form=form,
        rows=rows,
        me=me.person,
        own=me.acting_for.name if me.acting_for and me.actor.acting_for else "",
        data_href=there("rights.mine"),
    )


class ReachForm(Form):
    name = Text(_l("Your name"), at_most(120), hint=_l("Others here see it."), autocomplete="name")
    phone = Phone(
        _l("Your phone number"),
        hint=_l("The people you work with here see it. Leave it empty to take it away."),
    )


@bp.route("/me/phone", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in")
def phone() -> Any:
    """What I am called, and the number on which others here may call me: mine to give."""
    person = access.signed_in().person
    form = ReachForm(data={"name": person.name, "phone": person.phone})
    if form.validate_on_submit():
        # Without a name it stays as it is; without a number there is none.
        named_now = not form.name.data or form.name.data == person.name
        named_now = named_now or attempt(form, mailboxes.choose_name, person, name=form.name.data)
        if named_now and attempt(form, contacts.set_phone, person, phone=form.phone.data or ""):
            return redirect(url_for("people.mine"), 303)
    return render("people/phone.html", form=form)


@bp.route("/roles")
@page(read="public")
def roles() -> Any:
    """All roles and what each may do, for anyone to read."""
    return render("people/roles.html", roles=permissions.roles().values())


@bp.route("/acting-for", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in")
def acting_for() -> Any:
    """Choose for which organisation I act. The two are never mixed."""
    me = access.signed_in()
    form = Form()
    if form.validate_on_submit():
        chosen = request.form.get("partner", "")
        known = {str(hat.partner_id or "portal"): hat for hat in me.hats}
        if chosen not in known:
            raise Hidden("partner")
        me.sign_in.acting_for_id = known[chosen].partner_id
        return redirect(url_for("home.index"), 303)
    portal = _("This portal")
    return render(
        "people/acting_for.html",
        form=form,
        hats=[
            (hat.partner_id or "portal", hat.name or portal, hat == me.acting_for)
            for hat in me.hats
        ],
    )
