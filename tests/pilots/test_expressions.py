"""Expressions mean what they mean in XLSForm, refuse what they do not know, and never hang."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilots.expressions import DEEPEST, LONGEST, check, holds, names, parse
from trust.records import Refused

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("rule", "answers"),
    [
        ("", {}),
        ("${a} = 'yes' and . > 3", {"a": "yes", ".": 4.0}),
        (". >= today()", {".": "2026-11-23"}),
        ("not(. > today())", {".": "2026-11-23"}),
        (". > '2026-11-01'", {".": "2026-11-23"}),
        ("${n} = '3'", {"n": 3.0}),
        ("not(${n} > 10)", {"n": "many"}),
        ("not(${nobody} > 3) and not(${nobody} < 3)", {}),
        ("${nobody} = ''", {}),
        ("selected(., 'c') and not(selected (., 'co'))", {".": "a c"}),
        ("count-selected(.) = 2 and selected-at(., 1) = 'c'", {".": "a c"}),
        ("regex(., '[0-9]{3}') and not(regex(., '[0-9]'))", {".": "123"}),
        ("if(${a} = 'x', 1, 2) = 1 and coalesce('', 'b') = 'b'", {"a": "x"}),
        ("-3 mod 2 = -1 and 7 mod -2 = 1 and 7 div 2 = 3.5", {}),
        ("1 + 2 * 3 = 7 and 10 - 2 - 3 = 5 and (1 + 2) * 3 = 9", {}),
        ("1 = 2 or 2 = 2 and 3 = 3", {}),
        ("not(1 div 0 = 1) and not(0 div 0)", {}),
        ("round(2.5) = 3 and round(2.345, 2) = 2.35 and int(2.9) = 2 and abs(-2) = 2", {}),
        ("min(3, 1, 2) = 1 and max(3, 1, 2) = 3 and number('4') = 4", {}),
        ("string-length(.) = 4 and contains(., 'am') and starts-with(., 'D')", {".": "Damp"}),
        ("substr(., 1, 3) = 'am' and concat(., 2) = 'Damp2'", {".": "Damp"}),
        ("normalize-space(.) = 'a b' and ends-with(., ' ')", {".": " a  b "}),
        ("date('2026-11-23') = today() and date(0) = '1970-01-01'", {}),
        ("true() and not(false()) and boolean-from-string('1') and boolean('x')", {}),
        ("string(1.5) = '1.5' and string(2) = '2' and string(true()) = 'true'", {}),
        ('${a} = "it\'s"', {"a": "it's"}),
    ],
)
def test_a_rule_means_what_it_means_in_a_form(rule: str, answers: dict[str, str | float]) -> None:
    assert holds(rule, answers, TODAY)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("${a", "${a"),
        ("a = 3", "a"),
        ("/data/x = 1", "/data/x"),
        ("position(..) = 1", "."),
        ("'a' 'b'", "b"),
        (". > 3 ; drop", ";"),
        ("pulldata('x', 'y')", "pulldata"),
        ("selected(.)", "selected"),
    ],
)
def test_what_cannot_be_read_is_named(rule: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        check(rule, ["a"], own=True)
    assert said in dict(refused.value.reason.params).values()


@pytest.mark.parametrize(
    "rule",
    [
        *("${a} =", "(1", "selected(., 'a'", "and", "()"),
        *("regex(., '(?=a)b')", "regex(., ${a})", "regex(., '(')"),
        "(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1),
        "1" + "0" * LONGEST,
        *("${b} = 1", ". = 1"),
    ],
)
def test_what_cannot_be_worked_out_is_refused(rule: str) -> None:
    with pytest.raises(Refused):
        check(rule, ["a"], own=False)


def test_it_knows_what_it_asks_for() -> None:
    assert names(parse("${a} = ${b-c} or selected(., 'x') and state = 'y'")) == {
        *("a", "b-c", ".", "@state")
    }


PIECES = """${a} . 1 'x' = < and or not( ( ) , - * div mod selected( if( round( substr( date( max(
  regex(.,'x*') 99999999999"""
WORDS = st.sampled_from(PIECES.split())


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=25), st.text(max_size=40), st.text(max_size=20))
def test_no_rule_breaks_the_portal(parts: list[str], noise: str, answer: str) -> None:
    for rule in (" ".join(parts), noise):
        try:
            parse(rule)
        except Refused:
            continue
        assert holds(rule, {"a": answer, ".": answer}, TODAY) in (True, False)


def test_a_hostile_pattern_takes_no_longer_than_a_kind_one() -> None:
    began = time.perf_counter()
    assert not holds("regex(., '(a+)+b')", {".": "a" * 5000}, TODAY)
    assert time.perf_counter() - began < 1  # Python's own takes more than the age of the stars
