"""Names as a person would look them up: folded once, stored, and the same on both databases."""

import unicodedata

from sqlalchemy import String


def ordered(length: int) -> String:
    """Text by which lists are put into order. PostgreSQL has the order of the machine that it
    was set up on; so it is told to compare letters by their numbers, as SQLite does."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def fold(text: str) -> str:
    """Lower case, without accents, single spaces: ``Łódź Café`` → ``lodz cafe``."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())
