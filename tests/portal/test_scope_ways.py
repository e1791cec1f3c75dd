"""Every way to what was shared asks the same gate, and once it says no nothing is shown: by the
code (who asks, and who touches the rows), and by opening every page (design.md, law 5)."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import trust.scope
from pilots.contributions import Contribution
from pilots.questions import Question
from pilots.review import Reading
from portal import mails
from portal.mail_words import SAID
from tests.portal.matrix import tracers
from tests.portal.matrix.cells import MARK
from tests.portal.matrix.door import Town
from tests.portal.matrix.policy import policy
from tests.portal.matrix.watch import ROOT
from tests.portal.test_ways_out import listed as ways_out
from tests.portal.test_ways_out import unsent
from trust.outbox import Parcel
from trust.scope import Way

pytestmark = pytest.mark.one_database

LOOKERS = (
    "member",
    "reviewer",
    "own-reviewer",
    "both-sides",
    "other-reviewer",
    "neighbour",
    "coordinator",
    "decision-owner",
    "research-lead",
    "observer",
    "council-member",
    "copperfield",
    "safeguarding-lead",
)
"""Whoever may come near what others gave."""

ENDED = "UPDATE terms SET ended_at = starts"
GATE = {"trust.scope", "pilots.bounds"}
ASKS = {"ask", "allows", "against", "within", "verdicts", "refusals", "refusal", "must", "inside"}
ASKS |= {"fallen", "closed"}


@cache
def listed() -> dict[str, Any]:
    """The list, as it was written by hand."""
    path = Path(tracers.__file__).with_name("scope.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


# By the code


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in ("trust", "pilots", "portal"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" not in path.parts and "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def ways_of(node: ast.AST) -> set[str]:
    """The ways that are named below a node: ``scope.READ``, ``AUDIENCES[…]``, a parameter."""
    found = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
    found |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    known = {name for name, one in vars(trust.scope).items() if isinstance(one, Way)}
    return found & {*known, "AUDIENCES", "way"}


def asks(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """The functions of a module that ask the gate, each with the ways it asks for."""
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        found: set[str] = set()
        calls = False
        for node in ast.walk(function):
            if not isinstance(node, ast.Call):
                continue
            given = node.func
            of_gate = (
                isinstance(given, ast.Attribute)
                and isinstance(given.value, ast.Name)
                and given.value.id in ("scope", "bounds")
                and given.attr in ASKS
            )
            hands_on = isinstance(given, ast.Name) and any(
                isinstance(one, ast.Attribute) and ways_of(one) - {"way", "AUDIENCES"}
                for one in node.args
            )
            if of_gate or hands_on:
                calls = True
                found |= ways_of(node)
        if calls:
            yield function.name, found or ways_of(function)


def test_whoever_asks_the_gate_is_listed_with_its_ways() -> None:
    found = {
        f"{name}.{function}": ways
        for name, tree in modules()
        if name != "trust.scope"
        for function, ways in asks(tree)
    }
    inside = {
        f"pilots.bounds.{name}": {"way"}
        for name in (
            "verdicts",
            "refusals",
            "refusal",
            "must",
            "inside",
            "_open",
            "fallen",
            "closed",
        )
    }
    expected = {name: set(ways) for name, ways in listed()["callers"].items()}
    assert found | inside == expected


def test_nothing_else_touches_the_terms() -> None:
    """Else there would be a second copy of the question."""
    touching = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and any(one.name == "Terms" for one in node.names))
        or (isinstance(node, ast.Attribute) and node.attr == "Terms")
        or (isinstance(node, ast.ClassDef) and node.name == "Terms")
    }
    assert touching == set(listed()["rows"]["modules"])


# By what is shown


def gave(persona: str, record: str) -> bool:
    """Whether a persona is of those who gave a contribution, or wrote it down for them."""
    key = record.partition(".")[2]
    if key in ("answer", "answering"):
        return persona in policy().people(["answers-for-camden"])
    return persona in policy().people(ways_out()["own"].get(key, []))


def told(town: Town, text: str, persona: str) -> set[str]:
    """What a page tells a persona of what others gave: words, and true or rounded numbers."""
    found = {one for one in MARK.findall(text) if one.startswith("contribution.")}
    found |= {f"contribution.{one.partition('.')[2]}" for one in tracers.found(text, town.tracers)}
    if tracers.numbers(text) & rounded(town):
        found.add("a table")
    return {one for one in found if not gave(persona, one)}


def rounded(town: Town) -> set[str]:
    """What the gate makes of the sums of all that was accepted."""
    name = "sum.accepted+copperfield+hub"
    return {str(5 * round(int(number) / 5)) for number, of in town.tracers.items() if of == name}


def shown(town: Town) -> dict[str, set[str]]:
    """What each page tells those who did not give it, by its case."""
    found: dict[str, set[str]] = {}
    for case in policy().cases:
        people = [one for one in LOOKERS if one in case.through.get("GET", ())]
        address = town.address(case.endpoint, case.at, case.ask)
        for persona in people:
            came = town.knock(persona, "GET", address)
            assert not came.outcome.startswith("error"), (str(case), persona, came.error)
            found.setdefault(str(case), set()).update(told(town, came.text, persona))
    return {case: what for case, what in found.items() if what}


def quoting(town: Town) -> str:
    """Findings that quote words of a contribution, its mark with them: to the cohort, to anyone."""
    one, of = town.names["contribution.accepted"], town.names["insight.published"]
    return (
        "UPDATE evidence SET quoted = 'So «contribution.accepted»' WHERE "
        f"contribution_id = {one} AND "
        f"(insight_id = {of} OR insight_id IN (SELECT insight_id FROM publication))"
    )


NEW_TABLE = "UPDATE \"release\" SET state = 'dropped' WHERE state = 'prepared'"


def test_what_no_agreement_allows_any_more_is_shown_nowhere(town: Town) -> None:
    with town.with_sql(quoting(town)):
        before = shown(town)
    with town.with_sql(quoting(town), ENDED):
        after = shown(town)
    apart, stays = set(listed()["apart"]), set(listed()["stays"]["cases"])
    leaks = {
        case: what
        for case, what in after.items()
        if case.rpartition(".")[0] not in apart and case not in stays and not theirs(case)
    }
    assert leaks == {}
    # The list says which pages show something while they may: a new one has to be added to it.
    pages = {case.rpartition(".")[0] for case in before if case not in stays and not theirs(case)}
    assert pages - apart == set(listed()["shows"]) - {"releases.prepare"}
    assert apart <= {case.rpartition(".")[0] for case in before}


def theirs(case: str) -> bool:
    """The answer to a partner's own question, on the page of whoever asked."""
    return policy().case(case).at.get("id") in ("contribution.answer", "contribution.answering")


def test_whoever_sees_what_others_gave_leaves_a_sighting(town: Town) -> None:
    """On every page that shows words or numbers of an answer: its giver reads who looked."""
    quiet = {"releases.prepare", "releases.show", "safeguarding.concern"}  # rounded; the lead
    quiet |= {"publications.show"}  # anyone
    missed, looked = [], 0
    with town.with_sql(quoting(town)):
        for case in policy().cases:
            address = town.address(case.endpoint, case.at, case.ask)
            for persona in LOOKERS:
                if persona not in case.through.get("GET", ()) or case.endpoint in quiet:
                    continue
                came = town.knock(persona, "GET", address)
                if told(town, came.text, persona) - {"a table"}:
                    looked += 1
                    missed += [f"{case}, {persona}"] if "sighting" not in came.changed else []
    assert missed == []
    assert looked > 20


def test_a_table_that_is_being_prepared_holds_nothing_any_more(town: Town) -> None:
    at = {"id": "pilot.damp", "question": "table.damp"}
    path = town.address("releases.prepare", at, {})
    everything = "UPDATE \"release\" SET state = 'dropped'"
    with town.with_sql(everything):
        assert tracers.numbers(town.knock("reviewer", "GET", path).text) & rounded(town)
    with town.with_sql(everything, ENDED):
        came = town.knock("reviewer", "GET", path)
        assert came.status == 200
        assert not told(town, came.text, "reviewer")
        assert "There is no trust agreement in force between you." in came.text


def test_a_mail_tells_nothing_once_the_agreement_has_ended(town: Town) -> None:
    database, given = town.app.extensions["portal.database"], town.app.config["PORTAL"]
    kinds = set()
    here = town.app.test_request_context(base_url=given.address)
    with town.with_sql(quoting(town), ENDED), database.reading() as session, here:
        held = [one for one in session.scalars(select(Parcel)) if one.kind != "code"]
        for parcel in [*held, *unsent(town, {one.kind for one in held})]:
            mail = mails.compose(session, given, parcel, parcel.due_at)
            if mail is not None:
                kinds.add(parcel.kind)
                assert "«" not in mail.text + mail.subject, parcel.kind
                assert not tracers.found(mail.text, town.tracers), parcel.kind
    assert kinds == {*SAID, "vouch"}


def test_a_page_that_forgets_to_ask_is_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search above sees a leak where there is one."""
    read = town.address("review.show", {"id": "contribution.copperfield"}, {})
    found = town.address("insight.show", {"id": "insight.published"}, {})
    with town.with_sql(quoting(town), ENDED):
        assert not told(town, town.knock("reviewer", "GET", read).text, "reviewer")
        assert not told(town, town.knock("decision-owner", "GET", found).text, "decision-owner")
        monkeypatch.setattr("pilots.bounds.refusals", lambda *given: {})
        monkeypatch.setattr("pilots.review.reading", lambda held, one, _: answered(held, one))
        assert told(town, town.knock("reviewer", "GET", read).text, "reviewer")
        monkeypatch.setattr(
            "pilots.evidence.may_still_quote",
            lambda session, way, evidence, now: {one.id for one in evidence},
        )
        assert told(town, town.knock("decision-owner", "GET", found).text, "decision-owner")


def answered(held: Contribution, question: Question) -> Reading:
    return Reading(question, held.answers.get(question.key))
