"""Review: the queue of what was sent, reading one answer, and what a reader can do with it. An
answer to a partner's own question is read here too, by the partner that asked."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilots import queue as waiting
from pilots import review
from pilots.contribution_states import CHANNELS, QUOTES
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from portal import access, answers
from portal.access import page
from portal.contacts import tell_coordinator, tell_whom_to_call
from portal.fields import Choose, DateParts, Form, LongText, Pick, need
from portal.languages import day, say, weekday, words
from portal.pages import attempt, htmx, render
from portal.paging import part_of
from portal.places import around
from trust.people import Person
from trust.records import N_, Hidden, Refused

bp = Blueprint("review", __name__)


class FilterForm(Form):
    class Meta(Form.Meta):
        csrf = False

    pilot = Pick(_l("Pilot"), blank=_l("All pilots"), own_words=True)
    state = Pick(_l("State"), blank=_l("All that is open"))


class AskForm(Form):
    words = LongText(_l("Your question"), need(N_("Write your question")), rows=4, count=4000)


class AcceptForm(Form):
    next_news_on = DateParts(
        _l("By when do they hear more?"),
        need(N_("Give the day by which they hear more")),
        hint=_l("“Nothing yet” is news too. Choose a day that you can keep."),
    )


class AsideForm(Form):
    code = Choose(
        _l("Why is it not used?"),
        need(N_("Choose a reason")),
        choices=[(key, _l(text)) for key, text in review.REASONS.items()],
    )
    reason = LongText(
        _l("Say it in your own words"),
        need(N_("Say why, in your own words")),
        hint=_l("They read this. Thank them, and say what would help."),
        rows=4,
        count=2000,
    )


class RiskForm(Form):
    words = LongText(
        _l("What worries you?"),
        need(N_("Say in a few words what worries you")),
        hint=_l("Only the safeguarding lead and the deputy read this."),
        rows=5,
        count=4000,
        safeguarding=False,  # this is the place to report it
    )


# The queue


@bp.route("/review")
@page(read="review:queue")
def queue() -> Any:
    """What waits to be read, the oldest promise first."""
    who, given = access.actor(), request.args
    form = FilterForm(formdata=given)
    asked = waiting.asked_of(access.session(), who)
    form.pilot.offer({one.pilot_id: one.pilot for one in asked.values()}.items())
    names = {state: say(name) for state, name in waiting.SHOWN.items()}
    form.state.offer(list(names.items()))
    pilot = int(form.pilot.data) if form.pilot.data in form.pilot.values() else None
    state = form.state.data if form.state.data in form.state.values() else ""
    stmt, bound = waiting.waiting(who, pilot_id=pilot, state=state)
    part = part_of(access.session(), stmt, bound, pilot=pilot, state=state)
    return render(
        "review/queue.html",
        blocks={"queue"},
        filters=form,
        part=part,
        lines=_lines(waiting.lines(part.rows, asked, access.now()), names),
        show=around("review.show"),
        claim=around("review.claim"),
        done=given.get("done", ""),
        passed="passed" in given,
    )


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
    """Take one off the queue; from there it stays on the queue's page, with a way to read it."""
    held = _load(id)
    taken = held.state == "in-review" and held.claimed_by_id == access.actor().person_id
    try:
        if not taken:
            review.claim(access.act(), held)
            taken = True
    except Refused:
        if not htmx:
            raise
    if not htmx:
        return redirect(url_for("review.show", id=id), 303)
    reader = access.session().get(Person, held.claimed_by_id) if held.claimed_by_id else None
    return render("review/claimed.html", held=held, taken=taken, reader=reader)


# Reading one


def _load(id: int) -> Contribution:
    """What was sent, for whoever may review it: not its giver, not its connector."""
    held = access.load(Contribution, id)
    if not access.actor().holds("contribution:review", *held.places("contribution:review")):
        raise Hidden("contribution")
    if held.giver_id == access.actor().acting_for:
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
    access.sighted(held)
    reader = session.get(Person, held.claimed_by_id) if held.claimed_by_id else None
    verbs = {
        "claim": review.claim,
        "back": review.hand_back,
        "ask": review.ask,
        "accept": review.accept,
        "aside": review.set_aside,
        "risk": review.pass_on,
    }
    return render(
        "review/show.html",
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
        mine=held.claimed_by_id == access.actor().person_id,
        thread=review.thread(session, held),
        may={name: verb.possible(access.actor(), held) for name, verb in verbs.items()},
        news=weekday(held.next_news_on),
    )


def _row(reading: review.Reading, held: Contribution) -> dict[str, Any]:
    value = answers.shown(reading.question, reading.answer, held.lang)
    if reading.refusal is not None:
        value = answers.not_allowed(reading.refusal)
    return {"key": words(reading.question.words), "value": value}


@bp.route("/review/<id:id>/hand-back", methods=["POST"])
@page(read="contribution:review", change="contribution:review")
def hand_back(id: int) -> Any:
    """Put it back for somebody else."""
    held = _load(id)
    review.hand_back(access.act(request.form.get("token")), held)
    return redirect(url_for("review.queue", done=held.reference), 303)


@bp.route("/review/<id:id>/thanks", methods=["POST"])
@page(read="contribution:review", change="contribution:review")
def thanks(id: int) -> Any:
    """The partner that asked says that this answers it."""
    held = _load(id)
    act = access.act(request.form.get("token"))
    if held.pilot_id is not None:
        raise Hidden("contribution")
    if review.claim.possible(access.actor(), held):
        review.claim(act, held)
    review.accept(act, held)
    return redirect(url_for("review.show", id=id), 303)


@bp.route("/review/<id:id>/ask", methods=["GET", "POST"])
@page(read="contribution:review", change="contribution:review")
def ask(id: int) -> Any:
    """Ask whoever gave it something; an own question's asker takes it up by asking."""
    held, form = _load(id), AskForm()
    if form.validate_on_submit():
        if held.pilot_id is None and review.claim.possible(access.actor(), held):
            review.claim(access.act(), held)
        if attempt(form, review.ask, held, words=form.words.data):
            return redirect(url_for("review.show", id=id), 303)
    title = _("Ask %(partner)s something", partner=held.giver.name)
    return _page(
        held, form, title, _("They get an email, and answer here."), _("Send the question")
    )


@bp.route("/review/<id:id>/accept", methods=["GET", "POST"])
@page(read="contribution:review", change="contribution:review")
def accept(id: int) -> Any:
    """Accept it, and say by when they hear more."""
    held, form = _load(id), AcceptForm()
    if _done(form, review.accept, held, next_news_on=form.next_news_on.data):
        return redirect(url_for("review.queue", done=held.reference), 303)
    text = _("Its numbers become part of the figures. They are told, with your date.")
    return _page(held, form, _("Accept this answer"), text, _("Accept"))


@bp.route("/review/<id:id>/set-aside", methods=["GET", "POST"])
@page(read="contribution:review", change="contribution:review")
def set_aside(id: int) -> Any:
    """Do not use it, for a reason that its giver reads."""
    held, form = _load(id), AsideForm()
    if _done(form, review.set_aside, held, code=form.code.data, reason=form.reason.data):
        return redirect(url_for("review.queue", done=held.reference), 303)
    text = _("They are told, with your reason and your words.")
    return _page(held, form, _("Set this answer aside"), text, _("Set it aside"))


@bp.route("/review/<id:id>/at-risk", methods=["GET", "POST"])
@page(read="concern:raise", change="concern:raise")
def at_risk(id: int) -> Any:
    """Someone may be at risk: to the safeguarding lead, the same day."""
    held, form = _load(id), RiskForm()
    if _done(form, review.pass_on, held, words=form.words.data):
        back = "review.queue" if held.pilot_id else "home.index"
        return redirect(url_for(back, passed="on"), 303)
    text = _(
        "Is someone in danger now? Call 999 first. "
        "This leaves the queue, and the safeguarding lead has it the same day."
    )
    return _page(held, form, _("Someone may be at risk"), text, _("Pass it on now"))


def _done(form: Form, verb: Callable[..., Any], held: Contribution, **given: Any) -> bool:
    return form.validate_on_submit() and attempt(form, verb, held, **given) is not None


def _page(held: Contribution, form: Form, title: str, text: str, button: str) -> Any:
    return render("review/act.html", held=held, form=form, title=title, text=text, button=button)
