"""Questions between partners: a group asks its council, before anything is asked of it."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l

from pilots import asking, requests
from pilots.requests import STATES
from portal import access
from portal.access import page
from portal.blueprints.requests.blueprint import bp
from portal.contacts import tell_whom_to_call
from portal.fields import Choose, Form, LongText, Pick, need
from portal.languages import current, day, offered, say, words
from portal.pages import attempt, render
from portal.paging import part_of
from trust.partners import Kind, Partner, councils
from trust.records import N_, Hidden

SIDES = ("ours", "theirs")


class AskForm(Form):
    council = Choose(_l("Which council?"), need(N_("Choose the council you want to ask")))
    words = LongText(
        _l("Your question"),
        need(N_("Write your question")),
        hint=_l("Ask what you want to know. Do not name anyone."),
        rows=4,
        count=1000,
    )
    why = LongText(
        _l("Why do you want to know?"),
        hint=_l("It helps them to answer well."),
        rows=3,
        count=500,
        optional=True,
        safeguarding=False,
    )
    lang = Pick(_l("Language of your question"), own_words=True)


@bp.route("/ask", methods=["GET", "POST"])
@page(read="request:ask", change="request:ask")
def ask() -> Any:
    """Ask a council a question (``?council=4`` chooses it)."""
    own = access.acting_partner()
    if not requests.ask_council.allowed(access.actor(), own):
        raise Hidden("partner")
    found = [one for one in access.session().scalars(councils(access.actor())) if one.id != own.id]
    near = [one for one in found if one.region_id == own.region_id]
    chosen = request.args.get("council") or (str(near[0].id) if len(near) == 1 else None)
    form = AskForm(data={"council": chosen, "lang": current().code})
    form.council.offer((one.id, words(one.name)) for one in [*near, *_rest(found, near)])
    form.lang.offer((one.code, one.own_name) for one in offered())
    if form.validate_on_submit():
        made = attempt(
            form,
            requests.ask_council,
            own,
            council=next(one for one in found if str(one.id) == form.council.data),
            words=form.words.data,
            why=form.why.data or "",
            lang=form.lang.data,
        )
        if made:
            return redirect(url_for("requests.show", id=made.id, sent="yes"), 303)
    tell_whom_to_call(own, next((one for one in found if str(one.id) == chosen), None))
    return render("requests/ask.html", form=form, councils=found)


def _rest(found: list[Partner], near: list[Partner]) -> list[Partner]:
    return [one for one in found if one not in near]


@bp.route("/questions")
@page(read="contribution:read", figures="own")
def index() -> Any:
    """What my organisation asked others, and what others asked of it (``?show=theirs``)."""
    own, actor = access.acting_partner(), access.actor()
    usual = "theirs" if own.kind == Kind.COUNCIL else "ours"
    side = request.args.get("show", usual)
    if side not in SIDES:
        raise Hidden("questions")
    stmt = asking.asked_by_us(actor) if side == "ours" else asking.asked_of_us(actor)
    part = part_of(access.session(), stmt, show=side)
    return render(
        "requests/index.html",
        side=side,
        part=part,
        may_ask=requests.ask_council.allowed(actor, own),
        items=[
            {
                "title": words(asked.title),
                "href": url_for("requests.show", id=asked.id),
                "text": words(other.name),
                **_standing(asked.state, answer),
                "at": day(row.at),
            }
            for asked, row, other, answer in part.rows
        ],
    )


def _standing(state: str, answer: int | None) -> dict[str, Any]:
    if answer is not None:
        return {"tag": _l("Answered"), "colour": "green"}
    if state == "open":
        return {"tag": _l("Waiting for an answer"), "colour": "yellow"}
    return {"tag": say(STATES.names[state]), "colour": "grey"}
