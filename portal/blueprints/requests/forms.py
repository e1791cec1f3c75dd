"""Forms in and out (XLSForm): bring one along, see what would become of each row, say yes; and
take the questions of a request along. Until the yes nothing is written but the file, for a day."""

from typing import Any

from flask import make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import undefer

from pilots.pilot import Pilot
from pilots.xlsforms.bringing import bring as bring_in
from pilots.xlsforms.reading import Form as XLSForm
from pilots.xlsforms.reading import read
from pilots.xlsforms.report import OUTCOMES, Line, Outcome, counts
from pilots.xlsforms.validating import complaint
from pilots.xlsforms.writing import write
from portal import access, form_sheets, sheet_files
from portal.access import page
from portal.blueprints.requests.blueprint import bp
from portal.blueprints.requests.running import own
from portal.fields import Form, Upload, need
from portal.form_sheets import Sheets
from portal.forms.imports import SeenForm
from portal.languages import say
from portal.pages import attempt, render
from portal.paging import ROWS, Part
from trust import files
from trust.places import Area
from trust.records import N_, Hidden, Ref, Refused

PURPOSE = "xlsform"
COLOURS = {Outcome.TAKEN: "green", Outcome.CHANGED: "yellow", Outcome.LEFT: "red"}


class FormFile(Form):
    file = Upload(
        _l("The form"),
        need(N_("Choose a file")),
        accept=".xlsx,.xls",
        hint=_l("An XLSX or XLS file, up to 2 MB. Nothing is written yet: you see it first."),
    )

    def refused(self, refusal: Refused) -> None:
        """What is wrong with the file stands at the file, with what to do about it."""
        told = say(refusal.reason)
        if refusal.next_step:
            told = f"{told} {say(refusal.next_step)}"
        self.wrong("file", told)


def _own_pilot(id: int) -> Pilot:
    pilot = access.load(Pilot, id)
    if not access.actor().holds("request:write", Ref.of(pilot)):
        raise Hidden("pilot")
    return pilot


def _places(which: Any) -> Any:
    """Areas by id, each with what it is known by in a form: its code, else its name."""
    found = access.session().execute(select(Area.id, Area.code, Area.name).where(which))
    return [(id_, code or name) for id_, code, name in found]


def _read(sheets: Sheets, pilot: Pilot, name: str) -> XLSForm:
    places = {known_by: id_ for id_, known_by in _places(Area.region_id == pilot.region_id)}
    return read(sheets, lang=pilot.lang, title=name.rsplit(".", 1)[0], places=places)


@bp.route("/pilots/<id:id>/requests/form", methods=["GET", "POST"])
@page(read="request:write", change="request:write")
def bring(id: int) -> Any:
    """Choose a form to begin a request with."""
    pilot = _own_pilot(id)
    form = FormFile()
    if form.validate_on_submit():
        file = form.file.data
        content = file.read(form_sheets.LIMITS.size + 1)
        try:
            _read(form_sheets.read(content, file.filename), pilot, file.filename)
        except Refused as refused:
            form.refused(refused)
        else:
            kept = files.keep(
                access.session(),
                access.signed_in().person.id,
                PURPOSE,
                file.filename,
                content,
                {"pilot": str(pilot.id)},
                access.now(),
            )
            return redirect(url_for("requests.brought", id=id, upload=kept.id), 303)
    return render("requests/bring.html", form=form, pilot=pilot)


@bp.route("/pilots/<id:id>/requests/form/<id:upload>", methods=["GET", "POST"])
@page(read="request:write", change="request:write")
def brought(id: int, upload: int) -> Any:
    """What would become of each row of a form; then, what did."""
    pilot = _own_pilot(id)
    held = access.load(
        files.Upload, upload, undefer(files.Upload.content), undefer(files.Upload.report)
    )
    if held.purpose != PURPOSE or held.choices.get("pilot") != str(pilot.id):
        raise Hidden("upload")
    files.check_here(held, access.now())
    if request.method == "POST":
        held = files.hold(access.session(), upload, access.now())
    done = held.report
    sheets = done["sheets"] if done else form_sheets.read(held.content or b"", held.name)
    found, form = _read(sheets, pilot, held.name), SeenForm()
    if done is not None:
        if request.method == "POST":
            return redirect(url_for("requests.show", id=done["request"]), 303)
    elif form.validate_on_submit():
        made = attempt(form, bring_in, pilot, brought=found, seen=form.seen.data or "")
        if made:
            files.used(held, {"request": made.id, "sheets": sheets}, access.now())
            return redirect(url_for("requests.show", id=made.id) + "#questions", 303)
    form.seen.data = found.fingerprint
    return _report(pilot, held, found, sheets, form)


def _report(pilot: Pilot, held: files.Upload, found: XLSForm, sheets: Sheets, form: Form) -> Any:
    shown = request.args.get("show", "")
    if shown not in ("", *Outcome):
        raise Hidden("outcome")
    lines = [line for line in found.lines if not shown or line.outcome == shown]
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    if not 1 <= number <= max(1, -(-len(lines) // ROWS)):
        raise Hidden("page")
    here = {"id": pilot.id, "upload": held.id}
    address = url_for("requests.brought", **here, show=shown or None, page=0)
    how_many = counts(found.lines)
    filters = [(_("All"), len(found.lines), url_for("requests.brought", **here), not shown)]
    filters += [
        (
            say(OUTCOMES[one]),
            number_,
            url_for("requests.brought", **here, show=one.value),
            shown == one,
        )
        for one, number_ in how_many.items()
        if number_
    ]
    return render(
        "requests/brought.html",
        form=form,
        pilot=pilot,
        upload=held,
        title=found.settings.title,
        asking=len(found.questions),
        complaint=complaint(sheets),
        filters=filters,
        made=held.report["request"] if held.report else None,
        part=Part(
            [_line(one) for one in lines[(number - 1) * ROWS : number * ROWS]],
            len(lines),
            number,
            address.replace("page=0", "page={page}"),
        ),
    )


def _line(line: Line) -> dict[str, Any]:
    return {
        "sheet": line.sheet,
        "row": line.row,
        "label": line.label,
        "tag": say(OUTCOMES[line.outcome]),
        "colour": COLOURS[line.outcome],
        "why": [say(why) for why in line.why],
    }


@bp.route("/requests/<id:id>/form.xlsx")
@page(read="request:write")
def form(id: int) -> Any:
    """The questions of a request as a form that KoboToolbox and ODK can use."""
    found = own(id)
    areas = [
        choice["area"]
        for one in found.newest.questions
        if one.kind == "area"
        for choice in one.choices
    ]
    codes = dict(_places(Area.id.in_(areas)))
    response = make_response(form_sheets.write(write(found, codes)))
    response.headers["Content-Type"] = sheet_files.TYPES["xlsx"]
    response.headers["Content-Disposition"] = f'attachment; filename="form-{id}.xlsx"'
    return response
