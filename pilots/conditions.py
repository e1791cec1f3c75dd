"""Conditions: which questions are asked after what was answered before, which answers they offer,
and what an answer must be. The rules stand in the questions, as XLSForm writes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pilots.expressions import OWN, Call, Literal, Name, Node, check, holds, parse
from pilots.functions import Value
from pilots.questions import BANDS, Question
from trust.records import N_, Hidden, Msg, Refused, Words


class Outside(Refused):
    """An answer that its question's limit does not allow; ``said`` is what those who ask say
    about it, by language."""

    def __init__(self, reason: Msg | str, said: Words, field: str) -> None:
        super().__init__(reason, field=field)
        self.said = said


def value_of(question: Question, answer: Any) -> Value:
    """An answer as expressions see it: what was not answered is empty, several choices are their
    keys with spaces between, a table of counts is its total."""
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, list):
        return " ".join(answer)
    if isinstance(answer, dict):
        return float(sum(sum(row.values()) for row in answer.values()))
    if isinstance(answer, int) and question.kind != "area":
        return float(answer)
    return str(answer)


def is_asked(question: Question, given: Mapping[str, Value], today: date) -> bool:
    """Whether it is asked after the answers ``given`` before it."""
    return holds(question.show_if or "", given, today)


def offered(question: Question, given: Mapping[str, Value], today: date) -> list[Any]:
    """The choices that are offered after the answers ``given`` before it."""
    rule = question.choice_filter or ""
    if not rule:
        return list(question.choices or ())
    return [one for one in question.choices if holds(rule, {**given, **_columns(one)}, today)]


def _columns(choice: Mapping[str, Any]) -> dict[str, Value]:
    return {f"@{name}": value for name, value in (choice.get("where") or {}).items()} | {
        "@name": choice["key"]
    }


def check_answer(question: Question, answer: Any, given: Mapping[str, Value], today: date) -> None:
    """Raises ``Refused`` for a choice that is not offered, and ``Outside`` for an answer that its
    limit does not allow. What was skipped keeps every limit."""
    if answer is None:
        return
    if question.choice_filter:
        keys = {one["key"] for one in offered(question, given, today)}
        if not keys.issuperset(answer if isinstance(answer, list) else [answer]):
            raise Refused(N_("Choose from the list."), field=question.key)
    if not holds(question.limit or "", {**given, OWN: value_of(question, answer)}, today):
        raise Outside(what_fits(question), question.limit_words or {}, question.key)


def what_fits(question: Question) -> Msg:
    """What its limit asks of an answer, in words."""
    between = bounds_of(question)
    least, most = between or (None, None)
    what = {"least": least, "most": most}
    if question.kind in ("long-text", "short-text") and most:
        return Msg(N_("Use %(most)s characters or fewer."), what)
    if question.kind == "some-of" and most:
        return Msg(N_("Choose %(most)s or fewer."), what)
    if LIMITED.get(question.kind) != Name(OWN):  # how long or how many, by a rule of a form
        return Msg(N_("This answer does not fit. Check it."))
    if least is not None and most is not None:
        return Msg(N_("Give a number from %(least)s to %(most)s."), what)
    if least is not None:
        return Msg(N_("Give %(least)s or more."), what)
    if most is not None:
        return Msg(N_("Give %(most)s or fewer."), what)
    return Msg(N_("This answer does not fit. Check it."))


def check_rules(questions: Sequence[Question]) -> None:
    """Raises ``Refused`` where a rule of a question asks for an answer that is not given before
    it, with the number of that question."""
    known: set[str] = set()
    number = 0
    for one in questions:
        number += one.asks
        columns = {f"@{name}" for choice in one.choices or () for name in choice.get("where") or ()}
        try:
            check(one.show_if or "", known, own=False)
            check(one.choice_filter or "", known | columns | {"@name"}, own=False)
            check(one.limit or "", known, own=True)
        except Refused as refused:
            said = N_("Look at question %(number)s. %(why)s")
            raise Refused(Msg(said, {"number": max(number, 1), "why": refused.reason})) from None
        if one.asks:
            known.add(one.key)


LIMITED = {
    "whole-number": Name(OWN),
    "decimal": Name(OWN),
    "short-text": Call("string-length", (Name(OWN),)),
    "long-text": Call("string-length", (Name(OWN),)),
    "some-of": Call("count-selected", (Name(OWN),)),
}
"""Kinds whose limit can be given as the least and the most, and of what."""

_SPELT = {"whole-number": ".", "decimal": ".", "some-of": "count-selected(.)"}


def limit(kind: str, least: int | None, most: int | None) -> str:
    """The rule that says so. Raises ``Refused`` where the least is more than the most."""
    return " and ".join(_between(_SPELT.get(kind, "string-length(.)"), least, most))


def bounds_of(question: Question) -> tuple[int | None, int | None] | None:
    """The least and the most that a limit allows; None where it says more than that."""
    if not (question.limit or "").strip():
        return None, None
    subject = LIMITED.get(question.kind)
    found: dict[str, int] = {}
    for part in _all(parse(question.limit), "and"):
        match part:
            case Call(">=" | "<=" as sign, (left, Literal(float() as at))) if (
                left == subject and sign not in found and at.is_integer()
            ):
                found[sign] = int(at)
            case _:
                return None
    return found.get(">="), found.get("<=")


def _all(node: Node, sign: str) -> Iterable[Node]:
    if isinstance(node, Call) and node.name == sign:
        for part in node.parts:
            yield from _all(part, sign)
    else:
        yield node


@dataclass(frozen=True)
class When:
    """The condition that a person can set without writing one: the question of that key was
    answered with one of ``keys``, or with a number from ``least`` to ``most``, or at all."""

    key: str
    keys: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


def rule(when: When, leading: Question) -> str:
    """``when`` as a rule; ``leading`` is the question it looks at. Raises ``Refused`` where the
    least is more than the most, ``Hidden`` for an answer that ``leading`` does not have."""
    name = f"${{{when.key}}}"
    if when.keys:
        if set(when.keys) - set(keys_of(leading)):
            raise Hidden(when.key)
        form = "selected({name}, '{key}')" if leading.kind == "some-of" else "{name} = '{key}'"
        return " or ".join(form.format(name=name, key=key) for key in when.keys)
    return " and ".join(_between(name, when.least, when.most)) or f"{name} != ''"


def keys_of(question: Question) -> list[str]:
    """The answers that it can be given, by key, where there are only so many."""
    match question.kind:
        case "yes-no" | "quote":
            return ["yes", "no"]
        case "bands":
            return list(BANDS)
        case "one-of" | "some-of" | "area":
            return [one["key"] for one in question.choices]
    return []


COUNTED = ("whole-number", "decimal", "count-table")
"""Kinds whose answers can be looked at as a number."""


def _between(what: str, least: int | None, most: int | None) -> list[str]:
    if least is not None and most is not None and least > most:
        raise Refused(N_("The least is more than the most. Check both."), field="most")
    signs = ((">=", least), ("<=", most))
    return [f"{what} {sign} {at}" for sign, at in signs if at is not None]


def when_of(text: str) -> When | None:
    """The condition that a rule says, where a person could have set it; else None."""
    if not text.strip():
        return None
    node = parse(text)
    keys, name = [], ""
    for part in _all(node, "or"):
        match part:
            case Call("=" | "selected", (Name(key), Literal(str() as value))) if name in ("", key):
                name = key
                keys.append(value)
            case _:
                return _number_of(node)
    return When(name, tuple(keys)) if "" not in keys else None


def _number_of(node: Node) -> When | None:
    match node:
        case Call("!=", (Name(key), Literal(""))):
            return When(key)
    name, at = "", dict[str, int]()
    for part in _all(node, "and"):
        match part:
            case Call(">=" | "<=" as sign, (Name(key), Literal(float() as value))) if (
                name in ("", key) and sign not in at and value.is_integer()
            ):
                name, at[sign] = key, int(value)
            case _:
                return None
    return When(name, (), at.get(">="), at.get("<="))
