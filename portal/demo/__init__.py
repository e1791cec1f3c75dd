"""The demo: two stories, told through the portal's own verbs (domain/demo.md). Everybody and
everything in them is invented; only the places are real."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trust import audit
from trust.audit import Event
from trust.people import Person
from trust.records import Ref

BEGIN = "demo:begin"
"""The first event of a database that the demo made."""


class NotEmpty(Exception):
    """There is something in this database that is not the demo's."""


def is_here(session: Session) -> bool:
    """Whether the demo made this database: the first line of its record says so."""
    return session.scalar(select(Event.verb).order_by(Event.id).limit(1)) == BEGIN


def is_loaded(session: Session) -> bool:
    """Whether the stories are in this database already. Raises ``NotEmpty`` when others are."""
    if is_here(session):
        return True
    if any(session.scalar(select(func.count()).select_from(noun)) for noun in (Event, Person)):
        raise NotEmpty
    return False


def load(session: Session, key: bytes, now: datetime) -> None:
    """Tell the stories, so that they end at ``now``. ``key`` is the portal's secret. All of it
    is one transaction: the demo is there whole, or not at all."""
    # Each later start asks only whether there is something to tell.
    from portal.demo import bedfordshire, camden, ground, running
    from portal.demo.story import Story

    session.add(
        Event(at=now, verb=BEGIN, subject=Ref("installation", 1), channel="command", facts={})
    )
    session.flush()
    story = Story(session, key, now)
    ground.lay(story)
    damp, sent = camden.tell(story)
    bedfordshire.tell(story)
    running.tell(story, damp, sent)
    audit.seal(session)  # as the worker would have
