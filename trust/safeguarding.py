"""When someone may be at risk: a restricted record that reaches a named lead the same day,
outside the review queue. No word list claims to detect risk (safety.md, "Safeguarding")."""

from datetime import datetime

from sqlalchemy import (
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


class Concern(Record):
    """Somebody may be at risk. Read by the safeguarding lead and deputy of ``taker_id`` only, and
    by none of them who belongs to ``giver_id``: not in notes, search, exports or mail. ``tell``
    is False when the lead has written down why telling the contributor would add risk; until the
    lead has it, nobody is told."""

    __tablename__ = "concern"

    about: Mapped[Ref]
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    raised_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(4000))
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
            or_(cls.giver_id.is_(None), cls.giver_id.not_in(actor.own)),
        )

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.taker_id),)


def raised(act: Act, about: Record, *, giver_id: int | None, taker_id: int, words: str) -> Concern:
    """Make the record and tell the leads; for the verb by which a reader raises it.

    Raises ``Refused`` when nothing was written, or when the council has nobody to take it, or
    only people who belong to the group it came from: then the person is told to call, because
    waiting would be worse than a wrong page.
    """
    if not words.strip():
        raise Refused(N_("Say in a few words what worries you."), field="words")
    leads = _leads(act, taker_id, giver_id)
    if not leads:
        raise Refused(N_("Nobody is named here to take this. Call the number on this page now."))
    concern = Concern(
        about=Ref.of(about),
        giver_id=giver_id,
        taker_id=taker_id,
        raised_by_id=act.actor.person_id,
        raised_at=act.now,
        words=words.strip()[:4000],
    )
    act.session.add(concern)
    act.session.flush()
    for person in leads:
        send(act, "concern", person, concern)
    act.fact(concern=concern.id)
    return concern


def _leads(act: Act, taker_id: int, giver_id: int | None) -> list[int]:
    """Whom to tell of a concern: ids of those who read it."""
    found = seated(act.session, Ref("partner", taker_id), "concern:read", act.now)
    if giver_id is None:
        return found
    return [one for one in found if giver_id not in acts_for(act.session, one, act.now)]


def _not_own(act: Act, concern: Concern) -> None:
    if concern.giver_id in act.actor.own:
        raise Hidden("concern")


def told(session: Session, about: Ref) -> bool:
    """Whether those who gave it may know that ``about`` was passed to the safeguarding lead."""
    stmt = select(Concern.id).where(
        Concern.about == about, Concern.state != STATES.start, Concern.tell
    )
    return session.scalars(stmt).first() is not None


def told_about(noun: str, id: SQLColumnExpression[int]) -> Exists:
    """The same as ``told``, for the records of one noun in a statement that lists them."""
    return _about(noun, id, Concern.state != STATES.start, Concern.tell)


def closed_about(noun: str, id: SQLColumnExpression[int]) -> Exists:
    """Whether the lead has closed what was passed on, told or not, as in ``told_about``."""
    return _about(noun, id, Concern.state == "closed")


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
    """The contributor hears of it: only now has it had an answer."""
    if concern.giver_id is None:
        return
    act.moment("answered", concern.about, giver_id=concern.giver_id)
    place = Ref("partner", concern.giver_id)
    for person in seated(act.session, place, "contribution:write", act.now):
        send(act, "passed-on", person, concern.about)


@verb("concern:take", table=STATES)
def take(act: Act, concern: Concern, *, tell: bool = True, why: str = "") -> None:
    """The lead or the deputy has it now. The contributor is told that it was passed on, unless
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
    """Close it, and say whether the contributor may be told; the words say why not."""
    _not_own(act, concern)
    act.words(reason=reason)
    if tell and not concern.tell:
        _tell(act, concern)
    concern.tell = tell
