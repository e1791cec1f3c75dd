"""Trust agreements: proposed, read, changed, signed, turned down or ended, with both sides as
equals."""

from portal.blueprints.agreements import calling, changes, hearing, renewing, show, signing
from portal.blueprints.agreements.blueprint import bp

__all__ = ["bp", "calling", "changes", "hearing", "renewing", "show", "signing"]
