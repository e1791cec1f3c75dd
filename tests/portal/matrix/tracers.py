"""True counts that cannot be there by chance: each contribution of the town has two of its own.

No tracer, and no sum that matters, is a multiple of 5: what the gate rounds is another number.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from itertools import chain, combinations

from pypdf import PdfReader

GROUPED = re.compile(r"(?<=\d)[\s,.\u00a0\u2009\u202f\u066c'’](?=\d{3}(?!\d))")
NUMBER = re.compile(r"\d{6,}")
FOREIGN = re.compile(r"[^\x00-\x7f]")


def counts(number: int) -> tuple[int, int]:
    """The two counts of the contribution of that number: waiting, and fixed."""
    return 1_299_721 + number * 193_940, 1_020_377 + number * 271_270


def sums(given: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    """What can be worked out from the counts of some contributions, by what it is: the two of
    each, their total, and the sums over any of them. ``{"1493661": "count.accepted"}``."""
    found: dict[str, str] = {}
    for some in chain.from_iterable(combinations(given, n) for n in range(1, len(given) + 1)):
        waiting, fixed = (sum(given[key][at] for key in some) for at in (0, 1))
        name = f"count.{some[0]}" if len(some) == 1 else f"sum.{'+'.join(some)}"
        found |= {str(number): name for number in (waiting, fixed, waiting + fixed)}
    return found


def readable(body: bytes) -> str:
    """What stands in an answer, as text; of a ZIP (and so of a DOCX), what stands in its files;
    of a PDF, what stands on its pages."""
    if body.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        files = ((name, archive.read(name)) for name in archive.namelist())
        return "\n".join(f"{name}\n{readable(content)}" for name, content in files)


def numbers(text: str) -> set[str]:
    """The long numbers of a text, however they are grouped and in whatever digits."""
    plain = FOREIGN.sub(lambda one: str(unicodedata.digit(one[0], one[0])), text)
    return {number.lstrip("0") for number in NUMBER.findall(GROUPED.sub("", plain))}


def found(text: str, tracers: Mapping[str, str]) -> set[str]:
    """The names of the tracers in a text."""
    return {tracers[number] for number in numbers(text) if number in tracers}


def all_found(texts: Iterable[str], tracers: Mapping[str, str]) -> set[str]:
    return set().union(*(found(text, tracers) for text in texts))
