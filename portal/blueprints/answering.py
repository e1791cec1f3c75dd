"""Answering: one thing per page, kept as typed; then checking, seeing what others see, sending."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pilots import contributions
from pilots.contribution_states import QUOTES
from pilots.contributions import Contribution
from portal import access, answers
from portal.access import page
from portal.contribution_forms import CheckForm, SendForm
from portal.languages import clock_words, say, words
from portal.late import keep_late
from portal.own_answers import for_whom, load_own, question_of
from portal.pages import attempt, htmx, render
from portal.places import href
from portal.question_form import is_right, mended, question_form, title, typed
from trust.records import Ref

bp = Blueprint("answering", __name__)


@bp.before_request
def _session_ran_out() -> Any:
    """Keep what was typed, and come back to the same question after signing in. A part of a page
    cannot be exchanged for the sign-in page: there the script says that it did not work."""
    asked = request.endpoint in ("answering.question", "answering.draft")
    if not asked or request.method != "POST" or access.me() is not None:
        return None
    keep_late(**(request.view_args or {}))
    if htmx:
        return "", 401
    there_again = url_for("answering.question", **(request.view_args or {}))
    return redirect(url_for("signin.ask", next=there_again), 303)


@bp.route("/contributions/<id:id>/q/<key>", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def question(id: int, key: str) -> Any:
    """One question. What is typed is kept, right or wrong."""
    held = load_own(id)
    if held.state != "draft" and request.method == "GET":
        return redirect(url_for("contributions.show", id=id), 303)
    number, asked = question_of(held, key)
    kept = next((one for one in held.drafts if one.key == key), None)
    form = question_form(asked, kept.raw if kept and request.method == "GET" else None)
    if request.method == "POST":
        raw = mended(form, asked, typed(request.form))
        contributions.keep(held, asked, raw, access.signed_in().person.id, access.now())
        access.keep_anyway()
        if "later" in request.form:
            return redirect(url_for("contributions.index", saved=1), 303)
        if is_right(form, asked, raw) and "add-up" not in request.form:
            return redirect(_after(held, number), 303)
    return render(
        "answering/question.html",
        form=form,
        held=held,
        asked=asked,
        title=title(asked),
        number=number,
        of=len(held.request_version.questions),
        back=_before(held, number),
        skip=None if asked.required else _after(held, number),
        kept=kept,
        group=for_whom(held),
    )


def _after(held: Contribution, number: int) -> str:
    questions = held.request_version.questions
    if request.args.get("from") == "check" or number == len(questions):
        return url_for("answering.check", id=held.id)
    return url_for("answering.question", id=held.id, key=questions[number].key)


def _before(held: Contribution, number: int) -> str:
    if request.args.get("from") == "check":
        return url_for("answering.check", id=held.id)
    if number > 1:
        key = held.request_version.questions[number - 2].key
        return url_for("answering.question", id=held.id, key=key)
    ours = url_for("contributions.index")
    return ours if for_whom(held) else href(Ref("request", held.request_id)) or ours


@bp.route("/contributions/<id:id>/draft/<key>", methods=["POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def draft(id: int, key: str) -> Any:
    """Keep what was typed on leaving a field; for a table of counts also say its totals."""
    held = load_own(id)
    _number, asked = question_of(held, key)
    form = question_form(asked)
    raw = mended(form, asked, typed(request.form))
    contributions.keep(held, asked, raw, access.signed_in().person.id, access.now())
    if not htmx:
        return redirect(url_for("answering.question", id=id, key=key), 303)
    if request.headers.get("HX-Target") == f"{key}-totals":
        return form[key].totals()
    return render("answering/saved.html", said=clock_words(access.now()))


@bp.route("/contributions/<id:id>/check", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def check(id: int) -> Any:
    """All answers, each with a way to change it; read out, where they are somebody else's."""
    held = load_own(id)
    if held.state != "draft":
        return redirect(url_for("contributions.show", id=id), 303)
    given, wrong = contributions.answers_of(held)
    typed_keys = contributions.raw_of(held)
    rows = []
    for one in held.request_version.questions:
        change = url_for("answering.question", id=id, key=one.key, **{"from": "check"})
        problem = say(wrong[one.key].reason) if one.key in wrong else ""
        if problem and one.key not in typed_keys:
            problem = _("Not answered yet.")
        value = Markup('<p class="govuk-error-message">{}</p>').format(problem)
        if not problem:
            value = answers.shown(one, given[one.key], held.lang)
        key = words(one.words)
        rows.append({"key": key, "value": value, "change": change, "problem": problem})
    form = CheckForm()
    if form.validate_on_submit():
        if not wrong:
            return redirect(url_for("answering.preview", id=id), 303)
        form.missing = tuple(answers.to_mend(rows))
        form.wrong(None, _("Some answers are missing."))
    return render("answering/check.html", form=form, held=held, rows=rows, group=for_whom(held))


@bp.route("/contributions/<id:id>/preview")
@page(read="contribution:write", figures="own")
def preview(id: int) -> Any:
    """What reviewers will see, beside what anyone else would."""
    held = load_own(id)
    given, wrong = contributions.answers_of(held)
    if held.state != "draft":
        return redirect(url_for("contributions.show", id=id), 303)
    if wrong:
        return redirect(url_for("answering.check", id=id), 303)
    questions = held.request_version.questions
    counted = [one for one in questions if one.kind == "count-table" and given[one.key]]
    quoted = contributions.quote_choices(held, given) != ("no",)
    return render(
        "answering/preview.html",
        held=held,
        tables=[(words(one.words), answers.beside(one, given[one.key])) for one in counted],
        others=[
            {"key": words(one.words), "value": answers.beyond(one, quoted)}
            for one in questions
            if one.kind != "count-table" and given[one.key] is not None
        ],
        group=for_whom(held),
    )


@bp.route("/contributions/<id:id>/send", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def send(id: int) -> Any:
    """Say how we may quote you, where that is open, and send."""
    held = load_own(id)
    given, wrong = contributions.answers_of(held)
    if held.state != "draft":
        return redirect(url_for("contributions.show", id=id), 303)
    if wrong:
        return redirect(url_for("answering.check", id=id), 303)
    form, group = SendForm(), for_whom(held)
    choices = contributions.quote_choices(held, given)
    form.quote.offer([(key, say(QUOTES[key])) for key in choices])
    if len(choices) == 1:
        del form.quote
    if not group:
        del form.read_back_to
    if form.validate_on_submit():
        said = {name: form[name].data for name in ("quote", "read_back_to") if name in form}
        if attempt(form, contributions.submit, held, **said):
            return redirect(url_for("contributions.show", id=id), 303)
    return render("answering/send.html", form=form, held=held, group=group)
