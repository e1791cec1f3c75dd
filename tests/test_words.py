"""The English on screen is plain: short sentences, no jargon, a reading age of about eleven or
less on each page (quality.md, "Plain English"). English only: the formula knows no other."""

import re
from collections import defaultdict

import pytest

from tests.test_catalogues import catalogue
from tests.trust.readability import HARDEST_GRADE, faults, grade, jargon, longest_sentence, words

A_NAME = ("Commissioner’s",)  # of an office
FEW = 25  # words: below that the formula says nothing


def shown() -> dict[str, list[str]]:
    """What is said in English, by the file it stands in; what is filled in is a short name."""
    found = defaultdict(list)
    for message in catalogue("ar"):
        if not message.id:
            continue
        text = message.id[-1] if isinstance(message.id, tuple | list) else message.id
        plain = re.sub(r"%\((\w+)\)[sd]", lambda m: "five" if m[1] == "num" else "Anna", text)
        for name in A_NAME:
            plain = plain.replace(name, "Anna’s")
        for file, _line in message.locations:
            found[file].append(plain)
    return found


SHOWN = shown()
PAGES = {
    file: "\n".join(texts)
    for file, texts in sorted(SHOWN.items())
    if file.startswith("portal/templates")
}
READ = [file for file, text in PAGES.items() if len(words(text)) >= FEW]


def test_the_pages_are_found() -> None:
    assert len(PAGES) > 100
    assert sum(len(words(text)) for texts in SHOWN.values() for text in texts) > 10_000


def test_no_sentence_is_long_and_no_word_is_jargon() -> None:
    wrong = [
        (longest_sentence(text), jargon(text), text)
        for texts in SHOWN.values()
        for text in texts
        if longest_sentence(text) > 20 or jargon(text)
    ]
    assert not wrong


@pytest.mark.parametrize("page", READ)
def test_each_page_can_be_read(page: str) -> None:
    assert grade(PAGES[page]) <= HARDEST_GRADE, faults(PAGES[page])
