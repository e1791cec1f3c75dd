"""What is asked about a paper on the passport, and about a link to some of them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from portal.attachments import ACCEPT
from portal.fields import (
    Choose,
    ChooseMany,
    DateParts,
    Form,
    LongText,
    Text,
    Tick,
    Upload,
    at_most,
    need,
)
from trust.passport import KINDS, LONGEST_NAME, LONGEST_WORDS
from trust.passport_links import LONGEST_NOTE
from trust.records import N_

TAKEN = _l("A picture, a PDF or an office file, up to 10 MB. Photos lose the place and the time.")


class FileForm(Form):
    file = Upload(_l("The file"), need(N_("Choose a file")), accept=ACCEPT, hint=TAKEN)
    away = False


class ChangeForm(Form):
    kind = Choose(_l("What is it?"), choices=[(key, _l(words)) for key, words in KINDS.items()])
    name = Text(
        _l("What it is called"),
        at_most(LONGEST_NAME),
        hint=_l("In your own words, for example “Public liability, £5 million”."),
    )
    dated = DateParts(
        _l("The day on it"),
        need(N_("Enter the day on it")),
        hint=_l("When it was agreed, signed or issued. For example 27 3 2026."),
    )
    until = DateParts(
        _l("The last day it counts"),
        hint=_l("Leave it empty if it has none. We tell you a month before."),
        optional=True,
    )
    words = LongText(
        _l("Anything else to know about it"),
        rows=2,
        count=LONGEST_WORDS,
        optional=True,
        safeguarding=False,
    )
    away = False

    def validate_name(self, field: Text) -> None:
        """The rule of ``trust.passport``, said together with all else that is missing."""
        if self.kind.data == "other" and not (field.data or "").strip():
            raise ValidationError(_("Say what it is called"))


class NewForm(ChangeForm):
    file = Upload(_l("The file"), accept=ACCEPT, hint=TAKEN, optional=True)


class LinkForm(Form):
    items = ChooseMany(_l("What may they see?"), need(N_("Choose what the link shows")))
    files = Tick(_l("They may open the files too"))
    to_whom = Text(
        _l("Whom is it for?"),
        [need(N_("Note whom it is for")), at_most(LONGEST_NOTE)],
        hint=_l("A note for your group. Whoever opens the link does not see it."),
    )
    days = Choose(
        _l("How long may it be opened?"),
        need(N_("Choose how long it may be opened")),
        choices=[
            ("7", _l("A week")),
            ("30", _l("30 days")),
            ("90", _l("90 days, which is the longest")),
        ],
        inline=False,
    )
