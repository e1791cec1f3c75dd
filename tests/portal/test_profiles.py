"""What an organisation is and where it belongs: its own people change it as far as that gives them
no say over others, others propose it, and whoever looks after the portal does the rest."""

from typing import Any

import pytest

from tests.world import World
from trust import profiles, proposals
from trust.audit import Event
from trust.installation import Region
from trust.partners import Kind, Partner
from trust.proposals import Proposal
from trust.records import Hidden, Refused

PAGE = {"name": "Lantern", "whom": "", "languages": "", "reached_by": ""}


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern")


@pytest.fixture
def bedford(world: World) -> Region:
    world.area("Sandy", region="Central Bedfordshire")
    return world.region("Central Bedfordshire")


@pytest.fixture
def group(world: World, lantern: Partner) -> Any:
    return world.client(world.person("Rahima", lantern, "signatory"), lantern)


@pytest.fixture
def ada(world: World) -> Any:
    return world.client(world.person("Ada", None, "administrator"))


def test_a_group_says_itself_what_it_is_and_where_it_belongs(
    world: World, lantern: Partner, group: Any, bedford: Region
) -> None:
    at = f"/partners/{lantern.id}/edit"
    world.area("Kilburn")
    page = group.get(at).text
    assert 'value="other"' in page and 'value="council"' not in page
    assert "Kilburn" in page and "Sandy" not in page
    before = group.get("/safeguarding").text
    sent = group.post(at, data={**PAGE, "kind": "other", "region_id": str(bedford.id)})
    assert sent.status_code == 303, sent.text
    now = world.read(Partner, lantern.id)
    assert (now.kind, now.region_id) == (Kind.OTHER, bedford.id)
    page = group.get(sent.location).text
    assert "Other organisation" in page and "Central Bedfordshire" in page
    # What hangs on the region: places to choose from, numbers to call, the filter.
    page = group.get(at).text
    assert "Sandy" in page and "Kilburn" not in page
    assert group.get("/safeguarding").text != before
    found = group.get(f"/partners?region={bedford.id}&kind=other").text
    assert "Lantern" in found.split('id="found"')[1]
    old = group.get(f"/partners?region={lantern.region_id}").text
    assert "No organisation fits" in old
    none = group.post(at, data={**PAGE, "kind": "other", "region_id": ""})
    assert none.status_code == 303
    assert world.read(Partner, lantern.id).region_id is None


def test_what_is_not_sent_stays(world: World, lantern: Partner, group: Any) -> None:
    assert group.post(f"/partners/{lantern.id}/edit", data=PAGE).status_code == 303
    now = world.read(Partner, lantern.id)
    assert (now.kind, now.region_id) == (lantern.kind, lantern.region_id)


@pytest.mark.parametrize("kind", [Kind.COUNCIL, Kind.INFRASTRUCTURE, Kind.REGIONAL])
def test_nobody_gets_a_say_over_others_by_a_page(
    world: World, lantern: Partner, group: Any, kind: Kind
) -> None:
    wrong = group.post(f"/partners/{lantern.id}/edit", data={**PAGE, "kind": kind.value})
    assert wrong.status_code == 422
    rahima = world.person("Rahima", lantern, "signatory"), lantern
    with pytest.raises(Refused) as refused:
        world.do(rahima, profiles.edit, lantern, kind=kind)
    assert refused.value.field == "kind"
    said = "Nobody becomes a council" if kind == Kind.COUNCIL else "do things for others"
    assert said in refused.value.reason.text
    assert "whoever looks after this portal" in str(refused.value.next_step)
    camden = world.partner("Camden Council", Kind.COUNCIL)
    ines = world.person("Ines", camden, "relationship-lead"), camden
    given = {"other": lantern, "fields": {"kind": kind}, "why": ""}
    with pytest.raises(Refused):
        world.do(ines, proposals.propose, camden, **given)
    assert world.read(Partner, lantern.id).kind == Kind.VCS
    assert world.all(Proposal) == []


@pytest.mark.parametrize("kind", [Kind.COUNCIL, Kind.INFRASTRUCTURE, Kind.REGIONAL])
def test_nor_does_anybody_lose_it_by_a_page(world: World, kind: Kind, bedford: Region) -> None:
    hub = world.partner("Hub", kind)
    sol = world.person("Sol", hub, "signatory")
    page = world.client(sol, hub).get(f"/partners/{hub.id}/edit").text
    assert 'name="kind"' not in page
    assert ('name="region_id"' in page) == (kind != Kind.INFRASTRUCTURE)
    with pytest.raises(Refused):
        world.do((sol, hub), profiles.edit, hub, kind=Kind.VCS)
    if kind == Kind.INFRASTRUCTURE:
        with pytest.raises(Refused) as refused:
            world.do((sol, hub), profiles.edit, hub, region_id=bedford.id)
        assert refused.value.field == "region_id"
    assert world.read(Partner, hub.id).kind == kind


def test_others_propose_it_and_the_group_decides(
    world: World, lantern: Partner, camden: Partner, group: Any, bedford: Region
) -> None:
    lead = world.client(world.person("Ines", camden, "relationship-lead"), camden)
    at = f"/partners/{lantern.id}/propose"
    assert lead.post(at, data={**PAGE, "kind": "council"}).status_code == 422
    sent = lead.post(at, data={**PAGE, "kind": "other", "region_id": str(bedford.id)})
    assert sent.status_code == 303, sent.text
    (held,) = world.all(Proposal)
    assert held.fields == {"kind": "other", "region_id": bedford.id}
    page = group.get(f"/proposals/{held.id}").text
    assert "Central Bedfordshire</ins>" in page and "Camden" in page
    assert "Other organisation</ins>" in page or "Other" in page
    assert world.read(Partner, lantern.id).region_id == lantern.region_id
    taken = group.post(f"/proposals/{held.id}", data={"fields": ["region_id"]})
    assert taken.status_code == 303, taken.text
    now = world.read(Partner, lantern.id)
    assert (now.kind, now.region_id) == (Kind.VCS, bedford.id)


def test_somebody_saved_it_meanwhile(
    world: World, lantern: Partner, group: Any, bedford: Region
) -> None:
    at = f"/partners/{lantern.id}/edit"
    read = {**PAGE, "version": str(lantern.version)}
    first = {**read, "kind": "vcs", "region_id": str(bedford.id)}
    assert group.post(at, data=first).status_code == 303
    late = {**read, "kind": "other", "region_id": str(lantern.region_id)}
    second = group.post(at, data=late)
    assert second.status_code == 409
    assert "Central Bedfordshire" in second.text
    assert world.read(Partner, lantern.id).region_id == bedford.id


def test_a_role_that_would_not_fit_stands_in_the_way(world: World, lantern: Partner) -> None:
    rahima = world.person("Rahima", lantern, "member")
    camden = world.partner("Camden Council", Kind.COUNCIL)
    pilot = world.pilot(camden, world.person("Ines", camden, "coordinator"))
    world.person("Rahima", lantern, "reviewer", at=pilot)
    with pytest.raises(Refused, match="which would not fit then"):
        world.do((rahima, lantern), profiles.edit, lantern, kind=Kind.OTHER)
    assert world.read(Partner, lantern.id).kind == Kind.VCS


def test_whoever_looks_after_the_portal_says_it(
    world: World, lantern: Partner, ada: Any, group: Any
) -> None:
    at = f"/installation/partners/{lantern.id}"
    assert at in ada.get(f"/partners/{lantern.id}").text
    assert at not in group.get(f"/partners/{lantern.id}").text
    assert group.get(at).status_code == 404
    sent = ada.post(at, data={"kind": "infrastructure", "region": str(lantern.region_id)})
    assert sent.status_code == 303, sent.text
    assert world.read(Partner, lantern.id).kind == Kind.INFRASTRUCTURE
    (event,) = [one for one in world.all(Event) if one.verb == "partner:settle"]
    assert event.facts == {
        "kind": "infrastructure",
        "region": lantern.region_id,
        "before": "vcs",
    }
    again = ada.post(at, data={"kind": "infrastructure", "region": str(lantern.region_id)})
    assert again.status_code == 422 and "It is so already." in again.text


def test_a_council_is_settled_before_anybody_acts_for_it(
    world: World, lantern: Partner, ada: Any
) -> None:
    new = world.partner("Harbour Council", Kind.OTHER)
    at = f"/installation/partners/{new.id}"
    assert ada.post(at, data={"kind": "council", "region": ""}).status_code == 303
    assert world.read(Partner, new.id).kind == Kind.COUNCIL
    world.person("Olu", new, "signatory")
    refused = ada.post(at, data={"kind": "vcs", "region": ""})
    assert refused.status_code == 422
    assert "People acted for it as what it is." in refused.text
    assert world.read(Partner, new.id).kind == Kind.COUNCIL


def test_a_supporting_body_stays_one_while_groups_lean_on_it(
    world: World, lantern: Partner
) -> None:
    hub = world.partner("Hub", Kind.INFRASTRUCTURE)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Partner, lantern.id).supporter_id = hub.id
    ada = world.person("Ada", None, "administrator"), None
    for one, kind in ((hub, Kind.OTHER), (lantern, Kind.REGIONAL)):
        with pytest.raises(Refused, match="Let that end first"):
            world.do(ada, profiles.settle, one, kind=kind, region_id=one.region_id)
    rahima = world.person("Rahima", lantern, "signatory"), lantern
    with pytest.raises(Hidden):
        world.do(rahima, profiles.settle, lantern, kind=Kind.OTHER, region_id=None)


def test_an_unknown_region_is_none(world: World, lantern: Partner) -> None:
    rahima = world.person("Rahima", lantern, "member"), lantern
    with pytest.raises(Refused):
        world.do(rahima, profiles.edit, lantern, region_id=99_999)
