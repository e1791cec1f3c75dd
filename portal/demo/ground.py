"""What stands before either story begins: regions and places, organisations and their people."""

from portal.demo.areas import PLACES, camden_wards
from portal.demo.organisations import ORGANISATIONS, Organisation
from portal.demo.people import PEOPLE
from portal.demo.story import Story, dated
from trust import newcomers, partners, places, profiles, seats
from trust.act import Act, Actor
from trust.exchange.area_import import import_areas, plan_areas
from trust.exchange.partner_import import import_partners, plan_partners
from trust.exchange.register import PartnerLine
from trust.installation import Installation, Region, add_region
from trust.partners import Kind, Partner
from trust.regions import settings_of

LATER = ("bramble",)
"""Who comes in only at the end of a story."""


def lay(story: Story) -> None:
    """The administrator sets the portal up, organisations join it, and say who they are."""
    story.on(62)
    installation = _begin(story)
    regions = _places(story, installation)
    for one in ORGANISATIONS.values():
        if not one.supporter and one.number is None:
            _add(story, installation, one, regions)
    _register(story, installation, regions)
    story.on(61)
    for one in ORGANISATIONS.values():
        if one.kind != Kind.VCS:
            settle(story, one)
    story.on(60)
    for one in ORGANISATIONS.values():
        if one.kind == Kind.VCS and one.key not in LATER:
            settle(story, one)


def _begin(story: Story) -> Installation:
    session, now, ada = story.session, story.now, PEOPLE["ada"]
    with dated(session, now):
        session.info["verb"] = "installation:begin"
        installation = session.get(Installation, 1) or Installation()
        session.add(installation)
        session.flush()
        act = Act(session, Actor(anywhere=frozenset({"set-up"})), now, channel="command")
        seats.begin(act, installation, name=ada.name, email=ada.email)
    story.accept("ada")
    return installation


def _places(story: Story, installation: Installation) -> dict[str, Region]:
    lines = camden_wards()
    seen = plan_areas(story.session, lines, "Camden").fingerprint
    story.say("ada", import_areas, installation, lines=lines, council="Camden", seen=seen)
    beds = story.say("ada", add_region, installation, name="Central Bedfordshire")
    for name in PLACES:
        story.say("ada", places.add, installation, region=beds, name=name, kind="place")
    for cluster in settings_of(beds.key).clusters:
        story.say("ada", places.add, installation, region=beds, name=cluster.name, kind="cluster")
    regions = {one.key: one for one in story.session.query(Region)}
    by_id = {one.id: one.key for one in regions.values()}
    for area in story.session.query(places.Area):
        story.areas[by_id[area.region_id], area.name] = area
    return regions


def _add(
    story: Story, installation: Installation, one: Organisation, regions: dict[str, Region]
) -> None:
    region_id = regions[one.region].id if one.region else None
    given = {"name": one.name, "kind": one.kind, "region_id": region_id}
    story.partners[one.key] = story.say("ada", partners.add, installation, **given)


def _register(story: Story, installation: Installation, regions: dict[str, Region]) -> None:
    """Those with a number come from a register: invented numbers, far above the real ones."""
    for region in regions.values():
        some = [one for one in ORGANISATIONS.values() if one.number and one.region == region.key]
        lines = [
            PartnerLine(row, one.name, (one.number,) if one.number else (), one.what)
            for row, one in enumerate(some, 2)
        ]
        seen = plan_partners(story.session, lines, region).fingerprint
        given = {"lines": lines, "region": region, "seen": seen}
        done = story.say("ada", import_partners, installation, **given)
        for one, line in zip(some, done.lines, strict=True):
            story.partners[one.key] = story.session.get_one(Partner, line.ref.id)


def settle(story: Story, one: Organisation) -> None:
    """An organisation's first person is invited and says yes, brings colleagues in, and puts
    its page right. A group with a supporter is introduced by it first."""
    staff = [person for person in PEOPLE.values() if person.organisation == one.key]
    first, *others = staff
    host = "ada"
    if one.supporter:
        host = supporter_at(one.supporter)
        story.partners[one.key] = story.say(
            host,
            newcomers.introduce,
            story.partners[one.supporter],
            name=one.name,
            what=one.what,
            lang="en",
            why="We have known them for years, and they asked us to.",
        )
    partner = story.partners[one.key]
    story.say(host, seats.give_first, partner, role="signatory", **story.by(first.key))
    story.accept(first.key)
    for other in others:
        for role in other.roles:
            given = {"role": role, **story.by(other.key)}
            story.say(first.key, seats.give_at_partner, partner, **given)
        if other.roles:
            story.accept(other.key)
    story.say(first.key, profiles.edit, partner, **one.profile)


def supporter_at(organisation: str) -> str:
    """Who stands by small groups there."""
    return next(
        one.key
        for one in PEOPLE.values()
        if one.organisation == organisation and "supporter" in one.roles
    )
