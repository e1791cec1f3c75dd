"""Passkeys: made, used, taken away; and everything that must not open a door."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from portal import create_app
from portal.mails import compose
from tests.portal.conftest import empty_portal
from tests.portal.device import PRESENT, Device
from tests.portal.test_proof import some_time_ago
from tests.world import World, settings
from trust import forgetting, second_factor
from trust.audit import Event
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.passkeys import MOST, Challenge, Passkey
from trust.people import Person
from trust.second_factor import Authenticator
from trust.signin import SignIn

pytestmark = pytest.mark.usefixtures("noon")
NEW, IN, PROVE = "/passkeys/new", "/sign-in/passkey", "/sign-in/again/passkey"


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "signatory")


@pytest.fixture
def phone(world: World, rahima: Person, lantern: Partner) -> FlaskClient:
    return world.client(rahima, lantern)


def asked(client: FlaskClient, at: str) -> dict[str, Any]:
    """What a page tells the browser to do, once its challenge was asked for."""
    assert client.post(at).status_code == 303
    found = re.search(r'data-passkey="([^"]+)"', client.get(at).text)
    assert found is not None, "no challenge stands on the page"
    options: dict[str, Any] = json.loads(unescape(found[1]))
    return options


def added(client: FlaskClient, device: Device | None = None, name: str = "My phone") -> Device:
    device = device or Device()
    made = device.make(asked(client, NEW))
    answer = client.post(NEW, data={"name": name, "credential": made})
    assert answer.location == "/passkeys?done=added", answer.text
    return device


def signed_in(app: Flask, device: Device, **changes: Any) -> tuple[FlaskClient, Any]:
    client = app.test_client()
    options = asked(client, IN)
    return client, client.post(IN, data={"credential": device.use(options), **changes})


def test_a_passkey_is_made_and_signs_in(
    app: Flask, world: World, phone: FlaskClient, rahima: Person
) -> None:
    device = added(phone)
    page = phone.get("/passkeys?done=added").text
    assert "My phone" in page and "Not used yet." in page
    client, answer = signed_in(app, device)
    assert answer.location == "/home"
    assert "Hello, Rahima" in client.get("/home").text
    assert "Last used" in client.get("/passkeys").text
    row = world.all(SignIn)[-1]
    assert row.person_id == rahima.id
    assert row.second_factor_at is not None, "a finger or a PIN is the second factor"
    [event] = [one for one in world.all(Event) if one.verb == "person:add-passkey"]
    assert event.facts == {"passkey": world.all(Passkey)[0].id}


def test_what_the_device_is_told(phone: FlaskClient, rahima: Person, app: Flask) -> None:
    options = asked(phone, NEW)
    assert options["rp"] == {"id": "localhost", "name": "Test portal"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert str(rahima.id) not in options["user"]["id"]
    device = added(phone)
    names = [one["id"] for one in asked(phone, NEW)["excludeCredentials"]]
    assert json.loads(device.use({"challenge": "x"}))["id"] in names
    told = asked(app.test_client(), IN)
    assert told["rpId"] == "localhost"
    assert told["userVerification"] == "required"
    assert not told.get("allowCredentials"), "nobody learns who has a passkey here"


def test_the_owner_is_told_by_mail(
    app: Flask, world: World, phone: FlaskClient, rahima: Person
) -> None:
    added(phone)
    [parcel] = [one for one in world.all(Parcel) if one.kind == "passkey"]
    assert parcel.to_person_id == rahima.id
    with world.database.reading() as session, app.test_request_context():
        mail = compose(session, app.config["PORTAL"], parcel, datetime.now(UTC))
    assert mail is not None
    assert "http://localhost/passkeys" in mail.text
    assert "passkey" not in mail.subject.lower()


def test_a_shared_phone_is_one_with_a_passkey_too(
    app: Flask, world: World, phone: FlaskClient
) -> None:
    device = added(phone)
    assert signed_in(app, device, shared="y")[1].status_code == 303
    assert world.all(SignIn)[-1].shared_phone


Twist = Callable[[Device], None]


def elsewhere(device: Device) -> None:
    device.origin = "http://evil.example"


def other_host(device: Device) -> None:
    device.host = "evil.example"


def nobody_shown(device: Device) -> None:
    device.flags = PRESENT


def other_key(device: Device) -> None:
    device.key = Device().key


def other_owner(device: Device) -> None:
    device.handle = Device().make({"user": {"id": "AAAA"}, "challenge": "x"})[:4]


def copied(device: Device) -> None:
    device.count = 0


def unknown(device: Device) -> None:
    device.id = Device().id


@pytest.mark.parametrize(
    "twist", [elsewhere, other_host, nobody_shown, other_key, other_owner, copied, unknown]
)
def test_what_does_not_sign_in(app: Flask, world: World, phone: FlaskClient, twist: Twist) -> None:
    device = added(phone)
    assert signed_in(app, device)[1].status_code == 303
    before = len(world.all(SignIn))
    twist(device)
    client, answer = signed_in(app, device)
    assert answer.status_code == 422
    assert "That passkey did not work here." in answer.text
    assert len(world.all(SignIn)) == before
    assert client.get("/home").status_code == 303


@pytest.mark.parametrize("twist", [elsewhere, other_host, nobody_shown])
def test_what_is_not_kept(world: World, phone: FlaskClient, twist: Twist) -> None:
    device = Device()
    twist(device)
    made = device.make(asked(phone, NEW))
    answer = phone.post(NEW, data={"name": "Mine", "credential": made})
    assert answer.status_code == 422
    assert world.all(Passkey) == []


def test_a_challenge_counts_once_and_for_its_own_browser(
    app: Flask, world: World, phone: FlaskClient
) -> None:
    device = added(phone)
    client = app.test_client()
    said = device.use(asked(client, IN))
    other = app.test_client()
    asked(other, IN)
    wrong = other.post(IN, data={"credential": said})
    assert wrong.status_code == 422, "another challenge was asked of this browser"
    assert client.post(IN, data={"credential": said}).status_code == 303
    copy = app.test_client()
    with copy.session_transaction() as same, client.session_transaction() as held:
        assert "passkey" not in held
        same["passkey"] = "guessed"
    assert copy.post(IN, data={"credential": said}).status_code == 422


def test_a_challenge_that_was_answered_cannot_be_answered_again(
    app: Flask, world: World, phone: FlaskClient
) -> None:
    device = added(phone)
    client, copy = app.test_client(), app.test_client()
    options = asked(client, IN)
    with client.session_transaction() as held, copy.session_transaction() as same:
        same["passkey"] = held["passkey"]
    said = device.use(options)
    assert client.post(IN, data={"credential": said}).status_code == 303
    assert copy.post(IN, data={"credential": said}).status_code == 422
    again = device.use(options)  # with a newer count
    assert copy.post(IN, data={"credential": again}).status_code == 422


def test_a_wrong_answer_uses_the_challenge_up(app: Flask, phone: FlaskClient) -> None:
    device = added(phone)
    client = app.test_client()
    options = asked(client, IN)
    assert client.post(IN, data={"credential": "{}"}).status_code == 422
    assert client.post(IN, data={"credential": device.use(options)}).status_code == 422


def test_a_challenge_lasts_five_minutes(app: Flask, world: World, phone: FlaskClient) -> None:
    device = added(phone)
    client = app.test_client()
    options = asked(client, IN)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5, seconds=1)):
        assert client.post(IN, data={"credential": device.use(options)}).status_code == 422
    with world.database.writing() as session:
        forgetting.sweep(session, datetime.now(UTC) + timedelta(days=2))
    assert world.all(Challenge) == []


@pytest.mark.parametrize(
    "said",
    [
        *("{}", "[]", "x", "null", '{"id": 7}', '{"id": "é", "response": {}}', "[" * 5000),
        *('{"id":"AA"}', '{"id":"AA","rawId":"AA","response":{"attestationObject":"9999"}}'),
    ],
)
def test_whatever_is_sent_is_an_answer_and_no_error(
    app: Flask, world: World, phone: FlaskClient, said: str
) -> None:
    added(phone)
    client = app.test_client()
    for one, at in ((client, IN), (phone, NEW), (phone, PROVE)):
        asked(one, at)
        assert one.post(at, data={"credential": said, "name": "x"}).status_code == 422, at
    assert len(world.all(Passkey)) == 1


def test_an_answer_for_one_purpose_is_none_for_another(
    app: Flask, world: World, phone: FlaskClient
) -> None:
    device = added(phone)
    said = device.use(asked(phone, PROVE))
    stranger = app.test_client()
    with phone.session_transaction() as held, stranger.session_transaction() as same:
        same["passkey"] = held["passkey"]
    assert stranger.post(IN, data={"credential": said}).status_code == 422


# Showing again that it is you, and as a second factor


def test_it_proves_that_it_is_still_you(world: World, phone: FlaskClient) -> None:
    device = added(phone)
    some_time_ago(world, 61)
    first = phone.get("/people/invite")
    assert first.location == "/sign-in/again?next=/people/invite"
    page = phone.get(first.location).text
    assert "Use my passkey instead" in page
    at = f"{PROVE}?next=/people/invite"
    options = asked(phone, at)
    assert [one["id"] for one in options["allowCredentials"]] == [
        json.loads(device.use(options))["id"]
    ]
    answer = phone.post(at, data={"credential": device.use(options)})
    assert answer.location == "/people/invite"
    assert phone.get("/people/invite").status_code == 200


def test_somebody_elses_passkey_proves_nothing(
    world: World, phone: FlaskClient, lantern: Partner
) -> None:
    added(phone)
    hodan = world.client(world.person("Hodan", lantern, "signatory"), lantern)
    theirs = added(hodan)
    some_time_ago(world, 61)
    said = theirs.use(asked(phone, PROVE))
    assert phone.post(PROVE, data={"credential": said}).status_code == 422
    assert phone.get("/people/invite").status_code == 303


def test_there_is_nothing_to_prove_by_without_one(phone: FlaskClient) -> None:
    assert phone.get(PROVE).status_code == 404
    assert phone.post(PROVE).status_code == 404


def test_tries_are_counted_for_the_person(world: World, phone: FlaskClient) -> None:
    device = added(phone)
    for _ in range(40):
        assert phone.post(PROVE, data={"credential": "{}"}).status_code == 422
    some_time_ago(world, 61)
    answer = phone.post(PROVE, data={"credential": device.use(asked(phone, PROVE))})
    assert answer.status_code == 429
    assert "Too many tries for today. Call us" in answer.text
    assert phone.get("/people/invite").status_code == 303


@pytest.fixture
def coordinator(world: World) -> tuple[Person, Partner]:
    camden = world.partner("Camden", Kind.COUNCIL)
    return world.person("Ines", camden, "coordinator"), camden


def without_factor(world: World, client: FlaskClient) -> FlaskClient:
    """As somebody is who signed in by mail."""
    with world.database.writing() as session:
        session.execute(update(SignIn).values(second_factor_at=None))
    return client


def test_it_is_the_second_factor_of_those_who_need_one(
    app: Flask, world: World, coordinator: tuple[Person, Partner]
) -> None:
    desk = without_factor(world, world.client(*coordinator))
    assert desk.get("/pilots/new").location == "/sign-in/second-factor?next=/pilots/new"
    assert "Add a passkey instead" in desk.get("/sign-in/authenticator").text
    device = added(desk)
    assert desk.get("/pilots/new").status_code == 200
    without_factor(world, desk)
    asked_first = desk.get("/sign-in/second-factor?next=/pilots/new")
    assert asked_first.location == f"{PROVE}?next=/pilots/new"
    said = device.use(asked(desk, asked_first.location))
    assert desk.post(asked_first.location, data={"credential": said}).location == "/pilots/new"
    assert desk.get("/pilots/new").status_code == 200


def test_a_mailbox_alone_makes_no_second_factor_beside_another(
    app: Flask, world: World, coordinator: tuple[Person, Partner]
) -> None:
    desk = world.client(*coordinator)
    added(desk)
    without_factor(world, desk)
    first = f"/sign-in/second-factor?next={NEW}"
    assert desk.get(NEW).location == first
    assert desk.post(NEW).location == first
    [held] = world.all(Passkey)
    gone = desk.post(f"/passkeys/{held.id}/remove")
    assert gone.location == "/sign-in/second-factor?next=/passkeys"
    assert desk.get("/sign-in/authenticator").location.startswith("/sign-in/second-factor")
    assert len(world.all(Passkey)) == 1 and world.all(Authenticator) == []


def test_nor_beside_an_app(
    app: Flask, world: World, rahima: Person, phone: FlaskClient, lantern: Partner
) -> None:
    secret = second_factor.fresh_secret()
    typed = pyotp.TOTP(secret).at(world.now)
    given = {"key": app.config["PORTAL"].key, "secret": secret, "typed": typed}
    world.do((rahima, lantern), second_factor.set_authenticator, rahima, **given)
    without_factor(world, phone)
    assert phone.get(NEW).location == f"/sign-in/second-factor?next={NEW}"


# One's own list


def test_one_is_removed_and_opens_nothing_any_more(
    app: Flask, world: World, phone: FlaskClient, lantern: Partner
) -> None:
    device = added(phone)
    [held] = world.all(Passkey)
    other = world.client(world.person("Hodan", lantern, "signatory"), lantern)
    assert other.post(f"/passkeys/{held.id}/remove").status_code == 404
    some_time_ago(world, 61)
    first = phone.post(f"/passkeys/{held.id}/remove")
    assert first.location.startswith("/sign-in/again")
    some_time_ago(world, 1)
    gone = phone.post(f"/passkeys/{held.id}/remove")
    assert gone.location == "/passkeys?done=removed"
    assert "You have none yet." in phone.get("/passkeys").text
    assert signed_in(app, device)[1].status_code == 422
    assert phone.get("/home").status_code == 200


def test_adding_asks_first_who_it_is(world: World, phone: FlaskClient) -> None:
    some_time_ago(world, 61)
    assert phone.get(NEW).location == f"/sign-in/again?next={NEW}"
    assert phone.post(NEW).location == f"/sign-in/again?next={NEW}"


def test_a_name_and_not_too_many(world: World, phone: FlaskClient) -> None:
    made = Device().make(asked(phone, NEW))
    nameless = phone.post(NEW, data={"name": " ", "credential": made})
    assert nameless.status_code == 422
    assert "Give it a name" in nameless.text
    for number in range(MOST):
        added(phone, name=f"Phone {number}")
    made = Device().make(asked(phone, NEW))
    answer = phone.post(NEW, data={"name": "One more", "credential": made})
    assert "You have ten passkeys." in answer.text
    assert len(world.all(Passkey)) == MOST


def test_one_device_is_kept_once(world: World, phone: FlaskClient, lantern: Partner) -> None:
    device = added(phone)
    hodan = world.client(world.person("Hodan", lantern, "signatory"), lantern)
    made = device.make(asked(hodan, NEW))
    answer = hodan.post(NEW, data={"name": "Mine", "credential": made})
    assert answer.status_code in (409, 422)
    assert len(world.all(Passkey)) == 1


def test_without_a_script_the_page_says_what_to_do(app: Flask, phone: FlaskClient) -> None:
    added(phone)
    client = app.test_client()
    asked(client, IN)
    page = client.get(IN).text
    assert re.search(r"<form[^>]*data-passkey[^>]* hidden", page)
    assert "It needs JavaScript." in page
    assert "Email me a code instead" in page
    assert 'href="/sign-in/passkey"' in app.test_client().get("/sign-in").text


def test_a_number_for_an_address_has_no_passkeys(database: Any) -> None:
    with database.fresh(empty_portal) as url:
        made = create_app(settings(url, address="http://127.0.0.1"))
        made.config["WTF_CSRF_ENABLED"] = False
        client = made.test_client()
        assert "Passkeys do not work at this address." in client.get(IN).text
        assert client.post(IN).status_code == 409
        made.extensions["portal.database"].engine.dispose()
