"""PDFs: read to the last object, and kept as they came if there is nothing in them but pages."""

import io
import logging
import re
import time
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from portal.attachments.refusals import damaged, live_pdf, locked, unpacks_too_big

# It tells of what it finds in strange files, which may be somebody's words.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

MOST_OBJECTS = 100_000
DEEPEST = 60
SECONDS = 8.0

_WRONG = (
    PyPdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    OSError,
)

_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA"}
_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/GoToE", "/SubmitForm", "/RichMediaExecute"}
_TYPES = {"/EmbeddedFile", "/RichMedia", "/FileAttachment", "/3D"}

# An older version may still stand in the file, and a reader that mends files may find it there.
_IN_THE_OPEN = re.compile(rb"/(?:JavaScript|EmbeddedFile|RichMedia|Launch)(?![A-Za-z])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def read(content: bytes, kind: str) -> bytes:
    """The same bytes. Raises ``Refused`` for a PDF that is locked or damaged, holds programs or
    other files, sends forms or opens programs, or takes too long to read."""
    try:
        _check(content)
    except _WRONG:
        raise damaged() from None
    return content


def _check(content: bytes) -> None:
    ends = time.monotonic() + SECONDS
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise locked()
    numbers = {(number, 0) for number in reader.xref_objStm}
    numbers |= {(number, of) for of, held in reader.xref.items() for number in held}
    if len(numbers) > MOST_OBJECTS:
        raise unpacks_too_big()
    if _IN_THE_OPEN.search(_ESCAPED.sub(_sign, content)):
        raise live_pdf()
    _look(reader.trailer, 0)
    for number, generation in sorted(numbers):
        if time.monotonic() > ends:
            raise unpacks_too_big()
        _look(reader.get_object(IndirectObject(number, generation, reader)), 0)
    if not len(reader.pages):
        raise ValueError("no page")


def _sign(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])


def _look(held: Any, depth: int) -> None:
    """Look at one object, and at what stands in it; what it points to comes by itself."""
    if depth > DEEPEST:
        raise unpacks_too_big()
    if isinstance(held, (DictionaryObject, StreamObject)):
        kinds = {held.raw_get(key) for key in ("/Type", "/Subtype") if key in held}
        if _KEYS & set(held) or _TYPES & {str(one) for one in kinds}:
            raise live_pdf()
        if str(held.raw_get("/S") if "/S" in held else "") in _ACTIONS:
            raise live_pdf()
        for key in held:
            _look(held.raw_get(key), depth + 1)
    elif isinstance(held, ArrayObject):
        for one in list.__iter__(held):
            _look(one, depth + 1)
