"""Whatever two people of a group do, on whatever phones, in whatever order: no word that the
portal said it kept is lost, nothing leaves the state table, and each sending is one contribution.

The model beside it knows of each question what stands in the draft, which version of it each
browser has on its screen, and what somebody typed when their session had run out.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pilots.answers import DraftAnswer
from pilots.contribution_states import STATES
from pilots.contributions import Contribution
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import signin
from trust.audit import Event
from trust.outbox import Parcel
from trust.people import Person
from trust.records import Ref
from trust.signin import SignIn
from trust.unsent import Unsent


@dataclass
class Browser:
    """One window: whose it is, whether it is signed in, and the forms that it has open."""

    client: FlaskClient
    who: int
    signed_in: bool = True
    forms: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Kept:
    """What stands in the draft for a question: the words, and the form that brought them."""

    words: str
    token: str


class Answering(RuleBasedStateMachine):
    """Two people, two windows each."""

    made: Stage
    people: tuple[Person, Person]
    seen: set[str] = set()

    def __init__(self) -> None:
        super().__init__()
        self.world = self.made.world
        lead, camden = self.made.lead, self.made.camden
        why = "One story after another asks for more than was agreed."
        self.asked = self.world.request(self.made.pilot, camden, lead, reason=why)
        self.browsers = [self.new(who) for who in (0, 0, 1, 1)]
        self.kept: dict[str, Kept] = {}
        self.unsent: dict[tuple[int, str], str] = {}
        self.id: int | None = None
        self.sent: dict[int, str] = {}
        self.thrown: set[int] = set()
        self.typed = 0

    def new(self, who: int) -> Browser:
        return Browser(self.world.client(self.people[who], self.made.lantern), who)

    # What the model reads

    def contributions(self) -> list[Contribution]:
        return [c for c in self.world.all(Contribution) if c.request_id == self.asked.id]

    def place(self, key: str) -> str:
        return f"/contributions/{self.id}/q/{key}"

    def is_draft(self) -> bool:
        return self.id is not None and self.id not in self.sent and self.id not in self.thrown

    @staticmethod
    def words_of(page: str) -> str:
        return next(iter(re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", page)), "").strip()

    # What people do

    @initialize(b=st.integers(0, 3))
    def begin_once(self, b: int) -> None:
        self.begin(b, again=False)

    @rule(b=st.integers(0, 3), again=st.booleans())
    def begin(self, b: int, again: bool) -> None:
        """Start answering, or go on."""
        browser = self.browsers[b]
        data = {"again": "1"} if again else {}
        answer = browser.client.post(f"/requests/{self.asked.id}/answer", data=data)
        assert answer.status_code == 303
        if not browser.signed_in:
            return
        stands = [id for id in self.sent if id not in self.thrown]
        id = int(re.split(r"[/?#]", answer.location)[2])
        if self.is_draft():
            assert id == self.id, "one draft of a group, whoever begins it"
        elif stands and not again:
            assert id == max(stands), "what was sent is shown"
        else:
            assert id not in self.sent and id not in self.thrown
            self.id, self.kept, self.unsent = id, {}, {}
            for one in self.browsers:
                one.forms = {}

    @precondition(lambda self: self.is_draft())
    @rule(b=st.integers(0, 3), key=st.just("q3"))
    def open(self, b: int, key: str) -> None:
        """Open a question's page: it holds what is kept, or what this person could not send."""
        browser = self.browsers[b]
        page = browser.client.get(self.place(key))
        if not browser.signed_in:
            assert page.status_code == 303
            return
        form = page.text[page.text.index("novalidate") :]
        hidden = re.findall(r'type="hidden" name="(token|version)" value="([^"]*)"', form)
        browser.forms[key] = dict(hidden)
        unsent = self.unsent.get((browser.who, key))
        expected = unsent or (self.kept[key].words if key in self.kept else "")
        assert self.words_of(page.text) == expected

    @precondition(lambda self: self.is_draft())
    @rule(b=st.integers(0, 3), key=st.just("q3"), leaving=st.booleans())
    def save(self, b: int, key: str, leaving: bool) -> None:
        """Type something, and go on or leave the field."""
        browser = self.browsers[b]
        if key not in browser.forms:
            self.open(b, key)
        if key not in browser.forms:
            return  # signed out, and no form is on the screen
        self.typed += 1
        words = f"Word {self.typed}."
        data = {**browser.forms[key], key: words}
        if leaving:
            there, headers = f"/contributions/{self.id}/draft/{key}", {"HX-Request": "true"}
            headers["HX-Current-URL"] = f"http://localhost{self.place(key)}"
        else:
            there, headers = self.place(key), {}
        newest = key in self.kept and self.newest(browser, key)
        answer = browser.client.post(there, data=data, headers=headers)
        if not browser.signed_in:
            assert answer.status_code == (401 if leaving else 303)
            self.unsent[browser.who, key] = words
            self.seen.add("kept while signed out")
            return
        held = self.kept.get(key)
        if held is None or newest or held.token == data["token"]:
            self.seen.add("saved")
            assert answer.status_code == (200 if leaving else 303), answer.text
            self.kept[key] = Kept(words, data["token"])
            self.forget_unsent(browser, key, data["token"])
        else:
            assert answer.status_code == (200 if leaving else 409), "nothing is replaced unseen"
            self.seen.add("both shown")
            if leaving:
                assert "Not saved" in answer.text
            else:
                assert held.words in answer.text
                assert words in answer.text
                form = answer.text[answer.text.index("novalidate") :]
                hidden = re.findall(r'type="hidden" name="(token|version)" value="([^"]*)"', form)
                browser.forms[key] = dict(hidden)

    def newest(self, browser: Browser, key: str) -> bool:
        """Whether a window's form was filled from what is kept now."""
        with self.world.database.reading() as session:
            row = session.query(DraftAnswer).filter_by(contribution_id=self.id, key=key).one()
            return browser.forms[key]["version"] == str(row.version)

    def forget_unsent(self, browser: Browser, key: str, token: str) -> None:
        rows = [one for one in self.world.all(Unsent) if one.page == self.place(key)]
        mine = self.people[browser.who].id
        if (browser.who, key) in self.unsent and not any(one.person_id == mine for one in rows):
            del self.unsent[browser.who, key]

    @rule(who=st.integers(0, 1))
    def expire(self, who: int) -> None:
        """All windows of one person have been left alone for too long."""
        past = datetime.now(UTC) - signin.OWN_DEVICE.idle - timedelta(hours=1)
        with self.world.database.writing() as session:
            for row in session.query(SignIn).filter_by(person_id=self.people[who].id):
                row.seen_at = past
        for one in self.browsers:
            if one.who == who:
                one.signed_in = False

    @precondition(lambda self: self.is_draft())
    @rule(b=st.integers(0, 3), leaving=st.booleans())
    def run_out_while_typing(self, b: int, leaving: bool) -> None:
        """The form was on the screen when the session ran out, and is sent only then."""
        if self.browsers[b].signed_in:
            self.open(b, "q3")
            self.expire(self.browsers[b].who)
            self.save(b, "q3", leaving)

    @precondition(lambda self: not all(one.signed_in for one in self.browsers))
    @rule(b=st.integers(0, 3))
    def come_back(self, b: int) -> None:
        """Sign in again; the forms that were open are gone."""
        if not self.browsers[b].signed_in:
            self.browsers[b] = self.new(self.browsers[b].who)

    @precondition(lambda self: self.is_draft() and "q3" in self.kept)
    @rule(b=st.integers(0, 3), taps=st.integers(1, 3), other=st.integers(0, 3))
    def send(self, b: int, taps: int, other: int) -> None:
        """Fill in what is left, and send: one tap or more, from one window or two."""
        browser = next((one for one in self.browsers[b:] if one.signed_in), None)
        if browser is None:
            return
        for key, given in self.made.typed().items():
            if key != "q3":
                page = browser.client.get(self.place(key)).text
                form = page[page.index("novalidate") :]
                hidden = dict(
                    re.findall(r'type="hidden" name="(token|version)" value="([^"]*)"', form)
                )
                saved = browser.client.post(self.place(key), data={**hidden, **given})
                assert saved.status_code == 303, saved.text
        there = f"/contributions/{self.id}/send"
        page = browser.client.get(there).text
        token = re.findall(r'name="token" value="([^"]*)"', page)[0]
        for tap in range(taps):
            hand = self.browsers[other] if tap == 2 and self.browsers[other].signed_in else browser
            data = {"quote": "sector"} | ({"token": token} if hand is browser else {})
            answer = hand.client.post(there, data=data)
            assert answer.status_code == 303, answer.text
            assert answer.location.startswith(f"/contributions/{self.id}?")
        assert self.id is not None
        self.sent[self.id] = self.kept["q3"].words
        self.seen.add("sent")

    @precondition(lambda self: self.id is not None and self.id not in self.thrown)
    @rule(b=st.integers(0, 3))
    def withdraw(self, b: int) -> None:
        """Throw the draft away, or take back what was sent."""
        browser = self.browsers[b]
        there = f"/contributions/{self.id}/take-back"
        answer = browser.client.post(there, data={"reason": ""})
        assert answer.status_code == 303
        if browser.signed_in:
            assert self.id is not None
            self.thrown.add(self.id)
            self.seen.add("taken back" if self.id in self.sent else "thrown away")

    @precondition(lambda self: self.id in self.sent)
    @rule(b=st.integers(0, 3))
    def write_after_sending(self, b: int) -> None:
        """A window that was left open on a question goes on after it was sent."""
        browser = self.browsers[b]
        if not browser.signed_in:
            return
        data = {**browser.forms.get("q3", {}), "q3": "Too late."}
        answer = browser.client.post(self.place("q3"), data=data)
        assert answer.status_code in (303, 409)
        assert self.id is not None
        with self.world.database.reading() as session:
            assert session.get_one(Contribution, self.id).answers["q3"] == self.sent[self.id]

    # What always holds

    @invariant()
    def what_is_kept_is_there(self) -> None:
        drafts = {
            one.key: one.raw
            for one in self.world.all(DraftAnswer)
            if one.contribution_id == self.id and self.is_draft()
        }
        if self.is_draft():
            for key, held in self.kept.items():
                assert drafts[key] == {key: [held.words]}
        mine = {person.id: who for who, person in enumerate(self.people)}
        unsent = {
            (mine[one.person_id], one.page.rsplit("/", 1)[-1]): one.fields["q3"][0]
            for one in self.world.all(Unsent)
            if one.person_id in mine and one.page.startswith(f"/contributions/{self.id}/q/")
        }
        for one, words in self.unsent.items():
            assert unsent[one] == words

    @invariant()
    def each_sending_is_one_contribution(self) -> None:
        held = self.contributions()
        assert {one.id for one in held if one.sent_at} == set(self.sent)
        for one in held:
            if one.sent_at and one.state != "withdrawn":
                assert one.answers["q3"] == self.sent[one.id]
        receipts = [p for p in self.world.all(Parcel) if p.kind == "receipt"]
        mine = {Ref.of(one) for one in held}
        assert sorted(str(p.about) for p in receipts if p.about in mine) == sorted(
            str(Ref("contribution", id)) for id in self.sent
        )

    @invariant()
    def every_step_stands_in_the_table(self) -> None:
        moves = {(move.verb, start): move.to for move in STATES.moves for start in move.origins}
        mine = {Ref.of(one): one for one in self.contributions()}
        at: dict[Any, str] = {}
        for event in self.world.all(Event):
            if event.subject in mine and event.from_state is not None:
                assert moves[event.verb, event.from_state] == event.to_state
                assert at.get(event.subject, STATES.start) == event.from_state
                at[event.subject] = event.to_state
        for ref, one in mine.items():
            assert one.state == at.get(ref, STATES.start)


@pytest.mark.one_database
def test_no_word_is_lost_in_any_order(world: World, request: pytest.FixtureRequest) -> None:
    Answering.made = stage(world)
    hodan = world.person("Hodan", Answering.made.lantern, "member")
    Answering.people = (Answering.made.rahima, hodan)
    thorough = request.config.getoption("--thorough")
    run_state_machine_as_test(
        Answering,
        settings=settings(
            max_examples=150 if thorough else 25,
            stateful_step_count=40 if thorough else 30,
            derandomize=not thorough,  # the same stories each time; `--thorough` makes up new ones
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    walked = {"saved", "both shown", "kept while signed out", "sent", "taken back", "thrown away"}
    assert walked == Answering.seen, "a story that never gets there shows nothing"
