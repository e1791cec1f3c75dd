"""A group wants an answer back, as somebody wrote down: it counts once the group confirms it."""

from typing import Any

import pytest
from sqlalchemy import update

from pilots.asking_back import record_back
from pilots.contributions import Contribution
from tests.kept import once
from tests.portal.on_behalf import OnBehalf, Who, code_on, day, on_behalf
from tests.portal.stage import NAMES, stage
from tests.world import World
from trust import confirming, letters, reach
from trust.audit import Event, Moment
from trust.partners import Partner
from trust.reach import STANDS_FOR, Reach
from trust.recordings import Recording
from trust.records import Hidden, Ref, Refused

SAID = {"name": "Rahima Begum", "role": "Chair", "how": "phone", "lang": "en"}


class Back:
    """A group that answered and would rather be called, and those around it."""

    def __init__(self, world: World) -> None:
        made = stage(world, days_ago=20)
        self.stage, self.world, self.reviewer = made, world, (made.reviewer, made.camden)
        self.sent = made.sent()
        self.people: OnBehalf = on_behalf(world, made.camden)
        self.noor, self.kwame = self.people.noor, self.people.kwame
        world.now += STANDS_FOR
        with world.database.writing() as session:
            session.info["verb"] = "tests"
            at = update(Partner).where(Partner.id == made.lantern.id)
            session.execute(at.values(supporter_id=self.noor[1].id, reached_by="call"))
        group = made.rahima, made.lantern
        given = {"post": "12 Quay Road", "phone": "020 7946 0018"}
        world.do(group, reach.write, made.lantern, **given)
        with world.database.writing() as session:
            long_ago = world.now - STANDS_FOR * 2
            session.execute(update(Reach).values(post_since=long_ago, phone_since=long_ago))

    def said(self, who: Who, **other: Any) -> Recording:
        given = SAID | {"said_on": self.world.now.date()} | other
        made = self.world.do(who, record_back, self.sent, **given)
        return self.world.read(Recording, made.id)

    def now(self) -> Contribution:
        return self.world.read(Contribution, self.sent.id)


@pytest.fixture
@once
def made(world: World) -> Back:
    return Back(world)


def test_by_letter(made: Back, app: Any) -> None:
    world, held = made.world, made.sent
    support = world.client(*made.noor)
    at = f"/contributions/{held.id}/record-back"
    page = support.get("/recordings").text
    assert at in page and held.reference in page
    page = support.get(at).text
    assert held.reference in page and "They never came back." not in page
    given = SAID | day(world.now.date())
    assert support.post(at, data=given | {"name": ""}).status_code == 422
    assert support.post(at, data=given | {"why": "It was not ours."}).status_code == 303
    [recording] = [one for one in world.all(Recording) if one.kind == "back"]
    # Both sides see it; it does not count yet.
    assert made.now().state == "submitted"
    phone = made.stage.phone()
    assert "wants this back" in phone.get(f"/contributions/{held.id}").text
    assert "Please do not use it" in made.stage.desk().get(f"/review/{held.id}").text
    assert support.get(at).status_code == 303
    # Of the council, nobody reads the recording itself.
    lead = world.client(made.stage.lead, made.stage.camden)
    assert lead.get(f"/recordings/{recording.id}").status_code == 404
    other = world.client(*made.kwame)
    assert "Ask if they want it back" in other.get("/home").text
    paper = other.post(f"/recordings/{recording.id}/letter", data={"lang": "en"}).text
    assert "Do you want your answer back?" in paper and held.reference in paper
    assert "They never came back." not in paper
    reference, code = code_on(paper)
    typed = {"reference": reference, "code": code}
    anyone = app.test_client()
    assert "takes back an answer of" in anyone.post("/letter", data=typed).text
    assert anyone.post("/letter", data={**typed, "answer": "yes"}).status_code == 303
    # As if somebody of the group had done it here.
    assert made.now().state == "withdrawn"
    assert [one.kind for one in world.all(Moment) if one.thread == Ref.of(held)][-1] == "withdrawn"
    assert "You took it back" in phone.get(f"/contributions/{held.id}").text
    assert made.stage.desk().get(f"/review/{held.id}").status_code == 404
    [event] = [one for one in world.all(Event) if one.verb == "recording:confirm"]
    assert (event.facts["said"], event.facts["contribution"]) == ("back", held.id)
    assert "It was not ours." in world.client(*made.noor).get(f"/recordings/{recording.id}").text


def test_by_call_denied_and_taken_back(made: Back, app: Any) -> None:
    world = made.world
    first = made.said(made.noor)
    letter = made.people.printed(made.kwame, first)
    made.people.typed(letters.deny, letter)
    assert world.read(Recording, first.id).state == "denied" and made.now().state == "submitted"
    second = made.said(made.noor)
    world.do(made.noor, confirming.take_back, second, reason="The wrong group.")
    assert made.now().state == "submitted"
    third = made.said(made.noor)
    other = world.client(*made.kwame)
    at = f"/recordings/{third.id}/call"
    assert made.sent.reference in other.get(at).text
    assert other.post(at, data={"spoke_with": "Rahima", "right": "y"}).status_code == 303
    assert made.now().state == "withdrawn"
    with pytest.raises(Refused, match="no answer to take back"):
        made.said(made.noor)


def test_what_is_refused_for_a_yes_is_refused_here(made: Back) -> None:
    world, people = made.world, made.people
    with pytest.raises(Hidden):
        made.said(made.reviewer)
    with pytest.raises(Hidden):
        made.said(made.kwame)
    at = f"/contributions/{made.sent.id}/record-back"
    assert made.stage.desk().get(at).status_code == 404
    assert world.client(*made.kwame).get(at).status_code == 404
    recording = made.said(made.noor)
    with pytest.raises(Refused, match="written down already"):
        made.said(made.noor)
    ann = world.person("Ann", made.noor[1], "supporter"), made.noor[1]
    for who, why in ((made.noor, "yourself"), (ann, "Your organisation")):
        with pytest.raises(Refused, match=why):
            people.printed(who, recording)
        with pytest.raises(Refused, match=why):
            world.do(who, confirming.call_back, recording, spoke_with="R")
    letter = people.printed(made.kwame, recording)
    with pytest.raises(Refused, match="You printed"):
        people.typed(letters.confirm, letter, world.actor(*made.kwame))
    world.person("Kwame", made.stage.camden, "member")
    with pytest.raises(Refused, match="the other side"):
        world.do(made.kwame, confirming.call_back, recording, spoke_with="R")
    world.do(made.noor, confirming.take_back, recording, reason="So.")
    world.person("Noor", made.stage.camden, "member")
    with pytest.raises(Refused, match="the other side"):
        made.said(made.noor)
    assert made.now().state == "submitted"


def test_a_group_that_acts_here_is_asked_here(made: Back) -> None:
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.execute(update(Partner).values(reached_by=""))
    at = f"/contributions/{made.sent.id}/record-back"
    assert made.world.client(*made.noor).get(at).status_code == 404
    assert NAMES[0][0] not in made.world.client(*made.noor).get("/recordings").text
