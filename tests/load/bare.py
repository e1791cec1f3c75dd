"""What pages are measured against: a bare Flask that says the same bytes through a bare Jinja
template, and a bare Flask that answers with a little JSON. Nothing else: no database, nobody
signed in, nothing compressed."""

import json
import os
from pathlib import Path

from flask import Flask, render_template
from markupsafe import Markup

ROWS = 60
TEMPLATE = "{% for row in rows %}{{ row }}{% endfor %}"


def make() -> Flask:
    """The bare app. ``BARE_PAGES`` names a JSON file with the HTML of each page."""
    app = Flask("bare")
    template = app.jinja_env.from_string(TEMPLATE)
    pages = json.loads(Path(os.environ["BARE_PAGES"]).read_text("utf-8"))
    rows = [_rows(html) for html in pages]

    @app.route("/page/<int:number>")
    def page(number: int) -> str:
        return render_template(template, rows=rows[number])

    @app.route("/json")
    def little() -> dict[str, str]:
        return {"status": "ok"}

    return app


def _rows(html: str) -> list[Markup]:
    """The page in sixty pieces, so that the template has as many rows as a long list."""
    size = max(1, -(-len(html) // ROWS))
    return [Markup(html[at : at + size]) for at in range(0, len(html), size)]
