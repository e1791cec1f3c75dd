"""When someone may be at risk: what anyone can do at once, what a reader passes on, and what the
lead does about it."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pilots import at_risk, review
from pilots.contributions import Contribution
from portal import access, answers
from portal.access import page
from portal.fields import Form, LongText, YesNo, need
from portal.forms.review import RiskForm
from portal.languages import day_and_time, say, words
from portal.pages import attempt, render
from portal.paging import part_of
from portal.places import href
from portal.shell import shell, tell
from trust import safeguarding
from trust.agreements import Agreement
from trust.contacts import Contact, line
from trust.installation import Region
from trust.parties import newest
from trust.partners import Partner
from trust.people import Person
from trust.records import N_, Ref
from trust.regions import national, settings_of
from trust.safeguarding import STATES, Concern

bp = Blueprint("safeguarding", __name__)

EMERGENCY = "999"
COLOURS = {"raised": "red", "taken": "yellow", "closed": "grey"}


class TakeForm(Form):
    tell = YesNo(
        _l("May we tell those who sent it?"),
        need(N_("Say if we may tell them")),
        hint=_l("They read that it was passed to you, and nothing else."),
    )
    why = LongText(
        _l("If not: why would telling them add risk?"),
        rows=3,
        count=2000,
        optional=True,
        safeguarding=None,
    )


class CloseForm(Form):
    tell = YesNo(_l("May those who sent it know?"), need(N_("Say if they may know")))
    reason = LongText(
        _l("What was done, and why it is closed"),
        need(N_("Say what was done")),
        rows=5,
        count=4000,
        safeguarding=None,
    )


@bp.route("/safeguarding")
@page(read="public")
def help() -> Any:
    """What to do when someone may be at risk, for anyone: the numbers of one's own region first,
    then those of the other regions of this portal."""
    if (shown := shell().help) is not None:
        tell(help=replace(shown, instead=False))  # a call for help is nothing to write down
    here = access.session().execute(select(Region.key, Region.name).order_by(Region.name))
    held = [settings_of(key, name) for key, name in here]
    mine = access.me()
    own = mine.acting_for.region if mine and mine.acting_for else None
    return render(
        "safeguarding/help.html",
        national=[one for one in national() if one.phone != EMERGENCY],
        emergency=EMERGENCY,
        first=[one for one in held if own in (None, one.key) and one.own_numbers],
        others=[one for one in held if own not in (None, one.key) and one.own_numbers],
    )


@bp.route("/at-risk/<noun>/<id:id>", methods=["GET", "POST"])
@page(read="concern:raise", change="concern:raise")
def raise_(noun: str, id: int) -> Any:
    """Someone may be at risk, in a text that others wrote: to the safeguarding lead, the same
    day."""
    about, form = access.load(at_risk.noun_of(noun), id), RiskForm()
    at_risk.read(access.act(), about)
    if form.validate_on_submit() and attempt(form, at_risk.raise_, about, words=form.words.data):
        return redirect(url_for("home.index", passed="on"), 303)
    back = href(Ref.of(about)) or url_for("home.index")
    return render("safeguarding/raise.html", form=form, back=back)


@bp.route("/concerns")
@page(read="concern:read")
def index() -> Any:
    """The lead's list: what waits first."""
    stmt = (
        select(Concern.id, Concern.state, Concern.raised_at, Partner.name)
        .outerjoin(Partner, Partner.id == Concern.giver_id)
        .where(*Concern.readable(access.actor()))
        .order_by(Concern.state == "closed", Concern.raised_at, Concern.id)
    )
    part = part_of(access.session(), stmt)
    cards = [
        {
            "title": words(name) if name else _("Somebody"),
            "href": url_for("safeguarding.concern", id=id),
            "tag": say(STATES.names[state]),
            "colour": COLOURS[state],
            "at": day_and_time(at),
        }
        for id, state, at, name in part.rows
    ]
    return render("safeguarding/index.html", part=part, cards=cards)


@bp.route("/concerns/<id:id>", methods=["GET", "POST"])
@page(read="concern:read", change="concern:read", figures="none")
def concern(id: int) -> Any:
    """One concern: what worries the reader, the words it is about, and what the lead does."""
    held, session = access.load(Concern, id), access.session()
    taking = held.state == STATES.start
    form: Any = TakeForm() if taking else CloseForm()
    if form.validate_on_submit():
        verb = safeguarding.take if taking else safeguarding.close
        said = {"why": form.why.data or ""} if taking else {"reason": form.reason.data}
        if attempt(form, verb, held, tell=form.tell.data, **said):
            return redirect(url_for("safeguarding.concern", id=id), 303)
    return render(
        "safeguarding/concern.html",
        form=form,
        concern=held,
        state=say(STATES.names[held.state]),
        taking=taking,
        closed=held.state == "closed",
        giver=session.get(Partner, held.giver_id) if held.giver_id else None,
        raised_by=session.get(Person, held.raised_by_id),
        taken_by=session.get(Person, held.taken_by_id) if held.taken_by_id else None,
        whom=_whom_to_call(held),
        rows=_words_of(held),
        thread=_thread_of(held),
    )


def _whom_to_call(held: Concern) -> list[str]:
    """Who can be reached at the group, most likely first, each as "name, phone": whoever sent it,
    whom its agreement names, and the organisation that stands by it. It is urgent: the lead sees
    them whatever else the lead may read."""
    session, found = access.session(), list[str]()
    about = _about(held)
    wrote = held.wrote_id or (about.entered_by_id if about else None)
    sender = session.get(Person, wrote) if wrote else None
    if sender is not None:
        found.append(line(sender.name, sender.phone))
    if held.giver_id is not None:
        group = session.get_one(Partner, held.giver_id)
        stmt = select(Agreement).join(Partner, Agreement.id == newest(Partner.id))
        agreement = session.scalars(stmt.where(Partner.id == group.id)).first()
        for id in (agreement.giver_contact_id, agreement.giver_deputy_id) if agreement else ():
            contact = session.get(Contact, id or 0)
            found.append(line(contact.name, contact.number) if contact else "")
        found.append(line(group.name, group.phone) if group.phone else "")
        stands_by = session.get(Partner, group.supporter_id) if group.supporter_id else None
        if stands_by is not None:
            found.append(line(stands_by.name, stands_by.phone))
    return [one for one in dict.fromkeys(found) if one]


def _about(held: Concern) -> Contribution | None:
    """The answer that it is about, taken back or not: the lead goes on reading it. None where it
    is about something else."""
    if held.about.noun != Contribution.__tablename__:
        return None
    stmt = select(Contribution).where(Contribution.id == held.about.id)
    return access.session().scalars(Contribution.visible(stmt, access.actor())).first()


def _thread_of(held: Concern) -> list[review.Said]:
    """What its reader and its giver wrote to each other, before and since."""
    found = _about(held)
    return review.thread(access.session(), found) if found is not None else []


def _words_of(held: Concern) -> list[dict[str, Any]]:
    """What was written there, in words: the lead needs to read what the reader read, then and, of
    an answer, now. No counts, and no note that the lead looked: those who wrote it may not be
    told."""
    kept = [
        {"key": say(at_risk.WHAT[one["what"]]), "value": words(one["words"], one["lang"] or None)}
        for one in held.passages or ()
    ]
    found = _about(held)
    if found is None:
        return kept
    return kept + [
        {"key": words(one.words), "value": answers.shown(one, found.answers[one.key], found.lang)}
        for one in found.request_version.questions
        if one.kind in ("long-text", "short-text", "area") and found.answers.get(one.key)
    ]
