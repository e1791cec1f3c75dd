"""Areas from the lookup files of the Office for National Statistics (ONS).

Such a file has, for each level, a column of codes and one of names, called by level and year:
``WD24CD, WD24NM, LAD24CD, LAD24NM``. Any year and any levels will do; other columns are not
looked at. Codes and kinds: places-and-identifiers.md.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from trust.exchange.columns import missing
from trust.imports import Outcome, Row
from trust.records import N_, Msg

# From small to large.
KINDS = {
    "lsoa": N_("Small area (LSOA)"),
    "msoa": N_("Neighbourhood (MSOA)"),
    "parish": N_("Parish"),
    "ward": N_("Ward"),
    "unitary": N_("Unitary council"),
    "district": N_("District council"),
    "metropolitan": N_("Metropolitan council"),
    "borough": N_("London borough"),
}

_SIZES = {kind: size for size, kind in enumerate(KINDS)}

COUNCILS = frozenset({"unitary", "district", "metropolitan", "borough"})

# Scotland's data zones and intermediate zones, Northern Ireland's data zones and super data
# zones and the communities of Wales are what is called by another name in England.
_BY_PREFIX = {
    "E01": "lsoa", "W01": "lsoa", "S01": "lsoa", "N20": "lsoa",
    "E02": "msoa", "W02": "msoa", "S02": "msoa", "N21": "msoa",
    "E04": "parish", "W04": "parish",
    "E05": "ward", "W05": "ward", "S13": "ward", "N08": "ward",
    "E06": "unitary", "W06": "unitary", "S12": "unitary",
    "E07": "district", "N09": "district",
    "E08": "metropolitan", "E09": "borough",
}  # fmt: skip

_COLUMN = re.compile(r"([A-Z]+)([0-9]{2})(CD|NM)")


@dataclass(frozen=True)
class AreaLine:
    """One area of a row. ``year`` is its boundary year, ``parent`` the code of the area next
    in size around it, ``council`` that of its council; both empty where the file has none.

    ``outcome`` and ``why`` are set only where it is not taken.
    """

    row: int
    code: str
    name: str
    kind: str = ""
    year: int = 0
    parent: str = ""
    council: str = ""
    outcome: Outcome | None = None
    why: tuple[Msg, ...] = ()


@dataclass(frozen=True)
class _Level:
    code: str
    name: str
    year: int


def read(columns: Sequence[str], rows: Iterable[Row]) -> list[AreaLine]:
    """The areas of all rows, each once, the smallest of a row first. Raises ``Refused`` when
    the file has no pair of columns for codes and names."""
    levels = _levels(columns)
    if not levels:
        what = Msg(N_("codes and one for names, such as WD24CD and WD24NM"))
        raise missing(what, columns)
    seen: dict[str, AreaLine] = {}
    lines: list[AreaLine] = []
    for row in rows:
        for place, line in enumerate(_areas(row, levels)):
            before = seen.setdefault(line.code, line) if line.outcome is None else line
            if before is line:
                lines.append(line)
            elif before.name != line.name:
                why = Msg(
                    N_("Row %(row)s gives %(code)s another name: %(name)s."),
                    {"row": before.row, "code": before.code, "name": before.name},
                )
                lines.append(replace(line, outcome=Outcome.REFUSED, why=(why,)))
            elif place == 0:
                why = Msg(N_("This is the same area as in row %(row)s."), {"row": before.row})
                lines.append(replace(line, outcome=Outcome.SKIPPED, why=(why,)))
    return lines


def _levels(columns: Sequence[str]) -> list[_Level]:
    """The pairs of columns, in the order of the file."""
    named = {column.strip().upper(): column for column in columns}
    levels = []
    for head, column in named.items():
        match = _COLUMN.fullmatch(head)
        if match and match[3] == "CD" and (name := named.get(f"{match[1]}{match[2]}NM")):
            # Boundaries with codes of this sort begin in the 1990s.
            century = 1900 if match[2] >= "90" else 2000
            levels.append(_Level(column, name, century + int(match[2])))
    return levels


def _areas(row: Row, levels: Sequence[_Level]) -> list[AreaLine]:
    """The areas of one row, the smallest first. What is no area of a kind we use is refused
    in the first pair of columns; in the others (counties, regions) it is not looked at."""
    lines = []
    for place, level in enumerate(levels):
        code = row.cells[level.code].strip().upper()
        name = " ".join(row.cells[level.name].split())
        line = AreaLine(row.number, code, name, _BY_PREFIX.get(code[:3], ""), level.year)
        why = _wrong(line)
        if why is None:
            lines.append(line)
        elif place == 0:
            lines.append(replace(line, outcome=Outcome.REFUSED, why=(why,)))
    lines.sort(key=lambda line: _SIZES.get(line.kind, -1))
    council = next((line.code for line in lines if line.kind in COUNCILS), "")
    around = [line.code for line in lines[1:]] + [""]
    return [
        replace(line, parent=parent, council=council)
        for line, parent in zip(lines, around, strict=True)
    ]


def _wrong(line: AreaLine) -> Msg | None:
    if not re.fullmatch(r"[EWSN][0-9]{8}", line.code):
        return Msg(
            N_("“%(code)s” is not the code of an area. Example: %(example)s."),
            {"code": line.code, "example": "E05000819"},
        )
    if not line.kind:
        return Msg(N_("%(code)s is a kind of area that we do not use."), {"code": line.code})
    if not line.name:
        return Msg(N_("%(code)s has no name."), {"code": line.code})
    if len(line.name) > 120:
        return Msg(N_("The name has more than %(most)s letters."), {"most": 120})
    return None
