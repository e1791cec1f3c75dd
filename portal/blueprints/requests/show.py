"""One request: for those who write it, for a partner that is asked, and for who asked it."""

from textwrap import shorten
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pilots import ask_once, asking, burden, composing, contributions, copies, drafts, requests
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.questions import CATEGORIES, KINDS, Question, numbers_of
from pilots.queue import SHOWN
from pilots.requests import STATES, Asked, Request
from portal import access
from portal.access import page
from portal.answers import shown
from portal.blueprints.requests.blueprint import bp
from portal.blueprints.requests.when import said
from portal.contacts import tell_coordinator, tell_whom_to_call
from portal.fields import Form, LongText
from portal.languages import say
from portal.pages import render
from portal.places import href, there
from portal.question_form import plain, question_form
from trust import people
from trust.agreements import STATES as AGREEMENT_STATES
from trust.disclosure.policy import DEFAULT
from trust.partners import Partner
from trust.people import Person
from trust.records import Hidden, Ref

COLOURS = {"draft": "yellow", "open": "green", "closed": "grey"}


class MoreForm(Form):
    """Opens a request, or puts it to one partner more: with a reason, where that asks for more time
    than was agreed."""

    reason = LongText(
        _l("Why do you ask for more than was agreed?"),
        hint=_l("These groups read it before they start."),
        rows=3,
        count=500,
        safeguarding=False,
    )


@bp.route("/requests/<id:id>")
@page(read="signed-in")
def show(id: int) -> Any:
    """One request, as the person who opens it needs it."""
    found = access.load(Request, id)
    actor = access.actor()
    if found.pilot_id is not None and requests.edit.allowed(actor, found):
        return for_writers(found, MoreForm())
    row = put_to_us(found)
    if row is not None and found.state != "draft":
        return _for_asked(found, row)
    if found.pilot_id is None:
        return _for_asker(found)
    return _for_readers(found)


def put_to_us(found: Request) -> Asked | None:
    """How a request was put to the partner that the reader acts for, if it was."""
    own = access.actor().acting_for
    stmt = select(Asked).where(Asked.request_id == found.id, Asked.giver_id == own)
    return access.session().scalars(stmt).first()


def for_writers(found: Request, form: Form) -> Any:
    """The builder: its questions, whom it would reach, and what stands in the way."""
    session, actor = access.session(), access.actor()
    pilot = access.load(Pilot, found.pilot_id or 0)
    reach = asking.standing(session, found, access.now())
    can = [one for one in reach if one.missing is None]
    left = [one.partner.id for one in can if not one.asked] if found.state != "closed" else []
    loads = burden.loads(session, found, left, access.now())
    tell_coordinator(pilot)
    return render(
        "requests/build.html",
        form=form,
        request_=found,
        pilot=pilot,
        council=found.taker,
        state=say(STATES.names[found.state]),
        colour=COLOURS[found.state],
        questions=lines(found.newest.questions),
        full=len(found.newest.questions) >= composing.MOST_QUESTIONS,
        can=can,
        loads=loads,
        over=any(load.over for load in loads.values()),
        why_for=request.form.get("partner") if "reason" in form.errors else None,
        usual=burden.usual(session, found.id),
        asked_before=ask_once.asked_before(session, actor, found, access.now())
        if found.state == "draft"
        else {},
        cannot=[(one, _way(found, one)) for one in reach if one.missing is not None],
        too_few=DEFAULT.least_groups if asking.too_few_to_release(found, reach) else None,
        council_gave=asking.council_gave(session, pilot),
        may_open=asking.open_request.possible(actor, found),
        may_close=requests.close.possible(actor, found),
        may_change=found.state != "draft",
        just_changed="changed" in request.args,
        may_reopen=requests.reopen.possible(actor, found),
        questions_href=there("requests.index", show="theirs")
        if actor.holds_somewhere("contribution:read")
        else None,
        answerers=_answerers(found),
        copy_href=_copy(found),
    )


def _copy(found: Request) -> str | None:
    """Where a copy of the answers can be taken, by whoever may and once there can be any."""
    may = any(verb.allowed(access.actor(), found) for _way, verb in copies.PURPOSES.values())
    return there("requests.copy", id=found.id) if may and found.state != "draft" else None


def _answerers(found: Request) -> list[Person]:
    """Who can answer for the council what groups ask it."""
    session = access.session()
    council = Ref("partner", found.taker_id)
    ids = people.seated(session, council, "contribution:write", access.now())
    return list(session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.name)))


def lines(questions: list[Question]) -> list[dict[str, Any]]:
    """Questions as a list of them shows each."""
    numbers = numbers_of(questions)
    return [
        {
            "one": one,
            "number": numbers.get(one.key),
            "about": _("question %(number)s", number=numbers[one.key])
            if one.asks
            else _("the words “%(words)s”", words=shorten(plain(one.words), 60)),
            "when": said(questions, one),
            "kind": say(KINDS[one.kind].name),
            "category": say(CATEGORIES[one.category]) if one.category in CATEGORIES else "",
        }
        for one in questions
    ]


def _way(found: Request, one: asking.Standing) -> dict[str, Any]:
    """What can be done so that a partner can be asked; links only for those who may go there."""
    council = Ref("partner", found.taker_id)
    footing, actor = one.footing, access.actor()
    under_way = footing is not None and footing.state not in ("declined", "ended")
    proposes = actor.holds("agreement:propose", council) and not under_way
    reads = actor.holds("agreement:read", council)
    return {
        "state": say(AGREEMENT_STATES.names[footing.state]) if footing else "",
        "href": href(Ref("agreement", footing.id)) if footing and reads else None,
        "propose": there("agreements.new", **{"with": one.partner.id, "pilot": found.pilot_id})
        if proposes
        else None,
    }


def _for_asked(found: Request, asked: Asked) -> Any:
    """What it is, why, how long it takes, whom to call; and the way to the answer."""
    session, own = access.session(), access.acting_partner()
    pilot = session.get(Pilot, found.pilot_id) if found.pilot_id else None
    if pilot is not None:
        tell_coordinator(pilot)
    else:
        tell_whom_to_call(own, found.taker)
    sent = contributions.sent_before(session, found.id, own.id)
    draft = drafts.draft_of(session, found.id, own.id)
    may_decline = pilot is not None and asking.decline.allowed(access.actor(), asked)
    writes = drafts.start.possible(access.actor(), own)
    return render(
        "requests/asked.html",
        form=Form(),
        request_=found,
        asked=asked,
        pilot=pilot,
        questions=[one.words for one in asked.version_asked.questions if one.asks],
        usual=burden.usual(session, found.id),
        draft=draft,
        sent_href=href(Ref("contribution", sent))
        if sent and access.actor().holds("contribution:read", Ref.of(own))
        else None,
        start_href=there("contributions.start", id=found.id)
        if writes and found.state == "open"
        else None,
        declined=asked.declined_at if not draft and not sent else None,
        just_declined="declined" in request.args,
        may_decline=may_decline and found.state == "open" and not sent,
    )


def _for_asker(found: Request) -> Any:
    """A question that my partner put to another, and what came back."""
    session = access.session()
    answers = Contribution.visible(
        select(Contribution)
        .where(Contribution.request_id == found.id, Contribution.taker_id == found.taker_id)
        .order_by(Contribution.id),
        access.actor(),
    )
    # The safeguarding lead reads the others where no giver is told that somebody looked.
    given = [one for one in session.scalars(answers) if one.state in SHOWN]
    for one in given:
        access.sighted(one)
    asked = session.execute(
        select(Asked, Partner)
        .join(Partner, Partner.id == Asked.giver_id)
        .where(Asked.request_id == found.id)
        .order_by(Partner.sort_name)
    )
    put_to = [tuple(row) for row in asked]
    tell_whom_to_call(access.acting_partner(), put_to[0][1] if put_to else None)
    return render(
        "requests/question.html",
        request_=found,
        just_sent="sent" in request.args,
        put_to=put_to,
        answers=[
            (
                one,
                [
                    shown(asked_, one.answers.get(asked_.key), one.lang)
                    for asked_ in one.request_version.questions
                ],
                href(Ref.of(one)),
            )
            for one in given
        ],
    )


def _for_readers(found: Request) -> Any:
    """For others of the pilot: what is asked, and why."""
    pilot = access.load(Pilot, found.pilot_id or 0)
    tell_coordinator(pilot)
    return render(
        "requests/read.html",
        request_=found,
        usual=burden.usual(access.session(), found.id),
        pilot=pilot,
        state=say(STATES.names[found.state]),
        colour=COLOURS[found.state],
        questions=lines(found.newest.questions),
        copy_href=_copy(found),
    )


@bp.route("/requests/<id:id>/preview")
@page(read="pilot:read")
def preview(id: int) -> Any:
    """The request as a partner will see it. Nothing typed here is kept."""
    found = access.load(Request, id)
    if found.pilot_id is None:
        raise Hidden("request")
    pilot = access.load(Pilot, found.pilot_id)
    tell_coordinator(pilot)
    version = found.newest
    if "change" in request.args and requests.edit.allowed(access.actor(), found):
        version = found.written or version
    numbers = numbers_of(version.questions)
    return render(
        "requests/preview.html",
        request_=found,
        pilot=pilot,
        all=len(numbers),
        back=url_for("requests.show" if version is found.newest else "requests.changes", id=id),
        questions=[
            (
                one,
                question_form(one)[one.key] if one.asks else None,
                said(version.questions, one),
                numbers.get(one.key),
            )
            for one in version.questions
        ],
    )
