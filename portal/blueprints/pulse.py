"""How a relationship is: two questions each side may answer once a quarter, read by both."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import access, charts, ledger_lines
from portal.access import page
from portal.contacts import tell_whom_to_call
from portal.fields import Choose, Form, LongText, need
from portal.languages import current, day_words, say, words
from portal.pages import attempt, changed_meanwhile, render
from portal.paging import part_of
from trust import pulse
from trust.calendar import london_day, quarter_of
from trust.partners import Kind, Partner
from trust.pulse import HOW, Quarter
from trust.records import N_, Hidden, Ref

bp = Blueprint("pulse", __name__)


class PulseForm(Form):
    how = Choose(
        _l("How is it between you, these three months?"),
        need(N_("Choose how it is between you")),
        choices=[(key, _l(answer)) for key, answer in HOW.items()],
    )
    differently = LongText(
        _l("What is one thing to do differently?"),
        hint=_l("By them, by you, or by both."),
        rows=4,
        count=1000,
        optional=True,
    )


def _months(first: date) -> str:
    """A quarter by its first day, as the ledger calls it."""
    return ledger_lines.months(quarter_of(first)[1])


def _sides(id: int) -> tuple[Partner, Partner]:
    """Our organisation and the other one. ``Hidden`` for those who do not read its notes."""
    own, other = access.acting_partner(), access.load(Partner, id)
    if own.id == other.id or not access.actor().holds("relationship:read", Ref.of(own)):
        raise Hidden("pulse")
    tell_whom_to_call(own, other)
    return own, other


@bp.route("/how-it-is")
@page(read="relationship:read")
def index() -> Any:
    """Those we have an agreement with, each with the way to its own page; not what was said."""
    own = access.acting_partner()
    if not access.actor().holds("relationship:read", Ref.of(own)):
        raise Hidden("pulse")
    part = part_of(access.session(), pulse.others(access.actor(), own.id))
    items = [
        {"title": words(one.name), "href": url_for("pulse.show", id=one.id)} for one in part.rows
    ]
    return render("pulse/index.html", part=part, items=items)


@bp.route("/partners/<id:id>/how-it-is")
@page(read="relationship:read")
def show(id: int) -> Any:
    """What both sides said, one quarter after the other: a picture, its table, and the words."""
    own, other = _sides(id)
    actor, session = access.actor(), access.session()
    quarters = pulse.trend(session, actor, own.id, other.id, access.now())
    said = pulse.of_quarter(session, own.id, other.id, access.now())
    first, last = quarter_of(london_day(access.now()))
    return render(
        "pulse/show.html",
        own=own,
        other=other,
        now=_months(first),
        last=last,
        said=say(HOW[said.how]) if said else None,
        may=pulse.say.possible(actor, own) and pulse.there_is_one(session, own.id, other.id),
        chart=_chart(quarters),
        ideas=_ideas(quarters, own, other),
        done="said" in request.args and said is not None,
    )


def _chart(quarters: list[Quarter]) -> dict[str, Any] | None:
    """The picture, and the table that says the same."""
    if not quarters:
        return None
    places = {key: place for place, key in enumerate(HOW)}
    names = [_("Our side"), _("Their side")]
    lines = [
        (name, [places[one.how] if one else None for one in side])
        for name, side in zip(
            names, ([q.ours for q in quarters], [q.theirs for q in quarters]), strict=True
        )
    ]
    ends = [day_words(one.first, "LLL y") for one in (quarters[0], quarters[-1])]
    not_said = _("Not said")
    return {
        "svg": charts.trend(
            _("How it is, every three months"),
            [say(answer) for answer in HOW.values()],
            (ends[0], ends[1]),
            lines,
        ),
        "head": [_("Months"), *names],
        "rows": [
            [
                _months(q.first),
                *(say(HOW[one.how]) if one else not_said for one in (q.ours, q.theirs)),
            ]
            for q in quarters
        ],
    }


def _ideas(quarters: list[Quarter], own: Partner, other: Partner) -> list[dict[str, Any]]:
    """What to do differently, the newest first."""
    return [
        {"words": one.differently, "lang": one.lang, "who": who.name, "when": _months(q.first)}
        for q in reversed(quarters)
        for one, who in ((q.ours, own), (q.theirs, other))
        if one and one.differently
    ]


@bp.route("/partners/<id:id>/how-it-is/say", methods=["GET", "POST"])
@page(read="note:write", change="note:write")
def write(id: int) -> Any:
    """Two questions; what was said this quarter can be put right until it is over."""
    own, other = _sides(id)
    session, now = access.session(), access.now()
    if not pulse.say.possible(access.actor(), own) or not pulse.there_is_one(
        session, own.id, other.id
    ):
        raise Hidden("pulse")
    held = pulse.of_quarter(session, own.id, other.id, now)
    form = PulseForm(obj=held)
    if request.method == "GET":
        form.version.data = held.version if held else 0
    elif form.validate_on_submit():
        said = N_("A colleague said something meanwhile. Look at it, then send yours again.")
        if not changed_meanwhile(form, held, said) and attempt(
            form,
            pulse.say,
            own,
            other=other,
            how=form.how.data,
            differently=form.differently.data or "",
            lang=current().code,
        ):
            return redirect(url_for("pulse.show", id=id, said="yes"), 303)
    return render(
        "pulse/say.html",
        form=form,
        other=other,
        months=_months(london_day(now)),
        held=held,
        how=say(HOW[held.how]) if held else None,
        foi=Kind.COUNCIL in (own.kind, other.kind),
    )
