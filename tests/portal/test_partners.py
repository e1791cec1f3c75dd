"""Organisations: the directory, profiles, and bringing a small group in."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, update

from portal.mails import compose
from tests.world import World
from trust import agreements, ending, newcomers, partners, reminders
from trust.audit import Event, Moment
from trust.outbox import Parcel
from trust.partners import Identifier, Kind, Partner
from trust.people import Person, Seat


def many(world: World, count: int) -> None:
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        region = world.region().id
        session.add_all(
            partners.new_partner(f"Group {n:03}", Kind.VCS, region) for n in range(count)
        )


# The directory


def test_the_directory_is_for_people_who_signed_in(world: World) -> None:
    answer = world.app.test_client().get("/partners")
    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_search_by_name_kind_and_region(world: World, lantern: Partner, camden: Partner) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    cafe = world.partner("Łódź Café", region="Trafford")
    page = client.get("/partners")
    assert "3 organisations" in page.text
    found = client.get("/partners?words=lodz+CAFE").text
    assert "1 organisation<" in found
    assert cafe.name in found
    assert lantern.name not in found.split('id="found"')[1]
    councils = client.get("/partners?kind=council").text.split('id="found"')[1]
    assert camden.name in councils
    assert lantern.name not in councils
    assert "&lt;span" not in client.get("/partners").text
    trafford = client.get(f"/partners?region={cafe.region_id}").text.split('id="found"')[1]
    assert cafe.name in trafford
    assert lantern.name not in trafford


@pytest.mark.parametrize("words", ["%", "_", "zzz", "a" * 3000, "\\"])
def test_nothing_fits_says_what_to_do(world: World, lantern: Partner, words: str) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    page = client.get("/partners", query_string={"words": words})
    assert "No organisation fits" in page.text
    assert "Show all" in page.text


@pytest.mark.parametrize(
    "asked", ["kind=bank", "region=x", "region=999999999999", "kind=&region=&words="]
)
def test_a_search_nobody_offered_is_no_search(world: World, lantern: Partner, asked: str) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    assert lantern.name in client.get(f"/partners?{asked}").text


def test_typing_asks_for_the_list_alone(world: World, lantern: Partner) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    headers = {"HX-Request": "true", "HX-Target": "found"}
    part = client.get("/partners?words=lan", headers=headers)
    assert "<html" not in part.text
    assert 'data-announce="1 organisation"' in part.text
    assert "HX-Target" in part.headers["Vary"]


def test_fifty_a_page_and_the_same_statements_however_many(world: World, lantern: Partner) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)

    def statements() -> int:
        seen: list[str] = []

        def count(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.startswith("SELECT"):
                seen.append(statement)

        event.listen(world.database.engine, "before_cursor_execute", count)
        client.get("/partners")
        event.remove(world.database.engine, "before_cursor_execute", count)
        return len(seen)

    few = statements()
    many(world, 60)
    assert statements() == few <= 3
    first, second = client.get("/partners").text, client.get("/partners?page=2").text
    assert "61 organisations" in first
    assert first.count("app-card") - first.count("app-card__more") == 50
    assert "Group 010" in first
    assert lantern.name in second
    assert client.get("/partners?page=2&words=group").text.count('href="/partners?words=group') > 0
    for beyond in ("3", "0", "x", "-1", "9" * 30):
        assert client.get(f"/partners?page={beyond}").status_code == 404


# A profile


def test_a_full_profile_in_plain_words(world: World, lantern: Partner, camden: Partner) -> None:
    bridgeway = world.partner("Bridgeway VCS Network", Kind.INFRASTRUCTURE)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        held = session.get_one(Partner, lantern.id)
        held.supporter_id = bridgeway.id
        held.what = {"bn": "বাংলা", "en": "Women meet and talk"}
        held.whom, held.languages, held.interpreter = "Women", "Bengali, Somali", True
        held.shares_by, held.phone = ["talk", "phone"], "020 7946 0018"
        held.website, held.email = "https://lantern.example.org", "hello@lantern.example.org"
        held.other_names = ["The Circle"]
        held.identifiers.append(Identifier(scheme="GB-CHC", number="0123456"))
    ines = world.person("Ines", camden, "relationship-lead")
    page = world.client(ines, camden).get(f"/partners/{lantern.id}").text
    for words in (
        "Women meet and talk",
        "Would like an interpreter.",
        "Talk in person",
        "020 7946 0018",
        "The Circle",
        "0123456",
        "Charity number (England and Wales)",
        bridgeway.name,
        "Not yet",
        "There is no trust agreement between you yet.",
        "Write up a talk",
        "Propose a trust agreement",
    ):
        assert words in page
    for not_offered in ("This is still right", "Change it", "Invite its first person"):
        assert not_offered not in page


def test_an_empty_profile_asks_its_own_people_only(
    world: World, lantern: Partner, camden: Partner
) -> None:
    own = world.client(world.person("Rahima", lantern, "member"), lantern)
    page = own.get(f"/partners/{lantern.id}").text
    assert "Not said yet" in page
    assert "Tell us about your group</a>" in page
    assert "This is still right" not in page
    assert "This is right" not in page, "nobody says so of an empty page"
    assert "None. A group needs none." in page
    ines = world.person("Ines", camden, "relationship-lead")
    assert "Not said yet" not in world.client(ines, camden).get(f"/partners/{lantern.id}").text


def test_a_website_that_could_do_harm_is_no_link(world: World, lantern: Partner) -> None:
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Partner, lantern.id).website = "javascript:alert(1)"
    page = world.client(world.person("Rahima", lantern, "member"), lantern)
    assert 'href="javascript' not in page.get(f"/partners/{lantern.id}").text


def test_nobody_acts_for_it_yet_and_how_somebody_can(world: World, lantern: Partner) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    hope = world.partner("Hope Trust")
    at = f"/partners/{hope.id}"
    assert "Nobody acts for it here yet, so it may not have seen this page." in client.get(at).text
    assert "can invite them" in client.get(at).text
    world.person("Joe", hope, "member")
    assert "Nobody acts for it" not in client.get(at).text
    assert "Nobody acts for it" not in client.get(f"/partners/{lantern.id}").text
    ada = world.client(world.person("Ada", None, "administrator"))
    new = f"/partners/{world.partner('Choir').id}"
    assert ada.get(new).text.count("Nobody acts for it here yet") == 1


def test_no_such_organisation(world: World, lantern: Partner) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    assert client.get("/partners/999999").status_code == 404
    assert client.get("/partners/99999999999999999999").status_code == 404


def test_once_a_year_a_partner_is_asked_if_its_page_is_right(app: Flask, world: World) -> None:
    lantern = world.partner("Lantern")
    world.partner("Nobody here")
    rahima = world.person("Rahima", lantern, "member")
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Partner, lantern.id).checked_at = datetime.now(UTC) - timedelta(days=340)

    def asked(days: int) -> list[Parcel]:
        with world.database.writing() as session:
            session.execute(update(Seat).values(ends=None))
            reminders.still_right(session, datetime.now(UTC) + timedelta(days=days))
        return [one for one in world.all(Parcel) if one.kind == "still-right"]

    assert asked(0) == []
    told = asked(14)
    assert [one.to_person_id for one in told] == [rahima.id]
    assert len(asked(14)) == len(asked(21)) == len(asked(300)) == 1
    assert len(asked(14 + 366)) == 2
    with world.database.reading() as session, app.test_request_context():
        mail = compose(session, app.config["PORTAL"], told[0], datetime.now(UTC))
    assert mail is not None
    assert f"/partners/{lantern.id}" in mail.text
    assert "Is your page here still right?" in mail.text


def test_still_right(world: World, lantern: Partner) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    assert client.post(f"/partners/{lantern.id}/check").status_code == 303
    assert world.read(Partner, lantern.id).checked_at is not None
    assert [moment.kind for moment in world.all(Moment)] == ["checked"]
    assert "Not yet" not in client.get(f"/partners/{lantern.id}").text


def test_its_own_people_see_when_it_is_asked_again(
    world: World, lantern: Partner, camden: Partner
) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    ines = world.client(world.person("Ines", camden, "relationship-lead"), camden)
    client.post(f"/partners/{lantern.id}/check")
    now = world.read(Partner, lantern.id)
    again = reminders.asked_again(now, datetime.now(UTC))
    assert (again - now.checked_at).days == 351
    assert "We ask you again around" in client.get(f"/partners/{lantern.id}").text
    assert "We ask you again" not in ines.get(f"/partners/{lantern.id}").text
    for late, years in (
        (again, 2),
        (again + timedelta(days=364), 2),
        (again + timedelta(days=365), 3),
    ):
        asked = reminders.asked_again(now, late)
        assert (asked - now.checked_at).days == 365 * years - 14
    with world.database.writing() as session:
        session.execute(update(Seat).values(ends=None))
    for days, told in ((-8, 0), (7, 1)):
        with world.database.writing() as session:
            reminders.still_right(session, again + timedelta(days=days))
        assert [one.kind for one in world.all(Parcel)].count("still-right") == told


def test_only_its_own_people_change_a_profile(
    world: World, lantern: Partner, camden: Partner
) -> None:
    ines = world.client(world.person("Ines", camden, "relationship-lead", "member"), camden)
    assert ines.get(f"/partners/{lantern.id}/edit").status_code == 404
    assert ines.post(f"/partners/{lantern.id}/edit", data={"name": "Ours"}).status_code == 404
    assert ines.post(f"/partners/{lantern.id}/check").status_code == 404
    assert world.read(Partner, lantern.id).name == lantern.name


def typed(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def test_change_the_profile(world: World, lantern: Partner, camden: Partner) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    page = client.get(f"/partners/{lantern.id}/edit").text
    data = {
        "name": "Lantern Circle",
        "other_names": "Lantern Women’s Circle\n\n The Circle ",
        "what": "We meet on Tuesdays.",
        "shares_by": ["phone", "paper"],
        "interpreter": "yes",
        "website": "lantern.example.org",
        "version": typed(page, "version"),
    }
    assert client.post(f"/partners/{lantern.id}/edit", data=data).status_code == 303
    held = world.read(Partner, lantern.id)
    assert (held.name, held.sort_name) == ("Lantern Circle", "lantern circle")
    assert held.other_names == ["Lantern Women’s Circle", "The Circle"]
    assert held.what == {"en": "We meet on Tuesdays."}
    assert held.shares_by == ["phone", "paper"]
    assert held.interpreter is True
    assert held.website == "https://lantern.example.org"
    assert held.checked_at is not None
    [edited] = [one for one in world.all(Event) if one.verb == "partner:edit"]
    assert edited.facts["fields"] == sorted(
        ["name", "other_names", "what", "shares_by", "interpreter", "website"]
    )
    ines = world.person("Ines", camden, "relationship-lead")
    assert "We meet on Tuesdays." in world.client(ines, camden).get(f"/partners/{lantern.id}").text


def test_after_saving_the_page_begins_at_its_top(world: World, lantern: Partner) -> None:
    """A form without an address of its own keeps the #what of the link that led there, and what
    was done would be said above the part that is looked at."""
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    at = f"/partners/{lantern.id}/edit"
    assert f'<form method="post" action="{at}"' in client.get(at).text


def test_what_it_does_is_kept_in_each_language(world: World, lantern: Partner) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    client.post(f"/partners/{lantern.id}/edit", data={"name": lantern.name, "what": "We meet."})
    client.set_cookie("language", "so")
    page = client.get(f"/partners/{lantern.id}/edit").text
    assert "We meet." in page
    client.post(
        f"/partners/{lantern.id}/edit", data={"name": lantern.name, "what": "Waan kulannaa"}
    )
    assert world.read(Partner, lantern.id).what == {"en": "We meet.", "so": "Waan kulannaa"}


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("name", " ", "Enter the name of the organisation"),
        ("name", "a" * 201, "Use fewer letters"),
        ("website", "javascript:alert(1)", "Enter the address of a website"),
        ("website", "javascript://x.org/%0aalert(1)", "Enter the address of a website"),
        ("website", "our page", "Enter the address of a website"),
        ("phone", "none", "Enter a phone number"),
        ("email", "none", "Enter an email address"),
    ],
)
def test_a_profile_that_cannot_be_so(
    world: World, lantern: Partner, field: str, wrong: str, said: str
) -> None:
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    data = {"name": "Lantern", "what": "Kept as typed", field: wrong}
    answer = client.post(f"/partners/{lantern.id}/edit", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Kept as typed" in answer.text
    assert world.read(Partner, lantern.id).what == {}


def test_two_people_at_once_lose_nothing(world: World, lantern: Partner) -> None:
    rahima = world.client(world.person("Rahima", lantern, "member"), lantern)
    hodan = world.client(world.person("Hodan", lantern, "member"), lantern)
    at = f"/partners/{lantern.id}/edit"
    seen = typed(rahima.get(at).text, "version")
    hodan.post(at, data={"name": lantern.name, "whom": "Mothers", "version": seen})
    mine = {"name": lantern.name, "whom": "Women", "version": seen}
    answer = rahima.post(at, data=mine)
    assert answer.status_code == 409
    assert "Mothers" in answer.text
    assert "Women" in answer.text
    assert world.read(Partner, lantern.id).whom == "Mothers"
    again = {**mine, "version": typed(answer.text, "version")}
    assert rahima.post(at, data=again).status_code == 303
    assert world.read(Partner, lantern.id).whom == "Women"


# Whom one talked with


def test_who_writes_up_a_talk_chooses_among_the_groups_nearby(
    world: World, lantern: Partner, camden: Partner
) -> None:
    world.partner("Brent Council", Kind.COUNCIL)
    world.partner("Far Away Circle", region="Trafford")
    lead = world.client(world.person("Ines", camden, "relationship-lead"), camden)
    page = lead.get("/partners?talk=yes").text
    assert "Whom did you talk with?" in page
    assert f'href="/notes/new?with={lantern.id}"' in page
    for other in ("Brent Council", "Far Away Circle"):
        assert other not in page, "it begins with groups of the region"
    everyone = lead.get("/partners?talk=yes&words=&kind=&region=").text
    assert "Brent Council" in everyone
    assert "Far Away Circle" in everyone
    assert 'name="talk" value="yes"' in everyone, "a search stays with the question"
    assert f"with={camden.id}" not in everyone, "nobody writes up a talk with themselves"
    sara = world.client(world.person("Sara", camden, "safeguarding-lead"), camden)
    other = sara.get("/partners?talk=yes").text
    assert "/notes/new" not in other
    assert "Whom did you talk with?" not in other


# What is between two partners


def test_an_agreement_and_its_state_show_on_both_pages(
    world: World, lantern: Partner, camden: Partner
) -> None:
    rahima = world.person("Rahima", lantern, "signatory")
    ines = world.person("Ines", camden, "relationship-lead", "signatory")
    world.agreed(lantern, camden, rahima, ines)
    for who, own, other in ((rahima, lantern, camden), (ines, camden, lantern)):
        page = world.client(who, own).get(f"/partners/{other.id}").text
        assert "In force" in page
        assert "Propose a trust agreement" not in page


def test_a_colleague_who_reads_no_agreements_sees_none(
    world: World, lantern: Partner, camden: Partner
) -> None:
    rahima = world.person("Rahima", lantern, "signatory")
    ines = world.person("Ines", camden, "relationship-lead", "signatory")
    made = world.agreed(lantern, camden, rahima, ines)
    sara = world.client(world.person("Sara", camden, "safeguarding-lead"), camden)
    page = sara.get(f"/partners/{lantern.id}").text
    assert f"/agreements/{made.id}" not in page
    assert made.purpose not in page
    assert "Between you" not in page


def test_a_declined_agreement_can_be_proposed_again(
    world: World, lantern: Partner, camden: Partner
) -> None:
    rahima = world.person("Rahima", lantern, "signatory")
    ines = world.person("Ines", camden, "relationship-lead")
    given = {"purpose": "Why?", "review_on": date(2099, 1, 1), "contacts": {}}
    made = world.do((ines, camden), agreements.propose, camden, other=lantern, **given)
    world.do((rahima, lantern), ending.decline, made, reason="Too soon")
    page = world.client(ines, camden).get(f"/partners/{lantern.id}").text
    assert "Not signed" in page
    assert "Propose a trust agreement" in page


# Introducing a group (journey, step 1)


@pytest.fixture
def bridgeway(world: World) -> Partner:
    return world.partner("Bridgeway VCS Network", Kind.INFRASTRUCTURE)


def test_a_supporter_introduces_a_group_and_invites_its_first_person(
    world: World, bridgeway: Partner
) -> None:
    supporter = world.client(world.person("Grace", bridgeway, "supporter"), bridgeway)
    assert "Introduce a group" in supporter.get(f"/partners/{bridgeway.id}").text
    given = {"name": "Lantern Women’s Circle", "what": "Women meet.", "why": "We run the hall."}
    answer = supporter.post("/partners/introduce", data=given)
    assert answer.status_code == 303
    page = supporter.get(answer.location).text
    done = "You introduced Lantern Women’s Circle. Now invite its first person."
    assert done in page
    assert "Nobody acts for it here yet" in page
    assert "Invite its first person" in page
    made = next(one for one in world.all(Partner) if one.name == given["name"])
    assert made.supporter_id == bridgeway.id
    assert made.region_id == bridgeway.region_id
    first = {"name": "Rahima Begum", "email": "rahima@lantern.example", "role": "signatory"}
    invited = supporter.post(f"/partners/{made.id}/invite-first", data=first)
    assert invited.status_code == 303
    assert "We asked rahima@lantern.example on" in supporter.get(invited.location).text
    assert done not in supporter.get(answer.location).text, "on a later visit it is old"
    [seat] = [one for one in world.all(Seat) if one.partner_id == made.id]
    assert seat.role == "signatory"
    rahima = world.client(world.read(Person, seat.person_id))
    assert rahima.get(f"/partners/{made.id}/edit").status_code == 404
    assert rahima.post(f"/roles/{seat.id}", data={"answer": "yes"}).status_code == 303
    assert rahima.get(f"/partners/{made.id}/edit").status_code == 200
    own = rahima.get(f"/partners/{made.id}").text
    assert "Tell us about your group</a>" in own
    assert "This is right" in own, "others wrote what it does, and it can say so"
    saved = rahima.post(f"/partners/{made.id}/check")
    assert "This is still right" in rahima.get(saved.location).text
    assert made.name in supporter.get(f"/partners/{bridgeway.id}").text


def test_a_colleague_of_the_supporter_can_invite_too_and_nobody_else(
    world: World, bridgeway: Partner, camden: Partner
) -> None:
    grace = world.person("Grace", bridgeway, "supporter")
    made = world.do(
        (grace, bridgeway),
        newcomers.introduce,
        bridgeway,
        name="Lantern",
        what="",
        lang="en",
        why="",
    )
    colleague = world.client(world.person("Tomasz", bridgeway, "supporter"), bridgeway)
    assert "Invite its first person" in colleague.get(f"/partners/{made.id}").text
    assert colleague.get(f"/partners/{made.id}/invite-first").status_code == 200
    elsewhere = world.partner("Wayside VCS Link", Kind.INFRASTRUCTURE)
    for person, own in (
        (world.person("Mia", elsewhere, "supporter"), elsewhere),
        (world.person("Ines", camden, "relationship-lead", "signatory"), camden),
        (world.person("Ola", bridgeway, "member"), bridgeway),
    ):
        client = world.client(person, own)
        assert "Invite its first person" not in client.get(f"/partners/{made.id}").text
        assert client.get(f"/partners/{made.id}/invite-first").status_code == 404
        data = {"name": "X", "email": "x@example.org", "role": "signatory"}
        assert client.post(f"/partners/{made.id}/invite-first", data=data).status_code == 404


def test_once_somebody_said_yes_the_group_decides_itself(world: World, bridgeway: Partner) -> None:
    supporter = world.client(world.person("Grace", bridgeway, "supporter"), bridgeway)
    supporter.post("/partners/introduce", data={"name": "Lantern", "why": "A neighbour"})
    made = next(one for one in world.all(Partner) if one.name == "Lantern")
    world.person("Rahima", made, "signatory")
    assert "Invite" not in supporter.get(f"/partners/{made.id}").text
    data = {"name": "X", "email": "x@example.org", "role": "signatory"}
    answer = supporter.post(f"/partners/{made.id}/invite-first", data=data)
    assert answer.status_code == 422
    assert "has people already" in answer.text
    rahima = world.client(world.person("Rahima", made), made)
    assert rahima.get(f"/partners/{made.id}/edit").status_code == 200


def test_a_wrong_address_can_be_put_right_until_somebody_says_yes(
    world: World, bridgeway: Partner
) -> None:
    supporter = world.client(world.person("Grace", bridgeway, "supporter"), bridgeway)
    supporter.post("/partners/introduce", data={"name": "Lantern", "why": "A neighbour"})
    made = next(one for one in world.all(Partner) if one.name == "Lantern")
    at = f"/partners/{made.id}/invite-first"
    for email in ("rahmia@example.org", "rahima@example.org"):
        data = {"name": "Rahima", "email": email, "role": "signatory"}
        assert supporter.post(at, data=data).status_code == 303
    wrong, right = (one for one in world.all(Seat) if one.partner_id == made.id)
    assert wrong.ends is not None
    assert right.ends is not None and right.ends > world.now  # as each invitation does
    stranger = world.read(Person, wrong.person_id)
    late = world.client(stranger).post(f"/roles/{wrong.id}", data={"answer": "yes"})
    assert late.status_code == 422
    assert "This invitation has ended" in late.text


def test_a_group_of_the_same_name_is_shown_first(world: World, bridgeway: Partner) -> None:
    here = world.partner("The Lantern Circle")
    supporter = world.client(world.person("Grace", bridgeway, "supporter"), bridgeway)
    data = {"name": "the  LANTERN circle", "why": "A neighbour"}
    answer = supporter.post("/partners/introduce", data=data)
    assert answer.status_code == 422
    assert f'href="/partners/{here.id}"' in answer.text
    assert len(world.all(Partner)) == 2
    assert (
        supporter.post("/partners/introduce", data={**data, "same_name": "yes"}).status_code == 303
    )
    assert len(world.all(Partner)) == 3


def test_introducing_needs_a_name_a_reason_and_a_supporter(
    world: World, bridgeway: Partner, lantern: Partner
) -> None:
    supporter = world.client(world.person("Grace", bridgeway, "supporter"), bridgeway)
    answer = supporter.post("/partners/introduce", data={"name": "", "why": ""})
    assert answer.status_code == 422
    assert "Enter the name of the group" in answer.text
    member = world.client(world.person("Rahima", lantern, "member", "signatory"), lantern)
    assert member.get("/partners/introduce").status_code == 404
    assert member.post("/partners/introduce", data={"name": "X", "why": "Y"}).status_code == 404


def test_a_double_tap_introduces_once(world: World, bridgeway: Partner) -> None:
    supporter = world.client(world.person("Grace", bridgeway, "supporter"), bridgeway)
    page = supporter.get("/partners/introduce").text
    data = {"name": "Lantern", "why": "A neighbour", "token": typed(page, "token")}
    first = supporter.post("/partners/introduce", data=data)
    second = supporter.post("/partners/introduce", data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(world.all(Partner)) == 2


def test_saying_that_the_page_is_right_is_answered(world: World) -> None:
    lantern = world.partner("Lantern Women’s Circle")
    group = world.client(world.person("Rahima", lantern, "member"), lantern)
    done = group.post(f"/partners/{lantern.id}/check")
    assert "Thank you. This page now says that it was right today." in group.get(done.location).text
    edit = group.get(f"/partners/{lantern.id}/edit").text
    assert '<textarea class="govuk-textarea' in edit
    assert 'id="whom"' in edit.split("<textarea")[3]


def test_only_a_group_is_told_that_it_needs_no_number(world: World) -> None:
    lantern = world.partner("Lantern Women’s Circle")
    camden = world.partner("Camden", Kind.COUNCIL)
    group = world.client(world.person("Rahima", lantern, "member"), lantern)
    words = "None. A group needs none."
    assert words in group.get(f"/partners/{lantern.id}").text
    page = group.get(f"/partners/{camden.id}").text
    assert words not in page
    assert "Numbers in registers" not in page


def test_one_project_agreed_leaves_the_next_to_propose(world: World) -> None:
    lantern = world.partner("Lantern Women’s Circle")
    camden = world.partner("Camden", Kind.COUNCIL)
    rahima = world.person("Rahima", lantern, "signatory")
    ines = world.person("Ines", camden, "relationship-lead", "signatory", "coordinator")
    world.agreed(lantern, camden, rahima, ines, pilot=world.pilot(camden, ines))
    page = world.client(ines, camden).get(f"/partners/{lantern.id}").text
    assert "Propose a trust agreement" in page
    assert "Damp repairs" in page


def test_who_has_no_role_here_looks_nobody_up(world: World) -> None:
    """An address that was invited and said no, or has not answered, is anybody's."""
    lantern = world.partner("Lantern")
    host = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    given = {"name": "X", "email": "x@example.org", "role": "member"}
    host.post("/people/invite", data=given)
    invited = world.all(Person)[-1]
    client = world.client(invited)
    for path in ("/partners", f"/partners/{lantern.id}"):
        assert client.get(path).status_code == 404
    assert "/partners" not in client.get("/home").text
    seat = world.all(Seat)[-1]
    client.post(f"/roles/{seat.id}", data={"answer": "yes"})
    assert client.get(f"/partners/{lantern.id}").status_code == 200
