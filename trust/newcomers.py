"""Partners that a supporter brings in, for whom nobody acts yet, and the first person who was
asked to."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from trust.act import Act, Actor, verb
from trust.partners import Identifier, Kind, Partner, named, new_partner, of_name
from trust.people import Person, Seat, in_force, in_time
from trust.records import N_, Ref, Refused


class First(NamedTuple):
    """Whether somebody acts for a partner; and which address was asked to be the first, and when,
    while nobody has said yes."""

    here: bool
    invited: str = ""
    since: datetime | None = None


def first(session: Session, partner: Partner, now: datetime) -> First:
    """How far a partner has come with its first person."""
    at = Seat.place == Ref.of(partner), Seat.partner_id == partner.id
    if session.scalar(select(exists().where(*at, *in_force(now)))):
        return First(True)
    # Whose address it is, is theirs to tell: as on the page of one's own people.
    stmt = select(Person.email, Seat.starts).join(Person, Person.id == Seat.person_id)
    asked = session.execute(stmt.where(*at, *in_time(now)).order_by(Seat.id.desc())).first()
    return First(False, *asked) if asked else First(False)


def with_people(session: Session, ids: Collection[int], now: datetime) -> set[int]:
    """Which of some partners have people of their own."""
    places = [Ref("partner", id) for id in ids]
    stmt = select(Seat.place).where(Seat.place.in_(places), *in_force(now)).distinct()
    return {place.id for place in session.scalars(stmt)}


def unpeopled(actor: Actor, now: datetime) -> Select[Partner]:
    """Partners for whom nobody acts, or nobody any more, newest first. Without those that a
    register brought, which wait by the hundred until somebody stands by them: a group with a
    number."""
    peopled = select(Seat.partner_id).where(Seat.partner_id.is_not(None), *in_force(now))
    numbered = exists().where(Identifier.partner_id == Partner.id)
    waits = or_(Partner.kind != Kind.VCS, Partner.supporter_id.is_not(None), ~numbered)
    stmt = select(Partner).where(Partner.id.not_in(peopled), waits)
    return Partner.visible(stmt, actor).order_by(Partner.id.desc())


@verb("partner:introduce", may="partner:introduce", creates=True)
def introduce(
    act: Act,
    supporter: Partner,
    *,
    name: str,
    what: str,
    lang: str,
    why: str,
    same_name: bool = False,
) -> Partner:
    """A supporter brings a group it stands by. The group is first-class from the first day:
    no number in any register is asked for (trust.md, "Partner profile").

    Raises ``Refused`` when there is a group of that name in the region already, unless
    ``same_name`` says that this is another one.
    """
    if not same_name and of_name(act.session, named(name), supporter.region_id):
        raise Refused(N_("A group of this name is here already. Is it the same one?"), field="name")
    act.words(why=why)
    return new_partner(
        name,
        Kind.VCS,
        supporter.region_id,
        supporter_id=supporter.id,
        what={lang: what.strip()} if what.strip() else {},
    )
