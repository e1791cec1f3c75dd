"""Notes of what two organisations said: written, corrected, confirmed, disputed, and read the
same by both (journey, step 1)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.world import NOW, World
from trust import negotiation, note_answers
from trust.agreements import propose
from trust.audit import Event
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.records import Hidden, Refused
from trust.relationships import Note, between, confirm, dispute, write
from trust.sightings import Sighting

TODAY = NOW.date()
SAID = "They meet on Tuesdays.\n\nForty families came in June.\nMost wait for damp repairs."


@pytest.fixture
def ines(world: World, camden: Partner) -> Person:
    return world.person("Ines", camden, "relationship-lead")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "member")


def form(**changes: Any) -> dict[str, Any]:
    day = changes.pop("day", TODAY)
    given = {
        "how": "met",
        "happened_on-day": day.day,
        "happened_on-month": day.month,
        "happened_on-year": day.year,
        "lines": SAID,
    }
    return {**given, **changes}


def written(world: World, who: Person, own: Partner, other: Partner, **changes: Any) -> Note:
    given: dict[str, Any] = {
        "happened_on": TODAY,
        "how": "met",
        "lines": SAID.split("\n"),
        "next_step": "",
        "next_step_on": None,
        "lang": "en",
    }
    return world.do((who, own), write, own, other=other, **{**given, **changes})


def words(html: str) -> str:
    """What stands in the page's main part, as a person would read it."""
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    main = re.sub(r"<form.*?</form>|<a [^>]*>.*?</a>", "", main, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_a_lead_writes_the_group_corrects_one_line_and_both_read_the_same(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    lead, group = world.client(ines, camden), world.client(rahima, lantern)
    assert "No notes yet" in group.get(f"/partners/{camden.id}/relationship").text
    day = TODAY + timedelta(days=7)
    step = {
        "next_step": "Ines sends the repair times",
        "next_step_on-day": day.day,
        "next_step_on-month": day.month,
        "next_step_on-year": day.year,
    }
    sent = lead.post(f"/notes/new?with={lantern.id}", data=form(**step))
    assert sent.status_code == 303
    page = lead.get(sent.location).text
    assert "Waiting for the other side to read it" in page
    assert "Is this right?" not in page
    theirs = group.get(sent.location).text
    assert "Is this right?" in theirs
    assert "Waiting for you to read it" in theirs
    assert "Waiting for the other side" not in theirs
    assert "Mark as done" not in theirs, "first they say whether it is right"
    assert "Waiting for you to read it" in group.get(f"/partners/{camden.id}/relationship").text
    home = group.get("/home").text
    assert sent.location in home
    confirm = group.get(f"{sent.location}/confirm").text
    assert confirm.count("<textarea") == 3
    assert "call 999" in confirm
    lines = {
        "line_1": "They meet on Tuesdays.",
        "line_2": "Fourteen families came in June.",
        "line_3": "Most wait for damp repairs.",
        "version": re.search(r'name="version" value="(\d+)"', confirm)[1],  # type: ignore[index]
    }
    assert group.post(f"{sent.location}/confirm", data=lines).status_code == 303
    note = world.all(Note)[0]
    assert note.state == "confirmed"
    one, other = lead.get(sent.location).text, group.get(sent.location).text
    assert words(one) == words(other)
    assert "<s><span" in one
    assert "First written: Forty families came in June." in words(one)
    assert "Put right by Lantern Women’s Circle: Fourteen families came in June." in words(one)
    assert "Put right by Lantern Women’s Circle</strong>" in one
    assert "Both sides say this is right" not in one, "they said that one line was not"
    for client, across in ((lead, lantern), (group, camden)):
        listed = client.get(f"/partners/{across.id}/relationship").text
        assert "Ines sends the repair times" in listed
        assert "Put right by Lantern Women’s Circle" in listed
        assert "Both sides say this is right" not in listed
    [confirmed] = [event for event in world.all(Event) if event.verb == "note:confirm"]
    assert confirmed.facts["corrected"] == [2]


def test_lines_left_as_they_are_are_not_corrections(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    note = written(world, ines, camden, lantern)
    group = world.client(rahima, lantern)
    assert group.post(f"/notes/{note.id}/confirm", data={}).status_code == 303
    page = group.get(f"/notes/{note.id}").text
    assert "<s>" not in page
    assert "Both sides say this is right" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lines": " \n "}, "Write down at least one thing that was said"),
        ({"lines": "a" * 2001}, "Write shorter lines"),
        ({"how": "dreamt"}, "Choose one of the answers"),
        ({"day": TODAY + timedelta(days=2)}, "It cannot be after today."),
        ({"happened_on-day": "40"}, "Check the day"),
        ({"next_step_on-day": "1"}, "The date needs a month"),
    ],
)
def test_what_cannot_be_a_note(
    world: World, camden: Partner, lantern: Partner, ines: Person, changes: Any, said: str
) -> None:
    lead = world.client(ines, camden)
    answer = lead.post(
        f"/notes/new?with={lantern.id}", data={"next_step": "Kept", **form(**changes)}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert "Kept" in answer.text
    assert world.all(Note) == []


def test_the_group_writes_too_and_the_council_confirms(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    group = world.client(rahima, lantern)
    sent = group.post(f"/notes/new?with={camden.id}", data=form())
    assert "Is this right?" not in group.get(sent.location).text
    assert world.client(ines, camden).post(f"{sent.location}/confirm").status_code == 303
    assert world.all(Note)[0].state == "confirmed"


def test_a_dispute_has_a_reason_that_both_read_and_can_be_settled(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    note = written(world, ines, camden, lantern)
    group, lead = world.client(rahima, lantern), world.client(ines, camden)
    at = f"/notes/{note.id}"
    assert group.post(f"{at}/dispute", data={"reason": " "}).status_code == 422
    assert group.post(f"{at}/dispute", data={"reason": "Nobody said forty."}).status_code == 303
    for client in (group, lead):
        page = client.get(at).text
        assert "Nobody said forty." in page
        assert "The two sides do not agree yet" in page
    again = group.post(f"{at}/dispute", data={"reason": "Again"})
    assert again.status_code == 422
    assert "This cannot be done now." in again.text
    assert group.post(f"{at}/confirm", data={"line_1": "They meet on Mondays."}).status_code == 303
    assert "Nobody said forty." not in lead.get(at).text
    for what in ("confirm", "dispute"):
        assert group.get(f"{at}/{what}").location == at


def test_the_writer_answers_a_dispute_once_and_both_stay(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    note = written(world, ines, camden, lantern)
    group, lead = world.client(rahima, lantern), world.client(ines, camden)
    at = f"/notes/{note.id}"
    assert lead.get(f"{at}/answer").location == at  # nothing to answer yet
    group.post(f"{at}/dispute", data={"reason": "Nobody said forty."})
    assert f"{at}/answer" in lead.get(at).text
    assert f"{at}/answer" not in group.get(at).text
    assert group.get(f"{at}/answer").status_code == 404
    assert group.post(f"{at}/answer", data={"right": "yes"}).status_code == 404
    with pytest.raises(Hidden):
        world.do((rahima, lantern), note_answers.answer, note, right=True, words="")
    assert "Nobody said forty." in lead.get(f"{at}/answer").text
    assert lead.post(f"{at}/answer", data={"right": "no", "reason": " "}).status_code == 422
    given = {"right": "no", "reason": "I wrote it down there."}
    assert lead.post(f"{at}/answer", data=given).location == at
    for client in (lead, group):
        page = words(client.get(at).text)
        for said in ("Nobody said forty.", "I wrote it down there.", "We remember it differently"):
            assert said in page
    told = [parcel for parcel in world.all(Parcel) if parcel.kind == "note-answered"]
    assert [parcel.to_person_id for parcel in told] == [rahima.id]
    assert f"{at}/answer" not in lead.get(at).text
    again = lead.post(f"{at}/answer", data={**given, "token": "2"})
    assert again.status_code == 422
    assert "a colleague has answered" in again.text
    group.post(f"{at}/confirm", data={"line_1": "They meet on Mondays."})
    for said in ("Nobody said forty.", "I wrote it down there."):
        assert said in lead.get(at).text, "both are kept"


def test_the_writer_says_that_a_line_put_right_is_right(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    note = written(world, ines, camden, lantern)
    world.do((rahima, lantern), confirm, note, corrections={1: "They meet on Mondays."})
    lead, group = world.client(ines, camden), world.client(rahima, lantern)
    at = f"/notes/{note.id}"
    assert f"Put right by {lantern.name}" in lead.get(f"/partners/{lantern.id}/relationship").text
    form_ = lead.get(f"{at}/answer").text
    assert "They meet on Mondays." in form_
    assert "call 999" in form_
    assert lead.post(f"{at}/answer", data={"right": "yes"}).location == at
    for client, across in ((lead, lantern), (group, camden)):
        page = client.get(at).text
        assert "Both sides say this is right" in page
        assert "“That is right.”" in page
        assert "First written:" in page, "both stay"
        listed = client.get(f"/partners/{across.id}/relationship").text
        assert "Both sides say this is right" in listed
    with pytest.raises(Refused):
        world.do((ines, camden), note_answers.answer, note, right=False, words="No.")


def test_nobody_answers_themselves_for_the_other_side(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    note = written(world, ines, camden, lantern)
    world.do((rahima, lantern), dispute, note, reason="No.")
    world.person("Rahima", camden, "member")
    with pytest.raises(Refused, match="A colleague answers"):
        world.do((rahima, camden), note_answers.answer, note, right=True, words="")
    other = world.partner("Copperfield")
    mo = world.client(world.person("Mo", other, "member"), other)
    assert mo.get(f"/notes/{note.id}/answer").status_code == 404


def test_the_writer_cannot_confirm_its_own_note(
    world: World, camden: Partner, lantern: Partner, ines: Person
) -> None:
    note = written(world, ines, camden, lantern)
    lead = world.client(ines, camden)
    for what in ("confirm", "dispute"):
        assert lead.get(f"/notes/{note.id}/{what}").status_code == 404
        assert lead.post(f"/notes/{note.id}/{what}", data={"reason": "x"}).status_code == 404
    assert world.read(Note, note.id).state == "written"


def test_a_note_confirmed_by_a_colleague_meanwhile(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    note = written(world, ines, camden, lantern)
    hodan = world.client(world.person("Hodan", lantern, "member"), lantern)
    group = world.client(rahima, lantern)
    data = {"line_1": "Mine", "version": world.read(Note, note.id).version}
    assert hodan.post(f"/notes/{note.id}/confirm", data={}).status_code == 303
    answer = group.post(f"/notes/{note.id}/confirm", data=data)
    assert answer.status_code == 409
    assert "Somebody changed this note while you read it." in answer.text
    assert "Mine" in answer.text
    assert "<s>" not in group.get(f"/notes/{note.id}").text


def test_nobody_else_reads_a_note(
    world: World, camden: Partner, lantern: Partner, ines: Person
) -> None:
    note = written(world, ines, camden, lantern)
    redbrick = world.partner("Redbrick Tenants’ Voice")
    bridgeway = world.partner("Bridgeway VCS Network", Kind.INFRASTRUCTURE)
    for person, own in (
        (world.person("Ola", redbrick, "member", "signatory"), redbrick),
        (world.person("Grace", bridgeway, "supporter", "member"), bridgeway),
        (world.person("Ada", None, "administrator"), None),
    ):
        client = world.client(person, own)
        for what in ("", "/confirm", "/dispute"):
            assert client.get(f"/notes/{note.id}{what}").status_code == 404
        assert client.post(f"/notes/{note.id}/confirm").status_code == 404
        assert client.post(f"/notes/{note.id}/next-step").status_code == 404
        shown = client.get(f"/partners/{lantern.id}/relationship")
        assert "Tuesdays" not in shown.text
    assert world.app.test_client().get(f"/notes/{note.id}").status_code == 303


def test_a_role_in_one_pilot_does_not_open_the_notes(
    world: World, camden: Partner, lantern: Partner, ines: Person
) -> None:
    written(world, ines, camden, lantern, next_step="Call Hodan")
    made = world.pilot(camden, world.person("Zoe", camden, "coordinator"))
    world.person("Pia", camden, "dpo")
    pia = world.person("Pia", camden, "coordinator", at=made)
    here = world.client(pia, camden)
    assert here.get(f"/partners/{lantern.id}/relationship").status_code == 404
    with world.database.reading() as session:
        stmt = between(world.actor(pia, camden), camden.id, lantern.id)
        assert list(session.scalars(stmt)) == []


def test_who_read_it_is_noted_and_the_writer_is_not(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    note = written(world, ines, camden, lantern)
    world.client(ines, camden).get(f"/notes/{note.id}")
    assert world.all(Sighting) == []
    world.client(rahima, lantern).get(f"/notes/{note.id}")
    assert [seen.partner_id for seen in world.all(Sighting)] == [lantern.id]
    page = world.client(ines, camden).get(f"/notes/{note.id}").text
    assert "Who has opened it" in page
    assert f"Rahima, for {lantern.name}" in page


def test_next_steps_are_ticked_off_by_either_side(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    late = written(world, ines, camden, lantern, next_step="Call Hodan", next_step_on=None)
    soon = written(world, ines, camden, lantern, next_step="Send times", next_step_on=TODAY)
    group = world.client(rahima, lantern)
    at = f"/partners/{camden.id}/relationship"
    page = group.get(at).text
    assert page.index("Send times") < page.index("Call Hodan")
    assert "Mark as done" not in page
    early = group.post(f"/notes/{soon.id}/next-step", data={"done": "yes"})
    assert early.status_code == 409
    assert "First the other side says that this note is right." in early.text
    for one in (late, soon):
        world.do((rahima, lantern), confirm, one, corrections={})
    assert group.get(at).text.count("Mark as done") == 2
    assert group.post(f"/notes/{soon.id}/next-step", data={"done": "yes"}).location == at
    assert "Send times" not in words(group.get(at).text)
    lead = world.client(ines, camden)
    assert f"Rahima, for {lantern.name}, said so on" in words(lead.get(f"/notes/{soon.id}").text)
    refused = lead.post(f"/notes/{soon.id}/next-step", data={"done": "no", "back": "note"})
    assert refused.status_code == 409, "the other side said so: that takes a reason"
    back = group.post(f"/notes/{soon.id}/next-step", data={"done": "no", "back": "note"})
    assert back.location == f"/notes/{soon.id}"
    assert world.read(Note, soon.id).next_step_done_at is None
    assert world.read(Note, late.id).next_step_done_at is None
    none = written(world, ines, camden, lantern)
    assert lead.post(f"/notes/{none.id}/next-step").status_code == 409


def test_where_people_write_it_says_that_a_council_may_be_asked(
    world: World, camden: Partner, lantern: Partner, rahima: Person
) -> None:
    group = world.client(rahima, lantern)
    asked = "Anyone can ask a council to see what it holds."
    assert asked in group.get(f"/notes/new?with={camden.id}").text
    redbrick = world.partner("Redbrick Tenants’ Voice")
    assert asked not in group.get(f"/notes/new?with={redbrick.id}").text
    ines = world.person("Ines", camden, "relationship-lead", "signatory")
    note = written(world, ines, camden, lantern)
    world.person("Rahima", lantern, "signatory")
    group = world.client(rahima, lantern)
    open_one = world.proposed(lantern, camden, ines)
    at = f"/agreements/{open_one.id}"
    for page in (
        f"/notes/{note.id}/dispute",
        f"{at}/change?clause=quote",
        f"{at}/decline",
        f"/partners/{camden.id}/propose",
        "/complaints/new",
    ):
        sent = group.get(page)
        assert (sent.status_code, asked in sent.text) == (200, True), page
    given = {"clause": "quote", "why": "So.", "note": "Ask us."}
    world.do((rahima, lantern), negotiation.ask_change, open_one, **given)
    council = world.client(ines, camden)
    assert asked in council.get(f"{at}/answer").text
    held = world.agreed(redbrick, camden, world.person("Dan", redbrick, "signatory"), ines)
    assert asked in council.get(f"/agreements/{held.id}/end").text
    assert asked not in group.get(f"/partners/{redbrick.id}/propose").text


@pytest.mark.parametrize("asked", ["", "?with=", "?with=x", "?with=0", "?with=99999", "?with=٣"])
def test_a_note_is_with_somebody(world: World, camden: Partner, ines: Person, asked: str) -> None:
    lead = world.client(ines, camden)
    assert lead.get(f"/notes/new{asked}").status_code == 404
    assert lead.get(f"/notes/new?with={camden.id}").status_code == 404


def test_what_came_of_a_note_is_told_to_its_writer_alone(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    dan = world.person("Dan", camden, "relationship-lead")

    def told(kind: str) -> list[int | None]:
        return [one.to_person_id for one in world.all(Parcel) if one.kind == kind]

    world.do(
        (rahima, lantern),
        confirm,
        written(world, ines, camden, lantern),
        corrections={1: "Fridays."},
    )
    assert told("note-corrected") == [ines.id]
    note = written(world, ines, camden, lantern)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        for seat in session.scalars(select(Seat).where(Seat.person_id == ines.id)):
            seat.ends = world.now
    world.do((rahima, lantern), dispute, note, reason="We never met.")
    assert told("note-disputed") == [dan.id], "the writer left: whoever reads the notes now"


def test_the_way_to_oneself_is_ones_own_page(world: World, camden: Partner, ines: Person) -> None:
    answer = world.client(ines, camden).get(f"/partners/{camden.id}/relationship")
    assert answer.location == f"/partners/{camden.id}"


def test_many_notes_take_the_same_statements(
    world: World, camden: Partner, lantern: Partner, ines: Person
) -> None:
    for _ in range(3):
        written(world, ines, camden, lantern)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        held = {"giver_id": camden.id, "taker_id": lantern.id, "written_by_id": ines.id}
        session.add_all(
            Note(**held, happened_on=TODAY - timedelta(days=n), how="phone", lang="en")
            for n in range(60)
        )
    lead = world.client(ines, camden)
    first = lead.get(f"/partners/{lantern.id}/relationship").text
    assert first.count("app-card__more") == 50
    assert "page=2" in first
    assert lead.get(f"/partners/{lantern.id}/relationship?page=2").status_code == 200
    assert lead.get(f"/partners/{lantern.id}/relationship?page=3").status_code == 404


def test_one_sees_all_of_what_one_confirms_and_is_told_that_it_is_done(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    long = "They wait for the damp repairs, and nobody calls them back. " * 4
    note = written(world, ines, camden, lantern, lines=["They meet on Tuesdays.", long])
    group = world.client(rahima, lantern)
    at = f"/notes/{note.id}"
    rows = re.findall(r'<textarea[^>]*rows="(\d+)"', group.get(f"{at}/confirm").text)
    assert [int(one) for one in rows] == [2, 9]
    done = group.post(f"{at}/confirm", data={})
    assert done.status_code == 303
    thanks = "Thank you. Camden can see what you said."
    assert thanks in group.get(done.location).text
    assert thanks not in world.client(ines, camden).get(done.location).text
    assert thanks not in group.get(at).text


def test_whom_to_call_is_the_other_side(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    """Nobody is sent to their own volunteer, even where an agreement names her for both sides."""
    volunteer, officer = "Grace Oke, 020 7946 0019", "Dan Hill, 020 7946 0020"
    contacts = {
        "giver_contact": volunteer,
        "giver_deputy": "",
        "taker_contact": volunteer,
        "taker_deputy": officer,
    }
    given = {"purpose": "Why?", "review_on": TODAY + timedelta(days=300), "contacts": contacts}
    world.do((ines, camden), propose, camden, other=lantern, **given)
    note = written(world, ines, camden, lantern)
    page = world.client(rahima, lantern).get(f"/notes/{note.id}").text
    assert "Call Dan Hill:" in page
    assert "We write down what you say" in page
    assert "Grace Oke" not in page
    page = world.client(ines, camden).get(f"/notes/{note.id}").text
    assert "Grace Oke" not in page  # she stands for both; the portal's own team is there


@pytest.mark.parametrize("page", ["/home", "/questions", "/partners", "/pilots", "/contributions"])
def test_each_list_names_whom_to_call(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person, page: str
) -> None:
    """The contact in the newest agreement in force; before there is one, the body that stands by
    the group; else the portal's own team."""
    group = world.client(rahima, lantern)
    assert "the portal’s team" in group.get(page).text
    bridgeway = world.partner("Bridgeway VCS Network", Kind.INFRASTRUCTURE)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Partner, bridgeway.id).phone = "020 7946 0055"
        session.get_one(Partner, lantern.id).supporter_id = bridgeway.id
    assert "Call Bridgeway VCS Network:" in group.get(page).text
    lead = world.person("Sara", camden, "signatory", "coordinator")
    signer = world.person("Hodan", lantern, "signatory")
    for name in ("Dan Hill", "Ann Hill"):
        pilot = world.pilot(camden, lead, name=name)
        contacts = {"taker_contact": f"{name}, 020 7946 0020"}
        world.agreed(lantern, camden, signer, lead, pilot=pilot, contacts=contacts)
        world.now += timedelta(minutes=1)
    assert "Call Ann Hill:" in group.get(page).text
    assert "Ann Hill" not in world.client(ines, camden).get(page).text
