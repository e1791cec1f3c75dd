"""How an agreement came to its words: told from the changes that were made, without a database."""

from datetime import UTC, date, datetime

import pytest

from trust.agreements import Agreement, Change, sides
from trust.clauses import base
from trust.narrowing import as_data
from trust.negotiation import as_read, touched, versions, with_change
from trust.partners import Kind, Partner
from trust.records import Refused
from trust.wording import agreement_text, fingerprint

NOW = datetime(2025, 5, 1, tzinfo=UTC)
LANTERN, CAMDEN = Partner(name="Lantern", kind=Kind.VCS), Partner(name="Camden", kind=Kind.COUNCIL)


def change(clause: str, made: bool | None = True, **given: object) -> Change:
    held = {"options": [], "leave_out": False, "note": "", **given}
    return Change(clause=clause, made=made, at=NOW, why="So", **held)


def agreement(*changes: Change) -> Agreement:
    names = ("giver_contact", "giver_deputy", "taker_contact", "taker_deputy")
    one = Agreement(
        giver=LANTERN,
        taker=CAMDEN,
        purpose="Why?",
        project="",
        review_on=date(2026, 5, 1),
        contacts=dict.fromkeys(names, "Somebody"),
        chosen=as_data(base()),
        changes=list(changes),
    )
    one.chosen = as_data(versions(one)[-1])
    return one


def read(one: Agreement, version: int) -> str:
    return fingerprint(
        agreement_text(
            versions(one)[version],
            one.parties,
            purpose=one.purpose,
            project=one.project,
            review_on=one.review_on,
            version=one.number,
        )
    )


def test_only_changes_that_were_made_changed_the_text() -> None:
    kept, waiting = change("copy", made=False, leave_out=True), change("research", made=None)
    one = agreement(change("quote", leave_out=True), kept, waiting)
    first, last = versions(one)
    assert first == base()
    assert touched(first, last) == ["quote"]


def test_what_somebody_had_before_their_eyes_is_known_by_its_fingerprint() -> None:
    one = agreement(change("quote", note="Never on a Friday."), change("copy", leave_out=True))
    for version in range(3):
        assert as_read(one, read(one, version)) == (versions(one)[version], one.parties)
    assert as_read(one, "0" * 64) is None


def test_what_is_different_since_then() -> None:
    one = agreement(change("quote", note="Never on a Friday."), change("copy", leave_out=True))
    first, second, third = versions(one)
    assert touched(first, third) == ["quote", "copy"]
    assert touched(second, third) == ["copy"]
    assert touched(third, third) == []


def test_a_clause_that_was_left_out_comes_back_where_it_stood() -> None:
    one = agreement(change("quote", leave_out=True), change("quote"))
    first, second, third = versions(one)
    assert touched(first, second) == touched(second, third) == ["quote"]
    assert third == first


def test_a_clause_that_every_agreement_has_stays() -> None:
    with pytest.raises(Refused):
        with_change(base(), change("equals", leave_out=True))


def test_a_council_asks_whoever_proposes() -> None:
    assert sides(LANTERN, CAMDEN) == (LANTERN, CAMDEN)
    assert sides(CAMDEN, LANTERN) == (LANTERN, CAMDEN)
