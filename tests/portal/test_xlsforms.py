"""Forms in and out, through the pages: bring one along, look at each row, say yes; take one."""

import io
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from pyxform.xls2xform import convert

from pilots import composing
from pilots.requests import Request
from pilots.xlsforms.keys import RESERVED
from portal import form_sheets
from portal.fields import Form
from tests.portal.stage import Stage, stage
from tests.world import World
from trust.files import Upload

SHARED = Path(os.environ.get("PORTAL_SHARED", Path(__file__).parents[3] / "shared"))
REAL = sorted((SHARED / "data" / "xlsforms").glob("*.xls*"))
QUESTIONS = {
    "tutorial.xls": 10,
    "widgets.xls": 24,
    "cascading_select_test_equivalent.xls": 7,
    "xlsform_spec_test.xlsx": 31,
}
"""How many questions and notes each of the shared forms becomes."""

DAMP = {
    "survey": [
        ["type", "name", "label", "relevant", "constraint", "appearance"],
        ["select_one yn", "damp", "Is there damp?"],
        ["integer", "rooms", "How many rooms?", "${damp} = 'yes'", ". >= 0 and . < 9", "w2"],
        ["geopoint", "where", "Where?"],
        ["note", "thanks", "Thank you."],
    ],
    "choices": [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]],
    "settings": [["form_title"], ["Damp and mould"]],
}


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


def desk(made: Stage) -> FlaskClient:
    return made.world.client(made.lead, made.camden)


def xlsx(sheets: dict[str, list[list[str]]]) -> bytes:
    return form_sheets.write(
        {name: [[*row, *[""] * (9 - len(row))] for row in rows] for name, rows in sheets.items()}
    )


def sent(client: FlaskClient, made: Stage, data: bytes, name: str = "damp.xlsx") -> Any:
    file = (io.BytesIO(data), name)
    return client.post(f"/pilots/{made.pilot.id}/requests/form", data={"file": file})


def seen(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


def yes(client: FlaskClient, there: str) -> Any:
    return client.post(there, data={"seen": seen(client.get(there).text)})


def wrong(made: Stage, data: bytes, name: str = "form.xlsx") -> str:
    """What is said of a file that nothing can be made of."""
    before = len(made.world.all(Request))
    page = sent(desk(made), made, data, name)
    assert page.status_code == 422
    assert (made.world.all(Upload), len(made.world.all(Request))) == ([], before)
    said: str = page.text.split('class="govuk-error-message">')[1].split("</p>")[0]
    return said.split("</span>")[-1].strip()


def test_a_form_is_looked_at_row_by_row_before_it_is_a_request(made: Stage) -> None:
    client = desk(made)
    assert "Begin with a form file" in client.get(f"/pilots/{made.pilot.id}/requests/new").text
    before = len(made.world.all(Request))
    there = sent(client, made, xlsx(DAMP)).location
    page = client.get(there).text
    assert len(made.world.all(Request)) == before, "nothing is written yet"
    assert "All: 10" in page
    for counted in ("Taken: 8", "Changed: 1", "Not taken: 1"):
        assert counted in page
    assert "We do not ask for places on a map." in page
    assert "How it should look (“w2”) is not taken." in page
    assert "Sheet “survey”, row 4" in page
    only = client.get(f"{there}?show=not-taken").text
    assert "Where?" in only
    assert "How many rooms?" not in only
    done = yes(client, there)
    assert done.status_code == 303
    request = max(made.world.all(Request), key=lambda one: one.id)
    page = client.get(done.location.split("#")[0]).text
    assert "Damp and mould" in page
    assert "Asked only if “Is there damp?” is: Yes" in page
    assert "Not written yet. Write it before you open the request." in page
    with made.world.database.reading() as session:
        held = session.get_one(Request, request.id)
        assert (held.state, held.pilot_id) == ("draft", made.pilot.id)
        kept = [(one.key, one.kind, one.show_if, one.limit) for one in held.newest.questions]
    assert kept == [
        ("damp", "one-of", "", ""),
        ("rooms", "whole-number", "${damp} = 'yes'", ". >= 0 and . < 9"),
        ("thanks", "note", "", ""),
    ]
    after = client.get(there).text
    assert "What came of the form" in after
    assert "We do not ask for places on a map." in after
    assert client.post(there, data={"seen": ""}).location.endswith(f"/requests/{request.id}")
    assert len(made.world.all(Request)) == before + 1, "one yes, one request"


def test_what_was_not_looked_at_is_not_made(made: Stage) -> None:
    client = desk(made)
    there = sent(client, made, xlsx(DAMP)).location
    before = len(made.world.all(Request))
    refused = client.post(there, data={"seen": "another"})
    assert refused.status_code == 422
    assert "Something changed after you looked at this list." in refused.text
    assert len(made.world.all(Request)) == before


def test_a_form_is_its_bringers_and_its_pilots_alone(made: Stage, world: World) -> None:
    there = sent(desk(made), made, xlsx(DAMP)).location
    colleague = made.somebody("Olu", "coordinator")
    assert colleague.get(there).status_code == 404
    assert made.phone().get(there).status_code == 404
    assert made.desk().get(f"/pilots/{made.pilot.id}/requests/form").status_code == 404
    other = world.pilot(made.camden, made.lead, name="Warm rooms")
    elsewhere = there.replace(f"/pilots/{made.pilot.id}/", f"/pilots/{other.id}/")
    assert desk(made).get(elsewhere).status_code == 404
    assert desk(made).get(f"{there}?show=x").status_code == 404
    assert desk(made).get(f"{there}?page=9").status_code == 404


def test_a_file_that_is_no_form_is_told_so_in_a_sentence(made: Stage) -> None:
    inside = "This file is called “.xls”, but it is something else inside."
    assert wrong(made, b"<html><table>", "form.xls").startswith(inside)
    assert wrong(made, b"").startswith("This file is empty.")
    assert wrong(made, b"a,b", "form.csv").startswith("We can read forms as XLSX or XLS")
    broken = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600
    assert wrong(made, broken, "form.xls").startswith("This spreadsheet is damaged")
    locked = broken + "EncryptedPackage".encode("utf-16-le")
    for name in ("form.xls", "form.xlsx"):
        assert wrong(made, locked, name).startswith("This spreadsheet is locked with a password.")
    assert wrong(made, b"x" * 2_100_000).startswith("This file is too big")
    formula = openpyxl.Workbook()
    formula.active.title = "survey"
    formula.active.append(["type", "name", "label"])
    formula.active.append(["date", "d", "=1+1"])
    out = io.BytesIO()
    formula.save(out)
    assert wrong(made, out.getvalue()).startswith("Cell C2 holds a formula.")


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"one": [["type"]]}, "There is no sheet called “survey”"),
        ({"survey": [["type", "name", "label"]]}, "There is no question in this form"),
        (
            {"survey": [["type", "name", "label"], ["date", "d", "A"], ["date", "d", "B"]]},
            "Rows 2 and 3 of “survey” are both called “d”.",
        ),
        ({"survey": [["type", "name"], *[["date", "d"]] * 10_000]}, "This file has more than"),
        ({f"sheet {n}": [["type"]] for n in range(20)}, "This file has more than 12 sheets."),
    ],
)
def test_what_no_request_can_be_made_of(made: Stage, sheets: Any, said: str) -> None:
    assert wrong(made, xlsx(sheets)).startswith(said)


@pytest.mark.skipif(not REAL, reason=f"needs the {len(QUESTIONS)} shared forms (PORTAL_SHARED)")
@pytest.mark.parametrize("path", REAL, ids=lambda one: one.name)
def test_a_real_form_comes_in_with_each_row_told_once(made: Stage, path: Path) -> None:
    client = desk(made)
    data = path.read_bytes()
    rows = [(name, n) for name, some in form_sheets.read(data, path.name).items() for n, _ in some]
    there = sent(client, made, data, path.name).location
    pages = [client.get(f"{there}?page={n}").text for n in range(1, -(-len(rows) // 50) + 1)]
    for name, number in rows:
        told = [page.count(f"Sheet “{name}”, row {number}</span>") for page in pages]
        assert sum(told) == 1, (name, number)
    done = yes(client, there).location.split("#")[0]
    page = client.get(done)
    assert page.status_code == 200
    assert client.get(f"{done}/preview").status_code == 200
    with made.world.database.reading() as session:
        request = session.get_one(Request, int(done.rsplit("/", 1)[1]))
        assert len(request.newest.questions) == QUESTIONS[path.name]


def test_a_hundred_questions_still_make_a_page(made: Stage) -> None:
    rows = [["date", f"d{n}", f"Day {n}?"] for n in range(120)]
    client = desk(made)
    there = sent(client, made, xlsx({"survey": [["type", "name", "label"], *rows]})).location
    assert "We take 100 questions and notes at most." in client.get(f"{there}?page=3").text
    done = yes(client, there).location.split("#")[0]
    for path in (done, f"{done}/preview"):
        assert "Day 99?" in client.get(path).text
    more = client.get(done).text
    assert "Twenty questions are the most." in more


def test_a_request_goes_out_and_comes_back_the_same(made: Stage) -> None:
    client = desk(made)
    out = client.get(f"/requests/{made.request.id}/form.xlsx")
    assert out.headers["Content-Disposition"].startswith("attachment")
    there = sent(client, made, out.data, "form.xlsx").location
    page = client.get(there).text
    assert "Changed:" not in page
    assert "Not taken:" not in page
    done = yes(client, there).location.split("#")[0]
    with made.world.database.reading() as session:
        before = session.get_one(Request, made.request.id)
        after = session.get_one(Request, int(done.rsplit("/", 1)[1]))
        for one, other in zip(before.newest.questions, after.newest.questions, strict=True):
            for name in composing.COPIED:
                assert getattr(one, name) == getattr(other, name), name
        assert (before.title, before.why) == (after.title, after.why)
        assert (before.minutes, before.payment) == (after.minutes, after.payment)


def test_other_tools_make_a_form_of_what_goes_out(made: Stage) -> None:
    out = desk(made).get(f"/requests/{made.request.id}/form.xlsx").data
    assert "<h:html" in convert(io.BytesIO(out), validate=False, file_type=".xlsx").xform


def test_what_begins_like_a_formula_goes_out_as_text() -> None:
    data = form_sheets.write({"survey": [["type"], ["=1+1"]]})
    cell = openpyxl.load_workbook(io.BytesIO(data))["survey"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_only_those_who_write_a_request_take_its_form(made: Stage) -> None:
    path = f"/requests/{made.request.id}/form.xlsx"
    assert made.phone().get(path).status_code == 404
    assert made.desk().get(path).status_code == 404


def test_no_name_of_a_question_is_one_of_the_forms_own() -> None:
    own = {name for name in dir(Form) if not name.startswith("_")}
    assert own <= RESERVED
