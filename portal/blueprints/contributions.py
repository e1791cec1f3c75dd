"""Contributions: beginning one, all that we shared, the receipt of each, and taking it back."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy import select

from pilots import asking_back, contributions, drafts, entering, review, timeline, withdrawal
from pilots.at_risk import wrote_back
from pilots.contribution_states import CHANNELS, OWN, QUOTES, STATES
from pilots.contributions import Contribution
from pilots.passed_on import state_for_giver
from pilots.pilot import Pilot
from pilots.publications import Publication
from pilots.queue import read_by
from pilots.releases import Release
from pilots.requests import Request, asked_of
from portal import access, answers
from portal.access import page
from portal.catalogues import gettext as _
from portal.contacts import tell_coordinator
from portal.contribution_forms import EnterForm, ReplyForm, TakeBackForm
from portal.languages import current, day, say, weekday, words
from portal.own_answers import for_whom, go_on, is_own, load_own, own
from portal.pages import attempt, render
from portal.paging import part_of
from portal.places import each, href, there
from portal.talking import pass_on
from trust.installation import Region
from trust.records import Hidden, Ref
from trust.sightings import looked

bp = Blueprint("contributions", __name__)

COLOURS = {"draft": "yellow", "asked": "yellow", "accepted": "green", "withdrawn": "grey"}


@bp.route("/requests/<id:id>/answer", methods=["POST"])
@page(read="contribution:write", change="contribution:write")
def start(id: int) -> Any:
    """Begin to answer, or go on. What was sent already is shown, unless one more is wanted."""
    asked, giver = access.load(Request, id), access.acting_partner()
    if not drafts.start.allowed(access.actor(), giver):
        raise Hidden("request")
    asked_of(access.session(), asked, giver.id)
    sent = contributions.sent_before(access.session(), asked.id, giver.id)
    held = drafts.draft_of(access.session(), asked.id, giver.id)
    if sent is not None and held is None and not request.form.get("again"):
        return redirect(url_for("contributions.show", id=sent), 303)
    act = access.act(request.form.get("token"))
    begun = drafts.start(act, giver, request=asked, lang=current().code)
    if request.form.get("by") == "sheet":
        return redirect(url_for("answer_sheets.choose", id=begun.id), 303)
    return redirect(go_on(begun), 303)


@bp.route("/pilots/<id:id>/enter", methods=["GET", "POST"])
@page(read="contribution:enter", change="contribution:enter")
def enter(id: int) -> Any:
    """Write down an answer for a group: which group, and how it tells."""
    pilot = access.load(Pilot, id)
    if not access.actor().holds("contribution:enter", Ref.of(pilot)):
        raise Hidden("pilot")
    tell_coordinator(pilot)
    asked = entering.groups(access.session(), pilot)
    offered = {f"{one.id}-{group.id}": (one, group) for one, groups in asked for group in groups}
    form = EnterForm()
    names = [
        (key, Markup("{}: {}").format(words(group.name), words(one.title)))
        for key, (one, group) in offered.items()
    ]
    form.giver.offer(names)
    if form.validate_on_submit():
        one, group = offered[form.giver.data]
        given = {"giver": group, "channel": form.channel.data, "lang": current().code}
        made = attempt(form, entering.enter, one, **given)
        if made:
            return redirect(there("papers.write", id=made.id) or go_on(made), 303)
    return render("contributions/enter.html", form=form, pilot=pilot, offered=offered)


@bp.route("/contributions")
@page(read="contribution:write", figures="own")
def index() -> Any:
    """Our answers and drafts, and how each stands."""
    who = access.actor()
    part = part_of(access.session(), timeline.shared(who))
    pilots = who.ids("contribution:enter", "pilot")
    names = select(Pilot.id, Pilot.name).where(Pilot.id.in_(pilots)).order_by(Pilot.name)
    return render(
        "contributions/index.html",
        part=part,
        uses=_uses(who.acting_for),
        cards=_cards(part.rows),
        pilots=list(access.session().execute(names)) if pilots else [],
        done=_done(
            saved=_("Saved. You can go on at any time, on any phone or computer."),
            thrown=_("Your draft is thrown away."),
        ),
    )


def _uses(giver_id: int | None, **given: int) -> str | None:
    """Where the log of what a partner shared stands, for whoever reads its answers and acts for
    it."""
    who = access.actor()
    own = who.acting_for
    if own is None or own != giver_id or not who.holds("contribution:read", Ref("partner", own)):
        return None
    return there("uses.index", **given)


def _done(**said: str) -> str:
    """What was just done on the way to this page, as its address tells; nothing on a later day's
    visit, which comes without."""
    return next((text for word, text in said.items() if word in request.args), "")


def _cards(rows: list[Any]) -> list[dict[str, Any]]:
    address = each("contributions.show")
    states = {state: say(name) for state, name in STATES.names.items()}
    asked_by = {taker: _("Asked by %(partner)s.", partner=taker) for taker in {r[-1] for r in rows}}
    known_as = _("Reference %(reference)s.")
    found = []
    for id, reference, state, channel, sent_at, created_at, asked, giver, taker in rows:
        said = [asked_by[taker]]
        if channel not in OWN:
            said.append(_("For %(group)s. %(how)s.", group=giver, how=say(CHANNELS[channel])))
        if sent_at:
            said.append(known_as % {"reference": reference})
        found.append(
            {
                "title": words(asked),
                "href": address(id),
                "text": " ".join(said),
                "tag": states[state],
                "colour": COLOURS.get(state),
                "at": day(sent_at or created_at),
            }
        )
    return found


@bp.route("/contributions/<id:id>", methods=["GET", "POST"])
@page(read="signed-in", change="contribution:write", figures="own")
def show(id: int) -> Any:
    """The receipt: its reference, what came of it, the answers, and the talk with the reader."""
    held = access.load(Contribution, id)
    if not is_own(held):
        return redirect(there("review.show", id=id) or url_for("home.index"), 303)
    held, session = own(held), access.session()
    if held.state == "draft":
        return redirect(go_on(held), 303)
    form, state = ReplyForm(), state_for_giver(session, held)
    reply = review.reply_on if held.state == "passed-on" else review.reply
    if form.validate_on_submit() and attempt(form, reply, held, words=form.words.data):
        return redirect(url_for("contributions.show", id=id, replied=1), 303)
    group = for_whom(held)
    asked = held.request
    quote = say(QUOTES[held.quote])
    return render(
        "contributions/show.html",
        form=form,
        held=held,
        group=group,
        just_sent="sent" in request.args and state == "submitted",
        done=_done(
            replied=_("Your answer is sent. Thank you."),
            taken=_("You took it back."),
            already=_("It was sent already. We kept what you chose first: %(quote)s.", quote=quote),
        ),
        state=say(STATES.names[state]),
        colour=COLOURS.get(state),
        steps=_steps(held, state, bool(group)),
        rows=[
            {
                "key": words(one.words),
                "value": answers.shown(one, held.answers.get(one.key), held.lang),
            }
            for one in held.request_version.questions
            if one.kind != "quote" and one.key in held.answers
        ],
        quote=quote,
        thread=review.thread(session, held),
        may_reply=review.may_reply(session, held, access.actor()),
        at_risk=pass_on(held) if wrote_back(session, held) else None,
        readers=looked(session, Ref.of(held)),
        uses=_uses(held.giver_id, of=id),
        wanted_back=asking_back.waiting_for(session, held) is not None,
        may_take_back=not group and contributions.withdraw.possible(access.actor(), held),
        again=asked.state == "open"
        and not group
        and drafts.start.allowed(access.actor(), held.giver),
    )


def _steps(held: Contribution, state: str, relayed: bool) -> list[dict[str, Any]]:
    """The timeline, oldest first, and what comes next where a promise says when."""
    ui = answers.pieces()
    found: list[dict[str, Any]] = []
    for step in timeline.steps(access.session(), held):
        text = ui.story(step.words, step.lang) if step.words else Markup("")
        link = None if relayed else href(step.about)
        label = _("Read what we learned")
        if step.about is not None and step.about.noun == Release.__tablename__:
            label = _("See the table")
            link = link if access.sees(Release, step.about.id) else None
        if step.about is not None and step.about.noun == Publication.__tablename__:
            label = _("Read it as anyone does")
        if link:
            text += Markup('<p><a class="govuk-link" href="{}">{}</a></p>').format(link, label)
        found.append({"title": say(step.what), "at": day(step.at), "text": text})
    if state == "submitted" and held.sent_at and held.pilot_id:
        pilot = access.session().get_one(Pilot, held.pilot_id)
        region = access.session().get_one(Region, pilot.region_id)
        due = weekday(read_by(held.sent_at, region.key, region.name))
        said = Markup(_("Somebody reads it by %(day)s", day=due))  # noqa: S704 - a date of ours
        found.append({"title": said, "done": False})
    return found


@bp.route("/contributions/<id:id>/take-back", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def take_back(id: int) -> Any:
    """Take it back, after reading plainly what cannot be recalled."""
    held = load_own(id)
    if held.state == "withdrawn":
        return redirect(url_for("contributions.show", id=id), 303)
    drafted = held.state == "draft"
    if for_whom(held) and not drafted:
        raise Hidden("contribution")
    form = TakeBackForm()
    if form.validate_on_submit() and attempt(
        form, contributions.withdraw, held, reason=form.reason.data or ""
    ):
        if drafted:
            return redirect(url_for("contributions.index", thrown=1), 303)
        return redirect(url_for("contributions.show", id=id, taken=1), 303)
    return render(
        "contributions/take_back.html",
        form=form,
        held=held,
        drafted=drafted,
        went=withdrawal.whereabouts(access.session(), held),
    )
