"""What waits on the home page: everything that does, and nothing of anybody else's."""

from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pilots import asking, contributions, drafts, pilot, releases, review
from pilots.contributions import Contribution
from pilots.insight import Insight
from pilots.requests import Asked
from pilots.waiting import KINDS, Task, tasks
from tests.load.scene import Scene
from tests.portal.stage import stage
from tests.world import World
from trust import renewal
from trust.act import Actor
from trust.agreements import Agreement
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.records import Ref
from trust.safeguarding import Concern


@pytest.fixture
def made(app: Flask) -> Scene:
    return Scene(app)


def waiting(made: Scene, actor: Actor) -> list[Task]:
    with made.world.database.reading() as session:
        return tasks(session, actor, made.world.now)


def worried(made: Scene) -> tuple[Person, Concern]:
    """The safeguarding lead, and a contribution that was passed on to her."""
    lead = made.world.person("Sal Osei", made.camden, "safeguarding-lead")
    made.world.do(made.reader, review.claim, made.sent)
    made.world.do(made.reader, review.pass_on, made.sent, words="Somebody is in danger.")
    return lead, made.world.all(Concern)[0]


def person(made: Scene, name: str) -> Person:
    with made.world.database.reading() as session:
        return session.scalars(select(Person).where(Person.name == name)).one()


def test_everything_that_waits_is_told_once_the_oldest_first(made: Scene) -> None:
    world, (rahima, lantern) = made.world, made.group
    found = waiting(made, world.actor(rahima, lantern))
    about = {(task.what.text, task.about) for task in found}
    held = made.waiting
    for kind, name in (
        ("note", "note"),
        ("sign", "proposed"),
        ("join", "invited"),
        ("asked", "asked"),
        ("insight", "shown"),
    ):
        assert (KINDS[kind].text, Ref.of(held[name])) in about
    assert (KINDS["change"].text, Ref.of(held["changed"])) in about
    assert (KINDS["draft"].text, Ref.of(made.questions)) in about
    assert len(about) == len(found)
    assert [task.since for task in found] == sorted(task.since for task in found)
    said = {task.what.params.get("title") for task in found}
    assert "All that can be asked" in said


def test_the_side_that_asked_for_a_change_does_not_wait_for_itself(made: Scene) -> None:
    brent = made.world.partner("Brent Council", Kind.COUNCIL)
    found = waiting(made, made.world.actor(person(made, "Wim"), brent))
    assert KINDS["change"].text not in {task.what.text for task in found}


def test_an_agreement_waits_to_be_looked_at_again_within_a_month(made: Scene) -> None:
    world, (rahima, lantern) = made.world, made.group
    actor = world.actor(rahima, lantern)
    held = next(one for one in world.all(Agreement) if one.state == "in-force")
    again = KINDS["look-again"].text

    def waits(days: int) -> bool:
        day = datetime.combine(held.review_on, time(12), UTC) - timedelta(days=days)
        with world.database.reading() as session:
            return again in {task.what.text for task in tasks(session, actor, day)}

    assert (waits(31), waits(30), waits(-1)) == (False, True, True)
    next_year = held.review_on + timedelta(days=365)
    world.do(made.group, renewal.renew, held, review_on=next_year)
    assert not waits(0)


def test_answers_and_concerns_wait_for_those_they_are_for(made: Scene) -> None:
    world, (rahima, lantern) = made.world, made.group
    asked = world.answered_question(lantern, rahima, *reversed(made.lead))
    answer = KINDS["answer"].text, Ref.of(asked)
    lead, concern = worried(made)
    risk = KINDS["concern"].text, Ref.of(concern)
    for who, expected in (
        (world.actor(rahima, lantern), {answer}),
        (world.actor(lead, made.camden), {risk}),
        (world.actor(made.reader[0], made.camden), set()),
    ):
        found = {(task.what.text, task.about) for task in waiting(made, who)}
        assert found & {answer, risk} == expected


def test_whoever_holds_nothing_waits_for_nothing(made: Scene) -> None:
    worried(made)
    stranger = made.world.person("Nobody Yet", None)
    for partner in (None, made.lantern, made.camden):
        assert waiting(made, made.world.actor(stranger, partner)) == []


def said(made: Scene, who: tuple[Person, Partner]) -> dict[str, Task]:
    found = waiting(made, made.world.actor(*who))
    return {task.what.text: task for task in found}


def test_a_draft_says_how_far_it_is(made: Scene) -> None:
    world = made.world
    with world.database.writing() as session:
        draft = session.get_one(Contribution, made.draft.id)
        questions = list(draft.request_version.questions)
        drafts.keep(draft, questions[0], {}, made.group[0].id, world.now)
    task = said(made, made.group)[KINDS["draft"].text]
    assert task.about == Ref.of(made.questions)
    assert task.what.params == {
        "title": "All that can be asked",
        "done": 1,
        "most": sum(one.asks for one in questions),
    }


def test_what_was_turned_down_does_not_wait_and_can_still_be_answered(made: Scene) -> None:
    world = made.world
    again = world.request(made.pilot, made.camden, made.lead[0], title="Once more")
    [asked] = (one for one in world.all(Asked) if one.request_id == again.id)
    request = KINDS["request"].text
    assert said(made, made.group)[request].about == Ref.of(again)
    world.do(made.group, asking.decline, asked, request=again)
    assert request not in said(made, made.group)
    world.do(made.group, drafts.start, made.lantern, request=again)
    begun = [
        task.about
        for task in waiting(made, world.actor(*made.group))
        if task.what.text == KINDS["draft"].text
    ]
    assert Ref.of(again) in begun


def test_answers_to_read_wait_for_reviewers_as_one_line_a_pilot(made: Scene) -> None:
    world, queue = made.world, KINDS["queue"].text
    before = said(made, made.reader)[queue].what.params["done"]
    made._send(made.request)
    task = said(made, made.reader)[queue]
    assert task.about == Ref("queue", made.pilot.id)
    assert task.what.params["done"] == before + 1
    other = world.person("Ros Hill", made.camden, "reviewer", at=made.pilot)
    world.do(made.reader, review.claim, made.sent)  # being read is the reader's to finish
    assert said(made, made.reader)[queue].what.params["done"] == before + 1
    assert said(made, (other, made.camden))[queue].what.params["done"] == before
    assert queue not in said(made, made.group)


def test_a_finding_waits_only_for_whom_it_still_rests_on(world: World) -> None:
    """One who took all of it back is not asked; one whose answer was passed on sees no change."""
    made, understood = stage(world, 2), KINDS["insight"].text
    world.person("Sam", made.camden, "safeguarding-lead")
    one, two = made.accepted(0), made.accepted(1)
    reader = made.reviewer, made.camden
    shown = world.insight(made.pilot, reader, one, two, shown=True)
    (rahima, carol) = (made.groups[0][::-1], made.groups[1][::-1])

    def wait(who: tuple[Person, Partner]) -> list[Ref]:
        with world.database.reading() as session:
            found = tasks(session, world.actor(*who), world.now)
        return [task.about for task in found if task.what.text == understood]

    assert wait(rahima) == wait(carol) == [Ref.of(shown)]
    world.do(rahima, contributions.withdraw, one)
    world.do(reader, review.pass_on, two, words="Somebody is in danger.")
    assert wait(rahima) == []
    assert wait(carol) == [Ref.of(shown)]
    assert made.phone(1).get(f"/insights/{shown.id}/say").status_code == 200


def test_a_shared_finding_waits_for_the_decision_owner_until_it_is_answered(made: Scene) -> None:
    world, owed = made.world, KINDS["respond"].text
    olu = (person(made, "Olu Ade"), made.camden)
    assert owed not in said(made, olu)
    shown = made.waiting["shown"]
    world.published(shown, made.reader, made.group)
    task = said(made, olu)[owed]
    assert task.about == Ref.of(shown)
    assert task.what.params == {"pilot": made.pilot.name}
    told = [one for one in world.all(Parcel) if one.kind == "owed" and one.about == Ref.of(shown)]
    assert [one.to_person_id for one in told] == [olu[0].id]
    world.response(shown, olu)
    assert owed not in said(made, olu)


def test_a_prepared_table_waits_for_a_second_person(world: World) -> None:
    made, release = stage(world, 3), KINDS["release"].text
    for number in range(3):
        made.accepted(number, waiting=40, fixed=30)
    preparer = (made.lead, made.camden)
    olu = (world.person("Olu Ade", made.camden, "decision-owner", at=made.pilot), made.camden)

    def wait(who: tuple[Person, Partner]) -> list[Task]:
        with world.database.reading() as session:
            found = tasks(session, world.actor(*who), world.now)
        return [task for task in found if task.what.text == release]

    prepared = world.release(made.pilot, preparer)
    [task] = wait(olu)
    assert task.about == Ref.of(prepared)
    assert task.what.params == {"table": prepared.title}
    assert wait(preparer) == []  # who prepared it may release others' only
    told = [one.to_person_id for one in world.all(Parcel) if one.kind == "release"]
    assert told == [olu[0].id]
    world.do(
        olu, releases.sign, prepared, mailbox="help@example.org", say=lambda message: message.text
    )
    assert wait(olu) == []


def test_home_says_by_when_what_is_late_and_what_can_be_begun(made: Scene) -> None:
    world = made.world
    page = world.client(*made.group).get("/home").text
    assert "Waiting since" in page
    assert "<time" not in page.split("Waiting for you")[1].split("</ul>")[0]
    assert "/people" in page
    late = made.waiting["shown"].id
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Insight, late).answer_by = world.now.date() - timedelta(days=1)
    assert "Late" in world.client(*made.group).get("/home").text.split("What came of")[0]
    desk = world.client(*made.reader).get("/home").text
    assert f"/review?pilot={made.pilot.id}" in desk
    starts = {
        "supporter": ("Introduce a group", "/partners/introduce"),
        "relationship-lead": ("Write up a talk", "/partners?talk=yes"),
        "coordinator": ("Open a pilot", "/pilots/new"),
    }
    for role, (text, path) in starts.items():
        own = made.lantern if role == "supporter" else made.camden
        somebody = world.person(f"{role.title()} Only", own, role)
        page = world.client(somebody, own).get("/home").text
        assert text in page
        assert f'href="{path}"' in page
    hub = world.partner("Wayside Link", Kind.INFRASTRUCTURE)
    helper = world.person("Sheila Connects", hub, "connector", at=made.pilot)
    page = world.client(helper, hub).get("/home").text
    assert f'href="/pilots/{made.pilot.id}/enter"' in page
    assert (
        f'href="/pilots/{made.pilot.id}/enter"'
        in world.client(helper, hub).get(f"/pilots/{made.pilot.id}").text
    )


def test_a_new_group_is_asked_about_itself_first_and_can_ask_at_once(world: World) -> None:
    lantern = world.partner("Lantern Women’s Circle")
    group = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    ask = 'href="/ask"'
    home = group.get("/home").text
    assert "Nothing waits for you" not in home
    assert home.index(f'href="/partners/{lantern.id}/edit"') < home.index(ask)
    assert "Tell us about your group" in home
    group.post(f"/partners/{lantern.id}/check")
    home = group.get("/home").text
    assert "Tell us about your group" not in home
    assert ask in home, "at any time"
    camden = world.partner("Camden", Kind.COUNCIL)
    council = world.client(world.person("Cara", camden, "signatory"), camden).get("/home").text
    assert "Tell us about your group" not in council
    assert ask not in council


def test_an_offered_role_names_its_pilot(world: World) -> None:
    made = stage(world)
    kim = world.person("Kim Ash", made.camden, "member")
    given = {"role": "reviewer", "name": "Kim Ash", "email": "kim@example.org"}
    world.do((made.lead, made.camden), pilot.seat, made.pilot, partner=made.camden, **given)
    browser = world.client(kim, made.camden)
    page = browser.get("/home").text
    assert f"Say yes or no to a role: Insight reviewer, {made.pilot.name}" in page
    offered = world.all(Seat)[-1]
    assert made.pilot.name in browser.get(f"/roles/{offered.id}").text
    assert browser.post(f"/roles/{offered.id}", data={"answer": "yes"}).status_code == 303
    assert f'translate="no">{made.pilot.name}</span></h2>' in browser.get("/me").text
