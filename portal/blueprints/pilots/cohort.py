"""The cohort of a pilot: who takes part, who is asked to, and what is missing with whom."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l

from pilots import cohort as cohorts
from pilots.cohort import STATES
from pilots.footing import Footing, agreed_elsewhere, footings
from pilots.pilot import Pilot
from portal import access
from portal.access import page
from portal.blueprints.pilots.blueprint import bp
from portal.contacts import tell_coordinator
from portal.fields import Form, Text
from portal.languages import say
from portal.pages import attempt, render
from portal.paging import part_of
from portal.places import href, there
from trust.agreements import STATES as AGREEMENT_STATES
from trust.partners import KINDS, Kind, Partner
from trust.records import Hidden, Ref

COLOURS = {"joined": "green", "invited": "yellow", "declined": "grey", "left": "grey"}


class SearchForm(Form):
    words = Text(_l("Name, or part of it"), attributes={"autocomplete": "off"})


@bp.route("/pilots/<id:id>/cohort")
@page(read="pilot:read")
def cohort(id: int) -> Any:
    """Who takes part, who was asked, who said no and why; and the agreement with each."""
    found = access.load(Pilot, id)
    session, actor = access.session(), access.actor()
    members = cohorts.members(session, found.id)
    manages = actor.holds("pilot:manage", Ref.of(found))
    ids = [one.partner_id for one in members]
    held = footings(session, Ref.of(found), found.taker_id, ids, access.now())
    shown = members if manages else [one for one in members if one.state in ("joined", "invited")]
    tell_coordinator(found)
    return render(
        "pilots/cohort.html",
        pilot=found,
        council=session.get(Partner, found.taker_id),
        may_invite=cohorts.invite.allowed(actor, found) and cohorts.goes_on(found),
        manages=manages,
        members=[
            {
                "member": one,
                "state": say(STATES.names[one.state]),
                "colour": COLOURS[one.state],
                "footing": agreement(found, one.partner_id, held.get(one.partner_id)),
            }
            for one in shown
        ],
        reasons=cohorts.reasons(session, members) if manages else {},
    )


def agreement(found: Pilot, partner_id: int, footing: Footing | None) -> dict[str, Any]:
    """How two partners stand: whether an agreement is in force, else where the one under way
    is, else where one can be proposed. Links only for those who may go there."""
    reads = access.actor().holds("agreement:read", Ref("partner", found.taker_id))
    proposes = access.actor().holds("agreement:propose", Ref("partner", found.taker_id))
    under_way = footing is not None and footing.state not in ("declined", "ended")
    return {
        "in_force": footing is not None and footing.state == "in-force",
        "state": say(AGREEMENT_STATES.names[footing.state]) if footing else "",
        "href": href(Ref("agreement", footing.id)) if footing and reads else None,
        "propose": there("agreements.new", **{"with": partner_id, "pilot": found.id})
        if proposes and not under_way
        else None,
    }


@bp.route("/pilots/<id:id>/cohort/invite", methods=["GET", "POST"])
@page(read="pilot:manage", change="pilot:manage")
def invite(id: int) -> Any:
    """Find partners of the region and invite them; once more those that said no or left."""
    found = access.load(Pilot, id)
    if not cohorts.invite.allowed(access.actor(), found) or not cohorts.goes_on(found):
        raise Hidden("pilot")
    form = Form()
    if form.validate_on_submit():
        co_lead = request.form.get("co_lead", "")
        chosen = co_lead or request.form.get("partner", "")
        partner = access.load(Partner, int(chosen[:9]) if chosen.isdecimal() else 0)
        before = cohorts.before(access.session(), found.id, partner.id)
        given: dict[str, Any] = {"co_lead": bool(co_lead)}
        if (
            attempt(form, cohorts.ask_again, before, **given)
            if before
            else attempt(form, cohorts.invite, found, partner=partner, **given)
        ):
            return redirect(url_for("pilots.cohort", id=id), 303)
    search = SearchForm(formdata=request.args, meta={"csrf": False})
    typed = (search.words.data or "")[:200]
    stmt = cohorts.invitable(access.actor(), found.id, found.region_id, typed)
    part = part_of(access.session(), stmt, id=found.id, words=typed)
    ids = [one.id for one in part.rows]
    between = (Ref.of(found), found.taker_id, ids)
    held = footings(access.session(), *between, access.now())
    states = {one.partner_id: one.state for one in cohorts.members(access.session(), found.id)}
    return render(
        "pilots/invite.html",
        blocks={"found"},
        form=form,
        search=search,
        typed=typed,
        pilot=found,
        part=part,
        elsewhere=agreed_elsewhere(access.session(), *between),
        rows=[
            (
                one,
                say(KINDS[Kind(one.kind)]),
                agreement(found, one.id, held.get(one.id)),
                say(STATES.names[states[one.id]]) if one.id in states else "",
            )
            for one in part.rows
        ],
    )
