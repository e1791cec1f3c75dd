"""The forms around an answer: which group it is for, sending it, replying, taking it back."""

from flask_babel import lazy_gettext as _l

from pilots.contribution_states import CHANNELS
from pilots.entering import ROUTES
from portal.fields import Choose, Form, LongText, Pick, Text, Upload, need
from trust.records import N_


class CheckForm(Form):
    """Carries no field. ``missing``: each answer to mend, with the address of its question."""

    missing: tuple[dict[str, str], ...] = ()

    @property
    def errors_summary(self) -> list[dict[str, str]]:
        return list(self.missing) or super().errors_summary


class SendForm(Form):
    quote = Choose(_l("How may we quote you?"), need(N_("Say whether we may quote you, and how")))
    read_back_to = Text(
        _l("To whom did you read the answers back?"),
        need(N_("Read the answers back first. Then write to whom you read them")),
        hint=_l("Their first name is enough."),
        attributes={"autocomplete": "off"},
    )


class PaperSendForm(SendForm):
    """For what stands on paper: they wrote it themselves, so it is compared, not read out."""

    read_back_to = Text(
        _l("Who filled in the paper?"),
        need(N_("Write the first name that stands on the paper")),
        hint=_l("Their first name is enough. You have compared these answers with the paper."),
        attributes={"autocomplete": "off"},
    )


class CodeForm(Form):
    code = Text(
        _l("Code"),
        need(N_("Type the code that stands on the paper")),
        hint=_l("It stands at the foot of each page, like K7M-2QX."),
        width=10,
        attributes={"autocomplete": "off", "dir": "ltr", "autocapitalize": "characters"},
    )


class NextForm(Form):
    giver = Pick(
        _l("Which group?"),
        need(N_("Choose a group")),
        hint=_l("Type the first letters of its name."),
        own_words=True,
    )


class ReplyForm(Form):
    words = LongText(_l("Your answer"), need(N_("Write your answer")), rows=4, count=4000)


class TakeBackForm(Form):
    reason = LongText(
        _l("Why do you take it back?"),
        hint=_l("You need not say."),
        rows=3,
        count=1000,
        optional=True,
    )


class EnterForm(Form):
    giver = Choose(_l("Which group?"), need(N_("Choose a group")))
    channel = Choose(
        _l("How do they tell you?"),
        need(N_("Say how they tell you")),
        choices=[(key, _l(CHANNELS[key])) for key in ROUTES],
    )


class SheetForm(Form):
    file = Upload(
        _l("Your sheet"),
        need(N_("Choose the file")),
        accept=".xlsx,.csv",
        hint=_l("The file that you filled in, as XLSX or CSV, up to 2 MB."),
    )
    away = False
