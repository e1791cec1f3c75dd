"""Before something weighty, whoever is signed in shows once more that it is still them."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pilots.releases import Release
from tests.portal.stage import stage
from tests.portal.test_signin import digits, mail
from tests.world import World
from trust import second_factor
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.signin import SignIn

pytestmark = pytest.mark.usefixtures("noon")
INVITED = {"name": "Hodan", "email": "hodan@example.org", "role": "member"}


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "signatory")


def some_time_ago(world: World, minutes: int) -> None:
    """All who are signed in proved who they are so many minutes ago."""
    then = datetime.now(UTC) - timedelta(minutes=minutes)
    with world.database.writing() as session:
        session.execute(update(SignIn).values(confirmed_at=then))


def invites(client: FlaskClient) -> int:
    return client.post("/people/invite", data=INVITED).status_code


def seats(world: World) -> int:
    return len(world.all(Seat))


def test_nobody_is_asked_again_soon(world: World, rahima: Person, lantern: Partner) -> None:
    client = world.client(rahima, lantern)
    some_time_ago(world, 14)
    assert client.get("/people/invite").status_code == 200
    some_time_ago(world, 59)  # a form may take its time
    assert client.post("/people/invite", data=INVITED).status_code == 303
    assert seats(world) == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_later_a_code_comes_first(
    app: Flask, world: World, rahima: Person, lantern: Partner, method: str
) -> None:
    client = world.client(rahima, lantern)
    some_time_ago(world, 61)
    asked = client.open("/people/invite", method=method, data=INVITED if method == "POST" else None)
    assert asked.location == "/sign-in/again?next=/people/invite"
    assert seats(world) == 1
    page = client.get(asked.location)
    assert "We email a code to" in page.text
    assert "rahima@example.org" in page.text
    sent = client.post("/sign-in/again/send?next=/people/invite")
    assert sent.location == asked.location
    wrong = client.post(sent.location, data={"code": "000000"})
    assert wrong.status_code == 422
    assert "That code is not right" in wrong.text
    right = client.post(sent.location, data={"code": digits(mail(app, world))})
    assert right.location == "/people/invite"
    assert client.post(right.location, data=INVITED).status_code == 303
    assert seats(world) == 2


def test_reading_goes_on_as_before(world: World, rahima: Person, lantern: Partner) -> None:
    client = world.client(rahima, lantern)
    some_time_ago(world, 600)
    for path in ("/home", "/people", f"/partners/{lantern.id}", "/agreements"):
        assert client.get(path).status_code == 200


def test_a_code_for_somebody_else_shows_nothing(
    app: Flask, world: World, rahima: Person, lantern: Partner
) -> None:
    world.person("Hodan", lantern, "member")
    client = world.client(rahima, lantern)
    some_time_ago(world, 61)
    client.post("/sign-in/again/send")
    with client.session_transaction() as kept:
        browser = kept["browser"]
    other = app.test_client()
    other.post("/sign-in", data={"email": "hodan@example.org"})
    code = digits(mail(app, world))
    with other.session_transaction() as kept:
        theirs = kept["browser"]
    assert theirs != browser
    with client.session_transaction() as kept:
        kept["browser"] = theirs
    assert client.post("/sign-in/again", data={"code": code}).status_code == 422
    assert client.get("/people/invite").status_code == 303


def test_an_app_shows_it_where_there_is_one(
    app: Flask, world: World, rahima: Person, lantern: Partner
) -> None:
    secret = second_factor.fresh_secret()
    key = app.config["PORTAL"].key
    world.now = datetime.now(UTC) - timedelta(minutes=5)
    old = pyotp.TOTP(secret).at(world.now)
    given = {"key": key, "secret": secret, "typed": old}
    world.do((rahima, lantern), second_factor.set_authenticator, rahima, **given)
    client = world.client(rahima, lantern)
    some_time_ago(world, 61)
    page = client.get("/sign-in/again")
    assert "The code in your app" in page.text
    code = pyotp.TOTP(secret).at(datetime.now(UTC))
    assert client.post("/sign-in/again?next=/people", data={"code": code}).location == "/people"
    assert client.get("/people/invite").status_code == 200
    some_time_ago(world, 61)
    assert client.post("/sign-in/again", data={"code": code}).status_code == 422  # used


def test_codes_cannot_be_guessed_by_whoever_holds_the_phone(
    app: Flask, world: World, rahima: Person, lantern: Partner
) -> None:
    client = world.client(rahima, lantern)
    some_time_ago(world, 61)
    client.post("/sign-in/again/send")
    for _ in range(40):
        assert client.post("/sign-in/again", data={"code": "000000"}).status_code == 422
    right = digits(mail(app, world))
    assert client.post("/sign-in/again", data={"code": right}).status_code == 429
    assert client.get("/people/invite").status_code == 303


def test_no_mailbox_is_flooded(world: World, rahima: Person, lantern: Partner) -> None:
    client = world.client(rahima, lantern)
    codes = [client.post("/sign-in/again/send").status_code for _ in range(8)]
    assert codes.count(303) == 5
    assert len([one for one in world.all(Parcel) if one.kind == "code"]) == 5


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", ""])
def test_the_way_back_stays_here(
    app: Flask, world: World, rahima: Person, lantern: Partner, there: str
) -> None:
    client = world.client(rahima, lantern)
    client.post("/sign-in/again/send")
    given = {"code": digits(mail(app, world))}
    assert client.post(f"/sign-in/again?next={there}", data=given).location == "/home"


def test_signing_a_case_and_roles_ask_again(world: World) -> None:
    made = stage(world)
    other = world.partner("Wayside", Kind.INFRASTRUCTURE)
    held = world.proposed(other, made.camden, made.lead)
    council = world.client(made.lead, made.camden)
    pilot = made.pilot.id
    ig = world.client(world.person("Amina", made.camden, "ig-lead", at=made.pilot), made.camden)
    some_time_ago(world, 61)
    for client, method, path in (
        (council, "GET", f"/agreements/{held.id}/sign"),
        (council, "POST", f"/agreements/{held.id}/sign"),
        (council, "GET", f"/pilots/{pilot}/roles/give"),
        (council, "POST", f"/pilots/{pilot}/roles/give"),
        (council, "POST", "/roles/1/end"),
        (council, "POST", "/roles/1/renew"),
        (ig, "GET", "/cases/1/case.docx"),
    ):
        asked = client.open(path, method=method)
        assert (asked.location or "").startswith("/sign-in/again"), (path, asked.status)
    with world.database.reading() as session:
        assert session.scalars(select(SignIn)).first() is not None


def test_what_is_taken_away_and_a_signature_under_a_table_ask_again(world: World) -> None:
    made = stage(world, 3)
    for number in range(3):
        made.accepted(number, waiting=40 + number, fixed=30)
    release = world.release(made.pilot, (made.reviewer, made.camden))
    signer = made.somebody("Dora", "decision-owner")
    phone, address = made.phone(0), f"/releases/{release.id}"
    some_time_ago(world, 61)
    for path in ("/partners/take-away", "/uses.csv"):
        assert phone.get(path).location.startswith("/sign-in/again?next="), path
    assert phone.post("/partners/take-away", data={"kind": "csv"}).location
    assert signer.get(address).status_code == 200
    assert signer.post(address).location == f"/sign-in/again?next={address}"
    assert world.read(Release, release.id).state == "prepared"
    some_time_ago(world, 1)
    assert signer.post(address).status_code == 303
    assert world.read(Release, release.id).state == "released"
    assert phone.get("/uses.csv").mimetype == "text/csv"
    assert phone.post("/partners/take-away", data={"kind": "csv"}).status_code == 200
