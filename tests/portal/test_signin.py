"""Signing in: a code or a link, once, in the browser that asked, and never a word about who is
known here."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pyotp
import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.cli import main
from portal.limits import TYPED_A_DAY
from portal.mails import compose
from portal.network import line_of, street_of
from tests.world import World, environment
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person
from trust.second_factor import Authenticator
from trust.signin import Code, SignIn
from trust.throttle import Throttle

pytestmark = pytest.mark.usefixtures("noon")
START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def rahima(world: World) -> Person:
    return world.person("Rahima", world.partner("Lantern"), "member")


def mail(app: Flask, world: World) -> str:
    """The text of the newest mail."""
    with (
        world.database.reading() as session,
        app.test_request_context(base_url="http://localhost"),
    ):
        parcel = session.scalars(select(Parcel).order_by(Parcel.id.desc())).first()
        assert parcel is not None
        made = compose(session, app.config["PORTAL"], parcel, datetime.now(UTC))
        return made.text if made else ""


def digits(text: str) -> str:
    found = re.search(r"^(\d{6})$", text, re.MULTILINE)
    assert found
    return found[1]


def link(text: str) -> str:
    found = re.search(r"http://localhost(/sign-in/link/\S+)", text)
    assert found
    return found[1]


def ask(client: FlaskClient, email: str = "rahima@example.org") -> Any:
    return client.post("/sign-in", data={"email": email})


def test_a_typed_code_signs_in_and_works_once(app: Flask, world: World, rahima: Person) -> None:
    client = app.test_client()
    assert ask(client).location.startswith("/sign-in/code")
    code = digits(mail(app, world))
    done = client.post("/sign-in/code", data={"code": f" {code[:3]} {code[3:]} "})
    assert (done.status_code, done.location) == (303, "/home")
    assert "Hello, Rahima" in client.get("/home").text
    with client.session_transaction() as cookie:
        assert "browser" not in cookie


def test_a_code_does_not_work_a_second_time_even_where_it_was_asked_for(
    app: Flask, world: World, rahima: Person
) -> None:
    client, copy = app.test_client(), app.test_client()
    ask(client)
    with client.session_transaction() as held, copy.session_transaction() as same:
        same["browser"] = held["browser"]
    code = digits(mail(app, world))
    assert client.post("/sign-in/code", data={"code": code}).status_code == 303
    assert copy.post("/sign-in/code", data={"code": code}).status_code == 422
    assert len(world.all(SignIn)) == 1


def test_the_same_answer_for_an_unknown_address(app: Flask, world: World, rahima: Person) -> None:
    known, unknown = app.test_client(), app.test_client()
    answers = [ask(known), ask(unknown, "nobody@example.org")]
    assert {one.status_code for one in answers} == {303}
    assert {one.location for one in answers} == {answers[0].location}
    pages = [
        known.get("/sign-in/code").text.replace("rahima@example.org", "X"),
        unknown.get("/sign-in/code").text.replace("nobody@example.org", "X"),
    ]
    strip = re.compile(r'(value|content)="[^"]{20,}"')
    assert strip.sub("", pages[0]) == strip.sub("", pages[1])
    assert len(world.all(Code)) == 2
    assert len(world.all(Parcel)) == 1


def test_a_code_of_another_browser_does_not_work(app: Flask, world: World, rahima: Person) -> None:
    asked, other = app.test_client(), app.test_client()
    ask(asked)
    code = digits(mail(app, world))
    ask(other, "nobody@example.org")
    refused = other.post("/sign-in/code", data={"code": code})
    assert refused.status_code == 422
    assert "That code is not right" in refused.text
    assert world.all(SignIn) == []


def test_five_wrong_tries_use_a_code_up(app: Flask, world: World, rahima: Person) -> None:
    client = app.test_client()
    ask(client)
    code = digits(mail(app, world))
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert client.post("/sign-in/code", data={"code": wrong}).status_code == 422
    assert client.post("/sign-in/code", data={"code": code}).status_code == 422
    assert world.all(SignIn) == []


def test_a_code_lasts_ten_minutes(app: Flask, world: World, rahima: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        world.now = START
        client = app.test_client()
        with world.database.writing() as session:
            session.info["verb"] = "tests"
        ask(client)
        code = digits(mail(app, world))
        clock.shift(timedelta(minutes=10))
        assert client.post("/sign-in/code", data={"code": code}).status_code == 422


def test_opening_the_link_does_not_use_it_up(app: Flask, world: World, rahima: Person) -> None:
    """Mail scanners open links, and some run scripts."""
    client = app.test_client()
    ask(client)
    address = link(mail(app, world))
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert app.test_client().get(address).status_code == 200
    assert world.all(SignIn) == []
    assert client.post(address).status_code == 303
    assert len(world.all(SignIn)) == 1
    client.post("/sign-out")
    assert client.post(address).status_code == 422


def test_the_link_works_only_where_it_was_asked_for(
    app: Flask, world: World, rahima: Person
) -> None:
    asked = app.test_client()
    ask(asked)
    assert app.test_client().post(link(mail(app, world))).status_code == 422
    assert world.all(SignIn) == []


def test_asking_too_often_is_stopped_per_account(app: Flask, rahima: Person) -> None:
    answers = [ask(app.test_client()).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]


def test_asking_too_often_is_stopped_per_address_of_the_network(app: Flask) -> None:
    answers = [ask(app.test_client(), f"n{n}@example.org").status_code for n in range(31)]
    assert answers[:30] == [303] * 30
    assert answers[30] == 429


def test_the_way_back_is_never_somewhere_else(app: Flask, world: World, rahima: Person) -> None:
    for there in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"):
        client = app.test_client()
        client.post("/sign-in", query_string={"next": there}, data={"email": "rahima@example.org"})
        code = digits(mail(app, world))
        done = client.post("/sign-in/code", query_string={"next": there}, data={"code": code})
        assert done.location == "/home"
        client.post("/sign-out")
        with world.database.writing() as session:
            for row in session.scalars(select(Code)):
                session.delete(row)


def test_a_session_can_be_ended_from_elsewhere(world: World, rahima: Person) -> None:
    here, there = world.client(rahima), world.client(rahima)
    assert there.get("/home").status_code == 200
    other = max(row.id for row in world.all(SignIn))
    assert here.post("/where-signed-in", data={"session": str(other)}).status_code == 303
    assert there.get("/home").location.startswith("/sign-in")
    assert here.get("/home").status_code == 200
    assert here.post("/where-signed-in").status_code == 303
    assert here.get("/home").location.startswith("/sign-in")


def test_nobody_ends_the_session_of_somebody_else(world: World, rahima: Person) -> None:
    other = world.client(world.person("Hodan", world.partner("Lantern"), "member"))
    mine = world.client(rahima)
    theirs = world.all(SignIn)[0].id
    mine.post("/where-signed-in", data={"session": str(theirs)})
    assert other.get("/home").status_code == 200


@pytest.mark.parametrize(("shared", "minutes", "still"), [("", 30, True), ("y", 30, False)])
def test_a_shared_phone_is_signed_out_soon(
    app: Flask, world: World, rahima: Person, shared: str, minutes: int, still: bool
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        client = app.test_client()
        ask(client)
        code = digits(mail(app, world))
        client.post("/sign-in/code", data={"code": code, **({"shared": shared} if shared else {})})
        clock.shift(timedelta(minutes=minutes))
        assert (client.get("/home").status_code == 200) is still


def test_a_role_with_a_second_factor_waits_for_it(app: Flask, world: World) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    ada = world.person("Ada", None, "administrator")
    client = world.client(ada)
    with world.database.writing() as session:
        row = session.scalars(select(SignIn)).one()
        row.second_factor_at = None
    assert isinstance(camden, Partner)
    turned = client.get("/installation")
    assert turned.location == "/sign-in/second-factor?next=/installation"
    assert client.get(turned.location).location.startswith("/sign-in/authenticator")
    page = client.get("/sign-in/authenticator")
    with client.session_transaction() as cookie:
        secret = cookie["authenticator"]
    assert secret[:4] in page.text
    assert client.post("/sign-in/authenticator", data={"code": "000000"}).status_code == 422
    now = pyotp.TOTP(secret).now()
    done = client.post("/sign-in/authenticator?next=/installation", data={"code": now})
    assert done.location == "/installation"
    held = world.all(Authenticator)[0]
    assert secret not in held.locked
    # The same code does not work a second time, in another browser.
    other = world.client(ada)
    with world.database.writing() as session:
        for one in session.scalars(select(SignIn)):
            one.second_factor_at = None
    assert other.post("/sign-in/second-factor", data={"code": now}).status_code == 422


def test_who_lost_the_app_sets_up_a_new_one(app: Flask, world: World) -> None:
    """Once whoever runs the portal knows that it is they, and took the old one off."""
    ada = world.person("Ada", None, "administrator")
    client = world.client(ada)
    client.get("/sign-in/authenticator")
    with client.session_transaction() as cookie:
        secret = cookie["authenticator"]
    client.post("/sign-in/authenticator", data={"code": pyotp.TOTP(secret).now()})
    assert len(world.all(Authenticator)) == 1
    env = environment(app.config["PORTAL"].database, PORTAL_ADDRESS="http://127.0.0.1")
    wrong = CliRunner().invoke(main, ["app-again", "Gus", ada.email], env=env)
    assert "Nobody of that name" in wrong.output
    assert len(world.all(Authenticator)) == 1
    done = CliRunner().invoke(main, ["app-again", "Ada", ada.email], env=env)
    assert done.exit_code == 0, done.output
    assert world.all(Authenticator) == []
    assert [one.to_person_id for one in world.all(Parcel) if one.kind == "passkey-only"] == [ada.id]
    again = CliRunner().invoke(main, ["app-again", "Ada", ada.email], env=env)
    assert "They have no authenticator app." in again.output
    assert again.exit_code == 1
    with world.database.writing() as session:
        session.scalars(select(SignIn)).one().second_factor_at = None
    turned = client.get("/installation")
    assert client.get(turned.location).location.startswith("/sign-in/authenticator")


def test_sign_out_needs_no_session(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/sign-out").status_code == 200
    assert client.post("/sign-out").status_code == 303


def test_nobody_locks_another_out_by_asking(app: Flask, world: World, rahima: Person) -> None:
    """Five codes for one account from one place; its owner, elsewhere, still gets one."""
    pest, owner = app.test_client(), app.test_client()
    here = {"REMOTE_ADDR": "192.0.2.1"}
    asked = [
        pest.post("/sign-in", data={"email": rahima.email}, environ_overrides=here)
        for _ in range(6)
    ]
    assert [one.status_code for one in asked] == [303] * 5 + [429]
    there = {"REMOTE_ADDR": "192.0.2.2"}
    again = owner.post("/sign-in", data={"email": rahima.email}, environ_overrides=there)
    assert again.status_code == 303
    assert len(world.all(Parcel)) == 6


def test_no_mailbox_is_flooded_from_everywhere(app: Flask, world: World, rahima: Person) -> None:
    for number in range(25):
        place = {"REMOTE_ADDR": f"192.0.2.{number}"}
        app.test_client().post("/sign-in", data={"email": rahima.email}, environ_overrides=place)
    assert len(world.all(Parcel)) == 20


def test_a_known_browser_asks_on_where_strangers_used_up_the_rest(
    app: Flask, world: World, rahima: Person
) -> None:
    own = app.test_client()
    ask(own)
    assert own.post("/sign-in/code", data={"code": digits(mail(app, world))}).status_code == 303
    assert own.post("/sign-out").status_code == 303
    for number in range(25):
        place = {"REMOTE_ADDR": f"192.0.2.{number}"}
        app.test_client().post("/sign-in", data={"email": rahima.email}, environ_overrides=place)
    here = {"REMOTE_ADDR": "198.51.100.1"}
    data = {"email": rahima.email}
    stranger = app.test_client().post("/sign-in", data=data, environ_overrides=here)
    assert stranger.status_code == 429
    asked = [own.post("/sign-in", data=data, environ_overrides=here) for _ in range(6)]
    assert [one.status_code for one in asked] == [303] * 5 + [429]
    with own.session_transaction() as kept:
        assert rahima.email not in str(kept["known"])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
    ],
)
def test_a_line_has_many_addresses(one: str, other: str, same: bool) -> None:
    assert (line_of(one) == line_of(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1", True),
        ("2001:db8:1:2::1", "2001:db8:2:2::1", False),
        ("192.0.2.1", "::ffff:192.0.2.2", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("unix", "unix", True),
    ],
)
def test_lines_beside_one_another(one: str, other: str, same: bool) -> None:
    assert (street_of(one) == street_of(other)) is same


def test_one_tunnel_does_not_keep_everybody_out(app: Flask, world: World, rahima: Person) -> None:
    """Whoever has 65,536 lines of their own uses up what is for them and nearby, not all."""
    codes = [
        app.test_client()
        .post("/sign-in", data={"email": "x"}, environ_overrides={"REMOTE_ADDR": line})
        .status_code
        for line in (f"2001:db8:1:{number:x}::1" for number in range(10) for _ in range(30))
    ]
    assert codes.count(429) == 300 - 4 * 30
    assert {row.count for row in world.all(Throttle) if row.who == "everywhere"} == {120}


def test_who_signed_in_here_is_not_kept_out_by_strangers(
    app: Flask, world: World, rahima: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = app.test_client()
    ask(own)
    assert own.post("/sign-in/code", data={"code": digits(mail(app, world))}).status_code == 303
    assert own.post("/sign-out").status_code == 303
    view: Any = app.view_functions["signin.ask"]
    (limit,) = view.access.limits
    monkeypatch.setattr(view, "access", replace(view.access, limits=(replace(limit, overall=1),)))
    assert ask(app.test_client()).status_code == 429
    assert ask(own).status_code == 303


def test_codes_cannot_be_guessed_all_day(app: Flask, world: World, rahima: Person) -> None:
    """A new code can be asked for again and again, and five guessed at each time. The link in the
    email still works; and so does the code, where its owner signed in before."""
    own = app.test_client()
    ask(own)
    assert own.post("/sign-in/code", data={"code": digits(mail(app, world))}).status_code == 303
    assert own.post("/sign-out").status_code == 303
    guesser = app.test_client()
    ask(guesser)
    with world.database.writing() as session:
        session.execute(
            update(Throttle).where(Throttle.what == "typed").values(count=TYPED_A_DAY - 1)
        )
    said = [guesser.post("/sign-in/code", data={"code": "000000"}).text for _ in range(2)]
    assert "Many codes were typed for this address today." not in said[0]
    assert "Many codes were typed for this address today." in said[1]
    right = digits(mail(app, world))
    assert guesser.post("/sign-in/code", data={"code": right}).status_code == 422
    assert guesser.post(link(mail(app, world))).status_code == 303
    ask(own)
    assert own.post("/sign-in/code", data={"code": digits(mail(app, world))}).status_code == 303


def test_who_never_signed_in_sends_little(app: Flask, world: World, rahima: Person) -> None:
    long = {"email": rahima.email, "more": "x" * 70_000}
    assert app.test_client().post("/sign-in", data=long).status_code == 413
    member = world.client(rahima)
    assert member.post("/me/phone", data=long).status_code != 413


def test_everybody_together_is_limited_too(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    view: Any = app.view_functions["signin.ask"]
    (limit,) = view.access.limits
    monkeypatch.setattr(view, "access", replace(view.access, limits=(replace(limit, overall=3),)))
    codes = []
    for number in range(5):
        place = {"REMOTE_ADDR": f"192.0.2.{number}"}
        given = {"email": f"x{number}@example.org"}
        codes.append(
            app.test_client().post("/sign-in", data=given, environ_overrides=place).status_code
        )
    assert codes == [303, 303, 303, 429, 429]


def test_the_second_factor_cannot_be_guessed(app: Flask, world: World) -> None:
    """Ten tries in fifteen minutes for one account, from wherever they come."""
    ada = world.person("Ada", None, "administrator")
    client = world.client(ada)
    with world.database.writing() as session:
        session.scalars(select(SignIn)).one().second_factor_at = None
    client.get("/sign-in/authenticator")
    with client.session_transaction() as cookie:
        secret = cookie["authenticator"]
    client.post("/sign-in/authenticator", data={"code": pyotp.TOTP(secret).now()})
    with world.database.writing() as session:
        session.scalars(select(SignIn)).one().second_factor_at = None
    codes = []
    for number in range(11):
        place = {"REMOTE_ADDR": f"192.0.2.{number}"}
        wrong = {"code": "000000"}
        answer = client.post("/sign-in/second-factor", data=wrong, environ_overrides=place)
        codes.append(answer.status_code)
    assert codes == [422] * 10 + [429]
    right = client.post("/sign-in/second-factor", data={"code": pyotp.TOTP(secret).now()})
    assert right.status_code == 429


def test_a_link_of_other_letters_is_a_wrong_link(app: Flask, world: World, rahima: Person) -> None:
    client = app.test_client()
    ask(client)
    assert client.post("/sign-in/link/é").status_code == 422


def test_a_file_where_words_are_asked_for_is_nothing(app: Flask, world: World) -> None:
    client = app.test_client()
    for name in ("email", "token", "version"):
        given = {"email": "x@example.org", name: (BytesIO(b"x"), "x.txt")}
        sent = client.post("/sign-in", data=given, content_type="multipart/form-data")
        assert sent.status_code == (422 if name == "email" else 303)
    assert client.post("/sign-in", json={"email": 7}).status_code == 422


def test_a_shared_phone_is_told_before_the_session_ends(
    app: Flask, world: World, rahima: Person
) -> None:
    def signed_in(**given: str) -> FlaskClient:
        client = app.test_client()
        ask(client)
        client.post("/sign-in/code", data={"code": digits(mail(app, world)), **given})
        return client

    shared = signed_in(shared="y")
    seconds = re.search(r'data-seconds="(\d+)"', shared.get("/home").text)
    assert seconds is not None
    assert 17 * 60 < int(seconds[1]) <= 18 * 60  # of the 20 minutes, never more than is left
    assert "/stay-signed-in" in shared.get("/home").text
    assert shared.get("/stay-signed-in").status_code == 204
    assert "data-seconds" not in signed_in().get("/home").text


def test_htmx_is_sent_to_sign_in_and_back_to_its_page(app: Flask) -> None:
    """Else the sign-in page would stand in a part of the page that is open."""
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": "http://localhost/partners?words=a",
        "HX-Target": "found",
    }
    answer = app.test_client().get("/partners?words=ab", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/partners?words%3Da"
    headers["HX-Current-URL"] = "https://evil.example//evil.example/x"
    answer = app.test_client().get("/partners", headers=headers)
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/"
