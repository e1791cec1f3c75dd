"""The forms around an insight: writing it, sharing it, judging it, answering it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from pilots import responses
from pilots.contributions import Contribution
from pilots.evidence import Glimpse
from pilots.insight import CONFIDENCE
from pilots.verdicts import VERDICTS
from portal.fields import Choose, ChooseMany, DateParts, Form, LongText, Tick, need
from portal.languages import words
from trust.records import N_


class WordsForm(Form):
    statement = LongText(
        _l("What did you learn?"),
        need(N_("Write what you learned, in one or two sentences")),
        rows=4,
        count=2000,
    )
    caveats = LongText(
        _l("What should a reader keep in mind?"),
        hint=_l("What you do not know, or what may be different elsewhere."),
        rows=3,
        count=2000,
        optional=True,
    )


class NewForm(WordsForm):
    confidence = Choose(
        _l("How sure are you?"),
        need(N_("Say how sure you are")),
        choices=[(key, _l(text)) for key, text in CONFIDENCE.items()],
    )
    rests_on = ChooseMany(
        _l("Which answers does it rest on?"),
        need(N_("Choose at least one answer that this rests on")),
    )


class ShareForm(Form):
    answer_by = DateParts(
        _l("By when can they answer?"), need(N_("Give a day that is still to come"))
    )


class RewordForm(WordsForm):
    """Its ``version``, as that of ``JudgeForm``, is the number of the words that were read, not
    of the record: what a contributor says meanwhile does not matter here."""

    answer_by = DateParts(
        _l("By when can they answer?"), need(N_("Give a day that is still to come"))
    )


class JudgeForm(Form):
    kind = Choose(
        _l("Did we understand you?"),
        need(N_("Choose one of the three")),
        choices=[(key, _l(text)) for key, text in VERDICTS.items()],
    )
    words = LongText(
        _l("In your own words"),
        hint=_l("Needed unless it is right: then say what is. It stays with the finding."),
        rows=4,
        count=2000,
    )


class RespondForm(Form):
    kind = Choose(
        _l("What happens now?"),
        need(N_("Choose one of the three")),
        choices=[(key, _l(text)) for key, text in responses.KINDS.items()],
    )
    by_day = DateParts(_l("By when?"))
    public = Tick(_l("It is something that we make public"))
    words = LongText(
        _l("Say it so that everyone who gave something understands"),
        need(N_("Say what you did, will do, or why you cannot")),
        rows=4,
        count=2000,
    )


def new_form(
    can: list[Contribution], texts: dict[int, list[Any]], glimpses: dict[int, Glimpse]
) -> Any:
    """The form with a box for the words to quote of each answer that may be quoted. What is
    copied there was typed under the safeguarding sentence already. ``glimpses`` tell the answers
    apart, as far as their reader may read them."""
    boxes = {
        f"quote_{one.id}": LongText(
            _l("Words to quote"),
            hint=_("Copy them exactly from what %(partner)s wrote.", partner=one.giver.name),
            rows=2,
            count=1000,
            optional=True,
            safeguarding=False,
        )
        for one in can
        if texts[one.id]
    }
    form = type("NewWithQuotes", (NewForm,), boxes)()
    form.rests_on.offer(
        (one.id, words(f"{one.giver.name}, {one.reference}"), _hint(one, glimpses.get(one.id)))
        for one in can
    )
    return form


def _hint(one: Contribution, glimpse: Glimpse | None) -> Markup | str:
    """The place and the first words of an answer."""
    if glimpse is None:
        return ""
    text = words(first_words(glimpse.text), one.lang) if glimpse.text else ""
    return Markup(" · ").join(part for part in (words(glimpse.place), text) if part)


def first_words(text: str, most: int = 80) -> str:
    """The beginning of a text on one line, cut between words where it has any."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return (line[:most].rpartition(" ")[0] or line[:most]) + "…"
