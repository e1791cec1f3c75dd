"""A calendar as a file that calendar programs read (RFC 5545). The library writes and folds its
lines; what stands in them is decided here: no topic, no group, and the way to the portal's page."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from flask_babel import gettext as _
from icalendar import Calendar, Event

from portal.languages import say
from portal.places import href, there
from portal.settings import Settings
from trust.diary import Entry

AGAIN = timedelta(hours=12)
"""How often programs are asked to read it again."""


def write(settings: Settings, entries: Iterable[Entry]) -> bytes:
    """The calendar of some days, in the language that is spoken."""
    calendar = Calendar()
    calendar.add("prodid", "-//community-insights-portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", settings.name)
    calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", AGAIN)
    host = urlsplit(settings.address).hostname
    for entry in sorted(set(entries), key=lambda one: (one.on, str(one.about))):
        event = Event()
        event.add("uid", f"{entry.about.noun}-{entry.about.id}@{host}")
        event.add("dtstamp", entry.at.astimezone(UTC))
        event.add("last-modified", entry.at.astimezone(UTC))
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("summary", say(entry.text))
        page = f"{settings.address}{_page(entry)}"
        event.add("url", page)
        event.add("description", _("Open the portal to see what it is: %(page)s", page=page))
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")  # it takes no time of the day
        calendar.add_component(event)
    return calendar.to_ical()


def _page(entry: Entry) -> str:
    if entry.about.noun == "review":
        return there("review.show", id=entry.about.id) or "/home"
    return href(entry.about) or "/home"
