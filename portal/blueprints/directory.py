"""Taking the directory away as a file. It says who took it (safety.md, "Misuse by an officer")."""

from typing import Any

from flask import Blueprint, current_app, make_response, request, url_for
from flask_babel import lazy_gettext as _l

from portal import access, directory_files
from portal.access import page
from portal.fields import Choose, Form, need
from portal.finding import LABELS, finding
from portal.pages import render
from trust.calendar import london_day
from trust.exchange.partner_export import export
from trust.installation import INSTALLATION, Installation
from trust.records import N_

bp = Blueprint("directory", __name__)


class TakeForm(Form):
    kind = Choose(
        _l("As what?"),
        need(N_("Choose what sort of file it is to be")),
        choices=[
            ("csv", _l("CSV"), _l("Opens in any spreadsheet program.")),
            ("xlsx", _l("XLSX"), _l("For Excel.")),
            ("json", _l("JSON"), _l("For other directories, in the form of Open Referral UK.")),
        ],
    )


@bp.route("/partners/take-away", methods=["GET", "POST"])
@page(read="has-role", change="has-role", again="open")
def take() -> Any:
    """Choose a form; then the file comes: of all, or of those that the address looks for, as the
    list does."""
    form = TakeForm()
    looked = finding(access.session(), access.actor(), request.args)
    if form.validate_on_submit():
        where = access.session().get_one(Installation, INSTALLATION.id)
        given = {"form": form.kind.data, "asked": looked.asked}
        # Whoever presses the button twice gets it twice: so without the form's token.
        return _file(form.kind.data, *export(access.act(), where, **given))
    return render(
        "partners/take.html",
        form=form,
        words=looked.asked.words,
        chosen=[(LABELS[one], looked.said(one)) for one in looked.chosen],
        back=url_for("partners.index", **looked.again),
    )


def _file(kind: str, found: Any, regions: Any) -> Any:
    address = current_app.config["PORTAL"].address
    day = london_day(access.now()).isoformat()
    taken_by = f"{access.signed_in().person.name}, {day}"
    if kind == "json":
        content = directory_files.as_json(found, address, taken_by)
    else:
        made = directory_files.rows(found, regions, address, taken_by)
        write = directory_files.as_csv if kind == "csv" else directory_files.as_xlsx
        content = write(made)
    response = make_response(content)
    response.headers["Content-Type"] = directory_files.TYPES[kind]
    response.headers["Content-Disposition"] = f'attachment; filename="organisations-{day}.{kind}"'
    return response
