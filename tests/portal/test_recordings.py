"""A yes by phone or on paper: written down by somebody outside, confirmed by the group itself."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.world import SECRET, World
from trust import (
    confirming,
    ending,
    letters,
    negotiation,
    newcomers,
    profiles,
    reach,
    recordings,
    signing,
)
from trust.act import PUBLIC, Act
from trust.agreements import Agreement
from trust.audit import Event
from trust.ledger import Promised
from trust.letters import Letter
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person
from trust.reach import STANDS_FOR, Reach
from trust.recordings import Recording
from trust.records import Hidden, Refused
from trust.terms import Terms

POST = "12 Quay Road\nLondon NW5 1AA"
PHONE = "020 7946 0018"
SAID = {"name": "Rahima Begum", "role": "Chair", "how": "phone", "lang": "en", "whole": "y"}


@pytest.fixture(autouse=True)
def long_ago(world: World) -> None:
    """What stands there counts after a week: the story begins before that."""
    world.now -= STANDS_FOR + timedelta(hours=2)


@pytest.fixture
def hub(world: World) -> Partner:
    return world.partner("Bridgeway", Kind.INFRASTRUCTURE)


@pytest.fixture
def ines(world: World, camden: Partner) -> Person:
    return world.person("Ines", camden, "relationship-lead", "signatory")


@pytest.fixture
def noor(world: World, hub: Partner) -> Person:
    return world.person("Noor", hub, "supporter")


@pytest.fixture
def harbour(world: World) -> Partner:
    """Another organisation here that stands by groups."""
    return world.partner("Harbour Support", Kind.INFRASTRUCTURE)


@pytest.fixture
def kwame(world: World, harbour: Partner) -> Person:
    return world.person("Kwame", harbour, "supporter")


@pytest.fixture
def sheila(world: World, hub: Partner) -> Person:
    """Wrote down where the group is reached."""
    return world.person("Sheila", hub, "supporter")


@pytest.fixture
def quay(world: World, hub: Partner, noor: Person, sheila: Person) -> Partner:
    """A group for which nobody has signed in: it has an address and a phone."""
    given = {"name": "Quay Kitchen", "what": "", "lang": "en", "why": "We know them."}
    made = world.do((noor, hub), newcomers.introduce, hub, **given)
    world.do((sheila, hub), reach.write_for, made, post=POST, phone=PHONE)
    world.now += STANDS_FOR + timedelta(hours=1)
    return world.read(Partner, made.id)


@pytest.fixture
def held(world: World, quay: Partner, camden: Partner, ines: Person) -> Agreement:
    return world.proposed(quay, camden, ines)


def said(world: World, who: tuple[Person, Partner], held: Agreement) -> Recording:
    made = world.do(
        who,
        recordings.record,
        held,
        name="Rahima Begum",
        role="Chair",
        how="phone",
        said_on=world.now.date(),
        lang="en",
        read_sha256=world.read(Agreement, held.id).text_sha256,
    )
    return world.read(Recording, made.id)


def day(on: Any) -> dict[str, Any]:
    return {"said_on-day": on.day, "said_on-month": on.month, "said_on-year": on.year}


def printed(world: World, who: tuple[Person, Partner], recording: Recording) -> letters.Fresh:
    made = letters.fresh(SECRET.encode(), f"{recording.id}:{world.now}")
    given = {"reference": made.reference, "proof": made.proof, "lang": "en"}
    world.do(who, letters.print_letter, recording, **given)
    return made


def public(world: World, verb: Any, made: letters.Fresh, actor: Any = PUBLIC) -> None:
    """Whoever holds the letter types its code."""
    with world.database.writing() as session:
        letter = letters.found(session, SECRET.encode(), made.reference, made.code, world.now)
        verb(Act(session=session, actor=actor, now=world.now), letter.recording, letter=letter)


def code_on(page: str) -> tuple[str, str]:
    reference, code = re.findall(r'<strong class="app-reads"[^>]*>([^<]+)</strong>', page)
    return reference, code


# The whole way, through the pages


def test_a_group_without_a_screen_signs_by_letter(
    world: World,
    app: Any,
    held: Agreement,
    quay: Partner,
    camden: Partner,
    hub: Partner,
    ines: Person,
    noor: Person,
    kwame: Person,
    harbour: Partner,
) -> None:
    world.do((ines, camden), signing.sign, held, name="I", role="L", read_sha256=held.text_sha256)
    support = world.client(noor, hub)
    assert "Write down what a group says" in support.get("/home").text
    assert "Quay Kitchen" in support.get("/recordings").text
    form = support.get(f"/agreements/{held.id}/record").text
    assert "Read the whole agreement" in form
    wrong = support.post(f"/agreements/{held.id}/record", data={"read": held.text_sha256})
    assert wrong.status_code == 422
    given = {**SAID, **day(world.now.date()), "read": held.text_sha256}
    sent = support.post(f"/agreements/{held.id}/record", data=given)
    assert sent.status_code == 303, sent.text
    [recording] = world.all(Recording)
    assert world.read(Agreement, held.id).state == "signed-by-one"
    assert not world.all(Terms)
    # Both sides see that it was said, and that it waits.
    page = world.client(ines, camden).get(f"/agreements/{held.id}").text
    assert "Quay Kitchen said yes by phone or on paper." in page
    page = world.client(ines, camden).get(f"/recordings/{recording.id}").text
    assert "Rahima Begum" in page
    assert "Make the letter" not in page
    # Whoever wrote it down cannot confirm it, and is told who can.
    page = support.get(f"/recordings/{recording.id}").text
    assert "You wrote this down yourself." in page
    assert "Make the letter" not in page
    at = f"/recordings/{recording.id}/letter"
    assert support.post(at, data={"lang": "en"}).status_code == 409
    # A colleague prints the letter.
    other = world.client(kwame, harbour)
    assert "Ask if a yes is right" in other.get("/home").text
    token = re.search(r'name="token" value="([^"]+)"', other.get(at[:-7]).text)
    assert token
    paper = other.post(at, data={"lang": "en", "token": token[1]}).text
    assert "12 Quay Road" in paper
    assert held.text_sha256 in paper
    reference, code = code_on(paper)
    assert code_on(other.post(at, data={"lang": "en", "token": token[1]}).text) == (reference, code)
    assert len(world.all(Letter)) == 1
    [letter] = world.all(Letter)
    assert code.replace(" ", "") not in repr(vars(letter))
    # Anybody who holds it says so, on any device.
    anyone = app.test_client()
    assert "You do not sign in for this." in anyone.get("/letter").text
    wrong = anyone.post("/letter", data={"reference": reference, "code": "AAAA AAAA AA"})
    assert wrong.status_code == 422
    assert world.read(Letter, letter.id).tries == 1
    typed = {"reference": reference.lower(), "code": code.lower()}
    read = anyone.post("/letter", data=typed)
    assert "Is this right?" in read.text
    assert world.read(Agreement, held.id).state == "signed-by-one"
    done = anyone.post("/letter", data={**typed, "answer": "yes"})
    assert done.status_code == 303
    assert "It counts from now." in anyone.get(done.location).text
    now = world.read(Agreement, held.id)
    assert now.state == "in-force"
    assert world.all(Terms) and world.all(Promised)
    page = world.client(ines, camden).get(f"/agreements/{held.id}").text
    assert "Said by phone or on paper, and confirmed" in page
    assert "The group confirmed with the code of a letter what it said" in page
    # Once is once.
    assert anyone.post("/letter", data={**typed, "answer": "yes"}).status_code == 422
    [event] = [one for one in world.all(Event) if one.verb == "recording:confirm"]
    assert event.actor_id is None


def test_the_letter_speaks_the_language_of_the_group(
    world: World, held: Agreement, hub: Partner, noor: Person, kwame: Person, harbour: Partner
) -> None:
    recording = said(world, (noor, hub), held)
    other = world.client(kwame, harbour)
    paper = other.post(f"/recordings/{recording.id}/letter", data={"lang": "ar"}).text
    assert '<html lang="ar" dir="rtl"' in paper
    assert held.text_sha256 in paper


def test_the_group_says_that_it_is_not_so(
    world: World,
    app: Any,
    held: Agreement,
    hub: Partner,
    noor: Person,
    kwame: Person,
    harbour: Partner,
) -> None:
    recording = said(world, (noor, hub), held)
    made = printed(world, (kwame, harbour), recording)
    typed = {"reference": made.reference, "code": made.code, "answer": "no"}
    assert app.test_client().post("/letter", data=typed).status_code == 303
    assert world.read(Recording, recording.id).state == "denied"
    assert world.read(Agreement, held.id).state == "proposed"
    assert (
        "nobody of theirs said so"
        in world.client(noor, hub).get(f"/recordings/{recording.id}").text
    )
    told = [one for one in world.all(Parcel) if one.kind == "recording"]
    assert [one.to_person_id for one in told] == [noor.id]


def test_somebody_else_calls_back(
    world: World,
    held: Agreement,
    quay: Partner,
    camden: Partner,
    hub: Partner,
    ines: Person,
    noor: Person,
    kwame: Person,
    harbour: Partner,
) -> None:
    recording = said(world, (noor, hub), held)
    at = f"/recordings/{recording.id}/call"
    own = world.client(noor, hub).get(at)
    assert own.status_code == 409
    assert "Somebody else confirms it." in own.text
    assert world.client(ines, camden).get(at).status_code == 404
    other = world.client(kwame, harbour)
    assert PHONE in other.get(at).text
    assert other.post(at, data={"spoke_with": "Rahima"}).status_code == 422
    sent = other.post(at, data={"spoke_with": "Rahima", "right": "y"})
    assert sent.status_code == 303
    assert world.read(Agreement, held.id).state == "signed-by-one"
    assert "Kwame called the group and spoke with Rahima" in other.get(sent.location).text
    now = world.read(Agreement, held.id)
    world.do(
        (ines, camden), signing.sign_last, now, name="I", role="L", read_sha256=now.text_sha256
    )
    assert world.read(Agreement, held.id).state == "in-force"


def test_it_is_taken_back(
    world: World, held: Agreement, camden: Partner, hub: Partner, ines: Person, noor: Person
) -> None:
    recording = said(world, (noor, hub), held)
    at = f"/recordings/{recording.id}/take-back"
    support = world.client(noor, hub)
    assert support.post(at, data={"reason": ""}).status_code == 422
    assert support.post(at, data={"reason": "It was the wrong group."}).status_code == 303
    assert world.read(Recording, recording.id).state == "taken-back"
    page = world.client(ines, camden).get(f"/agreements/{held.id}").text
    assert "It was the wrong group." in page
    assert said(world, (noor, hub), held).state == "waiting"


# Who may not


def test_a_council_officer_is_told_who_can(
    world: World, held: Agreement, camden: Partner, hub: Partner, ines: Person, noor: Person
) -> None:
    council = world.client(ines, camden)
    assert "See who can write it down" in council.get(f"/agreements/{held.id}").text
    page = council.get(f"/agreements/{held.id}/record").text
    assert "You belong to the other side" in page
    assert "Bridgeway stands by Quay Kitchen." in page
    given = {**SAID, **day(world.now.date()), "read": held.text_sha256}
    refused = council.post(f"/agreements/{held.id}/record", data=given)
    assert refused.status_code == 409
    assert "Ask the organisation that stands by them" in refused.text
    with pytest.raises(Hidden):
        said(world, (ines, camden), held)
    assert not world.all(Recording)


def test_nor_one_with_two_hats(
    world: World,
    held: Agreement,
    camden: Partner,
    hub: Partner,
    noor: Person,
    kwame: Person,
    harbour: Partner,
) -> None:
    world.person("Noor", camden, "member")
    with pytest.raises(Refused, match="the other side"):
        said(world, (noor, hub), held)
    ann = world.person("Ann", hub, "supporter")
    recording = said(world, (ann, hub), held)
    with pytest.raises(Refused, match="the other side"):
        printed(world, (noor, hub), recording)
    with pytest.raises(Refused, match="the other side"):
        world.do((noor, hub), confirming.call_back, recording, spoke_with="R")
    made = printed(world, (kwame, harbour), recording)
    with pytest.raises(Refused, match="the other side"):
        public(world, letters.confirm, made, world.actor(noor, hub))


def test_nor_a_colleague_of_whoever_wrote_it_down(
    world: World, held: Agreement, hub: Partner, noor: Person, kwame: Person, harbour: Partner
) -> None:
    """One organisation would hold both what was said and the way to ask. They are told who can."""
    recording = said(world, (noor, hub), held)
    ann = world.person("Ann", hub, "supporter")
    page = world.client(ann, hub).get(f"/recordings/{recording.id}").text
    assert "Your organisation wrote this down." in page and "Make the letter" not in page
    assert "another organisation here that stands by groups" in page
    with pytest.raises(Refused, match="Your organisation"):
        printed(world, (ann, hub), recording)
    with pytest.raises(Refused, match="Your organisation"):
        world.do((ann, hub), confirming.call_back, recording, spoke_with="R")
    # Nor with another hat, of either of the two.
    world.person("Noor", harbour, "member")
    with pytest.raises(Refused, match="Your organisation"):
        world.do((kwame, harbour), confirming.call_back, recording, spoke_with="R")
    # Who stands by groups elsewhere does not find it; here, they confirm it and no more.
    far = world.partner("Far Support", Kind.INFRASTRUCTURE, "Bedfordshire")
    mo = world.person("Mo", far, "supporter")
    assert world.client(mo, far).get(f"/recordings/{recording.id}").status_code == 404
    reach_out = world.partner("Reach Out", Kind.INFRASTRUCTURE)
    lee = world.person("Lee", reach_out, "supporter")
    with pytest.raises(Hidden):
        world.do((lee, reach_out), confirming.take_back, recording, reason="So.")
    other = world.client(lee, reach_out)
    page = other.get(f"/recordings/{recording.id}").text
    assert "Make the letter" in page and "take it back" not in page
    assert "Quay Kitchen" in other.get("/recordings").text
    assert other.get(f"/recordings/{recording.id}/take-back").status_code == 404
    world.do((lee, reach_out), confirming.call_back, recording, spoke_with="R")
    assert world.read(Recording, recording.id).state == "confirmed"


def test_nor_who_wrote_down_where_to_reach_them(
    world: World,
    held: Agreement,
    quay: Partner,
    hub: Partner,
    noor: Person,
    kwame: Person,
    harbour: Partner,
) -> None:
    recording = said(world, (noor, hub), held)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        where = session.scalars(select(Reach).where(Reach.partner_id == quay.id)).one()
        where.post_by_id = where.phone_by_id = kwame.id
    with pytest.raises(Refused, match="You wrote down where to reach them"):
        printed(world, (kwame, harbour), recording)
    with pytest.raises(Refused, match="You wrote down where to reach them"):
        world.do((kwame, harbour), confirming.call_back, recording, spoke_with="R")
    page = world.client(kwame, harbour).get(f"/recordings/{recording.id}").text
    assert "You wrote down where to reach them" in page and "Make the letter" not in page


def test_nor_a_stranger(world: World, held: Agreement, camden: Partner) -> None:
    harbour = world.partner("Harbour Support", Kind.INFRASTRUCTURE)
    stranger = world.person("Tom", harbour, "supporter")
    with pytest.raises(Hidden):
        said(world, (stranger, harbour), held)
    client = world.client(stranger, harbour)
    assert client.get(f"/agreements/{held.id}/record").status_code == 404
    assert "None." in client.get("/recordings").text


def test_nor_who_printed_it_or_wrote_it_down(
    world: World, held: Agreement, hub: Partner, noor: Person, kwame: Person, harbour: Partner
) -> None:
    recording = said(world, (noor, hub), held)
    made = printed(world, (kwame, harbour), recording)
    with pytest.raises(Refused, match="You printed"):
        public(world, letters.confirm, made, world.actor(kwame, harbour))
    with pytest.raises(Refused, match="yourself"):
        public(world, letters.confirm, made, world.actor(noor, hub))
    public(world, letters.confirm, made)
    assert world.read(Recording, recording.id).state == "confirmed"


def test_a_group_that_signs_here_is_asked_here(
    world: World, held: Agreement, quay: Partner, hub: Partner, noor: Person
) -> None:
    rahima = world.person("Rahima", quay, "signatory")
    client = world.client(noor, hub)
    assert client.get(f"/agreements/{held.id}/record").status_code == 404
    world.do((rahima, quay), profiles.edit, quay, reached_by="call")
    assert client.get(f"/agreements/{held.id}/record").status_code == 200


# Ways that prove nothing


def test_an_address_that_the_recorder_wrote(
    world: World, held: Agreement, hub: Partner, sheila: Person, kwame: Person, harbour: Partner
) -> None:
    recording = said(world, (sheila, hub), held)
    with pytest.raises(Refused, match="also wrote down where"):
        printed(world, (kwame, harbour), recording)
    page = world.client(kwame, harbour).get(f"/recordings/{recording.id}").text
    assert "let a colleague write it down anew" in page


def test_an_address_that_was_changed_lately_or_since(
    world: World,
    held: Agreement,
    quay: Partner,
    hub: Partner,
    noor: Person,
    kwame: Person,
    harbour: Partner,
    sheila: Person,
) -> None:
    recording = said(world, (noor, hub), held)
    world.do((sheila, hub), reach.write_for, quay, post="1 New Street", phone=PHONE)
    with pytest.raises(Refused, match="changed too short"):
        printed(world, (kwame, harbour), recording)
    world.do((kwame, harbour), confirming.call_back, recording, spoke_with="R")  # the number stayed
    world.do((sheila, hub), reach.write_for, quay, post="1 New Street", phone="020 7946 0019")
    again = world.read(Agreement, held.id)
    world.now += STANDS_FOR - timedelta(hours=1)
    with pytest.raises(Refused):
        said(world, (noor, hub), again)


def test_an_address_that_a_member_wrote_who_cannot_sign(
    world: World,
    held: Agreement,
    quay: Partner,
    hub: Partner,
    noor: Person,
    kwame: Person,
    harbour: Partner,
) -> None:
    """Else a member could call, get the letter at home, and so sign for the group."""
    world.now -= STANDS_FOR * 2
    mo = world.person("Mo", quay, "member"), quay
    rahima = world.person("Rahima", quay, "signatory"), quay
    world.do(rahima, profiles.edit, quay, reached_by="letter")
    world.do(rahima, reach.write, quay, post=POST, phone="020 7946 0020")
    world.do(mo, reach.write, quay, post="4 Own Home", phone="020 7946 0020")
    world.now += STANDS_FOR * 2
    recording = said(world, (noor, hub), held)
    with pytest.raises(Refused, match="may not sign for them"):
        printed(world, (kwame, harbour), recording)
    page = world.client(kwame, harbour).get(f"/recordings/{recording.id}").text
    assert "ask whoever signs for them to write it down" in page
    # The number is still the one that a signatory wrote.
    world.do((kwame, harbour), confirming.call_back, recording, spoke_with="Rahima")
    assert world.read(Recording, recording.id).state == "confirmed"


def test_no_way_at_all(
    world: World,
    camden: Partner,
    hub: Partner,
    ines: Person,
    noor: Person,
    kwame: Person,
    harbour: Partner,
) -> None:
    given = {"name": "Reed Choir", "what": "", "lang": "en", "why": "We know them."}
    reed = world.do((noor, hub), newcomers.introduce, hub, **given)
    recording = said(world, (noor, hub), world.proposed(reed, camden, ines))
    with pytest.raises(Refused, match="do not know where"):
        printed(world, (kwame, harbour), recording)
    with pytest.raises(Refused, match="do not know where"):
        world.do((kwame, harbour), confirming.call_back, recording, spoke_with="R")


def test_where_it_is_reached_is_for_itself_once_it_has_people(
    world: World, quay: Partner, camden: Partner, hub: Partner, noor: Person, ines: Person
) -> None:
    at = f"/partners/{quay.id}/reach"
    support = world.client(noor, hub)
    assert "12 Quay Road" in support.get(at).text
    assert "12 Quay Road" not in support.get(f"/partners/{quay.id}").text
    assert support.post(at, data={"post": "", "phone": "12"}).status_code == 422
    assert support.post(at, data={"post": POST, "phone": PHONE}).status_code == 303
    assert world.client(ines, camden).get(at).status_code == 404
    rahima = world.person("Rahima", quay, "member")
    own = world.client(rahima, quay)
    assert own.post(at, data={"post": "5 Lock Lane", "phone": ""}).status_code == 303
    assert "5 Lock Lane" in own.get(at).text
    refused = support.post(at, data={"post": POST, "phone": PHONE})
    assert refused.status_code == 422
    assert "Quay Kitchen has people here." in refused.text


# Codes


def test_five_wrong_codes_and_it_is_over(
    world: World,
    app: Any,
    held: Agreement,
    hub: Partner,
    noor: Person,
    kwame: Person,
    harbour: Partner,
) -> None:
    recording = said(world, (noor, hub), held)
    made = printed(world, (kwame, harbour), recording)
    anyone = app.test_client()
    for _ in range(5):
        typed = {"reference": made.reference, "code": "WRONG"}
        assert anyone.post("/letter", data=typed).status_code == 422
    right = anyone.post("/letter", data={"reference": made.reference, "code": made.code})
    assert right.status_code == 422
    assert "We do not know this letter." in right.text
    unknown = anyone.post("/letter", data={"reference": "AAAAAAAA", "code": made.code})
    assert "We do not know this letter." in unknown.text


def test_one_letter_stops_the_one_before_and_sixty_days_stop_it(
    world: World, held: Agreement, hub: Partner, noor: Person, kwame: Person, harbour: Partner
) -> None:
    recording = said(world, (noor, hub), held)
    first = printed(world, (kwame, harbour), recording)
    second = printed(world, (kwame, harbour), recording)
    assert first.code != second.code
    with pytest.raises(Refused):
        public(world, letters.confirm, first)
    world.now += letters.LASTS
    with pytest.raises(Refused):
        public(world, letters.confirm, second)


def test_a_letter_is_for_the_words_that_were_read_out(
    world: World,
    held: Agreement,
    camden: Partner,
    hub: Partner,
    ines: Person,
    noor: Person,
    kwame: Person,
    harbour: Partner,
) -> None:
    recording = said(world, (noor, hub), held)
    made = printed(world, (kwame, harbour), recording)
    world.do(
        (ines, camden), negotiation.ask_change, held, clause="quote", why="So.", note="Ask us."
    )
    with pytest.raises(Refused, match="went on since"):
        public(world, letters.confirm, made)
    page = world.client(noor, hub).get(f"/recordings/{recording.id}").text
    assert "It went on since" in page
    # Nor once somebody of the group has put the new words in, and they can be signed again.
    rahima = world.person("Rahima", world.read(Partner, recording.giver_id), "signatory")
    group = (rahima, world.read(Partner, recording.giver_id))
    world.do(group, negotiation.make_change, world.read(Agreement, held.id))
    assert world.read(Agreement, held.id).state == "proposed"
    with pytest.raises(Refused, match="went on since"):
        public(world, letters.confirm, made)


# No path around it


class Saying(RuleBasedStateMachine):
    """Anybody does anything in any order; with any letter, any text, any hat."""

    world: World
    people: dict[str, tuple[Person, Partner]]
    quay: Partner

    def __init__(self) -> None:
        super().__init__()
        camden = self.people["ines"]
        for one in self.world.all(Agreement):
            if one.state not in ("ended", "declined", "replaced"):
                verb = ending.end if one.state == "in-force" else ending.decline
                self.world.do(camden, verb, one, reason="A new story.")
        self.id = self.world.proposed(self.quay, camden[1], camden[0]).id
        self.read = {self.held().text_sha256}
        self.letters: list[letters.Fresh] = []

    def held(self) -> Agreement:
        with self.world.database.reading() as session:
            found = session.get_one(Agreement, self.id)
            assert found.signatures is not None and found.changes is not None
            return found

    def tries(self, do: Any, *given: Any, **named: Any) -> Any:
        try:
            return do(*given, **named)
        except (Refused, Hidden):
            return None

    def newest(self) -> Recording | None:
        found = [one for one in self.world.all(Recording) if one.agreement_id == self.id]
        return found[-1] if found else None

    @rule(who=st.sampled_from(["ines", "noor", "kwame", "both"]), data=st.data())
    def record(self, who: str, data: st.DataObject) -> None:
        given = {"name": "R", "role": "Chair", "how": "paper", "lang": "en"}
        read = data.draw(st.sampled_from(sorted(self.read)))
        on = {"said_on": self.world.now.date(), "read_sha256": read}
        self.tries(self.world.do, self.people[who], recordings.record, self.held(), **given, **on)

    @rule(who=st.sampled_from(["ines", "noor", "kwame", "both"]))
    def print(self, who: str) -> None:
        if one := self.newest():
            made = self.tries(printed, self.world, self.people[who], one)
            self.letters += [made] if made else []

    @rule(who=st.sampled_from(["ines", "noor", "kwame", "both"]))
    def call(self, who: str) -> None:
        if one := self.newest():
            do = self.world.do
            self.tries(do, self.people[who], confirming.call_back, one, spoke_with="R")

    @rule(
        who=st.sampled_from(["", "ines", "noor", "kwame"]), no=st.booleans(), at=st.integers(0, 9)
    )
    def type(self, who: str, no: bool, at: int) -> None:
        if self.letters:
            actor = self.world.actor(*self.people[who]) if who else PUBLIC
            verb = letters.deny if no and at < 2 else letters.confirm
            made = self.letters[at % len(self.letters)]
            self.tries(public, self.world, verb, made, actor)

    @rule(last=st.booleans(), who=st.sampled_from(["ines", "noor", "both"]))
    def sign(self, last: bool, who: str) -> None:
        verb = signing.sign_last if last else signing.sign
        given = {"name": "A", "role": "B", "read_sha256": self.held().text_sha256}
        self.tries(self.world.do, self.people[who], verb, self.held(), **given)

    @rule(make=st.booleans())
    def change(self, make: bool) -> None:
        held, words = self.held(), f"Words {len(self.held().changes)}."
        given = {"clause": "quote", "why": "So.", "note": words}
        self.tries(self.world.do, self.people["ines"], negotiation.ask_change, held, **given)
        self.read.add(self.held().text_sha256)

    @rule(who=st.sampled_from(["noor", "kwame", "both"]))
    def take_back(self, who: str) -> None:
        if one := self.newest():
            do = self.world.do
            self.tries(do, self.people[who], confirming.take_back, one, reason="So.")

    @invariant()
    def in_force_only_with_both_signatures_and_the_confirmation(self) -> None:
        held = self.held()
        signed = {one.partner_id: one for one in held.signatures}
        both = set(signed) == {held.giver_id, held.taker_id}
        assert (held.state == "in-force") == both
        if both:
            assert {one.text_sha256 for one in held.signatures} == {held.text_sha256}
        if yes := signed.get(held.giver_id):
            assert yes.recorded is not None
            recording = self.world.read(Recording, yes.recorded.id)
            assert recording.state == "confirmed"
            assert recording.text_sha256 == yes.text_sha256 == held.text_sha256
            assert recording.confirmed_by_id not in (recording.by_id, self.people["ines"][0].id)
            outsiders = {self.people[who][0].id for who in ("noor", "kwame")}
            assert recording.by_id in outsiders
            # Nor of one organisation, nor did the same person write down the way.
            assert recording.confirmed_by_id in (None, self.people["kwame"][0].id)
            printers = {one.by_id for one in self.world.all(Letter)}
            assert printers <= {self.people["kwame"][0].id}
            assert recording.confirmed_by_id in outsiders | {None}

    @invariant()
    def nothing_is_allowed_before(self) -> None:
        live = {one.source.id for one in self.world.all(Terms) if one.ended_at is None}
        assert live == ({self.id} if self.held().state == "in-force" else set())


@pytest.mark.one_database
def test_no_path_leads_around_the_letter(
    world: World,
    quay: Partner,
    camden: Partner,
    hub: Partner,
    ines: Person,
    noor: Person,
    kwame: Person,
    harbour: Partner,
) -> None:
    both = world.person("Bo", hub, "supporter")
    world.person("Bo", camden, "signatory")
    Saying.world, Saying.quay = world, quay
    Saying.people = {
        "ines": (ines, camden),
        "noor": (noor, hub),
        "kwame": (kwame, harbour),
        "both": (both, hub),
    }
    run_state_machine_as_test(
        Saying,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
