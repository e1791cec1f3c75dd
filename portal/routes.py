"""Ids in addresses: bounded, so that a number no database can hold is 404, not an error."""

from datetime import date

from flask import request
from werkzeug.routing import IntegerConverter

from trust.records import Hidden

MOST = 2**31 - 1


class Id(IntegerConverter):
    """``<id:id>``: 1 to the largest id that both databases hold in an integer column."""

    def __init__(self, map: object) -> None:
        super().__init__(map, min=1, max=MOST)  # type: ignore[arg-type]


def id_asked(name: str) -> int:
    """The id in this request's query (``?with=4``), within the same bounds. Raises ``Hidden``
    where there is none."""
    typed = request.args.get(name, "")
    if not typed.isascii() or not typed.isdecimal() or not 1 <= int(typed[:12]) <= MOST:
        raise Hidden(name)
    return int(typed[:12])


def day_asked(name: str) -> date:
    """The day in this request's query (``?quarter=2026-03-31``). Raises ``Hidden`` where there is
    none."""
    try:
        return date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        raise Hidden(name) from None
