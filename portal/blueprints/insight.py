"""Insight: what the pilot learned, shown first to those it rests on, and what is done about it."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from pilots import evidence, insight, publications, quotations, responses, verdicts
from pilots.contribution_states import CHANNELS
from pilots.contributions import Contribution
from pilots.insight import CONFIDENCE, STATES, Insight
from pilots.pilot import Pilot
from pilots.questions import Question
from pilots.verdicts import VERDICTS
from portal import access
from portal.access import page
from portal.contacts import tell_coordinator
from portal.fields import Form
from portal.insight_forms import JudgeForm, RespondForm, RewordForm, ShareForm, new_form
from portal.languages import current, day, number, say, words
from portal.pages import attempt, refuse, render
from portal.paging import part_of
from portal.places import href
from portal.talking import pass_on
from trust import conflicts, scope
from trust.calendar import london_day
from trust.disclosure.policy import DEFAULT
from trust.records import Hidden, Ref, Refused
from trust.safeguarding import told

bp = Blueprint("insight", __name__)

COLOURS = {"draft": "yellow", "published": "green"}


def _pilot(id: int) -> Pilot:
    found = access.load(Pilot, id)
    tell_coordinator(found)
    return found


def _load(id: int) -> Insight:
    found = access.load(Insight, id, *insight.whole())
    pilot = access.session().get(Pilot, found.pilot_id)
    if pilot is not None:
        tell_coordinator(pilot)
    return found


@bp.route("/pilots/<id:id>/insights")
@page(read="pilot:read")
def index(id: int) -> Any:
    """What a pilot learned, as far as this reader may see it."""
    pilot = access.load(Pilot, id)
    stmt = select(Insight).where(Insight.pilot_id == id).order_by(Insight.id.desc())
    part = part_of(access.session(), Insight.visible(stmt, access.actor()), id=id)
    cards = [
        {
            "title": words(one.statement, one.lang),
            "href": url_for("insight.show", id=one.id),
            "tag": say(STATES.names[one.state]),
            "colour": COLOURS.get(one.state),
            "at": day(one.published_at or one.shown_at or one.created_at),
        }
        for one in part.rows
    ]
    return render(
        "insight/index.html",
        pilot=pilot,
        back=href(Ref.of(pilot)) or url_for("home.index"),
        part=part,
        cards=cards,
        may_write=insight.write.allowed(access.actor(), pilot),
    )


@bp.route("/pilots/<id:id>/insights/new", methods=["GET", "POST"])
@page(read="insight:write", change="insight:write", figures="none")
def new(id: int) -> Any:
    """Write down what was learned, and choose what it rests on."""
    pilot, session = _pilot(id), access.session()
    if not insight.write.allowed(access.actor(), pilot):
        raise Hidden("pilot")
    can = insight.usable(session, pilot, access.now(), insight.kept_from(access.act()))
    texts = evidence.quotable(session, scope.QUOTE, can, access.now())
    glimpses = evidence.glimpses(session, can, pilot, access.actor(), access.now())
    form = new_form(can, texts, glimpses)
    if (no := _outside(pilot, can, texts)) is not None:
        refuse(form, no)
    elif form.validate_on_submit():
        chosen = [one for one in can if str(one.id) in form.rests_on.data]
        quoted = {one.id: form[f"quote_{one.id}"].data or "" for one in chosen if texts[one.id]}
        made = attempt(
            form,
            insight.write,
            pilot,
            statement=form.statement.data,
            lang=current().code,
            confidence=form.confidence.data,
            caveats=form.caveats.data or "",
            rests_on={one.id: quoted.get(one.id, "") for one in chosen},
        )
        if made:
            return redirect(url_for("insight.show", id=made.id), 303)
    access.sighted(*(one for one in can if texts[one.id] or one.id in glimpses))
    return render("insight/new.html", form=form, pilot=pilot, can=can, texts=texts)


def _outside(
    pilot: Pilot, can: list[Contribution], texts: dict[int, list[Question]]
) -> Refused | None:
    """What was offered when the form was opened, and is not any more: an agreement ended, or was
    narrowed, while it was filled in."""
    session, now, given = access.session(), access.now(), request.form
    ids = {
        int(one)
        for one in given.getlist("rests_on")
        if one.isascii() and one.isdecimal() and len(one) < 10
    }
    no = (
        evidence.outside(session, pilot, ids, insight.kept_from(access.act()), now) if ids else None
    )
    if no is not None:
        return no.refused(field="rests_on")
    quoted = (
        one
        for one in can
        if one.id in ids
        and one.quote != "no"
        and not texts[one.id]
        and given.get(f"quote_{one.id}", "").strip()
    )
    for one in quoted:
        field = f"quote_{one.id}"
        return evidence.not_quotable(session, scope.QUOTE, one, now, field=field)
    return None


@bp.route("/insights/<id:id>")
@page(read="signed-in")
def show(id: int) -> Any:
    """One insight: what it says, what it rests on, who sees it otherwise, and what was done."""
    found, session, who = _load(id), access.session(), access.actor()
    staff = who.holds("insight:read", *found.places("insight:read"))
    traces = verdicts.traces(found, who)
    barred = conflicts.barred(session, who)
    readable = [one for one in found.evidence if one.contribution.giver_id not in barred]
    quotes = evidence.quotes(
        verdicts.quoting(found, who, barred),
        evidence.may_still_quote(session, scope.QUOTE, found.evidence, access.now()),
        who.acting_for,
        verdicts.read_since(found, who),
    )
    if not staff or quotes:
        access.sighted(found)
    given = insight.givers(found)
    reads_own = who.holds("contribution:read", Ref("partner", who.acting_for or 0))
    mine = [
        one.contribution
        for one in found.evidence
        if reads_own and one.contribution.giver_id == who.acting_for
    ]
    today = london_day(access.now())
    answered = responses.of(session, id)
    late = responses.delays(session, {id} if any(one.public for one in answered) else ())
    answers = [
        (one, say(responses.KINDS[one.kind]), day(one.by_day), one.overdue(today), late.get(one.id))
        for one in answered
    ]
    heard, waited = verdicts.opinions(found, who, barred), insight.waited_for(found)
    opinions = [(one, say(VERDICTS[one.kind])) for one in heard]
    own = next((one for one in opinions if one[0].own), None)
    missing = evidence.unheard(session, found.evidence)
    others = staff and insight.for_others(access.act(), found) is not None
    return render(
        "insight/show.html",
        form=Form(),
        insight=found,
        state=say(STATES.names[found.state]),
        confidence=say(CONFIDENCE[found.confidence]),
        organisations=len(given),
        is_mine=who.acting_for in given,
        quotes=quotes,
        mine=mine,
        staff=staff,
        rests_on=[one.contribution for one in readable if one.counts] if traces else [],
        kept_from=len(barred.intersection(given)) if traces else 0,
        own_ids=who.own,
        may_review=who.holds("contribution:review", *found.places("contribution:review")),
        opinions=opinions,
        own=own,
        just_said="said" in request.args,
        waiting=len(waited),
        waits_for_me=who.acting_for in waited,
        said=[
            {"key": say(VERDICTS[kind]), "value": number(count)}
            for kind, count in verdicts.tally(heard).items()
        ],
        few=DEFAULT.least_groups if verdicts.easy_to_guess(heard) else None,
        unheard=missing,
        unheard_me=who.acting_for in missing.partners,
        routes=[say(CHANNELS[one]) for one in missing.routes],
        answers=answers,
        may_share=insight.show.possible(who, found) and not others,
        may_publish=insight.publish.possible(who, found) and not others,
        may_reword=found.state != "published" and insight.reword.allowed(who, found) and not others,
        may_judge=found.state == "shown" and verdicts.may_judge(found, who),
        at_risk=pass_on(found),
        passed_on=staff and told(session, Ref.of(found), who.acting_for),
        **_public(found, staff=staff, others=others, mine=mine),
        may_respond=found.state == "published" and responses.give.allowed(who, found),
    )


def _public(found: Insight, *, staff: bool, others: bool, mine: list[Any]) -> dict[str, Any]:
    """Where anyone reads it, whether this reader may hand it on for that, and what was asked of
    the words of ``mine``, what this group gave."""
    if found.state != "published":
        return {}
    session, public = access.session(), publications.of(access.session(), found)
    waits = public is not None and public.state == "prepared"
    here = public is not None and public.live
    own = {one.id for one in mine if one.state != "withdrawn"}
    quoted = [one.id for one in found.evidence if one.quoted and one.contribution_id in own]
    asked = quotations.of(session, found) if quoted else {}
    return {
        "public": public if staff or not waits else None,
        "public_link": _("It waits for a second person, to be public")
        if waits
        else _("Read it as anyone does"),
        "may_make_public": not here
        and publications.prepare.allowed(access.actor(), found)
        and not others,
        "quotation": next((asked[id] for id in quoted if id in asked), None),
    }


@bp.route("/insights/<id:id>/share", methods=["GET", "POST"])
@page(read="insight:write", change="insight:write")
def share(id: int) -> Any:
    """Show it to those it rests on, with a day by which they can answer."""
    found, form = _writer(id), ShareForm()
    if form.validate_on_submit() and attempt(
        form, insight.show, found, answer_by=form.answer_by.data
    ):
        return redirect(url_for("insight.show", id=id), 303)
    return render("insight/share.html", form=form, insight=found)


def _writer(id: int) -> Insight:
    found = _load(id)
    if not insight.reword.allowed(access.actor(), found):
        raise Hidden("insight")
    return found


@bp.route("/insights/<id:id>/reword", methods=["GET", "POST"])
@page(read="insight:write", change="insight:write")
def reword(id: int) -> Any:
    """Change its words after hearing those who gave something, and ask them again."""
    found = _writer(id)
    form = RewordForm(obj=found)
    if found.state != "shown":
        del form.answer_by
    if request.method == "GET":
        form.version.data = found.wording
    elif form.version.data not in (None, found.wording):
        form.version.data = found.wording
        form.wrong(None, _("Somebody changed it meanwhile. Compare, then save your words again."))
        return render("insight/reword.html", status=409, form=form, insight=found, theirs=True)
    given = {"statement": form.statement.data, "caveats": form.caveats.data or ""}
    if "answer_by" in form:
        given["answer_by"] = form.answer_by.data
    if form.validate_on_submit() and attempt(form, insight.reword, found, **given):
        return redirect(url_for("insight.show", id=id), 303)
    return render("insight/reword.html", form=form, insight=found, theirs=False)


@bp.route("/insights/<id:id>/publish", methods=["POST"])
@page(read="insight:write", change="insight:write")
def publish(id: int) -> Any:
    """Share it with the whole cohort, with what does not agree."""
    insight.publish(access.act(request.form.get("token")), _writer(id))
    return redirect(url_for("insight.show", id=id), 303)


@bp.route("/insights/<id:id>/say", methods=["GET", "POST"])
@page(read="insight:judge", change="insight:judge")
def judge(id: int) -> Any:
    """Someone it rests on says: right, not quite, or you missed something."""
    found, who = _load(id), access.actor()
    if not verdicts.may_judge(found, who):
        raise Hidden("insight")
    own = next((one for one in verdicts.opinions(found, who) if one.own), None)
    before = {"kind": own.kind, "words": own.words} if own and not own.changed else {}
    form = JudgeForm(data={**before, "version": found.wording})
    if form.validate_on_submit() and attempt(
        form,
        verdicts.judge,
        found,
        kind=form.kind.data,
        words=form.words.data or "",
        wording=form.version.data,
    ):
        return redirect(url_for("insight.show", id=id, said="yes"), 303)
    form.version.data = found.wording
    return render("insight/judge.html", form=form, insight=found, own=own)


@bp.route("/insights/<id:id>/respond", methods=["GET", "POST"])
@page(read="response:write", change="response:write")
def respond(id: int) -> Any:
    """A decision owner says what was done, will be done, or cannot be."""
    found, form = _load(id), RespondForm()
    if not responses.give.allowed(access.actor(), found):
        raise Hidden("insight")
    if form.validate_on_submit() and attempt(
        form,
        responses.give,
        found,
        kind=form.kind.data,
        words=form.words.data,
        lang=current().code,
        by_day=form.by_day.data,
        public=bool(form.public.data),
    ):
        return redirect(url_for("insight.show", id=id), 303)
    return render("insight/respond.html", form=form, insight=found)
