"""A group that gave numbers itself reads the table: it knows its own, and every rule.

It takes its own number away from what is printed, and keeps whatever the other groups may have
given for the gate to print just this.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations_with_replacement

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.trust.disclosure.tables import table
from trust.disclosure import gate
from trust.disclosure.policy import DEFAULT, UNDER_TEN, Policy
from trust.disclosure.published import Published, Shown

LEAST = 3  # whole numbers that must remain (small-numbers.md, step 4)
ANCHOR = dict.fromkeys(range(9), 100)  # keeps a table of stars from being deferred


def printed(figures: Sequence[Sequence[int]], policy: Policy) -> tuple[Shown, ...]:
    """What the gate prints of each figure, given as what every group gave of it."""
    cells = [dict(enumerate(figure)) for figure in figures]
    source = table([[*cells, ANCHOR]], row_totals=False, column_totals=False)
    result = gate.publish(source, book="b", policy=policy, facts=(), audience="public")
    assert isinstance(result, Published)
    return result.cells[0][:-1]


def others(figure: Sequence[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each group's own number, with what the other groups gave."""
    for place, own in enumerate(figure):
        yield own, (*figure[:place], *figure[place + 1 :])


def assert_contributors_learn_little(policy: Policy, groups: int, largest: int) -> None:
    """Of every figure that so many groups can give, up to ``largest`` people."""
    figures = [
        figure
        for figure in combinations_with_replacement(range(largest + 1), groups)
        if sum(figure) <= largest
    ]
    possible: dict[tuple[int, Shown], set[tuple[int, ...]]] = defaultdict(set)
    for figure, shown in zip(figures, printed(figures, policy), strict=True):
        for own, rest in others(figure):
            possible[own, shown].add(rest)
    seen = 0
    for (own, shown), left in possible.items():
        if not isinstance(shown, int) or shown + policy.base // 2 > largest:
            continue
        seen += 1
        sums = {sum(rest) for rest in left}
        assert min(sums) > policy.threshold, f"{own} of {shown} leaves {sorted(sums)}"
        assert len(sums) >= LEAST, f"{own} of {shown} leaves {sorted(sums)}"
        single = {number for rest in left for number in rest}
        assert len(single) >= LEAST, f"{own} of {shown} leaves {left}"
    assert seen


SMALL = pytest.mark.parametrize(
    ("policy", "groups", "largest"),
    [(DEFAULT, 3, 60), (DEFAULT, 4, 37), (DEFAULT, 5, 27), (UNDER_TEN, 3, 60), (UNDER_TEN, 4, 42)],
)


@SMALL
def test_no_contributor_works_out_what_the_others_gave(
    policy: Policy, groups: int, largest: int
) -> None:
    assert_contributors_learn_little(policy, groups, largest)


def by_the_true_number(shown: Shown, given: Collection[int], policy: Policy) -> bool:
    """The rule about organisations as a reader would first write it down."""
    behind = [people for people in given if people]
    enough = len(behind) >= policy.least_groups
    return enough and 100 * max(behind) <= policy.most_percent * sum(given)


def only_by_what_is_left(shown: Shown, given: Collection[int], policy: Policy) -> bool:
    """Forgets that the rule itself tells how much each group can have given at most."""
    behind = [people for people in given if people]
    if not isinstance(shown, int) or len(behind) < policy.least_groups:
        return False
    return shown - policy.base // 2 - max(behind) > policy.threshold


@pytest.mark.parametrize("naive", [by_the_true_number, only_by_what_is_left])
def test_the_contributor_beats_a_naive_rule(naive: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above is able to fail: with a rule that looks right swapped in, it does."""
    monkeypatch.setattr(gate, "_enough_groups", naive)
    with pytest.raises(AssertionError, match="leaves"):
        assert_contributors_learn_little(DEFAULT, 3, 60)


@given(
    st.lists(st.one_of(st.integers(0, 12), st.integers(0, 3000)), min_size=3, max_size=6),
    st.sampled_from([DEFAULT, UNDER_TEN, Policy(base=10), Policy(most_percent=70)]),
    st.data(),
)
def test_three_numbers_remain_of_any_other_group(
    figure: list[int], policy: Policy, data: st.DataObject
) -> None:
    """Of large figures too, where not all that is possible can be tried: numbers near the true
    ones, of one other group and of a third that makes up for it."""
    (shown,) = printed([figure], policy)
    assume(shown and isinstance(shown, int))
    assert isinstance(shown, int)
    own, other, *rest = data.draw(st.permutations(range(len(figure))))
    assert shown - policy.base // 2 - figure[own] > policy.threshold
    tries = [figure]
    for third in rest:
        for more in range(-3, 4):
            for less in range(more - 5, more + 6):
                changed = list(figure)
                changed[other] += more
                changed[third] -= less
                if min(changed) >= 0:
                    tries.append(changed)
    alike = [one for one, seen in zip(tries, printed(tries, policy), strict=True) if seen == shown]
    assert len({one[other] for one in alike}) >= LEAST
    assert len({sum(one) - one[own] for one in alike}) >= LEAST
