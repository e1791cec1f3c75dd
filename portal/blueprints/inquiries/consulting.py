"""What an organisation and the council say of what may be given out."""

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.blueprints.inquiries.blueprint import about_of, bp, name_of, off_of
from portal.forms.inquiries import DecideForm, SayForm
from portal.languages import say
from portal.pages import attempt, render
from trust import consulting
from trust.inquiries import DECISIONS, KEEPS, SAYS, WANTS, Consultation, Inquiry
from trust.records import Hidden, Ref


def _consultation(id: int) -> Consultation:
    return access.load(
        Consultation,
        id,
        joinedload(Consultation.inquiry).selectinload(Inquiry.covers),
        joinedload(Consultation.giver),
        joinedload(Consultation.taker),
    )


@bp.route("/consultations/<id:id>")
@page(read="signed-in")
def consultation(id: int) -> Any:
    """What one organisation thinks of giving something out, and what the council decided: the same
    for both."""
    held, actor = _consultation(id), access.actor()
    on = held.inquiry.state == "open" and held.state != "dropped"
    others = held.giver_id not in actor.own
    mine = [one for one in held.inquiry.covers if one.giver_id == held.giver_id]
    ours = actor.holds(KEEPS, Ref("partner", held.taker_id))
    return render(
        "inquiries/consultation.html",
        held=held,
        **about_of(held.inquiry),
        on=on,
        off=[off_of(one) for one in mine if one.off_at is not None],
        back=url_for("inquiries.show", id=held.inquiry_id) if ours else url_for("inquiries.index"),
        wants=say(WANTS[held.wants]) if held.wants else "",
        said_by=name_of(held.said_by_id),
        decision=say(DECISIONS[held.decision]) if held.decision else "",
        decided_by=name_of(held.decided_by_id),
        may_say=on and consulting.say.possible(actor, held),
        may_decide=on and consulting.decide.possible(actor, held) and others,
        just_said=request.args.get("done") == "said",
    )


@bp.route("/consultations/<id:id>/say", methods=["GET", "POST"])
@page(read=SAYS, change=SAYS)
def view(id: int) -> Any:
    """An organisation says what it thinks."""
    held = _for(id, consulting.say.allowed)
    form = SayForm(data={"wants": held.wants or None, "words": held.words})
    form.wants.offer((key, say(name)) for key, name in WANTS.items())
    if form.validate_on_submit() and attempt(
        form, consulting.say, held, wants=form.wants.data, words=form.words.data or ""
    ):
        return redirect(url_for("inquiries.consultation", id=id, done="said"), 303)
    return render("inquiries/say.html", form=form, held=held)


@bp.route("/consultations/<id:id>/decide", methods=["GET", "POST"])
@page(read=KEEPS, change=KEEPS)
def decide(id: int) -> Any:
    """The council decides for one organisation, and says why."""
    held = _for(id, consulting.decide.allowed)
    form = DecideForm(data={"decision": held.decision or None, "reason": held.reason})
    form.decision.offer((key, say(name)) for key, name in DECISIONS.items())
    if form.validate_on_submit() and attempt(
        form, consulting.decide, held, decision=form.decision.data, reason=form.reason.data
    ):
        return redirect(url_for("inquiries.consultation", id=id), 303)
    return render("inquiries/decide.html", form=form, held=held)


def _for(id: int, allowed: Callable[..., bool]) -> Consultation:
    held = _consultation(id)
    over = held.inquiry.state != "open" or held.state == "dropped"
    if not allowed(access.actor(), held) or (request.method == "GET" and over):
        raise Hidden("consultation")
    return held
