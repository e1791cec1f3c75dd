"""A number of people that cannot be printed (law 9).

A ``Count`` may be added to others and stored. Whatever would turn it into text, a number, an
answer to a comparison or bytes raises ``Leak``. Two doors open it: ``reveal`` for somebody the
terms allow to see it, and ``publish`` in ``gate.py`` for everybody else.
"""

from typing import Any, NoReturn

from sqlalchemy import Dialect, Integer, TypeDecorator
from sqlalchemy.sql import operators

from trust.scope import Allowed


class Leak(Exception):
    """Somebody tried to take a true count out by another way than the two doors.

    Deliberately neither ``TypeError`` nor ``ValueError``: Jinja's ``int`` and ``float`` filters
    swallow those and print a default instead.
    """

    def __init__(self) -> None:
        super().__init__("a count leaves only through reveal() or publish()")


class Count:
    """A true number of people: whole, zero or more, shut.

    ``count + count`` and ``sum(counts)`` give a count. ``repr`` gives ``<Count>`` rather than an
    error, so that tracebacks and logs stay readable; it never carries the number. ``json.dumps``
    on its own meets an unknown type and raises its usual ``TypeError``; with ``default=str``, and
    in Flask's ``tojson`` and ``jsonify``, it raises ``Leak``.

    Raises ``TypeError`` unless given an ``int``, ``ValueError`` below zero.
    """

    __slots__ = ("_number",)

    def __init__(self, number: int) -> None:
        if type(number) is not int:
            raise TypeError("a count is made from a whole number")
        if number < 0:
            raise ValueError("a count cannot be below zero")
        _slot.__set__(self, number)

    def __add__(self, other: object) -> "Count":
        if isinstance(other, Count):
            return Count(_peek(self) + _peek(other))
        raise Leak

    def __radd__(self, other: object) -> "Count":
        # sum() starts from a plain 0. Any other known number added would be a way to probe.
        if type(other) is int and other == 0:
            return self
        raise Leak

    def __repr__(self) -> str:
        return "<Count>"

    def __copy__(self) -> "Count":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Count":
        return self

    def _leak(self, *_: object) -> NoReturn:
        raise Leak

    # As text or bytes. Flask's JSON and MarkupSafe both ask for __html__ first.
    __str__ = __format__ = __bytes__ = __html__ = _leak
    __reduce__ = __reduce_ex__ = __getstate__ = _leak
    # As a number. __bool__ too: "is there anybody?" is what zero policies are about.
    __int__ = __index__ = __float__ = __complex__ = __bool__ = _leak
    __round__ = __trunc__ = __floor__ = __ceil__ = _leak
    __abs__ = __neg__ = __pos__ = __invert__ = _leak
    # As the answer to a question.
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = _leak
    # As arithmetic with known numbers.
    __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = __divmod__ = __pow__ = _leak
    __rsub__ = __rmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rdivmod__ = __rpow__ = _leak
    __and__ = __or__ = __xor__ = __lshift__ = __rshift__ = __matmul__ = _leak
    __rand__ = __ror__ = __rxor__ = __rlshift__ = __rrshift__ = __rmatmul__ = _leak


# The slot is taken off the class, so that no attribute name, from Python or from a template,
# leads to the number: only these few lines hold the key.
_slot: Any = Count.__dict__["_number"]
del Count._number  # type: ignore[attr-defined]


def _peek(count: Count) -> int:
    """The true number. For ``trust.disclosure`` only; a test looks for it anywhere else."""
    number: int = _slot.__get__(count, Count)
    return number


def reveal(count: Count, allowed: Allowed) -> int:
    """The true number, for somebody whom the terms allow to see it.

    ``allowed`` is the verdict of ``trust.scope`` for this use and audience. Anything else,
    ``NotAllowed`` above all, raises ``Leak``.
    """
    if not isinstance(allowed, Allowed):
        raise Leak
    return _peek(count)


class CountType(TypeDecorator[Count]):
    """An integer column that takes and gives ``Count``.

    Stays shut through ``sum``, ``max``, ``min``, ``coalesce(count, 0)`` and ``+``. Arithmetic
    and comparisons raise ``Leak`` while the statement is written.

    **Escapes**, because SQL gives those results another type: ``avg``, ``round``, ``cast``,
    ``type_coerce``, ``abs``, ``nullif``, ``total``, ``group_concat``, ``coalesce(0, count)``, a
    ``case`` whose first result is a plain number, a comparison that starts from ``literal(8)``,
    and SQL written as text. Code that sums counts uses none of them;
    tests/trust/disclosure/test_escapes.py reads it and says so.

    The engine must hide parameters (``hide_parameters=True``), or its log and its errors print
    what is stored.
    """

    impl = Integer
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[Count]):
        """Lets a count column be added, and asked whether it is empty; nothing else."""

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            if op not in _SAFE_OPERATORS:
                raise Leak
            return super().operate(op, *other, **kwargs)

        def reverse_operate(self, op: Any, other: Any, **kwargs: Any) -> Any:
            raise Leak

    comparator_factory = Comparator

    def process_bind_param(self, value: Count | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if not isinstance(value, Count):
            raise TypeError("a count column takes a Count")
        return _peek(value)

    def process_literal_param(self, value: Count | None, dialect: Dialect) -> str:
        raise Leak

    def process_result_value(self, value: Any, dialect: Dialect) -> Count | None:
        # PostgreSQL sums big integers into a decimal.
        return None if value is None else Count(int(value))

    def compare_values(self, x: Any, y: Any) -> bool:
        if isinstance(x, Count) and isinstance(y, Count):
            return _peek(x) == _peek(y)
        return x is y


_SAFE_OPERATORS = frozenset({operators.add, operators.is_, operators.is_not})
