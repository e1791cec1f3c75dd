"""Long lists, quickly. The template makes the HTML of a row once, with blanks for what differs;
the blanks are then filled for each row. A list of fifty costs little more than a row."""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from markupsafe import Markup, escape

from portal.safe_html import UNSAFE

# No text of a row can hold it by chance or by intent: it is another one in each process.
_MARK = secrets.token_hex(8)
_BLANK = re.compile(rf"{_MARK}(\w+);")

_SAFE = (Markup, int)

Row = Mapping[str, Any]


class Blank:
    """Stands for a value that is there. It can be printed and asked whether it is there. What
    else a template may want to do with the value must be done before, or asked for in ``by``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __html__(self) -> str:
        return f"{_MARK}{self.name};"

    def __bool__(self) -> bool:
        return True

    def _no(self, *_: Any) -> NoReturn:
        raise TypeError(f"{self.name} differs from row to row: a row can only print it")

    __str__ = __eq__ = __lt__ = __gt__ = __len__ = __iter__ = __getitem__ = __add__ = _no
    __hash__ = None  # type: ignore[assignment]


class Pattern:
    """A row as its template sees it: blanks; as they are only those fields it must know."""

    def __init__(self, row: Row, by: Sequence[str]) -> None:
        self._row = row
        self._by = by

    def __getattr__(self, name: str) -> Any:
        value = self._row.get(name)
        return Blank(name) if value and name not in self._by else value


def each(
    rows: Iterable[Row], *, caller: Callable[[Pattern], str], by: Sequence[str] = ()
) -> Markup:
    """``{% call(one) ui.each(rows, by=['state']) %}<li>{{ one.title }}</li>{% endcall %}``.

    In the block ``one`` has the fields of a row, and ``number`` from 1. They can be printed and
    asked whether they are there; fields named in ``by`` can be used in any way, and should have
    few different values: each makes a pattern of its own. Everything is escaped as ever.
    """
    patterns: dict[Any, tuple[str, list[str]]] = {}
    out = []
    for number, row in enumerate(rows, 1):
        row = {**row, "number": number}
        kind = (*[name for name in row if row[name]], *map(row.get, by))
        if kind not in patterns:
            parts = _BLANK.split(str(caller(Pattern(row, by))))
            html = "%s".join(part.replace("%", "%%") for part in parts[::2])
            patterns[kind] = html, parts[1::2]
        html, names = patterns[kind]
        # No function for the next three lines: it would be called five hundred times a page.
        values = [
            value
            if value.__class__ in _SAFE
            else (value.translate(UNSAFE) if value.__class__ is str else escape(value))
            for value in map(row.__getitem__, names)
        ]
        out.append(html % tuple(values))
    return Markup("".join(out))  # noqa: S704 - escaped above
