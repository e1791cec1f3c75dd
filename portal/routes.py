"""Ids in addresses: bounded, so that a number no database can hold is 404, not an error."""

from werkzeug.routing import IntegerConverter


class Id(IntegerConverter):
    """``<id:id>``: 1 to the largest id that both databases hold in an integer column."""

    def __init__(self, map: object) -> None:
        super().__init__(map, min=1, max=2**31 - 1)  # type: ignore[arg-type]
