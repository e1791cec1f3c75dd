"""Where to go with what one read: on with a talk that an agreement stopped; or to the safeguarding
lead."""

from flask import url_for
from flask_babel import gettext as _

from portal import access
from portal.languages import say
from portal.places import there
from trust.clauses import library, title_of
from trust.partners import Partner
from trust.records import Record, Ref, Refused


def talk_about(refused: Refused) -> dict[str, str] | None:
    """The link to a talk with the other side, with the clause that says no as its subject. For
    whoever may write one up for one of the two; for others the other side's own page."""
    if refused.between is None or access.me() is None:
        return None
    giver_id, taker_id = refused.between
    own = access.actor().acting_for
    other = access.session().get(Partner, taker_id if own == giver_id else giver_id)
    if other is None:
        return None
    text = _("Talk about it with %(partner)s", partner=other.name)
    writes = own is not None and access.actor().holds("note:write", Ref("partner", own))
    about = {"about": refused.clause} if refused.clause else {}
    address = there("relationships.new", **{"with": other.id}, **about) if writes else None
    return {"href": address or url_for("partners.show", id=other.id), "text": text}


def pass_on(about: Record) -> str | None:
    """Where a reader says that someone in a text may be at risk; None for who reads no such."""
    if not access.actor().holds_somewhere("concern:raise"):
        return None
    return there("safeguarding.raise_", noun=about.noun, id=about.id)


def subject(about: str) -> str:
    """What a talk about a clause begins with; nothing for what is no clause."""
    key = about.partition("/")[0]
    if key not in library():
        return ""
    return _("About “%(clause)s”: ", clause=say(title_of(key)))
