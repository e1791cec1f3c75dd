"""The demo's mailbox: what would have been mailed, and to whom. Registered in demo mode only."""

from typing import Any

import pyotp
from flask import Blueprint, current_app, request
from sqlalchemy import select

from portal import access
from portal.access import page
from portal.mails import compose
from portal.pages import render
from trust import signin
from trust.outbox import Parcel
from trust.people import Person

bp = Blueprint("demo", __name__)

NEWEST = 40


@bp.route("/demo/mailbox")
@page(read="public")
def mailbox() -> Any:
    """The newest mail of everyone, or of one person; and the codes of their authenticator."""
    session, settings = access.session(), current_app.config["PORTAL"]
    who = request.args.get("who", "")
    people = list(session.scalars(select(Person).order_by(Person.name)))
    chosen = next((one for one in people if str(one.id) == who), None)
    stmt = select(Parcel).order_by(Parcel.id.desc()).limit(NEWEST)
    if chosen is not None:
        stmt = stmt.where(Parcel.to_person_id == chosen.id)
    mails = []
    for parcel in session.scalars(stmt):
        mail = compose(session, settings, parcel, access.now())
        if mail is not None:
            mails.append((parcel.due_at, mail))
    factor = None
    if chosen is not None and (app := signin.authenticator(session, chosen.id)) is not None:
        factor = pyotp.TOTP(signin.secret_of(settings.key, app)).at(access.now())
    return render("demo/mailbox.html", people=people, chosen=chosen, mails=mails, factor=factor)
