"""Who may open a page, and the transaction it runs in. Deny by default: a page that does not
declare who may read it and who may change it stops the start."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

import flask_login
from flask import Flask, Response, abort, current_app, g, make_response, redirect, request, url_for
from flask import session as cookie
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from portal import hats, late
from portal.database import Database
from portal.limits import LITTLE, Limit, within
from trust import permissions, signin
from trust.act import PUBLIC, Act, Actor
from trust.partners import Partner
from trust.records import Hidden, Record, Ref
from trust.sightings import saw_all
from trust.signin import Me, SignIn, who

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SEEN_EVERY = timedelta(minutes=2)
LATELY = timedelta(minutes=15)
TO_FILL_IN = timedelta(minutes=45)
SIGNED_IN = "_user_id"  # the name under which Flask-Login looks

Again = Literal[False, "open", "change"]
Figures = Literal["none", "own", "reveal", "publish"]
R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Access:
    """What a page declares: the permission to read it, the one to change by it, and how figures
    leave through it (law 9). ``limits`` are throttles that count before anything else is done.
    ``again``: whoever opens it, or changes by it, has proved lately who they are; else they do so
    first."""

    read: str
    change: str | None
    figures: Figures
    limits: tuple[Limit, ...] = ()
    again: Again = False


def page(
    *,
    read: str,
    change: str | None = None,
    figures: Figures = "none",
    limits: tuple[Limit, ...] = (),
    again: Again = False,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Declare who may open a page. Put it between the route and the view.

    The view runs in one transaction: for safe methods one that cannot write, for others one
    that is committed when the answer is below 400 (or ``keep_anyway`` was called), before the
    answer leaves, and rolled back otherwise.
    """
    for permission in (read, change):
        if permission is not None:
            permissions.check_known(permission)
    access = Access(read, change, figures, limits, again)

    def wrap(view: Callable[..., Any]) -> Callable[..., Response]:
        @functools.wraps(view)
        def run(**given: Any) -> Response:
            needed = access.read if request.method in SAFE else access.change
            if needed is None:
                abort(405)
            hats.as_opened(mine := me(), needed)
            if not actor().holds_somewhere(needed):
                return _turned_away(needed)
            if mine is not None and not _proved(mine, access.again):
                return _first("proof.again", needed)
            kept = mine if mine is not None and mine.unsent else None
            if kept is not None and request.method in SAFE:
                late.give_back(session(), kept, now())
            response = make_response(view(**given))
            if request.method not in SAFE:
                if kept is not None and response.status_code < 400:
                    late.let_go(session(), kept.person.id)
                if response.status_code < 400 or g.get("keep"):
                    session().commit()
                else:
                    session().rollback()
            return response

        run.access = access  # type: ignore[attr-defined]
        return run

    return wrap


def _proved(mine: Me, again: Again) -> bool:
    """Whether this person proved lately who they are, where a page asks for that. It asks before
    its form is filled in, and gives time to do so."""
    if not again or (again == "change" and request.method in SAFE):
        return True
    within = LATELY if request.method in SAFE else LATELY + TO_FILL_IN
    return mine.sign_in.confirmed(now(), within)


def _turned_away(needed: str) -> Response:
    """To the sign-in page, to the second factor, or nowhere: what one may not see is not there."""
    mine = me()
    if mine is None:
        return _first("signin.ask", needed)
    strict = Actor(**{**mine.actor.__dict__, "second_factor": True})
    if not mine.actor.second_factor and strict.holds_somewhere(needed):
        return _first("signin.second_factor", needed)
    raise Hidden(needed)


def _first(endpoint: str, needed: str) -> Response:
    """To a page that must come first, and from there back to the one that was open, with what was
    typed on it. htmx is told to open it: it would put the page into a part of the one that is
    there."""
    there = late.page_of_form()
    over = ran_out() if request.method not in SAFE and me() is None else None
    if over is not None:
        late.keep(session(), over.person_id, there, needed, now())
    if "HX-Request" in request.headers:
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = url_for(endpoint, next=there)
        return answer
    return redirect(url_for(endpoint, next=there), 303)  # type: ignore[return-value]


def ran_out() -> SignIn | None:
    """The session of this browser, if it ended by itself not long ago."""
    return signin.ran_out(session(), cookie.get(SIGNED_IN, ""), now())


def session() -> Session:
    """The session of this request. Read-only for safe methods, in the database itself."""
    held: Session | None = g.get("session")
    if held is None:
        held = g.session = database().session(write=request.method not in SAFE)
    return held


def database() -> Database:
    """The database of this portal."""
    held: Database = current_app.extensions["portal.database"]
    return held


def now() -> datetime:
    """The time of this request: one moment for all that happens in it."""
    held: datetime | None = g.get("now")
    if held is None:
        held = g.now = datetime.now(UTC)
    return held


class User(flask_login.UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps: the token of a session, and who that is."""

    def __init__(self, token: str, me: Me) -> None:
        self.id = token
        self.me = me


def me() -> Me | None:
    """Who is signed in, or None. Read once per request, in one statement."""
    held: Me | Literal[False] | None = g.get("me", False)
    if held is False:
        user = flask_login.current_user
        held = g.me = user.me if user.is_authenticated else None
    return held


def signed_in() -> Me:
    """Who is signed in, on a page that only they reach."""
    if (mine := me()) is None:
        raise Hidden("signed-in")
    return mine


def actor() -> Actor:
    """Whoever opens this page, as the rules see them: the public, if nobody signed in."""
    mine = me()
    return mine.actor if mine else PUBLIC


def act(token: str | None = None, channel: str = "web") -> Act:
    """The act of this request, for a verb. ``token`` is the form's."""
    return Act(session=session(), actor=actor(), now=now(), token=token or None, channel=channel)


def load(noun: type[R], id: int, *options: Any) -> R:
    """The record, if whoever asks may see it. Raises ``Hidden`` (404) otherwise: loading is
    authorising (law 5)."""
    stmt: Select[R] = select(noun).where(noun.id == id).options(*options)
    found = session().scalars(noun.visible(stmt, actor())).first()
    if found is None:
        raise Hidden(f"{noun.__tablename__}:{id}")
    return found


def sees(noun: type[Record], id: int) -> bool:
    """Whether there is such a record for whoever asks: for links that lead to it."""
    stmt = noun.visible(select(noun).where(noun.id == id), actor())
    return session().scalars(stmt).first() is not None


def acting_partner() -> Partner:
    """The partner that the person acts for. ``Hidden`` for somebody who acts for none."""
    if actor().acting_for is None:
        raise Hidden("partner")
    return load(Partner, actor().acting_for or 0)


def keep_anyway() -> None:
    """Commit even when the answer is an error: a draft as typed, a try that counts (law 7)."""
    g.keep = True


def afterwards(do: Callable[[Session], Any]) -> None:
    """Do one small write in its own transaction once this request's is over (law 7): a
    sighting, or when a session was last used."""
    g.setdefault("afterwards", []).append(do)


def sighted(*records: Record, how: str = "read") -> None:
    """Note that somebody looked at what other partners shared."""
    who_looked, at, about = actor(), now(), [Ref.of(one) for one in records]
    afterwards(lambda s: saw_all(s, who_looked, about, at, how))


def _limit() -> None:
    """Count an attempt before anything else, in a transaction of its own. Only who signed in here
    has much to send: to read a long form takes a second, whoever it comes from."""
    if request.method in SAFE:
        return
    if SIGNED_IN not in cookie:
        request.max_content_length = LITTLE
    view = current_app.view_functions.get(request.endpoint or "")
    access: Access | None = getattr(view, "access", None)
    if access is None:
        return
    for limit in access.limits:
        if not database().apart(lambda s, limit=limit: within(s, limit, now())):
            abort(429)


def _load_user(token: str) -> User | None:
    mine = who(session(), token, now())
    if mine is None:
        return None
    if now() - mine.sign_in.seen_at > SEEN_EVERY:
        used, at = mine.sign_in.id, now()
        afterwards(lambda s: _seen(s, used, at))
    return User(token, mine)


def _seen(s: Session, sign_in_id: int, at: datetime) -> None:
    # One statement, not a row that is read and written: two windows of one person are used at the
    # same moment, and neither may fail for it.
    still = (SignIn.id == sign_in_id) & SignIn.ended_at.is_(None) & (SignIn.seen_at < at)
    s.execute(update(SignIn).where(still).values(seen_at=at))


def _close(_: BaseException | None) -> None:
    held = g.pop("session", None)
    if held is not None:
        held.close()
    for do in g.pop("afterwards", ()):
        database().apart(do)


def check_declared(app: Flask) -> None:
    """Stops the start when a page does not say who may open it."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        access: Access | None = getattr(app.view_functions[rule.endpoint], "access", None)
        if access is None:
            raise RuntimeError(f"{rule} ({rule.endpoint}) does not say who may open it")
        unsafe = (rule.methods or set()) - SAFE
        if bool(unsafe) != (access.change is not None):
            raise RuntimeError(f"{rule} ({rule.endpoint}) and its methods do not fit together")


def init(app: Flask) -> None:
    """Sign-in, transactions and throttles for every page."""
    manager = flask_login.LoginManager()
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = None  # phones change networks; sessions are rows that can be ended
    manager.user_loader(_load_user)
    app.before_request(_limit)
    app.teardown_request(_close)
