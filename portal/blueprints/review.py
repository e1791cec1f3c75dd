"""Review: the queue of what was sent, reading one answer, and what a reader can do with it. An
answer to a partner's own question is read here too, by the partner that asked."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pilots import asking_back, bounds, review
from pilots import queue as waiting
from pilots.contribution_states import CHANNELS, QUOTES
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from portal import access, answers
from portal.access import page
from portal.contacts import tell_coordinator, tell_whom_to_call
from portal.fields import Form
from portal.forms.review import AcceptForm, AsideForm, AskForm, FilterForm, NewsForm, RiskForm
from portal.languages import day, day_words, say, weekday, words
from portal.pages import attempt, htmx, render
from portal.paging import part_of
from portal.places import around
from portal.talking import talk_about
from trust import scope
from trust.act import Act
from trust.calendar import london_day
from trust.disclosure.free_text import KINDS
from trust.people import Person
from trust.records import Hidden, Refused

bp = Blueprint("review", __name__)


# The queue


@bp.route("/review")
@page(read="review:queue")
def queue() -> Any:
    """What waits to be read, the oldest promise first."""
    who, given = access.actor(), request.args
    form = FilterForm(formdata=given)
    names = {state: say(name) for state, name in waiting.SHOWN.items()}
    form.state.offer([*names.items(), (waiting.OUTSIDE, _("Not ours to read now"))])
    mine = {str(id): id for id in who.ids("review:queue", "pilot")}
    pilot = mine.get(form.pilot.data or "")
    state = form.state.data if form.state.data in form.state.values() else ""
    kept = {"pilot": pilot, "state": state or None}
    stmt, bound = waiting.waiting(who, access.now(), pilot_id=pilot, state=state)
    part = part_of(access.session(), stmt, bound, **kept)
    pilots, asked = waiting.asked_of(access.session(), who, part.rows)
    form.pilot.offer(pilots.items())
    return render(
        "review/queue.html",
        blocks={"queue"},
        filters=form,
        part=part,
        lines=_lines(waiting.lines(part.rows, asked, access.now()), names),
        show=around("review.show", **kept),
        claim=around("review.claim", **kept),
        done=given.get("done", ""),
        passed="passed" in given,
    )


def _kept() -> dict[str, Any]:
    """The filters of the queue that an answer's address carries for the way back. They choose
    among the reader's own lines; where a form leads is never in its address."""
    pilot, state = request.args.get("pilot", ""), request.args.get("state")
    return {
        "pilot": pilot if pilot.isascii() and pilot.isdecimal() else None,
        "state": state if state in (*waiting.SHOWN, waiting.OUTSIDE) else None,
    }


def _lines(found: list[waiting.Line], names: dict[str, str]) -> list[dict[str, Any]]:
    asked = {one.asked.id: one.asked.title for one in found}
    titles = {id: words(title) for id, title in asked.items()}
    days = {due: day(due) for due in {one.due for one in found}}
    return [
        {
            "id": one.id,
            "free": one.state == "submitted",
            "reference": one.reference,
            "giver": one.giver,
            "title": titles[one.asked.id],
            "pilot": one.asked.pilot,
            "due": days[one.due],
            "late": one.late,
            "state": names[one.state],
            "reader": one.reader,
        }
        for one in found
    ]


@bp.route("/review/<id:id>/claim", methods=["POST"])
@page(read="contribution:review", change="contribution:review")
def claim(id: int) -> Any:
    """Take one off the queue; from there it stays on the queue's page, with a way to read it. Or
    take over what a colleague took: the form says from whom."""
    held, instead_of = _load(id), request.form.get("instead_of", type=int)
    taken = held.state == "in-review" and _mine(held)
    try:
        if not taken and instead_of is not None:
            review.take_over(access.act(), held, instead_of=instead_of)
        elif not taken:
            review.claim(access.act(), held)
        taken = True
    except Refused:
        if not htmx:
            raise
    if not htmx:
        return redirect(url_for("review.show", id=id, **_kept()), 303)
    reader = access.session().get(Person, held.claimed_by_id) if held.claimed_by_id else None
    return render("review/claimed.html", held=held, taken=taken, reader=reader, kept=_kept())


# Reading one


def _load(id: int) -> Contribution:
    """What was sent, for whoever may review it: not its giver, not its connector."""
    held = access.load(Contribution, id)
    if not access.actor().holds("contribution:review", *held.places("contribution:review")):
        raise Hidden("contribution")
    if held.giver_id in access.actor().own or held.state not in waiting.SHOWN:
        raise Hidden("contribution")
    if request.method == "POST":
        access.session().refresh(held, with_for_update=True)
    pilot = access.session().get(Pilot, held.pilot_id) if held.pilot_id else None
    if pilot is not None:
        tell_coordinator(pilot)
    else:
        tell_whom_to_call(held.request.taker, held.giver)
    return held


@bp.route("/review/<id:id>")
@page(read="contribution:review", figures="reveal")
def show(id: int) -> Any:
    """One answer, as far as the agreement lets this reader see it."""
    held, session = _load(id), access.session()
    reader = session.get(Person, held.claimed_by_id) if held.claimed_by_id else None
    mine = _mine(held)
    closed = bounds.refusal(session, scope.READ, held, access.now())
    if closed is not None:
        return _closed(held, closed, mine)
    page = render(
        "review/show.html",
        wanted_back=asking_back.waiting_for(session, held) is not None,
        form=Form(),
        held=held,
        own_question=held.pilot_id is None,
        rows=[
            _row(one, held)
            for one in review.readings(session, held, access.now())
            if one.question.kind != "quote"
        ],
        state=say(waiting.SHOWN[held.state]),
        how=say(CHANNELS[held.channel]),
        quote=say(QUOTES[held.quote]),
        reader=reader,
        mine=mine,
        thread=review.thread(session, held),
        may=_may(held, mine),
        news=weekday(held.next_news_on),
        kept=_kept(),
    )
    access.sighted(held)
    return page


def _closed(held: Contribution, no: scope.NotAllowed, mine: bool) -> Any:
    """The agreement lets nobody read it now: the clause, where to talk about it, and what needs
    no reading. They are still owed an answer."""
    refused = no.refused()
    return render(
        "review/closed.html",
        status=409,
        form=Form(),
        held=held,
        state=say(waiting.SHOWN[held.state]),
        refused=refused,
        talk=talk_about(refused),
        may=_may(held, mine),
        kept=_kept(),
    )


def _mine(held: Contribution) -> bool:
    return held.claimed_by_id == access.actor().person_id


def _may(held: Contribution, mine: bool) -> dict[str, bool]:
    """What this person can do with it. Only its reader settles it; who asked a question for their
    own partner takes it up, or over, by the same tap."""
    settle = {"ask": review.ask, "accept": review.accept, "aside": review.set_aside}
    settle |= {"back": review.hand_back}
    if not mine and held.pilot_id is not None:
        settle = {"over": review.take_over}
    verbs = {"claim": review.claim, "risk": review.pass_on, "news": review.nothing_yet, **settle}
    return {name: verb.possible(access.actor(), held) for name, verb in verbs.items()}


def _row(reading: review.Reading, held: Contribution) -> dict[str, Any]:
    value = answers.shown(reading.question, reading.answer, held.lang)
    for one in (held.pointing or {}).get(reading.question.key, ()):
        told = _("The writer let %(what)s stay:", what=say(KINDS[one["kind"]]))
        value += Markup('<p class="govuk-hint">{} {}</p>').format(told, words(one["reason"]))
    if reading.refusal is not None:
        value = answers.not_allowed(reading.refusal)
    return {"key": words(reading.question.words), "value": value}


@bp.route("/review/<id:id>/hand-back", methods=["POST"])
@page(read="contribution:review", change="contribution:review")
def hand_back(id: int) -> Any:
    """Put it back for somebody else."""
    held = _load(id)
    review.hand_back(access.act(request.form.get("token")), held)
    return redirect(url_for("review.queue", done=held.reference, **_kept()), 303)


def _taken_up(act: Act, held: Contribution) -> None:
    """Who asked for their own partner takes the answer up, or over, with what they do next."""
    if review.claim.possible(access.actor(), held):
        review.claim(act, held)
    elif not _mine(held) and review.take_over.possible(access.actor(), held):
        review.take_over(act, held, instead_of=held.claimed_by_id)


@bp.route("/review/<id:id>/thanks", methods=["POST"])
@page(read="contribution:review", change="contribution:review")
def thanks(id: int) -> Any:
    """The partner that asked says that this answers it."""
    held = _load(id)
    act = access.act(request.form.get("token"))
    if held.pilot_id is not None:
        raise Hidden("contribution")
    _taken_up(act, held)
    review.accept(act, held)
    return redirect(url_for("review.show", id=id), 303)


@bp.route("/review/<id:id>/ask", methods=["GET", "POST"])
@page(read="contribution:review", change="contribution:review")
def ask(id: int) -> Any:
    """Ask whoever gave it something; an own question's asker takes it up by asking."""
    held, form = _load(id), AskForm()
    if form.validate_on_submit():
        if held.pilot_id is None:
            _taken_up(access.act(), held)
        if attempt(form, review.ask, held, words=form.words.data):
            return redirect(url_for("review.show", id=id, **_kept()), 303)
    title = _("Ask %(partner)s something", partner=held.giver.name)
    return _page(
        held, form, title, _("They get an email, and answer here."), _("Send the question")
    )


@bp.route("/review/<id:id>/accept", methods=["GET", "POST"])
@page(read="contribution:review", change="contribution:review")
def accept(id: int) -> Any:
    """Accept it, and say by when they hear more."""
    held, form = _load(id), AcceptForm()
    promised = waiting.news_due(access.session(), held)
    if request.method == "GET" and promised > london_day(access.now()):
        form = AcceptForm(data={"next_news_on": promised})
    given = {"next_news_on": form.next_news_on.data, "reason": form.reason.data or ""}
    if _done(form, review.accept, held, **given):
        return redirect(url_for("review.queue", done=held.reference, **_kept()), 303)
    text = _("Its numbers become part of the figures. They are told, with your date.")
    told = _("The agreement promises them news by %(day)s.", day=day_words(promised))
    return _page(held, form, _("Accept this answer"), f"{text} {told}", _("Accept"))


@bp.route("/review/<id:id>/news", methods=["GET", "POST"])
@page(read="contribution:review", change="contribution:review")
def news(id: int) -> Any:
    """Say that there is nothing new yet, and by when they hear more."""
    held, form = _load(id), NewsForm()
    given = {"next_news_on": form.next_news_on.data, "words": form.reason.data or ""}
    if _done(form, review.nothing_yet, held, **given):
        return redirect(url_for("review.show", id=id, **_kept()), 303)
    text = _("“Nothing yet” is news too. They are told, with your day.")
    return _page(held, form, _("Nothing new yet"), text, _("Tell them"))


@bp.route("/review/<id:id>/set-aside", methods=["GET", "POST"])
@page(read="contribution:review", change="contribution:review")
def set_aside(id: int) -> Any:
    """Do not use it, for a reason that its giver reads."""
    held, form = _load(id), AsideForm()
    if _done(form, review.set_aside, held, code=form.code.data, reason=form.reason.data):
        return redirect(url_for("review.queue", done=held.reference, **_kept()), 303)
    text = _("They are told, with your reason and your words.")
    return _page(held, form, _("Set this answer aside"), text, _("Set it aside"))


@bp.route("/review/<id:id>/at-risk", methods=["GET", "POST"])
@page(read="concern:raise", change="concern:raise")
def at_risk(id: int) -> Any:
    """Someone may be at risk: to the safeguarding lead, the same day."""
    held, form = _load(id), RiskForm()
    if _done(form, review.pass_on, held, words=form.words.data):
        if held.pilot_id is None:
            return redirect(url_for("home.index", passed="on"), 303)
        return redirect(url_for("review.queue", passed="on", **_kept()), 303)
    text = _(
        "Is someone in danger now? Call 999 first. "
        "This leaves the queue, and the safeguarding lead has it the same day."
    )
    return _page(held, form, _("Someone in this answer may be at risk"), text, _("Pass it on now"))


def _done(form: Form, verb: Callable[..., Any], held: Contribution, **given: Any) -> bool:
    return form.validate_on_submit() and attempt(form, verb, held, **given) is not None


def _page(held: Contribution, form: Form, title: str, text: str, button: str) -> Any:
    given = {"title": title, "text": text, "button": button, "kept": _kept()}
    return render("review/act.html", held=held, form=form, **given)
