"""What somebody fills in who prepares a table, or puts one aside."""

from flask_babel import lazy_gettext as _l

from portal.fields import Choose, Form, LongText, Text, Tick, at_most, need
from trust.records import N_

AUDIENCES = (
    ("cohort", _l("The groups in the pilot")),
    ("public", _l("Anyone")),
)


class PrepareForm(Form):
    title = Text(
        _l("Title"), [need(N_("Give it a title")), at_most(65)], hint=_l("65 letters or fewer.")
    )
    description = LongText(
        _l("What does the table show?"),
        [need(N_("Say in a sentence what the table shows"))],
        rows=3,
        count=1000,
        safeguarding=False,
    )
    audience = Choose(_l("Who may read it?"), need(N_("Choose who may read it")), choices=AUDIENCES)
    open_licence = Tick(_l("Anyone may use it again (Open Government Licence)"))


class AllowForm(Form):
    reason = LongText(
        _l("Why can it not wait?"), need(N_("Say why")), rows=3, count=1000, safeguarding=False
    )


class DropForm(Form):
    reason = LongText(
        _l("Why is it not released?"), need(N_("Say why")), rows=3, safeguarding=False
    )
