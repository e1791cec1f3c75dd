"""The built sheets and script by their logical names, and the colour themes built into them."""

import json
from functools import cached_property
from pathlib import Path

from flask import Flask, request

THEMES = ("harbour", "plum", "ocean", "brick", "moss", "slate")
"""Names of the colour themes in assets/_themes.scss: what the `brand` setting may say."""


class Built:
    """What ``portal/assets`` built into a folder. Reads its manifest once, at first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def names(self) -> dict[str, str]:
        """Logical name → name with the content's hash. ``RuntimeError`` when nothing is built."""
        try:
            return dict(json.loads((self.folder / "manifest.json").read_text("utf-8")))
        except FileNotFoundError as missing:
            raise RuntimeError(
                "The style sheets are not built. Run `make portal/static/manifest.json`."
            ) from missing

    def url(self, name: str) -> str:
        """Where the browser finds ``app.css``, ``app-rtl.css``, ``staff.css``, ``app.js`` …"""
        return f"{request.script_root}/static/{self.names[name]}"


def init(app: Flask) -> None:
    """Gives templates ``asset('app.css')``."""
    app.jinja_env.globals["asset"] = Built(Path(app.static_folder or "")).url
