"""Complaining: from anybody, to somebody outside the team, the same to both sides."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import update

from portal import mails
from portal.settings import Settings
from tests.world import World
from trust import complaints, signin
from trust.calendar import london_day
from trust.complaints import Complaint
from trust.outbox import Parcel
from trust.partners import Partner
from trust.signin import SignIn

WORDS = "Nobody called us back, and the letter was rude."


@pytest.fixture
def lead(world: World, camden: Partner) -> Any:
    return world.client(world.person("Cora", camden, "complaints-lead"), camden)


@pytest.fixture
def keeper(world: World) -> Any:
    return world.client(world.person("Ada", None, "administrator"))


@pytest.fixture
def stranger(world: World) -> Any:
    return world.app.test_client()


def complained(client: Any, about: Partner | None, **typed: Any) -> str:
    given = {"about": str(about.id) if about else "portal", "words": WORDS, **typed}
    sent = client.post("/complaints/new", data=given)
    assert sent.status_code == 303, sent.text
    return str(sent.location).partition("?")[0]


def told(world: World, kind: str) -> list[Parcel]:
    return [one for one in world.all(Parcel) if one.kind == kind]


def test_anybody_complains_and_comes_back_by_reference_and_code(
    world: World, lead: Any, stranger: Any, camden: Partner
) -> None:
    at = complained(stranger, camden)
    page = stranger.get(f"{at}?done=sent").text
    (held,) = world.all(Complaint)
    # The law's thirty days, counted in London; the last of them is still in time.
    assert held.due_on == london_day(held.created_at) + timedelta(days=30)
    last = datetime.combine(held.due_on, time(12), UTC)
    assert not complaints.is_late(held, last)
    assert complaints.is_late(held, last + timedelta(days=1))
    code = re.search(r">([2-9A-Z]{4}-[2-9A-Z]{4})<", page)
    assert code
    assert held.reference in page
    other = world.app.test_client()
    assert other.get(at).status_code == 404  # its number alone opens nothing
    wrong = other.post("/complaints/find", data={"reference": held.reference, "code": "AAAA-AAAA"})
    assert wrong.status_code == 422
    typed = {"reference": held.reference.lower(), "code": code[1].replace("-", " ").lower()}
    found = other.post("/complaints/find", data=typed)
    assert found.status_code == 303
    assert WORDS in other.get(found.location).text
    assert len(told(world, "complaint")) == 1


def test_whoever_has_the_phone_next_reads_no_complaint(
    world: World, stranger: Any, camden: Partner
) -> None:
    """Not after whoever was signed in has gone, nor long after it was made without."""
    lantern = world.partner("Lantern")
    rahima = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    own, at = complained(rahima, camden), complained(stranger, camden)
    assert WORDS in rahima.get(own).text
    assert WORDS in stranger.get(at).text
    with world.database.writing() as session:
        long_ago = datetime.now(UTC) - signin.OWN_DEVICE.most
        session.execute(update(SignIn).values(started_at=long_ago))
    assert rahima.get(own).status_code == 404
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1, minutes=1)):
        assert stranger.get(at).status_code == 404
        (_, held) = world.all(Complaint)
        key = world.app.config["PORTAL"].key
        typed = {"reference": held.reference, "code": complaints.code(key, held)}
        assert stranger.post("/complaints/find", data=typed).status_code == 303
        assert WORDS in stranger.get(at).text


def test_the_lead_takes_it_and_answers_and_both_see_the_same(
    world: World, lead: Any, stranger: Any, camden: Partner
) -> None:
    at = complained(stranger, camden, email="mo@example.com", name="Mo")
    held = world.all(Complaint)[0]
    assert held.reference in lead.get("/home").text
    assert WORDS in lead.get(at).text
    assert lead.post(at, data={}).status_code == 303
    assert "Cora looks into it" in stranger.get(at).text
    assert lead.post(f"{at}/answer", data={"outcome": "upheld"}).status_code == 422
    said = {"outcome": "upheld", "reason": "We should have called. We are sorry."}
    assert lead.post(f"{at}/answer", data=said).status_code == 303
    for side in (lead, stranger):
        page = side.get(at).text
        assert "You were right" in page
        assert "We are sorry" in page
    assert held.reference not in lead.get("/home").text
    kinds = [one.kind for one in world.all(Parcel) if one.address == "mo@example.com"]
    assert kinds == ["complaint-arrived", "complaint-taken", "complaint-answered"]


def test_a_mail_to_whoever_did_not_sign_in_opens_it(
    world: World, lead: Any, stranger: Any, camden: Partner
) -> None:
    complained(stranger, camden, email="mo@example.com")
    (parcel,) = told(world, "complaint-arrived")
    settings: Settings = world.app.config["PORTAL"]
    with world.database.reading() as session, world.app.test_request_context():
        mail = mails.compose(session, settings, parcel, datetime.now(UTC))
    assert mail is not None
    assert mail.to == "mo@example.com"
    held = world.all(Complaint)[0]
    code = mail.text.split(held.reference)[1].split()[0]
    typed = {"reference": held.reference, "code": code}
    assert stranger.post("/complaints/find", data=typed).status_code == 303
    assert "Camden" not in mail.subject + mail.text


def test_nobodys_mailbox_is_filled_by_complaints_in_their_name(
    world: World, stranger: Any, camden: Partner, noon: None
) -> None:
    given = {"about": str(camden.id), "words": WORDS, "email": "mo@example.com"}
    sent = [stranger.post("/complaints/new", data=given).status_code for _ in range(6)]
    assert sent == [303] * 5 + [422]
    assert len(told(world, "complaint-arrived")) == 5
    # Whoever leaves the address out is heard all the same, and others as before.
    assert stranger.post("/complaints/new", data={**given, "email": ""}).status_code == 303
    assert stranger.post("/complaints/new", data={**given, "email": "x@b.org"}).status_code == 303


def test_nobody_of_a_review_team_answers_it(
    world: World, stranger: Any, keeper: Any, camden: Partner
) -> None:
    """Then it goes to whoever looks after the portal."""
    lantern = world.partner("Lantern")
    member = world.person("Rahima", lantern, "signatory")
    ines = world.person("Ines", camden, "coordinator")
    pilot = world.pilot(camden, ines, (lantern, member))
    both = world.person("Ravi", camden, "complaints-lead")
    world.person("Ravi", camden, "reviewer", at=pilot)
    ravi = world.client(both, camden)
    at = complained(stranger, camden)
    assert ravi.get(at).status_code == 404
    assert ravi.post(at, data={}).status_code == 404
    assert world.all(Complaint)[0].reference not in ravi.get("/home").text
    assert WORDS in keeper.get(at).text
    assert keeper.post(at, data={}).status_code == 303


def test_a_lead_who_joins_a_team_later_does_not_answer(
    world: World, lead: Any, stranger: Any, camden: Partner
) -> None:
    lantern = world.partner("Lantern")
    member = world.person("Rahima", lantern, "signatory")
    ines = world.person("Ines", camden, "coordinator")
    at = complained(stranger, camden)
    assert lead.get(at).status_code == 200
    pilot = world.pilot(camden, ines, (lantern, member))
    world.person("Cora", camden, "reviewer", at=pilot)
    assert lead.get(at).status_code == 404
    assert world.all(Complaint)[0].reference not in lead.get("/home").text


def test_a_group_complains_and_its_colleagues_read_it(
    world: World, lead: Any, camden: Partner
) -> None:
    lantern = world.partner("Lantern")
    rahima = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    joss = world.client(world.person("Joss", lantern, "member"), lantern)
    own = complained(rahima, camden)
    assert joss.get(own).status_code == 404
    ours = complained(rahima, camden, for_partner="yes")
    assert WORDS in joss.get(ours).text
    assert "From Lantern." in lead.get(ours).text
    assert world.all(Complaint)[1].reference in joss.get("/complaints").text
    stranger = world.partner("Wayside")
    joe = world.client(world.person("Joe", stranger, "signatory"), stranger)
    assert joe.get(ours).status_code == 404
    assert rahima.post(ours, data={}).status_code == 404


def test_late_is_shown_to_both(world: World, lead: Any, stranger: Any, camden: Partner) -> None:
    at = complained(stranger, camden)
    with world.database.writing() as session:
        over = datetime.now(UTC).date() - timedelta(days=1)
        session.execute(update(Complaint).values(due_on=over))
    assert "Late" in stranger.get(at).text
    assert "Late" in lead.get("/complaints/waiting").text
    assert lead.post(at, data={}).status_code == 303
    assert "Late" not in stranger.get(at).text


def test_words_are_needed_and_a_wrong_address_is_told(stranger: Any, camden: Partner) -> None:
    given = {"about": str(camden.id), "words": "", "email": "nobody"}
    sent = stranger.post("/complaints/new", data=given)
    assert sent.status_code == 422
    assert "Say what went wrong" in sent.text


def test_nobody_answers_what_their_own_side_says(world: World, keeper: Any) -> None:
    at = complained(keeper, None)
    assert "Answer it" not in keeper.get(at).text
    said = {"outcome": "upheld", "reason": "Yes."}
    assert keeper.post(f"{at}/answer", data=said).status_code in (409, 422)
    assert world.all(Complaint)[0].state == "sent"
