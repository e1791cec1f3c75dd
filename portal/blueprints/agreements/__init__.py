"""Trust agreements: proposed, read, changed, signed, turned down or ended, with both sides as
equals."""

from portal.blueprints.agreements import changes, renewing, show, signing
from portal.blueprints.agreements.blueprint import bp

__all__ = ["bp", "changes", "renewing", "show", "signing"]
