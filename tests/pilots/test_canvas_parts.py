"""The canvas and step 1 of the IG case ask the same things in the same words."""

from pilots.canvas_parts import parts
from tests.trust.readability import faults
from trust.governance.steps import steps


def test_four_parts_read_plainly() -> None:
    assert [part.key for part in parts()] == ["outcome", "action", "product", "data"]
    for part in parts():
        assert faults(f"{part.text} {part.hint}") == []
        assert bool(part.columns) == (part.key == "data")


def test_each_data_item_has_a_reason() -> None:
    keys = [column.key for column in parts()[-1].columns]
    assert keys == ["name", "from_whom", "why", "category", "personal"]
    assert all(column.title and column.hint for column in parts()[-1].columns)


def test_typed_once_asked_in_the_same_words() -> None:
    for part in parts():
        box = steps().step(1).box(part.key)
        assert (box.title, box.text, box.hint) == (part.title, part.text, part.hint)
