"""No record changes but by a verb (law 6): a session that refuses to write anything else."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from trust.act import Unaudited
from trust.records import Record


def guard(session: Session) -> Session:
    """Make ``session`` refuse changes to audited records outside a verb (law 6)."""
    event.listen(session, "before_flush", _only_in_verbs)
    return session


def _only_in_verbs(session: Session, *_: Any) -> None:
    if session.info.get("verb") is not None:
        return
    dirty = (d for d in session.dirty if session.is_modified(d, include_collections=False))
    changed = (*session.new, *session.deleted, *dirty)
    for one in changed:
        if isinstance(one, Record) and one.audited:
            raise Unaudited(f"{type(one).__name__} was changed outside a verb")
