"""Code near counts does not use what SQL lets them escape through, nor open them itself.

Read from the source, because no test with data can show that a query was never written.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ("trust", "pilots", "portal")

SUMMING = frozenset({"sum", "max", "min", "coalesce", "count"})
"""All that ``pilots/figures.py`` may ask of ``func``: these keep a count shut, or count rows."""

ESCAPES = frozenset(
    {"avg", "round", "abs", "nullif", "total", "group_concat", "string_agg", "array_agg"}
    | {"json_agg", "jsonb_agg", "json_group_array", "json_object", "json_build_object"}
    | {"mod", "div", "power", "sqrt", "stddev", "variance", "printf", "format", "to_char"}
)
PLAIN_SQL = frozenset({"cast", "type_coerce", "literal_column", "text", "literal"})


def escapes(source: str, *, figures: bool) -> Iterator[str]:
    """What a count could escape through in ``source``, as ``line: name``.

    ``figures`` is for the module that sums: there ``func`` may be asked for ``SUMMING`` alone,
    and ``coalesce`` must begin with something that is not a plain number.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id="func"), attr=name) if (
                name not in SUMMING if figures else name in ESCAPES
            ):
                yield f"{node.lineno}: func.{name}"
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="func"), attr="coalesce"),
                args=[ast.Constant(), *_],
            ):
                yield f"{node.lineno}: func.coalesce begins with a number"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in PLAIN_SQL:
                yield f"{node.lineno}: {name}()"
            case ast.Call(func=ast.Name(id="case")) if figures:
                yield f"{node.lineno}: case()"


def near_counts(source: str) -> bool:
    """Whether a module names count columns, in code (not in its words)."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id="CountType" | "Figure") | ast.alias(name="CountType" | "Figure"):
                return True
            case ast.ClassDef(name="Figure"):
                return True
    return False


def opens(source: str) -> bool:
    """Whether a module reaches for the true number, by import, attribute or name."""
    return any(
        (isinstance(node, ast.alias) and node.name in {"_peek", "_slot"})
        or (isinstance(node, ast.Attribute) and node.attr in {"_peek", "_slot"})
        or (isinstance(node, ast.Constant) and node.value in {"_peek", "_slot"})
        for node in ast.walk(ast.parse(source))
    )


def modules() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if "node_modules" not in path.parts)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_modules_near_counts_use_no_escape() -> None:
    found = [
        f"{name(path)}:{escape}"
        for path in modules()
        if near_counts(source := path.read_text(encoding="utf-8"))
        for escape in escapes(source, figures=name(path) == "pilots/figures.py")
    ]
    assert found == []


def test_only_the_disclosure_package_opens_counts() -> None:
    openers = {name(path) for path in modules() if opens(path.read_text(encoding="utf-8"))}
    assert openers <= {"trust/disclosure/count.py", "trust/disclosure/gate.py"}
    assert "trust/disclosure/gate.py" in openers


def test_verdicts_are_given_by_scope_only() -> None:
    """``Allowed()`` made anywhere else would be a forged key to ``reveal``."""
    forgers = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        if name(path) != "trust/scope.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "Allowed")
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "Allowed")
        )
    ]
    assert forgers == []


FAULTS = [
    "func.avg(Figure.people)",
    "func.round(Figure.people)",
    "func.lower(Figure.people)",
    "func.coalesce(0, Figure.people)",
    "cast(Figure.people, Integer)",
    "sa.cast(Figure.people, Integer)",
    "type_coerce(Figure.people, Integer)",
    "literal(8) <= Figure.people",
    "select(text('people'))",
    "literal_column('people')",
    "case((x, 0), else_=Figure.people)",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_escape_is_seen(fault: str) -> None:
    assert list(escapes(fault, figures=True))


def test_an_honest_sum_is_let_through() -> None:
    honest = "select(Figure.row, func.coalesce(func.sum(Figure.people), 0)).group_by(Figure.row)"
    assert list(escapes(honest, figures=True)) == []


@pytest.mark.parametrize(
    "fault",
    [
        "from trust.disclosure.count import _peek",
        "from trust.disclosure import count\ncount._peek(people)",
        "getattr(count, '_peek')(people)",
        "from trust.disclosure.count import _slot",
    ],
)
def test_a_planted_opener_is_seen(fault: str) -> None:
    assert opens(fault)


def test_modules_near_counts_are_found_by_code() -> None:
    assert near_counts("from pilots.contributions import Figure")
    assert near_counts("class Figure(Record): ...")
    assert not near_counts('"""Figure and CountType, in words."""')
