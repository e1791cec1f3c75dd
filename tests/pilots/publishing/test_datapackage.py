"""A Data Package holds the release, whole and unchanged, and validators agree."""

import csv
import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import pytest
from hypothesis import given

from pilots.publishing.columns import raw_cell, safe_cell
from pilots.publishing.datapackage import DESCRIPTOR, DICTIONARY, FIGURES, package, read_back
from tests.pilots.publishing.packages import (
    ABOUT,
    english,
    files,
    released,
    with_descriptor,
    with_file,
    zipped,
)
from tests.trust.disclosure.tables import given_by_groups, one_giver, table
from trust.disclosure.count import Count
from trust.disclosure.gate import publish
from trust.disclosure.policy import DEFAULT, OFFICIAL, Policy
from trust.disclosure.published import Published
from trust.disclosure.table import Axis, Label, Table

BESIDE = Path(__file__).parents[4] / "shared"
SHARED = Path(os.environ.get("PORTAL_SHARED", BESIDE)) / "data"
PROFILE = SHARED / "schemas" / "datapackage-v2.json"

needs_profile = pytest.mark.skipif(not PROFILE.exists(), reason="no ../shared/data/schemas")


def small() -> Published:
    return released(one_giver([[26, 3, 0], [0, 110, 9]]), OFFICIAL)


def packed(published: Published) -> bytes:
    return package(published, ABOUT, say=english)


def rows(data: bytes, path: str = FIGURES) -> list[dict[str, str]]:
    text = files(data)[path].decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def errors(data: bytes, folder: Path) -> list[str]:
    """What frictionless says is wrong with a package."""
    path = folder / "package.zip"
    path.write_bytes(data)
    try:
        report = frictionless.validate(str(path))
    except frictionless.FrictionlessException as error:
        return [error.error.type]
    return [kind for (kind,) in report.flatten(["type"])]


def profile_errors(data: bytes) -> list[str]:
    """What the Data Package v2 profile says is wrong with the descriptor."""
    profile = json.loads(PROFILE.read_text(encoding="utf-8"))
    check = jsonschema.Draft7Validator(profile, format_checker=jsonschema.FormatChecker())
    return [error.message for error in check.iter_errors(json.loads(files(data)[DESCRIPTOR]))]


def test_figures_read_back_are_the_release() -> None:
    published = small()
    assert read_back(packed(published)) == tuple(published.lines())


def test_a_hidden_figure_is_empty_and_says_so() -> None:
    found = {(row["ward"], row["age"]): row for row in rows(packed(small()))}
    assert found["Ward 0", "Age 1"]["value"] == ""
    assert found["Ward 0", "Age 1"]["status"] == "hidden"
    assert found["Ward 0", "Age 2"]["value"] == "0"
    assert found["Ward 0", "Age 2"]["status"] == "shown"
    assert found["All together", "All together"] == {
        "kind": "total",
        "ward_code": "total",
        "ward": "All together",
        "age_code": "total",
        "age": "All together",
        "value": "150",
        "status": "shown",
    }


def test_frictionless_accepts_it(tmp_path: Path) -> None:
    assert errors(packed(small()), tmp_path) == []


@needs_profile
def test_the_profile_accepts_it() -> None:
    assert profile_errors(packed(small())) == []
    assert profile_errors(package(small(), replace(ABOUT, licence=None), say=english)) == []


def test_frictionless_reads_the_same_figures(tmp_path: Path) -> None:
    published = small()
    path = tmp_path / "package.zip"
    path.write_bytes(packed(published))
    found = frictionless.Package(str(path)).get_table_resource("figures").read_rows()
    assert [(row["ward_code"], row["age_code"], row["value"]) for row in found] == [
        (line.row, line.column, line.value) for line in published.lines()
    ]


def test_the_same_release_gives_the_same_bytes() -> None:
    stored = Published.from_json(json.loads(json.dumps(small().as_json())))
    assert packed(small()) == packed(stored)
    with zipfile.ZipFile(io.BytesIO(packed(small()))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == [DESCRIPTOR, FIGURES, DICTIONARY]


@given(given_by_groups())
def test_json_and_csv_carry_the_same_figures(source: list[list[dict[int, int]]]) -> None:
    for policy in (DEFAULT, OFFICIAL):
        published = publish(table(source), book="b", policy=policy, facts=(), audience="public")
        if isinstance(published, Published):
            stored = Published.from_json(json.loads(json.dumps(published.as_json())))
            assert read_back(packed(published)) == tuple(stored.lines())


def test_a_change_behind_a_star_changes_no_byte() -> None:
    one, seven = (released(one_giver([[26, n], [40, 106]]), OFFICIAL) for n in (2, 5))
    assert one.row_totals == (30, 145)
    assert packed(one) == packed(seven)


def test_no_true_number_is_in_any_file() -> None:
    """Tracers that rounding must have moved; and a base that a percentage would give away."""
    published = released(one_giver([[7919, 6143], [4, 8887]]), OFFICIAL)
    data = packed(published)
    for content in (data, *files(data).values()):
        for true in (7919, 6143, 8887, 7919 + 6143, 4 + 8887, 7919 + 6143 + 4 + 8887):
            assert str(true).encode() not in content


def change_hash(data: bytes) -> bytes:
    def change(descriptor: dict[str, Any]) -> None:
        descriptor["resources"][0]["hash"] = "sha256:" + "0" * 64

    return with_descriptor(data, change)


def change_row(data: bytes) -> bytes:
    content = files(data)[FIGURES].replace(b",110,", b",115,", 1)
    return with_file(data, FIGURES, content, seal=False)


def leave_out_column(data: bytes) -> bytes:
    lines = [line.rsplit(",", 1)[0] for line in files(data)[FIGURES].decode().splitlines()]
    return with_file(data, FIGURES, "\r\n".join(lines).encode(), seal=True)


def word_for_number(data: bytes) -> bytes:
    content = files(data)[FIGURES].replace(b",110,", b",lots,", 1)
    return with_file(data, FIGURES, content, seal=True)


def leave_out_file(data: bytes) -> bytes:
    return zipped({name: c for name, c in files(data).items() if name != FIGURES})


def unknown_status(data: bytes) -> bytes:
    content = files(data)[FIGURES].replace(b",hidden", b",secret", 1)
    return with_file(data, FIGURES, content, seal=True)


def same_place_twice(data: bytes) -> bytes:
    first, second, *rest = files(data)[FIGURES].splitlines(keepends=True)
    content = b"".join([first, second, second, *rest])
    return with_file(data, FIGURES, content, seal=True)


BROKEN = [
    change_hash,
    change_row,
    leave_out_column,
    word_for_number,
    leave_out_file,
    unknown_status,
    same_place_twice,
]


@pytest.mark.parametrize("broken", BROKEN)
def test_frictionless_refuses_a_broken_package(
    broken: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    assert errors(broken(packed(small())), tmp_path)


@pytest.mark.parametrize("broken", [change_hash, change_row, leave_out_file, unknown_status])
def test_reading_back_refuses_a_broken_package(broken: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError):
        read_back(broken(packed(small())))


def test_reading_back_refuses_a_hidden_figure_with_a_number() -> None:
    data = packed(small())
    content = files(data)[FIGURES].replace(b",,hidden", b",3,hidden", 1)
    with pytest.raises(ValueError, match="agree"):
        read_back(with_file(data, FIGURES, content, seal=True))


@needs_profile
@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("resources"),
        lambda d: d.update(created=2026),
        lambda d: d["resources"][0].pop("path"),
        lambda d: d["resources"][0].update(hash="sha256"),
        lambda d: d["resources"][0]["schema"].pop("fields"),
    ],
    ids=["no resources", "no date", "no path", "no hash", "no fields"],
)
def test_the_profile_refuses_a_broken_descriptor(change: Callable[[dict[str, Any]], None]) -> None:
    assert profile_errors(with_descriptor(packed(small()), change))


def test_the_descriptor_says_what_publishing_asks() -> None:
    descriptor = json.loads(files(packed(small()))[DESCRIPTOR])
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert descriptor["name"] == "advice-sessions-in-spring-2026"
    assert descriptor["title"] == ABOUT.title
    assert descriptor["created"] == "2026-06-08T09:30:00Z"
    assert descriptor["contributors"][0]["identifier"] == "GB-LAE-CMD"
    assert descriptor["contributors"][1]["email"] == "data@example.org"
    assert descriptor["licenses"] == [
        {"path": "https://example.org/licence/3", "title": "Open Government Licence v3.0"}
    ]
    assert descriptor["coverage"] == {
        "from": "2026-03-01",
        "to": "2026-05-31",
        "areas": [{"code": "E05013652", "name": "Belsize"}],
    }
    assert descriptor["sources"][0] == {"title": "Trust agreement 4"}
    assert descriptor["disclosure"]["official"] is True
    assert "The rule about how many groups must report was not used." in descriptor["description"]
    assert [r["mediatype"] for r in descriptor["resources"]] == ["text/csv", "text/csv"]


def test_without_a_licence_it_is_under_agreement() -> None:
    data = package(small(), replace(ABOUT, licence=None), say=english)
    licences = json.loads(files(data)[DESCRIPTOR])["licenses"]
    assert licences == [{"name": "other-closed", "title": "Under agreement"}]


def test_the_dictionary_explains_every_column() -> None:
    data = packed(small())
    explained = rows(data, DICTIONARY)
    assert [row["column"] for row in explained] == list(rows(data)[0])
    assert all(row["meaning"] for row in explained)
    assert "hidden = " in explained[-1]["allowed_values"]
    fields = json.loads(files(data)[DESCRIPTOR])["resources"][0]["schema"]["fields"]
    assert [row["type"] for row in explained] == [field["type"] for field in fields]


NASTY = ["=1+1", "+44", "-3", "@me", "\tx", "\rx", "'=1", "''-1", "'plain", 'say "hi", all', "a\nb"]


@pytest.mark.parametrize("text", NASTY)
def test_a_cell_is_no_formula_and_can_be_read_back(text: str) -> None:
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert raw_cell(safe_cell(text)) == text


def test_labels_that_look_like_formulas_are_made_safe(tmp_path: Path) -> None:
    labels = tuple(Label(text, {"en": text}) for text in NASTY)
    source = Table(
        title={"en": "=T()"},
        measure={"en": "@people"},
        rows=Axis("place", {"en": "-place"}, labels),
        columns=Axis("all", {"en": "+all"}, (Label("all", {"en": "All"}),)),
        cells={(text, "all"): {1: Count(20 + i)} for i, text in enumerate(NASTY)},
    )
    published = released(source, OFFICIAL)
    data = packed(published)
    assert read_back(data) == tuple(published.lines())
    assert errors(data, tmp_path) == []
    for path in (FIGURES, DICTIONARY):
        for row in csv.reader(io.StringIO(files(data)[path].decode(), newline="")):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_words_are_in_the_language_of_the_package() -> None:
    arabic = Label("cold", {"en": "Cold homes", "ar": "منازل باردة"})
    somali_only = Label("food", {"so": "Cunto"})
    source = Table(
        title={"en": "Needs", "ar": "الاحتياجات"},
        measure={"en": "People", "ar": "أشخاص"},
        rows=Axis("need", {"en": "Need", "ar": "الحاجة"}, (arabic, somali_only)),
        columns=Axis("all", {"en": "All"}, (Label("all", {"en": "All"}),)),
        cells={("cold", "all"): {1: Count(26)}},
    )
    data = package(released(source, OFFICIAL), replace(ABOUT, language="ar"), say=english)
    assert [row["need"] for row in rows(data)][::2][:2] == ["منازل باردة", "Cunto"]
    assert json.loads(files(data)[DESCRIPTOR])["resources"][0]["title"] == "الاحتياجات"


def test_an_axis_may_not_take_the_name_of_another_column() -> None:
    source = one_giver([[26]])
    clash = Axis("value", {"en": "Value"}, source.rows.labels)
    cells = {("ward0", "age0"): {1: Count(26)}}
    published = released(
        Table({"en": "T"}, {"en": "M"}, rows=clash, columns=source.columns, cells=cells), OFFICIAL
    )
    with pytest.raises(ValueError, match="name of another column"):
        packed(published)


def official_table(path: Path, category: str) -> tuple[Table, dict[tuple[str, str], int]]:
    """A census file in long form, by ward and ``category``, and its numbers."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["measure"] == "Count"]
    wards = {line["area_code"]: line["area_name"] for line in lines}
    kinds = list(dict.fromkeys(line[category] for line in lines))
    true = {
        (line["area_code"], f"c{kinds.index(line[category])}"): int(line["value"]) for line in lines
    }
    source = Table(
        title={"en": lines[0]["indicator"]},
        measure={"en": lines[0]["unit"]},
        rows=Axis("ward", {"en": "Ward"}, tuple(Label(k, {"en": v}) for k, v in wards.items())),
        columns=Axis(
            "category",
            {"en": category},
            tuple(Label(f"c{i}", {"en": kind}) for i, kind in enumerate(kinds)),
        ),
        cells={place: {1: Count(number)} for place, number in true.items()},
    )
    return source, true


@pytest.mark.parametrize(
    ("file", "category", "size"),
    [
        ("english_proficiency_by_ward_trafford.csv", "proficiency", 105),
        ("veterans_by_residence_and_ward_trafford.csv", "residence_type", 42),
    ],
)
@pytest.mark.parametrize("policy", [OFFICIAL, Policy(official=True)], ids=["0 shown", "0 hidden"])
def test_a_census_table_goes_through_as_official_statistics(
    file: str, category: str, size: int, policy: Policy, tmp_path: Path
) -> None:
    path = SHARED / "counts" / file
    if not path.exists():
        pytest.skip("no ../shared/data/counts")
    source, true = official_table(path, category)
    assert len(true) == size
    assert any(1 <= number <= 7 for number in true.values())
    published = released(source, policy)
    data = packed(published)
    assert errors(data, tmp_path) == []
    assert read_back(data) == tuple(published.lines())
    for line in read_back(data):
        if line.kind == "figure":
            number = true[line.row, line.column]
            hidden = 1 <= number <= 7 or (number == 0 and policy is not OFFICIAL)
            assert (line.value is None) == hidden
            assert line.value is None or abs(line.value - number) <= 2
    assert any(line.value is None for line in published.lines())
