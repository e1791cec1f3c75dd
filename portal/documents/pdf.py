"""A document as a tagged PDF: headings are headings, lists are lists, each passage has its
language, so that a screen reader reads it as it reads the page (PDF/UA-1, ISO 14289).

Typst sets it, which is one wheel and needs nothing of the machine; a process of its own does that
(``typesetting``). The same document makes the same bytes.
"""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flask_babel import gettext as _

from portal.documents import fonts
from portal.languages import LANGUAGES, current
from trust.names import stream_safe

SECONDS = 15  # by the clock, with other work on the machine
LARGEST = 4_000_000  # characters of what goes in
LONGEST_WORD = 40  # signs that stand on one line, whatever its width
NO_GLYPH = "\ufffd"
NOTHING = "–"  # where nothing is to be seen, so that each piece has its place in the structure
_SIGNS = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
# What reorders a line of somebody else's, and what no text holds.
_TAKEN_OUT = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffc]")
_JOINS = frozenset("\u200b\u200c\u200d\u200e\u200f\u2068\u2069")
_ISOLATE, _END = "\u2068", "\u2069"


class CannotMake(Exception):
    """The document could not be made: it took too long, or the machine lacks something."""


@dataclass(frozen=True)
class Text:
    """One passage. ``lang`` is empty for the document's own; ``typed`` for what a person wrote,
    whose direction its own first letter says."""

    words: str
    lang: str = ""
    typed: bool = False


@dataclass(frozen=True)
class Heading:
    """``level`` is 1 for the title, of which there is one."""

    level: int
    text: Text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as most are."""

    text: Text


@dataclass(frozen=True)
class Notice:
    """A paragraph that stands out."""

    text: Text


@dataclass(frozen=True)
class Code:
    """Letters to compare one by one."""

    letters: str


@dataclass(frozen=True)
class Link:
    """An address of the portal, to press or to type."""

    address: str


@dataclass(frozen=True)
class Facts:
    """Names with their values."""

    rows: Sequence[tuple[str, Text]]


@dataclass(frozen=True)
class Points:
    """A list; each item is one or more passages."""

    items: Sequence[Sequence[Text]]


@dataclass(frozen=True)
class Boxes:
    """Answers, each with a box to tick."""

    items: Sequence[Text]


@dataclass(frozen=True)
class Lines:
    """So many empty lines to write on."""

    many: int


@dataclass(frozen=True)
class Blanks:
    """Small boxes to write in, side by side, each below its name."""

    names: Sequence[Text]


@dataclass(frozen=True)
class Grid:
    """A table whose boxes are empty. No row of it is cut by the end of a page."""

    columns: Sequence[Text]
    rows: Sequence[Text]


@dataclass(frozen=True)
class Together:
    """Blocks that stand on one page: little enough for one."""

    blocks: Sequence["Block"]


Block = (
    Heading
    | Paragraph
    | Notice
    | Code
    | Link
    | Facts
    | Points
    | Boxes
    | Lines
    | Blanks
    | Grid
    | Together
)


@dataclass(frozen=True)
class Document:
    """What goes into a file. ``on`` is the day that stands in it as its own, ``mark`` what stands
    at the foot of each page. ``large``: no letter is smaller than 18 points."""

    title: str
    lang: str
    on: date
    blocks: Sequence[Block]
    mark: str = ""
    large: bool = False


def named(words: str) -> str:
    """A name or a text that somebody typed, to stand inside a sentence of the portal's: it keeps
    its own direction and cannot turn what stands around it."""
    bare = " ".join(_TAKEN_OUT.sub("", words).split())
    other = {"ltr": ("R", "AL", "AN"), "rtl": ("L", "EN")}[current().direction]
    turns = any(unicodedata.bidirectional(one) in other for one in bare)
    return f"{_ISOLATE}{bare}{_END}" if turns else bare


def story(words: str) -> Iterator[Text]:
    """What a person typed, by paragraphs."""
    for line in words.splitlines():
        if bare := _TAKEN_OUT.sub("", line).strip():
            yield Text(bare, typed=True)


def write(document: Document) -> bytes:
    """The PDF. Signs that no font has stand as "\ufffd", and a sentence at the end says so. Raises
    ``CannotMake``."""
    setting = _Setting(document)
    given = json.dumps(setting.data(), ensure_ascii=False)
    if len(given) > LARGEST:
        raise CannotMake("it is too long")
    if not fonts.letters():
        raise CannotMake("there are no fonts: run `make portal/static/manifest.json`")
    child = [sys.executable, "-I", str(Path(__file__).with_name("typesetting.py"))]
    try:
        done = subprocess.run(  # noqa: S603 - a file of our own, and what is typed goes to its input
            child,
            input=given.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it quotes what people wrote
            timeout=SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError) as wrong:
        raise CannotMake(type(wrong).__name__) from None
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise CannotMake(f"ended with {done.returncode}")
    return done.stdout


class _Setting:
    """A document as the template takes it. ``lacking`` are the signs that no font has."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.lacking: set[str] = set()

    def data(self) -> dict[str, object]:
        held = self.document
        blocks = [self._block(one) for one in held.blocks]
        title = self._fit(_TAKEN_OUT.sub("", held.title))
        if self.lacking:
            said = _(
                "This file cannot show some signs: %(sign)s stands for each. You can read them "
                "on the page.",
                sign=NO_GLYPH,
            )
            blocks.append(self._block(Notice(Text(said))))
        noon = datetime(held.on.year, held.on.month, held.on.day, 12, tzinfo=UTC)
        return {
            "title": title,
            "short": _short(title, 30 if held.large else 70),
            "mark": self._fit(held.mark) if held.mark else "",
            "large": held.large,
            "author": _("Community insights portal"),
            "lang": held.lang,
            "dir": LANGUAGES[held.lang].direction,
            "day": [held.on.year, held.on.month, held.on.day],
            "at": int(noon.timestamp()),
            "footer": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
            "blocks": blocks,
        }

    def _block(self, one: Block) -> dict[str, object]:
        kind = type(one).__name__.lower()
        if isinstance(one, Heading):
            return {"kind": kind, "level": one.level, "text": self._text(one.text)}
        if isinstance(one, Code):
            return {"kind": kind, "text": {"words": one.letters}}
        if isinstance(one, Link):
            return {"kind": kind, "text": {"words": one.address}}
        if isinstance(one, Facts):
            rows = [(self._text(Text(name)), self._text(value)) for name, value in one.rows]
            return {"kind": kind, "rows": rows}
        if isinstance(one, Points):
            items = [[self._text(text) for text in item] for item in one.items]
            return {"kind": kind, "items": items}
        if isinstance(one, Boxes):
            return {"kind": kind, "items": [[self._text(text)] for text in one.items]}
        if isinstance(one, Lines):
            return {"kind": kind, "many": one.many}
        if isinstance(one, Blanks):
            return {"kind": kind, "items": [[self._text(text)] for text in one.names]}
        if isinstance(one, Grid):
            heads, rows = ([[self._text(it)] for it in its] for its in (one.columns, one.rows))
            return {"kind": kind, "items": [*heads, *rows], "columns": len(heads)}
        if isinstance(one, Together):
            return {"kind": kind, "blocks": [self._block(each) for each in one.blocks]}
        return {"kind": kind, "text": self._text(one.text)}

    def _text(self, text: Text) -> dict[str, str]:
        lang = text.lang or self.document.lang
        direction = LANGUAGES[lang].direction
        return {
            "words": self._fit(text.words),
            "lang": lang,
            "dir": _first_strong(text.words, direction) if text.typed else direction,
        }

    def _fit(self, words: str) -> str:
        """Without what no font has, and with places to break where a word is too long."""
        known, said, seen = fonts.letters(), [], False
        for sign in unicodedata.normalize("NFC", stream_safe(words)):
            sort = unicodedata.category(sign)
            if sort == "Cf":
                said.append(sign if sign in _JOINS else "")
            elif sign.isspace() or sort == "Cc":
                said.append(sign if sign in "\n\xa0\u202f" else " ")
            elif ord(sign) in known and sort not in ("Co", "Cn"):
                said.append(sign)
                seen = True
            elif not 0xFE00 <= ord(sign) <= 0xFE0F:  # which only choose how a sign looks
                self.lacking.add(sign)
                said.append(NO_GLYPH)
                seen = True
        return _SIGNS.sub("\\g<0>\u200b", "".join(said)) if seen else NOTHING


def _short(title: str, most: int) -> str:
    return f"{title[:most]}…" if len(title) > most else title


def _first_strong(words: str, otherwise: str) -> str:
    for sign in words:
        kind = unicodedata.bidirectional(sign)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return otherwise
