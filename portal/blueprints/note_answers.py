"""What the side that wrote a note answers, where the other side says that it was different."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.contacts import tell_whom_to_call
from portal.fields import Form, LongText, YesNo, need
from portal.pages import attempt, render
from trust import note_answers, relationships
from trust.records import N_, Hidden
from trust.relationships import Note

bp = Blueprint("note_answers", __name__)


class AnswerForm(Form):
    right = YesNo(_l("Is what they say right?"), need(N_("Say if it is right")))
    reason = LongText(
        _l("How do you remember it?"),
        hint=_l("Both stand side by side: what they said, and your words. You answer once."),
        rows=4,
        count=1000,
        optional=True,
    )


@bp.route("/notes/<id:id>/answer", methods=["GET", "POST"])
@page(read="note:write", change="note:write")
def answer(id: int) -> Any:
    """Answer what the other side said of a note that we wrote."""
    note = access.load(Note, id, joinedload(Note.giver), joinedload(Note.taker))
    given, actor = note_answers.answers(access.session(), note), access.actor()
    if actor.acting_for != note.giver_id or not note_answers.answer.allowed(actor, note):
        raise Hidden("note")
    form = AnswerForm()
    if form.validate_on_submit():
        if attempt(
            form,
            note_answers.answer,
            note,
            right=form.right.data,
            words=form.reason.data or "",
        ):
            return redirect(url_for("relationships.note", id=id), 303)
    elif not form.errors and not note_answers.may_answer(actor, note, given):
        return redirect(url_for("relationships.note", id=id), 303)
    tell_whom_to_call(access.acting_partner(), note.taker)
    return render(
        "relationships/answer.html",
        form=form,
        note=note,
        disputed=relationships.disputed_because(access.session(), note)
        if note.state == "disputed"
        else "",
    )
