"""Reads a tagged PDF as a screen reader does: along its structure, each passage in the language
that it is marked with, and the text that a run of glyphs stands for (ISO 32000-1, 14.9.4)."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DictionaryObject

UNSEEN = re.compile("[\u200b\u202a-\u202e\u2066-\u2069]")
PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")


@dataclass
class Part:
    """One element of the structure: what sort, in which language, and what it says."""

    sort: str
    lang: str
    text: str = ""
    parts: list["Part"] = field(default_factory=list)

    def each(self) -> Iterator["Part"]:
        yield self
        for one in self.parts:
            yield from one.each()


class Read:
    """A PDF, read."""

    def __init__(self, content: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(content))
        self.root: Any = self.reader.trailer["/Root"]
        self.title = str((self.reader.metadata or {}).get("/Title", ""))
        self.lang = str(self.root.get("/Lang", ""))
        self._said = {
            page.indirect_reference.idnum: _said(page, self.reader) for page in self.reader.pages
        }
        self.tree = self._part(self.root["/StructTreeRoot"], self.lang, None)

    @property
    def headings(self) -> list[tuple[int, str, str]]:
        """Level, language, words."""
        return [
            (int(one.sort[1:]), one.lang, one.text)
            for one in self.tree.each()
            if re.fullmatch(r"H\d", one.sort)
        ]

    @property
    def text(self) -> str:
        return self.tree.text

    @property
    def bookmarks(self) -> list[Any]:
        return self.reader.outline

    def _part(self, node: Any, lang: str, page: Any) -> Part:
        lang = str(node.get("/Lang", lang))
        page = node.raw_get("/Pg").idnum if "/Pg" in node else page
        made = Part(str(node.get("/S", "/Root"))[1:], lang)
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            kid = kid.get_object()
            if isinstance(kid, int):
                made.text += self._said[page].get(kid, "")
            elif kid.get("/Type") == "/MCR":
                made.text += self._said[kid.raw_get("/Pg").idnum].get(int(kid["/MCID"]), "")
            elif isinstance(kid, DictionaryObject) and "/S" in kid:
                made.parts.append(part := self._part(kid, lang, page))
                made.text += part.text + ("\n" if part.sort in _BLOCKS else "")
        made.text = UNSEEN.sub("", str(node.get("/ActualText", made.text)))
        return made


_BLOCKS = {"P", "H1", "H2", "H3", "H4", "LI", "Lbl"}


def _said(page: PageObject, reader: PdfReader) -> dict[int, str]:
    """What each marked piece of a page says."""
    fonts: dict[str, dict[int, str]] = {}
    for name, font in page["/Resources"].get_object().get("/Font", {}).items():
        told = font.get_object()["/ToUnicode"].get_object().get_data()
        fonts[name] = {
            int(sign, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
            for sign, text in PAIR.findall(told)
        }
    found: dict[int, str] = {}
    open_: list[dict[str, Any]] = []
    font: dict[int, str] = {}
    for given, what in ContentStream(page.get_contents(), reader).operations:
        if what in (b"BDC", b"BMC"):
            props = given[1] if what == b"BDC" and isinstance(given[1], DictionaryObject) else {}
            # What is said for a whole run of glyphs is said once.
            before = any("said" in one for one in open_)
            made = {"tag": given[0], "id": props.get("/MCID"), "glyphs": []}
            if "/ActualText" in props:
                made["said"] = "" if before else str(props["/ActualText"])
            open_.append(made)
        elif what == b"EMC":
            ended = open_.pop()
            glyphs = ended["glyphs"]
            # A run that is drawn backwards is read forwards (14.8.2.3.3).
            if ended["tag"] == "/ReversedChars":
                glyphs = glyphs[::-1]
            text = ended["said"] if "said" in ended else "".join(glyphs)
            if ended["id"] is not None:
                found[int(ended["id"])] = text
            elif open_:
                open_[-1]["glyphs"].append(text)
        elif what == b"Tf":
            font = fonts[given[0]]
        elif what in (b"Tj", b"TJ") and open_:
            pieces = given[0] if what == b"TJ" else [given[0]]
            for piece in pieces:
                if not isinstance(piece, int | float):
                    raw = piece if isinstance(piece, bytes) else piece.original_bytes
                    open_[-1]["glyphs"] += [
                        font[int.from_bytes(raw[at : at + 2])] for at in range(0, len(raw), 2)
                    ]
    return found
