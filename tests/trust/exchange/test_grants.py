"""Grants in, organisations out: every record once, and nothing of the grants themselves."""

from typing import Any

import pytest

from trust.exchange import grants
from trust.imports import Outcome, Row
from trust.partners import Kind

pytestmark = pytest.mark.one_database

HEADS = [
    "Identifier",
    "Title",
    "Amount Awarded",
    "Recipient Org:Identifier",
    "Recipient Org:Name",
    "Recipient Org:Charity Number",
    "Recipient Org: Web Address",
    "Recipient Ind:Name",
]


def package(*recipients: Any) -> dict[str, Any]:
    return {"grants": [{"id": "360G-a", "recipientOrganization": list(recipients)}]}


def test_recipients_become_proposals() -> None:
    joy = {"id": "GB-CHC-1000002", "name": "JOY CLUB", "url": "joy.example", "email": "j@x.org"}
    (line,) = grants.read_package(package(joy))
    assert (line.row, line.name, line.identifiers) == (1, "Joy Club", (("GB-CHC", "1000002"),))
    assert line.website == "https://joy.example"
    assert "j@x.org" not in repr(line)


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        ({"id": "GB-CHC-1000002"}, (("GB-CHC", "1000002"),)),
        ({"id": "360G-fund-17", "charityNumber": "1000002"}, (("GB-CHC", "1000002"),)),
        ({"id": "GB-COH-01234567", "companyNumber": "01234567"}, (("GB-COH", "01234567"),)),
        ({"charityNumber": "SC012345"}, (("GB-SC", "SC012345"),)),
        ({"charityNumber": "NIC101234"}, (("GB-NIC", "101234"),)),
        ({"charityNumber": 1000002, "companyNumber": "n/a"}, (("GB-CHC", "1000002"),)),
        ({"id": "360G-fund-17"}, ()),
        ({"id": "GB-CHC-1"}, ()),
        ({"id": "XX-YYY-1"}, ()),
    ],
)
def test_numbers(given: dict[str, Any], numbers: tuple[tuple[str, str], ...]) -> None:
    (line,) = grants.read_package(package({"name": "Joy", **given}))
    assert line.identifiers == numbers
    assert (line.outcome is Outcome.REFUSED) == (not numbers)
    assert numbers or line.why


@pytest.mark.parametrize(
    ("given", "kind", "notes"),
    [
        ({"id": "GB-CHC-1000002"}, None, 0),
        ({"id": "GB-COH-01234567", "organisationType": "Company"}, Kind.OTHER, 0),
        ({"id": "GB-COH-01234567", "organisationType": "Bank"}, None, 1),
        ({"id": "GB-COH-01234567", "organisationType": "Local authority"}, Kind.COUNCIL, 0),
        ({"id": "GB-LAE-CMD"}, Kind.COUNCIL, 0),
    ],
)
def test_kinds(given: dict[str, Any], kind: Kind | None, notes: int) -> None:
    (line,) = grants.read_package(package({"name": "Joy", **given}))
    assert (line.kind, len(line.why)) == (kind, notes)


def test_every_record_is_told_of_once() -> None:
    data: dict[str, Any] = {
        "grants": [
            {"recipientOrganization": [{"name": "Joy", "id": "GB-CHC-1000002"}, {"name": "Two"}]},
            {"recipientIndividual": {"name": "Ann"}},
            {"recipientOrganization": {"name": "Hope", "id": "GB-CHC-1000001"}},
            {"recipientOrganization": []},
            "no grant",
            {"recipientOrganization": [{"name": ["x"]}]},
        ]
    }
    lines = grants.read_package(data)
    assert [line.row for line in lines] == [1, 2, 3, 4, 5, 6, 7]
    assert [line.outcome for line in lines] == [
        None,
        Outcome.REFUSED,
        Outcome.SKIPPED,
        None,
        *[Outcome.REFUSED] * 3,
    ]
    assert "Ann" not in repr(lines)
    assert all(line.why for line in lines if line.outcome)


def test_a_sheet_of_grants() -> None:
    assert grants.is_sheet(HEADS)
    assert not grants.is_sheet(["Name", "Charity Number"])
    cells = (
        ["1", "Food", "5000", "GB-CHC-1000002", "JOY", "1000002", "", ""],
        ["2", "Help", "100", "", "", "", "", "Ann"],
    )
    rows = [Row(n, dict(zip(HEADS, one, strict=True))) for n, one in enumerate(cells, 2)]
    first, second = grants.read_sheet(HEADS, rows)
    assert (first.row, first.name, first.identifiers) == (2, "Joy", (("GB-CHC", "1000002"),))
    assert "5000" not in repr(first)
    assert second.outcome is Outcome.SKIPPED
    assert "Ann" not in repr(second)
