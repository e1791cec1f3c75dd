"""Roles, and what each may do: read once from ``roles.toml``, where each has its plain name."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

# Held without any seat: by anyone who opens a page, by anyone signed in, by the clock.
ANYWHERE = {
    "public": "Open to everyone",
    "signed-in": "Anyone who has signed in",
    "has-role": "Anyone who has a role here, and has said yes to it",
    "duty": "Done by the clock",
    "set-up": "Done once, by whoever installs the portal",
}


@dataclass(frozen=True)
class Role:
    """One role. ``sentence`` says in plain English what it may do, and is shown to people.

    ``held_at`` are the nouns of places it can be held at, ``kinds`` the kinds of partner that
    may give it to their people, ``lasts`` how long a seat lasts unless renewed by name.
    ``own_address``: whoever holds it reads what others said in confidence, so nobody else may read
    the mailbox to which their codes go. A role with a second factor always is such a one.
    """

    key: str
    name: str
    sentence: str
    held_at: tuple[str, ...]
    kinds: tuple[str, ...]
    lasts: timedelta | None
    second_factor: bool
    own_address: bool
    permissions: frozenset[str]


@cache
def roles() -> dict[str, Role]:
    """All roles by key, in the order in which they are explained."""
    text = files("trust").joinpath("roles.toml").read_text(encoding="utf-8")
    found = {}
    for row in tomllib.loads(text)["role"]:
        days = row.get("expires_days")
        found[row["key"]] = Role(
            key=row["key"],
            name=row["name"],
            sentence=row["sentence"],
            held_at=tuple(row["held_at"]),
            kinds=tuple(row["kinds"]),
            lasts=timedelta(days=days) if days else None,
            second_factor=bool(row.get("second_factor", False)),
            own_address=bool(row.get("own_address", row.get("second_factor", False))),
            permissions=frozenset(row["permissions"]),
        )
    return found


def of_role(role: str) -> frozenset[str]:
    """The permissions of a role; none for a role that no longer exists."""
    known = roles().get(role)
    return known.permissions if known else frozenset()


def needs_second_factor(role: str) -> bool:
    """Whether a role, by its key, counts only with a second factor."""
    known = roles().get(role)
    return bool(known and known.second_factor)


def needs_own_address(role: str) -> bool:
    """Whether a role, by its key, is for people whose mailbox nobody else reads."""
    known = roles().get(role)
    return bool(known and known.own_address)


@cache
def known() -> frozenset[str]:
    """Every permission there is."""
    held = {permission for role in roles().values() for permission in role.permissions}
    return frozenset(held | set(ANYWHERE))


def check_known(permission: str) -> None:
    """Raises ``ValueError`` for a permission that no role holds: nobody could ever do it."""
    if permission not in known():
        raise ValueError(f"no role holds {permission}")
