"""Organisations: finding them, their profiles, and bringing a small group in."""

from portal.blueprints.partners import editing, index, show
from portal.blueprints.partners.blueprint import bp

__all__ = ["bp", "editing", "index", "show"]
