"""Asking for a change to one clause, and answering it."""

from typing import Any

from flask import redirect, request, url_for

from portal import access
from portal.access import page
from portal.agreement_text import change_shown, changes_shown, filled, headings, item_of
from portal.blueprints.agreements.blueprint import agreement_of, back_to, bp, may_answer, other_side
from portal.forms.agreements import AnswerForm, adds_words, answer_form, change_form, options_of
from portal.pages import attempt, changed_meanwhile, render
from trust import negotiation
from trust.agreements import Agreement, Change, open_changes
from trust.records import N_, Hidden


@bp.route("/agreements/<id:id>/change", methods=["GET", "POST"])
@page(read="agreement:ask", change="agreement:ask")
def change(id: int) -> Any:
    """Ask for one change, to one clause (``?clause=quote``)."""
    agreement, actor = agreement_of(id), access.actor()
    key = request.args.get("clause", "")
    waits = open_changes(agreement)
    beside = any(one.clause == key for one in waits)
    verb = negotiation.ask_beside if waits else negotiation.ask_change
    if request.method == "GET" and not (verb.possible(actor, agreement) and (beside or not waits)):
        return redirect(url_for("agreements.show", id=agreement.id), 303)
    left_out = negotiation.left_out(access.session(), agreement)
    chosen = next((one for one in (*agreement.parts, *left_out) if one.clause.key == key), None)
    if chosen is None:
        if key:
            raise Hidden("clause")
        return render(
            "agreements/choose_clause.html",
            agreement=agreement,
            headings=headings(agreement),
            left_out=[(one.clause.key, filled(agreement, one.clause.title)) for one in left_out],
        )
    form = change_form(agreement, chosen)
    mine: dict[str, Any] = {}
    if request.method == "GET":
        form.version.data = agreement.version
    elif form.validate_on_submit():
        asked = Change(
            clause=key,
            options=options_of(form),
            leave_out=bool("leave_out" in form and form.leave_out.data),
            note=form.note.data or "",
        )
        mine = change_shown(agreement, asked)
        said = N_("The agreement changed while you wrote. Look at it again.")
        if not changed_meanwhile(form, agreement, said) and attempt(
            form,
            verb,
            agreement,
            clause=key,
            why=form.why.data,
            options=asked.options,
            leave_out=asked.leave_out,
            note=asked.note,
        ):
            return redirect(url_for("agreements.show", id=agreement.id), 303)
    return render(
        "agreements/change.html",
        form=form,
        agreement=agreement,
        item=item_of(agreement, chosen),
        back=chosen in left_out,
        waiting=changes_shown(agreement, waits),
        beside=beside,
        mine=mine,
    )


@bp.route("/agreements/<id:id>/answer", methods=["GET", "POST"])
@page(read="agreement:propose", change="agreement:propose")
def answer(id: int) -> Any:
    """Answer a change that the other side asks for: make it, or keep the words and say why."""
    agreement = agreement_of(id)
    if not may_answer(agreement):
        return redirect(url_for("agreements.show", id=agreement.id), 303)
    waiting = open_changes(agreement)
    form = answer_form(agreement, negotiation.to_answer(agreement, access.actor()))
    if request.method == "GET":
        form.version.data = agreement.version
    elif form.validate_on_submit():
        said = N_("The agreement changed while you read. Look at it again.")
        if not changed_meanwhile(form, agreement, said) and _answered(form, agreement):
            return back_to(agreement, "answered")
    return render(
        "agreements/answer.html",
        form=form,
        agreement=agreement,
        other=other_side(agreement),
        changes=changes_shown(agreement, waiting),
        adds_words=any(map(adds_words, waiting)),
    )


def _answered(form: AnswerForm, agreement: Agreement) -> Any:
    if form.answer.data != "keep":
        leave_out = form.answer.data == "leave-out"
        chosen = int(form.answer.data) if form.answer.data.isdecimal() else None
        return attempt(form, negotiation.make_change, agreement, chosen=chosen, leave_out=leave_out)
    return attempt(form, negotiation.keep_words, agreement, reason=form.reason.data or "")
