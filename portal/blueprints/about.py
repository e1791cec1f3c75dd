"""What the portal is, for anyone: the front page, accessibility, privacy, what to do about risk."""

from datetime import date
from typing import Any

from flask import Blueprint, current_app, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import text

from portal import access, keeping
from portal.access import page
from portal.languages import lasting, say
from portal.pages import render
from portal.places import there

bp = Blueprint("about", __name__)

WRITTEN = date(2026, 11, 23)
"""When the accessibility statement was written: changed with its words."""


@bp.route("/")
@page(read="public")
def start() -> Any:
    """The front page; whoever is signed in goes home."""
    if access.me() is not None:
        return redirect(url_for("home.index"), 303)
    return render("about/start.html")


@bp.route("/accessibility")
@page(read="public")
def accessibility() -> Any:
    """The accessibility statement: how far it is, what was not tested yet, and whom to turn to."""
    return render("about/accessibility.html", written=WRITTEN)


@bp.route("/privacy")
@page(read="public")
def privacy() -> Any:
    """The privacy notice, for people who sign in and people who are only mentioned; how long
    what is kept stands there as the clock keeps to it."""
    kinds = keeping.kinds(current_app.config["PORTAL"].retention)
    return render(
        "about/privacy.html",
        keeps=[
            {"key": say(one.name), "value": f"{_how_long(one.days)} · {say(one.why)}"}
            for one in kinds
        ],
        mine=there("rights.mine") if access.me() else None,
    )


def _how_long(days: int | None) -> str:
    return _("As long as the portal runs") if days is None else lasting(days)


@bp.route("/health")
@page(read="public")
def health() -> Any:
    """For whoever watches the server: the database answers."""
    access.session().execute(text("SELECT 1"))
    return {"status": "ok"}
