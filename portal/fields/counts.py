"""A small table of numbers to fill in."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Field

from pilots.numbers import whole
from portal.fields.asked import Asked, tidy
from portal.fields.checks import whole_number

KEY = re.compile(r"[A-Za-z0-9_]{1,40}")


class CountTable(Asked, Field):
    """Rows × columns of whole numbers. ``rows`` and ``columns``: (key, words) with keys of letters,
    digits and ``_``; names that people gave come through ``portal.languages.words``.
    ``data``: {row: {column: number}}; an empty cell is absent, not nought.

    ``form.families(check="/…")`` asks that address for the totals (``form.families.totals()``)
    after each change; without script they are there when the page comes back.
    """

    def __init__(
        self,
        label: Any = "",
        checks: Any = (),
        *,
        rows: Iterable[Sequence[Any]] = (),
        columns: Iterable[Sequence[Any]] = (),
        corner: Any = "",
        most: int = 9_999_999,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, checks, **kwargs)
        self.rows = [(str(key), words) for key, words in rows]
        self.columns = [(str(key), words) for key, words in columns]
        self.corner = corner
        self.in_range = whole_number(0, most)
        self.typed: dict[tuple[str, str], str] = {}
        self.cell_errors: dict[tuple[str, str], str] = {}
        if not all(KEY.fullmatch(key) for key, _words in self.rows + self.columns):
            raise ValueError("the keys of rows and columns are letters, digits and _")

    def cell_id(self, row: str, column: str) -> str:
        return f"{self.id}-{row}-{column}"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.typed, self.cell_errors = {}, {}
        self.data = {}
        given: Mapping[str, Mapping[str, int]] = data if isinstance(data, Mapping) else {}
        for row, _row_words in self.rows:
            for column, _column_words in self.columns:
                name = f"{self.name}-{row}-{column}"
                if formdata is not None and name in formdata:
                    self._read(row, column, tidy(formdata.get(name))[:30])
                elif not formdata and given.get(row, {}).get(column) is not None:
                    self._read(row, column, str(given[row][column]))

    def _read(self, row: str, column: str, text: str) -> None:
        self.typed[row, column] = text
        if not text:
            return
        try:
            number = whole(text)
        except ValueError:
            wrong: str | None = _("enter a whole number, like 12")
        else:
            wrong = self.in_range.wrong(number)
        if wrong:  # such a box is left out of the totals
            self.cell_errors[row, column] = wrong
        else:
            self.data.setdefault(row, {})[column] = number

    def pre_validate(self, form: Any) -> None:
        """The cells' errors were found while reading."""

    def validate(self, form: Any, extra_validators: Sequence[Any] = ()) -> bool:
        if self.cell_errors:
            self.errors = [text for _id, text in self._cell_links()]
            return False
        return super().validate(form, extra_validators)

    @property
    def first_id(self) -> str:
        return self.cell_id(self.rows[0][0], self.columns[0][0])

    def error_links(self) -> list[tuple[str, str]]:
        # What was saved wrong is shown again as it is; it is said only once it is sent again.
        return self._cell_links() if self.errors and self.cell_errors else super().error_links()

    def _cell_links(self) -> list[tuple[str, str]]:
        rows, columns = dict(self.rows), dict(self.columns)

        def plain(words: Any) -> str:
            """As text: the direction of a name stays its own, without the marks of a span."""
            return f"\u2068{Markup(words).striptags()}\u2069"  # noqa: S704 - comes out as text

        return [
            (
                self.cell_id(row, column),
                _(
                    "%(row)s, %(column)s: %(problem)s",
                    row=plain(rows[row]),
                    column=plain(columns[column]),
                    problem=wrong,
                ),
            )
            for (row, column), wrong in self.cell_errors.items()
        ]

    def sums(self) -> tuple[dict[str, int], int]:
        """The total of each column, and of all."""
        columns = {
            key: sum(cells.get(key, 0) for cells in self.data.values()) for key, _ in self.columns
        }
        return columns, sum(columns.values())

    def totals(self) -> Markup:
        """The row of totals alone, for a page that asks again after each change."""
        return self._piece("totals", self)

    def draw(self, as_heading: bool | None = None, check: str = "", **kwargs: Any) -> Markup:
        heading = self.as_heading if as_heading is None else as_heading
        return self._piece("count_table", self, self.fieldset_params(heading)["legend"], check)

    def _piece(self, name: str, *args: Any) -> Markup:
        return _drawn(name, *args)


def counts_given(
    name: str,
    columns: Sequence[Any],
    rows: Sequence[tuple[Any, Sequence[str]]],
    sums: Sequence[str] = (),
    total: str = "",
) -> Markup:
    """Numbers that were given, as a table of the same shape; with the total of each column, if
    they have any."""
    return _drawn("counts_given", name, columns, rows, sums, total)


def _drawn(name: str, *args: Any) -> Markup:
    module = current_app.jinja_env.get_template("components/count_table.html").module
    html: Markup = getattr(module, name)(*args)
    return html
