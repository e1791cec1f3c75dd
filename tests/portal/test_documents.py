"""Documents that the portal makes, read back with another library: their structure, languages,
words and letters."""

import hashlib
import re
import subprocess
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from portal.documents import fonts, pdf
from portal.documents.pdf import CannotMake, Document, Facts, Heading, Paragraph, Points, Text
from portal.languages import LANGUAGES, TRANSLATIONS, speaking
from tests.portal.pdf_reader import Read
from tests.world import NOW, World
from trust import agreements, ending, passport, passport_links, signing
from trust.agreements import Agreement
from trust.audit import Event
from trust.partners import Kind, Partner
from trust.people import Person
from trust.sightings import Sighting

pytestmark = pytest.mark.one_database

HOSTILE = (
    '#eval("1") $x^2$ *b* _i_ @preview/x:1 <l> \\u{41} `r` // c /* d */ [e] "f" = g ~ '
    '#read("/etc/hosts") -- --- ...'
)
PURPOSE = "Why do families give up on damp repairs?"


def made(*blocks: Any, lang: str = "en", title: str = "Title") -> bytes:
    """A small document with these blocks below its title."""
    return pdf.write(Document(title, lang, date(2026, 5, 3), [Heading(1, Text(title)), *blocks]))


@pytest.fixture
def camden(world: World) -> Partner:
    return world.partner("Camden", Kind.COUNCIL)


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("نساء الفانوس (Lantern)")


@pytest.fixture
def ines(world: World, camden: Partner) -> Person:
    return world.person("Ines", camden, "relationship-lead", "signatory")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "signatory", "member")


def proposed(
    world: World, ines: Person, camden: Partner, lantern: Partner, purpose: str = PURPOSE
) -> Agreement:
    contacts = {
        "giver_contact": "Rahima Begum, 020 7946 0018",
        "taker_contact": "Ines Ford, 020 7946 0100",
    }
    return world.do(
        (ines, camden),
        agreements.propose,
        camden,
        other=lantern,
        purpose=purpose,
        review_on=NOW.date() + timedelta(days=365),
        contacts=contacts,
    )


def saved(client: FlaskClient, path: str, lang: str = "en") -> bytes:
    """A file as it comes out, to the byte."""
    client.set_cookie("language", lang)
    with client.plain():
        came = client.get(path)
    assert came.status_code == 200, came.text
    assert came.headers["Content-Type"] == "application/pdf"
    assert came.headers["Content-Disposition"].startswith("attachment")
    assert came.headers["X-Content-Type-Options"] == "nosniff"
    assert came.headers["Content-Security-Policy"].endswith("sandbox")
    return came.data


def levels(read: Read) -> list[int]:
    return [level for level, _, _ in read.headings]


def signed_text(read: Read) -> str:
    """The signed text, put together again from the structure."""
    parts = [one for one in read.tree.each() if re.fullmatch(r"P|H\d", one.sort)]
    starts = next(n for n, one in enumerate(parts) if one.text.startswith("Trust agreement") and n)
    said = []
    for one in parts[starts:]:
        if one.sort == "H2":
            break
        said.append(f"\n{one.text}" if one.sort != "P" else one.text)
    return "\n".join(said) + "\n"


# --- Agreements


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_agreement_is_read_back_whole(
    world: World, ines: Person, rahima: Person, camden: Partner, lantern: Partner, lang: str
) -> None:
    held = proposed(world, ines, camden, lantern)
    world.do(
        (rahima, lantern),
        signing.sign,
        held,
        name="Rahima Begum",
        role="Chair",
        read_sha256=held.text_sha256,
    )
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Agreement, held.id).signatures[0].shared_mailbox = True
    path = f"/agreements/{held.id}/agreement.pdf"
    read = Read(saved(world.client(rahima, lantern), path, lang))
    assert read.lang.partition("-")[0] == lang
    assert read.title and lantern.name in pdf._TAKEN_OUT.sub("", read.title)
    assert read.root["/MarkInfo"]["/Marked"] and read.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in read.root["/Metadata"].get_data()
    # Headings begin with the title and leave out no level; bookmarks are the same.
    found = levels(read)
    assert found[0] == 1 and found.count(1) == 1 and 4 in found
    assert all(after - before <= 1 for before, after in pairwise(found))
    assert len(list(flat(read.bookmarks))) == len(found)
    # The English is the very text that was signed, in its own language.
    text = world.read(Agreement, held.id).text
    assert signed_text(read) == text
    assert hashlib.sha256(signed_text(read).encode()).hexdigest() == held.text_sha256
    assert held.text_sha256 in read.text
    first = next(line for line in text.splitlines() if line.startswith("1. "))
    assert {of.partition("-")[0] for _, of, words in read.headings if words == first} == {"en"}
    # Around it stand the portal's words in the reader's language; nothing is missing.
    with world.app.app_context(), speaking(lang):
        from flask_babel import gettext

        shared = "Signed through a mailbox that several people read"
        for words in ("Who has signed", "Signed by one side", "Version", shared):
            assert gettext(words) in read.text
    assert "Rahima Begum, Chair" in read.text
    assert pdf.NO_GLYPH not in read.text
    assert (read.reader.trailer["/Root"]["/ViewerPreferences"]["/Direction"] == "/R2L") == (
        lang == "ar"
    )


def flat(bookmarks: Any) -> Any:
    for one in bookmarks:
        if isinstance(one, list):
            yield from flat(one)
        else:
            yield one


def test_both_sides_keep_the_same_file(
    world: World, ines: Person, rahima: Person, camden: Partner, lantern: Partner
) -> None:
    held = proposed(world, ines, camden, lantern)
    path = f"/agreements/{held.id}/agreement.pdf"
    ours, theirs = world.client(rahima, lantern), world.client(ines, camden)
    assert saved(ours, path) == saved(theirs, path) == saved(ours, path)
    assert f'href="{path}"' in ours.get(f"/agreements/{held.id}").text
    # Whoever did not propose it leaves a sighting, as on the page.
    assert {one.person_id for one in world.all(Sighting)} == {rahima.id}
    stranger = world.client(world.person("Sam", world.partner("Wren"), "signatory"))
    assert stranger.get(path).status_code == 404


def test_history_goes_along_with_its_words(
    world: World, ines: Person, rahima: Person, camden: Partner, lantern: Partner
) -> None:
    held = proposed(world, ines, camden, lantern)
    reason = "We have no time.\nAsk again in May."
    world.do((rahima, lantern), ending.decline, held, reason=reason)
    read = Read(saved(world.client(ines, camden), f"/agreements/{held.id}/agreement.pdf"))
    told = read.text.rpartition("What has happened so far")[2]
    assert "Ines, for Camden" in told and "Ask again in May." in told
    assert "Not signed" in read.text and "Nobody yet." in read.text


# --- What people typed


def test_what_people_typed_is_never_read_as_markup(
    world: World, ines: Person, camden: Partner, lantern: Partner
) -> None:
    held = proposed(world, ines, camden, lantern, HOSTILE)
    read = Read(saved(world.client(ines, camden), f"/agreements/{held.id}/agreement.pdf"))
    assert read.text.count(HOSTILE) == 2  # as what it is for, and in the text that is signed
    assert signed_text(read) == world.read(Agreement, held.id).text


def test_typed_words_keep_their_direction_and_turn_nothing() -> None:
    text = "\u202eevil \u2066x"
    read = Read(
        made(Paragraph(Text(text, typed=True)), Facts([("Name", Text("سلام", typed=True))]))
    )
    assert "evil x" in read.text and "سلام" in read.text
    assert pdf._first_strong("سلام", "ltr") == "rtl" and pdf._first_strong("12", "ltr") == "ltr"


def test_signs_that_no_font_has_are_told() -> None:
    read = Read(made(Paragraph(Text("Hello \U0001f600 \u4e2d \x00\ue000 world", typed=True))))
    assert f"Hello {pdf.NO_GLYPH} {pdf.NO_GLYPH}" in read.text
    assert "cannot show some signs" in read.text
    assert "cannot show" not in Read(made(Paragraph(Text("Hello")))).text


def test_whatever_is_typed_a_document_is_made() -> None:
    """Marks without letters, every letter beside every other, things nobody sees."""
    known = sorted(fonts.letters())
    texts = ["".join(map(chr, known[at : at + 9])) for at in range(0, len(known), 9)]
    texts += ["".join(map(chr, known[at::97])) for at in range(97)]
    texts += ["\u0301" * 500, "\u2061", "\u200d", " ", "x" * 500, "\n\n"]
    read = Read(made(Points([[Text(one, typed=True)] for one in texts])))
    assert len([one for one in read.tree.each() if one.sort == "LI"]) == len(texts)


def test_long_words_stay_on_the_page() -> None:
    setting = pdf._Setting(Document("T", "en", date(2026, 5, 3), []))
    assert "\u200b" in setting._fit("x" * 100)
    assert "\u200b" not in setting._fit("x" * pdf.LONGEST_WORD)


# --- Letters


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_letter_of_the_portal_lacks_a_glyph(lang: str) -> None:
    with (TRANSLATIONS / ("pl" if lang == "en" else lang) / "LC_MESSAGES/messages.po").open(
        "rb"
    ) as file:
        catalogue = read_po(file)
    words = set[str]()
    for message in catalogue:
        said = message.id if lang == "en" else message.string
        words |= set("".join(said if isinstance(said, list | tuple) else [said]))
    assert len(words) > 60
    lacking = {one for one in words if ord(one) not in fonts.letters() and not one.isspace()}
    assert not lacking


def test_a_screen_reader_is_told_letters_not_glyphs() -> None:
    """In Arabic and Bengali one letter is drawn as several glyphs, and lines run the other way."""
    arabic, bengali = "يستخدم المجلس القصص لأجل الإصلاحات (Camden) فقط.", "আমাদের চুক্তি প্রতিশ্রুতি।"
    read = Read(
        made(
            Paragraph(Text(arabic)),
            Facts([("اسم", Text(bengali, "bn"))]),
            Points([[Text(arabic), Text("plain", "en")]]),
            lang="ar",
            title="عنوان",
        )
    )
    assert read.text.count(arabic) == 2 and bengali in read.text
    assert [words for _, _, words in read.headings] == ["عنوان"]


# --- When it cannot be made


def test_an_honest_page_where_it_cannot_be_made(
    world: World,
    ines: Person,
    camden: Partner,
    lantern: Partner,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    held = proposed(world, ines, camden, lantern, "Why is it damp? Mrs Quill says")
    client = world.client(ines, camden)
    path = f"/agreements/{held.id}/agreement.pdf"
    for wrong in (
        lambda *_, **__: subprocess.CompletedProcess([], -9, b""),
        lambda *_, **__: (_ for _ in ()).throw(subprocess.TimeoutExpired("typst", 1)),
        lambda *_, **__: (_ for _ in ()).throw(OSError("no memory")),
    ):
        monkeypatch.setattr(subprocess, "run", wrong)
        came = client.get(path)
        assert came.status_code == 503
        assert "We cannot make this PDF now" in came.text
        assert f'href="/agreements/{held.id}"' in came.text
    assert "a PDF could not be made" in caplog.text and "Quill" not in caplog.text


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotMake, match="too long"):
        made(Paragraph(Text("x" * pdf.LARGEST)))
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    with pytest.raises(CannotMake, match="TimeoutExpired"):
        made(Paragraph(Text("x")))
    monkeypatch.setattr(fonts, "letters", frozenset)
    with pytest.raises(CannotMake, match="no fonts"):
        made(Paragraph(Text("x")))


# --- Passports


def test_a_passport_as_its_owner_sees_it(world: World, rahima: Person, lantern: Partner) -> None:
    client = world.client(rahima, lantern)
    assert "Nothing yet." in Read(saved(client, "/passport/passport.pdf")).text
    paper = {"kind": "insurance", "name": "Our cover", "words": "Ask *Grace*."}
    dated = NOW.date() - timedelta(days=300)
    world.do((rahima, lantern), passport.add, lantern, **paper, dated=dated, until=dated)
    assert 'href="/passport/passport.pdf"' in client.get("/passport").text
    read = Read(saved(client, "/passport/passport.pdf"))
    assert "Ask *Grace*." in read.text and "Insurance." in read.text and "Ran out." in read.text
    assert [level for level, _, _ in read.headings] == [1, 2]
    assert "Nobody here has checked or rated them." in read.text
    arabic = Read(saved(client, "/passport/passport.pdf", "ar"))
    assert arabic.lang == "ar" and "Our cover" in arabic.text


def test_what_a_link_shows_is_saved_only_after_it_was_counted(
    world: World, rahima: Person, lantern: Partner
) -> None:
    dated = NOW.date() - timedelta(days=30)
    given = {"kind": "rules", "name": "", "dated": dated, "until": None}
    shown = world.do((rahima, lantern), passport.add, lantern, words="As agreed.", **given)
    world.do((rahima, lantern), passport.add, lantern, words="For us alone.", **given)
    link = world.do(
        (rahima, lantern),
        passport_links.make,
        lantern,
        papers=[shown.id],
        agreements=[],
        files=True,
        to_whom="The bank",
        days=30,
        secret="a-secret",
    )
    stranger = world.app.test_client()
    path = "/shared/a-secret/papers.pdf"
    before = stranger.get(path)
    assert before.status_code == 303 and before.location.endswith("/shared/a-secret")
    assert not [one for one in world.all(Event) if one.verb == "passport_link:open"]
    stranger.post("/shared/a-secret")
    assert f'href="{path}"' in stranger.get("/shared/a-secret").text
    read = Read(saved(stranger, path))
    assert "As agreed." in read.text and "For us alone." not in read.text
    assert "The bank" not in read.text
    assert len([one for one in world.all(Event) if one.verb == "passport_link:open"]) == 1
    world.do((rahima, lantern), passport_links.end, link)
    assert stranger.get(path).status_code == 404
