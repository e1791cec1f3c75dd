"""The pages of trust agreements; the modules beside this one add them."""

from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy.orm import joinedload

from portal import access
from portal.contacts import of_agreement
from portal.shell import tell
from trust import negotiation, signing
from trust.act import Actor
from trust.agreements import Agreement
from trust.changes import Change
from trust.partners import Partner

bp = Blueprint("agreements", __name__)


def agreement_of(id: int) -> Agreement:
    """The agreement, with whom to call about it on the page."""
    found = access.load(Agreement, id, joinedload(Agreement.giver), joinedload(Agreement.taker))
    contact = of_agreement(found, access.actor().acting_for)
    if contact:
        tell(help=contact)
    return found


def other_side(agreement: Agreement) -> Partner:
    """The side that this person does not act for."""
    own = access.actor().acting_for
    return agreement.taker if own == agreement.giver_id else agreement.giver


def back_to(agreement: Agreement, what: str) -> Any:
    """Back to the agreement, which says what was done."""
    return redirect(url_for("agreements.show", id=agreement.id, done=what), 303)


def may_answer(agreement: Agreement) -> bool:
    """Whether to offer an answer to a change: to whoever did not ask for it."""
    return negotiation.make_change.possible(access.actor(), agreement) and bool(
        negotiation.to_answer(agreement, access.actor())
    )


def to_take_back(agreement: Agreement, actor: Actor) -> list[Change]:
    """The changes to offer to take back: those that this side asked for, and nobody answered."""
    if not negotiation.take_back.possible(actor, agreement):
        return []
    return negotiation.to_take_back(agreement, actor)


def may_sign(agreement: Agreement) -> bool:
    """Whether a signatory could sign now: this side has not signed this text."""
    own = access.actor().acting_for
    return not any(one.partner_id == own for one in agreement.signatures) and any(
        verb.possible(access.actor(), agreement) for verb in (signing.sign, signing.sign_last)
    )
