"""What a partner has at hand, and the help that goes with it: for itself and for the one
organisation that stands by it."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import lazy_gettext as _l

from portal import access
from portal.access import page
from portal.fields import Choose, Form, LongText
from portal.languages import say
from portal.meanwhile import Saved, overtaken, remember
from portal.pages import attempt, render
from trust import capability
from trust.capability import QUESTIONS
from trust.partners import Partner
from trust.records import Hidden

bp = Blueprint("capability", __name__)


class SayForm(Form):
    notes = Choose(_l(QUESTIONS["notes"].words), optional=True)
    devices = Choose(_l(QUESTIONS["devices"].words), optional=True)
    time = Choose(_l(QUESTIONS["time"].words), optional=True)
    rules = Choose(_l(QUESTIONS["rules"].words), optional=True)
    words = LongText(_l("Anything else that would help?"), rows=3, count=500, optional=True)


@bp.route("/partners/<id:id>/help")
@page(read="has-role")
def show(id: int) -> Any:
    """What was said, and what help goes with it."""
    partner = access.load(Partner, id)
    own = access.actor().acting_for == partner.id
    held = capability.of(access.session(), access.actor(), partner.id)
    if held is None and not (own and capability.say.allowed(access.actor(), partner)):
        raise Hidden("capability")
    answers = held.answers if held else {}
    return render(
        "capability/show.html",
        partner=partner,
        own=own,
        held=held,
        may=own and capability.say.allowed(access.actor(), partner),
        rows=[
            {"key": say(question.words), "value": say(question.choices[answers[key]].words)}
            for key, question in QUESTIONS.items()
            if answers.get(key) in question.choices
        ],
        offers=[say(offer) for offer in capability.offers(held)],
    )


@bp.route("/partners/<id:id>/help/say", methods=["GET", "POST"])
@page(read="capability:write", change="capability:write")
def write(id: int) -> Any:
    """Four questions; each may be left out."""
    partner = access.load(Partner, id)
    if not capability.say.allowed(access.actor(), partner):
        raise Hidden("capability")
    held = capability.of(access.session(), access.actor(), partner.id)
    said = dict.fromkeys(QUESTIONS) | (held.answers if held else {})
    now = {**said, "words": held.words if held else ""}
    form = SayForm(data=now)
    for key, question in QUESTIONS.items():
        form[key].offer((name, _l(choice.words)) for name, choice in question.choices.items())
    remember(form, held)
    saved: Saved = []
    if form.validate_on_submit():
        saved = overtaken(form, held, now)
        answers = {key: form[key].data for key in QUESTIONS if form[key].data}
        given = {"answers": answers, "words": form.words.data or ""}
        if not saved and attempt(form, capability.say, partner, **given):
            return redirect(url_for("capability.show", id=id), 303)
    return render("capability/say.html", form=form, partner=partner, saved=saved)
