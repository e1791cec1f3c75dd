"""Leaving an organisation: all that hangs on somebody on one page, and who takes each over."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilots import handing_over
from pilots.roles import named
from portal import access
from portal.access import page
from portal.fields import Form, Pick, Tick
from portal.languages import say, words
from portal.pages import attempt, render
from trust import handover
from trust.handover import NOBODY, Line
from trust.partners import Kind, Partner
from trust.people import Person
from trust.records import N_, Hidden, Msg

bp = Blueprint("handover", __name__)


class HandOverForm(Form):
    everything = Pick(
        _l("Who takes everything over?"), blank=_l("I choose for each thing"), own_words=True
    )
    alone = Tick(_l("I have read what happens then, and I leave"))


def _form(partner: Partner, lines: list[Line], names: Mapping[int, str]) -> HandOverForm:
    """The form: one choice for all, and one for each line in which it can be another."""
    places = named(access.session(), [line.at for line in lines])

    class ThisForm(HandOverForm):
        pass

    for line in lines:
        if line.who:
            label = say(_what(line, places.get(line.at, "")))
            setattr(ThisForm, line.key, Pick(label, blank=_l("As above"), own_words=True))
    form = ThisForm()
    form.everything.offer((str(id), words(name)) for id, name in names.items())
    for line in lines:
        if line.who:
            people = [(str(id), words(_name(names, id))) for id in line.who]
            rest = [(NOBODY, say(line.otherwise))] if line.may_end else []
            form[line.key].offer([*people, *rest])
    return form


def _what(line: Line, at: str) -> Msg:
    """What a line is about; a role says where it is held."""
    if not at or not line.key.startswith("seat-"):
        return line.what
    return Msg(N_("%(role)s: %(at)s"), {"role": line.what, "at": at})


def _name(names: Mapping[int, str], id: int) -> str:
    return names.get(id) or access.session().get_one(Person, id).name


def _to(form: HandOverForm, lines: list[Line]) -> dict[str, str]:
    """Whom each line goes to: the one chosen for it, else the one for all who can."""
    found = {}
    for line in lines:
        own = form[line.key].data if line.key in form else ""
        found[line.key] = own or form.everything.data or ""
    return found


def _show(
    form: HandOverForm, partner: Partner, person: Person, lines: list[Line], **given: Any
) -> Any:
    act = access.act()
    stays = handing_over.stays(act, partner)
    return render(
        "handover/leave.html",
        form=form,
        partner=partner,
        person=person,
        keys=[line.key for line in lines if line.who],
        ends=[say(line.what) for line in lines if not line.who and line.may_end],
        nobody=[(line.what, line.who_can) for line in lines if not line.who and not line.may_end],
        stays=[(say(handing_over.STAYS[key]), number) for key, number in stays.items() if number],
        **given,
    )


@bp.route("/people/leave", methods=["GET", "POST"])
@page(read="has-role", change="has-role", again="change")
def leave() -> Any:
    """Leave the organisation that I act for, and hand over what hangs on me."""
    partner, me = access.acting_partner(), access.signed_in().person
    act = access.act()
    names = handover.colleagues(act, partner, me.id)
    lines = handing_over.lines(act, partner, me)
    form = _form(partner, lines, names)
    last = handover.last_who_signs(act, partner, me.id)
    if not last or partner.kind == Kind.COUNCIL:
        del form.alone
    sent = form.validate_on_submit()
    if sent and "alone" in form and not names and not form.alone.data:
        form.wrong("alone", _("Tick the box if you want to leave all the same"))
        sent = False
    if sent and attempt(
        form,
        handing_over.leave,
        partner,
        to=_to(form, lines),
        alone="alone" in form and bool(form.alone.data),
    ):
        return redirect(url_for("home.index", left=partner.id), 303)
    supporter = access.session().get(Partner, partner.supporter_id or 0)
    return _show(form, partner, me, lines, own=True, last=last, names=names, supporter=supporter)


@bp.route("/people/<id:id>/hand-over", methods=["GET", "POST"])
@page(read="seat:give-colleague", change="seat:give-colleague", again="open")
def see_out(id: int) -> Any:
    """Do the same for a colleague who has left already."""
    partner, me = access.acting_partner(), access.signed_in().person
    act = access.act()
    names = handover.colleagues(act, partner, id)
    person = access.session().get(Person, id)
    if (
        person is None
        or id == me.id
        or not handing_over.see_out.allowed(access.actor(), partner)
        or id not in handover.colleagues(act, partner, me.id)
    ):
        raise Hidden("person")
    lines = handing_over.lines(act, partner, person)
    form = _form(partner, lines, names)
    del form.alone
    if form.validate_on_submit() and attempt(
        form, handing_over.see_out, partner, person=person, to=_to(form, lines)
    ):
        return redirect(url_for("people.index"), 303)
    return _show(form, partner, person, lines, own=False, last=False, names=names, supporter=None)
