"""What an open request for information holds: while it lasts, nothing that it covers is deleted,
by the clock or because somebody asked (safety.md, "Freedom of information"). Asked at the moment
of deleting, so that what was held goes its way as soon as the request is closed."""

from sqlalchemy import ColumnElement, String, Table, and_, cast, exists, literal, or_, select
from sqlalchemy import type_coerce as as_type
from sqlalchemy.orm import Session, aliased

from trust.inquiries import Covered, Inquiry
from trust.people import Person, Seat
from trust.records import N_, Msg, Ref

WHY = Msg(
    N_(
        "An open request for information touches this. "
        "Until it is closed, the law does not let us take it out."
    )
)

_covered, _inquiry = aliased(Covered), aliased(Inquiry)  # a request may be such a row itself


def over(table: Table, sides: tuple[str, ...]) -> ColumnElement[bool]:
    """The condition under which an open request covers a row: the row itself, what it is ``about``,
    or all that its ``sides`` have of each other, where these are columns of it."""
    own = literal(f"{table.name}:").concat(cast(table.c.id, String))
    ways: list[ColumnElement[bool]] = [as_type(_covered.about, String) == own]
    if "about" in table.c:
        ways.append(as_type(_covered.about, String) == as_type(table.c.about, String))
    if sides:
        theirs = or_(*(table.c[side] == _covered.giver_id for side in sides))
        ours = or_(*(table.c[side] == _inquiry.taker_id for side in sides))
        between = and_(theirs, ours) if len(sides) > 1 else theirs
        ways.append(and_(_covered.whole, between))
    return _open(or_(*ways))


def of_person(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The same for a person: whoever acts, or acted, for an organisation that it covers, or for
    the council that was asked: what they wrote for it is what it holds."""
    acted = select(Seat.partner_id).where(
        Seat.person_id == person_id, Seat.accepted_at.is_not(None)
    )
    acted = acted.correlate_except(Seat)
    return _open(or_(_covered.giver_id.in_(acted), _inquiry.taker_id.in_(acted)))


def keeps(session: Session, about: Ref, giver_id: int, taker_id: int) -> bool:
    """Whether an open request covers something of two organisations: it itself, or all that they
    have of each other."""
    pair = (giver_id, taker_id)
    between = and_(_covered.whole, _covered.giver_id.in_(pair), _inquiry.taker_id.in_(pair))
    own = as_type(_covered.about, String) == str(about)
    return bool(session.scalar(select(_open(or_(own, between)))))


def _open(covers: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        _covered.inquiry_id == _inquiry.id,
        _covered.off_at.is_(None),
        _inquiry.state == "open",
        covers,
    )


def holds(session: Session, person: Person) -> bool:
    """Whether an open request holds what there is about a person."""
    return bool(session.scalar(select(of_person(literal(person.id)))))
