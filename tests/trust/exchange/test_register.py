"""A charity register, row by row, as proposals for partners."""

from collections import Counter

import pytest

from tests.trust.exchange.real_files import REGISTER, needs_real_files, table
from trust.exchange.register import PartnerLine, read, web_address
from trust.imports import Outcome, Row
from trust.records import Refused


def one(**cells: str) -> PartnerLine:
    """What a register with just these columns and one row proposes."""
    (line,) = read(list(cells), [Row(2, cells)])
    return line


def test_a_row_becomes_a_proposal() -> None:
    line = one(
        registered_charity_number="214927",
        charity_company_registration_number="00738693",
        charity_name="THE CHESHIRE WILDLIFE TRUST LIMITED",
        charity_activities="Stands up\r\nfor  wildlife",
        charity_contact_web="www.CheshireWildlifeTrust.co.uk",
        charity_contact_phone="01948 000000",
    )
    assert line == PartnerLine(
        2,
        "The Cheshire Wildlife Trust Limited",
        (("GB-CHC", "214927"), ("GB-COH", "00738693")),
        "Stands up for wildlife",
        "https://www.cheshirewildlifetrust.co.uk",
    )


@pytest.mark.parametrize("nothing", ["NA", "na", "N/A", "", " ", "-", "NULL", "None"])
def test_nothing_is_nothing(nothing: str) -> None:
    line = one(
        charity_number="1119510", company_number=nothing, name="X", activities=nothing, web=nothing
    )
    assert (line.identifiers, line.what, line.website) == ((("GB-CHC", "1119510"),), "", "")
    assert line.why == ()


@pytest.mark.parametrize(
    "column",
    ["charity number", "charityNumber", "Charity No.", "regno", "Registered_Charity_Number"],
)
def test_columns_may_be_called_otherwise(column: str) -> None:
    assert one(**{column: "210843", "Name": "Hope"}).identifiers == (("GB-CHC", "210843"),)


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        (["charity number", "town"], "the name"),
        (["name", "town"], "the charity number"),
    ],
)
def test_a_missing_column_is_named_beside_those_found(columns: list[str], what: str) -> None:
    with pytest.raises(Refused) as refused:
        read(columns, [])
    params = refused.value.reason.params
    assert (params["what"].text, params["found"]) == (what, ", ".join(columns))


def test_a_malformed_number_is_refused_and_the_row_taken() -> None:
    line = one(charity_number="1164570", company_number="CE00571", name="Hope")
    assert line.identifiers == (("GB-CHC", "1164570"),)
    assert line.outcome is None
    assert [why.params["number"] for why in line.why] == ["CE00571"]


def test_zeros_that_a_spreadsheet_ate_are_put_back_and_said_so() -> None:
    line = one(charity_number="214927", company_number="738693", name="Hope")
    assert line.identifiers == (("GB-CHC", "214927"), ("GB-COH", "00738693"))
    assert [why.params for why in line.why] == [{"n": "00738693"}]


def test_a_charity_number_in_the_column_of_companies_does_not_become_a_company() -> None:
    line = one(charity_number="1119510", company_number="1119510", name="Hope")
    assert line.identifiers == (("GB-CHC", "1119510"),)


@pytest.mark.parametrize(
    "cells",
    [
        {"charity_number": "NA", "name": "Hope"},
        {"charity_number": "12", "name": "Hope"},
        {"charity_number": "1119510", "name": "NA"},
        {"charity_number": "1119510", "name": "N" * 201},
    ],
)
def test_a_row_without_number_or_name_is_refused_with_a_reason(cells: dict[str, str]) -> None:
    line = one(**cells)
    assert (line.outcome, len(line.why)) == (Outcome.REFUSED, 1)


@pytest.mark.parametrize(
    "more", [{"linked_charity_number": "1"}, {"charity_registration_status": "Removed"}]
)
def test_parts_of_charities_and_removed_ones_are_left_out(more: dict[str, str]) -> None:
    line = one(charity_number="1119510", name="Hope", **more)
    assert (line.outcome, len(line.why)) == (Outcome.SKIPPED, 1)


def test_garbled_marks_are_mended() -> None:
    assert (
        one(charity_number="1119510", name="Hope", activities="ÔÇÓ Workshops").what == "• Workshops"
    )


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("www.example.org", "https://www.example.org"),
        ("http://example.org/a?b=c#d", "http://example.org/a?b=c#d"),
        ("HTTPS://WWW.EXAMPLE.ORG/Path", "https://www.example.org/Path"),
        ("WWW.EXAMPLE.ORG.", "https://www.example.org"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("bücher.example", "https://bücher.example"),
    ],
)
def test_a_web_address_gets_its_scheme(typed: str, stored: str) -> None:
    assert web_address(typed) == stored
    assert web_address(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "http//:www.example.org",
        "www,example.com",
        "example",
        "somewhere.m336wx",
        "javascript://example.org/%0aalert(1)",
        "ftp://example.org",
        "info@example.org",
        "https://bank.example@evil.example",
        "https://example.org:99999",
        "https://[::1",
        'https://example.org/"><script>',
        "https://127.0.0.1",
        "https://example.org/" + "a" * 300,
    ],
)
def test_what_is_no_web_address_is_left_out_with_a_reason(typed: str) -> None:
    with pytest.raises(Refused):
        web_address(typed)
    line = one(charity_number="1119510", name="Hope", web=typed)
    assert (line.website, line.outcome, len(line.why)) == ("", None, 1)


@needs_real_files
def test_a_real_register() -> None:
    lines = read(*table(REGISTER))
    assert len(lines) == 736
    assert all(line.outcome is None for line in lines)
    numbers = Counter(scheme for line in lines for scheme, _ in line.identifiers)
    # 553 company numbers are NA, one is malformed.
    assert numbers == {"GB-CHC": 736, "GB-COH": 736 - 553 - 1}
    assert len({line.identifiers for line in lines}) == 736
    said = {line.row: [why.params for why in line.why] for line in lines if line.why}
    assert sorted(said) == [174, 212, 548, 571]
    assert said[571][0]["number"] == "CE00571"
    assert sum(not line.what for line in lines) == 19
    assert [line.name for line in lines].count("Urmston Musical Theatre") == 2
