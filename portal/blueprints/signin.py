"""Signing in and out, and where one is signed in."""

import secrets
from typing import Any

import pyotp
import segno
from flask import Blueprint, current_app, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from markupsafe import Markup

from portal import access, browsers, languages
from portal.access import page
from portal.arrival import go_on, let_in
from portal.fields import Form
from portal.forms.signin import AskForm, CodeForm, FactorForm, LinkForm
from portal.limits import ASKS, TRIES, asked_too_often, factor_too_often, typed_too_often
from portal.pages import attempt, render
from portal.places import there
from portal.shell import tell
from trust import mailboxes, passkeys, signin, unsent
from trust import second_factor as factors
from trust.people import Person, folded_email
from trust.records import Refused

bp = Blueprint("signin", __name__)

BROWSER = "browser"
SHARED_PHONE = "shared_phone"


def _key() -> bytes:
    key: bytes = current_app.config["PORTAL"].key
    return key


def _why() -> str:
    """Why somebody who did not sign out is asked to sign in: "kept" when what they typed waits."""
    over = access.ran_out()
    if over is None:
        return ""
    kept = unsent.newest(access.session(), over.person_id, access.now(), go_on())
    return "kept" if kept else "over"


@bp.route("/sign-in", methods=["GET", "POST"])
@page(read="public", change="public", limits=(ASKS,))
def ask() -> Any:
    """Ask for a code. The same answer for every address, known here or not."""
    if access.me() is not None:
        return redirect(go_on(), 303)
    form = AskForm()
    if form.validate_on_submit():
        try:
            email = folded_email(form.email.data)
        except Refused as refused:
            form.refused(refused)
            return render("signin/ask.html", form=form, why=_why())
        if asked_too_often(access.session(), email, access.now()):
            form.wrong("email", languages.say(signin.TOO_OFTEN))
            return render("signin/ask.html", form=form, why=_why(), status=429)
        cookie[BROWSER] = browser = secrets.token_urlsafe(32)
        signin.ask(access.session(), email, browser, access.now())
        cookie["asked_for"] = email
        return redirect(url_for("signin.code", next=request.args.get("next")), 303)
    return render("signin/ask.html", form=form, why=_why())


@bp.route("/sign-in/code", methods=["GET", "POST"])
@page(read="public", change="public", limits=(TRIES,))
def code() -> Any:
    """Type the code."""
    if BROWSER not in cookie:
        return redirect(url_for("signin.ask"), 303)
    if request.method == "GET" and _people():
        return redirect(url_for("signin.choose", next=request.args.get("next")), 303)
    form = CodeForm()
    if form.validate_on_submit():
        return _redeem(form, form.shared.data, typed=form.code.data) or render(
            "signin/code.html", form=form, email=cookie.get("asked_for", "")
        )
    return render("signin/code.html", form=form, email=cookie.get("asked_for", ""))


@bp.route("/sign-in/link/<token>", methods=["GET", "POST"])
@page(read="public", change="public", limits=(TRIES,))
def link(token: str) -> Any:
    """The link of the email. Opening it shows a button; only the button uses it up, so a mail
    scanner that opens links does no harm."""
    form = LinkForm()
    if form.validate_on_submit():
        return _redeem(form, form.shared.data, link=token) or render("signin/link.html", form=form)
    return render("signin/link.html", form=form)


def _redeem(form: Form, shared: bool, **given: str) -> Any:
    """Sign in with what was given, or put the refusal into the form. Either way the try counts."""
    access.keep_anyway()
    browser = cookie.get(BROWSER, "")
    email = cookie.get("asked_for", "")
    if "typed" in given and typed_too_often(access.session(), email, access.now()):
        form.wrong("code", _("Many codes were typed for this address today. Open the link instead"))
        return None
    try:
        people = signin.redeem(access.session(), _key(), browser, access.now(), **given)
    except Refused as refused:
        form.refused(refused)
        return None
    if len(people) > 1:
        cookie[SHARED_PHONE] = bool(shared)
        return redirect(url_for("signin.choose", next=request.args.get("next")), 303)
    return _let_in(people[0].id, shared=bool(shared))


def _people() -> list[Person]:
    """Whom this browser may say it is, once its code was right."""
    return signin.to_choose_from(access.session(), cookie.get(BROWSER, ""), access.now())


def _let_in(person_id: int, *, shared: bool) -> Any:
    """Use the code up for one person; or send them on to the passkey that they chose instead."""
    browser = cookie.get(BROWSER, "")
    try:
        person = signin.choose(access.session(), browser, person_id, access.now())
    except Refused:
        return redirect(url_for("passkeys.sign_in", only=1, next=request.args.get("next")), 303)
    return let_in(person, shared=shared)


@bp.route("/sign-in/who", methods=["GET", "POST"])
@page(read="public", change="public", limits=(TRIES,))
def choose() -> Any:
    """For a mailbox that several people read: who of them it is. Nobody is named before the code
    was right; and whoever is not of that address is not there."""
    people = _people()
    if not people:
        return redirect(url_for("signin.ask", next=request.args.get("next")), 303)
    form = Form()
    if form.validate_on_submit():
        if chosen := request.form.get("person", ""):
            number = int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0
            return _let_in(number, shared=bool(cookie.get(SHARED_PHONE)))
        form.wrong(None, _("Choose your name"))
    return render(
        "signin/choose.html",
        form=form,
        email=cookie.get("asked_for", ""),
        people=mailboxes.short_names(people).items(),
    )


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in", limits=(TRIES,))
def second_factor() -> Any:
    """For roles that need it: the code of an authenticator app."""
    mine = access.signed_in()
    if mine.actor.second_factor:
        return redirect(go_on(), 303)
    keys = passkeys.has_some(access.session(), mine.person.id)
    app = factors.authenticator(access.session(), mine.person.id) is not None
    if not app and keys:
        return redirect(url_for("passkeys.prove", next=request.args.get("next")), 303)
    if not app:
        return redirect(url_for("signin.authenticator", next=request.args.get("next")), 303)
    tell(mailbox_href=there("demo.mailbox", who=mine.person.id) or "")
    form = FactorForm()
    if form.validate_on_submit():
        access.keep_anyway()
        if factor_too_often(access.session(), mine.person.id, access.now()):
            form.wrong("code", _("Too many tries. Wait 15 minutes, then type the newest code"))
            return render("signin/second_factor.html", form=form, keys=keys, status=429)
        try:
            factors.check_second_factor(
                access.session(), _key(), mine.person.id, form.code.data, access.now()
            )
        except Refused as refused:
            form.refused(refused)
        else:
            mine.sign_in.second_factor_at = mine.sign_in.confirmed_at = access.now()
            return redirect(go_on(), 303)
    return render("signin/second_factor.html", form=form, keys=keys)


@bp.route("/sign-in/authenticator", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in", limits=(TRIES,), again="open")
def authenticator() -> Any:
    """Set up an authenticator app. Whoever has a passkey shows it first: else a mailbox alone would
    be enough to make a second factor beside it. A shared one is not enough for a first, either,
    where a role needs it."""
    mine = access.signed_in()
    keys = passkeys.has_some(access.session(), mine.person.id)
    if keys and not mine.actor.second_factor:
        return redirect(url_for("signin.second_factor", next=request.args.get("next")), 303)
    if factors.authenticator(access.session(), mine.person.id) is not None:
        return redirect(url_for("signin.second_factor", next=request.args.get("next")), 303)
    if any(hat.second_factor for hat in mine.hats) and not mine.actor.second_factor:
        mailboxes.check_first_factor(access.session(), mine.person)
    form = FactorForm()
    # The secret waits in the signed cookie until its first code proves that the app has it.
    secret = cookie.setdefault("authenticator", factors.fresh_secret())
    if form.validate_on_submit() and attempt(
        form,
        factors.set_authenticator,
        mine.person,
        key=_key(),
        secret=secret,
        typed=form.code.data,
    ):
        cookie.pop("authenticator")
        mine.sign_in.second_factor_at = access.now()
        return redirect(go_on(), 303)
    name = current_app.config["PORTAL"].name
    own = mine.person.email
    if mailboxes.is_shared(access.session(), mine.person):
        own = f"{mine.person.name} · {own}"
    address = pyotp.TOTP(secret).provisioning_uri(name=own, issuer_name=name)
    picture = segno.make(address, micro=False).svg_inline(
        scale=5, border=2, omitsize=False, title=None, svgclass="app-qr", lineclass=None
    )
    return render(
        "signin/authenticator.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        picture=Markup(picture),  # noqa: S704 - made here, from the secret and the address
    )


@bp.route("/sign-out", methods=["GET", "POST"])
@page(read="public", change="public")
def sign_out() -> Any:
    """End this session."""
    mine = access.me()
    if request.method == "GET":
        return render("signin/sign_out.html", form=Form(), signed_in=mine is not None)
    if mine is not None:
        signin.end(access.session(), mine.person.id, access.now(), only=mine.sign_in.id)
    browsers.clear()
    return redirect(url_for("about.start"), 303)


@bp.route("/stay-signed-in")
@page(read="signed-in")
def stay() -> Any:
    """For the button of the time-out's warning: being asked is what keeps the session."""
    return "", 204


@bp.route("/where-signed-in", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in")
def where() -> Any:
    """Where one is signed in, and ending a session from elsewhere."""
    mine = access.signed_in()
    form = Form()
    if form.validate_on_submit():
        only = request.form.get("session", "")
        signin.end(
            access.session(),
            mine.person.id,
            access.now(),
            only=int(only) if only.isdecimal() and len(only) < 10 else None,
        )
        if not only or only == str(mine.sign_in.id):
            browsers.clear()
            return redirect(url_for("about.start"), 303)
        return redirect(url_for("signin.where"), 303)
    rows = signin.live_ones(access.session(), mine.person.id, access.now())
    return render("signin/where.html", form=form, rows=rows, this=mine.sign_in.id)


@bp.route("/language/<code>")
@page(read="public")
def language(code: str) -> Any:
    """Show the portal in another language, on this device."""
    return languages.choose(code)
