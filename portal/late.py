"""What is sent just after a session ran out: which page it belongs to, and what was typed. It is
kept for whoever typed it, and stands in the same form again after signing in."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.hats import FIELD, hat_of
from portal.security import local_path
from trust import unsent
from trust.signin import Me

UNTYPED = frozenset({"csrf_token", "token", "version", FIELD})
"""What a form carries along unseen."""


WORDS = frozenset(
    {
        "agreement:ask",
        "canvas:write",
        "case:write",
        "concern:raise",
        "inquiry:say",
        "insight:judge",
        "insight:write",
        "note:confirm",
        "note:write",
        "request:ask",
        "request:write",
        "response:write",
    }
)
"""What is done with long words, which others read before anything comes of them."""


def page_of_form() -> str:
    """The address of the page that this request came from or asks for, to go back to: its own,
    where that opens; else the one on which the form or the button stands; else the front page."""
    current = request.headers.get("HX-Current-URL") if "HX-Request" in request.headers else None
    if current is not None:
        return _ours(current)
    if _opens(request.path):
        return local_path(request.full_path.rstrip("?"), "/")
    return _ours(request.referrer or "")


def _ours(address: str) -> str:
    """The path of an address of this portal that opens; else of the front page."""
    try:
        at = urlsplit(address)
    except ValueError:  # "http://[" is none
        return "/"
    if at.netloc != request.host or not _opens(at.path):
        return "/"
    return local_path(f"{at.path}?{at.query}".rstrip("?"), "/")


def _opens(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return True


def typed() -> dict[str, list[str]]:
    """The fields of the form that came with this request, if anything in it was typed or chosen.
    A one-time code is not worth keeping."""
    if request.blueprint == "signin" or not set(request.form) - UNTYPED:
        return {}
    return {
        name: [value.replace("\x00", "") for value in request.form.getlist(name)]
        for name in request.form
        if name != "csrf_token"
    }


def may_be_kept(permission: str) -> bool:
    """Whether to keep what was typed on a page that changes things by ``permission``. Whoever
    finds the browser of somebody who was signed out can type there too, so only words to be read
    come back: no form that gives a role, signs, ends an agreement or says where to call."""
    return permission in WORDS or permission.startswith("contribution:")


def keep(session: Session, person_id: int, page: str, now: datetime) -> None:
    """Keep what was typed for whoever typed it. Nothing of it is done."""
    if page != "/":
        unsent.keep(session, person_id, page, typed(), now)
        session.commit()


def give_back(session: Session, mine: Me, now: datetime) -> None:
    """What was kept of this page stands in its form again (portal/fields/form.py), for whoever
    acts for the same partner as when it was typed."""
    kept, hat = unsent.newest(session, mine.person.id, now, page_of_form()), hat_of(mine)
    same = kept is not None and kept.fields.get(FIELD, [hat]) == [hat]
    g.typed_before = kept.fields if kept and same else None


def let_go(session: Session, person_id: int) -> None:
    """What was sent now need not be kept any longer."""
    unsent.let_go(session, person_id, page_of_form(), request.form.get("token", ""))
