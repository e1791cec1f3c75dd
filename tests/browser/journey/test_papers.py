"""A pile of papers, typed in by somebody who never leaves the keyboard."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal import create_app
from tests.browser.axe import audit
from tests.browser.conftest import OpenPage
from tests.browser.journey.hands import Keyboard
from tests.browser.journey.portal import migrated
from tests.portal.stage import Stage, stage
from tests.serving import serving
from tests.world import World, environment, settings
from trust import signin
from trust.partners import Kind

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def made(database: Any, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A request that was put to as many groups as there are papers."""
    papers = 20 if request.config.getoption("--thorough") else 3
    with database.fresh(migrated) as url:
        app = create_app(settings(url, testing=False))
        world = World(app)
        held = stage(world, papers)
        with serving(workers=1, **environment(url)) as served:
            app.config["SERVED"] = served.url
            yield held
            assert "Traceback" not in served.log, served.log
        app.extensions["portal.database"].engine.dispose()


def sheila(made: Stage, page: Page) -> Keyboard:
    """A connector, signed in."""
    world = made.world
    wayside = world.partner("Wayside VCS Link", Kind.INFRASTRUCTURE)
    person = world.person("Sheila", wayside, "connector", at=made.pilot)
    with world.database.writing() as session:
        now = datetime.now(UTC)
        _row, token = signin.start(session, person, now, device="Tests", shared_phone=False)
    signer: Any = world.app.session_interface
    kept = signer.get_signing_serializer(world.app).dumps({"_user_id": token, "_fresh": True})
    at: str = world.app.config["SERVED"]
    page.context.add_cookies([{"name": "portal", "value": kept, "url": at}])
    return Keyboard(page, at)


def test_a_pile_without_leaving_the_keyboard(made: Stage, open_page: OpenPage) -> None:
    page = open_page("desktop")
    hands = sheila(made, page)
    hands.go("/contributions")
    hands.press("Type in what stands on paper")
    hands.fill("Code", made.request.code.lower())
    page.keyboard.press("Enter")
    hands.sees("The next paper", "Nothing is written down yet")
    for number, (group, _person) in enumerate(made.groups, 1):
        expect(page.locator("#giver")).to_be_focused()
        page.keyboard.type(group.name[:8])
        hands.press("Continue")
        expect(page.locator("#q1")).to_be_focused()
        hands.choose("Gospel Oak")
        hands.fill("Waiting, Families", str(number))
        hands.fill("Fixed, Families", "1")
        hands.fill("What happened, in their words?", f"Paper {number}.")
        hands.choose("Yes")
        hands.press("Save, and go on")
        hands.sees(f"Saved: {group.name}.", "paper is" if number == 1 else f"{number} papers are")
    for group, _person in made.groups:
        hands.sees(f"{group.name}: compare it with the paper, and send it")
    first = made.groups[0][0].name
    hands.press(first)
    hands.sees("Compare these answers with the paper", "Paper 1.")
    hands.press("They are right")
    hands.press("Continue")
    hands.fill("Who filled in the paper?", "Pat")
    hands.choose("Yes, with our name")
    hands.press("Send")
    hands.sees(f"You wrote this down for {first}.")


def test_the_keys_go_where_they_are_wanted_without_scripts(
    made: Stage, open_page: OpenPage
) -> None:
    page = open_page("zoomed", scripts="off")
    hands = sheila(made, page)
    hands.go("/papers")
    hands.fill("Code", made.request.code)
    hands.press("Continue")
    expect(page.locator("#giver")).to_be_focused()
    page.keyboard.type(made.groups[1][0].name[:8])
    hands.press("Continue")
    expect(page.locator("#q1")).to_be_focused()
    hands.fill("Waiting, Families", "7")
    hands.press("Save it as it is")
    expect(page.locator("#giver")).to_be_focused()
    hands.sees(f"Saved: {made.groups[1][0].name}.")


def test_what_is_wrong_takes_the_keys_there_and_traps_nobody(
    made: Stage, open_page: OpenPage
) -> None:
    page = open_page("phone")
    hands = sheila(made, page)
    hands.go(f"/requests/{made.request.id}/papers")
    assert audit(page) == []
    hands.pick("Which group?", made.lantern.name)
    hands.press("Continue")
    hands.fill("Waiting, Families", "a dozen")
    hands.press("Save, and go on")
    hands.sees("There is something to put right")
    assert audit(page) == []
    hands.press_here("Question 2: \u2068Waiting")
    expect(page.locator("#q2-waiting-families")).to_be_focused()
    assert hands.value("Waiting, Families") == "a dozen"
    hands.press("Save it as it is")
    expect(page.locator("#giver")).to_be_focused()
    hands.sees("answers to mend or to fill in")
    assert audit(page) == []
