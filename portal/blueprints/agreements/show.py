"""The list of our agreements, one of them to read, and proposing one."""

from datetime import timedelta
from typing import Any

from flask import current_app, make_response, redirect, request, url_for
from sqlalchemy import case, select

from pilots.pilot import to_agree_on
from pilots.recall import recall
from portal import access
from portal.access import page
from portal.agreement_text import (
    changes_shown,
    clause_named,
    filled,
    headings,
    history,
    shown,
)
from portal.blueprints.agreements.blueprint import (
    agreement_of,
    bp,
    may_answer,
    may_sign,
    other_side,
    to_take_back,
)
from portal.blueprints.agreements.hearing import heard, may_read_aloud
from portal.contacts import tell_whom_to_call
from portal.documents import agreement as documents
from portal.english import INVENTED
from portal.forms.agreements import (
    adds_words,
    contacts,
    propose_form,
)
from portal.languages import current, say, words
from portal.pages import attempt, render
from portal.paging import part_of
from portal.places import each
from portal.receiving import handed_out_as_pdf
from portal.routes import id_asked
from portal.said import said
from portal.security import CSP_WITH_SOUND
from trust import agreements, ending, ground, negotiation, parties, recordings, renewal, signing
from trust.agreements import STATES, Agreement, next_version, open_changes
from trust.calendar import london_day
from trust.changes import touched
from trust.clauses import library
from trust.history import history as history_of
from trust.partners import Partner
from trust.records import Hidden, Ref, Refused

COLOURS = {
    "in-force": "green",
    "declined": "grey",
    "ended": "grey",
    "replaced": "grey",
    "changes-asked": "yellow",
}
A_YEAR = timedelta(days=365)


@bp.route("/agreements")
@page(read="agreement:read")
def index() -> Any:
    """Our agreements with their states, newest first."""
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
    agreement = agreement_of(id)
    actor = access.actor()
    if actor.acting_for != agreement.proposed_by_id:
        access.sighted(agreement)
    changes = open_changes(agreement)
    answered = negotiation.answered(agreement, actor.acting_for)
    sections = headings(agreement)
    steps = history_of(access.session(), agreement)
    over = agreement.state in ("declined", "ended")
    session = access.session()
    newer, older = next_version(session, agreement), renewal.before(session, agreement)
    recorded = heard(agreement)
    waits = recordings.waiting_for(session, agreement)
    signs, of_both = may_sign(agreement), signing.of_both_sides(actor, agreement)
    response = render(
        "agreements/show.html",
        agreement=agreement,
        heard=recorded,
        may_read_aloud=may_read_aloud(agreement),
        other=other_side(agreement),
        state=STATES.names[agreement.state],
        colour=COLOURS.get(agreement.state),
        headings=sections,
        english=current().code == "en",
        done=request.args.get("done"),
        changes=changes_shown(agreement, changes),
        adds_words=any(map(adds_words, changes)),
        asked_by_us=all(one.by_partner_id == actor.acting_for for one in changes),
        answered=answered,
        answered_title=clause_named(agreement, sections, answered.clause) if answered else "",
        history=history(agreement, steps),
        last=steps[-1] if over and steps else None,
        signed=any(one.partner_id == actor.acting_for for one in agreement.signatures),
        review_due=renewal.review_due(agreement, access.now()),
        newer=newer or renewal.after(session, agreement),
        older=older,
        since_older=_since(agreement, older) if older else {},
        may_renew=newer is None
        and agreement.state == "in-force"
        and renewal.renew.allowed(actor, agreement),
        may_ask=negotiation.ask_change.possible(actor, agreement),
        may_set_contacts=parties.set_contacts.possible(actor, agreement),
        may_ask_beside=negotiation.ask_beside.possible(actor, agreement),
        may_answer=may_answer(agreement),
        to_take_back=to_take_back(agreement, actor),
        may_sign=signs and not of_both,
        of_both=signs and of_both,
        may_decline=ending.decline.possible(actor, agreement),
        may_end=ending.end.possible(actor, agreement),
        went=recall(session, agreement, actor, access.now())
        if agreement.state in ("ended", "replaced")
        else None,
        own_id=actor.acting_for,
        less=_less_than_base(agreement),
        said=waits,
        said_words=said(waits)["waits"] if waits else None,
        others_say=actor.acting_for == agreement.taker_id
        and agreement.state in recordings.TO_SIGN
        and all(one.partner_id != agreement.giver_id for one in agreement.signatures),
    )
    if recorded:
        response.headers["Content-Security-Policy"] = CSP_WITH_SOUND
    return response


def _less_than_base(agreement: Agreement) -> list[str]:
    """The clauses in which it allows less than its project's base: one is left out, or more is
    taken away or ruled out in it."""
    held = ground.newest(access.session(), agreement.work, agreed=True) if agreement.work else None
    try:
        keys = touched(held.parts, agreement.parts) if held else []
    except Refused:  # a clause that the library no longer has
        return []
    return [
        filled(agreement, library()[key].title)
        for key in keys
        if key in library() and library()[key].pick != "one"
    ]


def _since(agreement: Agreement, older: Agreement) -> dict[str, Any]:
    """What is different from the version before, word by word."""
    try:
        # The day is another one each time.
        before = older.stands._replace(review_on=agreement.review_on)
        return shown(agreement, before, agreement.stands)
    except Refused:  # a clause that the library no longer has
        return {}


@bp.route("/agreements/<id:id>/text")
@page(read="agreement:read")
def text(id: int) -> Any:
    """The exact English text that is signed, as a file whose fingerprint can be checked."""
    agreement = agreement_of(id)
    response = make_response(agreement.text)
    response.mimetype = "text/plain"
    name = f"trust-agreement-{agreement.id}.txt"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.route("/agreements/<id:id>/agreement.pdf")
@page(read="agreement:read")
def pdf(id: int) -> Any:
    """The agreement as a file to keep, with who signed it and all that happened to it."""
    agreement = agreement_of(id)
    if access.actor().acting_for != agreement.proposed_by_id:
        access.sighted(agreement)
    settings, page = current_app.config["PORTAL"], url_for("agreements.show", id=id)
    made = documents.agreement(
        agreement,
        history_of(access.session(), agreement),
        f"{settings.address}{page}",
        access.now(),
        say(INVENTED) if settings.demo else "",
    )
    return handed_out_as_pdf(made, f"trust-agreement-{id}.pdf", page)
