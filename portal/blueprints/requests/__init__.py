"""Requests: what a pilot asks of its cohort, and what a group asks of its council."""

from portal.blueprints.requests import (
    asking,
    builder,
    changing,
    copying,
    forms,
    printing,
    running,
    show,
    when,
)
from portal.blueprints.requests.blueprint import bp

__all__ = [
    "asking",
    "bp",
    "builder",
    "changing",
    "copying",
    "forms",
    "printing",
    "running",
    "show",
    "when",
]
