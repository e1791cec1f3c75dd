"""Showing once more that it is you: before signing, taking a case away, or changing who may do
what. Somebody else may have the phone by now."""

import secrets
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _

from portal import access
from portal.access import page
from portal.fields import Form
from portal.forms.signin import FactorForm, MailedForm
from portal.limits import ASKS, TRIES, asked_too_often, proved_too_often
from portal.pages import render
from portal.places import there
from portal.security import local_path
from portal.shell import tell
from trust import passkeys, second_factor, signin
from trust.records import Hidden, Refused

bp = Blueprint("proof", __name__)

BROWSER = "browser"  # as where one signs in: the newest code asked for here counts
SENT = "proof"


@bp.route("/sign-in/again", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in", limits=(TRIES,))
def again() -> Any:
    """By the authenticator app of whoever has one; else by a code that is mailed; or by a passkey,
    which has a page of its own."""
    mine, session = access.signed_in(), access.session()
    tell(mailbox_href=there("demo.mailbox", who=mine.person.id) or "")
    app = second_factor.authenticator(session, mine.person.id) is not None
    keys = passkeys.has_some(session, mine.person.id)
    if mine.person.passkey_only and not app:
        return redirect(url_for("passkeys.prove", next=request.args.get("next")), 303)
    if not app and SENT not in cookie:
        return render("signin/again_send.html", form=Form(), keys=keys, email=mine.person.email)
    form = FactorForm() if app else MailedForm()
    status = 0
    if form.validate_on_submit():
        access.keep_anyway()  # a try counts, whatever comes of it
        if proved_too_often(session, mine.person.id, access.now()):
            form.wrong("code", _("Too many tries for today. Call us"))
            status = 429
        elif _is_right(form, app):
            mine.sign_in.confirmed_at = access.now()
            if app:
                mine.sign_in.second_factor_at = access.now()
            cookie.pop(SENT, None)
            return redirect(local_path(request.args.get("next"), url_for("home.index")), 303)
    return render(
        "signin/again.html", status=status, form=form, app=app, keys=keys, email=mine.person.email
    )


def _is_right(form: Any, app: bool) -> bool:
    """Whether what was typed is the code, of this person and no other."""
    mine, session = access.signed_in(), access.session()
    key, typed = current_app.config["PORTAL"].key, form.code.data
    try:
        if app:
            second_factor.check_second_factor(session, key, mine.person.id, typed, access.now())
            return True
        asked = cookie.get(BROWSER, "")
        signin.redeem(session, key, asked, access.now(), typed=typed)
        signin.choose(session, asked, mine.person.id, access.now())
    except Hidden:  # a code of another mailbox
        form.refused(Refused(signin.WRONG_CODE, field="code"))
        return False
    except Refused as refused:
        form.refused(refused)
        return False
    return True


@bp.route("/sign-in/again/send", methods=["POST"])
@page(read="signed-in", change="signed-in", limits=(ASKS,))
def send() -> Any:
    """Mail a code to whoever is signed in here."""
    mine, session = access.signed_in(), access.session()
    if asked_too_often(session, mine.person.email, access.now()):
        raise Refused(signin.TOO_OFTEN)
    if mine.person.passkey_only:
        raise Refused(signin.ONLY_PASSKEY)
    cookie[BROWSER] = browser = secrets.token_urlsafe(32)
    cookie[SENT] = True
    signin.ask(session, mine.person.email, browser, access.now())
    return redirect(url_for("proof.again", next=request.args.get("next")), 303)
