"""The case as a document."""

from typing import Any

from flask import current_app, make_response
from flask_babel import gettext as _

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
from portal.documents import docx
from portal.english import INVENTED
from portal.languages import current, say
from trust.governance.case import Case
from trust.governance.steps import Box, steps
from trust.partners import Partner
from trust.records import Hidden


@bp.route("/cases/<id:id>/case.docx")
@page(read="case:export", again="open")
def document(id: int) -> Any:
    """The case as DOCX."""
    case = access.load(Case, id)
    if not may_export(case):
        raise Hidden("case")
    pilot = pilot_of(case)
    council = access.session().get_one(Partner, case.taker_id)
    facts = [
        (_("Pilot"), pilot.name),
        (_("Question"), pilot.question),
        (_("Led by"), council.name),
        (_("Case"), str(case.id)),
    ]
    every = steps().steps
    states = [(f"{one.number}. {say(one.title)}", standing(case, one)[0]) for one in every]
    sections = [docx.Section(_("The seven steps"), head=(_("Step"), _("State")), rows=states)]
    sections += [
        docx.Section(named, [_box(case, box) for box in one.boxes])
        for one, (named, _state) in zip(every, states, strict=True)
        if one.boxes
    ]
    title = _("Information governance case: %(pilot)s", pilot=pilot.name)
    notice = say(INVENTED) if current_app.config["PORTAL"].demo else ""
    made = docx.write(title, facts, sections, current().code, access.now(), notice)
    response = make_response(made)
    response.headers["Content-Type"] = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="ig-case-{case.id}.docx"'
    access.sighted(case, how="export")
    return response


def _box(case: Case, box: Box) -> docx.Box:
    """What stands in a box: the data items as a table, all others in words."""
    title, question = say(box.title), say(box.text)
    if box.kind == "items":
        return docx.Box(title, question, "", item_head(), items(case))
    return docx.Box(title, question, answered(case, box))
