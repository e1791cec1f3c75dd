"""Browsers: what a person calls one, and those in which somebody signed in before. Their owner can
always ask for a code, however many strangers ask in the owner's name (OWASP, "Device cookies")."""

from flask import current_app
from flask import session as cookie

from trust import signin

_KEPT = "known"
MOST = 3  # people who share a browser that is their own


def _mark(email: str) -> str:
    """Says nothing of the address to whoever reads the cookie."""
    return signin.derive(current_app.config["PORTAL"].key, "known", email)[:9].hex()


def is_known(email: str) -> bool:
    """Whether the person with this address signed in here before."""
    return _mark(email) in cookie.get(_KEPT, ())


def is_known_to_us() -> bool:
    """Whether anybody signed in here before."""
    return bool(cookie.get(_KEPT))


def remember(email: str) -> None:
    """Note that the person with this address signed in here."""
    mark = _mark(email)
    others = [one for one in cookie.get(_KEPT, ()) if one != mark]
    cookie[_KEPT] = [mark, *others][:MOST]


def clear() -> None:
    """Empty the cookie of all but these marks."""
    kept = cookie.get(_KEPT)
    cookie.clear()
    if kept:
        cookie[_KEPT] = kept
        cookie.permanent = True


def name_of(agent: str) -> str:
    """What a person would call the browser: "Firefox on Android". Nothing finer is kept."""
    browsers = ("Edg", "Firefox", "SamsungBrowser", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    names = {"Edg": "Edge", "SamsungBrowser": "Samsung Internet", "Mac OS": "Mac"}
    browser = next((one for one in browsers if one in agent), "")
    system = next((one for one in systems if one in agent), "")
    return " · ".join(names.get(one, one) for one in (browser, system) if one)
