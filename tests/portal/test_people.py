"""People and roles: invited, accepted, ended, and never mixed between partners."""

import pytest

from tests.world import World
from trust.outbox import Parcel
from trust.partners import Kind
from trust.people import Person, Seat


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
    assert client.post(address, data={**given, "role": "member"}).status_code == 303
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
    assert world.read(Seat, seat.id).ends is None


def test_a_phone_number_is_its_owners_to_give(world: World) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Rahima", lantern, "signatory"), lantern)
    assert "You have not given one." in client.get("/me").text
    assert client.post("/me/phone", data={"phone": "ring me"}).status_code == 422
    assert client.post("/me/phone", data={"phone": "07700  900118"}).status_code == 303
    assert "07700 900118" in client.get("/me").text
    assert client.post("/me/phone", data={"phone": ""}).status_code == 303
    assert "You have not given one." in client.get("/me").text
