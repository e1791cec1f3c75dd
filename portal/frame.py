"""The frame of each page: where this person can go, for whom they act, whom they can call."""

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l

from portal import access
from portal.shell import Help, Item, Number, Who, tell
from trust.signin import Me

# Where to go, the endpoint, the permission without which it is not offered, and the part of the
# address under which it counts as here.
NAV = (
    (_l("Home"), "home.index", "signed-in", "/home"),
    (_l("Review"), "review.queue", "review:queue", "/review"),
    (_l("Our answers"), "contributions.index", "contribution:write", "/contributions"),
    (_l("Pilots"), "pilots.index", "pilot:read", "/pilots"),
    (_l("Agreements"), "agreements.index", "agreement:read", "/agreements"),
    (_l("Organisations"), "partners.index", "signed-in", "/partners"),
    (_l("At risk"), "safeguarding.index", "concern:read", "/concerns"),
    (_l("This portal"), "installation.index", "installation:read", "/installation"),
)


def language_of_person() -> str | None:
    mine = access.me()
    return mine.person.lang if mine else None


def _nav(mine: Me) -> list[Item]:
    return [
        Item(text, url_for(endpoint), request.path.startswith(prefix))
        for text, endpoint, permission, prefix in NAV
        if mine.actor.holds_somewhere(permission) and endpoint in current_app.view_functions
    ]


def _who(mine: Me) -> Who:
    hat = mine.acting_for
    return Who(
        name=mine.person.name,
        acting_for=hat.name or current_app.config["PORTAL"].name if hat else "",
        switch_href=url_for("people.acting_for") if len(mine.hats) > 1 else "",
        sign_out_href=url_for("signin.sign_out"),
    )


def _tell() -> None:
    """Before every page: the frame as this person sees it."""
    settings = current_app.config["PORTAL"]
    mine = access.me() if request.endpoint not in (None, "static") else None
    tell(
        nav=_nav(mine) if mine else (),
        who=_who(mine) if mine else None,
        help=Help(_l("the portal’s team"), settings.contact_phone)
        if settings.contact_phone
        else None,
        home_href=url_for("home.index") if mine else "/",
    )


def numbers() -> list[Number]:
    """The numbers to call about a person at risk, from the settings of the region at hand."""
    return []


def init(app: Flask) -> None:
    app.before_request(_tell)
