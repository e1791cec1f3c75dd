"""The IG case of a pilot: seven steps, the first filled from the canvas, and its document."""

from portal.blueprints.cases import document, people, show
from portal.blueprints.cases.blueprint import bp

__all__ = ["bp", "document", "people", "show"]
