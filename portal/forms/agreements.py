"""What is asked on the way to a trust agreement."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from pilots.pilot import Pilot
from portal.agreement_text import filled
from portal.attachments import ACCEPT_SOUNDS
from portal.fields import (
    Choose,
    ChooseMany,
    DateParts,
    Form,
    LongText,
    Phone,
    Text,
    Tick,
    Upload,
    at_most,
    need,
)
from portal.languages import offered, words
from trust import agreements
from trust.agreements import Agreement
from trust.changes import PURPOSE, REVIEW, Change
from trust.clauses import Chosen, library
from trust.contacts import line, name_and_number
from trust.narrowing import LONGEST_NOTE
from trust.partners import Kind, Partner
from trust.records import N_
from trust.voices import LONGEST_LANGUAGE, LONGEST_NAME, LONGEST_WORDS

EACH = "each"


class ProposeForm(Form):
    work = Choose(_l("Which project is it for?"), need(N_("Choose which project it is for")))
    purpose = LongText(
        _l("What do you want to find out together?"),
        need(N_("Say what you want to find out together")),
        hint=_l("One question, in plain words. It stands at the top of the agreement."),
        rows=3,
        count=500,
    )
    review_on = DateParts(
        _l("When will you look at it again?"), need(N_("Choose the day of the review"))
    )
    own_name = Text(_l("Name"), [need(N_("Name the person to call at your side")), at_most(120)])
    own_phone = Phone(_l("Phone"), need(N_("Give the phone number at your side")))
    own_deputy = Text(_l("Name"), [need(N_("Name the second person at your side")), at_most(120)])
    own_deputy_phone = Phone(_l("Phone"), need(N_("Give the second phone number at your side")))
    other_name = Text(_l("Name"), at_most(120), optional=True)
    other_phone = Phone(_l("Phone"), optional=True)
    other_deputy = Text(_l("Name"), at_most(120), optional=True)
    other_deputy_phone = Phone(_l("Phone"), optional=True)


class ContactsForm(Form):
    own_name = ProposeForm.own_name
    own_phone = ProposeForm.own_phone
    own_deputy = ProposeForm.own_deputy
    own_deputy_phone = ProposeForm.own_deputy_phone


class RenewForm(Form):
    review_on = DateParts(
        _l("When will you look at it again after that?"), need(N_("Choose the day of the review"))
    )


class ChangeForm(Form):
    leave_out = Tick(_l("Leave this clause out"))
    note = LongText(
        _l("Your own words for this clause"),
        hint=_l("They are added, and the clause stays. They can say less, or say it more clearly."),
        rows=3,
        count=LONGEST_NOTE,
        optional=True,
    )
    why = LongText(
        _l("Why do you ask?"),
        need(N_("Say why you ask")),
        rows=3,
        count=1000,
        safeguarding=False,
    )


class AnswerForm(Form):
    answer = Choose(
        _l("What do you say?"),
        need(N_("Choose an answer")),
        choices=[
            ("make", _l("Make this change")),
            ("keep", _l("Keep the words as they are")),
        ],
    )
    reason = LongText(_l("Why do the words stay?"), rows=3, count=1000)


def answer_form(agreement: Agreement, asked: Sequence[Change]) -> AnswerForm:
    """The answers to a change: where words are to be added to a clause that stands there and need
    not, leaving the clause out is one of them. Where several wait, one of them is chosen."""
    form, change = AnswerForm(), asked[0]
    if len(asked) > 1:
        made = [
            (str(one.id), _l("Make the change that %(person)s asks for", person=one.by.name))
            for one in asked
        ]
        form.answer.offer([*made, AnswerForm.answer.kwargs["choices"][1]])
    elif (
        _stands(agreement, change.clause)
        and adds_words(change)
        and not library()[change.clause].fixed
    ):
        make, keep = AnswerForm.answer.kwargs["choices"]
        form.answer.offer([make, ("leave-out", _l("Leave this clause out instead")), keep])
    return form


def _stands(agreement: Agreement, key: str) -> bool:
    return any(one.clause.key == key for one in agreement.parts)


def adds_words(change: Change) -> bool:
    """Whether words would stand beside a clause that stays."""
    return bool(change.note) and not change.leave_out and change.clause in library()


class SignForm(Form):
    name = Text(_l("Your full name"), [need(N_("Type your full name")), at_most(120)])
    role = Text(
        _l("What you do in your organisation"),
        [need(N_("Say what you do in your organisation")), at_most(120)],
    )
    may = Tick(
        _l("I have read it, and I may sign for my organisation"),
        need(N_("Tick the box if you may sign")),
    )


class ReasonForm(Form):
    reason = LongText(_l("Why?"), need(N_("Say why, in your own words")), rows=4, count=1000)


def propose_form(own: Partner, other: Partner, pilots: Sequence[Pilot], **data: Any) -> ProposeForm:
    """The form between these two. Each side says itself whom to call there; what the other one
    knows of it is optional. A group may be one person, so its second one is optional, too; and
    where there is no project to choose, it is for each that will come."""
    form = ProposeForm(data=data)
    giver, _taker = agreements.sides(own, other)
    mine = giver.id == own.id
    ours, theirs = _l("Each project that we say yes to"), _l("Each project that they say yes to")
    named = [(one.id, words(one.name, one.lang), words(one.question, one.lang)) for one in pilots]
    form.work.offer([*named, (EACH, ours if mine else theirs, _l("Then one agreement is enough."))])
    if not pilots:
        del form.work
    if mine and giver.kind != Kind.COUNCIL:
        _may_be_empty(form, "own_deputy", "own_deputy_phone")
    return form


def contacts_form(agreement: Agreement, own: Partner) -> ContactsForm:
    """Whom the agreement names at one side. The second one is optional there, too, for a group."""
    side = "giver" if own.id == agreement.giver_id else "taker"
    name, phone = name_and_number(agreement.contacts[f"{side}_contact"])
    second, second_phone = name_and_number(agreement.contacts[f"{side}_deputy"])
    form = ContactsForm(
        data={
            "own_name": name,
            "own_phone": phone,
            "own_deputy": second,
            "own_deputy_phone": second_phone,
        }
    )
    if side == "giver" and own.kind != Kind.COUNCIL:
        _may_be_empty(form, "own_deputy", "own_deputy_phone")
    return form


def _may_be_empty(form: Form, *names: str) -> None:
    for name in names:
        form[name].optional = True
        form[name].validators = [
            check for check in form[name].validators if not isinstance(check, need)
        ]


def contacts(form: ProposeForm, own: Partner, other: Partner) -> dict[str, str]:
    """The four contacts as ``propose`` takes them, whichever side proposes. Where the other side's
    are not known, it is called at its own number until it names them."""
    giver, _taker = agreements.sides(own, other)
    mine, theirs = ("giver", "taker") if giver.id == own.id else ("taker", "giver")
    return {
        f"{mine}_contact": line(form.own_name.data, form.own_phone.data),
        f"{mine}_deputy": line(form.own_deputy.data, form.own_deputy_phone.data),
        f"{theirs}_contact": line(form.other_name.data or other.name, form.other_phone.data or ""),
        f"{theirs}_deputy": line(form.other_deputy.data or "", form.other_deputy_phone.data or ""),
    }


def change_form(agreement: Agreement, chosen: Chosen) -> Form:
    """The boxes that this clause has: its options, leaving it out, own words, and why."""
    clause = chosen.clause

    class OneChangeForm(ChangeForm):
        pass

    offered = [
        (one.key, filled(agreement, one.title), filled(agreement, one.text))
        for one in clause.options
    ]
    if clause.pick == "one":
        need_one = need(N_("Choose one of the options"))
        OneChangeForm.options = Choose(_l("Choose one"), need_one, choices=offered)
    elif clause.options:
        OneChangeForm.options = ChooseMany(_l("Choose what to add"), choices=offered, optional=True)
    if clause.fixed or not _stands(agreement, clause.key):
        OneChangeForm.leave_out = None
    if clause.key == PURPOSE:
        OneChangeForm.purpose = ProposeForm.purpose
    elif clause.key == REVIEW:
        OneChangeForm.review_on = ProposeForm.review_on
    held: Any = chosen.options[0] if clause.pick == "one" and chosen.options else chosen.options
    return OneChangeForm(
        data={
            "options": held,
            "note": chosen.note,
            "purpose": agreement.purpose,
            "review_on": agreement.review_on,
        }
    )


def options_of(form: Form) -> list[str]:
    """The options chosen, whether one or several can be."""
    if "options" not in form:
        return []
    held = form.options.data
    return [held] if isinstance(held, str) else list(held or ())


OTHER = "other"


class VoiceForm(Form):
    file = Upload(
        _l("The recording"),
        need(N_("Choose a file")),
        accept=ACCEPT_SOUNDS,
        hint=_l("An MP3, M4A, OGG or WAV file, up to 10 MB. It loses its place and time."),
    )
    reader = Text(
        _l("Who reads?"),
        [need(N_("Say who reads")), at_most(LONGEST_NAME)],
        hint=_l("Both sides see the name. A first name is enough."),
    )
    lang = Choose(_l("In which language?"), need(N_("Say which language it is")))
    other = Text(_l("Which other language?"), at_most(LONGEST_LANGUAGE), optional=True)
    words = LongText(
        _l("What is said"),
        at_most(LONGEST_WORDS),
        hint=_l("For people who cannot hear it. Leave it empty if the English text is read."),
        rows=6,
        safeguarding=False,
    )
    agrees = Tick(
        _l("Whoever reads says yes: both sides may hear it"),
        need(N_("Ask whoever reads, then tick the box")),
    )
    away = False

    def validate_words(self, field: LongText) -> None:
        """The rule of ``trust.voices``, said together with all else that is missing."""
        if self.lang.data and self.language != "en" and not (field.data or "").strip():
            raise ValidationError(_("Write down what is said, for people who cannot hear it"))

    @property
    def language(self) -> str:
        """The code of the language, or its name where it is none of the portal's."""
        return self.other.data or "" if self.lang.data == OTHER else self.lang.data


def voice_form() -> VoiceForm:
    """The form, with the languages of this portal to choose from."""
    form = VoiceForm()
    named = [(one.code, words(one.own_name, one.code)) for one in offered()]
    form.lang.offer([*named, (OTHER, _l("Another language"))])
    return form
