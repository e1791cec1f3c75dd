"""Free text, searched for what may point to a person (small-numbers.md, "Before sending").

``finds`` is a pure function of the text. It reads numbers in any digits, and looks for forms: a
phone number, a postcode, a date beside a word of birth. Names have no form: it knows titles, a few
ways of saying a name, and common given names of many origins (``free_text_words``), and misses
many. Each pattern is bounded, so that the time grows with the text and no faster."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from trust.disclosure import free_text_words as known
from trust.disclosure.free_text_names import names
from trust.records import N_

KINDS = {
    "phone": N_("a phone number"),
    "email": N_("an email address"),
    "nhs": N_("an NHS number"),
    "ni": N_("a National Insurance number"),
    "postcode": N_("a full postcode"),
    "birth": N_("a date of birth"),
    "address": N_("an address"),
    "name": N_("a name"),
}
"""What is looked for, in plain words."""

INSTEAD = {
    "phone": N_("[phone number]"),
    "email": N_("[email address]"),
    "nhs": N_("[NHS number]"),
    "ni": N_("[National Insurance number]"),
    "postcode": N_("[postcode]"),
    "birth": N_("[date of birth]"),
    "address": N_("[address]"),
    "name": N_("[name]"),
}
"""What stands in its place where it was taken out."""


@dataclass(frozen=True, order=True)
class Find:
    """Something in a text that may point to a person: where, and of what kind."""

    start: int
    end: int
    kind: str


def _plain() -> dict[int, str]:
    """One letter for one letter, so that places in the text stay: digits of every script, and
    dashes and spaces of every kind, as ASCII."""
    table = {}
    for code in (*range(0x80, 0x3000), *range(0xA620, 0xABFA), *range(0xFF00, 0xFF20)):
        letter = chr(code)
        if letter.isdecimal():
            table[code] = str(unicodedata.digit(letter))
        elif unicodedata.category(letter) == "Pd" or letter == "\u2212":
            table[code] = "-"
        elif unicodedata.category(letter) in ("Zs", "Cf"):
            table[code] = " "
    return table | {0x2019: "'", 0xFF0B: "+", 0xFF20: "@", 0x09: " "}


PLAIN = _plain()
SEP = r"[ .\-/()]{0,3}"
"""What may stand between the digits of one number. No digit: so no number is read in two ways."""


def finds(text: str) -> list[Find]:
    """What may point to a person, in the order of the text, none within another."""
    plain = text.translate(PLAIN)
    taken = bytearray(len(text))
    found = []
    for kind, look in LOOKS:
        for start, end in look(plain):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Find(start, end, kind))
    return sorted(found)


def without(
    text: str, taken: Iterable[Find], word: Callable[[str], str] = INSTEAD.__getitem__
) -> str:
    """The text with a plain word for its kind in the place of each find."""
    for one in sorted(taken, reverse=True):
        text = text[: one.start] + word(one.kind) + text[one.end :]
    return text


def same(text: str, find: Find) -> str:
    """What was found, so that the same thing written another way is the same: a number by its
    digits, words in small letters."""
    words = text[find.start : find.end].translate(PLAIN).casefold()
    return "".join(letter for letter in words if letter.isalnum() or letter == "@")


def sentence(text: str, find: Find, most: int = 120) -> tuple[str, str, str]:
    """What stands before a find in its sentence, the find, and what stands after it."""
    before, after = text[max(0, find.start - most) : find.start], text[find.end : find.end + most]
    begins = max((one.end() for one in _END.finditer(before)), default=0)
    if not begins and find.start > most:
        before = "… " + before.partition(" ")[2]
    ends = _END.search(after)
    if ends is not None:
        after = after[: ends.start() + 1]
    elif len(text) > find.end + most:
        after = after.rpartition(" ")[0] + " …"
    return before[begins:].lstrip(), text[find.start : find.end], after.rstrip()


_END = re.compile(r"[.!?।؟]\s|\n")


# Numbers

_UK = re.compile(
    rf"(?<![\w+])(?:(?:\+|00) ?44{SEP}(?:0{SEP})?|\(?0{SEP})[1257](?:{SEP}\d){{8,9}}(?!\d)"
)
_ABROAD = re.compile(rf"(?<![\w+])(?:\+|00)(?!44)[1-9](?:{SEP}\d){{7,13}}(?!\d)")
_MOBILE = re.compile(r"(?<![\w£$€.,+-])7\d{3}[ .-]?\d{3}[ .-]?\d{3}(?![\w-])")
_LOCAL = re.compile(r"(?<![\w£$€.,+/-])\d{3,4}[ .-]?\d{3,4}(?![\w%/]|[.,]\d|-\d)")
_CALL = re.compile(
    r"\b(?:tel|telephone|phone|mobile|mob|call|ring|rang|text|whats ?app|dial|landline|zadzwoń)\b"
    r"[^\d\n]{0,24}$",
    re.I,
)
_SPOKEN = (
    r"(?:oh|o|zero|nought|one|two|three|four|five|six|seven|eight|nine|double|triple|treble"
    r"|hundred)"
)
_SAID = re.compile(rf"\b(?:oh|o|zero|nought|plus)(?:[ ,-]{{1,2}}{_SPOKEN}){{6,14}}\b", re.I)


def _phone(text: str) -> Iterator[tuple[int, int]]:
    """Numbers for everybody are no one's own: 999, 101 and 111 are too short, 03 and 08 begin
    otherwise."""
    for pattern in (_UK, _ABROAD, _SAID):
        for one in pattern.finditer(text):
            start = one.start() + (one[0].startswith("(") and ")" not in one[0])
            yield start, one.end()
    for one in _MOBILE.finditer(text):
        if _CALL.search(text[max(0, one.start() - 40) : one.start()]) or not _checked(one[0]):
            yield one.span()
    for one in _LOCAL.finditer(text):
        if _CALL.search(text[max(0, one.start() - 40) : one.start()]):
            yield one.span()


_TEN = re.compile(r"(?<![\w£$€+])[1-9]\d{2}[ .-]{0,3}\d{3}[ .-]{0,3}\d{4}(?![\w%])")
_NHS = re.compile(r"\bnhs\b", re.I)


def _checked(number: str) -> bool:
    """Whether the last of ten digits is the check digit of an NHS number (mod 11)."""
    digits = [int(one) for one in number if one.isdigit()]
    if len(digits) != 10:
        return False
    rest = 11 - sum(one * (10 - at) for at, one in enumerate(digits[:9])) % 11
    return digits[9] == (0 if rest == 11 else rest)


def _nhs(text: str) -> Iterator[tuple[int, int]]:
    """A wrong check digit beside the word NHS is a slip of the pen, and still a number."""
    for one in _TEN.finditer(text):
        near = _NHS.search(text[max(0, one.start() - 60) : one.end() + 60])
        call = _CALL.search(text[max(0, one.start() - 40) : one.start()])
        if near or (_checked(one[0]) and one[0][0] in "34679" and not call):
            yield one.span()


_INSURED = re.compile(
    r"\b([A-Z]{2})([ .-]{0,2})\d{2}[ .-]{0,2}\d{2}[ .-]{0,2}\d{2}([ .-]{0,2}[A-D]\b)?(?!\w)", re.I
)
_INSURANCE = re.compile(r"\bn\.?i\.?(?:no|n)?\b|\bnino\b|national\s+insurance", re.I)


def _ni(text: str) -> Iterator[tuple[int, int]]:
    for one in _INSURED.finditer(text):
        near = _INSURANCE.search(text[max(0, one.start() - 40) : one.end() + 25])
        tight = one[1].isupper() or not one[2]
        if near or (one[3] and tight):
            yield one.span()


# Letters

_MAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%'-]{1,64} ?@ ?(?:[^\W_](?:[\w-]{0,62})\.){1,5}[^\W\d_]{2,24}(?![\w])"
)
_DOT = r" {0,2}[\[(]? {0,2}(?:\.|\bdot\b) {0,2}[\])]? {0,2}"
_MAIL_SAID = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}(?: dot [\w+-]{{1,40}}){{0,3}} {{0,2}}"
    rf"(?:[\[(] ?at ?[\])]|\bat\b) {{0,2}}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,40}}){{0,3}}"
    rf"{_DOT}(?:com|org|net|uk|info|example|pl|so|eu)\b",
    re.I,
)
_AT = re.compile(r"[\[(] ?at ?[\])]| dot |[\[(]dot[\])]", re.I)


def _email(text: str) -> Iterator[tuple[int, int]]:
    for one in _MAIL.finditer(text):
        yield one.span()
    for one in _MAIL_SAID.finditer(text):
        if _AT.search(one[0]):  # "look at camden.gov.uk" is none
            yield one.span()


_POSTCODE = re.compile(r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]? {0,2}\d([A-Z]{2})(?!\w)", re.I)


def _postcode(text: str) -> Iterator[tuple[int, int]]:
    for one in _POSTCODE.finditer(text):
        unit = one[1].lower() in known.UNITS and (one[1].islower() or one[1] in ("AM", "PM"))
        # Real ones never end with these letters; in capitals they may still be meant as one.
        if not unit and (one[0].isupper() or not set(one[1].upper()) & set("CIKMOV")):
            yield one.span()


_MONTH = "(?:" + "|".join(sorted(known.MONTHS, key=len, reverse=True)) + ")"
_YEAR = r"(?:'?\d{2}|(?:19|20)\d{2})"
_DATE = re.compile(
    rf"(?<![\w£$€.,/-])(?:(?:19|20)\d{{2}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|\d{{1,2}}(?P<sep> ?[-/.] ?| )\d{{1,2}}(?P=sep){_YEAR}"
    rf"|\d{{1,2}} ?(?:st|nd|rd|th)? {{0,2}}(?:of )?{_MONTH}(?![^\W\d_])\.?"
    rf"(?:,? {{0,2}}{_YEAR}(?!\d))?"
    rf"|{_MONTH}(?![^\W\d_])\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? {_YEAR}(?!\d))?)(?![\w£]|-\d)",
    re.I,
)
_BORN = re.compile(known.BORN, re.I)
_OF_A_GROUP = re.compile(known.BORN_GROUP, re.I)
_FEAST = re.compile(r"birthday (?:party|lunch|tea|celebration|event|bash|cake|dinner|do\b)", re.I)
_STOP = re.compile(r"\d{3}|[!?\n;]|[^\W\d_]{3}\. ")
_BORN_AFTER = re.compile(
    r"[\s,]{0,2}(?:\(|is |was |as )?(?:his |her |their |my |the )?"
    r"(?:dob\b|d\.o\.b|date of birth|birth ?day|birth ?date)(?! (?:party|lunch|tea|event))",
    re.I,
)


def _birth(text: str) -> Iterator[tuple[int, int]]:
    for one in _DATE.finditer(text):
        if _BORN_AFTER.match(text, one.end()):
            yield one.span()
            continue
        before = text[max(0, one.start() - 70) : one.start()]
        said = None
        for word in _BORN.finditer(before):
            said = word
        if said is None or _STOP.search(before[said.end() :]) or _FEAST.match(before, said.start()):
            continue
        if not _OF_A_GROUP.search(text[max(0, one.start() - 130) : one.start()]):
            yield one.span()


# Places

_NUMBER = r"\d{1,4}(?:[a-z](?!\w))?(?: ?[-/] ?\d{1,4}[a-z]?)?"
_HOME = r"(?:(?:flat|apartment|apt|unit) ?(?:no\.? ?)?\w{1,4}[ ,]{1,3})"
_CAP = r"[A-Z][\w'.-]{0,24}"
_STREET = re.compile(
    rf"(?<![\w£$€.,:#/-])(?:(?i:{_HOME}))?{_NUMBER},? {{1,2}}"
    rf"(?P<words>(?:{_CAP} {{1,2}}|(?:of|the|and|de|la) ){{1,4}})"
    rf"(?P<type>{'|'.join(known.STREETS)})(?![\w])"
)
_SMALL = re.compile(
    rf"(?<![\w£$€.,:#/-])(?:{_HOME})?{_NUMBER},? (?P<words>[a-z']{{3,20}}(?: [a-z']{{3,20}})?) "
    rf"(?P<type>{'|'.join(known.ROADS)})(?![\w])",
    re.I,
)
_BLOCK = re.compile(
    rf"\b(?i:{_HOME[3:-1]})(?:{_CAP} {{1,2}}){{1,3}}(?:{'|'.join(known.BLOCKS)})(?![\w])"
)
_ULICA = re.compile(
    r"\b(?:ul\.|ulica|ulicy|os\.) ?[^\W\d_][\w-]{1,24}(?: [A-ZŁŚŻ]\w{1,24})? \d{1,4}"
)
_NO_HOUSE = re.compile(known.NO_HOUSE, re.I)


def _address(text: str) -> Iterator[tuple[int, int]]:
    for one in _BLOCK.finditer(text):
        yield one.span()
    for pattern, small in ((_STREET, False), (_SMALL, True)):
        for one in pattern.finditer(text):
            words = one["words"].lower().split()
            number = re.search(r"\d{1,4}", one[0])
            year = number is not None and number[0][:2] in ("19", "20") and len(number[0]) == 4
            if year or words[0] in known.MONTHS or (small and set(words) & known.NO_STREET):
                continue
            if not _NO_HOUSE.search(text[max(0, one.start() - 24) : one.start()]):
                yield one.span()
    for one in _ULICA.finditer(text):
        yield one.span()


LOOKS: tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    ("email", _email),
    ("ni", _ni),
    ("nhs", _nhs),
    ("birth", _birth),
    ("phone", _phone),
    ("address", _address),
    ("postcode", _postcode),
    ("name", names),
)
