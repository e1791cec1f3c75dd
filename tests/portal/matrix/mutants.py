"""The code with one check taken out, in this process and for a moment: proof that the matrix
notices. A check is a page's declared access, a noun's ``visible`` and each condition in it, a
verb's permission, each ``raise Hidden``, and each condition on who asks in a query of a list."""

import ast
import importlib
import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from flask import Flask

from portal.access import Access
from tests.portal.matrix.cells import Cell
from tests.portal.matrix.door import FACTOR, HIDDEN, SIGN_IN, THROUGH
from tests.portal.matrix.policy import policy
from tests.portal.matrix.watch import ROOT, nouns
from trust.act import VERBS, Verb

TURNED_AWAY = "portal/access.py"


@dataclass(frozen=True)
class Mutant:
    """One check taken out. ``without`` applies it for a while; ``touches`` says which cells can
    come out otherwise then; ``closes`` that people find less then, not more."""

    name: str
    without: Callable[[Flask], AbstractContextManager[None]]
    touches: Callable[[Cell], bool]
    closes: bool = False

    def likely(self, cells: Iterable[Cell]) -> list[Cell]:
        """The cells it touches, in the order in which it shows soonest."""
        first = THROUGH if self.closes else HIDDEN
        return sorted(
            (cell for cell in cells if self.touches(cell)), key=lambda cell: cell.outcome != first
        )


# What a page declares


def page_mutant(endpoint: str) -> Mutant:
    """The page open to everyone."""

    def touches(cell: Cell) -> bool:
        own = cell.case.startswith(f"{endpoint}.")
        stopped = any(place.startswith(TURNED_AWAY) for place in cell.places)
        return own and (stopped or cell.outcome in (SIGN_IN, FACTOR))

    return Mutant(
        f"{endpoint}: open to everyone", lambda app: _declared(app, endpoint, "public"), touches
    )


@contextmanager
def _declared(app: Flask, endpoint: str, to: str) -> Iterator[None]:
    view: Any = app.view_functions[endpoint]
    held = view.__closure__[view.__code__.co_freevars.index("access")]
    before: Access = held.cell_contents
    held.cell_contents = replace(before, read=to, change=before.change and to)
    try:
        yield
    finally:
        held.cell_contents = before


# What a noun shows, and what a verb needs


def noun_mutant(name: str) -> Mutant:
    """Every record of a noun visible to everyone."""
    return Mutant(
        f"{name}: everything is visible",
        lambda app: _replaced(nouns()[name], "visible", classmethod(lambda cls, stmt, _: stmt)),
        lambda cell: name in cell.nouns,
    )


def verb_mutant(name: str) -> Mutant:
    """A verb allowed to everyone."""
    allowed = Verb.allowed

    def without(app: Flask) -> AbstractContextManager[None]:
        return _replaced(
            Verb,
            "allowed",
            lambda verb, actor, it: verb is VERBS[name] or allowed(verb, actor, it),
        )

    return Mutant(f"{name}: anyone may", without, lambda cell: name in cell.verbs)


@contextmanager
def _replaced(owner: Any, name: str, new: Any) -> Iterator[None]:
    before = vars(owner)[name]
    setattr(owner, name, new)
    try:
        yield
    finally:
        setattr(owner, name, before)


# Lines of the code


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions of a module and of its classes, by their names within it."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{node.name}.{inner.name}", inner


def line_mutants() -> dict[str, Mutant]:
    """Every line mutant of the code, by name; those of one name are numbered."""
    found: dict[str, Mutant] = {}
    alike: Counter[str] = Counter()
    for mutant in _line_mutants():
        alike[mutant.name] += 1
        number = alike[mutant.name]
        name = mutant.name if number == 1 else f"{mutant.name} ({number})"
        found[name] = replace(mutant, name=name)
    return found


def _line_mutants() -> Iterator[Mutant]:
    for package in ("trust", "pilots", "portal"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" in path.parts or "migrations" in path.parts:
                continue
            for name, function in _functions(_tree(path)):
                yield from _hidden(path, name, function)
                if function.name == "visible":
                    yield from _conditions(path, name, function)
                else:
                    yield from _asked_by(path, name, function)


def _mutant(
    path: Path,
    name: str,
    what: str,
    change: Callable[[], Callable[[], None]],
    touches: Callable[[Cell], bool],
    closes: bool = False,
) -> Mutant:
    where = f"{path.relative_to(ROOT)} {name}"
    return Mutant(f"{where}: {what}", lambda app: _changed(path, name, change), touches, closes)


@contextmanager
def _changed(path: Path, name: str, change: Callable[[], Callable[[], None]]) -> Iterator[None]:
    """Let a function run for a while as its source would be after ``change``."""
    put_back = change()
    try:
        module = compile(ast.fix_missing_locations(_tree(path)), str(path), "exec")
    finally:
        put_back()
    live = _live(path, name)
    before = live.__code__
    live.__code__ = _code(module, before)
    try:
        yield
    finally:
        live.__code__ = before


def _live(path: Path, name: str) -> Any:
    """The function that runs, under its decorators."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    found: Any = importlib.import_module(".".join(p for p in parts if p != "__init__"))
    for part in name.split("."):
        found = inspect.getattr_static(found, part)
    if isinstance(found, Verb):
        found = found.fn
    if isinstance(found, classmethod | staticmethod):
        found = found.__func__
    return inspect.unwrap(found)


def _code(module: CodeType, like: CodeType) -> CodeType:
    """The code of the function of the same name and place."""
    waiting = [module]
    while waiting:
        code = waiting.pop()
        if (code.co_qualname, code.co_firstlineno) == (like.co_qualname, like.co_firstlineno):
            return code
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]
    raise LookupError(like.co_qualname)


def _hidden(path: Path, name: str, function: ast.FunctionDef) -> Iterator[Mutant]:
    """Each ``raise Hidden`` passed over."""
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            for index, line in enumerate(block if isinstance(block, list) else ()):
                if isinstance(line, ast.Raise) and "Hidden" in ast.unparse(line):
                    place = f"{path.relative_to(ROOT)}:{line.lineno}"
                    yield _mutant(
                        path,
                        name,
                        f"goes on where it says {ast.unparse(line)!r} ({_nth(function, line)})",
                        _swapping(block, index, ast.Pass(lineno=line.lineno, col_offset=0)),
                        lambda cell, place=place: place in cell.places,
                    )


def _nth(function: ast.FunctionDef, line: ast.stmt) -> str:
    """Which of its likes in the function this is: steadier than the number of a line."""
    alike = [
        one.lineno
        for one in ast.walk(function)
        if isinstance(one, ast.Raise) and "Hidden" in ast.unparse(one)
    ]
    return f"{sorted(alike).index(line.lineno) + 1} of {len(alike)}"


def _conditions(path: Path, name: str, function: ast.FunctionDef) -> Iterator[Mutant]:
    """Each condition of a ``visible`` left out, and each way in closed."""
    noun = name.split(".")[0]
    tables = {cls.__name__: table for table, cls in nouns().items()}

    def touches(cell: Cell) -> bool:
        return tables.get(noun) in cell.nouns

    for owner, field, index, what in _dropped(function, lambda arg: True):
        change = _dropping(owner, field, index)
        closes = isinstance(owner, ast.Call) and ast.unparse(owner.func) == "or_"
        yield _mutant(path, name, f"without {what}", change, touches, closes)


def _asked_by(path: Path, name: str, function: ast.FunctionDef) -> Iterator[Mutant]:
    """Each condition on who asks left out of the queries of a function."""
    known = {"actor"}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _mentions(node.value, known):
            names = (one for target in node.targets for one in ast.walk(target))
            known |= {one.id for one in names if isinstance(one, ast.Name)}
    blueprint = "blueprints" in path.parts and path.relative_to(ROOT).with_suffix("").parts[2]

    def lists(cell: Cell) -> bool:
        case = policy().case(cell.case)
        return not case.at if not blueprint else case.endpoint.startswith(f"{blueprint}.")

    for owner, field, index, what in _dropped(
        function, lambda arg: _mentions(arg, known), only_where=True
    ):
        yield _mutant(
            path,
            name,
            f"without {what}",
            _dropping(owner, field, index),
            lambda cell: cell.outcome == THROUGH and cell.method == "GET" and lists(cell),
        )


def _mentions(node: ast.AST, known: set[str]) -> bool:
    """Whether an expression rests on who asks."""
    return any(
        (isinstance(one, ast.Name) and one.id in known)
        or (isinstance(one, ast.Attribute) and one.attr in ("actor", "acting_partner", "signed_in"))
        for one in ast.walk(node)
    )


def _dropped(
    function: ast.FunctionDef, counts: Callable[[ast.AST], bool], *, only_where: bool = False
) -> Iterator[tuple[Any, str, int, str]]:
    """What can be left out: (node, field, index, words)."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = called or (node.func.id if isinstance(node.func, ast.Name) else "")
            many = called in ("or_", "and_") and len(node.args) > 1 and not only_where
            if many or called == "where":
                for index, arg in enumerate(node.args):
                    if counts(arg) and (many or only_where or len(node.args) > 1):
                        yield node, "args", index, f"{ast.unparse(arg)!r}"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd) and not only_where:
            yield node, "left", -1, f"{ast.unparse(node.left)!r}"
            yield node, "right", -1, f"{ast.unparse(node.right)!r}"
        if isinstance(node, ast.IfExp) and not only_where:
            yield node, "orelse", -1, f"the condition {ast.unparse(node.test)!r}"


def _swapping(block: list[Any], index: int, new: Any) -> Callable[[], Callable[[], None]]:
    def change() -> Callable[[], None]:
        before = block[index]
        block[index] = new

        def put_back() -> None:
            block[index] = before

        return put_back

    return change


def _dropping(owner: Any, field: str, index: int) -> Callable[[], Callable[[], None]]:
    """Leave out an argument, one side of an ``&``, or the other case of a choice."""

    def change() -> Callable[[], None]:
        if index >= 0:
            args = owner.args
            owner.args = [one for at, one in enumerate(args) if at != index]
            return lambda: setattr(owner, "args", args)
        if isinstance(owner, ast.BinOp):
            before = getattr(owner, field)
            other = owner.right if field == "left" else owner.left
            setattr(owner, field, other)  # x & x is x
            return lambda: setattr(owner, field, before)
        before = owner.test
        owner.test = ast.parse("bool(1)", mode="eval").body
        return lambda: setattr(owner, "test", before)

    return change
