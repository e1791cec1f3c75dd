"""Hands: how a person uses a page. With a finger or a mouse, or with a keyboard alone.

Things are found by the words that a person reads or hears (labels and names), never by ids."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

TABS = 400
FOCUSED = "it => it === document.activeElement"
COVERED = """it => {
  const box = it.getBoundingClientRect()
  const x = box.x + box.width / 2
  const there = document.elementFromPoint(x, box.y + Math.min(box.height, 40) / 2)
  return !it.contains(there)
}"""


class Hands:
    """Someone at a screen, who sees and presses what is on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self._in: Locator = page.locator("main")

    # Looking

    def go(self, path: str) -> None:
        """Type an address, or open a link of an email."""
        self.page.goto(f"{self.address}{path}")
        self._arrived()

    def cannot_open(self, path: str) -> None:
        """For this person there is no such page."""
        answer = self.page.goto(f"{self.address}{path}")
        assert answer and answer.status == 404
        self._arrived()

    def again(self) -> None:
        """Look at the same page once more."""
        self.page.reload()
        self._arrived()

    def sees(self, *words: str) -> None:
        for one in words:
            expect(self.page.locator("body")).to_contain_text(one)

    def does_not_see(self, *words: str) -> None:
        for one in words:
            expect(self.page.locator("body")).not_to_contain_text(one)

    def is_offered(self, words: str) -> bool:
        """Whether something on this page can be pressed that begins with these words."""
        return bool(self._named(words).count())

    def value(self, label: str) -> str:
        """What stands in the box with this label."""
        return self._box(label).input_value()

    @property
    def path(self) -> str:
        """Where this screen is, without the server's name."""
        return self.page.url.removeprefix(self.address)

    @contextmanager
    def group(self, legend: str) -> Iterator[None]:
        """Keep to the boxes under this legend."""
        before, self._in = self._in, self.page.get_by_role("group", name=_begins(legend))
        yield
        self._in = before

    def _arrived(self) -> None:
        """Every page: one heading, and nothing to scroll sideways for."""
        expect(self.page.locator("h1")).to_have_count(1)
        too_wide = "document.documentElement.scrollWidth > innerWidth"
        assert not self.page.evaluate(too_wide), f"{self.page.url} scrolls sideways"

    def _named(self, words: str) -> Locator:
        name = _begins(words)
        button = self._in.get_by_role("button", name=name)
        return button.or_(self._in.get_by_role("link", name=name)).first

    def _box(self, label: str, nth: int = 0) -> Locator:
        return self._in.get_by_role("textbox", name=_begins(label)).nth(nth)

    # Doing

    def press(self, words: str) -> None:
        """Press the button, or follow the link, that begins with these words."""
        self._press(self._named(words))

    def press_here(self, words: str) -> None:
        """Press a button that changes a part of this page and does not leave it."""
        self._activate(self._named(words))

    def menu(self, words: str) -> None:
        """Follow a link of the menu at the top, which is folded on a narrow screen."""
        fold = self.page.locator("summary", has_text="Menu")
        if fold.is_visible():
            self._activate(fold)
        self._press(self.page.get_by_role("banner").get_by_role("link", name=words, exact=True))

    def download(self, words: str) -> Download:
        """Press what gives a file."""
        with self.page.expect_download() as coming:
            self._activate(self._named(words))
        return coming.value

    def fill(self, label: str, words: str, nth: int = 0) -> None:
        """Type into the box with this label."""
        self._type(self._box(label, nth), words)

    def choose(self, words: str) -> None:
        """Choose the answer, or tick the box, that begins with these words."""
        name = _begins(words)
        radio = self._in.get_by_role("radio", name=name)
        self._tick(radio.or_(self._in.get_by_role("checkbox", name=name)).first)

    def untick(self, words: str) -> None:
        """Take the tick out of the box that begins with these words."""
        box = self._in.get_by_role("checkbox", name=_begins(words)).first
        self._untick(box)
        expect(box).not_to_be_checked()

    def pick(self, label: str, words: str) -> None:
        """Choose from a list that drops down."""
        self._pick(self._in.get_by_role("combobox", name=_begins(label)), words)

    def upload(self, label: str, path: Path) -> None:
        """Choose a file of the device. The window to choose it in is the browser's own."""
        field = self._in.get_by_label(label)
        self._reach(field)
        field.set_input_files(path)

    def day(self, legend: str, day: date) -> None:
        """Type a day into its three boxes."""
        with self.group(legend):
            for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
                self.fill(label, str(number))

    def _press(self, target: Locator) -> None:
        with self.page.expect_event("load"):
            self._activate(target)
        self._arrived()

    def _reach(self, target: Locator) -> None:
        target.scroll_into_view_if_needed()

    def _activate(self, target: Locator) -> None:
        target.click()

    def _type(self, target: Locator, words: str) -> None:
        target.fill(words)

    def _tick(self, target: Locator) -> None:
        target.check()

    def _untick(self, target: Locator) -> None:
        target.uncheck()

    def _pick(self, target: Locator, words: str) -> None:
        target.select_option(label=words)


class Keyboard(Hands):
    """Someone who uses Tab, Enter, Space and the arrows, and nothing else. Whatever has the focus
    is on the screen, with nothing over it."""

    def _reach(self, target: Locator) -> None:
        wanted = target.element_handle()
        for _ in range(TABS):
            if wanted.evaluate(FOCUSED):
                assert not wanted.evaluate(COVERED), f"{target} is not on the screen, or covered"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {target}")

    def _activate(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Enter")

    def _type(self, target: Locator, words: str) -> None:
        self._reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(words)

    def _tick(self, target: Locator) -> None:
        if target.get_attribute("type") == "checkbox":
            self._reach(target)
        else:
            self._reach_radio(target)
        if not target.is_checked():
            self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def _untick(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Space")

    def _reach_radio(self, target: Locator) -> None:
        """Tab goes to a group of radios as one; the arrows move within it."""
        wanted = target.element_handle()
        for _ in range(TABS):
            if wanted.evaluate("it => it.name === document.activeElement.name"):
                break
            self.page.keyboard.press("Tab")
        for _ in range(20):
            if wanted.evaluate(FOCUSED):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never reached {target}")

    def _pick(self, target: Locator, words: str) -> None:
        self._reach(target)
        self.page.keyboard.type(words)
        chosen = target.evaluate("it => it.options[it.selectedIndex].text.trim()")
        assert chosen == words, f"{chosen!r} was chosen, not {words!r}"


def _begins(words: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(words)}")
