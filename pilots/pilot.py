"""A pilot: one community-insights project in one region, with one model and one shared question."""

from sqlalchemy import ForeignKey, Select, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column, object_session

from pilots.cohort import in_it, joined
from pilots.model import load
from trust.act import Act, Actor, verb
from trust.agreements import Agreement
from trust.giving import give, seat_lasts
from trust.governance.case import opened
from trust.names import ordered
from trust.partners import Partner
from trust.people import Seat
from trust.permissions import roles
from trust.records import HANDED, N_, Msg, Record, Ref, Refused
from trust.states import Move, table

STATES = table(
    "pilot",
    "running",
    {
        "running": N_("Running"),
        "paused": N_("Paused"),
        "ended": N_("Ended"),
    },
    [
        Move("pilot:pause", ("running",), "paused", "pilot:pause", reason=True),
        Move("pilot:resume", ("paused",), "running", "pilot:manage"),
        Move("pilot:end", ("running", "paused"), "ended", "pilot:manage", reason=True),
    ],
)


COHORT_TOO = {"pilot:pause", "canvas:write", "canvas:agree-vcs"}
"""What the partners of the cohort may do in their own right: every pilot can be paused by its
cohort, and the canvas is filled in together (pilots.md, "Gates")."""


class Pilot(Record):
    """One pilot. ``taker_id`` is the council; ``stage`` a key of its model."""

    __tablename__ = "pilot"

    name: Mapped[str] = mapped_column(ordered(120))
    question: Mapped[str] = mapped_column(String(300))
    lang: Mapped[str] = mapped_column(String(10), default="en")
    model: Mapped[str] = mapped_column(String(60))
    stage: Mapped[str] = mapped_column(String(10))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=HANDED)
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)

    @classmethod
    def visible(cls, stmt: Select["Pilot"], actor: Actor) -> Select["Pilot"]:
        """Those with a seat in it, and the partners of its cohort (asked or joined)."""
        partners = actor.ids("pilot:read", "partner")
        return stmt.where(
            or_(
                cls.id.in_(actor.ids("pilot:read", "pilot")),
                cls.taker_id.in_(partners),
                cls.id.in_(in_it(partners)),
            )
        )

    def places(self, permission: str) -> tuple[Ref, ...]:
        """The pilot; for what belongs to the cohort too, also the partners taking part."""
        here = Ref("pilot", self.id)
        if permission not in COHORT_TOO:
            return (here,)
        session = object_session(self)
        assert session is not None
        return (here, *(Ref.of(partner) for partner in joined(session, self.id)))


def to_agree_on(council_id: int, partner_id: int, *, by: int) -> Select[Pilot]:
    """The pilots that two partners can sign an agreement for, by name: those of the council that
    have not ended; where the partner proposes it, those that it is in or was asked to be in."""
    stmt = select(Pilot).where(Pilot.taker_id == council_id, Pilot.state != "ended")
    if by == partner_id:
        stmt = stmt.where(Pilot.id.in_(in_it([partner_id])))
    return stmt.order_by(Pilot.name, Pilot.id)


@verb("pilot:open", may="pilot:open", creates=True)
def open_pilot(
    act: Act,
    council: Partner,
    *,
    name: str,
    question: str,
    lang: str,
    model: str,
    first_stage: str,
    region_id: int,
) -> Pilot:
    """A council's coordinator opens a pilot and holds the coordinator's seat in it.

    With it comes its IG case, empty at step 1. Raises ``Refused`` without name or question,
    for an unknown model, and for any stage but its first: gates cannot be walked round.
    """
    if not name.strip():
        raise Refused(N_("Give the pilot a short name."), field="name")
    if not question.strip():
        raise Refused(N_("Write the one question that you share."), field="question")
    if first_stage != load(model).first.key:
        raise Refused(N_("A pilot starts at the first stage of its model."), field="model")
    assert act.actor.person_id is not None
    pilot = Pilot(
        name=name.strip()[:120],
        question=question.strip()[:300],
        lang=lang,
        model=model,
        stage=first_stage,
        region_id=region_id,
        taker_id=council.id,
        contact_id=act.actor.person_id,
    )
    act.session.add(pilot)
    act.session.flush()
    here = Ref.of(pilot)
    act.session.add(opened(here, council.id))
    act.session.add(
        Seat(
            person_id=act.actor.person_id,
            partner_id=council.id,
            place=here,
            role="coordinator",
            starts=act.now,
            ends=seat_lasts(roles()["coordinator"], act.now),
            accepted_at=act.now,
            given_by_id=act.actor.person_id,
        )
    )
    return pilot


@verb("pilot:pause", table=STATES)
def pause(act: Act, pilot: Pilot, *, reason: str) -> None:
    """Pause the pilot; the cohort can do this too. Everyone in it sees the reason."""
    act.words(reason=reason)


@verb("pilot:resume", table=STATES)
def resume(act: Act, pilot: Pilot) -> None:
    """Go on."""


@verb("pilot:end", table=STATES)
def end(act: Act, pilot: Pilot, *, reason: str) -> None:
    """End the pilot, for a reason that the cohort sees."""
    act.words(reason=reason)


@verb("pilot:edit", may="pilot:manage")
def edit(act: Act, pilot: Pilot, *, question: str) -> None:
    """Change the shared question. Raises ``Refused`` when it is empty, and once somebody has
    signed an agreement for this pilot: the question stands in it."""
    if not question.strip():
        raise Refused(N_("Write the one question that you share."), field="question")
    signed = select(Agreement.id).where(
        Agreement.work == Ref.of(pilot), Agreement.state.in_(("signed-by-one", "in-force"))
    )
    if act.session.scalars(signed).first() is not None:
        raise Refused(
            N_("A trust agreement was signed for this question. So it stays as it is."),
            field="question",
            next_step=Msg(N_("For another question, open another pilot.")),
        )
    pilot.question = question.strip()[:300]


@verb("pilot:seat", may="seat:give", creates=True)
def seat(act: Act, pilot: Pilot, *, role: str, name: str, email: str, partner: Partner) -> Seat:
    """Give somebody a role in this pilot. See ``trust.giving.give`` for what is refused."""
    return give(act, Ref.of(pilot), role, name=name, email=email, partner=partner)
