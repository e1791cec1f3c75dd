"""When two questions ask the same: their words, without what a writer varies."""

import re
from collections.abc import Mapping

from trust.names import fold

MOST = 200

STOP = frozenset(
    """a about an and any are at be been by can could did do does for from had has have how if in is
    it many me much of on or our please so some tell that the their them there these they this those
    to us was we were what when where which who why will with would you your""".split()  # noqa: SIM905
)
"""English words that two writers of one question choose differently. Questions that say nothing
else are told apart by all of their words."""


def alike(words: Mapping[str, str]) -> str:
    """What the words of a question come to, once letters are folded and points and small words
    are gone: the same for two that ask the same. The English words, else the first there are."""
    text = words.get("en") or next((one for one in words.values() if one), "")
    found = re.findall(r"\w+", fold(text.replace("’", "").replace("'", "")))
    told = [one for one in found if one not in STOP]
    return " ".join(told or found)[:MOST]
