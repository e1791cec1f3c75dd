"""The pilots there are, opening one, one of them, and halting it."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pilots import cohort, model, pilot, stages
from pilots.model import Model
from pilots.pilot import STATES, Pilot
from pilots.requests import STATES as REQUEST_STATES
from pilots.requests import Request
from portal import access
from portal.access import page
from portal.blueprints.pilots.blueprint import bp
from portal.contacts import tell_coordinator
from portal.fields import Choose, Form, LongText, Pick, Text, at_most, need
from portal.languages import current, day, say, words
from portal.pages import attempt, changed_meanwhile, render
from portal.paging import part_of
from portal.places import around, href, there
from trust.governance.case import Case
from trust.installation import Region
from trust.partners import Partner
from trust.records import N_, Hidden, Ref

COLOURS = {"running": "green", "paused": "yellow", "ended": "grey"}
REQUEST_COLOURS = {"draft": "yellow", "open": "green", "closed": "grey"}
SHOWN = 100


class OpenForm(Form):
    name = Text(
        _l("A short name for the pilot"),
        [need(N_("Give the pilot a short name")), at_most(120)],
        hint=_l("For example “Damp repairs”."),
    )
    question = Text(
        _l("The one question you share"),
        [need(N_("Write the one question that you share")), at_most(300)],
        hint=_l("The groups and the council want to know the same thing. You can change it later."),
    )
    model = Choose(_l("How will you work?"), need(N_("Choose one of the two models")))
    region = Pick(_l("Region"), need(N_("Choose the region")), own_words=True)


class QuestionForm(Form):
    question = Text(
        _l("The one question you share"),
        [need(N_("Write the one question that you share")), at_most(300)],
    )


class ReasonForm(Form):
    reason = LongText(
        _l("Why?"),
        need(N_("Say why, in your own words")),
        hint=_l("Everyone in the pilot reads this."),
        rows=3,
        count=1000,
    )


@bp.route("/pilots")
@page(read="pilot:read")
def index() -> Any:
    """The pilots that I take part in, or that my council runs; newest first."""
    stmt = (
        select(Pilot.id, Pilot.name, Pilot.question, Pilot.lang, Pilot.state)
        .add_columns(Partner.name, Region.name)
        .join(Region, Region.id == Pilot.region_id)
        .join(Partner, Partner.id == Pilot.taker_id)
        .order_by(Pilot.id.desc())
    )
    actor = access.actor()
    part = part_of(access.session(), Pilot.visible(stmt, actor))  # type: ignore[arg-type]
    before, after = around("pilots.show")
    states = {state: say(name) for state, name in STATES.names.items()}
    whose = {
        (council, region): words(_("%(council)s, %(region)s", council=council, region=region))
        for council, region in {row[-2:] for row in part.rows}
    }
    return render(
        "pilots/index.html",
        part=part,
        may_open=bool(actor.ids("pilot:open", "partner")),
        items=[
            {
                "title": words(name, lang),
                "href": f"{before}{id}{after}",
                "text": words(question, lang),
                "tag": states[state],
                "colour": COLOURS[state],
                "at": whose[council, region],
            }
            for id, name, question, lang, state, council, region in part.rows
        ],
    )


@bp.route("/pilots/new", methods=["GET", "POST"])
@page(read="pilot:open", change="pilot:open")
def new() -> Any:
    """A coordinator opens a pilot."""
    council = access.acting_partner()
    if not pilot.open_pilot.allowed(access.actor(), council):
        raise Hidden("pilot")
    models = sorted((model.load(name) for name in model.names()), key=lambda one: one.first.key)
    form = OpenForm(data={"region": str(council.region_id or "")})
    form.model.offer((one.key, called(one), say(one.text)) for one in models)
    found = access.session().execute(select(Region.id, Region.name).order_by(Region.name))
    form.region.offer(tuple(row) for row in found)
    if form.validate_on_submit():
        made = attempt(
            form,
            pilot.open_pilot,
            council,
            name=form.name.data,
            question=form.question.data,
            lang=current().code,
            model=form.model.data,
            first_stage=model.load(form.model.data).first.key,
            region_id=int(form.region.data),
        )
        if made:
            return redirect(url_for("pilots.show", id=made.id), 303)
    return render(
        "pilots/new.html",
        form=form,
        models=[(called(one), one) for one in models],
        reading=_any_reading(models),
    )


def called(of_model: Model) -> str:
    """``Model A: Neighbourhood cohort``: its letter is that of its stages."""
    letter = of_model.first.key.rstrip("0123456789")
    return _("Model %(letter)s: %(name)s", letter=letter, name=say(of_model.name))


def _any_reading(models: list[Model]) -> bool:
    """Whether the words of a model are this project's own: the screen says so (pilots.md)."""
    return any(one.wording == "reading" for one in models)


@bp.route("/pilots/<id:id>")
@page(read="pilot:read")
def show(id: int) -> Any:
    """The question, where we are, who takes part, what waits, and where to go from here."""
    found = access.load(Pilot, id)
    actor, session = access.actor(), access.session()
    of_model = model.load(found.model)
    happened = stages.history(session, found)
    members = cohort.members(session, found.id)
    asked = Request.visible(select(Request).where(Request.pilot_id == found.id), actor)
    asked = asked.order_by(Request.id.desc()).limit(SHOWN)
    case = session.scalars(
        Case.visible(select(Case).where(Case.about == Ref.of(found)), actor)
    ).first()
    mine = [one for one in members if one.partner_id == actor.acting_for]
    return render(
        "pilots/show.html",
        pilot=found,
        state=say(STATES.names[found.state]),
        colour=COLOURS[found.state],
        region=session.get(Region, found.region_id),
        council=session.get(Partner, found.taker_id),
        contact=tell_coordinator(found),
        model=of_model,
        at_stage=of_model.stage(found.stage),
        stages=_stages(of_model, found),
        findings=stages.standing(session, found, access.now()),
        joined=[one.partner for one in members if one.state == "joined"],
        waiting=[one.partner for one in members if one.state == "invited"],
        mine=mine[0] if mine else None,
        requests=[_request(one) for one in session.scalars(asked)],
        halted=happened[0] if found.state != "running" and happened else None,
        happened=[
            {
                "title": say(one.what),
                "at": day(one.at),
                "text": _told(one.partner, one.reason),
            }
            for one in happened
        ],
        case_href=href(Ref.of(case)) if case else None,
        enter_href=there("contributions.enter", id=found.id)
        if actor.holds("contribution:enter", Ref.of(found))
        else None,
        insights_href=there("insight.index", id=found.id),
        releases_href=there("releases.index", id=found.id),
        may_write=actor.holds("request:write", Ref.of(found)),
        manages=actor.holds("pilot:manage", Ref.of(found)),
        sees_roles=actor.holds("seat:read", Ref.of(found)),
        may_invite=cohort.invite.allowed(actor, found) and cohort.goes_on(found),
        may_pause=pilot.pause.possible(actor, found),
        may_resume=pilot.resume.possible(actor, found),
        may_end=pilot.end.possible(actor, found),
        form=Form(),
    )


def _stages(of_model: Model, found: Pilot) -> list[dict[str, Any]]:
    """The stages as a line of steps: done, here, still to come."""
    place = of_model.place(found.stage)
    return [
        {"key": one.key, "title": say(one.title), "done": at < place, "here": at == place}
        for at, one in enumerate(of_model.stages, 1)
    ]


def _request(one: Request) -> dict[str, Any]:
    return {
        "title": words(one.title),
        "href": url_for("requests.show", id=one.id),
        "tag": say(REQUEST_STATES.names[one.state]),
        "colour": REQUEST_COLOURS[one.state],
        "at": day(one.opened_at),
    }


def _told(partner: str, reason: str) -> Any:
    return words(f"{partner}: {reason}" if reason else partner)


@bp.route("/pilots/<id:id>/edit", methods=["GET", "POST"])
@page(read="pilot:manage", change="pilot:manage")
def edit(id: int) -> Any:
    """Change the shared question. If somebody changed it meanwhile, both are shown."""
    found = access.load(Pilot, id)
    if not pilot.edit.possible(access.actor(), found):
        raise Hidden("pilot")
    form = QuestionForm(data={"question": found.question})
    saved = []
    if request.method == "GET":
        form.version.data = found.version
    elif form.validate_on_submit():
        if changed_meanwhile(form, found):
            saved = [(form.question.label.text, found.question, form.question.data)]
        elif attempt(form, pilot.edit, found, question=form.question.data):
            return redirect(url_for("pilots.show", id=found.id), 303)
    return render("pilots/edit.html", form=form, pilot=found, saved=saved)


@bp.route("/pilots/<id:id>/pause", methods=["GET", "POST"])
@page(read="pilot:pause", change="pilot:pause")
def pause(id: int) -> Any:
    """Pause the pilot: its cohort can do this too."""
    return _halt(id, pilot.pause)


@bp.route("/pilots/<id:id>/end", methods=["GET", "POST"])
@page(read="pilot:manage", change="pilot:manage")
def end(id: int) -> Any:
    """End the pilot."""
    return _halt(id, pilot.end)


def _halt(id: int, verb: Any) -> Any:
    found = access.load(Pilot, id)
    if not verb.allowed(access.actor(), found):
        raise Hidden("pilot")
    form = ReasonForm()
    if form.validate_on_submit() and attempt(form, verb, found, reason=form.reason.data):
        return redirect(url_for("pilots.show", id=found.id), 303)
    tell_coordinator(found)
    return render("pilots/halt.html", form=form, pilot=found, ending=verb is pilot.end)


@bp.route("/pilots/<id:id>/resume", methods=["POST"])
@page(read="pilot:manage", change="pilot:manage")
def resume(id: int) -> Any:
    """Go on after a pause."""
    pilot.resume(access.act(request.form.get("token")), access.load(Pilot, id))
    return redirect(url_for("pilots.show", id=id), 303)
