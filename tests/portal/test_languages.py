"""Which language a page is in, and how it writes days, times and other people's words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from portal import languages
from portal.languages import day, day_and_time, number, say, speaking, weekday, words
from tests.portal.shell_app import make
from trust.records import Hidden, Msg


@pytest.fixture
def app() -> Flask:
    return make()


@pytest.fixture
def request_made(app: Flask) -> Iterator[None]:
    with app.test_request_context("/one"):
        yield


def test_the_devices_choice_then_the_persons_then_the_browsers(app: Flask) -> None:
    client = app.test_client()
    wishes = {"Accept-Language": "pl-PL,pl;q=0.9,en;q=0.5"}
    assert '<html lang="en"' in client.get("/one").text
    assert '<html lang="pl"' in client.get("/one", headers=wishes).text
    app.extensions["portal.language_of_person"] = lambda: "bn"
    assert '<html lang="bn"' in client.get("/one", headers=wishes).text
    client.set_cookie(languages.COOKIE, "so")
    assert '<html lang="so"' in client.get("/one", headers=wishes).text
    client.set_cookie(languages.COOKIE, "tlh")
    assert '<html lang="bn"' in client.get("/one", headers=wishes).text


def test_only_offered_languages_can_be_chosen() -> None:
    app = make(languages=("en", "ar"))
    app.register_error_handler(Hidden, lambda e: ("", 404))
    client = app.test_client()
    assert client.get("/language/ar").status_code == 303
    assert client.get("/language/so").status_code == 404
    assert "Soomaali" not in client.get("/one").text


def test_choosing_goes_back_and_nowhere_else(app: Flask) -> None:
    client = app.test_client()
    chosen = client.get("/language/ar?next=/all%3Fa%3D1")
    assert chosen.headers["Location"] == "/all?a=1"
    assert "HttpOnly" in chosen.headers["Set-Cookie"]
    assert "SameSite=Lax" in chosen.headers["Set-Cookie"]
    assert client.get("/language/so?next=//evil.example").headers["Location"] == "/"


def test_the_switch_is_on_every_page_and_comes_back_to_it(app: Flask) -> None:
    client = app.test_client()
    for path in ("/one", "/error/404"):
        assert 'href="/language/so?next=' in client.get(path).text
    assert (
        'href="/language/so?next=/all%3Fa%3D1%26b%3D%26quot' in client.get("/all?a=1&b=&quot").text
    )


def test_arabic_reads_from_the_right_with_its_own_sheet(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie(languages.COOKIE, "ar")
    page = client.get("/list").text
    assert '<html lang="ar" dir="rtl"' in page
    assert "/static/app-rtl-" in page
    assert "/static/staff-rtl-" in page
    assert "لم يقرأ هذه الترجمة بعد" in page


def test_english_says_nothing_of_translation(app: Flask) -> None:
    page = app.test_client().get("/list")
    assert "has not yet been read" not in page.text
    assert page.headers["Content-Language"] == "en"
    assert {"accept-language", "cookie"} <= set(page.vary.as_set())


def test_days_and_times_are_londons(request_made: None) -> None:
    summer = datetime(2026, 5, 3, 23, 5, tzinfo=UTC)
    assert day(date(2026, 5, 3)) == '<time datetime="2026-05-03">3 May 2026</time>'
    assert day(summer) == '<time datetime="2026-05-04">4 May 2026</time>'
    assert weekday(date(2026, 5, 3)) == '<time datetime="2026-05-03">Sunday 3 May</time>'
    assert ">4 May 2026, 12:05am<" in day_and_time(summer)
    assert ">3 December 2026, 4pm<" in day_and_time(datetime(2026, 12, 3, 16, tzinfo=UTC))
    with speaking("ar"):
        assert ">4 مايو 2026، 12:05\xa0ص<" in day_and_time(summer)
    assert day(None) == day_and_time(None) == ""


def test_days_and_numbers_in_other_languages(request_made: None) -> None:
    with speaking("pl"):
        assert ">3 maja 2026<" in day(date(2026, 5, 3))
        assert number(12345) == "12\xa0345"
    with speaking("ar"):
        assert "مايو" in day(date(2026, 5, 3))
    assert ">3 May 2026<" in day(date(2026, 5, 3))


def test_messages_hold_messages_and_days(request_made: None) -> None:
    inner = Msg("clause %(n)s", {"n": 3})
    message = Msg("From %(day)s, %(clause)s", {"day": date(2026, 5, 3), "clause": inner})
    assert say(message) == "From 3 May 2026, clause 3"
    assert say("100% sure") == "100% sure"


def test_names_keep_their_direction_where_all_else_reads_from_the_right(
    request_made: None,
) -> None:
    told = Msg("Answer: %(title)s", {"title": "Does it help?"})
    assert say(told) == "Answer: Does it help?"
    with speaking("ar"):
        assert "\u2068Does it help?\u2069" in say(told)
        assert "\u2068" not in say(Msg("Done", {}))


def test_other_peoples_words_are_marked(request_made: None) -> None:
    assert words("Salaan <b>", "so") == (
        '<span lang="so" dir="ltr" translate="no">Salaan &lt;b&gt;</span>'
    )
    assert words("Lantern") == '<span dir="auto" translate="no">Lantern</span>'
    both = {"ar": "سلام", "en": "Peace"}
    assert "Peace" in words(both)
    with speaking("ar"):
        assert words(both).startswith('<span lang="ar" dir="rtl"')
    with speaking("pl"):
        assert "سلام" in words(both)
    assert words(None) == words({}) == '<span dir="auto" translate="no"></span>'
