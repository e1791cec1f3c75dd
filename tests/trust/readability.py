"""How hard a text is to read, for English only: Flesch-Kincaid grade, sentence length, jargon.

The formula is Kincaid's of 1975: 0.39 words per sentence + 11.8 syllables per word - 15.59.
Syllables are counted by spelling, which is right for most words; the exceptions that the
portal uses are listed.
"""

import re

HARDEST_GRADE = 6.0
LONGEST_SENTENCE = 20

# Words the officers use among themselves, with nothing said to the reader.
JARGON = (
    "stakeholder",
    "utilise",
    "leverage",
    "robust",
    "holistic",
    "going forward",
    "co-produce",
    "co-design",
    "deliverable",
    "commissioner",
    "third sector",
    "data subject",
    "data controller",
    "lawful basis",
    "pursuant",
    "hereby",
    "herein",
    "notwithstanding",
    "in accordance with",
    "in respect of",
    "facilitate",
    "synergy",
    "capacity building",
    "signposting",
    "beneficiary",
    "service user",
    "hard to reach",
)

_SPELLING_LIES = {
    "anyone": 3,
    "area": 3,
    "areas": 3,
    "borough": 2,
    "created": 3,
    "every": 2,
    "everyone": 3,
    "idea": 3,
    "ideas": 3,
    "people": 2,
    "real": 1,
    "safeguard": 2,
    "safeguarding": 3,
    "science": 2,
    "someone": 2,
    "something": 2,
    "sometimes": 2,
    "somewhere": 2,
    "themselves": 2,
    "whole": 1,
}


def syllables(word: str) -> int:
    """Syllables of one English word, at least one."""
    word = re.sub(r"[^a-z']", "", word.lower().replace("’", "'"))
    word = re.sub(r"'s?$", "", word)
    if word in _SPELLING_LIES:
        return _SPELLING_LIES[word]
    silent = re.sub(r"(?<=[aeiouy][^aeiouy])e(?=(ly|ment|ful|less|ness)s?$)", "", word)
    silent = re.sub(r"(?<=[^aeiouytd])ed$", "", silent)
    if not re.search(r"[^aeiouy]le$|(?:[sxz]|[cs]h|c|g)es$", silent):
        silent = re.sub(r"(?<=[^aeiouy])es?$", "", silent)
    groups = re.findall(r"[aeiouy]+", silent)
    apart = re.findall(
        r"(?<![cgnstx])i[ao]|eo(?!u)|(?<![gq])u[ao](?!r)|[aeouy]ing$|ie(?=ty|t$)", silent
    )
    return max(1, len(groups) + len(apart))


def words(text: str) -> list[str]:
    """The words of ``text``; a number is one word."""
    return re.findall(r"[A-Za-z0-9][A-Za-z0-9'’-]*", text)


def sentences(text: str) -> list[str]:
    """The sentences of ``text``. A line of its own is one, with or without a full stop."""
    parts = re.split(r"(?<=[.!?])[\"”’)]*\s+|\n+", text)
    return [part for part in parts if words(part)]


def grade(text: str) -> float:
    """Flesch-Kincaid grade of ``text``: 4 is read at about nine. No words are grade 0."""
    every = words(text)
    if not every:
        return 0.0
    sounds = sum(syllables(part) for word in every for part in word.split("-") if part)
    return 0.39 * len(every) / len(sentences(text)) + 11.8 * sounds / len(every) - 15.59


def longest_sentence(text: str) -> int:
    """Words in the longest sentence."""
    return max((len(words(part)) for part in sentences(text)), default=0)


def jargon(text: str) -> list[str]:
    """The words of ``JARGON`` that stand in ``text``."""
    low = text.lower()
    return [word for word in JARGON if re.search(rf"\b{re.escape(word)}", low)]


def faults(text: str) -> list[str]:
    """What makes ``text`` too hard for a partner's page; empty when nothing does."""
    found = [f"jargon: {word}" for word in jargon(text)]
    if (hard := grade(text)) > HARDEST_GRADE:
        found.append(f"grade {hard:.1f}")
    if (most := longest_sentence(text)) > LONGEST_SENTENCE:
        found.append(f"a sentence of {most} words")
    return found
