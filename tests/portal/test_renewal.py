"""A newer version of an agreement beside the older one, which holds until both have signed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.world import World
from trust import ending, history, ledger, negotiation, renewal, scope, signing
from trust.agreements import OPEN, Agreement
from trust.audit import Event
from trust.ledger import Promised
from trust.partners import Partner
from trust.people import Person
from trust.records import Hidden, Ref, Refused
from trust.scope import Allowed
from trust.terms import Terms

SIGNED = {"name": "Rahima Begum", "role": "Chair", "may": "yes"}


@pytest.fixture
def ines(world: World, camden: Partner) -> Person:
    return world.person("Ines", camden, "relationship-lead", "signatory")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "signatory")


@pytest.fixture
def old(world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person) -> Agreement:
    return world.agreed(lantern, camden, rahima, ines)


def date_of(days: int) -> dict[str, int]:
    day = datetime.now(UTC).date() + timedelta(days=days)
    return {"review_on-day": day.day, "review_on-month": day.month, "review_on-year": day.year}


def may_quote(world: World, held: Agreement) -> bool:
    with world.database.reading() as session:
        parties = held.giver_id, held.taker_id
        asked = {"on": world.now, "work": None}
        found = scope.allows(session, scope.QUOTE_TO_ALL, *parties, "story", **asked)
    return isinstance(found, Allowed)


def sign(client: Any, id: int) -> Any:
    page = client.get(f"/agreements/{id}/sign").text
    read = page.split('name="read" value="')[1].split('"')[0]
    return client.post(f"/agreements/{id}/sign", data={**SIGNED, "read": read})


def test_the_old_one_holds_until_both_have_signed_the_new(
    world: World, old: Agreement, ines: Person, camden: Partner, rahima: Person, lantern: Partner
) -> None:
    council, group = world.client(ines, camden), world.client(rahima, lantern)
    assert "Look at it again" in group.get(f"/agreements/{old.id}").text
    made = council.post(f"/agreements/{old.id}/renew", data=date_of(300))
    new = int(made.location.split("/")[2].split("?")[0])
    page = group.get(f"/agreements/{new}").text
    assert "This is a new version." in page
    assert "Version 2" in page
    assert "The clauses are the same." in page
    assert "A new version waits to be signed." in group.get(f"/agreements/{old.id}").text
    change = {"leave_out": "yes", "why": "They are afraid of being known."}
    assert group.post(f"/agreements/{new}/change?clause=quote", data=change).status_code == 303
    assert council.post(f"/agreements/{new}/answer", data={"answer": "make"}).status_code == 303
    page = group.get(f"/agreements/{new}").text
    assert "What is different from the version before" in page
    assert "Taken out:" in page
    assert sign(group, new).status_code == 303
    world.now = datetime.now(UTC) + timedelta(minutes=1)  # past all that was done
    assert may_quote(world, old)
    assert world.read(Agreement, old.id).state == "in-force"
    assert sign(council, new).status_code == 303
    world.now = datetime.now(UTC) + timedelta(minutes=1)  # past all that was done
    assert not may_quote(world, old)
    assert world.read(Agreement, old.id).state == "replaced"
    assert world.read(Agreement, new).state == "in-force"
    page = group.get(f"/agreements/{old.id}").text
    assert "A newer version holds now." in page
    assert f'href="/agreements/{new}">Read the new version' in page
    assert "Replaced by a newer version" in page.split('id="history"')[1]
    assert "A new version was proposed" in group.get(f"/agreements/{new}").text


def test_what_was_left_out_comes_back_with_a_new_version_that_both_sign(
    world: World, old: Agreement, ines: Person, camden: Partner, rahima: Person, lantern: Partner
) -> None:
    council, group = world.client(ines, camden), world.client(rahima, lantern)

    def renewed(id: int, answers: Any, asks: Any, **change: str) -> int:
        made = council.post(f"/agreements/{id}/renew", data=date_of(300))
        new = int(made.location.split("/")[2].split("?")[0])
        asked = asks.post(f"/agreements/{new}/change?clause=quote", data={"why": "So.", **change})
        assert asked.status_code == 303
        assert answers.post(f"/agreements/{new}/answer", data={"answer": "make"}).status_code == 303
        assert sign(group, new).status_code == 303
        return new

    narrow = renewed(old.id, council, group, leave_out="yes")
    assert sign(council, narrow).status_code == 303
    world.now = datetime.now(UTC) + timedelta(minutes=1)  # past all that was done
    assert not may_quote(world, old)
    wide = renewed(narrow, group, council)
    world.now = datetime.now(UTC) + timedelta(minutes=1)
    assert not may_quote(world, old)
    assert sign(council, wide).status_code == 303
    world.now = datetime.now(UTC) + timedelta(minutes=1)
    assert may_quote(world, old)


def test_no_moment_is_left_out_and_none_is_covered_twice(
    world: World, old: Agreement, ines: Person, camden: Partner, rahima: Person, lantern: Partner
) -> None:
    day = world.now.date() + timedelta(days=300)
    new = world.do((ines, camden), renewal.renew, old, review_on=day)
    for who, verb in (((rahima, lantern), signing.sign), ((ines, camden), signing.sign_last)):
        held = world.read(Agreement, new.id)
        given = {"name": "A", "role": "B", "read_sha256": held.text_sha256}
        world.do(who, verb, held, **given)
    ends = {one.ended_at for one in world.all(Terms) if one.source == Ref.of(old)}
    starts = {one.starts for one in world.all(Terms) if one.source == Ref.of(new)}
    assert ends == starts == {world.read(Agreement, new.id).in_force_at}
    promised = [one for one in world.all(Promised) if one.source == Ref.of(new)]
    began = {one.key: one.starts for one in promised}
    assert began["read"] == world.read(Agreement, new.id).in_force_at
    assert began["profile"] == world.read(Agreement, old.id).in_force_at
    with world.database.reading() as session:
        rows = list(session.scalars(ledger.of_partner(world.actor(rahima, lantern), lantern.id)))
        found = ledger.entries(session, rows, ledger.Calendar(), world.now)
    profile = [one for one in found if one.promised.key == "profile"]
    assert [one.promised.source for one in profile] == [Ref.of(new)]


def test_who_ends_it_ends_the_version_that_waits(
    world: World, old: Agreement, ines: Person, camden: Partner, rahima: Person, lantern: Partner
) -> None:
    """Else the other side's name alone would bring back what this side has ended."""
    council, group = world.client(ines, camden), world.client(rahima, lantern)
    made = council.post(f"/agreements/{old.id}/renew", data=date_of(300))
    new = int(made.location.split("/")[2].split("?")[0])
    assert sign(group, new).status_code == 303
    held = world.read(Agreement, new)
    assert group.post(f"/agreements/{old.id}/end", data={"reason": "No time."}).status_code == 303
    assert world.read(Agreement, new).state == "declined"
    event = next(one for one in world.all(Event) if one.verb == "agreement:end")
    assert event.facts["declined"] == new
    page = group.get(f"/agreements/{old.id}").text
    assert "A new version waits" not in page and "It has ended." in page
    assert "The one before holds until" not in council.get(f"/agreements/{new}").text
    given = {**SIGNED, "read": held.text_sha256}
    council.post(f"/agreements/{new}/sign", data=given)
    assert world.read(Agreement, new).state == "declined"
    assert not [one for one in world.all(Terms) if one.ended_at is None]


def test_no_name_is_given_to_a_version_of_what_is_over(
    world: World, old: Agreement, ines: Person, camden: Partner, rahima: Person, lantern: Partner
) -> None:
    """However it came to be over."""
    day = world.now.date() + timedelta(days=300)
    new = world.do((ines, camden), renewal.renew, old, review_on=day)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Agreement, old.id).state = "ended"
    given = {"name": "A", "role": "B", "read_sha256": new.text_sha256}
    with pytest.raises(Refused, match="The version before this one has ended"):
        world.do((rahima, lantern), signing.sign, new, **given)


def test_when_it_cannot_be_renewed(
    world: World, old: Agreement, ines: Person, camden: Partner, rahima: Person, lantern: Partner
) -> None:
    council = world.client(ines, camden)
    assert council.post(f"/agreements/{old.id}/renew", data=date_of(-1)).status_code == 422
    assert council.post(f"/agreements/{old.id}/renew", data=date_of(9)).status_code == 303
    again = council.post(f"/agreements/{old.id}/renew", data=date_of(9))
    assert again.status_code == 422
    assert "A new version waits to be signed already." in again.text
    assert council.get(f"/agreements/{old.id}/renew").status_code == 303
    member = world.client(world.person("Hodan", lantern, "member"), lantern)
    assert member.get(f"/agreements/{old.id}/renew").status_code == 404
    newer = next(one for one in world.all(Agreement) if one.replaces_id)
    group = world.client(rahima, lantern)
    no = group.post(f"/agreements/{newer.id}/decline", data={"reason": "The old one is fine."})
    assert no.status_code == 303
    assert world.read(Agreement, old.id).state == "in-force"
    assert group.post(f"/agreements/{newer.id}/renew", data=date_of(9)).status_code == 422
    assert group.post(f"/agreements/{old.id}/renew", data=date_of(9)).status_code == 303


def test_it_says_when_it_is_time(
    world: World, old: Agreement, rahima: Person, lantern: Partner
) -> None:
    group = world.client(rahima, lantern)
    assert "It is time to look at this again" not in group.get(f"/agreements/{old.id}").text
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Agreement, old.id).review_on = datetime.now(UTC).date()
    assert "It is time to look at this again" in group.get(f"/agreements/{old.id}").text


class Negotiation(RuleBasedStateMachine):
    """Both sides do anything at any time, in any order, with any text that was ever there."""

    world: World
    sides: tuple[tuple[Person, Partner], tuple[Person, Partner]]

    def __init__(self) -> None:
        super().__init__()
        (self.rahima, self.lantern), (self.ines, self.camden) = self.sides
        for id in [one.id for one in self.world.all(Agreement)]:
            one = self.world.read(Agreement, id)  # as the one before it left it
            if one.state not in ("ended", "declined", "replaced"):
                who = self.sides[0]
                verb = ending.end if one.state == "in-force" else ending.decline
                self.world.do(who, verb, one, reason="A new story begins.")
        made = self.world.proposed(self.lantern, self.camden, self.ines)
        self.ids, self.read = [made.id], {made.text_sha256}
        self.asked = 0

    def held(self, number: int = -1) -> Agreement:
        with self.world.database.reading() as session:
            found = session.get_one(Agreement, self.ids[number])
            assert found.signatures is not None and found.changes is not None
            return found

    def tries(self, side: int, verb: Any, **given: Any) -> Any:
        try:
            return self.world.do(self.sides[side], verb, self.held(), **given)
        except (Refused, Hidden):
            return None

    @rule(
        side=st.integers(0, 1),
        clause=st.sampled_from(["quote", "copy", "kinds", "credit", "shared-purpose", "review"]),
        beside=st.booleans(),
    )
    def ask(self, side: int, clause: str, beside: bool) -> None:
        before = len(self.held().changes)
        note = f"Words {before} of side {side}."
        verb = negotiation.ask_beside if beside else negotiation.ask_change
        wanted = {"clause": clause, "note": note}
        wanted |= {"purpose": f"Question {before}?"} if clause == "shared-purpose" else {}
        day = self.world.now.date() + timedelta(days=100 + before)
        wanted |= {"review_on": day} if clause == "review" else {}
        self.tries(side, verb, why="It matters.", **wanted)
        self.asked += len(self.held().changes) - before

    @rule(side=st.integers(0, 1), which=st.integers(-2, 2))
    def make(self, side: int, which: int) -> None:
        asked = [one.id for one in self.held().changes]
        chosen = asked[which] if which < len(asked) and -which <= len(asked) else None
        self.tries(side, negotiation.make_change, chosen=chosen)
        self.read.add(self.held().text_sha256)

    @rule(side=st.integers(0, 1))
    def keep(self, side: int) -> None:
        self.tries(side, negotiation.keep_words, reason="They stay.")

    @rule(side=st.integers(0, 1), which=st.integers(-2, 2), last=st.booleans())
    def take_back(self, side: int, which: int, last: bool) -> None:
        asked = [one.id for one in self.held().changes]
        chosen = asked[which] if which < len(asked) and -which <= len(asked) else 0
        verb = negotiation.take_back_last if last else negotiation.take_back
        self.tries(side, verb, chosen=chosen)

    @rule(side=st.integers(0, 1), last=st.booleans(), data=st.data())
    def sign(self, side: int, last: bool, data: st.DataObject) -> None:
        read = data.draw(st.sampled_from(sorted(self.read)))
        verb = signing.sign_last if last else signing.sign
        self.tries(side, verb, name="A", role="B", read_sha256=read)

    @rule(side=st.integers(0, 1))
    def renew(self, side: int) -> None:
        day = self.world.now.date() + timedelta(days=99)
        made = self.tries(side, renewal.renew, review_on=day)
        if made is not None:
            self.ids.append(made.id)
            self.read.add(made.text_sha256)
            self.asked = 0

    @precondition(lambda self: len(self.ids) > 1)
    @rule(side=st.integers(0, 1))
    def decline(self, side: int) -> None:
        self.tries(side, ending.decline, reason="No.")
        if self.held().state == "declined":
            self.ids.pop()
            self.asked = len(self.held().changes)

    @rule(side=st.integers(0, 1))
    def end(self, side: int) -> None:
        """The newest, or the one before it, which takes along the one that waits."""
        for number in (-1, -2)[: len(self.ids)]:
            if self.held(number).state == "in-force":
                given = self.sides[side], ending.end, self.held(number)
                self.world.do(*given, reason="No.")
                break
        if self.held().state == "declined":
            self.ids.pop()
            self.asked = len(self.held().changes)

    @invariant()
    def in_force_only_with_both_signatures_on_the_same_text(self) -> None:
        for number in range(len(self.ids)):
            one = self.held(number)
            signed = {s.partner_id: s.text_sha256 for s in one.signatures}
            both = set(signed) == {self.lantern.id, self.camden.id}
            if one.state in ("in-force", "replaced", "ended"):
                assert both and set(signed.values()) == {one.text_sha256}
            else:
                assert not both

    @invariant()
    def what_is_allowed_comes_from_one_that_is_in_force(self) -> None:
        now = self.world.now
        live = {
            one.source
            for one in self.world.all(Terms)
            if one.starts <= now and (one.ended_at is None or one.ended_at > now)
        }
        force = {
            Ref.of(self.held(n)) for n in range(len(self.ids)) if self.held(n).state == "in-force"
        }
        assert live == force
        assert len(force) <= 1

    @invariant()
    def no_edit_is_lost(self) -> None:
        held = self.held()
        assert len(held.changes) == self.asked
        last_made: dict[str, str] = {}
        for change in held.changes:
            assert (change.made is None) == (change.answered_at is None)
            if change.made:
                last_made[change.clause] = change.note
                assert not change.taken_back
                assert not change.purpose or change.clause == "shared-purpose"
        for note in last_made.values():
            assert note in held.text
        with self.world.database.reading() as session:
            one = session.get_one(Agreement, held.id)
            assert history.versions(one)[-1] == one.stands
            assert history.as_read(one, one.text_sha256) is not None
            assert f"we share: {one.purpose}" in one.text
        if held.state in OPEN:
            waiting = {one.clause for one in held.changes if one.answered_at is None}
            assert len(waiting) == (held.state == "changes-asked")


@pytest.mark.one_database
def test_no_path_leads_around_the_signatures(
    world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    Negotiation.world = world
    Negotiation.sides = ((rahima, lantern), (ines, camden))
    run_state_machine_as_test(
        Negotiation,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
