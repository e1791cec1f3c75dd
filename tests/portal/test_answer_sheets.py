"""Answering in a spreadsheet: the sheet that is given out, what is said of one that comes back,
and that its answers are those of the web."""

import csv
import io
import json
import re
import time
import zipfile
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import delete, insert, update
from werkzeug.test import TestResponse

from pilots.answers import DraftAnswer
from pilots.questions import Question
from pilots.requests import Request
from portal import sheets
from tests.portal.page_audit import unwrapped
from tests.portal.stage import Stage, stage
from tests.world import World
from trust.files import Upload


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


def template(client: FlaskClient, id: int) -> bytes:
    came = client.get(f"/contributions/{id}/sheet.xlsx")
    assert came.status_code == 200
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(came.data)) as marked, zipfile.ZipFile(out, "w") as archive:
        for name in marked.namelist():
            text = re.sub(r"&#1021[45];", "", marked.read(name).decode())
            archive.writestr(name, unwrapped(text))
    return out.getvalue()


def filled(content: bytes, answers: Mapping[str, Any]) -> bytes:
    """The sheet with these in column D, by code."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    for code, value in answers.items():
        sheet.cell(rows[code], 4).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(client: FlaskClient, id: int, content: bytes, name: str = "mine.xlsx") -> TestResponse:
    return client.post(f"/contributions/{id}/sheet", data={"file": (io.BytesIO(content), name)})


GOOD = {
    "Q1": "Gospel Oak",
    "Q2.1.1": 12,
    "Q2.2.1": 3,
    "Q3": "They never came back.",
    "Q4": "Yes",
}


def test_from_the_sheet_to_the_receipt(made: Stage) -> None:
    phone = made.phone()
    begun = phone.post(f"/requests/{made.request.id}/answer", data={"by": "sheet"})
    assert begun.location.endswith("/sheet")
    assert "Get the sheet" in phone.get(begun.location).text
    id = int(begun.location.split("/")[2])
    came = bring(phone, id, filled(template(phone, id), GOOD))
    page = phone.get(came.location)

    assert "4 answers are in and fit." in page.text
    assert "To mend" not in page.text
    check = phone.get(f"/contributions/{id}/check").text
    assert "They never came back." in check
    sent = phone.post(f"/contributions/{id}/send", data={"quote": "sector"})
    assert sent.status_code == 303
    now = made.now(id)
    assert (now.state, now.channel, now.on_behalf) == ("submitted", "spreadsheet", False)
    assert now.answers["q2"] == {"waiting": {"families": 12}, "fixed": {"families": 3}}
    assert "In a spreadsheet" in made.desk().get(f"/review/{id}").text


def chosen(*keys: str, **where: str) -> list[dict[str, Any]]:
    return [{"key": key, "words": {"en": key.title()}, "where": where} for key in keys]


EVERY: dict[str, dict[str, Any]] = {
    "damp": {"kind": "yes-no"},
    "rooms": {"kind": "whole-number", "show_if": "${damp} = 'yes'", "limit": ". <= 9"},
    "rain": {"kind": "decimal"},
    "since": {"kind": "date"},
    "how-many": {"kind": "bands"},
    "worst": {"kind": "one-of", "choices": [*chosen("kitchen", "bath"), *chosen("=attic")]},
    "help": {"kind": "some-of", "choices": chosen("council", "friends", "nobody")},
    "where": {"kind": "area"},
    "met": {
        "kind": "count-table",
        "rows": chosen("waiting", "fixed"),
        "columns": chosen("families", "singles"),
    },
    "street": {"kind": "short-text", "required": False},
    "story": {"kind": "long-text"},
    "floor": {
        "kind": "one-of",
        "choices": [*chosen("low", of="bath"), *chosen("high", of="kitchen")],
        "choice_filter": "of = ${worst}",
    },
    "said": {"kind": "note"},
    "quote": {"kind": "quote"},
}
"""One question of each kind, and each kind of rule. Keys as a form that came in may have them."""

CODES = {key: f"Q{n}" for n, key in enumerate((one for one in EVERY if one != "said"), 1)}


def every_kind(made: Stage) -> int:
    """An open request of these, by its id."""
    request = made.world.request(made.pilot, made.camden, made.lead, title="=Damp again")
    with made.world.database.writing() as session:
        version = session.get_one(Request, request.id).newest
        area = version.questions[0].choices
        rows = []
        for position, (key, given) in enumerate(EVERY.items(), 1):
            usual: dict[str, Any] = {"words": {"en": f"What of {key}?"}, "why": {"en": "=So that"}}
            usual |= {"category": "observation", "choices": area if key == "where" else []}
            usual |= {"request_version_id": version.id, "key": key, "position": position}
            rows.append({"show_if": "", "limit": "", "choice_filter": "", **usual, **given})
        session.execute(delete(Question).where(Question.request_version_id == version.id))
        for row in rows:
            session.execute(insert(Question).values(**row))
    return request.id


def kept(made: Stage, id: int) -> dict[str, Any]:
    return {one.key: one.raw for one in made.world.all(DraftAnswer) if one.contribution_id == id}


def begun(client: FlaskClient, request_id: int) -> int:
    came = client.post(f"/requests/{request_id}/answer", data={"by": "sheet"})
    return int(came.location.split("/")[2])


def area_of(made: Stage) -> str:
    return made.typed()["q1"]["q1"]


def typed_on_the_web(made: Stage) -> dict[str, dict[str, Any]]:
    """By question key, what a browser sends."""
    return {
        "damp": {"damp": "yes"},
        "rooms": {"rooms": "3"},
        "rain": {"rain": "2.50"},
        "since": {"since-day": "27", "since-month": "March", "since-year": "2026"},
        "how-many": {"how-many": "3-9"},
        "worst": {"worst": "kitchen"},
        "help": {"help": ["council", "nobody"]},
        "where": {"where": area_of(made)},
        "met": {"met-waiting-families": "1,200", "met-fixed-singles": "0"},
        "street": {"street": "The long one"},
        "story": {"story": "First.\r\nThen\u00e9 more."},
        "floor": {"floor": "high"},
        "quote": {"quote": "yes"},
    }


DAY = datetime(2026, 3, 27)  # noqa: DTZ001 - as spreadsheets keep days

IN_CELLS: dict[str, Any] = {
    "damp": "yes",
    "rooms": 3,
    "rain": 2.5,
    "since": DAY,
    "how-many": "3 to 9",
    "worst": "KITCHEN",
    "help.1": "Yes",
    "help.2": "No",
    "help.3": "x",
    "where": "Gospel  Oak",
    "met.1.1": 1200,
    "met.2.2": 0,
    "street": "The long one",
    "story": "First.\nThene\u0301 more.",
    "floor": "High",
    "quote": True,
}


def coded(cells: Mapping[str, Any]) -> dict[str, Any]:
    """With the codes of the sheet instead of the keys."""
    found = {}
    for name, value in cells.items():
        key, dot, rest = name.partition(".")
        found[CODES[key] + dot + rest] = value
    return found


# The sheet that is given out


def test_the_sheet_says_what_each_line_is(made: Stage) -> None:
    phone = made.phone()
    id = begun(phone, every_kind(made))
    sheet = sheets.read(io.BytesIO(template(phone, id)), "a.xlsx")  # by another reader
    assert sheet.columns[0] == f"Code R{made.now(id).request_id}-V1"
    assert sheet.columns[1:] == ("Question", "About it", "Your answer")
    rows = [tuple(row.cells.values()) for row in sheet.rows]
    lines = {code: (asked, about) for code, asked, about, _answer in rows if code}
    assert list(lines) == [
        *("Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7.1", "Q7.2", "Q7.3", "Q8"),
        *("Q9.1.1", "Q9.1.2", "Q9.2.1", "Q9.2.2", "Q10", "Q11", "Q12", "Q13"),
    ]
    assert lines["Q9.1.2"][0] == "Waiting, Singles"
    assert lines["Q10"][0] == "What of street? (optional)"
    assert "A date, like 27 3 2026." in lines["Q4"][1]
    assert "Why we ask: =So that" in lines["Q4"][1]
    assert "only after some answers" in lines["Q2"][1]
    assert "anyone’s name" in lines["Q11"][1]
    assert ("", "What of said?", "", "") in rows  # what asks nothing has no code
    assert not any(answer for *_rest, answer in rows)


def test_the_sheet_helps_to_fill_it_in(made: Stage) -> None:
    phone = made.phone()
    id = begun(phone, every_kind(made))
    with zipfile.ZipFile(io.BytesIO(template(phone, id))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    main = parts["xl/worksheets/sheet1.xml"]
    rules = dict(re.findall(r'<dataValidation sqref="([^"]+)"[^>]* type="(\w+)"', main))
    by_type = Counter(rules.values())
    assert by_type == Counter(list=7, whole=2, decimal=1, date=1, textLength=2), rules
    assert main.count('showErrorMessage="1"') == 13
    assert 'topLeftCell="A2"' in main
    assert "<sheetProtection" in main
    assert main.count("<mergeCell") == 0
    assert 'fitToPage="1"' in main
    assert "Print_Titles" in parts["xl/workbook.xml"]
    everything = "".join(parts.values())
    assert "<f>" not in main + parts["xl/worksheets/sheet3.xml"]
    assert "'=Damp again" in everything  # and nothing that a spreadsheet would work out
    assert "'=Attic" in everything
    assert not re.search(r"<t[^>]*>\s*[=+@-]", everything)


def test_the_sheet_speaks_the_readers_language(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    phone.get("/language/ar")
    content = template(phone, id)
    assert b"rightToLeft" in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    book = load_workbook(io.BytesIO(content))
    book.worksheets[0]["D3"].value = "x"
    answers = {**GOOD, "Q4": "نعم"}
    phone.get("/language/en")
    page = phone.get(bring(phone, id, filled(content, answers)).location)
    assert "4 answers are in and fit." in page.text


# The same by every route


def sent_by_web(made: Stage, client: FlaskClient, id: int, *leave: str) -> None:
    for key, given in typed_on_the_web(made).items():
        if key not in leave:
            came = client.post(f"/contributions/{id}/q/{key}", data=given)
            assert came.status_code == 303, key
    assert client.post(f"/contributions/{id}/check").status_code == 303
    send = {"quote": "sector", "read_back_to": "Hodan"}
    assert client.post(f"/contributions/{id}/send", data=send).status_code == 303


def canonical(made: Stage, id: int) -> str:
    held = made.now(id)
    assert held.state == "submitted"
    return json.dumps(held.answers, sort_keys=True, ensure_ascii=False)


def test_by_every_route_the_record_is_the_same(world: World) -> None:
    made = stage(world, 3)
    request_id = every_kind(made)
    by_web = begun(made.phone(), request_id)
    sent_by_web(made, made.phone(), by_web)
    sheila = made.connector()
    given = {"giver": f"{request_id}-{made.groups[1][0].id}", "channel": "paper"}
    there = sheila.post(f"/pilots/{made.pilot.id}/enter", data=given).location
    on_behalf = int(there.split("/")[2])
    sent_by_web(made, sheila, on_behalf)
    by_sheet = begun(made.phone(2), request_id)
    phone = made.phone(2)
    content = filled(template(phone, by_sheet), coded(IN_CELLS))
    assert "13 answers are in and fit." in phone.get(bring(phone, by_sheet, content).location).text
    sent = phone.post(f"/contributions/{by_sheet}/send", data={"quote": "sector"})
    assert sent.status_code == 303
    assert canonical(made, by_web) == canonical(made, on_behalf) == canonical(made, by_sheet)
    assert len(made.now(by_sheet).answers) == 13
    assert [made.now(one).channel for one in (by_web, on_behalf, by_sheet)] == [
        *("web", "paper", "spreadsheet"),
    ]
    assert [made.now(one).on_behalf for one in (by_web, on_behalf, by_sheet)] == [0, 1, 0]


def test_what_is_not_asked_is_said_and_not_sent(made: Stage) -> None:
    phone = made.phone()
    id = begun(phone, every_kind(made))
    cells = {**IN_CELLS, "damp": "no"}
    page = phone.get(bring(phone, id, filled(template(phone, id), coded(cells))).location).text
    assert "12 answers are in and fit." in page
    assert "Not asked" in page
    assert "To mend" not in page
    phone.post(f"/contributions/{id}/send", data={"quote": "sector"})
    assert "rooms" not in made.now(id).answers


def test_a_day_can_be_written_in_the_usual_ways(made: Stage) -> None:
    phone = made.phone()
    id = begun(phone, every_kind(made))
    empty = template(phone, id)
    for typed in (
        *("27 3 2026", "27/3/2026", "27.03.2026", "2026-03-27", "27 March 2026", "27th mar, 2026"),
        *("March 27, 2026", "27-Mar-2026", "2026/3/27", DAY, DAY.date()),
    ):
        page = phone.get(bring(phone, id, filled(empty, {"Q4": typed})).location)
        assert "1 answer is in and fits." in page.text, typed


# Mistakes

WRONG: dict[str, tuple[Any, str]] = {
    "damp": ("maybe", "Choose yes or no."),
    "rooms": (12, "Give 9 or fewer."),
    "rain": ("1,200", "can mean two numbers"),
    "since": ("31 2 2026", "Enter a real date, like 27 3 2026."),
    "how-many": ("lots", "Choose one from the list."),
    "worst": ("garden", "Choose one from the list."),
    "help.2": ("perhaps", "Write yes or no here, or leave it empty."),
    "where": ("Atlantis", "Choose a place from the list."),
    "met.1.1": ("about 10", "Use whole numbers, like 0 or 12."),
    "met.1.2": (-3, "Use whole numbers, like 0 or 12."),
    "met.2.1": (2_000_000_000, "That number is too large. Check it."),
    "met.2.2": ("12.0", "Use whole numbers, like 0 or 12."),
    "street": ("x" * 201, "Use 200 characters or fewer."),
    "floor": ("low", "Choose from the list."),
}
"""Of a choice that does not fit with another answer; of text and figures of all sorts."""


def spoilt(content: bytes) -> bytes:
    """The sheet with mistakes in its cells, its codes and beside them."""
    first = {key: typed for key, (typed, _said) in WRONG.items()}
    book = load_workbook(io.BytesIO(filled(content, coded(first))))
    sheet = book.worksheets[0]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    sheet.cell(rows[CODES["quote"]], 4).value = "Yes"
    sheet.cell(rows[CODES["worst"]], 4).value = "kitchen"
    last = sheet.max_row
    sheet.cell(last + 1, 1).value, sheet.cell(last + 1, 4).value = CODES["quote"], "No"
    sheet.cell(last + 2, 1).value, sheet.cell(last + 2, 4).value = "Q77", "Something"
    sheet.cell(last + 3, 4).value = "No code"
    sheet.cell(1, 5).value, sheet.cell(3, 5).value = "Remarks", "By Hodan"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cards(page: str) -> dict[str, str]:
    """What is to mend, by where it stands."""
    found = re.findall(r'<li class="app-card">\s*<h3[^>]*>([^<]+)</h3>(.*?)</li>', page, re.DOTALL)
    return {f"{where}#{n}": re.sub(r"<[^>]+>", "", said) for n, (where, said) in enumerate(found)}


def test_each_mistake_is_said_by_row_and_mended(made: Stage) -> None:
    phone = made.phone()
    id = begun(phone, every_kind(made))
    empty = template(phone, id)
    rows = codes_at(empty)
    page = phone.get(bring(phone, id, spoilt(empty)).location).text
    told = cards(page)
    # With damp not understood, rooms is not asked; with the kitchen the worst, low does not fit.
    for key, (typed, said) in WRONG.items():
        if key in ("rooms", "worst"):
            continue
        row = rows[next(iter(coded({key: 0})))]
        own = [text for where, text in told.items() if where.startswith(f"Row {row}, column D#")]
        assert any(said in text and str(typed)[:100] in text for text in own), (key, told)
    last = max(rows.values())
    assert f"Rows {rows['Q13']}, {last + 1} all answer Q13, and they differ." in page
    assert "We do not know the code “Q77” in this row." in page
    assert "This row has no code" in page
    assert "They are in your file only." in page
    assert "We do not read column E, “Remarks”." in page
    assert len(told) == 16
    assert "1 answer is in and fits." in page  # the kitchen
    assert "Still to answer" in page
    assert "Not asked" in page
    held = kept(made, id)
    assert held["rain"] == {"rain": ["1,200"]}  # as it was typed
    assert held["since"] == {"since-day": ["31"], "since-month": ["2"], "since-year": ["2026"]}
    assert "quote" not in held
    check = phone.post(f"/contributions/{id}/check")
    assert check.status_code == 422
    # The same file, mended, takes the place of what came with it before.
    mended = filled(empty, coded(IN_CELLS))
    page = phone.get(bring(phone, id, mended).location).text
    assert "13 answers are in and fit." in page
    assert not cards(page)
    assert phone.post(f"/contributions/{id}/send", data={"quote": "sector"}).status_code == 303
    assert made.now(id).state == "submitted"


def codes_at(content: bytes) -> dict[str, int]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    found = {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}
    return {code: row for code, row in found.items() if code}


def test_a_limit_and_days_in_words_are_said(made: Stage) -> None:
    phone = made.phone()
    id = begun(phone, every_kind(made))
    cells = {"damp": "Yes", "rooms": 12, "since": "last spring", "worst": "garden", "story": "=1"}
    cells["story"] = "Fine"
    page = phone.get(bring(phone, id, filled(template(phone, id), coded(cells))).location).text
    told = " ".join(cards(page).values())
    for said in ("Give 9 or fewer.", "last spring", "garden"):
        assert said in told
    assert "last spring" in phone.get(f"/contributions/{id}/q/since").text
    mend = re.search(r'href="([^"]+/q/rooms[^"]*)"', page)
    assert mend
    phone.post(mend[1].replace("&amp;", "&"), data={"rooms": "4"})


# What is there already


def test_what_was_typed_here_stays_until_its_writer_chooses(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    phone.post(f"/contributions/{id}/q/q3", data={"q3": "Typed here."})
    phone.post(f"/contributions/{id}/q/q4", data={"q4": "yes"})
    phone.post(f"/contributions/{id}/q/q1", data=made.typed()["q1"])
    there = bring(phone, id, filled(template(phone, id), {**GOOD, "Q4": "No"})).location
    page = phone.get(there).text
    assert "Which one is right?" in page
    for said in ("Typed here.", "They never came back.", "What was here", "What your sheet says"):
        assert said in page
    assert "2 answers are in and fit." in page  # the place is the same, the table is new
    held = kept(made, id)
    assert held["q3"] == {"q3": ["Typed here."]}
    assert phone.post(there, data={"q3": "sheet"}).status_code == 422
    assert phone.post(there, data={"q3": "sheet", "q4": "here"}).status_code == 303
    page = phone.get(there).text
    assert "Which one is right?" not in page
    held = kept(made, id)
    assert held["q3"] == {"q3": ["They never came back."]}
    assert held["q4"] == {"q4": ["yes"]}
    # What is typed in the portal afterwards counts, and nothing is asked again.
    phone.post(f"/contributions/{id}/q/q3", data={"q3": "Better."})
    assert "Which one is right?" not in phone.get(there).text
    # A colleague's answers are not taken over by a sheet without asking either.
    hodan = made.world.client(made.world.person("Hodan", made.lantern, "member"), made.lantern)
    assert "Better." in hodan.get(bring(hodan, id, filled(template(hodan, id), GOOD)).location).text


def test_a_sheet_says_nothing_of_what_it_leaves_empty(made: Stage) -> None:
    phone = made.phone()
    id = made.filled(phone)
    before = kept(made, id)
    bring(phone, id, filled(template(phone, id), {"Q3": "They never came back."}))
    assert kept(made, id) == before


# Files that are not ours, or cannot be read


def refused(made: Stage, content: bytes, name: str = "mine.xlsx") -> str:
    """What is said of a file that changes nothing."""
    phone = made.phone()
    id = made.begun(phone)
    page = bring(phone, id, content, name)
    assert page.status_code == 422
    assert not kept(made, id)
    assert made.now(id).channel == "web"
    assert not made.world.all(Upload)
    return page.text


def edited(content: bytes, change: Any) -> bytes:
    book = load_workbook(io.BytesIO(content))
    change(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_that_is_not_ours_changes_nothing(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    good = filled(template(phone, id), GOOD)

    def head(text: str) -> bytes:
        return edited(good, lambda sheet: sheet.cell(1, 1, text))

    number = made.request.id
    assert "made for other questions" in refused(made, head(f"Code R{number + 5}-V1"))
    assert "have changed since" in refused(made, head(f"Code R{number}-V2"))
    gone = edited(good, lambda sheet: sheet.delete_rows(1))
    assert "The first row of our sheet is not in this file." in refused(made, gone)
    column = edited(good, lambda sheet: sheet.cell(1, 4, "Notes"))
    assert "The column “Your answer” is not in this file." in refused(made, column)
    assert "There is no answer in this sheet yet." in refused(made, template(phone, id))
    worked_out = edited(good, lambda sheet: sheet.cell(6, 4, "=SUM(A1:A2)"))
    assert "Cell D6 holds a formula." in refused(made, worked_out)
    assert "This file is empty." in refused(made, b"", "a.csv")
    assert "ODS" in refused(made, b"PK\x03\x04", "a.ods")
    assert "macros" in refused(made, good, "a.xlsm")
    old = b"\xd0\xcf\x11\xe0"
    assert "old sort (XLS)" in refused(made, old, "a.xls")
    locked = old + "EncryptedPackage".encode("utf-16-le")
    assert "locked with a password" in refused(made, locked)
    assert "Choose the file" in phone.post(f"/contributions/{id}/sheet").text
    assert "something else inside" in refused(made, b"%PDF-1.7", "a.xlsx")


def test_a_bomb_is_turned_away_at_once(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    out = io.BytesIO()
    before = zipfile.ZipFile(io.BytesIO(template(phone, id)))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in before.namelist():
            inside = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                inside = inside.replace(b"<sheetData>", b"<sheetData>" + b" " * 30_000_000)
            archive.writestr(name, inside)
    began = time.process_time()
    assert "too big to open" in refused(made, out.getvalue())
    assert time.process_time() - began < 2
    assert "too big to open" in refused(made, b"x" * 2_000_001, "a.csv")


def test_a_csv_and_a_moved_column_and_hidden_rows_are_read(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    content = filled(template(phone, id), GOOD)

    def changed(sheet: Any) -> None:
        sheet.delete_cols(3)
        sheet.row_dimensions[3].hidden = True
        sheet.insert_rows(3)

    moved = edited(content, changed)
    assert "4 answers are in and fit." in phone.get(bring(phone, id, moved).location).text
    rows = [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0]
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    came = bring(phone, id, text.getvalue().encode("utf-8-sig"), "mine.csv")
    assert "4 answers are in and fit." in phone.get(came.location).text


def test_only_its_owner_sees_what_came_of_a_sheet(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    there = bring(phone, id, filled(template(phone, id), GOOD)).location
    hodan = made.world.client(made.world.person("Hodan", made.lantern, "member"), made.lantern)
    assert hodan.get(f"/contributions/{id}/sheet").status_code == 200
    assert hodan.get(there).status_code == 404
    with made.world.database.writing() as session:
        session.execute(update(Upload).values(purpose="partners"))
    assert phone.get(there).status_code == 404


def test_what_is_sent_is_not_changed_by_a_sheet(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    content = filled(template(phone, id), GOOD)
    there = bring(phone, id, content).location
    phone.post(f"/contributions/{id}/send", data={"quote": "sector"})
    for path in (f"/contributions/{id}/sheet", f"/contributions/{id}/sheet.xlsx", there):
        assert phone.get(path).location.endswith(f"/contributions/{id}")
    assert bring(phone, id, content).location.endswith(f"/contributions/{id}")


def test_a_connector_brings_a_sheet_for_a_group(made: Stage) -> None:
    sheila = made.connector()
    given = {"giver": f"{made.request.id}-{made.lantern.id}", "channel": "paper"}
    there = sheila.post(f"/pilots/{made.pilot.id}/enter", data=given).location
    assert "Answer in a spreadsheet instead" in sheila.get(there).text
    id = int(there.split("/")[2])
    page = sheila.get(bring(sheila, id, filled(template(sheila, id), GOOD)).location).text
    assert "You write this down for Lantern" in page
    assert made.now(id).channel == "paper"
    assert made.now(id).on_behalf
