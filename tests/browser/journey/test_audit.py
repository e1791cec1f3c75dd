"""No page of the portal has a fault, in any state: empty, full, after a mistake; in English and
from right to left; on the narrowest screen; in colours that somebody chose for themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, Response

from portal import create_app
from portal.settings import LANGUAGES
from tests.browser.axe import audit
from tests.browser.conftest import OpenPage
from tests.browser.journey.everything import Everything, everything
from tests.browser.journey.portal import migrated
from tests.browser.journey.states import EMPTY, FILES, FULL, MISTAKES, Mistake, Visit
from tests.markup import Judge
from tests.serving import serving
from tests.world import environment, settings

pytestmark = pytest.mark.one_database
STATES = {"empty": EMPTY, "full": FULL, "mistakes": MISTAKES}


@dataclass
class Site:
    """The portal as it is served, and what is in it."""

    url: str
    made: Everything


@pytest.fixture(scope="module")
def site(database: Any) -> Iterator[Site]:
    with database.fresh(migrated) as url:
        app = create_app(settings(url, testing=False))
        app.config["WTF_CSRF_ENABLED"] = False
        made = everything(app)
        with serving(**environment(url)) as served:
            yield Site(served.url, made)
            assert "Traceback" not in served.log, served.log
        app.extensions["portal.database"].engine.dispose()


class Reader:
    """Opens pages as anybody, in one language."""

    def __init__(self, site: Site, page: Page, language: str) -> None:
        self.site, self.page, self.language = site, page, language
        self.cookies: dict[str, str] = {}

    def open(self, visit: Visit) -> Response:
        who = visit.who
        if who and who not in self.cookies:
            self.cookies[who] = self.site.made.cookie(who.rstrip("-"), second_factor="-" not in who)
        context = self.page.context
        context.clear_cookies()
        here = {"url": self.site.url}
        context.add_cookies([{"name": "language", "value": self.language, **here}])
        if who:
            context.add_cookies([{"name": "portal", "value": self.cookies[who], **here}])
        answer = self.page.goto(self.site.url + visit.path.format(**self.site.made.ids))
        assert answer
        return answer

    def mistake(self, made: Mistake) -> Response:
        """Open a page, type what is wrong, and send it."""
        self.open(made.visit)
        for name, words in made.typed.items():
            self.page.fill(f"main [name='{name}']", words)
        button = "main form:not([role=search]) button.govuk-button:not(.govuk-button--secondary)"
        with self.page.expect_navigation() as gone:
            self.page.click(f"{button} >> nth=0")
        assert gone.value
        return gone.value

    def faults(self, answer: Response, expected: int) -> list[str]:
        """What can be seen at once: another page than expected, or one too wide."""
        found = [] if answer.status == expected else [f"{answer.status}, not {expected}"]
        too_wide = "document.documentElement.scrollWidth > innerWidth"
        return [*found, "scrolls sideways"] if self.page.evaluate(too_wide) else found


WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "320 px": ("zoomed", {"scripts": "blocked"}),
    "tablet, scripts": ("tablet", {}),
    "forced colours, scripts": ("desktop", {"forced_colors": "active"}),
    "forced colours, 320 px": ("phone", {"forced_colors": "active", "scripts": "blocked"}),
}
A_FEW = {("en", "320 px"): 1, ("ar", "320 px"): 2, ("en", "forced colours, scripts"): 3}
"""Each page is looked at in English. The frame and the pieces are the same in the other ways,
where every page is measured and each second or third one audited: more would take minutes.
``make axe`` audits each of them in each of the ways, in each language."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "each" in metafunc.fixturenames:
        ways = A_FEW
        if metafunc.config.getoption("--thorough"):
            ways = dict.fromkeys(product(LANGUAGES, WAYS), 1)
        of_each = [
            pytest.param(language, way, each, id=f"{language}, {way}")
            for (language, way), each in ways.items()
        ]
        metafunc.parametrize(("language", "way", "each"), of_each)


@pytest.mark.parametrize("state", STATES)
def test_no_page_has_a_fault(
    site: Site,
    open_page: OpenPage,
    judge: Judge,
    state: str,
    language: str,
    way: str,
    each: int,
) -> None:
    size, options = WAYS[way]
    reader = Reader(site, open_page(size, **options), language)
    found: list[str] = []
    for number, one in enumerate(STATES[state]):
        visit = one.visit if isinstance(one, Mistake) else one
        answer = reader.mistake(one) if isinstance(one, Mistake) else reader.open(one)
        faults = reader.faults(answer, one.status)
        if number % each == 0:
            faults += audit(reader.page)
            faults += judge.problems(answer.text())
        found += [f"{visit.who} {visit.path}: {fault}" for fault in faults]
    assert not found, "\n".join(found)


def test_each_page_is_among_them(site: Site) -> None:
    app = site.made.world.app
    pages = {
        str(rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint != "static"
    }
    adapter = app.url_map.bind("localhost")
    opened = set()
    for visit in (*EMPTY, *FULL):
        if visit.status != 404:
            path = visit.path.format(**site.made.ids).partition("?")[0]
            rule, _given = adapter.match(path, return_rule=True)
            opened.add(str(rule.rule))
    assert pages - opened == FILES
