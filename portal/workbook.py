"""XLSX files read as a stream, within limits: one sheet's rows as text.

A spreadsheet is an archive that somebody else packed. Its own word on sizes is never taken:
what is unpacked is counted as it comes, and every list that grows with it has an end. Formulas
are not taken, because what they show is not what they are.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from posixpath import basename, dirname, join, normpath
from typing import TypeVar
from xml.parsers import expat

from portal.sheet_limits import DAMAGED, Limits, TooMuch, damaged, locked, macros, too_big
from portal.workbook_parts import Cells, Elements, Part, Strings, Styles
from trust.records import N_, Msg, Refused

_CHUNK = 65_536
_QUIET = 1_000_000  # bytes of XML within which something must happen

P = TypeVar("P", bound=Part)


class Workbook:
    """An XLSX file, opened and checked; ``titles`` are its visible sheets.

    Raises ``Refused`` for anything that is not one, is locked, carries macros, or unpacks to
    more than ``limits`` allow.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.limits = limits
        self._most = min(limits.unpacked, max(_QUIET, limits.ratio * len(data)))
        self._unpacked = 0
        # Every entry of an archive has this mark, so this counts them before they are read.
        if data.count(b"PK\x01\x02") > limits.entries:
            raise too_big()
        with _said_plainly():
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            self._check_entries()
            self._find_sheets()
        if not self._sheets:
            raise Refused(
                N_("This spreadsheet has no sheet that can be seen."),
                next_step=Msg(N_("Open it, show the sheet with your rows, and save it.")),
            )

    @property
    def titles(self) -> list[str]:
        return list(self._sheets)

    def rows(self, title: str) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of each row of the sheet ``title`` that holds anything.

        Raises ``Refused``, also in the middle, for a formula, for an error value and for
        whatever is more than the limits allow.
        """
        with _said_plainly():
            strings, styles = Strings(self.limits), Styles(self.limits)
            if "sharedStrings" in self._parts:
                self._read(self._parts["sharedStrings"], strings)
            if "styles" in self._parts:
                self._read(self._parts["styles"], styles)
            cells = Cells(self.limits, strings.strings, styles.dates, self._date1904)
            for _ in self._feed(self._sheets[title], cells):
                yield from cells.ready
                cells.ready.clear()

    def _check_entries(self) -> None:
        entries = self._archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise locked()
        if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
            raise macros()
        if len({entry.filename for entry in entries}) < len(entries):
            raise zipfile.BadZipFile("an entry stands twice")

    def _find_sheets(self) -> None:
        book = next((p for kind, p in self._links("").values() if kind == "officeDocument"), "")
        if not book.startswith("xl/"):
            raise Refused(
                N_("This file is not a spreadsheet."),
                next_step=Msg(N_("Choose a CSV or XLSX file.")),
            )
        links = self._links(book)
        self._parts = dict(links.values())
        self._date1904 = False
        self._sheets: dict[str, str] = {}
        for name, one in self._read(book, Elements("sheet", "workbookPr")).found:
            if name == "workbookPr":
                self._date1904 = one.get("date1904") in ("1", "true")
            elif one.get("state", "visible") == "visible":
                link = next((value for key, value in one.items() if key.endswith(":id")), "")
                kind, path = links[link]
                if kind == "worksheet":
                    self._sheets[one["name"]] = path

    def _links(self, part: str) -> dict[str, tuple[str, str]]:
        """What ``part`` (or the whole file) points to: by id, the sort of part and its path."""
        beside = join(dirname(part), "_rels", f"{basename(part)}.rels")
        links = {}
        for _, one in self._read(beside, Elements("Relationship")).found:
            if one.get("TargetMode") != "External":
                path = normpath(join("/", dirname(part), one["Target"])).lstrip("/")
                links[one["Id"]] = (one["Type"].rpartition("/")[2], path)
        return links

    def _read(self, path: str, part: P) -> P:
        for _ in self._feed(path, part):
            pass
        return part

    def _feed(self, path: str, part: Part) -> Iterator[None]:
        """Let ``part`` see the XML at ``path``, pausing after each piece."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = part.open
        parser.EndElementHandler = part.close
        parser.CharacterDataHandler = part.characters
        # Entities are told of in a document type, which a spreadsheet never has.
        parser.StartDoctypeDeclHandler = _no_document_type
        quiet = 0
        for chunk in self._chunks(path):
            before = part.events
            parser.Parse(chunk)
            # One endless tag or comment would be gone through again with every piece.
            quiet = quiet + len(chunk) if part.events == before else 0
            if quiet > _QUIET:
                raise TooMuch
            yield
        parser.Parse(b"", True)
        yield

    def _chunks(self, path: str) -> Iterator[bytes]:
        """Unpack the entry at ``path`` piece by piece, and stop when it is a bomb."""
        entry = self._archive.getinfo(path)
        if entry.file_size > self._most:
            raise TooMuch
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile("packed in a way that spreadsheets do not use")
        with self._archive.open(entry) as packed:
            while chunk := packed.read(_CHUNK):
                self._unpacked += len(chunk)
                if self._unpacked > self._most:
                    raise TooMuch
                yield chunk


def _no_document_type(*_: object) -> None:
    raise ValueError("a document type in a spreadsheet")


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn whatever goes wrong inside a strange file into one of two sentences."""
    try:
        yield
    except TooMuch:
        raise too_big() from None
    except DAMAGED as error:
        raise damaged() from error
