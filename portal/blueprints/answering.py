"""Answering: one thing per page, kept as typed; then checking, seeing what others see, sending."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pilots import ask_once, contributions, drafts, pointing, versions
from pilots.answers import DraftAnswer, Given, Overtaken, notes_of
from pilots.contribution_states import QUOTES
from pilots.contributions import Contribution
from pilots.questions import Question, Raw
from portal import access, answers, question_changes
from portal.access import page
from portal.contribution_forms import CheckForm, PaperSendForm, SendForm
from portal.fields import Form
from portal.languages import clock_words, say, words
from portal.own_answers import for_whom, go_on, is_one_page, load_own, question_of
from portal.pages import attempt, htmx, render
from portal.places import href
from portal.question_form import (
    is_right,
    mended,
    question_form,
    title,
    typed,
    what_is_wrong,
)
from trust.calendar import london_day
from trust.records import Hidden, Ref

bp = Blueprint("answering", __name__)


@bp.route("/contributions/<id:id>/q/<key>", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def question(id: int, key: str) -> Any:
    """One question. What is typed is kept, right or wrong. A single answer to a partner's own
    question is sent from here."""
    held = load_own(id)
    if held.state != "draft" and request.method == "GET":
        return redirect(url_for("contributions.show", id=id), 303)
    _number, asked = question_of(held, key)
    kept = next((one for one in held.drafts if one.key == key), None)
    given = contributions.answers_of(held, access.now())
    if asked not in given.asked and request.method == "GET":
        return redirect(url_for("answering.check", id=id), 303)
    before = kept.raw if kept and request.method == "GET" else None
    form = question_form(asked, before, given.values)
    other: Overtaken | None = None
    if request.method == "POST":
        raw = mended(form, asked, typed(request.form))
        try:
            kept = _keep(held, asked, raw, form)
        except Overtaken as overtaken:
            other = overtaken
            form.refused(other)
        else:
            access.keep_anyway()
            if "later" in request.form:
                return redirect(url_for("contributions.index", saved=1), 303)
            if is_right(form, asked, raw, given.values) and "add-up" not in request.form:
                if not is_one_page(held):
                    return redirect(_after(held, asked), 303)
                given = contributions.answers_of(held, access.now())
                if pointing.undecided(held, given.answers):
                    return redirect(url_for("pointing.look", id=id), 303)
                if attempt(form, contributions.submit, held):
                    return redirect(url_for("contributions.show", id=id, sent=1), 303)
                kept = _keep(held, asked, raw, form)  # a refusal takes back all that came before
    form.version.data = kept.version if kept else 0
    after = _after(held, asked)
    said_before = None
    if kept is None and request.method == "GET":
        said_before = ask_once.said(access.session(), access.actor(), held, asked, access.now())
    return render(
        "answering/question.html",
        status=409 if other else 0,
        form=form,
        held=held,
        asked=asked,
        title=title(asked),
        notes=_notes(held, given).get(asked.key, ()),
        number=given.asked.index(asked) + 1 if asked in given.asked else 0,
        of=len(given.asked),
        branching=any(one.show_if and one.asks for one in held.request_version.questions),
        back=_before(held, asked, given),
        after=after,
        skip=None if asked.required else after,
        kept=kept,
        one_page=is_one_page(held),
        seen_by=answers.seen_by(asked),
        group=for_whom(held),
        earlier=said_before,
        earlier_words=answers.shown(asked, said_before.answer, said_before.lang)
        if said_before
        else None,
        both=[answers.as_typed(asked, one) for one in (other.saved, raw)] if other else None,
    )


def _keep(held: Contribution, asked: Question, raw: Raw, form: Form) -> DraftAnswer:
    seen, token = form.version.data, form.token.data or ""
    person_id, now = access.signed_in().person.id, access.now()
    given = {"seen": seen, "token": token, "opened": form.opened()}
    return drafts.keep(held, asked, raw, person_id, now, **given)


def _notes(held: Contribution, given: Given) -> dict[str, list[Question]]:
    return notes_of(held.request_version.questions, given.values, london_day(access.now()))


def _after(held: Contribution, asked: Question) -> str:
    """The next question that is asked after what is kept now; the check after the last one. Who
    came from the check goes back there, by way of what is asked only now."""
    given, kept = contributions.answers_of(held, access.now()), drafts.raw_of(held)
    checking = {"from": "check"} if request.args.get("from") == "check" else {}
    for one in given.asked:
        if one.position > asked.position and not (checking and one.key in kept):
            return url_for("answering.question", id=held.id, key=one.key, **checking)
    return url_for("answering.check", id=held.id)


def _before(held: Contribution, asked: Question, given: Given) -> str:
    if request.args.get("from") == "check":
        return url_for("answering.check", id=held.id)
    earlier = [one.key for one in given.asked if one.position < asked.position]
    if earlier:
        return url_for("answering.question", id=held.id, key=earlier[-1])
    ours = url_for("contributions.index")
    return ours if for_whom(held) else href(Ref("request", held.request_id)) or ours


@bp.route("/contributions/<id:id>/q/<key>/again", methods=["POST"])
@page(read="contribution:write", change="contribution:write")
def again(id: int, key: str) -> Any:
    """One tap: say again what the group said before. It goes into the draft, as if typed."""
    held = load_own(id)
    _number, asked = question_of(held, key)
    before = ask_once.said(access.session(), access.actor(), held, asked, access.now())
    form = Form()
    if before is None or not asked.asks:
        raise Hidden("question")
    try:
        _keep(held, asked, before.raw, form)
    except Overtaken:  # a colleague has answered meanwhile: that is there to see
        return redirect(url_for("answering.question", id=id, key=key), 303)
    return redirect(_after(held, asked), 303)


@bp.route("/contributions/<id:id>/draft/<key>", methods=["POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def draft(id: int, key: str) -> Any:
    """Keep what was typed on leaving a field; for a table of counts also say its totals. What
    somebody else saved meanwhile stays: going on shows both."""
    held = load_own(id)
    _number, asked = question_of(held, key)
    form = question_form(asked, None, contributions.answers_of(held, access.now()).values)
    saved = True
    try:
        _keep(held, asked, mended(form, asked, typed(request.form)), form)
    except Overtaken:
        saved = False
    if not htmx:
        return redirect(url_for("answering.question", id=id, key=key), 303)
    if request.headers.get("HX-Target") == f"{key}-totals":
        return form[key].totals()
    return render("answering/saved.html", said=clock_words(access.now()), saved=saved)


@bp.route("/contributions/<id:id>/check", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def check(id: int) -> Any:
    """All answers, each with a way to change it; read out, where they are somebody else's."""
    held = load_own(id)
    if held.state != "draft":
        return redirect(url_for("contributions.show", id=id), 303)
    if is_one_page(held) or contributions.behind(access.session(), held):
        return redirect(go_on(held), 303)
    given = contributions.answers_of(held, access.now())
    typed_keys = drafts.raw_of(held)
    rows = []
    for one in given.asked:
        change = url_for("answering.question", id=id, key=one.key, **{"from": "check"})
        problem = what_is_wrong(given.wrong[one.key]) if one.key in given.wrong else ""
        if problem and one.key not in typed_keys:
            problem = _("Not answered yet.")
        value = Markup('<p class="govuk-error-message">{}</p>').format(problem)
        if not problem:
            value = answers.shown(one, given.answers[one.key], held.lang)
        key = words(one.words)
        rows.append({"key": key, "value": value, "change": change, "problem": problem})
    form = CheckForm()
    if form.validate_on_submit():
        if not given.wrong:
            return redirect(url_for("answering.preview", id=id), 303)
        form.missing = tuple(answers.to_mend(rows))
        form.wrong(None, _("Some answers are missing."))
    return render(
        "answering/check.html",
        form=form,
        held=held,
        rows=rows,
        notes=_notes(held, given)[""],
        left=_not_asked(held, given),
        gone=_taken_out(held),
        group=for_whom(held),
    )


def _not_asked(held: Contribution, given: Given) -> list[dict[str, Any]]:
    """What was typed for questions that are not asked now, after another answer was changed: it
    is kept while this is a draft, and not sent."""
    kept = drafts.raw_of(held)
    return [
        {"key": words(one.words), "value": answers.as_typed(one, kept[one.key], held.lang)}
        for one in held.request_version.questions
        if one not in given.asked and one.asks and any(map(any, kept.get(one.key, {}).values()))
    ]


def _taken_out(held: Contribution) -> list[dict[str, Any]]:
    """What was typed for questions that were taken out since: kept with the draft, and not
    sent."""
    now, found = {one.key for one in held.request_version.questions}, []
    for key, raw in drafts.raw_of(held).items():
        if key not in now and any(map(any, raw.values())):
            one = question_of(held, key)[1]
            value = answers.as_typed(one, raw, held.lang)
            found.append({"key": words(one.words), "value": value})
    return found


@bp.route("/contributions/<id:id>/changed", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def changed(id: int) -> Any:
    """What changed of the questions since the draft was begun, before going on with them."""
    held = load_own(id)
    if held.state != "draft":
        return redirect(url_for("contributions.show", id=id), 303)
    now = contributions.behind(access.session(), held)
    if now is None:
        return redirect(go_on(held), 303)
    form = Form()
    if form.validate_on_submit() and attempt(form, drafts.take_up, held):
        return redirect(go_on(held), 303)
    found = versions.differences(held.request_version.questions, now.questions)
    return render(
        "answering/changed.html",
        form=form,
        held=held,
        differences=question_changes.shown(found),
        group=for_whom(held),
    )


@bp.route("/contributions/<id:id>/preview")
@page(read="contribution:write", figures="own")
def preview(id: int) -> Any:
    """What reviewers will see, beside what anyone else would."""
    held = load_own(id)
    if held.state != "draft":
        return redirect(url_for("contributions.show", id=id), 303)
    questions, given, wrong, _values = contributions.answers_of(held, access.now())
    if wrong or is_one_page(held):
        return redirect(url_for("answering.check", id=id), 303)
    if pointing.undecided(held, given):
        return redirect(url_for("pointing.look", id=id), 303)
    counted = [one for one in questions if one.kind == "count-table" and given[one.key]]
    quoted = contributions.quote_choices(held, given) != ("no",)
    return render(
        "answering/preview.html",
        held=held,
        tables=[(words(one.words), answers.beside(one, given[one.key])) for one in counted],
        others=[
            {"key": words(one.words), "value": answers.seen_by(one, quoted)}
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
    if held.state != "draft":
        return _sent_already(held)
    _asked, given, wrong, _values = contributions.answers_of(held, access.now())
    if wrong or is_one_page(held):
        return redirect(url_for("answering.check", id=id), 303)
    if pointing.undecided(held, given):
        return redirect(url_for("pointing.look", id=id), 303)
    form = PaperSendForm() if held.channel == "paper" else SendForm()
    group = for_whom(held)
    choices = contributions.quote_choices(held, given)
    form.quote.offer([(key, say(QUOTES[key])) for key in choices])
    if len(choices) == 1:
        del form.quote
    if not group:
        del form.read_back_to
    if form.validate_on_submit():
        said = {name: form[name].data for name in ("quote", "read_back_to") if name in form}
        if attempt(form, contributions.submit, held, opened=form.opened(), **said):
            return redirect(url_for("contributions.show", id=id, sent=1), 303)
    return render("answering/send.html", form=form, held=held, group=group)


def _sent_already(held: Contribution) -> Any:
    """The receipt. A second tap is thanked like the first; who chose something else in another
    window reads what was kept."""
    told: dict[str, int] = {}
    if request.method == "POST":
        same = request.form.get("quote", held.quote) == held.quote
        told = {"sent": 1} if same else {"already": 1}
    return redirect(url_for("contributions.show", id=held.id, **told), 303)
