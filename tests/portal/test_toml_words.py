"""What people read in a TOML file reaches the catalogues, and nothing else does."""

import io
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pilots.canvas_parts import parts
from pilots.model import load, names
from translations.toml_words import extract
from trust.clauses import library, sections
from trust.governance.steps import steps
from trust.permissions import roles
from trust.promises import promises
from trust.regions import regions

ROOT = Path(__file__).parents[2]
MAPPINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"][
    "mappings"
]
OPTIONS = next(one for one in MAPPINGS if one["method"] == "toml")
FILES = sorted(path for top in ("trust", "pilots") for path in (ROOT / top).rglob("*.toml"))
# Words that the code reads, names that stay as they are, numbers to call.
NOT_FOR_READERS = {"with", "counts", "places", "council", "phone"}


def words(path: Path) -> set[str]:
    with path.open("rb") as file:
        return {text for _, _, text, _ in extract(file, (), (), OPTIONS)}


def sentences(node: Any, key: str = "") -> Iterator[str]:
    """Every text of several words in a file, wherever it stands."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from sentences(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from sentences(value, key)
    elif isinstance(node, str) and " " in node and key not in NOT_FOR_READERS:
        yield node


def shown() -> Iterator[str]:
    """What the loaders hand to pages."""
    for role in roles().values():
        yield from (role.name, role.sentence)
    yield from sections().values()
    for clause in library().values():
        yield from (clause.title, clause.text)
        for option in clause.options:
            yield from (option.title, option.text)
    for promise in promises().values():
        yield from (promise.name, promise.text)
    for step in steps().steps:
        yield from (step.title, *step.who, step.takes, step.gives, step.done)
        for box in step.boxes:
            yield from (box.title, box.text, box.hint, *(o.label for o in box.options))
    for part in parts():
        yield from (part.title, part.text, part.hint)
        for column in part.columns:
            yield from (column.title, column.hint)
    for name in names():
        yield from (load(name).name, load(name).text)
        for stage in load(name).stages:
            yield from (stage.title, stage.text)
            yield from (need.words for need in stage.needs if need.check == "say")
    for region in regions().values():
        yield from (region.name, region.forum.name, region.forum.text)
        yield from (one.name for one in (*region.platforms, *region.numbers, *region.clusters))
        yield from (one.text for one in region.numbers)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sentence_of_a_file_is_translated(path: Path) -> None:
    with path.open("rb") as file:
        assert set(sentences(tomllib.load(file))) <= words(path)


def test_all_that_pages_show_is_translated() -> None:
    assert set(shown()) <= {text for path in FILES for text in words(path)}


def test_codes_are_not_words() -> None:
    text = b'key = "a"\ntitle = "A b"\ntext = ""\n[[x.y]]\nwith = "each member"\nhint = "C"\n'
    found = [text for _, _, text, _ in extract(io.BytesIO(text), (), (), OPTIONS)]
    assert found == ["A b", "C"]
