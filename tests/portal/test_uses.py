"""A partner's own log of who looked at what it shared; and the end of an agreement: what goes the
same minute, and what cannot be called back."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest

from pilots import insight, releases, verdicts
from pilots.contributions import Contribution
from tests.portal.stage import Stage, stage, statements
from tests.world import World
from trust import ending, negotiation, renewal, signing
from trust.agreements import Agreement
from trust.governance.case import Case
from trust.records import Ref
from trust.sightings import Sighting

STORY = "They never came back."


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world, 3)


def main(page: Any) -> str:
    assert page.status_code in (200, 409), page.status_code
    return str(page.text.split("<main")[1].split("</main>")[0])


def used(made: Stage) -> str:
    """Three answers, read; a finding that quotes the first and was shared; a table that is out.
    The address of the finding."""
    world, reviewer = made.world, (made.reviewer, made.camden)
    given = [made.accepted(number, waiting=40, fixed=30) for number in range(3)]
    written = world.do(
        reviewer,
        insight.write,
        made.pilot,
        statement="Nobody calls back.",
        lang="en",
        confidence="likely",
        caveats="",
        rests_on={given[0].id: STORY, given[1].id: ""},
    )
    world.do(reviewer, insight.show, written, answer_by=world.now.date() + timedelta(days=9))
    for partner, person in made.groups[:2]:
        world.do((person, partner), verdicts.judge, written, kind="right", words="")
    world.do(reviewer, insight.publish, written)
    owner = world.person("Omar", made.camden, "decision-owner", at=made.pilot)
    world.release(made.pilot, reviewer, (owner, made.camden), audience="cohort")
    made.desk().get(f"/review/{given[0].id}")
    return f"/insights/{written.id}"


def test_end_an_agreement_and_see_what_disappears(made: Stage) -> None:
    """From the page that ends it to each place where it stood."""
    world, finding = made.world, used(made)
    mine, desk, other = made.phone(0), made.desk(), made.phone(1)
    sent, owner = made.sent(0), made.somebody("Omar")
    ends = (
        f"/agreements/{next(a.id for a in world.all(Agreement) if a.giver_id == made.lantern.id)}"
    )
    assert STORY in main(other.get(finding))
    assert STORY in main(desk.get(f"/review/{sent.id}"))
    with world.database.reading() as session:
        table = releases.tables_of(session, made.pilot.id)[0].id
    path = f"/pilots/{made.pilot.id}/releases/new/{table}"

    before = main(mine.get(f"{ends}/end"))
    for said in (
        "What will disappear",
        "2 answers can no longer be opened",
        "Words that are quoted from it are taken out, in 1 place.",
        "What cannot be called back",
        "Ravi, Camden Council, read it first on",
        "A finding that rests on it was shared with all who take part on",
        "Nobody calls back.",
        "A table with its numbers, rounded and with others, went out on",
        "Families waiting",
        "No email holds any of it.",
    ):
        assert said in before, said
    assert mine.post(f"{ends}/end", data={"reason": "We close."}).status_code == 303

    assert STORY not in main(other.get(finding))
    assert "Nobody calls back." in main(other.get(finding))  # what all have read stays
    closed = desk.get(f"/review/{sent.id}")
    assert closed.status_code == 409
    assert STORY not in main(closed)
    assert sent.reference not in main(desk.get("/review"))
    assert "Answers to read: " not in main(desk.get("/home"))
    new = main(desk.get(f"/pilots/{made.pilot.id}/insights/new"))
    assert "Lantern" not in new
    assert (
        "There is no trust agreement in force"
        in desk.post(
            path, data={"title": "Again", "description": "More.", "audience": "public"}
        ).text
    )
    assert "Families waiting" in main(owner.get("/tables"))  # and what is out

    for client in (mine, world.client(made.lead, made.camden)):
        after = main(client.get(ends))
        assert "What has disappeared" in after
        assert "2 answers can no longer be opened" in after
        assert "Ravi, Camden Council, read it first on" in after
        assert STORY not in after
    assert STORY in main(mine.get(f"/contributions/{sent.id}"))  # its giver has all of it


def test_an_agreement_under_which_nothing_was_shared(made: Stage) -> None:
    ends = f"/agreements/{made.world.all(Agreement)[0].id}/end"
    page = main(made.phone(0).get(ends))
    assert "Nothing was shared under it that could disappear." in page
    assert "Nobody has read it, and nothing of it has left." in page


def signed(made: Stage, agreement: Agreement) -> Agreement:
    """A newer version or another agreement of the first group, signed by both."""
    group = (made.rahima, made.lantern)
    for who, verb in ((group, signing.sign), ((made.lead, made.camden), signing.sign_last)):
        held = made.world.read(Agreement, agreement.id)
        made.world.do(who, verb, held, name="A", role="B", read_sha256=held.text_sha256)
    return made.world.read(Agreement, agreement.id)


def first_answer(made: Stage) -> int:
    return next(one.id for one in made.world.all(Contribution) if one.pilot_id)


def test_what_another_agreement_covers_does_not_disappear(made: Stage) -> None:
    """With a general and a project agreement, ending the general one closes nothing, ending the
    project's does: nothing takes its place. Each page says what fell out by it, and nothing that is
    open again."""
    world, group, council = made.world, (made.rahima, made.lantern), (made.lead, made.camden)
    used(made)
    first = next(one for one in world.all(Agreement) if one.giver_id == made.lantern.id)
    phone = made.phone(0)
    world.do(group, ending.end, first, reason="Anew.")
    assert "1 answer can no longer be opened" in main(phone.get(f"/agreements/{first.id}"))
    one = signed(made, world.proposed(made.lantern, made.camden, made.lead, pilot=made.pilot))
    each = signed(made, world.proposed(made.lantern, made.camden, made.lead))
    nothing = "Nothing of it disappears. Another agreement between you covers it."
    assert nothing in main(phone.get(f"/agreements/{first.id}"))
    page = main(phone.get(f"/agreements/{each.id}/end"))
    assert nothing in page and "can no longer be opened" not in page
    assert "Nobody has read it, and nothing of it has left." in page
    page = main(phone.get(f"/agreements/{one.id}/end"))
    assert "1 answer can no longer be opened" in page
    assert NO_OTHER in page
    world.do(council, ending.end, each, reason="One is enough.")
    assert nothing in main(phone.get(f"/agreements/{each.id}"))
    assert made.desk().get(f"/review/{first_answer(made)}").status_code == 200
    before = main(phone.get(f"/agreements/{one.id}/end"))
    assert "1 answer can no longer be opened" in before and "Ravi, Camden Council" in before
    world.do(group, ending.end, one, reason="We close.")
    assert "1 answer can no longer be opened" in main(phone.get(f"/agreements/{one.id}"))
    assert nothing in main(phone.get(f"/agreements/{each.id}"))


NO_OTHER = "An agreement for each project does not take its place. Both sides sign anew first."


def test_the_one_for_each_project_does_not_take_the_place_of_what_ended(made: Stage) -> None:
    """It counts again once both have signed it anew, after the other one ended."""
    world, group = made.world, (made.rahima, made.lantern)
    used(made)
    first = next(one for one in world.all(Agreement) if one.giver_id == made.lantern.id)
    world.do(group, ending.end, first, reason="Anew.")
    one = signed(made, world.proposed(made.lantern, made.camden, made.lead, pilot=made.pilot))
    each = signed(made, world.proposed(made.lantern, made.camden, made.lead))
    desk, answer = made.desk(), f"/review/{first_answer(made)}"
    assert STORY in desk.get(answer).text
    world.do(group, ending.end, one, reason="We close.")
    page = main(made.phone(0).get(f"/agreements/{one.id}"))
    assert "1 answer can no longer be opened" in page
    assert NO_OTHER in page
    shut = desk.get(answer)
    assert "The agreement for this project has ended." in shut.text and STORY not in shut.text
    day = each.review_on + timedelta(days=365)
    council = (made.lead, made.camden)
    signed(made, world.do(council, renewal.renew, each, review_on=day))
    assert STORY in desk.get(answer).text
    assert "Nothing of it disappears" in main(made.phone(0).get(f"/agreements/{one.id}"))


def test_a_narrower_version_lists_what_it_closes_and_no_more(made: Stage) -> None:
    world, group, council = made.world, (made.rahima, made.lantern), (made.lead, made.camden)
    used(made)
    first = next(one for one in world.all(Agreement) if one.giver_id == made.lantern.id)
    day = first.review_on + timedelta(days=365)
    same = signed(made, world.do(council, renewal.renew, first, review_on=day))
    phone = made.phone(0)
    assert "can no longer be opened" not in main(phone.get(f"/agreements/{first.id}"))
    newer = world.do(council, renewal.renew, same, review_on=day)
    narrow = {"clause": "kinds", "options": ["no-counts"], "why": "It takes long."}
    world.do(group, negotiation.ask_change, newer, **narrow)
    world.do(council, negotiation.make_change, newer)
    signed(made, newer)
    page = main(phone.get(f"/agreements/{same.id}"))
    assert "Of 1 answer, a part can no longer be opened." in page
    assert "Words that are quoted" not in page and "The numbers are left out" not in page
    assert "A table with its numbers, rounded and with others, went out on" in page
    desk = main(made.desk().get(f"/review/{first_answer(made)}"))
    assert STORY in desk


def test_the_log_says_who_looked_and_where_it_was_used(made: Stage) -> None:
    world, finding = made.world, used(made)
    made.phone(1).get(finding)  # words of the first group stand in it
    case = world.all(Case)[0]
    with world.database.writing() as session:
        session.add(
            Sighting(
                about=Ref.of(case),
                person_id=made.lead.id,
                partner_id=made.camden.id,
                how="export",
                at=world.now,
            )
        )
    page = main(made.phone(0).get("/uses"))
    for said in (
        "Read your answer",
        "Ravi, Camden Council",
        "Read a finding that quotes you",
        "Carol, Copperfield Advice Desk",
        "Took a file of the data safety steps along",
        "Ines, Camden Council",
        "We learned something from it, and showed you",
        "A finding that rests on it was shared with all who take part",
        "A table with your numbers in it was released",
        f'href="{finding}"',
    ):
        assert said in page, said
    looked = main(made.phone(0).get("/uses?show=looked"))
    assert "Ravi" in looked
    assert "A table with your numbers" not in looked
    assert "Ravi" not in main(made.phone(0).get("/uses?show=used"))
    theirs = main(made.phone(1).get("/uses"))
    assert "Ravi" not in theirs  # he read the first group's only
    assert "A table with your numbers in it was released" in theirs
    assert "finding that quotes you" not in theirs
    for odd in ("?show=x", "?of=x", "?of=99", "?page=9", "?of=1234567890123"):
        assert made.phone(0).get(f"/uses{odd}").status_code == 404


def test_each_person_stands_there_once_a_day(made: Stage) -> None:
    sent, desk = made.accepted(0), made.desk()
    for _ in range(3):
        desk.get(f"/review/{sent.id}")
        desk.get(f"/pilots/{made.pilot.id}/insights/new")
    assert len(made.world.all(Sighting)) == 1
    page = main(made.phone(0).get(f"/uses?of={sent.id}"))
    assert page.count("Ravi, Camden Council") == 1
    assert f'href="/uses?of={sent.id}"' in main(made.phone(0).get(f"/contributions/{sent.id}"))


def test_what_can_be_quoted_is_read_on_the_page_that_offers_it(made: Stage) -> None:
    """It shows the words of each: each giver reads that somebody looked."""
    for number in range(2):
        made.accepted(number)
    made.desk().get(f"/pilots/{made.pilot.id}/insights/new")
    for number in range(2):
        assert "Ravi, Camden Council" in main(made.phone(number).get("/uses"))


def test_the_log_as_a_file(made: Stage) -> None:
    used(made)
    file = made.phone(0).get("/uses.csv?show=looked")
    assert file.mimetype == "text/csv"
    head, *rows = csv.reader(io.StringIO(file.get_data().decode("utf-8-sig")))
    assert head == ["Day", "What happened", "Name", "Organisation", "Answer"]
    assert rows[0][1:4] == ["Read your answer", "Ravi", "Camden Council"]
    assert datetime.fromisoformat(rows[0][0])


def test_the_log_takes_the_same_few_statements(made: Stage) -> None:
    sent = [made.sent(0) for _ in range(3)]
    desk, phone = made.desk(), made.phone(0)
    desk.get(f"/review/{sent[0].id}")
    phone.get("/uses")
    with statements(made.world) as few:
        phone.get("/uses")
    for one in sent[1:]:
        desk.get(f"/review/{one.id}")
    with statements(made.world) as more:
        phone.get("/uses")
    assert len(few) == len(more) <= 4


def test_an_empty_log_says_so(made: Stage) -> None:
    made.sent(0)
    assert "Nobody has looked yet" in main(made.phone(0).get("/uses"))
