"""The frame of each page: where this person can go, for whom they act, whom they can call."""

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l

from portal import access
from portal.catalogues import translations
from portal.contacts import of_own
from portal.hats import hat_of
from portal.shell import FOOTER, Help, Item, Number, Who, tell
from trust.regions import settings_of
from trust.signin import Me

# Where to go, the endpoint, the permission without which it is not offered, and the part of the
# address under which it counts as here.
NAV = (
    (_l("Home"), "home.index", "signed-in", "/home"),
    (_l("Review"), "review.queue", "review:queue", "/review"),
    (_l("Our answers"), "contributions.index", "contribution:write", "/contributions"),
    (_l("Questions"), "requests.index", "contribution:read", "/questions"),
    (_l("Pilots"), "pilots.index", "pilot:read", "/pilots"),
    (_l("IG cases"), "cases.index", "case:read", "/cases"),
    (_l("Agreements"), "agreements.index", "agreement:read", "/agreements"),
    (_l("Organisations"), "partners.index", "has-role", "/partners"),
    (_l("At risk"), "safeguarding.index", "concern:read", "/concerns"),
    (_l("This portal"), "installation.index", "installation:read", "/installation"),
)


OPEN_PAGE = timedelta(hours=3)
"""Longer than this nobody looks at one page."""


def language_of_person() -> str | None:
    """The language that whoever signed in has chosen, by its code."""
    mine = access.me()
    return mine.person.lang if mine else None


# What is the same for everybody who reads the same language is worked out once: ``words`` is that
# language's catalogue, and only the key of what is kept.


def _nav(mine: Me, words: Any) -> list[Item]:
    roles = frozenset().union(*mine.actor.seats.values())
    key = (words, request.script_root, roles)
    kept = current_app.extensions.setdefault("portal.nav", {})
    if key not in kept:
        # A role that asks for a second factor is offered before it: the page behind asks.
        actor = replace(mine.actor, second_factor=True)
        kept[key] = [
            (Item(str(text), url_for(endpoint)), prefix)
            for text, endpoint, permission, prefix in NAV
            if actor.holds_somewhere(permission)
        ]
    path = request.path
    return [
        replace(item, here=True) if path.startswith(prefix) else item for item, prefix in kept[key]
    ]


@lru_cache(maxsize=50)
def _footer(words: Any) -> tuple[Item, ...]:
    return tuple(replace(item, text=str(item.text)) for item in FOOTER)


@lru_cache(maxsize=50)
def _team(words: Any, phone: str) -> Help | None:
    return Help(str(_l("the portal’s team")), phone) if phone else None


@lru_cache(maxsize=500)
def _numbers(words: Any, region: str) -> tuple[Number, ...]:
    """Whom to call about a person at risk, in the region of the partner acted for."""
    return tuple(
        Number(words.gettext(number.name), number.phone)
        for number in settings_of(region).numbers
        if number.key != "emergency"  # 999 stands in the sentence itself
    )


@lru_cache(maxsize=50)
def _address(endpoint: str, root: str) -> str:
    """Where a page is that takes no arguments, for the ``root`` that this portal is under."""
    return url_for(endpoint)


def _who(mine: Me) -> Who:
    hat, root = mine.acting_for, request.script_root
    return Who(
        name=mine.person.name,
        acting_for=hat.name or current_app.config["PORTAL"].name if hat else "",
        hat=hat_of(mine),
        switch_href=_address("people.acting_for", root) if len(mine.hats) > 1 else "",
        sign_out_href=_address("signin.sign_out", root),
        seconds=_seconds(mine),
        keep_href=_address("signin.stay", root),
    )


def _seconds(mine: Me) -> int | None:
    """How long until the session ends by itself, where a page may be left open for so long."""
    # When it was last used is noted every few minutes only, so it may end that much sooner.
    left = mine.sign_in.ends_at(access.now() - access.SEEN_EVERY) - access.now()
    return int(left.total_seconds()) if left < OPEN_PAGE else None


def _tell() -> None:
    """Before every page: the frame as this person sees it."""
    settings = current_app.config["PORTAL"]
    mine = access.me() if request.endpoint not in (None, "static") else None
    words, hat = translations(), mine.acting_for if mine else None
    tell(
        nav=_nav(mine, words) if mine else (),
        who=_who(mine) if mine else None,
        help=(of_own(mine) if mine else None) or _team(words, settings.contact_phone),
        numbers=_numbers(words, hat.region or "" if hat else ""),
        footer=_footer(words),
        home_href=_address("home.index", request.script_root) if mine else "/",
    )


def init(app: Flask) -> None:
    """Fill in the frame before every page."""
    app.before_request(_tell)
