"""A trust agreement as a person reads it: in their language, beside the English that is signed."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal.components import Pieces
from portal.languages import ENGLISH, current, day_and_time, day_words, say, speaking
from trust.agreements import Agreement
from trust.changes import Change, Stood, with_change
from trust.clauses import Chosen, library
from trust.differences import Piece, paragraphs_apart
from trust.history import Step
from trust.narrowing import with_back
from trust.records import Refused
from trust.wording import Heading, Item, Parties, fill_ins, outline


class Apart(NamedTuple):
    """One clause that two texts have differently, word by word."""

    key: str
    title: str
    paragraphs: list[tuple[Piece, ...]]


def headings(agreement: Agreement) -> tuple[Heading, ...]:
    """The sections with their clauses in the reader's language. Empty where the clauses are not
    those of today's library: such an agreement is read as the text that was signed."""
    try:
        return _read(agreement, agreement.stands)
    except Refused:
        return ()


def _read(agreement: Agreement, stood: Stood) -> tuple[Heading, ...]:
    # Each name stands apart (bdi): two of them side by side keep their own directions.
    return _outline(
        agreement,
        stood,
        translate=lambda text: escape(gettext(text)),
        typed=Markup('<bdi translate="no">{}</bdi>').format,
    )


def item_of(agreement: Agreement, chosen: Chosen) -> Item:
    """One clause in the reader's language: as it stands, or as it would if it came back."""
    stood = agreement.stands._replace(parts=with_back(agreement.parts, chosen))
    found = [item for one in _read(agreement, stood) for item in one.items]
    return next(item for item in found if item.key == chosen.clause.key)


def plain_headings(agreement: Agreement, typed: Callable[[str], str]) -> tuple[Heading, ...]:
    """The same for a document that is no page. ``typed`` marks what people wrote."""
    try:
        return _outline(agreement, agreement.stands, typed=typed)
    except Refused:
        return ()


def _outline(
    agreement: Agreement,
    stood: Stood,
    *,
    translate: Callable[[str], str] = gettext,
    typed: Callable[[str], str] = str,
    named: Parties | None = None,
) -> tuple[Heading, ...]:
    return outline(
        stood.parts,
        named or agreement.parties,
        purpose=stood.purpose,
        project=agreement.project,
        review_on=stood.review_on,
        translate=translate,
        long_date=day_words,
        typed=typed,
    )


def filled(agreement: Agreement, text: str) -> str:
    """A title or an option of a clause in the reader's language, with the names in it."""
    review = day_words(agreement.review_on)
    names = fill_ins(agreement.parties, agreement.purpose, agreement.project, review)
    return gettext(text) % names


def apart(
    agreement: Agreement,
    before: Stood,
    after: Stood,
    named: Parties | None = None,
) -> list[Apart]:
    """What is different between two states of the clauses, in the reader's language; ``named``
    are the contacts as they were before."""
    then, now = _items(agreement, before, named), _items(agreement, after)
    found = []
    for key in {**then, **now}:
        old = then[key].paragraphs if key in then else ()
        new = now[key].paragraphs if key in now else ()
        if old != new:
            title = (now.get(key) or then[key]).title
            found.append(Apart(key, title, paragraphs_apart(old, new)))
    return found


def _items(agreement: Agreement, stood: Stood, named: Parties | None = None) -> dict[str, Item]:
    outlined = _outline(agreement, stood, named=named)
    return {item.key: item for one in outlined for item in one.items}


def apart_in_english(
    agreement: Agreement,
    before: Stood,
    after: Stood,
    named: Parties | None = None,
) -> list[Apart]:
    """The same in the words that are signed, for whoever reads it in another language."""
    if current() == ENGLISH:
        return []
    with speaking(ENGLISH.code):
        return apart(agreement, before, after, named)


def change_shown(agreement: Agreement, change: Change) -> dict[str, Any]:
    """What a change would do, word by word."""
    try:
        after = with_change(agreement.stands, change)
    except Refused:
        return {}
    return shown(agreement, agreement.stands, after)


def changes_shown(agreement: Agreement, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes that wait: who asks and why, and what each would do, word by word."""
    names = {one.id: one.name for one in (agreement.giver, agreement.taker)}
    return [
        {
            "person": change.by.name,
            "partner": names[change.by_partner_id],
            "why": change.why,
            "clause": change.clause,
            "shown": change_shown(agreement, change),
        }
        for change in changes
    ]


def words_asked(agreement: Agreement, change: Change) -> list[str]:
    """What a change asked for, line by line, as it is kept whatever the answer was."""
    lines = []
    if change.leave_out:
        lines.append(_("Leave this clause out"))
    clause = library()[change.clause]
    known = [one for one in clause.options if one.key in change.options]
    lines += [filled(agreement, one.title) for one in known]
    if change.purpose:
        lines.append(_("New words: %(words)s", words=change.purpose))
    if change.review_on:
        lines.append(_("New day: %(day)s", day=day_words(change.review_on)))
    if change.note:
        lines.append(_("Own words: %(words)s", words=change.note))
    return lines


def shown(
    agreement: Agreement,
    before: Stood,
    after: Stood,
    named: Parties | None = None,
) -> dict[str, Any]:
    """Two states of the clauses apart, in the reader's language and in the English."""
    return {
        "apart": apart(agreement, before, after, named),
        "english": apart_in_english(agreement, before, after, named),
    }


def clause_named(agreement: Agreement, sections: Sequence[Heading], key: str) -> str:
    """The title of a clause, with its number where it still stands: "4.3 Quoting words"."""
    title = filled(agreement, library()[key].title) if key in library() else ""
    items = (item for section in sections for item in section.items)
    number = next((item.number for item in items if item.key == key), "")
    return f"{number} {title}".strip()


def history(agreement: Agreement, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """All that happened to an agreement, as a timeline shows it."""
    items = []
    for step in steps:
        who = _("%(person)s, for %(partner)s", person=step.person, partner=step.partner)
        text = Markup("<p>{}</p>").format(who) if step.person and step.partner else Markup("")
        if step.change and step.change.clause in library():
            title = filled(agreement, library()[step.change.clause].title)
            text += Markup("<p>{}</p>").format(_("Clause: %(title)s", title=title))
            if step.tells:
                lines = words_asked(agreement, step.change)
                text += Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
        if step.words:
            text += Pieces.story(step.words)
        items.append({"title": say(step.what), "at": day_and_time(step.at), "text": text})
    return items
