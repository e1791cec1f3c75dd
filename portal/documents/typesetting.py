"""A process of its own that sets one document: what it is made of comes in, its bytes go out.

Run as a file, apart from the portal: what somebody typed may take long, take all memory or end
the process, and then only this one. It reads nothing of the portal and opens no file but the
template and the fonts; packages, which Typst would fetch from the network, are looked for nowhere.
"""

import contextlib
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SECONDS = 8  # of the processor
MEMORY = 1024**3  # bytes
LARGEST = 20_000_000  # bytes of the document
# Scripts in which a letter may be several glyphs, or glyphs stand in another order than letters;
# and names that stand apart because they run the other way.
WOVEN = re.compile(
    "[\u2066-\u2069\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufeff]"
)
UNSEEN = re.compile("[\u200b\u2066-\u2069]")


def _bounded() -> None:
    """Within limits, where the system knows them."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _set(given: str) -> bytes:
    import typst

    nowhere = str(HERE / "no-packages")
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(HERE / "fonts")]
    )
    made: bytes = typst.compile(
        str(HERE / "document.typ"),
        root=str(HERE),
        font_paths=fonts,
        sys_inputs={"data": given},
        pdf_standards=["ua-1"],
        package_path=nowhere,
        package_cache_path=nowhere,
        timestamp=json.loads(given)["at"],
    )
    return made


def _texts(data: dict[str, Any]) -> Iterator[str]:
    """Every text of the document, or of a block, in the order in which it is read."""
    for one in data["blocks"]:
        if "blocks" in one:
            yield from _texts(one)
        for row in one.get("rows", ()):
            yield from (text["words"] for text in row)
        for item in one.get("items", ()):
            yield from (text["words"] for text in item)
        if "text" in one:
            yield one["text"]["words"]


def _leaves(node: Any) -> Iterator[Any]:
    """Every element of the structure that holds one of these texts, in the same order."""
    kids = node.get("/K", [])
    kids = [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    inside = [kid for kid in kids if isinstance(kid, dict) and "/S" in kid]
    sort = node.get("/S", "")
    if re.fullmatch(r"/(H\d|P)", sort) or (sort == "/LBody" and not inside):
        yield node
    elif sort == "/Lbl":
        if inside:  # else it is the point of a list
            yield node
    elif sort in ("/TH", "/TD"):
        if kids:  # else it is a box to write in
            yield node
    else:
        for kid in inside:
            yield from _leaves(kid)


def _told(made: bytes, data: dict[str, Any]) -> bytes:
    """With the words themselves beside what is drawn of them, where glyphs do not stand for them
    one by one: screen readers say these (ISO 32000-1, 14.9.4, "ActualText")."""
    texts = list(_texts(data))
    if not any(WOVEN.search(text) for text in texts):
        return made
    from pypdf import PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    writer, out = PdfWriter(io.BytesIO(made), incremental=True), io.BytesIO()
    leaves = _leaves(writer.root_object["/StructTreeRoot"])
    for leaf, text in zip(leaves, texts, strict=True):
        if WOVEN.search(text):
            leaf[NameObject("/ActualText")] = TextStringObject(UNSEEN.sub("", text))
    writer.write(out)
    return out.getvalue()


if __name__ == "__main__":
    _bounded()
    came = sys.stdin.read()
    document = _told(_set(came), json.loads(came))
    if len(document) > LARGEST:
        sys.exit(3)
    sys.stdout.buffer.write(document)
