"""What the portal is, for anyone: the front page, accessibility, privacy, what to do about risk."""

from typing import Any

from flask import Blueprint, redirect, url_for

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
