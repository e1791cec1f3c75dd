"""One verb, one actor, one event."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from portal import nouns
from trust import agreements, newcomers, profiles, relationships, signing
from trust.act import CLOCK, PUBLIC, VERBS, Act, Actor, Unaudited, _plain, verb
from trust.audit import Event, EventWords, Moment
from trust.guard import guard
from trust.outbox import Parcel, send
from trust.partners import Kind, Partner, new_partner
from trust.records import Hidden, Record, Ref, Refused
from trust.relationships import Note

assert nouns.MODULES
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Record.metadata.create_all(engine)
    with guard(Session(engine)) as session:
        yield session


@pytest.fixture
def group(session: Session) -> Partner:
    session.info["verb"] = "tests"
    made = new_partner("Lantern", Kind.VCS, None)
    session.add(made)
    session.flush()
    session.info.pop("verb")
    return made


def member(partner: Partner, *roles: str) -> Actor:
    return Actor(1, partner.id, {Ref.of(partner): frozenset(roles or {"member"})})


def events(session: Session) -> list[Event]:
    return list(session.scalars(select(Event).order_by(Event.id)))


def test_a_verb_leaves_exactly_one_event_with_who_and_when(
    session: Session, group: Partner
) -> None:
    profiles.edit(Act(session, member(group), NOW), group, whom="Women who cook together")
    (event,) = events(session)
    assert (event.verb, event.subject, event.actor_id, event.at) == (
        "partner:edit",
        Ref.of(group),
        1,
        NOW,
    )
    assert event.facts == {"fields": ["whom"]}
    (moment,) = session.scalars(select(Moment))
    assert (moment.kind, moment.thread, moment.event_id) == ("checked", Ref.of(group), event.id)


def test_without_the_permission_there_is_nothing_there(session: Session, group: Partner) -> None:
    for actor in (PUBLIC, CLOCK, Actor(1, 99, {Ref("partner", 99): frozenset({"member"})})):
        with pytest.raises(Hidden):
            profiles.edit(Act(session, actor, NOW), group, whom="x")
    assert events(session) == []
    assert group.whom == ""


def test_a_change_outside_a_verb_is_an_error(session: Session, group: Partner) -> None:
    group.whom = "Somebody"
    with pytest.raises(Unaudited):
        session.flush()


def test_a_new_record_outside_a_verb_is_an_error(session: Session) -> None:
    session.add(new_partner("Other", Kind.VCS, None))
    with pytest.raises(Unaudited):
        session.flush()


def test_a_verb_within_a_verb_is_an_error(session: Session, group: Partner) -> None:
    act = Act(session, member(group), NOW)

    @verb("partner:test-nested", may="partner:edit")
    def nested(act: Act, partner: Partner) -> None:
        """Calls another verb."""
        profiles.check(act, partner)

    try:
        with pytest.raises(Unaudited):
            nested(act, group)
    finally:
        VERBS.pop("partner:test-nested")


def test_the_second_tap_lands_on_what_the_first_one_made(session: Session, group: Partner) -> None:
    actor = member(group, "supporter")
    given: dict[str, Any] = {"name": "Small group", "what": "", "lang": "en", "why": "We know them"}
    first = newcomers.introduce(Act(session, actor, NOW, token="t" * 20), group, **given)
    second = newcomers.introduce(Act(session, actor, NOW, token="t" * 20), group, **given)
    assert first is second
    assert len(events(session)) == 1


def test_the_same_form_with_other_words_is_another_change(session: Session, group: Partner) -> None:
    """Back, other words, sent again: what was typed last is not lost. So is a second person's."""
    actor = member(group)
    for who, whom in ((actor, "Families"), (actor, "Everybody"), (actor, "Everybody")):
        profiles.edit(Act(session, who, NOW, token="t" * 20), group, whom=whom)
    assert group.whom == "Everybody"
    assert len(events(session)) == 2
    other = Actor(2, group.id, actor.seats)
    profiles.edit(Act(session, other, NOW, token="t" * 20), group, whom="Everybody")
    assert [event.actor_id for event in events(session)] == [1, 1, 2]


def test_what_a_verb_is_given_is_the_same_in_every_process() -> None:
    given = {"who": {"b", "a"}, "when": NOW, "what": [new_partner("A", Kind.VCS, None)]}
    assert _plain(given) == _plain({**given, "who": {"a", "b"}})
    assert " at 0x" not in _plain(given)


def test_words_are_kept_apart_from_the_event_and_can_be_erased(
    session: Session, group: Partner
) -> None:
    newcomers.introduce(
        Act(session, member(group, "supporter"), NOW),
        group,
        name="Small group",
        what="",
        lang="en",
        why="We cook together",
    )
    (event,) = events(session)
    (words,) = session.scalars(select(EventWords))
    assert words.words == {"why": "We cook together"}
    assert "cook" not in str(event.facts)
    assert event.words_sha256 is not None


def test_a_version_rises_when_only_a_child_changes(session: Session, group: Partner) -> None:
    session.info["verb"] = "tests"
    council = new_partner("Camden", Kind.COUNCIL, None)
    session.add(council)
    session.flush()
    session.info.pop("verb")
    lead = Actor(2, council.id, {Ref.of(council): frozenset({"relationship-lead"})})
    note = relationships.write(
        Act(session, lead, NOW),
        council,
        other=group,
        happened_on=NOW.date(),
        how="met",
        lines=["They wait nine weeks."],
        next_step="",
        next_step_on=None,
        lang="en",
    )
    before = note.version
    relationships.confirm(
        Act(session, member(group), NOW + timedelta(days=1)), note, corrections={1: "Eleven weeks."}
    )
    assert note.version > before
    assert note.lines[0].words == "They wait nine weeks."
    assert note.lines[0].corrected == "Eleven weeks."
    assert note.state == "confirmed"


def test_a_move_that_needs_a_reason_is_refused_without(session: Session, group: Partner) -> None:
    session.info["verb"] = "tests"
    council = new_partner("Camden", Kind.COUNCIL, None)
    session.add(council)
    session.flush()
    note = Note(
        giver_id=council.id,
        taker_id=group.id,
        written_by_id=2,
        happened_on=NOW.date(),
        how="met",
        lang="en",
    )
    session.add(note)
    session.flush()
    session.info.pop("verb")
    with pytest.raises(Refused) as caught:
        relationships.dispute(Act(session, member(group), NOW), note, reason="  ")
    assert caught.value.field == "reason"


def test_a_second_factor_is_needed_where_the_role_says_so() -> None:
    seats = {Ref("pilot", 1): frozenset({"coordinator"})}
    assert not Actor(1, 1, seats).holds("pilot:manage", Ref("pilot", 1))
    assert Actor(1, 1, seats, second_factor=True).holds("pilot:manage", Ref("pilot", 1))


def test_possible_asks_both_the_permission_and_the_state(session: Session, group: Partner) -> None:
    agreement = agreements.Agreement(giver_id=group.id, taker_id=group.id + 1, state="proposed")
    signer = member(group, "signatory")
    assert signing.sign.possible(signer, agreement)
    assert not signing.sign.possible(member(group), agreement)
    agreement.state = "ended"
    assert not signing.sign.possible(signer, agreement)


def test_a_parcel_goes_with_the_change_and_once(session: Session, group: Partner) -> None:
    @verb("partner:test-send", may="partner:edit")
    def tell(act: Act, partner: Partner) -> None:
        """Tells one person."""
        send(act, "note", 7, partner)

    try:
        tell(Act(session, member(group), NOW), group)
        (parcel,) = session.scalars(select(Parcel))
        assert (parcel.to_person_id, parcel.about) == (7, Ref.of(group))
        assert parcel.key == f"note:{events(session)[0].id}:7"
    finally:
        VERBS.pop("partner:test-send")
