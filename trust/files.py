"""Files that people bring, as they came. So far one sort: a file that waits between the moment
its owner sees what it would change and the moment the owner says yes."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Select, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Actor
from trust.records import N_, STAYS, Msg, Record, Refused

LASTS = timedelta(days=1)
MOST = 5  # of one person at a time: enough for two windows, too few to fill the disk
LONGEST_NAME = 200


class Upload(Record):
    """A file that a person sent for one ``purpose``. Nobody else sees it, and after a day it
    is gone. ``size`` is in bytes. ``choices`` is what was chosen with it.

    Once it was used, ``content`` is empty and ``report`` says what came of it.
    """

    __tablename__ = "upload"
    audited = False

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, info=STAYS)
    purpose: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    choices: Mapped[dict[str, str]]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)

    @classmethod
    def visible(cls, stmt: Select["Upload"], actor: Actor) -> Select["Upload"]:
        """Its owner's alone."""
        return stmt.where(cls.person_id == actor.person_id)


def keep(
    session: Session,
    person_id: int,
    purpose: str,
    name: str,
    content: bytes,
    choices: Mapping[str, str],
    now: datetime,
) -> Upload:
    """Keep a file for a day. The oldest of the same person make room for it."""
    before = (
        select(Upload.id)
        .where(Upload.person_id == person_id)
        .order_by(Upload.id.desc())
        .offset(MOST - 1)
        .limit(1000)
    )
    session.execute(delete(Upload).where(Upload.id.in_(list(session.scalars(before)))))
    upload = Upload(
        person_id=person_id,
        purpose=purpose,
        name=_bare(name),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        choices=dict(choices),
        expires_at=now + LASTS,
    )
    session.add(upload)
    session.flush()
    return upload


def _bare(name: str) -> str:
    """The file's own name, without the folders that some browsers send along. Its end is kept:
    it says what sort of file this is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-LONGEST_NAME:]


def check_here(upload: Upload | None, now: datetime) -> Upload:
    """The upload. Raises ``Refused`` when there is none any more, or its day is over."""
    if upload is None or upload.expires_at <= now:
        raise Refused(
            N_("We keep a file for one day, and no longer. This one is gone."),
            next_step=Msg(N_("Choose the file again.")),
        )
    return upload


def hold(session: Session, id: int, now: datetime) -> Upload:
    """The upload as it stands now, with nobody else using it until this transaction ends: the
    second of two taps waits here for the first. Raises ``Refused`` when it is gone."""
    stmt = select(Upload).where(Upload.id == id).with_for_update()
    held = session.scalars(stmt.execution_options(populate_existing=True)).first()
    return check_here(held, now)


def used(upload: Upload, report: Mapping[str, Any], now: datetime) -> None:
    """Keep what came of the file, and let the file itself go."""
    upload.content = None
    upload.report = dict(report)
    upload.done_at = now


def sweep(session: Session, now: datetime) -> None:
    """Forget the files whose day is over."""
    session.execute(delete(Upload).where(Upload.expires_at <= now))
