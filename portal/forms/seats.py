"""Giving somebody a role, at a partner, at a pilot or at a case: the same questions, in the same
order."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from portal import access
from portal.fields import Choose, Email, Form, Pick, Text, Tick, need
from portal.languages import say
from portal.pages import attempt
from trust import giving
from trust.permissions import roles
from trust.records import N_, Record


class InviteForm(Form):
    name = Text(_l("Their name"), need(N_("Enter the person’s name")))
    email = Email(_l("Their email address"), need(N_("Enter their email address")))
    shared = Tick(
        _l("Several people read this mailbox"),
        hint=_l("Each of them signs in under their own name. So their name matters here."),
    )
    role = Choose(_l("What they will do"), need(N_("Choose a role")))


class SeatForm(Form):
    name = Text(_l("Their name"), need(N_("Enter the person’s name")))
    email = Email(_l("Their email address"), need(N_("Enter their email address")))
    partner = Pick(
        _l("For which organisation?"), need(N_("Choose the organisation")), own_words=True
    )
    role = Choose(_l("What they will do"), need(N_("Choose a role")))

    def offer_roles(self, place: str) -> None:
        """The roles that can be held at such a place (the noun)."""
        self.role.offer(
            (role.key, say(role.name), say(role.sentence))
            for role in roles().values()
            if place in role.held_at
        )


SENT = "invited"
"""What the address after an invitation says was done."""


def just_sent(rows: Iterable[Any]) -> bool:
    """Whether to say that an invitation is on its way: the address says that it was just sent, and
    one of the seats (the first of each row) waits for its yes."""
    return request.args.get("done") == SENT and any(not row[0].accepted_at for row in rows)


def attempt_to_give(form: Any, verb: Any, place: Record, **given: Any) -> bool:
    """Run a verb that gives a role to whom the form names. One that is refused counts among the
    day's tries all the same: what it says depends on who has that address."""
    names = {"name": form.name.data, "email": form.email.data}
    if attempt(form, verb, place, **names, **given) is not None:
        return True
    giving.tried(access.session(), access.actor().person_id, access.now())
    access.keep_anyway()
    return False
