"""The directory leaves as a file and comes back as it was; other people's files come in; whoever
has people here is asked, and not written over."""

import csv
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from openpyxl import load_workbook
from sqlalchemy import update

from portal.partner_files import read
from tests.portal.test_imports import fields, send, told, yes
from tests.trust.exchange.real_files import DATA, REGISTER, needs_real_files
from tests.world import World
from trust.audit import Event, EventWords
from trust.outbox import Parcel
from trust.partners import Identifier, Kind, Partner
from trust.proposals import Proposal
from trust.records import Refused

HERE = "/partners/take-away"
ORUK = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"


@pytest.fixture
def ada(world: World) -> FlaskClient:
    """The administrator's browser."""
    return world.client(world.person("Ada Bell", None, "administrator"))


def say(world: World, partner: Partner, **given: Any) -> None:
    with world.database.writing() as session:
        session.execute(update(Partner).where(Partner.id == partner.id).values(**given))


def number(world: World, partner: Partner, scheme: str, given: str) -> None:
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.add(Identifier(partner_id=partner.id, scheme=scheme, number=given))


@pytest.fixture
def town(world: World) -> list[Partner]:
    """Some of each sort: with and without a number, in other languages, and what a spreadsheet
    would take for something else."""
    found = [
        world.partner(name)
        for name in ("=Sum(A1)", "Żółty Dom", "জেলা সমিতি", "Joy Club", "'-Dash", "YMCA CAMDEN")
    ]
    found.append(world.partner("Camden", Kind.COUNCIL))
    say(world, found[0], what={"so": "Waxaan karinaa.\n\n=2+2"}, phone="01632 960 001")
    say(world, found[1], website="https://Zolty.example/a?b=c", email="dom@zolty.example")
    say(world, found[2], whom="-5 to 12", languages="@home", help_wanted="A lift")
    say(world, found[3], other_names=["+Joy", "Joy"], access_needs="A ramp", region_id=None)
    number(world, found[3], "GB-CHC", "1000002")
    number(world, found[3], "ORUK", "a" * 32)
    return found


def taken(client: FlaskClient, form: str) -> bytes:
    sent = client.post(HERE, data={"kind": form})
    assert sent.status_code == 200, sent.text
    assert f".{form}" in sent.headers["Content-Disposition"]
    return bytes(sent.data)


def test_the_record_says_what_was_looked_for(
    world: World, ada: FlaskClient, town: list[Partner]
) -> None:
    sent = ada.post(f"{HERE}?words=joy&kind=vcs&after=1", data={"kind": "csv"})
    assert sent.status_code == 200
    event = world.all(Event)[-1]
    assert event.facts == {"form": "csv", "count": 1, "looked": {"kind": "vcs", "after": 1}}
    (kept,) = [one for one in world.all(EventWords) if one.event_id == event.id]
    assert kept.words == {"words": "joy"}


def test_an_address_with_more_in_it_is_the_page(ada: FlaskClient) -> None:
    page = ada.get(f"{HERE}?endpoint=x&words=joy&_anchor=y&kind=vcs")
    assert page.status_code == 200
    assert 'href="/partners?words=joy&amp;kind=vcs"' in page.text


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_what_leaves_comes_back_as_it_was(
    world: World, ada: FlaskClient, town: list[Partner], form: str
) -> None:
    content = taken(ada, form)
    before = [one.__dict__ | {"_sa_instance_state": None} for one in world.all(Partner)]
    sent = send(ada, content, f"back.{form}", region=str(town[0].region_id))
    assert sent.status_code == 303, sent.text
    page = ada.get(sent.location)
    everyone = len(world.all(Partner))
    assert told(page)["All"] == everyone
    if form == "json":  # it says no region: the one without any gets the one that was chosen
        assert told(page) == {"All": everyone, "Changed": 1, "No change": everyone - 1}
        say(world, town[3], region_id=town[0].region_id)
        page = ada.get(sent.location)
    else:
        assert "We do not read these columns:" in page.text and "page, taken_by" in page.text
    assert told(page) == {"All": everyone, "No change": everyone}, page.text
    say(world, town[3], region_id=None)
    assert [one.__dict__ | {"_sa_instance_state": None} for one in world.all(Partner)] == before


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_nobodys_number_leaves_and_whoever_took_it_is_named(
    world: World, town: list[Partner], form: str
) -> None:
    rahima = world.person("Rahima", town[1], "member")
    content = taken(world.client(rahima, town[1]), form)
    text = content.decode("utf-8-sig") if form != "xlsx" else cells(content)
    for secret in ("01632", "dom@zolty.example", "A lift", "A ramp", "rahima@example.org"):
        assert secret not in text
    assert "Rahima, 20" in text
    assert "Żółty Dom" in text
    made = [one for one in world.all(Event) if one.verb == "partners:export"]
    assert [(one.actor_id, one.facts) for one in made] == [
        (rahima.id, {"form": form, "count": len(world.all(Partner))})
    ]


def cells(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    assert book.active is not None
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}, "no cell is worked out"
    return "\n".join(str(cell.value) for row in book.active.iter_rows() for cell in row)


def test_no_cell_of_the_sheet_is_worked_out(ada: FlaskClient, town: list[Partner]) -> None:
    content = taken(ada, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert {"'=Sum(A1)", "''-Dash"} <= {row["name"] for row in rows}
    for row in rows:
        assert not [
            cell for cell in row.values() if cell.lstrip(" ")[:1] in tuple("=+-@\t\r")[:6] and cell
        ]


@needs_real_files
def test_the_json_keeps_to_the_schema(ada: FlaskClient, town: list[Partner]) -> None:
    found = json.loads(taken(ada, "json"))
    schema = json.loads((DATA / "schemas/open-referral-uk-organization.json").read_text())
    check = Draft202012Validator(schema, format_checker=FormatChecker())
    assert len(found["contents"]) == found["total_items"] == len(town)
    for one in found["contents"]:
        assert list(check.iter_errors(one)) == []


def test_the_page_is_linked_and_asks_for_a_form(world: World, town: list[Partner]) -> None:
    group = world.client(world.person("Rahima", town[1], "member"), town[1])
    assert HERE in group.get("/partners").text
    assert f"{HERE}?kind=vcs" in group.get("/partners?kind=vcs").text
    assert "Phone numbers, emails, people" in group.get(HERE).text
    assert group.post(HERE, data={}).status_code == 422
    assert not [one for one in world.all(Event) if one.verb == "partners:export"]


def test_only_those_that_were_looked_for_are_taken(world: World, ada: FlaskClient) -> None:
    for name in ("Soup Club", "Soup Sisters", "Choir"):
        world.partner(name)
    world.partner("Soup Council", Kind.COUNCIL)
    at = f"{HERE}?words=soup&kind=vcs&letter=%00&community=nobody&after=9"
    page = ada.get(at).text
    assert "With the words: soup" in page
    assert "Kind: Voluntary or community group" in page
    assert "Take all of them instead" in page
    sent = ada.post(at, data={"kind": "csv"})
    names = [row["name"] for row in csv.DictReader(io.StringIO(sent.data.decode("utf-8-sig")))]
    assert names == ["Soup Club", "Soup Sisters"]
    assert [one.facts["count"] for one in world.all(Event) if one.verb == "partners:export"] == [2]
    assert "Only those" not in ada.get(HERE).text


def register(**given: str) -> str:
    heads = {"name": "charity_name", "what": "activities", "web": "website"}
    columns = ["registered_charity_number", *(heads[key] for key in given)]
    return f"{','.join(columns)}\n1000002,{','.join(given.values())}\n"


def test_whoever_has_people_is_asked_and_not_written_over(world: World, ada: FlaskClient) -> None:
    joy = world.partner("Joy Club")
    number(world, joy, "GB-CHC", "1000002")
    rahima = world.person("Rahima", joy, "member")
    group = world.client(rahima, joy)
    file = register(name="Joy Society", what="We sing.")
    given = {"region": str(joy.region_id)}
    sent = send(ada, file, **given)
    page = ada.get(sent.location)
    assert told(page) == {"All": 1, "The group is asked": 1}
    assert "Joy Society" in page.text
    assert "The group looks after its own page. We ask it." in page.text
    assert yes(ada, sent.location, page).status_code == 303
    now = world.read(Partner, joy.id)
    assert (now.name, now.what) == ("Joy Club", {})
    (held,) = world.all(Proposal)
    assert held.fields == {"name": "Joy Society", "what": {"en": "We sing."}}
    assert (held.giver_id, held.taker_id) == (None, joy.id)
    assert [one.to_person_id for one in world.all(Parcel) if one.kind == "proposal"] == [rahima.id]
    assert len([one for one in world.all(Event) if one.verb == "partners:import"]) == 1
    again = ada.get(send(ada, file, **given).location)
    assert told(again) == {"All": 1, "No change": 1}
    assert "The group was asked about this before." in again.text
    assert "A register says something else about you" in group.get("/home").text
    assert "From a register" in group.get(f"/partners/{joy.id}").text
    at = f"/proposals/{held.id}"
    assert "It stands so in a file" in group.get(at).text
    assert group.post(at, data={"fields": ["what"]}).status_code == 303
    now = world.read(Partner, joy.id)
    assert (now.name, now.what) == ("Joy Club", {"en": "We sing."})
    assert not [one for one in world.all(Parcel) if one.kind == "proposal-answered"]


def test_an_edited_sheet_asks_whoever_looks_after_its_page(world: World, ada: FlaskClient) -> None:
    joy = world.partner("Joy Club")
    hub = world.partner("Hub", Kind.INFRASTRUCTURE)
    group = world.client(world.person("Rahima", joy, "member"), joy)
    world.person("Sol", hub, "member")
    rows = list(csv.DictReader(io.StringIO(taken(ada, "csv").decode("utf-8-sig"))))
    new = {"where_it_works": "Sale; Stretford", "kind": "other", "region": "Trafford"}
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows({**row, **new} for row in rows)
    sent = send(ada, out.getvalue(), "back.csv", region=str(joy.region_id))
    page = ada.get(sent.location)
    assert told(page) == {"All": 2, "The group is asked": 2}
    assert "The file says another kind. We left that as it is here." in page.text
    assert "The file says another region. We left that as it is here." in page.text
    assert yes(ada, sent.location, page).status_code == 303
    asked, other = sorted(world.all(Proposal), key=lambda one: one.taker_id)
    region = world.region("Trafford").id
    assert asked.fields == {
        "areas": ["Sale", "Stretford"],
        "kind": "other",
        "region_id": region,
    }
    assert other.fields == {"areas": ["Sale", "Stretford"]}
    again = ada.get(send(ada, out.getvalue(), "back.csv", region=str(joy.region_id)).location)
    assert told(again) == {"All": 2, "No change": 2}
    at = f"/proposals/{asked.id}"
    assert "Trafford" in group.get(at).text
    took = group.post(at, data={"fields": ["areas", "kind", "region_id"]})
    assert took.status_code == 303
    now = world.read(Partner, joy.id)
    assert (now.areas, now.kind, now.region_id) == (["Sale", "Stretford"], "other", region)


def test_a_number_that_is_missing_is_added_all_the_same(world: World, ada: FlaskClient) -> None:
    joy = world.partner("Joy Club")
    number(world, joy, "GB-CHC", "1000002")
    world.person("Rahima", joy, "member")
    file = "name,charity number,company number,activities\nJoy Club,1000002,01234567,We sing.\n"
    sent = send(ada, file, region=str(joy.region_id))
    assert yes(ada, sent.location).status_code == 303
    assert [str(one) for one in world.all(Identifier)] == ["GB-CHC-1000002", "GB-COH-01234567"]
    assert world.all(Proposal)[0].fields == {"what": {"en": "We sing."}}


def test_open_referral_comes_in_and_is_known_again(world: World, ada: FlaskClient) -> None:
    one = {"id": ORUK, "name": "Joy Club", "description": "We sing.", "email": "x@joy.example"}
    content = json.dumps({"contents": [one, {"id": "7", "name": "Nobody"}]})
    sent = send(ada, content, "list.json")
    page = ada.get(sent.location)
    assert told(page) == {"All": 2, "New": 1, "Could not be read": 1}
    assert "contents[1].description is missing." in page.text
    assert "contents[1].id is no UUID." in page.text
    assert yes(ada, sent.location, page).status_code == 303
    (made,) = world.all(Partner)
    assert (made.name, made.email, made.what) == ("Joy Club", "", {"en": "We sing."})
    again = ada.get(send(ada, content, "list.json", region=str(made.region_id)).location)
    assert told(again) == {"All": 2, "No change": 1, "Could not be read": 1}
    assert "Open Referral UK number" in ada.get(f"/partners/{made.id}").text


def test_grants_come_in_as_the_groups_that_received_them(world: World, ada: FlaskClient) -> None:
    joy = {"id": "GB-CHC-1000002", "name": "JOY CLUB"}
    grants = [{"amountAwarded": 5000, "recipientOrganization": [joy]} for _ in range(2)]
    grants.append({"recipientIndividual": {"name": "Ann"}, "amountAwarded": 7})
    sent = send(ada, json.dumps({"grants": grants}), "grants.json")
    page = ada.get(sent.location)
    assert told(page) == {"All": 3, "New": 1, "Left out": 2}
    assert "5000" not in page.text
    assert "Ann" not in page.text
    assert yes(ada, sent.location, page).status_code == 303
    assert [one.name for one in world.all(Partner)] == ["Joy Club"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "This file is empty."),
        (b"{", "This is not whole JSON: see line 1, letter 2."),
        (b"\xff\xfe{}", "not text in UTF-8"),
        (b"[" * 100_000, "inside one another"),
        (b'{"x": 1}', "We cannot find organisations or grants"),
        (b'{"grants": []}', "This file has no rows to bring in."),
        (b"[]", "This file has no rows to bring in."),
        (b"1" * 5_000, "inside one another"),
    ],
)
def test_a_bad_file_is_told_in_a_sentence(
    world: World, ada: FlaskClient, content: bytes, said: str
) -> None:
    sent = send(ada, content, "bad.json")
    assert sent.status_code == 422
    assert said in sent.text
    assert world.all(Partner) == []


@pytest.mark.one_database
def test_a_file_with_too_many_records_is_refused() -> None:
    from portal.sheet_limits import Limits

    content = json.dumps([{"id": ORUK, "name": "Joy"}] * 3).encode()
    assert len(read(content, "x.json")[0]) == 3
    with pytest.raises(Refused, match="more than"):
        read(content, "x.json", Limits(rows=2))
    with pytest.raises(Refused, match="too big"):
        read(content, "x.json", Limits(size=20))


@needs_real_files
def test_the_real_register_goes_round(world: World, ada: FlaskClient) -> None:
    sent = send(ada, REGISTER.read_bytes())
    page = ada.get(sent.location)
    assert sum(count for name, count in told(page).items() if name != "All") == 736
    assert yes(ada, sent.location, page).status_code == 303
    everyone = world.all(Partner)
    back = send(ada, taken(ada, "csv"), region=str(everyone[0].region_id))
    assert told(ada.get(back.location)) == {"All": len(everyone), "No change": len(everyone)}
    assert fields(ada.get(sent.location)) is not None
