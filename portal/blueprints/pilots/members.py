"""One partner's place in a pilot: yes, no, or no longer."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilots import cohort, model
from pilots.cohort import STATES, Member
from pilots.footing import Footing, footings
from pilots.pilot import Pilot
from portal import access
from portal.access import page
from portal.blueprints.pilots.blueprint import bp
from portal.contacts import tell_coordinator
from portal.fields import Choose, Form, LongText, need
from portal.languages import say
from portal.pages import attempt, render
from portal.places import href
from trust.partners import Partner
from trust.records import N_, Ref

VERBS = {"yes": cohort.join, "no": cohort.decline, "leave": cohort.leave}


class AnswerForm(Form):
    answer = Choose(_l("Will you take part?"), need(N_("Choose yes or no")))
    reason = LongText(
        _l("Why not?"),
        hint=_l("A few words are enough. The council reads this. Nothing bad follows."),
        rows=3,
        count=1000,
    )


class LeaveForm(Form):
    reason = LongText(
        _l("Why do you stop taking part?"),
        need(N_("Say why, in your own words")),
        hint=_l("A few words are enough. The council reads this. Nothing bad follows."),
        rows=3,
        count=1000,
    )


@bp.route("/members/<id:id>", methods=["GET", "POST"])
@page(read="pilot:read", change="member:answer")
def member(id: int) -> Any:
    """An invitation to take part: what it is about, yes or no; later, leaving."""
    found = access.load(Member, id)
    # Whoever may read its place may read what it is, also when it said no or left.
    pilot = access.session().get_one(Pilot, found.pilot_id)
    form = _form(found)
    if request.method == "POST" and form.validate_on_submit():
        answer = form.answer.data if isinstance(form, AnswerForm) else "leave"
        given = {} if answer == "yes" else {"reason": form.reason.data or ""}
        if attempt(form, VERBS[answer], found, **given):
            return redirect(url_for("pilots.member", id=id, said=answer), 303)
    tell_coordinator(pilot)
    reason = ""
    if access.actor().holds("pilot:manage", Ref.of(pilot)) or cohort.leave.allowed(
        access.actor(), found
    ):  # why a partner said no is for itself and for the council, as its form says
        reason = cohort.reasons(access.session(), [found]).get(found.id, "")
    between = (Ref.of(pilot), pilot.taker_id, [found.partner_id])
    held = footings(access.session(), *between, access.now())
    footing = held.get(found.partner_id)
    return render(
        "pilots/member.html",
        form=form,
        title=_title(found, pilot),
        member=found,
        just_joined=request.args.get("said") == "yes" and found.state == "joined",
        ours=found.partner_id == access.actor().acting_for,
        agreed=footing is not None and footing.state == "in-force",
        agreement_href=_open_agreement(footing, found),
        state=say(STATES.names[found.state]),
        reason=reason,
        pilot=pilot,
        reads=access.sees(Pilot, pilot.id),
        model=model.load(pilot.model),
        council=access.session().get(Partner, pilot.taker_id),
        may_answer=cohort.join.possible(access.actor(), found) and cohort.goes_on(pilot),
        may_leave=cohort.leave.possible(access.actor(), found),
    )


def _title(found: Member, pilot: Pilot) -> str:
    if found.state == "joined" and found.partner_id == access.actor().acting_for:
        return _("You take part: %(pilot)s", pilot=pilot.name)
    return _("Take part: %(pilot)s", pilot=pilot.name)


def _open_agreement(footing: Footing | None, found: Member) -> str | None:
    """The agreement that is under way, for those who may read it."""
    reads = access.actor().holds("agreement:read", Ref("partner", found.partner_id))
    if footing is None or footing.state in ("declined", "ended") or not reads:
        return None
    return href(Ref("agreement", footing.id))


def _form(found: Member) -> AnswerForm | LeaveForm:
    if found.state == "joined":
        return LeaveForm()
    form = AnswerForm()
    form.answer.offer([("yes", _l("Yes, we take part"))])
    if found.state == "invited":
        form.answer.offer([("yes", _l("Yes, we take part")), ("no", _l("No, not this time"))])
    return form
