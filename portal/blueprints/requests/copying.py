"""Taking a copy of the answers to a request along, and saying that it is deleted. It says who
took it (safety.md, "Misuse by an officer")."""

from typing import Any

from flask import current_app, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilots import copies
from pilots.copies import PURPOSES
from pilots.pilot import Pilot
from pilots.requests import Request
from portal import access, copy_files, sheet_files
from portal.access import page
from portal.blueprints.requests.blueprint import bp
from portal.copy_files import Copy
from portal.english import INVENTED
from portal.fields import Choose, Form, need
from portal.languages import say
from portal.limits import HEAVY
from portal.pages import refuse, render
from portal.talking import talk_about
from trust.calendar import london_day
from trust.records import N_, Hidden, Refused

WHAT_FOR = {
    "work": _l("To work on the question that we share"),
    "study": _l("To learn how well this way of working goes"),
}


class CopyForm(Form):
    purpose = Choose(
        _l("What is it for?"),
        need(N_("Say what it is for")),
        choices=[
            ("work", WHAT_FOR["work"], _l("With names, and all that each agreement allows.")),
            ("study", WHAT_FOR["study"], _l("Without names, and without stories.")),
        ],
    )
    kind = Choose(
        _l("As what?"),
        need(N_("Choose what sort of file it is to be")),
        choices=[
            ("xlsx", _l("XLSX"), _l("For Excel.")),
            ("csv", _l("CSV"), _l("Opens in any spreadsheet program. Two files in a ZIP.")),
        ],
    )


def _load(id: int) -> tuple[Request, list[str]]:
    """A request whose answers this person may take along, and for what."""
    found, who = access.load(Request, id), access.actor()
    may = [key for key, (_way, verb) in PURPOSES.items() if verb.allowed(who, found)]
    if found.pilot_id is None or found.state == "draft" or not may:
        raise Hidden("request")
    return found, may


@bp.route("/requests/<id:id>/copy", methods=["GET", "POST"])
@page(read="insight:read", change="insight:read", figures="reveal", limits=(HEAVY,), again="open")
def copy(id: int) -> Any:
    """Choose what for and in which form; then the file comes."""
    found, may = _load(id)
    form = CopyForm()
    if len(may) == 1:
        del form.purpose
    if form.validate_on_submit():
        purpose = form.purpose.data if len(may) > 1 else may[0]
        try:
            # Whoever presses the button twice gets it twice: so without the form's token.
            gathered = PURPOSES[purpose][1](access.act(), found, form=form.kind.data)
        except Refused as refused:
            access.session().rollback()
            if purpose == "study":  # the way to talk of it would name the group
                form.refused(refused)
                pilot = url_for("pilots.show", id=found.pilot_id)
                form.talk = {"href": pilot, "text": _("Talk about it with whoever runs the pilot")}
            else:
                refuse(form, refused)
        else:
            return _file(found, purpose, gathered, form.kind.data)
    return _page(*_load(id), form)


def _page(found: Request, may: list[str], form: Form) -> Any:
    session, who = access.session(), access.actor()
    gathered = {
        key: copies.gather(session, found, PURPOSES[key][0], who, access.now()) for key in may
    }
    pilot = session.get_one(Pilot, found.pilot_id)
    return render(
        "requests/copy.html",
        form=form,
        request_=found,
        pilot=pilot,
        open_=[key for key, one in gathered.items() if one.lines],
        ways=[_way(key, one) for key, one in gathered.items()],
        held=copies.held(session, found, who),
        stale=copies.stale(session, found, who),
        just_deleted="deleted" in request.args,
    )


def _way(purpose: str, found: copies.Gathered) -> dict[str, Any]:
    """What would be in the file for one purpose, and what not: each with the way to talk of it;
    for a study by clause alone, as in its file."""
    named = purpose == "work"
    return {
        "purpose": WHAT_FOR[purpose],
        "answers": len(found.lines),
        "groups": len({one.contribution.giver_id for one in found.lines}),
        "left_out": [
            {
                "partner": one.partner.name if named else "",
                "answers": one.answers,
                "parts": one.parts,
                "reason": say(one.no.reason),
                "talk": talk_about(one.no.refused()) if named else None,
            }
            for one in found.left_out
        ],
        "kept": copy_files.kept(found.kept) if found.kept else "",
        "nothing": say(found.nothing.reason) if found.nothing and not found.left_out else "",
    }


def _file(found: Request, purpose: str, gathered: copies.Gathered, kind: str) -> Any:
    day = london_day(access.now())
    made = Copy(
        found=gathered,
        taken_by=access.signed_in().person.name,
        day=day,
        request=found.title,
        pilot=access.session().get_one(Pilot, found.pilot_id).name,
        purpose=str(WHAT_FOR[purpose]),
        named=purpose == "work",
        notice=say(INVENTED) if current_app.config["PORTAL"].demo else "",
    )
    as_what = "xlsx" if kind == "xlsx" else "zip"
    content = copy_files.as_xlsx(made) if kind == "xlsx" else copy_files.as_zip(made)
    response = make_response(content)
    response.headers["Content-Type"] = sheet_files.TYPES[as_what]
    name = f"answers-{found.id}-{day.isoformat()}.{as_what}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.route("/requests/<id:id>/copy/deleted", methods=["POST"])
@page(read="insight:read", change="insight:read")
def copy_deleted(id: int) -> Any:
    """Say that the copies are deleted."""
    found, _may = _load(id)
    copies.delete(access.act(request.form.get("token")), found)
    return redirect(url_for("requests.copy", id=id, deleted=1), 303)
