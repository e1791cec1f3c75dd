"""Forms: each field renders itself through GOV.UK's macros, with every word translatable.

In a template: ``{{ form.name() }}``; around the fields ``{% call ui.form(form) %}``; above the
h1 ``{{ ui.errors(form) }}``. Labels are lazy translations, or Markup for words that people wrote
(``portal.languages.words``).
"""

from portal.fields.checks import (
    Check,
    at_least,
    at_most,
    digits,
    email,
    need,
    phone,
    whole_number,
)
from portal.fields.choices import Choose, ChooseMany, Pick, Tick, YesNo
from portal.fields.counts import CountTable
from portal.fields.dates import DateParts
from portal.fields.form import Form, long_words
from portal.fields.text import Code, Email, LongText, Number, Phone, Text
from portal.fields.uploads import Upload

__all__ = [
    "Check",
    "Choose",
    "ChooseMany",
    "Code",
    "CountTable",
    "DateParts",
    "Email",
    "Form",
    "LongText",
    "Number",
    "Phone",
    "Pick",
    "Text",
    "Tick",
    "Upload",
    "YesNo",
    "at_least",
    "at_most",
    "digits",
    "email",
    "long_words",
    "need",
    "phone",
    "whole_number",
]
