"""What the clock takes out is gone everywhere: a word that was typed through the portal stands in
no table afterwards, nor in what was said with the events about it; and the record verifies."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text, update

from pilots import at_risk, contributions, review
from pilots.evidence import Evidence
from portal import nouns
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import (
    audit,
    claims,
    complaints,
    confirming,
    consulting,
    contacts,
    dispute,
    files,
    inquiries,
    letters,
    newcomers,
    next_steps,
    passport,
    passport_links,
    proposals,
    pulse,
    reach,
    recordings,
    relationships,
    retention,
    safeguarding,
    seats,
    signin,
    tampering,
    unsent,
    vouching,
)
from trust.act import CLOCK, Act
from trust.audit import Event
from trust.claims import Claim
from trust.complaints import Complaint
from trust.contacts import Contact
from trust.inquiries import Consultation, Inquiry
from trust.installation import INSTALLATION, Installation
from trust.outbox import Parcel
from trust.partners import Kind as Sort
from trust.partners import Partner
from trust.passkeys import Challenge
from trust.passport import Paper
from trust.people import Person, Seat
from trust.proposals import Proposal
from trust.reach import STANDS_FOR
from trust.recordings import Recording
from trust.records import Ref
from trust.relationships import Note, NoteLine
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


def on_behalf(made: Stage, *, name: str, post: str) -> Recording:
    """A supporter writes down a yes of a group that nobody signs in for; a letter goes to it."""
    world = made.world
    world.now -= STANDS_FOR + timedelta(hours=2)
    hub = world.partner("Bridgeway", Sort.INFRASTRUCTURE)
    noor, sheila = ((world.person(one, hub, "supporter"), hub) for one in ("Noor", "Sheila"))
    harbour = world.partner("Harbour Support", Sort.INFRASTRUCTURE)
    kwame = (world.person("Kwame", harbour, "supporter"), harbour)
    given = {"name": "Quay Kitchen", "what": "", "lang": "en", "why": "We know them."}
    quay = world.do(noor, newcomers.introduce, hub, **given)
    world.do(sheila, reach.write_for, quay, post=post, phone="")
    world.now += STANDS_FOR + timedelta(hours=1)
    held = world.proposed(world.read(Partner, quay.id), made.camden, made.lead)
    yes = {"name": name, "role": "Chair", "how": "phone", "lang": "en"}
    yes |= {"said_on": world.now.date(), "read_sha256": held.text_sha256}
    recording = world.do(noor, recordings.record, held, **yes)
    new = letters.fresh(b"key", "nonce")
    printed = {"reference": new.reference, "proof": new.proof, "lang": "en"}
    world.do(kwame, letters.print_letter, recording, **printed)
    if post == SAID:  # what stands in the letter is looked for here, not where it came from
        world.do(sheila, reach.write_for, quay, post="1 Other Road", phone="")
    return world.read(Recording, recording.id)


def printed_letters(made: Stage) -> None:
    on_behalf(made, name="Rahima", post=SAID)


def never_confirmed(made: Stage) -> None:
    held = on_behalf(made, name=WORD, post="12 Quay Road")
    hub = made.world.partner("Bridgeway")
    noor = made.world.person("Noor", hub)
    made.world.do((noor, hub), confirming.take_back, held, reason=SAID)


def links(made: Stage) -> None:
    mine = (made.rahima, made.lantern)
    today = made.world.now.date()
    given: dict[str, Any] = {"kind": "rules", "name": WORD, "words": SAID, "until": None}
    paper = made.world.do(mine, passport.add, made.lantern, dated=today, **given)
    shown: dict[str, Any] = {"papers": [paper.id], "agreements": [], "files": False, "days": 90}
    made.world.do(mine, passport_links.make, made.lantern, to_whom=SAID, secret="s", **shown)
    made.world.do(mine, passport_links.take_away, made.world.read(Paper, paper.id))


CALLED: dict[str, Any] = {
    "name": f"{WORD} Oke",
    "role": WORD,
    "way": "",
    "ask_for": WORD,
    "email": f"{WORD}@example.org",
    "phone": "",
    "shown_to": "nobody",
    "said_yes": True,
    "deputy_id": None,
}


def called(made: Stage) -> None:
    mine = (made.rahima, made.lantern)
    one = made.world.do(mine, contacts.add, made.lantern, person_id=None, **CALLED)
    other = {**CALLED, "name": "Ola", "role": "", "ask_for": "", "email": "", "deputy_id": one.id}
    made.world.do(mine, contacts.add, made.lantern, person_id=made.rahima.id, **other)


def reached(made: Stage) -> None:
    mine = (made.rahima, made.lantern)
    made.world.do(mine, reach.write, made.lantern, post=SAID, phone="020 7946 0018")


def vouched(made: Stage) -> None:
    world = made.world
    hub = world.partner("Bridgeway", Sort.INFRASTRUCTURE)
    sol = world.person("Sol", hub, "supporter")
    mine = (made.rahima, made.lantern)
    way = {**CALLED, "name": "Grace", "role": "", "ask_for": "", "email": "grace@example.org"}
    grace = world.do(mine, contacts.add, made.lantern, person_id=None, **way)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Partner, made.lantern.id).supporter_id = hub.id
        session.execute(update(Seat).where(Seat.person_id == made.rahima.id).values(ends=world.now))
    new = {"name": f"{WORD} Ali", "email": f"{WORD}@example.org", "why": SAID}
    route = str(Ref.of(grace))
    world.do((sol, hub), vouching.vouch, made.lantern, own=hub, route=route, **new)


def disputes(made: Stage) -> None:
    other = made.world.person("Hodan", made.lantern, "signatory")
    who = (made.rahima, made.lantern)
    made.world.do(who, dispute.claim, made.lantern, other=other, why=SAID)


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
    note = made.world.note(reader, made.lantern, SAID)
    giver = (made.rahima, made.lantern)
    other = made.world.do(giver, at_risk.raise_, note, words=SAID)
    made.world.do(sam, safeguarding.take, other, tell=False, why=SAID)
    made.world.do(sam, safeguarding.close, other, tell=False, reason=SAID)
    with made.world.database.writing() as session:  # only what the lead keeps of it stands here
        session.execute(update(NoteLine).values(words=""))


def closed_inquiries(made: Stage) -> None:
    world = made.world
    who = (world.person("Idris", made.camden, "complaints-lead"), made.camden)
    given = {"reference": "FOI/26/0117", "law": "foi", "asks": SAID, "lang": "en"}
    held = world.do(who, inquiries.log, made.camden, received_on=world.now.date(), **given)
    about = {"about": Ref.of(made.lantern), "giver_id": made.lantern.id}
    world.do(who, inquiries.cover, world.read(Inquiry, held.id), **about)
    (asked,) = world.all(Consultation)
    said = {"wants": "part", "words": SAID}
    world.do((made.rahima, made.lantern), consulting.say, asked, **said)
    asked = world.read(Consultation, asked.id)
    world.do(who, consulting.decide, asked, decision="part", reason=SAID)
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
    "letters": printed_letters,
    "recordings": never_confirmed,
    "links": links,
    "contacts": called,
    "reach": reached,
    "vouchings": vouched,
    "disputes": disputes,
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
WITH_EVENTS = {
    "claims",
    "complaints",
    "notes",
    "pulses",
    "concerns",
    "inquiries",
    "withdrawn",
    "recordings",
}


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


def test_a_contact_begins_anew_with_each_yes_to_the_page(world: World) -> None:
    made, kind = stage(world), KINDS["contacts"]
    called(made)
    over = made.world.now + timedelta(days=1100)
    with world.database.writing() as session:
        lately = update(Partner).where(Partner.id == made.lantern.id)
        session.execute(lately.values(checked_at=over - timedelta(days=300)))
    assert run(world, kind, over) == {}
    assert run(world, kind, over + timedelta(days=800)) == {"contacts": 1}
    (left,) = world.all(Contact)
    assert (left.person_id, left.deputy_id) == (made.rahima.id, None)


def test_what_was_said_with_an_event_goes_also_where_the_row_says_nothing(world: World) -> None:
    made = stage(world)
    concerns(made)
    with world.database.writing() as session:
        session.execute(update(Concern).values(words=""))
    over = world.now + timedelta(days=2400)
    assert run(world, KINDS["concerns"], over) == {"concerns": 2}
    assert "event_words" not in standing_in(world)
