"""Leaving a partner, with all that hangs on somebody handed over at one moment: what trust knows of
(``trust.handover``), and the work of pilots (safety.md, "Turnover and disputes")."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from pilots.contribution_states import OWN, STATES
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from trust import contacts
from trust.act import Act, verb
from trust.handover import Line, held_by, may_come, must_hold, name_of, own_lines, settle
from trust.ledger import Promised
from trust.outbox import send
from trust.partners import Partner
from trust.people import Person, Seat, acts_for
from trust.records import N_, Hidden, Msg, Ref, Refused
from trust.relationships import Note

READING = ("in-review", "asked")


def lines(act: Act, partner: Partner, leaver: Person) -> list[Line]:
    """Everything that hangs on somebody at a partner, in the order in which it is asked about."""
    known = tuple(id for id in contacts.colleagues(act.session, partner.id, act) if id != leaver.id)
    seats = held_by(act.session, leaver.id, partner, act)
    return [
        *own_lines(act, partner, leaver),
        *_runs(act, partner, leaver, seats, known),
        *_reads(act, leaver, seats, known),
        *_writes(act, leaver, seats, known),
    ]


def _runs(
    act: Act, partner: Partner, leaver: Person, seats: list[Seat], known: tuple[int, ...]
) -> list[Line]:
    """The pilots in which somebody is the one to call."""
    stmt = select(Pilot).where(Pilot.contact_id == leaver.id, Pilot.state != "ended")
    mine = {seat.place.id for seat in seats if seat.place.noun == "pilot"}
    found = []
    for pilot in act.session.scalars(stmt.where(Pilot.id.in_(mine)).order_by(Pilot.id)):

        def give(act: Act, to: int | None, pilot: Pilot = pilot) -> None:
            assert to is not None
            must_hold(act, to, Ref.of(pilot), "pilot:manage")
            pilot.contact_id = to

        who = may_come(act, seats, Ref.of(pilot), "pilot:manage", known)
        what = Msg(N_("The person to call about %(pilot)s"), {"pilot": pilot.name})
        can = Msg(N_("Another coordinator of this pilot can."))
        line = Line(f"runs-{pilot.id}", what, Ref.of(pilot), who, give, may_end=False, who_can=can)
        found.append(line)
    return found


def _reads(act: Act, leaver: Person, seats: list[Seat], known: tuple[int, ...]) -> list[Line]:
    """What somebody took off the queue and has not settled, a line for each pilot."""
    mine = {seat.place.id for seat in seats if seat.place.noun == "pilot"}
    stmt = select(Contribution).where(
        Contribution.claimed_by_id == leaver.id,
        Contribution.state.in_(READING),
        Contribution.pilot_id.in_(mine),
    )
    by_pilot: dict[int, list[Contribution]] = {}
    for one in act.session.scalars(stmt.order_by(Contribution.id)):
        by_pilot.setdefault(one.pilot_id or 0, []).append(one)
    found = []
    for pilot_id, held in by_pilot.items():
        place = Ref("pilot", pilot_id)
        givers = {one.giver_id for one in held}

        def give(
            act: Act,
            to: int | None,
            place: Ref = place,
            held: Sequence[Contribution] = held,
        ) -> None:
            if to is not None:
                must_hold(act, to, place, "contribution:review")
                _reads_none_of_its_own(act, to, held)
            for one in held:
                if to is not None:
                    one.claimed_by_id = to
                elif one.state == "in-review":
                    one.claimed_by_id = None
                    one.state = STATES.move("contribution:hand-back").to
                # Where an answer is waited for, whoever reads it then takes it over.
            act.session.flush()

        able = may_come(act, seats, place, "contribution:review", known)
        who = tuple(id for id in able if givers.isdisjoint(acts_for(act.session, id, act.now)))
        pilot = act.session.get_one(Pilot, pilot_id)
        what = Msg(
            N_("Answers that are being read (%(count)s): %(pilot)s"),
            {"count": len(held), "pilot": pilot.name},
        )
        back = Msg(N_("Nobody: back to the queue"))
        can = Msg(N_("A reviewer of this pilot from another organisation than theirs can."))
        line = Line(f"reads-{pilot_id}", what, place, who, give, otherwise=back, who_can=can)
        found.append(line)
    return found


def _reads_none_of_its_own(act: Act, to: int, held: Sequence[Contribution]) -> None:
    theirs = acts_for(act.session, to, act.now)
    if any(one.giver_id in theirs or one.entered_by_id == to for one in held):
        raise Refused(
            Msg(
                N_("%(name)s belongs to a group that gave one of these. Choose another."),
                {"name": name_of(act, to)},
            )
        )


def _writes(act: Act, leaver: Person, seats: list[Seat], known: tuple[int, ...]) -> list[Line]:
    """What a connector writes down for a group and has not sent."""
    mine = {seat.place.id for seat in seats if seat.place.noun == "pilot"}
    stmt = (
        select(Contribution, Partner.name)
        .join(Partner, Partner.id == Contribution.giver_id)
        .where(
            Contribution.entered_by_id == leaver.id,
            Contribution.channel.not_in(OWN),
            Contribution.state == "draft",
            Contribution.pilot_id.in_(mine),
        )
    )
    found = []
    for one, group in act.session.execute(stmt.order_by(Contribution.id)):
        place = Ref("pilot", one.pilot_id or 0)

        def give(act: Act, to: int | None, one: Contribution = one, place: Ref = place) -> None:
            assert to is not None
            must_hold(act, to, place, "contribution:enter")
            one.entered_by_id = to

        who = may_come(act, seats, place, "contribution:enter", known)
        what = Msg(N_("An answer that is written down for %(group)s"), {"group": group})
        can = Msg(N_("Another connector of this pilot can."))
        found.append(Line(f"writes-{one.id}", what, place, who, give, may_end=False, who_can=can))
    return found


STAYS = {
    "drafts": N_("Answers that are not sent yet: any colleague goes on with them"),
    "next-steps": N_("Next steps that you agreed with others"),
    "promises": N_("Promises in your trust agreements"),
}
"""What belongs to the partner, and not to one person: it stays, and whoever is left does it."""


def stays(act: Act, partner: Partner) -> dict[str, int]:
    """How much of each kind stays with a partner, whoever leaves (``STAYS``)."""
    asked = {
        "drafts": select(func.count()).where(
            Contribution.giver_id == partner.id, Contribution.state == "draft"
        ),
        "next-steps": select(func.count()).where(
            (Note.giver_id == partner.id) | (Note.taker_id == partner.id),
            Note.next_step != "",
            Note.next_step_done_at.is_(None),
        ),
        "promises": select(func.count()).where(
            (Promised.giver_id == partner.id) | (Promised.taker_id == partner.id),
            Promised.ended_at.is_(None),
        ),
    }
    return {key: act.session.scalar(stmt) or 0 for key, stmt in asked.items()}


@verb("partner:leave", may="signed-in")
def leave(act: Act, partner: Partner, /, *, to: Mapping[str, str], alone: bool = False) -> None:
    """A person leaves a partner. Each thing that hangs on them goes to whom ``to`` names for it,
    by the key of its line; all of it happens at one moment, or nothing.

    Raises ``Hidden`` for a partner that they do not act for, and ``Refused`` as ``settle`` does.
    """
    if act.actor.acting_for != partner.id or act.actor.person_id is None:
        raise Hidden("partner")
    _go(act, partner, act.session.get_one(Person, act.actor.person_id), to, alone)


@verb("partner:see-out", may="seat:give-colleague")
def see_out(act: Act, partner: Partner, /, *, person: Person, to: Mapping[str, str]) -> None:
    """Somebody who may invite people does the same for a colleague who has left already.

    Raises ``Refused`` for oneself, and as ``settle`` does.
    """
    if person.id == act.actor.person_id:
        raise Refused(N_("This is your own role. Ask a colleague to do it."))
    _go(act, partner, person, to, False)


def _go(act: Act, partner: Partner, leaver: Person, to: Mapping[str, str], alone: bool) -> None:
    told = settle(act, partner, leaver, lines(act, partner, leaver), to, alone=alone)
    for person_id in told:
        if person_id != act.actor.person_id:
            send(act, "handed-over", person_id, partner)
