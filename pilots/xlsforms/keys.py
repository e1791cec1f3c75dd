"""The names of questions: those of a form as keys here, and rules that follow them."""

import re
from collections.abc import Collection, Mapping
from itertools import count

from trust.records import N_

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_WORDS = (
    "acting_for add class csrf_token data errors errors_summary form_errors from hidden hidden_tag "
    "is_submitted later meta is_valid opened populate_obj post_process process refused short "
    "talk token validate validate_on_submit version was_typed_before wrong Meta"
)
RESERVED = frozenset(_WORDS.split())
"""Names that mean something else in a form of this portal."""

REFERENCE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")


def key_of(name: str, used: Collection[str]) -> str:
    """``name`` where it can be a key, else one made from it that is not ``used``."""
    if KEY.fullmatch(name) and name not in RESERVED and name not in used:
        return name
    bare = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:34] or "question"
    if not bare[0].isalpha():
        bare = f"n_{bare}"
    free = (f"{bare}_{n}" if n else bare for n in count())
    return next(one for one in free if one not in used and one not in RESERVED)


def renamed(rule: str, keys: Mapping[str, str]) -> str:
    """A rule that looks at the keys instead of the names they had."""
    return REFERENCE.sub(lambda found: f"${{{keys.get(found[1], found[1])}}}", rule)


REFERENCES = N_("We do not put answers into words. Write “%(mark)s…” out before you ask.")


def has_references(text: str) -> bool:
    """Whether words want an answer put into them."""
    return REFERENCE.search(text) is not None
