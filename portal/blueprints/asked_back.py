"""A group wants an answer back, and says so by phone or on paper: somebody outside writes it
down."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from pilots.asking_back import record_back, to_ask_back, waiting_for
from pilots.contributions import Contribution
from portal import access
from portal.access import page
from portal.forms.recordings import BackForm
from portal.languages import current, offered
from portal.pages import attempt, render
from trust import recordings
from trust.calendar import london_day
from trust.records import Hidden

bp = Blueprint("asked_back", __name__)


@bp.route("/contributions/<id:id>/record-back", methods=["GET", "POST"])
@page(read="agreement:record", change="agreement:record", again="change")
def record(id: int) -> Any:
    """Write it down. Nothing of the answer is shown: whoever stands by a group does not read it."""
    stmt = to_ask_back(access.actor(), access.now()).where(Contribution.id == id)
    held = access.session().scalars(stmt).first()
    if held is None:
        raise Hidden("contribution")
    waiting = waiting_for(access.session(), held)
    if waiting is not None and request.method == "GET":
        return redirect(url_for("recordings.show", id=waiting.id), 303)
    recordings.check_outside(access.actor(), held)
    form = BackForm(data={"said_on": london_day(access.now()), "lang": current().code})
    form.lang.offer((one.code, one.own_name) for one in offered())
    if form.validate_on_submit():
        made = attempt(
            form,
            record_back,
            held,
            name=form.name.data,
            role=form.role.data,
            how=form.how.data,
            said_on=form.said_on.data,
            lang=form.lang.data,
            why=form.why.data or "",
        )
        if made:
            return redirect(url_for("recordings.show", id=made.id, done="said"), 303)
    return render("recordings/record_back.html", form=form, held=held)
