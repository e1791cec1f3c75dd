"""A site of a few pages, some with faults on purpose, for testing the tests' own tools."""

from collections.abc import Callable, Iterable
from typing import Any

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tiny</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="/name.js" defer></script></head>
<body><main><h1>Tiny</h1>{}</main></body></html>"""
PAGES = {
    "/": '<p id="said">No script ran.</p><p lang="ar">مرحبا</p><p lang="bn">বাংলা ভাষা</p>',
    "/faulty": "<h2></h2><button>.</button><button>.</button><p lang='xx'>?</p>",
    "/inline": '<p id="said" style="color: red">Red</p>',
    "/throws": '<p id="throws">A script fails.</p>',
}
SCRIPT = """
if (document.getElementById('throws')) throw new Error('on purpose')
document.getElementById('said').textContent = 'A script ran.'
"""


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/broken":
        raise RuntimeError("on purpose")
    if path == "/name.js":
        status, kind, body = "200 OK", "text/javascript", SCRIPT
    elif path in PAGES:
        status, kind, body = "200 OK", "text/html; charset=utf-8", PAGE.format(PAGES[path])
    else:
        status, kind, body = "404 Not Found", "text/plain", "no such page"
    start_response(status, [("Content-Type", kind), ("Content-Security-Policy", CSP)])
    return [body.encode()]
