"""The IG case of a pilot: step 1 from the canvas, the path the IG lead chooses, who is invited."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph
from flask import Flask

from pilots import canvas, progress
from pilots.checks import CHECKS
from pilots.model import Need
from pilots.pilot import Pilot
from portal.documents import docx
from tests.kept import once
from tests.world import World
from trust.governance import case as cases
from trust.governance.case import ROUTES, Case
from trust.governance.steps import steps
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.records import Hidden, Ref, Refused
from trust.seats import accept

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
Town = tuple[World, Partner, Person, Person, Pilot, Case]


@pytest.fixture
@once
def town(world: World) -> Town:
    world.now -= timedelta(hours=1)  # pages ask the real clock if a seat has begun
    camden = world.partner("Camden", Kind.COUNCIL)
    ines = world.person("Ines", camden, "coordinator")
    samir = world.person("Samir", camden, "ig-lead")
    lantern = world.partner("Lantern")
    pilot = world.pilot(camden, ines, (lantern, world.person("Rahima", lantern, "signatory")))
    with world.database.reading() as session:
        case = canvas.case_of(session, pilot.id)
    return world, camden, ines, samir, pilot, case


def test_step_1_is_filled_from_the_canvas(town: Town) -> None:
    world, camden, ines, _, pilot, case = town
    client = world.client(ines, camden)
    whole = client.get(f"/cases/{case.id}").text
    assert all(f"{one.number}. {one.title}" in whole.replace("&#39;", "'") for one in steps().steps)
    first = client.get(f"/cases/{case.id}/steps/1").text
    assert "Families get repairs" in first
    assert "Families waiting" in first
    assert f'href="/pilots/{pilot.id}/canvas"' in first


def test_every_decision_leads_somewhere() -> None:
    (box,) = [one for one in steps().step(2).boxes if one.kind == "choice"]
    assert {option.key for option in box.options} == set(ROUTES)


def test_the_ig_lead_chooses_the_path(town: Town) -> None:
    world, camden, _, samir, _, case = town
    client = world.client(samir, camden)
    page = client.get(f"/cases/{case.id}/boxes/decision")
    assert "A DPIA is not needed: the light path" in page.text
    for given in ({}, {"decision": "light"}, {"decision": "no", "reason": "x"}):
        assert client.post(f"/cases/{case.id}/boxes/decision", data=given).status_code == 422
    assert world.read(Case, case.id).route == "undecided"
    given = {"decision": "light", "reason": "Bands and wards only."}
    assert client.post(f"/cases/{case.id}/boxes/decision", data=given).status_code == 303
    assert world.read(Case, case.id).route == "light"
    overview = client.get(f"/cases/{case.id}").text
    assert "Light path decided" in overview
    assert " of 18 filled in" not in overview
    second = client.get(f"/cases/{case.id}/steps/2").text
    assert "A DPIA is not needed: the light path" in second
    assert "Bands and wards only." in second
    again = client.get(f"/cases/{case.id}/boxes/decision").text
    assert 'value="light" checked' in again


def paragraphs_and_tables(data: bytes) -> list[str]:
    """What stands in a document, from top to bottom; of each table its first cells."""
    found = []
    for part in Document(BytesIO(data)).iter_inner_content():
        cells = [row.cells for row in part.rows] if isinstance(part, Table) else []
        found += [" | ".join(cell.text for cell in row) for row in cells]
        found += [part.text] if isinstance(part, Paragraph) else []
    return [re.sub("[⟦⟧]", "", text) for text in found]


def test_the_document_says_where_each_step_stands(town: Town) -> None:
    world, camden, _, samir, _, case = town
    client = world.client(samir, camden)
    said = paragraphs_and_tables(client.get(f"/cases/{case.id}/case.docx").data)
    states = said[said.index("Step | State") + 1 :][:7]
    assert [one[:2] for one in states] == [f"{n}." for n in range(1, 8)]
    assert [one.split(" | ")[1] for one in states[1:]] == ["Not started", *["Later"] * 5]
    data, after = said.index("Data"), said.index("Without personal data")
    assert "Item | From whom | Why | Kind | Personal?" in said[data:after]
    assert "This is a demo." not in said[0]
    settings = world.app.config["PORTAL"]
    world.app.config["PORTAL"] = replace(settings, demo=True)
    said = paragraphs_and_tables(client.get(f"/cases/{case.id}/case.docx").data)
    assert said[0].startswith("This is a demo.")
    assert "invented" in said[0]


def test_no_character_spoils_the_document(app: Flask) -> None:
    spoilt = "Repairs\ufffe \x0bare\ud800 done"
    sections = [docx.Section(spoilt, [docx.Box(*[spoilt] * 3)], [spoilt], [[spoilt]])]
    with app.test_request_context():
        made = Document(BytesIO(docx.write(spoilt, [(spoilt, spoilt)], sections, "en", NOON)))
    assert made.paragraphs[0].text == "Repairs are done"
    assert made.tables[0].rows[1].cells[0].text == "Repairs are done"


def test_two_who_fill_the_same_box_lose_no_word(town: Town) -> None:
    world, camden, _, samir, _, case = town
    client = world.client(samir, camden)
    there = f"/cases/{case.id}/boxes/outcome"
    (seen,) = re.findall(r'name="version" value="(\d+)"', client.get(there).text)
    first = {"words": "Repairs are done in time.", "version": seen}
    assert client.post(there, data=first).status_code == 303
    late = client.post(there, data={"words": "Repairs last.", "version": seen})
    assert late.status_code == 409
    assert "Repairs are done in time." in late.text
    assert "Repairs last." in late.text
    version = re.findall(r'name="version" value="(\d+)"', late.text)[0]
    again = {"words": "Repairs are done in time, and last.", "version": version}
    assert client.post(there, data=again).status_code == 303
    step = client.get(f"/cases/{case.id}/steps/1").text
    assert "Repairs are done in time, and last." in step


def test_people_are_asked_into_one_case_and_leave_it(town: Town) -> None:
    world, camden, ines, samir, _, case = town
    there = f"/cases/{case.id}/people"
    client = world.client(ines, camden)
    assert "Nobody was asked in yet" in client.get(there).text
    known = world.person("Judith", camden, "member")
    given = {"name": "Judith", "email": known.email, "partner": str(camden.id), "role": "dpo"}
    assert client.post(there, data=given).status_code == 303
    assert "Has not said yes yet" in client.get(there).text
    seat = next(one for one in world.all(Seat) if one.place == Ref.of(case))
    world.do((known, camden), accept, seat)
    reader = world.client(known, camden)
    assert f"/cases/{case.id}" in reader.get("/cases").text
    for email, words in ((ines.email, "a role to yourself"), ("x@example.org", "who acts for it")):
        page = client.post(there, data={**given, "email": email})
        assert page.status_code == 422
        assert words in page.text
    assert client.post(f"{there}/{seat.id}/end").status_code == 303
    assert reader.get("/cases").status_code == 404
    assert world.client(samir, camden).get(there).status_code == 404


def test_nobody_else_chooses_the_path(town: Town) -> None:
    world, camden, ines, _, _, case = town
    client = world.client(ines, camden)
    assert client.get(f"/cases/{case.id}/boxes/decision").status_code == 404
    assert f"/cases/{case.id}/boxes/decision" not in client.get(f"/cases/{case.id}/steps/2").text
    with pytest.raises(Hidden):
        world.do((ines, camden), cases.decide, case, decision="light", reason="Quick")


def test_the_path_opens_the_gate_of_its_stage(town: Town) -> None:
    world, camden, _, samir, pilot, case = town

    def missing() -> list[str]:
        with world.database.reading() as session:
            seen = progress.of(session, pilot, camden.name, world.now)
        need = Need(check="screening_decided", words="")
        return [one.what.text for one in CHECKS["screening_decided"](seen, need)]

    assert missing() == ["The path for data is not chosen yet."]
    world.do((samir, camden), cases.decide, case, decision="dpia", reason="Names are needed.")
    assert missing() == []
    assert world.read(Case, case.id).route == "full"


def test_one_person_is_invited_to_one_case(town: Town) -> None:
    world, camden, ines, _, _, case = town
    rivers = world.partner("Two Rivers", Kind.REGIONAL)
    given: dict[str, Any] = {"role": "invited-reviewer", "partner": rivers, "name": "Tobias"}
    with pytest.raises(Refused, match="says who acts for it"):
        world.do((ines, camden), cases.seat, case, email="tobias@example.org", **given)
    tobias = world.person("Tobias", rivers, "member")
    asks, typed = world.client(ines, camden), {**given, "partner": str(rivers.id)}
    done = asks.post(f"/cases/{case.id}/people", data={**typed, "email": tobias.email})
    assert "The invitation is sent." in asks.get(done.location).text
    assert "The invitation is sent." not in asks.get(f"/cases/{case.id}/people").text
    seat = world.all(Seat)[-1]
    client = world.client(tobias, rivers)
    assert client.get(f"/cases/{case.id}").status_code == 404, "not before saying yes"
    world.do((tobias, rivers), accept, seat)
    assert client.get(f"/cases/{case.id}").status_code == 200
    assert client.get(f"/cases/{case.id}/boxes/outcome").status_code == 404
    assert client.get(f"/cases/{case.id}/case.docx").status_code == 404
