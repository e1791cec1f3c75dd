"""Pilots: the shared question, where we are with it, who takes part, and what comes next."""

from portal.blueprints.pilots import canvas, cohort, grounds, members, seats, show, stage
from portal.blueprints.pilots.blueprint import bp

__all__ = ["bp", "canvas", "cohort", "grounds", "members", "seats", "show", "stage"]
