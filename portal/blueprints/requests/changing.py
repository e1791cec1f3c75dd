"""Changing the questions of a request that was put to somebody: beside what is asked, then put to
them, after a look at whom it touches."""

from typing import Any

from flask import redirect, request, url_for

from pilots import composing, versions
from pilots.requests import STATES, Request
from portal import access, question_changes
from portal.access import page
from portal.blueprints.requests.blueprint import bp
from portal.blueprints.requests.builder import own_draft
from portal.blueprints.requests.running import own
from portal.blueprints.requests.show import COLOURS, lines
from portal.fields import Form
from portal.languages import say
from portal.pages import attempt, render
from trust.records import Hidden


@bp.route("/requests/<id:id>/change", methods=["POST"])
@page(read="request:write", change="request:write")
def change(id: int) -> Any:
    """Begin to change its questions, or go on with that."""
    versions.change(access.act(request.form.get("token")), own(id))
    return redirect(url_for("requests.changes", id=id), 303)


@bp.route("/requests/<id:id>/changes")
@page(read="request:write")
def changes(id: int) -> Any:
    """The change that is being written: its questions, what is different, whom it touches."""
    found, _pilot = own_draft(id)
    if found.state == "draft":
        raise Hidden("request")
    return _page(found, Form())


def _page(found: Request, form: Form) -> Any:
    new, old = composing.written(found).questions, found.newest.questions
    touched = versions.touched(access.session(), found, access.now())
    reached = [one for one in touched if one.standing.missing is None]
    return render(
        "requests/changes.html",
        form=form,
        request_=found,
        state=say(STATES.names[found.state]),
        colour=COLOURS[found.state],
        questions=lines(new),
        full=len(new) >= composing.MOST_QUESTIONS,
        differences=question_changes.shown(versions.differences(old, new)),
        answered=[one.standing for one in reached if one.how == "answered"],
        writing=[one.standing for one in reached if one.how == "writing"],
        asked=[one.standing for one in reached if one.how == "asked"],
        kept=[one.standing for one in touched if one.standing.missing is not None],
    )


@bp.route("/requests/<id:id>/changes/put", methods=["POST"])
@page(read="request:write", change="request:write")
def put_change(id: int) -> Any:
    """Put the change to those who were asked."""
    found = own(id)
    form = Form()
    if form.validate_on_submit() and attempt(form, versions.put_change, found):
        return redirect(url_for("requests.show", id=id, changed=1), 303)
    return _page(own(id), form)


@bp.route("/requests/<id:id>/changes/drop", methods=["GET", "POST"])
@page(read="request:write", change="request:write")
def drop_change(id: int) -> Any:
    """Throw the change away, after a look at it."""
    found, _pilot = own_draft(id)
    if found.state == "draft":
        raise Hidden("request")
    form = Form()
    if form.validate_on_submit() and attempt(form, versions.drop_change, found):
        return redirect(url_for("requests.show", id=id), 303)
    new, old = composing.written(found).questions, found.newest.questions
    return render(
        "requests/drop_change.html",
        form=form,
        request_=found,
        differences=question_changes.shown(versions.differences(old, new)),
    )
