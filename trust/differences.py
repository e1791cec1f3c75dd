"""What is different between two texts, word by word: for whoever has to agree to a change."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal, NamedTuple

# Texts that share less than this of their words are read better one after the other.
ALIKE = 0.4


class Piece(NamedTuple):
    """A run of words that stay, go, or are new."""

    kind: Literal["same", "gone", "new"]
    text: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts in reading order. The pieces that are not new, joined, give
    ``before``; those that are not gone give ``after``."""
    old, new = _words(before), _words(after)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if before and after and matcher.ratio() < ALIKE:
        return (Piece("gone", before), Piece("new", after))
    for _, i, j, k, m in matcher.get_opcodes():
        if old[i:j] == new[k:m]:
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        if j > i:
            pieces.append(Piece("gone", "".join(old[i:j])))
        if m > k:
            pieces.append(Piece("new", "".join(new[k:m])))
    return tuple(pieces)


def paragraphs_apart(before: Sequence[str], after: Sequence[str]) -> list[tuple[Piece, ...]]:
    """The same for texts of several paragraphs: those that stay, go, come, or change in part."""
    apart: list[tuple[Piece, ...]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, i, j, k, m in matcher.get_opcodes():
        for old, new in zip_longest(before[i:j], after[k:m], fillvalue=""):
            apart.append(difference(old, new))
    return apart


def _words(text: str) -> list[str]:
    """Words with the space after them."""
    return re.findall(r"\S+\s*|\s+", text)
