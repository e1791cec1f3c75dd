"""What is asked about what was said by phone or on paper, and how it is confirmed."""

from flask_babel import lazy_gettext as _l

from portal.fields import Choose, DateParts, Form, LongText, Phone, Pick, Text, Tick, at_most, need
from portal.fields.form import Carried
from trust.recordings import HOW
from trust.records import N_


class SaidForm(Form):
    """What is asked whatever was said."""

    name = Text(_l("Who said it?"), [need(N_("Write down who said it")), at_most(120)])
    role = Text(
        _l("What do they do in their organisation?"),
        [need(N_("Say what they do in their organisation")), at_most(120)],
        hint=_l("They need to be somebody who may sign for it."),
    )
    how = Choose(
        _l("How did they say it?"),
        need(N_("Say if it was by phone or on paper")),
        choices=[(key, _l(words)) for key, words in HOW.items()],
    )
    said_on = DateParts(_l("On which day?"), need(N_("Choose the day on which they said it")))
    lang = Pick(
        _l("In which language did they hear or read it?"),
        need(N_("Choose the language")),
        own_words=True,
    )


class BackForm(SaidForm):
    why = LongText(_l("Why, if they say so"), rows=3, count=1000, optional=True)


class YesForm(SaidForm):
    read = Carried()
    whole = Tick(
        _l("They heard or read all of it, as it stands above"),
        need(N_("Tick the box if they heard or read all of it")),
    )


class NoForm(SaidForm):
    read = Carried()
    why = LongText(
        _l("Why, in their own words?"),
        need(N_("Write down why, in their own words")),
        hint=_l("The other side reads it."),
        rows=4,
        count=1000,
    )


class PrintForm(Form):
    lang = Pick(_l("Language of the letter"), need(N_("Choose the language")), own_words=True)


class CallForm(Form):
    spoke_with = Text(
        _l("With whom did you speak?"), [need(N_("Write down with whom you spoke")), at_most(120)]
    )
    right = Tick(
        _l("I called this number. They say that it is right"),
        need(N_("Tick the box if they said so")),
    )


class TakeBackForm(Form):
    reason = LongText(_l("Why?"), need(N_("Say why, in your own words")), rows=3, count=500)


class ReachForm(Form):
    post = LongText(
        _l("Postal address"),
        hint=_l("As it stands on an envelope, line by line."),
        rows=4,
        count=500,
        optional=True,
        safeguarding=False,
    )
    phone = Phone(_l("Phone number that we call back"), at_most(40), optional=True)


class LetterForm(Form):
    reference = Text(
        _l("Number of the letter"),
        [need(N_("Type the number of the letter")), at_most(20)],
        width=10,
        attributes={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )
    code = Text(
        _l("Code"),
        [need(N_("Type the code")), at_most(30)],
        hint=_l("Gaps and small letters do not matter."),
        width=10,
        attributes={"autocomplete": "one-time-code", "spellcheck": "false", "dir": "ltr"},
    )
