"""Words as a search compares them: folded, without apostrophes, cut; and tags no word can be."""

import pytest

from trust.partners import Kind, Partner, letter_of
from trust.search import LONGEST, found_by, statements, tag, tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Łódź Café", ["lodz", "cafe"]),
        ("Lantern Women’s Circle", ["lantern", "womens", "circle"]),
        ("St. Mary's, Leighton-Linslade", ["st", "marys", "leighton", "linslade"]),
        ("GB-CHC-0123456", ["gb", "chc", "0123456"]),
        ("Straße", ["strasse"]),
        ("বাংলা স্কুল", ["বাংলা", "স্কুল"]),
        ("أُمّهات", ["امهات"]),
        ("neighbourhoods", ["neighbourhoo"]),
        ('a" OR b* _kind_vcs (x)', ["a", "or", "b", "kind", "vcs", "x"]),
        ("% _ \\ * \x00", []),
    ],
)
def test_words_are_folded(text: str, found: list[str]) -> None:
    # Some letters come apart into a letter and a vowel sign when they are folded.
    assert tokens(text) == [word for one in found for word in tokens(one)]
    assert len(tokens(text)) == len(found)


def test_a_tag_is_no_word() -> None:
    assert tag("area", "King’s Cross") == tag("area", "KINGS  cross") == "_area_kings_cross"
    assert "_kind_vcs" not in tokens("_kind_vcs")


def test_beginnings_of_every_length_stand_in_the_index_of_sqlite() -> None:
    """Else a common word is gathered whole before its first match is given."""
    [made] = statements("search_x", "sqlite")
    lengths = made.partition("prefix='")[2].partition("'")[0].split()
    assert lengths == [str(n) for n in range(1, LONGEST + 1)]


def test_a_letter_for_every_name() -> None:
    assert [letter_of(name) for name in ("abc", "zoe", "42nd", "মিনা", "", "(x)")] == [
        "a",
        "z",
        "0",
        "other",
        "other",
        "other",
    ]


def test_how_to_reach_a_partner_and_what_it_needs_is_not_searched() -> None:
    partner = Partner(
        name="Lantern",
        sort_name="lantern",
        kind=Kind.VCS,
        other_names=["The Circle"],
        what={"en": "We cook", "so": "Waan karinaa"},
        whom="Women",
        languages="Somali",
        areas=["Gospel Oak"],
        communities=["older", "gone"],
        identifiers=[],
        phone="02079460018",
        email="rahima@example.org",
        access_needs="A ramp",
        help_wanted="Letters",
    )
    found = found_by(partner)
    for word in ("lantern", "circle", "cook", "karinaa", "women", "somali", "gospel", "older"):
        assert word in found
    assert {"_kind_vcs", "_letter_l", "_area_gospel_oak", "_community_older"} <= set(found)
    for word in ("02079460018", "rahima", "example", "ramp", "letters"):
        assert word not in found
