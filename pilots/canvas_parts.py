"""The four parts of the canvas, with their questions and hints: read from
``canvas_parts.toml``. Source: LOTI's outcomes-based method; the headings are this project's."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Column:
    """One thing to be said about each data item."""

    key: str
    title: str
    hint: str


@dataclass(frozen=True)
class Part:
    """One part. Only the last, data, has columns: it is a list of items."""

    key: str
    title: str
    text: str
    hint: str
    columns: tuple[Column, ...]


@cache
def parts() -> tuple[Part, ...]:
    """The four parts, in order."""
    text = files("pilots").joinpath("canvas_parts.toml").read_text(encoding="utf-8")
    return tuple(
        Part(
            key=row["key"],
            title=row["title"],
            text=row["text"],
            hint=row["hint"],
            columns=tuple(Column(**column) for column in row.get("column", ())),
        )
        for row in tomllib.loads(text)["part"]
    )
