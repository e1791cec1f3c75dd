"""What the portal is, for anyone: the front page, accessibility, privacy, what to do about risk."""

from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy import text

from portal import access
from portal.access import page
from portal.pages import render

bp = Blueprint("about", __name__)


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
    """The accessibility statement: what was tested, what was not yet."""
    return render("about/accessibility.html")


@bp.route("/privacy")
@page(read="public")
def privacy() -> Any:
    """The privacy notice, for people who sign in and people who are only mentioned."""
    return render("about/privacy.html")


@bp.route("/health")
@page(read="public")
def health() -> Any:
    """For whoever watches the server: the database answers."""
    access.session().execute(text("SELECT 1"))
    return {"status": "ok"}
