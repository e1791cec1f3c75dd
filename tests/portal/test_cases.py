"""The IG case of a pilot: step 1 from the canvas, the path the IG lead chooses, who is invited."""

from datetime import timedelta
from typing import Any

import pytest

from pilots import canvas, progress
from pilots.checks import CHECKS
from pilots.model import Need
from pilots.pilot import Pilot
from tests.world import World
from trust.governance import case as cases
from trust.governance.case import ROUTES, Case
from trust.governance.steps import steps
from trust.partners import Kind, Partner
from trust.people import Person, Seat, accept
from trust.records import Hidden, Refused

Town = tuple[World, Partner, Person, Person, Pilot, Case]


@pytest.fixture
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
    second = client.get(f"/cases/{case.id}/steps/2").text
    assert "A DPIA is not needed: the light path" in second
    assert "Bands and wards only." in second
    again = client.get(f"/cases/{case.id}/boxes/decision").text
    assert 'value="light" checked' in again


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
    seat: Seat = world.do((ines, camden), cases.seat, case, email=tobias.email, **given)
    client = world.client(tobias, rivers)
    assert client.get(f"/cases/{case.id}").status_code == 404, "not before saying yes"
    world.do((tobias, rivers), accept, seat)
    assert client.get(f"/cases/{case.id}").status_code == 200
    assert client.get(f"/cases/{case.id}/boxes/outcome").status_code == 404
    assert client.get(f"/cases/{case.id}/case.docx").status_code == 404
