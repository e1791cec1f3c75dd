"""Trust agreements: proposed, changed, signed by both, turned down, ended (journey, step 3)."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from portal.mail_words import SAID
from tests.world import NOW, World
from trust import agreements, ending, negotiation, scope
from trust.agreements import Agreement, Signature
from trust.audit import Event
from trust.changes import Change
from trust.outbox import Parcel
from trust.partners import Partner
from trust.people import Person, Seat
from trust.records import Ref, Refused
from trust.sightings import Sighting

NEXT_YEAR = NOW.date() + timedelta(days=365)
PROPOSAL = {
    "purpose": "Why do families give up on damp repairs?",
    "review_on-day": NEXT_YEAR.day,
    "review_on-month": NEXT_YEAR.month,
    "review_on-year": NEXT_YEAR.year,
    "own_name": "Ines Ford",
    "own_phone": "020 7946 0100",
    "own_deputy": "Ravi Shah",
    "own_deputy_phone": "020 7946 0101",
    "other_name": "Rahima Begum",
    "other_phone": "020 7946 0018",
    "other_deputy": "Grace Oke",
    "other_deputy_phone": "020 7946 0019",
}
SIGNED = {"name": "Rahima Begum", "role": "Chair", "may": "yes"}


@pytest.fixture
def ines(world: World, camden: Partner) -> Person:
    return world.person("Ines", camden, "relationship-lead", "signatory")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "signatory")


@pytest.fixture
def lead(world: World, ines: Person, camden: Partner) -> Any:
    return world.client(ines, camden)


@pytest.fixture
def group(world: World, rahima: Person, lantern: Partner) -> Any:
    return world.client(rahima, lantern)


@pytest.fixture
def at(world: World, ines: Person, camden: Partner, lantern: Partner) -> str:
    """The address of an agreement that the council has proposed."""
    contacts = {
        "giver_contact": "Rahima Begum, 020 7946 0018",
        "giver_deputy": "Grace Oke, 020 7946 0019",
        "taker_contact": "Ines Ford, 020 7946 0100",
        "taker_deputy": "Ravi Shah, 020 7946 0101",
    }
    made = world.do(
        (ines, camden),
        agreements.propose,
        camden,
        other=lantern,
        purpose=PROPOSAL["purpose"],
        review_on=NEXT_YEAR,
        contacts=contacts,
    )
    return f"/agreements/{made.id}"


def held(world: World) -> Agreement:
    [one] = world.all(Agreement)
    return world.read(Agreement, one.id)


def changes(world: World) -> list[Change]:
    return sorted(world.all(Change), key=lambda one: one.id)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def sign(client: Any, at: str, **changes: str) -> Any:
    data = {**SIGNED, "read": hidden(client.get(f"{at}/sign").text, "read"), **changes}
    return client.post(f"{at}/sign", data=data)


# Proposing


def test_nothing_yet(group: Any) -> None:
    assert "You have no agreement yet" in group.get("/agreements").text


def test_a_lead_proposes_and_both_read_the_same_text(
    world: World, lead: Any, group: Any, camden: Partner, lantern: Partner
) -> None:
    form = lead.get(f"/agreements/new?with={lantern.id}").text
    assert f'value="{NEXT_YEAR.year}"' in form
    sent = lead.post(f"/agreements/new?with={lantern.id}", data=PROPOSAL)
    assert sent.status_code == 303
    one = held(world)
    assert (one.giver_id, one.taker_id) == (lantern.id, camden.id)
    assert one.contacts["giver_contact"] == "Rahima Begum, 020 7946 0018"
    assert one.contacts["taker_deputy"] == "Ravi Shah, 020 7946 0101"
    for client, other, contact in (
        (lead, lantern, "Rahima Begum"),
        (group, camden, "Ines Ford"),
    ):
        page = client.get(sent.location).text
        assert f"Trust agreement with {other.name}" in page
        assert "Ready to read and sign" in page
        assert "1.1 What we want to find out" in page
        assert str(PROPOSAL["purpose"]) in page
        assert one.text_sha256 in page
        assert f"Call {contact}:" in page
        listed = client.get("/agreements").text
        assert other.name in listed
        assert sent.location in client.get("/home").text


def test_the_partner_may_propose_as_well(
    world: World, group: Any, camden: Partner, lantern: Partner
) -> None:
    data = {**PROPOSAL, "own_name": "Rahima Begum", "other_name": "Ines Ford"}
    assert group.post(f"/agreements/new?with={camden.id}", data=data).status_code == 303
    one = held(world)
    assert (one.giver_id, one.taker_id, one.proposed_by_id) == (lantern.id, camden.id, lantern.id)
    assert one.contacts["giver_contact"].startswith("Rahima Begum")
    assert one.contacts["taker_contact"].startswith("Ines Ford")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"purpose": " "}, "Say what you want to find out together"),
        ({"purpose": "a" * 501}, "Use fewer letters"),
        ({"review_on-year": "2020"}, "Choose a day that is still to come."),
        ({"review_on-day": ""}, "The date needs a day"),
        ({"own_name": ""}, "Name the person to call at your side"),
        ({"other_deputy_phone": "none"}, "Enter a phone number"),
    ],
)
def test_what_cannot_be_proposed(
    world: World, lead: Any, lantern: Partner, changes: dict[str, str], said: str
) -> None:
    answer = lead.post(f"/agreements/new?with={lantern.id}", data={**PROPOSAL, **changes})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Grace Oke" in answer.text
    assert world.all(Agreement) == []


def test_it_is_for_the_project_that_is_chosen(
    world: World, lead: Any, group: Any, ines: Person, camden: Partner, lantern: Partner
) -> None:
    world.person("Ines", camden, "coordinator")
    damp = world.pilot(camden, ines)
    warm = world.pilot(camden, ines, name="Warm rooms")
    new = f"/agreements/new?with={lantern.id}"
    page = lead.get(new).text
    assert "Damp repairs" in page
    assert "Warm rooms" in page
    assert "Each project that they say yes to" in page
    refused = lead.post(new, data=PROPOSAL)
    assert refused.status_code == 422
    assert "Choose which project it is for" in refused.text
    assert lead.post(new, data={**PROPOSAL, "work": "99"}).status_code == 422
    started = lead.get(f"{new}&pilot={warm.id}").text
    assert re.search(rf'value="{warm.id}"[^>]*checked', started)
    assert lead.post(new, data={**PROPOSAL, "work": warm.id}).status_code == 303
    one = held(world)
    assert (one.work, one.project) == (Ref.of(warm), "Warm rooms")
    text = "This is for one project: Warm rooms. Any other project needs an agreement of its own."
    assert text in one.text
    for client in (lead, group):
        assert "Warm rooms" in client.get(f"/agreements/{one.id}").text
    again = lead.post(new, data={**PROPOSAL, "work": warm.id})
    assert "There is an agreement between you already." in again.text
    assert lead.post(new, data={**PROPOSAL, "work": damp.id}).status_code == 303


def test_one_for_each_project_stands_beside_one_for_this(
    world: World, lead: Any, ines: Person, camden: Partner, lantern: Partner
) -> None:
    world.person("Ines", camden, "coordinator")
    damp = world.pilot(camden, ines)
    new = f"/agreements/new?with={lantern.id}"
    assert lead.post(new, data={**PROPOSAL, "work": "each"}).status_code == 303
    assert held(world).work is None
    assert "This is for each project of Camden that Lantern" in held(world).text
    again = lead.post(new, data={**PROPOSAL, "work": "each"})
    assert "There is an agreement between you already." in again.text
    assert "Propose a trust agreement" in lead.get(f"/partners/{lantern.id}").text
    assert lead.post(new, data={**PROPOSAL, "work": damp.id}).status_code == 303
    assert "Propose a trust agreement" not in lead.get(f"/partners/{lantern.id}").text


def test_a_project_says_which_agreement_holds_there(
    world: World, lead: Any, ines: Person, rahima: Person, camden: Partner, lantern: Partner
) -> None:
    world.now -= timedelta(hours=1)  # each verb takes a second of the world's own clock
    world.person("Ines", camden, "coordinator")
    damp = world.pilot(camden, ines, (lantern, world.person("Rahima", lantern, "member")))
    own = world.agreed(lantern, camden, rahima, ines, pilot=damp)
    each = world.agreed(lantern, camden, rahima, ines)
    cohort = f"/pilots/{damp.id}/cohort"
    assert f"/agreements/{own.id}" in lead.get(cohort).text
    world.do((rahima, lantern), ending.end, own, reason="We stop.")
    page = lead.get(cohort).text
    assert "No trust agreement is in force. The last one: “Ended”." in page
    assert f"/agreements/{each.id}" not in page
    assert f"pilot={damp.id}" in page


def test_a_group_chooses_among_the_projects_it_knows(
    world: World, group: Any, ines: Person, rahima: Person, camden: Partner, lantern: Partner
) -> None:
    world.person("Ines", camden, "coordinator")
    mine = world.pilot(camden, ines, (lantern, world.person("Rahima", lantern, "member")))
    other = world.pilot(camden, ines, name="Warm rooms")
    new = f"/agreements/new?with={camden.id}"
    page = group.get(new).text
    assert mine.name in page
    assert "Warm rooms" not in page
    assert group.get(f"{new}&pilot={other.id}").status_code == 404
    assert group.post(new, data={**PROPOSAL, "work": other.id}).status_code == 422
    assert group.post(new, data={**PROPOSAL, "work": mine.id}).status_code == 303


def test_a_second_person_is_optional_for_a_group(world: World, lead: Any, lantern: Partner) -> None:
    nobody = {"other_deputy": "", "other_deputy_phone": ""}
    new = f"/agreements/new?with={lantern.id}"
    # The council names two people, when it proposes.
    ours = {"own_deputy": "", "own_deputy_phone": ""}
    refused = lead.post(new, data={**PROPOSAL, **ours})
    assert refused.status_code == 422
    assert "Name the second person at your side" in refused.text
    assert lead.post(new, data={**PROPOSAL, **nobody}).status_code == 303
    assert "Call Rahima Begum, 020 7946 0018. There is no second person yet." in held(world).text


def test_whom_to_call_there_is_for_the_other_side_to_say(
    world: World, lead: Any, group: Any, lantern: Partner
) -> None:
    """Who proposes need not know it. Until they have said it, they are called as themselves."""
    new = f"/agreements/new?with={lantern.id}"
    theirs = ("other_name", "other_phone", "other_deputy", "other_deputy_phone")
    assert lead.post(new, data={**PROPOSAL, **dict.fromkeys(theirs, "")}).status_code == 303
    assert held(world).contacts["giver_contact"] == lantern.name
    said = {"own_name": "Rahima Begum", "own_phone": "020 7946 0018"}
    there = f"/agreements/{held(world).id}/contacts"
    version = re.search(r'name="version" value="(\d+)"', group.get(there).text)
    assert version
    assert group.post(there, data={**said, "version": version[1]}).status_code == 303
    assert held(world).contacts["giver_contact"] == "Rahima Begum, 020 7946 0018"


def test_the_same_person_twice_is_one_person(world: World, lead: Any, lantern: Partner) -> None:
    twice = {"other_deputy": "Rahima Begum", "other_deputy_phone": PROPOSAL["other_phone"]}
    lead.post(f"/agreements/new?with={lantern.id}", data={**PROPOSAL, **twice})
    assert held(world).contacts["giver_deputy"] == ""
    assert "There is no second person yet." in held(world).text


def test_one_at_a_time(world: World, lead: Any, at: str, lantern: Partner) -> None:
    answer = lead.post(f"/agreements/new?with={lantern.id}", data=PROPOSAL)
    assert answer.status_code == 422
    assert "There is an agreement between you already." in answer.text
    assert len(world.all(Agreement)) == 1


@pytest.mark.parametrize("asked", ["", "?with=x", "?with=99999"])
def test_with_whom(lead: Any, camden: Partner, asked: str) -> None:
    assert lead.get(f"/agreements/new{asked}").status_code == 404
    assert lead.get(f"/agreements/new?with={camden.id}").status_code == 404


def test_a_role_in_one_pilot_does_not_propose_for_the_council(
    world: World, camden: Partner, lantern: Partner
) -> None:
    made = world.pilot(camden, world.person("Zoe", camden, "coordinator"))
    world.person("Pia", camden, "dpo")
    here = world.client(world.person("Pia", camden, "coordinator", at=made), camden)
    assert here.get(f"/agreements/new?with={lantern.id}").status_code == 404
    answer = here.post(f"/agreements/new?with={lantern.id}", data=PROPOSAL)
    assert answer.status_code == 404
    assert "Propose a trust agreement" not in here.get(f"/partners/{lantern.id}").text


# Reading


def test_nobody_else_reads_it(world: World, at: str) -> None:
    redbrick = world.partner("Redbrick Tenants’ Voice")
    for person, own in (
        (world.person("Ola", redbrick, "signatory"), redbrick),
        (world.person("Ada", None, "administrator"), None),
    ):
        client = world.client(person, own)
        for what in ("", "/text", "/change", "/change?clause=quote", "/sign", "/decline", "/end"):
            assert client.get(f"{at}{what}").status_code == 404
        for what in ("/change?clause=quote", "/answer", "/sign", "/decline", "/end"):
            assert client.post(f"{at}{what}", data={**SIGNED, "reason": "x"}).status_code == 404
    assert held(world).state == "proposed"


def test_a_member_reads_and_asks_but_does_not_sign(world: World, at: str, lantern: Partner) -> None:
    client = world.client(world.person("Hodan", lantern, "member"), lantern)
    page = client.get(at).text
    assert "Sign it" not in page
    assert "Say no" not in page
    assert f"{at}/change#part-permitted" in page
    assert 'id="part-permitted"' in client.get(f"{at}/change").text
    assert client.get(f"{at}/sign").status_code == 404
    assert client.post(f"{at}/sign", data=SIGNED).status_code == 404


def test_the_exact_text_as_a_file_has_the_fingerprint_on_the_page(
    world: World, group: Any, at: str
) -> None:
    with group.plain():
        file = group.get(f"{at}/text")
    assert file.mimetype == "text/plain"
    assert "attachment" in file.headers["Content-Disposition"]
    digest = hashlib.sha256(file.data).hexdigest()
    assert digest == held(world).text_sha256
    assert digest in group.get(at).text


@pytest.mark.parametrize("language", ["so", "bn", "pl", "ar"])
def test_in_another_language_the_english_stands_beside_it(
    group: Any, at: str, language: str
) -> None:
    group.set_cookie("language", language)
    page = group.get(at).text
    assert '<div lang="en" dir="ltr">' in page
    assert "Neither side is in charge of the other." in page
    assert group.get(f"{at}/sign").status_code == 200
    assert group.get(f"{at}/change?clause=credit").status_code == 200


def test_who_opened_it_is_noted(world: World, lead: Any, group: Any, at: str) -> None:
    lead.get(at)
    assert world.all(Sighting) == []
    group.get(at)
    assert len(world.all(Sighting)) == 1


# Asking for a change


def test_a_change_is_asked_for_made_and_signed_by_both(
    world: World, lead: Any, group: Any, at: str, lantern: Partner, camden: Partner
) -> None:
    before = held(world).text_sha256
    assert "Which part should change?" in group.get(f"{at}/change").text
    clause = f"{at}/change?clause=not-for-enforcement"
    page = group.get(clause).text
    assert "No tenancy action" in page
    assert "It cannot be left out." in page
    data = {
        "options": ["no-tenancy-action"],
        "why": "Families fear it.",
        "version": hidden(page, "version"),
    }
    assert group.post(clause, data=data).status_code == 303
    for client in (group, lead):
        shown = client.get(at).text
        assert "A change was asked for" in shown
        assert "Families fear it." in shown
        assert "Put in:" in shown
        assert "It is never used to check who lives in a home" in shown
        assert "Sign it" not in shown
    assert "You asked for a change." in group.get(at).text
    assert group.get(f"{at}/answer").location == at
    assert at in lead.get("/home").text
    assert lead.post(f"{at}/answer", data={"answer": "make"}).status_code == 303
    one = held(world)
    assert one.state == "proposed"
    assert one.text_sha256 != before
    assert "It is never used to check who lives in a home" in one.text
    made = "Camden made the change you asked for:"
    assert re.search(rf"{made} [0-9.]+ Not to act against people", group.get(at).text)
    assert "the change you asked for" not in lead.get(at).text
    assert sign(group, at).status_code == 303
    assert made not in group.get(at).text
    assert "Your side has signed." in group.get(at).text
    assert "Now your side reads and signs." in lead.get(at).text
    assert sign(lead, at, name="Ines Ford", role="Relationship lead").status_code == 303
    for client in (group, lead):
        page = client.get(at).text
        assert "In force" in page
        assert "Rahima Begum" in page
        assert "Chair" in page
        assert "Ines Ford" in page
        for step in ("Proposed", "The change was made", "Signed by both sides. It is in force"):
            assert step in page
        assert "Sign it" not in page
    with world.database.reading() as session:
        asked = {"on": datetime.now(UTC) + timedelta(hours=1), "work": None}
        verdict = scope.allows(session, scope.ASK, lantern.id, camden.id, "count", **asked)
    assert isinstance(verdict, scope.Allowed)


def test_own_words_and_leaving_out(world: World, group: Any, lead: Any, at: str) -> None:
    clause = f"{at}/change?clause=quote"
    assert "Leave this clause out" in group.get(clause).text
    asked = {"note": "Never on a Friday.", "why": "It is our day of rest."}
    assert group.post(clause, data=asked).status_code == 303
    assert "In our own words: Never on a Friday." in lead.get(at).text
    lead.post(f"{at}/answer", data={"answer": "make"})
    assert "In our own words: Never on a Friday." in held(world).text
    assert "Never on a Friday." in group.get(clause).text
    assert group.post(clause, data={"leave_out": "yes", "why": "Too much"}).status_code == 303
    shown = lead.get(f"{at}/answer").text
    assert "Taken out:" in shown
    assert "Put in:" not in shown
    lead.post(f"{at}/answer", data={"answer": "make"})
    assert "Quoting words" not in held(world).text


def leave_out_quotes(group: Any, lead: Any, at: str) -> None:
    group.post(f"{at}/change?clause=quote", data={"leave_out": "yes", "why": "Too much"})
    assert lead.post(f"{at}/answer", data={"answer": "make"}).status_code == 303


@pytest.mark.parametrize("council_asks", [True, False])
def test_a_clause_that_was_left_out_comes_back(
    world: World, group: Any, lead: Any, at: str, council_asks: bool
) -> None:
    before = held(world).text
    leave_out_quotes(group, lead, at)
    assert sign(group, at).status_code == 303
    one, other = (lead, group) if council_asks else (group, lead)
    choose = one.get(f"{at}/change").text
    assert "Clauses that were left out" in choose
    assert f"{at}/change?clause=quote" in choose
    page = one.get(f"{at}/change?clause=quote").text
    assert "This clause was left out." in page
    assert "Leave this clause out" not in page
    asked = {"why": "We like to be heard.", "version": hidden(page, "version")}
    assert one.post(f"{at}/change?clause=quote", data=asked).status_code == 303
    assert "Put in:" in other.get(at).text
    assert other.post(f"{at}/answer", data={"answer": "make"}).status_code == 303
    back = held(world)
    assert (back.text, back.state) == (before, "proposed")
    assert "Clauses that were left out" not in one.get(f"{at}/change").text
    assert sign(group, at).status_code == 303
    assert sign(lead, at).status_code == 303


def test_what_comes_back_can_say_less(world: World, group: Any, lead: Any, at: str) -> None:
    leave_out_quotes(group, lead, at)
    asked = {"note": "Never on a Friday.", "why": "We like to be heard."}
    assert group.post(f"{at}/change?clause=quote", data=asked).status_code == 303
    page = lead.get(f"{at}/answer").text
    assert "Leave this clause out instead" not in page
    assert lead.post(f"{at}/answer", data={"answer": "leave-out"}).status_code == 422
    assert lead.post(f"{at}/answer", data={"answer": "make"}).status_code == 303
    assert "In our own words: Never on a Friday." in held(world).text


def test_a_clause_may_stay_left_out(
    world: World, group: Any, lead: Any, at: str, rahima: Person, lantern: Partner
) -> None:
    leave_out_quotes(group, lead, at)
    lead.post(f"{at}/change?clause=quote", data={"why": "It helps us."})
    group.post(f"{at}/answer", data={"answer": "keep", "reason": "Not yet."})
    assert "Quoting words" not in held(world).text
    out = {"clause": "quote", "leave_out": True, "why": "It is out already."}
    with pytest.raises(Refused, match="no such clause"):
        world.do((rahima, lantern), negotiation.ask_change, held(world), **out)


def test_one_of_several_must_be_chosen(world: World, group: Any, at: str) -> None:
    clause = f"{at}/change?clause=credit"
    page = group.get(clause).text
    assert page.count('type="radio"') == 3
    assert re.search(r'value="no-name"[^>]*checked', page)
    assert group.post(clause, data={"why": "So"}).status_code == 422
    assert group.post(clause, data={"options": "x", "why": "So"}).status_code == 422
    assert group.post(clause, data={"options": "by-name", "why": "We are proud"}).status_code == 303


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"why": "Because"}, "Choose what should change, or write your words."),
        ({"note": "New words"}, "Say why you ask"),
        ({"note": "a" * 601, "why": "Because"}, "Use fewer letters"),
    ],
)
def test_a_change_that_is_none(
    world: World, group: Any, at: str, data: dict[str, str], said: str
) -> None:
    answer = group.post(f"{at}/change?clause=quote", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert held(world).state == "proposed"


def test_no_clause_of_that_name(group: Any, at: str) -> None:
    assert group.get(f"{at}/change?clause=gold").status_code == 404
    assert group.post(f"{at}/change?clause=gold", data={"why": "x"}).status_code == 404


def test_the_words_are_kept_with_a_reason(world: World, group: Any, lead: Any, at: str) -> None:
    group.post(f"{at}/change?clause=quote", data={"leave_out": "yes", "why": "Too much"})
    answer = lead.post(f"{at}/answer", data={"answer": "keep", "reason": ""})
    assert answer.status_code == 422
    assert "Say why, in your own words." in answer.text
    assert held(world).state == "changes-asked"
    given = {"answer": "keep", "reason": "Each quote is asked for anyway."}
    assert lead.post(f"{at}/answer", data=given).status_code == 303
    for client in (group, lead):
        page = client.get(at).text
        assert "The words were kept" in page
        assert "Each quote is asked for anyway." in page
        assert "Too much" in page
    kept = group.get(at).text.split('id="answered"')[1].split("<h1")[0]
    assert "Camden kept the words: " in kept
    assert "Each quote is asked for anyway." in kept
    assert 'id="answered"' not in lead.get(at).text
    assert held(world).state == "proposed"


def test_each_turn_of_an_agreement_has_its_own_mail(
    world: World, group: Any, lead: Any, at: str, rahima: Person, ines: Person
) -> None:
    """Each says what happened; no subject names a topic or a group (safety.md)."""

    def told() -> tuple[str, int | None]:
        newest = max(world.all(Parcel), key=lambda one: one.id)
        return newest.kind, newest.to_person_id

    ask = {"leave_out": "yes", "why": "Too much"}
    assert told() == ("agreement", rahima.id)
    group.post(f"{at}/change?clause=quote", data=ask)
    assert told() == ("agreement-change", ines.id)
    lead.post(f"{at}/answer", data={"answer": "keep", "reason": "It helps."})
    assert told() == ("agreement-kept", rahima.id)
    group.post(f"{at}/change?clause=quote", data=ask)
    lead.post(f"{at}/answer", data={"answer": "make"})
    assert told() == ("agreement-changed", rahima.id)
    sign(group, at)
    assert told() == ("agreement-signed", ines.id)
    sign(lead, at, name="Ines Ford", role="Relationship lead")
    assert told() == ("agreement-in-force", rahima.id)
    group.post(f"{at}/end", data={"reason": "We close."})
    assert told() == ("agreement-ended", ines.id)
    subjects = [SAID[kind][0] for kind in SAID if kind.startswith("agreement")]
    assert len(set(subjects)) == len(subjects)
    assert not [one for one in subjects if "%(" in one]


QUESTION = "Why do families move before a repair is done?"


def test_the_question_is_changed_by_asking_as_a_clause_is(
    world: World, group: Any, lead: Any, at: str
) -> None:
    old = held(world)
    sign(lead, at, name="Ines Ford", role="Relationship lead")
    path, why = f"{at}/change?clause=shared-purpose", {"why": "They move first."}
    page = group.get(path).text
    assert f"{old.purpose}</textarea>" in page
    assert "clause=shared-purpose" in group.get(f"{at}/change").text
    assert group.post(path, data={**why, "purpose": ""}).status_code == 422
    same = group.post(path, data={**why, "purpose": f" {old.purpose} "})
    assert "Choose what should change, or write your words." in same.text
    assert group.post(path, data={**why, "purpose": QUESTION}).status_code == 303
    # Somebody of the other side writes other words for it: both are kept.
    beside = {"why": "Shorter.", "purpose": "Why do families move?"}
    assert lead.post(path, data=beside).status_code == 303
    page = lead.get(at).text
    assert "<ins" in page and "<del" in page
    assert f"New words: {QUESTION}" in page
    assert "New words: Why do families move?" in page
    assert held(world).purpose == old.purpose
    assert lead.post(f"{at}/answer", data={"answer": "make"}).status_code == 303
    now = held(world)
    assert now.state == "proposed"
    assert now.purpose == QUESTION
    assert f"This is the question that we share: {QUESTION}" in now.text
    assert now.text_sha256 != old.text_sha256
    assert world.all(Signature) == []
    stale = group.get(f"{at}/sign?read={old.text_sha256}").text
    assert "<del" in stale and "<ins" in stale
    assert "What we want to find out" in stale
    assert sign(group, at).status_code == 303
    assert sign(lead, at).status_code == 303
    assert held(world).state == "in-force"


def test_the_day_of_the_review_is_changed_by_asking(
    world: World, group: Any, lead: Any, at: str
) -> None:
    day, path = NEXT_YEAR - timedelta(days=90), f"{at}/change?clause=review"

    def of(one: date) -> dict[str, str]:
        parts = {"year": one.year, "month": one.month, "day": one.day}
        return {f"review_on-{key}": str(value) for key, value in parts.items()}

    past = group.post(path, data={**of(date(2020, 1, 1)), "why": "Sooner."})
    assert past.status_code == 422
    assert "Choose a day that is still to come." in past.text
    assert group.post(path, data={**of(day), "why": "Sooner."}).status_code == 303
    assert held(world).review_on == NEXT_YEAR
    assert lead.post(f"{at}/answer", data={"answer": "make"}).status_code == 303
    one = held(world)
    assert one.review_on == day
    assert f"We look at this again by {day.day} " in one.text


def test_a_change_is_taken_back_by_the_side_that_asked(
    world: World,
    group: Any,
    lead: Any,
    at: str,
    rahima: Person,
    lantern: Partner,
    ines: Person,
    camden: Partner,
) -> None:
    sign(group, at)
    lead.post(f"{at}/change?clause=quote", data={"leave_out": "yes", "why": "Too much"})
    [change] = changes(world)
    back = f"{at}/take-back?change={change.id}"
    assert back in lead.get(at).text
    assert "/take-back" not in group.get(at).text
    assert group.get(back).location == at
    assert group.post(back).location == at
    assert held(world).state == "changes-asked"
    # The verb for one of several leaves the agreement waiting: so it takes none that waits alone.
    with pytest.raises(Refused, match="No other change waits"):
        world.do((ines, camden), negotiation.take_back, held(world), chosen=change.id)
    assert "hears that you took it back" in lead.get(back).text
    assert lead.post(back).status_code == 303
    one = held(world)
    assert one.state == "proposed"
    assert "quote" in {part.clause.key for part in one.parts}
    newest = max(world.all(Parcel), key=lambda parcel: parcel.id)
    assert (newest.kind, newest.to_person_id) == ("agreement-taken-back", rahima.id)
    for client in (group, lead):
        page = client.get(at).text
        assert "A change was taken back by the side that asked" in page
        assert "Too much" in page
        assert 'id="answered"' not in page
        assert f"{at}/answer" not in page
    assert world.all(Signature) == []
    # It is over: nobody answers it, and nobody takes it back again.
    assert group.get(f"{at}/answer").location == at
    assert lead.post(back).location == at
    assert lead.get(f"{at}/take-back").status_code == 404
    with pytest.raises(Refused):
        world.do((rahima, lantern), negotiation.make_change, held(world), chosen=change.id)
    assert sign(group, at).status_code == 303


def test_an_answer_must_be_chosen_and_only_once(
    world: World, group: Any, lead: Any, at: str
) -> None:
    group.post(f"{at}/change?clause=quote", data={"leave_out": "yes", "why": "Too much"})
    page = lead.get(f"{at}/answer").text
    assert lead.post(f"{at}/answer", data={}).status_code == 422
    data = {"answer": "make", "version": hidden(page, "version")}
    assert lead.post(f"{at}/answer", data=data).status_code == 303
    assert lead.post(f"{at}/answer", data=data).location == at
    group.post(f"{at}/change?clause=copy", data={"leave_out": "yes", "why": "Too much"})
    stale = lead.post(f"{at}/answer", data=data)
    assert stale.status_code == 409
    assert "The agreement changed while you read." in stale.text
    assert "Taking a copy to work on" in held(world).text


def test_one_person_does_not_answer_for_the_other_side(
    world: World, group: Any, lead: Any, at: str, rahima: Person, camden: Partner
) -> None:
    group.post(f"{at}/change?clause=quote", data={"leave_out": "yes", "why": "Too much"})
    world.person(rahima.name, camden, "relationship-lead")
    other_hat = world.client(rahima, camden)
    assert "Answer the change" not in other_hat.get(at).text
    assert at not in other_hat.get("/home").text
    assert other_hat.get(f"{at}/answer").location == at
    for verb, given in (
        (negotiation.make_change, {}),
        (negotiation.keep_words, {"reason": "Needed"}),
    ):
        with pytest.raises(Refused, match="Somebody else answers it"):
            world.do((rahima, camden), verb, held(world), **given)
    assert "Answer the change" in lead.get(at).text


def test_two_ask_at_once(world: World, group: Any, at: str, lantern: Partner) -> None:
    hodan = world.client(world.person("Hodan", lantern, "member"), lantern)
    clause = f"{at}/change?clause=quote"
    data = {
        "note": "Mine",
        "why": "Because",
        "version": hidden(group.get(clause).text, "version"),
    }
    hodan.post(f"{at}/change?clause=copy", data={"leave_out": "yes", "why": "Too much"})
    answer = group.post(clause, data=data)
    assert answer.status_code == 409
    assert "The agreement changed while you wrote." in answer.text
    assert "Mine" in answer.text


class TestTwoEditTheSameClause:
    """Both texts are kept, and there is a page to choose."""

    CLAUSE = "/change?clause=quote"

    @pytest.fixture
    def hodan(self, world: World, lantern: Partner) -> Any:
        return world.client(world.person("Hodan", lantern, "member"), lantern)

    def asks(self, client: Any, at: str, note: str, **given: str) -> Any:
        data = {"note": note, "why": f"{note} It matters.", **given}
        return client.post(f"{at}{self.CLAUSE}", data=data)

    @pytest.mark.parametrize("same_side", [True, False])
    def test_both_are_shown_and_both_are_kept(
        self, world: World, group: Any, lead: Any, hodan: Any, at: str, same_side: bool
    ) -> None:
        second = hodan if same_side else lead
        version = hidden(second.get(f"{at}{self.CLAUSE}").text, "version")
        assert self.asks(group, at, "Never on a Friday.").status_code == 303
        page = self.asks(second, at, "Not in the news.", version=version)
        assert page.status_code == 409
        told = page.text
        assert "Rahima asks, for Lantern Women’s Circle" in told
        assert told.count("<ins") == 2
        assert "Never on a Friday. It matters." in told
        assert "Keep only what waits" in told
        assert "Not in the news.</textarea>" in told
        assert len(changes(world)) == 1
        version = hidden(told, "version")
        assert self.asks(second, at, "Not in the news.", version=version).status_code == 303
        one = held(world)
        assert [change.note for change in changes(world)] == [
            "Never on a Friday.",
            "Not in the news.",
        ]
        assert one.state == "changes-asked"
        for client in (group, lead, hodan):
            text = client.get(at).text
            assert "The changes that are asked for" in text
            assert "Own words: Never on a Friday." in text
            assert "Own words: Not in the news." in text

    def test_the_side_that_answers_chooses_between_them(
        self, world: World, group: Any, lead: Any, hodan: Any, at: str
    ) -> None:
        self.asks(group, at, "Never on a Friday.")
        assert "Ask for other words" in hodan.get(at).text
        assert "Ask for my words too" in hodan.get(f"{at}{self.CLAUSE}").text
        self.asks(hodan, at, "Not in the news.")
        page = lead.get(f"{at}/answer").text
        assert "Make the change that Rahima asks for" in page
        assert "Make the change that Hodan asks for" in page
        _first, second = changes(world)
        assert lead.post(f"{at}/answer", data={"answer": "make"}).status_code == 422
        assert lead.post(f"{at}/answer", data={"answer": str(second.id)}).status_code == 303
        one = held(world)
        assert one.state == "proposed"
        assert "Not in the news." in one.text
        assert "Never on a Friday." not in one.text
        assert [change.made for change in changes(world)] == [False, True]
        text = group.get(at).text
        assert "Camden made the change you asked for" in text
        assert "Own words: Never on a Friday." in text
        made = text[text.index("The change was made") :]
        assert "Own words: Not in the news." in made
        assert sign(group, at).status_code == 303

    def test_one_no_answers_all_of_them(
        self, world: World, group: Any, lead: Any, hodan: Any, at: str
    ) -> None:
        self.asks(group, at, "Never on a Friday.")
        self.asks(hodan, at, "Not in the news.")
        lead.post(f"{at}/answer", data={"answer": "keep", "reason": "They stay."})
        one = held(world)
        assert one.state == "proposed"
        assert [(change.made, change.answer) for change in changes(world)] == [
            (False, "They stay.")
        ] * 2
        assert "Camden kept the words" in group.get(at).text

    def test_one_is_taken_back_and_the_other_waits(
        self, world: World, group: Any, lead: Any, hodan: Any, at: str
    ) -> None:
        self.asks(group, at, "Never on a Friday.")
        self.asks(lead, at, "Not in the news.")
        mine, theirs = changes(world)
        page = hodan.get(at).text
        assert f"change={mine.id}" in page and f"change={theirs.id}" not in page
        assert "What else was asked for still waits." in (
            hodan.get(f"{at}/take-back?change={mine.id}").text
        )
        assert hodan.post(f"{at}/take-back?change={mine.id}").status_code == 303
        assert held(world).state == "changes-asked"
        told = group.get(at).text
        assert "Own words: Never on a Friday." in told.split("taken back by the side")[1]
        assert group.post(f"{at}/answer", data={"answer": "make"}).status_code == 303
        assert "Not in the news." in held(world).text
        assert [change.made for change in changes(world)] == [False, True]

    def test_each_side_may_choose_the_words_of_the_other(
        self, world: World, group: Any, lead: Any, at: str
    ) -> None:
        self.asks(lead, at, "Never on a Friday.")
        assert at in group.get("/home").text
        self.asks(group, at, "Not in the news.")
        # What somebody asked for later does not hide that they are asked as well.
        for client in (lead, group):
            assert f"{at}/answer" in client.get(at).text
            assert at in client.get("/home").text
        mine = changes(world)[1]
        assert group.post(f"{at}/answer", data={"answer": str(mine.id)}).status_code == 422
        assert group.post(f"{at}/answer", data={"answer": "make"}).status_code == 303
        one = held(world)
        assert "Never on a Friday." in one.text
        assert "Lantern Women’s Circle made the change you asked for" in lead.get(at).text
        assert 'id="answered"' not in group.get(at).text

    def test_the_very_words_that_wait_are_not_asked_for_twice(
        self, world: World, group: Any, hodan: Any, at: str
    ) -> None:
        self.asks(group, at, "Never on a Friday.")
        answer = self.asks(hodan, at, "Never on a  Friday. ")
        assert answer.status_code == 422
        assert "These very words wait for an answer already." in answer.text
        assert len(changes(world)) == 1

    def test_words_for_another_clause_wait_in_their_box(
        self, world: World, group: Any, hodan: Any, at: str
    ) -> None:
        copy = f"{at}/change?clause=copy"
        version = hidden(hodan.get(copy).text, "version")
        self.asks(group, at, "Never on a Friday.")
        data = {"note": "Not on paper.", "why": "It gets lost.", "version": version}
        page = hodan.post(copy, data=data)
        assert page.status_code == 409
        assert "This is about another clause." in page.text
        again = hodan.post(copy, data={**data, "version": hidden(page.text, "version")})
        assert again.status_code == 422
        assert "Send them once it is answered." in again.text
        assert "Not on paper.</textarea>" in again.text
        assert hodan.get(copy).location == at


def test_words_that_are_added_stand_beside_the_clause(
    world: World, group: Any, lead: Any, at: str
) -> None:
    """ "No copies" under "may take a copy": both would be signed, so the other side is warned."""
    asked = {"note": "Please no copies leave the portal.", "why": "They get lost."}
    group.post(f"{at}/change?clause=copy", data=asked)
    warning = "both stand together"
    assert warning in lead.get(at).text
    page = lead.get(f"{at}/answer").text
    assert warning in page
    assert "Leave this clause out instead" in page
    assert lead.post(f"{at}/answer", data={"answer": "leave-out"}).status_code == 303
    one = held(world)
    assert "Taking a copy to work on" not in one.text
    assert "Please no copies" not in one.text
    assert one.state == "proposed"
    assert "Taking a copy to work on" in group.get(at).text  # in what has happened so far
    read = sign(group, at)
    assert read.status_code == 303


def test_a_clause_of_every_agreement_is_not_left_out_instead(
    world: World, group: Any, lead: Any, at: str
) -> None:
    group.post(f"{at}/change?clause=kinds", data={"note": "No maps.", "why": "They mislead."})
    page = lead.get(f"{at}/answer").text
    assert "both stand together" in page
    assert "Leave this clause out instead" not in page
    assert lead.post(f"{at}/answer", data={"answer": "leave-out"}).status_code == 422
    group_only = group.post(f"{at}/change?clause=copy", data={"leave_out": "yes", "why": "x"})
    assert group_only.status_code == 422  # one at a time
    assert held(world).state == "changes-asked"


def test_names_side_by_side_do_not_run_into_each_other(group: Any, at: str) -> None:
    group.set_cookie("language", "ar")
    page = group.get(at).text
    assert '<bdi translate="no">Rahima Begum, 020 7946 0018</bdi>' in page
    assert '<bdi translate="no">Camden</bdi>' in page


def test_a_long_agreement_is_folded_and_signed_at_its_end(group: Any, at: str) -> None:
    page = group.get(at).text
    assert page.count('<details class="govuk-details app-part"') == 16
    assert page.count("/change#part-") == 16
    assert page.count(f"{at}/sign?") == 1
    assert page.index('href="#deeds"') < page.index('id="section-purpose"')
    assert page.index('id="section-review"') < page.index(f"{at}/sign?")


def test_what_was_done_is_said(world: World, group: Any, lead: Any, at: str) -> None:
    done = sign(group, at)
    assert "You have signed. Thank you." in group.get(done.location).text
    assert "You have signed. Thank you." not in lead.get(done.location).text
    said = lead.post(f"{at}/decline", data={"reason": "No money for it now."})
    assert "You said no. Lantern Women’s Circle can read why." in lead.get(said.location).text
    assert {one.kind for one in world.all(Parcel)} >= {"agreement-declined"}


# Whom to call


OURS = {
    "own_name": "Grace Oke",
    "own_phone": "020 7946 0019",
    "own_deputy": "Rahima Begum",
    "own_deputy_phone": "020 7946 0018",
}


def test_each_side_says_itself_whom_to_call_there(
    world: World, group: Any, lead: Any, at: str, ines: Person
) -> None:
    page = group.get(f"{at}/contacts").text
    assert 'value="Rahima Begum"' in page
    assert 'value="020 7946 0018"' in page
    assert "Ines Ford" not in page.split("<form")[1].split("</form")[0]
    sent = group.post(f"{at}/contacts", data={**OURS, "version": hidden(page, "version")})
    assert sent.status_code == 303
    assert "The agreement names them now." in group.get(sent.location).text
    one = held(world)
    assert one.contacts["giver_contact"] == "Grace Oke, 020 7946 0019"
    assert one.contacts["giver_deputy"] == "Rahima Begum, 020 7946 0018"
    assert one.contacts["taker_contact"] == "Ines Ford, 020 7946 0100"
    assert "Call Grace Oke, 020 7946 0019. If there is no answer, call Rahima Begum" in one.text
    assert one.text_sha256 == hashlib.sha256(one.text.encode()).hexdigest()
    assert "One side changed whom to call there" in lead.get(at).text
    newest = max(world.all(Parcel), key=lambda one: one.id)
    assert (newest.kind, newest.to_person_id) == ("agreement-contacts", ines.id)
    # So does the council, which has two people.
    mine = {**OURS, "own_name": "Ravi Shah", "own_phone": "020 7946 0101"}
    assert lead.post(f"{at}/contacts", data={**mine, "own_deputy": ""}).status_code == 422
    assert lead.post(f"{at}/contacts", data=mine).status_code == 303
    assert held(world).contacts["taker_contact"] == "Ravi Shah, 020 7946 0101"
    assert held(world).contacts["giver_contact"] == "Grace Oke, 020 7946 0019"


def test_who_has_signed_signs_again_once_somebody_else_is_to_be_called(
    world: World, group: Any, lead: Any, at: str
) -> None:
    assert sign(lead, at).status_code == 303
    read = hidden(lead.get(f"{at}/change?clause=quote").text, "version")
    assert "so they sign again" in group.get(f"{at}/contacts").text
    old = held(world).text_sha256
    group.post(f"{at}/contacts", data=OURS)
    one = held(world)
    assert (one.state, world.all(Signature)) == ("proposed", [])
    refused = lead.post(f"{at}/sign", data={**SIGNED, "read": old})
    assert refused.status_code == 422
    assert "The text has changed since you read it." in refused.text
    shown = refused.text.split("Read the whole agreement again")[0]
    assert "<del" in shown
    assert "Taken out:" in shown
    stale = lead.post(f"{at}/contacts", data={**OURS, "version": read})
    assert stale.status_code == 409
    assert sign(lead, at).status_code == 303
    assert sign(group, at).status_code == 303
    assert group.get(f"{at}/contacts").location == at
    late = group.post(f"{at}/contacts", data=PROPOSAL)
    assert late.status_code == 422
    assert held(world).state == "in-force"


def test_contacts_that_are_none(world: World, group: Any, at: str) -> None:
    for given, said in (
        ({"own_name": ""}, "Name the person to call at your side"),
        ({"own_phone": "none"}, "Enter a phone number"),
        (
            {
                "own_name": "Rahima Begum",
                "own_phone": "020 7946 0018",
                "own_deputy": "Grace Oke",
                "own_deputy_phone": "020 7946 0019",
            },
            "These people stand there already.",
        ),
    ):
        answer = group.post(f"{at}/contacts", data={**OURS, **given})
        assert answer.status_code == 422
        assert said in answer.text
    assert held(world).contacts_before is None
    group.post(f"{at}/contacts", data={**OURS, "own_deputy": "", "own_deputy_phone": ""})
    assert "Call Grace Oke, 020 7946 0019. There is no second person yet." in held(world).text


# Signing


def test_signing_needs_a_name_a_role_and_authority(world: World, group: Any, at: str) -> None:
    for missing, said in (
        ("name", "Type your full name"),
        ("role", "Say what you do in your organisation"),
        ("may", "Tick the box if you may sign"),
    ):
        answer = sign(group, at, **{missing: ""}) if missing != "may" else None
        if answer is None:
            data = {"name": "Rahima", "role": "Chair"}
            answer = group.post(f"{at}/sign", data=data)
        assert answer.status_code == 422
        assert said in answer.text
    assert held(world).state == "proposed"


def test_the_text_that_was_read_is_the_text_that_is_signed(
    world: World, group: Any, lead: Any, at: str
) -> None:
    read = hidden(group.get(f"{at}/sign").text, "read")
    lead.post(f"{at}/change?clause=copy", data={"leave_out": "yes", "why": "We need no copy."})
    group.post(f"{at}/answer", data={"answer": "make"})
    refused = group.post(f"{at}/sign", data={**SIGNED, "read": read})
    assert refused.status_code == 422
    assert "The text has changed since you read it. Nothing was signed." in refused.text
    assert "Taken out:" in refused.text
    assert "They delete it when the work is done." in refused.text
    assert held(world).state == "proposed"
    late = group.get(f"{at}/sign?read={read}").text
    assert "The text changed after you opened it." in late
    now = hidden(refused.text, "read")
    assert now == held(world).text_sha256
    assert group.post(f"{at}/sign", data={**SIGNED, "read": now}).status_code == 303
    one = held(world)
    assert one.state == "signed-by-one"


@pytest.mark.parametrize("read", ["", "0" * 64, "x", "<script>"])
def test_a_text_that_never_was(world: World, group: Any, at: str, read: str) -> None:
    answer = group.post(f"{at}/sign", data={**SIGNED, "read": read})
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    assert held(world).state == "proposed"


def test_who_does_not_say_what_was_read_signs_nothing(world: World, group: Any, at: str) -> None:
    answer = group.post(f"{at}/sign", data=SIGNED)
    assert answer.status_code == 422
    assert "The text has changed since you read it. Nothing was signed." in answer.text
    assert group.post(f"{at}/sign?read=", data=SIGNED).status_code == 422
    assert held(world).state == "proposed"
    # What the page names goes with the form.
    address = f"{at}/sign?read={held(world).text_sha256}"
    data = {**SIGNED, "read": hidden(group.get(address).text, "read")}
    assert group.post(address, data=data).status_code == 303


def test_each_side_signs_once(world: World, group: Any, at: str) -> None:
    assert sign(group, at).status_code == 303
    assert group.get(f"{at}/sign").location == at
    assert group.post(f"{at}/sign", data=SIGNED).location == at
    assert held(world).state == "signed-by-one"


def left(world: World, person: Person, partner: Partner) -> None:
    """Somebody gave back all that they did for one organisation."""
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        held = Seat.person_id == person.id, Seat.partner_id == partner.id
        session.execute(update(Seat).where(*held).values(ends=world.now))


def test_one_person_does_not_sign_for_both_sides(
    world: World, group: Any, at: str, rahima: Person, camden: Partner, lantern: Partner
) -> None:
    assert sign(group, at).status_code == 303
    both = world.person(rahima.name, camden, "signatory")
    assert both.id == rahima.id
    left(world, rahima, lantern)
    page = sign(world.client(both, camden), at)
    assert page.status_code in (409, 422)
    assert "You have signed for the other side." in page.text
    assert held(world).state == "signed-by-one"


@pytest.mark.parametrize("at_council", ["coordinator", "signatory", "reviewer"])
def test_whoever_belongs_to_both_sides_signs_for_neither(
    world: World, group: Any, at: str, rahima: Person, camden: Partner, at_council: str
) -> None:
    """A coordinator can never sign as the partner, whichever hat they wear (trust.md)."""
    assert "Sign it" in group.get(at).text
    assert at in group.get("/home").text
    where = world.pilot(camden, world.person("Zoe", camden, "coordinator"))
    world.person(rahima.name, camden, at_council, at=None if at_council == "signatory" else where)
    hats = [group]
    if at_council == "signatory":
        hats.append(world.client(rahima, camden))
    read = held(world).text_sha256
    for client in hats:
        page = client.get(at).text
        assert "somebody signs who belongs to this side only" in page
        assert "Sign it" not in page
        assert at not in client.get("/home").text
        assert client.get(f"{at}/sign").location == at
        refused = client.post(f"{at}/sign", data={**SIGNED, "read": read})
        assert refused.status_code == 422
        assert "You belong to both sides of this agreement." in refused.text
        assert "Ask somebody to sign who belongs to this side only." in refused.text
    assert held(world).state == "proposed"
    assert "agreement:sign" not in {one.verb for one in world.all(Event)}


def test_whoever_left_the_other_side_signs(
    world: World, group: Any, at: str, rahima: Person, camden: Partner
) -> None:
    world.person(rahima.name, camden, "signatory")
    left(world, rahima, camden)
    assert sign(group, at).status_code == 303


def test_the_council_may_sign_first(world: World, group: Any, lead: Any, at: str) -> None:
    assert sign(lead, at).status_code == 303
    assert sign(group, at).status_code == 303
    assert held(world).state == "in-force"


def test_a_group_calls_the_person_its_agreement_names(group: Any, lead: Any, at: str) -> None:
    places = ("/home", "/agreements", "/contributions")
    assert all("Ines Ford" not in group.get(path).text for path in places)
    sign(group, at)
    sign(lead, at)
    for path in places:
        page = group.get(path).text.split('id="help"')[1]
        assert "Ines Ford" in page
        assert "020 7946 0100" in page
        assert "You can do this by phone instead." in page
    assert "Rahima Begum" not in lead.get("/home").text.split('id="help"')[1]


# Saying no, and ending


def test_a_group_declines_and_nothing_bad_follows(
    world: World, group: Any, lead: Any, at: str, lantern: Partner, camden: Partner
) -> None:
    page = group.get(f"{at}/decline").text
    assert "nothing bad follows" in page
    assert group.post(f"{at}/decline", data={"reason": ""}).status_code == 422
    said = {"reason": "We are three people. Perhaps next year."}
    assert group.post(f"{at}/decline", data=said).status_code == 303
    for client, other in ((group, camden), (lead, lantern)):
        shown = client.get(at).text
        assert "nothing bad follows" in shown
        assert said["reason"] in shown
        assert "Not signed" in client.get("/agreements").text
        assert client.get(f"/partners/{other.id}").status_code == 200
    assert group.get("/partners").status_code == 200
    assert "Write up a talk" in group.get(f"/partners/{camden.id}").text
    again = group.post(f"{at}/decline", data=said)
    assert again.status_code == 422
    for what in ("decline", "end", "change", "change?clause=quote", "sign", "answer"):
        assert group.get(f"{at}/{what}").location == at
    assert (
        group.post(f"{at}/change?clause=quote", data={"note": "x", "why": "y"}).status_code == 422
    )
    assert lead.post(f"/agreements/new?with={lantern.id}", data=PROPOSAL).status_code == 303


def test_declining_while_a_change_waits(world: World, group: Any, at: str) -> None:
    group.post(f"{at}/change?clause=copy", data={"leave_out": "yes", "why": "Too much"})
    assert group.post(f"{at}/decline", data={"reason": "No time"}).status_code == 303
    assert held(world).state == "declined"


def test_either_side_ends_it_with_a_reason(
    world: World,
    group: Any,
    lead: Any,
    ines: Person,
    rahima: Person,
    camden: Partner,
    lantern: Partner,
) -> None:
    one = world.agreed(lantern, camden, rahima, ines)
    at = f"/agreements/{one.id}"
    assert "End this agreement" in group.get(at).text
    assert "Say no" not in group.get(at).text
    assert group.post(f"{at}/decline", data={"reason": "No"}).status_code == 422
    assert "nothing new may be done" in group.get(f"{at}/end").text
    assert group.post(f"{at}/end", data={"reason": ""}).status_code == 422
    assert group.post(f"{at}/end", data={"reason": "We close down."}).status_code == 303
    for client in (group, lead):
        shown = client.get(at).text
        assert "We close down." in shown
        assert "It has ended." in shown
    with world.database.reading() as session:
        asked = {"on": datetime.now(UTC) + timedelta(hours=1), "work": None}
        verdict = scope.allows(session, scope.ASK, lantern.id, camden.id, "count", **asked)
    assert isinstance(verdict, scope.NotAllowed)


def test_ending_is_for_what_is_in_force(world: World, group: Any, at: str) -> None:
    answer = group.post(f"{at}/end", data={"reason": "No"})
    assert answer.status_code == 422
    assert held(world).state == "proposed"


def test_the_list_takes_the_same_statements_however_long(
    world: World, group: Any, ines: Person, rahima: Person, camden: Partner, lantern: Partner
) -> None:
    def statements() -> int:
        seen: list[str] = []

        def count(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.startswith("SELECT"):
                seen.append(statement)

        event.listen(world.database.engine, "before_cursor_execute", count)
        assert group.get("/agreements").status_code == 200
        event.remove(world.database.engine, "before_cursor_execute", count)
        return len(seen)

    given = {"purpose": "Why?", "review_on": NEXT_YEAR, "contacts": {}}
    counts = []
    for _ in range(2):
        made = world.do((ines, camden), agreements.propose, camden, other=lantern, **given)
        world.do((rahima, lantern), ending.decline, made, reason="No")
        counts.append(statements())
    assert counts[0] == counts[1] <= 3
