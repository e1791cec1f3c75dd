"""Who has an agreement with whom, and whom it names on either side."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    or_,
    select,
)
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Session,
    aliased,
)

from trust import contacts as called
from trust.act import Act, verb
from trust.agreements import SIDES, STATES, Agreement, tell, write_text
from trust.contacts import Contact
from trust.records import N_, Hidden, Refused


def newest(giver: ColumnElement[int] | InstrumentedAttribute[int]) -> ScalarSelect[Any]:
    """The id of the newest agreement in force in which ``giver`` shares, if any."""
    one = aliased(Agreement)
    return (
        select(one.id)
        .where(one.giver_id == giver, one.state == "in-force")
        .order_by(one.in_force_at.desc(), one.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def agreed_with(session: Session, partner_id: int | None) -> frozenset[int]:
    """The partners that one has an agreement in force with, on either side."""
    pair = (Agreement.giver_id, Agreement.taker_id)
    stmt = select(*pair).where(
        or_(*(side == partner_id for side in pair)), Agreement.state == "in-force"
    )
    found = {id for row in session.execute(stmt.distinct()) for id in row}
    return frozenset(found - {partner_id})


def naming(session: Session, one_id: int | None, other_id: int | None) -> frozenset[int]:
    """The contacts that agreements in force between two partners name, by id, of both."""
    pair = (Agreement.giver_id, Agreement.taker_id)
    named = [getattr(Agreement, f"{side}_id") for side in SIDES]
    stmt = select(*named).where(
        or_(
            and_(pair[0] == one_id, pair[1] == other_id),
            and_(pair[0] == other_id, pair[1] == one_id),
        ),
        Agreement.state == "in-force",
    )
    return frozenset(id for row in session.execute(stmt) for id in row if id is not None)


def name_contacts(act: Act, agreement: Agreement, side: str) -> None:
    """One side signs: those that the agreement names for it are its contacts from now on."""
    partner_id = agreement.giver_id if side == "giver" else agreement.taker_id
    other, found = "taker" if side == "giver" else "giver", dict[str, Contact | None]()
    theirs = {agreement.contacts.get(f"{other}_{rank}") for rank in ("contact", "deputy")}
    for rank in ("contact", "deputy"):
        said = agreement.contacts.get(f"{side}_{rank}", "")
        # Somebody named for both sides is called by neither.
        found[rank] = called.named(act, partner_id, said) if said not in theirs else None
        held = found[rank]
        setattr(agreement, f"{side}_{rank}_id", held.id if held is not None else None)
    first, second = found["contact"], found["deputy"]
    if first is not None and second is not None and first is not second:
        first.deputy_id = first.deputy_id or second.id


@verb("agreement:set-contacts", table=STATES)
def set_contacts(act: Act, agreement: Agreement, *, contact: str, deputy: str) -> None:
    """One side says whom to call there, before both have signed: nobody else can say it for them.
    The text is written anew, so whoever had signed signs again. Raises ``Refused`` without a
    contact, and when nothing would change."""
    own = act.actor.acting_for
    if own not in (agreement.giver_id, agreement.taker_id):
        raise Hidden("agreement")
    side = "giver" if own == agreement.giver_id else "taker"
    contact, deputy = contact.strip()[:200], deputy.strip()[:200]
    if not contact:
        raise Refused(N_("Name the person to call at your side."), field="own_name")
    said = {f"{side}_contact": contact, f"{side}_deputy": "" if deputy == contact else deputy}
    now = {**agreement.contacts, **said}
    if now == agreement.contacts:
        raise Refused(N_("These people stand there already."), field="own_name")
    agreement.contacts_before = [*(agreement.contacts_before or ()), agreement.contacts]
    agreement.contacts = now
    agreement.signatures.clear()
    write_text(agreement)
    act.fact(text_sha256=agreement.text_sha256)
    tell(act, agreement, agreement.other_side(own), "agreement-contacts")


def contacts_now(session: Session, agreement: Agreement) -> dict[str, str]:
    """Whom an agreement names, in words, as they can be reached today: for its next version."""
    said = dict(agreement.contacts)
    for side in SIDES:
        held = session.get(Contact, getattr(agreement, f"{side}_id") or 0)
        if held is not None:
            # A number that its owner does not show (now) is not written into new words.
            shown = held.number if held.shown_to != "nobody" else ""
            said[side] = called.line(held.name, shown)
    return said
