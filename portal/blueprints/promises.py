"""The promise ledger: what two organisations promised each other and whether it was kept, the
same to both sides."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import access, ledger_lines
from portal.access import page
from portal.contacts import of_agreement
from portal.fields import Choose, Form, need
from portal.languages import number, say, words
from portal.pages import attempt, render
from portal.paging import part_of_list
from portal.routes import day_asked
from portal.shell import tell
from trust import ledger
from trust.agreements import Agreement
from trust.calendar import Calendar, london_day
from trust.ledger import Entry, Promised
from trust.partners import Partner
from trust.promises import STATES, Measure, State
from trust.records import N_, Hidden, Ref
from trust.reminders import calendar_of

bp = Blueprint("promises", __name__)

SOON = timedelta(days=7)
NEWEST = 10  # lines of a ledger before somebody asks for all


class SayForm(Form):
    state = Choose(
        _l("How was it?"),
        need(N_("Choose how it was")),
        choices=[
            (State.KEPT.value, _l("Kept")),
            (State.LATE.value, _l("Kept, but late")),
            (State.BROKEN.value, _l("Not kept")),
        ],
    )


@bp.route("/promises")
@page(read="agreement:read")
def index() -> Any:
    """All that was promised by this organisation and to it: what is due, and how it went."""
    own, session, now = access.acting_partner(), access.session(), access.now()
    promised = list(session.scalars(ledger.of_partner(access.actor(), own.id)))
    found = ledger.entries(session, promised, _calendar(promised), now)
    partners = _names(promised)
    today = london_day(now)
    soon = [
        one
        for one in reversed(found)
        if one.standing.state is State.NOT_YET_DUE
        and one.promised.owner == own.id
        and one.standing.due <= today + SOON
        and one.standing.thread is not None
    ]
    sources = {one.source: one for one in reversed(promised)}
    return render(
        "promises/index.html",
        own=own,
        any=bool(promised),
        soon=ledger_lines.due(soon[:50], partners),
        soon_more=max(0, len(soon) - 50),
        to_say=_to_say(found),
        chart=ledger_lines.over_time(found),
        tables=[
            {
                "title": words(partners[_other(one, own.id)]),
                "href": url_for("promises.show", id=source.id),
                "text": ledger_lines.how_often(
                    [entry for entry in found if entry.promised.source == source]
                ),
                "tag": "" if one.ended_at is None else _("Ended"),
                "colour": "grey",
            }
            for source, one in sorted(sources.items(), key=lambda item: -item[0].id)
        ],
    )


@bp.route("/agreements/<id:id>/promises")
@page(read="agreement:read")
def show(id: int) -> Any:
    """The ledger of one agreement. Both sides see this page, and it says the same."""
    agreement = access.load(Agreement, id, joinedload(Agreement.giver), joinedload(Agreement.taker))
    own = access.actor().acting_for
    contact = of_agreement(agreement, own)
    if contact:
        tell(help=contact)
    session, now = access.session(), access.now()
    promised = ledger.of_agreement(session, Ref.of(agreement))
    found = ledger.entries(session, promised, _calendar(promised), now)
    tally = ledger.tally(found)
    names = {agreement.giver_id: agreement.giver.name, agreement.taker_id: agreement.taker.name}
    asked = {"promise": request.args.get("promise", ""), "state": request.args.get("state", "")}
    listed = [one for one in found if _fits(one, asked)]
    newest = not any(asked.values()) and "all" not in request.args and len(listed) > NEWEST
    given = asked if any(asked.values()) else {"all": "yes"}
    part = part_of_list(listed[:NEWEST] if newest else listed, id=id, **given)
    other = agreement.taker if own == agreement.giver_id else agreement.giver
    return render(
        "promises/show.html",
        agreement=agreement,
        other=other,
        promises=[
            {
                "name": say(one.rule.name),
                "text": say(one.rule.words(agreement.giver.name, agreement.taker.name)),
                "said_by": names[one.made_to] if one.rule.measure is Measure.SAID else "",
                "counts": _counts(tally.get(one.key, {}), id, one.key),
            }
            for one in promised
        ],
        chart=ledger_lines.over_time(found),
        to_say=_to_say(found),
        part=part,
        more=len(listed) if newest else 0,
        asked=_asked(promised, asked),
        rows=ledger_lines.rows(part.rows),
    )


@bp.route("/promises/<id:id>/say", methods=["GET", "POST"])
@page(read="promise:say", change="promise:say")
def say_how(id: int) -> Any:
    """Say how a promise was kept that nothing measures, in the three months that end on a day
    (``?quarter=2026-03-31``). For the side it was made to."""
    promised, quarter = access.load(Promised, id), day_asked("quarter")
    if not ledger.say.possible(access.actor(), promised):
        raise Hidden("promised")
    form = SayForm()
    if form.validate_on_submit() and attempt(
        form, ledger.say, promised, quarter=quarter, state=State(form.state.data)
    ):
        return redirect(url_for("promises.show", id=promised.source.id), 303)
    session = access.session()
    giver, taker = (session.get_one(Partner, x) for x in (promised.giver_id, promised.taker_id))
    return render(
        "promises/say.html",
        form=form,
        promised=promised,
        text=say(promised.rule.words(giver.name, taker.name)),
        when=ledger_lines.months(quarter),
    )


def _calendar(promised: Sequence[Promised]) -> Calendar:
    """The working days of the region of the councils that promised: they are one country's."""
    return calendar_of(access.session(), promised[0].taker_id) if promised else Calendar()


def _names(promised: Sequence[Promised]) -> dict[int, str]:
    ids = {id for one in promised for id in (one.giver_id, one.taker_id)}
    stmt = select(Partner.id, Partner.name).where(Partner.id.in_(ids))
    return dict(list(access.session().execute(stmt)))


def _other(promised: Promised, own_id: int) -> int:
    return promised.taker_id if promised.giver_id == own_id else promised.giver_id


def _fits(entry: Entry, asked: dict[str, str]) -> bool:
    return asked["promise"] in ("", entry.promised.key) and asked["state"] in (
        "",
        entry.standing.state.value,
    )


def _asked(promised: Sequence[Promised], asked: dict[str, str]) -> str:
    """What the list below is narrowed to, in words."""
    names = {one.key: say(one.rule.name) for one in promised}
    states = {state.value: say(STATES[state]) for state in State}
    parts = [names.get(asked["promise"]), states.get(asked["state"])]
    return ": ".join(part for part in parts if part)


def _counts(states: dict[State, int], id: int, key: str) -> list[dict[str, Any]]:
    """How often a promise stands how, each with where to see which."""
    return [
        {
            "text": f"{say(STATES[state])}: {number(count)}",
            "colour": ledger_lines.COLOURS[state],
            "href": url_for("promises.show", id=id, promise=key, state=state.value) + "#each",
        }
        for state, count in states.items()
        if count
    ]


def _to_say(found: Sequence[Entry]) -> list[dict[str, Any]]:
    """What this side is asked to say of promises that nothing measures."""
    actor = access.actor()
    return [
        {
            "text": _(
                "%(promise)s, %(months)s",
                promise=say(one.promised.rule.name),
                months=ledger_lines.months(one.standing.due),
            ),
            "href": url_for("promises.say_how", id=one.promised.id, quarter=one.standing.due),
        }
        for one in ledger.to_say(found, actor.acting_for)
        if ledger.say.possible(actor, one.promised) and one.promised.owner not in actor.own
    ]
