"""Taking a copy of answers along: what is in the file, what stays out and why, whose name stands
in it, and what each giver reads of it."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, update

from pilots import contributions, review
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from tests.kept import once
from tests.portal.page_audit import unwrapped
from tests.portal.stage import Stage, stage, statements
from tests.world import World
from trust.agreements import Agreement
from trust.audit import Event
from trust.calendar import london_day
from trust.conflicts import Conflict
from trust.signin import SignIn
from trust.terms import Terms

STORY = "They never came back."


@pytest.fixture
@once
def made(world: World) -> Stage:
    found = stage(world, 3)
    for number, story in enumerate((STORY, '=HYPERLINK("x")', "-1 of them")):
        found.accepted(number, waiting=12 + number, fixed=9, story=story)
    return found


def here(made: Stage) -> str:
    return f"/requests/{made.request.id}/copy"


def main(page: Any) -> str:
    return str(page.text.split("<main")[1].split("</main>")[0])


def sheets(page: Any) -> dict[str, list[list[str]]]:
    """The CSV files of a copy, by name."""
    assert page.status_code == 200, page.text
    assert page.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(page.data)) as archive:
        assert archive.namelist() == ["answers.csv", "about.csv"]
        raw = {name: archive.read(name) for name in archive.namelist()}
    assert all(one.startswith(b"\xef\xbb\xbf") for one in raw.values())
    return {
        name.removesuffix(".csv"): list(csv.reader(io.StringIO(unwrapped(one.decode("utf-8-sig")))))
        for name, one in raw.items()
    }


def took(client: FlaskClient, made: Stage, **given: str) -> dict[str, list[list[str]]]:
    return sheets(client.post(here(made), data={"kind": "csv", **given}))


def ends(made: Stage, number: int, *only: Any) -> None:
    """Terms of one group end, as if they had never been."""
    giver = made.groups[number][0].id
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        stmt = update(Terms).where(Terms.giver_id == giver, *only)
        session.execute(stmt.values(ended_at=Terms.starts))


def test_a_copy_holds_what_was_accepted_and_says_who_took_it(made: Stage) -> None:
    page = main(made.desk().get(here(made)))
    assert "3 answers can be in it." in page and "They are from 3 groups." in page
    assert "Your name and the day stand in the file." in page
    assert "Delete it when the work is done" in page
    before = datetime.now(UTC)
    file = took(made.desk(), made)
    days = {london_day(at).isoformat() for at in (before, datetime.now(UTC))}
    head, *rows = file["answers"]
    assert head[:5] == ["answer", "group", "sent_on", "language", "may_quote"]
    assert head[5:8] == ["q1", "q2-waiting-families", "q2-fixed-families"]
    lantern = dict(zip(head, rows[0], strict=True))
    assert (lantern["group"], lantern["q1"]) == ("Lantern Women’s Circle", "Gospel Oak")
    assert (lantern["q2-waiting-families"], lantern["q3"]) == ("12", STORY)
    assert {row[-1] for row in rows} <= {f"Ravi, {day}" for day in days} and len(rows) == 3
    # Nothing in it is worked out by a spreadsheet.
    stories = [row[head.index("q3")] for row in rows]
    assert stories == [STORY, '\'=HYPERLINK("x")', "'-1 of them"]
    about = {row[0]: row[1] for row in file["about"] if row}
    assert about["Taken by"] == "Ravi" and about["Answers"] == "3"
    assert about["What for"] == "To work on the question that we share"
    assert about["q3"] == "What happened, in their words?"
    assert about["q2-waiting-families"].startswith("How many families did you meet?: Waiting")
    assert set(head) <= set(about)


def test_the_same_as_a_workbook(made: Stage) -> None:
    page = made.desk().post(here(made), data={"kind": "xlsx"})
    assert page.status_code == 200
    assert page.headers["Content-Disposition"].endswith('.xlsx"')
    book = load_workbook(io.BytesIO(page.data))
    assert book.sheetnames == ["answers", "about"]
    head, *rows = book["answers"].iter_rows()
    column = {cell.value: number for number, cell in enumerate(head)}
    assert [row[column["q2-waiting-families"]].value for row in rows] == [12, 13, 14]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "inlineStr", "n"}


def test_each_giver_reads_who_took_it_and_when_and_that_it_is_deleted(made: Stage) -> None:
    world, desk = made.world, made.desk()
    assert desk.post(f"{here(made)}/deleted").status_code == 409  # there is none yet
    events = len(world.all(Event))
    took(desk, made)
    took(desk, made)
    assert [one.verb for one in world.all(Event)[events:]] == ["request:copy"] * 2
    assert world.all(Event)[-1].facts == {"form": "csv", "count": 3}
    for number in range(3):
        log = main(made.phone(number).get("/uses"))
        assert log.count("Took a copy of your answer, to work on it") == 2
        assert "Ravi, Camden Council" in log
        assert "Says that the copy is deleted" not in log
    page = main(desk.get(here(made)))
    assert "You took a copy on" in page and "taken an answer back" not in page
    sent = next(one for one in world.all(Contribution) if one.giver_id == made.lantern.id)
    back = main(made.phone(0).get(f"/contributions/{sent.id}/take-back"))
    assert "Ravi took a copy of it along." in back
    world.do((made.rahima, made.lantern), contributions.withdraw, sent)
    assert "Somebody has taken an answer back since." in main(desk.get(here(made)))
    assert desk.post(f"{here(made)}/deleted").status_code == 303
    page = main(desk.get(f"{here(made)}?deleted=1"))
    assert "Each group can see that the copy is deleted." in page
    assert "You took a copy on" not in page
    for number in range(3):
        assert "Says that the copy is deleted" in main(made.phone(number).get("/uses"))
    rows = list(csv.reader(io.StringIO(made.phone(1).get("/uses.csv").text)))
    assert [row[1] for row in rows].count("Took a copy of your answer, to work on it") == 2
    # A new one can be taken, and is again one to delete.
    assert len(took(desk, made)["answers"]) == 3
    assert "You took a copy on" in main(desk.get(here(made)))


def test_what_an_agreement_keeps_out_stays_out_by_name(made: Stage) -> None:
    """Per question and group; the page, and the file, say how much and by which clause."""
    ends(made, 0, Terms.use == "export")
    ends(made, 1, Terms.use == "export", Terms.category == "story")
    desk = made.desk()
    page = main(desk.get(here(made)))
    assert "2 answers can be in it." in page
    assert "Taking a copy to work on" in page
    for partner, _person in made.groups[:2]:
        assert f'href="/notes/new?with={partner.id}&amp;about=copy' in page
    file = took(desk, made)
    head, *rows = file["answers"]
    assert "Lantern" not in str(file["answers"])
    assert [row[head.index("group")] for row in rows] == [made.groups[n][0].name for n in (1, 2)]
    assert rows[0][head.index("q3")] == "" and rows[0][head.index("left_out")] == "q3"
    assert rows[1][head.index("q3")] == "'-1 of them"
    out = [row[1] for row in file["about"] if row and row[0] == "Left out"]
    assert out[0] == "Lantern Women’s Circle: 1 answer: “Taking a copy to work on”"
    assert out[1].startswith("Copperfield Advice Desk: a part of 1 answer")
    assert "Took a copy" not in main(made.phone(0).get("/uses"))


def test_no_file_when_nothing_may_be_taken_along(made: Stage) -> None:
    for number in range(3):
        ends(made, number, Terms.use == "export")
    desk, events = made.desk(), len(made.world.all(Event))
    page = main(desk.get(here(made)))
    assert "Nothing may be taken along, so there is no file." in page
    assert "Download" not in page
    refused = desk.post(here(made), data={"kind": "csv"})
    assert refused.status_code == 409
    assert "Taking a copy to work on" in main(refused)
    assert len(made.world.all(Event)) == events
    for number in range(3):
        ends(made, number)
    assert "There is no trust agreement in force between you." in main(desk.get(here(made)))


def test_a_request_without_accepted_answers_has_no_copy(world: World) -> None:
    made = stage(world)
    made.sent(0)
    page = made.desk().get(here(made))
    assert "There is no accepted answer here that you could take along." in main(page)
    assert made.desk().post(here(made), data={"kind": "csv"}).status_code == 422


def test_whoever_manages_a_grant_takes_nothing_of_that_group(made: Stage) -> None:
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.add(
            Conflict(
                person_id=made.reviewer.id,
                giver_id=made.lantern.id,
                taker_id=made.camden.id,
                kind="grant",
                starts=made.world.now,
                by_id=made.reviewer.id,
            )
        )
    desk = made.desk()
    page = main(desk.get(here(made)))
    assert "1 answer is from your own organisation, or from a group that you look after." in page
    assert STORY not in str(took(desk, made))
    assert "Took a copy" not in main(made.phone(0).get("/uses"))


def test_a_study_has_no_names_and_no_stories(made: Stage) -> None:
    lucy = made.somebody("Lucy", "research-lead")
    page = main(lucy.get(here(made)))
    assert "To learn how well this way of working goes" in page
    assert "To work on the question" not in page
    file = took(lucy, made)
    head, *rows = file["answers"]
    assert head[0] == "answer" and not {"group", "may_quote", "q3"} & set(head)
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert [row[head.index("q2-waiting-families")] for row in rows] == ["12", "13", "14"]
    everything = str(file)
    for said in (STORY, "Lantern", "Copperfield", "What happened, in their words?"):
        assert said not in everything, said
    assert rows[0][-1].startswith("Lucy, ")
    log = main(made.phone(0).get("/uses"))
    assert "Took numbers and what you saw, without your name, to learn from it" in log
    assert "Lucy, Camden Council" in log
    assert made.world.all(Event)[-1].verb == "request:study"
    # Each purpose has its own clause, and the file names no group with it.
    ends(made, 0, Terms.use == "research")
    out = [row[1] for row in took(lucy, made)["about"] if row and row[0] == "Left out"]
    assert out == ["1 answer: “Learning how well this works”"]


def test_whoever_studies_does_not_read_on_the_page_either_which_group_sent_what(
    made: Stage,
) -> None:
    """Also not by the way to talk about what an agreement keeps out."""
    lucy = made.somebody("Lucy", "research-lead")
    ends(made, 0, Terms.use == "research")
    page = main(lucy.get(here(made)))
    assert "1 answer" in page and "Learning how well this works" in page
    for number in (1, 2):
        ends(made, number, Terms.use == "research")
    refused = lucy.post(here(made), data={"kind": "csv"})
    assert refused.status_code == 409
    assert "Learning how well this works" in main(refused)
    assert f'href="/pilots/{made.pilot.id}"' in main(refused)
    for said in (page, main(refused)):
        for partner, _person in made.groups:
            assert partner.name not in said
            assert f"/partners/{partner.id}" not in said and f"with={partner.id}" not in said


def test_each_purpose_is_for_those_who_have_it(made: Stage) -> None:
    """A reviewer who also studies chooses; nobody takes along for what is not theirs."""
    desk = made.desk()
    assert "What is it for?" not in main(desk.get(here(made)))
    file = took(desk, made, purpose="study")  # not asked of them, so not heard
    assert "group" in file["answers"][0]
    both = made.somebody("Bo", "research-lead", "reviewer")
    assert "What is it for?" in main(both.get(here(made)))
    assert both.post(here(made), data={"kind": "csv"}).status_code == 422
    assert "group" not in took(both, made, purpose="study")["answers"][0]
    assert "group" in took(both, made, purpose="work")["answers"][0]
    owner = made.somebody("Omar", "decision-owner")
    for client in (owner, made.phone(0), made.connector()):
        assert client.get(here(made)).status_code == 404
        assert client.post(here(made), data={"kind": "csv"}).status_code == 404
    read = main(desk.get(f"/requests/{made.request.id}"))
    assert f'href="{here(made)}"' in read
    assert here(made) not in main(owner.get(f"/requests/{made.request.id}"))


def test_it_asks_again_who_it_is_before_it_leaves(made: Stage) -> None:
    desk = made.desk()
    long_ago = made.world.now - timedelta(hours=9)
    with made.world.database.writing() as session:
        for one in session.scalars(select(SignIn)):
            one.confirmed_at = long_ago
    for answer in (desk.get(here(made)), desk.post(here(made), data={"kind": "csv"})):
        assert answer.status_code == 303
        assert "/sign-in/again" in answer.location


def test_a_copy_takes_the_same_few_statements(world: World) -> None:
    made = stage(world, 3)
    made.accepted(0)
    desk = made.desk()
    took(desk, made)
    with statements(world) as few:
        took(desk, made)
    for number in (0, 1, 2):
        made.accepted(number)
    with statements(world) as more:
        took(desk, made)
    assert len(few) == len(more)


def test_the_end_of_an_agreement_tells_of_copies(made: Stage) -> None:
    took(made.desk(), made)
    (agreement,) = (one.id for one in made.world.all(Agreement) if one.giver_id == made.lantern.id)
    page = main(made.phone(0).get(f"/agreements/{agreement}/end"))
    assert "Ravi, Camden Council, took a copy along on" in page


def test_only_what_was_accepted_and_still_stands_is_in_it(made: Stage) -> None:
    """Not what waits to be read, was taken back, or is with the safeguarding lead."""
    world, held = made.world, [one for one in made.world.all(Contribution) if one.pilot_id]
    made.sent(0, story="Not read yet.")
    made.somebody("Sam", "safeguarding-lead", at=made.camden)
    world.do((made.reviewer, made.camden), review.pass_on, held[1], words="She is afraid.")
    carol, copperfield = made.groups[2][1], made.groups[2][0]
    world.do((carol, copperfield), contributions.withdraw, held[2])
    file = took(made.desk(), made)
    assert [row[0] for row in file["answers"][1:]] == [held[0].reference]
    assert "Took a copy" not in main(made.phone(1).get("/uses"))


def test_the_pilot_is_named(made: Stage) -> None:
    about = dict(row[:2] for row in took(made.desk(), made)["about"] if row)
    assert about["Pilot"] == made.world.read(Pilot, made.pilot.id).name
