"""What is held about a person: they see it, have it put right, have it taken out; and it stays
out, whatever backup comes back."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from pilots import at_risk
from portal import backup, erased_list, keeping, nouns
from portal.blueprints.rights import LABELS
from portal.database import Database
from portal.worker import _finish, duties
from tests.portal.conftest import empty_portal
from tests.world import World
from trust import (
    audit,
    claims,
    erasure,
    held,
    privacy,
    relationships,
    retention,
    safeguarding,
    tampering,
)
from trust.act import CLOCK, Act
from trust.audit import Event
from trust.claims import Claim
from trust.erasure import Erased, is_erased
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.relationships import Note, NoteLine
from trust.retention import WrongDays
from trust.safeguarding import Concern
from trust.signin import SignIn

assert nouns.MODULES
NOW = datetime.now(UTC)


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima Khatun", lantern, "signatory")


@pytest.fixture
def mine(world: World, rahima: Person, lantern: Partner) -> Any:
    return world.client(rahima, lantern)


@pytest.fixture
def keeper(world: World) -> Any:
    return world.client(world.person("Ada", None, "administrator"))


@pytest.fixture
def note(world: World, rahima: Person, lantern: Partner, camden: Partner) -> Note:
    ines = world.person("Ines", camden, "relationship-lead")
    made = world.note((rahima, lantern), camden, "They said Rahima Khatun is right.")
    world.do((ines, camden), relationships.dispute, made, reason="It went differently.")
    return made


def asked_to_go(mine: Any) -> str:
    sent = mine.post("/me/data/take-out", data={"sure": "yes", "words": "I moved away."})
    assert sent.status_code == 303, sent.text
    return str(sent.location).partition("?")[0]


# The declaration


def test_a_column_that_is_not_classed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert privacy.unclassed() == []
    whole = privacy.declared()
    less = {**whole, "person": privacy.Declared("person", own="id", personal=("name", "shoe"))}
    monkeypatch.setattr(privacy, "declared", lambda: {**less, "hat": privacy.Declared("hat")})
    said = privacy.unclassed()
    assert "person.email: in no list" in said
    assert "person.shoe: no such column" in said
    assert "hat: no such table" in said
    monkeypatch.setattr(privacy, "declared", lambda: {"person": whole["person"]})
    assert "note: no entry" in privacy.unclassed()


def test_all_that_a_person_reads_has_a_label() -> None:
    given = {name for entry in privacy.own_tables() for name in entry.personal}
    assert given == set(LABELS)
    assert all(entry.name for entry in privacy.own_tables())


# Seeing it


def test_a_person_takes_a_copy_of_all_that_is_held(
    world: World, mine: Any, note: Note, rahima: Person
) -> None:
    page = mine.get("/me/data")
    assert "Notes of talks that you wrote" in page.text
    copy = mine.post("/me/data", data={"as": "page"})
    assert copy.status_code == 200
    assert "attachment" in copy.headers["Content-Disposition"]
    assert "Rahima Khatun" in copy.text
    assert "rahima@example.org" in copy.text
    assert "They said" not in copy.text  # the words of two organisations
    data = mine.post("/me/data", data={"as": "data"})
    kept = json.loads(data.text)
    assert kept["controller"] == "Test council"
    assert kept["held"]["person"]["rows"][0]["email"] == "rahima@example.org"
    assert "words" not in kept["held"]["note_line"]["rows"][0]
    assert {"record": "note_line:1", "in": "words"} in kept["named_in"]
    assert "token_sha256" not in data.text
    events = [e for e in world.all(Event) if e.verb == "person:see-own"]
    assert len(events) == 2
    assert not any(event.facts for event in events)


def test_nobody_gets_what_is_about_others_or_restricted(
    world: World, mine: Any, note: Note, camden: Partner, lantern: Partner
) -> None:
    other = world.client(world.person("Joss", lantern, "member"), lantern)
    kept = json.loads(other.post("/me/data", data={"as": "data"}).text)
    assert "note" not in kept["held"]
    assert "rahima" not in json.dumps(kept).lower()
    assert "concern" not in {entry.table for entry in privacy.own_tables()}


def test_what_a_lead_did_about_somebody_at_risk_is_in_no_copy_and_stays(
    world: World, keeper: Any, camden: Partner, rahima: Person, lantern: Partner
) -> None:
    """The record of it is restricted, and so is what was said and done about it."""
    sam = world.person("Sam", camden, "safeguarding-lead")
    made = world.note((rahima, lantern), camden, "We met.")
    reader = world.person("Ines", camden, "relationship-lead"), camden
    concern = world.do(reader, at_risk.raise_, made, words="The child next door.")
    world.do((sam, camden), safeguarding.take, concern, tell=False, why="He reads her post.")
    closed = {"reason": "She is safe now.", "tell": False}
    world.do((sam, camden), safeguarding.close, world.read(Concern, concern.id), **closed)
    for who in (sam, reader[0]):
        copies = [
            world.client(who, camden).post("/me/data", data={"as": kind}).text
            for kind in ("page", "data")
        ]
        for said in ("He reads", "She is safe", "next door", "concern:"):
            assert said not in str(copies), said
    at = asked_to_go(world.client(sam, camden))
    assert keeper.post(at, data={}).status_code == 303
    assert is_erased(world.read(Person, sam.id))
    kept = json.dumps([one.words for one in world.all(audit.EventWords)])
    assert "He reads her post." in kept and "She is safe now." in kept
    with world.database.writing() as session:
        audit.seal(session)
    with world.database.reading() as session:
        assert tampering.verify(session, datetime.now(UTC)).broken == ()


def test_a_contact_that_others_wrote_down_is_found(
    world: World, mine: Any, rahima: Person, lantern: Partner, camden: Partner
) -> None:
    ines = world.person("Ines", camden, "coordinator")
    contacts = {"giver_contact": "Rahima Khatun, 020 7946 0018"}
    made = world.proposed(lantern, camden, ines, contacts=contacts)
    kept = json.loads(mine.post("/me/data", data={"as": "data"}).text)
    assert {"record": f"agreement:{made.id}", "in": "contacts"} in kept["named_in"]
    other = world.partner("Wayside")
    joe = world.client(world.person("Joe", other, "member"), other)
    assert json.loads(joe.post("/me/data", data={"as": "data"}).text)["named_in"] == []


def test_a_copy_asks_again_who_it_is(world: World, mine: Any, rahima: Person) -> None:
    with world.database.writing() as session:
        session.execute(update(SignIn).values(confirmed_at=NOW - timedelta(hours=2)))
    asked = mine.post("/me/data", data={"as": "data"})
    assert asked.status_code == 303
    assert "/sign-in/again" in asked.location


# Having it put right


def test_others_put_right_what_they_wrote(
    world: World, mine: Any, rahima: Person, lantern: Partner, camden: Partner
) -> None:
    signer = world.person("Sana", camden, "signatory")
    world.agreed(lantern, camden, rahima, signer)
    given = {"partner": str(camden.id), "words": "My name has no h at the end."}
    sent = mine.post("/me/data/put-right", data=given)
    assert sent.status_code == 303, sent.text
    (claim,) = world.all(Claim)
    assert (claim.due_on - NOW.date()).days in range(27, 33)
    council = world.client(signer, camden)
    assert "asks about their own data" in council.get("/home").text
    at = f"/claims/{claim.id}"
    assert "My name has no h" in council.get(at).text
    assert "Your answer" not in mine.get(at).text
    assert mine.post(at, data={}).status_code == 404
    assert council.post(at, data={"answer": "It says Rahima now."}).status_code == 303
    assert "It says Rahima now." in mine.get(at).text
    kinds = [one.kind for one in world.all(Parcel)]
    assert kinds.count("claim") == 1
    assert kinds.count("claim-answered") == 1


def test_not_done_needs_a_reason_and_others_see_nothing(
    world: World, mine: Any, rahima: Person, lantern: Partner, camden: Partner
) -> None:
    signer = world.person("Sana", camden, "signatory")
    world.agreed(lantern, camden, rahima, signer)
    mine.post("/me/data/put-right", data={"partner": str(camden.id), "words": "It is wrong."})
    (claim,) = world.all(Claim)
    bedford = world.partner("Bedford", Kind.COUNCIL)
    stranger = world.client(world.person("Bo", bedford, "signatory"), bedford)
    assert stranger.get(f"/claims/{claim.id}").status_code == 404
    assert stranger.post(f"/claims/{claim.id}", data={}).status_code == 404
    council = world.client(signer, camden)
    assert council.post(f"/claims/{claim.id}/decline", data={}).status_code == 422
    said = {"reason": "It is what was said that day."}
    assert council.post(f"/claims/{claim.id}/decline", data=said).status_code == 303
    page = mine.get(f"/claims/{claim.id}").text
    assert "It is what was said that day." in page
    assert "Information Commissioner" in page


def test_one_takes_it_back_and_late_is_shown(
    world: World, mine: Any, rahima: Person, lantern: Partner
) -> None:
    at = asked_to_go(mine)
    assert mine.post("/me/data/take-out", data={"sure": "yes"}).status_code == 422
    with world.database.writing() as session:
        session.execute(update(Claim).values(due_on=NOW.date() - timedelta(days=2)))
    assert "Late" in mine.get(at).text
    assert mine.post(f"{at}/take-back").status_code == 303
    assert "Taken back" in mine.get(at).text
    assert mine.post(f"{at}/take-back").status_code == 409


# Having it taken out


def test_a_person_is_taken_out_and_the_record_still_verifies(
    world: World, mine: Any, keeper: Any, note: Note, rahima: Person, lantern: Partner
) -> None:
    other = world.person("Joss", lantern, "signatory")
    world.do((rahima, lantern), held.see_own, rahima)
    at = asked_to_go(mine)
    with world.database.writing() as session:
        audit.seal(session)
    assert keeper.post(at, data={}).status_code == 303
    gone = world.read(Person, rahima.id)
    assert (gone.name, gone.phone) == ("–", "")
    assert "rahima" not in gone.email
    assert is_erased(gone)
    with world.database.writing() as session:
        audit.seal(session)
    with world.database.reading() as session:
        assert tampering.verify(session, datetime.now(UTC)).broken == ()
        assert all(s.ends for s in session.scalars(select(Seat).filter_by(person_id=rahima.id)))
    assert mine.get("/home").status_code == 303
    joss = world.client(other, lantern)
    page = joss.get(f"/notes/{note.id}").text
    assert "Rahima Khatun is right" in page  # the organisation's own words
    assert world.all(Claim)[0].words == ""
    (mail,) = [one for one in world.all(Parcel) if one.kind == "erased"]
    assert mail.address == "rahima@example.org"
    _finish(world.database, mail, "sent", True, datetime.now(UTC))
    assert world.read(Parcel, mail.id).address is None


def test_nothing_of_the_person_is_left_in_any_personal_column(
    world: World, mine: Any, keeper: Any, note: Note, rahima: Person, lantern: Partner
) -> None:
    at = asked_to_go(mine)
    keeper.post(at, data={})
    with world.database.reading() as session:
        left = [
            (entry.table, row)
            for kept in held.own(session, world.read(Person, rahima.id))
            for entry in [kept.entry]
            for row in kept.rows
            if entry.erase != "keep"
            if any("ahima" in str(value) for value in row.values())
        ]
    assert left == []


def test_the_reasons_that_a_person_wrote_go_and_an_event_says_so(
    world: World, keeper: Any, camden: Partner, lantern: Partner, rahima: Person
) -> None:
    ines = world.person("Ines", camden, "relationship-lead")
    made = world.note((rahima, lantern), camden, "We met.")
    world.do((ines, camden), relationships.dispute, made, reason="It went differently.")
    hers = world.client(ines, camden)
    at = asked_to_go(hers)
    assert "It went differently" in json.dumps([w.words for w in world.all(audit.EventWords)])
    keeper.post(at, data={})
    assert "It went differently" not in json.dumps([w.words for w in world.all(audit.EventWords)])
    done = next(event for event in world.all(Event) if event.verb == "claim:do")
    assert done.facts[audit.ERASED]
    with world.database.writing() as session:
        audit.seal(session)
    with world.database.reading() as session:
        assert tampering.verify(session, datetime.now(UTC)).broken == ()


def test_nobody_decides_their_own(world: World) -> None:
    ada = world.person("Ada", None, "administrator")
    own = world.client(ada)
    at = asked_to_go(own)
    assert own.post(at, data={}).status_code in (409, 422)
    assert not is_erased(world.read(Person, ada.id))


def test_an_erasure_outlives_an_older_backup(
    world: World,
    database: Any,
    mine: Any,
    keeper: Any,
    rahima: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backup, "_revision", lambda _: "the same")
    at = asked_to_go(mine)
    backup.backup(world.database, tmp_path / "portal.zip")
    keeper.post(at, data={})
    listed = tmp_path / "erasures.jsonl"
    with world.database.reading() as session:
        assert erased_list.add(listed, claims.erased(session)) == 1
    with world.database.reading() as session:
        assert erased_list.add(listed, claims.erased(session)) == 0
    assert "ahima" not in listed.read_text()
    assert listed.stat().st_mode & 0o077 == 0
    with database.fresh(empty_portal) as url:
        other = Database(url)
        backup.restore(other, tmp_path / "portal.zip", datetime.now(UTC), erased_list.read(listed))
        with other.reading() as session:
            assert is_erased(session.get_one(Person, rahima.id))
            assert "ahima" not in session.get_one(Person, rahima.id).email
        other.engine.dispose()


def test_after_a_restore_nobody_else_is_erased_by_a_number(world: World, rahima: Person) -> None:
    """The number may have been given again since: the list also says when the row was made."""
    wrong = Erased(rahima.id, NOW - timedelta(days=400), NOW)
    actor = CLOCK.__class__(anywhere=frozenset({"set-up"}))
    with world.database.writing() as session:
        act = Act(session=session, actor=actor, now=NOW)
        where = session.get_one(type(world.installation()), 1)
        assert erasure.erase_again(act, where, erased=[wrong]) == 0
    assert not is_erased(world.read(Person, rahima.id))


def test_a_damaged_list_is_refused(tmp_path: Path) -> None:
    listed = tmp_path / "erasures.jsonl"
    with pytest.raises(erased_list.Unreadable):
        erased_list.read(listed)
    listed.write_text('{"person": 1}\n')
    with pytest.raises(erased_list.Unreadable):
        erased_list.read(listed)


# Keeping it no longer than needed


def old_note(world: World, rahima: Person, lantern: Partner, camden: Partner) -> Note:
    made = world.note((rahima, lantern), camden, "We met.")
    with world.database.writing() as session:
        session.execute(update(Note).values(happened_on=NOW.date() - timedelta(days=2200)))
    return made


def test_the_clock_takes_out_what_is_over_once_a_day(
    world: World, rahima: Person, lantern: Partner, camden: Partner
) -> None:
    old_note(world, rahima, lantern, camden)
    before = len(world.all(Event))
    duties(world.app)
    assert world.all(Note) == []
    assert world.all(NoteLine) == []
    took = [event for event in world.all(Event) if event.verb == "installation:take-out"]
    assert took[0].facts == {"took": {"notes": 1}}
    duties(world.app)
    assert len(world.all(Event)) == before + 1


def test_what_is_not_over_stays_and_leaves_no_event(
    world: World, rahima: Person, lantern: Partner, camden: Partner
) -> None:
    world.note((rahima, lantern), camden, "We met.")
    duties(world.app)
    assert len(world.all(Note)) == 1
    assert "installation:take-out" not in [event.verb for event in world.all(Event)]


def test_the_page_says_what_would_go(
    world: World, keeper: Any, rahima: Person, lantern: Partner, camden: Partner
) -> None:
    assert "Nothing is over its time" in keeper.get("/retention").text
    old_note(world, rahima, lantern, camden)
    page = keeper.get("/retention").text
    assert "1 thing is over its time" in page
    assert "6 years" in page
    assert len(world.all(Note)) == 1


def test_people_without_a_role_for_two_years_are_forgotten(
    world: World, lantern: Partner, rahima: Person
) -> None:
    gone = world.person("Joss", lantern, "member")
    with world.database.writing() as session:
        session.execute(update(Person).values(created_at=NOW - timedelta(days=900)))
        ended = update(Seat).where(Seat.person_id == gone.id)
        session.execute(ended.values(ends=NOW - timedelta(days=731)))
    duties(world.app)
    assert is_erased(world.read(Person, gone.id))
    assert not is_erased(world.read(Person, rahima.id))
    duties(world.app, NOW + timedelta(days=1))
    took = [event for event in world.all(Event) if event.verb == "installation:take-out"]
    assert len(took) == 1


@pytest.mark.one_database
def test_an_installation_sets_its_own_days(tmp_path: Path) -> None:
    kinds = retention.with_days(retention.schedule(), "notes = 10\n")
    assert next(kind.days for kind in kinds if kind.key == "notes") == 10
    for wrong in ("nothing = 3", "notes = 0", "notes = true", 'notes = "10"', "notes ="):
        with pytest.raises(WrongDays):
            retention.with_days(retention.schedule(), wrong)
    own = tmp_path / "own.toml"
    own.write_text("nothing = 3\n")
    assert "“nothing” is not known" in keeping.problem(str(own))


@pytest.mark.one_database
def test_each_kind_speaks_of_tables_and_columns_that_are_there() -> None:
    for kind in retention.schedule():
        if kind.days is None:
            continue
        columns = privacy.tables()[kind.table].c
        assert kind.since in columns
        assert {*kind.columns, *kind.sides, *(kind.where or {})} <= set(columns.keys())
        assert {*kind.beside, *kind.but_for} <= set(privacy.tables())
        assert set(kind.columns) <= {
            *privacy.declared()[kind.table].personal,
            *privacy.declared()[kind.table].words,
            *privacy.declared()[kind.table].named,
        }


def test_the_notice_says_who_and_how_long(world: World, mine: Any) -> None:
    page = world.app.test_client().get("/privacy").text
    assert "Test council" in page
    assert "Test host" in page
    assert "public register" in page
    for kind in retention.schedule():
        assert kind.name in re.sub("&#39;", "'", page)
    assert "/me/data" not in page
    assert "/me/data" in mine.get("/privacy").text
