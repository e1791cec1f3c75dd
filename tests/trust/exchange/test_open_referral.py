"""Open Referral UK, in and out: what leaves keeps to the published schema."""

import json
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.trust.exchange.real_files import DATA, needs_real_files
from trust.exchange import open_referral
from trust.exchange.identifiers import SCHEMES
from trust.exchange.own_numbers import is_uuid, own_number
from trust.imports import Outcome
from trust.partners import Identifier, Kind, Partner, new_partner

pytestmark = pytest.mark.one_database

ONE = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"
HERE = "https://portal.example"
REGISTERS = {key: scheme.name for key, scheme in SCHEMES.items()}


@cache
def schema(name: str) -> Draft202012Validator:
    found = json.loads((DATA / f"schemas/{name}.json").read_text())
    return Draft202012Validator(found, format_checker=FormatChecker())


def partner(**but: Any) -> Partner:
    made = new_partner("Joy Club", Kind.VCS, None, what={}, website="")
    for field, value in but.items():
        setattr(made, field, value)
    return made


NUMBERS = [
    Identifier(scheme="GB-CHC", number="1000002"),
    Identifier(scheme="ORUK", number="a" * 32),
]


@needs_real_files
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"what": {"so": "Waxaan karinaa.", "en": "We cook."}, "website": "https://joy.example"},
        {"identifiers": NUMBERS, "website": "no address"},
        {"email": "joy@example.org", "phone": "01632 960 001", "help_wanted": "A room"},
    ],
)
def test_what_leaves_keeps_to_the_schema(given: dict[str, Any]) -> None:
    made = open_referral.write(partner(**given), own_number(HERE, 7), REGISTERS)
    for name in ("open-referral-uk-organization", "open-referral-uk-organization-list"):
        assert list(schema(name).iter_errors(made)) == []
    assert is_uuid(made["id"])
    assert all(is_uuid(one["id"]) for one in made.get("organization_identifiers", ()))
    for secret in ("joy@example.org", "01632", "A room"):
        assert secret not in json.dumps(made)


@needs_real_files
def test_the_schema_would_say_so() -> None:
    made = open_referral.write(partner(), own_number(HERE, 7), REGISTERS)
    del made["description"]
    assert list(schema("open-referral-uk-organization").iter_errors(made))


def test_what_comes_in() -> None:
    given = {
        "id": ONE,
        "name": "Joy Club",
        "description": "We cook.",
        "website": "https://joy.example",
        "email": "j@x.org",
        "phones": [{"number": "01632 960 001"}],
        "organization_identifiers": [
            {"identifier_scheme": "GB-CHC", "identifier": "1000002"},
            {"identifier_scheme": "XX-Y", "identifier": "1"},
            {"identifier": "2"},
            "3",
        ],
    }
    (line,) = open_referral.read([given])
    assert (line.name, line.what, line.website) == ("Joy Club", "We cook.", "https://joy.example")
    assert line.identifiers == (("GB-CHC", "1000002"),)
    assert (line.own, line.elsewhere) == (ONE, ("ORUK", ONE.replace("-", "")))
    assert "x.org" not in repr(line)
    assert "01632" not in repr(line)


@pytest.mark.parametrize(
    "given", [None, "x", {}, {"id": ONE}, {"name": "Joy"}, {"id": 5, "name": "J"}]
)
def test_what_cannot_be_taken_is_said(given: Any) -> None:
    (line,) = open_referral.read([given])
    assert line.outcome is Outcome.REFUSED
    assert line.why


@pytest.mark.parametrize(
    ("data", "many"),
    [
        ({"contents": [{}, {}]}, 2),
        ({"content": [{}]}, 1),
        ([{}, {}, {}], 3),
        ({"id": ONE, "name": "Joy"}, 1),
        ({"x": 1}, None),
        ("text", None),
        (7, None),
    ],
)
def test_where_the_organisations_are(data: Any, many: int | None) -> None:
    found = open_referral.organizations(data)
    assert (found if found is None else len(found)) == many
