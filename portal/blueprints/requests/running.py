"""Starting a request, opening it, putting it to one more partner, closing it."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l

from pilots import asking, composing, requests
from pilots.pilot import Pilot
from pilots.requests import Request
from portal import access
from portal.access import page
from portal.blueprints.requests.blueprint import bp
from portal.blueprints.requests.show import MoreForm, for_writers, put_to_us
from portal.contacts import tell_coordinator
from portal.fields import DateParts, Form, LongText, Number, Text, at_most, need
from portal.pages import attempt, changed_meanwhile, render
from trust.partners import Partner
from trust.records import N_, Hidden, Ref


class DeclineForm(Form):
    reason = LongText(
        _l("Why not?"),
        hint=_l("A few words are enough. The council reads this. Nothing bad follows."),
        rows=3,
        count=1000,
        optional=True,
    )


class RequestForm(Form):
    title = Text(
        _l("Title"),
        [need(N_("Give it a short title")), at_most(120)],
        hint=_l("For example “Damp repairs: what you see”."),
    )
    why = LongText(
        _l("Why do you ask?"),
        need(N_("Say why you ask. Whoever answers will read it")),
        hint=_l("Say what you will do with the answers. Groups read this first."),
        rows=3,
        count=500,
        safeguarding=False,
    )
    minutes = Number(
        _l("How many minutes does it take?"),
        need(N_("Say how many minutes it takes")),
        hint=_l("Try it yourself, and add some. Short requests get answers."),
        width=3,
    )
    payment = Text(
        _l("What do you pay for this?"),
        at_most(120),
        hint=_l("For example “£20 for each group”. Groups see it before they start."),
        optional=True,
    )
    closes_on = DateParts(
        _l("By which day do you hope to hear?"),
        hint=_l("Groups see this day. The request stays open until you close it."),
        optional=True,
    )


def own(id: int) -> Request:
    """A pilot's request that this person may write."""
    found = access.load(Request, id)
    if found.pilot_id is None or not requests.edit.allowed(access.actor(), found):
        raise Hidden("request")
    return found


def given(form: RequestForm, lang: str) -> dict[str, Any]:
    """What the form says, as the verbs take it."""
    return {
        "title": {lang: form.title.data},
        "why": {lang: form.why.data},
        "minutes": form.minutes.data,
        "payment": form.payment.data or "",
        "closes_on": form.closes_on.data,
    }


@bp.route("/pilots/<id:id>/requests/new", methods=["GET", "POST"])
@page(read="request:write", change="request:write")
def new(id: int) -> Any:
    """Start a request of a pilot: what it is called, why, and what it takes."""
    pilot = access.load(Pilot, id)
    if not access.actor().holds("request:write", Ref.of(pilot)):
        raise Hidden("pilot")
    form = RequestForm()
    if form.validate_on_submit():
        made = attempt(form, requests.write, pilot, **given(form, pilot.lang))
        if made:
            return redirect(url_for("requests.show", id=made.id), 303)
    return render("requests/edit.html", form=form, pilot=pilot, request_=None, saved=[])


@bp.route("/requests/<id:id>/edit", methods=["GET", "POST"])
@page(read="request:write", change="request:write")
def edit(id: int) -> Any:
    """Change what it is called, why, and what it takes, while it is being written."""
    found = own(id)
    pilot = access.load(Pilot, found.pilot_id or 0)
    held = {
        "title": found.title.get(pilot.lang, ""),
        "why": found.why.get(pilot.lang, ""),
        "minutes": found.minutes,
        "payment": found.payment,
        "closes_on": found.closes_on,
    }
    form = RequestForm(data=held)
    saved: list[tuple[str, str, str]] = []
    if request.method == "GET":
        form.version.data = found.version
    elif form.validate_on_submit():
        differs = [
            (form[name].label.text, str(value or ""), str(form[name].data or ""))
            for name, value in held.items()
            if (value or None) != (form[name].data or None)
        ]
        if differs and changed_meanwhile(form, found):
            saved = differs
        elif attempt(form, requests.edit, found, **given(form, pilot.lang)):
            return redirect(url_for("requests.show", id=id), 303)
    return render(
        "requests/edit.html",
        form=form,
        pilot=pilot,
        request_=found,
        saved=saved,
    )


def _move(id: int, verb: Any, form: Form, **how: Any) -> Any:
    """Run a verb on a request; a refusal stands on the request's own page."""
    found = own(id)
    if form.validate_on_submit() and attempt(form, verb, found, **how):
        return redirect(url_for("requests.show", id=id), 303)
    return for_writers(own(id), form)


@bp.route("/requests/<id:id>/open", methods=["POST"])
@page(read="request:write", change="request:write")
def open_(id: int) -> Any:
    """Open it, and put it to all who can be asked."""
    form = MoreForm()
    return _move(id, asking.open_request, form, reason=form.reason.data or "")


@bp.route("/requests/<id:id>/again", methods=["POST"])
@page(read="request:write", change="request:write")
def again(id: int) -> Any:
    """Start a new request with the questions of this one."""
    made = composing.begin_again(access.act(request.form.get("token")), own(id))
    return redirect(url_for("requests.show", id=made.id), 303)


@bp.route("/requests/<id:id>/not-this-time", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write")
def decline(id: int) -> Any:
    """A partner that was asked says no this time."""
    found = access.load(Request, id)
    asked = put_to_us(found)
    pilot = access.session().get(Pilot, found.pilot_id) if found.pilot_id else None
    if asked is None or pilot is None or not asking.decline.allowed(access.actor(), asked):
        raise Hidden("request")
    form = DeclineForm()
    if form.validate_on_submit() and attempt(
        form, asking.decline, asked, request=found, reason=form.reason.data or ""
    ):
        return redirect(url_for("requests.show", id=id, declined="yes"), 303)
    tell_coordinator(pilot)
    return render("requests/decline.html", form=form, request_=found)


@bp.route("/requests/<id:id>/close", methods=["POST"])
@page(read="request:write", change="request:write")
def close(id: int) -> Any:
    """Close it: nothing more can be sent."""
    return _move(id, requests.close, Form())


@bp.route("/requests/<id:id>/reopen", methods=["POST"])
@page(read="request:write", change="request:write")
def reopen(id: int) -> Any:
    """Open it again for those who were asked."""
    return _move(id, requests.reopen, Form())


@bp.route("/requests/<id:id>/put", methods=["POST"])
@page(read="request:write", change="request:write")
def put(id: int) -> Any:
    """Put an open request to one more partner."""
    chosen = request.form.get("partner", "")
    partner = access.load(Partner, int(chosen[:9]) if chosen.isdecimal() else 0)
    form = MoreForm()
    return _move(id, asking.put, form, partner=partner, reason=form.reason.data or "")
