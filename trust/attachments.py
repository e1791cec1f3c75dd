"""Files that hang on something: whoever may read that may open them. What they hold lies
elsewhere, under its hash; the same file is there once, however often somebody brings it."""

from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Select,
    String,
    cast,
    false,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust import throttle
from trust.act import Act, Actor
from trust.records import N_, STAYS, Record, Ref, Refused

MOST = 10  # on one thing
MOST_A_DAY = 60  # of one person
LONGEST_NAME = 120

HOLDERS: dict[str, type[Record]] = {}
"""The nouns on which files may hang."""

R = TypeVar("R", bound=type[Record])


def holds_files(noun: R) -> R:
    """Say that files may hang on a noun: its ``visible`` says who opens them."""
    HOLDERS[noun.__tablename__] = noun
    return noun


class Attachment(Record):
    """A file that hangs on ``about``. ``giver_id`` is the partner whose it is, ``by_id`` the
    person who brought it. ``size`` is in bytes, ``kind`` its ending; ``sha256`` says where what
    it holds lies."""

    __tablename__ = "attachment"

    about: Mapped[Ref] = mapped_column(index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)

    @classmethod
    def visible(cls, stmt: Select["Attachment"], actor: Actor) -> Select["Attachment"]:
        """Whoever may read what it hangs on."""
        return stmt.where(or_(false(), *(_hangs_on(noun, actor) for noun in HOLDERS.values())))


def _hangs_on(noun: type[Record], actor: Actor) -> ColumnElement[bool]:
    named = literal(f"{noun.__tablename__}:") + cast(noun.id, String)
    return type_coerce(Attachment.about, String).in_(noun.visible(select(named), actor))


def of(session: Session, *about: Ref) -> dict[Ref, list[Attachment]]:
    """The files that hang on each of these, oldest first. Whoever asks may read them all."""
    found: dict[Ref, list[Attachment]] = {ref: [] for ref in about}
    stmt = select(Attachment).where(Attachment.about.in_(about)).order_by(Attachment.id)
    for one in session.scalars(stmt):
        found[one.about].append(one)
    return found


def hang(
    act: Act, about: Record, giver_id: int, *, name: str, kind: str, size: int, sha256: str
) -> Attachment:
    """Hang a file on something, within a verb. It lies there already.

    Raises ``Refused`` for the eleventh on one thing, for one that hangs there, and for more than
    sixty a day.
    """
    held = of(act.session, Ref.of(about))[Ref.of(about)]
    if any(one.sha256 == sha256 for one in held):
        raise Refused(N_("This file is here already."), field="file")
    if len(held) >= MOST:
        raise Refused(N_("There are ten files here. Take one away first."), field="file")
    throttle.daily(act, "file", MOST_A_DAY)
    assert act.actor.person_id is not None
    made = Attachment(
        about=Ref.of(about),
        giver_id=giver_id,
        by_id=act.actor.person_id,
        name=name,
        kind=kind,
        size=size,
        sha256=sha256,
    )
    act.session.add(made)
    act.session.flush()
    act.fact(file=made.id, sha256=sha256, size=size, kind=kind)
    return made


def take_down(act: Act, about: Record) -> None:
    """Let go of all files that hang on something, within a verb."""
    for one in of(act.session, Ref.of(about))[Ref.of(about)]:
        act.session.delete(one)


def points_to(session: Session, sha256: str) -> bool:
    """Whether any file is kept under this hash."""
    return (
        session.scalar(select(Attachment.id).where(Attachment.sha256 == sha256).limit(1))
        is not None
    )


def every(session: Session) -> list[str]:
    """The hashes of all files there must be."""
    return list(session.scalars(select(Attachment.sha256).distinct().order_by(Attachment.sha256)))
