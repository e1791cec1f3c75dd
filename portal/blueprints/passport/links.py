"""Links that show some of the passport: made, listed with what each showed, and ended."""

import hashlib
import hmac
import secrets
from typing import Any

from flask import current_app, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.blueprints.passport.blueprint import bp, lines, own, titled
from portal.fields import Form
from portal.forms.passport import LinkForm
from portal.languages import say, words
from portal.pages import attempt, render
from trust import passport, passport_links
from trust.passport_links import STATES, PassportLink
from trust.records import N_, Hidden, Msg

ONCE = "passport-link"  # what the cookie calls a secret that is still to be shown
OVER = N_("Its time is over")


@bp.route("/passport/links")
@page(read="passport:share")
def links() -> Any:
    """Every link there was: to whom, how long, and how often it was opened."""
    partner = own()
    found = passport_links.of(access.session(), access.actor(), partner.id)
    opened = passport_links.openings(access.session(), *(one.id for one in found))
    return render(
        "passport/links.html",
        items=[
            {
                "title": words(one.to_whom),
                "href": url_for("passport.link", id=one.id),
                "text": _opened(len(opened[one.id])),
                **_state(one),
            }
            for one in found
        ],
    )


def _opened(times: int) -> str:
    if not times:
        return _("Not opened yet.")
    return ngettext("Opened %(num)s time.", "Opened %(num)s times.", times)


def _state(one: PassportLink) -> dict[str, Any]:
    if one.is_open(access.now()):
        return {"tag": say(STATES.names["open"]), "colour": "green"}
    return {"tag": say(STATES.names[one.state] if one.state != "open" else OVER), "colour": "grey"}


@bp.route("/passport/links/new", methods=["GET", "POST"])
@page(read="passport:share", change="passport:share", again="open")
def new_link() -> Any:
    """Choose what somebody may see, and for how long."""
    session, partner, form = access.session(), own(), LinkForm()
    papers = passport.of(session, access.actor(), partner.id)
    held = passport.agreements_of(session, partner.id)
    form.items.offer(
        [
            *((f"paper-{one.id}", titled(one.kind, one.name), lines(one)) for one in papers),
            *((f"agreement-{one.id}", _agreement(one, partner.id)) for one in held),
        ]
    )
    if (papers or held) and form.validate_on_submit():
        secret = _secret(form.token.data)
        made = attempt(
            form,
            passport_links.make,
            partner,
            papers=_chosen(form, "paper"),
            agreements=_chosen(form, "agreement"),
            files=form.files.data,
            to_whom=form.to_whom.data,
            days=int(form.days.data),
            secret=secret,
        )
        if made:
            cookie[ONCE] = [made.id, secret]
            return redirect(url_for("passport.link", id=made.id), 303)
    return render("passport/new_link.html", form=form, any=bool(papers or held))


def _agreement(one: Any, partner_id: int) -> str:
    other = one.taker.name if one.giver_id == partner_id else one.giver.name
    return say(Msg(N_("Trust agreement with %(partner)s"), {"partner": other}))


def _chosen(form: LinkForm, noun: str) -> list[int]:
    found = [one.partition("-") for one in form.items.data]
    return sorted(int(id) for kind, _, id in found if kind == noun)


def _secret(token: str | None) -> str:
    """The secret of a link that a form makes: the same for the second tap of its button, so that
    what is shown is the one that opens."""
    if not token:
        return secrets.token_urlsafe(32)
    key = current_app.config["PORTAL"].key
    return hmac.new(key, f"passport-link:{token}".encode(), hashlib.sha256).hexdigest()


@bp.route("/passport/links/<id:id>")
@page(read="passport:share")
def link(id: int) -> Any:
    """One link: what it showed, when it was opened; and, once, its address."""
    own()
    held = access.load(PassportLink, id, joinedload(PassportLink.by))
    kept = cookie.pop(ONCE, None)
    secret = kept[1] if kept and kept[0] == id else ""
    address = current_app.config["PORTAL"].address
    chosen = passport_links.chosen(access.session(), held)
    return render(
        "passport/link.html",
        form=Form(),
        held=held,
        address=f"{address}{url_for('passport.shared', secret=secret)}" if secret else "",
        done=request.args.get("done"),
        open=held.is_open(access.now()),
        opened=passport_links.openings(access.session(), id)[id],
        items=[
            (titled(one.kind, one.name), lines(one), one.files, one.there) for one in chosen.papers
        ],
        agreements=chosen.agreements,
        **_state(held),
    )


@bp.route("/passport/links/<id:id>/end", methods=["POST"])
@page(read="passport:share", change="passport:share")
def end_link(id: int) -> Any:
    """End a link. It opens nothing from this moment."""
    own()
    held = access.load(PassportLink, id)
    form = Form()
    if not form.validate_on_submit():
        raise Hidden("passport_link")
    passport_links.end(access.act(form.token.data), held)
    return redirect(url_for("passport.link", id=id, done="ended"), 303)
