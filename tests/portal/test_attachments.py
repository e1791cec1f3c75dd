"""Files that people hang on things: what is taken, what is refused and how, and what is left."""

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from portal.attachments import MOST, check, safe_name
from trust.records import Refused

pytestmark = pytest.mark.one_database

GPS = 0x8825


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (30, 20), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Rahima’s phone"
    exif[0x0112] = 6  # turned on its side
    exif[GPS] = {1: "N", 2: (51.0, 32.0, 0.0)}
    return picture("JPEG", exif=exif, comment=b"at the hostel")


def pdf(change: Callable[[PdfWriter], object] | None = None) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    if change:
        change(writer)
    writer.write(out)
    return out.getvalue()


def action(sort: str, **more: Any) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        made = DictionaryObject({NameObject("/S"): NameObject(sort), **more})
        writer.root_object[NameObject("/OpenAction")] = made

    return change


def word() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def sheet() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def archive(first: bytes = b"", **parts: Any) -> bytes:
    """An archive with other parts; ``__`` in a name is a slash, ``_`` a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        if first:
            with zipfile.ZipFile(io.BytesIO(first)) as held:
                for one in held.infolist():
                    made.writestr(one, held.read(one))
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def opened(kind: str, **parts: Any) -> bytes:
    given = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content_xml": "<office:document-content xmlns:office='o'/>",
        "META-INF__manifest_xml": "<m/>",
    }
    return archive(**{**given, **parts})


def slides() -> bytes:
    main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    types = f"<Types><Override PartName='/ppt/p.xml' ContentType='{main}'/></Types>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", types)
        made.writestr("ppt/p.xml", "<p:presentation xmlns:p='p'/>")
    return out.getvalue()


def rels(sort: str, target: str) -> str:
    one = f"<Relationship Type='t/{sort}' Target='{target}' TargetMode='External'/>"
    return f"<Relationships>{one}</Relationships>"


TAKEN = {
    "a.jpg": photo(),
    "a.JPEG": photo(),
    "a.png": picture("PNG", "RGBA"),
    "b.png": picture("PNG", "P"),
    "c.png": picture("PNG", "I;16"),
    "cmyk.jpg": picture("JPEG", "CMYK"),
    "a.webp": picture("WEBP", "RGBA"),
    "a.pdf": pdf(),
    "a.docx": word(),
    "table.docx": archive(word(), word__embeddings__a_xlsx=sheet()),
    "link.docx": archive(word(), word___rels__x_rels=rels("hyperlink", "https://example.org")),
    "own.docx": archive(word(), word___rels__x_rels=rels("attachedTemplate", "file:///C:/a.dotm")),
    "a.xlsx": sheet(),
    "a.pptx": slides(),
    "a.odt": opened("text"),
    "a.ods": opened("spreadsheet"),
    "a.odp": opened("presentation"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken(name: str) -> None:
    kept = check(TAKEN[name], name)
    again = check(kept.content, kept.name)
    assert again.kind == kept.kind and again.name == kept.name


def test_a_photo_keeps_what_can_be_seen_and_nothing_else() -> None:
    assert b"hostel" in photo() and b"phone" in photo()
    kept = check(photo() + b"PK\x03\x04 something behind it", "a.jpg")
    with Image.open(io.BytesIO(kept.content)) as image:
        assert image.size == (20, 30), "upright, as it was seen"
        assert dict(image.getexif()) == {} and "comment" not in image.info
    assert b"hostel" not in kept.content and b"something behind" not in kept.content
    text = Image.Exif()
    text[0x010E] = "at the hostel"
    for kind in ("PNG", "WEBP"):
        kept = check(picture(kind, exif=text), f"a.{kind.lower()}")
        assert b"hostel" not in kept.content


LOCKED = "locked with a password"
MACROS = "holds macros"
OTHERS = "holds other files"
LIVE = "This PDF holds a small program"
TOO_MUCH = "There is too much in this file"
DAMAGED = "It may be damaged"
INSIDE = "something else inside"

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "too big": ("a.pdf", b"%PDF-" + bytes(MOST), "bigger than 10 MB"),
    "empty": ("a.pdf", b"", "This file is empty."),
    "no kind we take": ("a.exe", b"MZ", "We cannot keep this kind of file."),
    "no ending": ("notes", b"x", "We cannot keep this kind of file."),
    "html": ("a.html", b"<script>", "We cannot keep this kind of file."),
    "svg": ("a.svg", b"<svg>", "We cannot keep this kind of file."),
    "a page called a picture": ("a.png", b"<html><script>", INSIDE),
    "a PNG called a JPEG": ("a.jpg", picture("PNG"), INSIDE),
    "a picture called a text": ("a.docx", picture("PNG"), INSIDE),
    "a GIF behind the bytes of a WebP": ("a.webp", b"RIFF" + picture("GIF"), DAMAGED),
    "a broken picture": ("a.png", picture("PNG", size=(300, 300))[:60], DAMAGED),
    "a picture of too many pixels": ("a.png", picture("PNG", "1", (20_000, 20_000)), TOO_MUCH),
    "a picture of many pixels": ("a.png", picture("PNG", "1", (5_100, 5_000)), TOO_MUCH),
    "a broken PDF": ("a.pdf", b"%PDF-1.7 and no more", DAMAGED),
    "half a PDF": ("a.pdf", pdf()[:250], DAMAGED),
    "a locked PDF": ("a.pdf", pdf(lambda w: w.encrypt("secret")), LOCKED),
    "a PDF with a script": ("a.pdf", pdf(action("/JavaScript")), LIVE),
    "a PDF that starts a program": ("a.pdf", pdf(action("/Launch")), LIVE),
    "a PDF that sends a form": ("a.pdf", pdf(action("/SubmitForm")), LIVE),
    "a PDF with a file in it": ("a.pdf", pdf(lambda w: w.add_attachment("a", b"x")), LIVE),
    "a PDF with a hidden script": ("a.pdf", pdf() + b"9 0 obj<</S/J#61vaScript>>endobj", LIVE),
    "a Word file with macros": ("a.docx", archive(word(), word__vbaProject_bin="x"), MACROS),
    "one that is called so": ("a.docm", word(), MACROS),
    "an ActiveX control": ("a.docx", archive(word(), word__activeX__a_xml="<a/>"), MACROS),
    "macros of LibreOffice": ("a.odt", opened("text", Basic__a_xml="<a/>"), MACROS),
    "a button of LibreOffice": (
        "a.ods",
        opened("spreadsheet", content_xml="<x><s:event-listener xmlns:s='s'/></x>"),
        MACROS,
    ),
    "a locked office file": (
        "a.xlsx",
        b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
        LOCKED,
    ),
    "a locked ODF": ("a.odt", opened("text", a_xml="<m><encryption-data/></m>"), LOCKED),
    "an old file": ("a.doc", b"\xd0\xcf\x11\xe0", "of the old sort"),
    "an old file called a new one": ("a.docx", b"\xd0\xcf\x11\xe0", "of the old sort"),
    "a program in a text": ("a.docx", archive(word(), word__a_bin=b"MZ\x90"), OTHERS),
    "an object of another program": ("a.docx", archive(word(), a_bin=b"\xd0\xcf\x11\xe0"), OTHERS),
    "a template from elsewhere": (
        "a.docx",
        archive(word(), word___rels__x_rels=rels("attachedTemplate", "https://evil.example/a")),
        OTHERS,
    ),
    "a picture from elsewhere": (
        "a.docx",
        archive(word(), word___rels__x_rels=rels("image", "\\\\evil.example\\a.png")),
        OTHERS,
    ),
    "a text called a table": ("a.xlsx", word(), DAMAGED),
    "a table called a text": ("a.odt", opened("spreadsheet"), DAMAGED),
    "any archive": ("a.docx", archive(a_txt="x"), DAMAGED),
    "an entity bomb": ("a.docx", archive(word(), a_xml="<!DOCTYPE a []><a/>"), DAMAGED),
    "an archive in an archive in it": (
        "a.docx",
        archive(word(), a_docx=archive(word(), b_docx=word())),
        TOO_MUCH,
    ),
    "a bomb": ("a.docx", archive(word(), a_bin=bytes(120_000_000)), TOO_MUCH),
    "many parts": ("a.docx", archive(word(), **{f"a{n}_bin": "" for n in range(2_001)}), TOO_MUCH),
    "deep XML": ("a.docx", archive(word(), a_xml="<a>" * 300 + "</a>" * 300), TOO_MUCH),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_what_to_do(case: str) -> None:
    name, content, told = REFUSED[case]
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        check(content, name)
    assert told in refused.value.reason.text
    assert refused.value.next_step is not None
    assert time.monotonic() - began < 2


def test_a_long_pdf_is_read_in_time() -> None:
    def many(writer: PdfWriter) -> None:
        for _ in range(2_000):
            writer.add_blank_page(100, 100)

    assert len(PdfReader(io.BytesIO(check(pdf(many), "a.pdf").content)).pages) == 2_001


def test_a_script_deep_in_an_object_is_found() -> None:
    def deep(writer: PdfWriter) -> None:
        script = DictionaryObject({NameObject("/JS"): TextStringObject("x")})
        writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/A"): script})

    with pytest.raises(Refused):
        check(pdf(deep), "a.pdf")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("rules.PDF", "rules.pdf"),
        ("C:\\papers\\our rules.pdf", "our rules.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ('a"b<c>|?*.pdf', "a_b_c____.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("one\r\nSet-Cookie: x.pdf", "oneSet-Cookie_ x.pdf"),
        (".pdf", "pdf.pdf"),
        ("...pdf", "file.pdf"),
        ("حقوق.pdf", "حقوق.pdf"),
        ("a" * 300 + ".pdf", "a" * 96 + ".pdf"),
    ],
)
def test_names_are_safe_everywhere(given: str, safe: str) -> None:
    assert safe_name(given, "pdf") == safe
