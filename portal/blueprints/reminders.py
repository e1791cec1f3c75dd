"""What we remind somebody of: by mail, and in a calendar of their own. The calendar's address is a
secret: it can be made anew, and switched off."""

from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask_babel import lazy_gettext as _l

from portal import access
from portal.access import page
from portal.fields import ChooseMany, Form
from portal.pages import attempt, render
from trust import diary, quiet
from trust.quiet import KINDS

bp = Blueprint("reminders", __name__)


class MailsForm(Form):
    wanted = ChooseMany(
        _l("Which emails would you like?"),
        hint=_l("Emails that ask you for something always come."),
        choices=[(key, _l(words)) for key, words in KINDS.items()],
        optional=True,
    )


@bp.route("/reminders", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in")
def index() -> Any:
    """Choose the reminders that are mailed; and where the calendar is."""
    mine = access.signed_in()
    unwanted = quiet.unwanted(access.session(), mine.person.id)
    form = MailsForm(data={"wanted": [key for key in KINDS if key not in unwanted]})
    if form.validate_on_submit() and attempt(
        form, quiet.choose, mine.person, wanted=form.wanted.data or []
    ):
        return redirect(url_for("reminders.index", saved="yes"), 303)
    held = diary.of_person(access.session(), mine.person.id)
    settings = current_app.config["PORTAL"]
    address = (
        f"{settings.address}{url_for('diary.show', token=diary.token(settings.key, held))}"
        if held
        else None
    )
    return render("reminders/index.html", form=form, saved="saved" in request.args, address=address)


@bp.route("/reminders/calendar", methods=["POST"])
@page(read="signed-in", change="signed-in", again="change")
def open_() -> Any:
    """Give the calendar an address, or a new one."""
    diary.open_diary(access.act(request.form.get("token")), access.signed_in().person)
    return redirect(url_for("reminders.index") + "#calendar", 303)


@bp.route("/reminders/calendar/off", methods=["POST"])
@page(read="signed-in", change="signed-in")
def close() -> Any:
    """Switch the calendar off."""
    diary.close_diary(access.act(request.form.get("token")), access.signed_in().person)
    return redirect(url_for("reminders.index") + "#calendar", 303)
