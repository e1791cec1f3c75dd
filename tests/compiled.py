"""What each new portal would compile again, compiled once: templates once in a run of the tests,
routes and statements once in a process. Each test has a portal of its own, and compiling was most
of its time."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]
"""Makes a domain and a path of a rule and its values."""


class Templates(FileSystemBytecodeCache):
    """Compiled templates, by their name, their source and what they were compiled with; wherever
    their files are, so that copies of the code have them in common."""

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        escapes = environment.autoescape
        way = (
            *(environment.trim_blocks, environment.lstrip_blocks, sorted(environment.extensions)),
            escapes(name) if callable(escapes) else escapes,
        )
        return super().get_bucket(environment, f"{name} {way}", None, source)


def compile_once(folder: Path) -> None:
    """For every portal of this process. ``folder`` holds the templates of the run."""
    _templates(folder)
    _routes()
    _statements()


def _templates(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    Flask.jinja_options["bytecode_cache"] = Templates(str(folder))


def _routes() -> None:
    compiled = Rule._compile_builder
    known: dict[tuple[object, ...], Builder] = {}

    def compile_builder(self: Rule, append_unknown: bool = True) -> Builder:
        # All that the compiled function is made from; the rule itself is given at each call.
        key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in known:
            known[key] = compiled(self, append_unknown)
        return known[key]

    Rule._compile_builder = compile_builder  # type: ignore[method-assign]


def _statements() -> None:
    """SQLAlchemy keeps what it compiled by the dialect, of which each engine has its own: let those
    of the same make be one."""
    kept: LRUCache[object, object] = LRUCache(5000)
    Engine._compiled_cache = property(lambda _: kept, lambda *_: None)  # type: ignore[assignment]
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = _same  # type: ignore[method-assign, assignment]


MAKE = ("paramstyle", "server_version_info", "_json_deserializer", "_json_serializer")


def _same(one: DefaultDialect, other: object) -> bool:
    return type(one) is type(other) and all(
        getattr(one, name, None) == getattr(other, name, None) for name in MAKE
    )
