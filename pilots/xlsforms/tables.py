"""Tables of counts: in a form, a group with a whole number for each box."""

from typing import Any

from pilots.xlsforms.columns import OURS, Row


class Table:
    """A table while its boxes are read; ``row`` is the one that begins it."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.rows: list[dict[str, Any]] = []
        self.columns: list[dict[str, Any]] = []

    def holds(self, box: Row) -> bool:
        """Whether this row is a box of it."""
        one, other = box[f"{OURS}row"], box[f"{OURS}column"]
        if not (one and other):
            return False
        for held, key, field in ((self.rows, one, "row"), (self.columns, other, "column")):
            if key not in {each["key"] for each in held}:
                words = dict(box.words.get(f"{OURS}{field}_words", {})) or {"en": key}
                held.append({"key": key, "words": words})
        return True
