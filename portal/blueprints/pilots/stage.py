"""The stage that a pilot is at: what it needs, and the way on or back."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pilots import model, stages
from pilots.model import Need, Stage
from pilots.pilot import Pilot
from pilots.vocabulary import SIDES, WITH
from portal import access
from portal.access import page
from portal.blueprints.pilots.blueprint import bp
from portal.contacts import tell_coordinator
from portal.fields import Choose, Form, LongText, Tick, need
from portal.languages import say
from portal.pages import attempt, render
from portal.places import href, there
from trust.governance.case import Case
from trust.permissions import roles
from trust.records import N_, Hidden, Ref


class GoOnForm(Form):
    confirmed = Tick(_l("The people named have told me that this is so"))


class GoBackForm(Form):
    to = Choose(_l("Back to which stage?"), need(N_("Choose the stage to go back to")))
    reason = LongText(
        _l("Why?"),
        need(N_("Say why, in your own words")),
        hint=_l("Everyone in the pilot reads this."),
        rows=3,
        count=1000,
    )


def who_acts(stage: Stage) -> list[str]:
    """Who acts in a stage, in words."""
    return [say(SIDES[one]) if one in SIDES else say(roles()[one].name) for one in stage.who]


def whom(need: Need) -> str:
    """With whom a need is checked, or who confirms it; in words, or nothing."""
    if need.by:
        return ", ".join(say(roles()[role].name) for role in need.by)
    return say(WITH[need.who]) if need.who else ""


@bp.route("/pilots/<id:id>/stage", methods=["GET", "POST"])
@page(read="pilot:read", change="pilot:manage")
def stage(id: int) -> Any:
    """The stage we are at: what it needs, what is missing and who can supply it; on from here."""
    found = access.load(Pilot, id)
    form = GoOnForm()
    if form.validate_on_submit() and attempt(
        form,
        stages.go_on,
        found,
        stage=request.form.get("stage", ""),
        confirmed=bool(form.confirmed.data),
    ):
        return redirect(url_for("pilots.show", id=id), 303)
    of_model = model.load(found.model)
    here = of_model.stage(found.stage)
    findings = stages.standing(access.session(), found, access.now())
    tell_coordinator(found)
    return render(
        "pilots/stage.html",
        pilot=found,
        model=of_model,
        at_stage=here,
        next=of_model.stage(here.next) if here.next else None,
        who=who_acts(here),
        findings=[(one, say(one.need.words), whom(one.need)) for one in findings],
        to_confirm=any(one.to_confirm for one in findings),
        missing=any(one.missing for one in findings),
        where=_where(found),
        manages=stages.go_on.allowed(access.actor(), found),
        form=form,
    )


def _where(found: Pilot) -> dict[str, str | None]:
    """Where what is missing can be supplied, by the names that the checks give."""
    case = Case.visible(select(Case).where(Case.about == Ref.of(found)), access.actor())
    of_pilot = access.session().scalars(case).first()
    return {
        "canvas": url_for("pilots.canvas", id=found.id),
        "cohort": url_for("pilots.cohort", id=found.id),
        "partner": url_for("pilots.cohort", id=found.id),
        "roles": url_for("pilots.roles", id=found.id),
        "requests": f"{url_for('pilots.show', id=found.id)}#requests",
        "insight": there("insight.index", id=found.id),
        "case": href(Ref.of(of_pilot)) if of_pilot else None,
    }


@bp.route("/pilots/<id:id>/go-back", methods=["GET", "POST"])
@page(read="pilot:manage", change="pilot:manage")
def go_back(id: int) -> Any:
    """Back to an earlier stage, with the reason."""
    found = access.load(Pilot, id)
    if not stages.go_back.allowed(access.actor(), found):
        raise Hidden("pilot")
    of_model = model.load(found.model)
    here = of_model.stage(found.stage)
    form = GoBackForm()
    form.to.offer((key, say(of_model.stage(key).title)) for key in here.back)
    if form.validate_on_submit() and attempt(
        form,
        stages.go_back,
        found,
        stage=request.form.get("stage", ""),
        to=form.to.data,
        reason=form.reason.data,
    ):
        return redirect(url_for("pilots.show", id=id), 303)
    return render("pilots/go_back.html", pilot=found, at_stage=here, form=form)
