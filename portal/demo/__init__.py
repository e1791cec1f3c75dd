"""The demo: two stories, told through the portal's own verbs (domain/demo.md). Everybody and
everything in them is invented; only the places are real."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.demo.people import PEOPLE
from trust.people import Person


class NotEmpty(Exception):
    """There are people in this database who are not the demo's."""


def is_loaded(session: Session) -> bool:
    """Whether the stories are in this database already. Raises ``NotEmpty`` when others are."""
    stmt = select(Person.id).where(Person.email == PEOPLE["rahima"].email)
    if session.scalar(stmt) is not None:
        return True
    if session.scalar(select(func.count()).select_from(Person)):
        raise NotEmpty
    return False


def load(session: Session, key: bytes, now: datetime) -> None:
    """Tell the stories, so that they end at ``now``. ``key`` is the portal's secret. All of it
    is one transaction: the demo is there whole, or not at all."""
    # Each later start asks only whether there is something to tell.
    from portal.demo import bedfordshire, camden, ground, running
    from portal.demo.story import Story

    story = Story(session, key, now)
    ground.lay(story)
    damp, sent = camden.tell(story)
    bedfordshire.tell(story)
    running.tell(story, damp, sent)
