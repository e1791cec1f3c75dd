"""A letter came: whoever holds it types its number and its code, and says if it is right. Nobody
has to sign in for that."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for

from portal import access
from portal.access import page
from portal.agreement_text import headings
from portal.forms.recordings import LetterForm
from portal.limits import LETTER
from portal.pages import attempt, render
from portal.said import said
from portal.shell import shell, tell
from trust import letters
from trust.recordings import HOW, standing
from trust.records import Refused

bp = Blueprint("letters", __name__)


@bp.route("/letter", methods=["GET", "POST"])
@page(read="public", change="public", limits=(LETTER,))
def confirm() -> Any:
    """Type the code; read what it is about; say yes or no."""
    form, frame = LetterForm(), shell()
    if frame.help is not None:  # nobody here can say it for them
        tell(help=replace(frame.help, instead=False))
    if not form.validate_on_submit():
        return render("letters/confirm.html", form=form, done=request.args.get("done"))
    access.keep_anyway()
    key = current_app.config["PORTAL"].key
    session = access.session()
    try:
        letter = letters.found(session, key, form.reference.data, form.code.data, access.now())
    except Refused as refused:
        session.flush()
        form.refused(refused)
        return render("letters/confirm.html", form=form, done=None)
    held, answer = letter.recording, request.form.get("answer")
    if answer in ("yes", "no"):
        verb = letters.confirm if answer == "yes" else letters.deny
        if attempt(form, verb, held, letter=letter):
            return redirect(url_for("letters.confirm", done=answer), 303)
        return render("letters/confirm.html", form=form, done=None)
    return render(
        "letters/read.html",
        form=form,
        held=held,
        said=said(held),
        stands=standing(held),
        how=HOW[held.how],
        headings=headings(held.agreement) if held.agreement else (),
    )
