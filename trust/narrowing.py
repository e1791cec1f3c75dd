"""Making one agreement out of the base: leaving clauses out, choosing options, adding words.
Whatever is chosen, it only narrows (trust.md: "each partner may only narrow it")."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from trust.clauses import Chosen, Clause, base, excluded, grants, library
from trust.records import N_, Msg, Refused

LONGEST_NOTE = 600


def without(chosen: Sequence[Chosen], key: str) -> tuple[Chosen, ...]:
    """Leave a clause out. Raises ``Refused`` for one that every agreement has."""
    if _find(chosen, key).clause.fixed:
        raise Refused(
            N_("This clause is part of every agreement. It cannot be left out."),
            clause=key,
            next_step=Msg(N_("Add your own words to it, or choose to say no.")),
        )
    return tuple(one for one in chosen if one.clause.key != key)


def with_back(chosen: Sequence[Chosen], one: Chosen) -> tuple[Chosen, ...]:
    """Put a clause that was left out back where the library has it. One that is there stays as
    it stands."""
    if any(held.clause.key == one.clause.key for held in chosen):
        return tuple(chosen)
    return _in_order((*chosen, one))


def with_options(chosen: Sequence[Chosen], key: str, options: Iterable[str]) -> tuple[Chosen, ...]:
    """Choose options of a clause, instead of those chosen before. Raises ``Refused`` for an
    option it does not have, or for none or several where exactly one is needed."""
    clause = _find(chosen, key).clause
    wanted = {clause.option(option).key for option in options}
    if clause.pick == "one" and len(wanted) != 1:
        raise Refused(N_("Choose one of the options shown."), field=key, clause=key)
    picked = tuple(option.key for option in clause.options if option.key in wanted)
    return tuple(replace(one, options=picked) if one.clause is clause else one for one in chosen)


def with_note(chosen: Sequence[Chosen], key: str, note: str) -> tuple[Chosen, ...]:
    """Add words of the two sides' own to a clause; empty words take them away again. Raises
    ``Refused`` when they are longer than 600 characters."""
    _find(chosen, key)
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        raise Refused(
            Msg(N_("Use %(most)s characters or fewer."), {"most": LONGEST_NOTE}),
            field=key,
            clause=key,
        )
    return tuple(replace(one, note=note) if one.clause.key == key else one for one in chosen)


def check_narrows(chosen: Sequence[Chosen], common: Sequence[Chosen]) -> None:
    """Raises ``Refused`` unless ``chosen`` allows nothing that ``common``, the base of a pilot,
    does not allow, and rules out all that it rules out (trust.md: a partner may only narrow)."""
    present = {one.clause.key for one in chosen}
    for key, clause in library().items():
        if clause.fixed and key not in present:
            raise Refused(N_("A clause that every agreement has is missing."), clause=key)
    allowed = {grant.term for grant in grants(common)}
    for grant in grants(chosen):
        if grant.term not in allowed:
            raise Refused(N_("This allows more than the project has agreed."), clause=grant.clause)
    kept = excluded(chosen)
    for purpose, name in excluded(common).items():
        if purpose not in kept:
            raise Refused(N_("This rules out less than the project has agreed."), clause=name)


def as_data(chosen: Sequence[Chosen]) -> list[dict[str, Any]]:
    """The choice as plain data, to be stored."""
    return [
        {"key": one.clause.key, "options": list(one.options), "note": one.note} for one in chosen
    ]


def from_data(data: Iterable[Mapping[str, Any]]) -> tuple[Chosen, ...]:
    """The choice that ``as_data`` stored, in the order of the library. Raises ``Refused`` for a
    clause or an option that the library no longer has: such an agreement is read as signed."""
    stored = {row["key"]: row for row in data}
    chosen = tuple(Chosen(_known(key)) for key in stored)
    for key, row in stored.items():
        chosen = with_note(with_options(chosen, key, row["options"]), key, row["note"])
    return _in_order(chosen)


def today(data: Iterable[Mapping[str, Any]]) -> tuple[Chosen, ...]:
    """The choice that ``as_data`` stored, made of today's library: a clause or an option that is
    no longer in it falls away, a clause that every agreement has by now comes in."""
    stored = {row["key"]: row for row in data}
    found = []
    for one in base():
        held, clause = stored.get(one.clause.key), one.clause
        if held is not None:
            known = {option.key for option in clause.options}
            options = tuple(key for key in held["options"] if key in known)
            found.append(Chosen(clause, options or one.options, held["note"]))
        elif clause.fixed:
            found.append(one)
    return tuple(found)


def _in_order(chosen: Iterable[Chosen]) -> tuple[Chosen, ...]:
    order = list(library())
    return tuple(sorted(chosen, key=lambda one: order.index(one.clause.key)))


def _known(key: str) -> Clause:
    if key not in library():
        raise Refused(N_("There is no such clause."), clause=key)
    return library()[key]


def _find(chosen: Sequence[Chosen], key: str) -> Chosen:
    for one in chosen:
        if one.clause.key == key:
            return one
    raise Refused(N_("There is no such clause in this agreement."), clause=key)
