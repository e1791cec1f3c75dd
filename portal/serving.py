"""Serving files and compressing pages, the same under every server."""

from typing import Any

import brotli
from flask import Flask, Response, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest
from whitenoise import WhiteNoise


def _compressed(response: Response) -> Response:
    """Brotli where the browser takes it. Pages hold no secret that an attacker's words could be
    compressed against, but the CSRF token: Flask-WTF masks that anew for every page (BREACH)."""
    if (
        response.direct_passthrough
        or response.status_code in (204, 304)
        or "Content-Encoding" in response.headers
        or "br" not in request.accept_encodings
        or not (response.mimetype or "").startswith(("text/", "application/json", "image/svg"))
        or (response.content_length or 0) < 500
    ):
        return response
    response.set_data(brotli.compress(response.get_data(), quality=5))
    response.headers["Content-Encoding"] = "br"
    response.vary.add("Accept-Encoding")
    return response


def init(app: Flask) -> None:
    """Compress pages; serve built files, already compressed, for as long as browsers keep them."""
    app.after_request(_compressed)
    # The server finds a malformed body only while the portal reads it.
    app.register_error_handler(ParseException, lambda _: app.handle_http_exception(BadRequest()))
    static: Any = WhiteNoise(
        app.wsgi_app,
        root=app.static_folder,
        prefix="static/",
        max_age=31_536_000,
        immutable_file_test=lambda path, url: True,
    )
    app.wsgi_app = static  # type: ignore[method-assign]
