"""What every response says to the browser, errors and static files too."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",  # htmx asks for parts of pages
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""One constant for all pages: no page has a script or a style of its own, so no nonce."""

CSP_WITH_SOUND = f"{CSP}; media-src 'self'"
"""For a page with something to hear on it."""

HEADERS = (
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    ),
)
HSTS = ("Strict-Transport-Security", "max-age=63072000")


class Headed:
    """WSGI middleware that adds the headers to whatever comes out, whoever made it."""

    def __init__(self, wsgi_app: Callable[..., Iterable[bytes]], https: bool) -> None:
        self.wsgi_app = wsgi_app
        self.headers = (*HEADERS, HSTS) if https else HEADERS

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            said = {name.lower() for name, _ in headers}
            added = [pair for pair in self.headers if pair[0].lower() not in said]
            return start_response(status, headers + added, exc_info)

        return self.wsgi_app(environ, start)


def _no_store(response: Response) -> Response:
    # A page says so itself if others may keep it; silence means it is somebody's own.
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def init(app: Flask) -> None:
    """Call it last, after anything else that wraps ``app.wsgi_app`` (WhiteNoise does)."""
    settings = app.config["PORTAL"]
    app.config["TRUSTED_HOSTS"] = list(settings.hosts) or None
    app.after_request(_no_store)
    app.wsgi_app = Headed(app.wsgi_app, settings.https)


def local_path(value: str | None, otherwise: str = "/") -> str:
    """``value`` if it is a path of this portal, else ``otherwise``: no open redirects.

    Browsers read ``\\`` as ``/`` and drop tabs and line ends, so such a path is not ours.
    """
    if not value or len(value) > 2000 or not value.startswith("/"):
        return otherwise
    if "\\" in value or any(ord(character) <= 32 or ord(character) == 127 for character in value):
        return otherwise
    try:
        parts = urlsplit(value)
    except ValueError:
        return otherwise
    return otherwise if value.startswith("//") or parts.scheme or parts.netloc else value
