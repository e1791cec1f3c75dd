"""Who has a part in one case: people of the case alone, also from other organisations."""

from typing import Any

from flask import redirect, request, url_for
from sqlalchemy import select

from portal import access
from portal.access import page
from portal.blueprints.cases.blueprint import bp
from portal.blueprints.cases.parts import pilot_of
from portal.forms.seats import SENT, SeatForm, attempt_to_give, just_sent
from portal.pages import render
from trust import permissions
from trust.governance import case as cases
from trust.governance.case import Case
from trust.partners import Partner
from trust.people import Person, Seat, in_time
from trust.records import Hidden, Ref


@bp.route("/cases/<id:id>/people", methods=["GET", "POST"])
@page(read="seat:give", change="seat:give", again="change")
def people(id: int) -> Any:
    """Who has a part in this one case; inviting somebody, also from another organisation."""
    case = access.load(Case, id)
    if not cases.seat.allowed(access.actor(), case):
        raise Hidden("seat")
    session, roles = access.session(), permissions.roles()
    partners = {
        one.id: one
        for one in session.scalars(cases.advisers(access.actor().acting_for, access.now()))
    }
    form = SeatForm(data={"role": "invited-reviewer"})
    form.partner.offer((one.id, one.name) for one in partners.values())
    form.offer_roles("case")
    if form.validate_on_submit() and attempt_to_give(
        form,
        cases.seat,
        case,
        role=form.role.data,
        partner=partners[int(form.partner.data)],
    ):
        return redirect(url_for("cases.people", id=id, done=SENT), 303)
    stmt = (
        select(Seat, Person.name, Person.email, Partner.name)
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(Partner, Partner.id == Seat.partner_id)
        .where(Seat.place == Ref.of(case), *in_time(access.now()))
        .order_by(Seat.role, Person.name, Seat.id)
    )
    rows = session.execute(stmt).all()
    return render(
        "cases/people.html",
        form=form,
        case=case,
        sent=just_sent(rows),
        pilot=pilot_of(case),
        rows=[
            # Until they say yes by the address that was typed: whose it is, is theirs to tell.
            (seat, name if seat.accepted_at else email, partner, roles[seat.role])
            for seat, name, email, partner in rows
            if seat.role in roles
        ],
        may_give=True,
        me=access.actor().person_id,
        end_href=lambda seat: url_for("cases.end_seat", id=case.id, seat=seat),
    )


@bp.route("/cases/<id:id>/people/<id:seat>/end", methods=["POST"])
@page(read="seat:give", change="seat:give", again="change")
def end_seat(id: int, seat: int) -> Any:
    """End somebody's part in this case."""
    case = access.load(Case, id)
    held = access.session().get(Seat, seat)
    if held is None:
        raise Hidden("seat")
    cases.end_seat(access.act(request.form.get("token")), case, seat=held)
    return redirect(url_for("cases.people", id=id), 303)
