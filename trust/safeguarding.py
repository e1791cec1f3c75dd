"""When someone may be at risk: a restricted record that reaches a named lead the same day,
outside the review queue. No word list claims to detect risk (safety.md, "Safeguarding")."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Exists,
    ForeignKey,
    Select,
    SQLColumnExpression,
    String,
    cast,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Act, Actor, verb
from trust.outbox import send
from trust.partners import Kind, Partner
from trust.people import acts_for, seated
from trust.records import HANDED, N_, STAYS, Hidden, Record, Ref, Refused
from trust.states import Move, table

STATES = table(
    "concern",
    "raised",
    {
        "raised": N_("Waiting for the safeguarding lead"),
        "taken": N_("The safeguarding lead has it"),
        "closed": N_("The safeguarding lead has closed it"),
    },
    [
        Move("concern:take", ("raised",), "taken", "concern:read"),
        Move("concern:close", ("taken",), "closed", "concern:read", reason=True),
    ],
)


class Passage(TypedDict):
    """Some of what a reader read: what it is, the words, and their language, if known."""

    what: str
    words: str
    lang: str


class Read(NamedTuple):
    """What a reader read: who gave it, between which organisations it stands, and which person
    wrote it; None for an answer, which all who answer for its giver gave. ``passages`` are kept as
    they were read: whatever becomes of the record they stand in, the lead reads them."""

    about: Ref
    giver_id: int | None
    sides: tuple[int | None, ...]
    wrote_id: int | None = None
    passages: tuple[Passage, ...] = ()


class Concern(Record):
    """Somebody may be at risk. Read by the safeguarding lead and deputy of ``taker_id`` only, and
    by none of them who belongs to ``giver_id``, unless that is their own council: not in notes,
    search, exports or mail. ``tell`` is False when the lead has written down why telling those who
    wrote it would add risk; until the lead has it, nobody is told."""

    __tablename__ = "concern"

    about: Mapped[Ref]
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    raised_at: Mapped[datetime]
    wrote_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    words: Mapped[str] = mapped_column(String(4000))
    passages: Mapped[list[Passage] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=HANDED)
    tell: Mapped[bool] = mapped_column(default=True)

    @classmethod
    def visible(cls, stmt: Select["Concern"], actor: Actor) -> Select["Concern"]:
        return stmt.where(*cls.readable(actor))

    @classmethod
    def readable(cls, actor: Actor) -> tuple[ColumnElement[bool], ...]:
        """The conditions under which ``actor`` reads it: as lead or deputy, and not as somebody
        who belongs to the group it came from too, with whichever hat."""
        return (
            cls.taker_id.in_(actor.ids("concern:read", "partner")),
            cls.from_others(actor.own),
        )

    @classmethod
    def from_others(cls, own: Collection[int] | BindParameter[Any]) -> ColumnElement[bool]:
        """The condition under which none of the partners ``own`` gave it; a council's own words
        its own lead reads: there is no other."""
        return or_(cls.giver_id.is_(None), cls.giver_id == cls.taker_id, cls.giver_id.not_in(own))

    def barred(self, own: Collection[int | None]) -> bool:
        """Whether whoever belongs to the partners ``own`` has no part in it."""
        return self.giver_id in own and self.giver_id not in (None, self.taker_id)

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.taker_id),)


def raised(act: Act, read: Read, words: str) -> Concern:
    """Make the record and tell the leads; for the verb by which a reader raises it.

    Raises ``Refused`` when nothing was written, or when no council has anybody to take it, or
    only people who belong to the group it came from: then the person is told to call, because
    waiting would be worse than a wrong page.
    """
    if not words.strip():
        raise Refused(N_("Say in a few words what worries you."), field="words")
    for council_id in _councils(act.session, read):
        if leads := _leads(act, council_id, read.giver_id):
            break
    else:
        raise Refused(N_("Nobody is named here to take this. Call the number on this page now."))
    concern = Concern(
        about=read.about,
        giver_id=read.giver_id,
        taker_id=council_id,
        raised_by_id=act.actor.person_id,
        raised_at=act.now,
        wrote_id=read.wrote_id,
        words=words.strip()[:4000],
        passages=list(read.passages) or None,
    )
    act.session.add(concern)
    act.session.flush()
    for person in leads:
        send(act, "concern", person, concern)
    act.fact(concern=concern.id)
    return concern


def _councils(session: Session, read: Read) -> list[int]:
    """Ids of the councils whose leads can take it: those it stands between, whoever gave it last;
    between others the councils of their regions."""
    sides = [one for one in (session.get(Partner, id) for id in read.sides if id) if one]
    found = [one.id for one in sides if one.kind == Kind.COUNCIL]
    if not found:
        stmt = select(Partner.id).where(
            Partner.kind == Kind.COUNCIL,
            Partner.region_id.in_([one.region_id for one in sides]),
            Partner.merged_into_id.is_(None),
        )
        found = list(session.scalars(stmt.order_by(Partner.id)))
    return sorted(dict.fromkeys(found), key=lambda id: id == read.giver_id)


def _leads(act: Act, taker_id: int, giver_id: int | None) -> list[int]:
    """Whom to tell of a concern: ids of those who read it."""
    found = seated(act.session, Ref("partner", taker_id), "concern:read", act.now)
    if giver_id in (None, taker_id):
        return found
    return [one for one in found if giver_id not in acts_for(act.session, one, act.now)]


def _not_own(act: Act, concern: Concern) -> None:
    if concern.barred(act.actor.own):
        raise Hidden("concern")


def told(session: Session, about: Ref, giver_id: int | None) -> bool:
    """Whether those who gave ``about``, or wrote in it for ``giver_id``, may know that it was
    passed to the safeguarding lead."""
    stmt = select(Concern.id).where(
        Concern.about == about,
        Concern.giver_id == giver_id,
        Concern.state != STATES.start,
        Concern.tell,
    )
    return session.scalars(stmt).first() is not None


def told_about(
    noun: str, id: SQLColumnExpression[int], giver_id: SQLColumnExpression[int]
) -> Exists:
    """The same as ``told``, for the records of one noun in a statement that lists them."""
    return _about(
        noun, id, Concern.giver_id == giver_id, Concern.state != STATES.start, Concern.tell
    )


def closed_about(
    noun: str, id: SQLColumnExpression[int], giver_id: SQLColumnExpression[int]
) -> Exists:
    """Whether the lead has closed what was passed on, told or not, as in ``told_about``."""
    return _about(noun, id, Concern.giver_id == giver_id, Concern.state == "closed")


def read_about(noun: str, id: SQLColumnExpression[int], actor: Actor) -> Exists:
    """Whether ``actor`` reads a concern about it, as in ``told_about``: then what it is about too,
    whatever became of that (safety.md: "Withdrawal does not delete it")."""
    return _about(noun, id, *Concern.readable(actor))


def _about(noun: str, id: SQLColumnExpression[int], *so: SQLColumnExpression[bool]) -> Exists:
    about = literal(f"{noun}:").concat(cast(id, String))
    found = select(Concern.id).where(type_coerce(Concern.about, String) == about, *so)
    return found.exists()


def heard_more(act: Act, about: Record) -> None:
    """Those who gave it said more; for the verb by which they do, to tell the leads who have it,
    or who are to take it."""
    stmt = select(Concern).where(Concern.about == Ref.of(about), Concern.state != "closed")
    for concern in act.session.scalars(stmt):
        for person in _leads(act, concern.taker_id, concern.giver_id):
            send(act, "concern", person, concern)


def _tell(act: Act, concern: Concern) -> None:
    """Those who wrote it hear of it: only now has an answer had one."""
    if concern.wrote_id is None and concern.giver_id is not None:
        act.moment("answered", concern.about, giver_id=concern.giver_id)
    for person in _writers(act, concern):
        send(act, "passed-on", person, concern.about)


def _writers(act: Act, concern: Concern) -> list[int]:
    """Whom to tell: all who answer for its giver, of an answer; else whoever wrote it; else, if
    that one does not act there any more, all who read what is written to that side."""
    wrote, giver_id = concern.wrote_id, concern.giver_id
    if giver_id is None:
        return [wrote] if wrote is not None else []
    place = Ref("partner", giver_id)
    if wrote is None:
        return seated(act.session, place, "contribution:write", act.now)
    if giver_id in acts_for(act.session, wrote, act.now):
        return [wrote]
    return seated(act.session, place, "relationship:read", act.now)


@verb("concern:take", table=STATES)
def take(act: Act, concern: Concern, *, tell: bool = True, why: str = "") -> None:
    """The lead or the deputy has it now. Those who wrote it are told that it was passed on, unless
    the lead writes down ``why`` that would add risk. Raises ``Refused`` without these words."""
    _not_own(act, concern)
    if not tell:
        if not why.strip():
            raise Refused(N_("Say why telling them would add risk."), field="why")
        act.words(why=why.strip()[:4000])
    concern.taken_by_id = act.actor.person_id
    concern.tell = tell
    if tell:
        _tell(act, concern)


@verb("concern:close", table=STATES)
def close(act: Act, concern: Concern, *, reason: str, tell: bool) -> None:
    """Close it, and say whether those who wrote it may be told; the words say why not."""
    _not_own(act, concern)
    act.words(reason=reason)
    if tell and not concern.tell:
        _tell(act, concern)
    concern.tell = tell
