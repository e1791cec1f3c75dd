"""Names that a register writes in capitals, in the case a person would write them.

A register loses the case of names; nothing brings it back for certain. The rules below are
ours. They were read against all 736 names of one real register, and a partner may mend its own
name at any time.
"""

import re

# Letters that stand for words, and look like a word because they hold a vowel. Letters without
# one (TLC, NHS) are found by rule.
_LETTERS = frozenset(
    word
    for line in """
    ADHD AFC AGSB ARLFC ASD BAME BME BSL CAB CAMHS CE CIC CIO CPRE DIAS ESOL EU FA HIV ICT ICW
    IGA IVF LEA NCT NGO OAP OCD PCC PE PFA PSA PTA PTFA RAF RAFA RBL RC RDA RNIB RNID RNLI RSPCA
    RUFC SELNEC SEN SSAFA U3A UK URC USA VCSE WEA WI YHA YMCA YWCA
    """.splitlines()
    for word in line.split()
)

# Words of another case than their rule would give.
_AS_WRITTEN = {
    "3RS": "3Rs",
    "A.K.A.": "a.k.a.",
    "AKA": "aka",
    "BROS": "Bros",
    "COFE": "CofE",
    "CWM": "Cwm",
    "DOFE": "DofE",
    "DR": "Dr",
    "DRS": "Drs",
    "JNR": "Jnr",
    "LTD": "Ltd",
    "MR": "Mr",
    "MRS": "Mrs",
    "ST": "St",
    "STS": "Sts",
    "VS": "vs",
}

# Words that stay small, unless they stand first or last.
_SMALL = frozenset({
    "and", "at", "by", "de", "des", "du", "for", "from", "in", "into", "la", "le", "of", "on",
    "or", "the", "to", "ul", "upon", "with",
})  # fmt: skip

_WORD = re.compile(r"(?:[^\W_]|['’.&+](?=[^\W_]))+\.?", re.UNICODE)
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\.?")
_ORDINAL = re.compile(r"[0-9]+(?:ST|ND|RD|TH)S?")
_ROMAN = re.compile(r"(?=[IVX]{2,})X{0,3}(?:IX|IV|V?I{0,3})")
_MC = re.compile(r"MC(?=[^\W\d_]{3})")
_OPENS = re.compile(r"(?:^|[(:;/\"“]\s*|\s[-–—]\s+|\w[-–—]\s+)$")


def readable(name: str) -> str:
    """``name`` with single spaces, and in readable case if it was all in capitals.

    A name with any small letter was written by somebody who chose; it is left alone.
    """
    name = " ".join(name.split())
    if name != name.upper() or name == name.lower():
        return name
    name = re.sub(r"\(\s+", "(", re.sub(r"\s+\)", ")", name))
    name = re.sub(r"(?<=\w)\(", " (", name)
    name = re.sub(r"\bST\.(?=\w)", "ST. ", name)
    spelt_out = _spelt_out(name)
    words = list(_WORD.finditer(name))
    out, end = [], 0
    for place, word in enumerate(words):
        out.append(name[end : word.start()])
        first = bool(_OPENS.search(name[: word.start()]))
        before = "" if first else words[place - 1].group()
        out.append(_cased(word.group(), first, place == len(words) - 1, before, spelt_out))
        end = word.end()
    return "".join([*out, name[end:]])


def _cased(word: str, first: bool, last: bool, before: str, spelt_out: frozenset[str]) -> str:
    if word in _AS_WRITTEN:
        return _AS_WRITTEN[word]
    if word in _LETTERS or word in spelt_out or _ROMAN.fullmatch(word) or _DOTTED.fullmatch(word):
        return word
    if _ORDINAL.fullmatch(word):
        return word.lower()
    if not (first or last):
        if word.lower() in _SMALL:
            return word.lower()
        # "Art with a Heart", but "Harry A Jones": an initial does not follow a small word.
        if word in ("A", "AN") and before.lower() in _SMALL:
            return word.lower()
    return _marked(word)


def _marked(word: str) -> str:
    """``O'BRIEN`` → ``O'Brien``, ``JOHN'S`` → ``John's``, ``GM4WOMEN`` → ``GM4Women``."""
    front, mark, back = (*re.split(r"(['’])", word, maxsplit=1), "", "")[:3]
    cased = "".join(_part(part) for part in re.split(r"([.&+]|[0-9]+)", front))
    if len(front) == 1 and len(back) > 2:
        return cased + mark + _part(back)
    return cased + mark + back.lower()


def _part(letters: str) -> str:
    """A run of letters without marks or digits."""
    if letters in _LETTERS or letters in _AS_WRITTEN:
        return _AS_WRITTEN.get(letters, letters)
    if 1 < len(letters) < 6 and not re.search(r"[AEIOUYÀ-ÖØ-Ý]", letters):
        return letters
    if _MC.match(letters):
        return "Mc" + letters[2] + letters[3:].lower()
    return letters[:1] + letters[1:].lower()


def _spelt_out(name: str) -> frozenset[str]:
    """Words that are the initials of the rest of the name: ``BCIM`` in "Body of Christ
    International Ministries (BCIM)", ``RAPAR`` in front of what it stands for."""
    match = re.fullmatch(r"([^()]+)\(([^()]+)\)[^()]*", name)
    if not match:
        return frozenset()
    found = set()
    outside, inside = match.group(1).split(), match.group(2).split()
    for letters, words in ((inside, outside), (outside, inside)):
        if len(letters) == 1 and _initials(letters[0], words):
            found.add(letters[0])
    return frozenset(found)


def _initials(letters: str, words: list[str]) -> bool:
    """Whether ``letters`` can be read off the beginnings of ``words``, in their order."""
    plain = re.sub(r"[^A-Z]", "", letters)
    if not 3 <= len(plain) <= 6 or not words or plain[0] != words[0][0]:
        return False
    ahead = iter(word[0] for word in words)
    return all(letter in ahead for letter in plain)
