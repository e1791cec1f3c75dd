"""The promise ledger: what two organisations promised each other and whether it was kept, the
same to both sides."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pilots.contributions import Contribution
from pilots.insight import Insight
from portal import access, charts
from portal.access import page
from portal.contacts import of_agreement
from portal.fields import Choose, Form, need
from portal.languages import day, day_words, number, say, words
from portal.pages import attempt, render
from portal.paging import part_of_list
from portal.places import href
from portal.routes import day_asked
from portal.shell import tell
from trust import ledger
from trust.agreements import Agreement
from trust.calendar import Calendar, london_day, quarter_of
from trust.ledger import Entry, Promised
from trust.partners import Partner
from trust.promises import STATES, Measure, State
from trust.records import N_, Hidden, Ref
from trust.reminders import calendar_of

bp = Blueprint("promises", __name__)

COLOURS = {
    State.KEPT: "green",
    State.LATE: "yellow",
    State.BROKEN: "red",
    State.NOT_YET_DUE: None,
    State.NOT_SAID: "grey",
}
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
        soon=_due(soon[:50], partners),
        soon_more=max(0, len(soon) - 50),
        to_say=_to_say(found),
        chart=_chart(found),
        tables=[
            {
                "title": words(partners[_other(one, own.id)]),
                "href": url_for("promises.show", id=source.id),
                "text": _kept([entry for entry in found if entry.promised.source == source]),
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
        chart=_chart(found),
        to_say=_to_say(found),
        part=part,
        more=len(listed) if newest else 0,
        asked=_asked(promised, asked),
        rows=_rows(part.rows),
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
        when=_months(quarter),
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
            "colour": COLOURS[state],
            "href": url_for("promises.show", id=id, promise=key, state=state.value) + "#each",
        }
        for state, count in states.items()
        if count
    ]


def _kept(found: Sequence[Entry]) -> str:
    """How often some promises stand how, in one line."""
    states = dict.fromkeys(State, 0)
    for one in found:
        states[one.standing.state] += 1
    said = [f"{say(STATES[state])}: {number(n)}" for state, n in states.items() if n]
    return " · ".join(said) or _("Nothing was due yet.")


def _months(last: date) -> str:
    """A quarter by its last day: "January to March 2026"."""
    first = quarter_of(last)[0]
    return _(
        "%(first)s to %(last)s",
        first=day_words(first, "LLLL"),
        last=day_words(last, "LLLL y"),
    )


def _chart(found: Sequence[Entry]) -> dict[str, Any] | None:
    """How it went over time: the picture, and the table that says the same."""
    quarters = ledger.over_time(found, access.now())
    if not quarters:
        return None
    names = {state.value: say(STATES[state]) for state in ledger.COUNTED}
    rows = [
        (_months(quarter_of(first)[1]), {state.value: n for state, n in states.items()})
        for first, states in quarters.items()
    ]
    return {
        "svg": charts.stacked(_("Promises that were due, every three months"), rows, names),
        "head": [_("Due in"), *names.values()],
        "rows": [[label, *(number(held[key]) for key in names)] for label, held in rows],
    }


def _to_say(found: Sequence[Entry]) -> list[dict[str, Any]]:
    """What this side is asked to say of promises that nothing measures."""
    actor = access.actor()
    return [
        {
            "text": _(
                "%(promise)s, %(months)s",
                promise=say(one.promised.rule.name),
                months=_months(one.standing.due),
            ),
            "href": url_for("promises.say_how", id=one.promised.id, quarter=one.standing.due),
        }
        for one in ledger.to_say(found, actor.acting_for)
        if ledger.say.possible(actor, one.promised)
    ]


SORTS = {
    "contribution": _l("An answer"),
    "insight": _l("A finding"),
    "partner": _l("The organisation’s page"),
}


def _about(entries: Sequence[Entry]) -> list[Any]:
    """What each line of the ledger is about. What somebody may open is a link; to others it says
    only what sort of thing it is."""
    links = _links([one.standing.thread for one in entries if one.standing.thread])
    found: list[Any] = []
    for promised, standing in entries:
        noun = standing.thread.noun if standing.thread else ""
        if standing.minutes is not None:
            asked, most = number(standing.minutes), number(promised.minutes)
            found.append(_("%(asked)s of %(most)s minutes", asked=asked, most=most))
        elif promised.rule.measure is Measure.SAID:
            found.append(_months(standing.due))
        elif promised.rule.measure is Measure.RENEW and standing.thread is None:
            found.append(str(SORTS["partner"]))
        else:
            found.append(links.get(standing.thread) or str(SORTS.get(noun, "")))
    return found


def _due(entries: Sequence[Entry], partners: dict[int, str]) -> list[list[Any]]:
    """What is still to do, as a table shows it."""
    return [
        [
            day(standing.due),
            words(partners[_other(promised, promised.owner)]),
            say(promised.rule.name),
            about,
        ]
        for (promised, standing), about in zip(entries, _about(entries), strict=True)
    ]


def _rows(entries: Sequence[Entry]) -> list[list[Any]]:
    """Lines of the ledger as a table shows them."""
    return [
        [
            day(standing.due),
            say(promised.rule.name),
            about,
            {"text": say(STATES[standing.state]), "colour": COLOURS[standing.state]},
            day(standing.met) if standing.met else "",
        ]
        for (promised, standing), about in zip(entries, _about(entries), strict=True)
    ]


def _links(threads: Collection[Ref]) -> dict[Ref, Markup]:
    """The answers and findings among ``threads`` that this person may open, as links."""
    session, actor = access.session(), access.actor()
    found: dict[Ref, Any] = {}
    ids = {noun: {one.id for one in threads if one.noun == noun} for noun in SORTS}
    if ids["contribution"]:
        stmt = select(Contribution).where(Contribution.id.in_(ids["contribution"]))
        seen = Contribution.visible(stmt, actor).with_only_columns(
            Contribution.id, Contribution.reference
        )
        found |= {Ref("contribution", id): words(name) for id, name in session.execute(seen)}
    if ids["insight"]:
        shown = Insight.visible(select(Insight).where(Insight.id.in_(ids["insight"])), actor)
        for id in session.scalars(shown.with_only_columns(Insight.id)):
            found[Ref("insight", id)] = str(SORTS["insight"])
    found |= {Ref("partner", id): str(SORTS["partner"]) for id in ids["partner"]}
    link = Markup('<a class="govuk-link" href="{}">{}</a>')
    return {ref: link.format(href(ref), text) for ref, text in found.items()}
