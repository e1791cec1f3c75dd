"""Whoever manages a group's grant, contract or checks does not read what it gives."""

from datetime import timedelta
from typing import Any

import pytest

from pilots import insight, releases, review
from pilots.contributions import Contribution
from pilots.questions import Question
from pilots.releases import Release
from tests.kept import once
from tests.portal.stage import Stage, stage
from tests.portal.test_releases import TABLE
from tests.world import World
from trust import conflicts, seats
from trust.act import Act
from trust.audit import Event
from trust.conflicts import Conflict
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.records import Hidden, Refused


class Scene:
    """A group that sent something to a pilot, and its reviewer."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.now -= timedelta(hours=1)  # each verb takes a second of the world's own clock
        self.camden = world.partner("Camden", Kind.COUNCIL)
        self.lantern = world.partner("Lantern")
        self.rahima = world.person("Rahima", self.lantern, "signatory", "member")
        self.ines = world.person("Ines", self.camden, "coordinator", "signatory")
        world.agreed(self.lantern, self.camden, self.rahima, self.ines)
        lead = world.person("Lea", self.camden, "relationship-lead")
        world.answered_question(self.lantern, self.rahima, self.camden, lead)
        members = (self.lantern, self.rahima)
        self.pilot = world.pilot(self.camden, self.ines, members)
        world.person("Ines", self.camden, "coordinator", at=self.pilot)
        request = world.request(self.pilot, self.camden, self.ines)
        self.ravi = world.person("Ravi", self.camden, "reviewer", at=self.pilot)
        given = {"story": "They wait.", "waiting": 12, "fixed": 3}
        self.sent = world.contribution(request, self.lantern, self.rahima, **given)

    def client(self, person: Person, partner: Partner) -> Any:
        return self.world.client(person, partner)

    def declare(self, who: Person | None = None) -> Conflict:
        who = who or self.ravi
        given = {"other": self.lantern, "kind": "grant"}
        made: Conflict = self.world.do((who, self.camden), conflicts.declare, self.camden, **given)
        return made


@pytest.fixture
@once
def scene(world: World) -> Scene:
    return Scene(world)


def test_from_that_moment_the_officer_finds_nothing_of_the_group(scene: Scene) -> None:
    ravi = scene.client(scene.ravi, scene.camden)
    at = f"/review/{scene.sent.id}"
    assert ravi.get(at).status_code == 200
    assert "Lantern" in ravi.get("/review").text
    assert "Answers to read" in ravi.get("/home").text
    sent = ravi.post("/conflicts/new", data={"partner": str(scene.lantern.id), "kind": "contract"})
    assert sent.status_code == 303, sent.text
    assert ravi.get(at).status_code == 404
    assert ravi.post(f"{at}/claim", data={}).status_code == 404
    assert scene.sent.reference not in ravi.get("/review").text
    assert "Answers to read" not in ravi.get("/home").text
    again = ravi.post("/conflicts/new", data={"partner": str(scene.lantern.id), "kind": "contract"})
    assert again.status_code == 422


def test_one_says_so_from_the_groups_own_page(scene: Scene) -> None:
    """The list has those we agreed something with; any other is found by its page."""
    choir = scene.world.partner("Reed Choir")
    ravi = scene.client(scene.ravi, scene.camden)
    assert "Reed Choir" not in ravi.get("/conflicts/new").text
    at = f"/conflicts/new?with={choir.id}"
    assert at in ravi.get(f"/partners/{choir.id}").text
    assert "Reed Choir" in ravi.get(at).text
    given = {"partner": str(choir.id), "kind": "grant"}
    assert ravi.post("/conflicts/new", data=given).status_code == 422
    assert ravi.post(at, data=given).status_code == 303
    assert "/conflicts/new" not in ravi.get(f"/partners/{scene.camden.id}").text
    group = scene.client(scene.rahima, scene.lantern)
    assert "/conflicts/new" not in group.get(f"/partners/{choir.id}").text
    assert ravi.get("/conflicts/new?with=x").status_code == 404


def test_a_colleague_reads_and_takes_it_over(scene: Scene) -> None:
    world = scene.world
    world.do((scene.ravi, scene.camden), review.claim, scene.sent)
    scene.declare()
    rosa = scene.client(
        world.person("Rosa", scene.camden, "reviewer", at=scene.pilot), scene.camden
    )
    assert rosa.get(f"/review/{scene.sent.id}").status_code == 200
    actor = world.actor(scene.ravi, scene.camden)
    with world.database.writing() as session:
        held = session.get_one(Contribution, scene.sent.id)
        act = Act(session=session, actor=actor, now=world.now)
        with pytest.raises(Refused, match="look after"):
            review.accept(act, held, next_news_on=None)
        session.rollback()


def test_no_finding_of_theirs_rests_on_it(scene: Scene) -> None:
    world = scene.world
    world.do((scene.ravi, scene.camden), review.claim, scene.sent)
    world.do((scene.ravi, scene.camden), review.accept, world.read(Contribution, scene.sent.id))
    ravi = scene.client(scene.ravi, scene.camden)
    at = f"/pilots/{scene.pilot.id}/insights/new"
    reference = world.read(Contribution, scene.sent.id).reference
    assert reference in ravi.get(at).text
    scene.declare()
    assert reference not in ravi.get(at).text


def test_both_sides_see_it_and_others_do_not(scene: Scene) -> None:
    scene.declare()
    said = "Ravi looks after something of Lantern (Grant)"
    group = scene.client(scene.rahima, scene.lantern)
    council = scene.client(scene.ines, scene.camden)
    assert said in group.get(f"/partners/{scene.camden.id}/relationship").text
    assert said in council.get(f"/partners/{scene.lantern.id}/relationship").text
    assert "Ravi" in council.get("/conflicts").text
    assert "Ravi" not in group.get("/conflicts").text
    wayside = scene.world.partner("Wayside")
    stranger = scene.client(scene.world.person("Joe", wayside, "signatory"), wayside)
    for partner in (scene.camden, scene.lantern):
        assert "Ravi" not in stranger.get(f"/partners/{partner.id}/relationship").text
    rosa = scene.world.person("Rosa", scene.camden, "reviewer", at=scene.pilot)
    with scene.world.database.reading() as session:
        for who, of in ((scene.ravi, {scene.lantern.id}), (rosa, set())):
            assert conflicts.barred(session, scene.world.actor(who, scene.camden)) == of


def test_a_coordinator_writes_it_down_and_nobody_ends_their_own(scene: Scene) -> None:
    council = scene.client(scene.ines, scene.camden)
    given = {"person": str(scene.ravi.id), "partner": str(scene.lantern.id), "kind": "enforcement"}
    assert council.post("/conflicts/new", data=given).status_code == 303
    ravi = scene.client(scene.ravi, scene.camden)
    assert ravi.get(f"/review/{scene.sent.id}").status_code == 404
    (held,) = scene.world.all(Conflict)
    assert ravi.post(f"/conflicts/{held.id}/end").status_code == 404
    assert council.post(f"/conflicts/{held.id}/end").status_code == 303
    assert ravi.get(f"/review/{scene.sent.id}").status_code == 200
    assert council.post(f"/conflicts/{held.id}/end").status_code == 409
    own = scene.declare(scene.ines)
    assert council.post(f"/conflicts/{own.id}/end").status_code == 409
    assert scene.world.read(Conflict, own.id).ended_at is None


def test_a_team_of_one_asks_whoever_looks_after_the_portal(scene: Scene) -> None:
    """Nobody ends their own, and nobody is bound by it for ever."""
    world, own = scene.world, scene.declare(scene.ines)
    ada = world.person("Ada", None, "administrator")
    ines, admin = scene.client(scene.ines, scene.camden), world.client(ada)
    there = f"/conflicts/{own.id}"
    assert admin.get(there).status_code == 404
    assert f"{there}/over" in ines.get("/conflicts").text
    assert "Say why it is over" in ines.post(f"{there}/over", data={"reason": " "}).text
    assert ines.post(f"{there}/over", data={"reason": "The grant has ended."}).status_code == 303
    said = ines.get(there).text
    assert "Nobody else at Camden can say so." in said and "Yes, it is over" not in said
    assert there not in ines.get("/home").text
    assert ines.post(f"{there}/answer", data={"over": "yes"}).status_code == 409
    assert there in admin.get("/home").text
    assert "The grant has ended." in admin.get(there).text
    other = world.partner("Copperfield")
    stranger = scene.client(world.person("Mo", other, "signatory", "member"), other)
    assert stranger.get(there).status_code == 404
    assert scene.client(scene.rahima, scene.lantern).post(f"{there}/answer").status_code == 404
    # Said no to, it goes on and is asked no more; said once more and confirmed, it is over.
    assert admin.post(f"{there}/answer", data={"over": "no"}).status_code == 303
    held = world.read(Conflict, own.id)
    assert (held.ended_at, held.over_at) == (None, None)
    assert admin.get(there).status_code == 404
    assert ines.post(f"{there}/over", data={"reason": "It has, since May."}).status_code == 303
    assert admin.post(f"{there}/answer", data={"over": "yes"}).status_code == 303
    assert world.read(Conflict, own.id).ended_at is not None
    assert there not in admin.get("/home").text
    verbs = [one.verb for one in world.all(Event) if one.verb.startswith("conflict:")]
    assert verbs[1:] == ["conflict:say-over", "conflict:answer"] * 2
    assert {"conflict-over", "conflict-answered"} <= {one.kind for one in world.all(Parcel)}


def test_a_colleague_who_can_is_asked_before_the_portal_is(scene: Scene) -> None:
    world, held = scene.world, scene.declare()
    ada = world.person("Ada", None, "administrator")
    ravi, ines = scene.client(scene.ravi, scene.camden), scene.client(scene.ines, scene.camden)
    there = f"/conflicts/{held.id}"
    world.person("Ravi", scene.camden, "member")
    assert ravi.post(f"{there}/over", data={"reason": "I do other work now."}).status_code == 303
    assert "A colleague is asked." in ravi.get(there).text
    assert there in ines.get("/home").text
    admin = world.client(ada)
    assert admin.get(there).status_code == 404 and there not in admin.get("/home").text
    with pytest.raises(Hidden):
        world.do((ada, None), conflicts.answer, held, over=True)
    with pytest.raises(Hidden):
        world.do((scene.ines, scene.camden), conflicts.say_over, held, reason="It is.")
    assert ines.post(f"{there}/answer", data={"over": "yes"}).status_code == 303
    assert ravi.get(f"/review/{scene.sent.id}").status_code == 200


def test_only_a_colleague_can_be_named(scene: Scene) -> None:
    council = scene.client(scene.ines, scene.camden)
    given = {"person": str(scene.rahima.id), "partner": str(scene.lantern.id), "kind": "grant"}
    assert council.post("/conflicts/new", data=given).status_code == 422
    assert scene.world.all(Conflict) == []
    with pytest.raises(Refused):
        scene.world.do(
            (scene.ines, scene.camden),
            conflicts.record,
            scene.camden,
            person=scene.rahima,
            other=scene.lantern,
            kind="grant",
        )


def test_a_role_that_ends_is_renewed_by_name(scene: Scene) -> None:
    """The conflict stays, whatever becomes of the role."""
    scene.declare()
    (seat,) = [
        one
        for one in scene.world.all(Seat)
        if one.person_id == scene.ravi.id and one.role == "reviewer"
    ]
    scene.world.do((scene.ines, scene.camden), seats.renew, seat)
    ravi = scene.client(scene.ravi, scene.camden)
    assert ravi.get(f"/review/{scene.sent.id}").status_code == 404


def managing(world: World, made: Stage, person: Person) -> None:
    given = {"other": made.lantern, "kind": "grant"}
    world.do((person, made.camden), conflicts.declare, made.camden, **given)


def test_who_manages_a_group_shares_no_finding_of_it(world: World) -> None:
    made = stage(world, 1)
    mine = made.accepted(0)
    world.person(made.reviewer.name, made.camden, "member")
    colleague = world.person("Rosa", made.camden, "reviewer", at=made.pilot)
    hers = world.client(colleague, made.camden)
    found = world.insight(made.pilot, (colleague, made.camden), mine, shown=True)
    there = f"/insights/{found.id}"
    assert made.phone(0).post(f"{there}/say", data={"kind": "right"}).status_code == 303
    desk = made.desk()
    assert "Share it with all who take part" in desk.get(there).text
    managing(world, made, made.reviewer)
    assert "Share it with all who take part" not in desk.get(there).text
    for path in ("publish", "reword"):
        refused = desk.post(f"{there}/{path}", data={"statement": "All is well.", "version": "1"})
        assert refused.status_code in (409, 422)
        assert "grant, contract or checks you look after" in refused.text
    assert hers.post(f"{there}/publish").status_code == 303


def test_who_manages_a_group_reads_none_of_its_words_in_a_finding(world: World) -> None:
    made = stage(world, 2)
    mine, other = made.accepted(0), made.accepted(1)
    world.person(made.reviewer.name, made.camden, "member")
    rosa = world.person("Rosa", made.camden, "reviewer", at=made.pilot)
    found = world.insight(made.pilot, (rosa, made.camden), mine, other, shown=True)
    there = f"/insights/{found.id}"
    said = {"kind": "not-quite", "words": "It is worse in winter."}
    assert made.phone(0).post(f"{there}/say", data=said).status_code == 303
    hers, ravi = world.client(rosa, made.camden), made.desk()
    for page in (hers.get(there).text, ravi.get(there).text):
        assert "worse in winter" in page and mine.reference in page
    managing(world, made, made.reviewer)
    page = ravi.get(there).text
    assert "worse in winter" not in page and mine.reference not in page
    assert other.reference in page
    assert "checks of 1 of these groups. A colleague reads its words." in page
    page = hers.get(there).text
    assert "worse in winter" in page and "A colleague reads" not in page


def test_who_manages_a_group_shows_it_no_finding(world: World) -> None:
    made = stage(world, 1)
    mine = made.accepted(0)
    world.person(made.reviewer.name, made.camden, "member")
    rosa = world.person("Rosa", made.camden, "reviewer", at=made.pilot)
    found = world.insight(made.pilot, (rosa, made.camden), mine)
    there = f"/insights/{found.id}"
    assert f"{there}/share" in made.desk().get(there).text
    managing(world, made, made.reviewer)
    assert f"{there}/share" not in made.desk().get(there).text
    soon = {"answer_by": made.world.now.date() + timedelta(days=9)}
    with pytest.raises(Refused, match="Somebody else does this"):
        world.do((made.reviewer, made.camden), insight.show, found, **soon)
    assert f"{there}/share" in world.client(rosa, made.camden).get(there).text


def test_a_second_name_at_the_same_mailbox_gets_round_nothing(scene: Scene) -> None:
    """Whoever reads a mailbox can be each of its people."""
    world = scene.world
    mate = world.person("Ravinder", scene.camden, "reviewer", "coordinator", at=scene.pilot)
    world.person("Ravinder", scene.camden, "coordinator", "signatory")
    assert world.client(mate, scene.camden).get(f"/review/{scene.sent.id}").status_code == 200
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Person, mate.id).email = session.get_one(Person, scene.ravi.id).email
    held = scene.declare()
    desk = world.client(mate, scene.camden)
    assert desk.get(f"/review/{scene.sent.id}").status_code == 404
    assert scene.sent.reference not in desk.get("/review").text
    with world.database.reading() as session:
        assert conflicts.barred(session, world.actor(mate, scene.camden)) == {scene.lantern.id}
    with pytest.raises(Refused, match="This is about you"):
        world.do((mate, scene.camden), conflicts.end, held)
    world.do((scene.ines, scene.camden), conflicts.end, held)


def test_who_manages_a_group_releases_no_table_with_its_numbers(world: World) -> None:
    made = stage(world, 3)
    for number in range(3):
        made.accepted(number, waiting=40, fixed=30)
    olive = world.person("Olive", made.camden, "reviewer", "decision-owner", at=made.pilot)
    world.person("Olive", made.camden, "member")
    mine, ravi = (olive, made.camden), (made.reviewer, made.camden)
    [question] = (one for one in world.all(Question) if one.kind == "count-table")
    table = {**TABLE, "question": question, "open_licence": False, "lang": "en"}
    release = world.do(ravi, releases.prepare, made.pilot, **table)
    page, home = f"/releases/{release.id}", world.client(*mine)
    assert page in home.get("/home").text
    managing(world, made, olive)
    assert page not in home.get("/home").text
    assert "You look after a grant" in home.post(page).text
    assert world.read(Release, release.id).state == "prepared"
    with pytest.raises(Refused, match="You look after a grant"):
        world.do(mine, releases.prepare, made.pilot, **table)
    new = f"/pilots/{made.pilot.id}/releases/new/{question.id}"
    assert "You look after a grant" in home.get(new).text
    assert made.somebody("Omar", "decision-owner").post(page).status_code == 303
