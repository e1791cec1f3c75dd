"""Office files of both families: archives that somebody else packed. Their own word on sizes is
never taken: what is unpacked is counted as it comes."""

import io
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from portal.attachments.refusals import (
    TooMuch,
    damaged,
    locked,
    old_office,
    unpacks_too_big,
    with_macros,
    with_others,
)
from portal.sheet_limits import DAMAGED

OLD = b"\xd0\xcf\x11\xe0"
"""How a file of the old sort begins. A new one that is locked is put into such a one."""

ENTRIES = 2_000
UNPACKED = 100_000_000  # bytes
RATIO = 150  # times its size; small files may unpack to more
LITTLE = 2_000_000
DEEPEST = 2  # a text may hold a table, and that is all
_CHUNK = 65_536

_MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
_MICROSOFT = {
    "docx": (_MAIN.format("wordprocessingml.document"), "document"),
    "xlsx": (_MAIN.format("spreadsheetml.sheet"), "workbook"),
    "pptx": (_MAIN.format("presentationml.presentation"), "presentation"),
}
_OPEN = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
KINDS = (*_MICROSOFT, *_OPEN)

_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", OLD, b"Rar!", b"7z\xbc\xaf", b"%PDF")


def read(content: bytes, kind: str) -> bytes:
    """The same bytes. Raises ``Refused`` for a file that is locked, damaged or of another kind,
    carries macros or other files, fetches something when it is opened, or unpacks to too much."""
    if content.startswith(OLD):
        raise locked() if "EncryptedPackage".encode("utf-16-le") in content else old_office()
    try:
        _Archive(content, kind, 1).check()
    except TooMuch:
        raise unpacks_too_big() from None
    except DAMAGED:
        raise damaged() from None
    return content


class _Archive:
    """One office file; ``kind`` is empty for one that stands in another."""

    def __init__(self, content: bytes, kind: str, depth: int) -> None:
        if content.count(b"PK\x01\x02") > ENTRIES or depth > DEEPEST:
            raise TooMuch
        self._most = min(UNPACKED, max(LITTLE, RATIO * len(content)))
        self._unpacked = 0
        self._depth = depth
        self._kind = kind
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._main = ""
        self._roots: dict[str, str] = {}

    def check(self) -> None:
        entries = self._archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise locked()
        if len({entry.filename.lower() for entry in entries}) < len(entries):
            raise ValueError("an entry stands twice")
        for entry in entries:
            self._check_entry(entry)
        self._check_kind()

    def _check_entry(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename.lower()
        if "vbaproject" in name or "activex/" in name or name.startswith(("basic/", "scripts/")):
            raise with_macros()
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("packed in a way that office programs do not use")
        if name.endswith((".xml", ".rels", ".rdf")):
            self._roots[entry.filename] = _Xml(self._chunks(entry)).root
            return
        start, packed = b"", []
        for chunk in self._chunks(entry):
            start = start or chunk[:8]
            if start.startswith(b"PK\x03\x04"):
                packed.append(chunk)
        if start.startswith(_PROGRAMS):
            raise with_others()
        if packed:
            _Archive(b"".join(packed), "", self._depth + 1).check()

    def _chunks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """Unpack an entry piece by piece, and stop when it is a bomb."""
        if entry.file_size > self._most:
            raise TooMuch
        with self._archive.open(entry) as packed:
            while chunk := packed.read(_CHUNK):
                self._unpacked += len(chunk)
                if self._unpacked > self._most:
                    raise TooMuch
                yield chunk

    def _check_kind(self) -> None:
        """It is what it is called; one that stands in another is at least one of them."""
        found = self._microsoft() if "[Content_Types].xml" in self._roots else self._open()
        if not found or self._kind not in ("", found):
            raise ValueError("another kind of file")

    def _microsoft(self) -> str:
        types = _Xml(self._chunks(self._archive.getinfo("[Content_Types].xml"))).types
        if any("macroenabled" in one.lower() for one in types.values()):
            raise with_macros()
        for kind, (main, root) in _MICROSOFT.items():
            parts = [path for path, one in types.items() if one == main]
            if len(parts) == 1 and self._roots[parts[0].lstrip("/")] == root:
                return kind
        return ""

    def _open(self) -> str:
        first = self._archive.infolist()[0]
        said = b"".join(self._chunks(first)).decode("ascii")
        kind = next((kind for kind, type_ in _OPEN.items() if type_ == said), "")
        if first.filename != "mimetype" or self._roots["content.xml"] != "document-content":
            return ""
        return kind


class _Xml:
    """One part of XML, gone through to its end: the name of its root, and the types it tells of.
    Raises ``Refused`` for what calls programs or fetches something, ``ValueError`` for a document
    type, in which entities are told of."""

    deepest = 256

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.root = ""
        self.types: dict[str, str] = {}
        self._depth = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self.deepest:
            raise TooMuch
        bare = name.rpartition(":")[2]
        self.root = self.root or bare
        if bare == "Override":
            self.types[attrs.get("PartName", "")] = attrs.get("ContentType", "")
        elif bare == "encryption-data":
            raise locked()
        elif bare == "event-listener":
            raise with_macros()
        elif bare == "Relationship" and attrs.get("TargetMode") == "External":
            sort = attrs.get("Type", "").rpartition("/")[2]
            there = attrs.get("Target", "").lower().replace("\\", "/")
            # A link waits to be followed. A template on its writer's own machine is not found.
            own = sort == "hyperlink" or (sort == "attachedTemplate" and there[:8] == "file:///")
            if not own and there.startswith(("http:", "https:", "ftp:", "file:", "//")):
                raise with_others()

    def _end(self, name: str) -> None:
        self._depth -= 1

    def _doctype(self, *_: object) -> None:
        raise ValueError("a document type")
