"""Steps 1 to 3: a group is brought in, is heard, asks first, and comes to an agreement. The
portal is empty before."""

import re
from datetime import timedelta
from pathlib import Path

from tests.browser.journey.hands import Hands
from tests.browser.journey.portal import Portal
from trust.calendar import london_day
from trust.partners import Kind, Partner
from trust.people import Person

QUESTION = "Why do families give up on damp repairs?"
FIRST = "How long from a report of damp to a visit?"
WARDS = """WD22CD,WD22NM,LAD22CD,LAD22NM
E05013658,Gospel Oak,E09000007,Camden
E05013659,Haverstock,E09000007,Camden
E05013664,Kilburn,E09000007,Camden
"""

Group = tuple[Partner, Person]


def begin(place: Portal, tmp_path: Path) -> None:
    """The administrator adds the region and its wards, the council and the supporting body, and
    invites their first people; those invite their colleagues."""
    ada = place["ada"]
    ada.menu("This portal")
    place.second_factor(ada)
    ada.sees("This portal", "No region yet")
    ada.press("Add a region")
    ada.fill("Name", "Camden")
    ada.press("Add the region")
    wards = tmp_path / "wards.csv"
    wards.write_text(WARDS)
    ada.upload("The file", wards)
    ada.press("Show what it would do")
    ada.sees("Look before it comes in", "Gospel Oak", "Kilburn")
    ada.press("Bring them in")
    ada.sees("What came of the file")
    for name, kind, person in (
        ("Camden Council", "Council", "Ines Ward"),
        ("Bridgeway VCS Network", "Organisation that supports groups", "Bea Stone"),
    ):
        ada.menu("This portal")
        ada.press("Add an organisation")
        ada.fill("Name", name)
        ada.pick("Kind", kind)
        ada.pick("Region", "Camden")
        ada.press("Add it")
        invite(ada, person)
        place.accept_role(person.split()[0].lower())
    for role, name in (
        ("Relationship lead", "Lena Lane"),
        ("Pilot coordinator", "Cora Lane"),
        ("Safeguarding lead", "Sam Lane"),
        ("Information governance (IG) lead", "Iris Lane"),
        ("Member", "Ravi Shah"),
    ):
        colleague(place, "ines", name, role)
    colleague(place, "bea", "Sol Reed", "Supporter")


def invite(hands: Hands, name: str, role: str = "") -> None:
    """Fill in an invitation; an organisation's first person has no choice of role."""
    hands.fill("Their name", name)
    hands.fill("Their email address", f"{name.split()[0].lower()}@example.org")
    if role:
        hands.choose(role)
    hands.press("Send the invitation")


def colleague(place: Portal, by: str, name: str, role: str) -> None:
    """Somebody invites a colleague to act for their organisation, who says yes."""
    inviting = place[by]
    inviting.go("/people")
    inviting.press("Invite a colleague")
    invite(inviting, name, role)
    inviting.sees(f"{name.split()[0].lower()}@", "Invited. Has not said yes yet.")
    place.accept_role(name.split()[0].lower())
    inviting.again()
    inviting.does_not_see("Has not said yes yet")


def introduce(place: Portal, name: str, why: str, person: str) -> None:
    """The supporter introduces a group and invites its first person, who says yes."""
    sol = place["sol"]
    sol.fill("Name of the group", name)
    sol.fill("How do you know this group?", why)
    sol.press("Introduce the group")
    sol.sees(name, "Nobody acts for")
    sol.press("Invite its first person")
    invite(sol, person)
    sol.sees("Nobody has said yes yet")
    place.accept_role(person.lower())
    sol.again()
    sol.does_not_see("Nobody has said yes yet")


def introduced(place: Portal) -> None:
    """1. A supporter introduces a small group; its first person invites the second."""
    sol = place["sol"]
    sol.menu("Organisations")
    sol.press("Introduce a group")
    sol.press("Introduce the group")
    sol.sees("There is something to put right", "Enter the name of the group")
    introduce(place, "Lantern Women’s Circle", "They cook in our hall on Fridays.", "Rahima")
    colleague(place, "rahima", "Hodan", "Member")
    place["hodan"].go("/people")
    place["hodan"].sees("Rahima", "Hodan")


def talk(place: Portal) -> None:
    """1. A relationship lead writes up the first conversation; the group puts a line right."""
    lena, rahima = place["lena"], place["rahima"]
    lena.menu("Organisations")
    lena.press("Lantern Women’s Circle")
    lena.press("Write up a talk")
    lena.choose("We met")
    lena.day("When was it?", london_day(place.world.now) - timedelta(days=1))
    lena.fill("What was said?", "Twelve women come each week.\nThey wait nine weeks for repairs.")
    lena.fill("What happens next?", "Lena brings the numbers.")
    lena.press("Show it to both sides")
    lena.sees("Waiting for the other side to read it")
    assert "There is a note about a talk" in place.newest_mail("rahima")
    rahima.menu("Home")
    rahima.press("Read what Camden Council wrote down")
    rahima.press("Read each line and confirm")
    rahima.fill("Line 2", "They wait eleven weeks for repairs.")
    rahima.press("Yes, this is right now")
    lena.again()
    for side in (rahima, lena):
        side.sees("They wait nine weeks for repairs.")
        side.sees("Put right by Lantern Women’s Circle:", "They wait eleven weeks for repairs.")


def asked_first(place: Portal) -> None:
    """2. The group asks the council, and gets an answer, before anything is asked of it."""
    hodan, ines = place["hodan"], place["ines"]
    hodan.menu("Organisations")
    hodan.press("Camden Council")
    hodan.press("Ask them a question")
    hodan.fill("Your question", FIRST)
    hodan.press("Send the question")
    hodan.sees(FIRST, "No answer yet")
    ines.menu("Home")
    ines.press("A group asks you")
    ines.press("Start")
    ines.sees("who asks you. Nobody else.")
    ines.fill(FIRST, "Nineteen days, on average.")
    ines.press("Send")
    ines.sees("Thank you. It is sent")
    hodan.menu("Home")
    hodan.press("Read what Camden Council answered")
    hodan.sees("Nineteen days, on average.")
    hodan.press("Thank you, that answers it")
    hodan.go("/questions")
    hodan.sees(FIRST, "Answered")
    ines.again()
    ines.sees("Accepted", "Hodan, Lantern Women’s Circle")


def agreed(place: Portal) -> None:
    """3. The signatory checks the profile, reads the agreement, asks for one change, gets it, and
    signs; then the council signs."""
    lena, rahima, ines = place["lena"], place["rahima"], place["ines"]
    rahima.menu("Organisations")
    rahima.press("Lantern Women’s Circle")
    rahima.sees("Last said to be right", "Not yet")
    rahima.press("Tell us about your group")
    rahima.fill("What you do", "We cook together on Fridays.")
    rahima.press("Save")
    rahima.sees("Saved. This page now says that it was right today.")
    rahima.does_not_see("Not yet")
    propose(place, "Lantern Women’s Circle", "Rahima", "Hodan")
    lena.sees("Ready to read and sign")
    rahima.menu("Home")
    rahima.press("Read and sign a trust agreement")
    rahima.sees("Ready to read and sign", "Not to act against people")
    there = rahima.path
    rahima.go(f"{there}/change")
    chosen = rahima.page.get_by_role("link", name=re.compile("Not to act against people$"))
    rahima.press(chosen.inner_text())
    rahima.choose("No tenancy action")
    rahima.fill("Why do you ask?", "Families fear for their homes.")
    rahima.press("Ask for this change")
    rahima.sees("You asked for a change. Camden Council answers it.")
    lena.menu("Home")
    lena.press("Answer a change to a trust agreement")
    lena.press("Answer the change")
    lena.sees("Families fear for their homes.", "never used to check who lives in a home")
    lena.choose("Make this change")
    lena.press("Send the answer")
    rahima.menu("Home")
    rahima.press("Read and sign a trust agreement")
    sign(rahima, "Rahima Khatun", "Organiser")
    rahima.sees("Signed by one side", "never used to check who lives in a home")
    ines.menu("Home")
    ines.press("Read and sign a trust agreement")
    sign(ines, "Ines Ward", "Head of communities")
    rahima.again()
    for side in (ines, rahima):
        side.sees("In force", "Ines Ward", "Head of communities", "Rahima Khatun", "Organiser")


def propose(place: Portal, group: str, first: str, second: str) -> None:
    """The relationship lead proposes an agreement to a group, with the people to call."""
    lena = place["lena"]
    lena.menu("Organisations")
    lena.press(group)
    lena.press("Propose a trust agreement")
    lena.fill("What do you want to find out together?", QUESTION)
    lena.day("When will you look at it again?", london_day(place.world.now) + timedelta(days=200))
    for nth, (name, phone) in enumerate(
        (
            ("Lena Lane", "020 7946 0001"),
            ("Cora Lane", "020 7946 0002"),
            (first, "020 7946 0018"),
            (second, "020 7946 0019"),
        )
    ):
        lena.fill("Name", name, nth=nth)
        lena.fill("Phone", phone, nth=nth)
    lena.press("Propose it")


def sign(hands: Hands, name: str, role: str) -> None:
    hands.press("Sign it")
    hands.press("Sign")
    hands.sees("There is something to put right", "Tick the box if you may sign")
    hands.fill("Your full name", name)
    hands.fill("What you do in your organisation", role)
    hands.choose("I have read it, and I may sign")
    hands.press("Sign")


def declined(place: Portal) -> None:
    """3. A second group says no, with its reason, and nothing bad follows."""
    place["sol"].menu("Organisations")
    place["sol"].press("Introduce a group")
    introduce(place, "Harbour Youth", "They use our office.", "Yusuf")
    propose(place, "Harbour Youth", "Yusuf", "Sol Reed")
    yusuf, lena = place["yusuf"], place["lena"]
    yusuf.menu("Home")
    yusuf.press("Read and sign a trust agreement")
    yusuf.press("Say no to the agreement")
    yusuf.fill("Why?", "We have no time this year.")
    yusuf.press("Say no to the agreement")
    lena.again()
    for side in (yusuf, lena):
        side.sees("Not signed", "We have no time this year.", "nothing bad follows")
    yusuf.menu("Organisations")
    yusuf.press("Camden Council")
    yusuf.sees("Ask them a question")


def more_groups(place: Portal) -> list[Group]:
    """Four more groups with an agreement in force, as the first one came to have it."""
    world = place.verbs()
    camden = world.partner("Camden Council", Kind.COUNCIL)
    ines = world.person("Ines Ward", camden)
    found = []
    for name, person in (
        ("Copperfield Advice Desk", "Mo Grey"),
        ("Redbrick Tenants’ Voice", "Joss Hill"),
        ("Small Steps Parents", "Nia Marsh"),
        ("Willow Lunch Club", "Pat Dale"),
    ):
        partner = world.partner(name)
        member = world.person(person, partner, "signatory")
        world.agreed(partner, camden, member, ines)
        found.append((partner, member))
    return found
