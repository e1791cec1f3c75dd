"""Beside the ten steps: a page is put right by its owner, two that are one are merged and parted,
papers are shown to an outsider, somebody who leaves hands over, and an agreement ends."""

from pathlib import Path

from tests.browser.journey.asking import TITLE, TOLD
from tests.browser.journey.hands import Hands
from tests.browser.journey.learning import LEARNED
from tests.browser.journey.portal import Portal
from tests.world import picture
from trust.calendar import london_day

TWICE = "Harbour Youth Ltd"
SAID = "They want our hall on Mondays."
PAPER = "Public liability, £5 million"


def proposed(place: Portal) -> None:
    """The council proposes a change to the group's page; the group takes a part of it."""
    lena, rahima = place["lena"], place["rahima"]
    lena.menu("Organisations")
    lena.press("Lantern Women’s Circle")
    lena.press("Something is not right? Propose a change")
    lena.fill("Whom you are there for", "Women in Gospel Oak")
    lena.fill("Languages you speak", "Bengali, Welsh")
    lena.press("Send it to them")
    lena.sees("Sent.", "decides what is right")
    assert "proposes a change to your page" in place.newest_mail("rahima")
    rahima.menu("Home")
    rahima.press("Look at a change to your page")
    rahima.sees("Women in Gospel Oak", "Bengali, Welsh")
    rahima.untick("Languages you speak")
    rahima.press("Put it on our page")
    rahima.sees("Women in Gospel Oak")
    for side in (rahima, lena):
        side.menu("Organisations")
        side.press("Lantern Women’s Circle")
        side.sees("Women in Gospel Oak")
        side.does_not_see("Welsh")


def merged(place: Portal) -> None:
    """A group is here twice, and a talk was written up with the second one. Its people say yes,
    and both are one, with all that hung on them; then they are taken apart again."""
    ada, lena, yusuf = place["ada"], place["lena"], place["yusuf"]
    sol = place["sol"]
    sol.menu("Organisations")
    sol.press("Introduce a group")
    sol.fill("Name of the group", TWICE)
    sol.fill("How do you know this group?", "They came to our fair.")
    sol.press("Introduce the group")
    second = sol.path.partition("?")[0]
    lena.go(second)
    lena.press("Write up a talk")
    lena.choose("We met")
    lena.day("When was it?", london_day(place.world.now))
    lena.fill("What was said?", SAID)
    lena.press("Show it to both sides")
    lena.menu("Organisations")
    lena.press("Harbour Youth")
    first = lena.path.partition("?")[0]
    assert first != second
    hears(lena, first, of_the_talk=False)

    ada.menu("This portal")
    ada.press("Organisations that may be here twice")
    ada.sees("The same name")
    ada.press("Harbour Youth and Harbour Youth Ltd")
    ada.sees("People act for them. Nothing changes until each side says yes.")
    ada.choose("Harbour Youth")
    ada.press("Ask them")
    ada.sees("Not answered yet: Harbour Youth")
    hears(lena, first, of_the_talk=False)
    assert "You may be here twice" in place.newest_mail("yusuf")
    yusuf.menu("Home")
    yusuf.press("Are you here twice?")
    yusuf.sees(TWICE, "It can be undone for 60 days.")
    yusuf.press("Yes, we are one")
    yusuf.sees("All that belonged to the two belongs to one now.")
    lena.go(second)
    assert lena.path == first, "the old address leads to the one that stayed"
    lena.sees("Harbour Youth")
    hears(lena, first, of_the_talk=True)
    yusuf.menu("Home")
    yusuf.press("Read what Camden Council wrote down")
    yusuf.sees(SAID)
    there = yusuf.path

    ada.again()
    ada.press("Take them apart again")
    ada.press("Take them apart")
    ada.sees("They are two again.")
    yusuf.cannot_open(there)
    hears(lena, first, of_the_talk=False)
    hears(lena, second, of_the_talk=True)


def hears(lena: Hands, path: str, *, of_the_talk: bool) -> None:
    """Whether the talk stands among what the council and this group said to each other."""
    lena.go(path)
    lena.press("Notes of what you said to each other")
    lena.sees("Both sides read the same notes.")
    (lena.sees if of_the_talk else lena.does_not_see)("We met")


def shown(place: Portal, tmp_path: Path) -> Hands:
    """The group puts a paper on its passport and makes a link to it and to its agreement. An
    outsider opens the link. Returns the outsider's screen."""
    rahima, outsider = place["rahima"], place.device()
    rahima.menu("Organisations")
    rahima.press("Lantern Women’s Circle")
    rahima.press("Your trust passport")
    rahima.sees("There are no papers yet", "With Camden Council, since")
    rahima.press("Add a paper")
    rahima.press("Save")
    rahima.sees("There is something to put right", "Enter the day on it")
    rahima.choose("Insurance")
    rahima.fill("What it is called", PAPER)
    rahima.day("The day on it", london_day(place.world.now))
    paper = tmp_path / "policy.png"
    paper.write_bytes(picture())
    rahima.upload("The file", paper)
    rahima.press("Save")
    rahima.sees("It is on your passport.", "policy.png")
    rahima.go("/passport")
    rahima.press("Show some of it to somebody")
    rahima.choose(PAPER)
    rahima.choose("Trust agreement with Camden Council")
    rahima.choose("They may open the files too")
    rahima.fill("Whom is it for?", "Sam of the bank")
    rahima.choose("30 days")
    rahima.press("Make the link")
    rahima.sees("Copy this link now.", "Not opened yet.")
    link = rahima.page.locator("#address").input_value()
    rahima.again()
    rahima.does_not_see("Copy this link now.")
    outsider.go("/shared/" + link.rpartition("/")[2])
    outsider.sees("Lantern Women’s Circle shows you some papers")
    outsider.does_not_see(PAPER)
    rahima.again()
    rahima.sees("Not opened yet.")  # a program that looks into mail got as far
    outsider.press("Show them to me")
    outsider.sees(PAPER, "With Camden Council, since")
    outsider.does_not_see("Sam of the bank")
    got = outsider.download("policy.png").path()
    assert got.read_bytes().startswith(b"\x89PNG")
    return outsider


def handed_over(place: Portal) -> None:
    """The first person of a group leaves; the second goes on with all that hung on her."""
    rahima, hodan = place["rahima"], place["hodan"]
    rahima.go("/people/leave")
    rahima.sees("Hand over and leave Lantern Women’s Circle")
    rahima.pick("Who takes everything over?", "Hodan")
    rahima.press("Hand over and leave")
    rahima.sees("Hello, Rahima")
    rahima.cannot_open("/people")
    hodan.go("/people")
    hodan.sees("Hodan", "Signatory")
    hodan.does_not_see("Rahima")


def ended(place: Portal, read_at: str, outsider: Hands) -> None:
    """The group ends its agreement. What it shared is gone from the other screens at their next
    look; what has left stays, and is listed on the page that ends it and to both sides after."""
    hodan, ravi, pat, lena = (place[name] for name in ("hodan", "ravi", "pat", "lena"))
    ravi.go(read_at)
    ravi.sees(TOLD)
    pat.go(place.pilot)
    pat.press("What we learned")
    pat.press(LEARNED)
    pat.sees(TOLD)
    lena.go("/agreements")
    lena.press("Lantern Women’s Circle")
    hodan.go(lena.path)
    hodan.press("End this agreement")
    gone = ("1 answer can no longer be opened", "Words that are quoted from it are taken out")
    stays = ("Ravi Shah, Camden Council, read it first on", "A finding that rests on it was shared")
    hodan.sees("What will disappear", *gone, "What cannot be called back", *stays, LEARNED)
    hodan.press("End it")
    hodan.sees("There is something to put right")
    for screen in (ravi, pat):
        screen.again()
        screen.sees(TOLD)
    hodan.fill("Why?", "We close at Easter.")
    hodan.press("End it")
    hodan.sees("You ended it.")

    ravi.again()
    ravi.does_not_see(TOLD)
    pat.again()
    pat.sees(LEARNED)
    pat.does_not_see(TOLD)
    outsider.again()
    outsider.sees(PAPER)
    outsider.does_not_see("Camden")
    lena.again()
    for side in (hodan, lena):
        side.sees("It has ended.", "We close at Easter.", "What has disappeared", *gone, *stays)
    hodan.menu("Our answers")
    hodan.press(TITLE)
    hodan.sees(TOLD)  # whoever gave it has all of it


def revoked(place: Portal, outsider: Hands) -> None:
    """Whoever took over sees when the link was opened, and ends it. It shows nothing any more."""
    hodan = place["hodan"]
    hodan.go("/passport/links")
    hodan.sees("Opened 1 time.")
    hodan.press("Sam of the bank")
    hodan.sees("1 time. We note the time and nothing about who it was.")
    hodan.press("End this link now")
    hodan.sees("The link is ended. It opens nothing any more.", "1 time.")
    outsider.again()
    outsider.sees("This link opens nothing")
    outsider.does_not_see(PAPER, "Lantern")
