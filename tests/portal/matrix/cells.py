"""One cell of the matrix for each case, method and persona: what came, and which checks said no.

Asked once in a run of the tests, whichever process needs them first; kept beside the databases.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from html import unescape
from pathlib import Path
from typing import Any

from portal.access import SAFE
from tests.databases import Run
from tests.portal.matrix.door import HIDDEN, THROUGH, Town
from tests.portal.matrix.forms import form_of
from tests.portal.matrix.personas import MARK, PERSONAS
from tests.portal.matrix.policy import Case, policy
from tests.portal.matrix.tracers import found
from tests.portal.matrix.watch import Watch

HTMX = {"HX-Request": "true", "HX-Target": "found"}
ASK_AS_HTMX = ("public", "nobody", "member", "copperfield", "coordinator", "reviewer")
LINK = re.compile(r"<a\b[^>]*?\bhref=\"(/[^\"]*)\"")
FORM = re.compile(r"<form\b(?=[^>]*method=\"post\")[^>]*?\baction=\"(/[^\"]*)\"", re.IGNORECASE)
APART = frozenset({"throttle"})
"""What even a knock that is turned away may leave (design.md, law 7)."""


@dataclass(frozen=True)
class Cell:
    """What came of one knock, and on the way: the verbs that were not allowed, the nouns that
    were narrowed, and the places in the code that said "there is no such thing". ``marks`` are
    the records whose words, ``figures`` the tracers that came out; ``offers`` the links and
    buttons to other cases ("GET agreements.show.offered")."""

    case: str
    method: str
    persona: str
    outcome: str
    detail: str
    done: bool
    marks: tuple[str, ...]
    figures: tuple[str, ...]
    offers: tuple[str, ...]
    changed: tuple[str, ...]
    htmx: str | None
    verbs: tuple[str, ...]
    nouns: tuple[str, ...]
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.case} {self.method}, {self.persona}"


def knock(
    town: Town, watch: Watch, case: Case, method: str, persona: str, *, htmx: bool = False
) -> Cell:
    """Ask for one page as one persona; with ``htmx`` a second time as htmx asks."""
    watch.clear()
    address = town.address(case.endpoint, case.at, case.ask)
    came = town.knock(persona, method, address, _data(town, case, method))
    again = town.knock(persona, method, address, None, HTMX) if htmx else None
    text = f"{came.text}\n{again.text if again else ''}"
    return Cell(
        str(case),
        method,
        persona,
        came.outcome,
        f"{came.status} {came.error}".strip(),
        came.done,
        tuple(sorted(set(MARK.findall(text)))),
        tuple(sorted(found(text, town.tracers))),
        tuple(sorted(_offers(town, text))),
        came.changed,
        again.outcome if again else None,
        tuple(sorted(watch.verbs)),
        tuple(sorted(watch.nouns)),
        tuple(sorted(watch.places)),
    )


def _data(town: Town, case: Case, method: str) -> dict[str, Any] | None:
    if method in SAFE:
        return None
    return {
        key: (io.BytesIO(town.filled(value)), _name(value))
        if isinstance(value, bytes)
        else town.value(value)
        for key, value in form_of(case).items()
    }


def _name(content: bytes) -> str:
    if content.startswith(b"RIFF"):
        return "file.wav"
    if content.startswith(b"PK"):
        return "file.xlsx"
    return "file.png" if content.startswith(b"\x89PNG") else "file.csv"


def _offers(town: Town, text: str) -> set[str]:
    """Where the links and the forms of a page lead, as far as that is a case of the policy."""
    doors = _doors(town)
    asked = [("GET", address) for address in LINK.findall(text)]
    asked += [("POST", address) for address in FORM.findall(text)]
    return {
        f"{method} {name}"
        for method, address in asked
        for name in doors.get((method, unescape(address).partition("#")[0]), ())
    }


def _doors(town: Town) -> dict[tuple[str, str], list[str]]:
    """The cases behind each address."""
    if not town.doors:
        for case in policy().cases:
            address = town.address(case.endpoint, case.at, case.ask)
            for method in case.through:
                town.doors.setdefault((method, address), []).append(str(case))
    return town.doors


def problems(case: Case, cell: Cell) -> Iterator[str]:
    """What is not as the policy says."""
    expected = case.expected(cell.method, cell.persona)
    if cell.outcome != expected:
        yield f"{cell}: {cell.outcome} ({cell.detail}), not {expected}"
        return
    for record in cell.marks:
        if expected != THROUGH or cell.persona not in policy().sees.get(record, ()):
            yield f"{cell}: reads words of {record}"
    if expected != THROUGH and set(cell.changed) - APART:
        yield f"{cell}: turned away, but changed {', '.join(cell.changed)}"
    for offer in cell.offers:
        method, _, name = offer.partition(" ")
        if policy().case(name).expected(method, cell.persona) == HIDDEN:
            yield f"{cell}: offers {offer}"
    if cell.htmx not in (None, cell.outcome):
        yield f"{cell}: {cell.htmx} when htmx asks, else {cell.outcome}"


def undone(case: Case, cells: Iterable[Cell]) -> Iterator[str]:
    """Methods by which nobody could do anything, or somebody what a rule should refuse."""
    for method, through in case.through.items():
        done = [cell.persona for cell in cells if cell.method == method and cell.done]
        if through and not done and method not in case.refused:
            yield f"{case} {method}: nobody could do it"
        if done and method in case.refused:
            yield f"{case} {method}: {', '.join(done)} could do it"


def cells(town: Town, run: Run, endpoint: str) -> list[Cell]:
    """Every cell of one page."""
    kept = Path(run.quick) / f"matrix-{endpoint}.json"
    with run.alone(kept.name):
        if not kept.exists():
            with Watch() as watch:
                made = [
                    knock(
                        town,
                        watch,
                        case,
                        method,
                        persona,
                        htmx=method == "GET" and persona in ASK_AS_HTMX,
                    )
                    for case in policy().of(endpoint)
                    for method in case.through
                    for persona in PERSONAS
                ]
            kept.write_text(json.dumps([asdict(cell) for cell in made]))
    held: list[dict[str, Any]] = json.loads(kept.read_text())
    return [
        Cell(**{key: tuple(v) if isinstance(v, list) else v for key, v in one.items()})
        for one in held
    ]
