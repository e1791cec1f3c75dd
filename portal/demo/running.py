"""What goes on in Camden while a visitor looks: something waits for each of them to try."""

from pilots import cohort, requests, review, stages
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from portal.demo import running_words as words
from portal.demo import work
from portal.demo.ground import settle
from portal.demo.organisations import ORGANISATIONS
from portal.demo.people import PEOPLE
from portal.demo.story import Story
from trust import inquiries, relationships
from trust.records import Ref


def tell(story: Story, damp: Pilot, sent: list[Contribution]) -> None:
    """A new group is asked to sign, a new request is open, a finding waits for Lantern, an
    answer waits for its reader, a worry for the safeguarding lead."""
    story.on(9)
    settle(story, ORGANISATIONS["bramble"])
    work.say_how_it_is(story, "rahima", "camden", "good")
    work.say_how_it_is(story, "dan", PEOPLE[words.NEXT.who].organisation, "good")
    story.on(8).say("ines", stages.go_back, damp, stage="A7", to="A5", reason=words.BACK)
    request = work.ask(story, "ines", damp, words.QUESTIONS, **words.REQUEST)
    told = work.send(story.on(6), request, words.CHLOE)
    rests_on = {sent[place].id: "" for place in words.RESTS_ON}
    note = work.write_up(story, "dan", words.NEXT)
    story.say(words.NEXT.who, relationships.confirm, note, corrections={})
    found = work.find_out(story, "ravi", damp, rests_on, days=15, **words.FINDING)
    story.on(5).sees("ravi", told)
    story.say("ravi", review.claim, told)
    story.say("ravi", review.ask, told, words=words.UNCLEAR)
    work.write_up(story, "dan", words.TALK)
    work.judge(story.on(4), "chloe", found, "right")
    _somebody_asks(story.on(4))
    work.propose(story.on(3), "dan", "ines", "bramble", damp)
    story.say("ines", cohort.invite, damp, partner=story.partners["bramble"])
    work.judge(story, "martin", found, "right")
    work.send(story.on(2), request, words.SANA)
    work.election(story, "camden", words.ELECTION, story.coming(30), story.coming(50))
    given = {"council": story.partners["camden"], "lang": "en", "why": ""}
    own = story.partners["smallsteps"]
    story.say("chloe", requests.ask_council, own, words=words.ASKED, **given)
    worry = work.send(story.on(1), request, words.KWAME)
    story.on(0).sees("ravi", worry)
    story.say("ravi", review.pass_on, worry, words=words.WORRY)


def _somebody_asks(story: Story) -> None:
    """Somebody asks the council for its records, and a group that they touch is asked first."""
    given = {"received_on": story.day(5), "lang": "en", **words.INFORMATION}
    asked = story.say("idris", inquiries.log, story.partners["camden"], **given)
    group = story.partners["smallsteps"]
    story.say("idris", inquiries.cover, asked, about=Ref.of(group), giver_id=group.id)
