"""What somebody sent when their session had run out: kept for them alone, so that nothing is
typed twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import JSON, ForeignKey, Select, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Actor
from trust.records import GOES, Record

LASTS = timedelta(days=1)
MOST = 5  # pages of one person at a time: enough for two windows, too few to fill the disk
MOST_NAMES, MOST_LETTERS = 500, 100_000
LONGEST_PAGE = 2000


class Unsent(Record):
    """The fields of one form as they were typed, and the ``page`` (its address here) on which it
    stands. Nobody else sees it; it is gone once the form was sent, or after a day."""

    __tablename__ = "unsent"
    audited = False

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, info=GOES)
    page: Mapped[str] = mapped_column(String(LONGEST_PAGE))
    fields: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def visible(cls, stmt: Select["Unsent"], actor: Actor) -> Select["Unsent"]:
        """Its owner's alone."""
        return stmt.where(cls.person_id == actor.person_id)


def keep(
    session: Session,
    person_id: int,
    page: str,
    fields: Mapping[str, Sequence[str]],
    now: datetime,
) -> None:
    """Keep what was typed on a page for a day, instead of what was kept of it before. The oldest
    of the same person make room for it; what is longer than any form is cut."""
    if not fields or len(page) > LONGEST_PAGE:
        return
    mine = select(Unsent.id).where(Unsent.person_id == person_id)
    others = mine.where(Unsent.page != page).order_by(Unsent.id.desc())
    older = session.scalars(others.offset(MOST - 1).limit(1000)).all()
    same = session.scalars(mine.where(Unsent.page == page)).all()
    session.execute(delete(Unsent).where(Unsent.id.in_({*older, *same})))
    left, kept = MOST_LETTERS, dict[str, list[str]]()
    for name, values in list(fields.items())[:MOST_NAMES]:
        for value in values:
            kept.setdefault(name[:100], []).append(value[:left])
            left -= len(value[:left])
    session.add(Unsent(person_id=person_id, page=page, fields=kept, expires_at=now + LASTS))
    session.flush()


def newest(session: Session, person_id: int, now: datetime, page: str = "") -> Unsent | None:
    """What a person typed last and could not send, on one page or on any."""
    stmt = select(Unsent).where(Unsent.person_id == person_id, Unsent.expires_at > now)
    if page:
        stmt = stmt.where(Unsent.page == page)
    return session.scalars(stmt.order_by(Unsent.id.desc()).limit(1)).first()


def let_go(session: Session, person_id: int, page: str, token: str) -> None:
    """Forget what was kept of a page once the same form (by its ``token``) was sent from it."""
    mine = select(Unsent).where(Unsent.person_id == person_id, Unsent.page == page)
    for one in session.scalars(mine):
        if one.fields.get("token", [""])[0] == token:
            session.delete(one)


def sweep(session: Session, now: datetime) -> None:
    """Forget what is older than a day."""
    session.execute(delete(Unsent).where(Unsent.expires_at <= now))
