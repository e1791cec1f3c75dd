"""What the functions and signs of expressions do with the values they are given.

Source: the ODK XForms specification, "XPath functions"; numbers, texts and truth as XPath 1.0
makes them of each other.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import re2  # type: ignore[import-untyped]

Value = bool | float | str
"""What a part of an expression comes to. Days are text, as 2026-11-23."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"\s*-?(\d+(\.\d*)?|\.\d+)\s*", re.ASCII)


def is_true(value: Value) -> bool:
    """As XPath takes a value to be true."""
    if isinstance(value, float):
        return value == value and value != 0
    return bool(value)


def _number(value: Value) -> float:
    """As XForms makes numbers: text that is none is not a number, a day is its day since 1970."""
    if isinstance(value, str):
        if _DAY.fullmatch(value):
            try:
                return float((date.fromisoformat(value) - date(1970, 1, 1)).days)
            except ValueError:
                return float("nan")
        return float(value) if _NUMBER.fullmatch(value) else float("nan")
    return float(value)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return "NaN"
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)
    return value


def _equal(one: Value, other: Value) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return is_true(one) == is_true(other)
    if isinstance(one, float) or isinstance(other, float):
        return _number(one) == _number(other)
    return one == other


def _divided(one: float, other: float) -> float:
    return one / other if other else float("nan")


def _rest(one: float, other: float) -> float:
    """XPath's ``mod``: the sign is that of the first."""
    return one - other * int(one / other) if other and abs(one) < 1e15 else float("nan")


def _round(value: Value, places: Value = 0.0) -> float:
    number, digits = _number(value), _number(places)
    if number != number or not -15 <= digits <= 15:
        return float("nan")
    return float(round(number + (1e-9 if number >= 0 else -1e-9), int(digits)))


def _whole(value: Value) -> float:
    number = _number(value)
    return float(int(number)) if abs(number) < 1e15 else float("nan")


def _parts(value: Value) -> list[str]:
    return _text(value).split()


def _chosen(value: Value, number: Value) -> str:
    parts, at = _parts(value), _number(number)
    return parts[int(at)] if 0 <= at < len(parts) else ""


def _cut(value: Value, start: Value, end: Value = float("inf")) -> str:
    text = _text(value)
    first, last = _number(start), _number(end)
    if first != first or last != last:
        return ""
    return text[
        int(max(first, 0)) if first < len(text) else len(text) : int(min(max(last, 0), len(text)))
    ]


def is_pattern(text: str) -> bool:
    """Whether ``text`` is a pattern that can be matched in time that grows with the answer and no
    faster (RE2: no looking back or ahead)."""
    try:
        re2.compile(text, _quiet())
    except re2.error:
        return False
    return True


@lru_cache(maxsize=1)
def _quiet() -> "re2.Options":
    options = re2.Options()
    options.log_errors = False
    return options


def _matches(value: Value, against: Value) -> bool:
    return re2.fullmatch(_text(against), _text(value), _quiet()) is not None


def _day(value: Value) -> str:
    """The day of a text or of a number of days since 1970; nothing where it is none."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    number = _number(value)
    ordinal = date(1970, 1, 1).toordinal() + number
    if number != number or not 1 <= ordinal <= date.max.toordinal():
        return ""
    return date.fromordinal(int(ordinal)).isoformat()


def _compared(how: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    return lambda one, other: how(_number(one), _number(other))


def _reckoned(how: Callable[[float, float], float]) -> Callable[[Value, Value], float]:
    return lambda one, other: how(_number(one), _number(other))


LAZY = {"if": (3, 3), "coalesce": (2, 2), "today": (0, 0)}
"""Functions that do not work out all their parts, or ask the day: how many parts they take."""

MANY = 20
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "=": (2, 2, _equal),
    "!=": (2, 2, lambda one, other: not _equal(one, other)),
    "<": (2, 2, _compared(lambda one, other: one < other)),
    "<=": (2, 2, _compared(lambda one, other: one <= other)),
    ">": (2, 2, _compared(lambda one, other: one > other)),
    ">=": (2, 2, _compared(lambda one, other: one >= other)),
    "+": (2, 2, _reckoned(lambda one, other: one + other)),
    "-": (2, 2, _reckoned(lambda one, other: one - other)),
    "*": (2, 2, _reckoned(lambda one, other: one * other)),
    "div": (2, 2, _reckoned(_divided)),
    "mod": (2, 2, _reckoned(_rest)),
    "true": (0, 0, lambda: True),
    "false": (0, 0, lambda: False),
    "not": (1, 1, lambda value: not is_true(value)),
    "boolean": (1, 1, is_true),
    "boolean-from-string": (1, 1, lambda value: _text(value) in ("1", "true")),
    "number": (1, 1, _number),
    "int": (1, 1, _whole),
    "round": (1, 2, _round),
    "abs": (1, 1, lambda value: abs(_number(value))),
    "min": (1, MANY, lambda *values: min(map(_number, values))),
    "max": (1, MANY, lambda *values: max(map(_number, values))),
    "string": (1, 1, _text),
    "string-length": (1, 1, lambda value: float(len(_text(value)))),
    "concat": (1, MANY, lambda *values: "".join(map(_text, values))),
    "normalize-space": (1, 1, lambda value: " ".join(_parts(value))),
    "contains": (2, 2, lambda value, part: _text(part) in _text(value)),
    "starts-with": (2, 2, lambda value, part: _text(value).startswith(_text(part))),
    "ends-with": (2, 2, lambda value, part: _text(value).endswith(_text(part))),
    "substr": (2, 3, _cut),
    "regex": (2, 2, _matches),
    "selected": (2, 2, lambda value, key: _text(key).strip() in _parts(value)),
    "count-selected": (1, 1, lambda value: float(len(_parts(value)))),
    "selected-at": (2, 2, _chosen),
    "date": (1, 1, _day),
}
"""What is known: the fewest and the most parts it takes, and what it does with them."""
