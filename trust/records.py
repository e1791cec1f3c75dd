"""What every row, refusal and message in the portal is made of."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple, Self, cast

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    MetaData,
    Select,
    String,
    Table,
    TypeDecorator,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column


def N_(text: str) -> str:
    """Mark ``text`` for translation; the portal formats it in the reader's language."""
    return text


class Msg(NamedTuple):
    """A sentence a person will read: an English text and what is filled into it.

    ``params`` hold plain values, or another ``Msg``; only the portal formats it.
    """

    text: str
    params: Mapping[str, Any] = {}


class Refused(Exception):
    """A rule says no. Nothing was changed; the person reads why and what would work.

    ``field`` names the form field it belongs to, ``clause`` the clause of an agreement that
    was asked, ``next_step`` what the person can do instead. ``between`` are the ids of the two
    partners whose agreement says no: they can talk about it.
    """

    def __init__(
        self,
        reason: Msg | str,
        *,
        field: str | None = None,
        clause: str | None = None,
        next_step: Msg | None = None,
        between: tuple[int, int] | None = None,
    ) -> None:
        self.reason = Msg(reason) if isinstance(reason, str) else reason
        self.field = field
        self.clause = clause
        self.next_step = next_step
        self.between = between
        super().__init__(self.reason.text)


class Hidden(LookupError):
    """There is no such thing for this person: missing, or not theirs to see (law 5)."""


class Ref(NamedTuple):
    """An opaque pointer to a record of any noun, so that nothing below knows what is above."""

    noun: str
    id: int

    @classmethod
    def of(cls, record: "Record") -> "Ref":
        return cls(record.noun, record.id)

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read ``contribution:17``. Raises ``ValueError`` for anything else."""
        noun, _, number = text.partition(":")
        if not noun or not number.isdecimal():
            raise ValueError(text)
        return cls(noun, int(number))

    def __str__(self) -> str:
        return f"{self.noun}:{self.id}"


class RefType(TypeDecorator[Ref]):
    """``Ref`` stored as its text, the same on both databases."""

    impl = String(60)
    cache_ok = True

    def process_bind_param(self, value: Ref | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Ref | None:
        return None if value is None else Ref.parse(value)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. A naive one is an error, not a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """Instead of ``process_result_value``: one call a value fewer, on pages of many rows."""
        read = cast(
            Callable[[Any], datetime] | None,
            self.impl_instance.result_processor(dialect, coltype),
        )

        def aware(value: Any) -> datetime | None:
            if value is None:
                return None
            at: datetime = read(value) if read else value
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)

        return aware


STAYS = {"when somebody leaves": "stays"}
HANDED = {"when somebody leaves": "handed over"}
GOES = {"when somebody leaves": "goes"}
"""What becomes of a row when the person that a column names leaves (safety.md, "Turnover"): it
stays as history, a colleague takes it over, or it goes with them. Each such column says which."""

Words = dict[str, str]
"""Text by language code, as it was given; the first key is the language it was given in."""


class Record(DeclarativeBase):
    """One row of one noun. ``version`` rises with every change, also when only what hangs on
    it changed (a verb sets ``changed_at``): a form that was read before a change is told so
    instead of overwriting it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant(),
        Ref: RefType(),
        dict[str, str]: JSON(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    changed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    audited: ClassVar[bool] = True
    """Whether a change to this noun outside a verb is an error. Events, sign-ins, drafts,
    throttles, sightings and parcels keep their own record of when and who."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # An id is never given twice, as on PostgreSQL: events and parcels point to ids for ever.
        table = cast(Table, cls.__table__)
        table.dialect_options["sqlite"]["autoincrement"] = True

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    @property
    def noun(self) -> str:
        return str(self.__tablename__)

    @classmethod
    def visible(cls, stmt: Select[Self], actor: Any) -> Select[Self]:
        """Narrow ``stmt`` to what ``actor`` may see. Nothing, unless a noun says otherwise."""
        return stmt.where(false())

    def places(self, permission: str) -> tuple[Ref, ...]:
        """Where a seat must be held for ``permission`` on this record. Nowhere, unless said."""
        return ()
