"""Beside the ten steps: a page is put right by its owner, and somebody who leaves hands over."""

from tests.browser.journey.portal import Portal


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
