"""The canvas of a pilot: four parts, written together, agreed by both sides."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from pilots import canvas as canvases
from pilots.canvas import PARTS, Canvas
from pilots.canvas_parts import Part, parts
from pilots.cohort import goes_on
from pilots.pilot import Pilot
from pilots.questions import CATEGORIES
from portal import access
from portal.access import page
from portal.blueprints.pilots.blueprint import bp
from portal.contacts import tell_coordinator
from portal.fields import Form, LongText, Pick, Text, YesNo, at_most
from portal.fields.form import Carried
from portal.languages import day, say, words
from portal.pages import attempt, changed_meanwhile, render
from portal.places import href
from trust.governance.case import Case
from trust.governance.items import DataItem
from trust.governance.steps import Box, steps
from trust.records import Hidden, Ref

BLANK, MORE, MOST = 2, 3, 40
COLUMNS = ("name", "from_whom", "why", "category", "personal")


class AgreeForm(Form):
    """Says yes to the version of the canvas that was read."""


def form_of(rows: int) -> type[Form]:
    """The form of a canvas with room for ``rows`` data items."""
    titles = {part.key: part for part in parts()}
    boxes = [
        (titles[key].key, titles[key].text, titles[key].hint) for key in PARTS if key in titles
    ]
    boxes.append((without_personal().key, without_personal().text, without_personal().hint))
    fields: dict[str, Any] = {
        key: LongText(say(text), hint=say(hint), rows=3, count=2000, safeguarding=False)
        for key, text, hint in boxes
    }
    columns = {column.key: column for column in data_part().columns}
    says = {key: (say(column.title), say(column.hint)) for key, column in columns.items()}
    kinds = [(key, say(name)) for key, name in CATEGORIES.items()]
    for n in range(1, rows + 1):
        fields |= {
            f"item-{n}-id": Carried(),
            f"item-{n}-name": Text(says["name"][0], at_most(200), hint=says["name"][1]),
            f"item-{n}-from_whom": Text(
                says["from_whom"][0], at_most(200), hint=says["from_whom"][1]
            ),
            f"item-{n}-why": Text(says["why"][0], at_most(500), hint=says["why"][1]),
            f"item-{n}-category": Pick(
                says["category"][0], choices=kinds, hint=says["category"][1]
            ),
            f"item-{n}-personal": YesNo(says["personal"][0], hint=says["personal"][1]),
        }
    return type("CanvasForm", (Form,), fields)


def data_part() -> Part:
    """The fourth part: the list of data items."""
    return next(one for one in parts() if one.columns)


def without_personal() -> Box:
    """The question that step 1 of the IG case asks beside the canvas."""
    return steps().step(1).box("without_personal")


@bp.route("/pilots/<id:id>/canvas")
@page(read="pilot:read")
def canvas(id: int) -> Any:
    """The canvas as it stands, and who has said yes to it."""
    return _canvas(access.load(Pilot, id), AgreeForm())


def _canvas(found: Pilot, form: AgreeForm) -> Any:
    actor = access.actor()
    held = canvases.of(access.session(), found.id)
    case = canvases.case_of(access.session(), found.id)
    seen = Case.visible(select(Case).where(Case.id == case.id), actor)
    form.version.data = held.version if held else None
    tell_coordinator(found)
    yeses = canvases.said_yes(access.session(), held) if held else []
    said = actor.acting_for in {one.partner_id for one in yeses}
    return render(
        "pilots/canvas.html",
        pilot=found,
        canvas=held,
        parts=[(one, getattr(held, one.key, "")) for one in parts() if not one.columns],
        data=data_part(),
        personal=without_personal(),
        titles={column.key: say(column.title) for column in data_part().columns},
        items=[_row(one) for one in case.items],
        points_to_people=any(one.personal for one in case.items),
        case_href=href(Ref.of(case)) if access.session().scalars(seen).first() else None,
        form=form,
        may_write=canvases.write.possible(actor, found) and goes_on(found),
        groups=[{"key": words(one.partner), "value": day(one.at)} for one in yeses],
        may_agree=held is not None and _may_agree(found, held, said),
    )


def _may_agree(found: Pilot, held: Canvas, said: bool) -> bool:
    """Whether to offer a yes: the council says one, each group its own."""
    actor = access.actor()
    if held.agreed_council_at is None and canvases.agree_council.possible(actor, found):
        return True
    return not said and canvases.agree_vcs.possible(actor, found)


def _row(item: DataItem) -> dict[str, Any]:
    return {
        "name": item.name,
        "from_whom": item.from_whom,
        "why": item.why,
        "kind": say(CATEGORIES[item.category]) if item.category in CATEGORIES else _("Personal"),
        "personal": _("Yes") if item.personal else _("No"),
    }


@bp.route("/pilots/<id:id>/canvas/agree", methods=["POST"])
@page(read="pilot:read", change="pilot:read")
def agree_canvas(id: int) -> Any:
    """Say yes to the canvas: for the voluntary sector, or for the council."""
    found = access.load(Pilot, id)
    form = AgreeForm()
    council = canvases.agree_council.allowed(access.actor(), found)
    verb = canvases.agree_council if council else canvases.agree_vcs
    if form.validate_on_submit() and attempt(form, verb, found, read=form.version.data):
        return redirect(url_for("pilots.canvas", id=id), 303)
    return _canvas(found, form)


@bp.route("/pilots/<id:id>/canvas/edit", methods=["GET", "POST"])
@page(read="canvas:write", change="canvas:write")
def edit_canvas(id: int) -> Any:
    """Fill the canvas in, or change it. If somebody saved meanwhile, both texts are shown."""
    found = access.load(Pilot, id)
    if not canvases.write.possible(access.actor(), found) or not goes_on(found):
        raise Hidden("canvas")
    held = canvases.of(access.session(), found.id)
    items = list(canvases.case_of(access.session(), found.id).items)
    saved: list[tuple[str, str, str]] = []
    if request.method == "GET":
        rows = min(len(items) + (1 if items else BLANK), MOST)
        form = form_of(rows)(data=_given(held, items))
        form.version.data = held.version if held else 0
    else:
        rows = min(sum(_named(name) for name in request.form), MOST)
        rows = min(rows + MORE, MOST) if "more" in request.form else max(rows, BLANK)
        form = form_of(rows)()
    if "more" not in request.form and form.validate_on_submit():
        if held is not None and changed_meanwhile(form, held):
            saved = _saved(form, held, items, rows)
        elif attempt(
            form,
            canvases.write,
            found,
            **{part: form[part].data or "" for part in PARTS},
            items=_items(form, rows),
        ):
            return redirect(url_for("pilots.canvas", id=id), 303)
    tell_coordinator(found)
    return render(
        "pilots/edit_canvas.html",
        form=form,
        pilot=found,
        agreed=held is not None and (held.agreed_vcs_at or held.agreed_council_at),
        parts=[one for one in parts() if not one.columns],
        data=data_part(),
        personal=without_personal(),
        rows=rows,
        full=rows >= MOST,
        saved=saved,
    )


def _named(name: str) -> bool:
    return name.startswith("item-") and name.endswith("-name")


def _given(held: Canvas | None, items: list[DataItem]) -> dict[str, Any]:
    """The canvas as its form holds it."""
    given: dict[str, Any] = {part: getattr(held, part, "") for part in PARTS}
    for n, one in enumerate(items, 1):
        given |= {f"item-{n}-{key}": getattr(one, key) for key in ("id", *COLUMNS)}
    return given


def _items(form: Form, rows: int) -> list[dict[str, str]]:
    def typed(n: int, key: str) -> str:
        data = form[f"item-{n}-{key}"].data
        if key == "personal":
            return {True: "yes", False: "no"}.get(data, "")
        return str(data or "")

    return [{key: typed(n, key) for key in ("id", *COLUMNS)} for n in range(1, rows + 1)]


def _saved(
    form: Form, held: Canvas, items: list[DataItem], rows: int
) -> list[tuple[str, str, str]]:
    """The parts in which what was saved differs from what was typed: label, saved, typed."""
    texts = [(form[part].label.text, getattr(held, part), form[part].data or "") for part in PARTS]
    now = "\n".join(f"{one.name}: {one.why}" for one in items)
    typed = "\n".join(
        f"{one['name']}: {one['why']}" for one in _items(form, rows) if one["name"] or one["why"]
    )
    return [one for one in (*texts, (say(data_part().title), now, typed)) if one[1] != one[2]]
