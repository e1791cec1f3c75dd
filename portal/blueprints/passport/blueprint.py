"""The pages of the trust passport; the modules beside this one add them."""

from typing import Any

from flask import Blueprint, current_app
from flask_babel import gettext as _

from portal import access
from portal.documents.passport import Shown
from portal.english import INVENTED
from portal.languages import day_words, say, words
from portal.receiving import about
from trust import passport
from trust.attachments import Attachment
from trust.calendar import london_day
from trust.partners import Partner
from trust.passport import KINDS
from trust.records import Hidden

__all__ = ["about", "as_document", "bp", "counts", "invented", "lines", "own", "titled"]

bp = Blueprint("passport", __name__)

COLOURS = {"soon": "yellow", "over": "red"}


def own() -> Partner:
    """The partner whose passport this is. ``Hidden`` for a council, which has none."""
    partner = access.acting_partner()
    if not passport.has_one(partner):
        raise Hidden("passport")
    return partner


def titled(kind: str, name: str) -> Any:
    """What a paper is called: by its own name, if it has one."""
    return words(name) if name else say(KINDS[kind])


def counts(one: Any) -> dict[str, Any]:
    """How long something counts, in words and as a tag."""
    state = passport.runs_out(one.until, london_day(access.now()))
    told = {"soon": _("Runs out soon"), "over": _("Ran out")}.get(state, "")
    return {"tag": told, "colour": COLOURS.get(state)}


def lines(one: Any) -> str:
    """The days of a paper, in one line."""
    told = _("Dated %(day)s.", day=day_words(one.dated))
    if one.until:
        told += " " + _("Counts until %(day)s.", day=day_words(one.until))
    return told


def invented() -> str:
    """What stands before a file that leaves a demo; else nothing."""
    return say(INVENTED) if current_app.config["PORTAL"].demo else ""


def as_document(one: Any, files: list[Attachment]) -> Shown:
    """A paper, or what a link shows of one, for a document."""
    return Shown(
        title=one.name or say(KINDS[one.kind]),
        kind=KINDS[one.kind] if one.name else "",
        days=lines(one),
        tag=counts(one)["tag"],
        words=one.words,
        files=[file.name for file in files],
    )
