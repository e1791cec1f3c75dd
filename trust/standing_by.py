"""Which organisation stands by a partner: the partner chooses and asks, that organisation says yes
or no, and either can end it (trust.md, "Partner profile": one named supporter).

Whoever stands by a partner may read what would help it, write down what it says by phone, and name
who speaks for it once nobody is left. So nobody is named here by anybody else's word alone."""

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from trust.act import Act, Actor, verb
from trust.dispute import must_not_be_disputed
from trust.outbox import send
from trust.partners import Kind, Partner
from trust.people import Seat, seated
from trust.permissions import roles
from trust.records import N_, Ref, Refused

SUPPORTED = (Kind.VCS, Kind.OTHER)
"""Kinds of partner that somebody may stand by."""


def who_could(actor: Actor, session: Session, partner: Partner) -> list[Partner]:
    """The organisations that a partner may ask, by name: those that support groups and have
    somebody here who does so."""
    stmt = _ready(partner).order_by(Partner.sort_name).limit(500)
    return list(session.scalars(Partner.visible(stmt, actor)))


def _ready(partner: Partner) -> Select[Partner]:
    stand = [key for key, role in roles().items() if "partner:stand-by" in role.permissions]
    held = Seat.partner_id == Partner.id, Seat.role.in_(stand), Seat.accepted_at.is_not(None)
    return select(Partner).where(
        Partner.kind == Kind.INFRASTRUCTURE, Partner.id != partner.id, exists().where(*held)
    )


def may_choose(actor: Actor, partner: Partner) -> bool:
    """Whether to offer it to somebody of the partner."""
    return partner.kind in SUPPORTED and choose.possible(actor, partner)


@verb("partner:choose-supporter", may="partner:edit")
def choose(act: Act, partner: Partner, *, supporter: Partner | None) -> None:
    """A partner asks an organisation to stand by it. Who stands by it now does so until that one
    says yes. With none, nobody stands by it any more from now on, and nobody is asked; with the
    one that does already, nobody else is asked.

    Raises ``Refused`` for one that supports no groups here, for a partner of another kind, while
    two say that they speak for it, and when nothing would change.
    """
    must_not_be_disputed(act, partner.id)
    now, asked = partner.supporter_id, partner.asked_supporter_id
    wanted = supporter.id if supporter else None
    if partner.kind not in SUPPORTED:
        raise Refused(N_("Only groups have somebody who stands by them."))
    if wanted == asked if asked is not None else wanted == now:
        raise Refused(N_("It is so already. Nothing was changed."), field="supporter")
    if supporter is None:
        partner.supporter_id = None
    elif supporter.id != now:
        ready = _ready(partner).where(Partner.id == supporter.id)
        if act.session.scalars(ready).first() is None:
            raise Refused(N_("Choose from the list"), field="supporter")
    partner.asked_supporter_id = wanted if wanted != now else None
    partner.supporter_asked_at = act.now if partner.asked_supporter_id else None
    act.fact(supporter=partner.supporter_id, asked=partner.asked_supporter_id)
    _tell(act, partner, {now if supporter is None else None, asked, partner.asked_supporter_id})


@verb("partner:stand-by", may="partner:stand-by")
def stand_by(act: Act, partner: Partner) -> None:
    """The organisation that was asked says yes: from now on it stands by the partner, and the one
    that did so before does not."""
    before = partner.supporter_id
    partner.supporter_id = partner.asked_supporter_id
    _answered(act, partner, before)


@verb("partner:not-stand-by", may="partner:stand-by")
def not_stand_by(act: Act, partner: Partner) -> None:
    """The organisation that was asked says no. Nothing else changes, and no reason is asked."""
    _answered(act, partner, None)


@verb("partner:stand-back", may="partner:stand-back")
def stand_back(act: Act, partner: Partner) -> None:
    """The organisation that stands by a partner ends it. The partner is told."""
    act.parties(partner.id, partner.supporter_id)
    act.fact(supporter=None, before=partner.supporter_id)
    partner.supporter_id = None
    _tell_people(act, partner)


def _answered(act: Act, partner: Partner, before: int | None) -> None:
    act.parties(partner.id, partner.asked_supporter_id)
    act.fact(supporter=partner.supporter_id, before=before)
    partner.asked_supporter_id = partner.supporter_asked_at = None
    _tell(act, partner, {before})
    _tell_people(act, partner)


def _tell(act: Act, partner: Partner, whom: set[int | None]) -> None:
    """Tell the supporters at some organisations."""
    for id in sorted(one for one in whom if one is not None):
        for person in seated(act.session, Ref("partner", id), "partner:stand-by", act.now):
            send(act, "support", person, partner)


def _tell_people(act: Act, partner: Partner) -> None:
    for person in seated(act.session, Ref.of(partner), "partner:edit", act.now):
        send(act, "support", person, partner)
