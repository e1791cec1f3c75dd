"""A trust agreement as a file to keep: the same for both sides, in the reader's language, and the
words that were signed as they were signed."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _

from portal.agreement_text import filled, plain_headings, words_asked
from portal.documents.pdf import (
    Block,
    Code,
    Document,
    Facts,
    Heading,
    Link,
    Notice,
    Paragraph,
    Points,
    Text,
    named,
    story,
)
from portal.languages import ENGLISH, current, day_and_time_words, day_words, number, say
from trust.agreements import STATES, Agreement, Signature
from trust.calendar import london_day
from trust.clauses import library
from trust.history import Step

CLAUSE, SECTION = re.compile(r"\d+\.\d+ "), re.compile(r"\d+\. ")


def agreement(
    held: Agreement, steps: Sequence[Step], address: str, at: datetime, notice: str = ""
) -> Document:
    """What its page says, for either side. ``steps`` are all that happened to it, ``address``
    leads to its page, ``notice`` stands before all of it."""
    sides = {"partner": named(held.giver.name), "council": named(held.taker.name)}
    title = _("Trust agreement between %(partner)s and %(council)s", **sides)
    blocks: list[Block] = [Heading(1, Text(title))]
    if notice:
        blocks.append(Notice(Text(notice)))
    blocks.append(Facts(_facts(held)))
    stood = _("This is how it stood on %(day)s. Here is how it stands now:", day=day_words(at))
    blocks += [Paragraph(Text(stood)), Link(address)]
    blocks.append(Heading(2, Text(_("Who has signed"))))
    if held.signatures:
        blocks.append(Points([_signed(one) for one in held.signatures]))
    else:
        blocks.append(Paragraph(Text(_("Nobody yet."))))
    if current() != ENGLISH:
        blocks += _translated(held)
        blocks.append(Heading(2, Text(_("The English text that both sides sign"))))
    else:
        blocks.append(Heading(2, Text(_("The text that both sides sign"))))
    blocks += _as_signed(held.text)
    blocks.append(Heading(2, Text(_("How we know that it is the same text"))))
    made_of = _(
        "These letters are made from the text. If one letter of it changes, they change too "
        "(SHA-256)."
    )
    blocks += [Paragraph(Text(made_of)), Code(held.text_sha256)]
    blocks.append(Heading(2, Text(_("What has happened so far"))))
    blocks.append(Points([list(_step(held, one)) for one in steps]))
    return Document(title, current().code, london_day(at), blocks)


def _facts(held: Agreement) -> list[tuple[str, Text]]:
    project = _("Each project that %(partner)s says yes to", partner=named(held.giver.name))
    rows = [
        (_("How it stands"), Text(say(STATES.names[held.state]))),
        (_("Version"), Text(number(held.number))),
        (
            _("Which project this is for"),
            Text(held.project, typed=True) if held.work else Text(project),
        ),
        (_("What we want to find out"), Text(held.purpose, typed=True)),
    ]
    if held.in_force_at:
        rows.append((_("In force since"), Text(day_and_time_words(held.in_force_at))))
    return [*rows, (_("We look at it again by"), Text(day_words(held.review_on)))]


def _signed(one: Signature) -> list[Text]:
    said = [
        Text(f"{named(one.name)}, {named(one.role)}"),
        Text(_("for %(partner)s", partner=named(one.partner.name))),
        Text(day_and_time_words(one.at)),
    ]
    if one.recorded:
        said.append(Text(_("Said by phone or on paper, and confirmed")))
    if one.shared_mailbox:
        said.append(Text(_("Signed through a mailbox that several people read")))
    return said


def _translated(held: Agreement) -> Iterator[Block]:
    """The clauses in the reader's language, where they are those of today's library."""
    sections = plain_headings(held, named)
    if not sections:
        return
    yield Heading(2, Text(_("The agreement, part by part")))
    yield Notice(
        Text(
            _(
                "The English text is the one that both sides sign. This translation is here to "
                "help you read it."
            )
        )
    )
    for section in sections:
        yield Heading(3, Text(f"{section.number}. {section.title}"))
        for item in section.items:
            yield Heading(4, Text(f"{item.number} {item.title}"))
            for paragraph in item.paragraphs:
                yield Paragraph(Text(paragraph))


def _as_signed(text: str) -> Iterator[Block]:
    """The signed text, line by line. A line after an empty one with a number is a heading: nobody
    can type one, because what people type stands on one line (``trust.wording``)."""
    before = "-"
    for line in text.splitlines():
        if not before and (SECTION.match(line) or CLAUSE.match(line)):
            yield Heading(3 if SECTION.match(line) else 4, Text(line, ENGLISH.code))
        elif line:
            yield Paragraph(Text(line, ENGLISH.code))
        before = line


def _step(held: Agreement, step: Step) -> Iterator[Text]:
    yield Text(f"{day_and_time_words(step.at)}: {say(step.what)}")
    if step.person and step.partner:
        who = {"person": named(step.person), "partner": named(step.partner)}
        yield Text(_("%(person)s, for %(partner)s", **who))
    if step.change and step.change.clause in library():
        title = filled(held, library()[step.change.clause].title)
        yield Text(_("Clause: %(title)s", title=title))
        if step.tells:
            yield from map(Text, words_asked(held, step.change))
    yield from story(step.words)
