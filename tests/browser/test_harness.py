"""The tools of the browser tests find what they are there to find."""

from collections.abc import Callable, Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.browser import tiny
from tests.browser.axe import audit
from tests.browser.conftest import LAUNCHES, SIZES, OpenPage, launch
from tests.markup import Judge
from tests.serving import ROOT, Served, serving

TINY = "tests.browser.tiny:app"
INLINE = """() => {
  document.head.append(Object.assign(document.createElement('script'), {text: 'inline = 1'}))
  return typeof inline
}"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(TINY) as served:
        yield served.url


@pytest.mark.parametrize("page", SIZES, indirect=True)
def test_a_good_page_has_no_fault_at_any_size(page: Page, site: str) -> None:
    page.goto(site)
    assert page.viewport_size in SIZES.values()
    assert audit(page) == []


def test_axe_finds_faults_under_the_sites_own_policy(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/faulty")
    found = {fault.split(":")[0] for fault in audit(page)}
    assert {"empty-heading", "valid-lang", "target-size"} <= found  # the last is off by default
    # What axe may, the page itself still may not: an inline script is refused.
    assert page.evaluate(INLINE) == "undefined"
    page.close()


def test_a_browser_that_falls_over_is_started_again(
    start_browser: Callable[[], Browser], site: str
) -> None:
    crashes = [Error("crashed"), Error("crashed again")]

    def start() -> Browser:
        if crashes:
            raise crashes.pop()
        return start_browser()

    assert launch(start) is start_browser()
    crashes[:] = [Error("no browser here")] * LAUNCHES
    with pytest.raises(Error, match="no browser here"):
        launch(start)
    start_browser().close()
    again = start_browser()
    page = again.new_page()
    page.goto(site)
    assert again.is_connected() and page.locator("#said").inner_text() == "A script ran."
    page.close()


def test_scripts_can_be_on_blocked_or_off(open_page: OpenPage, site: str) -> None:
    said = {}
    for scripts in ("on", "blocked", "off"):
        page = open_page(scripts=scripts)
        page.goto(site)
        said[scripts] = page.locator("#said").inner_text()
        if scripts == "off":
            with pytest.raises(ValueError, match="blocked"):
                audit(page)
        else:
            assert audit(page) == []
    assert said == {"on": "A script ran.", "blocked": "No script ran.", "off": "No script ran."}


def test_letters_of_every_language_are_drawn(page: Page, site: str) -> None:
    page.goto(site)
    assert fonts(page, "[lang=ar]") == {"Noto Sans Arabic"}
    assert "Noto Sans Bengali" in fonts(page, "[lang=bn]")


def test_what_goes_wrong_unseen_fails_the_test(
    site: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest("from tests.browser.conftest import *")
    pytester.makepyfile(
        f"""
        import urllib.error, urllib.request, pytest
        def test_style_refused(page): page.goto("{site}/inline")
        def test_script_failed(page): page.goto("{site}/throws")
        def test_server_failed(serve):
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(serve("{TINY}").url + "/broken")
        """
    )
    ran = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    ran.assert_outcomes(passed=3, errors=3)
    ran.stdout.fnmatch_lines_random(
        ["*inline style violates*", "*/throws: on purpose*", "*RuntimeError*"]
    )


def test_a_served_site_is_gone_afterwards(serve: Callable[..., Served]) -> None:
    with serving(TINY) as served:
        assert urlopen(served.url).status == 200
        with pytest.raises(HTTPError):
            urlopen(f"{served.url}/nowhere")
    with pytest.raises(OSError, match="refused"):
        urlopen(served.url)
    assert served.process.returncode is not None
    assert serve(TINY).url != served.url


def test_the_judge_of_markup_knows_good_from_bad(judge: Judge) -> None:
    assert judge.problems(tiny.PAGE.format("<p>Fine.</p>")) == []
    rules = {
        '<p id="a">1</p><p id="a">2</p>': "no-dup-id",
        '<p style="color: red">Red</p>': "no-inline-style",
        '<input name="a">': "input-missing-label",
        "<ul><p>Not an item.</p></ul>": "element-permitted-content",
        "<p><div>Unclosed": "close-order",
    }
    for html, rule in rules.items():
        assert any(rule in each for each in judge.problems(tiny.PAGE.format(html))), html


def fonts(page: Page, selector: str) -> set[str]:
    """The fonts that the letters of the first such element are drawn with."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    document = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": document, "selector": selector})
    used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
    return {font["familyName"] for font in used}
