"""What two organisations agreed to do next: whose it is, when it is due, moved or dropped with the
reason, and told the day before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.mails import Mail, compose
from tests.portal.matrix.forms import day
from tests.portal.test_relationships import form, words, written
from tests.world import World
from trust import next_steps, quiet, reminders
from trust.audit import Event
from trust.calendar import london_day
from trust.outbox import Parcel
from trust.partners import Partner
from trust.people import Person
from trust.records import Refused
from trust.relationships import Note, confirm

TODAY = london_day(datetime.now(UTC))
STEP = "Ring the housing desk"


@pytest.fixture
def ines(world: World, camden: Partner) -> Person:
    return world.person("Ines", camden, "relationship-lead")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "member")


@pytest.fixture
def lead(world: World, ines: Person, camden: Partner) -> FlaskClient:
    return world.client(ines, camden)


@pytest.fixture
def group(world: World, rahima: Person, lantern: Partner) -> FlaskClient:
    return world.client(rahima, lantern)


@pytest.fixture
def note(world: World, ines: Person, rahima: Person, camden: Partner, lantern: Partner) -> Note:
    """Agreed by both: the group does something by tomorrow."""
    return agreed(world, ines, rahima, camden, lantern)


def agreed(
    world: World, ines: Person, rahima: Person, camden: Partner, lantern: Partner, **given: Any
) -> Note:
    made = {
        "next_step": STEP,
        "next_step_on": TODAY + timedelta(days=1),
        "next_step_by": "taker",
    }
    held = written(world, ines, camden, lantern, **(made | given))
    world.do((rahima, lantern), confirm, held, corrections={})
    return world.read(Note, held.id)


def told(world: World, kind: str) -> list[int | None]:
    return [one.to_person_id for one in world.all(Parcel) if one.kind == kind]


def test_it_is_moved_with_a_reason_that_both_read(
    world: World, note: Note, ines: Person, lead: FlaskClient, group: FlaskClient
) -> None:
    at = f"/notes/{note.id}"
    assert "Move it to another day" in lead.get(at).text
    later = day("on", TODAY + timedelta(days=9))
    assert STEP in group.get(f"{at}/next-step/move").text
    sent = group.post(f"{at}/next-step/move", data={**later, "reason": "They are closed."})
    assert sent.location == at
    assert world.read(Note, note.id).next_step_on == TODAY + timedelta(days=9)
    one, other = words(lead.get(at).text), words(group.get(at).text)
    assert one == other
    assert "Rahima, for Lantern Women’s Circle, moved it to" in one
    assert "They are closed." in one
    assert "For Lantern Women’s Circle to do" in one
    assert told(world, "step-changed") == [ines.id]
    [event] = [one for one in world.all(Event) if one.verb == "note:move-step"]
    assert event.facts == {
        "was": (TODAY + timedelta(days=1)).isoformat(),
        "on": (TODAY + timedelta(days=9)).isoformat(),
    }


def test_it_is_dropped_with_a_reason_and_can_be_taken_up_again(
    world: World, note: Note, rahima: Person, lead: FlaskClient, group: FlaskClient
) -> None:
    at = f"/notes/{note.id}"
    assert lead.post(f"{at}/next-step/drop", data={"reason": "No desk."}).location == at
    for client in (lead, group):
        page = client.get(at).text
        assert "Dropped" in page and "No desk." in page
        assert "Mark as done" not in page and "Move it to another day" not in page
    assert told(world, "step-changed") == [rahima.id]
    assert STEP not in group.get("/partners/1/relationship").text
    again = group.post(f"{at}/next-step/drop", data={"reason": "Twice."})
    assert again.status_code == 422
    assert "There is no next step that is still to do." in again.text
    assert group.post(f"{at}/next-step", data={"done": "no"}).status_code == 303
    assert world.read(Note, note.id).step_open
    assert "Mark as done" in group.get(at).text


@pytest.mark.parametrize(
    ("what", "given", "said"),
    [
        ("move", day("on", TODAY + timedelta(days=9)), "Say why it is moved"),
        ("move", {"reason": "So."}, "Give the new day"),
        ("move", day("on", TODAY - timedelta(days=1)) | {"reason": "So."}, "still to come"),
        ("move", day("on", TODAY + timedelta(days=1)) | {"reason": "So."}, "another day than"),
        ("drop", {"reason": " "}, "Say why it is dropped"),
    ],
)
def test_what_is_no_change(
    world: World, note: Note, group: FlaskClient, what: str, given: dict[str, str], said: str
) -> None:
    answer = group.post(f"/notes/{note.id}/next-step/{what}", data=given)
    assert answer.status_code == 422
    assert said in answer.text
    held = world.read(Note, note.id)
    assert (held.next_step_on, held.next_step_dropped_at) == (note.next_step_on, None)


def test_the_rule_itself_asks_for_a_reason_and_for_something_to_do(
    world: World, note: Note, ines: Person, rahima: Person, camden: Partner, lantern: Partner
) -> None:
    who = (rahima, lantern)
    with pytest.raises(Refused, match="Say why"):
        world.do(who, next_steps.drop, note, reason=" ")
    waits = written(world, ines, camden, lantern, next_step=STEP)
    with pytest.raises(Refused, match="no next step"):
        world.do(who, next_steps.drop, waits, reason="So.")


def test_nobody_else_moves_or_drops_it(world: World, note: Note) -> None:
    other = world.partner("Copperfield")
    client = world.client(world.person("Mo", other, "member", "signatory"), other)
    for what in ("move", "drop", "reopen"):
        assert client.get(f"/notes/{note.id}/next-step/{what}").status_code == 404
        given = {"reason": "So.", **day("on")}
        assert client.post(f"/notes/{note.id}/next-step/{what}", data=given).status_code == 404
    assert world.read(Note, note.id).step_open


def test_who_does_it_is_written_down(
    world: World, camden: Partner, lantern: Partner, lead: FlaskClient
) -> None:
    for who, stands in (("giver", "For Camden to do"), ("both", "For both sides to do")):
        given = form(next_step=STEP, next_step_by=who)
        sent = lead.post(f"/notes/new?with={lantern.id}", data=given)
        assert stands in lead.get(sent.location).text
        assert stands in lead.get(f"/partners/{lantern.id}/relationship").text
    wrong = lead.post(f"/notes/new?with={lantern.id}", data=form(next_step_by="nobody"))
    assert wrong.status_code == 422


# Done


def test_those_who_do_it_hear_when_the_other_side_ticks_it_off_and_can_say_that_it_is_not(
    world: World, note: Note, ines: Person, rahima: Person, lead: FlaskClient, group: FlaskClient
) -> None:
    at = f"/notes/{note.id}"
    assert group.get(f"{at}/next-step/reopen").status_code == 200
    early = group.post(f"{at}/next-step/reopen", data={"reason": "So."})
    assert early.status_code == 422
    assert lead.post(f"{at}/next-step", data={"done": "yes"}).status_code == 303
    assert told(world, "step-done") == [rahima.id]
    lead.post(f"{at}/next-step", data={"done": "yes", "token": "again"})
    assert told(world, "step-done") == [rahima.id]
    page = group.get(at).text
    assert f'href="{at}/next-step/reopen"' in page
    assert "It is not done after all" not in page
    assert "It is not done after all" in lead.get(at).text, "one's own tick needs no reason"
    assert group.post(f"{at}/next-step", data={"done": "no"}).status_code == 409
    assert group.post(f"{at}/next-step/reopen", data={"reason": " "}).status_code == 422
    assert world.read(Note, note.id).next_step_done_at is not None
    sent = group.post(f"{at}/next-step/reopen", data={"reason": "The desk never rang back."})
    assert sent.location == at
    assert world.read(Note, note.id).step_open
    one, other = words(lead.get(at).text), words(group.get(at).text)
    assert one == other
    assert "Rahima, for Lantern Women’s Circle, took it up again on" in one
    assert "The desk never rang back." in one
    assert told(world, "step-changed") == [ines.id]


def test_whoever_ticks_off_their_own_step_tells_nobody(
    world: World, note: Note, rahima: Person, lantern: Partner, group: FlaskClient
) -> None:
    world.do((rahima, lantern), next_steps.tick, note, done=True)
    assert told(world, "step-done") == []
    at = f"/notes/{note.id}"
    assert group.post(f"{at}/next-step", data={"done": "no", "back": "note"}).location == at
    assert world.read(Note, note.id).step_open


# On home, and by mail


def test_home_shows_it_to_whoever_does_it_once_it_is_near(
    world: World,
    note: Note,
    ines: Person,
    rahima: Person,
    camden: Partner,
    lantern: Partner,
    lead: FlaskClient,
    group: FlaskClient,
) -> None:
    task = "Do what you agreed with Camden"
    assert task in words(group.get("/home").text) or task in group.get("/home").text
    assert "Do what you agreed" not in lead.get("/home").text
    world.do(
        (rahima, lantern),
        next_steps.move,
        note,
        on=TODAY + timedelta(days=8),
        reason="They are closed.",
    )
    assert "Do what you agreed" not in group.get("/home").text
    made = (world, ines, rahima, camden, lantern)
    agreed(*made, next_step_by="both", next_step_on=TODAY - timedelta(days=2))
    for client in (lead, group):
        page = client.get("/home").text
        assert page.count("Do what you agreed") == 1
        assert "Late" in page


def reminded(world: World, now: datetime) -> list[Parcel]:
    with world.database.writing() as session:
        reminders.next_steps(session, now)
    return [one for one in world.all(Parcel) if one.kind == "next-step"]


def mail_of(app: Flask, world: World, parcel: Parcel) -> Mail | None:
    with world.database.reading() as session, app.test_request_context():
        return compose(session, app.config["PORTAL"], parcel, datetime.now(UTC))


def test_whoever_does_it_is_reminded_the_day_before_and_once(
    app: Flask, world: World, note: Note, rahima: Person, lantern: Partner
) -> None:
    world.person("Hodan", lantern, "member")  # a colleague who had nothing to do with it
    now = datetime.now(UTC)
    assert reminded(world, now - timedelta(days=1)) == []
    [parcel] = reminded(world, now)
    assert parcel.to_person_id == rahima.id
    assert len(reminded(world, now + timedelta(hours=1))) == 1
    assert len(reminded(world, now + timedelta(days=1))) == 1, "told once of one day"
    mail = mail_of(app, world, parcel)
    assert mail is not None
    assert f"/notes/{note.id}" in mail.text and "/reminders" in mail.text
    for told in ("Camden", "Lantern", STEP):
        assert told not in mail.subject + mail.text


@pytest.mark.parametrize("change", ["moved", "dropped", "done", "quiet"])
def test_what_is_not_due_any_more_is_not_mailed(
    app: Flask, world: World, note: Note, rahima: Person, lantern: Partner, change: str
) -> None:
    [parcel] = reminded(world, datetime.now(UTC))
    who = (rahima, lantern)
    if change == "moved":
        world.do(who, next_steps.move, note, on=TODAY + timedelta(days=5), reason="So.")
        assert len(reminded(world, datetime.now(UTC) + timedelta(days=4))) == 2, "of the new day"
    elif change == "dropped":
        world.do(who, next_steps.drop, note, reason="So.")
    elif change == "done":
        world.do(who, next_steps.tick, note, done=True)
    else:
        world.do(who, quiet.choose, rahima, wanted=["pulse"])
    assert mail_of(app, world, parcel) is None


def test_one_for_both_is_told_to_both(
    world: World, ines: Person, rahima: Person, camden: Partner, lantern: Partner
) -> None:
    agreed(world, ines, rahima, camden, lantern, next_step_by="both")
    found = reminded(world, datetime.now(UTC))
    assert {one.to_person_id for one in found} == {ines.id, rahima.id}


def test_nothing_is_told_before_both_say_that_it_was_agreed(
    world: World, ines: Person, camden: Partner, lantern: Partner
) -> None:
    soon = TODAY + timedelta(days=1)
    written(world, ines, camden, lantern, next_step=STEP, next_step_on=soon)
    assert reminded(world, datetime.now(UTC)) == []
