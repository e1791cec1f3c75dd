"""The common base of a pilot's agreements: proposed by its coordinator, agreed by its groups."""

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilots import ground as grounds
from pilots.cohort import goes_on, joined
from pilots.pilot import Pilot
from portal import access
from portal.access import page
from portal.blueprints.pilots.blueprint import bp
from portal.contacts import tell_coordinator
from portal.fields import Choose, ChooseMany, Form, need
from portal.fields.form import Carried
from portal.finding import number_in
from portal.languages import words
from portal.pages import attempt, render
from trust import ground
from trust.changes import touched
from trust.clauses import Chosen, library
from trust.clauses import base as own_base
from trust.ground import Ground
from trust.partners import Kind, Partner
from trust.records import N_, Hidden, Ref
from trust.wording import Parties, Party, fill_ins


class YesForm(Form):
    """Says yes to the base that was read."""

    read = Carried()


def _names(pilot: Pilot) -> dict[str, str]:
    """What stands in titles and options where an agreement has the names of its sides."""
    council = access.session().get_one(Partner, pilot.taker_id)
    sides = Parties(Party(_("the group"), "", ""), Party(council.name, "", ""))
    return fill_ins(sides, pilot.question, pilot.name, "")


def _shown(pilot: Pilot, held: Ground | None) -> dict[str, Any] | None:
    """What a base leaves out of the portal's own, and what it adds, clause by clause."""
    if held is None:
        return None
    names = _names(pilot)
    parts = {one.clause.key: one for one in held.parts}
    changed = [key for key in touched(own_base(), held.parts) if key in parts]
    return {
        "id": held.id,
        "at": held.agreed_at,
        "out": [_(one.title) % names for key, one in library().items() if key not in parts],
        "options": [
            (_(library()[key].title) % names, _(option.text) % names)
            for key in changed
            for option in library()[key].options
            if option.key in parts[key].options
        ],
    }


@bp.route("/pilots/<id:id>/base")
@page(read="pilot:read")
def base(id: int) -> Any:
    """What agreements for this pilot start from, and what is proposed."""
    return _base(access.load(Pilot, id), YesForm())


def _base(found: Pilot, form: YesForm) -> Any:
    session, actor, work = access.session(), access.actor(), Ref.of(found)
    waiting = ground.newest(session, work, agreed=False)
    groups = [one for one in joined(session, found.id) if one.kind != Kind.COUNCIL]
    said = set(waiting.yes) if waiting else set()
    form.read.data = str(waiting.id) if waiting else ""
    tell_coordinator(found)
    return render(
        "pilots/base.html",
        pilot=found,
        form=form,
        held=_shown(found, ground.newest(session, work, agreed=True)),
        waiting=_shown(found, waiting),
        groups=[
            {"key": words(one.name), "value": _("Yes") if one.id in said else _("Not yet")}
            for one in groups
        ],
        may_agree=waiting is not None
        and actor.acting_for in {one.id for one in groups} - said
        and found.taker_id not in actor.own
        and grounds.agree.possible(actor, found),
        may_propose=grounds.propose.allowed(actor, found) and goes_on(found),
    )


@bp.route("/pilots/<id:id>/base/agree", methods=["POST"])
@page(read="pilot:read", change="canvas:agree-vcs")
def agree_base(id: int) -> Any:
    """A group says yes to what is proposed."""
    found = access.load(Pilot, id)
    form = YesForm()
    read = number_in(form.read.data or "")
    if form.validate_on_submit() and attempt(form, grounds.agree, found, read=read):
        return redirect(url_for("pilots.base", id=id), 303)
    return _base(found, form)


def _form(pilot: Pilot, held: tuple[Chosen, ...]) -> Form:
    """Each clause that can go, and each option that there is."""
    names = _names(pilot)
    fields: dict[str, Any] = {
        "leave_out": ChooseMany(
            _l("What should no agreement of this project allow?"),
            hint=_l("These clauses are left out of each agreement."),
            choices=[
                (key, _(one.title) % names, _(one.text) % names)
                for key, one in library().items()
                if not one.fixed
            ],
            optional=True,
        )
    }
    for key, one in library().items():
        offered = [
            (option.key, _(option.title) % names, _(option.text) % names) for option in one.options
        ]
        if one.pick == "one":
            fields[key] = Choose(_(one.title) % names, need(N_("Choose one")), choices=offered)
        elif offered:
            fields[key] = ChooseMany(_(one.title) % names, choices=offered, optional=True)
    stands = {one.clause.key: one for one in held}
    given: dict[str, Any] = {"leave_out": [key for key in library() if key not in stands]}
    for key in set(fields) - {"leave_out"}:
        options = stands[key].options if key in stands else ()
        one = library()[key]
        given[key] = (options[0] if options else one.default) if one.pick == "one" else options
    made: type[Form] = type("BaseForm", (Form,), fields)
    return made(data=given)


@bp.route("/pilots/<id:id>/base/propose", methods=["GET", "POST"])
@page(read="pilot:manage", change="pilot:manage")
def propose_base(id: int) -> Any:
    """Propose what agreements start from. It only narrows the portal's own base."""
    found = access.load(Pilot, id)
    if not grounds.propose.allowed(access.actor(), found) or not goes_on(found):
        raise Hidden("pilot")
    form = _form(found, ground.common(access.session(), Ref.of(found)))
    if form.validate_on_submit():
        chosen = {
            field.short_name: [field.data] if isinstance(field.data, str) else field.data or []
            for field in form
            if field.short_name in library()
        }
        out = form.leave_out.data or []
        if attempt(form, grounds.propose, found, leave_out=out, options=chosen):
            return redirect(url_for("pilots.base", id=id), 303)
    asked = [field for field in form if field.short_name in library()]
    return render("pilots/propose_base.html", pilot=found, form=form, asked=asked)
