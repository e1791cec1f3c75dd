"""Asking for a change to one clause, and answering it."""

from typing import Any

from flask import redirect, request, url_for

from portal import access
from portal.access import page
from portal.agreement_text import change_shown, changes_shown, filled, headings, item_of
from portal.blueprints.agreements.blueprint import (
    agreement_of,
    back_to,
    bp,
    may_answer,
    other_side,
    to_take_back,
)
from portal.fields import Form
from portal.forms.agreements import AnswerForm, adds_words, answer_form, change_form, options_of
from portal.pages import attempt, changed_meanwhile, render
from portal.routes import id_asked
from trust import negotiation
from trust.agreements import Agreement, open_changes
from trust.changes import Wanted, change_of
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
        wanted = _wanted(form, key)
        mine = change_shown(agreement, change_of(wanted))
        said = N_("The agreement changed while you wrote. Look at it again.")
        if not changed_meanwhile(form, agreement, said) and attempt(
            form,
            verb,
            agreement,
            why=form.why.data,
            **wanted,
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


def _wanted(form: Form, key: str) -> Wanted:
    return Wanted(
        clause=key,
        options=options_of(form),
        leave_out=bool("leave_out" in form and form.leave_out.data),
        note=form.note.data or "",
        purpose=(form.purpose.data or "") if "purpose" in form else "",
        review_on=form.review_on.data if "review_on" in form else None,
    )


@bp.route("/agreements/<id:id>/take-back", methods=["GET", "POST"])
@page(read="agreement:ask", change="agreement:ask")
def take_back(id: int) -> Any:
    """Take back a change that one's own side asked for (``?change=7``), before it is answered."""
    agreement, actor, form = agreement_of(id), access.actor(), Form()
    asked, last = id_asked("change"), len(open_changes(agreement)) == 1
    verb = negotiation.take_back_last if last else negotiation.take_back
    change = next((one for one in to_take_back(agreement, actor) if one.id == asked), None)
    if change is None:
        return redirect(url_for("agreements.show", id=agreement.id), 303)
    if form.validate_on_submit() and attempt(form, verb, agreement, chosen=change.id):
        return back_to(agreement, "taken-back")
    return render(
        "agreements/take_back.html",
        form=form,
        agreement=agreement,
        other=other_side(agreement),
        waiting=changes_shown(agreement, [change]),
        last=last,
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
