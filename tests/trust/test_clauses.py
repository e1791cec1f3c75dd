"""What clauses mean: nothing is allowed that none allows, and choosing only narrows."""

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trust.readability import faults
from trust.clauses import (
    Audience,
    Category,
    Chosen,
    Clause,
    Purpose,
    Term,
    Use,
    base,
    excluded,
    grants,
    library,
    refusing,
    sections,
    title_of,
)
from trust.narrowing import (
    LONGEST_NOTE,
    as_data,
    check_narrows,
    from_data,
    with_note,
    with_options,
    without,
)
from trust.promises import Side, promises
from trust.records import Refused

EVERY = [pytest.param(clause, id=clause.key) for clause in library().values()]
TERMS = [Term(*parts) for parts in product(Use, Purpose, Category, Audience)]
NAMES = {
    "partner": "Lantern",
    "council": "Camden",
    "partner_contact": "Rahima",
    "partner_deputy": "Hodan",
    "council_contact": "Ade",
    "council_deputy": "Jo",
    "project": "Damp repairs",
    "purpose": "why do people wait so long?",
    "review_date": "1 June 2026",
}
ASK_FOR_STORY = Term(Use.REQUEST, Purpose.QUESTION, Category.STORY, Audience.REVIEWERS)


def allowed(chosen: Sequence[Chosen]) -> set[Term]:
    return {grant.term for grant in grants(chosen)}


def test_the_sixteen_sections_in_order_each_with_a_clause_that_stays() -> None:
    assert list(sections()) == [
        "purpose",
        "give-and-get",
        "permitted",
        "excluded",
        "independence",
        "categories",
        "audience",
        "credit",
        "check-first",
        "withdrawal",
        "small-numbers",
        "promises",
        "contacts",
        "disagree",
        "safety",
        "review",
    ]
    assert {clause.section for clause in library().values() if clause.fixed} == set(sections())
    rows = tomllib.loads(files("trust").joinpath("clauses.toml").read_text(encoding="utf-8"))
    assert len(rows["clause"]) == len(library())


@pytest.mark.parametrize("clause", EVERY)
def test_a_clause_reads_plainly(clause: Clause) -> None:
    assert clause.title % NAMES
    assert faults(clause.text % NAMES) == []
    assert faults(clause.without % NAMES) == []
    assert bool(clause.lacks) == bool(clause.without)
    assert not clause.lacks or clause.lacks in NAMES
    for option in clause.options:
        assert option.title
        assert faults(option.text % NAMES) == []


@pytest.mark.parametrize("clause", EVERY)
def test_the_options_of_a_clause_mean_something(clause: Clause) -> None:
    keys = [option.key for option in clause.options]
    assert len(set(keys)) == len(keys)
    assert bool(keys) == (clause.pick in {"one", "some"})
    assert clause.default in ({*keys} if clause.pick == "one" else {""})
    for option in clause.options:
        if clause.pick == "some":
            takes = any(option.removes(grant.term) for grant in grants(base()))
            assert takes or option.excludes
        else:
            assert not option.takes_away
            assert not option.excludes


def test_every_promise_stands_in_the_agreement_once_on_its_own_side() -> None:
    said = [key for clause in library().values() for key in clause.promises]
    assert said == list(promises())
    for side in Side:
        for key in library()[f"{side}-promises"].promises:
            assert promises()[key].owner is side


def test_funding_monitoring_and_enforcement_are_ruled_out_for_good() -> None:
    ruled_out = excluded(base())
    for purpose in (Purpose.FUNDING, Purpose.MONITORING, Purpose.ENFORCEMENT):
        key = ruled_out[purpose]
        assert library()[key].fixed
        assert purpose not in {grant.term.purpose for grant in grants(base())}


def test_personal_data_is_never_allowed_here() -> None:
    assert Category.PERSONAL not in {grant.term.category for grant in grants(base())}
    term = ASK_FOR_STORY._replace(category=Category.PERSONAL)
    assert refusing(base(), term) == "no-personal-data"


def test_what_the_base_allows() -> None:
    uses = {(term.use, term.audience) for term in allowed(base())}
    assert uses == {
        (Use.REQUEST, Audience.REVIEWERS),
        (Use.REVIEW, Audience.REVIEWERS),
        (Use.INSIGHT, Audience.REVIEWERS),
        (Use.INSIGHT, Audience.COHORT),
        (Use.QUOTE, Audience.COHORT),
        (Use.QUOTE, Audience.PUBLIC),
        (Use.EXPORT, Audience.REVIEWERS),
        (Use.RESEARCH, Audience.REVIEWERS),
        (Use.PUBLISH, Audience.PUBLIC),
    }
    assert {grant.clause for grant in grants(base())} <= set(library())


def test_a_refusal_names_the_clause() -> None:
    assert refusing(base(), ASK_FOR_STORY) is None
    assert refusing(base(), ASK_FOR_STORY._replace(purpose=Purpose.FUNDING)) == "not-for-funding"
    assert refusing(base(), ASK_FOR_STORY._replace(audience=Audience.PUBLIC)) == "named-people"
    assert refusing(base(), ASK_FOR_STORY._replace(purpose=Purpose.TENANCY)) == "only-this"
    narrow = with_options(base(), "not-for-enforcement", ["no-tenancy-action"])
    tenancy = refusing(narrow, ASK_FOR_STORY._replace(purpose=Purpose.TENANCY))
    assert tenancy == "not-for-enforcement/no-tenancy-action"
    assert title_of(tenancy) == "No tenancy action"
    untold = with_options(base(), "kinds", ["no-stories"])
    assert refusing(untold, ASK_FOR_STORY) == "kinds/no-stories"
    assert refusing(untold, ASK_FOR_STORY._replace(category=Category.COUNT)) is None
    both = with_options(untold, "not-for-enforcement", ["no-tenancy-action"])
    assert refusing(both, ASK_FOR_STORY) == "kinds/no-stories"
    quiet = without(base(), "quote")
    quote = Term(Use.QUOTE, Purpose.QUESTION, Category.STORY, Audience.PUBLIC)
    assert refusing(base(), quote) is None
    assert refusing(quiet, quote) == "only-this"


def test_a_clause_of_every_agreement_cannot_be_left_out() -> None:
    for key, clause in library().items():
        if clause.fixed:
            with pytest.raises(Refused) as refused:
                without(base(), key)
            assert refused.value.clause == key
        else:
            assert key not in {one.clause.key for one in without(base(), key)}


def test_one_way_of_being_named_is_chosen() -> None:
    named = with_options(base(), "credit", ["by-name"])
    assert [one.options for one in named if one.clause.key == "credit"] == [("by-name",)]
    for wrong in ([], ["by-name", "no-name"], ["by-nickname"]):
        with pytest.raises(Refused):
            with_options(base(), "credit", wrong)


def test_what_is_not_there_cannot_be_changed() -> None:
    quiet = without(base(), "quote")
    for change in (
        lambda: without(quiet, "quote"),
        lambda: with_options(quiet, "quote", []),
        lambda: with_note(quiet, "quote", "Ask twice."),
        lambda: from_data([{"key": "unheard-of", "options": [], "note": ""}]),
        lambda: from_data([{"key": "kinds", "options": ["unheard-of"], "note": ""}]),
    ):
        with pytest.raises(Refused):
            change()


def test_own_words_are_tidied_and_bounded_and_allow_nothing() -> None:
    noted = with_note(base(), "quote", "  Ask \n Rahima   first. ")
    assert [one.note for one in noted if one.clause.key == "quote"] == ["Ask Rahima first."]
    assert grants(noted) == grants(base())
    assert with_note(noted, "quote", " ") == base()
    with pytest.raises(Refused):
        with_note(base(), "quote", "a" * (LONGEST_NOTE + 1))


@st.composite
def narrowed(draw: st.DrawFn, start: Sequence[Chosen] | None = None) -> tuple[Chosen, ...]:
    chosen = tuple(start if start is not None else base())
    for one in chosen:
        clause = one.clause
        keys = [option.key for option in clause.options]
        if clause.pick == "one":
            chosen = with_options(chosen, clause.key, [draw(st.sampled_from(keys))])
        elif keys:
            more = draw(st.sets(st.sampled_from(keys)))
            chosen = with_options(chosen, clause.key, {*one.options, *more})
        if not clause.fixed and draw(st.booleans()):
            chosen = without(chosen, clause.key)
    return chosen


@given(narrowed())
def test_choosing_only_narrows(chosen: tuple[Chosen, ...]) -> None:
    assert allowed(chosen) <= allowed(base())
    assert excluded(chosen).keys() >= excluded(base()).keys()
    check_narrows(chosen, base())


@given(narrowed(), st.data())
def test_narrowing_a_narrower_base_only_narrows(
    common: tuple[Chosen, ...], data: st.DataObject
) -> None:
    check_narrows(data.draw(narrowed(common)), common)


@given(narrowed())
def test_widening_a_pilots_base_is_refused(common: tuple[Chosen, ...]) -> None:
    if allowed(common) < allowed(base()) or excluded(common).keys() > excluded(base()).keys():
        with pytest.raises(Refused):
            check_narrows(base(), common)


def test_a_missing_clause_is_refused() -> None:
    shorter = tuple(one for one in base() if one.clause.key != "law")
    with pytest.raises(Refused) as refused:
        check_narrows(shorter, base())
    assert refused.value.clause == "law"


@given(narrowed())
def test_each_refusal_names_a_clause_and_each_grant_none(chosen: tuple[Chosen, ...]) -> None:
    may = allowed(chosen)
    for term in TERMS:
        name = refusing(chosen, term)
        assert (name is None) == (term in may)
        if name is not None:
            assert name.partition("/")[0] in {one.clause.key for one in chosen}
            assert "%" not in title_of(name)


@given(narrowed(), st.text(max_size=30))
def test_what_is_stored_comes_back(chosen: tuple[Chosen, ...], note: str) -> None:
    noted = with_note(chosen, "review", note)
    assert from_data(as_data(noted)) == noted
    assert from_data(reversed(as_data(noted))) == noted
