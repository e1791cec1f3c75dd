"""Who looked at what another partner shared: the only row that reading may leave behind."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Actor
from trust.records import Record, Ref


class Sighting(Record):
    """Somebody of another partner opened something. Shown to the partner whose it is."""

    __tablename__ = "sighting"
    audited = False

    about: Mapped[Ref] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    how: Mapped[str] = mapped_column(String(20), default="read")
    at: Mapped[datetime]


def saw(session: Session, actor: Actor, about: Ref, now: datetime, how: str = "read") -> None:
    """Note that ``actor`` looked. The caller commits it apart from the page's transaction."""
    if actor.person_id is not None:
        session.add(
            Sighting(
                about=about,
                person_id=actor.person_id,
                partner_id=actor.acting_for,
                how=how,
                at=now,
            )
        )
