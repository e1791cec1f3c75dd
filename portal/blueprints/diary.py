"""The calendar that a program reads at a secret address."""

from itertools import chain
from typing import Any

from flask import Blueprint, Response, abort, current_app

from pilots import promised_news
from portal import access, languages
from portal.access import page
from portal.documents import ics
from portal.limits import TRIES, diary_too_often, within
from portal.settings import Settings
from trust import diary
from trust.people import Person
from trust.records import Hidden

bp = Blueprint("diary", __name__)


@bp.route("/calendar/<token>.ics")
@page(read="public")
def show(token: str) -> Any:
    """What waits on which day, for whoever has the address. An unknown one is 404, and soon no
    more can be tried."""
    settings: Settings = current_app.config["PORTAL"]
    session, now = access.session(), access.now()
    held = diary.by_token(session, settings.key, token)
    if held is None:
        if not access.database().apart(lambda s: within(s, TRIES, now)):
            abort(429)
        raise Hidden("calendar")
    person_id = held.person_id
    if access.database().apart(lambda s: diary_too_often(s, person_id, now)):
        abort(429)
    actors = diary.actors(session, person_id, now)
    found = chain.from_iterable(
        chain(diary.entries(session, one, now), promised_news.entries(session, one, now))
        for one in actors
    )
    with languages.speaking(session.get_one(Person, person_id).lang):
        text = ics.write(settings, found)
    response = Response(text, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response
