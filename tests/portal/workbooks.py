"""Workbooks put together by hand, so that a test says every byte that matters."""

import io
import zipfile
from collections.abc import Mapping

_TOP = """<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/>
</Relationships>"""
_LINKS = """<Relationships>
<Relationship Id="s1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="s2" Type="x/worksheet" Target="/xl/worksheets/sheet2.xml"/>
<Relationship Id="s3" Type="x/sharedStrings" Target="sharedStrings.xml"/>
<Relationship Id="s4" Type="x/styles" Target="styles.xml"/>
</Relationships>"""
BOOK = """<workbook xmlns:r="r"><workbookPr/><sheets>
<sheet name="Groups" sheetId="1" r:id="s1"/></sheets></workbook>"""
STYLES = """<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/>
<numFmt numFmtId="165" formatCode='0 "days"'/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>
</styleSheet>"""


def rows(*lines: str) -> str:
    """A sheet of these rows, each the XML of its cells."""
    inside = "".join(f"<row>{line}</row>" for line in lines)
    return f"<worksheet><sheetData>{inside}</sheetData></worksheet>"


def text(*values: str) -> str:
    """Cells that hold their text themselves."""
    return "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)


def workbook(
    sheet: str = rows(text("name"), text("Hope")),
    *,
    strings: str = "<sst/>",
    styles: str = STYLES,
    book: str = BOOK,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """An XLSX file of these parts; ``more`` adds entries or replaces them."""
    parts: dict[str, str | bytes] = {
        "_rels/.rels": _TOP,
        "xl/_rels/workbook.xml.rels": _LINKS,
        "xl/workbook.xml": book,
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": strings,
        "xl/styles.xml": styles,
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in parts.items():
            archive.writestr(path, body)
    return out.getvalue()
