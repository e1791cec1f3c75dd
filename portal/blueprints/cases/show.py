"""The seven steps of a case: how far each is, what is filled in and from where, filling it in."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pilots.canvas import of as canvas_of
from pilots.pilot import Pilot
from portal import access
from portal.access import page
from portal.blueprints.cases.blueprint import bp
from portal.blueprints.cases.parts import (
    answered,
    item_head,
    items,
    may_export,
    pilot_of,
    standing,
)
from portal.fields import Choose, Form, LongText, need
from portal.languages import say, words
from portal.pages import attempt, changed_meanwhile, render
from trust.governance import case as cases
from trust.governance.case import Case, CaseAnswer
from trust.governance.steps import Box, Step, steps
from trust.records import N_, Hidden


class AnswerForm(Form):
    words = LongText(_l("Answer"), safeguarding=False, count=8000)


class DecisionForm(Form):
    decision = Choose(_l("Decision"), need(N_("Choose one of the answers")))
    reason = LongText(_l("Why"), need(N_("Say why")), safeguarding=False, count=8000)


@bp.route("/cases")
@page(read="case:read")
def index() -> Any:
    """The cases that one may read, the newest first."""
    stmt = select(Case).order_by(Case.id.desc())
    found = list(access.session().scalars(Case.visible(stmt, access.actor())))
    about = select(Pilot).where(Pilot.id.in_([case.about.id for case in found]))
    pilots = {pilot.id: pilot for pilot in access.session().scalars(about)}
    return render(
        "cases/index.html",
        cases=[
            {
                "title": words(pilots[case.about.id].name, pilots[case.about.id].lang),
                "href": url_for("cases.show", id=case.id),
                "hint": words(pilots[case.about.id].question, pilots[case.about.id].lang),
                "status": say(steps().step(case.step).title),
            }
            for case in found
        ],
    )


@bp.route("/cases/<id:id>")
@page(read="case:read")
def show(id: int) -> Any:
    """The seven steps, and how far each is."""
    case = access.load(Case, id)
    rows = []
    for step in steps().steps:
        status, colour = standing(case, step)
        rows.append(
            {
                "title": f"{step.number}. {say(step.title)}",
                "hint": say(step.done),
                "href": url_for("cases.step", id=case.id, number=step.number),
                "status": status,
                "colour": colour,
            }
        )
    pilot = pilot_of(case)
    return render(
        "cases/show.html",
        case=case,
        pilot=pilot,
        reads_pilot=access.sees(Pilot, pilot.id),
        rows=rows,
        reading=steps().wording == "reading",
        may_export=may_export(case),
        may_give=cases.seat.allowed(access.actor(), case),
    )


def _step(number: int) -> Step:
    try:
        return steps().step(number)
    except KeyError:
        raise Hidden("step") from None


@bp.route("/cases/<id:id>/steps/<id:number>")
@page(read="case:read")
def step(id: int, number: int) -> Any:
    """One step: what it takes, who does it, what is filled in, and from where."""
    case = access.load(Case, id)
    here = _step(number)
    pilot, canvas = pilot_of(case), canvas_of(access.session(), case.about.id)
    reads_pilot = access.sees(Pilot, pilot.id)
    boxes = []
    for box in here.boxes:
        held = cases.answer(case, box.key)
        source = ""
        if reads_pilot and (box.key == "data" or (held and held.sources and canvas)):
            source = url_for("pilots.canvas", id=case.about.id)
        boxes.append((box, answered(case, box), source, _may_fill(case, box)))
    return render(
        "cases/step.html",
        case=case,
        pilot=pilot,
        step=here,
        boxes=boxes,
        items=[[words(cell, pilot.lang) for cell in row[:3]] + row[3:] for row in items(case)],
        item_head=item_head(),
    )


def _may_fill(case: Case, box: Box) -> bool:
    """Which path a case takes is for the IG lead to say."""
    verb = cases.decide if box.kind == "choice" else cases.fill
    return verb.possible(access.actor(), case)


@bp.route("/cases/<id:id>/boxes/<key>", methods=["GET", "POST"])
@page(read="case:write", change="case:write")
def box(id: int, key: str) -> Any:
    """Fill in one box by hand."""
    case = access.load(Case, id)
    found = [(s, b) for s in steps().steps for b in s.boxes if b.key == key]
    if not found or not _may_fill(case, found[0][1]):
        raise Hidden("box")
    (here, asked), *_rest = found
    held = cases.answer(case, key)
    decides = asked.kind == "choice"
    form = _decision(case, asked) if decides else AnswerForm(data={"words": _words(held)})
    first = form.decision if isinstance(form, DecisionForm) else form.words
    first.label.text, first.description = say(asked.text), say(asked.hint)
    saved: list[tuple[str, str, str]] = []
    if request.method == "GET":
        form.version.data = held.version if held else 0
    elif form.validate_on_submit():
        if changed_meanwhile(form, held):
            saved = [(say(asked.title), answered(case, asked), _typed(asked, form))]
        elif _save(case, asked, form):
            return redirect(url_for("cases.step", id=case.id, number=here.number), 303)
    return render(
        "cases/box.html",
        form=form,
        case=case,
        step=here,
        box=asked,
        saved=saved,
    )


def _words(held: CaseAnswer | None) -> str:
    return held.words if held else ""


def _typed(asked: Box, form: AnswerForm | DecisionForm) -> str:
    """What was typed into a box, as ``answered`` puts what is kept."""
    if isinstance(form, AnswerForm):
        return form.words.data or ""
    chosen = [say(option.label) for option in asked.options if option.key == form.decision.data]
    return "\n\n".join([*chosen, form.reason.data or ""])


def _decision(case: Case, asked: Box) -> DecisionForm:
    """Which path it takes, and why."""
    held, why = (cases.answer(case, key) for key in (asked.key, f"{asked.key}-why"))
    form = DecisionForm(data={"decision": held.words if held else None, "reason": _words(why)})
    form.decision.offer([(option.key, say(option.label)) for option in asked.options])
    return form


def _save(case: Case, asked: Box, form: AnswerForm | DecisionForm) -> Any:
    if isinstance(form, DecisionForm):
        given = {"decision": form.decision.data, "reason": form.reason.data}
        return attempt(form, cases.decide, case, **given)
    return attempt(form, cases.fill, case, box=asked.key, words=form.words.data or "", sources=[])
