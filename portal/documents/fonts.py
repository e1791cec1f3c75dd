"""The fonts that documents are set with, and which letters they have. They come from npm, as the
sheets do (``portal/assets/build.mjs``): a machine's own fonts would make other files of the same
words."""

import struct
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("fonts")


@cache
def letters() -> frozenset[int]:
    """The code points that some font has. Empty where no fonts were built."""
    found: set[int] = set()
    for path in sorted(FOLDER.glob("*_400Regular.ttf")):
        found |= _letters(path.read_bytes())
    return frozenset(found)


def _letters(font: bytes) -> set[int]:
    """What a TrueType font maps to glyphs: its table ``cmap``, in the two forms that matter
    (OpenType, "cmap": 4 for the first plane, 12 for all)."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = (struct.unpack_from(">4s4xI", font, 12 + 16 * at) for at in range(count))
    cmap = next(offset for tag, offset in tables if tag == b"cmap")
    found: set[int] = set()
    for at in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">4xI", font, cmap + 4 + 8 * at)[0]
        form = struct.unpack_from(">H", font, start)[0]
        if form == 12:
            found |= _groups(font, start)
        elif form == 4:
            found |= _pairs(font, start)
    return found


def _groups(font: bytes, start: int) -> set[int]:
    many = struct.unpack_from(">I", font, start + 12)[0]
    rows = (struct.unpack_from(">II", font, start + 16 + 12 * at) for at in range(many))
    return {one for first, last in rows for one in range(first, last + 1)}


def _pairs(font: bytes, start: int) -> set[int]:
    half = struct.unpack_from(">H", font, start + 6)[0] // 2
    lasts = struct.unpack_from(f">{half}H", font, start + 14)
    firsts = struct.unpack_from(f">{half}H", font, start + 16 + 2 * half)
    rows = zip(firsts, lasts, strict=True)
    return {one for first, last in rows for one in range(first, last + 1) if one < 0xFFFF}
