"""Partners from a register: known by number, never by name, and written in one event."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from tests.trust.exchange.conftest import NOW, World
from tests.trust.exchange.real_files import REGISTER, needs_real_files, table
from trust.act import Actor
from trust.audit import Event
from trust.exchange.partner_import import import_partners, plan_partners
from trust.exchange.register import PartnerLine, read
from trust.imports import Change, Outcome, Plan
from trust.installation import Region
from trust.partners import Identifier, Kind, Partner, new_partner
from trust.records import Hidden, Refused

HOPE = PartnerLine(
    2, "Hope", (("GB-CHC", "1000001"), ("GB-COH", "00000001")), "Helps", "https://a.example"
)
JOY = PartnerLine(3, "Joy", (("GB-CHC", "1000002"),))


def bring(world: World, *lines: PartnerLine, region: Region | None = None) -> Plan:
    """Plan, and do it."""
    seen = plan_partners(world.session, lines, region).fingerprint
    return import_partners(world.act, world.installation, lines, region, seen)


def outcomes(plan: Plan) -> list[str]:
    return [line.outcome.value for line in plan.lines]


def partner(world: World, **but: object) -> Partner:
    """A partner that was here before."""
    numbers = but.pop("numbers", ())
    made = new_partner("Hope", Kind.VCS, None)
    for field, value in but.items():
        setattr(made, field, value)
    assert isinstance(numbers, tuple)
    made.identifiers = [Identifier(scheme=scheme, number=number) for scheme, number in numbers]
    world.add(made)
    return made


def test_a_plan_writes_nothing(world: World) -> None:
    plan = plan_partners(world.session, [HOPE, JOY])
    assert outcomes(plan) == ["new", "new"]
    assert not world.session.new
    assert not world.session.dirty
    assert world.session.scalar(select(func.count()).select_from(Partner)) == 0


def test_new_partners_are_written_whole(world: World) -> None:
    region = Region(key="trafford", name="Trafford")
    world.add(region)
    done = bring(world, HOPE, region=region)
    (made,) = world.session.scalars(select(Partner))
    assert (made.name, made.sort_name, made.kind) == ("Hope", "hope", Kind.VCS)
    assert (made.what, made.website, made.region_id) == (
        {"en": "Helps"},
        "https://a.example",
        region.id,
    )
    assert [str(one) for one in made.identifiers] == ["GB-CHC-1000001", "GB-COH-00000001"]
    assert made.checked_at is None
    assert done.lines[0].ref is not None
    assert done.lines[0].ref.id == made.id


def test_a_second_run_finds_all_as_it_was(world: World) -> None:
    bring(world, HOPE, JOY)
    again = plan_partners(world.session, [HOPE, JOY])
    assert outcomes(again) == ["same", "same"]
    assert not again.writes


def test_an_import_is_one_event_that_lists_its_lines(world: World) -> None:
    left = replace(JOY, row=4)
    bring(world, HOPE, JOY, left)
    (one,) = world.session.scalars(select(Event))
    assert (one.verb, one.subject.noun, one.channel) == (
        "partners:import",
        "installation",
        "command",
    )
    assert one.facts["counts"]["new"] == 2
    assert [line[:2] for line in one.facts["lines"]] == [[2, "new"], [3, "new"], [4, "skipped"]]
    assert "Hope" not in json.dumps(one.facts)


def test_nobody_else_may(world: World) -> None:
    seen = plan_partners(world.session, [HOPE]).fingerprint
    world.actor = Actor(person_id=2, anywhere=frozenset({"public", "signed-in"}))
    with pytest.raises(Hidden):
        import_partners(world.act, world.installation, [HOPE], None, seen)


def test_what_changed_after_the_preview_stops_it(world: World) -> None:
    seen = plan_partners(world.session, [HOPE]).fingerprint
    partner(world, numbers=(("GB-CHC", "1000001"),))
    with pytest.raises(Refused):
        import_partners(world.act, world.installation, [HOPE], None, seen)
    assert not world.session.scalars(select(Event)).all()


def test_two_charities_of_one_name_stay_two(world: World) -> None:
    namesake = PartnerLine(3, "Hope", (("GB-CHC", "1000009"),))
    bring(world, HOPE, namesake)
    assert outcomes(plan_partners(world.session, [HOPE, namesake])) == ["same", "same"]
    assert world.session.scalar(select(func.count()).select_from(Partner)) == 2


def test_a_group_of_the_same_name_without_a_number_is_pointed_out(world: World) -> None:
    partner(world, name="HOPE")
    (line,) = plan_partners(world.session, [HOPE]).lines
    assert (line.outcome, line.ref, len(line.why)) == (Outcome.NEW, None, 1)
    (line,) = plan_partners(world.session, [JOY]).lines
    assert line.why == ()


def test_a_row_that_stands_twice_is_left_out(world: World) -> None:
    plan = plan_partners(world.session, [HOPE, replace(HOPE, row=3, name="Hope Ltd")])
    assert outcomes(plan) == ["new", "skipped"]
    assert plan.lines[1].why[0].params == {"row": 2}


def test_a_company_number_never_joins_two_charities(world: World) -> None:
    other = PartnerLine(3, "Joy", (("GB-CHC", "1000002"), ("GB-COH", "00000001")))
    plan = plan_partners(world.session, [HOPE, other])
    assert outcomes(plan) == ["new", "new"]
    assert plan.lines[1].changes == (
        Change("name", "", "Joy"),
        Change("identifier", "", "GB-CHC-1000002"),
    )
    assert plan.lines[1].why[0].params["row"] == 2
    bring(world, HOPE)
    (line,) = plan_partners(world.session, [other]).lines
    assert (line.outcome, line.why[0].params["name"]) == (Outcome.NEW, "Hope")
    bring(world, HOPE, other)
    assert outcomes(plan_partners(world.session, [HOPE, other])) == ["same", "same"]


def test_a_company_number_finds_a_partner_that_has_no_charity_number_yet(world: World) -> None:
    made = partner(world, numbers=(("GB-COH", "00000001"),))
    (line,) = bring(world, HOPE).lines
    assert (line.outcome, line.ref and line.ref.id) == (Outcome.CHANGED, made.id)
    assert {str(one) for one in made.identifiers} == {"GB-CHC-1000001", "GB-COH-00000001"}


def test_two_rows_for_one_partner_do_not_write_over_each_other(world: World) -> None:
    partner(world, numbers=(("GB-CHC", "1000001"), ("GB-COH", "00000001")))
    first = PartnerLine(2, "Hope", (("GB-CHC", "1000001"),))
    second = PartnerLine(3, "Hope Trading", (("GB-COH", "00000001"),))
    plan = plan_partners(world.session, [first, second])
    assert outcomes(plan) == ["same", "skipped"]


def test_a_changed_register_shows_and_writes_the_difference(world: World) -> None:
    bring(world, HOPE)
    named = replace(HOPE, name="Hope North", what="", website="")
    (line,) = bring(world, named).lines
    assert (line.outcome, line.changes) == (
        Outcome.CHANGED,
        (Change("name", "Hope", "Hope North"),),
    )
    (made,) = world.session.scalars(select(Partner))
    assert (made.name, made.sort_name, made.what) == ("Hope North", "hope north", {"en": "Helps"})
    assert made.changed_at == NOW
    assert made.version == 2


def test_what_a_group_says_of_itself_is_not_written_over(world: World) -> None:
    made = partner(
        world, name="The Hope", checked_at=NOW, numbers=(("GB-CHC", "1000001"),), website=""
    )
    (line,) = plan_partners(world.session, [replace(HOPE, identifiers=HOPE.identifiers[:1])]).lines
    assert (line.outcome, line.changes, len(line.why)) == (Outcome.SKIPPED, (), 1)
    (line,) = bring(world, HOPE).lines
    assert line.changes == (Change("identifier", "", "GB-COH-00000001"),)
    assert (made.name, made.website) == ("The Hope", "")


def test_a_region_is_given_only_where_there_is_none(world: World) -> None:
    one, two = Region(key="a", name="A"), Region(key="b", name="B")
    world.add(one)
    world.add(two)
    bring(world, HOPE)
    assert bring(world, HOPE, region=one).lines[0].changes == (Change("region", "", "A"),)
    assert outcomes(plan_partners(world.session, [HOPE], two)) == ["same"]


def test_rows_that_cannot_be_read_are_told_and_not_written(world: World) -> None:
    bad = PartnerLine(3, "?", outcome=Outcome.REFUSED)
    done = bring(world, HOPE, bad)
    assert outcomes(done) == ["new", "refused"]
    assert world.session.scalar(select(func.count()).select_from(Partner)) == 1


@needs_real_files
def test_a_real_register_comes_in_once(world: World) -> None:
    lines = read(*table(REGISTER))
    plan = plan_partners(world.session, lines)
    assert plan.counts == {**dict.fromkeys(Outcome, 0), "new": 736}
    import_partners(world.act, world.installation, lines, None, plan.fingerprint)
    world.session.commit()
    statements = []
    event.listen(
        world.session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    again = plan_partners(world.session, lines)
    assert again.counts == {**dict.fromkeys(Outcome, 0), "same": 736}
    assert len(statements) < 12
    assert world.session.scalar(select(func.count()).select_from(Event)) == 1
    twice = select(Partner).where(Partner.name == "Urmston Musical Theatre")
    assert len(world.session.scalars(twice).all()) == 2
