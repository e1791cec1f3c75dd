"""The roles are complete, end when they must, and say in plain English what they may do."""

import tomllib
from importlib.resources import files

import pytest

from tests.trust.readability import faults
from trust.partners import Kind
from trust.permissions import Role, roles

NEEDED = (
    "member",
    "signatory",
    "supporter",
    "connector",
    "relationship-lead",
    "reviewer",
    "decision-owner",
    "coordinator",
    "research-lead",
    "ig-lead",
    "dpo",
    "invited-reviewer",
    "safeguarding-lead",
    "safeguarding-deputy",
    "complaints-lead",
    "observer",
    "administrator",
)
EVERY = [pytest.param(role, id=role.key) for role in roles().values()]


def test_every_role_is_there_once() -> None:
    rows = tomllib.loads(files("trust").joinpath("roles.toml").read_text(encoding="utf-8"))["role"]
    assert tuple(row["key"] for row in rows) == NEEDED


@pytest.mark.parametrize("role", EVERY)
def test_a_role_says_what_it_may_do_and_what_not(role: Role) -> None:
    assert role.name
    assert "annot " in role.sentence
    assert faults(role.sentence) == []


@pytest.mark.parametrize("role", EVERY)
def test_a_role_is_held_somewhere_by_someone(role: Role) -> None:
    assert role.held_at
    assert set(role.held_at) <= {"partner", "pilot", "case", "installation"}
    assert role.kinds
    assert set(role.kinds) <= set(Kind)


def test_what_only_a_council_can_hold_ends_after_six_months() -> None:
    only = [role for role in roles().values() if role.kinds == ("council",)]
    assert len(only) >= 4
    assert all(role.lasts and role.lasts.days == 183 for role in only)


def test_whoever_sees_or_steers_what_groups_send_has_a_seat_that_ends() -> None:
    for key in ("reviewer", "coordinator", "ig-lead", "dpo", "research-lead", "invited-reviewer"):
        lasts = roles()[key].lasts
        assert lasts is not None
        assert lasts.days == 183


def test_who_needs_a_second_factor() -> None:
    needing = {key for key, role in roles().items() if role.second_factor}
    assert needing == {"coordinator", "ig-lead", "dpo", "administrator"}
