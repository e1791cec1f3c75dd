"""The laws that are about the whole of the code (../shared/design.md): each check here can fail,
and says what to do."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal import nouns
from trust import privacy
from trust.act import VERBS
from trust.permissions import ANYWHERE, roles
from trust.records import Record
from trust.states import TABLES

ROOT = Path(__file__).parent.parent
PACKAGES = ("trust", "pilots", "portal")

for package in ("trust", "pilots"):  # every verb and every table of states is known then
    for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
        importlib.import_module(module.name)


def sources(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def test_the_layers_hold() -> None:
    """Law 1. import-linter sees imports hidden in functions too."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_module_with_records_is_known_to_the_migrations() -> None:
    for path in sources("trust", "pilots"):
        if "(Record)" in path.read_text():
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if name != "trust.records":
                assert name in nouns.MODULES, f"add {name} to portal/nouns.py"


def test_every_column_says_whether_it_is_personal() -> None:
    """Whoever adds a column says in ``privacy.toml`` of its package what it holds: what a person
    is given, what is erased and what stays is read from there."""
    wrong = [one for one in privacy.unclassed() if not one.startswith("search")]
    assert not wrong, f"trust/privacy.toml, pilots/privacy.toml: {wrong}"


def test_relationships_point_down_or_across_only() -> None:
    """Law 2. What points up is an opaque Ref."""
    for mapper in Record.registry.mappers:
        own = mapper.class_.__module__.split(".")[0]
        for related in mapper.relationships:
            other = related.mapper.class_.__module__.split(".")[0]
            assert (own, other) != ("trust", "pilots"), f"{mapper.class_.__name__}.{related.key}"


def test_a_noun_has_one_name() -> None:
    for mapper in Record.registry.mappers:
        table = mapper.class_.__tablename__
        assert not table.endswith("s") or table in ("terms", "canvas", "event_words"), table


def test_every_state_has_a_plain_name_and_a_line_in_the_diagram() -> None:
    """Law 8."""
    for noun, table in TABLES.items():
        diagram = table.diagram()
        for state in table.names:
            assert state.replace("-", "_") in diagram, (noun, state)


def test_every_move_is_a_verb_and_every_verb_of_a_table_is_a_move() -> None:
    for table in TABLES.values():
        for move in table.moves:
            does = move.along or move.verb
            assert does in VERBS, f"{move.verb} stands in the table, but nothing does it"
            assert move.along or VERBS[does].table is table
    for verb in VERBS.values():
        if verb.table is not None and not verb.creates:
            assert verb.name in {move.verb for move in verb.table.moves}


def test_every_permission_is_used_and_every_verb_has_somebody() -> None:
    used = {verb.permission for verb in VERBS.values()}
    for path in sources("trust", "pilots", "portal"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ":" in node.value:
                used.add(node.value)
    held = {permission for role in roles().values() for permission in role.permissions}
    assert not held - used, "no verb, page or rule asks for these"
    for verb in VERBS.values():
        assert verb.permission in held | set(ANYWHERE), verb.name


def test_nothing_changes_records_but_verbs_in_the_blueprints() -> None:
    """Law 6: the shell holds no rules, so it adds and deletes nothing by itself."""
    for path in sources("portal"):
        if "blueprints" not in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in (
                "add",
                "add_all",
                "delete",
                "merge",
            ):
                owner = ast.unparse(node.value)
                assert "session" not in owner, f"{path.name}:{node.lineno} writes past the verbs"


HAS_NO_ZONE = {"trust/calendar.py", "portal/workbook_parts.py"}  # London's day; a cell's own day


def test_a_moment_has_its_day_in_london() -> None:
    """The days that people are told are London's; in summer an instant's own date, in UTC, is
    the day before until one o'clock."""
    for path in sources(*PACKAGES):
        name = str(path.relative_to(ROOT))
        if name in HAS_NO_ZONE:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                own = node.func.attr == "date" and not node.args
                assert not own, f"{name}:{node.lineno} take trust.calendar.london_day"


APART = {
    "portal/access.py _limit": "an attempt counts before anything else is done",
    "portal/access.py _load_user": "when a session was last used",
    "portal/access.py _close": "does what was put off until the request was over",
    "portal/access.py page": "the one place where a request is committed",
    "portal/access.py sighted": "who looked at what another partner shared",
    "portal/blueprints/answering.py question": "a draft as typed, right or wrong",
    "portal/blueprints/diary.py show": "a reading counts, and so does a guess",
    "portal/blueprints/imports.py _let_go": "the file is let go before the long work begins",
    "portal/blueprints/letters.py confirm": "a wrong code counts as a try",
    "portal/blueprints/papers.py write": "a draft as typed, right or wrong",
    "portal/blueprints/passkeys.py _proved": "a challenge is used up by a wrong answer",
    "portal/blueprints/passkeys.py new": "a challenge is used up by a wrong answer",
    "portal/blueprints/passkeys.py prove": "a wrong answer counts as a try",
    "portal/blueprints/proof.py again": "a wrong code counts as a try",
    "portal/blueprints/signin.py _redeem": "a wrong code counts as a try",
    "portal/blueprints/signin.py second_factor": "a wrong code counts as a try",
    "portal/database.py Database": "a transaction of its own",
    "portal/forms/seats.py attempt_to_give": "an invitation that was refused counts as a try",
    "portal/late.py keep": "what was typed after a session ran out",
    "portal/receiving.py _in_measure": "a file that was refused counts as a try",
    "portal/receiving.py before_reading": "no lock is held while a strange file is read",
    "portal/storing.py sweep": "a duty, file by file",
    "portal/worker.py _seal_on": "the demo's seals",
}
"""Law 7: what may be written beside the one transaction of a request, and why."""


def test_what_is_written_beside_the_request_is_on_a_list() -> None:
    found = set()
    for path in sources("portal"):
        if {"demo", "migrations"} & set(path.parts):
            continue
        for outer in ast.parse(path.read_text()).body:
            for inner in ast.walk(outer):
                call = ast.unparse(inner.func) if isinstance(inner, ast.Call) else ""
                if call.endswith(("keep_anyway", "afterwards", ".apart", ".commit")):
                    found.add((str(path.relative_to(ROOT)), getattr(outer, "name", "")))
    assert sorted(f"{file} {name}" for file, name in found) == sorted(APART)


def test_templates_hold_no_queries() -> None:
    """Law 13."""
    for path in (ROOT / "portal/templates").rglob("*.html"):
        text = path.read_text()
        for word in ("session.", ".query", "select(", ".execute", "scalars("):
            assert word not in text, f"{path.name} asks the database ({word})"


def test_templates_have_no_inline_script_or_style() -> None:
    for path in (ROOT / "portal/templates").rglob("*.html"):
        text = path.read_text()
        assert "<style" not in text and " style=" not in text, path.name
        assert "<script>" not in text and " onclick=" not in text, path.name


def test_own_styles_are_logical() -> None:
    """Law 12: start and end, so that one sheet serves both directions."""
    physical = (
        "margin-left",
        "margin-right",
        "padding-left",
        "padding-right",
        "text-align: left",
        "text-align: right",
        "border-left",
        "border-right",
        "float: left",
        "float: right",
    )
    for path in (ROOT / "portal/assets").glob("*.scss"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            code = line.split("//")[0]
            for word in physical:
                assert word not in code, f"{path.name}:{number} {word}"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_function_and_class_says_what_it_is(package: str) -> None:
    missing = []
    for path in sources(package):
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        if path.read_text().strip() and not ast.get_docstring(tree):
            missing.append(f"{path.relative_to(ROOT)}: the module")
        for node in tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                bases = node.bases if isinstance(node, ast.ClassDef) else ()
                form = any("Form" in ast.unparse(base) for base in bases)
                if not ast.get_docstring(node) and not form:
                    missing.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_are_short(path: Path) -> None:
    if "versions" in path.parts:
        return
    assert len(path.read_text().splitlines()) <= 400, "split it by noun"


def test_nothing_named_common_or_utils() -> None:
    for path in sources(*PACKAGES):
        assert path.stem not in ("common", "utils", "helpers", "misc", "base"), path


def test_no_address_of_a_registry_and_no_path_of_a_machine_is_committed() -> None:
    tracked = (
        subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        .stdout.decode()
        .split("\0")
    )
    words = (
        "registry" + ".npmjs",
        "pypi" + ".org/simple",
        "index" + "-url =",
        "/root" + "/",
        '"resol' + 'ved":',
    )
    for name in tracked:
        path = ROOT / name
        if not name or not path.is_file() or path.stat().st_size > 2_000_000:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for word in words:
            assert word not in text, f"{name} holds {word}"


def test_the_packages_import_alone() -> None:
    for package in PACKAGES:
        importlib.import_module(package)
