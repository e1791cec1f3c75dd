"""Trust agreements: read, changed, signed, turned down or ended, with both sides as equals."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import case, select
from sqlalchemy.orm import joinedload

from pilots.pilot import to_agree_on
from portal import access
from portal.access import page
from portal.agreement_text import change_shown, headings, history, shown
from portal.contacts import of_agreement, tell_our_contact, tell_whom_to_call
from portal.forms.agreements import (
    AnswerForm,
    ReasonForm,
    SignForm,
    adds_words,
    answer_form,
    change_form,
    contacts,
    options_of,
    propose_form,
)
from portal.languages import current, say, words
from portal.pages import attempt, changed_meanwhile, render
from portal.paging import part_of
from portal.places import each
from portal.routes import id_asked
from portal.shell import tell
from trust import agreements, negotiation, signing
from trust.agreements import STATES, Agreement, Change, open_change
from trust.calendar import london_day
from trust.partners import Partner
from trust.records import Hidden, Ref

bp = Blueprint("agreements", __name__)

COLOURS = {"in-force": "green", "declined": "grey", "ended": "grey", "changes-asked": "yellow"}
A_YEAR = timedelta(days=365)


def _load(id: int) -> Agreement:
    """The agreement, with whom to call about it on the page."""
    found = access.load(Agreement, id, joinedload(Agreement.giver), joinedload(Agreement.taker))
    contact = of_agreement(found, access.actor().acting_for)
    if contact:
        tell(help=contact)
    return found


def _other(agreement: Agreement) -> Partner:
    """The side that this person does not act for."""
    own = access.actor().acting_for
    return agreement.taker if own == agreement.giver_id else agreement.giver


@bp.route("/agreements")
@page(read="agreement:read")
def index() -> Any:
    """Our agreements with their states, newest first."""
    tell_our_contact()
    ours = Agreement.giver_id == access.actor().acting_for
    other = case((ours, Agreement.taker_id), else_=Agreement.giver_id)
    stmt = (
        select(Agreement.id, Partner.name, Agreement.purpose, Agreement.state)
        .join(Partner, Partner.id == other)
        .order_by(Agreement.id.desc())
    )
    seen = Agreement.visible(stmt, access.actor())  # type: ignore[arg-type]
    part = part_of(access.session(), seen)
    address = each("agreements.show")
    states = {state: say(name) for state, name in STATES.names.items()}
    return render(
        "agreements/index.html",
        part=part,
        items=[
            {
                "title": words(name),
                "href": address(id),
                "text": words(purpose),
                "tag": states[state],
                "colour": COLOURS.get(state),
            }
            for id, name, purpose, state in part.rows
        ],
    )


@bp.route("/agreements/new", methods=["GET", "POST"])
@page(read="agreement:propose", change="agreement:propose")
def new() -> Any:
    """Propose the common base to another organisation (``?with=4``), for one of the council's
    pilots (``?pilot=2``) or for each."""
    own, other = access.acting_partner(), access.load(Partner, id_asked("with"))
    if not agreements.propose.possible(access.actor(), own) or own.id == other.id:
        raise Hidden("partner")
    tell_whom_to_call(own, other)
    giver, taker = agreements.sides(own, other)
    pilots = {
        str(one.id): one
        for one in access.session().scalars(to_agree_on(taker.id, giver.id, by=own.id))
    }
    asked = str(id_asked("pilot")) if "pilot" in request.args else ""
    if asked and asked not in pilots:
        raise Hidden("pilot")
    person = access.signed_in().person
    form = propose_form(
        own,
        other,
        list(pilots.values()),
        work=asked,
        purpose=pilots[asked].question if asked else "",
        review_on=london_day(access.now()) + A_YEAR,
        own_name=person.name,
        own_phone=person.phone or own.phone,
        other_phone=other.phone,
    )
    if form.validate_on_submit():
        chosen = pilots.get(form.work.data) if "work" in form else None
        made = attempt(
            form,
            agreements.propose,
            own,
            other=other,
            purpose=form.purpose.data,
            review_on=form.review_on.data,
            contacts=contacts(form, own, other),
            work=Ref.of(chosen) if chosen else None,
            project=chosen.name if chosen else "",
        )
        if made:
            return redirect(url_for("agreements.show", id=made.id), 303)
    return render("agreements/new.html", form=form, own=own, other=other)


@bp.route("/agreements/<id:id>")
@page(read="agreement:read")
def show(id: int) -> Any:
    """The agreement to read, who signed it, what waits, and all that happened to it."""
    agreement = _load(id)
    actor = access.actor()
    if actor.acting_for != agreement.proposed_by_id:
        access.sighted(agreement)
    change = open_change(agreement)
    steps = negotiation.history(access.session(), agreement)
    over = agreement.state in ("declined", "ended")
    return render(
        "agreements/show.html",
        agreement=agreement,
        other=_other(agreement),
        state=STATES.names[agreement.state],
        colour=COLOURS.get(agreement.state),
        headings=headings(agreement),
        english=current().code == "en",
        done=request.args.get("done"),
        change=change,
        adds_words=change is not None and adds_words(change),
        asked_by_us=change is not None and change.by_partner_id == actor.acting_for,
        change_shown=change_shown(agreement, change) if change else {},
        history=history(agreement, steps),
        last=steps[-1] if over and steps else None,
        signed=any(one.partner_id == actor.acting_for for one in agreement.signatures),
        may_ask=agreements.ask_change.possible(actor, agreement),
        may_answer=_may_answer(agreement, change),
        may_sign=_may_sign(agreement),
        may_decline=agreements.decline.possible(actor, agreement),
        may_end=agreements.end.possible(actor, agreement),
    )


def _may_answer(agreement: Agreement, change: Change | None) -> bool:
    return (
        change is not None
        and change.by_partner_id != access.actor().acting_for
        and agreements.make_change.possible(access.actor(), agreement)
    )


def _may_sign(agreement: Agreement) -> bool:
    own = access.actor().acting_for
    return not any(one.partner_id == own for one in agreement.signatures) and any(
        verb.possible(access.actor(), agreement) for verb in (signing.sign, signing.sign_last)
    )


@bp.route("/agreements/<id:id>/text")
@page(read="agreement:read")
def text(id: int) -> Any:
    """The exact English text that is signed, as a file whose fingerprint can be checked."""
    agreement = _load(id)
    response = make_response(agreement.text)
    response.mimetype = "text/plain"
    name = f"trust-agreement-{agreement.id}.txt"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.route("/agreements/<id:id>/change", methods=["GET", "POST"])
@page(read="agreement:ask", change="agreement:ask")
def change(id: int) -> Any:
    """Ask for one change, to one clause (``?clause=quote``)."""
    agreement = _load(id)
    if request.method == "GET" and not agreements.ask_change.possible(access.actor(), agreement):
        return redirect(url_for("agreements.show", id=agreement.id), 303)
    key = request.args.get("clause", "")
    chosen = next((one for one in agreement.parts if one.clause.key == key), None)
    if chosen is None:
        if key:
            raise Hidden("clause")
        return render(
            "agreements/choose_clause.html", agreement=agreement, headings=headings(agreement)
        )
    form = change_form(agreement, chosen)
    if request.method == "GET":
        form.version.data = agreement.version
    elif form.validate_on_submit():
        if changed_meanwhile(form, agreement):
            form.version.data = agreement.version
            form.wrong(None, _("The agreement changed while you wrote. Look at it again."))
        elif attempt(
            form,
            agreements.ask_change,
            agreement,
            clause=key,
            why=form.why.data,
            options=options_of(form),
            leave_out=bool("leave_out" in form and form.leave_out.data),
            note=form.note.data or "",
        ):
            return redirect(url_for("agreements.show", id=agreement.id), 303)
    item = next(
        item for one in headings(agreement) for item in one.items if item.key == chosen.clause.key
    )
    return render("agreements/change.html", form=form, agreement=agreement, item=item)


@bp.route("/agreements/<id:id>/answer", methods=["GET", "POST"])
@page(read="agreement:propose", change="agreement:propose")
def answer(id: int) -> Any:
    """Answer a change that the other side asks for: make it, or keep the words and say why."""
    agreement = _load(id)
    waiting = open_change(agreement)
    if waiting is None or not _may_answer(agreement, waiting):
        return redirect(url_for("agreements.show", id=agreement.id), 303)
    form = answer_form(waiting)
    if request.method == "GET":
        form.version.data = agreement.version
    elif form.validate_on_submit():
        if changed_meanwhile(form, agreement):
            form.version.data = agreement.version
            form.wrong(None, _("The agreement changed while you read. Look at it again."))
        elif _answered(form, agreement):
            return _done(agreement, "answered")
        waiting = open_change(agreement) or waiting
    return render(
        "agreements/answer.html",
        form=form,
        agreement=agreement,
        other=_other(agreement),
        change=waiting,
        change_shown=change_shown(agreement, waiting),
        adds_words=adds_words(waiting),
    )


def _answered(form: AnswerForm, agreement: Agreement) -> Any:
    if form.answer.data != "keep":
        leave_out = form.answer.data == "leave-out"
        return attempt(form, agreements.make_change, agreement, leave_out=leave_out)
    return attempt(form, agreements.keep_words, agreement, reason=form.reason.data or "")


@bp.route("/agreements/<id:id>/sign", methods=["GET", "POST"])
@page(read="agreement:sign", change="agreement:sign")
def sign(id: int) -> Any:
    """Sign with a typed declaration. It names the text that was read (``?read=…``): if that is
    not the agreement's text any more, nothing is signed and the change is shown."""
    agreement = _load(id)
    if not _may_sign(agreement):
        return redirect(url_for("agreements.show", id=agreement.id), 303)
    read = request.form.get("read") or request.args.get("read") or agreement.text_sha256
    form = SignForm(data={"name": access.signed_in().person.name})
    if form.validate_on_submit():
        verb = signing.sign if agreement.state == "proposed" else signing.sign_last
        if attempt(
            form,
            verb,
            agreement,
            name=form.name.data,
            role=form.role.data,
            read_sha256=read,
        ):
            return _done(agreement, "signed")
    since = None
    if read != agreement.text_sha256:
        since = negotiation.as_read(agreement, read) or ()
    return render(
        "agreements/sign.html",
        form=form,
        agreement=agreement,
        own=access.acting_partner(),
        headings=headings(agreement),
        changed=shown(agreement, since, agreement.parts) if since else {},
        stale=since is not None,
    )


@bp.route("/agreements/<id:id>/decline", methods=["GET", "POST"])
@page(read="agreement:sign", change="agreement:sign")
def decline(id: int) -> Any:
    """Say no. It is a proper end, and nothing bad follows."""
    return _stop(_load(id), agreements.decline, "declined")


@bp.route("/agreements/<id:id>/end", methods=["GET", "POST"])
@page(read="agreement:end", change="agreement:end")
def end(id: int) -> Any:
    """End an agreement that is in force."""
    return _stop(_load(id), agreements.end, "ended")


def _stop(agreement: Agreement, verb: Any, done: str) -> Any:
    if request.method == "GET" and not verb.possible(access.actor(), agreement):
        return redirect(url_for("agreements.show", id=agreement.id), 303)
    form = ReasonForm()
    if form.validate_on_submit() and attempt(form, verb, agreement, reason=form.reason.data):
        return _done(agreement, done)
    template = {"declined": "decline", "ended": "end"}[done]
    return render(
        f"agreements/{template}.html", form=form, agreement=agreement, other=_other(agreement)
    )


def _done(agreement: Agreement, what: str) -> Any:
    """Back to the agreement, which says what was done."""
    return redirect(url_for("agreements.show", id=agreement.id, done=what), 303)
