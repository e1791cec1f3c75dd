"""People and roles: invited, accepted, ended, and never mixed between partners."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from pilots import pilot
from portal.mails import compose
from portal.worker import duties
from tests.portal.stage import stage
from tests.world import World
from trust import partners, people, permissions, seats
from trust.audit import Event
from trust.outbox import Parcel
from trust.partners import Kind
from trust.people import Person, Seat
from trust.records import Ref, Refused


def test_an_invitation_is_accepted_by_the_one_who_was_invited(world: World) -> None:
    lantern = world.partner("Lantern")
    rahima = world.person("Rahima", lantern, "signatory")
    client = world.client(rahima, lantern)
    assert "Rahima" in client.get("/people").text
    page = client.get("/people/invite")
    assert "Cannot sign for the group" in page.text
    done = client.post(
        "/people/invite", data={"name": "Hodan", "email": "Hodan@Example.org", "role": "member"}
    )
    assert done.status_code == 303
    sent = "The invitation is sent. They sign in, and say yes or no."
    assert sent in client.get(done.location).text
    assert sent not in client.get("/people").text
    hodan = world.all(Person)[-1]
    assert hodan.email == "hodan@example.org"
    seat = world.all(Seat)[-1]
    assert world.all(Parcel)[-1].to_person_id == hodan.id
    hers = world.client(hodan)
    assert hers.get("/people").status_code == 404
    assert "Say yes or no to a role" in hers.get("/home").text
    assert client.get(f"/roles/{seat.id}").status_code == 404
    assert hers.get(f"/roles/{seat.id}").status_code == 200
    assert hers.post(f"/roles/{seat.id}", data={"answer": "yes"}).status_code == 303
    assert hers.get("/people").status_code == 200
    assert sent not in client.get(done.location).text  # nobody is asked now
    assert client.post(f"/roles/{seat.id}/end").status_code == 303
    assert hers.get("/people").status_code == 404


def test_who_runs_a_pilot_does_not_say_who_acts_for_the_council(world: World) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    ravi = world.person("Ravi", camden, "member")
    seat = world.all(Seat)[-1]
    client = world.client(world.person("Ines", camden, "coordinator"), camden)
    page = client.get("/people").text
    assert "Ravi" in page
    assert "/people/invite" not in page
    assert f"/roles/{seat.id}/end" not in page
    given = {"name": "Olu", "email": "olu@example.org", "role": "signatory"}
    assert client.post("/people/invite", data=given).status_code == 404
    for what in ("end", "renew"):
        assert client.post(f"/roles/{seat.id}/{what}").status_code == 404
    assert len(world.all(Seat)) == 2
    assert world.read(Seat, seat.id).ends is None
    signer = world.client(world.person("Margaret", camden, "signatory"), camden)
    assert signer.post("/people/invite", data=given).status_code == 303
    assert signer.post(f"/roles/{seat.id}/end").status_code == 303
    assert ravi.id


def test_a_group_is_offered_the_roles_that_fit_it(world: World) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    page = client.get("/people/invite").text
    assert page.count('type="radio"') == 2
    for role in ("member", "signatory"):
        assert f'value="{role}"' in page


def test_the_first_person_is_not_asked_what_has_one_answer(world: World) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Ada", None, "administrator"))
    path = f"/partners/{lantern.id}/invite-first"
    page = client.get(path).text
    assert 'type="radio"' not in page
    assert "Signatory" in page
    given = {"name": "Rahima", "email": "rahima@example.org"}
    assert client.post(path, data=given).status_code == 303
    assert world.all(Seat)[-1].role == "signatory"


def test_saying_no_ends_it(world: World) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    given = {"name": "Hodan", "email": "h@example.org", "role": "member"}
    client.post("/people/invite", data=given)
    seat = world.all(Seat)[-1]
    hers = world.client(world.all(Person)[-1])
    assert hers.post(f"/roles/{seat.id}", data={"answer": "no"}).status_code == 303
    assert hers.get("/people").status_code == 404
    assert world.all(Seat)[-1].accepted_at is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "", "email": "h@example.org", "role": "member"}, "Enter the person’s name"),
        ({"name": "H", "email": "h", "role": "member"}, "Enter an email address"),
        ({"name": "H", "email": "h@example.org", "role": "administrator"}, "Choose"),
        ({"name": "H", "email": "rahima@example.org", "role": "member"}, "yourself"),
    ],
)
def test_a_wrong_invitation_says_what_to_do(
    world: World, given: dict[str, str], words: str
) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    refused = client.post("/people/invite", data=given)
    assert refused.status_code == 422
    assert words in refused.text
    assert "<title>Error:" in refused.text
    assert len(world.all(Seat)) == 1


def test_a_member_cannot_invite(world: World) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    assert client.get("/people/invite").status_code == 404
    assert client.post("/people/invite", data={}).status_code == 404
    assert "Invite a colleague" not in client.get("/people").text


def test_two_hats_are_never_mixed(world: World) -> None:
    lantern, camden = world.partner("Lantern"), world.partner("Camden", Kind.COUNCIL)
    rahima = world.person("Rahima", lantern, "signatory")
    world.person("Rahima", camden, "member")
    client = world.client(rahima, camden)
    assert client.get("/people/invite").status_code == 404
    assert "People of Camden" in client.get("/people").text
    page = client.get("/acting-for")
    assert "Lantern" in page.text
    assert client.post("/acting-for", data={"partner": str(lantern.id)}).status_code == 303
    assert "People of Lantern" in client.get("/people").text
    assert client.get("/people/invite").status_code == 200
    assert client.post("/acting-for", data={"partner": "999"}).status_code == 404


def test_the_first_person_is_invited_once(world: World) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    client = world.client(world.person("Ada", None, "administrator"))
    address = f"/partners/{camden.id}/invite-first"
    given = {"name": "Ines", "email": "ines@example.org", "role": "signatory"}
    assert client.get(address).status_code == 200
    done = client.post(address, data={**given, "role": "member"})
    assert done.status_code == 303
    assert "The invitation is sent." in client.get(done.location).text
    assert world.all(Seat)[-1].role == "signatory"
    hers = world.client(world.all(Person)[-1])
    hers.post(f"/roles/{world.all(Seat)[-1].id}", data={"answer": "yes"})
    refused = client.post(address, data={**given, "email": "other@example.org"})
    assert refused.status_code == 422
    assert "invite their own colleagues" in refused.text


def test_roles_are_explained_to_anyone(world: World) -> None:
    page = world.app.test_client().get("/roles")
    assert "Safeguarding lead" in page.text
    assert page.text.count("<h2") >= 16


def test_my_roles_in_words(world: World) -> None:
    lantern = world.partner("Lantern")
    page = world.client(world.person("Rahima", lantern, "signatory"), lantern).get("/me")
    assert "Signs trust agreements" in page.text
    assert "Does all that a member does too" in page.text


def test_inviting_does_not_tell_who_is_known_here(world: World) -> None:
    lantern, other = world.partner("Lantern"), world.partner("Other")
    client = world.client(world.person("Kasia", lantern, "signatory"), lantern)
    known = world.person("Beatrice Nwosu", other, "member")
    for email in (known.email, "nobody@example.org"):
        given = {"name": "Zzz", "email": email, "role": "member"}
        assert client.post("/people/invite", data=given).status_code == 303
    page = client.get("/people").text
    assert known.email in page
    assert "nobody@example.org" in page
    assert "Beatrice" not in page


def test_nobody_mails_hundreds_of_strangers(world: World) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    codes = [
        client.post(
            "/people/invite", data={"name": "X", "email": f"x{n}@example.org", "role": "member"}
        ).status_code
        for n in range(32)
    ]
    assert codes == [303] * 30 + [422] * 2
    assert len(world.all(Parcel)) == 30


def test_an_answer_that_is_neither_yes_nor_no_is_none(world: World) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    client.post(
        "/people/invite", data={"name": "H", "email": "hodan@example.org", "role": "member"}
    )
    seat = world.all(Seat)[-1]
    hers = world.client(world.all(Person)[-1])
    for given in ({}, {"answer": ""}, {"answer": "maybe"}):
        assert hers.post(f"/roles/{seat.id}", data=given).status_code == 422
    assert world.read(Seat, seat.id).ends == seat.ends


def test_a_phone_number_is_its_owners_to_give(world: World) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    assert "You have not given a number." in client.get("/me").text
    assert client.post("/me/phone", data={"phone": "ring me"}).status_code == 422
    assert client.post("/me/phone", data={"phone": "07700  900118"}).status_code == 303
    assert "07700 900118" in client.get("/me").text
    assert client.post("/me/phone", data={"phone": ""}).status_code == 303
    assert "You have not given a number." in client.get("/me").text


def test_whoever_no_longer_acts_for_a_partner_does_so_nowhere(world: World) -> None:
    made = stage(world)
    margaret = world.client(world.person("Margaret", made.camden, "signatory"), made.camden)
    desk = made.desk()
    assert desk.get("/review").status_code == 200
    given = {"role": "observer", "name": "Ravi", "email": made.reviewer.email}
    given |= {"partner": made.camden, "role": "decision-owner"}
    offered = world.do((made.lead, made.camden), pilot.seat, made.pilot, **given)
    [at_home] = seats_of(world, made.reviewer, Ref.of(made.camden))
    assert margaret.post(f"/roles/{at_home.id}/end").status_code == 303
    assert desk.get("/review").status_code == 404
    assert desk.get("/people").status_code == 404
    with world.database.reading() as session:
        here = Ref.of(made.pilot)
        assert people.seated(session, here, "contribution:review", datetime.now(UTC)) == []
        ended = session.scalars(select(Event).where(Event.verb == "seat:end")).one()
    also = [one.id for one in seats_of(world, made.reviewer, Ref.of(made.pilot))]
    assert ended.facts["with_it"] == also
    assert offered.id in also
    assert desk.post(f"/roles/{offered.id}", data={"answer": "yes"}).status_code == 422
    # Nothing comes back by itself when the person does.
    world.person("Ravi", made.camden, "relationship-lead")
    assert desk.get("/review").status_code == 404


def test_a_role_at_the_partner_that_ends_by_itself_takes_the_others_with_it(world: World) -> None:
    made = stage(world)
    given = {"role": "decision-owner", "name": "Ravi", "email": made.reviewer.email}
    given["partner"] = made.camden
    offered = world.do((made.lead, made.camden), pilot.seat, made.pilot, **given)
    [at_home] = seats_of(world, made.reviewer, Ref.of(made.camden))
    desk = made.desk()
    assert desk.get("/review").status_code == 200
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Seat, at_home.id).ends = world.now - timedelta(minutes=1)
    assert desk.get("/review").status_code == 404
    assert world.actor(made.reviewer, made.camden).seats == {}
    with world.database.reading() as session:
        now, here = datetime.now(UTC), Ref.of(made.pilot)
        assert people.seated(session, here, "contribution:review", now) == []
        assert people.acts_for(session, made.reviewer.id, now) == []
    refused = desk.post(f"/roles/{offered.id}", data={"answer": "yes"})
    assert refused.status_code == 422
    assert "Camden Council says who acts for it" in refused.text
    assert world.read(Seat, offered.id).accepted_at is None


def seats_of(world: World, person: Person, place: Ref) -> list[Seat]:
    return [one for one in world.all(Seat) if (one.person_id, one.place) == (person.id, place)]


def test_a_role_can_be_left(world: World) -> None:
    lantern = world.partner("Lantern")
    rahima = world.person("Rahima", lantern, "signatory", "member")
    hodan = world.person("Hodan", lantern, "member")
    browser = world.client(rahima, lantern)
    signs, member = seats_of(world, rahima, Ref.of(lantern))
    assert browser.get("/me").text.count("Leave this role") == 4
    assert browser.post("/me", data={"seat": str(member.id)}).status_code == 303
    assert "Does all that a member does too" in browser.get("/me").text
    refused = browser.post("/me", data={"seat": str(signs.id)})
    assert refused.status_code == 422
    assert "Nobody else can invite people here" in refused.text
    assert "call us" in refused.text
    world.person("Hodan", lantern, "signatory")
    assert browser.post("/me", data={"seat": str(signs.id)}).status_code == 303
    assert "You have no role yet" in browser.get("/me").text
    assert browser.get("/people").status_code == 404
    assert browser.post("/me", data={"seat": str(signs.id)}).status_code == 422
    theirs = seats_of(world, hodan, Ref.of(lantern))[0]
    for other in (theirs.id, 999, "x", ""):
        assert browser.post("/me", data={"seat": str(other)}).status_code == 404
    assert world.read(Seat, theirs.id).ends is None


def test_nobody_leaves_a_pilot_without_its_coordinator(world: World) -> None:
    made = stage(world)
    world.person("Margaret", made.camden, "signatory")
    browser = world.client(made.lead, made.camden)
    runs = seats_of(world, made.lead, Ref.of(made.pilot))[-1]
    assert browser.post("/me", data={"seat": str(runs.id)}).status_code == 422
    *others, last = seats_of(world, made.lead, Ref.of(made.camden))
    for one in others:
        assert browser.post("/me", data={"seat": str(one.id)}).status_code == 303
    assert browser.post("/me", data={"seat": str(last.id)}).status_code == 422
    assert world.read(Seat, runs.id).ends > datetime.now(UTC)
    world.person("Pia", made.camden, "coordinator", at=made.pilot)
    assert browser.post("/me", data={"seat": str(last.id)}).status_code == 303
    assert world.read(Seat, runs.id).ends < datetime.now(UTC)


def test_nobody_takes_away_a_pilots_only_coordinator(world: World) -> None:
    made = stage(world)
    margaret = world.client(world.person("Margaret", made.camden, "signatory"), made.camden)
    runs = seats_of(world, made.lead, Ref.of(made.pilot))[-1]
    *others, last = seats_of(world, made.lead, Ref.of(made.camden))
    for one in others:
        assert margaret.post(f"/roles/{one.id}/end").status_code == 303
    refused = margaret.post(f"/roles/{last.id}/end")
    assert refused.status_code == 409
    assert "Ask them to name another coordinator there first" in refused.text
    assert world.read(Seat, last.id).ends > datetime.now(UTC)
    assert world.read(Seat, runs.id).ends > datetime.now(UTC)
    # One that was only offered is nobody's yet.
    given = {"role": "coordinator", "name": "Ravi", "email": made.reviewer.email}
    world.do((made.lead, made.camden), pilot.seat, made.pilot, **given, partner=made.camden)
    assert margaret.post(f"/roles/{last.id}/end").status_code == 409
    [at_home] = seats_of(world, made.reviewer, Ref.of(made.camden))
    assert margaret.post(f"/roles/{at_home.id}/end").status_code == 303
    world.person("Pia", made.camden, "coordinator", at=made.pilot)
    assert margaret.post(f"/roles/{last.id}/end").status_code == 303
    assert world.read(Seat, runs.id).ends < datetime.now(UTC)


def test_a_partner_that_nobody_acts_for_any_more_can_have_a_first_person_again(
    world: World,
) -> None:
    camden = world.partner("Harbour Council", Kind.COUNCIL)
    ines = world.person("Ines", camden, "coordinator")
    client = world.client(world.person("Ada", None, "administrator"))
    given = {"name": "Olu", "email": "olu@example.org"}
    assert "Harbour" not in client.get("/installation").text
    assert client.post(f"/partners/{camden.id}/invite-first", data=given).status_code == 422
    [held] = seats_of(world, ines, Ref.of(camden))
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Seat, held.id).ends = over = datetime.now(UTC) - timedelta(days=1)
    assert "Harbour" in client.get("/installation").text
    assert client.post(f"/partners/{camden.id}/invite-first", data=given).status_code == 303
    assert "We asked olu@example.org on" in client.get(f"/partners/{camden.id}").text
    assert world.read(Seat, held.id).ends == over


def test_of_two_first_invitations_one_is_accepted(world: World) -> None:
    """As two that were sent at the same moment, were they not made to wait for each other."""
    world.now -= timedelta(hours=1)  # each verb takes a second of the world's own clock
    lantern = world.partner("Lantern")
    ada = (world.person("Ada", None, "administrator"), None)
    sent = []
    for name in ("Rahima", "Hodan"):
        given = {"role": "signatory", "name": name, "email": f"{name.lower()}@example.org"}
        sent.append(world.do(ada, seats.give_first, lantern, **given))
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Seat, sent[0].id).ends = None
    first, second = (world.client(world.read(Person, one.person_id)) for one in sent)
    assert first.post(f"/roles/{sent[0].id}", data={"answer": "yes"}).status_code == 303
    refused = second.post(f"/roles/{sent[1].id}", data={"answer": "yes"})
    assert refused.status_code == 422
    assert "Lantern says who acts for it" in refused.text
    # What a colleague gives is another thing.
    given = {"name": "Hodan", "email": "hodan@example.org", "role": "member"}
    assert first.post("/people/invite", data=given).status_code == 303
    seat = world.all(Seat)[-1]
    assert second.post(f"/roles/{seat.id}", data={"answer": "yes"}).status_code == 303


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("partner", ["Camden Council", "Wayside"])
def test_asking_twice_tells_no_name_and_counts(world: World, partner: str) -> None:
    made = stage(world)
    wayside = world.partner("Wayside", Kind.INFRASTRUCTURE)
    joe = world.person("Joe Tarrant", wayside, "member")
    client = world.client(made.lead, made.camden)
    if partner == "Camden Council":
        path, given = "/people/invite", {"role": "member"}
    else:
        path = f"/pilots/{made.pilot.id}/roles/give"
        given = {"role": "connector", "partner": str(wayside.id)}
    given |= {"name": "Zzz", "email": joe.email}
    assert client.post(path, data=given).status_code == 303
    again = client.post(path, data=given)
    assert again.status_code == 422
    assert "joe@example.org has this role already" in again.text
    assert "Tarrant" not in again.text + client.get(f"/pilots/{made.pilot.id}/roles").text
    strange = given | {"email": "strange@example.org"}
    if partner == "Wayside":
        assert "Wayside says who acts for it" in client.post(path, data=strange).text
    tries = [client.post(path, data=given).text for _ in range(32)]
    assert "has this role already" in tries[0]
    assert "That was a lot for one day" in tries[-1]
    assert "has this role already" not in tries[-1]
    if partner == "Wayside":
        assert "That was a lot" in client.post(path, data=strange).text


def test_a_name_is_its_owners_to_say(world: World) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    given = {"name": "Hodna", "email": "hodan@example.org", "role": "member"}
    assert client.post("/people/invite", data=given).status_code == 303
    seat, hodan = world.all(Seat)[-1], world.all(Person)[-1]
    browser = world.client(hodan)
    assert 'value="Hodna"' in browser.get(f"/roles/{seat.id}").text
    wrong = {"answer": "yes", "name": "Ring 0906 123 456"}
    assert browser.post(f"/roles/{seat.id}", data=wrong).status_code == 422
    right = {"answer": "yes", "name": "  Hodan   Warsame "}
    assert browser.post(f"/roles/{seat.id}", data=right).status_code == 303
    assert world.read(Person, hodan.id).name == "Hodan Warsame"
    assert "Hodan Warsame" in client.get("/people").text
    given = {"name": "Hodan W", "phone": "01632 960 001"}
    assert browser.post("/me/phone", data=given | {"name": "a@b.example"}).status_code == 422
    assert world.read(Person, hodan.id).name == "Hodan Warsame"
    assert browser.post("/me/phone", data=given).status_code == 303
    page = browser.get("/me").text
    assert "Hodan W<" in page
    assert "01632 960 001" in page
    assert browser.post("/me/phone", data={"name": "", "phone": ""}).status_code == 303
    assert world.read(Person, hodan.id).name == "Hodan W"


@pytest.mark.parametrize(
    "name",
    [
        "Account locked - call 0906 123",
        "Call 0 9 0 6 1",
        "Ring +44(0)12",
        "evil.example/now",
        "me@evil.example",
        "https://evil",
        "٠١٢٣٤",
        "0_9_0_6_1_2_3",
        "call O9O6 l23 4567",
        "①②③④⑤",
        "visit evil-bank.com now",
        "Evil.Com",
        "a.evil.com",
        "ｅｖｉｌ．ｃｏｍ",
        "ev\u200cil.com",
        "ব্যাংক.বাংলা",
        "\u202egro.live",
        "",
        "x" * 121,
    ],
)
def test_a_message_is_no_name(name: str) -> None:
    with pytest.raises(Refused):
        people.person_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Tomasz Zieliński",
        "J.R. O’Neil-Smith 3rd",
        "J.R.Smith",
        "St. Mary",
        "St.John",
        "Md.Rahman",
        "নূর রহমান",
        "সাবিহা\u200c র",
        "نور\u200cرحیم",
        "Ines  (Camden)",
        "Apt 1234",
    ],
)
def test_a_name_stays_as_it_is_given(name: str) -> None:
    assert people.person_name(name) == " ".join(name.split())


def test_signs_that_nobody_sees_are_left_out() -> None:
    assert people.person_name("\u202eAnn\u200f\u2066 B\u200b") == "Ann B"
    assert partners.named("\u202eBell\u200f Street") == "Bell Street"


@pytest.mark.parametrize(
    "name",
    [
        "Account locked: https://evil.example/login",
        "Write to help@evil.example",
        "Call 0906 123 4567",
        "Call 0-9-0-6-1-2-3-4-5",
    ],
)
def test_a_message_is_no_name_of_an_organisation(name: str) -> None:
    with pytest.raises(Refused):
        partners.named(name)


@pytest.mark.parametrize(
    "name", ["D/Deaf Club", "Kidz.com CIC", "Help @ Hand", "Hall 1628 (2020)", "P.T.A., Sale"]
)
def test_an_organisation_is_called_as_it_is(name: str) -> None:
    assert partners.named(name) == name


def test_before_a_role_ends_both_are_told_and_a_colleague_renews_it(world: World) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    signer = world.person("Sana", camden, "signatory")
    ines = world.person("Ines", camden, "relationship-lead")
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        held = session.scalars(select(Seat).where(Seat.person_id == ines.id)).one()
        held.ends = datetime.now(UTC) + timedelta(days=20)
    duties(world.app)
    duties(world.app, datetime.now(UTC) + timedelta(days=1))
    told = [
        (p.kind, p.to_person_id) for p in world.all(Parcel) if p.kind.startswith(("role", "re"))
    ]
    assert sorted(told) == [("renew-role", signer.id), ("role-ends", ines.id)]
    council = world.client(signer, camden)
    assert "The role of Ines ends soon" in council.get("/home").text
    assert "ends soon" not in world.client(ines, camden).get("/home").text
    at = f"/roles/{held.id}/renew"
    assert "Do they still need it?" in council.get(at).text
    assert world.client(ines, camden).get(at).status_code == 404
    assert council.post(at).status_code == 303
    assert "ends soon" not in council.get("/home").text
    settings = world.app.config["PORTAL"]
    for parcel in world.all(Parcel):
        if parcel.kind in ("renew-role", "role-ends"):
            with world.database.reading() as session, world.app.test_request_context():
                mail = compose(session, settings, parcel, datetime.now(UTC))
            assert mail is not None
            assert at in mail.text or "/me" in mail.text


def test_an_invitation_that_nobody_accepts_ends(world: World) -> None:
    lantern = world.partner("Lantern")
    rahima = world.person("Rahima", lantern, "signatory")
    given = {"role": "member", "name": "Hodan", "email": "hodan@example.org"}
    offered = world.do((rahima, lantern), seats.give_at_partner, lantern, **given)
    asked = world.read(Seat, offered.id)
    assert asked.ends == asked.starts + timedelta(days=60)
    hodan = world.read(Person, asked.person_id)
    phone, path = world.client(hodan), f"/roles/{offered.id}"
    assert "After that this invitation ends." in phone.get(path).text
    desk = world.client(rahima, lantern)
    assert "The invitation ends on" in desk.get("/people").text
    with world.database.writing() as session:
        session.execute(update(Seat).where(Seat.id == offered.id).values(ends=asked.starts))
    page = phone.get(path).text
    assert "This invitation has ended. Ask for a new one." in page
    assert "Yes, I will" not in page
    assert phone.post(path, data={"answer": "yes"}).status_code == 422
    assert "Say yes or no to a role" not in phone.get("/home").text
    again = world.do((rahima, lantern), seats.give_at_partner, lantern, **given)
    assert phone.post(f"/roles/{again.id}", data={"answer": "yes"}).status_code == 303
    assert world.read(Seat, again.id).ends is None


def test_a_role_lasts_from_its_yes_on_and_is_not_renewed_before(world: World) -> None:
    made = stage(world)
    world.person("Nadia", made.camden, "member")
    given = {"role": "reviewer", "name": "Nadia", "email": "nadia@example.org"}
    offered = world.do(
        (made.lead, made.camden), pilot.seat, made.pilot, partner=made.camden, **given
    )
    asked = world.read(Seat, offered.id)
    with pytest.raises(Refused, match="have not said yes"):
        world.do((made.lead, made.camden), seats.renew, asked)
    nadia = world.read(Person, asked.person_id)
    world.do((nadia, made.camden), seats.accept, asked)
    held = world.read(Seat, offered.id)
    assert held.ends - held.accepted_at == permissions.roles()["reviewer"].lasts
