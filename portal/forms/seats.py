"""Giving somebody a role at a pilot or at a case: the same questions, in the same order."""

from flask_babel import lazy_gettext as _l

from portal.fields import Choose, Email, Form, Pick, Text, need
from portal.languages import say
from trust.permissions import roles
from trust.records import N_


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
