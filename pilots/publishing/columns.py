"""The columns of a released table's file, what each means, and the lines under them.

Every file with figures takes them from here, so that they all say the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple, get_args

from trust.disclosure.published import Kind, Published
from trust.disclosure.table import TOTAL, Axis
from trust.records import N_, Msg

SHOWN, HIDDEN = "shown", "hidden"

Say = Callable[[Msg], str]
"""Formats a message in the package's language: the portal's, because it has the catalogues."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

KINDS: Mapping[Kind, str] = {
    "figure": N_("One row, one column"),
    "row_total": N_("All columns of one row"),
    "column_total": N_("All rows of one column"),
    "total": N_("All rows, all columns"),
}


class Column(NamedTuple):
    """One column of a file, and what may stand in it (value and meaning)."""

    name: str
    type: Literal["string", "integer"]
    title: str
    meaning: str
    allowed: tuple[tuple[str, str], ...] = ()
    required: bool = True


def figure_columns(published: Published, language: str, say: Say) -> tuple[Column, ...]:
    """Kind of line, row and column (code, then words), value, status; ``figure_rows`` too."""
    measure = in_language(published.measure, language)
    return (
        Column(
            "kind",
            "string",
            say(Msg(N_("Kind of line"))),
            say(Msg(N_("What the number covers. To add up, take figure lines only."))),
            tuple((kind, say(Msg(KINDS[kind]))) for kind in get_args(Kind)),
        ),
        *_axis_columns(published.rows, language, say),
        *_axis_columns(published.columns, language, say),
        Column(
            "value",
            "integer",
            measure,
            say(
                Msg(
                    N_("%(measure)s, to the nearest %(base)s. Empty where hidden."),
                    {"measure": measure, "base": published.policy.base},
                )
            ),
            required=False,
        ),
        Column(
            "status",
            "string",
            say(Msg(N_("Shown or hidden"))),
            say(Msg(N_("Whether the number is shown. A hidden number is empty here."))),
            (
                (SHOWN, say(Msg(N_("The number is shown")))),
                (HIDDEN, say(Msg(N_("The number is hidden: the notes on the star (*) say why")))),
            ),
        ),
    )


def _axis_columns(axis: Axis, language: str, say: Say) -> Iterator[Column]:
    heading = in_language(axis.words, language)
    codes = [(safe_cell(label.key), in_language(label.words, language)) for label in axis.labels]
    yield Column(
        f"{axis.name}_code",
        "string",
        say(Msg(N_("%(heading)s: code"), {"heading": heading})),
        say(Msg(N_("%(heading)s, as a code"), {"heading": heading})),
        (*codes, (TOTAL, say(Msg(N_("All together"))))),
    )
    yield Column(
        axis.name, "string", heading, say(Msg(N_("%(heading)s, in words"), {"heading": heading}))
    )


def figure_rows(published: Published, language: str, say: Say) -> Iterator[tuple[str, ...]]:
    """One line a figure, in the order of ``Published.lines``; a hidden number is empty."""
    rows = _names(published.rows, language, say)
    columns = _names(published.columns, language, say)
    for line in published.lines():
        number, status = ("", HIDDEN) if line.value is None else (str(line.value), SHOWN)
        yield line.kind, line.row, rows[line.row], line.column, columns[line.column], number, status


def _names(axis: Axis, language: str, say: Say) -> dict[str, str]:
    names = {label.key: in_language(label.words, language) for label in axis.labels}
    return {**names, TOTAL: say(Msg(N_("All together")))}


def dictionary_columns(say: Say) -> tuple[Column, ...]:
    """The columns of the file that explains the columns."""
    titles = {
        "column": Msg(N_("Column")),
        "type": Msg(N_("Type")),
        "meaning": Msg(N_("Meaning")),
        "allowed_values": Msg(N_("What may stand in it")),
    }
    return tuple(
        Column(name, "string", say(title), "", required=name != "allowed_values")
        for name, title in titles.items()
    )


def dictionary_rows(columns: Iterable[Column]) -> Iterator[tuple[str, ...]]:
    """One line a column: name, type, meaning, allowed values."""
    for column in columns:
        allowed = " | ".join(f"{value} = {meaning}" for value, meaning in column.allowed)
        yield column.name, column.type, column.meaning, allowed


def in_language(words: Mapping[str, str], language: str) -> str:
    """Text in ``language``, else in the language it was given in."""
    return words.get(language) or next(iter(words.values()))


def safe_cell(text: str) -> str:
    """``text`` so that no spreadsheet takes it for a formula: with a ``'`` before it.

    ``raw_cell`` takes it off again, so a text that looks already marked gets one more.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def raw_cell(text: str) -> str:
    """What ``safe_cell`` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text
