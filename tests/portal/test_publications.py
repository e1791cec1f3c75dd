"""Findings for anyone: prepared by one, made public by another, quoted only with a yes, and taken
down when they must be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pilots import insight, publications, quotations, verdicts
from pilots.contributions import Contribution
from pilots.insight import Insight
from pilots.publications import Publication
from pilots.questions import Question
from pilots.quotations import Quotation
from tests.kept import once
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import conflicts, elections
from trust.audit import Event
from trust.calendar import london_day
from trust.outbox import Parcel
from trust.people import Person
from trust.records import Refused
from trust.terms import Terms

WORDS = "They never came back."
YES, NO = {"say": "yes"}, {"say": "no"}


@dataclass
class Shared:
    """A finding that rests on some groups, quotes the first, and was shared with the cohort."""

    made: Stage
    found: Insight
    given: list[Contribution]
    omar: Person

    @property
    def reviewer(self) -> tuple[Any, Any]:
        return self.made.reviewer, self.made.camden

    @property
    def owner(self) -> FlaskClient:
        return self.made.world.client(self.omar, self.made.camden)

    def anyone(self, path: str) -> str:
        page = self.made.world.app.test_client().get(path)
        assert page.status_code == 200, page.status_code
        return page.text.split("<main")[1].split("</main>")[0]

    def evidence(self, number: int = 0) -> int:
        with self.made.world.database.reading() as session:
            return int(session.get_one(Insight, self.found.id).evidence[number].id)

    def prepared(self, *quotes: int) -> str:
        """The address of what a reviewer handed to a second person."""
        given = {"quotes": [str(self.evidence(one)) for one in quotes]}
        done = self.made.desk().post(f"/insights/{self.found.id}/public", data=given)
        assert done.status_code == 303, done.text
        return str(done.location)

    def sign(self, there: str, who: FlaskClient | None = None) -> Any:
        """The second person reads it, and makes it public."""
        who = who or self.owner
        page = who.get(there).text
        read = page.split('name="read" value="')[1].split('"')[0]
        return who.post(there, data={"read": read})

    def out(self, *quotes: int, say: dict[str, str] | None = None) -> str:
        there = self.prepared(*quotes)
        for number, one in enumerate(self.made.world.all(Quotation)):
            if say is not None:
                done = self.made.phone(number).post(f"/quotations/{one.id}", data=say)
                assert done.status_code == 303, done.text
        assert self.sign(there).status_code == 303
        return there


def share(
    world: World, groups: int = 3, *, said: dict[int, tuple[str, str]] | None = None
) -> Shared:
    made = stage(world, groups)
    given = [made.accepted(number) for number in range(groups)]
    reviewer = (made.reviewer, made.camden)
    written = world.do(
        reviewer,
        insight.write,
        made.pilot,
        statement="Families stay silent.",
        lang="en",
        confidence="likely",
        caveats="One winter only.",
        rests_on={one.id: WORDS if number < 2 else "" for number, one in enumerate(given)},
    )
    world.do(reviewer, insight.show, written, answer_by=world.now.date() + timedelta(days=9))
    for number, (partner, person) in enumerate(made.groups):
        kind, words = (said or {}).get(number, ("right", ""))
        if kind:
            world.do((person, partner), verdicts.judge, written, kind=kind, words=words)
    if not all((said or {}).get(n, ("right", ""))[0] for n in range(groups)):
        world.now += timedelta(days=12)
    world.do(reviewer, insight.publish, written)
    omar = world.person("Omar", made.camden, "decision-owner", at=made.pilot)
    return Shared(made, world.read(Insight, written.id), given, omar)


@pytest.fixture
@once
def shared(world: World) -> Shared:
    return share(world)


def changed(world: World, do: Callable[[Any], None]) -> None:
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        do(session)


def test_from_a_finding_to_a_page_that_anyone_reads(shared: Shared) -> None:
    made, world = shared.made, shared.made.world
    desk, group, owner = made.desk(), made.phone(0), shared.owner
    assert (
        f'href="/insights/{shared.found.id}/public"'
        in desk.get(f"/insights/{shared.found.id}").text
    )
    page = desk.get(f"/insights/{shared.found.id}/public").text
    assert "What anyone will read" in page
    there = shared.prepared(0)
    assert world.app.test_client().get(there).status_code == 404
    assert group.get(there).status_code == 404
    assert "Nothing is public yet" in shared.anyone("/findings")
    [asked] = world.all(Quotation)
    assert f"/quotations/{asked.id}" in group.get("/home").text
    assert WORDS in group.get(f"/quotations/{asked.id}").text
    assert made.phone(1).get(f"/quotations/{asked.id}").status_code == 404
    assert group.post(f"/quotations/{asked.id}", data=YES).status_code == 303
    assert f"/quotations/{asked.id}" not in group.get("/home").text
    assert there in owner.get("/home").text
    assert there not in desk.get("/home").text
    assert "They said yes" in owner.get(there).text
    assert shared.sign(there).status_code == 303
    assert there not in owner.get("/home").text
    page = shared.anyone(there)
    for told in (
        "Families stay silent.",
        "One winter only.",
        "It is likely",
        WORDS,
        "Camden Council",
    ):
        assert told in page
    assert "It rests on 3 local groups." in page
    assert "A local group" in page
    for kept in (
        "Lantern",
        "Copperfield",
        "Redbrick",
        "Omar",
        *(one.reference for one in shared.given),
    ):
        assert kept not in page
    assert "Families stay silent" in shared.anyone("/findings")
    told = "A finding that rests on it was made public"
    for number, one in enumerate(shared.given):
        assert told in made.phone(number).get(f"/contributions/{one.id}").text
        assert told in made.phone(number).get("/uses").text
        assert (
            "Anyone could read it"
            in made.phone(number).get(f"/contributions/{one.id}/take-back").text
        )
    kinds = [one.kind for one in world.all(Parcel)]
    assert {"quotation", "quotation-said", "publication", "public"} <= set(kinds)
    assert kinds.count("public") == 3


@pytest.mark.one_database
def test_words_without_a_yes_are_left_out_and_a_later_no_takes_them_off(shared: Shared) -> None:
    there = shared.prepared(0, 1)
    first, second = shared.made.world.all(Quotation)
    assert shared.made.phone(0).post(f"/quotations/{first.id}", data=YES).status_code == 303
    assert shared.sign(there).status_code == 303
    assert shared.anyone(there).count(WORDS) == 1
    # A yes that comes after it was signed puts nothing on a page that two people read without it.
    assert shared.made.phone(1).post(f"/quotations/{second.id}", data=YES).status_code == 303
    assert shared.anyone(there).count(WORDS) == 1
    assert shared.made.phone(0).post(f"/quotations/{first.id}", data=NO).status_code == 303
    assert WORDS not in shared.anyone(there)
    assert "Families stay silent." in shared.anyone(there)
    assert "You said no" in shared.made.phone(0).get(f"/quotations/{first.id}").text


@pytest.mark.one_database
def test_nobody_says_yes_for_a_group(shared: Shared) -> None:
    shared.prepared(0)
    [asked] = shared.made.world.all(Quotation)
    for who in (shared.made.desk(), shared.owner, shared.made.phone(1)):
        assert who.post(f"/quotations/{asked.id}", data=YES).status_code == 404
    assert shared.made.world.read(Quotation, asked.id).state == "asked"


@pytest.mark.one_database
def test_whoever_prepared_it_does_not_make_it_public(shared: Shared) -> None:
    world, made = shared.made.world, shared.made
    there = shared.prepared()
    both = world.person("Bea", made.camden, "reviewer", "decision-owner", at=made.pilot)
    prepared = world.all(Publication)[-1]
    world.do((shared.omar, made.camden), publications.drop, prepared, reason="Not yet")
    again = world.do((both, made.camden), publications.prepare, shared.found)
    with pytest.raises(Refused, match="A second person releases it"):
        world.signed(world.read(Publication, again.id), (both, made.camden))
    assert 'name="read"' not in world.client(both, made.camden).get(f"/findings/{again.id}").text
    assert world.read(Publication, again.id).state == "prepared"
    assert "It was not made public." in shared.owner.get(there).text


@pytest.mark.one_database
def test_whoever_gave_something_or_looks_after_a_grant_decides_nothing(shared: Shared) -> None:
    world, made = shared.made.world, shared.made
    there = f"/insights/{shared.found.id}/public"
    hats = world.person("Hana", made.lantern, "member")
    world.person("Hana", made.camden, "reviewer", "decision-owner", at=made.pilot)
    grants = world.person("Gita", made.camden, "reviewer", "decision-owner", at=made.pilot)
    given = {"other": made.lantern, "kind": "grant"}
    world.do((grants, made.camden), conflicts.declare, made.camden, **given)
    prepared = None
    for person, why in ((hats, "your own organisation gave"), (grants, "whose grant, contract")):
        who = world.client(person, made.camden)
        assert why in who.get(there).text or prepared
        prepared = prepared or world.publication(shared.found, shared.reviewer)
        with pytest.raises(Refused, match=why):
            world.signed(prepared, (person, made.camden))
        assert f"/findings/{prepared.id}" not in who.get("/home").text
        page = who.get(f"/findings/{prepared.id}").text
        assert 'name="read"' not in page
        assert "Families stay silent" not in page
    assert world.read(Publication, prepared.id).state == "prepared"


@pytest.mark.one_database
def test_what_was_read_is_what_is_made_public(shared: Shared) -> None:
    there = shared.prepared(0)
    read = shared.owner.get(there).text.split('name="read" value="')[1].split('"')[0]
    [asked] = shared.made.world.all(Quotation)
    assert shared.made.phone(0).post(f"/quotations/{asked.id}", data=YES).status_code == 303
    refused = shared.owner.post(there, data={"read": read})
    assert refused.status_code == 422
    assert "It has changed since you read it" in refused.text
    assert shared.owner.post(there, data={}).status_code == 422
    assert shared.made.world.all(Publication)[-1].state == "prepared"
    assert shared.sign(there).status_code == 303


@pytest.mark.one_database
def test_it_waits_for_an_election_unless_an_officer_says_why(shared: Shared) -> None:
    world, made = shared.made.world, shared.made
    there, today = shared.prepared(), london_day(world.now)
    who = world.person("Ada", None, "administrator"), None
    days = {"first_day": today - timedelta(3), "last_day": today + timedelta(20)}
    given = {"region": world.region(), "name": "Kilburn", "by_election": True, **days}
    world.do(who, elections.add, world.installation(), **given)
    page = shared.owner.get(there).text
    assert "An election is near: " in page
    assert 'name="read"' not in page
    with pytest.raises(Refused, match="An election is near"):
        world.signed(world.all(Publication)[-1], (shared.omar, made.camden))
    assert made.desk().get(f"{there}/allow").status_code == 404
    assert shared.owner.post(f"{there}/allow", data={"reason": " "}).status_code == 422
    why = {"reason": "Somebody may come to harm."}
    assert shared.owner.post(f"{there}/allow", data=why).status_code == 303
    assert shared.sign(there).status_code == 303
    page = shared.anyone(there)
    assert why["reason"] in page
    assert "Omar" not in page


@pytest.mark.one_database
def test_what_does_not_agree_goes_with_it(world: World) -> None:
    shared = share(world, said={0: ("not-quite", "Half of it."), 1: ("missed", "Jobs closed.")})
    changed(
        world,
        lambda session: setattr(
            session.get_one(Contribution, shared.given[1].id), "quote", "named"
        ),
    )
    page = shared.anyone(shared.out())
    for told in ("Not quite", "Half of it.", "You missed something", "Jobs closed.", "Copperfield"):
        assert told in page
    assert "Lantern" not in page


@pytest.mark.one_database
def test_few_groups_are_not_counted_and_each_must_have_said(world: World) -> None:
    shared = share(world, 2, said={1: ("", "")})
    refused = shared.made.desk().post(f"/insights/{shared.found.id}/public")
    assert refused.status_code == 422
    assert "Each must say first" in refused.text
    assert world.all(Publication) == []


@pytest.mark.one_database
def test_of_few_groups_no_number_is_told(world: World) -> None:
    shared = share(world, 2)
    assert (
        "So few groups can be guessed"
        in shared.made.desk().get(f"/insights/{shared.found.id}/public").text
    )
    page = shared.anyone(shared.out())
    assert "fewer than 3 local groups" in page


@pytest.mark.one_database
def test_what_is_taken_back_leaves_the_page(shared: Shared) -> None:
    there = shared.out(0, say=YES)
    assert WORDS in shared.anyone(there)
    for number, one in enumerate(shared.given):
        done = shared.made.phone(number).post(f"/contributions/{one.id}/take-back")
        assert done.status_code == 303
        page = shared.anyone(there)
        assert WORDS not in page
        [asked] = shared.made.world.all(Quotation)
        assert shared.made.phone(0).get(f"/quotations/{asked.id}").status_code == 404
        if number == 0:
            assert "fewer than 3 local groups" in page
    assert "Families stay silent" not in page
    assert "All that this rested on was taken back." in page
    listed = shared.anyone("/findings")
    assert "Families stay silent" not in listed


@pytest.mark.one_database
def test_when_an_agreement_ends_words_go_and_what_is_out_is_listed(shared: Shared) -> None:
    there = shared.out(0, say=YES)
    world, made = shared.made.world, shared.made

    def end(session: Any) -> None:
        for one in session.scalars(select(Terms).where(Terms.giver_id == made.lantern.id)):
            one.ended_at = one.starts

    [agreement] = (one.source.id for one in world.all(Terms)[:1])
    page = made.phone(0).get(f"/agreements/{agreement}/end").text
    assert "made public on" in page
    changed(world, end)
    assert WORDS not in shared.anyone(there)
    assert "Families stay silent." in shared.anyone(there)


@pytest.mark.one_database
def test_a_question_whose_answers_stay_here_is_not_made_public(shared: Shared) -> None:
    world = shared.made.world

    def close(session: Any, kinds: tuple[str, ...]) -> None:
        for one in session.scalars(select(Question).where(Question.kind.in_(kinds))):
            one.publishable = False

    changed(world, lambda session: close(session, ("long-text",)))
    page = shared.made.desk().get(f"/insights/{shared.found.id}/public").text
    assert "No words can be quoted to anyone." in page
    forced = {"quotes": [str(shared.evidence())]}
    there = f"/insights/{shared.found.id}/public"
    assert shared.made.desk().post(there, data=forced).status_code == 422
    changed(world, lambda session: close(session, ("area", "count-table", "quote")))
    refused = shared.made.desk().post(there)
    assert refused.status_code == 422
    assert "its answers are not made public" in refused.text
    assert world.all(Publication) == []


@pytest.mark.one_database
def test_taken_down_it_says_so_and_why_and_may_come_again(shared: Shared) -> None:
    there = shared.out()
    assert shared.owner.post(f"{there}/take-down", data={"reason": ""}).status_code == 422
    why = {"reason": "A number in it was wrong."}
    assert made_down(shared, there, why).status_code == 303
    page = shared.anyone(there)
    assert "This was taken down." in page
    assert why["reason"] in page
    assert "Families stay silent" not in page
    assert "Families stay silent" not in shared.anyone("/findings")
    assert shared.owner.get(f"{there}/take-down").status_code == 404
    assert shared.prepared() != there


def made_down(shared: Shared, there: str, why: dict[str, str]) -> Any:
    assert shared.made.phone(0).post(f"{there}/take-down", data=why).status_code == 404
    return shared.owner.post(f"{there}/take-down", data=why)


@pytest.mark.one_database
def test_it_is_prepared_once_and_only_after_the_cohort_read_it(shared: Shared) -> None:
    world = shared.made.world
    there = shared.prepared()
    again = shared.made.desk().post(f"/insights/{shared.found.id}/public")
    assert again.location == there
    with pytest.raises(Refused, match="Somebody has prepared this already"):
        world.publication(shared.found, shared.reviewer)
    early = world.insight(shared.made.pilot, shared.reviewer, shared.given[0], shown=True)
    assert shared.made.desk().get(f"/insights/{early.id}/public").status_code == 404
    with pytest.raises(Refused, match="First share it"):
        world.publication(early, shared.reviewer)
    assert len(world.all(Publication)) == 1
    events = [one for one in world.all(Event) if one.subject.noun == "publication"]
    assert [one.verb for one in events] == ["publication:prepare"]


@pytest.mark.one_database
def test_who_said_no_is_not_asked_again(shared: Shared) -> None:
    there = shared.out(0, say=NO)
    why = {"reason": "Better words are coming."}
    assert made_down(shared, there, why).status_code == 303
    page = shared.made.desk().get(f"/insights/{shared.found.id}/public").text
    assert "They said no" in page
    mails = [one for one in shared.made.world.all(Parcel) if one.kind == "quotation"]
    shared.prepared(0)
    after = [one for one in shared.made.world.all(Parcel) if one.kind == "quotation"]
    assert len(after) == len(mails)
    assert quotations.STATES.names[shared.made.world.all(Quotation)[0].state] == "They said no"
