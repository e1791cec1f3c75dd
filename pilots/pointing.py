"""What in the words of an answer may point to a person (small-numbers.md, "Before sending"), and
what its writer lets stay.

The words themselves stand in the answer and nowhere else. That something stays is noted beside the
typed answer under a ``mark``: a hash of it with the contribution's own reference. So the choice
outlasts a change elsewhere in the text, and something new asks for a new one. A hash of a phone
number can be guessed by trying them all: it is there only while the words stand beside it in the
draft, and goes when they go, or when the answer is sent."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pilots.questions import KINDS, Question, Raw, read
from trust.disclosure.free_text import Find, finds, same, sentence, without
from trust.records import N_, Msg, Refused

LONGEST = 200
"""How long a reason may be."""


@dataclass(frozen=True)
class Pointer:
    """Something in an answer that may point to a person: its kind, its mark, and the first sentence
    that it stands in (before it, itself, after it). ``finds``: wherever it stands there."""

    question: Question
    kind: str
    mark: str
    sentence: tuple[str, str, str]
    finds: tuple[Find, ...]


def _mark(reference: str, key: str, kind: str, words: str) -> str:
    told = "\n".join((reference, key, kind, words))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _in(contribution: Any, question: Question, text: Any) -> Iterator[Pointer]:
    """All in one answer that may point to a person, each once."""
    if KINDS[question.kind].beyond != "words" or not text:
        return
    found: dict[tuple[str, str], list[Find]] = {}
    for one in finds(text):
        found.setdefault((one.kind, same(text, one)), []).append(one)
    for (kind, words), places in found.items():
        mark = _mark(contribution.reference, question.key, kind, words)
        yield Pointer(question, kind, mark, sentence(text, places[0]), tuple(places))


def _all(contribution: Any, answers: Mapping[str, Any]) -> Iterator[tuple[Pointer, str | None]]:
    """All that may point to a person, with the reason why it stays, if its writer gave one."""
    reasons = {draft.key: draft.stays or {} for draft in contribution.drafts}
    for question in contribution.request_version.questions:
        for one in _in(contribution, question, answers.get(question.key)):
            yield one, reasons.get(question.key, {}).get(one.mark)


def undecided(contribution: Any, answers: Mapping[str, Any]) -> list[Pointer]:
    """What its writer has still to choose about."""
    return [one for one, reason in _all(contribution, answers) if reason is None]


def stayed(contribution: Any, answers: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """What stays, as reviewers read it: by question, its kind and the reason."""
    found: dict[str, list[dict[str, str]]] = {}
    for one, reason in _all(contribution, answers):
        if reason is not None:
            found.setdefault(one.question.key, []).append({"kind": one.kind, "reason": reason})
    return found


def still(
    contribution: Any, question: Question, raw: Raw, stays: Mapping[str, str]
) -> dict[str, str]:
    """Of what stays in an answer, what is still there in what is typed now."""
    if not stays:
        return {}
    try:
        text = read(question, raw)
    except Refused:
        return {}
    marks = {one.mark for one in _in(contribution, question, text)}
    return {mark: reason for mark, reason in stays.items() if mark in marks}


def taken_out(text: str, gone: Iterable[Pointer], instead: Mapping[str, str]) -> str:
    """The text without these: the word for its kind stands in the place of each."""
    return without(text, [find for one in gone for find in one.finds], instead.__getitem__)


def counted(pointers: Iterable[Pointer]) -> dict[str, int]:
    """How many of which kind: all that a record may say of them."""
    return dict(sorted(Counter(one.kind for one in pointers).items()))


def check_reason(reason: str, pointer: Pointer) -> None:
    """Raises ``Refused`` for a reason that is missing or too long, that says once more what it is
    about, or that holds another number or address: it is read beside the answer."""
    field = f"{pointer.mark}-reason"
    if not reason.strip():
        raise Refused(N_("Say why it has to stay"), field=field)
    if len(reason) > LONGEST:
        raise Refused(Msg(N_("Use %(most)s characters or fewer."), {"most": LONGEST}), field=field)
    words = same(pointer.sentence[1], Find(0, len(pointer.sentence[1]), pointer.kind))
    again = words in same(reason, Find(0, len(reason), pointer.kind))
    if again or any(one.kind != "name" for one in finds(reason)):
        raise Refused(N_("Give the reason without it. Reviewers read the reason too"), field=field)
