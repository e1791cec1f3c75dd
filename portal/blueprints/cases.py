"""The IG case of a pilot: seven steps, the first filled from the canvas, and its document."""

from typing import Any

from flask import Blueprint, make_response, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pilots.canvas import of as canvas_of
from pilots.pilot import Pilot
from portal import access
from portal.access import page
from portal.documents import docx
from portal.fields import Choose, Form, LongText, need
from portal.languages import current, say, words
from portal.pages import attempt, render
from trust.governance import case as cases
from trust.governance.case import Case
from trust.governance.steps import Box, Step, steps
from trust.partners import Partner
from trust.records import N_, Hidden

bp = Blueprint("cases", __name__)

CATEGORIES = {
    "count": _l("Count"),
    "observation": _l("Something seen"),
    "story": _l("Story"),
    "personal": _l("Personal data"),
}


class AnswerForm(Form):
    words = LongText(_l("Answer"), safeguarding=False, count=8000)


class DecisionForm(Form):
    decision = Choose(_l("Decision"), need(N_("Choose one of the answers")))
    reason = LongText(_l("Why"), need(N_("Say why")), safeguarding=False, count=8000)


def _filled(case: Case, step: Step) -> tuple[int, int]:
    """How many boxes of a step hold something, and how many there are."""
    done = sum(bool(_answer(case, box)) for box in step.boxes)
    return done, len(step.boxes)


def _answer(case: Case, box: Box) -> str:
    if box.kind == "items":
        return ", ".join(item.name for item in case.items)
    held = cases.answer(case, box.key)
    if held is None or box.kind != "choice":
        return held.words if held else ""
    why = cases.answer(case, f"{box.key}-why")
    chosen = [say(option.label) for option in box.options if option.key == held.words]
    return "\n\n".join([*chosen, why.words if why else ""])


def _items(case: Case) -> list[list[str]]:
    return [
        [
            item.name,
            item.from_whom,
            item.why,
            str(CATEGORIES.get(item.category, item.category)),
            _("Yes") if item.personal else _("No"),
        ]
        for item in case.items
    ]


def _item_head() -> list[str]:
    return [_("Item"), _("From whom"), _("Why"), _("Kind"), _("Personal?")]


def _pilot(case: Case) -> Pilot:
    found = access.session().get(Pilot, case.about.id)
    if found is None:
        raise Hidden("pilot")
    return found


def _reads_pilot(pilot: Pilot) -> bool:
    """Whether this reader may open the pilot too. Whoever only advises reads the case alone."""
    stmt = Pilot.visible(select(Pilot).where(Pilot.id == pilot.id), access.actor())
    return access.session().scalars(stmt).first() is not None


@bp.route("/cases/<id:id>")
@page(read="case:read")
def show(id: int) -> Any:
    """The seven steps, and how far each is."""
    case = access.load(Case, id)
    rows = []
    for step in steps().steps:
        done, most = _filled(case, step)
        status, colour = _("Not started"), "grey"
        if most and done == most:
            status, colour = _("Filled in"), "green"
        elif done:
            status, colour = _("%(done)s of %(most)s filled in", done=done, most=most), "yellow"
        elif not most:
            status = _("Later")
        rows.append(
            {
                "title": f"{step.number}. {say(step.title)}",
                "hint": say(step.done),
                "href": url_for("cases.step", id=case.id, number=step.number),
                "status": status,
                "colour": colour,
            }
        )
    pilot = _pilot(case)
    return render(
        "cases/show.html",
        case=case,
        pilot=pilot,
        reads_pilot=_reads_pilot(pilot),
        rows=rows,
        reading=steps().wording == "reading",
        may_export=_may_export(case),
    )


def _may_export(case: Case) -> bool:
    return access.actor().holds("case:export", *case.places("case:export"))


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
    pilot, canvas = _pilot(case), canvas_of(access.session(), case.about.id)
    reads_pilot = _reads_pilot(pilot)
    boxes = []
    for box in here.boxes:
        held = cases.answer(case, box.key)
        source = ""
        if reads_pilot and (box.key == "data" or (held and held.sources and canvas)):
            source = url_for("pilots.canvas", id=case.about.id)
        boxes.append((box, _answer(case, box), source, _may_fill(case, box)))
    return render(
        "cases/step.html",
        case=case,
        pilot=pilot,
        step=here,
        boxes=boxes,
        items=[[words(cell, pilot.lang) for cell in row[:3]] + row[3:] for row in _items(case)],
        item_head=_item_head(),
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
    if asked.kind == "choice":
        return _decision(case, here, asked)
    form = AnswerForm(words=held.words if held else "")
    form.words.label.text = say(asked.text)
    form.words.description = say(asked.hint)
    if form.validate_on_submit() and attempt(
        form, cases.fill, case, box=key, words=form.words.data or "", sources=[]
    ):
        return redirect(url_for("cases.step", id=case.id, number=here.number), 303)
    return render("cases/box.html", form=form, case=case, step=here, box=asked)


def _decision(case: Case, here: Step, asked: Box) -> Any:
    """Which path it takes, and why."""
    held, why = (cases.answer(case, key) for key in (asked.key, f"{asked.key}-why"))
    form = DecisionForm(decision=held.words if held else None, reason=why.words if why else "")
    form.decision.label.text = say(asked.text)
    form.decision.description = say(asked.hint)
    form.decision.offer([(option.key, say(option.label)) for option in asked.options])
    if form.validate_on_submit() and attempt(
        form, cases.decide, case, decision=form.decision.data, reason=form.reason.data
    ):
        return redirect(url_for("cases.step", id=case.id, number=here.number), 303)
    return render("cases/box.html", form=form, case=case, step=here, box=asked)


@bp.route("/cases/<id:id>/case.docx")
@page(read="case:export")
def document(id: int) -> Any:
    """The case as DOCX."""
    case = access.load(Case, id)
    if not _may_export(case):
        raise Hidden("case")
    pilot = _pilot(case)
    council = access.session().get_one(Partner, case.taker_id)
    facts = [
        (_("Pilot"), pilot.name),
        (_("Question"), pilot.question),
        (_("Led by"), council.name),
        (_("Case"), str(case.id)),
    ]
    sections = [
        docx.Section(
            f"{one.number}. {say(one.title)}",
            [(say(b.title), say(b.text), _answer(case, b)) for b in one.boxes if b.key != "data"],
            _item_head() if one.number == 1 else (),
            _items(case) if one.number == 1 else (),
        )
        for one in steps().steps
        if one.boxes
    ]
    title = _("Information governance case: %(pilot)s", pilot=pilot.name)
    response = make_response(docx.write(title, facts, sections, current().code, access.now()))
    response.headers["Content-Type"] = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="ig-case-{case.id}.docx"'
    access.sighted(case, "export")
    return response
