"""What the pages about organisations share."""

from flask import Blueprint

from portal import access
from trust.partners import Partner

bp = Blueprint("partners", __name__)


def own_partner() -> Partner | None:
    """Whom this person acts for, if anyone: an administrator acts for no partner."""
    return access.acting_partner() if access.actor().acting_for is not None else None
