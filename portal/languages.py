"""The portal's languages: which there are, which one this is, and how it writes dates."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel import Locale, dates, numbers
from flask import Flask, Response, current_app, g, has_request_context, redirect, request
from flask_babel import Babel, force_locale, ngettext
from markupsafe import Markup, escape

from portal import catalogues
from portal.catalogues import gettext
from portal.safe_html import UNSAFE
from portal.security import local_path
from trust.calendar import LONDON, london_day
from trust.records import Hidden, Msg

COOKIE = "language"
# Unicode's first-strong isolate: what stands inside keeps its own direction.
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


@dataclass(frozen=True, slots=True)
class Language:
    """``locale`` decides dates and plurals. ``reviewed``: read by somebody who speaks it."""

    code: str
    own_name: str
    locale: str
    direction: str = "ltr"
    reviewed: bool = False


LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "English", "en_GB", reviewed=True),
        Language("so", "Soomaali", "so"),
        Language("bn", "বাংলা", "bn"),
        Language("pl", "Polski", "pl"),
        Language("ar", "العربية", "ar", direction="rtl"),
    )
}
ENGLISH = LANGUAGES["en"]


def offered() -> tuple[Language, ...]:
    """The languages that this portal's settings offer, in their order."""
    return tuple(LANGUAGES[code] for code in current_app.config["PORTAL"].languages)


def current() -> Language:
    """The language of this request: this device's choice, else the person's, else the browser's."""
    here = g._get_current_object()  # through the proxy it takes twice as long, for each word
    language: Language | None = getattr(here, "language", None)
    if language is None:
        g.language = language = _select() if has_request_context() else ENGLISH
    return language


def _select() -> Language:
    choices = {language.code: language for language in offered()}
    of_person: Callable[[], str | None] = current_app.extensions["portal.language_of_person"]
    for code in (request.cookies.get(COOKIE), of_person()):
        if code in choices:
            return choices[code]
    return choices.get(request.accept_languages.best_match(choices) or "", ENGLISH)


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """All that is said inside is said in ``code``: mail goes out in its reader's language."""
    before = g.get("language")
    g.language = LANGUAGES.get(code, ENGLISH)
    try:
        with force_locale(g.language.locale):
            yield g.language
    finally:
        g.pop("language") if before is None else setattr(g, "language", before)


def choose(code: str) -> Response:
    """View of ``/language/<code>?next=/path``: keeps the choice on this device, and goes back.

    A link, not a form: it writes nothing in the database, works in a page that anybody may keep,
    without script and with one tap; the worst a stranger can do with it is to show a page in
    another of the portal's languages. A person's own setting is changed in their profile.
    """
    if code not in {language.code for language in offered()}:
        raise Hidden(code)
    response = redirect(local_path(request.args.get("next")), 303)
    response.set_cookie(
        COOKIE,
        code,
        max_age=365 * 24 * 3600,
        secure=current_app.config["PORTAL"].https,
        httponly=True,
        samesite="Lax",
    )
    return response


def links() -> list[tuple[Language, str]]:
    """Each offered language with the address that switches this page to it."""
    here = request.full_path if request.query_string else request.path
    back = quote(here, safe="/") if len(here) < 1000 else ""
    return [(one, f"{request.script_root}/language/{one.code}?next={back}") for one in offered()]


def words(value: str | Mapping[str, str] | None, lang: str | None = None) -> Markup:
    """What a person wrote, marked with its language and direction, and kept from machines that
    translate pages: nothing typed here is sent to them. ``Words`` come in the reader's language
    where they have it, else as they were given."""
    if value.__class__ is not str and isinstance(value, Mapping):
        lang = current().code
        lang = lang if lang in value else next(iter(value), None)
        value = value[lang] if lang is not None else ""
    said = value.translate(UNSAFE) if value.__class__ is str else escape(value or "")
    marked = f'<span{lang_attributes(lang)} translate="no">{said}</span>'
    return Markup(marked)  # noqa: S704 - escaped above


@lru_cache(maxsize=100)
def lang_attributes(lang: str | None) -> Markup:
    """`` lang="so" dir="ltr"``; a language that is not known is left to the letters."""
    if lang is None:
        return Markup(' dir="auto"')
    direction = LANGUAGES[lang].direction if lang in LANGUAGES else "auto"
    return Markup(' lang="{}" dir="{}"').format(lang, direction)


def language_name(code: str) -> str:
    """What the reader calls a language: "Somali" for ``so``."""
    return Locale.parse(current().locale).languages.get(code, code)


def say(message: Msg | str) -> str:
    """A ``Msg`` in the reader's language. Messages and days among its parameters are said too;
    names and titles keep their own direction, so that a full stop stays at their end."""
    if isinstance(message, str):
        return gettext(message)
    return gettext(message.text) % {key: _said(value) for key, value in message.params.items()}


def _said(value: Any) -> Any:
    if isinstance(value, Msg):
        return say(value)
    if isinstance(value, datetime):
        return day_and_time_words(value)
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, str) and current().direction == "rtl":
        return f"{ISOLATE}{value}{END_OF_ISOLATE}"
    return value


@lru_cache(maxsize=4096)
def _day(value: date, locale: str, pattern: str) -> str:
    return dates.format_date(value, pattern, locale)


@lru_cache(maxsize=4096)
def _clock(hour: int, minute: int, locale: str) -> str:
    if locale == ENGLISH.locale:
        return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''}{'am' if hour < 12 else 'pm'}"
    # Morning or afternoon stays on the line of its hour.
    return dates.format_time(time(hour, minute), "short", locale=locale).replace(" ", "\xa0")


def _local(value: date) -> date:
    return london_day(value) if isinstance(value, datetime) else value


def day_words(value: date, pattern: str = "long") -> str:
    """``3 May 2025`` as text: for mail, sheets and titles. A moment is told in London's day."""
    return _day(_local(value), current().locale, pattern)


def day_and_time_words(value: datetime) -> str:
    """``3 May 2025, 4:05pm`` as text, in London's time."""
    local, locale = value.astimezone(LONDON), current().locale
    return _joined(locale).format(_clock(local.hour, local.minute, locale), day_words(local))


@lru_cache(maxsize=20)
def _joined(locale: str) -> str:
    """How the language puts a time (0) beside a day (1): with the comma that it writes."""
    return str(Locale.parse(locale).datetime_formats["long"])


def clock_words(value: datetime) -> str:
    """``4:05pm`` as text, in London's time."""
    local = value.astimezone(LONDON)
    return _clock(local.hour, local.minute, current().locale)


def day(value: date | None, pattern: str = "long") -> Markup:
    """``<time datetime="2025-05-03">3 May 2025</time>``; nothing for ``None``."""
    if value is None:
        return Markup("")
    return _day_marked(_local(value), current().locale, pattern)


@lru_cache(maxsize=4096)
def _day_marked(value: date, locale: str, pattern: str) -> Markup:
    said = _day(value, locale, pattern)
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), said)


def weekday(value: date | None) -> Markup:
    """``Saturday 3 May``, for days near enough that the year goes without saying."""
    return day(value, "EEEE d MMMM")


def day_and_time(value: datetime | None) -> Markup:
    """A moment as ``<time>``, in London's time; nothing for ``None``."""
    if value is None:
        return Markup("")
    machine = value.astimezone(LONDON).isoformat(timespec="minutes")
    return Markup('<time datetime="{}">{}</time>').format(machine, day_and_time_words(value))


def lasting(days: int) -> str:
    """How long something is kept, in the largest measure that fits: "6 years", "4 months"."""
    if days % 365 == 0:
        return ngettext("%(num)s year", "%(num)s years", days // 365)
    if days % 30 == 0:
        return ngettext("%(num)s month", "%(num)s months", days // 30)
    return ngettext("%(num)s day", "%(num)s days", days)


def number(value: float) -> str:
    """``12,345`` as this language groups it."""
    return _number(value, current().locale)


@lru_cache(maxsize=4096)
def _number(value: float, locale: str) -> str:
    return numbers.format_decimal(value, locale=locale)


def _tell(response: Response) -> Response:
    if response.mimetype == "text/html":
        # A letter is in the language of whoever gets it, not of whoever prints it.
        response.headers.setdefault("Content-Language", current().code)
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def init(app: Flask, of_person: Callable[[], str | None] = lambda: None) -> None:
    """``of_person`` tells the code of the language that whoever is signed in set as theirs."""
    app.extensions["portal.language_of_person"] = of_person
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(
        app,
        default_locale=ENGLISH.locale,
        default_timezone="Europe/London",
        locale_selector=lambda: current().locale,
    )
    catalogues.init(app)
    app.after_request(_tell)
    app.jinja_env.globals.update(language=current, language_links=links)
    app.jinja_env.filters.update(
        day=day,
        weekday=weekday,
        day_and_time=day_and_time,
        number=number,
        say=say,
        words=words,
        language_name=language_name,
    )
