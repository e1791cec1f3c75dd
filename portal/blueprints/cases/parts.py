"""What several pages of a case show: what stands in a box, the data items, what it is about."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilots.pilot import Pilot
from portal import access
from portal.languages import say
from trust.governance import case as cases
from trust.governance.case import Case
from trust.governance.steps import Box, Step
from trust.records import Hidden

CATEGORIES = {
    "count": _l("Count"),
    "observation": _l("Something seen"),
    "story": _l("Story"),
    "personal": _l("Personal data"),
}


ROUTES = {"light": _l("Light path decided"), "full": _l("Formal route decided")}


def standing(case: Case, step: Step) -> tuple[str, str]:
    """How far a step is, in words, and the colour of its tag."""
    done, most = sum(bool(answered(case, box)) for box in step.boxes), len(step.boxes)
    if case.route in ROUTES and any(box.kind == "choice" for box in step.boxes):
        return str(ROUTES[case.route]), "green"
    if not most:
        return _("Later"), "grey"
    if done == most:
        return _("Filled in"), "green"
    if done:
        return _("%(done)s of %(most)s filled in", done=done, most=most), "yellow"
    return _("Not started"), "grey"


def answered(case: Case, box: Box) -> str:
    """What stands in a box, in words; empty when nothing does."""
    if box.kind == "items":
        return ", ".join(item.name for item in case.items)
    held = cases.answer(case, box.key)
    if held is None or box.kind != "choice":
        return held.words if held else ""
    why = cases.answer(case, f"{box.key}-why")
    chosen = [say(option.label) for option in box.options if option.key == held.words]
    return "\n\n".join([*chosen, why.words if why else ""])


def items(case: Case) -> list[list[str]]:
    """The data items, a row each under ``item_head``."""
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


def item_head() -> list[str]:
    """The head of the table of data items, in the reader’s language."""
    return [_("Item"), _("From whom"), _("Why"), _("Kind"), _("Personal?")]


def pilot_of(case: Case) -> Pilot:
    """The pilot that a case is about, for whoever may read the case."""
    found = access.session().get(Pilot, case.about.id)
    if found is None:
        raise Hidden("pilot")
    return found


def may_export(case: Case) -> bool:
    """Whether the reader may take the case away as a document."""
    return access.actor().holds("case:export", *case.places("case:export"))
