"""What must reach somebody. Written in the same transaction as the change that causes it,
drained by ``portal work``, rendered only then: in the receiver's language, after asking again
whether the receiver may still see it. Facts hold ids, never words."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Act
from trust.audit import Event
from trust.records import GOES, Record, Ref


class Parcel(Record):
    """One message on its way. ``key`` is unique, so that nobody is told twice.

    ``to_person_id`` names the receiver; a code for signing in goes to an ``address`` instead,
    because it is sent before anybody is known to be anyone.
    """

    __tablename__ = "parcel"
    audited = False

    kind: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(10), default="mail")
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=GOES)
    address: Mapped[str | None] = mapped_column(String(254))
    lang: Mapped[str] = mapped_column(String(10), default="en")
    about: Mapped[Ref]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (Index(None, "done_at", "due_at"), Index(None, "to_person_id"))


def send(act: Act, kind: str, person_id: int, about: Record | Ref, **facts: Any) -> None:
    """Put a message to a person on its way, with this change or not at all."""

    def parcel(event: Event) -> Parcel:
        return Parcel(
            kind=kind,
            to_person_id=person_id,
            about=about if isinstance(about, Ref) else Ref.of(about),
            facts=facts,
            key=f"{kind}:{event.id}:{person_id}",
            due_at=act.now,
        )

    act.later(parcel)


def remind(
    session: Session,
    kind: str,
    person_id: int,
    about: Ref,
    now: datetime,
    *,
    key: str,
    facts: dict[str, Any] | None = None,
) -> None:
    """Put a reminder on its way: nobody did anything, so it belongs to no event. Once for each
    ``key``, which the kind goes before."""
    key = f"{kind}:{key}"
    if session.scalar(select(Parcel.id).where(Parcel.key == key)) is None:
        session.add(
            Parcel(
                kind=kind,
                to_person_id=person_id,
                about=about,
                facts=facts or {},
                key=key,
                due_at=now,
            )
        )
        session.flush()
