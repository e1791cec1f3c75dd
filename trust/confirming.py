"""How what was said by phone or on paper comes to count: somebody other than whoever wrote it down
reaches the partner, by a way that stood there before; or it is taken back."""

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from trust import mailboxes, reach, sayings  # noqa: F401 - what happens then
from trust.act import Act, Actor, verb
from trust.agreements import beside
from trust.outbox import send
from trust.people import Seat, in_time
from trust.permissions import roles
from trust.reach import STANDS_FOR, Way
from trust.recordings import SAYINGS, STATES, Recording, check_outside, standing
from trust.records import N_, Hidden, Msg, Ref, Refused

ANOTHER = N_(
    "Ask a connector of the project, or another organisation here that stands by groups. "
    "Neither may belong to the one that wrote it down."
)


def check_way(way: Way, recording: Recording, actor: Actor) -> None:
    """Raises ``Refused`` unless a way to reach the partner proves something: it stood there for a
    week before this was written down, and neither whoever did that, nor the other side, nor
    whoever goes it now wrote it, nor anybody who reads the mailbox of one of them; nor somebody of
    the partner who may not sign for it, and would confirm what only a signatory can say."""
    if not way.words:
        raise Refused(
            N_("We do not know where to reach them this way."),
            next_step=Msg(N_("Ask them to write it down, or use the other way.")),
        )
    session = object_session(recording)
    assert session is not None
    if mailboxes.read_by_one(session, way.by_id, actor.person_id):
        raise Refused(
            N_("You wrote down where to reach them, or somebody with your mailbox did."),
            next_step=Msg(
                N_("Ask somebody else who stands by groups in this region, or use the other way.")
            ),
        )
    if mailboxes.read_by_one(session, way.by_id, recording.by_id):
        raise Refused(
            N_("Whoever wrote this down also wrote down where to reach them."),
            next_step=Msg(N_("Use the other way, or let a colleague write it down anew.")),
        )
    if way.for_id == recording.taker_id:
        raise Refused(
            N_("The other side of the agreement wrote down where to reach them."),
            next_step=Msg(N_("Use the other way, or ask the group to write it down itself.")),
        )
    if way.for_id == recording.giver_id and not _signed_there(session, way.by_id, way.for_id):
        raise Refused(
            N_("Somebody who may not sign for them wrote down where to reach them."),
            next_step=Msg(N_("Use the other way, or ask whoever signs for them to write it down.")),
        )
    if way.since is None or way.since > recording.at - STANDS_FOR:
        raise Refused(
            N_("Where to reach them was changed too short before, or since."),
            next_step=Msg(N_("Use the other way. Or write it down anew, a week after the change.")),
        )


def _signed_there(session: Session, person_id: int | None, partner_id: int) -> bool:
    """Whether somebody may sign for a partner, or once did."""
    signs = [key for key, role in roles().items() if "agreement:sign" in role.permissions]
    held = select(Seat.id).where(
        Seat.person_id == person_id,
        Seat.place == Ref("partner", partner_id),
        Seat.role.in_(signs),
        Seat.accepted_at.is_not(None),
    )
    return session.scalar(held.limit(1)) is not None


def check_another(actor: Actor, recording: Recording) -> None:
    """Raises ``Refused`` for whoever wrote it down, for who reads the same mailbox, for their
    colleagues, and for both sides of the agreement."""
    if actor.person_id is not None and actor.person_id == recording.by_id:
        raise Refused(
            N_("You wrote this down yourself. Somebody else confirms it."),
            next_step=Msg(ANOTHER),
        )
    session = object_session(recording)
    if session and mailboxes.read_by_one(session, actor.person_id, recording.by_id):
        raise Refused(
            N_("Somebody with your mailbox wrote this down. Somebody else confirms it."),
            next_step=Msg(ANOTHER),
        )
    check_outside(actor, recording)
    if session and _colleagues(session, actor, recording):
        raise Refused(
            N_("Your organisation wrote this down. Another organisation confirms it."),
            next_step=Msg(ANOTHER),
        )


def _colleagues(session: Session, actor: Actor, recording: Recording) -> bool:
    """Whether whoever wrote it down belonged to an organisation of ``actor``'s then, with
    whichever hat."""
    seats = select(Seat.id).where(
        Seat.person_id == recording.by_id,
        Seat.partner_id.in_(actor.own),
        Seat.accepted_at.is_not(None),
        *in_time(recording.at),
    )
    return session.scalar(seats.limit(1)) is not None


def check_standing(recording: Recording) -> None:
    """Raises ``Refused`` when something happened since that overtakes it."""
    if recording.state == "waiting" and not standing(recording):
        raise Refused(
            N_("Things went on since this was written down. So it counts no more."),
            next_step=Msg(N_("Tell them how it is now. Write it down anew if they still want it.")),
        )


@verb("recording:call", table=STATES)
def call_back(act: Act, recording: Recording, *, spoke_with: str) -> None:
    """Somebody else called the partner's own number, and heard that it is so.

    Raises ``Refused`` for whoever wrote it down, for both sides, when the number proves nothing
    (``check_way``), when the agreement went on since, and without the name of whom they spoke to.
    """
    check_another(act.actor, recording)
    check_standing(recording)
    _, phone = reach.ways(act.session, recording.giver_id)
    check_way(phone, recording, act.actor)
    if not spoke_with.strip():
        raise Refused(N_("Write down with whom you spoke."), field="spoke_with")
    recording.spoke_with = " ".join(spoke_with.split())[:120]
    counts(act, recording)


@verb("recording:take-back", table=STATES)
def take_back(act: Act, recording: Recording, *, reason: str) -> None:
    """It was a mistake: whoever may write such a thing down takes it back, and says why."""
    if not act.actor.holds("agreement:record", *beside(recording.giver, recording.work)):
        raise Hidden("recording")  # who may only confirm it
    check_outside(act.actor, recording)
    act.words(reason=reason)
    SAYINGS[recording.kind].not_so(act, recording)


def counts(act: Act, recording: Recording) -> None:
    """The partner confirmed it: from now it is as if somebody of theirs did it here. For the verbs
    that confirm."""
    recording.confirmed_at, recording.confirmed_by_id = act.now, act.actor.person_id
    act.fact(said=recording.kind)
    if recording.agreement_id is not None:
        act.fact(agreement=recording.agreement_id, text_sha256=recording.text_sha256)
    send(act, "recording", recording.by_id, recording)
    SAYINGS[recording.kind].counts(act, recording)
