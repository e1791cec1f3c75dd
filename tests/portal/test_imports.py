"""Bringing organisations and areas in from a file: seen first, written once, told row by row."""

import csv
import gzip
import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update
from werkzeug.test import TestResponse

from pilots.pilot import Pilot
from portal import import_jobs, worker
from portal.blueprints import imports
from portal.import_lines import harmless
from tests.portal.workbooks import rows, text, workbook
from tests.trust.exchange.real_files import REGISTER, WARDS, needs_real_files
from tests.world import World
from trust.audit import Event
from trust.files import LASTS, MOST, Upload
from trust.installation import Region
from trust.partners import Kind, Partner
from trust.places import Area

GROUPS = "charity name,charity number,activities\nHOPE TRUST,1000001,Helps\nJOY,1000002,\n"
WARD = "WD24CD,WD24NM,LAD24CD,LAD24NM\n"
LOOKUP = WARD + "E05000819,Altrincham,E08000009,Trafford\nE05000820,Ashton,E08000009,Trafford\n"
BOTH = LOOKUP + "E05011389,Hyde Park,E08000035,Leeds\n"


@pytest.fixture
def ada(world: World) -> FlaskClient:
    """The administrator's browser."""
    return world.client(world.person("Ada Bell", None, "administrator"))


def send(
    client: FlaskClient,
    content: str | bytes = GROUPS,
    name: str = "groups.csv",
    job: str = "partners",
    **given: str,
) -> TestResponse:
    """Choose a file, as a browser does."""
    if job == "partners" and not given:
        given = {"new_region": "Trafford"}
    body = content.encode() if isinstance(content, str) else content
    return client.post(f"/imports/{job}", data={"file": (io.BytesIO(body), name), **given})


def fields(page: TestResponse) -> dict[str, str]:
    """What the form of the list carries."""
    found = re.findall(r'name="(token|seen)" value="([^"]+)"', page.text)
    return {**dict(reversed(found)), "csrf_token": ""}


def yes(client: FlaskClient, address: str, page: TestResponse | None = None) -> TestResponse:
    """Press the button of a list that was seen."""
    return client.post(address, data=fields(page or client.get(address)))


def told(page: TestResponse) -> dict[str, int]:
    """How many rows have which outcome, as the page says."""
    found = re.findall(r">([A-Z][a-z ]+): ([\d,]+)</a>", page.text)
    return {name: int(count.replace(",", "")) for name, count in found}


def count(world: World, noun: type[Any]) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(noun)) or 0


def test_a_file_is_seen_then_brought_in_then_told(world: World, ada: FlaskClient) -> None:
    sent = send(ada)
    assert sent.status_code == 303
    page = ada.get(sent.location)
    assert "Hope Trust" in page.text
    assert "Charity number (England and Wales): " in page.text
    assert told(page) == {"All": 2, "New": 2}
    assert (count(world, Partner), count(world, Region), count(world, Event)) == (0, 0, 0)

    assert yes(ada, sent.location, page).location == sent.location
    page = ada.get(sent.location)
    assert "What came of the file" in page.text
    assert "Bring them in" not in page.text
    assert told(page) == {"All": 2, "New": 2}
    hope, joy = world.all(Partner)
    assert (hope.name, joy.name) == ("Hope Trust", "Joy")
    assert f'href="/partners/{hope.id}"' in page.text
    (region,) = world.all(Region)
    assert (region.key, hope.region_id) == ("trafford", region.id)
    (one,) = world.all(Event)
    assert (one.verb, one.channel, one.facts["counts"]["new"]) == ("partners:import", "web", 2)
    (kept,) = world.all(Upload)
    assert one.facts["file"] == kept.sha256

    member = world.client(world.person("Rahima", world.partner("Lantern"), "member"))
    assert "Hope Trust" in member.get("/partners?words=hope").text


def test_the_report_is_a_file_that_spreadsheets_do_not_run(world: World, ada: FlaskClient) -> None:
    wrong = "-SUM OF PARTS,,\n@HOME,1000003,- tea\n"
    address = send(ada, GROUPS + wrong).location
    assert ada.get(f"{address}/report.csv").status_code == 404
    yes(ada, address)
    report = ada.get(f"{address}/report.csv")
    assert report.headers["Content-Disposition"].startswith("attachment")
    table = list(csv.DictReader(io.StringIO(report.data.decode("utf-8-sig"))))
    assert [(row["Row"], row["What happened"], row["Name"]) for row in table] == [
        ("2", "New", "Hope Trust"),
        ("3", "New", "Joy"),
        ("4", "Could not be read", "'-Sum of Parts"),
        ("5", "New", "'@Home"),
    ]
    assert table[0]["Changes"].splitlines() == [
        "Name: Hope Trust",
        "Charity number (England and Wales): 1000001",
        "What it does: Helps",
        "Region: Trafford",
    ]
    assert table[2]["Why"] == "This row has no number. Add the organisation by hand."
    assert harmless(" =1+1") == "' =1+1"
    assert harmless("a=1") == "a=1"


@needs_real_files
def test_a_real_register_comes_in_once(world: World, ada: FlaskClient) -> None:
    content = REGISTER.read_bytes()
    address = send(ada, content).location
    statements, page = counted(world, ada, address)
    assert statements <= 6
    assert len(gzip.compress(page.data, 6)) < 20_000
    assert told(page) == {"All": 736, "New": 736}
    assert "The Cheshire Wildlife Trust Limited" in search(ada, address, "Cheshire Wildlife")
    assert "CE00571" in search(ada, address, "CE00571")
    yes(ada, address)
    assert count(world, Partner) == 736
    assert told(ada.get(address)) == {"All": 736, "New": 736}
    table = csv.DictReader(io.StringIO(ada.get(f"{address}/report.csv").data.decode("utf-8-sig")))
    assert len(list(table)) == 736

    again = send(ada, content, region=str(world.all(Region)[0].id)).location
    statements_again, page = counted(world, ada, again)
    assert statements_again <= 6
    assert told(page) == {"All": 736, "No change": 736}
    assert "Bring them in" not in page.text
    assert "no row of this file would change anything" in page.text


def search(client: FlaskClient, address: str, words: str) -> str:
    """The page of a list on which these words stand; all of them are gone through."""
    for number in range(1, 16):
        page = client.get(f"{address}?page={number}").text
        if words in page:
            return page
    raise AssertionError(words)


def counted(world: World, client: FlaskClient, address: str) -> tuple[int, TestResponse]:
    """How many statements a page took, and the page."""
    seen: list[str] = []

    def see(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SET")):
            seen.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", see)
    page = client.get(address)
    event.remove(world.database.engine, "before_cursor_execute", see)
    return len(seen), page


@needs_real_files
def test_real_areas_make_a_region_that_a_pilot_can_use(world: World, ada: FlaskClient) -> None:
    address = send(ada, WARDS.read_bytes(), "wards.csv", "areas").location
    page = ada.get(address)
    assert told(page) == {"All": 21, "New": 21}
    assert "Kind: " in page.text
    assert count(world, Region) == 0
    yes(ada, address)
    (region,) = world.all(Region)
    assert (region.key, region.name) == ("trafford", "Trafford")
    again = send(ada, WARDS.read_bytes(), "wards.csv", "areas").location
    assert told(ada.get(again)) == {"All": 21, "No change": 21}

    council = world.partner("Trafford Council", Kind.COUNCIL, "Trafford")
    client = world.client(world.person("Tom", council, "coordinator"), council)
    assert ">Trafford</option>" in client.get("/pilots/new").text
    given = {"name": "Damp", "question": "Why?", "model": "neighbourhood", "region": region.id}
    assert client.post("/pilots/new", data=given).status_code == 303
    assert world.all(Pilot)[0].region_id == region.id
    assert {area.region_id for area in world.all(Area)} == {region.id}


def test_of_several_councils_one_is_chosen(world: World, ada: FlaskClient) -> None:
    address = send(ada, BOTH, "wards.csv", "areas").location
    page = ada.get(address)
    assert "Which council?" in page.text
    assert '<option value="E08000035" translate="no">Leeds</option>' in page.text
    there = f"{address}?council=E08000035"
    page = ada.get(there)
    assert told(page) == {"All": 1, "New": 1}
    assert yes(ada, there, page).location == address
    assert told(ada.get(address)) == {"All": 1, "New": 1}
    assert [region.key for region in world.all(Region)] == ["leeds"]
    assert (
        "Which council?" in ada.get(send(ada, BOTH, "w.csv", "areas").location + "?council=x").text
    )


def test_areas_go_to_the_region_that_was_chosen(world: World, ada: FlaskClient) -> None:
    region = world.region("Greater Sale")
    address = send(ada, LOOKUP, "wards.csv", "areas", region=str(region.id)).location
    assert "Greater Sale" in ada.get(address).text
    yes(ada, address)
    assert {area.region_id for area in world.all(Area)} == {region.id}
    assert [one.key for one in world.all(Region)] == ["greater-sale"]


def test_a_double_tap_brings_in_once(world: World, ada: FlaskClient) -> None:
    address = send(ada).location
    page, window = ada.get(address), ada.get(address)
    assert yes(ada, address, page).status_code == 303
    assert yes(ada, address, page).status_code == 303
    assert yes(ada, address, window).status_code == 303
    assert told(ada.get(address)) == {"All": 2, "New": 2}
    assert (count(world, Partner), count(world, Event)) == (2, 1)


def together(monkeypatch: pytest.MonkeyPatch, parties: int) -> None:
    """Requests wait for each other when they have read their file, then all go on."""
    barrier = Barrier(parties, timeout=30)

    def read(*given: Any) -> Any:
        found = import_jobs.read(*given)
        barrier.wait()
        return found

    monkeypatch.setattr(imports, "read", read)


def test_taps_at_the_same_moment_bring_in_once(
    world: World, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one page, and of others in other windows."""
    address = send(ada).location
    person = world.person("Ada Bell", None)
    seen = [ada.get(address) for _ in range(3)]
    taps = [(world.client(person), address, page) for page in (*seen, seen[0])]
    together(monkeypatch, 4)
    with ThreadPoolExecutor(4) as pool:
        answers = [one.status_code for one in pool.map(lambda tap: yes(*tap), taps)]
    assert answers == [303] * 4
    assert (count(world, Partner), count(world, Event)) == (2, 1)


def test_files_at_the_same_moment_make_no_twins(
    world: World, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.person("Ada Bell", None)
    clients = [world.client(person) for _ in range(3)]
    seen = []
    for client in clients:
        address = send(client).location
        seen.append((client, address, client.get(address)))
    together(monkeypatch, 3)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda one: yes(*one), seen))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422]
    assert (count(world, Partner), count(world, Region), count(world, Event)) == (2, 1, 1)


def test_when_the_world_moved_the_new_list_is_shown(world: World, ada: FlaskClient) -> None:
    first, second = send(ada).location, send(ada, GROUPS + "LAMP,1000004,\n").location
    page = ada.get(second)
    yes(ada, first)
    moved = yes(ada, second, page)
    assert moved.status_code == 422
    assert "<title>Error:" in moved.text
    assert "Something changed after you looked at this list. Nothing was written." in moved.text
    assert "Look at the new list, then say yes again." in moved.text
    assert told(moved) == {"All": 3, "New": 1, "No change": 2}
    assert count(world, Partner) == 2
    assert yes(ada, second, moved).status_code == 303
    assert count(world, Partner) == 3


def test_a_list_that_was_not_seen_is_not_brought_in(world: World, ada: FlaskClient) -> None:
    address = send(ada).location
    for given in ({}, {"seen": ""}, {"seen": "f" * 64}, {"seen": "\x00" * 9}):
        assert ada.post(address, data=given).status_code == 422
    assert count(world, Partner) == 0


def test_what_changes_is_shown_with_what_it_was(world: World, ada: FlaskClient) -> None:
    yes(ada, send(ada).location)
    region = str(world.all(Region)[0].id)
    changed = GROUPS.replace("Helps", "Sings") + "HOPE TRUST,1000001,\n"
    page = ada.get(send(ada, changed, region=region).location)
    assert told(page) == {"All": 3, "Changed": 1, "No change": 1, "Left out": 1}
    assert "What it does: Helps becomes Sings" in re.sub("<[^>]+>", "", page.text)
    assert "Row 2 is the same" in page.text


def test_rows_are_shown_fifty_at_a_time_and_by_what_becomes_of_them(
    world: World, ada: FlaskClient
) -> None:
    many = "".join(f"GROUP {n},{1_100_000 + n},\n" for n in range(120)) + "NOBODY,,\n"
    address = send(ada, GROUPS + many).location
    page = ada.get(address)
    assert page.text.count('class="app-card"') == 50
    assert "?page=3" in page.text
    page = ada.get(f"{address}?show=refused")
    assert page.text.count('class="app-card"') == 1
    assert "Nobody" in page.text or "NOBODY" in page.text
    assert "show=new&amp;page=3" in ada.get(f"{address}?show=new&page=2").text
    for wrong in ("show=x", "page=4", "page=0", "page=-1", "page=²"):
        assert ada.get(f"{address}?{wrong}").status_code == 404
    assert ada.get(f"{address}?show=same").status_code == 200


BROKEN = {
    "wrong encoding": ("a.csv", GROUPS.encode() + b"CAF\xe9,1,\n", "not in UTF-8"),
    "missing column": ("a.csv", b"name,town\nHope,Sale\n", "We cannot find a column for"),
    "formula": ("a.csv", GROUPS.encode() + b'=HYPERLINK("x"),1,\n', "Cell A4 holds a formula."),
    "macros": ("a.xlsm", workbook(), "This spreadsheet holds macros."),
    "empty": ("a.csv", b"", "This file is empty."),
    "only heads": ("a.csv", GROUPS.splitlines()[0].encode(), "has no rows to bring in"),
    "a PDF by another name": ("a.csv", b"%PDF-1.7 ...", "it is something else inside"),
    "a PDF": ("a.pdf", b"%PDF-1.7 ...", "We can read CSV and XLSX files"),
    "old": ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(9), "a spreadsheet of the old sort"),
    "a formula in a workbook": (
        "a.xlsx",
        workbook(rows(text("name", "charity number"), "<c><f>1+1</f><v>2</v></c>")),
        "Cell A2 holds a formula.",
    ),
    "a bomb": (
        "a.xlsx",
        workbook(rows(*["<c><v>" + "0" * 2_000_000 + "</v></c>"] * 60)),
        "This file is too big to open here.",
    ),
    "a sparse bomb": (
        "a.xlsx",
        workbook(rows(text("name"), '<c r="XFD1048576"><v>1</v></c>')),
        "more than 200 columns",
    ),
    "13 MB": ("a.csv", GROUPS.encode() + b"A,1,B\n" * 2_200_000, "This file is too big"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_gets_a_clear_sentence_and_changes_nothing(
    world: World, ada: FlaskClient, what: str
) -> None:
    name, content, said = BROKEN[what]
    refused = send(ada, content, name)
    assert refused.status_code == 422
    assert "<title>Error: Bring organisations in" in refused.text
    assert said in refused.text
    assert 'href="#file"' in refused.text
    assert count(world, Upload) == count(world, Partner) == count(world, Region) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name,code\nAltrincham,E05000819\n", "We cannot find a column for"),
        ("WD24CD,WD24NM\nE05000819,Altrincham\n", "does not say which council"),
        (WARD, "does not say which council"),
        ("LAD24CD,LAD24NM\nE08000009,Trafford\n", "no rows to bring in"),
    ],
)
def test_a_file_without_areas_is_refused(ada: FlaskClient, content: str, said: str) -> None:
    refused = send(ada, content, "a.csv", "areas")
    assert refused.status_code == 422
    assert said in refused.text


def test_signs_that_no_text_holds_are_left_out(world: World, ada: FlaskClient) -> None:
    """JSON can spell half a letter, or none."""
    named = '"name": "Har\\ud800bour\\u0000 Ta\\u0007ble"'
    content = f'[{{"id": "5f0f1c2e-0000-4000-8000-000000000001", {named}, "description": "Tea"}}]'
    sent = send(ada, content, "groups.json")
    assert sent.status_code == 303
    page = ada.get(sent.location)
    assert ada.post(sent.location, data=fields(page)).status_code == 303
    assert "Harbour Table" in [one.name for one in world.all(Partner)]


def test_a_file_far_too_big_is_not_taken_at_all(ada: FlaskClient) -> None:
    refused = send(ada, b"a" * 27 * 1024 * 1024)
    assert refused.status_code == 413
    assert "Nothing was changed." in refused.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"region": ""}, "Choose the region, or name a new one"),
        ({"region": "1", "new_region": "Sale"}, "Not both"),
        ({"region": "99"}, "Choose from the list"),
        ({"new_region": "—"}, "Enter the name of the region."),
        ({"new_region": "x" * 61}, "Use fewer letters"),
    ],
)
def test_the_region_is_one_and_no_more(
    world: World, ada: FlaskClient, given: dict[str, str], said: str
) -> None:
    world.region("Camden")
    refused = send(ada, **given)
    assert refused.status_code == 422
    assert said in refused.text
    refused = ada.post("/imports/partners", data={"new_region": "Sale"})
    assert "Choose a file" in refused.text


def test_a_new_region_that_is_here_by_now_is_that_one(world: World, ada: FlaskClient) -> None:
    address = send(ada, new_region="tráfford ").location
    page = ada.get(address)
    region = world.region("Trafford")
    if yes(ada, address, page).status_code == 422:
        yes(ada, address)
    assert {one.region_id for one in world.all(Partner)} == {region.id}
    assert count(world, Region) == 1


def test_a_file_is_its_owners_alone_and_for_a_day(world: World, ada: FlaskClient) -> None:
    address = send(ada).location
    other = world.client(world.person("Bea", None, "administrator"))
    assert other.get(address).status_code == 404
    assert other.post(address, data={}).status_code == 404
    assert other.get(f"{address}/report.csv").status_code == 404
    assert ada.get(address.replace("partners", "areas")).status_code == 404
    with world.session() as session:
        session.execute(update(Upload).values(expires_at=world.now - timedelta(seconds=1)))
        session.commit()
    gone = ada.get(address)
    assert gone.status_code == 409
    assert "Choose the file again." in gone.text
    assert ada.post(address, data={}).status_code == 409
    worker.duties(world.app)
    assert ada.get(address).status_code == 404
    assert count(world, Upload) == 0


def test_only_the_newest_files_are_kept(world: World, ada: FlaskClient) -> None:
    addresses = [send(ada).location for _ in range(MOST + 2)]
    assert count(world, Upload) == MOST
    assert ada.get(addresses[0]).status_code == 404
    assert ada.get(addresses[-1]).status_code == 200
    assert timedelta(hours=1) < LASTS


def test_the_file_itself_goes_when_it_was_used(world: World, ada: FlaskClient) -> None:
    yes(ada, send(ada, name="mine/groups.csv").location)
    with world.database.reading() as session:
        kept = session.scalars(select(Upload)).one()
        assert (kept.content, kept.name) == (None, "groups.csv")


@pytest.mark.parametrize(
    "address", ["/imports/partners", "/imports/areas", "/installation/regions/new"]
)
def test_only_administrators_bring_in(world: World, address: str) -> None:
    council = world.partner("Camden", Kind.COUNCIL)
    client = world.client(world.person("Cal", council, "coordinator", "member"), council)
    assert client.get(address).status_code == 404
    assert client.post(address, data={}).status_code == 404
    assert world.app.test_client().get(address).location.startswith("/sign-in")


def test_a_region_is_added_and_its_areas_come_next(world: World, ada: FlaskClient) -> None:
    assert ada.get("/installation/regions/new").status_code == 200
    made = ada.post("/installation/regions/new", data={"name": "Tráfford"})
    (region,) = world.all(Region)
    assert made.location == f"/imports/areas?region={region.id}"
    page = ada.get(made.location)
    assert "This region is here now." in page.text
    assert f'<option value="{region.id}" selected' in page.text
    for name, said in (
        ("trafford", "is here already"),
        ("", "Enter the name"),
        ("…", "Enter the name"),
    ):
        refused = ada.post("/installation/regions/new", data={"name": name})
        assert refused.status_code == 422
        assert said in refused.text
    assert count(world, Region) == 1


def test_a_workbook_says_which_sheet_was_read(ada: FlaskClient) -> None:
    book = """<workbook xmlns:r="r"><sheets><sheet name="Groups" sheetId="1" r:id="s1"/>
    <sheet name="Old" sheetId="2" r:id="s1"/></sheets></workbook>"""
    sheet = rows(text("name", "charity number"), text("HOPE", "1000001"))
    page = ada.get(send(ada, workbook(sheet, book=book), "a.xlsx").location)
    assert "We read the first sheet, “Groups”, and not the others." in page.text
