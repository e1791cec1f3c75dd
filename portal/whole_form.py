"""All questions of an answer on one page, for who writes it down for a group: from a paper, in the
order of the paper; or while they talk. The rules are those of the page of one question."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from pilots import contributions, drafts
from pilots.answers import Overtaken, belonging
from pilots.contributions import Contribution
from pilots.questions import Question, Raw, numbers_of
from portal import access
from portal.fields import Form
from portal.fields.form import Version
from portal.question_form import field_of, mended, typed, what_is_wrong


class WholeForm(Form):
    """``numbers`` of the questions by key: the same mistake can be made at several."""

    numbers: Mapping[str, int] = MappingProxyType({})

    @property
    def errors_summary(self) -> list[dict[str, str]]:
        found = [(self[key], number) for key, number in self.numbers.items()]
        at = {f"#{id}": number for one, number in found for id, _text in one.error_links()}
        said = super().errors_summary
        for one in said:
            if one.get("href") in at:
                told = {"number": at[one["href"]], "problem": one["text"]}
                one["text"] = _("Question %(number)s: %(problem)s", **told)
        return said


def whole_form(held: Contribution) -> WholeForm:
    """A form with the field of each question, named by its key, and the version that it was filled
    from beside it. On POST it holds what came; else what was kept, as it was typed."""
    questions = [one for one in held.request_version.questions if one.asks]
    fields = {one.key: field_of(one, one.choices) for one in questions}
    fields |= {_seen(one): Version() for one in questions}
    made = type("WholeForm", (WholeForm,), {**fields, "numbers": numbers_of(questions)})
    if request.method == "POST":
        return made()
    before = [
        (name, value)
        for raw in drafts.raw_of(held).values()
        for name, values in raw.items()
        for value in values
    ]
    versions = {one.key: one.version for one in held.drafts}
    before += [(_seen(one), str(versions.get(one.key, 0))) for one in questions]
    return made(formdata=MultiDict(before))


def _seen(question: Question) -> str:
    return f"seen-{question.key}"


def first_of(questions: Sequence[Question]) -> str:
    """The id of the first box, where the keys of who types begin."""
    for one in questions:
        if one.asks:
            form = type("FirstForm", (Form,), {one.key: field_of(one, one.choices)})()
            return str(form[one.key].first_id)
    return "main"


def keep_all(held: Contribution, form: Form) -> dict[str, Overtaken]:
    """Keep what was typed for each question, right or wrong, as the page of one question does.
    Returns where somebody else saved another answer meanwhile: theirs stays."""
    came, before = typed(request.form), drafts.raw_of(held)
    others: dict[str, Overtaken] = {}
    person_id, now = access.signed_in().person.id, access.now()
    for one in held.request_version.questions:
        if not one.asks:
            continue
        raw = belonging(one, mended(form, one, came))
        if raw == before.get(one.key) or (one.key not in before and not _says(raw)):
            continue
        given = {"seen": form[_seen(one)].data, "token": form.token.data or ""}
        try:
            drafts.keep(held, one, raw, person_id, now, opened=form.opened(), **given)
        except Overtaken as overtaken:
            others[one.key] = overtaken
    versions = {one.key: one.version for one in held.drafts}
    for one in held.request_version.questions:
        if one.asks:  # who saves again has seen what is there now
            form[_seen(one)].data = versions.get(one.key, 0)
    return others


def _says(raw: Raw) -> bool:
    return any(any(values) for values in raw.values())


def is_right(form: Form, held: Contribution, others: Mapping[str, Overtaken]) -> bool:
    """Whether all that is asked after what was kept can be sent as it is. If not, the form says
    what to mend; what is not asked is left alone."""
    form.validate()
    given = contributions.answers_of(held, access.now())
    asked = {one.key for one in given.asked}
    for one in held.request_version.questions:
        if one.asks and one.key not in asked:
            form[one.key].errors = []
    for key, refused in given.wrong.items():
        if not form[key].errors:
            form.wrong(key, what_is_wrong(refused))
    for overtaken_key, overtaken in others.items():
        form.wrong(overtaken_key, what_is_wrong(overtaken))
    return not form.errors
