"""An answer that was passed to the safeguarding lead, as its giver goes on seeing it: just as it
stood, until the lead has decided that telling adds no risk (safety.md, "Safeguarding")."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case
from sqlalchemy.orm import Session

from pilots.contributions import Contribution
from trust import safeguarding
from trust.records import Ref


@cache
def untold() -> ColumnElement[bool]:
    """Whether a contribution was passed on and its giver may not know."""
    told = safeguarding.told_about(
        Contribution.__tablename__, Contribution.id, Contribution.giver_id
    )
    return and_(Contribution.state == "passed-on", ~told)


@cache
def seen_state() -> ColumnElement[str]:
    """The state that the giver of a contribution sees, for lists."""
    return _kept(Contribution.kept_state, Contribution.state)


@cache
def seen_since() -> ColumnElement[datetime | None]:
    """Since when it is in the state that its giver sees."""
    return _kept(Contribution.kept_at, Contribution.changed_at)


def _kept(before: Any, now: Any) -> ColumnElement[Any]:
    return case((untold(), before), else_=now)


def state_for_giver(session: Session, contribution: Contribution) -> str:
    """The state that the giver of one contribution sees."""
    if contribution.state != "passed-on" or safeguarding.told(
        session, Ref.of(contribution), contribution.giver_id
    ):
        return contribution.state
    assert contribution.kept_state is not None
    return contribution.kept_state
