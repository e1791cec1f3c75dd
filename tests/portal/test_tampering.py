"""A signed text or a released file that was changed behind the portal's back shows."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from pilots.releases import Release
from portal.hashed import DOCUMENTS
from tests.kept import once
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import tampering
from trust.agreements import Agreement
from trust.audit import Event
from trust.records import Ref

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
@once
def made(world: World) -> Stage:
    """Agreements in force, and one released table."""
    made = stage(world, 3)
    for number in range(3):
        made.accepted(number, waiting=40, fixed=30)
    signer = (world.person("Omar", made.camden, "decision-owner", at=made.pilot), made.camden)
    assert world.release(made.pilot, (made.reviewer, made.camden), signer).state == "released"
    return made


def found(world: World) -> list[str]:
    with world.database.reading() as session:
        return [one.say() for one in tampering.verify(session, world.now, None, DOCUMENTS).broken]


def test_what_was_left_alone_is_whole(made: Stage) -> None:
    assert made.world.all(Agreement)
    assert made.world.all(Release)
    assert found(made.world) == []


@pytest.mark.parametrize(
    ("change", "about", "says"),
    [
        ("UPDATE agreement SET text = 'We share all.' WHERE id = 1", "agreement:1", "is not what"),
        ("UPDATE agreement SET text_sha256 = 'x' WHERE id = 1", "agreement:1", "is not what"),
        ("UPDATE release SET package = NULL", "release:1", "was there and is gone"),
        ("UPDATE release SET package = CAST('x' AS {bytes})", "release:1", "is not what"),
        ("UPDATE release SET package_sha256 = 'x'", "release:1", "is not what"),
        ("DELETE FROM release", "release:1", "was there and is gone"),
        ("UPDATE event SET facts = '{{}}' WHERE verb = 'release:sign'", "release:1", "no event"),
    ],
)
def test_what_was_changed_behind_our_back_shows(
    made: Stage, change: str, about: str, says: str
) -> None:
    with made.world.database.writing() as session:
        kind = session.get_bind().dialect.name
        session.execute(text(change.format(bytes="BLOB" if kind == "sqlite" else "BYTEA")))
    (said,) = found(made.world)
    assert said.startswith(f"{about}: ")
    assert says in said


def test_a_text_and_its_hash_changed_together_show(made: Stage) -> None:
    """Whoever changes both columns still has the record against them."""
    forged = "We share all."
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        agreement = session.get_one(Agreement, 1)
        agreement.text, agreement.text_sha256 = forged, tampering.sha256(forged)
    (said,) = found(made.world)
    assert said.startswith("agreement:1: it is not what it was. Event ")


def test_the_newest_words_count(made: Stage) -> None:
    """A text that was agreed anew is compared with the event that says so."""
    with made.world.database.writing() as session:
        first = select(func.min(Event.id)).where(Event.subject == Ref("agreement", 1))
        old = {"text_sha256": "0" * 64}
        session.execute(update(Event).where(Event.id == first.scalar_subquery()).values(facts=old))
    assert found(made.world) == []


def test_every_hash_in_the_record_is_of_something_compared() -> None:
    facts = set()
    for package in ("trust", "pilots"):
        for path in (ROOT / package).rglob("*.py"):
            for call in re.findall(r"act\.fact\(([^)]*)", path.read_text()):
                facts |= set(re.findall(r"(\w*sha256)=", call))
    assert facts == {document.fact for document in DOCUMENTS}
