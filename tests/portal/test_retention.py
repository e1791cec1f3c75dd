"""What the clock takes out is gone everywhere: a word that was typed through the portal stands in
no table afterwards, nor in what was said with the events about it; and the record verifies."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text, update

from pilots import contributions, review
from pilots.evidence import Evidence
from portal import nouns
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import (
    audit,
    claims,
    complaints,
    files,
    inquiries,
    next_steps,
    proposals,
    pulse,
    relationships,
    retention,
    safeguarding,
    seats,
    signin,
    tampering,
    unsent,
)
from trust.act import CLOCK, Act
from trust.audit import Event
from trust.claims import Claim
from trust.complaints import Complaint
from trust.inquiries import Consultation, Inquiry
from trust.installation import INSTALLATION, Installation
from trust.outbox import Parcel
from trust.passkeys import Challenge
from trust.people import Person, Seat
from trust.proposals import Proposal
from trust.records import Ref
from trust.relationships import Note
from trust.retention import Kind
from trust.safeguarding import Concern
from trust.sightings import Sighting
from trust.signin import Code

assert nouns.MODULES
WORD = "Zeppelinwort"
SAID = f"They said {WORD}."
KINDS = {kind.key: kind for kind in retention.schedule() if kind.days is not None}


def standing_in(world: World) -> set[str]:
    """The tables in which the word stands in any column: those of the database itself, with what
    it searches by."""
    found = set()
    with world.database.reading() as session:
        connection = session.connection()
        for name in inspect(connection).get_table_names():
            if connection.dialect.name == "sqlite":
                rows = connection.execute(text(f'SELECT * FROM "{name}"')).all()
            else:
                rows = connection.execute(text(f'SELECT t::text FROM "{name}" t')).all()
            if any(WORD.lower() in _plain(row).lower() for row in rows):
                found.add(name)
    return found


def _plain(row: Any) -> str:
    return " ".join(
        one.decode("latin-1") if isinstance(one, bytes) else str(one) for one in tuple(row)
    )


def run(world: World, kind: Kind, now: datetime) -> dict[str, int]:
    with world.database.writing() as session:
        act = Act(session=session, actor=CLOCK, now=now, channel="clock")
        where = session.get_one(Installation, INSTALLATION.id)
        return retention.take_out(act, where, kinds=[kind])


# What people write of each kind, by the portal's own verbs


def codes(made: Stage) -> None:
    made.world.app.test_client().post("/sign-in", data={"email": "rahima@example.org"})
    assert made.world.all(Code)


def challenges(made: Stage) -> None:
    made.world.app.test_client().get("/sign-in")
    with made.world.database.writing() as session:
        session.add(
            Challenge(
                browser_sha256="0" * 64,
                purpose="sign-in",
                value="v",
                expires_at=made.world.now,
            )
        )


def typed_in_vain(made: Stage) -> None:
    with made.world.database.writing() as session:
        unsent.keep(session, made.rahima.id, "/notes/new", {"lines": [SAID]}, made.world.now)


def uploads(made: Stage) -> None:
    with made.world.database.writing() as session:
        content = SAID.encode()
        files.keep(session, made.rahima.id, "partners", WORD, content, {}, made.world.now)


def sessions(made: Stage) -> None:
    with made.world.database.writing() as session:
        signin.start(session, made.rahima, made.world.now, device=WORD, shared_phone=False)


def mails(made: Stage) -> None:
    with made.world.database.writing() as session:
        session.add(
            Parcel(
                kind="code",
                address=f"{WORD}@example.org",
                about=Ref("person", made.rahima.id),
                key="one",
                due_at=made.world.now,
                done_at=made.world.now,
            )
        )


def looked(made: Stage) -> None:
    sent = made.sent()
    assert made.desk().get(f"/review/{sent.id}").status_code == 200
    assert made.world.all(Sighting)


def people(made: Stage) -> None:
    gone = made.world.person(f"{WORD} Hassan", made.lantern, "member")
    held = next(one for one in made.world.all(Seat) if one.person_id == gone.id)
    made.world.do((gone, made.lantern), seats.leave, held)


def invited(made: Stage) -> None:
    given = {"role": "member", "name": f"{WORD} Ali", "email": f"new.{WORD}@example.org"}
    made.world.do((made.rahima, made.lantern), seats.give_at_partner, made.lantern, **given)


def asked_claims(made: Stage) -> None:
    who = (made.rahima, made.lantern)
    ada = made.world.person("Ada", None, "administrator")
    for _ in range(2):
        made.world.do(who, claims.ask_correction, made.rahima, partner=None, words=SAID)
    first, second = made.world.all(Claim)
    made.world.do((ada, None), claims.decline, first, reason=SAID)
    made.world.do((ada, None), claims.do, second, answer=SAID)


def closed_complaints(made: Stage) -> None:
    ada = made.world.person("Ada", None, "administrator")
    made.world.do(
        (made.rahima, made.lantern),
        complaints.make,
        made.world.installation(),
        about=None,
        words=SAID,
        name=WORD,
        email=f"{WORD}@example.org",
        lang="en",
        for_partner=True,
    )
    (held,) = made.world.all(Complaint)
    made.world.do((ada, None), complaints.close, held, outcome="upheld", reason=SAID)


def notes(made: Stage) -> None:
    world, mine = made.world, (made.rahima, made.lantern)
    theirs = (made.lead, made.camden)
    disputed = world.note(mine, made.camden, SAID, next_step=SAID)
    world.do(theirs, relationships.dispute, disputed, reason=SAID)
    right = world.do(
        mine,
        relationships.write,
        made.lantern,
        other=made.camden,
        happened_on=world.now.date(),
        how="met",
        lines=["We met."],
        next_step=SAID,
        next_step_on=world.now.date() + timedelta(days=9),
        lang="en",
    )
    world.do(theirs, relationships.confirm, right, corrections={1: SAID})
    on = world.now.date() + timedelta(days=20)
    world.do(theirs, next_steps.move, world.read(Note, right.id), on=on, reason=SAID)
    world.do(mine, next_steps.drop, world.read(Note, right.id), reason=SAID)


def pulses(made: Stage) -> None:
    mine = (made.rahima, made.lantern)
    made.world.note(mine, made.camden, "We met.")
    given: dict[str, Any] = {"other": made.camden, "how": "good", "lang": "en"}
    made.world.do(mine, pulse.say, made.lantern, differently=SAID, **given)
    made.world.do(mine, pulse.say, made.lantern, differently=f"{SAID} Again.", **given)


def concerns(made: Stage) -> None:
    sam = (made.world.person("Sam", made.camden, "safeguarding-lead"), made.camden)
    reader = (made.reviewer, made.camden)
    sent = made.sent()
    made.world.do(reader, review.claim, sent)
    made.world.do(reader, review.pass_on, made.now(sent), words=SAID)
    (held,) = made.world.all(Concern)
    made.world.do(sam, safeguarding.take, held, tell=False, why=SAID)
    made.world.do(sam, safeguarding.close, held, tell=False, reason=SAID)


def closed_inquiries(made: Stage) -> None:
    world = made.world
    who = (world.person("Idris", made.camden, "complaints-lead"), made.camden)
    given = {"reference": "FOI/26/0117", "law": "foi", "asks": SAID, "lang": "en"}
    held = world.do(who, inquiries.log, made.camden, received_on=world.now.date(), **given)
    about = {"about": Ref.of(made.lantern), "giver_id": made.lantern.id}
    world.do(who, inquiries.cover, world.read(Inquiry, held.id), **about)
    (asked,) = world.all(Consultation)
    said = {"wants": "part", "words": SAID}
    world.do((made.rahima, made.lantern), inquiries.say, asked, **said)
    asked = world.read(Consultation, asked.id)
    world.do(who, inquiries.decide, asked, decision="part", reason=SAID)
    world.do(who, inquiries.close, world.read(Inquiry, held.id), outcome="part", reason=SAID)


def answered_proposals(made: Stage) -> None:
    given = {"other": made.lantern, "fields": {"what": SAID}, "why": SAID}
    made.world.do((made.lead, made.camden), proposals.propose, made.camden, **given)
    (held,) = made.world.all(Proposal)
    made.world.do((made.rahima, made.lantern), proposals.decline, held, reason=SAID)


def withdrawn(made: Stage) -> None:
    mine, reader = (made.rahima, made.lantern), (made.reviewer, made.camden)
    sent = made.sent(story=SAID)
    made.world.do(reader, review.claim, sent)
    made.world.do(reader, review.ask, made.now(sent), words=SAID)
    made.world.do(mine, review.reply, made.now(sent), words=SAID)
    far = made.world.now.date() + timedelta(days=90)
    made.world.do(reader, review.accept, made.now(sent), next_news_on=far, reason=SAID)
    made.world.insight(made.pilot, reader, made.now(sent))
    with made.world.database.writing() as session:
        session.execute(update(Evidence).values(quoted=SAID))
    made.world.do(mine, contributions.withdraw, made.now(sent), reason=SAID)


WRITTEN: dict[str, Callable[[Stage], None]] = {
    "codes": codes,
    "challenges": challenges,
    "unsent": typed_in_vain,
    "uploads": uploads,
    "sessions": sessions,
    "mails": mails,
    "looked": looked,
    "people": people,
    "invited": invited,
    "proposals": answered_proposals,
    "claims": asked_claims,
    "complaints": closed_complaints,
    "notes": notes,
    "pulses": pulses,
    "concerns": concerns,
    "inquiries": closed_inquiries,
    "withdrawn": withdrawn,
}
WORDLESS = {"codes", "challenges", "looked"}
WITH_EVENTS = {"claims", "complaints", "notes", "pulses", "concerns", "inquiries", "withdrawn"}


@pytest.mark.one_database
def test_each_kind_of_the_schedule_is_written_here() -> None:
    assert set(WRITTEN) == set(KINDS)


@pytest.mark.parametrize("key", WRITTEN)
def test_a_word_that_went_by_the_clock_is_nowhere(world: World, key: str) -> None:
    kind, made = KINDS[key], stage(world)
    WRITTEN[key](made)
    assert bool(standing_in(world)) is (key not in WORDLESS)
    assert ("event_words" in standing_in(world)) is (key in WITH_EVENTS)
    with world.database.writing() as session:
        audit.seal(session)
    over = made.world.now + timedelta(days=(kind.days or 0) + 100)
    assert run(world, kind, over)[key] > 0
    assert standing_in(world) == set()
    assert run(world, kind, over) == {}
    with world.database.writing() as session:
        audit.seal(session)
    with world.database.reading() as session:
        assert tampering.verify(session, datetime.now(UTC)).broken == ()
    assert bool(world.all(Event)[-2].facts.get(audit.ERASED)) is (key in WITH_EVENTS)


def test_who_said_yes_once_or_is_still_asked_is_no_stranger(world: World) -> None:
    made = stage(world)
    for write in (people, invited):
        write(made)
    kind = KINDS["invited"]
    assert run(world, kind, made.world.now + timedelta(days=89)) == {}
    assert run(world, kind, made.world.now + timedelta(days=91)) == {"invited": 1}
    assert [one.name for one in world.all(Person) if WORD in one.name] == [f"{WORD} Hassan"]


def test_what_was_said_with_an_event_goes_also_where_the_row_says_nothing(world: World) -> None:
    made = stage(world)
    concerns(made)
    with world.database.writing() as session:
        session.execute(update(Concern).values(words=""))
    over = world.now + timedelta(days=2400)
    assert run(world, KINDS["concerns"], over) == {"concerns": 1}
    assert "event_words" not in standing_in(world)
