"""Every way out of the portal, and the true figures that must not take it (design.md, law 9).

The town's contributions hold tracers: counts that cannot be there by chance. What left by each
way is searched for them, and for what can be worked out from them.
"""

import ast
import importlib
import logging
import pkgutil
import socket
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from click.testing import CliRunner
from sqlalchemy import select

import portal.carriers
from portal import create_app, mails
from portal.carriers import smtp
from portal.cli import main
from portal.mail_words import SAID
from tests.portal.matrix import tracers
from tests.portal.matrix.cells import Cell
from tests.portal.matrix.door import THROUGH, Knock, Town
from tests.portal.matrix.forms import FILES
from tests.portal.matrix.policy import policy
from tests.portal.matrix.watch import ROOT
from tests.world import TOWN_FILES, environment, settings
from trust.disclosure import gate
from trust.outbox import Parcel
from trust.records import Ref

pytestmark = pytest.mark.one_database

CLASSES = {"none", "own", "reveal", "publish"}


def listed() -> dict[str, dict[str, list[str]]]:
    """The list, as it was written by hand."""
    path = Path(tracers.__file__).with_name("ways_out.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def classed(sort: str) -> dict[str, str]:
    """The class of each way of one sort."""
    ways = listed()[sort]
    assert set(ways) <= CLASSES
    found = {way: of for of, named in ways.items() for way in named}
    assert len(found) == sum(map(len, ways.values())), f"{sort}: something stands twice"
    return found


# The list says all there is, and what it says is what is declared


def test_every_route_is_classed_as_it_declares() -> None:
    views = create_app(settings("sqlite://", demo=True)).view_functions
    declared = {
        endpoint: getattr(view, "access").figures if endpoint != "static" else "none"  # noqa: B009
        for endpoint, view in views.items()
    }
    assert classed("routes") == declared


def test_every_parcel_is_listed() -> None:
    assert set(classed("parcels")) == {*SAID, "code", "erased", "seal", "vouch"}


def test_every_writer_of_files_is_listed() -> None:
    assert set(classed("documents")) == set(writers())


def writers() -> Iterator[str]:
    """The public functions that make bytes."""
    for package in ("pilots", "portal"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" in path.parts:
                continue
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                makes = isinstance(node, ast.FunctionDef) and node.returns is not None
                if makes and ast.unparse(node.returns) == "bytes" and node.name[0] != "_":
                    parts = path.relative_to(ROOT).with_suffix("").parts
                    yield ".".join([*parts, node.name])


def test_every_command_is_listed() -> None:
    assert set(classed("commands")) == set(commands(main))


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_carrier_is_listed() -> None:
    found = pkgutil.iter_modules(portal.carriers.__path__, "portal.carriers.")
    assert set(classed("carriers")) == {module.name for module in found}


# The tracers


def test_a_tracer_is_found_however_it_is_written() -> None:
    known = {"1299721": "count.draft"}
    latin = ("1299721", "1,299,721", "1.299.721", "1 299 721", "1\u00a0299\u202f721", "01299721")
    for text in (*latin, "١٢٩٩٧٢١", "١٬٢٩٩٬٧٢١", "১২৯৯৭২১", "<td>1299721</td>", "n=1299721;"):
        assert tracers.found(text, known) == {"count.draft"}, text
    for text in ("1299720", "12997210", "1,299,7210", "129 9721", ""):
        assert not tracers.found(text, known), text


def test_no_tracer_is_what_the_gate_makes_of_it(town: Town) -> None:
    assert len(town.tracers) >= 3 * len(listed()["own"])
    assert not [number for number in town.tracers if int(number) % 5 == 0]


def test_every_contribution_with_counts_is_somebodys(town: Town) -> None:
    counted = {
        name.removeprefix("count.") for name in town.tracers.values() if name.startswith("count.")
    }
    assert set(listed()["own"]) == set(listed()["reveal"]) == counted


# What leaves by each page


def may_read(way: str, persona: str) -> set[str]:
    """The tracers that a persona may read on pages of one class."""
    if way not in ("own", "reveal"):
        return set()
    named = listed()[way].items()
    return {f"count.{key}" for key, people in named if persona in policy().people(people)}


def test_true_figures_leave_by_no_page_that_is_not_theirs(all_cells: list[Cell]) -> None:
    of, readers = classed("routes"), {}
    wrong = []
    for cell in all_cells:
        way = of[policy().case(cell.case).endpoint] if cell.outcome == THROUGH else "none"
        key = (way, cell.persona)
        readers[key] = readers.get(key) or may_read(*key)
        if told := set(cell.figures) - readers[key]:
            wrong.append(f"{cell} ({way}): {', '.join(sorted(told))}")
    assert not wrong, "\n".join(["", *wrong])


def test_own_and_revealed_figures_are_there_for_those_they_are_for(
    all_cells: list[Cell],
) -> None:
    """Else the search finds nothing because there is nothing."""
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in all_cells:
        told[policy().case(cell.case).endpoint, cell.persona] |= set(cell.figures)
    assert "count.draft" in told["answering.preview", "member"]
    assert "count.phone" in told["answering.check", "connector"]
    everywhere = {name for cell in all_cells for name in cell.figures}
    assert everywhere >= {"count.sent", "count.copperfield"}
    revealed = {
        name
        for cell in all_cells
        if cell.case.startswith("review.show.") and cell.persona == "reviewer"
        for name in cell.figures
    }
    assert {"count.sent", "count.accepted"} <= revealed


def released(town: Town, address: str, persona: str) -> Knock:
    came = town.knock(persona, "GET", address)
    assert came.outcome == THROUGH
    return came


def test_what_is_published_is_rounded(town: Town) -> None:
    """The same figures, from the gate: on the page, in the file, in each language."""
    accepted = [
        number for number, name in town.tracers.items() if name == "sum.accepted+copperfield+hub"
    ]
    rounded = {str(5 * round(int(number) / 5)) for number in accepted}
    for endpoint in ("releases.show", "releases.package"):
        address = town.address(endpoint, {"id": "release.public"}, {})
        came = released(town, address, "public")
        assert tracers.numbers(came.text) & rounded, endpoint
        for lang in ("ar", "bn", "pl", "so"):
            again = town.knock("public", "GET", address, headers={"Accept-Language": lang})
            assert not tracers.found(again.text, town.tracers), lang


def test_a_gate_that_lets_true_figures_through_is_noticed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = {"id": "pilot.damp", "question": "table.damp"}
    path = town.address("releases.prepare", at, {})
    with town.with_sql("UPDATE \"release\" SET state = 'dropped'"):  # so that it is made anew
        came = released(town, path, "reviewer")
        assert "As they would see it" in came.text
        assert not tracers.found(came.text, town.tracers)
        monkeypatch.setattr(gate, "show", lambda number, policy: number)
        came = released(town, path, "reviewer")
        assert "sum.accepted+copperfield+hub" in tracers.found(came.text, town.tracers)


def test_outside_the_scope_nothing_is_revealed(town: Town) -> None:
    """The agreement ended: from that minute no reviewer reads the numbers. Their giver does."""
    review = town.address("review.show", {"id": "contribution.copperfield"}, {})
    receipt = town.address("contributions.show", {"id": "contribution.copperfield"}, {})
    giver = town.names["partner.copperfield"]
    assert tracers.found(released(town, review, "reviewer").text, town.tracers)
    with town.with_sql(f"UPDATE terms SET ended_at = starts WHERE giver_id = {giver}"):
        assert not tracers.found(released(town, review, "reviewer").text, town.tracers)
        own = tracers.found(released(town, receipt, "copperfield").text, town.tracers)
        assert own == {"count.copperfield"}


# What leaves by other ways


def test_no_mail_tells_a_figure(town: Town) -> None:
    database = town.app.extensions["portal.database"]
    given = town.app.config["PORTAL"]
    told = set()
    with database.reading() as session, town.app.test_request_context(base_url=given.address):
        parcels = [one for one in session.scalars(select(Parcel)) if one.kind != "code"]
        for parcel in [*parcels, *unsent(town, {one.kind for one in parcels})]:
            mail = mails.compose(session, given, parcel, parcel.due_at)
            if mail is None:
                continue
            told.add(parcel.kind)
            sent = smtp.message(mail, given, parcel.key, parcel.due_at)
            text = "\n".join([str(sent), mail.text, mail.subject, str(parcel.facts)])
            assert not tracers.found(text, town.tracers), parcel.kind
            assert "«" not in text, "a mail tells no words either"
    assert told == {*SAID, "vouch"}


ABOUT = dict.fromkeys(("promises", "pulse", "still-right"), ("partner", "lantern", "member"))
ABOUT |= dict.fromkeys(
    ("next-step", "note-answered", "step-changed", "step-done"),
    ("note", "copperfield", "copperfield"),
)
ABOUT["passkey"] = ("person", "member", "member")
"""What a parcel is about and to whom it goes, by its kind, where that is no answer."""


def unsent(town: Town, kinds: set[str]) -> Iterator[Parcel]:
    """Parcels of the kinds that nobody in the town is sent, to one who may read what they say."""
    for kind in set(SAID) - kinds:
        noun, name, who = ABOUT.get(kind, ("contribution", "accepted", "member"))
        yield Parcel(
            kind=kind,
            to_person_id=int(town.names[f"person.{who}"]),
            about=Ref(noun, int(town.names[f"{noun}.{name}"])),
            facts={"due": 1, "first": "2026-06-01", "late": 0, "say": 0, "review": 0, "on": "None"},
            key=f"{kind}:0",
            due_at=datetime.now(UTC),
        )


QUIET = {
    "check-config": (),
    "work": ("--once",),
    "verify": (),
    "states": (),
    "migrate": (),
    "retain": ("--dry-run",),
    "begin": ("Ada Bell", "ada@example.org"),
    "import partners": ("partners.csv", "--dry-run"),
    "import areas": ("areas.csv", "--dry-run"),
}
"""The commands that can be run beside a portal that is there, with what they are given."""


@contextmanager
def mail_server() -> Iterator[str]:
    """One that takes everything and keeps nothing."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def test_no_command_tells_a_figure_but_the_copy_of_all(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for key, content in FILES.items():
        (tmp_path / f"{key}.csv").write_bytes(content)
    # One serves, one loads, one reads what is written below, one needs the files beside the rows.
    # Two are for somebody who lost what they sign in with.
    alone = {"run", "demo", "restore", "check-files", "code-again", "app-again"}
    assert set(QUIET) | alone | {"backup"} == set(classed("commands"))
    url = town.copy(tmp_path / "town.db")
    with mail_server() as address:
        env = environment(
            url, SMTP_URL=address, PORTAL_ADDRESS="http://127.0.0.1", PORTAL_FILES=TOWN_FILES
        )
        for command, given in QUIET.items():
            done = CliRunner().invoke(main, [*command.split(), *given], env=env)
            # The town's ids begin at some thousands: to `verify`, as if all before were gone.
            ends = 1 if command == "verify" else 0
            assert done.exit_code == ends, (command, done.output, done.exception)
            assert not tracers.found(done.output, town.tracers), command
            assert "«" not in done.output, command
    kept = tmp_path / "backup.zip"
    assert CliRunner().invoke(main, ["backup", str(kept)], env=env).exit_code == 0
    assert "count.draft" in tracers.found(tracers.readable(kept.read_bytes()), town.tracers)


def test_no_log_tells_a_figure(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """Not even where everything is logged, and where a page fails."""
    addresses = [
        town.address("review.show", {"id": "contribution.sent"}, {}),
        town.address("contributions.show", {"id": "contribution.sent"}, {}),
        town.address("releases.index", {"id": "pilot.damp"}, {}),
    ]
    with caplog.at_level(logging.DEBUG):
        for address in addresses:
            for persona in ("reviewer", "member"):
                town.knock(persona, "GET", address)
        draft = {"id": "contribution.draft", "key": "q2"}
        number = next(iter(town.tracers))
        data: dict[str, Any] = {"q2-waiting-families": number}
        town.knock("member", "POST", town.address("answering.question", draft, {}), data)
    assert not tracers.found(caplog.text, town.tracers)


def test_a_way_out_can_be_named_by_what_it_imports() -> None:
    """Every document writer of the list is there to be called."""
    for name in classed("documents"):
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))
