"""The frame of every page: what is in it, what it weighs, and how its colours read."""

import json
import re
from html import unescape
from pathlib import Path

import brotli
import pytest
from flask import Flask

import portal.components
from portal.shell import Help, Item, Who, shell, tell
from portal.static_files import THEMES, Built
from tests.markup import Judge
from tests.portal.auditing_client import audited
from tests.portal.shell_app import make

PORTAL = Path(portal.components.__file__).parent
STATIC = PORTAL / "static"
PAGES = ["/one", "/all", "/list", "/done"]
ERRORS = [f"/error/{code}" for code in (400, 404, 405, 409, 413, 429, 500, 503)]


@pytest.fixture
def app() -> Flask:
    return audited(make())


def built(name: str) -> Path:
    return STATIC / json.loads((STATIC / "manifest.json").read_text())[name]


def brotli_size(name: str) -> int:
    """As it is served: compressed beforehand."""
    compressed = Path(f"{built(name)}.br").read_bytes()
    assert brotli.decompress(compressed) == built(name).read_bytes()
    return len(compressed)


@pytest.mark.parametrize("path", PAGES + ERRORS)
def test_each_page_is_sound(app: Flask, path: str) -> None:
    page = app.test_client().get(path)
    assert page.status_code == (int(path[-3:]) if path in ERRORS else 200)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["so", "bn", "pl", "ar"])
def test_each_page_is_sound_in_each_language(app: Flask, path: str, language: str) -> None:
    client = app.test_client()
    client.set_cookie("language", language)
    assert f'<html lang="{language}"' in client.get(path).text


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.mark.parametrize("path", PAGES + ERRORS[:1])
def test_each_page_is_valid(judge: Judge, path: str) -> None:
    client = make().test_client()
    client.application.config["WTF_CSRF_ENABLED"] = False
    assert judge.problems(client.get(path).text) == []
    if path in PAGES[:2]:
        assert judge.problems(client.post(path).text) == []


def test_the_demo_says_so_on_every_page_and_nothing_else_does() -> None:
    for path in PAGES + ERRORS:
        assert 'href="/demo/mailbox"' in make(demo=True).test_client().get(path).text
        real = make(demo=False).test_client().get(path).text
        assert "demo" not in real
        assert "invented" not in real


def test_who_i_act_for_where_i_can_go_and_whom_to_call(app: Flask) -> None:
    page = app.test_client().get("/list").text
    assert "Rahima, for Lantern Women&#39;s Circle" in page
    assert re.search(r'<a class="govuk-link" href="/list" aria-current="page">Home', page)
    assert 'href="/switch">Switch' in page
    assert re.search(r'<form method="post" action="/sign-out">\s*<input type="hidden"', page)
    assert 'href="tel:01632960123"' in page
    assert "You can do this by phone instead." in page
    assert 'href="/safeguarding"' in page


def test_a_page_can_name_its_own_helper_or_none() -> None:
    app = make()
    render = app.jinja_env.from_string('{% extends "done.html" %}').render
    with app.test_request_context("/"):
        tell(help=Help("Sheila", "01632 960 123"), nav=[Item("Home", "/")])
        assert "Sheila" in render()
        assert "Tomasz" in render(help=Help("Tomasz", "01632 960 456", instead=False))
        assert "by phone instead" not in render(help=Help("T", "01632 960 456", instead=False))
        assert "Need help?" not in render(help=None)


def test_the_frame_is_plain_until_it_is_told() -> None:
    app = make()
    with app.test_request_context("/"):
        assert shell().who is None
        tell(who=Who("Rahima"))
        assert shell().who == Who("Rahima")
    with app.test_request_context("/"):
        assert shell().who is None


def test_the_classes_that_templates_use_are_in_the_sheets() -> None:
    """The build leaves out variants that no page uses; a page that takes one into use adds it."""
    sheets = built("app.css").read_text() + built("staff.css").read_text()
    known = set(re.findall(r"\.((?:govuk|app)-[\w-]+)", sheets))
    # Named for the structure or for the script; no rule of its own.
    bare = {"govuk-notification-banner__header", "govuk-table__body", "govuk-table__head"}
    bare |= {"govuk-table__row", "govuk-summary-list__row--no-actions", "govuk-js-character-count"}
    bare |= {"govuk-task-list__name-and-hint"}
    used = set()
    for template in PORTAL.glob("templates/**/*.html"):
        for value in re.findall(r'class="([^"]*)"', template.read_text()):
            names = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", value).split()
            used |= {(name, template.name) for name in names if re.match(r"(govuk|app)-", name)}
    missing = {(name, file) for name, file in used if name not in known | bare}
    assert not {one for one in missing if not one[0].endswith("-")}


def test_what_is_built_asks_for_nothing_else() -> None:
    for name in ("app.css", "app-rtl.css", "staff.css", "staff-rtl.css"):
        sheet = built(name).read_text()
        assert "url(" not in sheet
        assert "@import" not in sheet
        assert "GDS Transport" not in sheet
    script = built("app.js").read_text()
    assert "sourceMappingURL" not in script
    assert "allowEval:!1" in script
    assert "includeIndicatorStyles:!1" in script


def test_the_mirrored_sheet_is_mirrored() -> None:
    sheet, mirrored = (built(name).read_text() for name in ("app.css", "app-rtl.css"))
    inset = re.compile(r"\.govuk-inset-text\{[^}]*border-(left|right):10px")
    assert inset.search(sheet)
    assert inset.search(sheet)[1] == "left"
    assert inset.search(mirrored)[1] == "right"


def test_sheets_and_script_are_light() -> None:
    assert brotli_size("app.css") <= 8_000
    assert brotli_size("app-rtl.css") <= 8_000
    assert brotli_size("staff.css") <= 6_000
    assert brotli_size("app.js") <= 24_000


@pytest.mark.parametrize("path", ["/one", "/done"])
def test_the_first_view_of_a_partner_is_light(path: str) -> None:
    page = make().test_client().get(path)
    head = sum(len(name) + len(value) + 4 for name, value in page.headers) + len("HTTP/1.1 200 OK")
    html = len(brotli.compress(page.data, quality=5))
    assert html + head + brotli_size("app.css") + head <= 14_600
    # Nothing stands before the first words but the sheet.
    assert page.text.count('<link rel="stylesheet"') == 1
    assert re.findall(r"<script[^>]*>", page.text) == [
        f'<script src="/static/{built("app.js").name}" defer>'
    ]


def test_what_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="make"):
        assert Built(tmp_path).names


def luminance(colour: str) -> float:
    colour = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_the_colours_of_each_theme_can_be_read(theme: str) -> None:
    sheet = built("app.css").read_text()
    name = ":root" if theme == THEMES[0] else rf"\.theme-{theme}"
    rule = re.search(rf"{name}\{{(--brand[^}}]*)\}}", sheet)
    assert rule
    colours = dict(re.findall(r"--([\w-]+): ?(#[0-9a-f]+)", rule[1]))
    link, tint = colours["govuk-link-colour"], colours["tint"]
    assert contrast("#ffffff", colours["brand"]) >= 7
    assert contrast("#ffffff", colours["deep"]) >= 7
    assert contrast(link, tint) >= 4.5
    assert contrast(link, "#ffffff") >= 4.5
    assert contrast("#0b0c0c", tint) >= 7
    assert contrast(colours["brand"], tint) >= 3


def test_lists_of_pages(app: Flask) -> None:
    with app.test_request_context("/"):
        ui = app.jinja_env.globals["ui"]
        assert str(ui.pagination(1, 1, "/l?p={page}")).strip() == ""
        few = unescape(str(ui.pagination(1, 3, "/l?a=b&p={page}")))
        assert re.findall(r'href="([^"]+)"', few) == [
            *(f"/l?a=b&p={page}" for page in (1, 2, 3)),
            "/l?a=b&p=2",
        ]
        many = str(ui.pagination(5, 9, "/l?p={page}"))
        assert re.findall(r">(\d|…)<", many) == ["1", "…", "4", "5", "6", "…", "9"]
