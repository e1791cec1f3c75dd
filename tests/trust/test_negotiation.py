"""How an agreement came to its words: told from the changes that were made, without a database."""

from datetime import UTC, date, datetime

import pytest

from trust.agreements import Agreement, sides
from trust.changes import Change, change_of, touched, with_change
from trust.clauses import base
from trust.history import as_read, versions
from trust.narrowing import as_data
from trust.partners import Kind, Partner
from trust.records import Refused
from trust.wording import agreement_text, fingerprint

NOW = datetime(2025, 5, 1, tzinfo=UTC)
LANTERN, CAMDEN = Partner(name="Lantern", kind=Kind.VCS), Partner(name="Camden", kind=Kind.COUNCIL)


def change(clause: str, made: bool | None = True, **given: object) -> Change:
    one = change_of({"clause": clause, **given})  # type: ignore[typeddict-item]
    one.made, one.at, one.why = made, NOW, "So"
    return one


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
    last = versions(one)[-1]
    one.offered_purpose, one.offered_review_on = one.purpose, one.review_on
    one.chosen, one.purpose, one.review_on = as_data(last.parts), last.purpose, last.review_on
    return one


def read(one: Agreement, version: int) -> str:
    stood = versions(one)[version]
    return fingerprint(
        agreement_text(
            stood.parts,
            one.parties,
            purpose=stood.purpose,
            project=one.project,
            review_on=stood.review_on,
            version=one.number,
        )
    )


def test_only_changes_that_were_made_changed_the_text() -> None:
    kept, waiting = change("copy", made=False, leave_out=True), change("research", made=None)
    one = agreement(change("quote", leave_out=True), kept, waiting)
    first, last = versions(one)
    assert first.parts == base()
    assert touched(first.parts, last.parts) == ["quote"]


def test_what_somebody_had_before_their_eyes_is_known_by_its_fingerprint() -> None:
    one = agreement(change("quote", note="Never on a Friday."), change("copy", leave_out=True))
    for version in range(3):
        assert as_read(one, read(one, version)) == (versions(one)[version], one.parties)
    assert as_read(one, "0" * 64) is None


def test_the_question_and_the_day_are_read_as_they_stood() -> None:
    day = date(2026, 3, 1)
    one = agreement(
        change("shared-purpose", purpose="Who waits?"),
        change("review", review_on=day),
        change("quote", purpose="Nothing to do with it", review_on=date(2030, 1, 1)),
    )
    stood = [(each.purpose, each.review_on) for each in versions(one)]
    first = ("Why?", date(2026, 5, 1))
    assert stood == [first, ("Who waits?", first[1]), ("Who waits?", day), ("Who waits?", day)]
    for version in range(3):
        assert as_read(one, read(one, version)) == (versions(one)[version], one.parties)


def test_what_is_different_since_then() -> None:
    one = agreement(change("quote", note="Never on a Friday."), change("copy", leave_out=True))
    first, second, third = versions(one)
    assert touched(first.parts, third.parts) == ["quote", "copy"]
    assert touched(second.parts, third.parts) == ["copy"]
    assert touched(third.parts, third.parts) == []


def test_a_clause_that_was_left_out_comes_back_where_it_stood() -> None:
    one = agreement(change("quote", leave_out=True), change("quote"))
    first, second, third = versions(one)
    assert touched(first.parts, second.parts) == touched(second.parts, third.parts) == ["quote"]
    assert third == first


def test_a_clause_that_every_agreement_has_stays() -> None:
    with pytest.raises(Refused):
        with_change(agreement().stands, change("equals", leave_out=True))


def test_a_council_asks_whoever_proposes() -> None:
    assert sides(LANTERN, CAMDEN) == (LANTERN, CAMDEN)
    assert sides(CAMDEN, LANTERN) == (LANTERN, CAMDEN)
