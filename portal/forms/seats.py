"""Giving somebody a role, at a partner, at a pilot or at a case: the same questions, in the same
order."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal import access
from portal.fields import Choose, Email, Form, Pick, Text, need
from portal.languages import say
from portal.pages import attempt
from trust import giving
from trust.permissions import roles
from trust.records import N_, Record


class InviteForm(Form):
    name = Text(_l("Their name"), need(N_("Enter the person’s name")))
    email = Email(_l("Their email address"), need(N_("Enter their email address")))
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


def attempt_to_give(form: Any, verb: Any, place: Record, **given: Any) -> bool:
    """Run a verb that gives a role to whom the form names. One that is refused counts among the
    day's tries all the same: what it says depends on who has that address."""
    names = {"name": form.name.data, "email": form.email.data}
    if attempt(form, verb, place, **names, **given) is not None:
        return True
    giving.tried(access.session(), access.actor().person_id, access.now())
    access.keep_anyway()
    return False
