"""What a group says of an agreement by phone or on paper: written down by somebody outside, and
confirmed by the group with a letter or in a call."""

from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from pilots.asking_back import to_ask_back
from pilots.contributions import Contribution
from portal import access, languages
from portal.access import page
from portal.agreement_text import headings
from portal.forms.recordings import (
    CallForm,
    NoForm,
    PrintForm,
    ReachForm,
    SaidForm,
    TakeBackForm,
    YesForm,
)
from portal.languages import LANGUAGES, current, offered, say, words
from portal.meanwhile import Saved, overtaken, remember
from portal.pages import attempt, render
from portal.places import each
from portal.said import said
from trust import confirming, letters, reach, recordings
from trust.agreements import Agreement, beside
from trust.calendar import london_day
from trust.partners import Partner
from trust.recordings import HOW, STATES, Recording
from trust.records import N_, Hidden, Msg, Refused

bp = Blueprint("recordings", __name__)

COLOURS = {"waiting": "yellow", "confirmed": "green", "denied": "red", "taken-back": "grey"}


@bp.route("/recordings")
@page(read="agreement:record")
def index() -> Any:
    """Agreements of which something can be said by phone or on paper, and what was so far."""
    session, actor = access.session(), access.actor()
    both = joinedload(Agreement.giver), joinedload(Agreement.taker)
    stmt = recordings.to_record(actor, access.now()).options(
        *both, selectinload(Agreement.signatures)
    )
    held = recordings.mine(session, actor)
    waits = {one.agreement_id for one in held if recordings.standing(one)}
    there = each("recordings.show")
    can: dict[str, list[dict[str, Any]]] = {kind: [] for kind in PAGES}
    pages = {kind: each(page) for kind, page in PAGES.items()}
    for one in session.scalars(stmt.limit(100)):
        kind = next(iter(recordings.may_say(one)), None)
        if kind and one.id not in waits:
            can[kind].append(
                {
                    "title": words(one.giver.name),
                    "href": pages[kind](one.id),
                    "text": _("With %(partner)s", partner=one.taker.name),
                }
            )
    return render(
        "recordings/index.html",
        open=can["yes"] + can["no"],
        in_force=can["end"],
        answers=_answers(),
        held=[
            {
                "title": say(said(one)["heading"]),
                "href": there(one.id),
                "text": _("With %(partner)s", partner=one.taker.name),
                "tag": say(_state(one)),
                "colour": COLOURS[one.state],
            }
            for one in held
        ],
    )


def _answers() -> list[dict[str, Any]]:
    """The answers that a group may want back. Nothing of what stands in them is shown."""
    record = each("asked_back.record")
    stmt = to_ask_back(access.actor(), access.now())
    both = joinedload(Contribution.giver), joinedload(Contribution.request)
    return [
        {
            "title": words(one.giver.name),
            "href": record(one.id),
            "text": words(one.request.title)
            + " · "
            + _("Reference: %(reference)s", reference=one.reference),
        }
        for one in access.session().scalars(stmt.options(*both).limit(50))
    ]


def _state(recording: Recording) -> str:
    if recording.state == "waiting" and not recordings.standing(recording):
        return recordings.OVERTAKEN
    return STATES.names[recording.state]


def _agreement(id: int) -> Agreement:
    """For somebody outside who may write it down; and for the sides, who are told who may."""
    stmt = recordings.to_record(access.actor(), access.now()).where(Agreement.id == id)
    return access.session().scalars(stmt).first() or access.load(Agreement, id)


PAGES = {"yes": "recordings.record", "no": "recordings.record_no", "end": "recordings.record_end"}
TITLES = {
    "yes": N_("Write down the yes of %(partner)s"),
    "no": N_("Write down the no of %(partner)s"),
    "end": N_("Write down that %(partner)s ends an agreement"),
}


@bp.route("/agreements/<id:id>/record", methods=["GET", "POST"])
@page(read="has-role", change="has-role", again="change")
def record(id: int) -> Any:
    """Write down that somebody said yes. Whoever belongs to a side is told who can."""
    return _record(id, "yes", YesForm)


@bp.route("/agreements/<id:id>/record-no", methods=["GET", "POST"])
@page(read="has-role", change="has-role", again="change")
def record_no(id: int) -> Any:
    """Write down that somebody said no, and why."""
    return _record(id, "no", NoForm)


@bp.route("/agreements/<id:id>/record-end", methods=["GET", "POST"])
@page(read="has-role", change="has-role", again="change")
def record_end(id: int) -> Any:
    """Write down that somebody ends an agreement in force, and why."""
    return _record(id, "end", NoForm)


def _record(id: int, kind: str, asks: type[SaidForm]) -> Any:
    agreement = _agreement(id)
    waiting = recordings.waiting_for(access.session(), agreement)
    if waiting is not None and request.method == "GET":
        return redirect(url_for("recordings.show", id=waiting.id), 303)
    try:
        recordings.check_outside(access.actor(), agreement)
    except Refused as refused:
        if request.method != "GET":
            raise
        return _who_can(agreement, refused)
    can = recordings.may_say(agreement)
    if kind not in can and request.method == "GET":
        return redirect(url_for("recordings.index"), 303)
    form = asks(data={"said_on": london_day(access.now()), "lang": current().code})
    form.lang.offer((one.code, one.own_name) for one in offered())
    if request.method == "GET":
        form.read.data = agreement.text_sha256
    elif form.validate_on_submit():
        made = attempt(
            form,
            recordings.record,
            agreement,
            name=form.name.data,
            role=form.role.data,
            how=form.how.data,
            said_on=form.said_on.data,
            lang=form.lang.data,
            read_sha256=request.form.get("read", ""),
            kind=kind,
            why=form.why.data if "why" in form else "",
        )
        if made:
            return redirect(url_for("recordings.show", id=made.id, done="said"), 303)
        form.read.data = agreement.text_sha256
    return render(
        "recordings/record.html",
        form=form,
        agreement=agreement,
        headings=headings(agreement),
        kind=kind,
        title=Msg(TITLES[kind], {"partner": agreement.giver.name}),
        may_say_no="no" in can,
    )


def _who_can(agreement: Agreement, refused: Refused) -> Any:
    by = agreement.giver.supporter_id
    return render(
        "recordings/who_can.html",
        agreement=agreement,
        refused=refused,
        supporter=access.session().get(Partner, by) if by else None,
    )


def _recording(id: int) -> Recording:
    both = joinedload(Recording.giver), joinedload(Recording.taker)
    return access.load(Recording, id, *both, joinedload(Recording.agreement))


def _why_not(check: Any, *given: Any) -> Refused | None:
    try:
        check(*given)
    except Refused as refused:
        return refused
    return None


def _may_take_back(held: Recording) -> bool:
    """For whoever may write such a thing down; not for who may only confirm it."""
    actor, places = access.actor(), beside(held.giver, held.work)
    return actor.holds("agreement:record", *places) and confirming.take_back.possible(actor, held)


@bp.route("/recordings/<id:id>")
@page(read="has-role")
def show(id: int) -> Any:
    """Who said what, how, to which text; how it is confirmed, and what is missing for that."""
    held = _recording(id)
    actor, session = access.actor(), access.session()
    may = confirming.call_back.possible(actor, held) and recordings.standing(held)
    post, phone = reach.ways(session, held.giver_id)
    form = PrintForm(data={"lang": held.lang})
    form.lang.offer((one.code, one.own_name) for one in offered())
    letter = letters.newest(session, held)
    return render(
        "recordings/show.html",
        held=held,
        said=said(held),
        form=form,
        state=_state(held),
        colour=COLOURS[held.state],
        how=HOW[held.how],
        lang=LANGUAGES[held.lang].own_name if held.lang in LANGUAGES else held.lang,
        done=request.args.get("done"),
        stands=recordings.standing(held),
        may=may,
        not_i=_why_not(confirming.check_another, actor, held) if may else None,
        no_letter=_why_not(confirming.check_way, post, held, actor),
        no_call=_why_not(confirming.check_way, phone, held, actor),
        letter=letter,
        letter_live=letter is not None and letter.live(access.now()),
        may_take_back=_may_take_back(held) and not {held.giver_id, held.taker_id} & actor.own,
        sees_agreement=held.agreement_id and access.sees(Agreement, held.agreement_id),
        may_reach=reach.may_write(actor, held.giver),
    )


@bp.route("/recordings/<id:id>/letter", methods=["POST"])
@page(read="agreement:record", change="agreement:record", again="change")
def letter(id: int) -> Any:
    """The letter, to print now: its code is never shown again, but for the same form once more."""
    held = _recording(id)
    form = PrintForm()
    form.lang.offer((one.code, one.own_name) for one in offered())
    if not form.validate_on_submit():
        return redirect(url_for("recordings.show", id=held.id), 303)
    key = current_app.config["PORTAL"].key
    nonce = f"{held.id}:{access.actor().person_id}:{form.token.data}"
    made = letters.fresh(key, nonce)
    act = access.act(form.token.data)
    printed = letters.print_letter(
        act, held, reference=made.reference, proof=made.proof, lang=form.lang.data
    )
    with languages.speaking(printed.lang):
        paper = render(
            "recordings/letter.html",
            held=held,
            said=said(held),
            letter=printed,
            made=made,
            in_fours=letters.in_fours,
            headings=headings(held.agreement) if held.agreement else (),
            address=f"{current_app.config['PORTAL'].address}{url_for('letters.confirm')}",
        )
        paper.headers["Content-Language"] = printed.lang
    return paper


@bp.route("/recordings/<id:id>/call", methods=["GET", "POST"])
@page(read="agreement:record", change="agreement:record", again="change")
def call(id: int) -> Any:
    """Somebody else calls the group's own number, and says what they heard."""
    held = _recording(id)
    if not confirming.call_back.possible(access.actor(), held):
        raise Hidden("recording")
    confirming.check_another(access.actor(), held)
    _post, phone = reach.ways(access.session(), held.giver_id)
    confirming.check_way(phone, held, access.actor())
    form = CallForm()
    if form.validate_on_submit() and attempt(
        form, confirming.call_back, held, spoke_with=form.spoke_with.data
    ):
        return redirect(url_for("recordings.show", id=held.id, done="confirmed"), 303)
    return render(
        "recordings/call.html",
        form=form,
        held=held,
        said=said(held),
        phone=phone.words,
        how=HOW[held.how],
        headings=headings(held.agreement) if held.agreement else (),
    )


@bp.route("/recordings/<id:id>/take-back", methods=["GET", "POST"])
@page(read="agreement:record", change="agreement:record")
def take_back(id: int) -> Any:
    """It was a mistake."""
    held = _recording(id)
    if not _may_take_back(held):
        raise Hidden("recording")
    form = TakeBackForm()
    if form.validate_on_submit() and attempt(
        form, confirming.take_back, held, reason=form.reason.data
    ):
        return redirect(url_for("recordings.show", id=held.id), 303)
    return render("recordings/take_back.html", form=form, held=held)


@bp.route("/partners/<id:id>/reach", methods=["GET", "POST"])
@page(read="has-role", change="has-role", again="change")
def write_reach(id: int) -> Any:
    """Where letters and calls reach a group: not on its page, because it may be a home."""
    partner = access.load(Partner, id)
    actor = access.actor()
    verb = next(
        (one for one in (reach.write, reach.write_for) if one.allowed(actor, partner)), None
    )
    if verb is None:
        raise Hidden("partner")
    held = reach.seen(access.session(), actor, partner.id)
    given = {"post": held.post, "phone": held.phone} if held else {"phone": partner.phone}
    form = ReachForm(data=given)
    remember(form, held)
    ours = actor.acting_for == partner.id
    saved: Saved = []
    if form.validate_on_submit():
        saved = overtaken(form, held, given)
        typed = {"post": form.post.data or "", "phone": form.phone.data or ""}
        if not saved and attempt(form, verb, partner, **typed):
            return redirect(url_for("partners.show", id=partner.id, done="reach"), 303)
    return render(
        "recordings/reach.html", form=form, partner=partner, ours=ours, held=held, saved=saved
    )
