"""Requests for information: the council's log, and what an organisation and the council say of
what may be given out."""

from portal.blueprints.inquiries import consulting, log
from portal.blueprints.inquiries.blueprint import bp

__all__ = ["bp", "consulting", "log"]
