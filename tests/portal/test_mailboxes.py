"""One mailbox and several people: each signs in as themselves, and nobody learns more of the others
than their first names, and that only with a code in hand."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as fewer
from hypothesis import strategies as st
from sqlalchemy import select, update

from pilots import pilot
from portal.cli import main
from portal.mails import Mail, compose
from tests.portal.pdf_reader import Read
from tests.portal.test_documents import saved
from tests.portal.test_passkeys import added, asked, signed_in
from tests.portal.test_signin import digits, link
from tests.world import World, environment
from trust import claims, mailboxes, seats, signing
from trust.agreements import Agreement, Signature
from trust.audit import Event
from trust.claims import Claim
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.passkeys import Passkey
from trust.people import Person, Seat
from trust.records import Refused
from trust.signin import Code, SignIn
from trust.throttle import Throttle

pytestmark = pytest.mark.usefixtures("noon")
OFFICE = "office@lantern.example"
WHO = "/sign-in/who"


def at(world: World, person: Person, email: str = OFFICE) -> Person:
    """The same person, with another address."""
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.execute(update(Person).where(Person.id == person.id).values(email=email))
    return world.read(Person, person.id)


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return at(world, world.person("Rahima Begum", lantern, "signatory"))


@pytest.fixture
def hodan(world: World, lantern: Partner) -> Person:
    return at(world, world.person("Hodan Warsame", lantern, "member"))


@pytest.fixture
def gus(world: World) -> Person:
    return world.person("Gus Moor", world.partner("Harbour"), "signatory")


def mailed(app: Flask, world: World, kind: str, to: int | None = None) -> Mail:
    """The newest mail of a kind."""
    stmt = select(Parcel).where(Parcel.kind == kind).order_by(Parcel.id.desc())
    if to is not None:
        stmt = stmt.where(Parcel.to_person_id == to)
    with (
        world.database.reading() as session,
        app.test_request_context(base_url="http://localhost"),
    ):
        parcel = session.scalars(stmt).first()
        assert parcel is not None
        mail = compose(session, app.config["PORTAL"], parcel, datetime.now(UTC))
    assert mail is not None
    return mail


def proved(app: Flask, world: World, email: str = OFFICE, **typed: Any) -> tuple[FlaskClient, Any]:
    """A browser in which a code for an address was right."""
    client = app.test_client()
    client.post("/sign-in", data={"email": email})
    code = digits(mailed(app, world, "code").text)
    return client, client.post("/sign-in/code", data={"code": code, **typed})


def entered(app: Flask, world: World, person: Person) -> FlaskClient:
    """A browser in which somebody signed in by a code to the mailbox, and their name."""
    client, _ = proved(app, world)
    assert client.post(WHO, data={"person": person.id}).location == "/home"
    return client


def test_each_signs_in_as_themselves(
    app: Flask, world: World, rahima: Person, hodan: Person
) -> None:
    client, answer = proved(app, world, shared="y")
    assert (answer.status_code, answer.location) == (303, WHO)
    assert world.all(SignIn) == []
    page = client.get(WHO)
    assert "Who are you?" in page.text
    names = re.findall(r'<button[^>]*value="(\d+)"[^>]*>(?:<[^>]*>)?(\w+)', page.text)
    assert names == [(str(rahima.id), "Rahima"), (str(hodan.id), "Hodan")]
    assert "Begum" not in page.text and "Warsame" not in page.text
    assert client.post(WHO, data={"person": hodan.id}).location == "/home"
    assert "Hello, Hodan" in client.get("/home").text
    [row] = world.all(SignIn)
    assert (row.person_id, row.shared_phone) == (hodan.id, True)


def test_who_is_alone_is_not_asked(app: Flask, world: World, rahima: Person) -> None:
    assert proved(app, world)[1].location == "/home"
    assert world.all(SignIn)[0].person_id == rahima.id


def test_no_name_before_the_code_was_right(
    app: Flask, world: World, rahima: Person, hodan: Person
) -> None:
    client = app.test_client()
    assert client.get(WHO).location == "/sign-in"
    client.post("/sign-in", data={"email": OFFICE})
    code = digits(mailed(app, world, "code").text)
    wrong = client.post("/sign-in/code", data={"code": f"{(int(code) + 1) % 1_000_000:06d}"})
    seen = [client.get("/sign-in/code"), wrong, client.get(WHO), client.post(WHO)]
    assert not any("Rahima" in page.text or "Hodan" in page.text for page in seen)
    assert client.post(WHO, data={"person": rahima.id}).location == "/sign-in"
    assert world.all(SignIn) == []


def test_the_code_names_nobody(app: Flask, world: World, rahima: Person, hodan: Person) -> None:
    proved_not = app.test_client()
    proved_not.post("/sign-in", data={"email": OFFICE})
    mail = mailed(app, world, "code")
    assert mail.name == ""
    assert "Rahima" not in mail.text and "Hodan" not in mail.text


def test_the_link_opened_by_a_scanner_does_nothing(
    app: Flask, world: World, rahima: Person, hodan: Person
) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"email": OFFICE})
    address = link(mailed(app, world, "code").text)
    for browser in (client, app.test_client()):
        page = browser.get(address)
        assert page.status_code == 200 and "Rahima" not in page.text
        assert browser.get(WHO).location == "/sign-in"
    assert app.test_client().post(address).status_code == 422
    assert world.all(SignIn) == []
    assert client.post(address).location == WHO
    assert client.post(WHO, data={"person": rahima.id}).location == "/home"


def test_one_code_is_for_one_person_once(
    app: Flask, world: World, rahima: Person, hodan: Person
) -> None:
    client, _ = proved(app, world)
    copy = app.test_client()
    with client.session_transaction() as held, copy.session_transaction() as same:
        same.update(held)
    assert copy.get(WHO).status_code == 200
    assert client.post(WHO, data={"person": rahima.id}).location == "/home"
    assert copy.post(WHO, data={"person": hodan.id}).location == "/sign-in"
    assert copy.get(WHO).location == "/sign-in"
    assert [row.person_id for row in world.all(SignIn)] == [rahima.id]


def test_a_choice_waits_ten_minutes(
    app: Flask, world: World, rahima: Person, hodan: Person
) -> None:
    client, _ = proved(app, world)
    with world.database.writing() as session:
        session.execute(update(Code).values(proved_at=datetime.now(UTC) - timedelta(minutes=10)))
    assert client.get(WHO).location == "/sign-in"
    assert client.post(WHO, data={"person": rahima.id}).location == "/sign-in"


def test_nobody_of_another_address_can_be_chosen(
    app: Flask, world: World, rahima: Person, hodan: Person, gus: Person
) -> None:
    client, _ = proved(app, world)
    for other in (gus.id, 0, 999_999, "x", "9" * 40, f"{rahima.id} "):
        assert client.post(WHO, data={"person": other}).status_code == 404, other
    assert client.post(WHO).status_code == 422
    assert world.all(SignIn) == []
    assert client.post(WHO, data={"person": rahima.id}).location == "/home"


STEPS = st.lists(
    st.sampled_from(("ask", "right", "wrong", "look", "rahima", "hodan", "gus")), max_size=8
)


@fewer(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_session_without_a_code_and_a_name(
    app: Flask, world: World, rahima: Person, hodan: Person, gus: Person, steps: list[str]
) -> None:
    """Whatever somebody with the mailbox tries, in whichever order: a session is for the person of
    that address who was chosen after a right code, and each code makes one."""
    people = {"rahima": rahima.id, "hodan": hodan.id, "gus": gus.id}
    with world.database.writing() as session:
        session.query(SignIn).delete()
    client, code, open_, fresh = app.test_client(), "", False, False
    for step in steps:
        before = len(world.all(SignIn))
        if step == "ask":
            client.post("/sign-out")
            with world.database.writing() as session:
                session.query(SignIn).delete()
                session.query(Throttle).delete()
            client = app.test_client()
            client.post("/sign-in", data={"email": OFFICE})
            code, open_, before = digits(mailed(app, world, "code").text), False, 0
            fresh = True
        elif step in ("right", "wrong"):
            typed = code if step == "right" else f"{(int(code or 1) + 1) % 1_000_000:06d}"
            if code and step == "right" and fresh:
                open_, fresh = True, False
            client.post("/sign-in/code", data={"code": typed or "000000"})
        elif step == "look":
            assert ("Who are you?" in client.get(WHO).text) == open_
        else:
            client.post(WHO, data={"person": people[step]})
            made = world.all(SignIn)[before:]
            if open_ and step != "gus":
                assert [row.person_id for row in made] == [people[step]]
                open_, before = False, before + 1
        assert len(world.all(SignIn)) == before


NAMES = st.lists(
    st.text("ABab éŁ", min_size=1, max_size=6).filter(lambda name: name.strip() != ""),
    min_size=1,
    max_size=5,
    unique_by=lambda name: mailboxes.fold(name),
)


@pytest.mark.one_database
@given(NAMES)
def test_short_names_tell_people_apart(names: list[str]) -> None:
    people = [Person(id=id, name=name) for id, name in enumerate(names)]
    short = mailboxes.short_names(people)
    assert len(set(short.values())) == len(people)
    assert all(mailboxes.named(people, one.name) is one for one in people)


@pytest.mark.one_database
def test_what_people_of_a_mailbox_are_called() -> None:
    names = ["Rahima Begum", "Rahima Bibi", "Hodan Warsame", "Rahima Khan", "Rahima"]
    people = [Person(id=id, name=name) for id, name in enumerate(names)]
    assert list(mailboxes.short_names(people).values()) == [
        "Rahima Begum", "Rahima Bibi", "Hodan", "Rahima K.", "Rahima",
    ]  # fmt: skip
    assert mailboxes.named(people, "hodan") is people[2]
    assert mailboxes.named(people[:2], "Rahima") is None
    assert mailboxes.named(people, "Hodan Ali") is None


def invite(client: FlaskClient, name: str, **typed: Any) -> Any:
    data = {"name": name, "email": OFFICE, "role": "member", **typed}
    return client.post("/people/invite", data=data)


def test_a_second_person_is_invited_to_a_mailbox_that_is_taken(
    app: Flask, world: World, lantern: Partner, rahima: Person
) -> None:
    desk = world.client(rahima, lantern)
    assert invite(desk, "Hodan Warsame", shared="y").status_code == 303
    hodan = world.all(Person)[-1]
    assert (hodan.name, hodan.email) == ("Hodan Warsame", OFFICE)
    mail = mailed(app, world, "invitation")
    assert (mail.to, mail.name) == (OFFICE, "Hodan")
    assert mail.text.startswith("For Hodan:\n")
    client = entered(app, world, hodan)
    [waiting] = [one for one in world.all(Seat) if one.person_id == hodan.id]
    same = client.post(f"/roles/{waiting.id}", data={"answer": "yes", "name": "rahima  begum"})
    assert same.status_code == 422
    assert "Add a word that tells you apart" in same.text
    client.post(f"/roles/{waiting.id}", data={"answer": "yes", "name": "Hodan W"})
    assert world.read(Seat, waiting.id).accepted_at is not None
    assert client.post("/me/phone", data={"name": "Rahima Begum"}).status_code == 422
    # From now on the name decides, whether somebody says that they share it or not.
    assert invite(desk, "Bilal Ahmed").status_code == 303
    assert invite(desk, "Hodan", role="signatory").status_code == 303
    assert world.all(Seat)[-1].person_id == hodan.id
    assert len(mailboxes.at_address(world.session(), OFFICE)) == 3


def test_without_saying_so_a_mailbox_is_one_person(
    world: World, lantern: Partner, rahima: Person, gus: Person
) -> None:
    """Who has an address is nobody's to guess by another name."""
    desk = world.client(gus, world.partner("Harbour"))
    assert invite(desk, "Rahimah").status_code == 303
    assert world.all(Seat)[-1].person_id == rahima.id
    assert len(world.all(Person)) == 2


def test_an_organisation_that_says_its_mailbox_is_shared(world: World, lantern: Partner) -> None:
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        held = session.get_one(Partner, lantern.id)
        held.email, held.shared_mailbox = "Office@Lantern.example", True
    rahima = at(world, world.person("Rahima", lantern, "signatory"))
    with world.database.reading() as session:
        assert mailboxes.is_shared(session, rahima)
    assert invite(world.client(rahima, lantern), "Hodan").status_code == 303
    assert world.all(Seat)[-1].person_id != rahima.id


def test_an_invitation_alone_makes_no_mailbox_shared(
    app: Flask, world: World, lantern: Partner, rahima: Person, gus: Person
) -> None:
    """Anybody could send one. The one who was asked can say no, and is there no more."""
    invite(world.client(gus, world.partner("Harbour")), "Mallory Pike", shared="y")
    mallory = world.all(Person)[-1]
    with world.database.reading() as session:
        assert not mailboxes.is_shared(session, rahima)
    client = entered(app, world, mallory)
    client.post(f"/roles/{world.all(Seat)[-1].id}", data={"answer": "no"})
    assert proved(app, world)[1].location == "/home"


def test_a_pilot_s_role_goes_to_the_one_who_was_named(
    world: World, lantern: Partner, rahima: Person, hodan: Person
) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    lead = world.person("Ines", camden, "signatory", "coordinator")
    damp = world.pilot(camden, lead)
    role = {"role": "connector", "email": OFFICE, "partner": lantern}
    with pytest.raises(Refused, match="says who acts for it"):
        world.do((lead, camden), pilot.seat, damp, name="Bilal", **role)
    world.do((lead, camden), pilot.seat, damp, name="Hodan", **role)
    assert world.all(Seat)[-1].person_id == hodan.id


def test_news_says_whom_it_is_for(
    app: Flask, world: World, lantern: Partner, rahima: Person, hodan: Person
) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    dan = world.person("Dan", camden, "relationship-lead")
    world.note((dan, camden), lantern)
    for who, name in ((rahima, "Rahima"), (hodan, "Hodan")):
        mail = mailed(app, world, "note", who.id)
        assert (mail.to, mail.name) == (OFFICE, name)
        assert mail.text.startswith(f"For {name}:\n")
        assert "Begum" not in mail.text and "Lantern" not in mail.text
    assert not mailed(app, world, "note").subject.startswith("For")


# What a shared mailbox can show, and what it cannot


def proposed(world: World, lantern: Partner) -> Agreement:
    camden = world.partner("Camden", Kind.COUNCIL)
    lead = world.person("Ines", camden, "signatory", "relationship-lead")
    return world.proposed(lantern, camden, lead)


def sign(client: FlaskClient, agreement: Agreement) -> Any:
    typed = {"name": "Rahima Begum", "role": "Chair", "may": "y", "read": agreement.text_sha256}
    return client.post(f"/agreements/{agreement.id}/sign", data=typed)


def test_a_signature_says_that_others_read_the_mailbox(
    app: Flask, world: World, lantern: Partner, rahima: Person, hodan: Person
) -> None:
    agreement = proposed(world, lantern)
    client = entered(app, world, rahima)
    assert "Others read your mailbox." in client.get(f"/agreements/{agreement.id}/sign").text
    assert sign(client, agreement).status_code == 303
    [signed] = world.all(Signature)
    assert (signed.person_id, signed.shared_mailbox) == (rahima.id, True)
    [event] = [one for one in world.all(Event) if one.verb == "agreement:sign"]
    assert event.facts["shared_mailbox"] is True
    camden = world.partner("Camden", Kind.COUNCIL)
    other = world.client(world.person("Ines", camden), camden)
    for side in (client, other):
        page = side.get(f"/agreements/{agreement.id}").text
        assert "Signed through a mailbox that several people read" in page
    paper = Read(saved(client, f"/agreements/{agreement.id}/agreement.pdf"))
    said = " ".join(" ".join(one.text for one in paper.tree.each()).split())
    assert "Signed through a mailbox that several people read" in said


def test_a_signature_with_a_passkey_from_before_says_nothing_of_the_mailbox(
    app: Flask, world: World, lantern: Partner, rahima: Person
) -> None:
    agreement = proposed(world, lantern)
    device = added(proved(app, world)[0])
    at(world, world.person("Hodan", lantern))
    client, _ = signed_in(app, device)
    assert "Others read your mailbox." not in client.get(f"/agreements/{agreement.id}/sign").text
    assert sign(client, agreement).status_code == 303
    assert not world.all(Signature)[0].shared_mailbox
    assert "several people read" not in client.get(f"/agreements/{agreement.id}").text


def test_what_any_reader_of_the_mailbox_could_have_made_takes_no_mark_away(
    app: Flask, world: World, lantern: Partner, rahima: Person, hodan: Person
) -> None:
    """Whoever reads the mailbox comes in under another's name, and makes a passkey there."""
    agreement = proposed(world, lantern)
    client, _ = signed_in(app, added(entered(app, world, rahima)))
    assert "Others read your mailbox." in client.get(f"/agreements/{agreement.id}/sign").text
    assert sign(client, agreement).status_code == 303
    assert world.all(Signature)[0].shared_mailbox


def test_the_same_with_an_app_and_its_owner_is_told(
    app: Flask, world: World, lantern: Partner, rahima: Person, hodan: Person
) -> None:
    client = entered(app, world, rahima)
    page = client.get("/sign-in/authenticator").text
    key = re.findall(r'<code class="app-key"[^>]*>([A-Z2-7 ]+)<', page)[0].replace(" ", "")
    code = pyotp.TOTP(key).now()
    assert client.post("/sign-in/authenticator", data={"code": code}).status_code == 303
    assert world.read(Person, rahima.id).factor_shared
    assert "app for codes" in client.get("/passkeys").text
    mail = mailed(app, world, "authenticator")
    assert mail.text.startswith("For Rahima:\n") and "/passkeys" in mail.text


def test_a_mailbox_of_one_s_own_says_nothing(
    app: Flask, world: World, lantern: Partner, rahima: Person
) -> None:
    agreement = proposed(world, lantern)
    assert sign(proved(app, world)[0], agreement).status_code == 303
    assert not world.all(Signature)[0].shared_mailbox


def test_one_mailbox_does_not_sign_for_both_sides(
    world: World, lantern: Partner, rahima: Person
) -> None:
    agreement = proposed(world, lantern)
    camden = world.partner("Camden", Kind.COUNCIL)
    dan = at(world, world.person("Dan", camden, "signatory"))
    typed = {"name": "Me", "role": "Chair", "read_sha256": agreement.text_sha256}
    world.do((rahima, lantern), signing.sign, agreement, **typed)
    with pytest.raises(Refused, match="Somebody with your mailbox"):
        world.do((dan, camden), signing.sign_last, agreement, **typed)


def test_a_role_with_a_second_factor_needs_a_mailbox_of_one_s_own(
    app: Flask, world: World, rahima: Person, hodan: Person
) -> None:
    """Else a code that came to both would make the factor that stands for one of them."""
    camden = world.partner("Camden", Kind.COUNCIL)
    lead = world.person("Ines", camden, "signatory")
    desk = world.client(lead, camden)
    typed = {"name": "Rahima", "email": OFFICE, "role": "coordinator"}
    refused = desk.post("/people/invite", data={**typed, "shared": "y"})
    assert refused.status_code == 422
    assert "an address that one person reads" in refused.text
    assert desk.post("/people/invite", data=typed).status_code == 303
    waiting = world.all(Seat)[-1]
    with pytest.raises(Refused, match="an address that one person reads"):
        world.do((rahima, camden), seats.accept, waiting)


@pytest.mark.parametrize("role", ["safeguarding-lead", "complaints-lead", "relationship-lead"])
def test_a_role_that_reads_what_others_say_needs_one_too(
    world: World, rahima: Person, hodan: Person, role: str
) -> None:
    """A code that came to all of them would open it to each."""
    camden = world.partner("Camden", Kind.COUNCIL)
    ines = world.person("Ines", camden, "signatory", "coordinator")
    given = {"name": "Rahima Begum", "email": OFFICE}
    with pytest.raises(Refused, match="one person reads"):
        world.do((ines, camden), seats.give_at_partner, camden, role=role, shared=True, **given)
    seat = world.do((ines, camden), seats.give_at_partner, camden, role=role, **given)
    with pytest.raises(Refused, match="one person reads"):
        world.do((rahima, None), seats.accept, seat)


def test_nobody_decides_about_a_mate_s_role(
    world: World, lantern: Partner, rahima: Person, hodan: Person
) -> None:
    (seat,) = [one for one in world.all(Seat) if one.person_id == hodan.id]
    with pytest.raises(Refused, match="This is your own role"):
        world.do((rahima, lantern), seats.end, seat)


def test_a_shared_mailbox_makes_no_first_factor_where_a_role_needs_one(
    app: Flask, world: World, rahima: Person, hodan: Person
) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    rahima = at(world, world.person("Rahima Begum", camden, "coordinator"))
    client = entered(app, world, rahima)
    for page in ("/sign-in/authenticator", "/passkeys/new"):
        refused = client.get(page)
        assert refused.status_code == 409
        assert "Others read your mailbox." in refused.text


def test_only_with_my_passkey(app: Flask, world: World, rahima: Person, hodan: Person) -> None:
    client = entered(app, world, rahima)
    mate = entered(app, world, rahima)  # another, under her name
    assert "Others read your mailbox." in client.get("/passkeys").text
    device = added(client)
    assert mate.post("/passkeys/only", data={"only": "yes"}).location.startswith("/sign-in/second")
    assert mate.get("/passkeys/new").location.startswith("/sign-in/second-factor")
    assert client.post("/passkeys/only", data={"only": "yes"}).location == "/passkeys?done=only"
    assert "only your passkey signs you in" in client.get("/passkeys?done=only").text
    assert mate.get("/home").status_code == 303, "who was in already is out"
    assert mailed(app, world, "passkey-only").text.startswith("For Rahima:\n")
    [event] = [one for one in world.all(Event) if one.verb == "person:passkey-only"]
    assert event.facts == {"only": True}

    mate, _ = proved(app, world)
    assert mate.post(WHO, data={"person": rahima.id}).location == "/sign-in/passkey?only=1"
    assert "your passkey only" in mate.get("/sign-in/passkey?only=1").text
    assert mate.get("/home").status_code == 303
    assert mate.post(WHO, data={"person": hodan.id}).location == "/home"

    own, answer = signed_in(app, device)
    assert answer.location == "/home"
    assert own.get("/sign-in/again").location.startswith("/sign-in/again/passkey")
    assert own.post("/sign-in/again/send").status_code == 409
    assert "Show it in another way" not in own.get("/sign-in/again/passkey").text
    own.post("/passkeys/only")
    assert not world.read(Person, rahima.id).passkey_only
    assert entered(app, world, rahima).get("/home").status_code == 200


def test_the_last_passkey_takes_the_choice_along(
    app: Flask, world: World, rahima: Person, hodan: Person
) -> None:
    client = entered(app, world, rahima)
    added(client)
    client.post("/passkeys/only", data={"only": "yes"})
    client.post(f"/passkeys/{world.all(Passkey)[0].id}/remove")
    assert not world.read(Person, rahima.id).passkey_only


def test_without_a_passkey_there_is_nothing_to_choose(
    world: World, lantern: Partner, rahima: Person
) -> None:
    client = world.client(rahima, lantern)
    assert client.post("/passkeys/only", data={"only": "yes"}).status_code == 409
    assert not world.read(Person, rahima.id).passkey_only


def test_whoever_runs_the_portal_lets_the_code_count_again(
    app: Flask, world: World, rahima: Person, hodan: Person
) -> None:
    client = entered(app, world, rahima)
    added(client)
    client.post("/passkeys/only", data={"only": "yes"})
    env = environment(app.config["PORTAL"].database, PORTAL_ADDRESS="http://127.0.0.1")
    wrong = CliRunner().invoke(main, ["code-again", "Gus", OFFICE], env=env)
    assert "Nobody of that name" in wrong.output, wrong.output
    done = CliRunner().invoke(main, ["code-again", "Rahima", OFFICE], env=env)
    assert done.exit_code == 0, done.output
    assert not world.read(Person, rahima.id).passkey_only


def test_step_up_is_for_whoever_is_signed_in(
    app: Flask, world: World, lantern: Partner, rahima: Person, hodan: Person, gus: Person
) -> None:
    """The code shows that somebody of the mailbox is there; one of another mailbox does not."""
    client = world.client(hodan, lantern)
    client.post("/sign-in/again/send")
    code = digits(mailed(app, world, "code").text)
    assert client.post("/sign-in/again", data={"code": code}).status_code == 303
    client.post("/sign-in/again/send")
    own = digits(mailed(app, world, "code").text)
    with world.database.writing() as session:
        newest = session.scalars(select(Code).order_by(Code.id.desc())).first()
        assert newest is not None
        newest.person_id = gus.id
    assert client.post("/sign-in/again", data={"code": own}).status_code == 422


def test_a_device_can_tell_the_passkeys_of_a_mailbox_apart(
    app: Flask, world: World, rahima: Person, hodan: Person
) -> None:
    options = asked(entered(app, world, hodan), "/passkeys/new")
    assert options["user"]["name"] == f"Hodan Warsame · {OFFICE}"


def test_an_erasure_of_one_says_nothing_of_who_it_was(
    app: Flask, world: World, lantern: Partner, rahima: Person, hodan: Person
) -> None:
    ada = world.person("Ada", None, "administrator")
    assert world.client(hodan, lantern).post("/me/data/take-out", data={"sure": "y"}).status_code
    [claim] = world.all(Claim)
    world.do((ada, None), claims.do, claim)
    mail = mailed(app, world, "erased")
    assert mail.to == OFFICE
    assert mail.text.startswith("One of you asked us")
    assert "Hodan" not in mail.text
    assert proved(app, world)[1].location == "/home", "Rahima is alone there now"
