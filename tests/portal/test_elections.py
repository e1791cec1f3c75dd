"""Before an election: who writes the days down, what waits then, what goes on, and what of that is
told."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from pilots import releases, responses
from pilots.contributions import Contribution
from pilots.insight import Evidence, Insight
from pilots.releases import Release
from pilots.responses import Response
from tests.kept import once
from tests.portal.stage import Stage, stage
from tests.recount import recount_delays
from tests.world import NOW, World
from trust import elections
from trust.audit import Event, EventWords
from trust.calendar import london_day
from trust.elections import Election, wait_among
from trust.partners import Kind
from trust.records import Ref, Refused

THERE = "/installation/elections"
NEAR = "An election is near: "


@pytest.fixture
@once
def made(world: World) -> Stage:
    made = stage(world, 3)
    for number in range(3):
        made.accepted(number, waiting=40, fixed=30)
    return made


@pytest.fixture
def ada(world: World) -> Any:
    world.region(), world.installation()
    return world.client(world.person("Ada", None, "administrator"))


def today() -> date:
    return london_day(datetime.now().astimezone())


def dated(**days: date) -> dict[str, str]:
    """Days as a form sends them."""
    return {
        f"{name}-{part}": str(getattr(day, part))
        for name, day in days.items()
        for part in ("day", "month", "year")
    }


def typed(world: World, begins: int, ends: int, **given: str) -> dict[str, str]:
    """The form of a period that begins and ends so many days from now."""
    days = {"first_day": today() + timedelta(begins), "last_day": today() + timedelta(ends)}
    return {"region": str(world.region().id), "name": "Kilburn", **dated(**days), **given}


def near(world: World, begins: int = -3, ends: int = 20, name: str = "Kilburn") -> Election:
    """A period of Camden's, in days from now."""
    who = world.person("Ada", None, "administrator"), None
    given = {"region": world.region(), "name": name, "by_election": True, "sure": True}
    given |= {"first_day": today() + timedelta(begins), "last_day": today() + timedelta(ends)}
    made: Election = world.do(who, elections.add, world.installation(), **given)
    return made


def ended(world: World, election: Election) -> None:
    """As if it had been over since yesterday."""
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Election, election.id).last_day = today() - timedelta(1)


def prepared(made: Stage, audience: str = "public") -> Release:
    return made.world.release(made.pilot, (made.reviewer, made.camden), audience=audience)


# When something waits


def period(id: int, first: int, last: int, region: int = 1) -> Election:
    at = NOW.date()
    days = {"first_day": at + timedelta(first), "last_day": at + timedelta(last)}
    return Election(id=id, region_id=region, name=f"Election {id}", **days)


def test_both_days_are_included() -> None:
    at, held = NOW.date(), [period(1, 2, 4)]
    waits = [wait_among(held, 1, at + timedelta(days)) for days in range(1, 6)]
    assert [one is not None for one in waits] == [False, True, True, True, False]
    assert {one.until for one in waits if one} == {at + timedelta(5)}
    assert wait_among(held, 2, at + timedelta(3)) is None


def test_what_waits_waits_until_none_is_on() -> None:
    at = NOW.date()
    held = [period(1, 0, 4), period(2, 3, 6), period(3, 7, 9), period(4, 11, 12)]
    found = wait_among(held, 1, at)
    assert found is not None
    assert (found.ids, found.name, found.until) == ({1}, "Election 1", at + timedelta(10))
    found = wait_among(held, 1, at + timedelta(4))
    assert found is not None
    assert (found.ids, found.name) == ({1, 2}, "Election 2")


# Who writes them down


def test_a_period_is_added_changed_and_taken_away(world: World, ada: Any) -> None:
    assert f'href="{THERE}"' in ada.get("/installation").text
    assert "No election yet" in ada.get(THERE).text
    assert ada.post(f"{THERE}/new", data=typed(world, 5, 20, by_election="yes")).status_code == 303
    [held] = world.all(Election)
    assert held.by_election
    page = ada.get(THERE).text
    assert "Kilburn" in page
    assert "By-election" in page
    assert "To come" in page
    other = typed(world, 6, 30, name="Kilburn and Holborn")
    assert ada.post(f"{THERE}/{held.id}", data=other).status_code == 303
    [held] = world.all(Election)
    assert (held.name, held.by_election) == ("Kilburn and Holborn", False)
    assert held.first_day == today() + timedelta(6)
    away = f"{THERE}/{held.id}/take-away"
    assert f'href="{away}"' in ada.get(f"{THERE}/{held.id}").text
    assert ada.get(away).status_code == 200
    assert ada.post(away, data={}).status_code == 422
    assert ada.post(away, data={"reason": "It was called off."}).status_code == 303
    assert "No election yet" in ada.get(THERE).text
    assert ada.get(f"{THERE}/{held.id}").status_code == 404
    verbs = [one.verb for one in world.all(Event) if one.subject == Ref.of(held)]
    assert verbs == ["election:add", "election:change", "election:take-away"]
    assert any(one.words == {"reason": "It was called off."} for one in world.all(EventWords))


def test_an_empty_portal_says_that_a_region_comes_first(world: World) -> None:
    ada = world.client(world.person("Ada", None, "administrator"))
    assert "Add a region first." in ada.get(THERE).text


@pytest.mark.parametrize(
    ("begins", "ends", "given", "said"),
    [
        (5, 4, {}, "The last day comes before the first."),
        (-9, -2, {}, "Give today or a day that is still to come."),
        (0, 120, {}, "That is 121 days."),
        (0, 9, {"name": " "}, "Give it a name"),
        (0, 9, {"region": ""}, "Choose a region"),
        (0, 9, {"region": "99"}, "Choose from the list"),
        (0, 9, {"last_day-day": "x"}, "Enter a real date"),
    ],
)
def test_days_that_cannot_be(
    world: World, ada: Any, begins: int, ends: int, given: dict[str, str], said: str
) -> None:
    answer = ada.post(f"{THERE}/new", data=typed(world, begins, ends, **given))
    assert answer.status_code == 422
    assert said in answer.text
    assert world.all(Election) == []


def test_a_long_one_is_asked_about_and_overlaps_are_let_be(world: World, ada: Any) -> None:
    assert ada.post(f"{THERE}/new", data=typed(world, 1, 120)).status_code == 303
    asked = ada.post(f"{THERE}/new", data=typed(world, 0, 120))
    assert asked.status_code == 422
    assert "Yes, it is that long" in asked.text
    assert ada.post(f"{THERE}/new", data=typed(world, 0, 120, sure="yes")).status_code == 303
    assert len(world.all(Election)) == 2


def test_one_that_has_begun_is_shortened_for_a_reason_and_not_undone(
    world: World, ada: Any
) -> None:
    held = near(world)
    there = f"{THERE}/{held.id}"
    assert "On now" in ada.get(THERE).text
    assert "/take-away" not in ada.get(there).text
    assert ada.get(f"{there}/take-away").status_code == 404
    assert ada.post(f"{there}/take-away", data={"reason": "No."}).status_code == 404
    why = {"reason": "Nobody stood against her."}
    for begins, ends, given, said in (
        (-3, 2, {}, "Say why it ends on another day."),
        (-2, 20, why, "It has begun, so its first day stays."),
        (-3, -1, why, "Give today or a day that is still to come."),
    ):
        answer = ada.post(there, data=typed(world, begins, ends, **given))
        assert answer.status_code == 422
        assert said in answer.text
    assert ada.post(there, data=typed(world, -3, 0, **why)).status_code == 303
    page = ada.get(THERE).text
    assert "Nobody stood against her." in page
    [held] = world.all(Election)
    assert held.last_day == today()
    ended(world, held)
    assert "Over" in ada.get(THERE).text
    assert ada.get(there).status_code == 404
    assert f'href="{there}"' not in ada.get(THERE).text


def test_by_no_way_is_one_that_has_begun_taken_away(world: World, ada: Any) -> None:
    held, who = near(world), (world.person("Ada", None, "administrator"), None)
    with pytest.raises(Refused, match="It has begun"):
        world.do(who, elections.take_away, held, reason="No.")
    assert world.all(Election)[0].taken_away_at is None


def test_two_who_change_one_at_once_see_both(world: World, ada: Any) -> None:
    held = near(world, 3)
    there = f"{THERE}/{held.id}"
    assert ada.post(there, data=typed(world, 4, 20)).status_code == 303
    late = ada.post(there, data=typed(world, 5, 20, version=str(held.version)))
    assert late.status_code == 409
    assert world.all(Election)[0].first_day == today() + timedelta(4)


def test_only_whoever_looks_after_the_portal_keeps_them(world: World) -> None:
    held, camden = near(world, 3), world.partner("Camden", Kind.COUNCIL)
    roles = ("signatory", "relationship-lead", "coordinator", "member")
    client = world.client(world.person("Ines", camden, *roles), camden)
    for at in ("", "/new", f"/{held.id}", f"/{held.id}/take-away"):
        assert client.get(THERE + at).status_code == 404
        assert world.app.test_client().get(THERE + at).status_code == 303
    away = client.post(f"{THERE}/{held.id}/take-away", data={"reason": "No."})
    assert away.status_code == 404
    assert world.all(Election)[0].taken_away_at is None


# What waits


def test_a_table_for_anyone_waits_and_says_until_when(made: Stage) -> None:
    owner = made.somebody("Omar", "decision-owner")
    release, held = prepared(made), near(made.world)
    there, until = f"/releases/{release.id}", today() + timedelta(21)
    page = owner.get(there).text
    assert NEAR in page
    assert f'datetime="{until.isoformat()}"' in page
    assert "Release it" not in page
    refused = owner.post(there)
    assert refused.status_code == 422
    assert "A decision owner can let this one out sooner, and say why." in refused.text
    assert made.world.read(Release, release.id).state == "prepared"
    assert made.phone(0).get(there).status_code == 404
    ended(made.world, held)
    assert "Release it" in owner.get(there).text
    assert owner.post(there).status_code == 303
    assert made.world.read(Release, release.id).state == "released"


def test_the_pages_before_say_so_too_and_what_comes(made: Stage) -> None:
    there = f"/pilots/{made.pilot.id}/releases"
    table = tables_href(made)
    for client, at in ((made.desk(), there), (made.phone(0), there), (made.desk(), table)):
        assert "election" not in main_of(client.get(at).text)
    coming = near(made.world, 9)
    assert "An election is coming: " in made.phone(0).get(there).text
    assert "An election is coming: " in made.desk().get(table).text
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Election, coming.id).first_day = today()
    assert NEAR in made.phone(0).get(there).text
    assert NEAR in made.desk().get(table).text


def tables_href(made: Stage) -> str:
    with made.world.database.reading() as session:
        [table] = releases.tables_of(session, made.pilot.id)
    return f"/pilots/{made.pilot.id}/releases/new/{table.id}"


def main_of(html: str) -> str:
    return html.split("<main")[1].split("</main>")[0]


def test_what_is_for_the_cohort_goes_on_and_what_is_out_stays_out(made: Stage) -> None:
    owner = made.somebody("Omar", "decision-owner")
    out = prepared(made)
    assert owner.post(f"/releases/{out.id}").status_code == 303
    near(made.world)
    anyone = made.world.app.test_client()
    assert anyone.get(f"/releases/{out.id}").status_code == 200
    assert NEAR not in anyone.get(f"/releases/{out.id}").text
    assert anyone.get(f"/releases/{out.id}/package.zip").status_code == 200
    cohort = prepared(made, "cohort")
    assert NEAR not in owner.get(f"/releases/{cohort.id}").text
    assert owner.post(f"/releases/{cohort.id}").status_code == 303


def test_an_election_elsewhere_or_taken_away_holds_nothing_back(made: Stage) -> None:
    world, owner = made.world, made.somebody("Omar", "decision-owner")
    release, held = prepared(made), near(world, 5)
    other = world.region("Trafford")
    assert other.id != made.pilot.region_id
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.add(
            Election(region_id=other.id, name="Urmston", first_day=today(), last_day=held.last_day)
        )
        gone = session.get_one(Election, held.id)
        gone.first_day, gone.taken_away_at = today(), world.now
    assert owner.post(f"/releases/{release.id}").status_code == 303


def test_a_named_officer_lets_one_out_with_a_reason_that_stays(made: Stage) -> None:
    release, held = prepared(made), near(made.world)
    there = f"/releases/{release.id}"
    for client in (made.desk(), made.phone(0), made.world.client(made.lead, made.camden)):
        assert client.get(f"{there}/allow").status_code == 404
        assert client.post(f"{there}/allow", data={"reason": "No."}).status_code == 404
    owner = made.somebody("Omar", "decision-owner")
    assert f'href="{there}/allow"' in owner.get(there).text
    assert NEAR in owner.get(f"{there}/allow").text
    assert owner.post(f"{there}/allow", data={"reason": " "}).status_code == 422
    why = "Families need it before the cold."
    assert owner.post(f"{there}/allow", data={"reason": why}).status_code == 303
    assert owner.get(f"{there}/allow").status_code == 404
    page = owner.get(there).text
    assert NEAR not in page
    assert why in page
    assert owner.post(there).status_code == 303
    read = made.world.read(Release, release.id)
    assert (read.state, read.allowed_in) == ("released", [held.id])
    public = made.world.app.test_client().get(there).text
    assert why in public
    assert "let it out" not in public
    assert "Omar" not in public
    inside = main_of(made.desk().get(there).text)
    assert "Omar" in inside
    said = [one for one in made.world.all(Event) if one.verb == "release:allow"]
    assert [one.facts for one in said] == [{"elections": [held.id]}]


def test_another_election_needs_another_reason(made: Stage) -> None:
    release, first = prepared(made), near(made.world)
    owner = made.somebody("Omar", "decision-owner")
    there = f"/releases/{release.id}"
    assert owner.post(f"{there}/allow", data={"reason": "It cannot wait."}).status_code == 303
    second = near(made.world, 0, 40, "Holborn")
    assert NEAR in owner.get(there).text
    assert owner.post(there).status_code == 422
    assert owner.post(f"{there}/allow", data={"reason": "Nor now."}).status_code == 303
    read = made.world.read(Release, release.id)
    assert (read.allowed_in, read.allowed_because) == ([first.id, second.id], "Nor now.")
    assert owner.post(there).status_code == 303


def test_whoever_prepared_it_does_not_let_it_out(made: Stage) -> None:
    near(made.world)
    both = made.world.person("Omar", made.camden, "decision-owner", "reviewer", at=made.pilot)
    release = made.world.release(made.pilot, (both, made.camden))
    client = made.world.client(both, made.camden)
    refused = client.post(f"/releases/{release.id}/allow", data={"reason": "Now."})
    assert refused.status_code == 422
    assert "Somebody else decides that it goes out now." in refused.text
    assert "/allow" not in client.get(f"/releases/{release.id}").text
    assert made.world.read(Release, release.id).allowed_because is None


# What was promised


def shared(made: Stage) -> Insight:
    world, reviewer = made.world, (made.reviewer, made.camden)
    mine = [one for one in world.all(Contribution) if one.giver_id == made.lantern.id]
    found = world.insight(made.pilot, reviewer, *mine[-1:], shown=True)
    return world.published(found, reviewer, (made.rahima, made.lantern))


def will(made: Stage, **given: str) -> Any:
    """The council says what it will do in nine days."""
    found = shared(made)
    owner = made.somebody("Omar", "decision-owner")
    data = {"kind": "will", "words": "We publish the list.", **given}
    data |= dated(by_day=today() + timedelta(9))
    return f"/insights/{found.id}", owner, data


def delayed(world: World) -> list[tuple[int, date]]:
    """As the portal tells it, and as the other program counts it: both the same."""
    ids = {one.insight_id for one in world.all(Response)}
    with world.database.reading() as session:
        told = sorted((id, one.until) for id, one in responses.delays(session, ids).items())
    with world.database.engine.connect() as connection:
        assert recount_delays(connection) == told
    return told


def test_a_public_promise_has_a_new_day_and_is_not_kept(made: Stage) -> None:
    there, owner, data = will(made, public="yes")
    assert owner.post(f"{there}/respond", data=data).status_code == 303
    assert "Delayed" not in made.phone(0).get(there).text
    near(made.world, 5, 14)
    near(made.world, 12, 19, "Holborn")
    [answer] = made.world.all(Response)
    new = today() + timedelta(20)
    assert delayed(made.world) == [(answer.id, new)]
    page = made.phone(0).get(there).text
    assert ">Delayed<" in page
    assert "It does not count as kept." in page
    assert f'datetime="{new.isoformat()}"' in page
    assert "but an election is near then." in made.phone(0).get("/home").text
    timeline = made.phone(0).get(f"/contributions/{contribution_of(made)}").text
    assert "but an election is near then." in timeline
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Response, answer.id).by_day = today() - timedelta(2)
        for one in session.query(Election):
            one.first_day -= timedelta(20)
    page = made.phone(0).get(there).text
    assert ">Late<" in page
    assert "It does not count as kept." in page


def contribution_of(made: Stage) -> int:
    [one] = made.world.all(Evidence)
    return one.contribution_id


def test_a_promise_that_is_not_public_is_not_delayed(made: Stage) -> None:
    there, owner, data = will(made)
    near(made.world, 5, 14)
    assert owner.post(f"{there}/respond", data=data).status_code == 303
    assert delayed(made.world) == []
    assert "Delayed" not in made.phone(0).get(there).text


def test_nobody_promises_something_public_for_such_a_day(made: Stage) -> None:
    there, owner, data = will(made, public="yes")
    near(made.world, 5, 14)
    refused = owner.post(f"{there}/respond", data=data)
    assert refused.status_code == 422
    assert "An election is near then: " in refused.text
    assert made.world.all(Response) == []
    data |= dated(by_day=today() + timedelta(15))
    assert owner.post(f"{there}/respond", data=data).status_code == 303


def test_only_what_will_be_done_waits(made: Stage) -> None:
    there, owner, data = will(made, public="yes", kind="did")
    near(made.world, 5, 14)
    assert owner.post(f"{there}/respond", data=data).status_code == 303
    [answer] = made.world.all(Response)
    assert (answer.by_day, answer.public) == (None, False)


def test_findings_are_shared_with_the_cohort_all_the_same(made: Stage) -> None:
    near(made.world)
    assert shared(made).state == "published"
