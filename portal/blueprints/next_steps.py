"""What two organisations agreed to do next: done, moved, dropped or taken up again, with the reason
for both to read."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.contacts import tell_whom_to_call
from portal.fields import DateParts, Form, LongText, need
from portal.pages import attempt, render
from trust import next_steps
from trust.partners import Kind, Partner
from trust.records import N_, Hidden
from trust.relationships import Note

bp = Blueprint("next_steps", __name__)


class MoveForm(Form):
    on = DateParts(_l("By when now?"), need(N_("Give the new day")))
    reason = LongText(_l("Why is it moved?"), need(N_("Say why it is moved")), rows=3, count=1000)


class DropForm(Form):
    reason = LongText(
        _l("Why is it dropped?"), need(N_("Say why it is dropped")), rows=3, count=1000
    )


class ReopenForm(Form):
    reason = LongText(_l("Why is it not done?"), need(N_("Say why")), rows=3, count=1000)


def _note(id: int) -> tuple[Note, Partner]:
    """A note whose next step can still be changed by whoever asks, and the other side."""
    note = access.load(Note, id, joinedload(Note.giver), joinedload(Note.taker))
    if not next_steps.move.allowed(access.actor(), note):
        raise Hidden("note")
    other = note.taker if access.actor().acting_for == note.giver_id else note.giver
    tell_whom_to_call(access.acting_partner(), other)
    return note, other


def _foi(note: Note) -> bool:
    return Kind.COUNCIL in (note.giver.kind, note.taker.kind)


@bp.route("/notes/<id:id>/next-step/move", methods=["GET", "POST"])
@page(read="note:write", change="note:write")
def move(id: int) -> Any:
    """Another day, and why."""
    note, other = _note(id)
    form = MoveForm()
    if form.validate_on_submit() and attempt(
        form, next_steps.move, note, on=form.on.data, reason=form.reason.data
    ):
        return redirect(url_for("relationships.note", id=id), 303)
    return render("next_steps/move.html", form=form, note=note, other=other, foi=_foi(note))


@bp.route("/notes/<id:id>/next-step/drop", methods=["GET", "POST"])
@page(read="note:write", change="note:write")
def drop(id: int) -> Any:
    """That it will not be done, and why."""
    note, other = _note(id)
    form = DropForm()
    if form.validate_on_submit() and attempt(form, next_steps.drop, note, reason=form.reason.data):
        return redirect(url_for("relationships.note", id=id), 303)
    return render("next_steps/drop.html", form=form, note=note, other=other, foi=_foi(note))


@bp.route("/notes/<id:id>/next-step/reopen", methods=["GET", "POST"])
@page(read="note:write", change="note:write")
def reopen(id: int) -> Any:
    """That it is not done after all, and why."""
    note, other = _note(id)
    form = ReopenForm()
    if form.validate_on_submit() and attempt(
        form, next_steps.reopen, note, reason=form.reason.data
    ):
        return redirect(url_for("relationships.note", id=id), 303)
    return render("next_steps/reopen.html", form=form, note=note, other=other, foi=_foi(note))


@bp.route("/notes/<id:id>/next-step", methods=["POST"])
@page(read="note:write", change="note:write")
def tick(id: int) -> Any:
    """Say that the next step is done, or that it is not done after all."""
    note = access.load(Note, id)
    done = request.form.get("done") != "no"
    next_steps.tick(access.act(request.form.get("token")), note, done=done)
    if request.form.get("back") == "note":
        return redirect(url_for("relationships.note", id=note.id), 303)
    other = next_steps.other_side(access.actor(), note)
    return redirect(url_for("relationships.show", id=other), 303)
