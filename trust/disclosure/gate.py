"""The only way out for figures, to people who may not see true counts.

The method is small-numbers.md's. In force here are its steps 1 (organisations) and 2 (each
figure by itself). The release ledger, the audit against everything published before, and hiding
more when that audit fails (steps 3 to 5) are not: without them a reader who subtracts can work out
about one hidden figure in 400 of a single table where noughts are shown (5 of 2,118 in 600 random
tables; none of 4,195 where they are hidden), and more from two tables that overlap.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from trust.disclosure.count import _peek
from trust.disclosure.policy import Policy, Zeros
from trust.disclosure.published import STAR, Deferred, Fact, Published, Shown
from trust.disclosure.table import Table
from trust.records import N_, Msg

Place = tuple[str, str]


def show(number: int, policy: Policy) -> Shown:
    """One figure by itself, from nothing but its own true number: the star, or rounded."""
    if number > policy.threshold:
        return policy.rounded(number)
    return 0 if number == 0 and policy.zeros is Zeros.SHOWN else STAR


def publish(
    table: Table, *, book: str, policy: Policy, facts: Sequence[Fact], audience: str
) -> Published | Deferred:
    """Turn true counts into a table that ``audience`` may read, or say why not.

    ``book`` names the population whose ledger this release belongs to, ``facts`` what has been
    published of it; both are carried along for the ledger and change nothing yet.

    A figure, margin or not, is shown if it is large enough (``show``), at least
    ``policy.least_groups`` organisations stand behind it, none with more than
    ``policy.most_percent`` of it, and what the others gave stays large enough for whichever of
    them takes its own number away. Margins are worked out from true counts, each by itself.

    A figure that rests on too few organisations gets **the same star** as a small one. With a
    sign of its own it would say "eight or more here", and leave the other stars meaning exactly
    one to seven, which an attacker could then subtract. With one sign a star says nothing.

    Deferred when no figure at all would be shown, and when somebody was reported in a place that
    can only be nought.
    """
    if _found(table, table.structural_zeros).total():
        return Deferred((Msg(N_("A box that must be empty has people in it. Check the figures.")),))
    rows = [[(row.key, column.key) for column in table.columns.labels] for row in table.rows.labels]
    columns = list(zip(*rows, strict=True))
    row_totals = tuple(_figure(table, row, policy) for row in rows)
    column_totals = tuple(_figure(table, column, policy) for column in columns)
    total = _figure(table, [place for row in rows for place in row], policy)
    published = Published(
        title=table.title,
        measure=table.measure,
        rows=table.rows,
        columns=table.columns,
        cells=tuple(tuple(_figure(table, [place], policy) for place in row) for row in rows),
        row_totals=row_totals if table.row_totals else None,
        column_totals=column_totals if table.column_totals else None,
        total=total if table.row_totals and table.column_totals else None,
        label=_label(policy),
        notes=_notes(table, policy),
        policy=policy,
        book=book,
        audience=audience,
        facts=tuple(facts),
    )
    # A nought that was known beforehand tells nobody anything; one chosen to be shown does.
    if not any(
        line.value or (line.value == 0 and policy.zeros is Zeros.SHOWN)
        for line in published.lines()
    ):
        return Deferred(_nothing_left(table, policy))
    return published


@dataclass(frozen=True)
class Preview:
    """A contributor's own table as anyone else would see it; a box left empty is ``None``."""

    cells: tuple[tuple[Shown | None, ...], ...]
    row_totals: tuple[Shown, ...]
    column_totals: tuple[Shown, ...]
    total: Shown


def preview(typed: Sequence[Sequence[int | None]], policy: Policy) -> Preview:
    """What anyone else would see of the numbers somebody is about to send.

    Only the rule for each figure by itself: one contribution alone would always fail the rule
    about organisations. Takes plain numbers, because they are the writer's own. All rows must
    be equally long (``ValueError``).
    """
    rows = [[number or 0 for number in row] for row in typed]
    return Preview(
        cells=tuple(
            tuple(None if number is None else show(number, policy) for number in row)
            for row in typed
        ),
        row_totals=tuple(show(sum(row), policy) for row in rows),
        column_totals=tuple(show(sum(column), policy) for column in zip(*rows, strict=True)),
        total=show(sum(map(sum, rows)), policy),
    )


def _found(table: Table, places: Iterable[Place]) -> Counter[int]:
    """People by giver over ``places``. A giver who reported nobody has an entry of nought."""
    found: Counter[int] = Counter()
    for place in places:
        for giver, count in table.cells.get(place, {}).items():
            found[giver] += _peek(count)
    return found


def _figure(table: Table, places: Collection[Place], policy: Policy) -> Shown:
    """The figure over ``places``: one for a cell, a whole line for a margin."""
    if table.structural_zeros.issuperset(places):
        return 0
    found = _found(table, places)
    shown = show(found.total(), policy)
    return shown if policy.official or _enough_groups(shown, found.values(), policy) else STAR


def _enough_groups(shown: Shown, given: Collection[int], policy: Policy) -> bool:
    """Whether enough organisations stand behind ``shown``, and none of them is most of it.

    Only those who reported somebody count, except for a nought: there, all who answered do.

    Measured against the least that the printed figure stands for, not against the true number:
    whoever gave the most knows its own number and these rules, so that "10 of 10 to 12, and the
    others gave at least 2" would be 12 exactly. Each group that takes its own number away is left
    with more than ``policy.threshold``.
    """
    if not isinstance(shown, int):
        return False
    behind = [people for people in given if people] if shown else given
    if len(behind) < policy.least_groups:
        return False
    if not shown:
        return True
    least = shown - policy.base // 2
    most = min(least - policy.threshold - 1, policy.most_percent * least // 100)
    # Groups that gave no more than ``most`` each must have had room to give another number: 15
    # behind three groups, none of whom gave more than 5, is little else than 5, 5 and 5.
    return max(behind) <= most and (len(behind) - 1) * most >= shown


def _label(policy: Policy) -> Msg:
    if policy.official:
        return Msg(N_("Official statistics"))
    return Msg(N_("Reports by groups. One person may be in more than one report."))


def _notes(table: Table, policy: Policy) -> tuple[Msg, ...]:
    """What is hidden and why. From what was fixed beforehand, so it says nothing of the data."""
    low = 0 if policy.zeros is Zeros.HIDDEN else 1
    span = {"low": low, "high": policy.threshold}
    if policy.official:
        star = Msg(N_("A star (*) stands for a number from %(low)s to %(high)s."), span)
        groups = Msg(N_("The rule about how many groups must report was not used."))
    else:
        star = Msg(
            N_(
                "A star (*) hides a number from %(low)s to %(high)s, "
                "or one that could tell what a single group gave."
            ),
            span,
        )
        groups = Msg(
            N_(
                "At least %(least)s groups stand behind each number. "
                "No group gave more than %(most)s in every 100 of it."
            ),
            {"least": policy.least_groups, "most": policy.most_percent},
        )
    rounded = Msg(
        N_("Other numbers are rounded to the nearest %(base)s. Lines may not add up."),
        {"base": policy.base},
    )
    notes = [star, rounded, groups]
    if not policy.official:
        left = N_("Take away what any one group gave, and more than %(high)s are left.")
        notes.append(Msg(left, {"high": policy.threshold}))
    if table.structural_zeros and policy.zeros is Zeros.HIDDEN:
        notes.append(Msg(N_("A 0 marks a box that is always empty.")))
    return tuple(notes)


def _nothing_left(table: Table, policy: Policy) -> tuple[Msg, ...]:
    say_it = Msg(N_("Every number would be hidden. Say what you learned in a sentence instead."))
    givers = {giver for given in table.cells.values() for giver in given}
    if policy.official or len(givers) >= policy.least_groups:
        return (say_it,)
    few = Msg(
        N_("Fewer than %(least)s groups reported numbers for this table."),
        {"least": policy.least_groups},
    )
    return (few, say_it)
