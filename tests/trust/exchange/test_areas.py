"""Areas from lookup files of any year and level."""

import pytest

from tests.trust.exchange.real_files import WARDS, needs_real_files, table
from trust.exchange.areas import KINDS, AreaLine, read
from trust.imports import Outcome, Row
from trust.records import Refused

HEAD = ["WD24CD", "WD24NM", "LAD24CD", "LAD24NM"]
CAMDEN = ("E09000007", "Camden")


def lookup(head: list[str], *rows: tuple[str, ...]) -> list[AreaLine]:
    cells = (dict(zip(head, row, strict=True)) for row in rows)
    return read(head, [Row(n, one) for n, one in enumerate(cells, 2)])


def test_each_area_comes_once_with_kind_year_and_what_is_around_it() -> None:
    lines = lookup(
        [*HEAD, "ObjectId"],
        ("E05013652", " Belsize ", *CAMDEN, "1"),
        ("E05013671", "West  Hampstead", *CAMDEN, "2"),
    )
    council = "E09000007"
    assert lines == [
        AreaLine(2, "E05013652", "Belsize", "ward", 2024, council, council),
        AreaLine(2, council, "Camden", "borough", 2024, "", council),
        AreaLine(3, "E05013671", "West Hampstead", "ward", 2024, council, council),
    ]


def test_levels_are_found_in_any_order_and_others_are_not_looked_at() -> None:
    lines = lookup(
        [
            "LAD22CD",
            "LAD22NM",
            "MSOA21CD",
            "MSOA21NM",
            "lsoa21cd",
            "lsoa21nm",
            "RGN22CD",
            "RGN22NM",
        ],
        (*CAMDEN, "E02000166", "Camden 001", "E01000907", "Camden 001A", "E12000007", "London"),
    )
    assert [(line.kind, line.year, line.parent) for line in lines] == [
        ("lsoa", 2021, "E02000166"),
        ("msoa", 2021, "E09000007"),
        ("borough", 2022, ""),
    ]
    assert {line.council for line in lines} == {"E09000007"}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *[("E01000001", "lsoa"), ("E02000001", "msoa"), ("E04000001", "parish")],
        *[("E05000001", "ward"), ("E06000056", "unitary"), ("E07000004", "district")],
        *[("E08000009", "metropolitan"), ("E09000007", "borough"), ("W06000001", "unitary")],
        *[("S12000005", "unitary"), ("N09000001", "district"), ("S13002516", "ward")],
    ],
)
def test_the_code_says_what_kind_of_area_it_is(code: str, kind: str) -> None:
    (line,) = lookup(["X11CD", "X11NM"], (code, "Somewhere"))
    assert (line.kind, line.year) == (kind, 2011)
    assert kind in KINDS


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("E0501365", "Belsize"),
        ("X05013652", "Belsize"),
        ("", "Belsize"),
        ("E12000007", "London"),
        ("E05013652", ""),
        ("E05013652", "B" * 121),
    ],
)
def test_what_is_no_area_is_refused_and_the_rest_taken(code: str, name: str) -> None:
    lines = lookup(HEAD, (code, name, *CAMDEN), ("E05013671", "West Hampstead", *CAMDEN))
    assert [line.outcome for line in lines] == [Outcome.REFUSED, None, None]
    assert lines[0].council == "E09000007"


def test_an_area_that_stands_twice_is_left_out_the_second_time() -> None:
    lines = lookup(HEAD, *[("E05013652", "Belsize", *CAMDEN)] * 2)
    assert [(line.row, line.outcome) for line in lines] == [
        *[(2, None), (2, None), (3, Outcome.SKIPPED)]
    ]


def test_two_names_for_one_code_are_refused() -> None:
    lines = lookup(HEAD, ("E05013652", "Belsize", *CAMDEN), ("E05013652", "Highgate", *CAMDEN))
    assert lines[-1].outcome is Outcome.REFUSED
    assert lines[-1].why[0].params == {"row": 2, "code": "E05013652", "name": "Belsize"}


@pytest.mark.parametrize("head", [["code", "name"], ["WD24CD", "LAD24CD"], ["WD24CD", "WD23NM"]])
def test_a_file_without_codes_and_names_is_refused_with_what_was_found(head: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        lookup(head)
    assert refused.value.reason.params["found"] == ", ".join(head)


@needs_real_files
def test_a_real_lookup() -> None:
    lines = read(*table(WARDS))
    wards = [line for line in lines if line.kind == "ward"]
    assert (len(wards), len(lines)) == (21, 22)
    assert {(line.year, line.council, line.outcome) for line in lines} == {
        (2021, "E08000009", None)
    }
