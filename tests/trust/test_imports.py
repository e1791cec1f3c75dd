"""A plan says what would be done; its fingerprint says whether that is still so."""

import json
from dataclasses import replace

import pytest

from trust.imports import OUTCOMES, Change, Line, Outcome, Plan, plan, unpack
from trust.records import Msg, Ref, Refused

NEW = Line(2, Outcome.NEW, "Hope", changes=(Change("name", "", "Hope"),))
SAME = Line(3, Outcome.SAME, "Joy", Ref("partner", 7))
LEFT = Line(4, Outcome.SKIPPED, "Hope", why=(Msg("Row %(row)s is the same.", {"row": 2}),))


def test_a_plan_counts_every_outcome() -> None:
    made = plan([NEW, SAME, LEFT])
    assert made.counts == {**dict.fromkeys(Outcome, 0), "new": 1, "same": 1, "skipped": 1}
    assert made.writes
    assert not plan([SAME, LEFT]).writes
    assert set(OUTCOMES) == set(Outcome)


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(Refused):
        plan([])


@pytest.mark.parametrize(
    "other",
    [
        plan([NEW, SAME]),
        plan([SAME, NEW, LEFT]),
        plan([replace(NEW, changes=(Change("name", "", "Hape"),)), SAME, LEFT]),
        plan([replace(NEW, ref=Ref("partner", 1)), SAME, LEFT]),
        plan([NEW, replace(SAME, outcome=Outcome.CHANGED), LEFT]),
        plan([NEW, SAME, replace(LEFT, why=(Msg("Row %(row)s is the same.", {"row": 3}),))]),
        plan([NEW, SAME, LEFT], region="camden"),
    ],
)
def test_a_plan_that_is_not_the_one_seen_is_refused(other: Plan) -> None:
    seen = plan([NEW, SAME, LEFT])
    plan([NEW, SAME, LEFT]).check_seen(seen.fingerprint)
    with pytest.raises(Refused):
        other.check_seen(seen.fingerprint)


def test_the_event_keeps_numbers_and_no_words() -> None:
    done = plan([NEW, SAME, LEFT]).written({0: Ref("partner", 12)})
    facts = done.facts()
    assert facts["counts"] == {
        "new": 1,
        "changed": 0,
        "proposed": 0,
        "same": 1,
        "skipped": 1,
        "refused": 0,
    }
    assert facts["lines"] == [[2, "new", "partner:12", ["name"]], [4, "skipped", "", []]]
    assert "Hope" not in json.dumps(facts)


def test_a_plan_comes_back_as_it_was_kept() -> None:
    why = Msg("%(number)s is not right for: %(name)s.", {"number": "7", "name": Msg("Charity")})
    made = plan([NEW, SAME, replace(LEFT, why=(why,))], region="camden").written({0: Ref("a", 1)})
    assert unpack(json.loads(json.dumps(made.packed()))) == made
