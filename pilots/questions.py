"""Questions: what can be asked, and how an answer as typed becomes an answer as kept.

Every kind turns the raw strings of a form into one canonical JSON value or says what to mend.
Nothing here knows how a question looks on a page."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from pilots import numbers
from pilots.likeness import MOST as LIKE
from pilots.likeness import alike
from trust.records import N_, Msg, Record, Refused, Words

Raw = Mapping[str, Sequence[str]]
"""A form as it came: names and the strings given for each."""

SHORT, LONG, MOST = 200, 10_000, 1_000_000_000

NOTE = "note"
"""The kind that asks nothing. It has no category, and is never required or made public."""

BANDS = {
    "none": N_("None"),
    "1-2": N_("1 or 2"),
    "3-9": N_("3 to 9"),
    "10-24": N_("10 to 24"),
    "25-99": N_("25 to 99"),
    "100+": N_("100 or more"),
    "unknown": N_("I do not know"),
}


CATEGORIES = {
    "count": N_("A count"),
    "observation": N_("Something seen or heard"),
    "story": N_("A story"),
}
"""What a question may ask for. Personal data is not among them: only a signed IG case opens the
way to it (pilots.md, "Gates")."""


class Question(Record):
    """One question of one version of a request, or a note: words on the way that ask nothing.
    ``key`` stays the same across versions; ``section`` is the heading of the part it belongs to.

    ``words`` and ``hint`` are text by language. ``rows``, ``columns`` and ``choices`` are lists
    of ``{"key": …, "words": {lang: text}}``; a choice may say more of itself (``where``), which
    ``choice_filter`` looks at. ``category`` is the information category that an agreement must
    allow; ``why`` is shown to whoever answers. ``show_if``, ``limit`` and ``choice_filter`` are
    rules (``pilots/expressions.py``); ``limit_words`` is said when an answer breaks its limit.
    ``same_as_id`` is the first question that this one repeats unchanged in a later version of the
    same request: their answers are to one question.
    ``likeness`` is what the words come to, by which the like of it is found (``pilots.likeness``).
    """

    __tablename__ = "question"

    request_version_id: Mapped[int] = mapped_column(ForeignKey("request_version.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    section: Mapped[Words] = mapped_column(default=dict)
    words: Mapped[Words]
    hint: Mapped[Words] = mapped_column(default=dict)
    why: Mapped[Words] = mapped_column(default=dict)
    uses: Mapped[str] = mapped_column(String(300), default="")
    category: Mapped[str] = mapped_column(String(20))
    publishable: Mapped[bool] = mapped_column(default=True)
    required: Mapped[bool] = mapped_column(default=True)
    rows: Mapped[list[Any]] = mapped_column(default=list)
    columns: Mapped[list[Any]] = mapped_column(default=list)
    choices: Mapped[list[Any]] = mapped_column(default=list)
    show_if: Mapped[str] = mapped_column(String(2000), default="")
    limit: Mapped[str] = mapped_column(String(2000), default="")
    limit_words: Mapped[Words] = mapped_column(default=dict)
    choice_filter: Mapped[str] = mapped_column(String(2000), default="")
    data_item_id: Mapped[int | None] = mapped_column(ForeignKey("data_item.id"))
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    likeness: Mapped[str] = mapped_column(String(LIKE), default="", index=True)

    __table_args__ = (UniqueConstraint("request_version_id", "key"),)

    @validates("words")
    def _likeness(self, _name: str, words: dict[str, str]) -> dict[str, str]:
        self.likeness = alike(words)
        return words

    @property
    def asks(self) -> bool:
        """Whether there is anything to answer: a note only says something."""
        return self.kind != NOTE

    @property
    def first_id(self) -> int:
        """The id of the question that this one is, or repeats unchanged."""
        return self.same_as_id or self.id


def numbers_of(questions: Iterable[Question]) -> dict[str, int]:
    """The number of each question, by key. A note has none: it stands above the next one."""
    return {one.key: n for n, one in enumerate((q for q in questions if q.asks), 1)}


@dataclass(frozen=True)
class QuestionKind:
    """One kind of question: its plain name, its usual category, how it reads an answer, and what
    others than its reviewers may ever see of one: "figures" that went through the gate, "words"
    that may be quoted, or nothing."""

    key: str
    name: str
    category: str
    read: Callable[[Question, Raw], Any]
    beyond: str = ""


def read(question: Question, raw: Raw) -> Any:
    """The canonical answer, or None when a question that may be skipped was skipped.

    Raises ``Refused`` (with ``field``) saying what to mend.
    """
    answer = KINDS[question.kind].read(question, raw)
    if answer is None and question.required:
        raise Refused(N_("Answer this question to go on."), field=question.key)
    return answer


def _one(question: Question, raw: Raw) -> str:
    return (list(raw.get(question.key, ())) or [""])[0].strip()


def _nothing(question: Question, raw: Raw) -> None:
    return None


def _text(most: int) -> Callable[[Question, Raw], str | None]:
    def text(question: Question, raw: Raw) -> str | None:
        given = _one(question, raw).replace("\r\n", "\n")
        if len(given) > most:
            raise Refused(
                Msg(N_("Use %(most)s characters or fewer."), {"most": most}), field=question.key
            )
        return given or None

    return text


def whole(text: str, field: str) -> int | None:
    """A whole number from 0, as typed. Raises ``Refused`` for anything else."""
    if not text.strip():
        return None
    try:
        number = numbers.whole(text)
    except ValueError:
        number = -1
    if number < 0:
        raise Refused(N_("Use whole numbers, like 0 or 12."), field=field)
    if number > MOST:
        raise Refused(N_("That number is too large. Check it."), field=field)
    return number


def _whole_number(question: Question, raw: Raw) -> int | None:
    return whole(_one(question, raw), question.key)


_DECIMAL = re.compile(r"[-+]?[0-9]{1,12}([.,][0-9]{1,6})?")


def _decimal(question: Question, raw: Raw) -> str | None:
    given = _one(question, raw)
    if not given:
        return None
    # Either mark is a decimal one: no thousands. No powers of ten: "1e9999999999" fills gigabytes.
    if not _DECIMAL.fullmatch(given):
        raise Refused(N_("Enter a number, like 2.5."), field=question.key)
    if both := numbers.either(given):
        what = {"typed": given, "one": both[0], "other": both[1]}
        said = N_("“%(typed)s” can mean two numbers. Write %(one)s or %(other)s.")
        raise Refused(Msg(said, what), field=question.key)
    # 2.50 and 2.5 are one answer: a spreadsheet keeps numbers, and not how they were typed.
    return format(Decimal(given.replace(",", ".")).normalize() + 0, "f")


def _date(question: Question, raw: Raw) -> str | None:
    parts = [
        (list(raw.get(f"{question.key}-{p}", ())) or [""])[0].strip()
        for p in ("year", "month", "day")
    ]
    if not any(parts):
        return None
    try:
        return numbers.day(*parts).isoformat()
    except (ValueError, OverflowError):
        raise Refused(N_("Enter a real date, like 27 3 2026."), field=question.key) from None


def _choice(question: Question, raw: Raw) -> str | None:
    given = _one(question, raw)
    if given and given not in {choice["key"] for choice in question.choices}:
        raise Refused(N_("Choose one from the list."), field=question.key)
    return given or None


def _choices(question: Question, raw: Raw) -> list[str] | None:
    given = [value for value in raw.get(question.key, ()) if value]
    known = [choice["key"] for choice in question.choices]
    if set(given) - set(known):
        raise Refused(N_("Choose from the list."), field=question.key)
    return [key for key in known if key in given] or None


def _yes_no(question: Question, raw: Raw) -> bool | None:
    given = _one(question, raw)
    if given not in ("", "yes", "no"):
        raise Refused(N_("Choose yes or no."), field=question.key)
    return given == "yes" if given else None


def _bands(question: Question, raw: Raw) -> str | None:
    given = _one(question, raw)
    if given and given not in BANDS:
        raise Refused(N_("Choose one from the list."), field=question.key)
    return given or None


def _area(question: Question, raw: Raw) -> int | None:
    given = _one(question, raw)
    if not given:
        return None
    if given not in {str(choice["area"]) for choice in question.choices}:
        raise Refused(N_("Choose a place from the list."), field=question.key)
    return int(given)


def cell_name(question: Question, row: str, column: str) -> str:
    """The name of one box of a count table in a form."""
    return f"{question.key}-{row}-{column}"


def _count_table(question: Question, raw: Raw) -> dict[str, dict[str, int]] | None:
    answer: dict[str, dict[str, int]] = {}
    for row in question.rows:
        for column in question.columns:
            name = cell_name(question, row["key"], column["key"])
            number = whole((list(raw.get(name, ())) or [""])[0], name)
            if number is not None:
                answer.setdefault(row["key"], {})[column["key"]] = number
    return answer or None


KINDS = {
    kind.key: kind
    for kind in (
        QuestionKind("area", N_("A place"), "observation", _area),
        QuestionKind(
            "count-table", N_("A small table of counts"), "count", _count_table, "figures"
        ),
        QuestionKind("whole-number", N_("A whole number"), "count", _whole_number),
        QuestionKind("bands", N_("About how many"), "count", _bands),
        QuestionKind("decimal", N_("A number with decimals"), "count", _decimal),
        QuestionKind("long-text", N_("A story, in their own words"), "story", _text(LONG), "words"),
        QuestionKind("short-text", N_("A few words"), "observation", _text(SHORT), "words"),
        QuestionKind("one-of", N_("One from a list"), "observation", _choice),
        QuestionKind("some-of", N_("Some from a list"), "observation", _choices),
        QuestionKind("yes-no", N_("Yes or no"), "observation", _yes_no),
        QuestionKind("quote", N_("May we quote you?"), "observation", _yes_no),
        QuestionKind("date", N_("A date"), "observation", _date),
        QuestionKind(NOTE, N_("Words, nothing to answer"), "", _nothing),
    )
}
