"""Agreeing on the common base of a pilot: its coordinator proposes it, and it holds once every
group that takes part has said yes."""

from collections.abc import Collection, Mapping

from pilots.cohort import joined, must_go_on
from pilots.pilot import Pilot
from trust import ground
from trust.act import Act, verb
from trust.clauses import base
from trust.ground import Ground
from trust.narrowing import as_data, with_options, without
from trust.outbox import send
from trust.partners import Kind
from trust.people import seated
from trust.records import N_, Ref, Refused


@verb("ground:propose", may="pilot:manage", creates=True)
def propose(
    act: Act,
    pilot: Pilot,
    *,
    leave_out: Collection[str],
    options: Mapping[str, Collection[str]],
) -> Ground:
    """Propose what agreements for this pilot start from: the portal's base, without some clauses,
    with some options. What holds now holds until all have said yes to the new one.

    Raises ``Refused`` for a clause that every agreement has, for an option that is not there, when
    nothing would be different, and once the pilot has ended.
    """
    must_go_on(pilot)
    parts = base()
    for key, chosen in options.items():
        parts = with_options(parts, key, chosen)
    for key in leave_out:
        parts = without(parts, key)
    work = Ref.of(pilot)
    if as_data(parts) == as_data(ground.common(act.session, work)):
        raise Refused(N_("Nothing is different. Choose what this project should not allow."))
    waiting = ground.newest(act.session, work, agreed=False)
    if waiting is not None:
        waiting.ended_at = act.now
    assert act.actor.person_id is not None
    made = Ground(
        work=work, taker_id=pilot.taker_id, by_id=act.actor.person_id, chosen=as_data(parts), yes=[]
    )
    act.session.add(made)
    for partner in joined(act.session, pilot.id):
        for person in seated(act.session, Ref.of(partner), "canvas:agree-vcs", act.now):
            if partner.kind != Kind.COUNCIL and person != act.actor.person_id:
                send(act, "base", person, work)
    return made


@verb("ground:agree", may="canvas:agree-vcs")
def agree(act: Act, pilot: Pilot, *, read: int | None) -> None:
    """A group that takes part says yes to the base that is proposed (``read``). With the last
    yes it holds.

    Raises ``Refused`` when another one is proposed by now, and for the council, which proposed it,
    and whoever belongs to it too: a new base may allow more than the one before.
    """
    held = ground.newest(act.session, Ref.of(pilot), agreed=False)
    if held is None or held.id != read:
        raise Refused(N_("This is not what is proposed now. Read it again."))
    if held.taker_id in act.actor.own:
        raise Refused(N_("Somebody who does not also work for the council says yes."))
    groups = {one.id for one in joined(act.session, pilot.id) if one.kind != Kind.COUNCIL}
    if act.actor.acting_for not in groups or act.actor.person_id == held.by_id:
        raise Refused(N_("The groups that take part say yes to it."))
    held.yes = sorted({*held.yes, act.actor.acting_for})
    act.fact(ground=held.id)
    if groups <= set(held.yes):
        ground.hold(act.session, held, act.now)
