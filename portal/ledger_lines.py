"""Lines of the promise ledger as its pages show them: what each is about, when it was due and how
it stands; and how it went over time, as a picture with its table."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select

from pilots.contributions import Contribution
from pilots.insight import Insight
from portal import access, charts
from portal.languages import day, day_words, number, say, words
from portal.places import href
from trust import ledger
from trust.calendar import quarter_of
from trust.ledger import Entry
from trust.promises import STATES, Measure, State
from trust.records import Ref

COLOURS = {
    State.KEPT: "green",
    State.LATE: "yellow",
    State.BROKEN: "red",
    State.NOT_YET_DUE: None,
    State.NOT_SAID: "grey",
}

SORTS = {
    "contribution": _l("An answer"),
    "insight": _l("A finding"),
    "partner": _l("The organisation’s page"),
}


def how_often(found: Sequence[Entry]) -> str:
    """How often some promises stand how, in one line."""
    states = dict.fromkeys(State, 0)
    for one in found:
        states[one.standing.state] += 1
    said = [f"{say(STATES[state])}: {number(n)}" for state, n in states.items() if n]
    return " · ".join(said) or _("Nothing was due yet.")


def months(last: date) -> str:
    """A quarter by its last day: "January to March 2026"."""
    first = quarter_of(last)[0]
    return _(
        "%(first)s to %(last)s",
        first=day_words(first, "LLLL"),
        last=day_words(last, "LLLL y"),
    )


def over_time(found: Sequence[Entry]) -> dict[str, Any] | None:
    """How it went over time: the picture, and the table that says the same."""
    quarters = ledger.over_time(found, access.now())
    if not quarters:
        return None
    names = {state.value: say(STATES[state]) for state in ledger.COUNTED}
    rows = [
        (months(quarter_of(first)[1]), {state.value: n for state, n in states.items()})
        for first, states in quarters.items()
    ]
    return {
        "svg": charts.stacked(_("Promises that were due, every three months"), rows, names),
        "head": [_("Due in"), *names.values()],
        "rows": [[label, *(number(held[key]) for key in names)] for label, held in rows],
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
            found.append(months(standing.due))
        elif promised.rule.measure is Measure.RENEW and standing.thread is None:
            found.append(str(SORTS["partner"]))
        else:
            found.append(links.get(standing.thread) or str(SORTS.get(noun, "")))
    return found


def _name(entry: Entry) -> str:
    """What was promised; and where an answer for now promised the next news, when that was."""
    promised, standing = entry
    name = say(promised.rule.name)
    if standing.said is None:
        return name
    return _("%(promise)s, as said on %(day)s", promise=name, day=day_words(standing.said))


def due(entries: Sequence[Entry], partners: dict[int, str]) -> list[list[Any]]:
    """What is still to do, as a table shows it."""
    return [
        [
            day(entry.standing.due),
            words(partners[entry.promised.made_to]),
            _name(entry),
            about,
        ]
        for entry, about in zip(entries, _about(entries), strict=True)
    ]


def rows(entries: Sequence[Entry]) -> list[list[Any]]:
    """Lines of the ledger as a table shows them."""
    return [
        [
            day(entry.standing.due),
            _name(entry),
            about,
            {"text": say(STATES[entry.standing.state]), "colour": COLOURS[entry.standing.state]},
            day(entry.standing.met) if entry.standing.met else "",
        ]
        for entry, about in zip(entries, _about(entries), strict=True)
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
