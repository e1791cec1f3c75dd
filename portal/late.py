"""What is sent just after a session ran out: which page it belongs to, and what was typed. It is
kept for whoever typed it, and stands in the same form again after signing in."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.fields import long_words
from portal.hats import FIELD, hat_of
from portal.security import local_path
from trust import unsent
from trust.signin import Me

PART = {"_part": ["yes"]}
"""Stands beside words of a form of which nothing else came back."""

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
"""What is done with long words, which others read before anything comes of them: the whole form
comes back."""

NEVER = frozenset(
    {
        "agreement:end",
        "agreement:propose",
        "agreement:record",
        "agreement:sign",
        "area:import",
        "has-role",  # where letters and calls reach a group, what was said by phone, leaving
        "partner:add",
        "partner:import",
        "partner:merge",
        "partner:vouch",
        "publication:sign",
        "release:sign",
        "seat:give",
        "seat:give-colleague",
        "seat:give-first",
    }
)
"""What binds an organisation, gives a role or says where to call: nothing comes back. Everywhere
else the long words do, and nothing that was chosen."""


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


def typed(names: frozenset[str] | None = None) -> dict[str, list[str]]:
    """The fields of the form that came with this request, if anything in it was typed or chosen;
    of ``names`` only, where these are given. A one-time code is not worth keeping."""
    asked = {name for name in request.form if names is None or name in names} - UNTYPED
    if request.blueprint == "signin" or not asked:
        return {}
    return {
        name: [value.replace("\x00", "") for value in request.form.getlist(name)]
        for name in request.form
        if name in asked | UNTYPED and name != "csrf_token"
    }


def keep(session: Session, person_id: int, page: str, permission: str, now: datetime) -> None:
    """Keep what was typed for whoever typed it, on a page that changes things by ``permission``.
    Nothing of it is done. Whoever finds the browser of somebody who was signed out can type there
    too, so only words to be read come back: nothing in a form that gives a role, signs, ends an
    agreement or says where to call."""
    if page == "/" or permission in NEVER:
        return
    whole = permission in WORDS or permission.startswith("contribution:")
    fields = typed(None if whole else long_words())
    if fields:
        unsent.keep(session, person_id, page, fields if whole else fields | PART, now)
        session.commit()


def give_back(session: Session, mine: Me, now: datetime) -> None:
    """What was kept of this page stands in its form again (portal/fields/form.py), for whoever
    acts for the same partner as when it was typed."""
    kept, hat = unsent.newest(session, mine.person.id, now, page_of_form()), hat_of(mine)
    same = kept is not None and kept.fields.get(FIELD, [hat]) == [hat]
    g.typed_before = kept.fields if kept and same else None
    g.typed_in_part = bool(g.typed_before and "_part" in g.typed_before)


def let_go(session: Session, person_id: int) -> None:
    """What was sent now need not be kept any longer."""
    unsent.let_go(session, person_id, page_of_form(), request.form.get("token", ""))
