"""Passkeys: one's own, signing in by one, and showing by one that it is still you. Each page has a
button that asks for a challenge; the script then lets the browser answer it. Without a script the
page says how to go on by mail."""

import secrets
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import access, browsers
from portal.access import page
from portal.arrival import go_on, let_in
from portal.fields import Form, Text, Tick, at_most, need
from portal.fields.form import Carried
from portal.limits import TRIES, proved_too_often
from portal.pages import attempt, render
from portal.settings import Settings
from trust import mailboxes, passkeys, second_factor, signin
from trust.passkeys import Challenge, Passkey, Site
from trust.people import Person
from trust.records import N_, Hidden, Refused
from trust.signin import Me

bp = Blueprint("passkeys", __name__)

BROWSER = "passkey"


class NewForm(Form):
    name = Text(
        _l("What do you call it?"),
        [need(N_("Give it a name, so that you know it again")), at_most(60)],
        hint=_l("For example: my phone."),
    )
    credential = Carried()


class SignInForm(Form):
    shared = Tick(
        _l("This is a shared phone or computer"),
        hint=_l("We sign you out soon after you stop, and keep nothing on it."),
    )
    credential = Carried()


class ProveForm(Form):
    credential = Carried()


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings


def _site() -> Site | None:
    """Where passkeys count, by the settings; None where the portal has a number for an address:
    browsers make none there. The demo goes by the address that it is opened at."""
    settings = _settings()
    address = request.host_url.rstrip("/") if settings.demo else settings.address
    host = urlsplit(address).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return Site(host, address, settings.name)
    return None


def _here() -> Site:
    site = _site()
    if site is None:
        raise Refused(N_("Passkeys do not work at this address. Use the code that we email you."))
    return site


def _asked(purpose: str, person: Person | None) -> Challenge | None:
    """The challenge that this browser may answer."""
    browser = cookie.get(BROWSER, "")
    person_id = person.id if person else None
    return passkeys.waiting(access.session(), browser, purpose, person_id, access.now())


def _ask(purpose: str, person: Person | None) -> Any:
    """A new challenge for this browser; back to the page that shows it."""
    _here()
    cookie[BROWSER] = browser = secrets.token_urlsafe(32)
    person_id = person.id if person else None
    passkeys.begin(access.session(), browser, purpose, person_id, access.now())
    return redirect(url_for(str(request.endpoint), next=request.args.get("next")), 303)


def _given() -> str | None:
    """What the browser answered; None where somebody only asks for a challenge."""
    return request.form.get("credential") or None


def _proved(form: Form, person: Person | None = None) -> Passkey | None:
    """The passkey that was used, or None, with the refusal in the form. A try counts anyway."""
    access.keep_anyway()
    try:
        return passkeys.check(
            access.session(),
            _settings().key,
            _here(),
            cookie.get(BROWSER, ""),
            _given() or "",
            access.now(),
            person_id=person.id if person else None,
        )
    except Refused as refused:
        form.refused(refused)
        return None


def _page(template: str, form: Form, options: str | None, **given: Any) -> Any:
    form["credential"].data = ""
    return render(template, form=form, options=options, works=_site() is not None, **given)


@bp.route("/passkeys")
@page(read="signed-in")
def index() -> Any:
    """One's own passkeys, with when each was last used."""
    mine, session = access.signed_in(), access.session()
    held = passkeys.of_person(session, mine.person.id)
    return render(
        "passkeys/index.html",
        form=Form(),
        held=held,
        works=_site() is not None,
        done=request.args.get("done"),
        only=mine.person.passkey_only,
        shared=mailboxes.is_shared(session, mine.person),
        app=second_factor.authenticator(session, mine.person.id),
    )


def _needs_factor_first(mine: Me) -> bool:
    """Whether somebody must show a second factor before they make or give up one: those who need
    one, have an app, or share their mailbox, and have not shown any. Else a mailbox alone would do.
    Raises ``Refused`` where a role needs one and the mailbox is shared: there it is not enough for
    the first, either."""
    session, person = access.session(), mine.person
    if mine.actor.second_factor:
        return False
    if second_factor.authenticator(session, person.id) is not None:
        return True
    strict = any(hat.second_factor for hat in mine.hats)
    if passkeys.has_some(session, person.id):
        return strict or person.passkey_only or mailboxes.is_shared(session, person)
    if strict:
        mailboxes.check_first_factor(session, person)
    return False


@bp.route("/passkeys/new", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in", limits=(TRIES,), again="open")
def new() -> Any:
    """Make a passkey on this device, and give it a name."""
    mine, session = access.signed_in(), access.session()
    if _needs_factor_first(mine):
        return redirect(url_for("signin.second_factor", next=url_for("passkeys.new")), 303)
    given = _given()
    if request.method == "POST" and given is None:
        return _ask("add", mine.person)
    form = NewForm(data={"name": browsers.name_of(request.user_agent.string)})
    if form.validate_on_submit():
        access.keep_anyway()
        try:
            browser = cookie.get(BROWSER, "")
            made = passkeys.check_new(
                session, _here(), browser, mine.person, given or "", access.now()
            )
        except Refused as refused:
            form.refused(refused)
        else:
            if attempt(form, passkeys.add, mine.person, made=made, name=form.name.data):
                mine.sign_in.second_factor_at = mine.sign_in.confirmed_at = access.now()
                return redirect(url_for("passkeys.index", done="added"), 303)
    site, asked = _site(), _asked("add", mine.person)
    options = None
    if site and asked:
        held = passkeys.of_person(session, mine.person.id)
        alone = not mailboxes.is_shared(session, mine.person)
        options = passkeys.to_add(site, _settings().key, mine.person, held, asked, alone=alone)
    return _page("passkeys/new.html", form, options)


@bp.route("/passkeys/<id:id>/remove", methods=["POST"])
@page(read="signed-in", change="signed-in", again="change")
def remove(id: int) -> Any:
    """Give a passkey up."""
    mine = access.signed_in()
    held = access.load(Passkey, id)
    if _needs_factor_first(mine):
        return redirect(url_for("signin.second_factor", next=url_for("passkeys.index")), 303)
    passkeys.remove(access.act(request.form.get("token")), mine.person, passkey=held)
    return redirect(url_for("passkeys.index", done="removed"), 303)


@bp.route("/passkeys/only", methods=["POST"])
@page(read="signed-in", change="signed-in", again="change")
def only() -> Any:
    """Choose that a code by mail does not let anybody in as oneself, or that it does again. Whoever
    is in already, elsewhere, shows the passkey anew."""
    mine, chosen = access.signed_in(), bool(request.form.get("only"))
    if (chosen or mine.person.passkey_only) and not mine.actor.second_factor:
        return redirect(url_for("signin.second_factor", next=url_for("passkeys.index")), 303)
    passkeys.only(access.act(request.form.get("token")), mine.person, chosen=chosen)
    for row in signin.live_ones(access.session(), mine.person.id, access.now()) if chosen else ():
        if row.id != mine.sign_in.id:
            signin.end(access.session(), mine.person.id, access.now(), only=row.id)
    return redirect(url_for("passkeys.index", done="only" if chosen else "code-too"), 303)


@bp.route("/sign-in/passkey", methods=["GET", "POST"])
@page(read="public", change="public", limits=(TRIES,))
def sign_in() -> Any:
    """Sign in by a passkey. It counts as a second factor: its owner showed a finger, a face or a
    PIN to the device."""
    if access.me() is not None:
        return redirect(go_on(), 303)
    if request.method == "POST" and _given() is None:
        return _ask("sign-in", None)
    form = SignInForm()
    if form.validate_on_submit() and (used := _proved(form)):
        person = access.session().get_one(Person, used.person_id)
        return let_in(person, shared=bool(form.shared.data), second_factor=True)
    site, asked = _site(), _asked("sign-in", None)
    options = passkeys.to_prove(site, (), asked) if site and asked else None
    only = bool(request.args.get("only"))
    return _page("passkeys/sign_in.html", form, options, only=only)


@bp.route("/sign-in/again/passkey", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in", limits=(TRIES,))
def prove() -> Any:
    """Show by a passkey that it is still you; or as the second factor that a role needs."""
    mine, session = access.signed_in(), access.session()
    held = passkeys.of_person(session, mine.person.id)
    if not held:
        raise Hidden("passkey")
    if request.method == "POST" and _given() is None:
        return _ask("prove", mine.person)
    form = ProveForm()
    status = 0
    if form.validate_on_submit():
        access.keep_anyway()
        if proved_too_often(session, mine.person.id, access.now()):
            form.wrong(None, _("Too many tries for today. Call us"))
            status = 429
        elif _proved(form, mine.person):
            mine.sign_in.confirmed_at = mine.sign_in.second_factor_at = access.now()
            return redirect(go_on(), 303)
    site, asked = _site(), _asked("prove", mine.person)
    options = passkeys.to_prove(site, held, asked) if site and asked else None
    app = second_factor.authenticator(session, mine.person.id) is not None
    other_way = app or not mine.person.passkey_only
    return _page("passkeys/prove.html", form, options, status=status, other_way=other_way)
