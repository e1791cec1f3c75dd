"""What the mail of the week says of what an organisation promised."""

from datetime import date

from flask_babel import ngettext

from portal import languages
from trust.outbox import Parcel
from trust.records import N_


def promised(parcel: Parcel) -> list[str]:
    """What is due this week, in numbers: who it is with stands on the page."""
    held = parcel.facts
    lines = []
    if held["due"]:
        day = languages.day_words(date.fromisoformat(held["first"]))
        said = ngettext(
            "%(num)s thing is due, by %(day)s.",
            "%(num)s things are due, the first by %(day)s.",
            held["due"],
            day=day,
        )
        lines.append(said)
    if held["late"]:
        lines.append(
            ngettext(
                "%(num)s thing is late and still open.",
                "%(num)s things are late and still open.",
                held["late"],
            )
        )
    if held["say"]:
        lines.append(languages.say(N_("You are asked how promises to you were kept.")))
    if held["review"]:
        lines.append(
            ngettext(
                "It is time to look at %(num)s agreement again.",
                "It is time to look at %(num)s agreements again.",
                held["review"],
            )
        )
    return [*lines, ""]
