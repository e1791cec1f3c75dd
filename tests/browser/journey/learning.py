"""Steps 6 to 8: what was sent is read, something is learned, and those who gave hear of it."""

from datetime import timedelta

from tests.browser.journey.asking import TITLE, TOLD
from tests.browser.journey.hands import Hands
from tests.browser.journey.portal import Portal
from trust.calendar import london_day

LEARNED = "Families give up because nobody calls back in their language."
DONE = "From May the line is staffed in three languages."
NEWS, ANSWER_BY, DONE_BY = timedelta(days=20), timedelta(days=14), timedelta(days=60)


def take(place: Portal, reference: str) -> Hands:
    """The reviewer takes one off the queue and opens it."""
    ravi = place["ravi"]
    ravi.menu("Review")
    if place.mode["scripts"] == "on":
        ravi.press_here(f"Take it {reference}")
        ravi.press(f"Read it {reference}")
    else:
        ravi.press(f"Take it {reference}")
    ravi.sees(reference, "You are reading it.")
    return ravi


def accept(place: Portal, reference: str) -> None:
    ravi = place["ravi"]
    ravi.press("Accept it")
    ravi.day("By when do they hear more?", london_day(place.world.now) + NEWS)
    ravi.press("Accept")
    ravi.sees(f"{reference} is done. Thank you.")


def reviewed(place: Portal, lantern: str, willow: str, others: dict[str, str]) -> str:
    """6. A reviewer works through a queue: asks, is answered, accepts; sets one aside with a
    reason; passes one on because someone may be at risk. Returns where the first one is read."""
    ravi, hodan = place["ravi"], place["hodan"]
    ravi.menu("Review")
    ravi.sees("5 answers", lantern, willow, *others.values())
    there = take(place, lantern).path
    ravi.sees(TOLD, "Gospel Oak")
    ravi.press("Ask them something")
    ravi.fill("Your question", "Which line do you mean?")
    ravi.press("Send the question")
    assert "There is a question about what you sent" in place.newest_mail("hodan")
    hodan.menu("Home")
    hodan.press(f"They asked you something about {TITLE}")
    hodan.sees("Which line do you mean?", "Ravi Shah")
    hodan.fill("Your answer", "The repairs line.")
    hodan.press("Send your answer")
    ravi.again()
    ravi.sees("The repairs line.")
    accept(place, lantern)
    hodan.again()
    hodan.sees("Accepted", "You hear more by", "Ravi Shah, Camden Council")
    for reference in (willow, others["Copperfield Advice Desk"]):
        take(place, reference)
        accept(place, reference)
    set_aside(place, others["Small Steps Parents"])
    at_risk(place, others["Redbrick Tenants’ Voice"])
    ravi.menu("Review")
    ravi.sees("Nothing waits to be read")
    return there


def set_aside(place: Portal, reference: str) -> None:
    """6. It is about something else; the group reads why."""
    ravi = take(place, reference)
    ravi.press("Set it aside")
    ravi.choose("It is about something else than we asked")
    ravi.fill("Say it in your own words", "Thank you. We told the parks team.")
    ravi.press("Set it aside")
    assert "The reason is here" in place.newest_mail("nia")
    nia = place["nia"]
    nia.menu("Our answers")
    nia.press(TITLE)
    nia.sees("Not used: It is about something else than we asked")
    nia.sees("Thank you. We told the parks team.")


def at_risk(place: Portal, reference: str) -> None:
    """6. Someone may be at risk: the safeguarding lead has it, and the group is told once the
    lead says so."""
    ravi, sam, joss = take(place, reference), place["sam"], place["joss"]
    there = ravi.path
    ravi.press("Someone in this answer may be at risk")
    ravi.fill("What worries you?", "A child may be hurt at home.")
    ravi.press("Pass it on now")
    ravi.cannot_open(there)
    joss.menu("Our answers")
    joss.press(TITLE)
    joss.sees("Being read")
    joss.does_not_see("safeguarding lead")
    assert "Somebody needs you today" in place.newest_mail("sam")
    sam.menu("At risk")
    sam.press("Redbrick Tenants’ Voice")
    sam.sees("A child may be hurt at home.", "his father hits him", "Ravi Shah")
    sam.choose("Yes")
    sam.press("I have it")
    sam.sees("Sam Lane")
    joss.again()
    joss.sees("Passed to the safeguarding lead the same day")


def understood(place: Portal) -> None:
    """7. The reviewer writes what was learned, resting on three answers. Those who gave them see
    it first and say: right, not quite, you missed something. Then the cohort reads it."""
    ravi = place["ravi"]
    ravi.go(place.pilot)
    ravi.press("What we learned")
    ravi.press("Write down what you learned")
    ravi.fill("What did you learn?", LEARNED)
    ravi.choose("It is likely")
    ravi.fill("What should a reader keep in mind?", "We heard from one ward only.")
    ravi.choose("Lantern Women’s Circle")
    ravi.fill("Words to quote", TOLD)
    for name in ("Willow Lunch Club", "Copperfield Advice Desk"):
        ravi.choose(name)
    ravi.press("Save")
    ravi.sees(LEARNED, "It rests on 3 organisations.", "Being written")
    there = ravi.path
    place["nia"].cannot_open(there)
    ravi.press("Show it to those it rests on")
    ravi.day("By when can they answer?", london_day(place.world.now) + ANSWER_BY)
    ravi.press("Show it to them")
    ravi.sees("3 organisations have not answered.")
    for name, verdict, words in (
        ("rahima", "This is right", ""),
        ("mo", "Not quite", "Some give up because of the cost."),
        ("pat", "You missed something", "Nobody asked the older people."),
    ):
        assert "You see it first" in place.newest_mail(name)
        hands = place[name]
        hands.menu("Home")
        hands.press("Did we understand you?")
        hands.sees(LEARNED, "You see it before anybody else.")
        hands.press("Say if this is right")
        hands.choose(verdict)
        hands.fill("In your own words", words)
        hands.press("Send")
        hands.sees("You:", verdict)
    place["nia"].cannot_open(there)
    ravi.again()
    ravi.sees("All of them have answered.", "Some give up because of the cost.")
    ravi.press("Share it with all who take part")
    place["nia"].again()
    place["nia"].sees(LEARNED, "Nobody asked the older people.", "The council owes one.")
    place["hodan"].again()
    place["hodan"].sees("Shared with all who take part")


def responded(place: Portal) -> None:
    """8. The decision owner says what happens now; each who gave something sees it in the
    timeline of what they gave, and gets a mail."""
    ines = place["ines"]
    ines.go(place.pilot)
    ines.press("What we learned")
    ines.press(LEARNED)
    ines.press("Say what happens now")
    ines.choose("We will")
    ines.day("By when?", london_day(place.world.now) + DONE_BY)
    ines.fill("Say it so that everyone", DONE)
    ines.press("Send")
    ines.sees(DONE, "We will")
    for name in ("hodan", "mo", "pat"):
        mail = place.newest_mail(name)
        assert "This is what came of what you shared" in mail
        assert ines.path in mail
        place[name].menu("Our answers")
        place[name].press(TITLE)
        place[name].sees("We will, by", DONE)
    place["nia"].again()
    place["nia"].sees(DONE)
