"""What somebody fills in who makes a finding public, or takes one down."""

from flask_babel import lazy_gettext as _l

from portal.fields import ChooseMany, Form, LongText, need
from trust.records import N_


class PrepareForm(Form):
    quotes = ChooseMany(
        _l("Whose words should stand in it?"),
        hint=_l("We ask each group first. Without its yes, its words are left out."),
        optional=True,
    )


class DropForm(Form):
    reason = LongText(
        _l("Why is it not made public?"),
        need(N_("Say why")),
        rows=3,
        count=1000,
        safeguarding=False,
    )


class TakeDownForm(Form):
    reason = LongText(
        _l("Why is it taken down?"),
        need(N_("Say why")),
        hint=_l("Everyone who comes to its page reads this."),
        rows=3,
        count=1000,
        safeguarding=False,
    )
