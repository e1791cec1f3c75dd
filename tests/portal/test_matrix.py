"""Every page, by every method, as every kind of person, against the policy written by hand.

And the other way round: with any one check of the code taken out, the policy is broken, unless
another check says the same (tests/portal/matrix/redundant.toml).
"""

import importlib
import pkgutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import pilots
import trust
from portal.access import SAFE
from tests.conftest import some
from tests.portal.matrix import mutants
from tests.portal.matrix.cells import APART, Cell, cells, knock, problems, undone
from tests.portal.matrix.door import HIDDEN, THROUGH, Town
from tests.portal.matrix.forms import FORMS
from tests.portal.matrix.personas import PERSONAS
from tests.portal.matrix.policy import policy
from tests.portal.matrix.watch import Watch, nouns
from trust.act import VERBS

pytestmark = pytest.mark.one_database

for package in (trust, pilots):  # every noun and verb is known by now
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
UNNAMED = {"verdict.shown", "question.put", "question.written"}
"""Words to be known again that stand in a record of another name."""
ENDPOINTS = sorted({case.endpoint for case in policy().cases})


# The policy and the portal


def pages(town: Town) -> set[tuple[str, str]]:
    """Every page and method of the portal; HEAD and OPTIONS are looked at for themselves."""
    return {
        (rule.endpoint, method)
        for rule in town.app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - (SAFE - {"GET"})
    }


def test_every_page_is_in_the_policy_and_every_entry_is_of_a_page(town: Town) -> None:
    there, said = pages(town), policy().pages
    missing, gone = sorted(there - said), sorted(said - there)
    assert not missing, f"policy.toml says nothing about {missing}"
    assert not gone, f"policy.toml speaks of pages that are gone: {gone}"
    assert {page.split()[0] for page in policy().public | policy().factor} <= set(ENDPOINTS)
    known = {case.endpoint for case in policy().cases} | {str(case) for case in policy().cases}
    assert set(FORMS) <= known, "forms of cases that are gone"
    assert set(policy().sees) <= set(town.names) | UNNAMED, "records that are not there"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_everyone_gets_what_the_policy_says(town: Town, database: Any, endpoint: str) -> None:
    found = cells(town, database.run, endpoint)
    wrong: list[str] = []
    for case in policy().of(endpoint):
        own = [cell for cell in found if cell.case == str(case)]
        wrong += [problem for cell in own for problem in problems(case, cell)]
        wrong += undone(case, own)
    assert not wrong, "\n".join(["", *wrong])


def test_everyone_gets_through_somewhere_and_is_turned_away_somewhere(
    all_cells: list[Cell],
) -> None:
    """Else a persona's session is not what it should be, and its cells say nothing."""
    for outcome in (THROUGH, HIDDEN):
        had = Counter(cell.persona for cell in all_cells if cell.outcome == outcome)
        assert set(had) >= set(PERSONAS) - {"public"}
    seen = {mark for cell in all_cells for mark in cell.marks}
    hidden = set(policy().sees) - seen
    assert hidden == {"upload.colleague"}, "nobody ever reads these: is the mark on them?"


def test_looking_first_tells_no_more(town: Town) -> None:
    """HEAD answers as GET does, without a body; OPTIONS says the same to everyone."""
    for case in policy().cases:
        if "GET" not in case.through:
            continue
        address = town.address(case.endpoint, case.at, case.ask)
        through = next((one for one in PERSONAS if one in case.through["GET"]), "nobody")
        for persona in {"public", through}:
            came = town.knock(persona, "HEAD", address)
            assert came.outcome == case.expected("GET", persona), (str(case), persona)
            assert not came.body
        told = {town.knock(one, "OPTIONS", address).headers["Allow"] for one in ("public", through)}
        assert len(told) == 1, str(case)


def test_what_ends_while_somebody_is_signed_in_ends_at_once(
    town: Town, all_cells: list[Cell]
) -> None:
    person = town.names["person.reviewer"]
    through = [
        cell
        for cell in all_cells
        if cell.persona == "reviewer" and cell.outcome == THROUGH
        if policy().case(cell.case).expected(cell.method, "nobody") == HIDDEN
    ]
    assert len(through) > 30
    over = f"UPDATE seat SET ends = starts WHERE person_id = {person}"
    with town.with_sql(over), Watch() as watch:
        for cell in through:
            again = knock(town, watch, policy().case(cell.case), cell.method, "reviewer")
            assert again.outcome == HIDDEN, str(again)
            assert not set(again.changed) - APART


# The code with one check taken out


def redundant() -> dict[str, str]:
    """The checks that another one makes too, each with the reason."""
    text = Path(mutants.__file__).with_name("redundant.toml").read_text(encoding="utf-8")
    return {
        check: group["why"]
        for group in tomllib.loads(text)["redundant"]
        for check in group["checks"]
    }


def every_mutant() -> dict[str, mutants.Mutant]:
    closed = {
        case.endpoint
        for case in policy().cases
        for method in case.through
        if f"{case.endpoint} {method}" not in policy().public
    }
    made = [
        *(mutants.page_mutant(endpoint) for endpoint in sorted(closed)),
        *(mutants.noun_mutant(name) for name in sorted(nouns())),
        *(mutants.verb_mutant(name) for name in sorted(VERBS)),
        *mutants.line_mutants().values(),
    ]
    return {mutant.name: mutant for mutant in made}


MUTANTS = every_mutant()
SOME = 150  # cells that say whether a redundant check is redundant still


def test_no_redundant_check_is_gone() -> None:
    assert set(redundant()) <= set(MUTANTS), "redundant.toml names checks that are not there"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "mutant" in metafunc.fixturenames:
        metafunc.parametrize("mutant", some(metafunc.config, MUTANTS))


def test_a_check_taken_out_is_noticed(town: Town, all_cells: list[Cell], mutant: str) -> None:
    without = MUTANTS[mutant].without(town.app)
    likely = MUTANTS[mutant].likely(all_cells)
    if mutant in redundant():
        likely = likely[:SOME]
    noticed = ""
    with without, Watch() as watch:
        for cell in likely:
            case = policy().case(cell.case)
            noticed = next(problems(case, knock(town, watch, case, cell.method, cell.persona)), "")
            if noticed:
                break
    if mutant in redundant():
        assert not noticed, f"{noticed}: take it off redundant.toml"
    else:
        assert noticed, "nothing in the matrix notices: add a case, or say in redundant.toml why"
