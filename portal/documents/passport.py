"""A trust passport as a file: all of it for the partner whose it is, and for somebody with a link
what that link shows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from portal.documents.pdf import (
    Block,
    Document,
    Heading,
    Notice,
    Paragraph,
    Points,
    Text,
    named,
    story,
)
from portal.languages import current, day_words, say
from trust.calendar import london_day


@dataclass(frozen=True)
class Shown:
    """One paper: what it is called, of which kind (if its name does not say so), what it says of
    its days, whether it runs out, and the names of its files."""

    title: str
    kind: str
    days: str
    tag: str
    words: str
    files: Sequence[str]


def own(
    partner: str,
    papers: Iterable[Shown],
    agreements: Iterable[tuple[str, datetime]],
    at: datetime,
    notice: str = "",
) -> Document:
    """The whole passport, as its own partner sees it."""
    said = _("This is how it stood on %(day)s. Only your group sees all of it.", day=day_words(at))
    title = _("Trust passport of %(partner)s", partner=named(partner))
    return _document(title, said, papers, agreements, at, notice)


def shared(
    partner: str,
    papers: Iterable[Shown],
    agreements: Iterable[tuple[str, datetime]],
    chosen: datetime,
    at: datetime,
    notice: str = "",
) -> Document:
    """What a link shows, chosen on one day."""
    said = _(
        "%(partner)s chose what stands here, on %(day)s. It was saved on %(saved)s.",
        partner=named(partner),
        day=day_words(chosen),
        saved=day_words(at),
    )
    title = _("Papers of %(partner)s", partner=named(partner))
    return _document(title, said, papers, agreements, at, notice)


def _document(
    title: str,
    said: str,
    papers: Iterable[Shown],
    agreements: Iterable[tuple[str, datetime]],
    at: datetime,
    notice: str,
) -> Document:
    papers = list(papers)
    blocks: list[Block] = [Heading(1, Text(title))]
    if notice:
        blocks.append(Notice(Text(notice)))
    blocks.append(Paragraph(Text(said)))
    for one in papers:
        blocks += _paper(one)
    held = [
        [Text(_("With %(partner)s, since %(day)s", partner=named(other), day=day_words(since)))]
        for other, since in agreements
    ]
    if held:
        blocks += [Heading(2, Text(_("Trust agreements in force"))), Points(held)]
    if not papers and not held:
        blocks.append(Paragraph(Text(_("Nothing yet."))))
    own_word = _("They keep these papers here themselves. Nobody here has checked or rated them.")
    blocks.append(Paragraph(Text(own_word)))
    return Document(title, current().code, london_day(at), blocks)


def _paper(one: Shown) -> Iterator[Block]:
    yield Heading(2, Text(named(one.title)))
    told = [f"{say(one.kind)}." if one.kind else "", one.days, f"{one.tag}." if one.tag else ""]
    yield Paragraph(Text(" ".join(filter(None, told))))
    for text in story(one.words):
        yield Paragraph(text)
    if one.files:
        yield Points([[Text(_("File: %(name)s", name=named(name)))] for name in one.files])
