"""Insight: written on accepted answers, shown first to those who gave them, then answered."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from markupsafe import Markup
from sqlalchemy import select, update

from pilots import contributions, insight, responses, verdicts
from pilots.contributions import Contribution
from pilots.insight import Evidence, Insight
from pilots.responses import Response
from tests.portal.stage import Stage, stage, statements
from tests.world import World
from trust.act import Act, Actor
from trust.audit import Event
from trust.calendar import LONDON, london_day
from trust.outbox import Parcel
from trust.partners import Kind
from trust.records import Ref, Refused
from trust.terms import Terms

DAY = {"answer_by-day": "1", "answer_by-month": "6", "answer_by-year": "2040"}
WORDS = {"statement": "Families stay silent.", "confidence": "likely", "caveats": "Three groups."}


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world, 3)


def written(made: Stage, *rests_on: Contribution, **quoted: str) -> str:
    """The address of an insight written by the reviewer. ``quoted``: quote_<id>=words."""
    given: dict[str, Any] = {**WORDS, "rests_on": [str(one.id) for one in rests_on], **quoted}
    done = made.desk().post(f"/pilots/{made.pilot.id}/insights/new", data=given)
    assert done.status_code == 303, done.text
    return str(done.location)


def shown(made: Stage, *rests_on: Contribution, **quoted: str) -> str:
    there = written(made, *rests_on, **quoted)
    assert made.desk().post(f"{there}/share", data=DAY).status_code == 303
    return there


def published(made: Stage, *rests_on: Contribution, **quoted: str) -> str:
    there = shown(made, *rests_on, **quoted)
    for number in range(len(rests_on)):
        assert made.phone(number).post(f"{there}/say", data={"kind": "right"}).status_code == 303
    assert made.desk().post(f"{there}/publish").status_code == 303
    return there


# Writing


def test_before_anything_was_accepted(made: Stage) -> None:
    made.sent()
    desk = made.desk()
    assert "Nothing yet" in desk.get(f"/pilots/{made.pilot.id}/insights").text
    assert (
        "There is nothing to build on yet" in desk.get(f"/pilots/{made.pilot.id}/insights/new").text
    )


def test_an_insight_rests_on_what_was_accepted(made: Stage) -> None:
    accepted, sent = made.accepted(0), made.sent(1)
    desk = made.desk()
    page = desk.get(f"/pilots/{made.pilot.id}/insights/new").text
    assert accepted.reference in page
    assert sent.reference not in page
    missing = desk.post(f"/pilots/{made.pilot.id}/insights/new")
    assert missing.status_code == 422
    for said in ("Write what you learned", "Say how sure you are", "Choose at least one answer"):
        assert said in missing.text
    given = {**WORDS, "rests_on": [str(sent.id)]}
    assert desk.post(f"/pilots/{made.pilot.id}/insights/new", data=given).status_code == 422
    there = written(made, accepted)
    shown = desk.get(there).text
    for said in (
        "Families stay silent.",
        "It is likely.",
        "It rests on 1 organisation.",
        "Three groups.",
    ):
        assert said in shown


def test_only_words_that_may_be_quoted_can_be(made: Stage) -> None:
    quiet, loud = made.accepted(0), made.sent(1)
    made.world.accepted(loud, (made.reviewer, made.camden))
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Contribution, quiet.id).quote = "no"
        for one in session.query(Terms).where(Terms.giver_id == made.groups[2][0].id):
            if one.use == "quote":
                one.ended_at = made.world.now
    narrowed = made.accepted(2)
    page = made.desk().get(f"/pilots/{made.pilot.id}/insights/new").text
    assert f'name="quote_{loud.id}"' in page
    for closed in (quiet, narrowed):  # by its own word, and by its agreement
        assert f'name="quote_{closed.id}"' not in page
        assert closed.reference in page
    given = {**WORDS, "rests_on": [str(loud.id)], f"quote_{loud.id}": "They always came back."}
    wrong = made.desk().post(f"/pilots/{made.pilot.id}/insights/new", data=given)
    assert wrong.status_code == 422
    assert "These words are not in" in wrong.text
    forced = {f"quote_{quiet.id}": "They never came back."}
    there = written(made, quiet, loud, **forced)  # a box that was not offered is not read
    assert "They never came back." not in made.desk().get(there).text


def beside(made: Stage, client: Any, one: Contribution) -> str:
    """What stands under the name of one answer where it can be ticked."""
    page = client.get(f"/pilots/{made.pilot.id}/insights/new").text
    item = page.split(f'value="{one.id}"')[1].split("checkboxes__input")[0]
    assert one.reference in item
    found = re.findall(r'checkboxes__hint">(.*?)</div>', item, re.DOTALL)
    return Markup("".join(found)).striptags()


def test_each_answer_to_tick_says_its_place_and_first_words(world: World) -> None:
    made = stage(world, 3)
    long = made.accepted(0, story="They rang four times.\n\n" + "Nobody came back. " * 20)
    told = beside(made, made.desk(), long)
    assert told.startswith("Gospel Oak · They rang four times. Nobody came back.")
    assert told.endswith("…")
    assert len(told) < 110
    # Only what the agreement lets a reviewer read, at this moment.
    other = made.accepted(1, story="We saw it ourselves.")
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        for terms in session.scalars(select(Terms).where(Terms.giver_id == other.giver_id)):
            if terms.use == "review" and terms.category == "story":
                terms.ended_at = world.now
    assert beside(made, made.desk(), other) == "Gospel Oak"
    assert "They rang four times." in beside(made, made.desk(), long)


def test_before_all_read_it_its_writer_reads_what_was_said_in_numbers(made: Stage) -> None:
    rests_on = [made.accepted(number) for number in range(3)]
    there, desk = shown(made, *rests_on), made.desk()
    guess = "Fewer than 3 groups have said what they think. Others may guess who said what."

    def summary() -> str:
        return Markup(
            desk.get(there)
            .text.split("What all who take part will read</h2>")[1]
            .split("</form>")[0]
        ).striptags()

    assert guess not in summary()  # nobody has said anything
    made.phone(0).post(f"{there}/say", data={"kind": "right"})
    made.phone(1).post(f"{there}/say", data={"kind": "not-quite", "words": "They did call."})
    assert "This is right 1 Not quite 1 You missed something 0" in summary()
    assert guess in summary()
    made.phone(2).post(f"{there}/say", data={"kind": "right"})
    assert "This is right 2 Not quite 1 You missed something 0" in summary()
    assert guess not in summary()
    for other in (made.phone(0), made.phone(2)):  # those who gave read only their own, until then
        assert "What all who take part will read" not in other.get(there).text
    assert desk.post(f"{there}/publish").status_code == 303
    assert "What all who take part will read" not in desk.get(there).text


def test_nobody_writes_judges_or_shares_what_their_own_group_gave(made: Stage) -> None:
    world = made.world
    mine, other = made.accepted(0), made.accepted(1)
    world.person(made.reviewer.name, made.lantern, "member")  # Ravi reviews, and is a member
    desk, new = made.desk(), f"/pilots/{made.pilot.id}/insights/new"
    page = desk.get(new).text
    assert other.reference in page
    assert mine.reference not in page
    with pytest.raises(Refused, match="One of these may not be used"):
        world.insight(made.pilot, (made.reviewer, made.camden), mine)
    # What a colleague wrote on it is shared by that colleague, and not by him.
    colleague = world.person("Rosa", made.camden, "reviewer", at=made.pilot)
    found = world.insight(made.pilot, (colleague, made.camden), mine, shown=True)
    there, hers, giver = (
        f"/insights/{found.id}",
        world.client(colleague, made.camden),
        made.phone(0),
    )
    assert giver.post(f"{there}/say", data={"kind": "right"}).status_code == 303
    page = desk.get(there).text
    for said in ("Share it with all who take part", "Change the words"):
        assert said not in page
        assert said in hers.get(there).text
    for path in ("publish", "reword"):
        refused = desk.post(f"{there}/{path}", data={**WORDS, "statement": "All is well."})
        assert refused.status_code in (409, 422)
        assert "It rests on what your own organisation gave." in refused.text
    assert hers.post(f"{there}/publish").status_code == 303


def test_whoever_wrote_it_does_not_say_that_it_is_right(made: Stage) -> None:
    there = shown(made, made.accepted(0))
    made.world.person(made.reviewer.name, made.lantern, "member")  # who joins the group later
    writer = made.world.client(made.reviewer, made.lantern)
    assert "Say if this is right" not in writer.get(there).text
    assert there not in writer.get("/home").text
    assert writer.get(f"{there}/say").status_code == 404
    found = made.world.all(Insight)[0]
    with pytest.raises(Refused, match="You wrote this"):
        made.world.do((made.reviewer, made.lantern), verdicts.judge, found, kind="right", words="")
    assert there in made.phone(0).get("/home").text
    assert made.phone(0).post(f"{there}/say", data={"kind": "right"}).status_code == 303


def test_an_insight_with_many_answers_takes_no_more_statements(made: Stage) -> None:
    desk, path = made.desk(), f"/pilots/{made.pilot.id}/insights/new"
    made.accepted(0)
    with statements(made.world) as few:
        desk.get(path)
    for number in (0, 1, 2, 2):
        made.accepted(number)
    with statements(made.world) as more:
        desk.get(path)
    assert len(more) == len(few), "\n".join(one[:150] for one in more)


# Shown first to those it rests on


def test_contributors_see_it_first_and_say_what_they_think(made: Stage) -> None:
    one, two, _three = made.accepted(0), made.accepted(1), made.accepted(2)
    there = written(made, one, two)
    for number in range(3):
        assert made.phone(number).get(there).status_code == 404  # a draft is not for them
    assert made.desk().post(f"{there}/share", data=DAY).status_code == 303
    told = [p.to_person_id for p in made.world.all(Parcel) if p.kind == "insight"]
    assert sorted(told) == sorted(person.id for _partner, person in made.groups[:2])
    assert made.phone(2).get(there).status_code == 404  # in the cohort, but it rests on others
    assert made.phone(2).post(f"{there}/say", data={"kind": "right"}).status_code == 404
    phone = made.phone(0)
    assert "Did we understand you?" in phone.get("/home").text
    page = phone.get(there).text
    assert "You see it before anybody else." in page
    assert "You have not answered. 1 other organisation has not answered." in page
    assert "It rests on you and 1 other organisation." in page
    assert "2 organisations have not answered." in made.desk().get(there).text
    assert phone.post(f"{there}/say").status_code == 422
    unsaid = phone.post(f"{there}/say", data={"kind": "missed"})
    assert "Say what is not right, in your own words." in unsaid.text
    given = {"kind": "missed", "words": "Jobs closed without a visit."}
    assert phone.post(f"{there}/say", data=given).status_code == 303
    assert "Jobs closed without a visit." in phone.get(there).text
    assert "Jobs closed without a visit." in made.desk().get(there).text
    assert "Jobs closed without a visit." not in made.phone(1).get(there).text  # not before all
    early = made.desk().post(f"{there}/publish")
    assert early.status_code == 409
    assert "Not everyone has answered." in early.text


def test_what_one_said_stands_on_top_and_can_be_changed(made: Stage) -> None:
    there = shown(made, made.accepted(0))
    group = made.phone(0)
    assert "Say if this is right" in group.get(there).text
    done = group.post(f"{there}/say", data={"kind": "not-quite", "words": "They did call."})
    page = group.get(done.location).text
    assert "Thank you. We keep your view with the finding." in page
    assert page.index("You said:") < page.index("It rests on what you gave.")
    assert "Say if this is right" not in page
    assert "They did call." in group.get(f"{there}/say").text  # to change it, not to type it anew
    assert "(optional)" not in group.get(f"{there}/say").text


def test_sharing_needs_a_day_to_come(made: Stage) -> None:
    there = written(made, made.accepted(0))
    assert made.desk().post(f"{there}/share").status_code == 422
    past = {**DAY, "answer_by-year": "2020"}
    page = made.desk().post(f"{there}/share", data=past)
    assert "Give a day that is still to come." in page.text
    assert made.world.all(Insight)[0].state == "draft"


def summer_night(made: Stage) -> datetime:
    """Half past eleven in UTC, in a summer to come: in London the next day has begun."""
    night = made.world.now.replace(hour=23, minute=30, second=0)
    while not night.astimezone(LONDON).dst():
        night += timedelta(days=1)
    return night


def test_days_end_at_midnight_in_london(made: Stage) -> None:
    reviewer, night = (made.reviewer, made.camden), summer_night(made)
    found = made.world.insight(made.pilot, reviewer, made.accepted(0), shown=True)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Insight, found.id).answer_by = night.date()
    made.world.now = night - timedelta(hours=1)
    with pytest.raises(Refused, match="Not everyone has answered"):
        made.world.do(reviewer, insight.publish, found)
    made.world.now = night
    made.world.do(reviewer, insight.publish, found)
    owner = (made.world.person("Omar", made.camden, "decision-owner", at=made.pilot), made.camden)
    given = {"kind": "will", "words": "A letter.", "lang": "en"}
    today = london_day(night)
    with pytest.raises(Refused, match="Give the day by which you will"):
        made.world.do(owner, responses.give, found, **given, by_day=today)
    made.world.do(owner, responses.give, found, **given, by_day=today + timedelta(days=1))


def test_dissent_travels_with_it_and_names_only_whom_it_may(made: Stage) -> None:
    one, two = made.accepted(0), made.accepted(1)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Contribution, one.id).quote = "named"
    words = "They never came back."
    there = shown(made, one, two, **{f"quote_{one.id}": words, f"quote_{two.id}": words})
    made.phone(0).post(f"{there}/say", data={"kind": "missed", "words": "Jobs closed early."})
    made.phone(1).post(f"{there}/say", data={"kind": "not-quite", "words": "Half of it."})
    assert made.desk().post(f"{there}/publish").status_code == 303
    cohort = made.phone(2).get(there).text.split("<main")[1].split("</main>")[0]
    assert "Jobs closed early." in cohort
    assert "Half of it." in cohort
    assert "Lantern Women’s Circle" in cohort  # it said: with our name
    assert "Copperfield" not in cohort  # it said: as a local group
    assert "A local group" in cohort
    assert cohort.count(words) == 2
    for raw in (one.reference, two.reference, "Gospel Oak", ">12<"):
        assert raw not in cohort


def test_contributors_never_see_what_another_gave(made: Stage) -> None:
    mine = made.accepted(0)
    theirs = made.accepted(1, story="Our words only", waiting=310)
    there = shown(made, mine, theirs)
    page = made.phone(0).get(there).text.split("<main")[1].split("</main>")[0]
    assert mine.reference in page
    for hidden in (theirs.reference, "Our words only", "310", "Copperfield"):
        assert hidden not in page
    assert "Copperfield" in made.desk().get(there).text


def test_who_was_not_heard(made: Stage) -> None:
    there = shown(made, made.accepted(0))
    page = made.phone(0).get(there).text
    assert "2 groups that were asked are not in it." in page
    assert "By phone: nobody" in page
    assert "In the portal: nobody" not in page
    there = published(made, made.accepted(0))
    page = made.phone(2).get(there).text
    assert "You were asked, and are not in it." in page
    assert "1 group that was asked is not in it." in page
    assert "2 groups that were asked" in made.phone(0).get(there).text


# Words, and two people changing them


def test_its_words_change_until_it_is_shared(made: Stage) -> None:
    there = shown(made, made.accepted(0))
    desk = made.desk()
    page = desk.get(f"{there}/reword").text
    version = page.split('name="version" value="')[1].split('"')[0]
    first = {"statement": "Mine.", "caveats": "", "version": version}
    assert desk.post(f"{there}/reword", data=first).status_code == 303
    second = {"statement": "Theirs.", "caveats": "", "version": version}
    clash = desk.post(f"{there}/reword", data=second)
    assert clash.status_code == 409
    assert "As it stands now" in clash.text
    assert "Mine." in clash.text
    assert "Theirs." in clash.text
    version = clash.text.split('name="version" value="')[1].split('"')[0]
    assert desk.post(f"{there}/reword", data={**second, "version": version}).status_code == 303
    assert made.world.all(Insight)[0].statement == "Theirs."
    assert desk.post(f"{there}/reword", data={"statement": " "}).status_code == 422
    made.phone(0).post(f"{there}/say", data={"kind": "right"})
    desk.post(f"{there}/publish")
    assert desk.post(f"{there}/reword", data={"statement": "Later."}).status_code == 422
    assert "Change the words" not in desk.get(there).text


def reworded(made: Stage, there: str, **given: str) -> Any:
    """The answer to a reviewer who writes other words."""
    data = {"statement": "Families ask, and nobody calls.", "caveats": "", **given}
    return made.desk().post(f"{there}/reword", data=data)


def main_of(client: Any, path: str) -> str:
    return str(client.get(path).text.split("<main")[1].split("</main>")[0])


def test_words_that_change_are_asked_about_again(made: Stage) -> None:
    there = shown(made, made.accepted(0), made.accepted(1))
    first, second = made.phone(0), made.phone(1)
    first.post(f"{there}/say", data={"kind": "right"})
    before = first.get(f"{there}/say").text.split('name="version" value="')[1].split('"')[0]
    assert "Did we understand you?" not in first.get("/home").text
    assert reworded(made, there).status_code == 303
    told = [p.to_person_id for p in made.world.all(Parcel) if p.kind == "reworded"]
    assert told == [made.rahima.id]  # the other one has not answered yet
    assert "Did we understand you?" in first.get("/home").text
    page = main_of(first, there)
    for said in ("You said:", "The words have changed since.", "Families stay silent."):
        assert said in page
    assert "Say if this is right now" in page
    asked = main_of(first, f"{there}/say")
    assert "Families ask, and nobody calls." in asked
    assert "Families stay silent." in asked  # what it was about
    assert "checked" not in asked
    desk = main_of(made.desk(), there)
    assert "2 organisations have not answered." in desk
    assert "Before the words changed: This is right" in desk
    second.post(f"{there}/say", data={"kind": "right"})
    assert made.desk().post(f"{there}/publish").status_code == 409
    late = first.post(f"{there}/say", data={"kind": "right", "version": before})
    assert late.status_code == 422
    assert "The words have changed. Read them again, then say what you think." in late.text
    now = late.text.split('name="version" value="')[1].split('"')[0]
    given = {"kind": "right", "version": now}
    assert first.post(f"{there}/say", data=given).status_code == 303
    assert "have changed" not in main_of(first, there)
    assert made.desk().post(f"{there}/publish").status_code == 303
    assert "Before the words changed" not in main_of(made.phone(2), there)


def test_what_was_said_of_earlier_words_is_told_as_that(made: Stage) -> None:
    there = shown(made, made.accepted(0), made.accepted(1))
    made.phone(0).post(f"{there}/say", data={"kind": "right"})
    made.phone(1).post(f"{there}/say", data={"kind": "missed", "words": "Jobs closed early."})
    reworded(made, there)
    reworded(made, there, caveats="One street only.")
    told = [p.to_person_id for p in made.world.all(Parcel) if p.kind == "reworded"]
    assert sorted(told) == sorted(person.id for _partner, person in made.groups[:2])  # once
    found = made.world.all(Insight)[0]
    assert found.wording == 3
    made.world.now = datetime(2040, 6, 3, tzinfo=UTC)
    ravi = Actor(made.reviewer.id, made.camden.id, {Ref.of(made.pilot): frozenset({"reviewer"})})
    with made.world.database.writing() as session:
        insight.publish(Act(session, ravi, made.world.now), session.get_one(Insight, found.id))
    cohort = main_of(made.phone(2), there)
    assert "Before the words changed: This is right" in cohort
    assert "Before the words changed: You missed something" in cohort
    assert "Jobs closed early." in cohort
    assert "2 organisations have not answered." in cohort
    assert "Families stay silent." not in cohort  # taken out: for those who read it only
    for who in (made.phone(0), made.desk()):
        assert "Families stay silent." in main_of(who, there)


def test_other_words_never_shorten_the_time_to_answer(made: Stage) -> None:
    there = shown(made, made.accepted(0))
    made.phone(0).post(f"{there}/say", data={"kind": "right"})
    early = reworded(made, there, **{**DAY, "answer_by-month": "5"})
    assert early.status_code == 422
    assert "They have until 1 June 2040. Give this day or a later one." in early.text
    assert reworded(made, there, **{**DAY, "answer_by-month": "7"}).status_code == 303
    assert made.world.all(Insight)[0].answer_by == date(2040, 7, 1)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.query(Insight).one().answer_by = london_day(datetime.now(UTC))
    today = reworded(made, there, statement="At the last moment.")
    assert today.status_code == 422
    assert "Give a day that is still to come." in today.text
    assert reworded(made, there, statement="At the last moment.", **DAY).status_code == 303
    same = reworded(made, there, statement="At the last moment.")
    assert same.status_code == 303  # nothing changed: nobody is asked again
    assert made.world.all(Insight)[0].wording == 3


def test_a_draft_changes_and_nobody_is_asked(made: Stage) -> None:
    there = written(made, made.accepted(0))
    assert "By when can they answer?" not in made.desk().get(f"{there}/reword").text
    assert reworded(made, there, **DAY).status_code == 303
    found = made.world.all(Insight)[0]
    assert (found.answer_by, found.wording) == (None, 2)
    assert not [one for one in made.world.all(Parcel) if one.kind == "reworded"]


def test_what_is_said_of_it_is_a_change_of_it(made: Stage) -> None:
    there = shown(made, made.accepted(0))
    before = made.world.all(Insight)[0].version
    made.phone(0).post(f"{there}/say", data={"kind": "right"})
    found = made.world.all(Insight)[0]
    assert found.version == before + 1
    [said] = [one for one in made.world.all(Event) if one.verb == "insight:judge"]
    assert said.subject == Ref.of(found)
    assert (said.giver_id, said.taker_id) == (made.lantern.id, made.camden.id)
    assert said.facts == {"kind": "right", "wording": 1}


# What is done about it


def test_a_decision_owner_answers_and_each_contributor_hears(made: Stage) -> None:
    one, two = made.accepted(0), made.accepted(1)
    there = published(made, one, two)
    owner = made.somebody("Omar", "decision-owner")
    assert "No answer yet." in made.phone(0).get(there).text
    assert owner.get(f"{there}/respond").status_code == 200
    undated = owner.post(f"{there}/respond", data={"kind": "will", "words": "A letter."})
    assert "Give the day by which you will." in undated.text
    dated = {"by_day-day": "1", "by_day-month": "6", "by_day-year": "2040"}
    given = {"kind": "will", "words": "A letter.", **dated, "token": "t" * 22}
    for _ in range(2):
        assert owner.post(f"{there}/respond", data=given).status_code == 303
    assert owner.post(f"{there}/respond", data={"kind": "cannot", "words": "Three surveyors."})
    assert len(made.world.all(Response)) == 2
    for number, held in ((0, one), (1, two)):
        timeline = made.phone(number).get(f"/contributions/{held.id}").text
        for said in (
            "Shared with all who take part",
            "We will, by 1 June 2040",
            "A letter.",
            "We cannot",
        ):
            assert said in timeline
    told = [p.to_person_id for p in made.world.all(Parcel) if p.kind == "response"]
    assert sorted(told) == sorted([made.groups[0][1].id, made.groups[1][1].id] * 2)
    assert "Three surveyors." in made.phone(2).get(there).text  # the cohort reads it too
    owner.post(f"{there}/respond", data={"kind": "did", "words": "A phone line."})
    home = made.phone(0).get("/home").text
    order = [home.index(said) for said in ("We did", "We will, by 1 June 2040", "We cannot")]
    assert order == sorted(order)


def test_home_tells_once_what_came_of_several_answers(made: Stage) -> None:
    mine = [made.accepted(0) for _ in range(3)]
    alone, theirs = made.accepted(0), made.accepted(1)
    first = shown(made, *mine, theirs)
    for number in (0, 1):
        made.phone(number).post(f"{first}/say", data={"kind": "right"})
    assert made.desk().post(f"{first}/publish").status_code == 303
    other = published(made, alone)
    owner = made.somebody("Omar", "decision-owner")
    for there, words in ((first, "A phone line."), (other, "A letter.")):
        owner.post(f"{there}/respond", data={"kind": "did", "words": words})
    owner.post(f"{first}/respond", data={"kind": "cannot", "words": "Three surveyors."})
    cards = main_of(made.phone(0), "/home").split("What came of what you shared")[1]
    assert cards.count("app-card") - cards.count("app-card__more") == 2
    assert cards.count("A phone line.") == cards.count("Three surveyors.") == 1
    several, one = cards.split('<li class="app-card">')[1:]
    assert "3 of your answers" in several
    assert f'href="{first}"' in several
    assert "A letter." in one
    assert f'href="/contributions/{alone.id}"' in one
    assert alone.reference in one
    other_home = main_of(made.phone(1), "/home")
    assert theirs.reference in other_home
    assert "of your answers" not in other_home


def test_an_answer_that_is_overdue_says_so(made: Stage) -> None:
    there = published(made, made.accepted(0))
    owner = made.somebody("Omar", "decision-owner")
    day = made.world.now.date() + timedelta(days=3)
    dated = {f"by_day-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    owner.post(f"{there}/respond", data={"kind": "will", "words": "A letter.", **dated})
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.query(Response).one().by_day = day - timedelta(days=9)
    assert ">Late<" in made.phone(0).get(there).text


def test_before_it_is_shared_nobody_answers_it(made: Stage) -> None:
    there = shown(made, made.accepted(0))
    owner = made.somebody("Omar", "decision-owner")
    assert "Say what happens now" not in owner.get(there).text
    page = owner.post(f"{there}/respond", data={"kind": "did", "words": "Done."})
    assert page.status_code == 422
    assert "Those who contributed read this first." in page.text


# Nobody else


def test_each_page_is_for_those_who_may(made: Stage) -> None:
    there = published(made, made.accepted(0))
    stranger = made.world.partner("Kettle and Carers")
    outside = made.world.client(made.world.person("Kate", stranger, "member"), stranger)
    forum = made.world.partner("Forum", Kind.REGIONAL)
    olga = made.world.person("Olga", forum, "observer", at=made.pilot)
    observer = made.world.client(olga, forum)
    for other in (outside, observer):
        assert other.get(there).status_code == 404
        assert other.get(f"/pilots/{made.pilot.id}/insights").status_code == 404
    for path in ("share", "reword", "publish", "respond"):
        assert made.phone(0).post(f"{there}/{path}").status_code == 404
    assert made.desk().post(f"{there}/respond").status_code == 404
    owner = made.somebody("Omar", "decision-owner")
    for path in ("share", "reword", "publish"):
        assert owner.post(f"{there}/{path}").status_code == 404
    assert made.phone(0).get(f"/pilots/{made.pilot.id}/insights/new").status_code == 404
    other = made.world.pilot(made.camden, made.lead, name="Another")
    elsewhere = made.somebody("Rosa", "reviewer", at=other)
    for path in ("share", "reword"):
        assert elsewhere.get(f"{there}/{path}").status_code == 404
    assert elsewhere.get(f"/pilots/{made.pilot.id}/insights/new").status_code == 404
    lists = made.phone(2).get(f"/pilots/{made.pilot.id}/insights").text
    assert "Families stay silent." in lists
    assert len(made.world.all(Evidence)) == 1


def test_the_list_takes_the_same_few_statements(made: Stage) -> None:
    held = made.accepted(0)
    written(made, held)
    desk, path = made.desk(), f"/pilots/{made.pilot.id}/insights"
    with statements(made.world) as few:
        desk.get(path)
    for _ in range(3):
        written(made, held)
    with statements(made.world) as more:
        desk.get(path)
    assert len(few) == len(more) <= 3, more


def test_words_that_were_taken_back_are_gone(made: Stage) -> None:
    one, two = made.accepted(0), made.accepted(1)
    there = shown(made, one, two, **{f"quote_{one.id}": "They never came back."})
    made.world.do((made.rahima, made.lantern), contributions.withdraw, made.now(one))
    for client, rests in (
        (made.desk(), "It rests on 1 organisation."),
        (made.phone(1), "It rests on what you gave."),
    ):
        page = client.get(there).text
        assert "They never came back." not in page
        assert rests in page
    assert made.phone(0).post(f"{there}/say", data={"kind": "right"}).status_code == 404
    made.phone(1).post(f"{there}/say", data={"kind": "right"})
    assert made.desk().post(f"{there}/publish").status_code == 303  # nobody else to wait for


def test_whoever_took_all_back_is_no_longer_heard_or_named(made: Stage) -> None:
    one, two = made.accepted(0), made.accepted(1)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Contribution, one.id).quote = "named"
    there = shown(made, one, two)
    made.phone(0).post(f"{there}/say", data={"kind": "missed", "words": "Jobs closed early."})
    made.phone(1).post(f"{there}/say", data={"kind": "right"})
    assert made.desk().post(f"{there}/publish").status_code == 303
    assert "Lantern Women’s Circle" in main_of(made.phone(2), there)
    made.world.do((made.rahima, made.lantern), contributions.withdraw, made.now(one))
    for client in (made.phone(1), made.phone(2), made.desk()):
        page = main_of(client, there)
        assert "Lantern Women’s Circle" not in page
        assert "Jobs closed early." not in page
        assert "This is right" in page


def test_nobody_sees_from_it_that_words_were_passed_on(made: Stage) -> None:
    """They stay where they were read, with the name and the link; and reach nobody new."""
    one, two = made.accepted(0), made.accepted(1)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Contribution, one.id).quote = "named"
    words = "They never came back."
    there = shown(made, one, two, **{f"quote_{one.id}": words})
    giver = made.phone(0)
    giver.post(f"{there}/say", data={"kind": "right"})
    decides = made.somebody("Olu", "decision-owner")
    readers = (giver, made.phone(1), decides)
    before = [main_of(client, there) for client in readers]
    assert all(words in page for page in before)
    assert one.reference in before[2]
    made.somebody("Sam", "safeguarding-lead", at=made.camden)
    given = {"words": "Somebody may be hurt."}
    assert made.desk().post(f"/review/{one.id}/at-risk", data=given).status_code == 303
    assert [main_of(client, there) for client in readers] == before
    assert giver.get(f"{there}/say").status_code == 200
    assert f'href="/review/{one.id}"' not in main_of(made.desk(), there)
    made.phone(1).post(f"{there}/say", data={"kind": "right"})
    assert made.desk().post(f"{there}/publish").status_code == 303  # on what the other gave
    assert all(words in main_of(client, there) for client in readers)
    assert words not in main_of(made.phone(2), there)


def test_a_finding_that_all_read_stays_the_same_when_words_are_passed_on(made: Stage) -> None:
    one, two = made.accepted(0), made.accepted(1)
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Contribution, one.id).quote = "named"
    there = published(made, one, two, **{f"quote_{one.id}": "They never came back."})
    made.somebody("Sam", "safeguarding-lead", at=made.camden)
    readers = [made.phone(number) for number in range(3)] + [made.somebody("Olu", "decision-owner")]
    before = [main_of(client, there) for client in readers]
    assert all("They never came back." in page for page in before)
    assert all("Lantern Women’s Circle" in page for page in before)
    given = {"words": "Somebody may be hurt."}
    assert made.desk().post(f"/review/{one.id}/at-risk", data=given).status_code == 303
    assert [main_of(client, there) for client in readers] == before


def test_words_passed_on_before_it_is_shown_reach_no_other_giver(made: Stage) -> None:
    one, two = made.accepted(0), made.accepted(1)
    words = "They never came back."
    there = written(made, one, two, **{f"quote_{one.id}": words})
    made.somebody("Sam", "safeguarding-lead", at=made.camden)
    given = {"words": "Somebody may be hurt."}
    assert made.desk().post(f"/review/{one.id}/at-risk", data=given).status_code == 303
    assert words in main_of(made.desk(), there)
    assert made.desk().post(f"{there}/share", data=DAY).status_code == 303
    assert words in main_of(made.phone(0), there)
    assert words not in main_of(made.phone(1), there)


def test_one_insight_takes_the_same_few_statements(made: Stage) -> None:
    there = shown(made, made.accepted(0))
    desk, group = made.desk(), made.phone(0)
    group.post(f"{there}/say", data={"kind": "right"})
    rests_on = [made.accepted(number) for number in (0, 0, 1, 1, 2)]
    more = shown(made, *rests_on)
    for number in range(3):
        made.phone(number).post(f"{more}/say", data={"kind": "right"})
    for client in (desk, group):
        with statements(made.world) as few:
            client.get(there)
        with statements(made.world) as many:
            client.get(more)
        assert len(many) == len(few) <= 13, many


def test_nothing_is_shared_that_was_all_taken_back(made: Stage) -> None:
    one = made.accepted(0)
    there = shown(made, one)
    made.world.do((made.rahima, made.lantern), contributions.withdraw, made.now(one))
    page = made.desk().post(f"{there}/publish")
    assert page.status_code == 409
    assert "All that this rests on was taken back." in page.text
    assert made.world.all(Insight)[0].state == "shown"


def test_nothing_new_is_shared_once_an_agreement_has_ended(made: Stage) -> None:
    one, two = made.accepted(0), made.accepted(1)
    there = shown(made, one, two)
    for number in (0, 1):
        made.phone(number).post(f"{there}/say", data={"kind": "right"})
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        for terms in session.scalars(select(Terms).where(Terms.giver_id == one.giver_id)):
            terms.ended_at = made.world.now
    page = made.desk().post(f"{there}/publish")
    assert page.status_code == 409
    assert "Lantern Women’s Circle does not allow new use of what it sent." in page.text
    assert "Write a new insight without it." in page.text


def test_a_promise_rests_on_what_may_be_used_to_make_things_better(made: Stage) -> None:
    """Nothing new is made of it once an agreement does not allow that, or it was taken back. What
    was done, and what cannot be, is told all the same."""
    one, two = made.accepted(0), made.accepted(1)
    there = published(made, one, two)
    owner = made.somebody("Omar", "decision-owner")
    dated = {"by_day-day": "1", "by_day-month": "6", "by_day-year": "2040"}
    will = {"kind": "will", "words": "A letter.", **dated}
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.execute(
            update(Terms)
            .where(Terms.giver_id == one.giver_id, Terms.purpose == "improve")
            .values(ended_at=made.world.now)
        )
    refused = owner.post(f"{there}/respond", data=will)
    assert refused.status_code == 409
    assert "Making things better" in refused.text and "A letter." in refused.text
    assert "You can still say what you did, or why you cannot." in refused.text
    assert f'href="/notes/new?with={one.giver_id}&amp;about=improve"' in refused.text
    assert made.world.all(Response) == []
    for kind in ("did", "cannot"):
        given = {"kind": kind, "words": f"Because {kind}."}
        assert owner.post(f"{there}/respond", data=given).status_code == 303
    # Whoever took all of it back is not asked any more; the other still lets it be used.
    for number, held in ((0, one), (1, two)):
        partner, person = made.groups[number]
        made.world.do((person, partner), contributions.withdraw, made.now(held))
        assert owner.post(f"{there}/respond", data=will).status_code == (422 if number else 303)
    assert len(made.world.all(Response)) == 3


@pytest.mark.one_database
def test_whoever_studies_a_pilot_reads_no_group_and_no_word_before_the_cohort(made: Stage) -> None:
    """ "Cannot read stories, or see which group sent what" (roles.toml, research lead)."""
    one, two = made.accepted(0), made.accepted(1)
    lucy, words = made.somebody("Lucy", "research-lead"), "They never came back."
    there = shown(made, one, two, **{f"quote_{one.id}": words, f"quote_{two.id}": words})
    made.phone(0).post(f"{there}/say", data={"kind": "missed", "words": "Jobs closed early."})
    for published in (False, True):
        page = lucy.get(there).text
        for kept in ("Lantern", "Copperfield", one.reference, two.reference):
            assert kept not in page, kept
        assert ("Jobs closed early." in page) is published
        assert (words in page) is published
        assert words in made.desk().get(there).text
        assert "Lantern" in made.desk().get(there).text
        if not published:
            made.phone(1).post(f"{there}/say", data={"kind": "right"})
            assert made.desk().post(f"{there}/publish").status_code == 303
