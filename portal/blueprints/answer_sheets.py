"""Answering in a spreadsheet: take the sheet, fill it in anywhere, bring it back, and look at what
came of it before anything is sent."""

from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import undefer

from pilots import drafts
from pilots.contributions import Contribution
from pilots.questions import Question, Raw
from portal import access, answer_template, answer_upload, receiving, sheet_files
from portal.access import page
from portal.answer_finds import Finds, finds
from portal.answer_upload import Brought
from portal.answers import as_typed
from portal.contribution_forms import SheetForm
from portal.fields import Choose, Form, need
from portal.languages import words
from portal.own_answers import for_whom, go_on, is_one_page, load_own
from portal.pages import attempt, render
from trust import files
from trust.files import Upload
from trust.records import N_, Hidden

bp = Blueprint("answer_sheets", __name__)

PURPOSE = "answers"


@bp.url_value_preprocessor
def _receive_more(*_: Any) -> None:
    if request.endpoint == "answer_sheets.choose":
        receiving.receive_more()


@bp.route("/contributions/<id:id>/sheet", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write")
def choose(id: int) -> Any:
    """How to answer in a spreadsheet: take it, fill it in, bring it back."""
    held = load_own(id)
    if away := _elsewhere(held):
        return redirect(away, 303)
    form = SheetForm()
    if form.validate_on_submit():
        with receiving.said(form):
            kept = _kept(held, form)
            if kept is not None:
                return redirect(url_for("answer_sheets.look", id=id, file=kept.id), 303)
    return render(
        "answering/sheet.html",
        form=form,
        held=held,
        group=for_whom(held),
        here=go_on(held),
        back=url_for("contributions.index"),
    )


def _kept(held: Contribution, form: SheetForm) -> Upload | None:
    """Read the sheet, keep its answers in the draft, and the file for a day. Raises ``Refused``
    for a file that says nothing here."""
    file = form.file.data
    content, name = file.read(answer_upload.LIMITS.size + 1), file.filename or ""
    receiving.before_reading()
    brought = answer_upload.read(content, name, held.request_version)
    if not attempt(form, drafts.bring, held, answers=brought.raw):
        return None
    person_id, now = access.signed_in().person.id, access.now()
    about = {"contribution": str(held.id)}
    return files.keep(access.session(), person_id, PURPOSE, name, content, about, now)


@bp.route("/contributions/<id:id>/sheet.xlsx")
@page(read="contribution:write")
def template(id: int) -> Any:
    """The sheet to fill in, in the reader's language, for the wording that this draft answers."""
    held = load_own(id)
    if away := _elsewhere(held):
        return redirect(away, 303)
    response = make_response(answer_template.made(held.request_version, held.request.title))
    response.headers["Content-Type"] = sheet_files.TYPES["xlsx"]
    name = f"answers-{held.reference}.xlsx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.route("/contributions/<id:id>/sheet/<id:file>", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def look(id: int, file: int) -> Any:
    """What came of a sheet, beside the draft as it is now; and which of two answers is right."""
    held = load_own(id)
    if away := _elsewhere(held):
        return redirect(away, 303)
    upload = access.load(Upload, file, undefer(Upload.content))
    if upload.purpose != PURPOSE or upload.choices.get("contribution") != str(id):
        raise Hidden("upload")
    files.check_here(upload, access.now())
    brought = answer_upload.read(upload.content or b"", upload.name, held.request_version)
    settled = upload.choices.get("settled", "").split()
    found = finds(held, brought, upload.expires_at - files.LASTS, settled)
    form = _both(held, found, brought)
    if found.both and form.validate_on_submit():
        chosen = {one.key: form[one.key].data for one in found.both}
        instead = {key for key, which in chosen.items() if which == "sheet"}
        answers = {key: brought.raw[key] for key in instead}
        if attempt(form, drafts.bring, held, answers=answers, instead=instead):
            told = " ".join([*settled, *(key for key in chosen if key not in instead)])
            upload.choices = {**upload.choices, "settled": told}
            return redirect(url_for("answer_sheets.look", id=id, file=file), 303)
    return render(
        "answering/brought.html",
        form=form,
        held=held,
        upload=upload,
        found=found,
        group=for_whom(held),
        again=url_for("answer_sheets.choose", id=id),
        on=url_for("answering.check", id=id),
    )


def _both(held: Contribution, found: Finds, brought: Brought) -> Form:
    """The form that asks, for each question answered twice, which answer is right."""
    saved = drafts.raw_of(held)
    fields = {
        one.key: Choose(
            words(one.words),
            need(N_("Choose which answer is right")),
            choices=[
                ("here", _l("What was here"), _told(one, saved[one.key], held.lang)),
                (
                    "sheet",
                    _l("What your sheet says"),
                    _told(one, brought.raw[one.key], held.lang),
                ),
            ],
        )
        for one in found.both
    }
    return type("BothForm", (Form,), fields)()


def _told(question: Question, raw: Raw, lang: str) -> Markup:
    return words(as_typed(question, raw).striptags(), lang)


def _elsewhere(held: Contribution) -> str | None:
    """Where a contribution is looked at that is sent already, or answered on one page."""
    if held.state != "draft":
        return url_for("contributions.show", id=held.id)
    return go_on(held) if is_one_page(held) else None
