"""The same thing done twice at the same moment, at two servers: once, and nobody's words in a
log."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import access
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import agreements, recordings, relationships
from trust.agreements import Agreement
from trust.audit import Event
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.recordings import Recording
from trust.records import Refused
from trust.signin import SignIn

CANARY = "canary-both@example.org"


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world, 2)


def together(clients: list[FlaskClient], do: Callable[[FlaskClient], Any]) -> list[Any]:
    def plainly(client: FlaskClient) -> Any:
        with client.plain():  # type: ignore[attr-defined]
            return do(client)

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(plainly, clients))


def test_a_form_sent_four_times_at_once_is_one_change(made: Stage) -> None:
    form = {"council": str(made.camden.id), "words": "How long?", "why": "", "token": "t" * 22}
    phones = [made.phone() for _ in range(4)]
    before = len(made.world.all(Event))
    sent = together(phones, lambda phone: phone.post("/ask", data=form))
    assert {one.status_code for one in sent} == {303}, [one.text for one in sent]
    assert len({one.location for one in sent}) == 1
    assert len(made.world.all(Event)) == before + 1


def test_two_who_invite_the_same_newcomer_at_once(
    made: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    clients = []
    for number in (0, 1):
        partner, _ = made.groups[number]
        signatory = made.world.person(f"Signatory {number}", partner, "signatory")
        clients.append(made.world.client(signatory, partner))
    form = {"role": "member", "name": "New", "email": CANARY}
    sent = together(clients, lambda client: client.post("/people/invite", data=form))
    assert {one.status_code for one in sent} == {303}, [one.text for one in sent]
    assert [one.email for one in made.world.all(Person)].count(CANARY) == 1
    assert CANARY not in caplog.text


def test_of_two_first_people_invited_at_once_one_is_asked(made: Stage) -> None:
    world = made.world
    group = world.partner("Harbour Table")
    clients = [world.client(world.person(name, None, "administrator")) for name in ("Ada", "Bo")]

    def invite(client: FlaskClient) -> Any:
        email = f"first-{clients.index(client)}@example.org"
        form = {"name": "New", "email": email}
        return client.post(f"/partners/{group.id}/invite-first", data=form)

    assert {one.status_code for one in together(clients, invite)} == {303}
    given = [one for one in world.all(Seat) if one.partner_id == group.id]
    assert len(given) == 2
    later = datetime.now(UTC) + timedelta(days=1)
    assert [one.ends is not None and one.ends > later for one in given].count(True) == 1


def test_of_two_last_signatories_who_leave_at_once_one_stays(made: Stage) -> None:
    world = made.world
    group = world.partner("Harbour Table")
    people = [world.person(name, group, "signatory") for name in ("Ann", "Bea")]
    given = [one for one in world.all(Seat) if one.partner_id == group.id]
    clients = [world.client(person, group) for person in people]

    def leave(client: FlaskClient) -> Any:
        return client.post("/me", data={"seat": str(given[clients.index(client)].id)})

    assert sorted(one.status_code for one in together(clients, leave)) == [303, 422]
    assert [world.read(Seat, one.id).ends is None for one in given].count(True) == 1


def at_one_moment(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *do: Any) -> list[Any]:
    """What came of things that were done at once: each waits where it has looked, and before it
    writes."""
    looks = getattr(module, name)

    def slowly(*given: Any, **named: Any) -> Any:
        found = looks(*given, **named)
        sleep(0.3)
        return found

    monkeypatch.setattr(module, name, slowly)

    def tried(one: Callable[[], Any]) -> Any:
        try:
            return one()
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(len(do)) as pool:
        return list(pool.map(tried, do))


def test_of_two_sides_that_propose_at_once_one_does(
    made: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else they could sign both, and to end the one would leave the other in force."""
    world, group = made.world, made.world.partner("Harbour Table")
    ann = world.person("Ann", group, "signatory")
    before = len(world.all(Agreement))
    given = {
        "purpose": "Damp homes",
        "review_on": world.now.date() + timedelta(days=300),
        "contacts": {"giver_contact": "Ann, 020 7946 0018"},
    }
    came = at_one_moment(
        monkeypatch,
        agreements,
        "between",
        lambda: world.do((ann, group), agreements.propose, group, other=made.camden, **given),
        lambda: world.do(
            (made.lead, made.camden), agreements.propose, made.camden, other=group, **given
        ),
    )
    assert [isinstance(one, Refused) for one in came].count(True) == 1, came
    assert len(world.all(Agreement)) == before + 1


def test_of_two_who_write_down_what_a_group_said_at_once_one_does(
    made: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, lantern = made.world, made.lantern
    stands_by(world, lantern)
    agreement = next(one for one in world.all(Agreement) if one.giver_id == lantern.id)
    wayside = world.partner("Wayside VCS Link", Kind.INFRASTRUCTURE)
    two = [(world.person(name, wayside, "supporter"), wayside) for name in ("Sheila", "Sam")]
    given = {"name": "Rahima", "role": "Chair", "how": "phone", "lang": "en"}
    given |= {"said_on": world.now.date(), "why": "We are too few."}
    read = {"read_sha256": agreement.text_sha256, "kind": "end"}
    said = [
        lambda who=who: world.do(who, recordings.record, agreement, **given, **read) for who in two
    ]
    came = at_one_moment(monkeypatch, recordings, "waiting_for", *said)
    assert [isinstance(one, Refused) for one in came].count(True) == 1, came
    assert len(world.all(Recording)) == 1


def stands_by(world: World, partner: Partner) -> None:
    """Wayside stands by it, and it is reached by phone."""
    wayside = world.partner("Wayside VCS Link", Kind.INFRASTRUCTURE)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        held = session.get_one(Partner, partner.id)
        held.supporter_id, held.reached_by = wayside.id, "call"


def test_what_the_database_refuses_is_said_plainly_and_not_logged(
    made: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any, **named: Any) -> None:
        raise IntegrityError(f"DETAIL: Key (email)=({CANARY}) already exists.", {}, Exception())

    logged: list[str] = []
    note = made.world.app.logger
    monkeypatch.setattr(note, "error", lambda text, *given: logged.append(text % given))
    monkeypatch.setattr(relationships.write, "fn", refuse)
    form = {"happened_on-day": "1", "happened_on-month": "6", "happened_on-year": "2026"}
    page = made.phone().post(
        f"/notes/new?with={made.camden.id}",
        data={**form, "how": "met", "lines": "We met.", "next_step": ""},
    )
    assert page.status_code == 409
    assert "Somebody changed this at the same moment." in page.text
    assert logged == ["two at once: IntegrityError in relationships.new"]


def test_two_windows_used_at_one_moment_both_get_their_page(world: World, made: Stage) -> None:
    """Each notes that its sign-in was used; the second one had read the row before the first wrote
    it. (SQLite lets them write one after the other by itself.)"""
    made.phone()
    later = datetime.now(UTC) + timedelta(minutes=3)
    with world.database.reading() as session:
        held = session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()
        assert held is not None
    with world.database.writing() as second:
        row = second.get(SignIn, held.id)
        if world.database.engine.dialect.name == "postgresql":
            with world.database.writing() as first:
                access._seen(first, held.id, later)
        access._seen(second, held.id, later + timedelta(seconds=1))
        assert row is not None, "still at hand as it was read"
    assert world.read(SignIn, held.id).seen_at == later + timedelta(seconds=1)
    with world.database.writing() as session:
        session.get_one(SignIn, held.id).ended_at = later
    with world.database.writing() as session:
        access._seen(session, held.id, later + timedelta(minutes=9))
    assert world.read(SignIn, held.id).seen_at == later + timedelta(seconds=1), "it has ended"
