"""How a page is answered: whole, or one named block for htmx; and what a refusal looks like."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_htmx import HTMX
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal import access
from portal.languages import say
from portal.late import UNTYPED, typed
from portal.talking import talk_about
from trust.clauses import title_of
from trust.records import N_, Hidden, Record, Refused

htmx = HTMX()
T = TypeVar("T")

SAVED = N_("Somebody saved this page while you wrote. Look at both texts.")
CHANGED = N_("Somebody changed this at the same moment. Nothing of yours was saved. Try again.")


def render(template: str, *, blocks: Sequence[str] = (), status: int = 0, **given: Any) -> Response:
    """The page; or, when htmx asks for one of its ``blocks`` by its id, that block alone.

    The same address gives both, so ``Vary`` says that it does. A form with errors is 422; one
    whose record somebody changed meanwhile, or that an agreement does not allow, is 409.
    """
    form = given.get("form")
    outside = getattr(form, "overtaken", False) or getattr(form, "talk", None)
    wrong = 409 if outside else 422
    code = status or (wrong if form is not None and form.errors else 200)
    target = request.headers.get("HX-Target", "")
    wants_part = bool(htmx) and not htmx.history_restore_request and target in blocks
    text = _block(template, target, given) if wants_part else render_template(template, **given)
    response = make_response(text, code)
    if blocks:
        response.headers["Vary"] = "HX-Request, HX-Target"
    return response


def _block(template: str, name: str, given: dict[str, Any]) -> str:
    found = current_app.jinja_env.get_template(template)
    current_app.update_template_context(given)
    return "".join(found.blocks[name](found.new_context(given)))


def attempt(form: Any, do: Callable[..., T], *given: Any, **named: Any) -> T | None:
    """Run a verb with this request's act. A refusal becomes an error of the form and changes
    nothing: returns None then. What succeeds without a result returns True."""
    act = access.act(form.token.data if "token" in form else None)
    try:
        result = do(act, *given, **named)
    except Refused as refused:
        access.session().rollback()
        refuse(form, refused)
        return None
    return result if result is not None else True  # type: ignore[return-value]


def refuse(form: Any, refused: Refused) -> None:
    """Shows a refusal on its form; one by an agreement with the way to talk about it."""
    form.refused(refused)
    form.talk = talk_about(refused)


def changed_meanwhile(form: Any, record: Record | None, said: str = SAVED) -> bool:
    """Whether the record changed, or came to be, since the form was read: its ``version`` says
    which its writer saw. Then the form says so and goes on from what is there now, and its page
    shows both texts (``ui.saved_meanwhile``) for the writer to choose."""
    now = record.version if record is not None else 0
    if form.version.data in (None, now):
        return False
    form.version.data, form.overtaken = now, True
    form.wrong(None, say(said))
    return True


def _refused(refused: Refused) -> tuple[str, int]:
    if "session" in g:
        access.session().rollback()
    clause = say(title_of(refused.clause)) if refused.clause else None
    talk = talk_about(refused)
    return render_template("errors/409.html", refused=refused, clause=clause, talk=talk), 409


PAGES = (400, 404, 405, 413, 429, 500, 503)


def _error(code: int) -> tuple[str, int]:
    if "session" in g:
        access.session().rollback()
    page = code if code in PAGES else (400 if code < 500 else 500)
    return render_template(f"errors/{page}.html"), code


def _no_words(response: Response) -> Response:
    """A redirect needs no page: Werkzeug's has English words that nobody could translate."""
    if 300 <= response.status_code < 400 and response.location:
        response.set_data(b"")
        response.mimetype = "text/plain"
    return response


def init(app: Flask) -> None:
    """Error pages. None shows what went wrong inside; each says what to do."""
    htmx.init_app(app)
    app.after_request(_no_words)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Hidden, lambda e: _error(404))
    app.register_error_handler(StaleDataError, lambda e: _refused(Refused(CHANGED)))
    app.register_error_handler(IntegrityError, _at_once)
    for away in (OperationalError, InterfaceError):
        app.register_error_handler(away, _away)

    def http(error: HTTPException) -> Any:
        return _error(error.code) if error.code and error.code >= 400 else error

    app.register_error_handler(HTTPException, http)


def _at_once(error: Exception) -> Any:
    """Two made the same at one moment, and the database let one through. Only the kind of error is
    logged: its text holds what was typed."""
    current_app.logger.error("two at once: %s in %s", type(error).__name__, request.endpoint)
    return _refused(Refused(CHANGED))


def _away(error: Exception) -> Any:
    current_app.logger.error("the database did not answer: %s", type(error).__name__)
    g.pop("session", None)
    g.me = None
    # What was typed cannot be kept anywhere but on the page itself, with the token by which it
    # counts once, however often it is sent.
    fields = typed() if request.method == "POST" else {}
    carried = {**fields, "csrf_token": request.form.getlist("csrf_token")} if fields else {}
    read = [value for name, values in fields.items() if name not in UNTYPED for value in values]
    return render_template(
        "errors/503.html",
        carried=carried,
        again=request.full_path.rstrip("?"),
        read=[value for value in read if len(value.split()) > 2],
    ), 503
