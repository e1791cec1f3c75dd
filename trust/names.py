"""Names as a person would look them up: folded once, stored, and the same on both databases."""

import unicodedata

from sqlalchemy import String

MOST_MARKS = 30
JOINER = "\u034f"  # COMBINING GRAPHEME JOINER


def ordered(length: int) -> String:
    """Text by which lists are put into order. PostgreSQL has the order of the machine that it
    was set up on; so it is told to compare letters by their numbers, as SQLite does."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def stream_safe(text: str) -> str:
    """At most 30 marks in a row (Unicode's UAX #15, "stream-safe text"), by a joiner that nobody
    sees. No language has more; and to put marks into order takes the square of their number."""
    if text.isascii():
        return text
    parts, row = [], 0
    for letter in text:
        row = row + 1 if unicodedata.combining(letter) else 0
        if row > MOST_MARKS:
            parts.append(JOINER)
            row = 1
        parts.append(letter)
    return "".join(parts)


def fold(text: str) -> str:
    """Lower case, without accents, single spaces: ``Łódź Café`` → ``lodz cafe``."""
    small = stream_safe(text).casefold().replace("ł", "l").replace("ø", "o")
    plain = unicodedata.normalize("NFKD", small)
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())
