"""Writing answers down for groups, all questions on one page: a pile of papers in one sitting, or
what somebody says while they talk."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import ngettext

from pilots import contributions, entering
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.questions import numbers_of
from pilots.requests import Request
from portal import access, answers, script
from portal.access import page
from portal.contacts import tell_coordinator
from portal.contribution_forms import CodeForm, NextForm
from portal.documents.questions import only_if
from portal.languages import current
from portal.own_answers import for_whom, go_on, load_own
from portal.pages import attempt, render
from portal.shell import shell
from portal.whole_form import first_of, is_right, keep_all, whole_form
from trust.records import Hidden, Ref, Refused

bp = Blueprint("papers", __name__)


@bp.route("/papers", methods=["GET", "POST"])
@page(read="contribution:enter", change="contribution:enter")
def find() -> Any:
    """Find the questions again by the code that stands on the paper."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            found = entering.request_of(access.session(), access.actor(), form.code.data)
        except Refused as refused:
            form.refused(refused)
        else:
            return redirect(url_for("papers.pile", id=found.id) + "#giver", 303)
    return render("papers/find.html", form=form)


@bp.route("/requests/<id:id>/papers", methods=["GET", "POST"])
@page(read="contribution:enter", change="contribution:enter")
def pile(id: int) -> Any:
    """Whose paper comes next; and what was written down already, with what is to do."""
    found = access.load(Request, id)
    pilot = access.session().get(Pilot, found.pilot_id) if found.pilot_id else None
    if pilot is None or not access.actor().holds("contribution:enter", Ref.of(pilot)):
        raise Hidden("request")
    tell_coordinator(pilot)
    asked = dict(entering.groups(access.session(), pilot)).get(found, [])
    form = NextForm()
    form.giver.offer((one.id, one.name) for one in asked)
    if form.validate_on_submit():
        group = next(one for one in asked if str(one.id) == form.giver.data)
        given = {"giver": group, "channel": "paper", "lang": current().code}
        made = attempt(form, entering.enter, found, **given)
        if made:
            first = first_of(made.request_version.questions)
            return redirect(url_for("papers.write", id=made.id) + f"#{first}", 303)
    rows = [_row(one) for one in entering.written(access.session(), access.actor(), found)]
    saved = next((one for one in rows if str(one["id"]) == request.args.get("saved")), None)
    if saved:
        form.giver.description = ngettext(
            "Saved: %(group)s. %(num)s paper is written down.",
            "Saved: %(group)s. %(num)s papers are written down.",
            len(rows),
            group=saved["name"],
        )
    return render(
        "papers/pile.html",
        form=form,
        request_=found,
        pilot=pilot,
        groups=asked,
        saved=saved,
        drafts=[one for one in rows if one["draft"]],
        sent=[one for one in rows if not one["draft"]],
        many=len(rows),
    )


def _row(one: Contribution) -> dict[str, Any]:
    draft = one.state == "draft"
    wrong = len(contributions.answers_of(one, access.now()).wrong) if draft else 0
    there = "contributions.show" if not draft else "papers.write" if wrong else "answering.check"
    return {
        "id": one.id,
        "name": one.giver.name,
        "draft": draft,
        "wrong": wrong,
        "href": url_for(there, id=one.id),
    }


@bp.route("/contributions/<id:id>/write", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def write(id: int) -> Any:
    """All questions on one page, in the order of the paper. What is typed is kept, right or wrong.
    While somebody talks, with what to say first."""
    held = load_own(id)
    group = for_whom(held)
    if not group:
        raise Hidden("contribution")
    if held.state != "draft" and request.method == "GET":
        return redirect(url_for("contributions.show", id=id), 303)
    form, others = whole_form(held), {}
    if request.method == "POST":
        others = keep_all(held, form)
        access.keep_anyway()
        if not others and ("later" in request.form or is_right(form, held, others)):
            return redirect(_after(held), 303)
        is_right(form, held, others)
    questions, who = held.request_version.questions, shell().who
    numbers = numbers_of(questions)
    return render(
        "papers/write.html",
        status=409 if others else 0,
        form=form,
        held=held,
        group=group,
        paper=held.channel == "paper",
        lines=[
            {
                "one": one,
                "number": numbers.get(one.key),
                "when": only_if(questions, one) if one.show_if else "",
                "saved": answers.as_typed(one, others[one.key].saved) if one.key in others else "",
            }
            for one in questions
        ],
        by_one=go_on(held),
        say_first=script.first(held.request, who.name, who.acting_for) if who else (),
        say_last=script.last(),
        version_names=[name for name in form._fields if name.startswith("seen-")],
    )


def _after(held: Contribution) -> str:
    """Back to the pile, with the keys on the next group; or on to reading it out."""
    if held.channel == "paper":
        return url_for("papers.pile", id=held.request_id, saved=held.id) + "#giver"
    if "later" in request.form:
        return url_for("contributions.index", saved=1)
    return url_for("answering.check", id=held.id)
