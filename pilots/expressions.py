"""Expressions: when a question is shown, and what an answer must be. Written as XLSForm writes
them (``${damp} = 'yes' and . > 3``), so that a form that comes in means here what it meant there.

Source: the ODK XForms specification, "XPath expressions and functions", as far as one answer
about one group needs it. Reading an expression and working it out take time in the length of
both and no more: whoever writes one cannot keep the portal busy.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pilots.functions import FUNCTIONS, LAZY, Value, is_pattern, is_true
from trust.records import N_, Msg, Refused

LONGEST, DEEPEST = 2_000, 40
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<name>\$\{\s*(?P<key>[^{}\s]+)\s*\})
    | (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<word>(?:or|and|div|mod)(?![\w:.-]))
    | (?P<call>[A-Za-z_][\w:.-]*)\s*\(
    | (?P<column>[A-Za-z_][\w.-]*)
    | (?P<sign><=|>=|!=|[=<>+\-*(),.])
    )""",
    re.VERBOSE | re.ASCII,
)
_TIGHTNESS = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("=", "!="), 3),
    **dict.fromkeys(("<", "<=", ">", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "div", "mod"), 6),
}


@dataclass(frozen=True)
class Literal:
    """A number or a text that stands in the expression itself."""

    value: float | str


@dataclass(frozen=True)
class Name:
    """The answer to the question of that key; the question's own is ``.``. In a filter of
    choices, a name with ``@`` is what the choices say of themselves in that column."""

    key: str


@dataclass(frozen=True)
class Call:
    """A function or a sign, with what it works on."""

    name: str
    parts: tuple["Node", ...]


Node = Literal | Name | Call
OWN = "."


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """``text`` as a tree. Raises ``Refused`` naming the piece that cannot be read, a function
    that is not known here, and for an expression that is too long or too deep."""
    if len(text) > LONGEST:
        raise Refused(Msg(N_("Use %(most)s characters or fewer."), {"most": LONGEST}))
    return _Reader(text).whole()


class _Reader:
    """Reads the tokens of one expression from left to right (Pratt's method)."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.part(0)
        if self.kind != "end":
            raise self.wrong()
        return node

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def said(self) -> str:
        return self.tokens[self.at][1]

    def wrong(self) -> Refused:
        if self.kind == "end":
            return Refused(N_("The rule stops in the middle."))
        return Refused(Msg(N_("The rule cannot be read at “%(piece)s”."), {"piece": self.said}))

    def take(self, sign: str) -> bool:
        if self.kind in ("sign", "word") and self.said == sign:
            self.at += 1
            return True
        return False

    def part(self, tightness: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refused(N_("The rule has too many brackets inside each other."))
        left = self.first()
        while self.kind in ("sign", "word") and _TIGHTNESS.get(self.said, 0) > tightness:
            sign = self.said
            self.at += 1
            left = Call(sign, (left, self.part(_TIGHTNESS[sign])))
        self.depth -= 1
        return left

    def first(self) -> Node:
        kind, said = self.tokens[self.at]
        if kind == "end":
            raise self.wrong()
        self.at += 1
        match kind:
            case "number":
                return Literal(float(said))
            case "text":
                return Literal(said)
            case "name":
                return Name(said)
            case "column":
                return Name(f"@{said}")
            case "call":
                return self.call(said)
        if said == OWN:
            return Name(OWN)
        if said == "-":
            return Call("-", (Literal(0.0), self.part(_TIGHTNESS["*"])))
        if said == "(":
            inner = self.part(0)
            if self.take(")"):
                return inner
            raise self.wrong()
        self.at -= 1
        raise self.wrong()

    def call(self, name: str) -> Node:
        parts: list[Node] = []
        if not self.take(")"):
            parts.append(self.part(0))
            while self.take(","):
                parts.append(self.part(0))
            if not self.take(")"):
                raise self.wrong()
        if name not in FUNCTIONS and name not in LAZY:
            raise Refused(Msg(N_("“%(name)s()” is not known here."), {"name": name}))
        least, most = LAZY[name] if name in LAZY else FUNCTIONS[name][:2]
        if not least <= len(parts) <= most:
            raise Refused(Msg(N_("“%(name)s()” has too few or too many parts."), {"name": name}))
        if name == "regex":
            _check_pattern(parts[1])
        return Call(name, tuple(parts))


def _check_pattern(node: Node) -> None:
    if not (isinstance(node, Literal) and isinstance(node.value, str) and is_pattern(node.value)):
        raise Refused(N_("The pattern of “regex()” cannot be used here."))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            piece = text[at:].split()[0][:40]
            raise Refused(Msg(N_("The rule cannot be read at “%(piece)s”."), {"piece": piece}))
        kind = found.lastgroup if found.lastgroup != "key" else "name"
        assert kind is not None
        said = found["key"] if kind == "name" else found[kind]
        yield kind, said[1:-1] if kind == "text" else said
        at = found.end()
    yield "end", ""


def names(node: Node) -> frozenset[str]:
    """The keys of the questions that an expression looks at, its own as ``.``."""
    if isinstance(node, Name):
        return frozenset((node.key,))
    if isinstance(node, Call):
        return frozenset().union(*(names(part) for part in node.parts))
    return frozenset()


def check(text: str, known: Collection[str], *, own: bool) -> None:
    """Raises ``Refused`` where ``text`` cannot be worked out from the answers to the questions
    ``known`` and, if ``own``, the answer that it is about. No text is no rule."""
    if not text.strip():
        return
    for key in sorted(names(parse(text))):
        if key.startswith("@") and key not in known:
            raise Refused(Msg(N_("The rule cannot be read at “%(piece)s”."), {"piece": key[1:]}))
        if key == OWN and not own:
            raise Refused(N_("The rule asks for the answer of this question, which comes later."))
        if key != OWN and key not in known:
            said = N_("The rule asks for “%(key)s”, which is not asked before this question.")
            raise Refused(Msg(said, {"key": key}))


def holds(text: str, given: Mapping[str, Value], today: date) -> bool:
    """Whether an expression is true of the answers ``given`` by key (its own as ``.``); what was
    not answered is empty. No text holds always."""
    return not text.strip() or is_true(_work_out(parse(text), given, today))


def _work_out(node: Node, given: Mapping[str, Value], today: date) -> Value:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        return given.get(node.key, "")

    def part(number: int) -> Value:
        return _work_out(node.parts[number], given, today)

    match node.name:
        case "and":
            return is_true(part(0)) and is_true(part(1))
        case "or":
            return is_true(part(0)) or is_true(part(1))
        case "if":
            return part(1) if is_true(part(0)) else part(2)
        case "coalesce":
            return next((found for n in (0, 1) if (found := part(n)) != ""), "")
        case "today":
            return today.isoformat()
    return FUNCTIONS[node.name][2](*(part(n) for n in range(len(node.parts))))
