"""What a stage needs: each check on a pilot that has nothing, and on one that has it all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pilots import model
from pilots.checks import CHECKS, findings
from pilots.model import Need, Stage
from pilots.progress import Progress, Side
from pilots.vocabulary import CHECKS as KNOWN
from pilots.vocabulary import GATES

TODAY = date(2026, 3, 2)
LANTERN, SMALL = Side(2, "Lantern"), Side(3, "Small Steps")
BOTH = frozenset({2, 3})

NOTHING = Progress(council=Side(1, "Camden"), today=TODAY, members=(LANTERN, SMALL))
ALL = replace(
    NOTHING,
    talked=BOTH,
    review_days=dict.fromkeys(BOTH, TODAY),
    roles=frozenset({"coordinator", "reviewer", "decision-owner", "connector"}),
    written=frozenset({"outcome", "action", "product"}),
    agreed_vcs=True,
    agreed_council=True,
    items=1,
    route="light",
    council_gave=True,
    asked=True,
    contributed=BOTH,
    findings=1,
)


def need(check: str, **more: object) -> Need:
    return Need(check=check, words="", **more)  # type: ignore[arg-type]


def missing(check: str, progress: Progress, **more: object) -> list[str]:
    """What the check misses, filled in."""
    found = CHECKS[check](progress, need(check, **more))
    return [one.what.text % one.what.params for one in found]


@pytest.mark.parametrize("check", CHECKS)
def test_a_pilot_with_all_of_it_misses_nothing(check: str) -> None:
    assert missing(check, ALL, roles=("reviewer",), at_least=2) == []


@pytest.mark.parametrize("check", sorted(set(CHECKS) - {"entries_confirmed", "members"}))
def test_a_pilot_with_nothing_misses_it_and_says_who_can_supply_it(check: str) -> None:
    found = CHECKS[check](NOTHING, need(check, roles=("reviewer",)))
    assert found
    for one in found:
        assert one.what.text
        assert one.who.text
        assert one.where in {"canvas", "cohort", "roles", "requests", "insight", "case", "partner"}


def test_every_check_is_a_word_of_the_models() -> None:
    assert set(CHECKS) <= set(KNOWN)


def test_every_gate_is_checked_by_the_portal_itself() -> None:
    """A gate that people merely say is open would be no gate."""
    assert set().union(*GATES.values()) <= set(CHECKS)
    for name in model.names():
        for stage in model.load(name).stages:
            for one in findings(stage, NOTHING):
                if one.need.check in GATES.get(stage.gate, ()):
                    assert one.missing


def test_one_partner_without_an_agreement_is_named() -> None:
    progress = replace(ALL, review_days={2: TODAY})
    told = missing("agreements_in_force", progress)
    assert told == ["No trust agreement between Camden and Small Steps is in force."]


def test_a_review_day_that_has_passed_is_none() -> None:
    passed = dict.fromkeys(BOTH, TODAY - timedelta(days=1))
    assert len(missing("review_dates_set", replace(ALL, review_days=passed))) == 2


@pytest.mark.parametrize(
    "check",
    ["conversations_confirmed", "agreements_in_force", "contributed", "entries_confirmed"],
)
def test_an_empty_cohort_meets_no_check_of_each_member(check: str) -> None:
    assert missing(check, replace(ALL, members=())) == ["Nobody takes part yet."]


def test_enough_partners_take_part() -> None:
    assert missing("members", ALL, at_least=3) == ["2 take part. 3 or more are needed."]
    assert missing("members", replace(ALL, members=()))


def test_a_canvas_needs_three_parts_and_an_item() -> None:
    assert missing("canvas_filled", replace(ALL, items=0))
    assert missing("canvas_filled", replace(ALL, written=frozenset({"outcome", "action"})))


def test_both_sides_agree_to_the_canvas() -> None:
    assert len(missing("canvas_agreed", NOTHING)) == 2
    assert missing("canvas_agreed", replace(ALL, agreed_vcs=False)) == [
        "The groups have not said yes to the canvas."
    ]


def test_place_by_place_one_of_them_is_enough_and_people_confirm_the_rest() -> None:
    some = replace(ALL, contributed=frozenset({2}))
    assert missing("contributed", some) == ["Small Steps has not shared anything yet."]
    assert missing("contributed", some, who="each place") == []
    stage = Stage("B6", "", "", (), (need("contributed", who="each place"),), "", (), "")
    [one] = findings(stage, some)
    assert one.to_confirm
    assert not one.done


def test_what_the_portal_cannot_see_is_confirmed_by_people() -> None:
    needs = (need("say", by=("member",)), need("gate_passed"), need("members", small=1))
    found = findings(Stage("A6", "", "", (), needs, "", (), ""), ALL)
    assert [one.to_confirm for one in found] == [True, True, True]
    assert not any(one.done for one in found)


def test_who_was_shown_a_finding_has_time_to_answer() -> None:
    assert missing("insight_shown", replace(ALL, findings=0))
    assert missing("insight_shown", replace(ALL, to_judge=frozenset({3}))) == [
        "Small Steps has not said yet if we understood."
    ]


def test_everyone_who_shared_has_had_an_answer() -> None:
    assert missing("responded", replace(ALL, unanswered=frozenset({2}))) == [
        "Lantern has had no answer yet."
    ]
    assert missing("responded", replace(ALL, contributed=frozenset()))
