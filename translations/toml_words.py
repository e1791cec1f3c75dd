"""Finds the words people read in TOML files, so that they reach the catalogues."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

Found = tuple[int, str, str, list[str]]


def extract(
    fileobj: BinaryIO, keywords: object, comment_tags: object, options: Mapping[str, str]
) -> Iterator[Found]:
    """Yield each text found under one of the option's ``keys``, as Babel's extractors do.

    The message is the value exactly as TOML gives it. Line numbers are not known to the
    parser, and the catalogues leave them out.
    """
    keys = frozenset(options["keys"].split())
    for text in _texts(tomllib.load(fileobj), keys):
        yield 1, "gettext", text, []


def _texts(node: Any, keys: frozenset[str]) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _texts(each, keys)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in keys and isinstance(value, str):
                if value:
                    yield value
            else:
                yield from _texts(value, keys)
