"""What the frame of a page shows around it: where to go, who I am, whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import g
from flask_babel import lazy_gettext as _l

Text = str
"""Words for people; a lazy translation will do."""


@dataclass(frozen=True, slots=True)
class Item:
    """A link of the navigation or the footer. ``here``: this page is it, or lies under it."""

    text: Text
    href: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Who:
    """Who is signed in, and the partner they act for; ``hat`` says which in their forms.
    ``switch_href`` only if they can choose.

    ``seconds`` until the session ends by itself; asking for ``keep_href`` starts them anew.
    """

    name: str
    acting_for: str = ""
    hat: str = ""
    switch_href: str = ""
    sign_out_href: str = "/sign-out"
    seconds: int | None = None
    keep_href: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """The named person to call about this page. ``instead``: all of it can be done by phone."""

    name: str
    phone: str
    role: Text = ""
    hours: Text = ""
    instead: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    """Whom to call about a person at risk, from the region's settings: "Camden children", …"""

    name: Text
    phone: str


FOOTER = (
    Item(_l("Someone may be at risk"), "/safeguarding"),
    Item(_l("Accessibility"), "/accessibility"),
    Item(_l("Privacy"), "/privacy"),
    Item(_l("Complaints"), "/complaints"),
)


@dataclass(frozen=True, slots=True)
class Shell:
    """All that the frame shows around a page. ``typed_before``: a form on it holds what could not
    be sent, because the session had run out."""

    nav: Sequence[Item] = ()
    who: Who | None = None
    help: Help | None = None
    numbers: Sequence[Number] = ()
    footer: Sequence[Item] = FOOTER
    home_href: str = "/"
    mailbox_href: str = "/demo/mailbox"
    typed_before: bool = False


PLAIN = Shell()


def shell() -> Shell:
    """The frame of the page being made. Plain until ``tell`` was called in this request."""
    kept: Shell = g.get("shell", PLAIN)
    return kept


def tell(**changes: object) -> None:
    """Fills in parts of this request's frame: ``tell(help=Help("Sheila Brown", "01767 …"))``."""
    g.shell = replace(shell(), **changes)
