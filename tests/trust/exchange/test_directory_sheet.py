"""The directory's own sheet goes round: what leaves comes back as it was, cell by cell."""

import io
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.directory_files import as_csv, as_xlsx
from portal.partner_files import read
from tests.trust.exchange.conftest import World
from trust.exchange import directory
from trust.exchange.own_numbers import own_number
from trust.exchange.partner_import import import_partners, plan_partners
from trust.exchange.register import PartnerLine
from trust.imports import Outcome, Plan
from trust.installation import Region
from trust.partners import Identifier, Kind, Partner, new_partner
from trust.regions import communities

HERE, THERE = "https://portal.example", "https://other.example"
ABOUT = {"portal_id", *directory.NOT_READ}

SIGNS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Co", "Cn"))
WORDS = st.text(SIGNS, max_size=40).map(lambda text: " ".join(text.split()))
SEVERAL = st.lists(WORDS.filter(bool), max_size=3, unique=True)
PARTNERS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Kind),
        "other_names": SEVERAL,
        "whom": WORDS,
        "areas": SEVERAL.map(directory.places_named),
        "communities": st.lists(st.sampled_from(list(communities())), unique=True),
        "languages": WORDS,
        "what": WORDS.map(lambda text: {"so": text} if text else {}),
        "website": st.sampled_from(["", "https://joy.example", "http://Joy.example/a?b=c;d"]),
    }
)


def partner(name: str, **fields: Any) -> Partner:
    made = new_partner(name, Kind.VCS, None, what={}, website="")
    for field in ("other_names", "areas", "communities"):
        setattr(made, field, [])
    made.whom = made.languages = ""
    for field, value in fields.items():
        setattr(made, field, value)
    order = list(communities())
    made.communities = sorted(made.communities, key=order.index)
    return made


def row(one: Partner, id: int, region: str = "", address: str = HERE) -> tuple[str, ...]:
    return directory.cells(one, own_number(address, id), region, f"{address}/p/{id}", "Ada")


def lines(rows: Sequence[tuple[str, ...]], form: str = "csv") -> list[PartnerLine]:
    """Written, and read again by the portal's own reader."""
    content = as_csv(rows) if form == "csv" else as_xlsx(rows)
    return read(content, f"x.{form}")[0]


@settings(max_examples=60, deadline=None)
@given(PARTNERS, st.sampled_from(["csv", "xlsx"]))
def test_every_column_comes_back_as_it_was(fields: dict[str, Any], form: str) -> None:
    one = partner("Joy Club", **fields)
    (line,) = lines([row(one, 7, "Trafford")], form)
    assert line.outcome is None, line.why
    assert line.why == ()
    assert (line.name, line.kind, line.region) == ("Joy Club", one.kind, "Trafford")
    assert list(line.other_names) == one.other_names
    assert list(line.areas) == one.areas
    assert list(line.communities) == one.communities
    assert (line.whom, line.languages) == (one.whom, one.languages)
    assert {line.lang: line.what} == one.what or (not line.what and not one.what)
    assert (line.own, line.elsewhere and line.elsewhere[0]) == (own_number(HERE, 7), "ORUK")


def test_the_columns_are_all_read_or_said_not_to_be() -> None:
    assert directory.unread(directory.COLUMNS) == ["page", "taken_by"]
    assert directory.unread((*directory.COLUMNS, "colour")) == ["page", "taken_by", "colour"]
    assert directory.unread(["name", "charity number"]) == []


def town() -> list[Partner]:
    trades = {"kind": Kind.OTHER, "what": {"so": "Waxaan karinaa."}, "areas": ["King’s; Cross"]}
    numbers = [Identifier(scheme="GB-CHC", number="1000002")]
    return [
        partner(
            "Joy Club", identifiers=numbers, communities=["women"], other_names=["=A", "B;C\\"]
        ),
        partner("Baker", **trades, website="https://bake.example"),
        partner("Hub", kind=Kind.INFRASTRUCTURE, whom="Groups", languages="English, Somali"),
        partner("Forum", kind=Kind.REGIONAL),
    ]


def bring(world: World, found: list[PartnerLine], region: Region | None, address: str) -> Plan:
    given: dict[str, Any] = {"address": address}
    seen = plan_partners(world.session, found, region, **given)
    assert (
        import_partners(
            world.act, world.installation, found, region, seen.fingerprint, **given
        ).counts
        == seen.counts
    )
    return seen


def out(world: World, address: str) -> list[dict[str, str]]:
    names = {one.id: one.name for one in world.session.scalars(select(Region))}
    held = world.session.scalars(select(Partner).order_by(Partner.sort_name))
    rows = [row(one, one.id, names.get(one.region_id or 0, ""), address) for one in held]
    return [dict(zip(directory.COLUMNS, one, strict=True)) for one in rows]


def test_from_one_portal_to_an_empty_one_and_out_again(world: World) -> None:
    chosen = Region(key="elsewhere", name="Elsewhere")
    regions = ["Trafford", "Trafford", "Leeds", ""]
    rows = [
        row(one, id, region)
        for id, (one, region) in enumerate(zip(town(), regions, strict=True), 1)
    ]
    first = bring(world, lines(rows), chosen, THERE)
    assert first.count(Outcome.NEW) == 4
    assert any("is new here" in why.text for line in first.lines for why in line.why)
    assert {one.name for one in world.session.scalars(select(Region))} == {"Trafford", "Leeds"}
    here = {one["name"]: one for one in out(world, THERE)}
    for one in rows:
        before = dict(zip(directory.COLUMNS, one, strict=True))
        after = here[before["name"]]
        same = {name for name in directory.COLUMNS if before[name] == after[name]}
        assert set(directory.COLUMNS) - same - ABOUT <= {"identifiers"}
        if not before["identifiers"]:  # it is known again by the number of the first portal
            assert after["identifiers"] == f"ORUK-{before['portal_id'].replace('-', '')}"
    again = plan_partners(world.session, lines(rows), chosen, address=THERE)
    assert again.counts == {**dict.fromkeys(Outcome, 0), "same": 4}
    back = [tuple(one.values()) for one in here.values()]
    over = plan_partners(world.session, lines(back), chosen, address=THERE)
    assert over.counts == {**dict.fromkeys(Outcome, 0), "same": 4}
    assert not [line for line in over.lines if line.why]


def test_no_file_makes_a_council_and_it_is_said(world: World) -> None:
    council = partner("Harbour Council", kind=Kind.COUNCIL)
    found = lines([row(council, 1, "Trafford")])
    (line,) = bring(world, found, None, THERE).lines
    assert "Only whoever looks after this portal can make it one" in line.why[-2].text
    (made,) = world.session.scalars(select(Partner))
    assert made.kind == Kind.OTHER
    (line,) = plan_partners(world.session, found, None, address=THERE).lines
    assert (line.outcome, line.changes) == (Outcome.SAME, ())
    assert "another kind" in line.why[0].text
    world.session.info["verb"] = "settled"
    made.kind = Kind.COUNCIL
    world.session.flush()
    (line,) = plan_partners(world.session, found, None, address=THERE).lines
    assert (line.outcome, line.why) == (Outcome.SAME, ())
    vcs = partner("Harbour Council", kind=Kind.VCS)
    (line,) = plan_partners(
        world.session, lines([row(vcs, 1, "Trafford")]), None, address=THERE
    ).lines
    assert (line.outcome, line.changes) == (Outcome.SAME, ())


def test_an_edited_sheet_changes_what_nobody_looks_after(world: World) -> None:
    bring(world, lines([row(partner("Joy Club"), 1, "Trafford")]), None, THERE)
    (made,) = world.session.scalars(select(Partner))
    given = {"kind": Kind.OTHER, "areas": ["Sale"], "whom": "Everybody", "communities": ["men"]}
    sheet = [row(partner("Joy Society", **given), 1, "Leeds")]
    (line,) = bring(world, lines(sheet), None, THERE).lines
    assert {one.field for one in line.changes} == {
        "name", "kind", "areas", "communities", "whom", "region",
    }  # fmt: skip
    assert (made.name, made.sort_name, made.kind) == ("Joy Society", "joy society", Kind.OTHER)
    assert (made.areas, made.whom, made.communities) == (["Sale"], "Everybody", ["men"])
    assert world.session.get_one(Region, made.region_id).name == "Leeds"


def test_what_cannot_be_read_is_said(world: World) -> None:
    heads = ("portal_id", "name", "kind", "communities", "whom_it_is_for", "region")
    cells = (own_number(HERE, 1), "Joy", "Bank", "women; martians", "x" * 501, "–")
    out = io.StringIO()
    out.write(",".join(heads) + "\n" + ",".join(cells) + "\n")
    (line,) = read(out.getvalue().encode(), "x.csv")[0]
    assert [next(iter(why.params.values())) for why in line.why] == ["Bank", "x" * 40, "martians"]
    assert (line.kind, line.communities, line.whom) == (None, ("women",), "")
    chosen = Region(key="trafford", name="Trafford")
    (planned,) = plan_partners(world.session, [line], chosen, address=THERE).lines
    assert ("region", "", "Trafford") in planned.changes
