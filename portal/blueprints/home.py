"""Home: what waits for me, what I can start, and what came of what we shared."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from pilots import waiting
from pilots.outcomes import Outcome, Point, outcomes
from pilots.roles import offered
from pilots.waiting import Task
from portal import access
from portal.access import page
from portal.languages import day, day_words, say, words
from portal.pages import render
from portal.places import href, there
from trust.act import Actor
from trust.calendar import london_day
from trust.partners import Kind, Partner
from trust.passport import has_one as has_passport
from trust.records import Ref

bp = Blueprint("home", __name__)

# What a role is there to start, at what sort of place it is held, and where that begins.
STARTS: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("supporter", "partner", _l("Introduce a group"), "partners.introduce", {}),
    ("relationship-lead", "partner", _l("Write up a talk"), "partners.index", {"talk": "yes"}),
    ("coordinator", "partner", _l("Open a pilot"), "pilots.new", {}),
    ("connector", "pilot", _l("Write down an answer for a group"), "contributions.enter", {}),
)


def _point(point: Point) -> Markup:
    what = Markup("<strong>{}</strong>").format(say(point.what))
    return what + Markup("<br>{}").format(words(point.words, point.lang)) if point.words else what


def _card(one: Outcome) -> dict[str, Any]:
    """One answer and what came of it; or a finding, where it rests on several."""
    text = Markup("<br>").join(_point(point) for point in one.points)
    if one.finding is not None and one.count > 1:
        title = ngettext("%(num)s of your answers", "%(num)s of your answers", one.count)
        page = href(Ref("insight", one.finding))
        return {"title": title, "href": page, "text": text, "at": day(one.at)}
    return {
        "title": words(one.title),
        "href": href(Ref("contribution", one.contribution_id)),
        "text": text,
        "at": Markup("{} · {}").format(words(one.reference), day(one.at)),
    }


def _task(task: Task) -> dict[str, Any]:
    late = task.by is not None and task.by < london_day(access.now())
    hint = _("Waiting since %(day)s", day=day_words(task.since))
    return {
        "title": say(task.what),
        "href": _where(task.about),
        "hint": _("By %(day)s", day=day_words(task.by)) if task.by else hint,
        "status": _("Late") if late else None,
        "colour": "red",
    }


def _where(about: Ref) -> str | None:
    """The page of a task; for answers to read, the queue of their pilot."""
    if about.noun == "queue":
        return there("review.queue", pilot=about.id)
    return href(about)


def _first_steps(actor: Actor, own: Partner | None) -> list[dict[str, Any]]:
    """What comes first for a group that nobody of it has told about yet."""
    told = own is None or own.kind != Kind.VCS or own.checked_at is not None
    if own is None or told or not actor.holds("partner:edit", Ref.of(own)):
        return []
    return [
        {
            "title": _("Tell us about your group"),
            "href": url_for("partners.edit", id=own.id),
            "hint": _("A few words will do. You can change them at any time."),
        }
    ]


def _starts(actor: Actor, own: Partner | None) -> list[tuple[str, str]]:
    """What this person can start, and where. A connector of several pilots chooses among them; a
    group asks at any time, before anybody asks it."""
    found = []
    if own is not None and own.kind != Kind.COUNCIL and actor.holds("request:ask", Ref.of(own)):
        found.append((_("Ask the council"), url_for("requests.ask")))
    for role, noun, text, endpoint, given in STARTS:
        places = [at for at, held in actor.seats.items() if at.noun == noun and role in held]
        if not places:
            continue
        if noun != "pilot":
            address = url_for(endpoint, **given)
        elif len(places) > 1:
            address = url_for("contributions.index")
        else:
            address = url_for(endpoint, id=places[0].id)
        found.append((str(text), address))
    if actor.holds_somewhere("agreement:record"):
        found.append((_("Write down what a group says"), url_for("recordings.index")))
    return found


@bp.route("/home")
@page(read="signed-in", figures="own")
def index() -> Any:
    """What waits, what to start, newest answers, and where to go."""
    mine = access.signed_in()
    session = access.session()
    own = access.acting_partner() if mine.actor.acting_for is not None else None
    tasks = offered(session, mine.person.id, access.now()) if mine.waiting else []
    tasks += waiting.tasks(session, mine.actor, access.now())
    return render(
        "home/index.html",
        tasks=[*_first_steps(mine.actor, own), *(_task(task) for task in tasks)],
        starts=_starts(mine.actor, own),
        sent=[_card(one) for one in outcomes(session, mine.actor)],
        tables=there("releases.every") if mine.actor.holds_somewhere("release:read") else None,
        person=mine.person,
        hat=mine.acting_for,
        passed="passed" in request.args,
        left="left" in request.args,
        people=mine.actor.holds_somewhere("seat:read"),
        agreements=mine.actor.holds_somewhere("agreement:read"),
        council=own is not None and own.kind == Kind.COUNCIL,
        passport=own is not None
        and has_passport(own)
        and mine.actor.holds("passport:write", Ref.of(own)),
        keeps_log=mine.actor.holds_somewhere("inquiry:keep"),
    )
