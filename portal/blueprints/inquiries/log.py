"""Requests for information: the log that a council keeps, and what each is about."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import joinedload, selectinload

from pilots import covering
from portal import access
from portal.access import page
from portal.blueprints.inquiries.blueprint import (
    COLOURS,
    about_of,
    bp,
    name_of,
    off_of,
    what_of,
)
from portal.forms.inquiries import (
    CloseForm,
    CoverForm,
    NewForm,
    ReopenForm,
    TakeOffForm,
)
from portal.languages import current, day, day_words, say, words
from portal.pages import attempt, render
from portal.paging import part_of
from trust import agreements as held_agreements
from trust import inquiries, inquiry_repairs
from trust.agreements import Agreement
from trust.calendar import london_day
from trust.inquiries import (
    CONSULTED,
    DECISIONS,
    KEEPS,
    LAWS,
    OUTCOMES,
    SAYS,
    STATES,
    WANTS,
    Consultation,
    Covered,
    Inquiry,
)
from trust.partners import Partner
from trust.records import Hidden, Ref


@bp.route("/foi")
@page(read="signed-in")
def index() -> Any:
    """The log, for whoever keeps it; and where one's own organisation was asked."""
    actor, session = access.actor(), access.session()
    keeps = actor.holds_somewhere(KEEPS)
    if not keeps and not actor.holds_somewhere(SAYS):
        raise Hidden("inquiry")
    part = part_of(session, inquiries.kept(actor)) if keeps else None
    return render(
        "inquiries/index.html",
        part=part,
        log=[_card(one) for one in part.rows] if part else [],
        asked=[_asked(one) for one in inquiries.asked(session, actor)],
    )


def _card(one: Inquiry) -> dict[str, Any]:
    late = inquiries.is_late(one, access.now())
    return {
        "title": words(one.reference),
        "href": url_for("inquiries.show", id=one.id),
        "text": _("To be answered by %(day)s", day=day_words(one.due_on)),
        "tag": _("Late") if late else say(STATES.names[one.state]),
        "colour": "red" if late else COLOURS[one.state],
        "at": day(one.received_on),
    }


def _asked(one: Consultation) -> dict[str, Any]:
    over = one.inquiry.state == "closed" and one.state != "dropped"
    return {
        "title": words(one.taker.name),
        "href": url_for("inquiries.consultation", id=one.id),
        "tag": say(STATES.names["closed"] if over else CONSULTED.names[one.state]),
        "colour": "green" if over else COLOURS[one.state],
        "at": day(one.created_at),
    }


@bp.route("/foi/new", methods=["GET", "POST"])
@page(read=KEEPS, change=KEEPS)
def new() -> Any:
    """Write down a request that came."""
    own, form = access.acting_partner(), NewForm()
    form.law.offer((key, say(name)) for key, name in LAWS.items())
    if form.validate_on_submit():
        made = attempt(
            form,
            inquiries.log,
            own,
            reference=form.reference.data,
            law=form.law.data,
            asks=form.asks.data,
            lang=current().code,
            received_on=form.received_on.data,
        )
        if made:
            return redirect(url_for("inquiries.cover", id=made.id), 303)
    return render("inquiries/new.html", form=form)


def _load(id: int) -> Inquiry:
    return access.load(
        Inquiry,
        id,
        joinedload(Inquiry.taker),
        selectinload(Inquiry.covers).joinedload(Covered.giver),
        selectinload(Inquiry.consultations).joinedload(Consultation.giver),
    )


@bp.route("/foi/<id:id>")
@page(read=KEEPS)
def show(id: int) -> Any:
    """One request: what it is about, what each organisation thinks, and what was decided."""
    held, actor = _load(id), access.actor()
    may = inquiries.close.possible(actor, held)
    return render(
        "inquiries/show.html",
        held=held,
        **about_of(held),
        covers=[_line(one, may) for one in held.covers if one.off_at is None],
        off=[off_of(one) for one in held.covers if one.off_at is not None],
        consulted=[
            {
                "title": words(one.giver.name),
                "href": url_for("inquiries.consultation", id=one.id),
                "text": say(DECISIONS[one.decision] if one.decision else WANTS[one.wants])
                if one.wants or one.decision
                else ""
                if one.state == "dropped"
                else _("Asked until %(day)s", day=day_words(one.answer_by)),
                "tag": _stands(one),
                "colour": COLOURS[one.state],
            }
            for one in held.consultations
        ],
        may=may,
        may_reopen=inquiry_repairs.reopen.possible(actor, held),
        closed_by=name_of(held.closed_by_id),
    )


def _line(one: Covered, may: bool) -> dict[str, Any]:
    """One thing that a request is about, and the way to take it off."""
    what = what_of(one)
    href = url_for("inquiries.take_off", id=one.id) if may else None
    about = Markup("{}: {}").format(words(one.giver.name), what)
    return {
        "key": words(one.giver.name),
        "value": what,
        "change": href,
        "act": _("Take it off"),
        "about": about,
    }


def _stands(one: Consultation) -> str:
    """Its state, as the council reads it."""
    if one.state == "said":
        return _("They said what they think")
    return _("Waiting for them") if one.state == "asked" else say(CONSULTED.names[one.state])


@bp.route("/foi/<id:id>/about", methods=["GET", "POST"])
@page(read=KEEPS, change=KEEPS)
def cover(id: int) -> Any:
    """Say what it is about: an organisation, an agreement or one answer."""
    held, form = _load(id), CoverForm()
    _must_be_open(held)
    session, own = access.session(), held.taker_id
    partners = {str(one.id): one for one in covering.partners(session, own)}
    agreements = {str(one.id): one for one in covering.agreements(session, own)}
    form.partner.offer((id, one.name) for id, one in partners.items())
    form.agreement.offer((id, _agreement(one, own)) for id, one in agreements.items())
    if form.validate_on_submit():
        found = _chosen(form, held, partners, agreements)
        if found and attempt(form, inquiries.cover, held, about=found[0], giver_id=found[1]):
            return redirect(url_for("inquiries.show", id=id), 303)
    return render("inquiries/cover.html", form=form, held=held)


def _must_be_open(held: Inquiry) -> None:
    if request.method == "GET" and held.state != "open":
        raise Hidden("inquiry")


def _agreement(one: Agreement, own: int) -> str:
    """An agreement in a list: with whom, for which project, how it stands, since when; and which
    version it is, where there was one before."""
    other = one.giver if one.taker_id == own else one.taker
    parts = [other.name, one.project or _("for each project")]
    parts.append(say(held_agreements.STATES.names[one.state]))
    parts.append(day_words(london_day(one.in_force_at or one.created_at)))
    if one.number > 1:
        parts.append(_("version %(number)s", number=one.number))
    return " · ".join(parts)


def _chosen(
    form: CoverForm,
    held: Inquiry,
    partners: dict[str, Partner],
    agreements: dict[str, Agreement],
) -> tuple[Ref, int] | None:
    """What was chosen, and whose it is; None, and an error on the form, for none or too much."""
    given = [form.partner.data, form.agreement.data, (form.reference.data or "").strip()]
    if len([one for one in given if one]) != 1:
        form.wrong("partner", _("Choose one of the three. You can add more after that."))
        return None
    if form.partner.data:
        partner = partners[form.partner.data]
        return Ref.of(partner), partner.id
    if form.agreement.data:
        agreement = agreements[form.agreement.data]
        mine = agreement.taker_id == held.taker_id
        return Ref.of(agreement), agreement.giver_id if mine else agreement.taker_id
    sent = covering.sent(access.session(), held.taker_id, given[2])
    if sent is None:
        form.wrong("reference", _("No answer to you has this reference. Look at it again"))
        return None
    return Ref.of(sent), sent.giver_id


@bp.route("/foi/<id:id>/close", methods=["GET", "POST"])
@page(read=KEEPS, change=KEEPS)
def close(id: int) -> Any:
    """Say how it ended."""
    held, form = _load(id), CloseForm()
    _must_be_open(held)
    form.outcome.offer((key, say(name)) for key, name in OUTCOMES.items())
    if form.validate_on_submit() and attempt(
        form, inquiries.close, held, outcome=form.outcome.data, reason=form.reason.data
    ):
        return redirect(url_for("inquiries.show", id=id), 303)
    return render("inquiries/close.html", form=form, held=held)


@bp.route("/foi/<id:id>/reopen", methods=["GET", "POST"])
@page(read=KEEPS, change=KEEPS)
def reopen(id: int) -> Any:
    """Open a request again, and say why."""
    held, form = _load(id), ReopenForm()
    if request.method == "GET" and held.state == "open":
        raise Hidden("inquiry")
    if form.validate_on_submit() and attempt(
        form, inquiry_repairs.reopen, held, reason=form.reason.data
    ):
        return redirect(url_for("inquiries.show", id=id), 303)
    return render("inquiries/reopen.html", form=form, held=held)


@bp.route("/covered/<id:id>/take-off", methods=["GET", "POST"])
@page(read=KEEPS, change=KEEPS)
def take_off(id: int) -> Any:
    """Say that a request is not about one thing after all, and why."""
    form = TakeOffForm()
    held = access.load(
        Covered,
        id,
        joinedload(Covered.giver),
        joinedload(Covered.inquiry).selectinload(Inquiry.covers),
    )
    if request.method == "GET" and (held.inquiry.state != "open" or held.off_at is not None):
        raise Hidden("covered")
    if form.validate_on_submit() and attempt(
        form, inquiry_repairs.take_off, held, reason=form.reason.data
    ):
        return redirect(url_for("inquiries.show", id=held.inquiry_id), 303)
    return render("inquiries/take_off.html", form=form, held=held, what=what_of(held))
