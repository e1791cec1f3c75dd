"""Which words of a search PostgreSQL looks up in its index: the rare ones.

It gathers all rows of each beginning of a word before it compares them, so that "zanzibar
community" costs what "community" does. A common one is therefore looked for in the rows that the
others give. What is common PostgreSQL has counted, for its plans (``ANALYZE``); each connection
learns it once. What is not known is rare: the same is found, only slower.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

COMMON = 0.2
"""What a greater share of the rows has is looked up only where nothing else can be."""

TIMES = 5
"""What is so many times as common as the rarest is not looked up beside it."""

LEARNT = "rarity"

Shares = Mapping[str, float]
"""The share of the rows that has a word, for the words that many have."""


def learn(driver: Any, info: dict[str, Any]) -> None:
    """Keep with a connection what was counted."""
    counted = driver.execute(
        "SELECT tablename, word, share FROM pg_stats, "
        "unnest(most_common_elems::text::text[], most_common_elem_freqs) AS counted (word, share) "
        "WHERE schemaname = ANY (current_schemas(false)) AND tablename LIKE 'search%' "
        "AND attname = 'words' AND word IS NOT NULL"
    )
    learnt: dict[str, dict[str, float]] = {}
    for index, word, share in counted:
        learnt.setdefault(index, {})[word] = share
    info[LEARNT] = learnt


def shares(session: Session, index: str) -> Shares:
    """What the connection of ``session`` knows of ``index``."""
    found: Shares = session.connection().info.get(LEARNT, {}).get(index, {})
    return found


def rarest(begun: Sequence[str], shares: Shares, *, alone: bool) -> list[str]:
    """The beginnings of words to look up. ``alone``: with nothing else, so at least one."""
    common = {
        one: sum(share for word, share in shares.items() if word.startswith(one)) for one in begun
    }
    most = min(COMMON, TIMES * min(common.values(), default=0))
    found = [one for one in begun if common[one] <= most]
    return found or (sorted(begun, key=common.__getitem__)[:1] if alone else [])
