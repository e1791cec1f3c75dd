"""What is taken from the XML parts of an XLSX file: links, styles, texts, cells."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.sheet_limits import (
    Limits,
    TooMuch,
    error_value,
    formula,
    letters,
    too_long,
    too_many_columns,
    too_many_rows,
)

# How Excel writes what XML cannot hold (line ends and the like, but nothing that is no text
# at all), and its own mark.
_ESCAPED = re.compile(r"_x(00(?:0[1-9A-Fa-f]|1[0-9A-Fa-f])|005[Ff])_")


class Part:
    """Is told what stands in a part while it is read. Counts that, and ends with ``TooMuch``."""

    deepest = 100  # the parser keeps every element that is open

    def __init__(self, most: int) -> None:
        self.most = most
        self.events = 0
        self.depth = 0

    def open(self, name: str, attrs: Mapping[str, str]) -> None:
        """An element begins."""
        self.events += 1
        self.depth += 1
        if self.events > self.most or self.depth > self.deepest:
            raise TooMuch
        self.start(name.rpartition(":")[2] if ":" in name else name, attrs)

    def close(self, name: str) -> None:
        """An element ends."""
        self.depth -= 1
        self.end(name.rpartition(":")[2] if ":" in name else name)

    def start(self, name: str, attrs: Mapping[str, str]) -> None:
        """An element begins; its name comes without prefix."""

    def end(self, name: str) -> None:
        """An element ends; its name comes without prefix."""

    def characters(self, content: str) -> None:
        """Some text, not always all of it."""
        self.events += 1


class Elements(Part):
    """The attributes of a few sorts of element."""

    def __init__(self, *names: str) -> None:
        super().__init__(most=50_000)
        self.names = names
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, name: str, attrs: Mapping[str, str]) -> None:
        if name in self.names:
            self.found.append((name, dict(attrs)))


class Styles(Part):
    """Which cell styles show a number as a date, in the order in which cells point to them."""

    _BUILT_IN = (*range(14, 18), 22, *range(27, 37), *range(50, 59))

    def __init__(self, limits: Limits) -> None:
        super().__init__(most=limits.cells)
        self.dates: list[bool] = []
        self._formats = {str(number): True for number in self._BUILT_IN}
        self._inside = False

    def start(self, name: str, attrs: Mapping[str, str]) -> None:
        if name == "numFmt":
            code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.', "", attrs.get("formatCode", "")[:500])
            self._formats[attrs.get("numFmtId", "")] = bool(re.search("[dy]", code, re.IGNORECASE))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self.dates.append(self._formats.get(attrs.get("numFmtId", ""), False))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False


class _Text(Part):
    """Gathers text while ``reading``, but for the reading aids of East Asian scripts. A text
    that is too long is cut a little after the limit, where ``Cells`` will see that it is."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(most=limits.cells * 5)  # a cell with its text is 4, a row 1
        self.limits = limits
        self.reading = False
        self.aside = False
        self.total = 0
        self._pieces: list[str] = []
        self._length = 0

    def characters(self, content: str) -> None:
        self.events += 1
        if self.reading and not self.aside:
            length = len(content)
            if self._length <= self.limits.cell:
                self._pieces.append(content)
            self._length += length
            self.spend(length)

    def spend(self, length: int) -> None:
        """Count text against what the whole file may hold."""
        self.total += length
        if self.total > self.limits.text:
            raise TooMuch

    def text(self) -> str:
        """What was gathered since the last time."""
        whole = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        if "_x" in whole:
            whole = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), whole)
        return whole


class Strings(_Text):
    """The list of texts that cells point to."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.strings: list[str] = []

    def start(self, name: str, attrs: Mapping[str, str]) -> None:
        if name == "t":
            self.reading = True
        elif name == "rPh":
            self.aside = True

    def end(self, name: str) -> None:
        if name == "si":
            self.strings.append(self.text())
        elif name == "t":
            self.reading = False
        elif name == "rPh":
            self.aside = False


class Cells(_Text):
    """The rows of one sheet, as text. ``ready`` fills with (number, cells) while it is read;
    rows without anything in them do not come."""

    def __init__(
        self, limits: Limits, strings: list[str], dates: list[bool], date1904: bool
    ) -> None:
        super().__init__(limits)
        self.ready: list[tuple[int, list[str]]] = []
        self._strings = strings
        self._dates = dates
        self._epoch = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)  # noqa: DTZ001
        self._columns = {letters(n): n for n in range(limits.columns)}
        self._inside = False
        self._number = 0
        self._row: dict[int, str] = {}
        self._count = 0
        self._name, self._column, self._kind, self._style = "", -1, "n", 0
        self._shared, self._yes_or_no = "", set[str]()

    def start(self, name: str, attrs: Mapping[str, str]) -> None:
        if name == "c" and self._inside:
            self._start_cell(attrs)
        elif name in ("v", "t") and self._inside:
            self.reading = True
        elif name == "row" and self._inside:
            number = int(attrs.get("r", self._number + 1))
            if number <= self._number:
                raise ValueError("rows out of order")
            if number > self.limits.rows + 1:  # the first one holds the names of the columns
                raise too_many_rows(self.limits)
            self._number, self._column = number, -1
        elif name == "f" and self._inside:
            self.reading, self._shared = True, attrs.get("si", "")
        elif name == "rPh":
            self.aside = True
        elif name == "sheetData":
            self._inside = True
        elif name == "dimension":
            self._check_dimension(attrs.get("ref", ""))

    def _start_cell(self, attrs: Mapping[str, str]) -> None:
        self._count += 1
        if self._count > self.limits.cells:
            raise TooMuch
        self._name = attrs.get("r", "")
        if self._name:
            self._column = self._columns.get(self._name.rstrip("0123456789"), -1)
        else:
            self._column += 1
        if not 0 <= self._column < self.limits.columns:
            raise too_many_columns(self.limits)
        self._kind = attrs.get("t", "n")
        self._style = int(attrs.get("s", "0"))

    @property
    def _at(self) -> str:
        """The name of the cell that is being read."""
        return self._name or f"{letters(self._column)}{self._number}"

    def _check_dimension(self, ref: str) -> None:
        """A sheet that says it reaches too far is refused before its rows are looked at."""
        last = ref.rpartition(":")[2]
        digits = last.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if digits.isdecimal() and int(digits) > self.limits.rows + 1:
            raise too_many_rows(self.limits)
        if last and last.removesuffix(digits) not in self._columns:
            raise too_many_columns(self.limits)

    def end(self, name: str) -> None:
        if name == "c" and self._inside:
            text = self._value(self.text())
            if len(text) > self.limits.cell:
                raise too_long(self._at, self.limits)
            if text:
                self._row[self._column] = text
        elif name == "f" and self._inside:
            self.reading = False
            self._check_formula(self.text().upper())
        elif name in ("v", "t"):
            self.reading = False
        elif name == "row" and self._row:
            width = max(self._row) + 1
            self.ready.append((self._number, [self._row.get(n, "") for n in range(width)]))
            self._row = {}
        elif name == "rPh":
            self.aside = False
        elif name == "sheetData":
            self._inside = False

    def _check_formula(self, text: str) -> None:
        """A yes or no is written as a formula by some programs, and only it is let through. Where
        cells share one, the first of them says it."""
        if text in ("TRUE()", "FALSE()"):
            self._yes_or_no.add(self._shared)
        elif text or not self._shared or self._shared not in self._yes_or_no:
            raise formula(self._at)

    def _value(self, raw: str) -> str:
        if not raw:
            return raw
        if self._kind == "s":
            place = int(raw)
            if place < 0:
                raise ValueError("no such text")
            text = self._strings[place]
            self.spend(len(text))
            return text
        if self._kind == "n":
            return self._number_text(raw)
        if self._kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        if self._kind == "e":
            raise error_value(self._at, raw)
        return raw

    def _number_text(self, raw: str) -> str:
        """A number as a person would type it, and a date as ``2026-04-30``."""
        if raw.isdecimal() and len(raw) < 16 and not self._is_date():
            return raw
        number = float(raw)
        if self._is_date() and number >= 61:  # before March 1900 Excel counts a day too many
            moment = self._epoch + timedelta(seconds=round(number * 86_400))
            return moment.date().isoformat() if number == int(number) else moment.isoformat(" ")
        return f"{number:.15g}"

    def _is_date(self) -> bool:
        return self._style < len(self._dates) and self._dates[self._style]
