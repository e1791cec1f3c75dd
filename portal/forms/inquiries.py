"""The forms of requests for information."""

from flask_babel import lazy_gettext as _l

from portal.fields import Choose, DateParts, Form, LongText, Pick, Text, at_most, need
from trust.records import N_


class NewForm(Form):
    reference = Text(
        _l("Its reference in your own log"), [need(N_("Enter its reference")), at_most(40)]
    )
    law = Choose(_l("Which law does it fall under?"), need(N_("Choose which law")))
    received_on = DateParts(_l("When did it come?"), need(N_("Enter the day on which it came")))
    asks = LongText(
        _l("What does it ask for?"),
        need(N_("Say what it asks for")),
        hint=_l("The groups that it touches read this. Leave out who asked."),
        rows=5,
        count=4000,
        safeguarding=False,
    )


class CoverForm(Form):
    """One of the three."""

    partner = Pick(
        _l("All that an organisation and you share"),
        blank=_l("Choose one"),
        own_words=True,
        optional=True,
    )
    agreement = Pick(
        _l("Or an agreement, and what was shared by it"),
        blank=_l("Choose one"),
        own_words=True,
        optional=True,
    )
    reference = Text(
        _l("Or one answer, by its reference"),
        at_most(20),
        hint=_l("Whoever reads the answers can tell you."),
        optional=True,
    )


class SayForm(Form):
    wants = Choose(_l("What do you think?"), need(N_("Choose what you think")))
    words = LongText(
        _l("What should not be given out, and why?"),
        hint=_l("Say what harm it could do, and to whom."),
        rows=5,
        count=4000,
        optional=True,
    )


class DecideForm(Form):
    decision = Choose(_l("What do you decide?"), need(N_("Choose what you decide")))
    reason = LongText(
        _l("Why?"),
        need(N_("Say why")),
        hint=_l("They read this."),
        rows=5,
        count=4000,
        safeguarding=False,
    )


class CloseForm(Form):
    outcome = Choose(_l("How did it end?"), need(N_("Choose how it ended")))
    reason = LongText(
        _l("What did you answer, and why?"),
        need(N_("Say what you answered")),
        hint=_l("The groups that it touches read this."),
        rows=5,
        count=4000,
        safeguarding=False,
    )


class ReopenForm(Form):
    reason = LongText(
        _l("Why do you open it again?"),
        need(N_("Say why you open it again")),
        hint=_l("The groups that it touches read this. Leave out who asked."),
        rows=4,
        count=4000,
        safeguarding=False,
    )


class TakeOffForm(Form):
    reason = LongText(
        _l("Why is the request not about this?"),
        need(N_("Say why it is not about this")),
        hint=_l("They read this."),
        rows=4,
        count=4000,
        safeguarding=False,
    )
