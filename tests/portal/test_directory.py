"""The directory: what words and filters find, for whom, and what that costs."""

import inspect
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session, selectinload

from portal import backup, migrate
from portal.database import Database
from tests.load.crowd import crowd
from tests.portal.matrix.door import Town
from tests.portal.statements import statements
from tests.trust.exchange.real_files import REGISTER, needs_real_files, table
from tests.world import World
from trust import (
    directory,
    newcomers,
    numbers,
    partners,
    profiles,
    proposals,
    rarity,
    search,
    standing_by,
)
from trust.act import PUBLIC, VERBS, Actor
from trust.directory import Asked
from trust.exchange import register
from trust.exchange.partner_import import import_partners, plan_partners
from trust.installation import Region
from trust.partners import Identifier, Kind, Partner
from trust.proposals import Proposal
from trust.records import Ref

BEFORE = "0010"
"""The schema before there was an index."""

HAS_ROLE = Actor(seats={Ref("partner", 1): frozenset({"member"})})


@pytest.fixture
def client(world: World, lantern: Partner) -> FlaskClient:
    return world.client(world.person("Rahima", lantern, "member"), lantern)


def change(world: World, partner: Partner, **values: Any) -> None:
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        held = session.get_one(Partner, partner.id)
        for name, value in values.items():
            setattr(held, name, value)


def listed(client: FlaskClient, **asked: Any) -> list[str]:
    """The names that the list shows, in its order."""
    page = client.get("/partners", query_string=asked)
    assert page.status_code == 200, page.status
    cards = page.text.split('id="found"')[1]
    return [
        re.sub("<[^>]+>", "", one).replace("&#39;", "'")
        for one in re.findall(r'<h3 class="govuk-heading-s">(.*?)</h3>', cards)
    ]


def held(session: Session) -> dict[int, set[str]]:
    """What the index holds."""
    if session.get_bind().dialect.name == "sqlite":
        rows = session.execute(text("SELECT rowid, words FROM search_partner"))
        return {id: set(words.split()) for id, words in rows}
    rows = session.execute(text("SELECT id, tsvector_to_array(words) FROM search_partner"))
    return {id: set(words) for id, words in rows}


def right(database: Database) -> int:
    """The index holds every partner as it stands, and nothing else. How many there are."""
    with database.reading() as session:
        stmt = select(Partner).options(selectinload(Partner.identifiers))
        there = {one.id: set(search.found_by(one)) for one in session.scalars(stmt)}
        assert held(session) == there
    return len(there)


# What words find


def test_a_word_is_found_in_all_that_a_partner_says_of_itself(
    world: World, lantern: Partner, client: FlaskClient
) -> None:
    world.partner("Wayside", region="Trafford")
    change(
        world,
        lantern,
        other_names=["Somali Refugee Forum"],
        what={"en": "Women cook together", "bn": "মেয়েরা রান্না করে"},
        whom="Mothers in Gospel Oak",
        areas=["Łódź Square", "King’s Cross"],
        communities=["refugees"],
        identifiers=[Identifier(scheme="GB-CHC", number="0123456")],
    )
    for words in (
        "lan",
        "WOMENS circle",
        "women's",
        "som ref",
        "ref som",
        "cook",
        "রান্না",
        "mothers oak",
        "lodz",
        "kings cro",
        "asylum",
        "0123456",
        "123456",
        "GB-CHC-0123456",
        "camden",
    ):
        assert listed(client, words=words) == [lantern.name], words
    for words in ("antern", "lantern zebra", "omali", "12345 9"):
        assert listed(client, words=words) == [], words


def test_contact_and_needs_and_capability_find_nobody(
    world: World, lantern: Partner, client: FlaskClient
) -> None:
    change(
        world,
        lantern,
        phone="020 7946 0018",
        email="hello@lantern.example.org",
        access_needs="ramp",
        help_wanted="letters",
    )
    for words in ("7946", "hello", "ramp", "letters"):
        assert listed(client, words=words) == []


def test_whoever_may_see_no_partner_finds_none(world: World, lantern: Partner) -> None:
    """The search asks the same ``visible`` as the page of each: by words, by filter, by name."""
    asks = (Asked(words="lantern"), Asked(kind="vcs"), Asked(letter="l"), Asked())
    with world.database.reading() as session:
        for asked in asks:
            assert session.execute(directory.found(session, PUBLIC, asked)).all() == []
            assert len(session.execute(directory.found(session, HAS_ROLE, asked)).all()) == 1


# The index is right after every verb


def edited(world: World, lantern: Partner) -> None:
    who = world.person("Rahima", lantern, "member"), lantern
    world.do(who, profiles.edit, lantern, name="Candle", areas=["Kilburn"], communities=["women"])


def checked(world: World, lantern: Partner) -> None:
    world.do((world.person("Rahima", lantern, "member"), lantern), profiles.check, lantern)


def added(world: World, lantern: Partner) -> None:
    ada = world.person("Ada", None, "administrator")
    given = {"kind": Kind.COUNCIL, "region_id": lantern.region_id}
    world.do((ada, None), partners.add, world.installation(), name="Brent Council", **given)


def introduced(world: World, lantern: Partner) -> None:
    bridgeway = world.partner("Bridgeway", Kind.INFRASTRUCTURE)
    grace = world.person("Grace", bridgeway, "supporter")
    given = {"name": "Soup Club", "what": "Soup", "lang": "en", "why": "Neighbours"}
    world.do((grace, bridgeway), newcomers.introduce, bridgeway, **given)


def imported(world: World, lantern: Partner) -> None:
    """One new, one that is here and gets a number and other words."""
    change(world, lantern, identifiers=[Identifier(scheme="GB-CHC", number="1000001")])
    lines = [
        register.PartnerLine(
            2, "Lantern", (("GB-CHC", "1000001"), ("GB-COH", "00738693")), "Cooks"
        ),
        register.PartnerLine(3, "Wildlife", (("GB-CHC", "1000002"),), "Hedgehogs"),
    ]
    ada = world.person("Ada", None, "administrator")
    with world.database.reading() as session:
        seen = plan_partners(session, lines, None).fingerprint
    given = {"lines": lines, "region": None, "seen": seen}
    world.do((ada, None), import_partners, world.installation(), **given)


def taken(world: World, lantern: Partner) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    ines = world.person("Ines", camden, "relationship-lead"), camden
    fields = {"whom": "Everybody", "areas": ["Highgate"], "communities": ["men"]}
    made = world.do(ines, proposals.propose, camden, other=lantern, fields=fields, why="")
    rahima = world.person("Rahima", lantern, "member"), lantern
    world.do(rahima, proposals.take, world.read(Proposal, made.id), fields=list(fields))


def numbered(world: World, lantern: Partner) -> None:
    """One number goes, one comes."""
    change(world, lantern, identifiers=[Identifier(scheme="GB-CHC", number="1000001")])
    who = world.person("Rahima", lantern, "member"), lantern
    world.do(who, numbers.put_right, lantern, numbers={"GB-CHC": "1000002"})


def supported(world: World, lantern: Partner) -> None:
    """Asked, no, asked again, yes, and over."""
    hub = world.partner("Wayside Hub", Kind.INFRASTRUCTURE)
    group, sol = world.person("Rahima", lantern, "member"), world.person("Sol", hub, "supporter")
    for answer in (standing_by.not_stand_by, standing_by.stand_by, standing_by.stand_back):
        if answer != standing_by.stand_back:
            world.do((group, lantern), standing_by.choose, lantern, supporter=hub)
        world.do((sol, hub), answer, lantern)


def settled(world: World, lantern: Partner) -> None:
    """Another kind, another region."""
    ada = world.person("Ada", None, "administrator"), None
    given = {"kind": Kind.INFRASTRUCTURE, "region_id": world.region("Trafford").id}
    world.do(ada, profiles.settle, lantern, **given)


CHANGES: dict[str, Callable[[World, Partner], None]] = {
    "partner:edit": edited,
    "partner:check": checked,
    "partner:settle": settled,
    "partner:numbers": numbered,
    "partner:add": added,
    "partner:introduce": introduced,
    "partners:import": imported,
    "proposal:take": taken,
    "partner:choose-supporter": supported,
    "partner:stand-by": supported,
    "partner:not-stand-by": supported,
    "partner:stand-back": supported,
}


@pytest.mark.parametrize("verb", CHANGES)
def test_the_index_is_right_after(world: World, lantern: Partner, verb: str) -> None:
    before = right(world.database)
    CHANGES[verb](world, lantern)
    assert right(world.database) >= before
    with world.database.reading() as session:
        words = {word for some in held(session).values() for word in some}
    assert verb != "partner:numbers" or "1000001" not in words
    new = {"partner:edit": "candle", "partner:add": "brent", "partner:introduce": "soup"}
    new |= {"partners:import": "hedgehogs", "proposal:take": "_area_highgate"}
    new |= {"partner:numbers": "1000002", "partner:settle": "trafford"}
    assert new.get(verb, "lantern") in words


MAKES_OR_CHANGES = re.compile(r"\b(new_partner\(|change\(partner|change_own\(act|partner\.\w+ = )")


def test_every_verb_that_changes_a_partner_is_among_them() -> None:
    """Those whose code, or the code beside it that it calls, makes a partner or sets one of its
    fields. A new one belongs into ``CHANGES``."""

    def source(fn: Any) -> str:
        own = inspect.getsource(fn)
        module = inspect.getmodule(fn)
        beside = [
            inspect.getsource(one)
            for name, one in vars(module).items()
            if inspect.isfunction(one) and name.startswith("_") and f"{name}(" in own
        ]
        return "\n".join((own, *beside))

    found = {name for name, verb in VERBS.items() if MAKES_OR_CHANGES.search(source(verb.fn))}
    assert found == set(CHANGES)


def test_nothing_writes_a_partner_past_the_session() -> None:
    """What is written by ``update(Partner)`` and the like, the index would not hear of."""
    past = re.compile(r"\b(insert|update|delete)\((Partner|Identifier)\b")
    root = Path(search.__file__).parents[1]
    for folder in ("trust", "pilots", "portal"):
        for path in (root / folder).rglob("*.py"):
            assert not past.search(path.read_text()), path


@pytest.mark.one_database
def test_the_index_is_right_after_all_that_happens_in_a_portal(town: Town) -> None:
    assert right(town.app.extensions["portal.database"]) > 5


def test_a_change_that_fails_leaves_the_index_as_it_was(world: World, lantern: Partner) -> None:
    session = world.session()
    session.info["verb"] = "tests"
    session.get_one(Partner, lantern.id).name = "Candle"
    session.flush()
    assert "candle" in held(session)[lantern.id]
    session.rollback()
    session.close()
    right(world.database)


def test_a_partner_that_goes_leaves_the_index(world: World, lantern: Partner) -> None:
    gone = world.partner("Wayside")
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.delete(session.get_one(Partner, gone.id))
    assert right(world.database) == 1


def test_after_a_restore_everybody_is_found(database: Any, tmp_path: Path) -> None:
    with database.fresh(nothing) as url, database.fresh(nothing) as other_url:
        one, other = Database(url), Database(other_url)
        for each in (one, other):
            migrate.up(each)
        crowd(one, 5)
        backup.backup(one, tmp_path / "portal.zip")
        backup.restore(other, tmp_path / "portal.zip", datetime.now(UTC))
        assert right(one) == right(other) == 5
        for each in (one, other):
            each.engine.dispose()


def nothing(url: str) -> None:
    """A database without a table."""
    Database(url).engine.dispose()


def test_an_older_portal_is_found_by_words_once_it_is_migrated(database: Any) -> None:
    with database.fresh(nothing) as url:
        held = Database(url)
        migrate.up(held)
        crowd(held, 5)
        migrate.down(held, BEFORE)
        migrate.up(held)
        assert right(held) == 5
        held.engine.dispose()


# Filters


@pytest.fixture
def several(world: World, lantern: Partner) -> dict[str, Partner]:
    made = {"lantern": lantern}
    made["elders"] = world.partner("Chalk Lane Elders")
    made["camden"] = world.partner("Camden Council", Kind.COUNCIL)
    made["cafe"] = world.partner("Łódź Café", region="Trafford")
    world.area("Gospel Oak", "E05013658")
    world.area("King's Cross", "E05013666")
    world.area("Stretford", "E05000001", region="Trafford")
    change(world, lantern, areas=["King’s Cross"], communities=["women", "older"])
    change(world, made["elders"], areas=["Gospel Oak", "King's Cross"], communities=["older"])
    change(world, made["cafe"], areas=["Stretford"])
    return made


def test_each_filter_alone_and_together(client: FlaskClient, several: dict[str, Partner]) -> None:
    lantern, elders, camden, cafe = (several[one].name for one in several)
    trafford = several["cafe"].region_id
    assert listed(client) == [camden, elders, lantern, cafe]
    assert listed(client, kind="council") == [camden]
    assert listed(client, region=trafford) == [cafe]
    assert listed(client, community="older") == [elders, lantern]
    assert listed(client, area="kings cross") == [elders, lantern]
    assert listed(client, area="gospel oak") == [elders]
    assert listed(client, area="gospel oak", community="women") == []
    assert listed(client, area="kings cross", community="women", words="circ") == [lantern]
    assert listed(client, letter="c") == [camden, elders]
    assert listed(client, letter="c", kind="vcs") == [elders]
    assert listed(client, letter="other") == []
    # The places of the region that was chosen; else those of one's own.
    assert listed(client, area="stretford", region=trafford) == [cafe]


def test_a_filter_nobody_offered_is_none(client: FlaskClient, several: dict[str, Partner]) -> None:
    for asked in (
        {"area": "nowhere"},
        {"community": "rich"},
        {"letter": "ab"},
        {"capability": "low"},
        {"after": "x"},
        {"region": "²"},
        {"community": "_kind_vcs OR x*"},
    ):
        assert len(listed(client, **asked)) == 4, asked


def test_what_is_chosen_is_shown_and_comes_off_one_by_one(
    client: FlaskClient, several: dict[str, Partner]
) -> None:
    asked = {"words": "lane", "community": "older", "kind": "vcs"}
    page = client.get("/partners", query_string=asked).text
    assert "1 organisation<" in page
    chips = page.split('class="app-chosen"')[1].partition("</ul>")[0]
    off = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', chips)]
    assert off == ["/partners?words=lane&community=older", "/partners?words=lane&kind=vcs"]
    assert "There for: Older people" in chips
    rest = client.get(off[1]).text
    assert "There for:" not in rest
    assert "Kind: Voluntary or community group" in rest


def test_a_place_that_goes_with_its_region_is_said(world: World, client: FlaskClient) -> None:
    world.area("Sandy", region="Central Bedfordshire")
    region = world.region("Central Bedfordshire").id
    page = client.get(f"/partners?region={region}&area=sandy").text
    assert "Place: " in page and "was taken off with its region" not in page
    off = re.findall(r'href="([^"]+)">Take off', page)[0].replace("&amp;", "&")
    assert off == "/partners?area=sandy"
    page = client.get(off).text
    assert "The place was taken off with its region." in page and "Place: " not in page
    assert "was taken off" not in client.get("/partners").text


def test_nothing_fits_says_what_to_take_off(
    client: FlaskClient, several: dict[str, Partner]
) -> None:
    page = client.get("/partners?words=zzz&community=older").text
    assert "No organisation fits" in page
    assert "Or take off what you chose." in page
    assert "Take off" in page
    assert "Or take off" not in client.get("/partners?words=zzz").text


def test_htmx_gets_the_list_with_its_filters(
    client: FlaskClient, several: dict[str, Partner]
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "found"}
    part = client.get("/partners?community=older", headers=headers).text
    assert "<html" not in part
    assert 'name="area"' in part, "the places follow the region that was chosen"
    assert 'form="search"' in part
    assert "<details" in part and "open" in part.partition("</details>")[0]
    assert 'data-announce="2 organisations"' in part


# The profile


def test_a_partner_says_where_it_works_and_for_whom(
    world: World, client: FlaskClient, lantern: Partner, several: dict[str, Partner]
) -> None:
    at = f"/partners/{lantern.id}"
    page = client.get(f"{at}/edit").text
    assert re.search(r'value="women"[^>]*checked', page)
    assert re.search(r'value="King&#39;s Cross"[^>]*checked', page)
    data = {
        "name": lantern.name,
        "communities": ["refugees", "somali"],
        "areas": ["Gospel Oak"],
        "places": "kings cross\n  Somers  Town \nGOSPEL OAK\nSomers Town",
    }
    assert client.post(f"{at}/edit", data=data).status_code == 303
    now = world.read(Partner, lantern.id)
    assert now.areas == ["Gospel Oak", "King's Cross", "Somers Town"]
    assert now.communities == ["refugees", "somali"]
    page = client.get(at).text
    assert "Somers Town" in page
    assert "Refugees and people who ask for asylum" in page
    again = client.get(f"{at}/edit").text
    assert "Somers Town</textarea>" in again
    assert listed(client, words="somers town") == [lantern.name]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"communities": ["rich"]}, "Choose from the answers"),
        ({"areas": ["Nowhere"]}, "Choose from the answers"),
        ({"places": "\n".join(f"Place {n}" for n in range(61))}, "Name 60 places or fewer"),
    ],
)
def test_what_cannot_be_so_changes_nothing(
    world: World, client: FlaskClient, lantern: Partner, wrong: dict[str, Any], said: str
) -> None:
    world.area("Gospel Oak")
    answer = client.post(f"/partners/{lantern.id}/edit", data={"name": lantern.name, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert world.read(Partner, lantern.id).areas == []


def test_places_and_people_can_be_proposed(
    world: World, client: FlaskClient, lantern: Partner, several: dict[str, Partner]
) -> None:
    camden = several["camden"]
    lead = world.client(world.person("Ines", camden, "relationship-lead"), camden)
    data = {
        "name": lantern.name,
        "communities": ["women"],
        "areas": ["Gospel Oak"],
        "places": "Somers Town",
    }
    sent = lead.post(f"/partners/{lantern.id}/propose", data=data)
    assert sent.status_code == 303, sent.text
    at = sent.location.partition("?")[0]
    page = client.get(at).text
    assert "Somers Town" in page
    assert "Older people" in page
    assert client.post(at, data={"fields": ["areas", "communities"]}).status_code == 303
    now = world.read(Partner, lantern.id)
    assert now.areas == ["Gospel Oak", "Somers Town"]
    assert now.communities == ["women"]
    assert right(world.database) == 4


# What it costs


ASKS: dict[str, dict[str, str]] = {
    "no words": {},
    "a common word": {"words": "commun"},
    "two common words": {"words": "community group"},
    "a rare word": {"words": "zanzibar"},
    "a rare word and a common one": {"words": "zanzibar commun"},
    "no hit": {"words": "nobody"},
    "kind": {"kind": "vcs"},
    "people": {"community": "older"},
    "letter": {"letter": "c"},
    "words and kind": {"words": "commun group", "kind": "vcs"},
}


@pytest.fixture
def thousands(world: World, lantern: Partner) -> World:
    crowd(world.database, 1300)
    return world


def test_matches_are_capped_and_the_list_goes_on(thousands: World, client: FlaskClient) -> None:
    first = client.get("/partners").text
    assert "More than 1,000 organisations" in first
    assert 'aria-label="Names that begin with"' in first
    assert "Show the names that come next" not in first
    assert client.get("/partners?page=21").status_code == 404
    last = client.get("/partners?page=20").text
    onward = re.search(r'href="([^"]+)">Show the names that come next', last)
    assert onward
    shown = listed(client, page=20)
    assert len(shown) == 50
    rest = client.get(onward[1].replace("&amp;", "&")).text
    assert "301 organisations" in rest
    with thousands.database.reading() as session:
        names = list(session.scalars(select(Partner.name).order_by(Partner.sort_name, Partner.id)))
    after = re.search(r"after=(\d+)", onward[1])
    assert after
    assert shown == names[950:1000]
    assert listed(client, after=after[1]) == names[1000:1050]
    assert client.get("/partners?kind=vcs").text.count("Here are 1,000 of them.") == 1


def test_three_statements_whatever_is_asked_and_whatever_there_is(
    world: World, lantern: Partner, client: FlaskClient
) -> None:
    few = {name: statements(world, client, address(asked)) for name, asked in ASKS.items()}
    crowd(world.database, 300)
    many = {name: statements(world, client, address(asked)) for name, asked in ASKS.items()}
    assert few == many
    assert max(many.values()) <= 3
    assert statements(world, client, "/partners?page=2") <= 3


def address(asked: dict[str, str]) -> str:
    return "/partners?" + "&".join(f"{key}={value}" for key, value in asked.items())


def looked_at(session: Session, stmt: Select[Any]) -> int:
    """How much the database does for ``stmt``: steps of SQLite's machine in hundreds; rows that
    PostgreSQL's plan passes on or throws away."""
    if session.get_bind().dialect.name == "sqlite":
        driver: Any = session.connection().connection.dbapi_connection
        steps = [0]

        def one() -> None:
            steps[0] += 1

        driver.set_progress_handler(one, 100)
        session.execute(stmt).all()
        driver.set_progress_handler(None, 0)
        return steps[0]
    sql = stmt.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = session.connection().exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}").scalar()

    def rows(node: dict[str, Any]) -> int:
        own = node["Actual Rows"] * node["Actual Loops"] + node.get("Rows Removed by Filter", 0)
        return int(own) + sum(map(rows, node.get("Plans", ())))

    return rows(plan[0]["Plan"])


def test_a_search_looks_at_no_more_rows_where_there_are_more(
    world: World, lantern: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The small half of ``make directory``. Capped at fifty, so that fewer will do."""
    monkeypatch.setattr(directory, "MOST", 50)

    def cost() -> dict[str, int]:
        with world.database.writing() as session:
            session.execute(text("ANALYZE"))
        world.database.engine.dispose()  # each connection learns what is common when it begins
        with world.database.reading() as session:
            return {
                name: looked_at(session, directory.found(session, HAS_ROLE, Asked(**asked)))
                for name, asked in ASKS.items()
            }

    crowd(world.database, 500)
    few = cost()
    crowd(world.database, 2000)
    many = cost()
    for name in ASKS:
        assert many[name] <= 1.5 * few[name] + 60, (name, few[name], many[name])


def test_what_is_known_of_words_changes_nothing_that_is_found(
    world: World, lantern: Partner
) -> None:
    crowd(world.database, 500)
    asks = [one for one in ASKS.values() if "words" in one]

    def found() -> list[set[int]]:
        with world.database.reading() as session:
            every = [directory.found(session, HAS_ROLE, Asked(**one)) for one in asks]
            return [{row.id for row in session.execute(stmt)} for stmt in every]

    before = found()
    with world.database.writing() as session:
        session.execute(text("ANALYZE"))
    world.database.engine.dispose()
    with world.database.reading() as session:
        known = rarity.shares(session, "search_partner")
        assert (known.get("community", 0) > rarity.COMMON) == postgresql(session)
    assert found() == before
    assert all(before[:-2])


def postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


# The real register


@needs_real_files
def test_the_real_register(world: World, client: FlaskClient) -> None:
    lines = register.read(*table(REGISTER))
    ada = world.person("Ada", None, "administrator")
    region = world.region("Trafford")
    with world.database.reading() as session:
        seen = plan_partners(session, lines, session.get(Region, region.id)).fingerprint
    given = {"lines": lines, "region": region, "seen": seen}
    world.do((ada, None), import_partners, world.installation(), **given)
    assert right(world.database) == 737
    assert "736 organisations" in client.get(f"/partners?region={region.id}").text
    assert "The Cheshire Wildlife Trust Limited" in listed(client, words="chesh wild")
    assert "The Cheshire Wildlife Trust Limited" in listed(client, words="214927")
    assert "The Cheshire Wildlife Trust Limited" in listed(client, words="738693 havens")
    for asked in (
        {"words": "c"},
        {"words": "church"},
        {"words": "hedgehog trafford"},
        {"kind": "vcs"},
        {"region": str(region.id), "letter": "t"},
        {"community": "older"},
        {"page": "15"},
    ):
        assert statements(world, client, address(asked)) <= 3, asked
