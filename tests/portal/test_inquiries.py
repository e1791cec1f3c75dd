"""Requests for information: logged, put to those they touch, decided with reasons; and while one
is open, nothing that it is about is deleted."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from pilots import covering
from pilots.contributions import Contribution, withdraw
from portal import cli, keeping, opening
from portal.worker import duties
from tests.kept import once
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import claims, consulting, inquiries, inquiry_repairs, retention
from trust.act import CLOCK, Act
from trust.audit import Event
from trust.calendar import ENGLAND
from trust.claims import Claim
from trust.erasure import is_erased
from trust.inquiries import Consultation, Covered, Inquiry
from trust.installation import INSTALLATION, Installation
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.records import Ref, Refused
from trust.relationships import Note

TODAY = datetime.now(UTC).date()
LOGGED = {
    "reference": "FOI/26/0117",
    "law": "foi",
    "asks": "All about damp homes.",
    "received_on-day": str(TODAY.day),
    "received_on-month": str(TODAY.month),
    "received_on-year": str(TODAY.year),
}


class Scene:
    """Two groups that sent something to Camden, and whoever keeps Camden's log."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: Stage = stage(world, 2)
        self.camden = self.made.camden
        self.idris = world.person("Idris", self.camden, "complaints-lead")
        self.who = (self.idris, self.camden)

    def log(self, **changes: Any) -> Inquiry:
        given = {
            "reference": "FOI/26/0117",
            "law": "foi",
            "asks": "All about damp homes.",
            "lang": "en",
            "received_on": self.world.now.date(),
        }
        made: Inquiry = self.world.do(self.who, inquiries.log, self.camden, **{**given, **changes})
        return made

    def cover(self, inquiry: Inquiry, partner: Partner, about: Ref | None = None) -> None:
        given = {"about": about or Ref.of(partner), "giver_id": partner.id}
        self.world.do(self.who, inquiries.cover, self.world.read(Inquiry, inquiry.id), **given)

    def close(self, inquiry: Inquiry, outcome: str = "taken-back") -> None:
        held = self.world.read(Inquiry, inquiry.id)
        self.world.do(self.who, inquiries.close, held, outcome=outcome, reason="They need it not.")

    def desk(self) -> Any:
        return self.world.client(self.idris, self.camden)


@pytest.fixture
@once
def scene(world: World) -> Scene:
    return Scene(world)


def test_from_the_log_to_a_decision_with_its_reason(scene: Scene) -> None:
    world, desk, phone = scene.world, scene.desk(), scene.made.phone(0)
    assert "Nobody has asked yet" in desk.get("/foi").text
    sent = desk.post("/foi/new", data=LOGGED)
    assert sent.status_code == 303, sent.text
    (held,) = world.all(Inquiry)
    assert sent.location.endswith(f"/foi/{held.id}/about")
    assert "FOI/26/0117" in desk.get("/home").text
    given = {"partner": str(scene.made.lantern.id), "agreement": "", "reference": ""}
    assert desk.post(sent.location, data=given).status_code == 303
    (asked,) = world.all(Consultation)
    there = f"/consultations/{asked.id}"
    assert there in phone.get("/home").text
    assert there in phone.get("/foi").text
    assert "All about damp homes." in phone.get(there).text
    assert phone.get(f"/foi/{held.id}").status_code == 404
    assert scene.made.phone(1).get(there).status_code == 404
    # They have five working days; the council waits for them.
    early = desk.post(f"{there}/decide", data={"decision": "share", "reason": "The law says so."})
    assert "They have until" in early.text
    view = {"wants": "part", "words": ""}
    assert "and why" in phone.post(f"{there}/say", data=view).text
    view["words"] = "Leave out the street names."
    assert phone.post(f"{there}/say", data=view).status_code == 303
    assert there not in phone.get("/home").text
    assert there in desk.get("/home").text
    for page in (desk.get(there).text, phone.get(there).text):
        assert "Leave out the street names." in page
        assert "Some of it can be given out" in page
    refused = desk.post(f"/foi/{held.id}/close", data={"outcome": "part", "reason": "Sent."})
    assert "Decide for Lantern Women’s Circle first" in refused.text
    decision = {"decision": "part", "reason": "Streets would show who lives there."}
    assert desk.post(f"{there}/decide", data=decision).status_code == 303
    for page in (desk.get(there).text, phone.get(there).text):
        assert "Streets would show who lives there." in page
    closed = desk.post(f"/foi/{held.id}/close", data={"outcome": "part", "reason": "Sent."})
    assert closed.status_code == 303
    assert "Some of it was given out" in phone.get(there).text
    assert phone.post(f"{there}/say", data=view).status_code == 422
    for path in (f"/foi/{held.id}/about", f"/foi/{held.id}/close", f"{there}/decide"):
        assert desk.get(path).status_code == 404, path
    assert phone.get(f"{there}/say").status_code == 404
    verbs = [one.verb for one in world.all(Event) if one.verb.startswith(("inquiry", "consult"))]
    assert verbs == [
        "inquiry:log",
        "inquiry:cover",
        "consultation:say",
        "consultation:decide",
        "inquiry:close",
    ]


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 23), date(2026, 12, 21)),
        (date(2026, 12, 24), date(2027, 1, 26)),  # three bank holidays, one in place of a Saturday
        (date(2026, 3, 28), date(2026, 4, 28)),  # a Saturday; Good Friday and Easter Monday
    ],
)
def test_twenty_working_days(scene: Scene, received: date, due: date) -> None:
    scene.world.now = datetime(2027, 1, 5, tzinfo=UTC)
    assert scene.log(received_on=received).due_on == due


def test_what_a_log_needs(scene: Scene) -> None:
    desk = scene.desk()
    for wrong in (
        {"reference": " "},
        {"law": "gdpr"},
        {"asks": ""},
        {"received_on-year": str(TODAY.year + 1)},
        {"received_on-year": str(TODAY.year - 2)},
    ):
        assert desk.post("/foi/new", data={**LOGGED, **wrong}).status_code == 422, wrong
    hub = scene.world.partner("Hub", Kind.INFRASTRUCTURE)
    lead = scene.world.client(scene.world.person("Hal", hub, "complaints-lead"), hub)
    assert "Only a council keeps this log" in lead.post("/foi/new", data=LOGGED).text
    assert scene.world.all(Inquiry) == []
    assert scene.made.desk().get("/foi/new").status_code == 404


def test_one_answer_by_its_reference_and_never_a_draft(scene: Scene) -> None:
    world, desk, held = scene.world, scene.desk(), scene.log()
    draft = world.read(Contribution, scene.made.begun(scene.made.phone(0)))
    sent = scene.made.sent(1)
    there = f"/foi/{held.id}/about"
    one = {"partner": "", "agreement": ""}
    hidden = desk.post(there, data={**one, "reference": draft.reference})
    assert "No answer to you has this reference" in hidden.text
    unknown = desk.post(there, data={**one, "reference": "AAAAAA"})
    assert "No answer to you has this reference" in unknown.text
    none = desk.post(there, data={**one, "reference": ""}).text
    assert re.search(r'href="#partner"[^>]*>Choose one of the three', none)
    given = {**one, "reference": sent.reference.lower()}
    assert desk.post(there, data=given).status_code == 303
    page = desk.get(f"/foi/{held.id}").text
    assert sent.reference in page
    assert "&lt;" not in page + desk.get(there).text + desk.get("/foi").text
    assert "This stands there already" in desk.post(there, data=given).text
    # Nothing of what was sent can be opened by it.
    assert desk.get(f"/contributions/{sent.id}").status_code == 404
    assert desk.get(f"/review/{sent.id}").status_code == 404


def test_a_draft_that_was_thrown_away_was_never_sent(scene: Scene) -> None:
    """Nobody learns that it was begun, nor by whom."""
    world, phone, held = scene.world, scene.made.phone(0), scene.log()
    draft = world.read(Contribution, scene.made.begun(phone))
    world.do((scene.made.rahima, scene.made.lantern), withdraw, draft)
    assert world.read(Contribution, draft.id).state != "draft"
    with world.database.reading() as session:
        assert covering.sent(session, scene.camden.id, draft.reference) is None
    given = {"partner": "", "agreement": "", "reference": draft.reference}
    hidden = scene.desk().post(f"/foi/{held.id}/about", data=given)
    assert "No answer to you has this reference" in hidden.text


def run(scene: Scene, days: int) -> list[retention.Line]:
    """What the clock would take out, so many days from now; and it does."""
    now = scene.world.now + timedelta(days=days)
    database = scene.world.database
    with database.reading() as session:
        lines = retention.planned(session, keeping.kinds(""), now)
    with database.writing() as session:
        act = Act(session=session, actor=CLOCK, now=now, channel="clock")
        where = session.get_one(Installation, INSTALLATION.id)
        retention.take_out(act, where, kinds=keeping.kinds(""))
        session.commit()
    return lines


def line(lines: list[retention.Line], key: str) -> tuple[int, int]:
    (one,) = [one for one in lines if one.kind.key == key]
    return one.count, one.held


def taken_back(scene: Scene, number: int) -> Contribution:
    sent = scene.made.sent(number)
    partner, person = scene.made.groups[number]
    scene.world.do((person, partner), withdraw, sent)
    return sent


@pytest.mark.parametrize("way", ["partner", "answer", "ours"])
def test_what_was_taken_back_stays_while_a_request_is_open(scene: Scene, way: str) -> None:
    mine, other = taken_back(scene, 0), taken_back(scene, 1)
    held, lantern = scene.log(), scene.made.lantern
    if way == "partner":
        scene.cover(held, lantern)
    elif way == "answer":
        scene.cover(held, lantern, Ref.of(mine))
    else:
        scene.cover(held, scene.camden)
    both = 2 if way == "ours" else 1
    assert line(run(scene, 400), "withdrawn") == (2 - both, both)
    assert scene.made.now(mine).answers
    assert bool(scene.made.now(other).answers) == (way == "ours")
    scene.close(held)
    assert line(run(scene, 400), "withdrawn") == (both, 0)
    assert not scene.made.now(mine).answers
    assert not scene.made.now(other).answers


def test_notes_between_the_two_stay_and_those_with_others_do_not(scene: Scene) -> None:
    world, held = scene.world, scene.log()
    for number in (0, 1):
        partner, person = scene.made.groups[number]
        world.note((person, partner), scene.camden, "We talked.")
    scene.cover(held, scene.made.lantern)
    assert line(run(scene, 2300), "notes")[1] == 1
    (kept,) = world.all(Note)
    assert kept.giver_id == scene.made.lantern.id
    scene.close(held)
    run(scene, 2300)
    assert world.all(Note) == []


def asked_to_go(scene: Scene) -> Claim:
    partner, person = scene.made.groups[0]
    made: Claim = scene.world.do((person, partner), claims.ask_erasure, person, words="")
    return made


def test_who_asks_to_be_taken_out_is_once_the_request_is_closed(scene: Scene) -> None:
    world, held = scene.world, scene.log()
    ada = world.person("Ada", None, "administrator")
    keeper = world.client(ada)
    scene.cover(held, scene.made.lantern)
    claim = asked_to_go(scene)
    there = f"/claims/{claim.id}"
    assert "An open request for information touches this." in keeper.get(there).text
    with pytest.raises(Refused, match="open request"):
        world.do((ada, None), claims.do, claim)
    assert keeper.post(there, data={"answer": ""}).status_code == 303
    assert world.read(Claim, claim.id).state == "held"
    rahima = scene.made.rahima
    duties(world.app)
    assert not is_erased(world.read(Person, rahima.id))
    assert "It is done once that is closed." in scene.made.phone(0).get(there).text
    scene.close(held)
    duties(world.app)
    assert is_erased(world.read(Person, rahima.id))
    assert world.read(Claim, claim.id).state == "done"


def test_others_are_taken_out_meanwhile(scene: Scene) -> None:
    world, held = scene.world, scene.log()
    ada = world.person("Ada", None, "administrator")
    scene.cover(held, scene.made.groups[1][0])
    claim = asked_to_go(scene)
    with pytest.raises(Refused, match="Nothing keeps this"):
        world.do((ada, None), claims.hold, claim)
    world.do((ada, None), claims.do, claim)
    assert is_erased(world.read(Person, scene.made.rahima.id))


def test_what_an_officer_wrote_is_held_too(scene: Scene) -> None:
    """What they wrote for the council is what the request asks for."""
    world, held = scene.world, scene.log()
    ada = world.person("Ada", None, "administrator")
    scene.cover(held, scene.made.groups[1][0])
    lead = scene.made.lead
    claim = world.do((lead, scene.camden), claims.ask_erasure, lead, words="")
    with pytest.raises(Refused, match="open request"):
        world.do((ada, None), claims.do, claim)
    scene.close(held)
    world.do((ada, None), claims.do, world.read(Claim, claim.id))
    assert is_erased(world.read(Person, lead.id))


def test_an_invitation_that_was_never_taken_up_holds_nobody(scene: Scene) -> None:
    world, held = scene.world, scene.log()
    ada = world.person("Ada", None, "administrator")
    scene.cover(held, scene.made.groups[1][0])
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        place = Ref.of(scene.made.groups[1][0])
        session.add(
            Seat(
                person_id=scene.made.rahima.id,
                partner_id=place.id,
                place=place,
                role="member",
                starts=world.now,
                given_by_id=scene.idris.id,
            )
        )
    world.do((ada, None), claims.do, asked_to_go(scene))
    assert is_erased(world.read(Person, scene.made.rahima.id))


def test_people_of_a_group_that_it_is_about_are_not_forgotten(scene: Scene) -> None:
    world, held = scene.world, scene.log()
    long_ago = world.now - timedelta(days=900)
    with world.database.writing() as session:
        for _, person in scene.made.groups:
            of = Seat.person_id == person.id
            session.execute(update(Seat).where(of).values(ends=long_ago))
            session.execute(
                update(Person).where(Person.id == person.id).values(created_at=long_ago)
            )
        session.commit()
    scene.cover(held, scene.made.lantern)
    assert line(run(scene, 0), "people") == (1, 1)
    assert not is_erased(world.read(Person, scene.made.rahima.id))
    scene.close(held)
    assert line(run(scene, 0), "people") == (1, 0)
    assert is_erased(world.read(Person, scene.made.rahima.id))


def test_the_page_of_what_is_kept_says_what_waits(scene: Scene) -> None:
    world = scene.world
    taken_back(scene, 0)
    with world.database.writing() as session:
        old = world.now - timedelta(days=400)
        session.execute(update(Contribution).values(changed_at=old))
        session.commit()
    scene.cover(scene.log(), scene.made.lantern)
    keeper = world.client(world.person("Ada", None, "administrator"))
    assert (
        "1 more waits: an open request for information holds it." in keeper.get("/retention").text
    )


def test_the_dry_run_says_what_waits(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    world = scene.world
    taken_back(scene, 0)
    with world.database.writing() as session:
        old = world.now - timedelta(days=400)
        session.execute(update(Contribution).values(changed_at=old))
    scene.cover(scene.log(), scene.made.lantern)
    monkeypatch.setattr(opening, "migrated", lambda: world.database)
    monkeypatch.setattr(opening, "settings", lambda: world.app.config["PORTAL"])
    said = CliRunner().invoke(cli.retain, ["--dry-run"]).output
    assert "0: Answers that a group took back (after 365 days)" in said
    assert "1 more wait: an open request for information holds them." in said
    assert "Nothing was changed." in said


def test_nobody_decides_for_their_own_group(scene: Scene) -> None:
    world, held = scene.world, scene.log()
    scene.cover(held, scene.made.lantern)
    world.person("Idris", scene.made.lantern, "member")
    (asked,) = world.all(Consultation)
    there = f"/consultations/{asked.id}"
    scene.made.phone(0).post(f"{there}/say", data={"wants": "share", "words": ""})
    refused = scene.desk().post(
        f"{there}/decide", data={"decision": "share", "reason": "It is fine."}
    )
    assert "You belong to this organisation" in refused.text
    assert world.read(Consultation, asked.id).state == "said"


def test_nobody_lets_go_of_what_is_held_of_their_own_group(scene: Scene) -> None:
    """What it holds may be deleted from then on: somebody else says that it holds nothing."""
    inquiry = scene.log()
    scene.cover(inquiry, scene.made.lantern)
    scene.world.person(scene.idris.name, scene.made.lantern, "member")
    (covered,) = scene.world.all(Covered)
    with pytest.raises(Refused, match="You belong to this organisation"):
        scene.world.do(scene.who, inquiry_repairs.take_off, covered, reason="A slip.")
    for outcome in inquiries.UNDECIDED:
        with pytest.raises(Refused, match="You belong to one of these organisations"):
            scene.close(inquiry, outcome)
    other = scene.world.person("Olu", scene.camden, "complaints-lead"), scene.camden
    scene.world.do(other, inquiry_repairs.take_off, covered, reason="It is about others.")
    scene.close(inquiry)


def test_after_their_days_the_council_decides_without_them(scene: Scene) -> None:
    world, held = scene.world, scene.log()
    scene.cover(held, scene.made.lantern)
    (asked,) = world.all(Consultation)
    given = {"decision": "keep", "reason": "It would show who lives there."}
    world.now = datetime.combine(asked.answer_by, datetime.min.time(), UTC) + timedelta(hours=20)
    with pytest.raises(Refused, match="They have until"):
        world.do(scene.who, consulting.decide, asked, **given)
    world.now += timedelta(days=1)
    world.do(scene.who, consulting.decide, asked, **given)
    assert world.read(Consultation, asked.id).decision == "keep"
    # Until it is closed the council may think again.
    again = world.read(Consultation, asked.id)
    world.do(scene.who, consulting.decide, again, decision="part", reason="Some of it.")
    assert world.read(Consultation, asked.id).decision == "part"


def test_late_is_shown(scene: Scene) -> None:
    with scene.world.database.writing() as session:
        scene.log()
        session.execute(update(Inquiry).values(due_on=date(2020, 1, 2)))
        session.commit()
    assert "Late" in scene.desk().get("/foi").text


def test_another_council_reads_and_changes_nothing(scene: Scene) -> None:
    held = scene.log()
    scene.cover(held, scene.made.lantern)
    (asked,) = scene.world.all(Consultation)
    trafford = scene.world.partner("Trafford", Kind.COUNCIL)
    other = scene.world.client(
        scene.world.person("Olga", trafford, "complaints-lead", "member"), trafford
    )
    assert "FOI/26/0117" not in other.get("/foi").text
    for path in ("", "/about", "/close"):
        assert other.get(f"/foi/{held.id}{path}").status_code == 404
        assert other.post(f"/foi/{held.id}{path}").status_code in (404, 405)
    for path in ("", "/say", "/decide"):
        assert other.get(f"/consultations/{asked.id}{path}").status_code == 404
        assert other.post(f"/consultations/{asked.id}{path}").status_code in (404, 405)


def test_opened_again_it_holds_again(scene: Scene) -> None:
    world, desk, phone = scene.world, scene.desk(), scene.made.phone(0)
    mine, held = taken_back(scene, 0), scene.log()
    scene.cover(held, scene.made.lantern)
    (asked,) = world.all(Consultation)
    scene.close(held)
    there = f"/foi/{held.id}/reopen"
    assert there in desk.get(f"/foi/{held.id}").text
    assert "Say why you open it again" in desk.post(there, data={"reason": " "}).text
    sent = desk.post(there, data={"reason": "They ask for a review."})
    assert sent.status_code == 303
    assert line(run(scene, 400), "withdrawn") == (0, 1)
    assert scene.made.now(mine).answers
    # Neither the day on which it was closed nor its end count meanwhile; both sides read why.
    assert world.read(Inquiry, held.id).closed_at is None
    desk, phone = scene.desk(), scene.made.phone(0)  # it is long after
    for page in (desk.get(f"/foi/{held.id}").text, phone.get(f"/consultations/{asked.id}").text):
        assert "They ask for a review." in page
        assert "Before that it ended so: Whoever asked took it back." in page
    assert "How it ended" not in phone.get(f"/consultations/{asked.id}").text
    assert "inquiry-again" in {one.kind for one in world.all(Parcel)}
    assert desk.post(there, data={"reason": "Once more."}).status_code == 422
    assert desk.get(there).status_code == 404
    scene.close(held)
    assert line(run(scene, 400), "withdrawn") == (1, 0)


@pytest.mark.parametrize(("late", "due"), [(False, 0), (True, 20)])
def test_a_day_that_is_over_is_set_anew_for_a_review(scene: Scene, late: bool, due: int) -> None:
    world, held = scene.world, scene.log()
    before = held.due_on
    scene.close(held)
    if late:
        world.now += timedelta(days=60)
    again = world.read(Inquiry, held.id)
    world.do(scene.who, inquiry_repairs.reopen, again, reason="They ask for a review.")
    wanted = ENGLAND.add_working_days(world.now, due) if late else before
    assert world.read(Inquiry, held.id).due_on == wanted


def test_one_thing_taken_off_is_held_no_more(scene: Scene) -> None:
    world, desk, phone = scene.world, scene.desk(), scene.made.phone(0)
    mine, other = taken_back(scene, 0), taken_back(scene, 1)
    held = scene.log()
    scene.cover(held, scene.made.lantern)
    scene.cover(held, scene.made.groups[1][0])
    first, _ = world.all(Covered)
    asked = world.all(Consultation)[0]
    there = f"/covered/{first.id}/take-off"
    assert there in desk.get(f"/foi/{held.id}").text
    assert phone.get(there).status_code == 404
    assert "Say why it is not about this" in desk.post(there, data={"reason": ""}).text
    assert desk.post(there, data={"reason": "It was another group."}).status_code == 303
    assert line(run(scene, 400), "withdrawn") == (1, 1)
    assert not scene.made.now(mine).answers
    assert scene.made.now(other).answers
    desk, phone = scene.desk(), scene.made.phone(0)  # it is long after
    assert desk.get(there).status_code == 404
    refused = desk.post(there, data={"reason": "Again."})
    assert "This holds nothing any more" in refused.text
    # They are told and read why, and nobody waits for what they think.
    page = phone.get(f"/consultations/{asked.id}").text
    assert "It touches nothing of Lantern Women’s Circle any more." in page
    assert "It was another group." in page
    assert f"/consultations/{asked.id}/say" not in page
    assert f"/consultations/{asked.id}" not in phone.get("/home").text
    assert "inquiry-off" in {one.kind for one in world.all(Parcel)}
    say = phone.post(f"/consultations/{asked.id}/say", data={"wants": "share", "words": ""})
    assert say.status_code == 422
    # Put on again, they are asked again.
    scene.cover(held, scene.made.lantern)
    assert world.read(Covered, first.id).off_at is None
    assert world.read(Consultation, asked.id).state == "asked"
    assert f"/consultations/{asked.id}" in phone.get("/home").text


def test_a_group_of_which_something_is_left_is_asked_still(scene: Scene) -> None:
    world, sent, held = scene.world, scene.made.sent(0), scene.log()
    scene.cover(held, scene.made.lantern)
    scene.cover(held, scene.made.lantern, Ref.of(sent))
    one = world.all(Covered)[1]
    world.do(scene.who, inquiry_repairs.take_off, one, reason="All of theirs is in it.")
    (asked,) = world.all(Consultation)
    assert asked.state == "asked"


def test_agreements_are_told_apart(scene: Scene) -> None:
    page = scene.desk().get(f"/foi/{scene.log().id}/about").text
    assert "Lantern Women’s Circle · for each project · In force · " in page


def test_the_log_is_found_from_home_and_from_ones_own_page(scene: Scene) -> None:
    assert 'href="/foi"' in scene.desk().get("/home").text
    phone = scene.made.phone(0)
    page = phone.get(f"/partners/{scene.made.lantern.id}").text
    for address in ("/foi", "/promises", "/passport"):
        assert f'href="{address}"' in page
    assert 'href="/passport"' in phone.get("/home").text
    assert 'href="/passport"' not in scene.desk().get("/home").text
