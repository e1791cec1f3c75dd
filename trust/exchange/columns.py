"""Finding the columns that a file means, whatever it calls them."""

import re
from collections.abc import Mapping, Sequence

from trust.records import N_, Msg, Refused

_CHECK_HEADS = Msg(N_("Check that the first row of the file holds the names of the columns."))


def squash(head: str) -> str:
    """A column's name as names are compared: ``Charity No.`` and ``charity_no`` are one."""
    return re.sub(r"[^a-z0-9]", "", head.casefold())


def find(columns: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """For each field in ``names``, the column that has one of its names, the likeliest first.
    A field without a column is left out."""
    by_name = {squash(column): column for column in columns}
    found = {}
    for field, known in names.items():
        for name in known:
            if name in by_name:
                found[field] = by_name[name]
                break
    return found


def missing(what: Msg, columns: Sequence[str]) -> Refused:
    """For a file without the column that holds ``what``: names the columns that it has."""
    return Refused(
        Msg(
            N_("We cannot find a column for %(what)s. The columns we found: %(found)s."),
            {"what": what, "found": ", ".join(columns[:20])},
        ),
        next_step=_CHECK_HEADS,
    )
