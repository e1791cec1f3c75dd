"""The days by which news was promised: for those who wait for it, and for those who owe it."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots.contributions import Contribution
from pilots.passed_on import seen_since, seen_state
from trust.act import Actor
from trust.calendar import london_day
from trust.diary import MOST, Entry
from trust.records import N_, Ref


def entries(session: Session, actor: Actor, now: datetime) -> Iterator[Entry]:
    """News that one's own group waits for, and news that one took on to give. What was passed to
    the safeguarding lead goes on standing there for its giver (``passed_on``)."""
    mine = Contribution.visible(select(Contribution), actor).where(
        Contribution.next_news_on >= london_day(now), seen_state() == "accepted"
    )
    waits = mine.where(Contribution.giver_id.in_(actor.ids("contribution:read", "partner")))
    owes = mine.where(
        Contribution.state == "accepted",
        Contribution.claimed_by_id == actor.person_id,
        Contribution.giver_id.not_in(actor.own),
    )
    for stmt, noun, text in (
        (waits, "contribution", N_("You hear what came of something")),
        (owes, "review", N_("Somebody waits for news from you")),
    ):
        columns = Contribution.id, Contribution.next_news_on, seen_since()
        stmt = stmt.order_by(Contribution.id).limit(MOST)
        for id, on, at in session.execute(stmt.with_only_columns(*columns)):
            assert on is not None and at is not None
            yield Entry(Ref(noun, id), on, text, at)
