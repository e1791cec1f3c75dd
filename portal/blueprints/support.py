"""Which organisation stands by a group: the group chooses, and that one says yes or no."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import lazy_gettext as _l

from portal import access
from portal.access import page
from portal.fields import Choose, Form, Pick, need
from portal.pages import attempt, changed_meanwhile, render
from trust import standing_by
from trust.partners import Partner
from trust.records import N_, Hidden

bp = Blueprint("support", __name__)

NOBODY = "nobody"


class ChooseForm(Form):
    supporter = Pick(
        _l("Who stands by you?"),
        need(N_("Choose from the list")),
        own_words=True,
    )


class AnswerForm(Form):
    answer = Choose(
        _l("Will you stand by them?"),
        need(N_("Say yes or no")),
        choices=[("yes", _l("Yes, we stand by them")), ("no", _l("No, not now"))],
    )


@bp.route("/partners/<id:id>/supporter", methods=["GET", "POST"])
@page(read="partner:edit", change="partner:edit")
def choose(id: int) -> Any:
    """A group asks an organisation to stand by it, another one, or nobody any more."""
    partner, session = access.load(Partner, id), access.session()
    if not standing_by.may_choose(access.actor(), partner):
        raise Hidden("partner")
    could = standing_by.who_could(access.actor(), session, partner)
    now = session.get(Partner, partner.supporter_id or 0)
    asked = session.get(Partner, partner.asked_supporter_id or 0)
    found = {one.id: one for one in (*could, now, asked) if one is not None}
    form = ChooseForm(data={"supporter": str(asked.id if asked else now.id if now else "")})
    form.supporter.offer(
        [
            *((str(one.id), one.name) for one in found.values()),
            *([(NOBODY, _l("Nobody"))] if now or asked else []),
        ]
    )
    if request.method == "GET":
        form.version.data = partner.version
    elif form.validate_on_submit() and not changed_meanwhile(form, partner):
        key = form.supporter.data
        chosen = None if key == NOBODY else found[int(key)]
        if attempt(form, standing_by.choose, partner, supporter=chosen):
            return redirect(url_for("partners.show", id=id, done="supporter"), 303)
    return render(
        "support/choose.html", form=form, partner=partner, now=now, asked=asked, some=bool(found)
    )


@bp.route("/partners/<id:id>/stand-by", methods=["GET", "POST"])
@page(read="partner:stand-by", change="partner:stand-by")
def answer(id: int) -> Any:
    """The organisation that was asked says yes or no."""
    partner = access.load(Partner, id)
    if not standing_by.stand_by.allowed(access.actor(), partner):
        raise Hidden("partner")
    form = AnswerForm()
    if form.validate_on_submit():
        say = standing_by.stand_by if form.answer.data == "yes" else standing_by.not_stand_by
        if attempt(form, say, partner):
            return redirect(url_for("partners.show", id=id, done="supporter"), 303)
    return render("support/answer.html", form=form, partner=partner)


@bp.route("/partners/<id:id>/stand-back", methods=["GET", "POST"])
@page(read="partner:stand-back", change="partner:stand-back")
def end(id: int) -> Any:
    """The organisation that stands by a group ends it."""
    partner = access.load(Partner, id)
    if not standing_by.stand_back.allowed(access.actor(), partner):
        raise Hidden("partner")
    form = Form()
    if form.validate_on_submit() and attempt(form, standing_by.stand_back, partner):
        return redirect(url_for("partners.show", id=id, done="supporter"), 303)
    return render("support/end.html", form=form, partner=partner)
