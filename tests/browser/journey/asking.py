"""Steps 4 and 5: a pilot opens and asks; groups answer, each in the way that suits it."""

import re

from pilots import cohort
from pilots.cohort import Member
from pilots.requests import Request
from tests.browser.journey.arriving import QUESTION, Group, invite
from tests.browser.journey.hands import Hands
from tests.browser.journey.portal import Portal

TITLE = "Damp repairs: what you see"
AREA = "Which ward is this about?"
COUNTS = "How many families did you meet?"
STORY = "What happened, in their words?"
QUOTE = "May we quote you?"
TOLD = "The line is in English only, so they stop calling."
OUTCOME = "Families get a first call back within a day."
ITEM = "Families waiting, by ward"


def opened(place: Portal, others: list[Group]) -> None:
    """4. A coordinator opens a pilot; the groups are invited and join; roles are given."""
    cora = place["cora"]
    cora.menu("Pilots")
    place.second_factor(cora)
    cora.sees("There is no pilot yet")
    cora.press("Open a pilot")
    cora.fill("A short name for the pilot", "Damp repairs")
    cora.fill("The one question you share", QUESTION)
    cora.choose("Model A")
    cora.pick("Region", "Camden")
    cora.press("Open the pilot")
    cora.sees("Damp repairs", QUESTION, "Nobody takes part yet", "Nothing is asked yet")
    place.pilot = cora.path
    by_page = ("Lantern Women’s Circle", "Harbour Youth", "Bridgeway VCS Network")
    for name in (*by_page, *(partner.name for partner, _ in others)):
        cora.go(f"{place.pilot}/cohort")
        cora.press("Invite a group")
        cora.press(f"Invite {name}")
    cora.sees("Harbour Youth", "Invited", "No trust agreement is in force.")
    for name in ("rahima", "yusuf", "bea"):
        place[name].menu("Home")
        place[name].press("Say yes or no to taking part: Damp repairs")
        place[name].choose("Yes, we take part")
        place[name].press("Send our answer")
        place[name].sees("Taking part")
    world = place.verbs()
    members = {one.partner_id: one for one in world.all(Member)}
    for partner, person in others:
        world.do((person, partner), cohort.join, members[partner.id])
    cora.again()
    cora.does_not_see("Invited")
    agreed_canvas(place)
    for name, role, partner in (
        ("Ravi Shah", "Insight reviewer", "Camden Council"),
        ("Ines Ward", "Decision owner", "Camden Council"),
        ("Sol Reed", "Connector", "Bridgeway VCS Network"),
    ):
        cora.go(f"{place.pilot}/roles")
        cora.press("Give somebody a role")
        cora.pick("For which organisation?", partner)
        invite(cora, name, role)
        cora.sees("Has not said yes yet", role)  # the name shows with their yes
        place.accept_role(name.split()[0].lower())
        cora.again()
        cora.sees(name, role)


def agreed_canvas(place: Portal) -> None:
    """4. The canvas is filled in by the council, and both sides say yes to it."""
    cora, rahima = place["cora"], place["rahima"]
    cora.go(f"{place.pilot}/canvas")
    cora.sees("The canvas is empty")
    cora.press("Fill in the canvas")
    cora.fill("What should change in real life", OUTCOME)
    cora.fill("Who would do what", "The repairs team calls back in the family’s language.")
    cora.fill("What would they need to see?", "A list of wards, with how many wait.")
    with cora.group("Item 1"):
        cora.fill("What", ITEM)
        cora.fill("From whom", "Groups of the cohort")
        cora.fill("Why we need it", "To see where to begin")
        cora.pick("What kind", "A count")
        cora.choose("No")
    cora.fill("Could we do it without personal data?", "Yes: counts by ward are enough.")
    cora.press("Save the canvas")
    cora.press("We say yes to this canvas")
    rahima.go(f"{place.pilot}/canvas")
    rahima.sees(OUTCOME, ITEM)
    rahima.press("We say yes to this canvas")
    rahima.does_not_see("Not yet")


def asked(place: Portal) -> None:
    """4. She writes a request with four questions and puts it to the cohort. Whoever has no
    agreement in force cannot be asked, and the page says which one is missing."""
    cora = place["cora"]
    cora.go(place.pilot)
    cora.press("Write a request")
    cora.fill("Title", TITLE)
    cora.fill("Why do you ask?", "To mend what stops families asking.")
    cora.fill("How many minutes does it take?", "15")
    cora.fill("What do you pay for this?", "£20 for each group")
    cora.press("Save and add questions")
    question(cora, "A place", AREA)
    question(cora, "A small table of counts", COUNTS, Rows="Waiting\nFixed", Columns="Families")
    question(cora, "A story, in their own words", STORY)
    question(cora, "May we quote you?", QUOTE)
    for words in (AREA, COUNTS, STORY, QUOTE):
        cora.sees(words)
    for name in ("Harbour Youth", "Bridgeway VCS Network"):
        cora.sees(f"No trust agreement between Camden Council and {name} is in force.")
    cora.press("Open it and ask 5 groups")
    cora.sees("Asked")
    place["yusuf"].menu("Home")
    place["yusuf"].does_not_see(TITLE)
    assert "Somebody asks you something" in place.newest_mail("hodan")


def question(cora: Hands, kind: str, words: str, **lines: str) -> None:
    """Add one question; what else it needs is filled in as it comes."""
    cora.press("Add a question")
    cora.press(kind)
    cora.fill("The question", words)
    for label, given in lines.items():
        cora.fill(label, given)
    cora.fill("Why do you ask?", "So that we can act where it is worst.")
    cora.press("Save the question")


def answered(place: Portal) -> str:
    """5. A member answers on a phone with JavaScript off, one thing per page; leaves; goes on on
    another device from the saved draft; checks, sees who sees what, and sends. Returns the
    reference of the receipt."""
    phone = place.sign_in("hodan", place.device(size="phone", scripts="off"))
    phone.press(f"Answer: {TITLE}")
    phone.sees("About 15 minutes", "£20 for each group", "To mend what stops families asking.")
    phone.press("Start")
    phone.sees("Question 1 of 4", "So that we can act where it is worst.")
    phone.choose("Gospel Oak")
    phone.press("Continue")
    phone.fill("Waiting, Families", "twelve")
    phone.press("Continue")
    phone.sees("There is something to put right")
    phone.go(phone.path)  # what was typed is kept, right or wrong
    assert phone.value("Waiting, Families") == "twelve"
    phone.fill("Waiting, Families", "12")
    phone.fill("Fixed, Families", "2")
    phone.press("Add up")
    phone.sees("Total", "14")
    phone.press("Save and come back later")
    phone.sees("Saved. You can go on at any time, on any phone or computer.")

    hodan = place["hodan"]
    hodan.menu("Home")
    hodan.press(f"Go on: {TITLE}")
    hodan.press("Go on with your answer")
    hodan.sees("Question 3 of 4", "This is not the place to report that someone is at risk.")
    hodan.fill(STORY, TOLD)
    hodan.press("Continue")
    hodan.choose("Yes")
    hodan.press("Continue")
    hodan.sees("Check your answers", "Gospel Oak", "12", TOLD)
    hodan.press("Change How many families")
    assert hodan.value("Waiting, Families") == "12"
    hodan.fill("Waiting, Families", "13")
    hodan.press("Continue")
    hodan.press("They are right")
    hodan.sees("Who will see what", "Reviewers see", "Anyone else would see", "A star (*)")
    hodan.press("Continue")
    hodan.choose("Yes, as “a local group”")
    hodan.press("Send")
    hodan.sees("Thank you. It is sent", "You sent it", "Somebody reads it by")
    assert "What you sent has arrived" in place.newest_mail("hodan")
    return reference(hodan)


def reference(hands: Hands) -> str:
    """The reference on a receipt."""
    found = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", hands.page.inner_text("main"))
    assert found
    return found[0]


def by_phone(place: Portal) -> str:
    """5. A connector writes down what a group says on the phone, reads it back, and sends it.
    Returns its reference."""
    sol = place["sol"]
    sol.menu("Our answers")
    sol.press("Write down an answer for a group")
    sol.choose("Willow Lunch Club")
    sol.choose("By phone")
    sol.press("Continue")
    sol.sees("You write this down for Willow Lunch Club.", "Say this first", "Hello, this is")
    sol.choose("Gospel Oak")
    sol.fill("Waiting, Families", "9")
    sol.fill("Fixed, Families", "1")
    sol.fill(STORY, "The man came once and wrote nothing down.")
    sol.choose("Yes")
    sol.press("Save, and go on")
    sol.sees("Read these answers out", "is this what you said?")
    sol.press("They are right")
    sol.press("Continue")
    sol.choose("Yes, with our name")
    sol.press("Send")
    sol.sees("There is something to put right", "Read the answers back first.")
    sol.fill("To whom did you read the answers back?", "Pat")
    sol.press("Send")
    sol.sees("You wrote this down for Willow Lunch Club.")
    pat = place["pat"]
    pat.menu("Our answers")
    pat.sees("By phone")
    pat.press(TITLE)
    pat.sees("Sol Reed read it back to Pat, and sent it", "Is it not what you said?")
    return reference(sol)


def more_answers(place: Portal, others: list[Group]) -> dict[str, str]:
    """Three more groups answer. Returns the references, by group."""
    world = place.verbs()
    [request] = [one for one in world.all(Request) if one.pilot_id]
    found = {}
    for (partner, person), story in zip(
        others[:3],
        (
            "Nobody called back.",
            "A boy of six sleeps in a wet room, and his father hits him.",
            "We want a swing in the park.",
        ),
        strict=True,
    ):
        sent = world.contribution(request, partner, person, waiting=8, fixed=2, story=story)
        found[partner.name] = sent.reference
    return found
