"""Names as a person would look them up: folded once, stored, and the same on both databases."""

import unicodedata


def fold(text: str) -> str:
    """Lower case, without accents, single spaces: ``Łódź Café`` → ``lodz cafe``."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())
