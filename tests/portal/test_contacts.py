"""A partner says whom to call, and who sees the number; agreements call whoever that is now."""

from datetime import timedelta
from typing import Any

import pytest

from tests.world import World
from trust import contacts, renewal
from trust.agreements import Agreement
from trust.audit import Event
from trust.contacts import Contact
from trust.partners import Kind, Partner
from trust.people import Person
from trust.records import Refused

GRACE = {
    "person": "",
    "name": "Grace Oke",
    "role": "Runs the lunch club",
    "way": "through",
    "ask_for": "Ask for her at the centre",
    "phone": "020 7946 0019",
    "email": "",
    "shown_to": "agreed",
    "said_yes": "yes",
    "deputy": "",
}


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "signatory")


@pytest.fixture
def ines(world: World, camden: Partner) -> Person:
    return world.person("Ines", camden, "signatory")


@pytest.fixture
def group(world: World, lantern: Partner, rahima: Person) -> Any:
    return world.client(rahima, lantern)


@pytest.fixture
def officer(world: World, camden: Partner, ines: Person) -> Any:
    return world.client(ines, camden)


def named(group: Any, lantern: Partner, **typed: str) -> Any:
    sent = group.post(f"/partners/{lantern.id}/contacts/new", data={**GRACE, **typed})
    assert sent.status_code == 303, sent.text
    return sent


def test_a_person_without_a_sign_in_is_named_and_shown_to_those_agreed_with(
    world: World, group: Any, officer: Any, lantern: Partner, camden: Partner, rahima: Person
) -> None:
    assert "Say whom to call" in group.get(f"/partners/{lantern.id}").text
    assert "Nobody is named here yet" in group.get(f"/partners/{lantern.id}/contacts").text
    done = named(group, lantern)
    said = group.get(done.location).text
    assert "020 7946 0019" in said and "without the number" not in said
    page = officer.get(f"/partners/{lantern.id}").text
    assert "Grace Oke" in page and "Runs the lunch club" in page
    assert "Through another person" in page
    assert "020 7946 0019" not in page and "at the centre" not in page
    world.agreed(lantern, camden, rahima, world.person("Ines", camden))
    page = officer.get(f"/partners/{lantern.id}").text
    assert "020 7946 0019" in page and "Ask for her at the centre" in page
    other = world.partner("Wayside")
    stranger = world.client(world.person("Joe", other, "signatory"), other)
    assert "020 7946 0019" not in stranger.get(f"/partners/{lantern.id}").text
    events = [one for one in world.all(Event) if one.verb == "contact:add"]
    assert len(events) == 1 and "Grace" not in str(events[0].facts)


def test_nobody_is_shown_who_was_not_asked(world: World, group: Any, lantern: Partner) -> None:
    at = f"/partners/{lantern.id}/contacts/new"
    refused = group.post(at, data={k: v for k, v in GRACE.items() if k != "said_yes"})
    assert refused.status_code == 422
    assert "Ask them first." in refused.text
    assert group.post(at, data={**GRACE, "ask_for": ""}).status_code == 422
    assert group.post(at, data={**GRACE, "phone": "at home"}).status_code == 422
    assert group.post(at, data={**GRACE, "shown_to": "world"}).status_code == 422
    assert group.post(at, data={**GRACE, "name": ""}).status_code == 422
    assert world.all(Contact) == []
    named(group, lantern, shown_to="nobody")
    assert len(world.all(Contact)) == 1


def test_a_colleague_alone_says_who_sees_their_number(
    world: World, group: Any, lantern: Partner, officer: Any, rahima: Person
) -> None:
    hodan = world.person("Hodan", lantern, "member")
    world.do((hodan, lantern), contacts.set_phone, hodan, phone="07700 900 118")
    done = named(group, lantern, person=str(hodan.id), shown_to="everyone", phone="07700 900 999")
    assert "without the number and the email" in group.get(done.location).text
    [held] = world.all(Contact)
    assert (held.name, held.shown_to, held.number) == ("Hodan", "nobody", "07700 900 118")
    assert "07700" not in officer.get(f"/partners/{lantern.id}").text
    assert "07700" not in group.get(f"/partners/{lantern.id}/contacts").text
    at = f"/contacts/{held.id}/edit"
    form = group.get(at).text
    assert "theirs to say" in form and 'name="shown_to"' not in form
    assert group.post(at, data={**GRACE, "shown_to": "everyone"}).status_code == 303
    assert world.read(Contact, held.id).shown_to == "nobody"
    own = world.client(hodan, lantern)
    sent = own.post(at, data={**GRACE, "shown_to": "everyone", "email": "hodan@lantern.example"})
    assert sent.status_code == 303
    page = officer.get(f"/partners/{lantern.id}").text
    assert "07700 900 118" in page and "hodan@lantern.example" in page
    again = group.post(
        f"/partners/{lantern.id}/contacts/new", data={**GRACE, "person": str(hodan.id)}
    )
    assert again.status_code == 422


def test_others_change_nothing(world: World, group: Any, officer: Any, lantern: Partner) -> None:
    named(group, lantern)
    [held] = world.all(Contact)
    for at in (f"/partners/{lantern.id}/contacts/new", f"/contacts/{held.id}/edit"):
        assert officer.get(at).status_code == 404
        assert officer.post(at, data=GRACE).status_code == 404
    assert officer.get(f"/partners/{lantern.id}/contacts").status_code == 404
    assert officer.post(f"/contacts/{held.id}/take-out", data={}).status_code == 404
    wayside = world.partner("Wayside")
    joe = world.person("Joe", wayside, "member")
    with pytest.raises(LookupError):
        world.do((joe, wayside), contacts.take_out, wayside, contact=held)
    deputy = contacts.add
    with pytest.raises(Refused):
        world.do((joe, wayside), deputy, wayside, person_id=None, name="Al Moss", deputy_id=held.id)


LINES = {
    "giver_contact": "Grace Oke, 020 7946 0019",
    "giver_deputy": "Hodan, 07700 900 118",
    "taker_contact": "Ines, 020 7946 0100",
    "taker_deputy": "",
}


@pytest.fixture
def hodan(world: World, lantern: Partner) -> Person:
    made = world.person("Hodan", lantern, "member")
    world.do((made, lantern), contacts.set_phone, made, phone="07700 900 118")
    return made


def test_an_agreement_shows_a_number_to_its_two_sides_only(
    world: World, officer: Any, lantern: Partner, camden: Partner, rahima: Person, hodan: Person
) -> None:
    """What the council typed is no yes of Grace, nor of Hodan, who signed nothing: and the next
    council, with its own agreement, does not see their numbers."""
    ines = world.person("Ines", camden)
    world.agreed(lantern, camden, rahima, ines, contacts=LINES)
    held = {one.name: one for one in world.all(Contact)}
    assert held["Hodan"].person_id == hodan.id
    assert [held[name].said_yes for name in ("Grace Oke", "Hodan")] == [False, False]
    page = officer.get(f"/partners/{lantern.id}").text
    assert "020 7946 0019" in page and "07700 900 118" in page
    bedford = world.partner("Bedford", Kind.COUNCIL)
    joe = world.person("Joe", bedford, "signatory", "relationship-lead")
    world.agreed(lantern, bedford, rahima, joe)
    page = world.client(joe, bedford).get(f"/partners/{lantern.id}").text
    assert "Grace Oke" in page
    assert "020 7946 0019" not in page and "07700 900 118" not in page


def test_whoever_signs_says_yes_for_themselves(
    world: World, lantern: Partner, camden: Partner, rahima: Person, ines: Person
) -> None:
    world.do((rahima, lantern), contacts.set_phone, rahima, phone="07700 900 118")
    lines = LINES | {"giver_contact": "Rahima, 07700 900 118", "giver_deputy": ""}
    world.agreed(lantern, camden, rahima, ines, contacts=lines)
    own = next(one for one in world.all(Contact) if one.name == "Rahima")
    assert own.person_id == rahima.id
    assert (own.shown_to, own.said_yes) == ("named", True)


def test_another_number_than_the_agreed_one_needs_a_yes(
    world: World,
    group: Any,
    officer: Any,
    lantern: Partner,
    camden: Partner,
    rahima: Person,
    hodan: Person,
) -> None:
    ines = world.person("Ines", camden)
    agreement = world.agreed(lantern, camden, rahima, ines, contacts=LINES)
    world.do((hodan, lantern), contacts.set_phone, hodan, phone="07700 900 222")
    assert "07700 900 222" not in officer.get(f"/partners/{lantern.id}").text
    again = world.do(
        (ines, camden),
        renewal.renew,
        agreement,
        review_on=agreement.review_on + timedelta(days=365),
    )
    assert "07700" not in world.read(Agreement, again.id).text
    grace = next(one for one in world.all(Contact) if one.name == "Grace Oke")
    typed = GRACE | {"way": "", "shown_to": "named"}
    del typed["said_yes"]
    at = f"/contacts/{grace.id}/edit"
    assert group.post(at, data=typed).status_code == 303
    refused = group.post(at, data=typed | {"phone": "020 7946 0555"})
    assert refused.status_code == 422 and "Ask them first." in refused.text
    assert group.post(at, data=typed | {"shown_to": "agreed"}).status_code == 422


def test_nor_does_a_number_from_an_agreement_join_what_is_shown_to_all(
    world: World, group: Any, lantern: Partner, camden: Partner, rahima: Person, ines: Person
) -> None:
    named(group, lantern, phone="", way="", shown_to="everyone")
    world.agreed(lantern, camden, rahima, ines, contacts=LINES)
    held = [one for one in world.all(Contact) if one.name == "Grace Oke"]
    assert [(one.shown_to, one.number) for one in held] == [
        ("everyone", ""),
        ("named", "020 7946 0019"),
    ]


def test_a_deputy_is_not_shown_where_nobody_named_them(
    world: World, group: Any, lantern: Partner, camden: Partner, rahima: Person, ines: Person
) -> None:
    world.agreed(lantern, camden, rahima, ines, contacts=LINES)
    bedford = world.partner("Bedford", Kind.COUNCIL)
    joe = world.person("Joe", bedford, "signatory", "relationship-lead")
    alone = LINES | {"giver_deputy": "", "taker_contact": "Joe, 020 7946 0300"}
    made = world.agreed(lantern, bedford, rahima, joe, contacts=alone)
    grace = next(one for one in world.all(Contact) if one.name == "Grace Oke")
    assert group.post(f"/contacts/{grace.id}/take-out", data={}).status_code == 303
    page = world.client(joe, bedford).get(f"/agreements/{made.id}").text
    assert "07700 900 118" not in page.partition("<main")[0]
    assert "07700 900 118" not in world.client(joe, bedford).get(f"/partners/{lantern.id}").text


def test_an_agreement_calls_whoever_it_is_now(
    world: World, group: Any, officer: Any, lantern: Partner, camden: Partner, rahima: Person
) -> None:
    """Signing makes them contacts; a change of the contact is heard at once, the text stays."""
    lines = {
        "giver_contact": "Grace Oke, 020 7946 0019",
        "giver_deputy": "Nia Hall, 020 7946 0020",
        "taker_contact": "Ines, 020 7946 0100",
        "taker_deputy": "",
    }
    ines = world.person("Ines", camden)
    made = world.agreed(lantern, camden, rahima, ines, contacts=lines)
    grace, nia = (
        next(one for one in world.all(Contact) if one.name == name)
        for name in ("Grace Oke", "Nia Hall")
    )
    assert (made.giver_contact_id, made.giver_deputy_id) == (grace.id, nia.id)
    assert grace.deputy_id == nia.id and grace.shown_to == "named" and not grace.said_yes
    at = f"/agreements/{made.id}"
    assert "Call Grace Oke:" in officer.get(at).text
    assert "Call Ines:" in group.get("/home").text
    typed = {**GRACE, "way": "", "phone": "020 7946 0555", "deputy": str(nia.id)}
    assert group.post(f"/contacts/{grace.id}/edit", data=typed).status_code == 303
    assert "020 7946 0555" in officer.get(at).text
    assert group.post(f"/contacts/{grace.id}/take-out", data={}).status_code == 303
    page = officer.get(at).text
    assert "Call Nia Hall:" in page and "020 7946 0555" not in page
    now = world.read(Agreement, made.id)
    assert now.giver_contact_id == nia.id and "Grace Oke" in now.text
    assert group.post(f"/contacts/{nia.id}/take-out", data={}).status_code == 303
    assert "Call Nia Hall" not in officer.get(at).text
    world.do((rahima, lantern), contacts.set_phone, rahima, phone="")
    typed = {"name": "Lantern", "phone": "020 7946 0777", "email": "all@lantern.example"}
    sent = group.post(f"/partners/{lantern.id}/edit", data={**typed, "shared_mailbox": "yes"})
    assert sent.status_code == 303
    assert "Call Lantern:" in officer.get(at).text
    assert "Several people read it." in officer.get(f"/partners/{lantern.id}").text


def test_numbers_in_registers_are_its_own_to_say(
    world: World, group: Any, officer: Any, lantern: Partner, camden: Partner
) -> None:
    at = f"/partners/{lantern.id}/numbers"
    assert at in group.get(f"/partners/{lantern.id}").text
    page = group.get(at).text
    assert "It has 6 or 7 digits. For example 1234567." in page and "GB-LAE" not in page
    wrong = group.post(at, data={"GB-CHC": "12345"})
    assert wrong.status_code == 422
    assert "It has 6 or 7 digits. Example: 1234567." in wrong.text
    assert 'href="#GB-CHC"' in wrong.text
    done = group.post(at, data={"GB-CHC": "1234567, 7654321", "GB-SC": "SC012345"})
    assert done.status_code == 303, done.text
    page = officer.get(f"/partners/{lantern.id}").text
    assert "1234567" in page and "7654321" in page and "SC012345" in page
    assert at not in page and officer.get(at).status_code == 404
    taken = officer.post(f"/partners/{camden.id}/numbers", data={"GB-CHC": "1234567"})
    assert taken.status_code in (404, 422)
    other = world.partner("Wayside")
    joe = world.client(world.person("Joe", other, "member"), other)
    taken = joe.post(f"/partners/{other.id}/numbers", data={"GB-CHC": "1234567"})
    assert taken.status_code == 422 and "Lantern has this number here." in taken.text
    assert group.post(at, data={"GB-CHC": "", "GB-SC": "SC012345", "token": "x"}).status_code == 303
    assert "1234567" not in group.get(f"/partners/{lantern.id}").text
    council = officer.post(f"/partners/{lantern.id}/numbers", data={"GB-LAE": "CMD", "token": "y"})
    assert council.status_code == 404


def test_a_mailbox_is_shared_only_where_there_is_one(
    world: World, group: Any, lantern: Partner
) -> None:
    data = {"name": "Lantern", "email": "", "shared_mailbox": "yes"}
    assert group.post(f"/partners/{lantern.id}/edit", data=data).status_code == 303
    assert world.read(Partner, lantern.id).shared_mailbox is False
