"""CSV and XLSX files: what is read of them, and the one sentence where they are wrong."""

import io
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sheet_limits import LIMITS, Limits, letters
from portal.sheets import Sheet, read
from portal.workbook import Workbook
from tests.portal.workbooks import BOOK, rows, text, workbook
from tests.trust.exchange.real_files import DATA, REGISTER, WARDS, needs_real_files, table
from trust.records import Refused

SEEN = datetime(2026, 5, 4, 9, 30)  # noqa: DTZ001  (a spreadsheet knows no time zones)
SMALL = Limits(size=5_000, rows=3, columns=4, cell=20, cells=100, text=200, entries=20)


def sheet(data: str | bytes, name: str = "groups.csv", limits: Limits = LIMITS) -> Sheet:
    return read(io.BytesIO(data.encode() if isinstance(data, str) else data), name, limits)


def cells(data: str | bytes, name: str = "groups.csv") -> list[list[str]]:
    """The cells of all rows, without the row of names."""
    return [list(row.cells.values()) for row in sheet(data, name).rows]


def refusal(data: str | bytes, name: str = "groups.csv", limits: Limits = LIMITS) -> str:
    """The sentence, filled in. There is always a next step too."""
    with pytest.raises(Refused) as refused:
        list(sheet(data, name, limits).rows)
    assert refused.value.next_step is not None
    return refused.value.reason.text % refused.value.reason.params


# ---- CSV


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_usual_dialects_are_read(mark: str, end: str) -> None:
    lines = ["name,town", '"Hope, Joy; ""and""\tmore","two\nlines"', "Faith,Sale", ""]
    one = sheet(end.join(line.replace(",", mark, 1) if n != 1 else line.replace('","', f'"{mark}"')
                         for n, line in enumerate(lines)))  # fmt: skip
    assert one.columns == ("name", "town")
    first, second = one.rows
    assert (first.number, dict(first.cells)) == (
        2,
        {"name": 'Hope, Joy; "and"\tmore', "town": "two\nlines"},
    )
    assert (second.number, dict(second.cells)) == (3, {"name": "Faith", "town": "Sale"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_usual_encodings_are_read(encoding: str) -> None:
    assert cells("name\nŁódź – جمعية\n".encode(encoding)) == [["Łódź – جمعية"]]
    assert cells("name\nŁódź\n".encode("utf-16-be").join([b"\xfe\xff", b""])) == [["Łódź"]]


def test_another_encoding_is_refused_with_line_and_byte() -> None:
    data = "name\nHope\nCafé\n".encode("cp1252")
    assert refusal(data) == "Line 3 has a letter that is not in UTF-8 (byte 14)."
    assert refusal(b"\xef\xbb\xbf" + data) == "Line 3 has a letter that is not in UTF-8 (byte 17)."


def test_the_line_is_right_far_into_a_file() -> None:
    data = b"name\n" + b"Hope\n" * 50_000 + b"Caf\xe9\n"
    assert refusal(data) == "Line 50002 has a letter that is not in UTF-8 (byte 250009)."


def test_half_a_letter_of_utf_16_is_refused() -> None:
    assert refusal("name\nHope".encode("utf-16")[:-1]).startswith(
        "Line 2 has a letter that is not in UTF-16"
    )


def test_utf_32_and_utf_16_without_its_mark_are_refused() -> None:
    assert refusal("name\nHope".encode("utf-32")) == "This file is in UTF-32, which we do not read."
    assert refusal("name\nHope".encode("utf-16-le")) == "Cell A1 holds a sign that is not text."


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    one = sheet('\n\nname,town\n"a\nb",x\n\n , \nc\n')
    assert [(row.number, row.cells["name"]) for row in one.rows] == [(4, "a\nb"), (7, "c")]


def test_short_rows_are_filled_and_empty_columns_dropped() -> None:
    assert cells("name,town,,\nHope\nJoy,Sale,,\n") == [["Hope", ""], ["Joy", "Sale"]]
    assert sheet("name,,town\nHope,,Sale\n").columns == ("name", "town")


def test_a_row_that_is_too_long_is_refused_by_its_cell() -> None:
    wanted = "Cell C3 has something in it, but its column has no name."
    assert refusal("name,town\na,b\nJoy,Sale,Moor\n") == wanted
    assert refusal("name,town,,x\na,b\nJoy,Sale,Moor\n") == wanted


def test_columns_of_the_same_name_are_refused() -> None:
    assert refusal("name,town,Name \n") == "Columns A and C are both called “Name”."


@pytest.mark.parametrize("data", ["", "\n\n", " , \n", "\ufeff"])
def test_an_empty_file_is_refused(data: str) -> None:
    assert refusal(data) == "This file is empty."


def test_limits_are_told_with_their_number() -> None:
    assert refusal("a\n" + "1\n" * 4, limits=SMALL) == "This file has more than 3 rows."
    assert refusal("a,b,c,d,e\n", limits=SMALL) == "This file has more than 4 columns."
    assert refusal("a,b\n1," + "x" * 21, limits=SMALL) == "Cell B2 has more than 20 letters."
    assert refusal("a\n" * 2_501, limits=SMALL) == "This file is too big to open here."
    assert len(list(sheet("a,b,c,d\n" + "1\n" * 3, limits=SMALL).rows)) == 3


@pytest.mark.parametrize(
    "cell",
    [
        *("=A1", "=1+1", "= SUM(A1:A3)", '="00738693"', "=-1", "=$A$1", "='Sheet 2'!A1"),
        *("@SUM(1+1)", "+SUM(A1)", "+A1*2", "\t=1+1", "+A1", "-2+3+cmd|' /C calc'!A0"),
        *("=cmd|' /C calc'!A0", "@cmd|' /C calc'!A0"),
    ],
)
def test_a_formula_is_refused_by_its_cell(cell: str) -> None:
    quoted = cell.replace('"', '""')
    assert refusal(f'name,what\nHope,"{quoted}"\n') == (
        "Cell B2 holds a formula. We only take what is typed in."
    )


@pytest.mark.parametrize(
    "cell",
    [
        *("+44 1632 960123", "+441632960123", "-", "- Clubs (weekly)", "-5", "- M16, M33", "+"),
        *("@traffordhelps", "a=b", "+ Friends (all)", "=", "x@example.org", "-1.5", "@", "a|b!"),
    ],
)
def test_numbers_handles_and_lists_are_no_formulas(cell: str) -> None:
    assert cells(f'name\n"{cell}"\n') == [[cell]]


@pytest.mark.parametrize("data", ['name\n"Hope\nJoy\n', 'name\n"Hope" x,y\n'])
def test_quote_marks_that_do_not_match_are_refused_by_row(data: str) -> None:
    assert refusal(data) == "The quote marks in row 2 do not match."


def test_a_quote_mark_that_swallows_the_file_is_refused_by_row() -> None:
    wanted = "Row 2 is too long. A quote mark may not be closed."
    assert refusal('name\n"Hope\n' + "Joy\n" * 100_000) == wanted
    assert refusal("name\n" + "x" * 3_000_000) == wanted
    assert refusal("name\n" + '"a\n",' * 1_000_000) == wanted


def test_nul_is_refused_by_its_cell() -> None:
    assert refusal("name,what\nHope,a\0b\n") == "Cell B2 holds a sign that is not text."


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for name in ("a.csv", "a.xlsx", "a.pdf"):
        with suppress(Refused):
            list(read(io.BytesIO(data), name).rows)


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2)))
def test_what_a_csv_writer_writes_is_read_back(table: list[list[str]]) -> None:
    quoted = [["one", "two"], *table]
    data = "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in quoted
    )
    try:
        found = cells(data.encode())
    except Refused:
        return
    assert found == [row for row in table if any(cell.strip() for cell in row)]


# ---- What a file is


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (OLE, "a.xls", "This is a spreadsheet of the old sort (XLS)."),
        (OLE, "a.xlsx", "This is a spreadsheet of the old sort (XLS)."),
        (
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "This spreadsheet is locked with a password.",
        ),
        (b"PK\x03\x04", "a.xlsm", "This spreadsheet holds macros. We do not open those."),
        (b"%PDF-1.7", "a.pdf", "We can read CSV and XLSX files, and no others."),
        (b"name\nHope\n", "a", "We can read CSV and XLSX files, and no others."),
        (b"%PDF-1.7", "a.csv", "This file is called “.csv”, but it is something else inside."),
        (b"%PDF-1.7", "a.XLSX", "This file is called “.xlsx”, but it is something else inside."),
        (b"PK\x03\x04", "a.csv", "This file is called “.csv”, but it is something else inside."),
        (
            b"name\nHope\n",
            "a.xlsx",
            "This file is called “.xlsx”, but it is something else inside.",
        ),
    ],
)
def test_name_and_content_must_agree(data: bytes, name: str, said: str) -> None:
    assert refusal(data, name) == said


# ---- XLSX


def test_a_workbook_of_another_program_is_read() -> None:
    book = openpyxl.Workbook()
    one = book.active
    assert one is not None
    one.title = "Groups"
    one.append(["number", "name", "since", "seen", "share", "open", "days"])
    one.append([738693, "Hope &\n<Joy>", date(1963, 2, 20), SEEN, 0.1, True, 5])
    one["G2"].number_format = '0 "days"'
    one.append(["00738693", None, None, None, 1e20, False, -3])
    book.create_sheet("Notes")
    book.create_sheet("Hidden").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    found = sheet(out.getvalue(), "groups.xlsx")
    assert (found.title, found.others) == ("Groups", ("Notes",))
    assert found.columns == ("number", "name", "since", "seen", "share", "open", "days")
    assert [list(row.cells.values()) for row in found.rows] == [
        ["738693", "Hope &\n<Joy>", "1963-02-20", "2026-05-04 09:30:00", "0.1", "TRUE", "5"],
        ["00738693", "", "", "", "1e+20", "FALSE", "-3"],
    ]


def test_texts_of_every_sort_are_read() -> None:
    strings = (
        "<sst><si><t>one</t></si><si><r><t>t</t></r><r><t>wo</t></r><rPh><t>X</t></rPh></si>"
        "<si><t>a_x000D_b_x005F_c_xD800_</t></si></sst>"
    )
    made = workbook(
        rows(
            text("a", "b", "c", "d", "e"),
            '<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c>'
            '<c t="str"><v>x</v></c><c t="d"><v>2026-01-31</v></c>',
            '<c r="B3" t="n"><v>5</v></c><c r="E3"/>',
            "",
        ),
        strings=strings,
    )
    assert cells(made, "a.xlsx") == [
        ["one", "two", "a\rb_c_xD800_", "x", "2026-01-31"],
        ["", "5", "", "", ""],
    ]


def test_the_calendar_of_old_macs_is_known() -> None:
    made = workbook(
        rows(text("since"), '<c s="1"><v>24837</v></c>', '<c s="2"><v>24837.5</v></c>'),
        book=BOOK.replace("<workbookPr/>", '<workbookPr date1904="1"/>'),
    )
    assert cells(made, "a.xlsx") == [["1972-01-01"], ["1972-01-01 12:00:00"]]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"sheet": rows(text("a", "b"), text("x") + "<c><f>SUM(A1)</f><v>1</v></c>")},
            "Cell B2 holds a formula. We only take what is typed in.",
        ),
        (
            {"sheet": rows(text("a"), '<c t="e"><v>#REF!</v></c>')},
            "Cell A2 shows the error #REF!.",
        ),
        (
            {"sheet": rows(text("a"), text("x" * 21))},
            "Cell A2 has more than 20 letters.",
        ),
        (
            {
                "sheet": rows(text("a"), '<c t="s"><v>0</v></c>'),
                "strings": f"<sst><si><t>{'x' * 21}</t></si></sst>",
            },
            "Cell A2 has more than 20 letters.",
        ),
        ({"sheet": rows(*[text("a")] * 5)}, "This file has more than 3 rows."),
        ({"sheet": rows(text(*"abcde"))}, "This file has more than 4 columns."),
        (
            {"sheet": rows(text("a")).replace("<row>", '<row r="1048576">')},
            "This file has more than 3 rows.",
        ),
        (
            {"sheet": rows('<c r="XFD1" t="str"><v>a</v></c>')},
            "This file has more than 4 columns.",
        ),
        ({"sheet": rows()}, "This file is empty."),
        ({"sheet": rows(text(" "))}, "This file is empty."),
        (
            {"book": BOOK.replace("<sheet ", '<sheet state="hidden" ')},
            "This spreadsheet has no sheet that can be seen.",
        ),
        (
            {"more": {"xl/vbaProject.bin": "x"}},
            "This spreadsheet holds macros. We do not open those.",
        ),
        ({"more": {"_rels/.rels": "<Relationships/>"}}, "This file is not a spreadsheet."),
        ({"more": {f"x{n}": "" for n in range(20)}}, "This file is too big to open here."),
    ],
)
def test_what_a_workbook_may_not_hold_is_told(parts: dict[str, str], said: str) -> None:
    assert refusal(workbook(**parts), "a.xlsx", SMALL) == said


def test_a_workbook_may_hold_so_many_cells() -> None:
    made = workbook(rows(text(*"abcdefghij"), *[text(*"klmnopqrst")] * 9))
    assert len(list(sheet(made, "a.xlsx", Limits(cells=100)).rows)) == 9
    assert refusal(made, "a.xlsx", Limits(cells=99)) == "This file is too big to open here."


DAMAGED = "This spreadsheet is damaged, or was not made by a spreadsheet program."


@pytest.mark.parametrize(
    "parts",
    [
        {"sheet": "<worksheet><sheetData>"},
        {"sheet": "not xml"},
        {"sheet": rows(text("a"), '<c t="s"><v>7</v></c>')},
        {"sheet": rows(text("a"), '<c t="s"><v>-1</v></c>'), "strings": "<sst><si/></sst>"},
        {"sheet": rows(text("a"), "<c><v>x</v></c>")},
        {"sheet": rows(text("a"), '<c s="1"><v>1e300</v></c>')},
        {"sheet": rows(text("a"), text("b")).replace("<row>", '<row r="1">')},
        {"sheet": '<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'},
        {"sheet": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>'},
        {"styles": "<!DOCTYPE x><styleSheet/>"},
        {"book": "<workbook><sheets><sheet name='x' id='nowhere'/></sheets></workbook>"},
        {"more": {"xl/_rels/workbook.xml.rels": "<Relationships/>"}},
    ],
)
def test_a_damaged_workbook_is_told(parts: dict[str, str]) -> None:
    assert refusal(workbook(**parts), "a.xlsx") == DAMAGED


def test_a_broken_archive_is_told() -> None:
    whole = workbook()
    for cut in (4, 60, len(whole) // 2, len(whole) - 3):
        assert refusal(whole[:cut], "a.xlsx") == DAMAGED
    for place in range(0, len(whole), 7):
        broken = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        with suppress(Refused):
            list(sheet(broken, "a.xlsx").rows)


def test_columns_are_named_as_a_spreadsheet_names_them() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702, 16_383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]


# ---- Real files


@needs_real_files
@pytest.mark.parametrize("path", [REGISTER, WARDS], ids=lambda path: path.stem)
def test_real_files_are_read_as_they_are(path: object) -> None:
    assert path in (REGISTER, WARDS)
    columns, wanted = table(path)  # type: ignore[arg-type]
    with open(path, "rb") as file:  # type: ignore[call-overload]
        found = read(file, "real.csv")
        assert list(found.columns) == columns
        assert list(found.rows) == list(wanted)


def test_a_formula_is_refused_whatever_stands_before_it() -> None:
    yes = '<row r="1"><c r="A1" t="b"><f t="shared" si="1">TRUE()</f><v>1</v></c>'
    same = '<c r="B1" t="b"><f t="shared" si="1"/><v>1</v></c>'
    for worked_out in ("<f>SUM(A1)</f>", '<f t="shared" si="2"/>', "<f/>"):
        cell = f'<c r="C1">{worked_out}<v>2</v></c></row>'
        assert refusal(
            workbook(f"<sheetData>{yes}{same}{cell}</sheetData>"), "form.xlsx"
        ).startswith("Cell C1 holds")


@needs_real_files
def test_a_yes_or_no_that_a_program_wrote_as_a_formula_is_taken() -> None:
    book = Workbook((DATA / "xlsforms/xlsform_spec_test.xlsx").read_bytes(), Limits())
    survey, settings = dict(book.rows("survey")), dict(book.rows("settings"))
    assert (survey[22][10], survey[55][1]) == ("TRUE", "FALSE")
    assert settings[2][5:8] == ["FALSE", "FALSE", "TRUE"]


@needs_real_files
def test_an_old_workbook_is_told_what_to_become() -> None:
    data = (DATA / "xlsforms/tutorial.xls").read_bytes()
    assert refusal(data, "form.xls") == "This is a spreadsheet of the old sort (XLS)."
