"""A person's rights in what is held about them: see it, have it put right, have it taken out."""

import json
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from portal import access, keeping
from portal.access import page
from portal.fields import Form, LongText, Pick, Tick, need
from portal.languages import current, day, lasting, number, say, words
from portal.pages import attempt, render
from portal.paging import part_of
from trust import claims, held, retention
from trust.agreements import Agreement
from trust.claims import KINDS, STATES, Claim
from trust.holds import WHY
from trust.partners import Partner
from trust.people import Seat
from trust.records import N_, Hidden

bp = Blueprint("rights", __name__)

COLOURS = {
    "waiting": "yellow",
    "held": "yellow",
    "done": "green",
    "declined": "grey",
    "taken-back": "grey",
}

LABELS = {
    "name": N_("Name"),
    "email": N_("Email address"),
    "phone": N_("Phone number"),
    "lang": N_("Language"),
    "device": N_("Kind of browser"),
    "shared_phone": N_("On a shared phone"),
    "started_at": N_("Signed in"),
    "seen_at": N_("Last used"),
    "ended_at": N_("Ended"),
    "confirmed_at": N_("Showed that it was you"),
    "second_factor_at": N_("Gave the second code"),
    "passkey_only": N_("Only your passkey signs you in"),
    "factor_shared": N_("Your second code was set up through a mailbox that others read"),
    "page": N_("Page"),
    "fields": N_("What was typed"),
    "size": N_("Size"),
    "address": N_("Address"),
    "answer": N_("What came of it"),
    "words": N_("Words"),
    "role": N_("Role"),
    "kind": N_("Kind"),
    "last_used_at": N_("Last used"),
    "way": N_("How you like to be reached"),
    "ask_for": N_("Whom to ask for"),
}


class CorrectForm(Form):
    partner = Pick(
        _l("Who wrote it?"),
        need(N_("Choose who wrote it")),
        blank=_l("Choose one"),
        own_words=True,
    )
    words = LongText(
        _l("What is wrong, and what is right?"),
        need(N_("Say what is wrong, and what is right")),
        rows=5,
        count=2000,
        safeguarding=False,
    )


class EraseForm(Form):
    words = LongText(
        _l("Why, if you like to say"), rows=3, count=2000, optional=True, safeguarding=False
    )
    sure = Tick(
        _l("I know that I cannot sign in again after this"),
        need(N_("Tick the box, so that we know you are sure")),
    )


class AnswerForm(Form):
    answer = LongText(
        _l("What you did, if you like to say"),
        rows=3,
        count=2000,
        optional=True,
        safeguarding=False,
    )


class DeclineForm(Form):
    reason = LongText(
        _l("Why it is not done"), need(N_("Say why")), rows=5, count=2000, safeguarding=False
    )


@bp.route("/me/data", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in", again="open")
def mine() -> Any:
    """What is held about me: how much of what, a copy of it, and what I asked about it."""
    person, session = access.signed_in().person, access.session()
    form = Form()
    if form.validate_on_submit() and attempt(form, held.see_own, person):
        return _copy(request.form.get("as") == "data")
    return render(
        "rights/mine.html",
        form=form,
        held=[{"key": say(entry.name), "value": count} for entry, count in _counted()],
        asked=[_line(one) for one in claims.mine(session, person.id)],
    )


def _counted() -> list[Any]:
    return held.counted(access.session(), access.signed_in().person)


def _copy(data: bool) -> Response:
    """All of it as a file: to read, or for another computer."""
    person, session = access.signed_in().person, access.session()
    kept, named = list(held.own(session, person)), held.named(session, person)
    settings, at = current_app.config["PORTAL"], access.now()
    if data:
        given = {
            "made_at": at.isoformat(),
            "controller": settings.controller,
            "host": settings.hosted_by,
            "held": {
                one.entry.table: {
                    "what": one.entry.name,
                    "rows": [{k: held.plain(v) for k, v in row.items()} for row in one.rows],
                }
                for one in kept
            },
            "named_in": [{"record": str(one.about), "in": one.column} for one in named],
        }
        response = make_response(json.dumps(given, ensure_ascii=False, indent=1))
        response.headers["Content-Type"] = "application/json; charset=utf-8"
    else:
        response = make_response(
            render_template(
                "rights/file.html",
                here=current(),
                at=day(at),
                person=person,
                parts=[(say(one.entry.name), _rows(one)) for one in kept],
                named=len(named),
            )
        )
    name = "about-me.json" if data else "about-me.html"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(kept: held.Kept) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Each row: its day, and what of it is personal."""
    return [
        (
            day(row.get("at") or row["created_at"]),
            [
                (say(LABELS[name]), _shown(row[name]))
                for name in kept.entry.personal
                if row.get(name)
            ],
        )
        for row in kept.rows
    ]


def _shown(value: Any) -> Any:
    value = held.plain(value)
    if value is True:
        return _("Yes")
    return words(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _line(claim: Claim) -> dict[str, Any]:
    """One thing that was asked, as a card."""
    late = claims.is_late(claim, access.now())
    return {
        "title": say(KINDS[claim.kind]),
        "href": url_for("rights.claim", id=claim.id),
        "text": words(claim.taker.name) if claim.taker else _("This portal"),
        "tag": _("Late") if late else say(STATES.names[claim.state]),
        "colour": "red" if late else COLOURS[claim.state],
        "at": day(claim.created_at),
    }


def _known(person_id: int) -> list[Partner]:
    """The organisations that may have written about a person: their own, and those that have an
    agreement with one of these."""
    own = select(Seat.partner_id).where(Seat.person_id == person_id)
    mine = select(Agreement.taker_id).where(Agreement.giver_id.in_(own))
    ours = select(Agreement.giver_id).where(Agreement.taker_id.in_(own))
    stmt = select(Partner).where(
        or_(Partner.id.in_(own), Partner.id.in_(mine), Partner.id.in_(ours))
    )
    return list(access.session().scalars(stmt.order_by(Partner.sort_name).limit(500)))


@bp.route("/me/data/put-right", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in")
def correct() -> Any:
    """Ask an organisation to put right what it wrote about me."""
    person = access.signed_in().person
    known = {str(one.id): one for one in _known(person.id)}
    form = CorrectForm()
    form.partner.offer([("portal", _("This portal")), *((id, p.name) for id, p in known.items())])
    if form.validate_on_submit():
        partner = known.get(form.partner.data)
        asked = {"partner": partner, "words": form.words.data}
        made = attempt(form, claims.ask_correction, person, **asked)
        if made:
            return redirect(url_for("rights.claim", id=made.id, done="sent"), 303)
    return render("rights/correct.html", form=form)


@bp.route("/me/data/take-out", methods=["GET", "POST"])
@page(read="signed-in", change="signed-in", again="open")
def erase() -> Any:
    """Ask for all about me to be taken out."""
    person = access.signed_in().person
    form = EraseForm()
    if form.validate_on_submit():
        made = attempt(form, claims.ask_erasure, person, words=form.words.data or "")
        if made:
            return redirect(url_for("rights.claim", id=made.id, done="sent"), 303)
    stays = {entry.why: say(entry.why) for entry, _ in _counted() if entry.erase == "keep"}
    return render("rights/erase.html", form=form, stays=list(stays.values()))


@bp.route("/claims")
@page(read="claim:answer")
def index() -> Any:
    """What people ask us about their own data: what waits first."""
    part = part_of(access.session(), claims.to_answer(access.actor()))
    return render("rights/index.html", part=part, cards=[_line(one) for one in part.rows])


@bp.route("/claims/<id:id>", methods=["GET", "POST"])
@page(read="signed-in", change="claim:answer", again="change")
def claim(id: int) -> Any:
    """One of them, the same for both sides."""
    held_ = access.load(Claim, id, joinedload(Claim.taker), joinedload(Claim.person))
    own = held_.person_id == access.actor().person_id
    may = not own and claims.do.possible(access.actor(), held_)
    waits = claims.is_held(access.session(), held_)
    verb = claims.hold if waits else claims.do
    form = AnswerForm()
    if form.validate_on_submit() and attempt(form, verb, held_, answer=form.answer.data or ""):
        return redirect(url_for("rights.claim", id=id), 303)
    return render(
        "rights/claim.html",
        form=form,
        held=held_,
        own=own,
        may=may,
        waits=say(WHY) if waits and (may or held_.state == "held") else "",
        kind=say(KINDS[held_.kind]),
        state=say(STATES.names[held_.state]),
        colour=COLOURS[held_.state],
        late=claims.is_late(held_, access.now()),
    )


@bp.route("/claims/<id:id>/decline", methods=["GET", "POST"])
@page(read="claim:answer", change="claim:answer")
def decline(id: int) -> Any:
    """Say why it is not done."""
    held_ = access.load(Claim, id)
    if not claims.decline.allowed(access.actor(), held_):
        raise Hidden("claim")
    form = DeclineForm()
    if form.validate_on_submit() and attempt(form, claims.decline, held_, reason=form.reason.data):
        return redirect(url_for("rights.claim", id=id), 303)
    return render("rights/decline.html", form=form, held=held_)


@bp.route("/claims/<id:id>/take-back", methods=["POST"])
@page(read="signed-in", change="signed-in")
def take_back(id: int) -> Any:
    """I do not ask for it any more."""
    held_ = access.load(Claim, id)
    claims.take_back(access.act(request.form.get("token")), held_)
    return redirect(url_for("rights.claim", id=id), 303)


@bp.route("/retention")
@page(read="installation:read")
def keeps() -> Any:
    """What the next run would take out, by kind and count, and why it is kept so long."""
    kinds = keeping.kinds(current_app.config["PORTAL"].retention)
    lines = retention.planned(access.session(), kinds, access.now())
    return render(
        "rights/retention.html",
        rows=[
            (say(one.kind.name), lasting(one.kind.days or 0), number(one.count), say(one.kind.why))
            for one in lines
        ],
        stays=[{"key": say(one.name), "value": say(one.why)} for one in kinds if one.days is None],
        due=sum(one.count for one in lines),
        waits=sum(one.held for one in lines),
    )
