"""Findings that anyone may read: handed to a second person, made public, and taken down; and the
groups' yes or no to showing their words."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from pilots import evidence, insight, leaving, publications, quotations, verdicts
from pilots.evidence import Evidence
from pilots.insight import CONFIDENCE, Insight
from pilots.pilot import Pilot
from pilots.publications import Publication
from pilots.quotations import Quotation
from pilots.verdicts import VERDICTS
from portal import access
from portal.access import page
from portal.fields import Form
from portal.forms.publications import DropForm, PrepareForm, TakeDownForm
from portal.forms.releases import AllowForm
from portal.languages import day, say, words
from portal.pages import attempt, refuse, render
from portal.paging import part_of
from trust import scope
from trust.partners import Partner
from trust.people import Person
from trust.records import Hidden, Ref, Refused

bp = Blueprint("publications", __name__)


def _load(id: int) -> Publication:
    whole = (selectinload(Publication.insight).options(*insight.whole()),)
    return access.load(Publication, id, *whole)


@bp.route("/findings")
@page(read="public")
def every() -> Any:
    """All findings that anyone may read, the newest first."""
    part = part_of(access.session(), publications.every())
    about = select(Pilot).where(Pilot.id.in_({one.pilot_id for one in part.rows}))
    pilots = {pilot.id: pilot for pilot in access.session().scalars(about)}
    cards = [
        {
            "title": words(one.insight.statement, one.insight.lang),
            "href": url_for("publications.show", id=one.id),
            "text": words(pilots[one.pilot_id].name, pilots[one.pilot_id].lang),
            "at": day(one.out_at),
        }
        for one in part.rows
    ]
    return render("publications/every.html", part=part, cards=cards)


@bp.route("/insights/<id:id>/public", methods=["GET", "POST"])
@page(read="release:prepare", change="release:prepare")
def prepare(id: int) -> Any:
    """See what anyone would read, ask for the words that should stand in it, and hand it to a
    second person."""
    found, session, now = access.load(Insight, id, *insight.whole()), access.session(), access.now()
    if found.state != "published" or not publications.prepare.allowed(access.actor(), found):
        raise Hidden("insight")
    before = publications.of(session, found)
    if before is not None and before.live:
        return redirect(url_for("publications.show", id=before.id), 303)
    can, asked = quotations.can_ask(session, found, now), quotations.of(session, found)
    form = PrepareForm()
    form.quotes.offer(
        (one.id, words(one.quoted, one.contribution.lang), _whose(one, asked.get(one.id)))
        for one in can
    )
    others = insight.for_others(access.act(), found)
    if (no := _outside(found, {one.id for one in can})) is not None:
        refuse(form, no)
    elif form.validate_on_submit():
        chosen = [int(one) for one in form.quotes.data or []]
        made = attempt(form, publications.prepare, found, quotes=chosen)
        if made:
            return redirect(url_for("publications.show", id=made.id), 303)
    if others is None and can:
        access.sighted(found)
    return render(
        "publications/prepare.html",
        form=form,
        insight=found,
        can=can,
        told=publications.public_words.words_of(session, found, (), now, now),
        others=say(others) if others else None,
        **_names(),
    )


def _whose(one: Evidence, asked: Quotation | None) -> Any:
    """Whose words they are, and what that group has said to showing them."""
    name = words(one.contribution.giver.name)
    return name if asked is None else name + ". " + say(quotations.STATES.names[asked.state])


def _outside(found: Insight, can: set[int]) -> Refused | None:
    """What was ticked and may not be shown any more: an agreement ended, or was narrowed, while the
    form was open."""
    ticked = set(request.form.getlist("quotes"))
    for one in found.evidence:
        if str(one.id) in ticked and one.id not in can and one.quoted:
            return evidence.not_quotable(
                access.session(),
                scope.QUOTE_TO_ALL,
                one.contribution,
                access.now(),
                field="quotes" if can else None,
            )
    return None


def _names() -> dict[str, Any]:
    """How sure, and what a group thinks, in words."""
    return {
        "sure": {key: say(text) for key, text in CONFIDENCE.items()},
        "thinks": {key: say(text) for key, text in VERDICTS.items()},
    }


@bp.route("/findings/<id:id>", methods=["GET", "POST"])
@page(read="public", change="release:sign", again="change")
def show(id: int) -> Any:
    """One finding, as anyone reads it; before that, for those who decide."""
    found, session, now = _load(id), access.session(), access.now()
    form = Form()
    if form.validate_on_submit() and attempt(
        form, publications.sign, found, sha256=request.form.get("read", "")
    ):
        return redirect(url_for("publications.show", id=id), 303)
    pilot, who = session.get_one(Pilot, found.pilot_id), access.actor()
    staff = who.holds("insight:read", Ref.of(pilot))
    gone, near = publications.because_down(found), leaving.waits(session, found, now)
    others = insight.for_others(access.act(), found.insight) if staff else None
    kept = found.state == "dropped" or (found.state == "prepared" and others is not None)
    told = None if gone or kept else publications.words_of(session, found, now)
    if found.state == "prepared" and told is not None and told.quotes:
        access.sighted(found.insight)
    return render(
        "publications/show.html",
        form=form,
        publication=found,
        pilot=pilot,
        council=session.get_one(Partner, found.taker_id),
        staff=staff,
        state=say(publications.STATES.names[found.state]),
        gone=say(gone) if gone else None,
        told=told,
        near=near,
        asked=_asked(found) if verdicts.traces(found.insight, who) and told else [],
        let_out_by=_name(found.allowed_by_id) if staff else None,
        prepared_by=_name(found.prepared_by_id) if staff else None,
        own=found.prepared_by_id == who.person_id,
        others=say(others) if others else None,
        may_sign=publications.sign.possible(who, found) and not others,
        may_allow=publications.allow.allowed(who, found) and not others,
        may_drop=publications.drop.possible(who, found),
        may_take_down=publications.take_down.possible(who, found),
        may_read_more=access.sees(Insight, found.insight_id),
        **_names(),
    )


def _asked(found: Publication) -> list[dict[str, Any]]:
    """Whose words are to stand in it, and what those groups have said, for who decides."""
    held = quotations.of(access.session(), found.insight)
    names = {one.id: one.contribution.giver.name for one in found.insight.evidence}
    return [
        {"key": words(names[id]), "value": say(quotations.STATES.names[held[id].state])}
        for id in found.quotes
        if id in held and id in names
    ]


def _name(person_id: int | None) -> str | None:
    return access.session().scalar(select(Person.name).where(Person.id == person_id))


@bp.route("/findings/<id:id>/allow", methods=["GET", "POST"])
@page(read="release:allow", change="release:allow", again="change")
def allow(id: int) -> Any:
    """Let a finding out although an election is near, and say why."""
    found = _load(id)
    near = leaving.waits(access.session(), found, access.now())
    if near is None or not publications.allow.allowed(access.actor(), found):
        raise Hidden("publication")
    form = AllowForm()
    if form.validate_on_submit() and attempt(
        form, publications.allow, found, reason=form.reason.data
    ):
        return redirect(url_for("publications.show", id=id), 303)
    return render("publications/allow.html", form=form, publication=found, near=near)


@bp.route("/findings/<id:id>/drop", methods=["GET", "POST"])
@page(read="release:drop", change="release:drop")
def drop(id: int) -> Any:
    """Do not make it public."""
    found = _load(id)
    if not publications.drop.possible(access.actor(), found):
        raise Hidden("publication")
    form = DropForm()
    if form.validate_on_submit() and attempt(
        form, publications.drop, found, reason=form.reason.data
    ):
        return redirect(url_for("insight.show", id=found.insight_id), 303)
    return render("publications/drop.html", form=form, publication=found)


@bp.route("/findings/<id:id>/take-down", methods=["GET", "POST"])
@page(read="release:drop", change="release:drop", again="change")
def take_down(id: int) -> Any:
    """Show it no more. That it was there, and why it went, stays for anyone to read."""
    found = _load(id)
    if not publications.take_down.possible(access.actor(), found):
        raise Hidden("publication")
    form = TakeDownForm()
    if form.validate_on_submit() and attempt(
        form, publications.take_down, found, reason=form.reason.data
    ):
        return redirect(url_for("publications.show", id=id), 303)
    return render("publications/take_down.html", form=form, publication=found)


@bp.route("/quotations/<id:id>", methods=["GET", "POST"])
@page(read="contribution:read", change="contribution:write")
def quote(id: int) -> Any:
    """A group says whether anyone may read its words, and changes its mind whenever it likes."""
    found, session = access.load(Quotation, id, *quotations.whole()), access.session()
    form = Form()
    verb = quotations.allow if request.form.get("say") == "yes" else quotations.refuse
    if form.validate_on_submit() and attempt(form, verb, found):
        return redirect(url_for("publications.quote", id=id, said="yes"), 303)
    told = session.get_one(Insight, found.evidence.insight_id)
    out = publications.of(session, told)
    return render(
        "publications/quote.html",
        form=form,
        quotation=found,
        evidence=found.evidence,
        insight=told,
        out=out if out is not None and out.state == "out" else None,
        may_say=quotations.allow.allowed(access.actor(), found),
        just_said="said" in request.args,
    )
