"""Someone may be at risk, in a text that others wrote: any reader passes it on, to the same record
as that of an answer (test_safeguarding.py)."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pilots import at_risk, contributions, insight, review
from pilots.contributions import Contribution
from pilots.insight import Insight
from portal.mails import compose
from tests.kept import once
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import complaints, dispute, ending, note_answers, relationships, safeguarding
from trust.agreements import Agreement
from trust.audit import Event, EventWords
from trust.complaints import Complaint
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.records import Hidden, Record, Ref
from trust.relationships import Note
from trust.safeguarding import Concern
from trust.sightings import Sighting

WORRY = "Zebrafinch: the child next door may be hurt."
TEXT = "Tamarisk: she is afraid to go home."
LEAD = {"words": WORRY}

Who = tuple[Person, Partner]


@pytest.fixture
@once
def made(world: World) -> Stage:
    made = stage(world, 2)
    world.person("Sam", made.camden, "safeguarding-lead")
    world.person("Deb", made.camden, "safeguarding-deputy")
    return made


def lead(made: Stage, name: str = "Sam") -> FlaskClient:
    return made.world.client(made.world.person(name, made.camden), made.camden)


def opened(client: FlaskClient, path: str) -> Any:
    """The page at an address, or the one that it leads on to."""
    page = client.get(path)
    return client.get(page.location) if page.status_code == 303 else page


def main_of(client: FlaskClient, path: str) -> str:
    """A page that opens, without what is new in each answer of the server."""
    page = opened(client, path)
    assert page.status_code == 200, path
    main = page.text.split("<main")[1].split("</main>")[0]
    return re.sub(r'name="token" value="[^"]*"', "", main)


# Each text: made, with where it stands, who reads it, and who wrote it


def a_note(made: Stage) -> tuple[Record, str, Who, Who]:
    wrote = made.world.person("Ines", made.camden, "relationship-lead"), made.camden
    note = made.world.note(wrote, made.lantern, TEXT)
    return note, f"/notes/{note.id}", (made.rahima, made.lantern), wrote


def a_correction(made: Stage) -> tuple[Record, str, Who, Who]:
    reads = made.world.person("Ines", made.camden, "relationship-lead"), made.camden
    note = made.world.note(reads, made.lantern, "All is well.")
    giver = made.rahima, made.lantern
    made.world.do(giver, relationships.confirm, note, corrections={1: TEXT})
    return note, f"/notes/{note.id}", reads, giver


def a_different_view(made: Stage) -> tuple[Record, str, Who, Who]:
    reads = made.world.person("Ines", made.camden, "relationship-lead"), made.camden
    note = made.world.note(reads, made.lantern, "All is well.")
    giver = made.rahima, made.lantern
    made.world.do(giver, relationships.dispute, note, reason=TEXT)
    return note, f"/notes/{note.id}", reads, giver


def an_answer_to_a_different_view(made: Stage) -> tuple[Record, str, Who, Who]:
    wrote = made.world.person("Ines", made.camden, "relationship-lead"), made.camden
    note = made.world.note(wrote, made.lantern, "All is well.")
    giver = made.rahima, made.lantern
    made.world.do(giver, relationships.dispute, note, reason="Not so.")
    made.world.do(wrote, note_answers.answer, note, right=False, words=TEXT)
    return note, f"/notes/{note.id}", giver, wrote


def a_finding(made: Stage) -> tuple[Record, str, Who, Who]:
    wrote = made.reviewer, made.camden
    found = made.world.insight(made.pilot, wrote, made.accepted(), statement=TEXT, shown=True)
    return found, f"/insights/{found.id}", (made.rahima, made.lantern), wrote


def a_finding_of_others(made: Stage) -> tuple[Record, str, Who, Who]:
    """Read by the cohort: it does not rest on what this one gave."""
    found, there, giver, wrote = a_finding(made)
    made.world.published(found, wrote, giver)
    partner, person = made.groups[1]
    return found, there, (person, partner), wrote


def a_question(made: Stage) -> tuple[Record, str, Who, Who]:
    """Of a reviewer, to those who answered."""
    sent, wrote = made.sent(), (made.reviewer, made.camden)
    made.world.do(wrote, review.claim, sent)
    made.world.do(wrote, review.ask, made.now(sent), words=TEXT)
    return sent, f"/contributions/{sent.id}", (made.rahima, made.lantern), wrote


def a_claim_to_speak(made: Stage) -> tuple[Record, str, Who, Who]:
    reads = made.world.person("Mo", made.lantern, "member"), made.lantern
    wrote = made.rahima, made.lantern
    held = made.world.do(wrote, dispute.claim, made.lantern, other=reads[0], why=TEXT)
    return held, f"/disputes/{held.id}", reads, wrote


def a_complaint(made: Stage) -> tuple[Record, str, Who, Who]:
    reads = made.world.person("Cas", made.camden, "complaints-lead"), made.camden
    given: dict[str, Any] = {"name": "", "email": "", "lang": "en", "for_partner": True}
    about = {"about": made.camden, "words": TEXT}
    wrote = made.rahima, made.lantern
    made.world.do(wrote, complaints.make, made.world.installation(), **about, **given)
    (held,) = made.world.all(Complaint)
    return held, f"/complaints/{held.id}", reads, wrote


TEXTS: dict[str, Callable[[Stage], tuple[Record, str, Who, Who]]] = {
    "note": a_note,
    "correction": a_correction,
    "different-view": a_different_view,
    "answer-to-a-different-view": an_answer_to_a_different_view,
    "finding": a_finding,
    "finding-of-others": a_finding_of_others,
    "question": a_question,
    "who-speaks": a_claim_to_speak,
    "complaint": a_complaint,
}
every = pytest.mark.parametrize("text", TEXTS)


def passed_on(made: Stage, there: str, reads: Who) -> Concern:
    """The reader follows the link on the page of the text, and says what worries them."""
    client = made.world.client(*reads)
    link = re.search(r'href="(/at-risk/[a-z]+/\d+)"', main_of(client, there))
    assert link, there
    assert "call 999" not in main_of(client, link[1])
    assert "Is someone in danger now? Call 999 first." in main_of(client, link[1])
    done = client.post(link[1], data=LEAD)
    assert done.status_code == 303, done.text
    assert "Passed on. The safeguarding lead has it." in client.get(done.location).text
    return made.world.all(Concern)[-1]


@every
def test_any_reader_passes_it_on_and_the_lead_reads_what_they_read(made: Stage, text: str) -> None:
    about, there, reads, wrote = TEXTS[text](made)
    concern = passed_on(made, there, reads)
    assert (concern.about, concern.taker_id) == (Ref.of(about), made.camden.id)
    assert (concern.giver_id, concern.wrote_id) == (wrote[1].id, wrote[0].id)
    told = {one.to_person_id for one in made.world.all(Parcel) if one.kind == "concern"}
    assert told == {made.world.person(name, made.camden).id for name in ("Sam", "Deb")}
    for name in ("Sam", "Deb"):
        page = main_of(lead(made, name), f"/concerns/{concern.id}")
        for said in (WORRY, TEXT, reads[0].name, wrote[0].name):
            assert said in page, said


@every
def test_it_shows_nowhere_until_those_who_wrote_it_may_know(made: Stage, text: str) -> None:
    _about, there, reads, wrote = TEXTS[text](made)
    clients = [made.world.client(*who) for who in (reads, wrote)]
    pages = ("/home", there)
    for client in clients:
        main_of(client, there)  # that they looked stands there from now on
    before = [main_of(client, path) for client in clients for path in pages]
    looked = len(made.world.all(Sighting))
    concern = passed_on(made, there, reads)
    desk, at = lead(made), f"/concerns/{concern.id}"
    main_of(desk, at)
    given = {"tell": "no", "why": "He reads her post."}
    assert desk.post(at, data=given).status_code == 303
    assert desk.post(at, data={"tell": "no", "reason": "She is safe."}).status_code == 303
    assert [main_of(client, path) for client in clients for path in pages] == before
    assert "Those who sent it are not told." in main_of(desk, at)
    mine = [one for one in made.world.all(Sighting) if one.person_id == desk_id(made)]
    assert not mine
    assert len(made.world.all(Sighting)) >= looked
    assert not [one for one in made.world.all(Parcel) if one.kind == "passed-on"]


def desk_id(made: Stage) -> int:
    return made.world.person("Sam", made.camden).id


@every
def test_whoever_wrote_it_hears_once_the_lead_has_it(made: Stage, text: str) -> None:
    _about, there, reads, wrote = TEXTS[text](made)
    concern = passed_on(made, there, reads)
    lead(made).post(f"/concerns/{concern.id}", data={"tell": "yes"})
    told = [one for one in made.world.all(Parcel) if one.kind == "passed-on"]
    assert [one.to_person_id for one in told] == [wrote[0].id]
    app = made.world.app
    with app.test_request_context(), made.world.database.reading() as session:
        mail = compose(session, app.config["PORTAL"], told[0], made.world.now)
    assert mail
    assert there.split("/")[-1] in mail.text
    said = set(re.findall(r"\w+", mail.text))
    assert not said & {"Zebrafinch", "Tamarisk", "safeguarding", "risk"}
    if text != "question":  # an answer is its reviewer's to read elsewhere
        assert "passed to the safeguarding lead" in main_of(made.world.client(*wrote), there)
    if reads[1] != wrote[1]:
        assert "passed to the safeguarding lead" not in main_of(made.world.client(*reads), there)


@every
def test_its_words_are_in_no_list_no_search_no_copy_and_no_mail(made: Stage, text: str) -> None:
    about, there, reads, wrote = TEXTS[text](made)
    ada = made.world.person("Ada", None, "administrator")
    cas = made.world.person("Cas", made.camden, "complaints-lead")
    concern = passed_on(made, there, reads)
    lead(made).post(f"/concerns/{concern.id}", data={"tell": "yes"})
    bedford = made.world.partner("Central Bedfordshire Council", Kind.COUNCIL)
    clients = {
        "reader": made.world.client(*reads),
        "writer": made.world.client(*wrote),
        "reviewer": made.desk(),
        "other group": made.phone(1),
        "administrator": made.world.client(ada, None),
        "log": made.world.client(cas, made.camden),
        "another lead": made.world.client(
            made.world.person("Bea", bedford, "safeguarding-lead"), bedford
        ),
    }
    pages = (
        there,
        "/home",
        "/partners?q=Zebrafinc",
        f"/partners/{made.camden.id}/relationship",
        f"/partners/{made.lantern.id}/relationship",
        f"/pilots/{made.pilot.id}/insights",
        "/inquiries",
        "/inquiries/new",
        "/complaints",
        f"/concerns/{concern.id}",
    )
    for who, client in clients.items():
        for path in pages:
            assert "Zebrafinch" not in opened(client, path).text, (who, path)
        assert client.get(f"/concerns/{concern.id}").status_code == 404, who
    for client in (clients["reader"], clients["writer"]):
        copy = client.post("/me/data", data={"as": "page"})
        assert copy.status_code == 200
        assert "Zebrafinch" not in copy.text
    said = [one.facts for one in (*made.world.all(Parcel), *made.world.all(Event))]
    said += [one.words for one in made.world.all(EventWords)]
    assert "Zebrafinch" not in json.dumps(said)
    assert about.id == concern.about.id


@every
def test_who_does_not_read_it_passes_nothing_on(made: Stage, text: str) -> None:
    about, there, reads, _wrote = TEXTS[text](made)
    other = made.world.partner("Elsewhere Hub", Kind.INFRASTRUCTURE)
    stranger = made.world.person("Stu", other, "member"), other
    at = f"/at-risk/{about.noun}/{about.id}"
    client = made.world.client(*stranger)
    assert client.get(at).status_code == 404
    assert client.post(at, data=LEAD).status_code == 404
    with pytest.raises(Hidden):
        made.world.do(stranger, at_risk.raise_, about, words=WORRY)
    assert made.world.client(*reads).post(at, data={"words": " "}).status_code == 422
    assert not made.world.all(Concern)
    assert there


def test_nothing_else_is_passed_on_this_way(made: Stage) -> None:
    client = made.phone(0)
    for path in (f"/at-risk/partner/{made.lantern.id}", "/at-risk/person/1", "/at-risk/note/99"):
        assert client.get(path).status_code == 404
        assert client.post(path, data=LEAD).status_code == 404
    sent = made.sent()  # nobody wrote anything about it yet; whoever reads it does so elsewhere
    at = f"/at-risk/contribution/{sent.id}"
    assert f'href="{at}"' not in main_of(client, f"/contributions/{sent.id}")
    assert client.post(at, data=LEAD).status_code == 404
    assert made.desk().post(at, data=LEAD).status_code == 404
    with pytest.raises(Hidden):
        made.world.do((made.rahima, made.lantern), at_risk.raise_, made.lantern, words=WORRY)


def test_between_two_groups_the_council_of_their_region_has_it(made: Stage) -> None:
    (lantern, rahima), (other, carol) = made.groups
    note = made.world.note((carol, other), lantern, TEXT)
    made.world.region("Central Bedfordshire")
    bedford = made.world.partner(
        "Central Bedfordshire Council", Kind.COUNCIL, "Central Bedfordshire"
    )
    made.world.person("Bea", bedford, "safeguarding-lead")
    concern = passed_on(made, f"/notes/{note.id}", (rahima, lantern))
    assert (concern.taker_id, concern.giver_id) == (made.camden.id, other.id)
    assert TEXT in main_of(lead(made), f"/concerns/{concern.id}")


def test_a_lead_who_belongs_to_the_group_that_wrote_it_has_no_part(made: Stage) -> None:
    made.world.person("Sam", made.lantern, "member")
    _about, there, reads, _wrote = a_correction(made)
    concern = passed_on(made, there, reads)
    sam, at = lead(made), f"/concerns/{concern.id}"
    assert sam.get(at).status_code == 404
    assert "Someone may be at risk:" not in sam.get("/home").text
    assert TEXT in main_of(lead(made, "Deb"), at)
    told = [one.to_person_id for one in made.world.all(Parcel) if one.kind == "concern"]
    assert told == [made.world.person("Deb", made.camden).id]


def test_without_a_lead_the_reader_is_told_to_call_and_sees_the_number(world: World) -> None:
    made = stage(world, 2)
    note = a_note(made)[0]
    page = made.phone(0).post(f"/at-risk/note/{note.id}", data=LEAD)
    assert page.status_code == 422
    assert "Call the number on this page now." in page.text
    assert WORRY in page.text
    assert 'href="tel:' in page.text.split("<main")[1].split("</main>")[0]
    assert not world.all(Concern)


def test_what_was_read_stays_with_the_lead_when_it_is_taken_back_or_reworded(made: Stage) -> None:
    quoted, other = made.accepted(story=TEXT), made.accepted(1)
    wrote = made.reviewer, made.camden
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Contribution, quoted.id).quote = "named"
    given = {"lang": "en", "confidence": "likely", "caveats": ""}
    found = made.world.do(
        wrote,
        insight.write,
        made.pilot,
        statement="Sycamore: they are left alone.",
        rests_on={quoted.id: TEXT, other.id: ""},
        **given,
    )
    soon = made.world.now.date() + timedelta(days=14)
    made.world.do(wrote, insight.show, found, answer_by=soon)
    there = f"/insights/{found.id}"
    concern = passed_on(made, there, (made.groups[1][1], made.groups[1][0]))
    made.world.do((made.rahima, made.lantern), contributions.withdraw, made.now(quoted))
    made.world.do(
        wrote, insight.reword, made.world.read(Insight, found.id), statement="Calm.", caveats=""
    )
    page = main_of(lead(made), f"/concerns/{concern.id}")
    assert TEXT in page
    assert "Sycamore: they are left alone." in page
    assert TEXT not in main_of(made.phone(1), there)


def test_the_lead_goes_on_reading_when_the_agreement_has_ended(made: Stage) -> None:
    for text in ("note", "question", "finding"):
        _about, there, reads, _wrote = TEXTS[text](made)
        passed_on(made, there, reads)
    (agreement, *_) = made.world.all(Agreement)
    signer = made.world.person("Sana", made.lantern, "signatory"), made.lantern
    made.world.do(signer, ending.end, agreement, reason="We stop.")
    for concern in made.world.all(Concern):
        assert TEXT in main_of(lead(made), f"/concerns/{concern.id}")


def test_a_worry_of_those_who_answered_tells_them_nothing_of_another(made: Stage) -> None:
    """Their own worry about a question, and the reviewer's about their answer, are two."""
    sent, there, reads, _wrote = a_question(made)
    before = main_of(made.phone(0), there)
    own = passed_on(made, there, reads)
    lead(made).post(f"/concerns/{own.id}", data={"tell": "yes"})
    assert made.desk().post(f"/review/{sent.id}/at-risk", data=LEAD).status_code == 303
    assert main_of(made.phone(0), there) == before
    answered = [one for one in made.world.all(Event) if one.verb == "concern:take"]
    assert len(answered) == 1


def test_whoever_does_not_act_there_any_more_is_not_told(made: Stage) -> None:
    _about, there, reads, wrote = a_note(made)
    colleague = made.world.person("Una", made.camden, "relationship-lead")
    concern = passed_on(made, there, reads)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        for seat in session.scalars(select(Seat).where(Seat.person_id == wrote[0].id)):
            seat.ends = made.world.now - timedelta(days=1)
    lead(made).post(f"/concerns/{concern.id}", data={"tell": "yes"})
    told = {one.to_person_id for one in made.world.all(Parcel) if one.kind == "passed-on"}
    assert colleague.id in told
    assert wrote[0].id not in told


def test_the_record_is_the_same_one(made: Stage) -> None:
    """Taken and closed as that of an answer is."""
    _about, there, reads, _wrote = a_note(made)
    concern = passed_on(made, there, reads)
    sam = made.world.person("Sam", made.camden), made.camden
    made.world.do(sam, safeguarding.take, concern)
    held = made.world.read(Concern, concern.id)
    made.world.do(sam, safeguarding.close, held, tell=True, reason="She is safe.")
    assert made.world.read(Concern, concern.id).state == "closed"
    assert made.world.read(Note, concern.about.id).state == "written"
