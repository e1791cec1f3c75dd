"""Signing with a typed declaration, saying no, and ending."""

from typing import Any

from flask import redirect, request, url_for

from pilots.recall import recall
from portal import access
from portal.access import page
from portal.agreement_text import headings, shown
from portal.blueprints.agreements.blueprint import agreement_of, back_to, bp, may_sign, other_side
from portal.forms.agreements import ReasonForm, SignForm
from portal.pages import attempt, render
from trust import ending, history, mailboxes, signing
from trust.agreements import Agreement


@bp.route("/agreements/<id:id>/sign", methods=["GET", "POST"])
@page(read="agreement:sign", change="agreement:sign", again="open")
def sign(id: int) -> Any:
    """Sign with a typed declaration. It names the text that was read (``?read=…``): if that is
    not the agreement's text any more, nothing is signed and the change is shown."""
    agreement = agreement_of(id)
    of_both = signing.of_both_sides(access.actor(), agreement)
    if not may_sign(agreement) or (of_both and request.method == "GET"):
        return redirect(url_for("agreements.show", id=agreement.id), 303)
    read = request.args.get("read") or agreement.text_sha256
    if request.method == "POST":
        read = request.form.get("read", "")  # what does not say it was read was not
    form = SignForm(data={"name": access.signed_in().person.name})
    if form.validate_on_submit():
        verb = signing.sign if agreement.state == "proposed" else signing.sign_last
        if attempt(
            form,
            verb,
            agreement,
            name=form.name.data,
            role=form.role.data,
            read_sha256=read,
        ):
            return back_to(agreement, "signed")
    since, stale = None, read != agreement.text_sha256
    if stale:
        since = history.as_read(agreement, read)
    return render(
        "agreements/sign.html",
        form=form,
        agreement=agreement,
        own=access.acting_partner(),
        headings=headings(agreement),
        changed=shown(agreement, since[0], agreement.stands, since[1]) if since else {},
        stale=stale,
        shared_mailbox=mailboxes.only_shared(
            access.session(), access.actor(), access.signed_in().person
        ),
    )


@bp.route("/agreements/<id:id>/decline", methods=["GET", "POST"])
@page(read="agreement:sign", change="agreement:sign")
def decline(id: int) -> Any:
    """Say no. It is a proper end, and nothing bad follows."""
    return _stop(agreement_of(id), ending.decline, "declined")


@bp.route("/agreements/<id:id>/end", methods=["GET", "POST"])
@page(read="agreement:end", change="agreement:end")
def end(id: int) -> Any:
    """End an agreement that is in force."""
    return _stop(agreement_of(id), ending.end, "ended")


def _stop(agreement: Agreement, verb: Any, done: str) -> Any:
    if request.method == "GET" and not verb.possible(access.actor(), agreement):
        return redirect(url_for("agreements.show", id=agreement.id), 303)
    form = ReasonForm()
    if form.validate_on_submit() and attempt(form, verb, agreement, reason=form.reason.data):
        return back_to(agreement, done)
    template = {"declined": "decline", "ended": "end"}[done]
    went = None
    if done == "ended":
        went = recall(access.session(), agreement, access.actor(), access.now())
    return render(
        f"agreements/{template}.html",
        form=form,
        agreement=agreement,
        other=other_side(agreement),
        went=went,
    )
