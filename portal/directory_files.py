"""The directory as a file: CSV, XLSX, or Open Referral UK as JSON."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from trust.exchange import directory, open_referral
from trust.exchange.identifiers import SCHEMES
from trust.exchange.own_numbers import own_number
from trust.partners import Partner

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}

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
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(directory.COLUMNS)
    writer.writerows(made)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(made: Rows) -> bytes:
    """As a workbook of one sheet, whose cells are text and nothing else."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("organisations")
    sheet.append(directory.COLUMNS)
    for row in made:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(found: Sequence[Partner], address: str, taken_by: str) -> bytes:
    """As one page of a list in the form of Open Referral UK."""
    registers = {key: scheme.name for key, scheme in SCHEMES.items()}
    made = [open_referral.write(one, own_number(address, one.id), registers) for one in found]
    body: dict[str, Any] = {**open_referral.page(made), "taken_by": taken_by}
    return json.dumps(body, ensure_ascii=False, indent=1).encode()
