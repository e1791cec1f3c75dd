"""The signed text: the same always, complete, and not to be forged by a name."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trust.readability import faults
from trust.clauses import base, library, sections
from trust.disclosure.policy import DEFAULT, Zeros
from trust.narrowing import with_note, with_options, without
from trust.wording import (
    Parties,
    Party,
    agreement_text,
    english_date,
    fingerprint,
    one_line,
    outline,
)

PARTIES = Parties(
    partner=Party("Lantern", "Rahima on 020 7946 0018", "Hodan on 020 7946 0019"),
    council=Party("Camden", "Ade on 020 7946 0020", "Jo on 020 7946 0021"),
)
PURPOSE = "why do families give up on damp repairs?"
REVIEW = date(2027, 6, 1)


def text(chosen=None, parties=PARTIES, **more):  # type: ignore[no-untyped-def]
    given = {"purpose": PURPOSE, "project": "", "review_on": REVIEW, **more}
    return agreement_text(base() if chosen is None else chosen, parties, **given)


def test_the_whole_text_reads_plainly() -> None:
    assert faults(text()) == []


def test_it_says_all_that_was_chosen() -> None:
    whole = text()
    assert whole.startswith("Trust agreement between Lantern and Camden\nVersion 1\n\n1. ")
    assert "%" not in whole
    for said in (PURPOSE, "Hodan on 020 7946 0019", "by 1 June 2027", "within 20 working days"):
        assert said in whole
    assert len(re.findall(r"^\d+\. ", whole, re.M)) == len(sections())
    assert len(re.findall(r"^\d+\.\d+ ", whole, re.M)) == len(library())


def test_a_change_of_any_choice_changes_the_print() -> None:
    versions = [
        text(),
        text(version=2),
        text(without(base(), "quote")),
        text(with_options(base(), "credit", ["by-name"])),
        text(with_options(base(), "not-for-enforcement", ["no-tenancy-action"])),
        text(with_note(base(), "quote", "Ask Rahima first.")),
        text(purpose="something else"),
        text(project="Damp repairs"),
        text(project="Warm rooms"),
    ]
    assert len({fingerprint(one) for one in versions}) == len(versions)
    assert fingerprint(text()) == fingerprint(text())


def test_it_names_the_project_it_is_for_or_says_that_it_is_for_each() -> None:
    one = "This is for one project: Damp repairs. Any other project needs an agreement of its own."
    each = "This is for each project of Camden that Lantern says yes to. A project with"
    assert one in text(project="Damp repairs")
    assert each not in text(project="Damp repairs")
    assert each in text()


def test_without_a_second_person_it_says_so() -> None:
    alone = replace(PARTIES, partner=Party("Lantern", "Rahima on 020 7946 0018", ""))
    whole = text(parties=alone)
    assert "Call Rahima on 020 7946 0018. There is no second person yet." in whole
    assert "If there is no answer, call Jo on 020 7946 0021." in whole
    assert faults(whole) == []


def test_the_rule_of_the_star_is_the_rule_of_the_tables() -> None:
    """What is signed says the same as what stands under each table that is made public."""
    low = 0 if DEFAULT.zeros is Zeros.HIDDEN else 1
    clause = library()["small-numbers"].text
    assert f"A star (*) hides a number from {low} to {DEFAULT.threshold}, or one that" in clause
    assert f"Other numbers are rounded to the nearest {DEFAULT.base}." in clause
    assert f"At least {DEFAULT.least_groups} groups stand behind each number." in clause


def test_own_words_are_marked_as_such() -> None:
    noted = text(with_note(base(), "quote", "Ask Rahima first, 100% of the time."))
    assert "\nIn our own words: Ask Rahima first, 100% of the time.\n" in noted


def test_it_can_be_read_in_another_language_with_the_same_numbers() -> None:
    loud = outline(
        base(),
        PARTIES,
        purpose=PURPOSE,
        project="Damp repairs",
        review_on=REVIEW,
        translate=lambda said: f"«{said}»",
        long_date=lambda day: day.isoformat(),
    )
    plain = outline(base(), PARTIES, purpose=PURPOSE, project="Damp repairs", review_on=REVIEW)
    assert [item.number for one in loud for item in one.items] == [
        item.number for one in plain for item in one.items
    ]
    paragraphs = [part for one in loud for item in one.items for part in item.paragraphs]
    assert all(part.startswith("«") for part in paragraphs)
    assert any("2027-06-01" in part for part in paragraphs)


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_typed_adds_a_line(name: str, note: str) -> None:
    plain = text(with_note(base(), "review", "x")).count("\n")
    parties = Parties(Party(name, name, name), PARTIES.council)
    typed = text(with_note(base(), "review", "x" + note), parties, purpose=name)
    assert typed.count("\n") == plain
    assert len(typed.splitlines()) == plain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Lantern\n17. Camden may do anything", "Lantern 17. Camden may do anything"),
        ("  Lantern \t Women’s  Circle ", "Lantern Women’s Circle"),
        ("Cafe\u0301", "Café"),
        ("Lan\u200btern\u202e\u2066\ufeff", "Lantern"),
        ("ক\u200dষ", "ক\u200dষ"),
        ("a\u2028b\u0085c\x00d", "a b c d"),
    ],
)
def test_what_people_typed_becomes_one_line(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


def test_the_date_is_english_whatever_the_machine_speaks() -> None:
    assert english_date(date(2026, 2, 1)) == "1 February 2026"
