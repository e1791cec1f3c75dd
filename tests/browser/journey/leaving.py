"""Steps 9 and 10: a table and a document leave the portal."""

import csv
import io
import json
import zipfile
from pathlib import Path

import frictionless
from docx import Document

from pilots.publishing.datapackage import DESCRIPTOR, FIGURES, read_back
from tests.browser.journey.asking import COUNTS, ITEM, OUTCOME, TOLD
from tests.browser.journey.hands import Hands
from tests.browser.journey.learning import LEARNED
from tests.browser.journey.portal import Portal


def released(place: Portal, tmp_path: Path) -> None:
    """9. One person prepares a table, another releases it, anyone downloads it; its figures are
    those of the page, and other people's tools can read it."""
    ravi, ines = place["ravi"], place["ines"]
    ravi.go(place.pilot)
    ravi.press("Tables")
    ravi.sees("No table yet")
    ravi.press(COUNTS)
    ravi.fill("Title", "Families waiting for repairs")
    ravi.fill("What does the table show?", "How many families wait, by ward.")
    ravi.choose("Anyone")
    ravi.press("Hand it to a second person")
    ravi.sees("A second person looks at this and releases it.")
    assert not ravi.is_offered("Release it")
    there = ravi.path
    anyone = place.device()
    anyone.cannot_open(there)
    ines.go(place.pilot)
    ines.press("Tables")
    ines.press("Families waiting for repairs")
    ines.press("Release it")
    ines.sees("Released")
    anyone.go(there)
    anyone.sees("Families waiting for repairs", "Reports by groups.")
    assert table(anyone) == table(ines)
    assert table(anyone)[0] == ["Gospel Oak", "30", "*", "35"]
    path = tmp_path / "release.zip"
    anyone.download("Download the data (ZIP)").save_as(path)
    shown = [cell for row in table(anyone) for cell in row[1:]]
    assert [str(line.shown) for line in read_back(path.read_bytes())] == shown
    assert frictionless.validate(str(path)).flatten(["type"]) == []
    with zipfile.ZipFile(path) as archive:
        about = json.loads(archive.read(DESCRIPTOR))
        found = list(csv.DictReader(io.StringIO(archive.read(FIGURES).decode())))
    assert about["title"] == "Families waiting for repairs"
    assert found[0]["area"] == "Gospel Oak"


def made_public(place: Portal) -> None:
    """What was learned goes to anyone, with words that their group allows; it takes them off again,
    and the finding stays."""
    ravi, ines, rahima = place["ravi"], place["ines"], place["rahima"]
    ravi.go(place.pilot)
    ravi.press("What we learned")
    ravi.press(LEARNED)
    ravi.press("Make it public")
    ravi.choose(TOLD)
    ravi.press("Hand it to a second person")
    ravi.sees("Waiting for a second person", "They have not said yet")
    there, anyone = ravi.path, place.device()
    anyone.cannot_open(there)
    rahima.menu("Home")
    rahima.press("May we show your words to anyone?")
    rahima.sees(TOLD, LEARNED)
    rahima.press("Yes, anyone may read them")
    rahima.sees("You said yes.")
    ines.menu("Home")
    ines.press("Make a finding public, or not")
    ines.sees(TOLD, "They said yes")
    ines.press("Make it public")
    ines.sees("For anyone to read")
    anyone.go("/findings")
    anyone.press(LEARNED)
    anyone.sees(TOLD, "Some give up because of the cost.", "It rests on 3 local groups.")
    assert "is public now" in place.newest_mail("rahima")
    rahima.again()
    rahima.press("No, do not show them")
    anyone.again()
    anyone.does_not_see(TOLD)
    anyone.sees(LEARNED)


def table(hands: Hands) -> list[list[str]]:
    """The rows of the table on a page."""
    rows = hands.page.locator("main table tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def governed(place: Portal, tmp_path: Path) -> None:
    """10. The IG case of the pilot shows seven steps, the first filled from the canvas, and the
    IG lead takes it away as a document."""
    cora, iris = place["cora"], place["iris"]
    cora.go(place.pilot)
    cora.press("Information governance")
    assert not cora.is_offered("Download the case")
    iris.menu("Pilots")
    place.second_factor(iris)
    iris.press("Damp repairs")
    iris.press("Information governance")
    for side in (cora, iris):
        steps = side.page.locator("main .govuk-task-list__item").all_inner_texts()
        assert [one[:2] for one in steps] == [f"{n}." for n in range(1, 8)]
        assert "Filled in" in steps[0]
        assert "Filled in" not in "".join(steps[1:])
    there = iris.path
    iris.press("1. ")
    iris.sees(OUTCOME, ITEM, "From the canvas")
    iris.go(there)
    path = tmp_path / "case.docx"
    iris.download("Download the case").save_as(path)
    document = Document(str(path))
    words = "\n".join(one.text for one in document.paragraphs)
    cells = [cell.text for found in document.tables for row in found.rows for cell in row.cells]
    assert "Damp repairs" in words
    assert OUTCOME in words or OUTCOME in cells
    assert ITEM in cells
