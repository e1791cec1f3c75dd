"""The promise ledger: the same to both sides, and the same as another program counts."""

import heapq
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pilots import contributions, review
from portal.mails import Mail, compose
from tests.portal.stage import Stage, stage, statements
from tests.recount import Found, recount
from tests.world import World
from trust import elections, ending, ledger, merging, profiles, reminders
from trust.agreements import Agreement
from trust.calendar import ENGLAND
from trust.duties import begins
from trust.ledger import Promised
from trust.merging import Merge
from trust.outbox import Parcel
from trust.partners import Partner
from trust.people import Person, Seat
from trust.promises import State
from trust.records import Ref, Refused

YEAR = datetime(2026, 2, 2, 9, tzinfo=UTC)


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


def agreement_of(made: Stage) -> Agreement:
    return next(one for one in made.world.all(Agreement) if one.giver_id == made.lantern.id)


def text(html: str) -> str:
    """What a page's main part says, without the frame that differs from side to side."""
    return html.split("<main")[1].split("</main>")[0]


def shown(world: World, now: datetime) -> list[Found]:
    """The lines of the ledger, of every agreement."""
    with world.database.reading() as session:
        rows = list(session.scalars(select(Promised)))
        return sorted(
            Found(
                one.promised.id,
                one.standing.due,
                one.standing.state.value,
                str(one.standing.thread or ""),
            )
            for one in ledger.entries(session, rows, ENGLAND, now)
        )


def test_signing_writes_down_what_is_promised_with_its_numbers(made: Stage) -> None:
    agreement = agreement_of(made)
    rows = [one for one in made.world.all(Promised) if one.source == Ref.of(agreement)]
    assert [(one.key, one.days, one.minutes, one.months) for one in rows] == [
        ("read", 5, 0, 0),
        ("outcome", 20, 0, 0),
        ("show-first", 0, 0, 0),
        ("time", 0, 60, 0),
        ("call-back", 2, 0, 0),
        ("profile", 0, 0, 12),
    ]
    assert {one.starts for one in rows} == {agreement.in_force_at}
    assert {one.owner for one in rows} == {made.camden.id, made.lantern.id}


def test_both_sides_read_the_same(made: Stage) -> None:
    made.accepted()
    path = f"/agreements/{agreement_of(made).id}/promises"
    group, council = made.phone().get(path), made.world.client(made.lead, made.camden).get(path)
    assert group.status_code == council.status_code == 200
    for html in (group.text, council.text):
        assert (
            "Camden Council reads what Lantern Women’s Circle sends within 5 working days." in html
        )
        assert "Kept: 1" in html
        assert "15 of 60 minutes" in html
    assert "Promises between you and Camden Council" in group.text
    assert "Promises between you and Lantern Women’s Circle" in council.text


def test_nobody_else_reads_it(made: Stage) -> None:
    path = f"/agreements/{agreement_of(made).id}/promises"
    other = made.world.partner("Wayside")
    stranger = made.world.client(made.world.person("Joe", other, "signatory"), other)
    assert stranger.get(path).status_code == 404
    keeper = made.world.person("Ada", None, "administrator", at=made.world.installation())
    assert made.world.client(keeper).get(path).status_code == 404
    assert made.world.client(keeper).get("/promises").status_code == 404
    assert "Nothing is promised yet" in stranger.get("/promises").text


def test_each_thing_that_happens_counts_for_its_own_promise(world: World) -> None:
    made = stage(world, days_ago=40)
    sent = made.accepted()
    reader = (made.reviewer, made.camden)
    found = world.insight(made.pilot, reader, sent, shown=True)
    world.published(found, reader, (made.rahima, made.lantern))
    owner = world.person("Olu", made.camden, "decision-owner", at=made.pilot)
    world.response(found, (owner, made.camden))
    with world.database.reading() as session:
        rows = ledger.of_agreement(session, Ref.of(agreement_of(made)))
        tally = ledger.tally(ledger.entries(session, rows, ENGLAND, datetime.now(UTC)))
        lines = ledger.entries(session, rows, ENGLAND, datetime.now(UTC))
    assert {key: states[State.KEPT] for key, states in tally.items()} == {
        "read": 1, "outcome": 1, "show-first": 1, "time": 0, "call-back": 0, "profile": 0,
    }  # fmt: skip
    assert [one.standing.minutes for one in lines if one.promised.key == "time"] == [15]


def test_an_answer_is_a_link_for_whoever_may_open_it(made: Stage) -> None:
    sent = made.sent()
    path = f"/agreements/{agreement_of(made).id}/promises"
    assert f'href="/contributions/{sent.id}"><span' in made.phone().get(path).text
    council = made.world.client(made.lead, made.camden).get(path).text
    assert sent.reference not in council
    assert "An answer" in council


def test_what_is_due_soon_is_told_to_whoever_promised_it(made: Stage) -> None:
    made.sent()
    council = made.world.client(made.lead, made.camden).get("/promises").text
    due = council.split("<tbody")[1].split("</tbody")[0]
    assert "Read what is sent" in due
    assert "Lantern Women’s Circle" in due
    group = made.phone().get("/promises").text
    assert "Nothing from your agreements." in group


def test_a_list_of_promises_takes_the_same_statements_however_long(made: Stage) -> None:
    path, phone = f"/agreements/{agreement_of(made).id}/promises", made.phone()
    made.sent()
    phone.get(path)
    with statements(made.world) as few:
        phone.get(path)
    for _ in range(5):
        made.sent()
    with statements(made.world) as many:
        phone.get(path)
    assert len(many) == len(few)


def test_a_long_ledger_begins_with_the_newest(made: Stage) -> None:
    for _ in range(6):
        made.sent()
    path, phone = f"/agreements/{agreement_of(made).id}/promises", made.phone()
    short = phone.get(path).text
    every = short.split("Show all ")[1].split("<")[0]
    assert short.count('<tr class="govuk-table__row">') < int(every) == 15
    assert phone.get(f"{path}?all=yes").text.count("Read what is sent</td>") == 6
    only = phone.get(f"{path}?promise=read&state=not-yet-due").text
    assert "Read what is sent: Not yet due" in only
    assert only.count("Read what is sent</td>") == 6
    assert "Tell what came of it</td>" not in only
    assert phone.get(f"{path}?promise=nothing").status_code == 200
    assert phone.get(f"{path}?page=2").status_code == 404


def test_what_nothing_measures_is_for_the_other_side_to_say(world: World) -> None:
    made = stage(world, days_ago=120)
    agreement = agreement_of(made)
    page = f"/agreements/{agreement.id}/promises"
    council, group = made.world.client(made.lead, made.camden), made.phone()
    assert "How was it?" not in council.get(page).text
    html = group.get(page).text
    assert "Nobody can measure this but you. How was it?" in html
    path = html.split('notification-banner__link" href="')[1].split('"')[0]
    assert council.get(path).status_code == 404
    assert council.post(path, data={"state": "kept"}).status_code == 404
    assert group.post(path, data={}).status_code == 422
    assert group.post(path, data={"state": "not-yet-due"}).status_code == 422
    before = len(shown(world, datetime.now(UTC)))
    assert group.post(path, data={"state": "late"}).status_code == 303
    assert ("late" in {one.state for one in shown(world, datetime.now(UTC))}) is True
    assert len(shown(world, datetime.now(UTC))) == before
    assert group.post(path, data={"state": "kept"}).status_code == 303
    assert "late" not in {one.state for one in shown(world, datetime.now(UTC))}
    for wrong in ("", "?quarter=x", "?quarter=2026-02-30"):
        assert group.get(path.split("?")[0] + wrong).status_code == 404
    for never in ("2020-03-31", "2031-03-31", "2026-03-30"):
        sent = group.post(f"{path.split('?')[0]}?quarter={never}", data={"state": "kept"})
        assert sent.status_code == 422
        assert "Choose three months that are over." in sent.text


def test_nobody_says_of_their_own_promise_how_it_was_kept(world: World) -> None:
    """Not with the hat of the side that it was made to, either."""
    made = stage(world, days_ago=120)
    page = f"/agreements/{agreement_of(made).id}/promises"
    html = made.phone().get(page).text
    path = html.split('notification-banner__link" href="')[1].split('"')[0]
    world.person(made.rahima.name, made.camden, "member")
    assert "How was it?" not in made.phone().get(page).text
    sent = made.phone().post(path, data={"state": "kept"})
    assert sent.status_code == 422
    assert "You belong to both sides. A colleague answers for yours." in sent.text
    joss = world.client(world.person("Joss", made.lantern, "member"), made.lantern)
    assert joss.post(path, data={"state": "kept"}).status_code == 303


def test_what_is_measured_is_not_for_anybody_to_say(made: Stage) -> None:
    reads = next(one for one in made.world.all(Promised) if one.key == "read")
    given = {"quarter": date(2026, 3, 31), "state": State.KEPT}
    with pytest.raises(Refused, match="keeps count"):
        made.world.do((made.rahima, made.lantern), ledger.say, reads, **given)


def test_an_agreement_for_one_project_is_judged_by_that_project(world: World) -> None:
    made = stage(world)
    general = agreement_of(made)
    other = Ref("pilot", made.pilot.id + 1)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        rows = ledger.of_agreement(session, Ref.of(general))
        for one in rows:
            session.add(
                Promised(
                    source=Ref("agreement", general.id + 1),
                    work=other,
                    **{
                        name: getattr(one, name)
                        for name in (
                            "giver_id", "taker_id", "key", "days", "minutes", "months", "starts",
                        )
                    },
                )
            )  # fmt: skip
    made.sent()
    with world.database.reading() as session:
        for source, expected in ((Ref.of(general), 1), (Ref("agreement", general.id + 1), 0)):
            rows = ledger.of_agreement(session, source)
            found = ledger.entries(session, rows, ENGLAND, datetime.now(UTC))
            assert ledger.tally(found).get("read", {}).get(State.NOT_YET_DUE, 0) == expected


def reminded(world: World, now: datetime) -> list[Parcel]:
    with world.database.writing() as session:
        reminders.remind(session, now)
    return [one for one in world.all(Parcel) if one.kind == "promises"]


def mail_of(app: Flask, world: World, parcel: Parcel) -> Mail | None:
    with world.database.reading() as session, app.test_request_context():
        return compose(session, app.config["PORTAL"], parcel, datetime.now(UTC))


def test_once_a_week_the_owner_is_told_what_is_due(app: Flask, world: World) -> None:
    made = stage(world, days_ago=3)
    now = datetime.now(UTC)
    assert reminded(world, now - timedelta(days=21)) == []
    made.sent()
    made.sent()
    told = reminded(world, now)
    assert [one.to_person_id for one in told] == [made.lead.id]
    assert len(reminded(world, now)) == len(reminded(world, now + timedelta(minutes=1))) == 1
    mail = mail_of(app, world, told[0])
    assert mail is not None
    assert "2 things are due, the first by" in mail.text
    assert "/promises" in mail.text
    assert "Lantern" not in mail.text + mail.subject
    later = reminded(world, now + timedelta(days=14))
    assert [one.facts["late"] for one in later[1:]] == [2]
    late = mail_of(app, world, later[1])
    assert late is not None and "2 things are late and still open." in late.text


def test_the_other_side_is_asked_to_say(app: Flask, world: World) -> None:
    made = stage(world, days_ago=120)
    told = reminded(world, datetime.now(UTC))
    assert [one.to_person_id for one in told] == [made.rahima.id]
    mail = mail_of(app, world, told[0])
    assert mail is not None and "You are asked how promises to you were kept." in mail.text
    assert "due" not in mail.text


def test_both_sides_are_told_that_an_agreement_is_to_be_looked_at_again(
    app: Flask, world: World
) -> None:
    made = stage(world, days_ago=3)
    early = reminded(world, datetime.now(UTC) + timedelta(days=320))
    assert {one.facts["review"] for one in early} == {0}
    told = reminded(world, datetime.now(UTC) + timedelta(days=340))[len(early) :]
    assert [one.facts["review"] for one in told] == [1, 1]
    assert {one.to_person_id for one in told} == {made.rahima.id, made.lead.id}
    mail = mail_of(app, world, told[0])
    assert mail is not None and "It is time to look at 1 agreement again." in mail.text


def test_whoever_has_left_is_told_nothing(app: Flask, world: World) -> None:
    made = stage(world, days_ago=3)
    made.sent()
    (told,) = reminded(world, datetime.now(UTC))
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        for seat in session.scalars(select(Seat).where(Seat.person_id == made.lead.id)):
            seat.ends = datetime.now(UTC) - timedelta(hours=1)
    elsewhere = world.partner("Wayside")
    world.person("Ines", elsewhere, "signatory")
    assert mail_of(app, world, told) is None


def merged(world: World, kept: Partner, gone: Partner, yes: tuple[Person, Partner]) -> Merge:
    """``gone`` becomes ``kept``, with a yes of the one side that has people."""
    ada = world.person("Ada", None, "administrator"), None
    proposal = world.do(ada, merging.propose, world.installation(), kept=kept, gone=gone, chosen=())
    world.do(yes, merging.agree_last, proposal)
    return world.read(Merge, proposal.id)


def test_a_look_at_a_page_counts_for_the_one_that_it_was_merged_into(world: World) -> None:
    made = stage(world, begins=YEAR)
    world.now = YEAR + timedelta(days=100)
    world.do((made.rahima, made.lantern), profiles.check, made.lantern)
    now, kept = YEAR + timedelta(days=400), world.partner("Lantern")

    def profile() -> list[tuple[str, str]]:
        keys = {one.id: one.key for one in world.all(Promised)}
        lines = shown(world, now)
        with world.database.engine.connect() as connection:
            assert recount(connection, now.replace(tzinfo=None)) == lines
        return [(one.state, one.thread) for one in lines if keys[one.promised] == "profile"]

    before = profile()
    assert [state for state, _ in before] == ["kept", "not-yet-due"]
    world.now = YEAR + timedelta(days=120)
    merge = merged(world, kept, made.lantern, (made.rahima, made.lantern))
    assert profile() == [(state, f"partner:{kept.id}") for state, _ in before]
    ada = world.person("Ada", None, "administrator"), None
    world.do(ada, merging.undo, merge)
    assert profile() == before


class Year:
    """A year between a council and three groups, at random: what is sent, read, answered late or
    never, taken back, asked, published, said, ended."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.stage = stage(world, 3, begins=YEAR)
        self.later: list[tuple[datetime, int, Callable[[], Any]]] = []
        self.reader = (self.stage.reviewer, self.stage.camden)
        self.lead = (self.stage.lead, self.stage.camden)

    def at(self, when: datetime, do: Callable[[], Any]) -> None:
        heapq.heappush(self.later, (when, len(self.later) + self.chance.randrange(10**9), do))

    def after(self, least: float, most: float) -> datetime:
        when = self.world.now + timedelta(days=self.chance.uniform(least, most))
        if self.chance.random() < 0.3:  # around midnight in London, when a day is easily mistaken
            when = when.replace(hour=self.chance.choice((22, 23, 0)), minute=30)
        return when

    def live(self, until: datetime) -> None:
        for _ in range(70):
            self.at(self.after(0, 360), self.send)
        for _ in range(8):
            self.at(self.after(0, 360), self.ask)
            self.at(self.after(0, 360), self.check)
            self.at(self.after(95, 360), self.say)
        self.at(self.after(200, 300), self.end)
        self.at(YEAR + timedelta(days=190), self.merge)
        for days in (150, 300):  # roles at the council end by themselves
            self.at(YEAR + timedelta(days=days), self.renew)
        while self.later and self.later[0][0] < until:
            when, _, do = heapq.heappop(self.later)
            self.world.now = max(self.world.now, when)
            with suppress(Refused):  # too late, or over: that happens in a year
                do()

    def renew(self) -> None:
        made = self.stage
        roles = "relationship-lead", "signatory", "coordinator"
        self.world.person("Ines", made.camden, *roles)
        self.world.person("Ines", made.camden, "coordinator", at=made.pilot)
        self.world.person("Ravi", made.camden, "reviewer", at=made.pilot)

    def send(self) -> None:
        number = self.chance.randrange(3)
        sent = self.stage.sent(number)
        if self.chance.random() < 0.9:
            self.at(self.after(0, 11), lambda: self.read(sent))
        if self.chance.random() < 0.15:
            self.at(self.after(0, 40), lambda: self.withdraw(number, sent))

    def withdraw(self, number: int, sent: Any) -> None:
        group, person = self.stage.groups[number]
        self.world.do((person, group), contributions.withdraw, sent)

    def read(self, sent: Any) -> None:
        self.world.do(self.reader, review.claim, sent)
        self.at(self.after(0, 30), lambda: self.settle(sent))

    def settle(self, sent: Any) -> None:
        if self.chance.random() < 0.4:
            given = {"code": "other", "reason": "It is about another place."}
            self.world.do(self.reader, review.set_aside, sent, **given)
            return
        day = (self.world.now + timedelta(days=self.chance.randrange(1, 40))).date()
        given = {"next_news_on": day, "reason": "We wait for the others."}
        self.world.do(self.reader, review.accept, sent, **given)
        if self.chance.random() < 0.6:
            self.at(self.after(0, 50), lambda: self.learn(sent))
        if self.chance.random() < 0.5:
            self.at(self.after(0, 50), lambda: self.tell(sent))

    def tell(self, sent: Any) -> None:
        day = (self.world.now + timedelta(days=self.chance.randrange(1, 40))).date()
        self.world.do(self.reader, review.nothing_yet, sent, next_news_on=day)

    def learn(self, sent: Any) -> None:
        found = self.world.insight(self.stage.pilot, self.reader, sent, shown=True)
        givers = [pair for pair in self.stage.groups if pair[0].id == sent.giver_id]
        self.world.published(found, self.reader, *((who, group) for group, who in givers))
        owner = self.world.person("Olu", self.stage.camden, "decision-owner", at=self.stage.pilot)
        self.world.response(found, (owner, self.stage.camden))

    def ask(self) -> None:
        self.stage.world.request(self.stage.pilot, self.stage.camden, self.stage.lead)

    def check(self) -> None:
        group, person = self.chance.choice(self.stage.groups)
        self.world.do((person, group), profiles.check, group)

    def say(self) -> None:
        group, person = self.chance.choice(self.stage.groups)
        mine = [
            one
            for one in self.world.all(Promised)
            if one.giver_id == group.id and one.key == "call-back"
        ]
        ends = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)]
        given = {
            "quarter": self.chance.choice(ends),
            "state": self.chance.choice((State.KEPT, State.LATE, State.BROKEN)),
        }
        self.world.do((person, group), ledger.say, mine[0], **given)

    def merge(self) -> None:
        """One of the groups turns out to be one that was here before: its people, its agreement
        and what is to come move there. What happened stays where it is sealed."""
        (group, person), kept = self.stage.groups[1], self.world.partner("Copperfield")
        merged(self.world, kept, group, (person, group))
        self.stage.groups[1] = (kept, person)

    def end(self) -> None:
        group, person = self.stage.groups[2]
        held = [one for one in self.world.all(Agreement) if one.giver_id == group.id]
        self.world.do((person, group), ending.end, held[0], reason="We close in autumn.")


@pytest.mark.parametrize("seed", [1, 2])
def test_another_program_counts_the_same_year(
    app: Flask, world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = Year(world, seed)
    for begun, lasts in ((20, 70), (200, 30)):  # nothing that is measured waits for an election
        first = (YEAR + timedelta(days=begun)).date()
        days = {"first_day": first, "last_day": first + timedelta(days=lasts)}
        given = {"region": world.region(), "name": "Kilburn", "by_election": True, **days}
        ada = world.person("Ada", None, "administrator"), None
        world.do(ada, elections.add, world.installation(), **given)
    end = YEAR + timedelta(days=365)
    year.live(end)
    with world.database.engine.connect() as connection:
        for days in (*range(20, 400, 45), 400):
            now = YEAR + timedelta(days=days, hours=days % 24)
            again = recount(connection, now.replace(tzinfo=None))
            assert again == shown(world, now)
    states = {one.state for one in again}
    assert states == {"kept", "late", "broken", "not-yet-due", "not-said"}
    assert len(again) > 100


def test_a_duty_is_begun_once_in_each_turn(world: World) -> None:
    for turn, expected in (("1", True), ("1", False), ("2", True), ("2", False)):
        with world.database.writing() as session:
            session.info["verb"] = "tests"
            assert begins(session, "tidy", turn) is expected
