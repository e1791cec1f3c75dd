"""For whom a form was opened: it acts for nobody else, whatever was chosen in another window."""

from flask import current_app, request

from trust import permissions
from trust.records import N_, Msg, Refused
from trust.signin import Me

FIELD = "acting_for"


def hat_of(mine: Me) -> str:
    """For whom somebody acts now, as their forms say it."""
    return str(mine.actor.acting_for or "portal")


def as_opened(mine: Me | None, permission: str) -> None:
    """Raises ``Refused`` when the form that came was opened for one partner and its reader acts
    for another now: in another window they chose that one, or took up a role there. What takes
    no role is done for nobody but oneself."""
    opened = request.form.get(FIELD)
    if mine is None or opened in (None, hat_of(mine)) or permission in permissions.ANYWHERE:
        return
    now = mine.acting_for.name if mine.acting_for else None
    raise Refused(
        Msg(
            N_("You act for %(partner)s now. You opened this page for another organisation."),
            {"partner": now or current_app.config["PORTAL"].name},
        ),
        next_step=Msg(N_("Switch back, then send it again. Or open the page once more.")),
    )
