"""The frame, the fields and the pieces in a real browser, in every state a person may meet."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import audit
from tests.browser.conftest import OpenPage
from tests.serving import Served, serving

# Each language, size and way at least once; all of them together take minutes.
WAYS: list[tuple[str, str, dict[str, Any]]] = [
    ("en", "zoomed", {}),
    ("ar", "phone", {}),
    ("bn", "tablet", {"scripts": "blocked"}),
    ("en", "desktop", {"forced_colors": "active"}),
    ("ar", "desktop", {"scripts": "blocked"}),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving("tests.portal.shell_app:make()", workers=1) as served:
        yield served
        assert "Traceback" not in served.log, served.log


def at(page: Page, server: Served, path: str, language: str = "en") -> Page:
    page.context.add_cookies([{"name": "language", "value": language, "url": server.url}])
    page.goto(server.url + path)
    return page


# Where the last digit stands: of what is typed in a box, and of the text at the end of a cell.
END_OF_BOX = """box => {
  const style = getComputedStyle(box);
  return box.getBoundingClientRect().right
    - parseFloat(style.paddingRight) - parseFloat(style.borderRightWidth);
}"""
END_OF_TEXT = """cell => {
  const all = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), range = new Range();
  let last;
  while (all.nextNode()) if (all.currentNode.data.trim()) last = all.currentNode;
  range.selectNodeContents(last);
  return range.getBoundingClientRect().right;
}"""


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def leave(page: Page, name: str, value: str) -> None:
    """Fill in a field, and go on to the next by the keyboard."""
    page.fill(f"[name={name}]", value)
    page.keyboard.press("Tab")


@pytest.mark.parametrize(("language", "size", "way"), WAYS)
def test_no_state_has_a_fault(
    open_page: OpenPage, server: Served, language: str, size: str, way: dict[str, Any]
) -> None:
    page = open_page(size, **way)
    for path in ("/one", "/all", "/list", "/done", "/error/409"):
        at(page, server, path, language)
        assert audit(page) == [], path
        assert not overflows(page), path
    at(page, server, "/all", language)
    page.click("main form .govuk-button")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert audit(page) == []
    assert not overflows(page)


def test_twice_the_text_fits_a_phone(open_page: OpenPage, server: Served) -> None:
    page = open_page("phone")
    for path in ("/one", "/all", "/list"):
        at(page, server, path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not overflows(page), path


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_the_summary_of_errors_takes_the_focus_and_leads_to_the_fields(
    open_page: OpenPage, server: Served, scripts: str
) -> None:
    page = at(open_page("phone", scripts=scripts), server, "/all")
    page.click("main form .govuk-button")
    expect(page).to_have_title("Error: Every field – Community insights")
    expect(page.locator(".govuk-error-summary:focus")).to_have_count(1)
    for link in page.locator(".govuk-error-summary a").all():
        link.press("Enter")
        target = link.get_attribute("href")
        assert target
        expect(page.locator(f"{target}:focus")).to_have_count(1)


def test_totals_come_while_one_types_and_are_said(open_page: OpenPage, server: Served) -> None:
    page = at(open_page("desktop"), server, "/all")
    with page.expect_response("**/totals"):
        leave(page, "families-E05013653-fixed", "12")
    expect(page.locator("#families-totals")).to_contain_text("Total: 12")
    expect(page.locator("#announce")).to_have_text("Total: 12")
    expect(page.locator("#families-E05013653-waiting")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_each_total_stands_under_its_numbers(
    open_page: OpenPage, server: Served, size: str, language: str
) -> None:
    """One or several columns: the last digit of a total is as far in as those in the boxes."""
    page = at(open_page(size), server, "/all", language)
    for name, column in (("families", 3), ("calls", 1)):
        table = page.locator(f"table:has([name^={name}-])")
        for box in table.locator("input").all():
            box.fill("3")
        for place in range(column):
            boxes = table.locator("tbody tr").first.locator("td").nth(place).locator("input")
            sums = table.locator("tfoot td").nth(place)
            for _ in range(50):  # a total that comes from the server just now stands nowhere yet
                ends = boxes.evaluate(END_OF_BOX), sums.evaluate(END_OF_TEXT)
                if ends[0] == pytest.approx(ends[1], abs=1):
                    break
                page.wait_for_timeout(100)
            assert ends[0] == pytest.approx(ends[1], abs=1)


def test_a_failure_is_said_and_nothing_is_lost(open_page: OpenPage, server: Served) -> None:
    page = at(open_page("desktop"), server, "/all")
    page.route("**/totals", lambda route: route.fulfill(status=500, body="no"))
    leave(page, "families-E05013653-fixed", "12")
    expect(page.locator("#announce")).to_contain_text("That did not work")
    assert page.locator("#announce").evaluate("it => it.getBoundingClientRect().height") > 20
    page.route("**/totals", lambda route: route.abort())
    leave(page, "families-E05013653-fixed", "13")
    expect(page.locator("#announce")).to_contain_text("We cannot reach the portal")
    expect(page.locator("#families-E05013653-fixed")).to_have_value("13")
    assert audit(page) == []
    page.unroute("**/totals")
    leave(page, "families-E05013653-fixed", "14")
    expect(page.locator("#announce.govuk-visually-hidden")).to_have_count(1)


def test_going_back_to_a_form_with_errors_shows_it_again(
    open_page: OpenPage, server: Served
) -> None:
    page = at(open_page("desktop"), server, "/all")
    page.click("main form .govuk-button")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.goto(server.url + "/list")
    page.go_back()
    expect(page).to_have_title("Every field – Community insights")


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_what_hangs_on_an_answer_shows_with_it(
    open_page: OpenPage, server: Served, scripts: str
) -> None:
    page = at(open_page("phone", scripts=scripts), server, "/all")
    number = page.locator("[name=number]")
    expect(number).to_be_hidden()
    page.check("[name=reach][value=phone]")
    expect(number).to_be_visible()


def test_none_of_these_excludes_the_others(open_page: OpenPage, server: Served) -> None:
    page = at(open_page("phone"), server, "/all")
    page.check("[name=kinds][value=damp]")
    page.check("[name=kinds][value=none]")
    expect(page.locator("[name=kinds][value=damp]")).not_to_be_checked()


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_another_language_is_in_the_menu_and_keeps_the_page(
    open_page: OpenPage, server: Served, scripts: str
) -> None:
    page = open_page("phone", scripts=scripts)
    page.goto(f"{server.url}/list?page=2")
    page.locator("summary", has_text="Menu").click()
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith("/list?page=2")
    start = page.locator(".app-name").bounding_box()
    assert start
    assert start["x"] + start["width"] > 300, "the name stands at the right"


def test_the_keyboard_skips_the_frame(open_page: OpenPage, server: Served) -> None:
    page = at(open_page("phone", scripts="off"), server, "/one")
    page.keyboard.press("Tab")
    expect(page.locator(".govuk-skip-link:focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    for _ in range(4):
        if page.locator("textarea:focus").count():
            break
        page.keyboard.press("Tab")
    expect(page.locator("textarea")).to_be_focused()


def test_a_wide_screen_shows_the_whole_menu(open_page: OpenPage, server: Served) -> None:
    page = at(open_page("desktop", scripts="off"), server, "/list")
    expect(page.locator("summary", has_text="Menu")).to_be_hidden()
    expect(page.get_by_role("link", name="العربية")).to_be_visible()
    narrow = at(open_page("phone", scripts="off"), server, "/list")
    expect(narrow.get_by_role("link", name="العربية")).to_be_hidden()
    heading = narrow.locator("h1").bounding_box()
    assert heading
    assert heading["y"] < 380, "the page itself comes first"


def test_a_state_stands_on_one_line_where_there_is_room(
    open_page: OpenPage, server: Served
) -> None:
    page = at(open_page("desktop", scripts="off"), server, "/list")
    said = "(place, text) => { place.textContent = text }"
    page.locator(".govuk-task-list__link").first.evaluate(said, "Say what should change. " * 20)
    state = page.locator(".govuk-task-list__status .govuk-tag").first
    state.evaluate(said, "Filled in")
    one_line = page.locator(".govuk-tag").last
    height = "(tag) => tag.offsetHeight"
    assert state.evaluate(height) == one_line.evaluate(height)


def test_nothing_is_kept_on_the_device_but_cookies(open_page: OpenPage, server: Served) -> None:
    page = at(open_page("phone"), server, "/all")
    leave(page, "families-E05013653-fixed", "12")
    expect(page.locator("#announce")).to_have_text("Total: 12")
    at(page, server, "/list")
    assert page.evaluate("Object.keys(localStorage)") == []
    # Where this tab is, for the way back; it ends with the tab.
    kept = page.evaluate("Object.keys(sessionStorage)")
    assert kept in ([], ["htmx-current-path-for-history"])


def test_the_end_of_a_session_is_told_before_it_comes(open_page: OpenPage, server: Served) -> None:
    page = open_page("phone")
    page.clock.install()
    at(page, server, "/one")
    page.clock.run_for(24 * 60 * 1000)
    expect(page.locator("#time-out")).to_be_hidden()
    page.clock.run_for(2 * 60 * 1000)
    expect(page.locator("#time-out")).to_be_visible()
    assert audit(page) == []
    page.route("**/keep", lambda route: route.fulfill(status=204))
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.locator("#time-out")).to_be_hidden()
