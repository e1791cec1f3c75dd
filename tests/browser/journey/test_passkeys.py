"""A passkey in a real browser: made, used to sign in, and to show that it is still you."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from portal import create_app
from tests.browser.axe import audit
from tests.browser.conftest import OpenPage
from tests.browser.journey.portal import migrated
from tests.serving import serving
from tests.world import World, environment, settings
from trust import signin
from trust.signin import SignIn

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def world(database: Any) -> Iterator[World]:
    """A group's person, and the portal served at an address with a name."""
    with database.fresh(migrated) as url:
        app = create_app(settings(url, testing=False))
        world = World(app)
        given = environment(url, PORTAL_ADDRESS="http://localhost:{port}")
        with serving(workers=1, **given) as served:
            app.config["SERVED"] = served.url.replace("127.0.0.1", "localhost")
            yield world
            assert "Traceback" not in served.log, served.log
        app.extensions["portal.database"].engine.dispose()


def signed_in(world: World, page: Page) -> str:
    """Rahima signs in, by mail as it were. Returns where the portal is."""
    rahima = world.person("Rahima", world.partner("Lantern"), "signatory")
    with world.database.writing() as session:
        now = datetime.now(UTC)
        _row, token = signin.start(session, rahima, now, device="Tests", shared_phone=False)
    signer: Any = world.app.session_interface
    kept = signer.get_signing_serializer(world.app).dumps({"_user_id": token, "_fresh": True})
    at: str = world.app.config["SERVED"]
    page.context.add_cookies([{"name": "portal", "value": kept, "url": at}])
    return at


def device(page: Page, *, verified: bool = True) -> None:
    """A device of its own for this browser, which has seen its owner's finger."""
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_made_then_used_to_sign_in_and_to_show_that_it_is_you(
    world: World, open_page: OpenPage
) -> None:
    page = open_page("phone")
    at = signed_in(world, page)
    device(page)
    page.goto(f"{at}/passkeys")
    press(page, "Add a passkey")
    assert audit(page) == []
    page.get_by_label("What do you call it?").fill("")
    press(page, "Make the passkey")
    expect(page.get_by_text("Give it a name").first).to_be_visible()
    page.get_by_label("What do you call it?").fill("My phone")
    press(page, "Make the passkey")
    expect(page.get_by_text("Your passkey is kept.")).to_be_visible()
    expect(page.get_by_role("heading", name="My phone")).to_be_visible()
    assert audit(page) == []

    page.goto(f"{at}/sign-out")
    press(page, "Sign out")
    page.goto(f"{at}/people/invite")
    page.get_by_role("link", name="Sign in with a passkey").click()
    press(page, "Go on")
    assert audit(page) == []
    press(page, "Use my passkey")
    expect(page).to_have_url(f"{at}/people/invite")

    with world.database.writing() as session:
        long_ago = datetime.now(UTC) - timedelta(hours=2)
        session.execute(update(SignIn).values(confirmed_at=long_ago))
    page.goto(f"{at}/people/invite")
    expect(page.get_by_role("heading", name="Show that it is you")).to_be_visible()
    page.get_by_role("link", name="Use my passkey instead").click()
    press(page, "Go on")
    press(page, "Use my passkey")
    expect(page).to_have_url(f"{at}/people/invite")


def test_a_device_that_has_not_seen_its_owner_makes_none(world: World, open_page: OpenPage) -> None:
    page = open_page("desktop")
    at = signed_in(world, page)
    device(page, verified=False)
    page.goto(f"{at}/passkeys/new")
    press(page, "Go on")
    page.get_by_label("What do you call it?").fill("My phone")
    press(page, "Make the passkey")
    expect(page.get_by_text("That did not work.")).to_be_visible()
    assert page.url == f"{at}/passkeys/new"


@pytest.mark.parametrize("scripts", ["off", "blocked"])
def test_without_a_script_it_says_what_to_do(
    world: World, open_page: OpenPage, scripts: str
) -> None:
    page = open_page("zoomed", scripts=scripts)
    page.goto(f"{world.app.config['SERVED']}/sign-in/passkey")
    press(page, "Go on")
    expect(page.get_by_text("It needs JavaScript.")).to_be_visible()
    expect(page.get_by_role("button", name="Use my passkey")).to_be_hidden()
    if scripts == "blocked":
        assert audit(page) == []
    page.get_by_role("link", name="Email me a code instead").click()
    expect(page.get_by_label("Your email address")).to_be_visible()
