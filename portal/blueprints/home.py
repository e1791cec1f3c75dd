"""Home: what waits for me, and what came of what we shared."""

from typing import Any

from flask import Blueprint
from markupsafe import Markup

from pilots import waiting
from pilots.outcomes import Point, outcomes
from portal import access
from portal.access import page
from portal.languages import day, say, words
from portal.pages import render
from portal.places import href, there
from trust.records import Ref

bp = Blueprint("home", __name__)


def _point(point: Point) -> Markup:
    what = Markup("<strong>{}</strong>").format(say(point.what))
    return what + Markup(" {}").format(words(point.words, point.lang)) if point.words else what


@bp.route("/home")
@page(read="signed-in", figures="own")
def index() -> Any:
    """What waits, newest answers, and where to go."""
    mine = access.signed_in()
    session = access.session()
    tasks = waiting.seats(session, mine.person.id, access.now()) if mine.waiting else []
    tasks += waiting.tasks(session, mine.actor)
    return render(
        "home/index.html",
        tasks=[{"title": say(t.what), "href": href(t.about), "hint": day(t.since)} for t in tasks],
        sent=[
            {
                "title": words(one.title),
                "href": href(Ref("contribution", one.contribution_id)),
                "text": Markup("<br>").join(_point(point) for point in one.points),
                "at": Markup("{} · {}").format(words(one.reference), day(one.at)),
            }
            for one in outcomes(session, mine.actor)
        ],
        tables=there("releases.every") if mine.actor.holds_somewhere("release:read") else None,
        person=mine.person,
        hat=mine.acting_for,
    )
