"""What a release must say of itself before it is packed."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from pilots.publishing.about import About, Area, Licence, Source, check_about
from pilots.publishing.datapackage import package
from tests.pilots.publishing.packages import ABOUT, english, released
from tests.trust.disclosure.tables import one_giver
from trust.disclosure.policy import OFFICIAL
from trust.records import Refused


def test_what_is_complete_passes() -> None:
    check_about(ABOUT)
    check_about(replace(ABOUT, title="x" * 65, licence=None, keywords=(), areas=(), sources=()))


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"title": " "}, "title"),
    ({"title": "x" * 66}, "title"),
    ({"description": ""}, "description"),
    ({"description": "x" * 141}, "description"),
    ({"description": "x" * 141 + ". Short."}, "description"),
    ({"publisher_id": ""}, "publisher"),
    ({"publisher_name": ""}, "publisher"),
    ({"contact_email": "data at example"}, "contact_email"),
    ({"contact_email": "data@example.org\nBcc: x@example.org"}, "contact_email"),
    ({"keywords": ("advice", "")}, "keywords"),
    ({"licence": Licence("Mine", "javascript:alert(1)")}, "licence"),
    ({"starts": date(2026, 6, 1)}, "ends"),
    ({"areas": (Area("Belsize", "Belsize"),)}, "areas"),
    ({"version": ""}, "version"),
    ({"sources": (Source("Census", "ons.gov.uk"),)}, "sources"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED)
def test_what_a_catalogue_would_not_take_is_refused(change: dict[str, Any], field: str) -> None:
    about: About = replace(ABOUT, **change)
    with pytest.raises(Refused) as refused:
        check_about(about)
    assert refused.value.field == field
    with pytest.raises(Refused):
        package(released(one_giver([[26]]), OFFICIAL), about, say=english)


def test_a_long_text_with_a_short_first_sentence_passes() -> None:
    check_about(replace(ABOUT, description="Short. " + "x" * 500))


def test_a_moment_without_its_zone_is_an_error() -> None:
    naive = datetime(2026, 6, 8)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        check_about(replace(ABOUT, created=naive))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Łódź & Café: needs, 2026", "lodz-cafe-needs-2026"),
        ("الاحتياجات", "release"),
        ("=1+1", "1-1"),
    ],
)
def test_the_name_is_made_of_letters_and_digits(title: str, name: str) -> None:
    assert replace(ABOUT, title=title).name == name
