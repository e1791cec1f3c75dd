"""The questions of a request on paper, read back with another library."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from pilots import requests
from pilots.questions import BANDS, numbers_of
from pilots.requests import Asked, Request
from pilots.wording import question
from portal.documents import fonts
from portal.languages import LANGUAGES
from tests.portal.pdf_reader import Read
from tests.portal.stage import Stage, stage
from tests.portal.test_documents import saved
from tests.portal.test_requests import ASKED
from tests.world import World

pytestmark = pytest.mark.one_database

OPTIONS = [
    {"key": "a", "words": {"en": "On a list"}},
    {"key": "b", "words": {"en": "Damp"}},
    {"key": "c", "words": {"en": "Mould", "ar": "عفن"}},
]
MORE: list[dict[str, Any]] = [
    {"kind": "yes-no", "words": {"en": "Did anybody come?", "ar": "هل جاء أحد؟"}},
    {"kind": "date", "words": {"en": "On which day?"}, "show_if": "${q5} = 'yes'"},
    {"kind": "some-of", "words": {"en": "What did they see?"}, "choices": OPTIONS},
    {"kind": "note", "words": {"en": "Now about homes."}, "section": {"en": "Homes"}},
    {"kind": "bands", "words": {"en": "About how many homes?"}, "required": False},
    {"kind": "decimal", "words": {"en": "Hours of work?"}, "hint": {"en": "Like 2.5"}},
    {"kind": "short-text", "words": {"en": "In a few words?"}, "show_if": "${q10} >= 3"},
    {
        "kind": "one-of",
        "words": {"en": "Which street?"},
        "choices": [{"key": f"s{n}", "words": {"en": f"Street {n}"}} for n in range(60)],
    },
    {"kind": "whole-number", "words": {"en": "How many?"}, "show_if": "${q5} = ${q6}"},
]


@pytest.fixture
def made(world: World) -> Stage:
    """A request with every kind of question."""
    held = stage(world, 2)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        version = session.get_one(Request, held.request.id).newest
        for at, given in enumerate(MORE, 5):
            why = {"why": {"en": "So that we can act"}} if given["kind"] != "note" else {}
            version.questions.append(question(at, **why, **given))
    return held


def printed(made: Stage, **asked: str) -> bytes:
    given = "&".join(f"{name}={value}" for name, value in asked.items())
    return saved(made.phone(), f"/requests/{made.request.id}/questions.pdf?{given}")


@pytest.mark.parametrize("size", ["usual", "large", "aloud"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_paper_says_all_that_is_asked(made: Stage, lang: str, size: str) -> None:
    content = printed(made, lang=lang, print=size)
    read = Read(content)
    assert read.lang.partition("-")[0] == lang
    assert b"<pdfuaid:part>1</pdfuaid:part>" in read.root["/Metadata"].get_data()
    text = read.text
    with made.world.database.reading() as session:
        request = session.get_one(Request, made.request.id)
        asked = request.newest.questions
        numbers = numbers_of(asked)
        for one in asked:
            words = one.words.get(lang) or one.words["en"]
            if not one.asks:
                assert words in text and one.section["en"] in text
                continue
            at = numbers[one.key]
            heading = next(said for _level, _lang, said in read.headings if words in said)
            assert re.sub(r"\D", "", heading.partition(".")[0]) == str(at) or lang in ("ar", "bn")
            options = [*one.choices, *one.rows, *one.columns] if one.kind != "area" else one.choices
            for option in options:
                assert (option["words"].get(lang) or option["words"]["en"]) in text
        code = request.code
    # Every letter has a glyph: one that had none would stand as this sign.
    assert "\ufffd" not in text
    assert {ord(sign) for sign in text if sign.isalpha()} <= fonts.letters()
    pages = PdfReader(io.BytesIO(content)).pages
    assert all(page.mediabox.width == pytest.approx(595, abs=1) for page in pages)
    for page in pages:
        assert code in page.extract_text(), page
    if size == "large":
        assert min(sizes(content)) >= 18
    else:
        assert len(pages) <= 8


def sizes(content: bytes) -> set[float]:
    """The sizes of all letters."""
    found = set()

    def note(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if text.strip():
            found.add(round(abs(size * tm[0] * cm[0]), 1))

    for page in PdfReader(io.BytesIO(content)).pages:
        page.extract_text(visitor_text=note)
    return found


def test_a_paper_says_what_a_person_with_a_pen_needs(made: Stage) -> None:
    text = " ".join(Read(printed(made)).text.split())
    for said in (
        "Camden Council asks you",
        "About 15 minutes",
        "How to give it back",
        "If someone is in danger now, call 999.",
        "Only if you answered “Yes” to question 5.",
        "Only if your answer to question 9 is 3 or more.",
        "Only if it fits what you said before.",
        "You may leave this empty.",
        "How may we quote you? Only if you answered “Yes” to question 4. Tick one.",
        *map(str, BANDS.values()),
    ):
        assert said in text, said
    assert "No, please do not quote us" not in text  # they said yes there


def test_a_script_says_what_to_say_first_and_last(made: Stage) -> None:
    text = " ".join(Read(printed(made, print="aloud")).text.split())
    order = [
        "Say who you are, and whom you work for.",
        "Camden Council asks some questions.",
        "Say why they ask: To mend what stops families asking",
        "You may also say no",
        "call 999",
        "1. Which ward is this about?",
        "“You told me:”",
        "With your name, or without?",
        "a letter or a call makes sure that it is you",
        "How may we quote you?",
    ]
    assert sorted(order, key=text.index) == order
    assert "How to give it back" not in text


def test_who_may_read_an_open_request_prints_it(made: Stage) -> None:
    address = f"/requests/{made.request.id}/print"
    coordinator = made.world.client(made.lead, made.camden)
    for reader in (made.phone(), made.connector(), coordinator):
        assert address in reader.get(f"/requests/{made.request.id}").text
        page = reader.get(address)
        assert made.request.code in page.text
        for language in LANGUAGES.values():
            link = f"questions.pdf?lang={language.code}"
            assert f'{link}"' in page.text and f'{link}&amp;print=large"' in page.text
            assert f"{language.own_name}</strong>" in page.text
    stranger = made.world.partner("Kettle and Carers")
    other = made.world.client(made.world.person("Kit", stranger, "member"), stranger)
    file = f"/requests/{made.request.id}/questions.pdf"
    assert other.get(address).status_code == other.get(file).status_code == 404
    for wrong in ("lang=xx", "print=tiny"):
        assert made.phone().get(f"{file}?{wrong}").status_code == 404


def test_only_open_questions_are_printed(made: Stage) -> None:
    made.world.do((made.lead, made.camden), requests.close, made.request)
    phone = made.phone()
    assert "Print the questions" not in phone.get(f"/requests/{made.request.id}").text
    for path in ("print", "questions.pdf"):
        assert phone.get(f"/requests/{made.request.id}/{path}").status_code == 404


def test_a_changed_paper_says_its_version(made: Stage) -> None:
    desk = made.world.client(made.lead, made.camden)
    there = f"/requests/{made.request.id}"
    assert desk.post(f"{there}/change").status_code == 303
    question = f"{there}/questions/new?kind=short-text"
    given = {**ASKED, "words": "Which floor is it?"}
    assert desk.post(question, data=given).status_code == 303
    assert "Which floor" not in Read(printed(made)).text  # it is still being written
    assert desk.post(f"{there}/changes/put").status_code == 303
    content = printed(made)
    assert "Which floor is it?" in Read(content).text
    for page in PdfReader(io.BytesIO(content)).pages:
        assert f"Code: {made.request.code}, version 2" in page.extract_text()
    assert "The newest papers say version 2" in made.connector().get(f"{there}/papers").text
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        row = session.query(Asked).filter_by(giver_id=made.lantern.id, request_id=made.request.id)
        row.one().version_asked = session.get_one(Request, made.request.id).versions[0]
    assert "Which floor" not in Read(printed(made)).text  # whoever was asked the older ones
