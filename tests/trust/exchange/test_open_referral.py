"""Open Referral UK, in and out: what leaves keeps to the published schema."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.trust.exchange.real_files import DATA, needs_real_files
from trust.exchange import open_referral, open_referral_shape
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
    number = {"id": ONE, "identifier_type": "Charity number"}
    term = {"id": ONE, "name": "Company", "description": ""}
    given = {
        "id": ONE,
        "name": "Joy Club",
        "description": "We cook.",
        "website": "https://joy.example",
        "email": "j@x.org",
        "phones": [{"number": "01632 960 001"}],
        "organization_identifiers": [
            {**number, "identifier_scheme": "GB-CHC", "identifier": "1000002"},
            {**number, "identifier_scheme": "XX-Y", "identifier": "1"},
            {**number, "identifier": "2"},
        ],
        "attributes": [{"id": ONE, "taxonomy_term": {**term, "taxonomy": "Organisation type"}}],
    }
    (line,) = open_referral.read([("", given)])
    assert line.kind is Kind.OTHER
    assert (line.name, line.what, line.website) == ("Joy Club", "We cook.", "https://joy.example")
    assert line.identifiers == (("GB-CHC", "1000002"),)
    assert (line.own, line.elsewhere) == (ONE, ("ORUK", ONE.replace("-", "")))
    assert "x.org" not in repr(line)
    assert "01632" not in repr(line)


JOY = {"id": ONE, "name": "Joy", "description": ""}
SERVICE = {"id": ONE, "name": "Lunch", "status": "active"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, ["contents[0] should hold named fields."]),
        ("x", ["contents[0] should hold named fields."]),
        ({}, [f"contents[0].{name} is missing." for name in ("id", "name", "description")]),
        ({**JOY, "id": "7"}, ["contents[0].id is no UUID."]),
        ({**JOY, "name": 5}, ["contents[0].name should be text."]),
        ({**JOY, "website": "joy"}, ["contents[0].website is no web address."]),
        ({**JOY, "email": "joy"}, ["contents[0].email is no email address."]),
        ({**JOY, "services": {}}, ["contents[0].services should be a list."]),
        (
            {**JOY, "services": [SERVICE, {**SERVICE, "minimum_age": "7"}, {"id": ONE}]},
            [
                "contents[0].services[1].minimum_age should be a number.",
                "contents[0].services[2].name is missing.",
                "contents[0].services[2].status is missing.",
            ],
        ),
        (
            {**JOY, "services": [{**SERVICE, "status": "busy"}]},
            [
                "contents[0].services[0].status should be one of these: "
                "active, inactive, defunct, temporarily closed."
            ],
        ),
        ({**JOY, "services": [7] * 9}, [f"contents[0].services[{n}] " for n in range(5)]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(given: Any, said: list[str]) -> None:
    (line,) = open_referral.read(open_referral.organizations({"contents": [given]}) or [])
    assert line.outcome is Outcome.REFUSED
    assert len(line.why) == len(said)
    for why, words in zip(line.why, said, strict=True):
        assert (why.text % why.params).startswith(words)


def test_one_alone_needs_no_place() -> None:
    (line,) = open_referral.read(open_referral.organizations({"id": ONE, "name": "Joy"}) or [])
    assert [why.text % why.params for why in line.why] == ["description is missing."]


def full(part: dict[str, Any], *, some: bool = False) -> Any:
    """What the schema allows: with everything, or with what must be there."""
    if part["type"] == "array":
        return [full(part["items"], some=some)]
    if part["type"] == "object":
        names = part["required"] if some else part["properties"]
        return {name: full(part["properties"][name], some=some) for name in names}
    if part["type"] == "number":
        return 7
    known = {"uuid": ONE, "email": "a@b.org", "uri": "https://a.example/b?c=d"}
    known["date-time"] = "2026-05-04T09:30:00Z"
    return part["enum"][0] if "enum" in part else known.get(part.get("format", ""), "Words")


Way = tuple[Any, ...]


def parts(part: dict[str, Any], way: Way = ()) -> Iterator[tuple[str, str, Way]]:
    """Each field of each part, its form, and the way to it."""
    for name, inner in part["properties"].items():
        yield f"{part['path']} {name}", inner.get("format", ""), (*way, name)
        if inner["type"] == "array":
            yield from parts(inner["items"], (*way, name, 0))
        elif inner["type"] == "object":
            yield from parts(inner, (*way, name))


WRONG = ("", "Words", 7, 7.5, True, None, [], ["x"], {}, {"id": "x"}, ONE.upper(), "a@b", "a:b")


@needs_real_files
def test_our_verdict_is_the_schemas() -> None:
    """Every field of every part: as it should be, left out, and with something else in it."""
    check = schema("open-referral-uk-organization")
    everything = full(dict(check.schema))
    assert open_referral_shape.faults(everything) == []
    assert open_referral_shape.faults(full(dict(check.schema), some=True)) == []
    forms = FormatChecker()
    seen: set[str] = set()
    verdicts = {True: 0, False: 0}
    for what, form, way in parts(dict(check.schema)):
        if what in seen:
            continue
        seen.add(what)
        for wrong in (..., *WRONG):
            made = copy.deepcopy(everything)
            inner = made
            for step in way[:-1]:
                inner = inner[step]
            if wrong is ...:
                del inner[way[-1]]
            else:
                inner[way[-1]] = wrong
            ours = not open_referral_shape.faults(made)
            theirs = check.is_valid(made)
            if form == "uri" and isinstance(wrong, str) and "uri" not in forms.checkers:
                continue  # nothing there looks at addresses; ours are in the test above
            assert ours == theirs, (what, wrong)
            verdicts[ours] += 1
    assert len(seen) > 100
    assert min(verdicts.values()) > 200


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
