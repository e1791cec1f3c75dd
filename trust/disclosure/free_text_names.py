"""Names in free text, which have no form: titles, a few ways of saying a name, and common names of
many origins (``free_text_words``). It misses many."""

import re
from collections.abc import Iterator, Sequence

from trust.disclosure import free_text_words as known

_WORD = re.compile(
    r"[^\W\d_](?:[^\W\d_]|(?<=\w)['-](?=[^\W\d_])|[\u064b-\u065f\u0980-\u09ff]){0,40}"
)
_TITLE = re.compile(known.TITLED)
_SMALL_TITLE = re.compile(r"\b(?:mr|mrs)\b\.? (?!and\b|or\b|who\b)([^\W\d_]{2,20})", re.I)
_NAMED = re.compile(known.NAMED, re.I)


def names(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand in a text, perhaps one twice."""
    for one in _TITLE.finditer(text):
        if one[1].lower() not in known.NO_NAMES:
            yield one.span()
    for one in _SMALL_TITLE.finditer(text):
        yield one.span()
    words = [(one.start(), one.end()) for one in _WORD.finditer(text)]
    yield from _said(text, words)
    yield from _listed(text, words)


def _said(text: str, words: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """After "my name is", "a man called"."""
    begins = {start: at for at, (start, _end) in enumerate(words)}
    for one in _NAMED.finditer(text):
        at = begins.get(one.end())
        if at is None or not _may_be_name(text[slice(*words[at])]):
            continue
        end = _run(text, words, at)
        if not _of_a_place(text, words, at, end):
            yield words[at][0], words[end][1]


def _listed(text: str, words: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Common given names, and any word in capitals before a common family name."""
    after = 0
    for at, (start, stop) in enumerate(words):
        if at < after:
            continue
        word = text[start:stop].removesuffix("'s")
        low, big = word.lower(), not word[:1].islower()
        end = _run(text, words, at) if big else at
        family = end > at and text[slice(*words[end])].removesuffix("'s").lower() in known.FAMILIES
        if low in known.GIVEN:
            fits = big or (len(low) > 4 and low not in known.SMALL_WORDS)
        elif low in known.WORDS_TOO:
            fits = big and (family or _speaks(text, stop))
        else:
            fits = big and _may_be_name(word) and (family or _related(text, words[end][1]))
        if fits and not _of_a_place(text, words, at, end):
            last = words[end][1]
            yield start, last - 2 * text[start:last].endswith("'s")
            after = end + 1


_SPEAKS = re.compile(known.SPEAKS)


def _speaks(text: str, end: int) -> bool:
    return _SPEAKS.match(text, end) is not None


_RELATED = re.compile(known.RELATED)


def _related(text: str, end: int) -> bool:
    """Whether it goes on with "'s daughter"."""
    return _RELATED.match(text, end - 2) is not None


def _may_be_name(word: str) -> bool:
    return not word[:1].islower() and len(word) > 1 and word.lower() not in known.NO_NAMES


def _run(text: str, words: Sequence[tuple[int, int]], at: int) -> int:
    """The last of the words in capitals that follow with one space between, at most three more."""
    end = at
    while end + 1 < len(words) and end - at < 3:
        between = text[words[end][1] : words[end + 1][0]]
        following = text[words[end + 1][0] : words[end + 1][1]]
        if between != " " or not following[:1].isupper() or text[: words[end][1]].endswith("'s"):
            break
        if following.lower() in known.NO_NAMES:
            break
        end += 1
    return end


def _of_a_place(text: str, words: Sequence[tuple[int, int]], at: int, end: int) -> bool:
    """Whether the words belong to the name of a place, a street or an organisation."""
    before = text[slice(*words[at - 1])].lower() if at else ""
    if before in known.BEFORE_PLACES and words[at][0] - words[at - 1][1] <= 2:
        return True
    run = [text[slice(*words[n])].removesuffix("'s") for n in range(at, min(end + 3, len(words)))]
    inside = run[: end - at + 1]
    if {one.lower() for one in inside} & known.PLACES:
        return True
    following = run[end - at + 1 :]
    return bool(following) and following[0][:1].isupper() and following[0].lower() in known.PLACES
