"""Somebody with two roles is one person: whoever belongs to a group judges nothing that it gave,
says nothing for the other side, and releases no table with its numbers in it."""

import pytest

from pilots import canvas, releases, review
from pilots.canvas import Canvas
from pilots.contributions import Contribution
from pilots.questions import Question
from pilots.releases import Release
from tests.portal.stage import Stage, stage
from tests.portal.test_releases import TABLE
from tests.world import World
from trust import relationships
from trust.people import Person
from trust.records import Refused
from trust.relationships import Note


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world, 3)


def two_hats(made: Stage, *roles: str) -> Person:
    """Rahima of the first group, with roles in the council's pilot too."""
    made.world.person(made.rahima.name, made.camden, "member")
    return made.world.person(made.rahima.name, made.camden, *roles, at=made.pilot)


def test_a_member_of_the_group_does_not_review_it_as_the_council(made: Stage) -> None:
    sent, other = made.sent(), made.sent(1)
    rahima = two_hats(made, "reviewer")
    desk = made.world.client(rahima, made.camden)
    assert "Answers to read: 1" in desk.get("/home").text
    page = desk.get("/review").text
    assert sent.reference not in page
    assert other.reference in page
    for path in ("", "/ask", "/accept", "/set-aside", "/at-risk"):
        assert desk.get(f"/review/{sent.id}{path}").status_code == 404, path
    for path in ("claim", "hand-back", "ask", "accept", "set-aside", "at-risk"):
        assert desk.post(f"/review/{sent.id}/{path}").status_code == 404, path
    with pytest.raises(Refused, match="your own organisation"):
        made.world.do((rahima, made.camden), review.claim, sent)
    assert desk.post(f"/review/{other.id}/claim").status_code == 303


def test_whoever_wrote_it_does_not_review_it_even_after_leaving(made: Stage) -> None:
    sent = made.sent()
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Contribution, sent.id).entered_by_id = made.reviewer.id
    with pytest.raises(Refused, match="You wrote this down"):
        made.world.do((made.reviewer, made.camden), review.claim, sent)


def test_an_answer_to_an_own_question_is_not_read_by_whoever_may_have_given_it(
    made: Stage,
) -> None:
    """Camden answered the group's own question (see ``stage``); Ines joins the group."""
    [answer] = (one for one in made.world.all(Contribution) if one.pilot_id is None)
    phone = made.phone()
    assert phone.get(f"/review/{answer.id}").status_code == 200
    made.world.person(made.lead.name, made.lantern, "member")
    desk = made.world.client(made.lead, made.lantern)
    assert desk.get(f"/review/{answer.id}").status_code == 404
    assert f"/review/{answer.id}" not in desk.get("/home").text


def test_a_note_is_not_confirmed_by_whoever_wrote_it(made: Stage) -> None:
    note = made.world.note((made.rahima, made.lantern), made.camden)
    rahima = two_hats(made, "reviewer")
    made.world.person(rahima.name, made.camden, "relationship-lead")
    desk = made.world.client(rahima, made.camden)
    assert f"/notes/{note.id}" not in desk.get("/home").text
    for what, typed in (("confirm", {}), ("dispute", {"reason": "No."})):
        page = desk.post(f"/notes/{note.id}/{what}", data=typed)
        assert page.status_code == 422, what
        assert "You wrote this yourself." in page.text
    assert made.world.read(Note, note.id).state == "written"
    made.world.do((made.lead, made.camden), relationships.confirm, note, corrections={})


def test_a_canvas_is_not_agreed_for_both_sides_by_one(made: Stage) -> None:
    rahima = two_hats(made, "coordinator")
    for first, second, one, other in (
        (made.lantern, made.camden, canvas.agree_vcs, canvas.agree_council),
        (made.camden, made.lantern, canvas.agree_council, canvas.agree_vcs),
    ):
        with made.world.database.writing() as session:
            session.info["verb"] = "tests"
            held = session.get_one(Canvas, made.world.all(Canvas)[0].id)
            held.agreed_vcs_at = held.agreed_council_at = None
        made.world.do((rahima, first), one, made.pilot)
        made.world.do((rahima, first), one, made.pilot)  # once more for the same side
        with pytest.raises(Refused, match="for the other side"):
            made.world.do((rahima, second), other, made.pilot)
    made.world.do((made.groups[1][1], made.groups[1][0]), canvas.agree_vcs, made.pilot)
    assert made.world.all(Canvas)[0].agreed_vcs_at


def test_a_table_is_not_released_by_whoever_gave_numbers_for_it(made: Stage) -> None:
    for number in range(3):
        made.accepted(number, waiting=40, fixed=30)
    rahima = two_hats(made, "reviewer", "decision-owner")
    mine, ravi = (rahima, made.camden), (made.reviewer, made.camden)
    [question] = (one for one in made.world.all(Question) if one.kind == "count-table")
    table = {**TABLE, "question": question, "open_licence": False, "lang": "en"}
    with pytest.raises(Refused, match="Numbers of your own organisation"):
        made.world.do(mine, releases.prepare, made.pilot, **table)
    release = made.world.do(ravi, releases.prepare, made.pilot, **table)
    page = made.world.client(rahima, made.camden).post(f"/releases/{release.id}")
    assert "Numbers of your own organisation are in this." in page.text
    assert made.world.read(Release, release.id).state == "prepared"
    assert f"/releases/{release.id}" not in made.world.client(*mine).get("/home").text
    assert f"/releases/{release.id}" in made.somebody("Omar", "decision-owner").get("/home").text


@pytest.mark.one_database
def test_a_note_is_not_confirmed_by_somebody_of_both_sides(made: Stage) -> None:
    world, rahima = made.world, two_hats(made, "reviewer")
    given = {"happened_on": world.now.date(), "how": "phone", "lines": ["They wait long."]}
    lead = (made.lead, made.camden)
    given |= {"next_step": "", "next_step_on": None, "next_step_by": "giver", "lang": "en"}
    note = world.do(lead, relationships.write, made.camden, other=made.lantern, **given)
    phone = made.phone(0)
    assert f"/notes/{note.id}" not in phone.get("/home").text.split("<h2")[1]
    for verb, said in ((relationships.confirm, {"corrections": {}}), (relationships.dispute, {})):
        said = said or {"reason": "No."}
        with pytest.raises(Refused, match="You belong to both sides"):
            world.do((rahima, made.lantern), verb, note, **said)
    assert world.read(Note, note.id).state == "written"
    other = world.person("Hodan", made.lantern, "member")
    assert f"/notes/{note.id}" in world.client(other, made.lantern).get("/home").text
    world.do((other, made.lantern), relationships.confirm, note, corrections={})
