"""The real files of other people (see the README of the shared data), where they are there."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from trust.imports import Row

_BESIDE = Path(__file__).parents[4] / "shared"
DATA = Path(os.environ.get("PORTAL_SHARED", _BESIDE)) / "data"
REGISTER = DATA / "organisations/charities_trafford.csv"
WARDS = DATA / "areas/wards_trafford_2021.csv"

needs_real_files = pytest.mark.skipif(
    not DATA.exists(), reason="needs the shared files (PORTAL_SHARED)"
)


def table(path: Path) -> tuple[list[str], Iterator[Row]]:
    """Columns and rows of a CSV, read without the portal's own reader."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.DictReader(file))
    return list(records[0]), (Row(n, cells) for n, cells in enumerate(records, 2))
