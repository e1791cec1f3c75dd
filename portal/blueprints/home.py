"""Home: what waits for me, and what came of what we shared."""

from typing import Any

from flask import Blueprint
from sqlalchemy import select

from pilots import waiting
from pilots.contributions import STATES, Contribution
from portal import access
from portal.access import page
from portal.languages import day, say, words
from portal.pages import render
from portal.places import href
from trust.records import Ref

bp = Blueprint("home", __name__)


@bp.route("/home")
@page(read="signed-in", figures="own")
def index() -> Any:
    """What waits, newest answers, and where to go."""
    mine = access.signed_in()
    session = access.session()
    tasks = waiting.seats(session, mine.person.id, access.now()) if mine.waiting else []
    tasks += waiting.tasks(session, mine.actor)
    own = mine.actor.ids("contribution:read", "partner")
    stmt = (
        select(Contribution.id, Contribution.reference, Contribution.state, Contribution.sent_at)
        .where(Contribution.giver_id.in_(own), Contribution.state.not_in(("draft", "withdrawn")))
        .order_by(Contribution.id.desc())
        .limit(5)
    )
    return render(
        "home/index.html",
        tasks=[
            {"title": say(t.what), "href": href(t.about), "status": day(t.since)} for t in tasks
        ],
        sent=[
            {
                "title": words(reference),
                "href": href(Ref("contribution", id)),
                "tag": say(STATES.names[state]),
                "at": day(at),
            }
            for id, reference, state, at in session.execute(stmt)
        ],
        person=mine.person,
        hat=mine.acting_for,
    )
