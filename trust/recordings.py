"""What a group said by phone or on paper about a trust agreement (trust.md, "Trust agreement"):
yes, no, or that it ends.

Somebody outside both sides writes it down. It takes effect only after the partner itself confirmed
it, by a way that whoever wrote it down does not control: the code of a letter to an address, or a
call to a number, which stood there before."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, Select, String, and_, exists, or_, select
from sqlalchemy.orm import (
    Mapped,
    Session,
    aliased,
    joinedload,
    mapped_column,
    object_session,
    relationship,
)

from trust import ground
from trust.act import Act, Actor, verb
from trust.agreements import OPEN, Agreement, beside, tell
from trust.calendar import london_day
from trust.dispute import must_not_be_disputed
from trust.locks import one_at_a_time
from trust.partners import Kind, Partner
from trust.people import Person, Seat, in_force
from trust.permissions import roles
from trust.records import N_, STAYS, Msg, Record, Ref, Refused
from trust.states import Move, table

HOW = {"phone": N_("By phone"), "paper": N_("On paper")}
NOT_ONLINE = ("call", "letter", "visit")
"""How a partner is best reached that would rather not sign on a screen."""

TO_SIGN = ("proposed", "signed-by-one")
STANDS = {"yes": TO_SIGN, "no": OPEN, "end": ("in-force",)}
"""What can be said about an agreement, and in which of its states."""

STATES = table(
    "recording",
    "waiting",
    {
        "waiting": N_("Waits to be confirmed"),
        "confirmed": N_("Confirmed"),
        "denied": N_("Not so, they say"),
        "taken-back": N_("Taken back"),
    },
    [
        # Whoever holds the letter, and knows its code: nobody has to sign in.
        Move("recording:confirm", ("waiting",), "confirmed", "public"),
        Move("recording:deny", ("waiting",), "denied", "public"),
        Move("recording:call", ("waiting",), "confirmed", "agreement:record"),
        Move("recording:take-back", ("waiting",), "taken-back", "agreement:record", True),
    ],
)


class Recording(Record):
    """What somebody wrote down: that ``name`` said something (``kind``: a key of ``SAYINGS``), as
    ``role``, for ``giver_id``, on a day, by phone or on paper, in ``lang``, and ``why``; about
    exactly the text with this fingerprint; or about an ``answer`` that it sent.

    ``by_id`` wrote it down for ``for_id``. ``spoke_with`` is whom a call back reached, and
    ``confirmed_by_id`` who called; a letter's code names nobody.
    """

    __tablename__ = "recording"

    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    answer: Mapped[Ref | None] = mapped_column(index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    work: Mapped[Ref | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    for_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(120))
    how: Mapped[str] = mapped_column(String(10))
    said_on: Mapped[date]
    lang: Mapped[str] = mapped_column(String(10))
    text_sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10), default="yes")
    why: Mapped[str] = mapped_column(String(1000), default="")
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    spoke_with: Mapped[str] = mapped_column(String(120), default="")

    agreement: Mapped[Agreement | None] = relationship()
    giver: Mapped[Partner] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Partner] = relationship(foreign_keys=[taker_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    recorder: Mapped[Partner] = relationship(foreign_keys=[for_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])

    @classmethod
    def visible(cls, stmt: Select["Recording"], actor: Actor) -> Select["Recording"]:
        """Both sides of the agreement, and those who may write such a thing down or confirm it.
        Of an answer, which few may read at the other side, only the group itself."""
        mine = actor.ids("agreement:read", "partner")
        taken = and_(cls.taker_id.in_(mine), cls.answer.is_(None))
        both = or_(cls.giver_id.in_(mine), taken)
        return stmt.where(or_(both, outside(cls, actor), near(actor)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        """Those of its agreement; and, as long as it waits, the other organisations of the region
        that stand by groups: somebody of another organisation than the writer's confirms it."""
        own, session = beside(self.giver, self.work), object_session(self)
        if self.state != "waiting" or session is None:
            return own
        around = select(Partner.id).where(
            Partner.kind == Kind.INFRASTRUCTURE, Partner.region_id == self.giver.region_id
        )
        return (*own, *(Ref("partner", id) for id in session.scalars(around)))


def outside(noun: type[Agreement] | type[Recording], actor: Actor) -> ColumnElement[bool]:
    """The condition under which somebody is there to write down what the giver says: a supporter
    of the organisation that stands by it, or a connector of the project."""
    helped = select(Partner.id).where(
        Partner.supporter_id.in_(actor.ids("agreement:record", "partner"))
    )
    works = [Ref("pilot", id) for id in actor.ids("agreement:record", "pilot")]
    return or_(noun.giver_id.in_(helped), noun.work.in_(works))


def near(actor: Actor) -> ColumnElement[bool]:
    """The condition under which somebody may confirm what another organisation wrote down: it
    waits, and they stand by groups in the region of the one that said it. Or they did so."""
    given, here = aliased(Partner), aliased(Partner)
    same = given.region_id == here.region_id
    held = actor.ids("agreement:record", "partner")
    regions = select(given.id).join(here, same).where(here.id.in_(held))
    waits = and_(Recording.state == "waiting", Recording.giver_id.in_(regions))
    if actor.person_id is None or not held:
        return waits
    return or_(waits, Recording.confirmed_by_id == actor.person_id)


def to_record(actor: Actor, now: datetime) -> Select[Agreement]:
    """The agreements about which ``actor`` may write down what was said: those of a partner that
    has nobody here who could sign, or that says a call, a letter or a visit reaches it best."""
    return (
        select(Agreement)
        .join(Partner, Partner.id == Agreement.giver_id)
        .where(
            outside(Agreement, actor),
            or_(*(Agreement.state.in_(states) for states in STANDS.values())),
            not_here(now),
        )
        .order_by(Agreement.id.desc())
    )


def not_here(now: datetime) -> ColumnElement[bool]:
    """The condition under which a partner has nobody here who could sign, or would rather not."""
    signs = [key for key, role in roles().items() if "agreement:sign" in role.permissions]
    at_giver = Seat.partner_id == Partner.id, Seat.role.in_(signs)
    return or_(Partner.reached_by.in_(NOT_ONLINE), ~exists().where(*at_giver, *in_force(now)))


def may_say(agreement: Agreement) -> tuple[str, ...]:
    """What its giver can say about an agreement as it stands: keys of ``SAYINGS``."""
    signed = any(one.partner_id == agreement.giver_id for one in agreement.signatures)
    can = [kind for kind, states in STANDS.items() if agreement.state in states]
    return tuple(kind for kind in can if kind != "yes" or not signed)


def of(session: Session, agreement: Agreement) -> list[Recording]:
    """All that was written down for an agreement, newest first."""
    stmt = select(Recording).where(Recording.agreement_id == agreement.id)
    return list(session.scalars(stmt.order_by(Recording.id.desc())))


def mine(session: Session, actor: Actor) -> list[Recording]:
    """What was written down where ``actor`` does so too, or could confirm it, newest first."""
    stmt = select(Recording).where(or_(outside(Recording, actor), near(actor)))
    both = joinedload(Recording.giver), joinedload(Recording.taker)
    stmt = stmt.options(*both, joinedload(Recording.agreement).selectinload(Agreement.signatures))
    return list(session.scalars(stmt.order_by(Recording.id.desc()).limit(100)))


class Saying(NamedTuple):
    """One kind of thing that can be said: whether it can still be confirmed; what happens when it
    is, within the verb that confirms; and whom to tell when it turns out not to be so."""

    stands: "Callable[[Recording], bool]"
    counts: "Callable[[Act, Recording], None]"
    not_so: "Callable[[Act, Recording], None]"


SAYINGS: dict[str, Saying] = {}
"""The kinds of things that can be said (trust/sayings.py)."""

OVERTAKEN = N_("It went on since")


def standing(recording: Recording) -> bool:
    """Whether it can still be confirmed: nothing happened meanwhile that overtakes it."""
    return recording.state == "waiting" and SAYINGS[recording.kind].stands(recording)


def waiting_for(session: Session, agreement: Agreement) -> Recording | None:
    """What was said and waits to be confirmed, if there is something."""
    return next((one for one in of(session, agreement) if standing(one)), None)


def check_outside(actor: Actor, about: Any) -> None:
    """Raises ``Refused`` for somebody who belongs to either side of ``about``, which has a giver
    and a taker, with whichever hat."""
    if about.taker_id in actor.own:
        raise Refused(
            N_("You belong to the other side of this. So you cannot do this for them."),
            next_step=Msg(
                N_("Ask the organisation that stands by them, or a connector of the project.")
            ),
        )
    if about.giver_id in actor.own:
        raise Refused(
            N_("This is for somebody outside your organisation to do."),
            next_step=Msg(N_("Ask whoever may sign for you to sign in and sign it here.")),
        )


ALREADY = N_("What they said was written down already. It waits to be confirmed.")
FIRST = N_("Do they want something else now? First take that back.")
NOT_NOW = {
    "yes": N_("This agreement does not wait for their yes now."),
    "no": N_("This agreement does not wait for an answer now."),
    "end": N_("This agreement is not in force now. So there is nothing to end."),
}


@verb("recording:make", may="agreement:record", creates=True)
def record(
    act: Act,
    agreement: Agreement,
    *,
    name: str,
    role: str,
    how: str,
    said_on: date,
    lang: str,
    read_sha256: str,
    kind: str = "yes",
    why: str = "",
) -> Recording:
    """Write down that somebody who may sign for the giver said yes to the text as it stands, or
    no, or that the agreement ends (``kind``).

    Raises ``Refused`` for somebody of either side; when the text changed since it was read out,
    when this cannot be said now, or when something waits to be confirmed already; without name and
    role, or for a day that is not over yet; and for a no or an end without its reason.
    """
    check_outside(act.actor, agreement)
    if kind not in may_say(agreement):
        raise Refused(NOT_NOW.get(kind, NOT_NOW["no"]))
    one_at_a_time(act.session, f"said:{Ref.of(agreement)}")
    waiting = waiting_for(act.session, agreement)
    if waiting is not None:
        raise Refused(ALREADY, next_step=None if waiting.kind == kind else Msg(FIRST))
    if read_sha256 != agreement.text_sha256:
        raise Refused(
            N_("The text has changed since you read it out. Nothing was written down."),
            next_step=Msg(N_("Read them the words as they are now.")),
        )
    must_not_be_disputed(act, agreement.giver_id)
    if kind == "yes":
        ground.check(act.session, agreement.work, agreement.chosen)
    elif not why.strip():
        raise Refused(N_("Write down why, in their own words."), field="why")
    given: dict[str, Any] = {
        "name": name,
        "role": role,
        "how": how,
        "said_on": said_on,
        "lang": lang,
    }
    made = written(act, agreement, kind=kind, why="" if kind == "yes" else why, **given)
    made.agreement_id, made.agreement, made.text_sha256 = agreement.id, agreement, read_sha256
    act.session.flush()
    act.fact(agreement=agreement.id, text_sha256=read_sha256)
    tell_both(act, agreement, TOLD[kind])
    return made


def written(
    act: Act,
    about: Any,
    *,
    kind: str,
    name: str,
    role: str,
    how: str,
    said_on: date,
    lang: str,
    why: str,
) -> Recording:
    """What was said about ``about``, which has a giver, a taker and a work: for the verbs that
    write it down. Raises ``Refused`` without name and role, or for a day that is not over yet."""
    if how not in HOW:
        raise Refused(N_("Say if it was by phone or on paper."), field="how")
    if not name.strip():
        raise Refused(N_("Write down who said it."), field="name")
    if not role.strip():
        raise Refused(N_("Say what they do in their organisation."), field="role")
    if said_on > london_day(act.now):
        raise Refused(N_("Choose the day on which they said it."), field="said_on")
    assert act.actor.person_id is not None and act.actor.acting_for is not None
    made = Recording(
        giver_id=about.giver_id,
        taker_id=about.taker_id,
        work=about.work,
        by_id=act.actor.person_id,
        for_id=act.actor.acting_for,
        at=act.now,
        name=" ".join(name.split())[:120],
        role=" ".join(role.split())[:120],
        how=how,
        said_on=said_on,
        lang=lang,
        text_sha256="",
        kind=kind,
        why=why.strip()[:1000],
    )
    act.session.add(made)
    act.fact(how=how, said=kind)
    return made


TOLD = {"yes": "agreement-said", "no": "agreement-said-no", "end": "agreement-said-end"}
"""The news that something was said and waits to be confirmed."""


def tell_both(act: Act, agreement: Agreement, kind: str) -> None:
    """News for both sides: neither of them did it."""
    for partner_id in (agreement.giver_id, agreement.taker_id):
        tell(act, agreement, partner_id, kind)
