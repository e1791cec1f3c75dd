"""Conflicts of interest of our people: who manages a grant, a contract or checks of a group."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.fields import Choose, Form, LongText, Pick, need
from portal.languages import say
from portal.pages import attempt, render
from portal.places import each
from portal.routes import id_asked
from trust import conflicts, people
from trust.agreements import Agreement
from trust.conflicts import KINDS, RECORDS, Conflict
from trust.partners import Partner
from trust.people import Person, Seat
from trust.records import N_, Hidden, Ref

bp = Blueprint("conflicts", __name__)


class NewForm(Form):
    person = Pick(_l("Who?"), need(N_("Choose who")), own_words=True)
    partner = Pick(
        _l("Which organisation?"),
        need(N_("Choose an organisation")),
        blank=_l("Choose one"),
        own_words=True,
    )
    kind = Choose(_l("What is it?"), need(N_("Choose what it is")))


@bp.route("/conflicts")
@page(read="conflict:declare")
def index() -> Any:
    """What was said in our organisation, and lasts."""
    own, actor = access.acting_partner(), access.actor()
    return render(
        "conflicts/index.html",
        held=[(one, say(KINDS[one.kind])) for one in _held(own)],
        form=Form(),
        me=actor.person_id,
        may_end=actor.holds(RECORDS, Ref.of(own)),
        end_href=each("conflicts.end"),
        show_href=each("conflicts.show"),
        over_href=each("conflicts.over"),
    )


def _held(own: Partner) -> Any:
    return conflicts.of_own(access.session(), access.actor(), own.id)


@bp.route("/conflicts/new", methods=["GET", "POST"])
@page(read="conflict:declare", change="conflict:declare")
def new() -> Any:
    """Say that I, or a colleague, look after something of a group."""
    own, actor = access.acting_partner(), access.actor()
    others = {str(one.id): one for one in _others(own)}
    colleagues = _colleagues(own) if actor.holds(RECORDS, Ref.of(own)) else {}
    form = NewForm(data={"person": str(actor.person_id), "partner": request.args.get("with", "")})
    form.person.offer((id, one.name) for id, one in colleagues.items())
    if not colleagues:
        del form.person
    form.partner.offer((id, one.name) for id, one in others.items())
    form.kind.offer((key, say(name)) for key, name in KINDS.items())
    if form.validate_on_submit():
        given = {"other": others[form.partner.data], "kind": form.kind.data}
        chosen = form.person.data if form.person else str(actor.person_id)
        verb: Any = conflicts.declare
        if chosen != str(actor.person_id):
            verb, given = conflicts.record, {**given, "person": colleagues[chosen]}
        if attempt(form, verb, own, **given):
            return redirect(url_for("conflicts.index"), 303)
    return render("conflicts/new.html", form=form, alone=not colleagues)


def _others(own: Partner) -> list[Partner]:
    """Whom we have had an agreement with, by name; and the one from whose page somebody came."""
    ours = select(Agreement.giver_id).where(Agreement.taker_id == own.id)
    theirs = select(Agreement.taker_id).where(Agreement.giver_id == own.id)
    either = or_(Partner.id.in_(ours), Partner.id.in_(theirs))
    if "with" in request.args:
        either = or_(either, Partner.id == id_asked("with"))
    stmt = select(Partner).where(either).order_by(Partner.sort_name)
    return list(access.session().scalars(Partner.visible(stmt, access.actor())))


def _colleagues(own: Partner) -> dict[str, Person]:
    """Whoever acts for our organisation, by id; in the order of their names."""
    seats = select(Seat.person_id).where(Seat.place == Ref.of(own), *people.in_force(access.now()))
    stmt = select(Person).where(Person.id.in_(seats)).order_by(Person.name, Person.id)
    return {str(one.id): one for one in access.session().scalars(stmt)}


@bp.route("/conflicts/<id:id>")
@page(read="conflict:read")
def show(id: int) -> Any:
    """One, and whether it is over: for whoever it is about, and for whoever is asked."""
    held, actor = _load(id), access.actor()
    return render(
        "conflicts/show.html",
        held=held,
        kind=say(KINDS[held.kind]),
        form=Form(),
        back=url_for("conflicts.index")
        if actor.holds("conflict:declare", Ref("partner", held.taker_id))
        else url_for("home.index"),
        may_say=held.person_id == actor.person_id and not held.ended_at and not held.over_at,
        may_answer=conflicts.may_answer(access.session(), actor, held),
    )


def _load(id: int) -> Conflict:
    one = joinedload(Conflict.person), joinedload(Conflict.giver), joinedload(Conflict.taker)
    return access.load(Conflict, id, *one)


class OverForm(Form):
    reason = LongText(
        _l("Why is it over?"),
        need(N_("Say why it is over")),
        hint=_l("Whoever says yes reads this."),
        rows=4,
        count=1000,
        safeguarding=False,
    )


@bp.route("/conflicts/<id:id>/over", methods=["GET", "POST"])
@page(read="conflict:declare", change="conflict:declare")
def over(id: int) -> Any:
    """Say of one's own that it is over, and why: somebody else says yes."""
    held, form = _load(id), OverForm(data={})
    mine = held.person_id == access.actor().person_id
    if not mine or (request.method == "GET" and held.ended_at):
        raise Hidden("conflict")
    if form.validate_on_submit() and attempt(
        form, conflicts.say_over, held, reason=form.reason.data
    ):
        return redirect(url_for("conflicts.show", id=id), 303)
    return render("conflicts/over.html", form=form, held=held)


@bp.route("/conflicts/<id:id>/answer", methods=["POST"])
@page(read="conflict:confirm", change="conflict:confirm", again="change")
def answer(id: int) -> Any:
    """Somebody else says whether it is over."""
    held = access.load(Conflict, id)
    conflicts.answer(
        access.act(request.form.get("token")), held, over=request.form.get("over") == "yes"
    )
    return redirect(url_for("home.index"), 303)


@bp.route("/conflicts/<id:id>/end", methods=["POST"])
@page(read="conflict:record", change="conflict:record", again="change")
def end(id: int) -> Any:
    """It is over."""
    held = access.load(Conflict, id)
    conflicts.end(access.act(request.form.get("token")), held)
    return redirect(url_for("conflicts.index"), 303)
