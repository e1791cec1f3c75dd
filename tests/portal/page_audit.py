"""What is wrong with a page, as far as its HTML tells: run on every page that any test touches.

In the tests each translated string comes wrapped in ⟦ ⟧ (see auditing_client.py), so that a word
outside them was never given to a translator. What people wrote is marked ``translate="no"``
or is in a language of its own, and is not looked at.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from xml.etree.ElementTree import Element

import html5lib

OPEN, CLOSE = "⟦", "⟧"
LABELLED = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
SILENT = {"script", "style", "template", "code", "kbd", "time", "svg"}
SPOKEN_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder", "aria-description")
OUR_MARKS = (' translate="no">', "<time datetime=")
NAMESPACE = re.compile(r"\{.*\}")
REPORTED = re.compile(r"(/at-risk\b|/concerns/)")
"""Where it is reported that someone may be at risk: the other pages are not the place for it."""


@lru_cache(maxsize=100)
def audit_html(html: str, url: str, *, wrapped: bool = False, fragment: bool = False) -> list[str]:
    """Each problem as a line that begins with ``url``.

    ``wrapped``: translated strings are in ⟦ ⟧, so look for others. ``fragment``: a part of a page
    sent to htmx, which has no title, h1 or main part of its own.
    """
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    if fragment:
        root = parser.parseFragment(html, container=_container(html))
    else:
        root = parser.parse(html)
    page = Page(root, wrapped)
    problems = [f"line {place[0]}: {code} {facts or ''}" for place, code, facts in parser.errors]
    problems += [*_ids(page), *_labels(page), *_links(page), *_inline(page), *_words(page)]
    problems += _escaped(page)
    if not fragment:
        problems += [*_frame(page), *_headings(page), *_guarded(page, url)]
    return [f"{url}: {problem}" for problem in problems]


def unwrapped(text: str) -> str:
    """``text`` as a person would get it."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def _container(html: str) -> str:
    start = re.match(r"\s*<(\w+)", html)
    inside = {"tfoot": "table", "tbody": "table", "tr": "tbody", "td": "tr", "option": "select"}
    return inside.get(start.group(1), "div") if start else "div"


@dataclass
class Page:
    root: Element
    wrapped: bool
    parents: dict[Element, Element] = field(init=False)
    named: list[tuple[str, Element]] = field(init=False)

    def __post_init__(self) -> None:
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.named = [(_name(one), one) for one in self.root.iter()]

    def all(self, *names: str) -> Iterator[Element]:
        return (one for name, one in self.named if name in names)

    def above(self, element: Element) -> Iterator[Element]:
        while element in self.parents:
            element = self.parents[element]
            yield element


def _name(element: Element) -> str:
    return _local(element.tag) if isinstance(element.tag, str) else ""


@cache
def _local(tag: str) -> str:
    return NAMESPACE.sub("", tag)


def _text(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        parts += [_text(child), child.get("alt", ""), child.tail or ""]
    return unwrapped(" ".join("".join(parts).split()))


def _called(element: Element) -> str:
    return unwrapped(element.get("aria-label", "")).strip() or _text(element)


def _ids(page: Page) -> Iterator[str]:
    ids = Counter(one.get("id") for one in page.root.iter() if one.get("id") is not None)
    for id, times in ids.items():
        if times > 1:
            yield f"id {id!r} stands {times} times"
        if not id or re.search(r"\s", id):
            yield f"id {id!r} is no id"
    for one in page.root.iter():
        for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            for id in (one.get(name) or "").split():
                if id not in ids:
                    yield f"{name}={id!r} points to nothing"
        href = one.get("href", "")
        if _name(one) == "a" and href.startswith("#") and href != "#" and href[1:] not in ids:
            yield f"link {href!r} leads nowhere"


def _labels(page: Page) -> Iterator[str]:
    labels = {one.get("for"): _text(one) for one in page.all("label")}
    for one in page.all(*LABELLED):
        if one.get("type") in UNLABELLED_TYPES:
            continue
        inside = any(_name(parent) == "label" and _text(parent) for parent in page.above(one))
        named = one.get("aria-label") or one.get("aria-labelledby") or inside
        if not named and not labels.get(one.get("id")):
            yield f"{_name(one)} {one.get('name')!r} has no label"
    for one in page.all("fieldset"):
        if not any(_name(child) == "legend" and _text(child) for child in one):
            yield f"fieldset {one.get('id')!r} has no legend"


def _links(page: Page) -> Iterator[str]:
    for one in page.all("a", "button", "summary"):
        if not _called(one):
            yield f"{_name(one)} {one.get('href') or one.get('name')!r} has no text"
        inner = [child for child in one.iter() if child is not one]
        if any(_name(child) in {"a", "button", "input"} for child in inner):
            yield f"{_name(one)} {_text(one)!r} has another control inside it"
    for one in page.all("a"):
        href = one.get("href")
        if href is None or href == "#" or re.match(r"\s*(javascript|data):", href, re.IGNORECASE):
            yield f"link {_text(one)!r} leads to {href!r}"
    for one in page.all("img"):
        if one.get("alt") is None:
            yield f"image {one.get('src')!r} has no alt"


def _inline(page: Page) -> Iterator[str]:
    for name, one in page.named:
        if name == "style" or (name == "script" and not one.get("src")):
            yield f"inline {name}"
        for attribute in one.attrib:
            if attribute == "style" or re.match(r"on[a-z]+$", attribute) or ":on" in attribute:
                yield f"{name} has {attribute}=, which the policy for content forbids"
    for one in page.all("form"):
        if (one.get("method") or "get").lower() == "post" and re.match(
            r"(https?:)?//", one.get("action", "")
        ):
            yield f"form sends to {one.get('action')!r}"
    posted = [one for one in page.all("form") if (one.get("method") or "").lower() == "post"]
    actions = [(one.get("action") or "").partition("?")[0] for one in posted]
    if any(action.endswith("/sign-out") for action in actions):
        for one, action in zip(posted, actions, strict=True):
            names = {inner.get("name") for inner in one.iter()}
            if "acting_for" not in names and not action.endswith("/sign-out"):
                yield f"form to {action!r} does not say for whom it was opened"


def _escaped(page: Page) -> Iterator[str]:
    """Marks for the browser that a person would read, because they were escaped."""
    for one in page.root.iter():
        for text in (one.text, one.tail, *one.attrib.values()):
            if text and any(mark in text for mark in OUR_MARKS):
                yield f"markup is shown in {_name(one)}: {text.strip()!r}"


def _guarded(page: Page, url: str) -> Iterator[str]:
    """Beside every free-text box it says that this is not where to report that someone is at risk
    (safety.md, "Safeguarding")."""
    said = any("app-guard" in one.get("class", "").split() for one in page.all("div"))
    typed = any(one.get("readonly") is None for one in page.all("textarea"))
    if typed and not said and not REPORTED.search(url):
        yield "a free-text box without the safeguarding sentence"


def _frame(page: Page) -> Iterator[str]:
    html = next(page.all("html"))
    if not html.get("lang"):
        yield "html has no lang"
    if html.get("dir") not in {"ltr", "rtl"}:
        yield "html has no dir"
    mains = [one for name, one in page.named if name == "main" or one.get("role") == "main"]
    if len(mains) != 1:
        yield f"{len(mains)} main parts"
    titles = [_text(one) for one in page.all("title") if _name(page.parents[one]) == "head"]
    heads = [_text(one) for one in page.all("h1")]
    if len(titles) != 1:
        yield f"{len(titles)} titles"
    if len(heads) != 1:
        yield f"{len(heads)} h1: {heads}"
    if len(titles) == len(heads) == 1:
        before, found, _rest = titles[0].partition(heads[0])
        if not found or not heads[0] or (before and not re.fullmatch(r".{2,15}: ", before)):
            yield f"title {titles[0]!r} does not begin with the h1 {heads[0]!r}"
        summary = any("govuk-error-summary" in (one.get("class") or "") for one in page.all("div"))
        if summary != bool(before):
            yield f"title {titles[0]!r} and the error summary do not agree"


def _headings(page: Page) -> Iterator[str]:
    main = next(page.all("main"), None)
    level = 0
    for one in main.iter() if main is not None else ():
        if re.fullmatch(r"h[1-6]", _name(one)):
            now = int(_name(one)[1])
            # An error summary's h2 stands before the h1, as GOV.UK's does.
            if level and now > level + 1:
                yield f"h{level} is followed by h{now} {_text(one)!r}"
            if not _text(one):
                yield f"empty {_name(one)}"
            level = now


def _words(page: Page) -> Iterator[str]:
    """Words that no translator was asked for."""
    if not page.wrapped:
        return
    html = next(page.all("html"), None)
    language = html.get("lang") if html is not None else None
    words = _Words(language)
    words.walk(page.root)
    yield from words.found
    if words.depth:
        yield f"{abs(words.depth)} {OPEN} without {CLOSE}: a translation was cut or split"


class _Words:
    """Walks the text in the order it is read, knowing whether it is inside a translation."""

    def __init__(self, language: str | None) -> None:
        self.language = language
        self.depth = 0
        self.found: list[str] = []

    def walk(self, element: Element) -> None:
        name = _name(element)
        own = element.get("translate") == "no" or "data-user-content" in element.attrib
        foreign = name != "html" and element.get("lang") not in (None, self.language)
        if name == "title":
            self.check(element.text or "", "title")
        elif not (name in SILENT or own or foreign or not name) or name == "html":
            self.read(element, name)

    def read(self, element: Element, name: str) -> None:
        for attribute in SPOKEN_ATTRIBUTES:
            self.aside(element.get(attribute, ""), f"{name} {attribute}")
        for attribute, value in element.attrib.items():
            if attribute.startswith("data-i18n"):
                self.aside(value, f"{name} {attribute}")
        if name == "input" and element.get("type") in {"submit", "button", "reset"}:
            self.aside(element.get("value", ""), "input value")
        if name != "textarea":
            self.check(element.text or "", name)
        for child in element:
            self.walk(child)
            self.check(child.tail or "", name)

    def aside(self, text: str, where: str) -> None:
        """An attribute is read by itself, whatever text it stands in."""
        if not text:
            return
        depth, self.depth = self.depth, 0
        self.check(text, where)
        self.depth = depth

    def check(self, text: str, where: str) -> None:
        if not text or text.isspace():
            return
        outside = ""
        for part in re.split(f"([{OPEN}{CLOSE}])", text):
            if part in (OPEN, CLOSE):
                self.depth += 1 if part == OPEN else -1
            elif self.depth <= 0:
                outside += part
        if any(letter.isalpha() for letter in outside):
            self.found.append(f"not translated, in {where}: {' '.join(outside.split())!r}")
