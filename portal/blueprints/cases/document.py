"""The case as a document."""

from typing import Any

from flask import make_response
from flask_babel import gettext as _

from portal import access
from portal.access import page
from portal.blueprints.cases.blueprint import bp
from portal.blueprints.cases.parts import answered, item_head, items, may_export, pilot_of
from portal.documents import docx
from portal.languages import current, say
from trust.governance.case import Case
from trust.governance.steps import steps
from trust.partners import Partner
from trust.records import Hidden


@bp.route("/cases/<id:id>/case.docx")
@page(read="case:export")
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
    sections = [
        docx.Section(
            f"{one.number}. {say(one.title)}",
            [(say(b.title), say(b.text), answered(case, b)) for b in one.boxes if b.key != "data"],
            item_head() if one.number == 1 else (),
            items(case) if one.number == 1 else (),
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
