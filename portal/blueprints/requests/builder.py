"""Composing a request: its questions, one after another, while it is being written."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, request, url_for

from pilots import composing, conditions
from pilots.pilot import Pilot
from pilots.questions import KINDS, NOTE, Question, QuestionKind
from pilots.requests import Request
from pilots.wording import options
from portal import access
from portal.access import page
from portal.blueprints.requests.blueprint import bp
from portal.blueprints.requests.composing_form import HINTS, SHAPE, areas_of, form_of
from portal.fields import (
    Form,
)
from portal.languages import say
from portal.pages import attempt, changed_meanwhile, render
from trust.records import Hidden


def own_draft(id: int) -> tuple[Request, Pilot]:
    """A request that this person may write and whose questions are being written: before it opens,
    or to be changed. Where they are not, its pages do not open; a form that comes too late does, so
    that what was typed stands in it."""
    found = access.load(Request, id)
    if found.pilot_id is None or not composing.add_question.allowed(access.actor(), found):
        raise Hidden("request")
    if request.method == "GET":
        composing.written(found)
    return found, access.load(Pilot, found.pilot_id)


def back_to(found: Request) -> str:
    """The page on which its questions are being written."""
    page = "requests.show" if found.state == "draft" else "requests.changes"
    return url_for(page, id=found.id) + "#questions"


@bp.route("/requests/<id:id>/questions/new", methods=["GET", "POST"])
@page(read="request:write", change="request:write")
def add(id: int) -> Any:
    """Add a question: first its kind (``?kind=area``), then its words."""
    found, pilot = own_draft(id)
    kind = KINDS.get(request.args.get("kind", ""))
    if kind is None:
        return render(
            "requests/kinds.html",
            request_=found,
            back=back_to(found),
            kinds=[
                {
                    "title": say(one.name),
                    "text": HINTS[one.key],
                    "href": url_for("requests.add", id=id, kind=one.key),
                }
                for one in KINDS.values()
            ],
        )
    defaults = {"category": kind.category, "publishable": kind.key != "quote", "required": True}
    if kind.key == "area":
        defaults["choices"] = [one.id for one in areas_of(pilot)]
    form = form_of(kind, found, pilot)(data=defaults)
    if form.validate_on_submit() and attempt(
        form, composing.add_question, found, kind=kind.key, **_given(form, kind, pilot)
    ):
        return redirect(back_to(found), 303)
    return _page(form, found, kind, None)


@bp.route("/requests/<id:id>/questions/<key>", methods=["GET", "POST"])
@page(read="request:write", change="request:write")
def edit_question(id: int, key: str) -> Any:
    """Change a question. If somebody changed it meanwhile, both are shown."""
    found, pilot = own_draft(id)
    held = composing.one_of(found, key)
    kind = KINDS[held.kind]
    form = form_of(kind, found, pilot, held)(data=_held(held, pilot.lang))
    saved: list[tuple[str, str, str]] = []
    if request.method == "GET":
        form.version.data = held.version
    elif form.validate_on_submit():
        if changed_meanwhile(form, held):
            saved = _saved(form, held, pilot.lang)
        elif attempt(
            form, composing.edit_question, found, key=key, **_given(form, kind, pilot, held)
        ):
            return redirect(back_to(found), 303)
    return _page(form, found, kind, held, saved)


def _page(
    form: Form,
    found: Request,
    kind: QuestionKind,
    held: Question | None,
    saved: Sequence[tuple[str, str, str]] = (),
) -> Any:
    return render(
        "requests/compose.html",
        form=form,
        request_=found,
        back=back_to(found),
        kind=say(kind.name),
        held=held,
        saved=saved,
        shape=[name for name in SHAPE if name in form],
        own_rule=held.limit if held and held.limit and "most" not in form else "",
        no_places=kind.key == "area" and not form.choices.choices,
    )


def _saved(form: Form, held: Question, lang: str) -> list[tuple[str, str, str]]:
    """The words in which what a colleague saved differs from what was typed."""
    now = _held(held, lang)
    return [
        (form[name].label.text, now[name], form[name].data or "")
        for name in ("words", "hint", "section", "why", "rows", "columns", "choices")
        if name in form and isinstance(now[name], str) and now[name] != (form[name].data or "")
    ]


def _held(held: Question, lang: str) -> dict[str, Any]:
    """A question as its form holds it."""

    def lines(options: list[Any]) -> str:
        return "\n".join(next(iter(one["words"].values()), "") for one in options)

    areas = [one["area"] for one in held.choices] if held.kind == "area" else None
    least, most = conditions.bounds_of(held) or (None, None)
    return {
        "least": least,
        "most": most,
        "limit_words": held.limit_words.get(lang, ""),
        "words": held.words.get(lang, ""),
        "hint": held.hint.get(lang, ""),
        "section": held.section.get(lang, ""),
        "why": held.why.get(lang, ""),
        "uses": held.uses,
        "category": held.category,
        "publishable": held.publishable,
        "required": held.required,
        "item": str(held.data_item_id or ""),
        "rows": lines(held.rows),
        "columns": lines(held.columns),
        "choices": lines(held.choices) if areas is None else areas,
    }


def _given(
    form: Form, kind: QuestionKind, pilot: Pilot, held: Question | None = None
) -> dict[str, Any]:
    """What the form says, as the verbs take it. Words in other languages stay."""
    lang = pilot.lang
    given: dict[str, Any] = {
        name: {**(getattr(held, name) if held else {}), lang: form[name].data}
        for name in ("words", "hint", "why")
        if name in form and form[name].data
    }
    heading = {lang: form.section.data} if form.section.data else {}
    others = held.section if held else {}
    given["section"] = {one: text for one, text in others.items() if one != lang} | heading
    if kind.key == NOTE:
        return given
    given |= {
        "hint": given.get("hint", {}),
        "uses": form.uses.data or "",
        "category": form.category.data,
        "publishable": bool(form.publishable.data),
        "required": bool(form.required.data),
        "data_item_id": int(form.item.data) if form.item.data else None,
    }
    if "most" in form:
        least = form.least.data if "least" in form else None
        said = {lang: form.limit_words.data} if form.limit_words.data else {}
        others = held.limit_words if held else {}
        given["between"] = least, form.most.data
        given["limit_words"] = {one: text for one, text in others.items() if one != lang} | said
    if kind.key == "area":
        chosen = set(form.choices.data)
        given["choices"] = [
            {"key": str(one.id), "area": one.id, "words": {"en": one.name}}
            for one in areas_of(pilot)
            if str(one.id) in chosen
        ]
        return given
    for name, prefix in (("rows", "r"), ("columns", "c"), ("choices", "a")):
        if name in form:
            given[name] = options(form[name].data, prefix, lang, getattr(held, name, []))
    return given


@bp.route("/requests/<id:id>/arrange", methods=["POST"])
@page(read="request:write", change="request:write")
def arrange(id: int) -> Any:
    """Move a question up or down."""
    found, _pilot = own_draft(id)
    key, by = request.form.get("up", ""), -1
    if not key:
        key, by = request.form.get("down", ""), 1
    composing.move_question(access.act(request.form.get("token")), found, key=key, by=by)
    return redirect(back_to(found), 303)


@bp.route("/requests/<id:id>/questions/<key>/out", methods=["GET", "POST"])
@page(read="request:write", change="request:write")
def take_out(id: int, key: str) -> Any:
    """Take a question out, after a look at it."""
    found, _pilot = own_draft(id)
    held = composing.one_of(found, key)
    form = Form()
    if form.validate_on_submit() and attempt(form, composing.drop_question, found, key=key):
        return redirect(back_to(found), 303)
    return render(
        "requests/take_out.html", form=form, request_=found, held=held, back=back_to(found)
    )
