"""Organisations that are here twice become one, with a yes of their people, and can be taken apart
again."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update

from pilots.contributions import Contribution
from tests.portal.stage import statements
from tests.world import World
from trust import ending, ledger, merging, negotiation, proposals, reach, relationships
from trust.agreements import Agreement
from trust.audit import Event, Moment
from trust.duplicates import pairs
from trust.merging import Merge
from trust.outbox import Parcel
from trust.partners import Identifier, Kind, Partner, once
from trust.people import Person, Seat
from trust.records import Record, Ref, Refused
from trust.terms import Terms


@pytest.fixture
def ada(world: World) -> FlaskClient:
    """The administrator's browser."""
    return world.client(world.person("Ada Bell", None, "administrator"))


@pytest.fixture
def two(world: World) -> tuple[Partner, Partner]:
    """The same group, from two lists."""
    return world.partner("Lantern Trust"), world.partner("The Lantern Trust Ltd")


def say(world: World, partner: Partner, **fields: Any) -> None:
    with world.database.writing() as session:
        session.execute(update(Partner).where(Partner.id == partner.id).values(**fields))


def rows(world: World) -> dict[str, list[Any]]:
    """Every row there is, but for what tells that something happened."""
    found = {}
    with world.session() as session:
        for name, table in sorted(Record.metadata.tables.items()):
            if name in ("event", "event_words", "moment", "parcel", "merge", "seal", "throttle"):
                continue
            if name in ("sign_in", "sighting"):
                continue
            kept = [c.name for c in table.columns if c.name not in ("version", "changed_at")]
            columns = ", ".join(f'"{column}"' for column in kept)
            stmt = text(f'SELECT {columns} FROM "{name}" ORDER BY id')
            found[name] = [tuple(map(str, row)) for row in session.execute(stmt)]
    return found


def where(one: Partner, other: Partner) -> str:
    return f"/merges/new?keep={one.id}&gone={other.id}"


def events(world: World, verb: str) -> list[Event]:
    return [one for one in world.all(Event) if one.verb == verb]


def test_where_letters_reach_the_one_that_goes_proves_nothing_yet_of_the_other(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner]
) -> None:
    """Whoever brings a group in a second time writes down where it is reached: an address of their
    own, say. Once the two are one, a letter there is to confirm what the group said."""
    kept, gone = two
    wayside = world.partner("Wayside", Kind.INFRASTRUCTURE)
    say(world, gone, supporter_id=wayside.id)
    world.now -= timedelta(days=30)
    noor = world.person("Noor", wayside, "supporter"), wayside
    world.do(noor, reach.write_for, gone, post="12 Quay Road", phone="020 7946 0018")
    world.now += timedelta(days=30)
    before = world.all(reach.Reach)[0].post_since
    assert ada.post(where(kept, gone), data={"name": "kept"}).status_code == 303
    held = world.all(reach.Reach)[0]
    assert held.partner_id == kept.id
    assert {held.post_since, held.phone_since} == {world.read(Merge, 1).merged_at}
    assert held.post_since > before


def test_two_that_nobody_acts_for_become_one_and_two_again(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner], camden: Partner
) -> None:
    kept, gone = two
    say(world, kept, phone="01632 960 001", what={"en": "We cook."})
    say(world, gone, phone="01632 960 002", website="https://lantern.org.uk", interpreter=True)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.add(Identifier(partner_id=gone.id, scheme="GB-CHC", number="1234567"))
    lead = world.person("Ines", camden, "relationship-lead")
    note = world.note((lead, camden), gone)
    before = rows(world)
    assert "Organisations that may be here twice" in ada.get("/installation").text
    listed = ada.get("/merges").text
    assert "The same name" in listed
    assert f"/merges/new?keep={kept.id}&amp;gone={gone.id}" in listed
    page = ada.get(where(kept, gone)).text
    assert page.count('type="radio"') == 4, "the name and the phone number differ, and no more"
    made = ada.post(where(kept, gone), data={"name": "kept", "phone": "gone"})
    assert made.status_code == 303, made.text
    now = world.read(Partner, kept.id)
    assert (now.name, now.phone, now.website) == (
        "Lantern Trust",
        "01632 960 002",
        "https://lantern.org.uk",
    )
    assert now.what == {"en": "We cook."}
    assert now.other_names == ["The Lantern Trust Ltd"]
    assert now.interpreter
    assert world.all(Identifier)[0].partner_id == kept.id
    assert world.read(relationships.Note, note.id).taker_id == kept.id
    done = events(world, "merge:do")
    assert len(done) == 1
    assert done[0].facts["moved"]["note.taker_id"] == [note.id]
    assert (done[0].giver_id, done[0].taker_id) == (gone.id, kept.id)
    assert "1234567" not in str(done[0].facts)
    reader = world.client(lead, camden)
    led = reader.get(f"/partners/{gone.id}")
    assert (led.status_code, led.location) == (301, f"/partners/{kept.id}")
    found = reader.get("/partners?words=1234567").text
    assert f"/partners/{kept.id}" in found, "the index knows the number that moved"
    assert f"/partners/{gone.id}" not in found
    assert str(gone.id) not in [str(one.one) for one in _pairs(world)]
    assert reader.get(f"/partners/{gone.id + 999}").status_code == 404
    at = made.location
    assert "It can be undone until" in ada.get(at).text
    assert ada.get(f"{at}/undo").status_code == 200
    assert ada.post(f"{at}/undo", data={}).status_code == 303
    assert "They are two again" in ada.get(at).text
    assert rows(world) == before
    assert len(events(world, "merge:undo")) == 1
    assert reader.get(f"/partners/{gone.id}").status_code == 200
    found = reader.get("/partners?words=1234567").text
    assert f"/partners/{gone.id}" in found
    assert f"/partners/{kept.id}" not in found
    assert ada.post(f"{at}/undo", data={"token": "t" * 20}).status_code in (409, 422)


def _pairs(world: World) -> list[Any]:
    person = next(one for one in world.all(Person) if one.name == "Ada Bell")
    with world.database.reading() as session:
        return pairs(session, world.actor(person, None))


def test_what_was_written_since_stays_with_the_one_that_was_kept(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner], camden: Partner
) -> None:
    kept, gone = two
    say(world, gone, website="https://lantern.org.uk")
    lead = world.person("Ines", camden, "relationship-lead")
    old = world.note((lead, camden), gone)
    at = ada.post(where(kept, gone), data={"name": "gone"}).location
    new = world.note((lead, camden), kept)
    rahima = world.person("Rahima", kept, "member")
    edited = {"name": "Lantern of today", "whom": "", "languages": "", "reached_by": ""}
    group = world.client(rahima, kept)
    given = {**edited, "website": "https://lantern.org.uk"}
    assert group.post(f"/partners/{kept.id}/edit", data=given).status_code == 303
    assert ada.post(f"{at}/undo", data={}).status_code == 303
    assert world.read(relationships.Note, old.id).taker_id == gone.id
    assert world.read(relationships.Note, new.id).taker_id == kept.id
    now = world.read(Partner, kept.id)
    assert (now.name, now.website) == ("Lantern of today", "")
    assert world.read(Partner, gone.id).website == "https://lantern.org.uk"
    assert group.get("/home").status_code == 200


def test_each_side_with_people_says_yes(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner]
) -> None:
    kept, gone = two
    rahima = world.person("Rahima", kept, "signatory")
    yusuf = world.person("Yusuf", gone, "signatory")
    first, second = world.client(rahima, kept), world.client(yusuf, gone)
    member = world.client(world.person("Mo", kept, "member"), kept)
    assert "Nothing changes until each side says yes" in ada.get(where(kept, gone)).text
    at = ada.post(where(kept, gone), data={"name": "kept"}).location
    assert world.read(Partner, gone.id).merged_into_id is None
    told = sorted(one.to_person_id for one in world.all(Parcel) if one.kind == "merge")
    assert told == sorted([rahima.id, yusuf.id])
    assert "Are you here twice?" in first.get("/home").text
    assert "Not answered yet" in ada.get(at).text
    admin = world.all(Person)[0]
    waiting = world.all(Merge)[-1]
    with pytest.raises(Refused, match="They must say yes first"):
        world.do((admin, None), merging.do, waiting)
    assert "Yes, we are one" not in ada.get(at).text
    assert ada.post(at, data={"answer": "yes"}).status_code == 404
    assert member.get(at).status_code == 404
    assert "Yes, we are one" in first.get(at).text
    assert first.post(at, data={"answer": "yes"}).status_code == 303
    assert "Are you here twice?" not in first.get("/home").text
    assert world.read(Partner, gone.id).merged_into_id is None
    again = first.post(at, data={"answer": "yes", "token": "x" * 20})
    assert again.status_code == 422
    assert second.post(at, data={"answer": "yes"}).status_code == 303
    assert world.read(Partner, gone.id).merged_into_id == kept.id
    assert [one.verb for one in world.all(Event) if one.verb.startswith("merge:")] == [
        "merge:propose",
        "merge:agree",
        "merge:agree-last",
    ]
    assert [one.to_person_id for one in world.all(Parcel) if one.kind == "merged"] == [rahima.id]
    home = second.get("/home")
    assert home.status_code == 200
    assert "Lantern Trust" in home.text
    assert second.get("/people").text.count("Rahima") >= 1
    assert ada.post(f"{at}/undo", data={}).status_code == 303
    assert second.get("/home", follow_redirects=True).status_code == 200
    mine = [one for one in world.all(Seat) if one.person_id == yusuf.id]
    assert [(one.partner_id, one.place) for one in mine] == [(gone.id, Ref.of(gone))]


def test_a_side_says_no_and_is_not_asked_again(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner]
) -> None:
    kept, gone = two
    group = world.client(world.person("Rahima", gone, "signatory"), gone)
    stranger = world.partner("Wayside")
    outsider = world.client(world.person("Joe", stranger, "signatory"), stranger)
    # The one that people act for is the one that is kept, unless somebody turns it round.
    assert f"keep={gone.id}&amp;gone={kept.id}" in ada.get("/merges").text
    at = ada.post(where(kept, gone), data={"name": "kept"}).location
    assert "is here twice" not in outsider.get("/home").text
    assert outsider.get(at).status_code == 404
    assert outsider.post(at, data={"answer": "yes"}).status_code == 404
    for path in ("/merges", where(kept, gone), f"{at}/undo"):
        assert group.get(path).status_code == 404
    assert group.post(f"{at}/undo", data={}).status_code == 404
    assert group.post(at, data={"answer": "no"}).status_code == 303
    assert "They are two organisations" in ada.get(at).text
    assert world.read(Partner, gone.id).merged_into_id is None
    assert "The same name" not in ada.get("/merges").text


def test_what_waits_can_be_taken_back_and_two_are_kept_apart(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner]
) -> None:
    kept, gone = two
    world.person("Rahima", kept, "signatory")
    at = ada.post(where(kept, gone), data={"name": "kept"}).location
    assert "Take it back" in ada.get(at).text
    again = ada.post(where(kept, gone), data={"name": "kept", "token": "y" * 20})
    assert again.status_code == 422
    assert ada.post(f"{at}/undo", data={}).status_code == 303
    assert world.all(Merge)[0].state == "declined"
    third, fourth = world.partner("Joy Club"), world.partner("Joy Club CIC")
    assert "Joy Club" in ada.get("/merges").text
    said = ada.post("/merges/apart", data={"keep": third.id, "gone": fourth.id})
    assert said.status_code == 303
    assert "Joy Club" not in ada.get("/merges").text
    assert ada.post("/merges/apart", data={"keep": third.id, "gone": "x"}).status_code == 404


def test_two_with_an_agreement_are_two(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner], camden: Partner
) -> None:
    kept, gone = two
    lead = world.person("Ines", camden, "coordinator", "signatory")
    signers = world.person("Rahima", kept, "signatory"), world.person("Yusuf", gone, "signatory")
    world.agreed(kept, camden, signers[0], lead)
    world.proposed(gone, camden, lead)
    page = ada.get(where(kept, gone)).text
    assert "Both have a trust agreement with" in page
    sent = ada.post(where(kept, gone), data={"name": "kept"})
    assert sent.status_code == 422
    page = ada.get(where(kept, camden)).text
    assert "They have a trust agreement with each other." in page
    assert world.all(Merge) == []


def test_those_who_had_an_agreement_are_not_merged_by_an_outsider_alone(
    world: World, two: tuple[Partner, Partner]
) -> None:
    kept, gone = two
    lead = world.person("Ines", gone, "signatory")
    one = world.proposed(kept, gone, lead)
    signer = world.person("Rahima", kept, "signatory")
    world.do((signer, kept), ending.decline, one, reason="We are the same.")
    ada = world.person("Ada Bell", None, "administrator")
    given = {"kept": kept, "gone": gone, "chosen": []}
    with world.database.writing() as session:
        session.execute(update(Seat).where(Seat.person_id == lead.id).values(ends=world.now))
    with pytest.raises(Refused, match="Both must say yes"):
        world.do((ada, None), merging.propose, world.installation(), **given)


def test_an_agreement_moves_with_its_terms_and_its_promises(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner], camden: Partner
) -> None:
    kept, gone = two
    lead = world.person("Ines", camden, "coordinator", "signatory")
    yusuf = world.person("Yusuf", gone, "signatory")
    agreement = world.agreed(gone, camden, yusuf, lead)
    world.answered_question(gone, yusuf, camden, lead)
    made = world.pilot(camden, lead, (gone, yusuf))
    request = world.request(made, camden, lead)
    answer = world.contribution(request, gone, yusuf)
    before = rows(world)
    at = ada.post(where(kept, gone), data={"name": "kept"}).location
    second = world.client(yusuf, gone)
    assert second.post(at, data={"answer": "yes"}).status_code == 303
    assert world.read(Contribution, answer.id).giver_id == kept.id
    assert world.read(Agreement, agreement.id).giver_id == kept.id
    assert {one.giver_id for one in world.all(Terms)} == {kept.id}
    assert second.get(f"/agreements/{agreement.id}").status_code == 200
    assert "Damp repairs" in second.get("/contributions").text
    with world.database.reading() as session:
        assert set(session.scalars(once([kept.id]))) == {kept.id, gone.id}
        promised = list(session.scalars(select(ledger.Promised)))
        moments = ledger._happened(session, promised)[kept.id, camden.id]
        asked = select(func.count()).where(Moment.giver_id == gone.id, Moment.kind == "given")
        assert session.scalar(asked), "what happened stays sealed as it was"
    assert {"asked", "given"} <= {one.kind for one in moments}
    assert ada.post(f"{at}/undo", data={}).status_code == 303
    assert rows(world) == before


def test_it_cannot_be_taken_apart_once_something_was_signed_on_it(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner], camden: Partner
) -> None:
    kept, gone = two
    lead = world.person("Ines", camden, "coordinator", "signatory")
    yusuf = world.person("Yusuf", gone, "signatory")
    agreement = world.proposed(gone, camden, lead)
    at = ada.post(where(kept, gone), data={"name": "kept"}).location
    group = world.client(yusuf, gone)
    assert group.post(at, data={"answer": "yes"}).status_code == 303
    change = {"clause": "quote", "why": "We want to know.", "note": "Ask us each time."}
    world.do((yusuf, kept), negotiation.ask_change, world.read(Agreement, agreement.id), **change)
    refused = ada.post(f"{at}/undo", data={})
    assert refused.status_code == 422
    assert "Something was signed or sent since" in refused.text
    assert world.read(Partner, gone.id).merged_into_id == kept.id


def test_it_cannot_be_taken_apart_after_sixty_days_or_under_a_newer_one(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner]
) -> None:
    kept, gone = two
    at = ada.post(where(kept, gone), data={"name": "kept"}).location
    with world.database.writing() as session:
        moved = session.scalars(select(Merge)).one()
        session.info["verb"] = "tests"
        moved.merged_at = world.now - timedelta(days=61)
    late = ada.post(f"{at}/undo", data={})
    assert late.status_code == 422
    assert "A merge can be undone for 60 days." in late.text
    assert world.all(Merge)[0].before
    with world.database.writing() as session:
        merging.sweep(session, world.now - timedelta(days=2))
        assert session.scalars(select(Merge)).one().before
        merging.sweep(session, world.now)
        assert not session.scalars(select(Merge)).one().before
        session.info["verb"] = "tests"
        moved = session.scalars(select(Merge)).one()
        moved.merged_at = world.now
    third = world.partner("Lantern House")
    newer = ada.post(where(third, kept), data={"name": "kept"}).location
    assert world.read(Partner, gone.id).merged_into_id == third.id
    early = ada.post(f"{at}/undo", data={})
    assert "Undo that one first" in early.text
    assert ada.post(f"{newer}/undo", data={}).status_code == 303
    assert world.read(Partner, gone.id).merged_into_id == kept.id
    assert ada.post(f"{at}/undo", data={}).status_code == 303


def test_a_proposal_for_a_page_moves_and_a_council_does_not_become_a_group(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner], camden: Partner
) -> None:
    kept, gone = two
    lead = world.person("Ines", camden, "relationship-lead")
    made = world.do(
        (lead, camden), proposals.propose, camden, other=gone, fields={"whom": "All"}, why=""
    )
    page = ada.get(where(kept, camden)).text
    assert "They are of different kinds" in page
    assert "Keep the other one instead" in page
    assert "They cannot be merged now" not in ada.get(where(camden, kept)).text
    assert ada.post(where(kept, gone), data={"name": "kept"}).status_code == 303
    assert world.read(proposals.Proposal, made.id).taker_id == kept.id


@pytest.mark.parametrize("asked", ["", "keep=1", "keep=1&gone=1", "keep=x&gone=1", "gone=99999999"])
def test_two_that_are_not_there(world: World, ada: FlaskClient, asked: str) -> None:
    world.partner("Lantern Trust")
    assert ada.get(f"/merges/new?{asked}").status_code == 404


def test_each_field_is_answered(
    world: World, ada: FlaskClient, two: tuple[Partner, Partner]
) -> None:
    assert "Choose one of the two" in ada.post(where(*two), data={}).text
    wrong = ada.post(where(*two), data={"name": "both"})
    assert wrong.status_code == 422
    assert "Choose one of the answers" in wrong.text
    assert world.all(Merge) == []


def test_the_list_takes_the_same_statements(world: World, ada: FlaskClient) -> None:
    def two(number: int) -> None:
        for name in (f"Club {number}", f"The Club {number}"):
            world.partner(name)

    two(1)
    ada.get("/merges")
    with statements(world) as few:
        ada.get("/merges")
    for number in range(2, 6):
        two(number)
    with statements(world) as many:
        ada.get("/merges")
    assert len(many) == len(few)
