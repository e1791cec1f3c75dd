"""Who has which role in a pilot, each role with what it may do."""

from typing import Any

from flask import redirect, request, url_for
from sqlalchemy import select

from pilots import pilot
from pilots.cohort import bodies, joined
from pilots.pilot import Pilot
from portal import access
from portal.access import page
from portal.blueprints.pilots.blueprint import bp
from portal.contacts import tell_coordinator
from portal.fields import Form
from portal.forms.seats import SENT, SeatForm, attempt_to_give, just_sent
from portal.pages import render
from portal.places import each
from trust import people
from trust.partners import Partner
from trust.people import Person, Seat
from trust.permissions import roles as all_roles
from trust.records import Hidden, Ref


@bp.route("/pilots/<id:id>/roles")
@page(read="seat:read")
def roles(id: int) -> Any:
    """The people of a pilot and their roles."""
    found = access.load(Pilot, id)
    if not access.actor().holds("seat:read", Ref.of(found)):
        raise Hidden("seat")
    stmt = (
        select(Seat, Person.name, Person.email, Partner.name)
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(Partner, Partner.id == Seat.partner_id)
        .where(Seat.place == Ref.of(found), *people.in_time(access.now()))
        .order_by(Seat.role, Person.name, Seat.id)
    )
    rows = access.session().execute(Seat.visible(stmt, access.actor())).all()  # type: ignore[arg-type]
    tell_coordinator(found)
    return render(
        "pilots/roles.html",
        pilot=found,
        sent=just_sent(rows),
        rows=[
            # Until they say yes by the address that was typed: whose it is, is theirs to tell.
            (seat, name if seat.accepted_at else email, partner, all_roles()[seat.role])
            for seat, name, email, partner in rows
            if seat.role in all_roles()
        ],
        empty=[
            role
            for role in all_roles().values()
            if "pilot" in role.held_at and role.key not in {seat.role for seat, *_ in rows}
        ],
        may_give=pilot.seat.allowed(access.actor(), found),
        me=access.actor().person_id,
        end_href=each("people.end"),
        renew_href=each("people.renew"),
        form=Form(),
    )


@bp.route("/pilots/<id:id>/roles/give", methods=["GET", "POST"])
@page(read="seat:give", change="seat:give", again="open")
def give_role(id: int) -> Any:
    """Give somebody a role in this pilot."""
    found = access.load(Pilot, id)
    if not pilot.seat.allowed(access.actor(), found):
        raise Hidden("seat")
    session = access.session()
    own = access.acting_partner()
    partners = {own.id: own, found.taker_id: session.get_one(Partner, found.taker_id)}
    partners |= {one.id: one for one in joined(session, found.id)}
    partners |= {one.id: one for one in session.scalars(bodies(access.actor(), found.region_id))}
    form = SeatForm(data={"partner": str(own.id), "role": request.args.get("role")})
    form.partner.offer((one.id, one.name) for one in partners.values())
    form.offer_roles("pilot")
    if form.validate_on_submit() and attempt_to_give(
        form,
        pilot.seat,
        found,
        role=form.role.data,
        partner=partners[int(form.partner.data)],
    ):
        return redirect(url_for("pilots.roles", id=id, done=SENT), 303)
    return render("pilots/give_role.html", form=form, pilot=found)
