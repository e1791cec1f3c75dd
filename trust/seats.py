"""Giving, taking, leaving, renewing and ending a role: each partner decides itself who acts for
it, and nobody has to go on."""

from datetime import timedelta

from sqlalchemy import exists, select

from trust import mailboxes, permissions
from trust.act import Act, verb
from trust.audit import Event
from trust.dispute import must_not_be_disputed
from trust.giving import OWN_ADDRESS, acts_here, give, peopled, peopled_once, seat_lasts
from trust.locks import one_at_a_time
from trust.partners import Kind, Partner
from trust.people import Person, Seat, in_time, person_name, seated
from trust.records import N_, Hidden, Msg, Record, Ref, Refused

INVITES = {
    "partner": "seat:give-colleague",
    "pilot": "seat:give",
    "installation": "seat:give-first",
}
"""By the noun of a place: what whoever can invite people there may do."""


@verb("seat:give", may="seat:give-colleague", creates=True)
def give_at_partner(
    act: Act, partner: Partner, *, role: str, name: str, email: str, shared: bool = False
) -> Seat:
    """Someone who may speak for a partner gives a colleague a role there. ``shared``: several
    people read the address, and the name says who is meant."""
    must_not_be_disputed(act, partner.id)
    return give(act, Ref.of(partner), role, name=name, email=email, partner=partner, shared=shared)


@verb("seat:give-first", may="seat:give-first", creates=True)
def give_first(
    act: Act, partner: Partner, *, role: str, name: str, email: str, shared: bool = False
) -> Seat:
    """The first person of a partner, invited by the administrator or by its supporter.

    Afterwards the partner decides itself: nobody outside can add people to it. An invitation
    that nobody has said yes to is taken back: its address may have been wrong. Raises
    ``Refused`` when the partner has somebody already.
    """
    wait(act, Ref.of(partner))
    if partner.kind == Kind.VCS and peopled_once(act, Ref.of(partner)):
        raise Refused(
            Msg(
                N_("People acted for %(partner)s before. Whoever stands by it vouches now."),
                {"partner": partner.name},
            )
        )
    if peopled(act, Ref.of(partner)):
        raise Refused(
            Msg(
                N_("%(partner)s has people already. They invite their own colleagues."),
                {"partner": partner.name},
            )
        )
    waiting = select(Seat).where(Seat.partner_id == partner.id, *in_time(act.now + MOMENT))
    seats = list(act.session.scalars(waiting))
    for seat in seats:
        seat.ends = act.now
    act.fact(instead_of=[seat.id for seat in seats])
    return give(act, Ref.of(partner), role, name=name, email=email, partner=partner, shared=shared)


MOMENT = timedelta(minutes=1)
"""How much later than now another may have come or gone whom this change waited for."""


def wait(act: Act, place: Ref) -> None:
    """Whoever comes or goes waits for another who does so at the same moment: two could each be
    the first of a partner, or leave it to the other."""
    one_at_a_time(act.session, f"seats:{place}")


def own(act: Act, seat: Seat) -> None:
    """Raises ``Hidden`` unless the seat was given to the person who acts."""
    if seat.person_id != act.actor.person_id:
        raise Hidden("seat")


@verb("seat:accept", may="signed-in")
def accept(act: Act, seat: Seat, *, name: str = "") -> None:
    """The person says yes to a role, and what they are called, unless that stays as it is.

    Raises ``Refused`` when the invitation has ended; for a first role at a partner that has
    somebody by now; for a role at a pilot or a case, when they do not act for the partner; for one
    that reads others' words, when others read their mailbox; and for the name of one of these.
    """
    own(act, seat)
    wait(act, seat.place)
    if seat.ends is not None and seat.ends <= act.now:
        raise Refused(N_("This invitation has ended. Ask for a new one."))
    if seat.partner_id is not None and seat.accepted_at is None:
        _still_theirs(act, seat, Ref("partner", seat.partner_id))
    person = act.session.get_one(Person, seat.person_id)
    if permissions.needs_own_address(seat.role) and mailboxes.is_shared(act.session, person):
        raise Refused(OWN_ADDRESS)
    if name.strip():
        name = person_name(name)
        mailboxes.check_apart(act.session, person, name)
        person.name = name
    if seat.accepted_at is None:
        seat.accepted_at = act.now
        seat.ends = seat_lasts(permissions.roles()[seat.role], act.now)


def _still_theirs(act: Act, seat: Seat, at: Ref) -> None:
    """Raises ``Refused`` when it is no longer for the giver of a role to say: it was for the first
    person of a partner that has somebody now, or for one who does not act for it any more."""
    if seat.place == at:
        from_outside = exists().where(Event.subject == Ref.of(seat), Event.verb == give_first.name)
        over = bool(act.session.scalar(select(from_outside))) and peopled(act, at)
    else:
        over = not acts_here(act, seat.person_id, at)
    if over:
        partner = act.session.get_one(Partner, at.id)
        raise Refused(
            Msg(
                N_("%(partner)s says who acts for it. Ask somebody there to invite you."),
                {"partner": partner.name},
            )
        )


@verb("seat:decline", may="signed-in")
def decline(act: Act, seat: Seat) -> None:
    """The person says no to a role. Nothing bad follows."""
    own(act, seat)
    if seat.accepted_at is not None:
        raise Refused(N_("You said yes to this role already. You can leave it instead."))
    seat.ends = act.now


@verb("seat:end", may="seat:give")
def end(act: Act, seat: Seat) -> None:
    """Take a role away, from now on. What the person did stays in the record. With the last role
    at a partner go those that the person has for it elsewhere. Raises ``Refused`` for one's own,
    and for the last who can invite, whether here or in a pilot: somebody has to be left who can
    give it again."""
    _decides(act, seat)
    not_own(act, seat)
    if seat.place.noun == "partner":
        must_not_be_disputed(act, seat.place.id)
    act.fact(person=seat.person_id, role=seat.role)
    _over(act, seat)


@verb("seat:leave", may="signed-in")
def leave(act: Act, seat: Seat) -> None:
    """The person gives a role back, from now on; as with ``end``, the last one at a partner with
    all that they have for it elsewhere. Raises ``Refused`` for a role that they do not have, and
    for the last who can invite, whether here or in a pilot that they would leave with it."""
    own(act, seat)
    if seat.accepted_at is None or (seat.ends is not None and seat.ends <= act.now):
        raise Refused(N_("You do not have this role now."))
    act.fact(role=seat.role)
    _over(act, seat)


def somebody_left(act: Act, seat: Seat) -> None:
    """Raises ``Refused`` when nobody is left who can invite people to the place of a role that
    just ended, and its holder was one who could."""
    permission = INVITES.get(seat.place.noun, "")
    if seat.accepted_at is None or permission not in permissions.of_role(seat.role):
        return
    if seated(act.session, seat.place, permission, act.now + MOMENT):
        return
    if seat.place.noun == "pilot" and seat.person_id != act.actor.person_id:
        raise Refused(
            N_("They run a pilot, and nobody else can invite people to it."),
            next_step=Msg(N_("Ask them to name another coordinator there first, or call us.")),
        )
    raise Refused(
        N_("Nobody else can invite people here. Ask a colleague to take it on, or call us.")
    )


def _over(act: Act, seat: Seat) -> None:
    """End a role; with the person's last one at a partner also those that they have, or were
    offered, for it elsewhere. Raises ``Refused`` where nobody would be left who can invite."""
    wait(act, seat.place)
    seat.ends = act.now
    act.session.flush()
    if seat.place.noun != "partner" or acts_here(act, seat.person_id, seat.place):
        somebody_left(act, seat)
        return
    mine = Seat.person_id == seat.person_id, Seat.partner_id == seat.partner_id
    others = list(act.session.scalars(select(Seat).where(*mine, *in_time(act.now))))
    for place in sorted({one.place for one in others}):
        wait(act, place)
    for one in others:
        one.ends = act.now
    act.session.flush()
    act.fact(with_it=[one.id for one in others])
    for one in (seat, *others):
        somebody_left(act, one)


@verb("seat:renew", may="seat:give")
def renew(act: Act, seat: Seat) -> None:
    """Give a role that ends once more for as long, from now (safety.md, "Misuse by an officer":
    council roles are renewed by name). Raises ``Refused`` for one's own, for one that does not
    end, for one that is over, and for one that nobody has said yes to."""
    _decides(act, seat)
    not_own(act, seat)
    role = permissions.roles()[seat.role]
    if seat.ends is None or role.lasts is None:
        raise Refused(N_("This role does not end."))
    if seat.ends <= act.now:
        raise Refused(N_("This role is over. Give it again."))
    if seat.accepted_at is None:
        raise Refused(N_("They have not said yes to this role yet."))
    act.fact(person=seat.person_id, role=seat.role)
    seat.ends = seat_lasts(role, act.now)


def renews(place: Ref) -> str:
    """The permission by which roles at a place are renewed: at a partner its own people decide."""
    return "seat:give-colleague" if place.noun == "partner" else "seat:give"


def _decides(act: Act, seat: Seat) -> None:
    """Who runs a pilot gives roles in it; who acts for a partner is for its signatories to say,
    also where that person has a role there. Raises ``Hidden`` for others."""
    if seat.place.noun == "partner" and not act.actor.holds("seat:give-colleague", seat.place):
        raise Hidden("seat")


def not_own(act: Act, seat: Seat) -> None:
    """Raises ``Refused`` for a role of whoever acts: another person decides about it."""
    if mailboxes.read_by_one(act.session, act.actor.person_id, seat.person_id):
        raise Refused(N_("This is your own role. Ask a colleague to do it."))


@verb("installation:begin", may="set-up", creates=True)
def begin(act: Act, installation: Record, *, name: str, email: str) -> Seat:
    """Give the very first administrator a seat, from the command line of the machine itself."""
    seat = give(act, Ref.of(installation), "administrator", name=name, email=email, partner=None)
    seat.accepted_at = act.now
    seat.ends = seat_lasts(permissions.roles()[seat.role], act.now)
    return seat
