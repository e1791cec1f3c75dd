"""What is asked of whoever signs in."""

from flask_babel import lazy_gettext as _l

from portal.fields import Code, Email, Form, Tick, digits, need
from trust.records import N_


class AskForm(Form):
    email = Email(_l("Your email address"), need(N_("Enter your email address")))


class MailedForm(Form):
    code = Code(
        _l("The code in your email"),
        [need(N_("Type the 6 digits from the email")), digits(6)],
        hint=_l("It has 6 digits. It works for 10 minutes."),
    )


class CodeForm(MailedForm):
    shared = Tick(
        _l("This is a shared phone or computer"),
        hint=_l("We sign you out soon after you stop, and keep nothing on it."),
    )


class LinkForm(Form):
    shared = Tick(_l("This is a shared phone or computer"))


class FactorForm(Form):
    code = Code(
        _l("The code in your app"), [need(N_("Type the 6 digits from your app")), digits(6)]
    )
