"""Complaining: anybody can, signed in or not; and whoever answers."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.fields import Choose, Email, Form, LongText, Pick, Text, Tick, at_most, email, need
from portal.languages import current, day, say, words
from portal.limits import ASKS, TRIES
from portal.pages import attempt, render
from portal.paging import part_of
from portal.places import there
from portal.talking import pass_on
from trust import complaints
from trust.complaints import OUTCOMES, STATES, Complaint
from trust.installation import INSTALLATION, Installation
from trust.partners import Kind, Partner
from trust.people import Person
from trust.records import N_, Hidden, Ref
from trust.safeguarding import told

bp = Blueprint("complaints", __name__)

OPENED = "complaint"  # in the cookie: the one that somebody made here who did not sign in, or
# opened by its code, and when
STAYS_OPEN = timedelta(hours=1)  # somebody else may sit there next
COLOURS = {"sent": "yellow", "taken": None, "closed": "green"}
ABOUT = (Kind.COUNCIL, Kind.INFRASTRUCTURE, Kind.REGIONAL)


class NewForm(Form):
    about = Pick(
        _l("Who is it about?"),
        need(N_("Choose who it is about")),
        blank=_l("Choose one"),
        own_words=True,
    )
    words = LongText(
        _l("What went wrong, and what would put it right?"),
        need(N_("Say what went wrong")),
        rows=8,
        count=4000,
    )
    name = Text(_l("Your name, if you like to say"), at_most(120), optional=True)
    email = Email(
        _l("Your email address, if you want an answer there"),
        email(),
        hint=_l("Without one, come back here with your reference and code."),
        optional=True,
    )
    for_partner = Tick(_l("My organisation complains, and my colleagues may read it"))


class FindForm(Form):
    reference = Text(
        _l("Reference"),
        [need(N_("Enter your reference")), at_most(20)],
        hint=_l("Like C-7KQ2XM."),
    )
    code = Text(
        _l("Code"), [need(N_("Enter your code")), at_most(20)], hint=_l("Eight letters or numbers.")
    )


class CloseForm(Form):
    outcome = Choose(_l("What came of it?"), need(N_("Choose what came of it")))
    reason = LongText(
        _l("Your answer, and why"), need(N_("Say why")), rows=8, count=4000, safeguarding=False
    )


@bp.route("/complaints")
@page(read="public")
def index() -> Any:
    """How to complain, and what came of it; for whoever answers, what waits."""
    actor, session = access.actor(), access.session()
    given = list(session.scalars(complaints.given(actor).limit(50))) if access.me() else []
    return render(
        "complaints/index.html",
        given=[_card(one) for one in given],
        answers=actor.holds_somewhere(complaints.ANSWERS),
        foi_href=there("inquiries.index")
        if actor.holds_somewhere("inquiry:keep") or actor.holds_somewhere("inquiry:say")
        else None,
    )


@bp.route("/complaints/waiting")
@page(read="complaint:answer")
def waiting() -> Any:
    """What somebody complained about, for whoever answers: by its day."""
    part = part_of(access.session(), complaints.to_answer(access.actor()))
    return render("complaints/waiting.html", part=part, cards=[_card(one) for one in part.rows])


def _card(one: Complaint) -> dict[str, Any]:
    late = complaints.is_late(one, access.now())
    return {
        "title": words(one.about.name) if one.about else _("This portal"),
        "href": url_for("complaints.show", id=one.id),
        "text": words(one.reference),
        "tag": _("Late") if late else say(STATES.names[one.state]),
        "colour": "red" if late else COLOURS[one.state],
        "at": day(one.created_at),
    }


@bp.route("/complaints/new", methods=["GET", "POST"])
@page(read="public", change="public", limits=(ASKS,))
def new() -> Any:
    """Complain."""
    session, mine = access.session(), access.me()
    stmt = select(Partner).where(Partner.kind.in_(ABOUT)).order_by(Partner.sort_name).limit(500)
    known = {str(one.id): one for one in session.scalars(stmt)}
    form = NewForm()
    form.about.offer([*((id, one.name) for id, one in known.items()), ("portal", _("This portal"))])
    if mine is not None:
        del form.name, form.email
    if mine is None or mine.actor.acting_for is None:
        del form.for_partner
    if form.validate_on_submit():
        made = attempt(
            form,
            complaints.make,
            session.get_one(Installation, INSTALLATION.id),
            about=known.get(form.about.data),
            words=form.words.data,
            name=form.name.data or "" if form.name else "",
            email=form.email.data or "" if form.email else "",
            lang=current().code,
            for_partner=bool(form.for_partner and form.for_partner.data),
        )
        if made:
            if mine is None:  # else it is theirs, and closes with their session
                _open(made)
            return redirect(url_for("complaints.show", id=made.id, done="sent"), 303)
    return render("complaints/new.html", form=form)


@bp.route("/complaints/find", methods=["GET", "POST"])
@page(read="public", change="public", limits=(TRIES,))
def find() -> Any:
    """Come back to a complaint by its reference and code."""
    form = FindForm()
    if form.validate_on_submit():
        typed = form.reference.data.strip().upper()
        stmt = select(Complaint).where(Complaint.reference == typed)
        found = access.session().scalars(stmt).first()
        if found and complaints.is_code(current_app.config["PORTAL"].key, found, form.code.data):
            _open(found)
            return redirect(url_for("complaints.show", id=found.id), 303)
        form.wrong("code", _("No complaint has this reference and code. Look at both again"))
    return render("complaints/find.html", form=form)


def _open(held: Complaint) -> None:
    cookie[OPENED] = [held.id, int(access.now().timestamp())]


def _open_here(id: int) -> bool:
    """Whether it was made in this browser, or opened by its code, not long ago."""
    match cookie.get(OPENED):
        case [held, at]:
            age = access.now().timestamp() - at
            return held == id and age < STAYS_OPEN.total_seconds()
    return False


def _opened(id: int) -> Complaint:
    """The complaint, for both sides; or in the browser that made it, or opened it by its code."""
    options = joinedload(Complaint.about), joinedload(Complaint.giver)
    if _open_here(id):
        return access.session().get_one(Complaint, id, options=options)
    return access.load(Complaint, id, *options)


@bp.route("/complaints/<id:id>", methods=["GET", "POST"])
@page(read="public", change="complaint:answer")
def show(id: int) -> Any:
    """One complaint, the same for both sides."""
    held, session = _opened(id), access.session()
    actor = access.actor()
    form = Form()
    if form.validate_on_submit() and attempt(form, complaints.take, held):
        return redirect(url_for("complaints.show", id=id), 303)
    own = held.giver_id in actor.own or (
        held.person_id is not None and held.person_id == actor.person_id
    )
    may = not own and complaints.close.possible(actor, held)
    by_code = _open_here(id) and held.person_id is None
    taken_by = session.get(Person, held.taken_by_id) if held.taken_by_id else None
    return render(
        "complaints/show.html",
        form=form,
        held=held,
        own=own or by_code,
        may=may,
        may_take=may and complaints.take.possible(actor, held),
        code=complaints.code(current_app.config["PORTAL"].key, held) if by_code else "",
        state=say(STATES.names[held.state]),
        colour=COLOURS[held.state],
        late=complaints.is_late(held, access.now()),
        taken_by=taken_by,
        outcome=say(OUTCOMES[held.outcome]) if held.outcome else "",
        at_risk=pass_on(held) if access.sees(Complaint, id) else None,
        passed_on=own and told(session, Ref.of(held), held.giver_id),
        new=request.args.get("done") == "sent",
    )


@bp.route("/complaints/<id:id>/answer", methods=["GET", "POST"])
@page(read="complaint:answer", change="complaint:answer")
def close(id: int) -> Any:
    """Answer it: what came of it, and why."""
    held = access.load(Complaint, id, joinedload(Complaint.about))
    if not complaints.close.allowed(access.actor(), held):
        raise Hidden("complaint")
    form = CloseForm()
    form.outcome.offer((key, say(name)) for key, name in OUTCOMES.items())
    if form.validate_on_submit() and attempt(
        form, complaints.close, held, outcome=form.outcome.data, reason=form.reason.data
    ):
        return redirect(url_for("complaints.show", id=id), 303)
    return render("complaints/close.html", form=form, held=held)
