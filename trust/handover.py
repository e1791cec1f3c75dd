"""What hangs on one person of a partner, and who can take it over when they leave: roles, contacts
and what a safeguarding lead follows up (safety.md, "Turnover and disputes"). The work of pilots
comes on top of it (``pilots.handing_over``)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from trust import contacts, permissions
from trust.act import Act
from trust.contacts import Contact
from trust.dispute import must_not_be_disputed, open_one
from trust.giving import acts_here
from trust.names import fold
from trust.partners import Partner
from trust.people import Person, Seat, acts_for, in_time, seated
from trust.records import N_, Msg, Ref, Refused
from trust.safeguarding import Concern
from trust.seats import INVITES, MOMENT, somebody_left, wait

NOBODY = "nobody"
ENDS = Msg(N_("Nobody: it ends"))
COLLEAGUE = Msg(N_("Somebody else who acts for your organisation can."))


@dataclass(frozen=True)
class Line:
    """One thing that hangs on somebody. ``key`` names it, ``what`` says it, with what it is about
    (``at``); ``who`` are the people who can take it over. ``may_end``: it can also end, and then
    ``otherwise`` says what happens. ``give`` does it, for a person or for nobody (None)."""

    key: str
    what: Msg
    at: Ref
    who: tuple[int, ...]
    give: Callable[[Act, int | None], None] = field(repr=False)
    may_end: bool = True
    otherwise: Msg = ENDS
    who_can: Msg = COLLEAGUE


def colleagues(act: Act, partner: Partner, leaver: int) -> dict[int, str]:
    """Who else acts for a partner: names by id."""
    found = contacts.colleagues(act.session, partner.id, act)
    return {id: name for id, name in found.items() if id != leaver}


def held_by(session: Session, person_id: int, partner: Partner, act: Act) -> list[Seat]:
    """The roles that somebody holds for a partner, at home first; offered ones too."""
    stmt = select(Seat).where(
        Seat.person_id == person_id, Seat.partner_id == partner.id, *in_time(act.now)
    )
    found = session.scalars(stmt.order_by(Seat.id))
    return sorted(found, key=lambda seat: (seat.place.noun != "partner", seat.id))


def may_come(
    act: Act, lines: list[Seat], place: Ref, permission: str, known: tuple[int, ...]
) -> tuple[int, ...]:
    """Who can take over what needs ``permission`` at ``place``: those who hold it; and where it
    goes with a role that is handed over too, whoever may take that."""
    held = seated(act.session, place, permission, act.now)
    going = {seat.person_id for seat in lines}
    found = [one for one in held if one not in going]
    with_role = any(
        seat.place == place and permission in permissions.of_role(seat.role) for seat in lines
    )
    return tuple(dict.fromkeys([*(known if with_role else ()), *found]))


def must_hold(act: Act, person_id: int, place: Ref, permission: str) -> None:
    """Raises ``Refused`` when somebody cannot do what they are to take over."""
    if person_id in seated(act.session, place, permission, act.now + MOMENT):
        return
    able = [one for one in permissions.roles().values() if permission in one.permissions]
    role = next(one for one in able if place.noun in one.held_at)
    raise Refused(
        Msg(
            N_("%(name)s needs the role “%(role)s” for this. Give them that too."),
            {"name": name_of(act, person_id), "role": Msg(role.name)},
        )
    )


def name_of(act: Act, person_id: int) -> str:
    """What somebody is called."""
    return act.session.get_one(Person, person_id).name


def own_lines(act: Act, partner: Partner, leaver: Person) -> list[Line]:
    """What of trust's own hangs on somebody at a partner. Nothing is changed."""
    known = tuple(colleagues(act, partner, leaver.id))
    seats = held_by(act.session, leaver.id, partner, act)
    found = [_seat(seat, known) for seat in seats if seat.accepted_at is not None]
    found += [_contact(one, known) for one in _contacts(act, partner, leaver)]
    followed = select(Concern.id).where(
        Concern.taker_id == partner.id, Concern.taken_by_id == leaver.id, Concern.state == "taken"
    )
    if act.session.scalars(followed.limit(1)).first() is not None:
        found.append(_concerns(act, partner, leaver, seats, known))
    return found


def _seat(seat: Seat, known: tuple[int, ...]) -> Line:
    role = permissions.roles()[seat.role]

    def give(act: Act, to: int | None) -> None:
        if to is None or _has(act, seat, to):
            return
        act.session.add(
            Seat(
                person_id=to,
                partner_id=seat.partner_id,
                place=seat.place,
                role=seat.role,
                starts=act.now,
                ends=seat.ends,
                accepted_at=act.now,
                given_by_id=act.actor.person_id,
            )
        )
        act.session.flush()

    # What every colleague has needs no heir.
    plain = seat.role == "member"
    return Line(f"seat-{seat.id}", Msg(role.name), seat.place, () if plain else known, give)


def _has(act: Act, seat: Seat, person_id: int) -> bool:
    stmt = select(Seat.id).where(
        Seat.person_id == person_id,
        Seat.place == seat.place,
        Seat.role == seat.role,
        Seat.accepted_at.is_not(None),
        *in_time(act.now),
    )
    return act.session.scalars(stmt.limit(1)).first() is not None


def _contacts(act: Act, partner: Partner, leaver: Person) -> list[Contact]:
    """Where somebody stands as a contact: as who signs in, or by the same name."""
    return [
        one
        for one in contacts.of(act.session, partner.id)
        if one.person_id == leaver.id
        or (one.person_id is None and fold(one.name) == fold(leaver.name))
    ]


def _contact(held: Contact, known: tuple[int, ...]) -> Line:
    def give(act: Act, to: int | None) -> None:
        if to is None:
            contacts.replace(act.session, held, held.deputy_id)
            return
        here = contacts.of(act.session, held.partner_id)
        name = name_of(act, to)
        heir = next((one for one in here if one.person_id == to), None) or next(
            (one for one in here if one.person_id is None and fold(one.name) == fold(name)), None
        )
        if heir is None:
            # Their number is theirs to show.
            heir = Contact(
                partner_id=held.partner_id,
                person_id=to,
                name=name,
                role=held.role,
                shown_to="nobody",
                deputy_id=held.deputy_id,
            )
            act.session.add(heir)
            act.session.flush()
        elif heir.person_id is None:
            # Known by name only until now. From now on the number is the one that they gave.
            heir.person_id, heir.phone = to, ""
            heir.shown_to, heir.said_yes = "nobody", False
        contacts.replace(act.session, held, heir.id)

    what = Msg(N_("Whom to call: %(name)s"), {"name": held.role or held.name})
    otherwise = Msg(N_("Nobody: whoever stands in is called"))
    at = Ref("partner", held.partner_id)
    return Line(f"contact-{held.id}", what, at, known, give, otherwise=otherwise)


def _concerns(
    act: Act, partner: Partner, leaver: Person, seats: list[Seat], known: tuple[int, ...]
) -> Line:
    at = Ref.of(partner)

    def give(act: Act, to: int | None) -> None:
        assert to is not None
        must_hold(act, to, at, "concern:read")
        theirs = acts_for(act.session, to, act.now)
        stmt = select(Concern).where(
            Concern.taker_id == partner.id,
            Concern.taken_by_id == leaver.id,
            Concern.state == "taken",
        )
        for concern in act.session.scalars(stmt):
            if concern.barred(theirs):
                raise Refused(N_("They belong to a group that this is about. Choose another."))
            concern.taken_by_id = to

    return Line(
        "concerns",
        Msg(N_("What the safeguarding lead follows up")),
        at,
        may_come(act, seats, at, "concern:read", known),
        give,
        may_end=False,
        who_can=Msg(N_("The safeguarding lead or the deputy can.")),
    )


def settle(
    act: Act,
    partner: Partner,
    leaver: Person,
    lines: list[Line],
    to: Mapping[str, str],
    *,
    alone: bool,
) -> list[int]:
    """Hand each line to whom ``to`` names for it (a person's id, or ``NOBODY``), then end all that
    somebody has at a partner. Returns whom to tell. For the verb that does so.

    Raises ``Refused`` for a line without a name, for one who cannot take it over, and when nobody
    is left who can invite people: at the partner unless ``alone`` says that this is meant, and
    it is no council.
    """
    wait(act, Ref.of(partner))
    disputed = open_one(act.session, partner.id, act.now)
    if disputed and (leaver.id in disputed.two or leaver.id != act.actor.person_id):
        must_not_be_disputed(act, partner.id)
    seats = held_by(act.session, leaver.id, partner, act)
    if not any(acts_here(act, leaver.id, seat.place) for seat in seats if seat.accepted_at):
        raise Refused(N_("They do not act for this organisation any more."))
    for place in sorted({seat.place for seat in seats if seat.place.noun != "partner"}):
        wait(act, place)
    told, done = list[int](), dict[str, int | None]()
    # Roles come first: what else is handed over may need them.
    for line in lines:
        chosen = _chosen(act, line, to.get(line.key, ""))
        try:
            line.give(act, chosen)
        except Refused as refused:
            raise Refused(refused.reason, field=line.key) from None
        done[line.key] = chosen
        if chosen is not None and chosen not in told:
            told.append(chosen)
    for seat in held_by(act.session, leaver.id, partner, act):
        seat.ends = act.now
    act.session.flush()
    act.fact(person=leaver.id, lines=done)
    for seat in seats:
        if seat.place != Ref.of(partner):
            somebody_left(act, seat)
    if not alone or partner.kind == "council":
        for seat in seats:
            somebody_left(act, seat)
    return told


def _chosen(act: Act, line: Line, given: str) -> int | None:
    if given == NOBODY and line.may_end:
        return None
    if given.isdecimal() and int(given) in line.who:
        return int(given)
    if not line.who and line.may_end:
        return None
    if given.isdecimal():
        raise Refused(line.who_can, field=line.key)
    raise Refused(N_("Choose who takes this over."), field=line.key)


def last_who_signs(act: Act, partner: Partner, leaver: int) -> bool:
    """Whether nobody else signs for a partner, or invites people to it."""
    able = seated(act.session, Ref.of(partner), INVITES["partner"], act.now)
    return leaver in able and able == [leaver]
