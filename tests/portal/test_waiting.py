"""What waits on the home page: everything that does, and nothing of anybody else's."""

import pytest
from flask import Flask
from sqlalchemy import select

from pilots import review
from pilots.waiting import KINDS, Task, tasks
from tests.load.scene import Scene
from trust.act import Actor
from trust.partners import Kind
from trust.people import Person
from trust.records import Ref
from trust.safeguarding import Concern


@pytest.fixture
def made(app: Flask) -> Scene:
    return Scene(app)


def waiting(made: Scene, actor: Actor) -> list[Task]:
    with made.world.database.reading() as session:
        return tasks(session, actor)


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
    assert (KINDS["request"].text, Ref.of(made.questions)) in about
    assert len(about) == len(found)
    assert [task.since for task in found] == sorted(task.since for task in found)
    said = {task.what.params.get("title") for task in found}
    assert "All that can be asked" in said


def test_the_side_that_asked_for_a_change_does_not_wait_for_itself(made: Scene) -> None:
    brent = made.world.partner("Brent Council", Kind.COUNCIL)
    found = waiting(made, made.world.actor(person(made, "Wim"), brent))
    assert KINDS["change"].text not in {task.what.text for task in found}


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
