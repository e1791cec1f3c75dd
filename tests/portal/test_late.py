"""What is sent just after a session ran out, on any page: kept, told, and given back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from portal.worker import duties
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import signin, unsent
from trust.agreements import Agreement
from trust.audit import Event
from trust.signin import SignIn
from trust.unsent import Unsent

BACK = "What you typed before you were signed out is here again. Read it, then send it."


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


def expire(made: Stage) -> None:
    past = datetime.now(UTC) - signin.OWN_DEVICE.idle - timedelta(hours=1)
    with made.world.database.writing() as session:
        for row in session.query(SignIn):
            row.seen_at = past


def sign_in(made: Stage, phone: FlaskClient, email: str, there: str) -> str:
    """Where one lands after typing a code, in the same browser."""
    asked = phone.post(there, data={"email": email})
    with made.world.database.reading() as session:
        code = session.query(signin.Code).order_by(signin.Code.id.desc()).first()
        assert code is not None
        typed = signin.digits(made.world.app.config["PORTAL"].key, code.nonce)
    done = phone.post(asked.location, data={"code": typed})
    assert done.status_code == 303, done.text
    return done.location


def box(page: str, name: str) -> str:
    found = re.search(rf'<textarea[^>]* name="{name}"[^>]*>([^<]*)</textarea>', page)
    assert found
    return found[1]


def test_a_form_of_any_page_comes_back_as_it_was_typed(made: Stage) -> None:
    phone = made.phone()
    there = "/ask"
    assert BACK not in phone.get(there).text
    expire(made)
    before = len(made.world.all(Event))
    council = str(made.camden.id)
    given = {"council": council, "words": "How long do you wait?\nTell us.", "why": ""}
    turned = phone.post(there, data=given)
    assert (turned.status_code, turned.location) == (303, f"/sign-in?next={there}")
    page = phone.get(turned.location).text
    assert "You were signed out, to keep you safe. What you typed is kept." in page
    assert sign_in(made, phone, made.rahima.email, turned.location) == there
    page = phone.get(there).text
    assert BACK in page
    assert box(page, "words") == "How long do you wait?&#10;Tell us."
    assert len(made.world.all(Event)) == before  # nothing is done by itself
    token = re.findall(r'name="token" value="([^"]+)"', page)[-1]
    assert phone.post(there, data={**given, "token": token}).status_code == 303


def test_no_form_is_kept_that_says_where_to_call(made: Stage) -> None:
    phone = made.phone()
    expire(made)
    there = f"/partners/{made.lantern.id}/edit"
    given = {"name": made.lantern.name, "phone": "0906 555 1234"}
    turned = phone.post(there, data=given)
    assert (turned.status_code, turned.location) == (303, f"/sign-in?next={there}")
    assert not made.world.all(Unsent)


def test_long_words_come_back_everywhere_and_nothing_that_was_chosen(made: Stage) -> None:
    """What was ticked or numbered meanwhile stays as it stands."""
    phone = made.phone()
    there = f"/partners/{made.lantern.id}/edit"
    expire(made)
    given = {"name": "Crooks", "phone": "0906 555 1234", "what": "We meet on Mondays."}
    turned = phone.post(there, data={**given, "reached_by": "post", "token": "t" * 22})
    (kept,) = made.world.all(Unsent)
    assert set(kept.fields) <= {"what", "token", "version", "_part"}
    assert sign_in(made, phone, made.rahima.email, turned.location) == there
    page = phone.get(there).text
    assert BACK in page
    assert box(page, "what") == "We meet on Mondays."
    assert "0906 555 1234" not in page and "Crooks" not in page
    assert f'value="{made.lantern.name}"' in page


def test_no_words_come_back_into_what_binds(made: Stage) -> None:
    phone = made.phone()
    expire(made)
    [held] = [one for one in made.world.all(Agreement) if one.giver_id == made.lantern.id]
    for path in ("end", "decline"):
        phone.post(f"/agreements/{held.id}/{path}", data={"reason": "We never met."})
    assert not made.world.all(Unsent)


def test_no_words_come_back_into_where_letters_reach_a_group(made: Stage) -> None:
    """A letter there confirms what a group said: nobody else may have begun to write it down."""
    phone = made.phone()
    there = f"/partners/{made.lantern.id}/reach"
    assert phone.get(there).status_code == 200
    expire(made)
    turned = phone.post(there, data={"post": "1 Crooked Lane", "phone": "01632 960 999"})
    assert (turned.status_code, turned.location) == (303, f"/sign-in?next={there}")
    assert not made.world.all(Unsent)
    assert sign_in(made, phone, made.rahima.email, turned.location) == there
    assert "Crooked" not in phone.get(there).text


def test_no_form_that_gives_a_role_is_kept(made: Stage) -> None:
    """Whoever finds the browser of somebody who was signed out could fill it in."""
    phone = made.phone()
    expire(made)
    turned = phone.post("/people/invite", data={"email": "x@example.org", "role": "signatory"})
    assert (turned.status_code, turned.location) == (303, "/sign-in?next=/people/invite")
    assert not made.world.all(Unsent)


@pytest.mark.parametrize("page", ["http://[", "http://localhost:x/", "\x00"])
def test_an_address_that_is_none_leads_to_the_front_page(made: Stage, page: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    answer = made.world.app.test_client().get("/people", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in?next=/")


def test_a_form_whose_address_does_not_open_comes_back_where_it_stands(made: Stage) -> None:
    """Its page is the one that it was sent from."""
    phone = made.phone()
    expire(made)
    request = made.request.id
    sent_from = {"Referer": f"http://localhost/requests/{request}?from=home"}
    turned = phone.post(f"/requests/{request}/answer", data={"again": "yes"}, headers=sent_from)
    assert turned.location == f"/sign-in?next=/requests/{request}?from%3Dhome"
    for elsewhere in ("https://evil.example/ask", "http://localhost/nowhere", ""):
        turned = phone.post(f"/requests/{request}/answer", headers={"Referer": elsewhere})
        assert turned.location == "/sign-in?next=/"


def test_the_link_of_the_mail_leads_to_what_was_kept(made: Stage) -> None:
    phone = made.phone()
    expire(made)
    phone.post("/ask", data={"words": "How long do you wait?", "token": "t" * 22})
    assert sign_in(made, phone, made.rahima.email, "/sign-in") == "/ask"


def test_another_person_on_the_same_phone_sees_nothing_of_it(made: Stage) -> None:
    phone = made.phone()
    expire(made)
    phone.post("/ask", data={"words": "How long do you wait?"})
    made.world.person("Hodan", made.lantern, "member")
    hodan = made.world.person("Hodan", None)
    with made.world.database.writing() as session:
        unsent.keep(session, hodan.id, "/ask?of=hers", {"words": ["Hers"]}, datetime.now(UTC))
    there = sign_in(made, phone, "hodan@example.org", "/sign-in?next=/ask")
    page = phone.get(there).text
    assert box(page, "words") == ""
    assert BACK not in page


@pytest.mark.parametrize(("email", "status"), [("rahima", 303), ("hodan", 400)])
def test_a_form_open_in_another_window_can_be_sent_after_signing_in_again(
    made: Stage, email: str, status: int
) -> None:
    """By the same person: a form is bound to who opened it."""
    made.world.person("Hodan", made.lantern, "member")
    phone = made.phone()
    app = made.world.app
    app.config["WTF_CSRF_ENABLED"] = True
    page = phone.get("/ask").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    expire(made)
    csrf = {"csrf_token": found[1]}
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in(made, phone, f"{email}@example.org", "/sign-in")
    app.config["WTF_CSRF_ENABLED"] = True
    given = {"council": str(made.camden.id), "words": "How long do you wait?", "lang": "en"}
    assert phone.post("/ask", data={**given, **csrf}).status_code == status


def test_it_is_kept_for_a_day_and_no_longer(made: Stage) -> None:
    phone = made.phone()
    expire(made)
    for n in range(7):
        phone.post(f"/ask?n={n}", data={"words": f"Number {n}"})
    kept = made.world.all(Unsent)
    assert [one.page for one in kept] == [f"/ask?n={n}" for n in range(2, 7)]
    phone.post("/ask?n=6", data={"words": "x" * 200_000})
    kept = made.world.all(Unsent)
    assert len(kept) == 5
    assert len(kept[-1].fields["words"][0]) == 100_000
    with made.world.database.writing() as session:
        for one in session.query(Unsent):
            one.expires_at -= timedelta(days=1)
    assert BACK not in made.phone().get("/ask?n=6").text
    duties(made.world.app)
    assert made.world.all(Unsent) == []


def test_a_session_ended_on_purpose_and_an_empty_form_keep_nothing(made: Stage) -> None:
    phone = made.phone()
    other = made.phone()
    other.post("/where-signed-in")  # everywhere
    turned = phone.post("/ask", data={"words": "How long do you wait?"})
    assert turned.location == "/sign-in?next=/ask"
    assert "You were signed out" not in phone.get(turned.location).text
    assert made.world.all(Unsent) == []
    idle = made.phone()
    expire(made)
    turned = idle.post("/ask", data={"token": "t" * 22, "version": "1", "csrf_token": "x"})
    assert made.world.all(Unsent) == []
    page = idle.get(turned.location).text
    assert "You were signed out, to keep you safe. Sign in to go on where you were." in page
    assert "You were signed out" not in made.world.app.test_client().get("/sign-in").text


def test_whoever_acts_for_two_goes_on_for_the_one_they_were(made: Stage) -> None:
    world = made.world
    ashes = world.partner("Ashes Club")
    world.person("Rahima", ashes, "member")
    phone = made.phone()  # for Lantern, which comes second
    expire(made)
    assert phone.get("/ask").status_code == 303
    sign_in(made, phone, made.rahima.email, "/sign-in?next=/ask")
    assert "Rahima, for Lantern" in phone.get("/ask").text
