"""Someone may be at risk: what anyone can read, and a record that nobody but the lead sees."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import select

from pilots import contributions, figures, progress, releases, review
from pilots.contributions import Contribution
from portal.languages import day_and_time_words
from tests.kept import once
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import safeguarding
from trust.agreements import Agreement
from trust.audit import Event, EventWords
from trust.contacts import Contact
from trust.outbox import Parcel
from trust.partners import Kind
from trust.people import Person
from trust.records import Hidden, Ref
from trust.regions import regions
from trust.safeguarding import Concern
from trust.sightings import Sighting

WAYSIDE = "Wayside VCS Link"
WORRY = "Zebrafinch: the child next door may be hurt."


@pytest.fixture
@once
def made(world: World) -> Stage:
    made = stage(world, 2)
    world.person("Sam", made.camden, "safeguarding-lead")
    world.person("Deb", made.camden, "safeguarding-deputy")
    return made


def lead(made: Stage, name: str = "Sam") -> FlaskClient:
    return made.world.client(made.world.person(name, made.camden), made.camden)


def raised(made: Stage) -> tuple[Contribution, Concern]:
    sent = made.sent(story="Tamarisk: she is afraid to go home.")
    done = made.desk().post(f"/review/{sent.id}/at-risk", data={"words": WORRY})
    assert done.status_code == 303
    return made.now(sent), made.world.all(Concern)[-1]


def main_of(client: FlaskClient, path: str) -> str:
    """A page that opens, without what is new in each answer of the server."""
    page = client.get(path)
    assert page.status_code == 200
    main = page.text.split("<main")[1].split("</main>")[0]
    return re.sub(r'name="token" value="[^"]*"', "", main)


def timeline(made: Stage, sent: Contribution) -> str:
    page = made.phone(0).get(f"/contributions/{sent.id}")
    assert page.status_code == 200
    return page.text.split("<main")[1].split("</main>")[0]


def test_anyone_reads_what_to_do_and_whom_to_call(made: Stage) -> None:
    client = made.world.app.test_client()
    page = client.get("/safeguarding").text
    for said in ("tel:999", "tel:101", "tel:111", "This portal is not the place to report it."):
        assert said in page
    for number in regions()["camden"].own_numbers:
        assert number.phone in page
    assert "Central Bedfordshire" not in page  # nobody here is of that region
    assert "(A made-up number.)" in page
    assert "You can do this by phone instead" not in page
    assert 'href="/safeguarding"' in client.get("/safeguarding").text  # in the foot of each page


def test_the_numbers_of_ones_own_region_come_first(made: Stage) -> None:
    made.world.region("Central Bedfordshire")
    page = made.phone(0).get("/safeguarding").text
    assert page.index("Camden</h2>") < page.index("govuk-details")
    assert "Central Bedfordshire" in page.split("govuk-details", 1)[1]


def test_passing_it_on_is_confirmed(made: Stage) -> None:
    desk, sent = made.desk(), made.sent()
    form = desk.get(f"/review/{sent.id}/at-risk").text
    assert "This is not the place to report" not in form
    done = desk.post(f"/review/{sent.id}/at-risk", data={"words": WORRY})
    assert "Passed on. The safeguarding lead has it." in desk.get(done.location).text


def test_it_reaches_the_lead_and_the_deputy_at_once(made: Stage) -> None:
    assert "Nothing was passed on to you" in lead(made).get("/concerns").text
    sent, concern = raised(made)
    assert (sent.state, concern.state) == ("passed-on", "raised")
    told = [one for one in made.world.all(Parcel) if one.kind == "concern"]
    assert {one.to_person_id for one in told} == {
        made.world.person(name, made.camden).id for name in ("Sam", "Deb")
    }
    for name in ("Sam", "Deb"):
        desk = lead(made, name)
        assert "Someone may be at risk" in desk.get("/home").text
        assert "Lantern Women’s Circle" in desk.get("/concerns").text
        page = desk.get(f"/concerns/{concern.id}").text
        assert WORRY in page
        assert "Tamarisk: she is afraid to go home." in page
        assert "Ravi" in page
        assert "Families" not in page  # no counts
    assert all(one.about.noun != "concern" for one in made.world.all(Sighting))


def test_home_tells_two_apart_and_keeps_the_one_that_was_taken(made: Stage) -> None:
    _, first = raised(made)
    _, second = raised(made)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Concern, first.id).raised_at -= timedelta(minutes=7)
    first = made.world.read(Concern, first.id)
    desk, other = lead(made), lead(made, "Deb")

    def waits(client: FlaskClient) -> dict[str, str]:
        found = re.findall(r'href="(/concerns/\d+)"[^>]*>(.*?)</a>', client.get("/home").text)
        return {path: Markup(text).striptags() for path, text in found}

    paths = [f"/concerns/{one.id}" for one in (first, second)]
    titles = waits(desk)
    assert sorted(titles) == paths
    assert len(set(titles.values())) == 2
    for path, one in zip(paths, (first, second), strict=True):
        with made.world.app.test_request_context():
            at = day_and_time_words(one.raised_at)
        assert titles[path] == f"Someone may be at risk: {at}"
    assert desk.post(paths[0], data={"tell": "yes"}).status_code == 303
    assert waits(desk)[paths[0]].startswith("You have this: close it.")
    assert waits(other) == {paths[1]: titles[paths[1]]}
    desk.post(paths[0], data={"tell": "yes", "reason": "We talked, and she is safe."})
    assert waits(desk) == waits(other) == {paths[1]: titles[paths[1]]}


def test_a_lead_who_belongs_to_the_group_has_no_part_in_it(made: Stage) -> None:
    """What worries the reader may be somebody there."""
    sam, path = made.world.person("Sam", made.lantern, "member"), "/concerns/{}"
    sent, desk = made.sent(), made.desk()
    for step, given in (*BEFORE["asked"], ("at-risk", {"words": WORRY})):
        assert desk.post(f"/review/{sent.id}/{step}", data=given).status_code == 303
    (concern,) = made.world.all(Concern)
    mine, there = lead(made), path.format(concern.id)
    assert "Nothing was passed on to you" in mine.get("/concerns").text
    assert "Someone may be at risk:" not in mine.get("/home").text
    assert mine.get(there).status_code == 404
    assert mine.post(there, data={"tell": "yes"}).status_code == 404
    assert mine.get(f"/contributions/{sent.id}").status_code == 404
    for verb, given in (
        (safeguarding.take, {"tell": True}),
        (safeguarding.close, {"tell": True, "reason": "Nothing there."}),
    ):
        with pytest.raises(Hidden):
            made.world.do((sam, made.camden), verb, concern, **given)
        if verb is safeguarding.take:
            assert lead(made, "Deb").post(there, data={"tell": "no", "why": WORRY}).location
    made.phone(0).post(f"/contributions/{sent.id}", data={"words": "In May."})
    told = [one for one in made.world.all(Parcel) if one.kind == "concern"]
    assert {one.to_person_id for one in told} == {made.world.person("Deb", made.camden).id}
    assert len(told) == 2


def test_where_all_leads_belong_to_the_group_the_reader_is_told_to_call(made: Stage) -> None:
    sent = made.sent()
    for name in ("Sam", "Deb"):
        made.world.person(name, made.lantern, "member")
    page = made.desk().post(f"/review/{sent.id}/at-risk", data={"words": WORRY})
    assert page.status_code == 422
    assert "Call the number on this page now." in page.text
    assert WORRY in page.text
    assert made.now(sent).state == "submitted"
    assert not made.world.all(Concern)


def test_it_leaves_the_queue(made: Stage) -> None:
    sent, _concern = raised(made)
    desk = made.desk()
    for state in ("", "submitted", "in-review", "accepted", "not-used", "passed-on"):
        assert sent.reference not in desk.get(f"/review?state={state}").text
    assert desk.get(f"/review/{sent.id}").status_code == 404
    assert desk.get(f"/review/{sent.id}/at-risk").status_code == 404


def test_its_words_are_nowhere_else(made: Stage) -> None:
    sent, concern = raised(made)
    others = {
        "phone": made.phone(0),
        "other group": made.phone(1),
        "reviewer": made.desk(),
        "coordinator": made.somebody("Ines", "coordinator", "decision-owner", "research-lead"),
        "lead of relations": made.world.client(made.lead, made.camden),
        "administrator": made.world.client(made.world.person("Ada", None, "administrator"), None),
        "another lead": elsewhere(made),
    }
    pages = (
        "/home",
        "/contributions",
        f"/contributions/{sent.id}",
        "/review",
        f"/review/{sent.id}",
        "/concerns",
        f"/concerns/{concern.id}",
        f"/pilots/{made.pilot.id}",
        f"/pilots/{made.pilot.id}/insights",
        f"/pilots/{made.pilot.id}/insights/new",
        f"/requests/{made.request.id}",
        f"/partners/{made.lantern.id}",
        f"/partners/{made.camden.id}",
    )
    for who, client in others.items():
        for path in pages:
            page = client.get(path, follow_redirects=True)
            assert "Zebrafinch" not in page.text, (who, path)
            if who != "phone":
                assert "Tamarisk" not in page.text, (who, path)
        assert client.get(f"/concerns/{concern.id}").status_code == 404, who
        assert client.post(f"/concerns/{concern.id}", data={"tell": "yes"}).status_code == 404, who
    assert made.world.read(Concern, concern.id).state == "raised"


def elsewhere(made: Stage) -> FlaskClient:
    """The safeguarding lead of another council."""
    bedford = made.world.partner("Central Bedfordshire Council", made.camden.kind)
    return made.world.client(made.world.person("Bea", bedford, "safeguarding-lead"), bedford)


def test_no_message_and_no_event_carries_its_words(made: Stage) -> None:
    _sent, concern = raised(made)
    lead(made).post(f"/concerns/{concern.id}", data={"tell": "yes"})
    done = {"tell": "yes", "reason": "Quagga: the team has visited."}
    assert lead(made).post(f"/concerns/{concern.id}", data=done).status_code == 303
    for one in made.world.all(Parcel):
        assert not {"Zebrafinch", "Quagga"} & set(json.dumps(one.facts).split('"'))
        assert "Zebrafinch" not in f"{one.facts} {one.answer}"
    for event in made.world.all(Event):
        assert "Zebrafinch" not in json.dumps(event.facts)
    said = [one.words for one in made.world.all(EventWords)]
    assert "Zebrafinch" not in json.dumps(said)
    assert "Quagga: the team has visited." in json.dumps(said)  # the lead's own reason, restricted


def test_those_who_sent_it_hear_once_the_lead_has_it(made: Stage) -> None:
    sent, concern = raised(made)
    assert "safeguarding" not in timeline(made, sent)
    desk = lead(made)
    assert desk.post(f"/concerns/{concern.id}").status_code == 422
    assert desk.post(f"/concerns/{concern.id}", data={"tell": "yes"}).status_code == 303
    assert "Passed to the safeguarding lead the same day" in timeline(made, sent)
    assert "Being read" in timeline(made, sent)
    told = [one for one in made.world.all(Parcel) if one.kind == "passed-on"]
    assert [(one.to_person_id, one.about) for one in told] == [(made.rahima.id, concern.about)]
    assert desk.get(f"/concerns/{concern.id}").text.count("Sam") > 1
    assert desk.post(f"/concerns/{concern.id}", data={"tell": "yes"}).status_code == 422
    done = {"tell": "yes", "reason": "The team has visited."}
    assert desk.post(f"/concerns/{concern.id}", data=done).status_code == 303
    assert "Close it" not in desk.get(f"/concerns/{concern.id}").text
    assert "The team has visited." not in timeline(made, sent)
    assert len([one for one in made.world.all(Parcel) if one.kind == "passed-on"]) == 1


NEWS = {"next_news_on-day": "1", "next_news_on-month": "6", "next_news_on-year": "2040"}
NEWS |= {"reason": "The panel meets only then."}
ASIDE = {"code": "twice", "reason": "Thank you. Your colleague told us the same."}
BEFORE: dict[str, list[tuple[str, dict[str, str]]]] = {
    "submitted": [],
    "in-review": [("claim", {})],
    "asked": [("claim", {}), ("ask", {"words": "Which month was that?"})],
    "accepted": [("claim", {}), ("accept", NEWS)],
    "not-used": [("claim", {}), ("set-aside", ASIDE)],
}


def read_by_its_giver(made: Stage, *paths: str) -> dict[str, str]:
    """The pages of the group, without what is new in each answer of the server."""
    phone, found = made.phone(0), {}
    for path in paths:
        page = phone.get(path)
        main = page.text.split("<main")[1].split("</main>")[0]
        found[path] = f"{page.status_code} " + re.sub(r'name="token" value="[^"]*"', "", main)
    return found


@pytest.mark.parametrize("state", BEFORE)
@pytest.mark.parametrize("tell", [None, "no"])
def test_until_they_may_know_their_pages_stay_as_they_were(
    made: Stage, state: str, tell: str | None
) -> None:
    """Nothing that they can open tells: not the list, nor the receipt, nor home."""
    sent, desk = made.sent(), made.desk()
    for step, given in BEFORE[state]:
        assert desk.post(f"/review/{sent.id}/{step}", data=given).status_code == 303
    assert made.now(sent).state == state
    pages = ("/home", "/contributions", f"/contributions/{sent.id}", "/questions")
    before = read_by_its_giver(made, *pages)
    made.world.now += timedelta(days=1)
    assert desk.post(f"/review/{sent.id}/at-risk", data={"words": WORRY}).status_code == 303
    if tell:
        (concern,) = made.world.all(Concern)
        given = {"tell": tell, "why": "He reads her post."}
        assert lead(made).post(f"/concerns/{concern.id}", data=given).status_code == 303
    assert made.now(sent).state == "passed-on"
    assert read_by_its_giver(made, *pages) == before


def counted(made: Stage) -> tuple[dict[str, set[int]], bool]:
    """Whose counts are in each box of the table, and whether the first group is taken for one
    that gave some."""
    with made.world.database.reading() as session:
        (asked,) = releases.tables_of(session, made.pilot.id)
        table = figures.table(
            session,
            asked,
            title={"en": "Waiting"},
            measure=asked.words,
            audience="cohort",
            on=made.world.now,
            work=Ref.of(made.pilot),
        )
        among = session.scalar(select(figures.given_by(asked.id, [made.lantern.id])))
        return {".".join(box): set(given) for box, given in table.cells.items()}, bool(among)


@pytest.mark.parametrize("state", BEFORE)
def test_its_counts_stay_until_its_giver_is_told(made: Stage, state: str) -> None:
    """Who subtracts one table from the other learns nothing, nor who may not release it."""
    made.accepted(1)
    sent, desk = made.sent(), made.desk()
    for step, given in BEFORE[state]:
        assert desk.post(f"/review/{sent.id}/{step}", data=given).status_code == 303
    before = counted(made)
    assert before[1] == (state == "accepted")
    assert desk.post(f"/review/{sent.id}/at-risk", data={"words": WORRY}).status_code == 303
    assert counted(made) == before
    concern, sam = made.world.all(Concern)[-1], lead(made)
    given = {"tell": "no", "why": "He reads her post."}
    assert sam.post(f"/concerns/{concern.id}", data=given).status_code == 303
    assert counted(made) == before
    done = {"tell": "yes", "reason": "She is safe now."}
    assert sam.post(f"/concerns/{concern.id}", data=done).status_code == 303
    boxes, among = counted(made)
    assert not among
    assert all(made.lantern.id not in given for given in boxes.values())


def test_a_reply_meanwhile_reaches_the_lead_and_shows_no_difference(made: Stage) -> None:
    sent, desk, phone = made.sent(), made.desk(), made.phone(0)
    for step, given in BEFORE["asked"]:
        desk.post(f"/review/{sent.id}/{step}", data=given)
    desk.post(f"/review/{sent.id}/at-risk", data={"words": WORRY})
    mails = len(made.world.all(Parcel))
    replied = phone.post(f"/contributions/{sent.id}", data={"words": "Marimba: in May."})
    assert replied.status_code == 303
    page = phone.get(replied.location).text
    assert "Your answer is sent. Thank you." in page
    assert "Being read" in page
    assert "Send your answer" not in page
    assert "They asked you something about" not in phone.get("/home").text
    twice = phone.post(f"/contributions/{sent.id}", data={"words": "And in June."})
    assert "It is “Being read” already." in twice.text
    assert made.now(sent).state == "passed-on"
    told = made.world.all(Parcel)[mails:]
    assert {one.kind for one in told} == {"concern"}
    assert {one.to_person_id for one in told} == {
        made.world.person(name, made.camden).id for name in ("Sam", "Deb")
    }
    (concern,) = made.world.all(Concern)
    page = lead(made).get(f"/concerns/{concern.id}").text
    assert "Which month was that?" in page
    assert "Marimba: in May." in page


def test_a_connector_replies_meanwhile_as_before(made: Stage) -> None:
    sheila = made.connector()
    draft = made.world.phoned(
        made.request, made.lantern, (made.world.person("Sheila", None), made.world.partner(WAYSIDE))
    )
    given: dict[str, Any] = {"quote": "named", "read_back_to": "Hodan"}
    who = (made.world.person("Sheila", None), made.world.partner(WAYSIDE))
    made.world.do(who, contributions.submit, draft, **given)
    for step, said in BEFORE["asked"]:
        made.desk().post(f"/review/{draft.id}/{step}", data=said)
    made.desk().post(f"/review/{draft.id}/at-risk", data={"words": WORRY})
    assert "They asked you something" in sheila.get("/contributions").text
    done = sheila.post(f"/contributions/{draft.id}", data={"words": "In May."})
    assert done.status_code == 303


def test_a_lead_who_also_reviews_reads_it_where_the_lead_does(made: Stage) -> None:
    sent, _concern = raised(made)
    made.world.person("Sam", made.camden, "reviewer", at=made.pilot)
    desk = lead(made)
    for path in ("", "/ask", "/accept", "/set-aside", "/at-risk"):
        assert desk.get(f"/review/{sent.id}{path}").status_code == 404, path
    for path in ("claim", "hand-back", "thanks", "at-risk"):
        assert desk.post(f"/review/{sent.id}/{path}").status_code == 404, path
    assert not made.world.all(Sighting)


def test_unless_telling_them_would_add_risk(made: Stage) -> None:
    sent, concern = raised(made)
    desk = lead(made, "Deb")
    unsaid = desk.post(f"/concerns/{concern.id}", data={"tell": "no"})
    assert unsaid.status_code == 422
    assert "Say why telling them would add risk." in unsaid.text
    given = {"tell": "no", "why": "He reads her post."}
    assert desk.post(f"/concerns/{concern.id}", data=given).status_code == 303
    assert "safeguarding" not in timeline(made, sent)
    assert not [one for one in made.world.all(Parcel) if one.kind == "passed-on"]
    done = {"tell": "no", "reason": "Handed over."}
    desk.post(f"/concerns/{concern.id}", data=done)
    assert "safeguarding" not in timeline(made, sent)
    assert "Those who sent it are not told." in desk.get(f"/concerns/{concern.id}").text


def test_whoever_waits_does_not_leave_alone_when_it_is_closed_untold(made: Stage) -> None:
    def waiting() -> set[int]:
        with made.world.database.reading() as session:
            seen = progress.of(session, made.pilot, made.camden.name, made.world.now)
        return set(seen.unanswered)

    other, both = made.sent(1), {one.id for one, _ in made.groups}
    _sent, concern = raised(made)
    for given in ({"why": "He reads her post."}, {"reason": "Handed over."}):
        done = lead(made).post(f"/concerns/{concern.id}", data={"tell": "no", **given})
        assert done.status_code == 303
        assert waiting() == both
    for step, said in BEFORE["not-used"]:
        assert made.desk().post(f"/review/{other.id}/{step}", data=said).status_code == 303
    assert not waiting()


@pytest.mark.parametrize("tell", ["yes", "no"])
def test_whoever_waits_goes_on_waiting_until_told(made: Stage, tell: str) -> None:
    """The page of the pilot says who has had no answer, to the giver too."""

    def waits() -> bool:
        with made.world.database.reading() as session:
            seen = progress.of(session, made.pilot, made.camden.name, made.world.now)
        return made.lantern.id in seen.unanswered

    _sent, concern = raised(made)
    assert waits()
    desk, given = lead(made), {"tell": tell, "why": "He reads her post."}
    assert desk.post(f"/concerns/{concern.id}", data=given).status_code == 303
    assert waits() == (tell == "no")
    done = {"tell": tell, "reason": "Handed over."}
    assert desk.post(f"/concerns/{concern.id}", data=done).status_code == 303
    assert not waits()  # nobody else can answer it any more


def test_taking_back_deletes_nothing_that_the_lead_reads(made: Stage) -> None:
    sent, desk = made.sent(story="Tamarisk: she is afraid to go home."), made.desk()
    for step, given in (*BEFORE["asked"], ("at-risk", {"words": WORRY})):
        assert desk.post(f"/review/{sent.id}/{step}", data=given).status_code == 303
    (concern,) = made.world.all(Concern)
    before = main_of(lead(made), f"/concerns/{concern.id}")
    assert before.count("Tamarisk") == 1
    assert "Which month was that?" in before
    assert made.phone(0).post(f"/contributions/{sent.id}/take-back").status_code == 303
    kept = made.world.read(Concern, concern.id)
    assert (kept.words, kept.state) == (WORRY, "raised")
    for client in (lead(made), lead(made, "Deb")):
        assert main_of(client, f"/concerns/{concern.id}") == before
        for path in (f"/review/{sent.id}", f"/contributions/{sent.id}"):
            assert "Tamarisk" not in client.get(path).text
    for client in (desk, elsewhere(made)):
        assert client.get(f"/review/{sent.id}").status_code == 404
        assert client.get(f"/concerns/{concern.id}").status_code == 404


def test_a_lead_who_also_asks_reads_it_where_the_lead_does(made: Stage) -> None:
    world, bedford = made.world, made.world.partner("Central Bedfordshire Council", Kind.COUNCIL)
    bea = world.person("Bea", bedford, "member", "signatory")
    given = world.answered_question(
        made.camden, made.lead, bedford, bea, answer="Tamarisk: nine days."
    )
    world.person("Sam", made.camden, "member")
    path = f"/requests/{given.request_id}"
    assert "Tamarisk" in lead(made).get(path).text
    looked = len(world.all(Sighting))
    world.do((made.lead, made.camden), review.pass_on, given, words=WORRY)
    assert "Tamarisk" not in lead(made).get(path).text
    world.do((bea, bedford), contributions.withdraw, made.now(given))
    assert "Tamarisk" not in lead(made).get(path).text
    assert len(world.all(Sighting)) == looked


def test_what_was_taken_back_without_a_worry_is_hidden_from_the_lead(made: Stage) -> None:
    raised(made)
    sent = made.sent(story="Sycamore: nobody calls back.")
    assert made.phone(0).post(f"/contributions/{sent.id}/take-back").status_code == 303
    assert lead(made).get(f"/contributions/{sent.id}").status_code == 404


def test_without_a_lead_the_reader_is_told_to_call(world: World) -> None:
    made = stage(world)
    sent = made.sent()
    page = made.desk().post(f"/review/{sent.id}/at-risk", data={"words": WORRY})
    assert page.status_code == 422
    assert "Call the number on this page now." in page.text
    assert made.now(sent).state == "submitted"


def test_the_lead_reads_whom_to_call_at_the_group(made: Stage) -> None:
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Person, made.rahima.id).phone = "020 7946 0018"
        agreement = session.scalars(select(Agreement)).first()
        assert agreement is not None
        given = {"name": "Hodan", "phone": "020 7946 0019", "shown_to": "nobody"}
        contact = Contact(partner_id=agreement.giver_id, **given)
        session.add(contact)
        session.flush()
        agreement.giver_contact_id = contact.id
    _sent, concern = raised(made)
    page = lead(made).get(f"/concerns/{concern.id}").text
    assert f"{made.rahima.name}, 020 7946 0018" in page
    assert "Hodan, 020 7946 0019" in page
