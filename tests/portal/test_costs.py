"""What pages may cost: statements that do not grow with their rows, bytes that fit a first view,
work that leaves the server free. The small half of ``make bench``, which also measures time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import create_app
from tests.load.measures import PHONE, Cost, cost, rows_on_a_page, statements, weighed
from tests.load.scene import Page, Scene
from tests.portal.conftest import empty_portal
from tests.world import settings

FIRST_VIEW, SHEET, ANY_PAGE, CALLS = 14_600, 8_000, 60_000, 8_000
# Who may see each is asked in several ways; the directory has filters with long lists.
MORE_CALLS = {"our answers": 11_000, "organisations": 9_800}
FRAGMENT = 0.15  # of its page
FEW, MANY = 10, 60


@dataclass
class Measured:
    """The scene with many rows, and what was measured on the way: each page as it is at first,
    and the statements of those that grow, with few rows and with many."""

    scene: Scene
    first: dict[str, Cost]
    few: dict[str, list[str]]
    many: dict[str, list[str]]


def asked(scene: Scene) -> dict[str, list[str]]:
    found = {}
    for page in scene.pages():
        if page.grows:
            browser = scene.browser(page)
            with statements(scene.app) as seen:
                assert browser.get(page.path).status_code == 200
            found[page.name] = seen
    return found


@pytest.fixture(scope="module")
def measured(database: Any) -> Iterator[Measured]:
    with database.fresh(empty_portal) as url:
        app = create_app(settings(url, testing=False))
        scene = Scene(app)
        first = {page.name: weighed(scene.browser(page), page.path) for page in scene.pages()}
        scene.fill(FEW)
        scene.wait(FEW)
        few = asked(scene)
        scene.fill(MANY)
        scene.wait(MANY)
        yield Measured(scene, first, few, asked(scene))
        app.extensions["portal.database"].engine.dispose()


def pages(scene: Scene, kind: str) -> list[Page]:
    return [page for page in scene.pages() if getattr(page, kind)]


def browser_of(scene: Scene, name: str) -> tuple[FlaskClient, str]:
    [page] = (page for page in scene.pages() if page.name == name)
    return scene.browser(page), page.path


def test_statements_do_not_grow_with_rows(measured: Measured) -> None:
    names = {page.name for page in pages(measured.scene, "grows")}
    assert names == set(measured.few) == set(measured.many)
    assert {"queue", "organisations", "our answers", "pilots", "agreements", "home"} <= names
    assert {"finding", "finding, to its giver"} <= names
    for name in names:
        assert len(measured.few[name]) == len(measured.many[name]), name


def test_a_list_asks_three_statements_with_the_one_for_the_user(measured: Measured) -> None:
    for page in pages(measured.scene, "rows"):
        asked = measured.many[page.name]
        assert len(asked) <= 3, (page.name, asked)
        assert "FROM sign_in" in asked[0], page.name


def test_the_first_pages_of_a_partner_fit_one_round_trip(measured: Measured) -> None:
    for page in pages(measured.scene, "first"):
        found = measured.first[page.name]
        assert found.first_view <= FIRST_VIEW, (page.name, found)
        assert found.sheets == 1 and found.css.sent <= SHEET, page.name


def test_no_page_is_heavy(measured: Measured) -> None:
    for page in measured.scene.pages():
        found = weighed(measured.scene.browser(page), page.path)
        assert found.html.raw <= ANY_PAGE, (page.name, found.html)


def test_a_long_list_is_made_of_little_work(measured: Measured) -> None:
    """On SQLite: PostgreSQL's driver is written in Python, and its calls are counted too."""
    if measured.scene.world.database.engine.dialect.name != "sqlite":
        pytest.skip("counted on SQLite")
    with rows_on_a_page(MANY):
        for page in pages(measured.scene, "rows"):
            browser = measured.scene.browser(page)
            # What is kept for the next, or was let go of meanwhile, is no work of the page's own.
            calls = min(cost(measured.scene.app, browser, page.path).calls for _ in range(4))
            assert calls <= MORE_CALLS.get(page.name, CALLS), (page.name, calls)


def part(browser: FlaskClient, html: str, path: str, target: str, **typed: str) -> bytes:
    """What htmx gets for ``target`` when it sends a form of the page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert token is not None
    headers = {"HX-Request": "true", "HX-Target": target}
    answer = browser.post(path, data={"csrf_token": token[1], **typed}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.data


def test_what_htmx_gets_is_a_small_part_of_the_page(measured: Measured) -> None:
    scene = measured.scene
    browser, path = browser_of(scene, "queue")
    html = browser.get(path).text
    [(claim, target), *_] = re.findall(r'hx-post="([^"]+)" hx-target="#([^"]+)"', html)
    taken = part(browser, html, claim, target)
    assert b"Read it" in taken
    assert len(taken) <= FRAGMENT * len(html.encode())

    for name, given, what in (
        ("question: count-table", {"q2-waiting-waiting": "7"}, b"tfoot"),
        ("question: long-text", {"q6": "It was cold."}, b"Saved"),
    ):
        browser, path = browser_of(scene, name)
        html = browser.get(path).text
        key = path.rpartition("/")[2]
        found = re.findall(r'hx-post="([^"]+)".*?hx-target="#([^"]+)"', html)
        saved = part(browser, html, *found[0], **given)
        assert what in saved, (key, saved)
        assert len(saved) <= FRAGMENT * len(html.encode()), (name, len(saved), len(html))


def test_a_page_is_measured_as_a_phone_gets_it(measured: Measured) -> None:
    """The measure itself: a page that grows is seen to grow, and what is not there is not found."""
    browser, path = browser_of(measured.scene, "organisations")
    found = cost(measured.scene.app, browser, path)
    assert found.html.raw > measured.first["organisations"].html.raw
    assert found.html.raw == len(browser.get(path).data)
    again = len(browser.get(path, headers=PHONE).data)
    assert abs(found.html.sent - again) < 50  # the form's token is another one
    assert found.first_view > found.html.sent + found.css.sent
    assert found.calls > 1000
    with pytest.raises(AssertionError):
        weighed(browser, "/nowhere")
