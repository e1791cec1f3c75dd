"""What happens when somebody has shown who they are, in whichever way."""

from typing import Any

from flask import redirect, request, url_for
from flask import session as cookie

from portal import access, browsers
from portal.security import local_path
from trust import signin, unsent
from trust.people import Person

CSRF = "csrf_token"  # and Flask-WTF


def go_on(typed_on: str = "") -> str:
    """Where to go on: to the page that was asked for, else to the one with words of this person
    that could not be sent, else home."""
    return local_path(request.args.get("next"), typed_on or url_for("home.index"))


def let_in(person: Person, *, shared: bool, second_factor: bool = False) -> Any:
    """Open a session in this browser, and go on."""
    row, token = signin.start(
        access.session(),
        person,
        access.now(),
        device=browsers.name_of(request.user_agent.string),
        shared_phone=shared,
    )
    row.second_factor_at = access.now() if second_factor else None
    over = access.ran_out()
    # Forms left open in other windows can still be sent, by the same person.
    own = cookie.get(CSRF) if over is not None and over.person_id == person.id else None
    browsers.clear()
    cookie[access.SIGNED_IN] = token
    if not shared:
        browsers.remember(person.email)
    if own:
        cookie[CSRF] = own
    cookie.permanent = not shared
    kept = unsent.newest(access.session(), person.id, access.now())
    return redirect(go_on(kept.page if kept else ""), 303)
