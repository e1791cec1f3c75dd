"""A real browser, pages of each size, and the real portal to open them at."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, ViewportSize, sync_playwright

from tests.browser.chromium import FLAGS, find
from tests.serving import Served, serving

SIZES: dict[str, ViewportSize] = {
    "zoomed": {"width": 320, "height": 256},  # 1280 px wide at 400 %
    "phone": {"width": 320, "height": 640},
    "tablet": {"width": 768, "height": 1024},
    "desktop": {"width": 1280, "height": 800},
}

OpenPage = Callable[..., Page]
LAUNCHES = 3


def launch(start: Callable[[], Browser]) -> Browser:
    """``start()``, tried again where the browser crashed before its first page.

    Chromium itself falls over now and then while it starts (a general protection fault in its
    own code); that says nothing of the portal, and all tests of the process would fail with it.
    """
    for _ in range(LAUNCHES - 1):
        try:
            return start()
        except Error:
            continue
    return start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def start_browser() -> Iterator[Callable[[], Browser]]:
    """Gives the one browser of this process; starts another where it has crashed."""
    chromium = find()
    started: list[Browser] = []

    with sync_playwright() as playwright:

        def start() -> Browser:
            if not started or not started[-1].is_connected():
                started.append(
                    launch(
                        lambda: playwright.chromium.launch(
                            executable_path=chromium.program,
                            args=FLAGS,
                            env={**os.environ, **chromium.environment},
                        )
                    )
                )
            return started[-1]

        yield start
        for browser in started:
            browser.close()


@pytest.fixture
def browser(start_browser: Callable[[], Browser]) -> Browser:
    return start_browser()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """``open_page("phone", scripts="off")``: a page in a browser of its own, without cookies.

    ``scripts`` may be "on", "off" (as for a person without JavaScript) or "blocked" (no script
    of the portal's runs, but axe can). More keywords are those of Playwright's ``new_context``:
    ``base_url``, ``locale``, ``forced_colors``, ``reduced_motion``, ``storage_state``. The test
    fails if a script of the page failed or the page broke its own Content-Security-Policy.
    """
    contexts = []
    broken: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: broken.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                broken.append(f"{page.url}: {said.text}")
                if "Content Security Policy" in said.text
                else None
            ),
        )

    def open_page(size: str = "phone", *, scripts: str = "on", **options: Any) -> Page:
        context = browser.new_context(
            viewport=SIZES[size], java_script_enabled=scripts != "off", **options
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        if scripts == "blocked":
            context.route(
                "**/*",
                lambda route: (
                    route.abort() if route.request.resource_type == "script" else route.continue_()
                ),
            )
        context.on("page", listen)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not broken


@pytest.fixture
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """A phone's page; each size with ``@pytest.mark.parametrize("page", SIZES, indirect=True)``."""
    return open_page(getattr(request, "param", "phone"))


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """``serve(DATABASE_URL=url, PORTAL_DEMO="1")``: the real portal, until the test ends.

    The test fails if the portal answered anything with an unexpected error.
    """
    with ExitStack() as stack:
        running: list[Served] = []

        def serve(app: str = "portal:create_app()", **environment: str) -> Served:
            running.append(stack.enter_context(serving(app, **environment)))
            return running[-1]

        yield serve
        for each in running:
            assert "Traceback" not in each.log, each.log
