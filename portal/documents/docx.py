"""A case as DOCX, for people who comment in a word processor. Marked as a draft for IG review:
the portal feeds the formal steps, it does not take them."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from flask_babel import gettext as _

from portal.languages import day_and_time_words

UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Box:
    """One heading: a question, if there is one, and its answer in words or as a table's rows."""

    title: str
    question: str
    answer: str
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Section:
    """One heading with its boxes, or rows of a table."""

    title: str
    boxes: Sequence[Box] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def write(
    title: str,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[Section],
    lang: str,
    at: datetime,
    notice: str = "",
) -> bytes:
    """The document: a title, the facts of the case, then its steps. Headings are real headings,
    tables have header rows, and the language is set, so that a screen reader can use it.
    ``notice`` stands before all of it: that it is invented, say."""
    title, facts, sections = _fit(title), _fit(facts), [_fit(one) for one in sections]
    document = Document()
    document.core_properties.title = title
    document.core_properties.language = lang
    document.core_properties.author = _("Community insights portal")
    document.core_properties.created = document.core_properties.modified = at.replace(tzinfo=None)
    language = document.styles.element.find(f".//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:val"), lang)
    header = document.sections[0].header.paragraphs[0]
    header.text = _("Draft for IG review")
    document.sections[0].footer.paragraphs[0].text = _(
        "Made by the portal on %(day)s", day=day_and_time_words(at)
    )
    if notice:
        document.add_paragraph().add_run(_fit(notice)).bold = True
    document.add_heading(title, level=0)
    for name, value in facts:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(value)
    for section in sections:
        document.add_heading(section.title, level=1)
        if section.rows:
            _table(document, section.head, section.rows)
        for box in section.boxes:
            document.add_heading(box.title, level=2)
            if box.question:
                document.add_paragraph(box.question).runs[0].italic = True
            if box.rows:
                _table(document, box.head, box.rows)
            else:
                document.add_paragraph(box.answer or _("Not filled in yet."))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: Document, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    for cell, words in zip(table.rows[0].cells, head, strict=True):
        cell.text = words
        cell.paragraphs[0].runs[0].bold = True
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words


def _fit(given: Any) -> Any:
    """Without the characters that XML cannot hold: one of them would spoil the whole document."""
    if isinstance(given, str):
        return UNFIT.sub("", given)
    if isinstance(given, Section | Box):
        return type(given)(*(_fit(getattr(given, field.name)) for field in fields(given)))
    return [_fit(one) for one in given]
