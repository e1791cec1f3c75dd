"""The directory as a file: CSV, XLSX, or Open Referral UK as JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from portal import sheet_files
from trust.exchange import directory, open_referral
from trust.exchange.identifiers import SCHEMES
from trust.exchange.own_numbers import own_number
from trust.partners import Partner

TYPES = {**sheet_files.TYPES, "json": "application/json; charset=utf-8"}

Rows = Sequence[tuple[str, ...]]


def rows(
    found: Sequence[Partner], regions: Mapping[int, str], address: str, taken_by: str
) -> list[tuple[str, ...]]:
    """Each organisation as a row. ``address`` is the portal's own."""
    return [
        directory.cells(
            one,
            own_number(address, one.id),
            regions.get(one.region_id or 0, ""),
            f"{address}/partners/{one.id}",
            taken_by,
        )
        for one in found
    ]


def as_csv(made: Rows) -> bytes:
    """As a CSV that spreadsheets open in the right encoding."""
    return sheet_files.as_csv([directory.COLUMNS, *made])


def as_xlsx(made: Rows) -> bytes:
    """As a workbook of one sheet, whose cells are text and nothing else."""
    return sheet_files.as_xlsx({"organisations": [directory.COLUMNS, *made]})


def as_json(found: Sequence[Partner], address: str, taken_by: str) -> bytes:
    """As one page of a list in the form of Open Referral UK."""
    registers = {key: scheme.name for key, scheme in SCHEMES.items()}
    made = [open_referral.write(one, own_number(address, one.id), registers) for one in found]
    body: dict[str, Any] = {**open_referral.page(made), "taken_by": taken_by}
    return json.dumps(body, ensure_ascii=False, indent=1).encode()
