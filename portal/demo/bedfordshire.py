"""Central Bedfordshire's story: how do you get to an appointment without a car? Many small
places, Model B: connectors go round, with paper and phone."""

from pilots import canvas, contributions, insight, pilot, requests, review, stages
from pilots.pilot import Pilot
from portal.demo import bedfordshire_words as words
from portal.demo import work
from portal.demo.people import PEOPLE
from portal.demo.story import Story
from trust import relationships
from trust.governance import case as cases

GROUPS = ("peter", "doreen", "kasia", "jackie", "sunil", "maureen", "ed", "blessing")
"""Who speaks for each group of the cohort; Greensand Good Turns leads with the council."""


def tell(story: Story) -> Pilot:
    """The story from the first connector to the answer for each place. Returns the pilot."""
    lifts = _listen(story)
    _council_gives(story, lifts)
    _agree(story, lifts)
    _choose(story, lifts)
    _share(story, lifts)
    return lifts


def _listen(story: Story) -> Pilot:
    council = story.partners["beds"]
    lifts: Pilot = story.on(58).say(
        "imran",
        pilot.open_pilot,
        council,
        name="Getting there (demo)",
        question=words.QUESTION,
        lang="en",
        model="connectors",
        first_stage="B1",
        region_id=council.region_id,
    )
    work.give_roles(story, "imran", lifts, "central-bedfordshire")
    story.on(57).say("imran", stages.go_on, lifts, stage="B1", confirmed=True)
    notes = [(talk, work.write_up(story.on(55), "frances", talk)) for talk in words.TALKS]
    story.on(54)
    for talk, note in notes:
        story.say(talk.who, relationships.confirm, note, corrections=talk.corrected)
    work.take_part(story, "imran", lifts, GROUPS)
    return lifts


def _council_gives(story: Story, lifts: Pilot) -> None:
    given = {"council": story.partners["beds"], "lang": "en"}
    asked = story.on(53).say(
        "peter",
        requests.ask_council,
        story.partners["greensand"],
        words=words.ASKED,
        why=words.ASKED_WHY,
        **given,
    )
    story.on(52).say("imran", stages.go_on, lifts, stage="B2", confirmed=True)
    answer = story.on(50).answers("frances", asked, [words.GAVE], quote="named")
    story.on(49).sees("peter", answer)
    story.say("peter", review.claim, answer)
    story.say("peter", review.accept, answer)


def _agree(story: Story, lifts: Pilot) -> None:
    story.on(47)
    givers = [PEOPLE[who].organisation for who in GROUPS]
    held = [work.propose(story, "frances", "imran", giver, lifts) for giver in givers]
    story.on(45)
    for who, agreement in zip(GROUPS, held, strict=True):
        work.sign(story, who, agreement, "Organiser")
    story.on(43)
    for agreement in held:
        work.sign(story, "alan", agreement, "Director", last=True)
    story.say("imran", stages.go_on, lifts, stage="B3", confirmed=True)


def _choose(story: Story, lifts: Pilot) -> None:
    story.on(42).say("imran", stages.go_on, lifts, stage="B4", confirmed=True)
    story.say("peter", canvas.write, lifts, **words.CANVAS)
    story.on(41)
    case = canvas.case_of(story.session, lifts.id)
    given = {"role": "invited-reviewer", "partner": story.partners["fieldgate"]}
    story.say("imran", cases.seat, case, **given, **story.by("hilda"))
    story.accept("hilda")
    story.say("yusuf", cases.decide, case, decision="light", reason=words.LIGHT)
    story.say("kasia", canvas.agree_vcs, lifts)
    story.say("imran", canvas.agree_council, lifts)
    story.say("imran", stages.go_on, lifts, stage="B5", confirmed=True)


def _share(story: Story, lifts: Pilot) -> None:
    story.on(40)
    work.election(story, "central-bedfordshire", words.ELECTION, story.day(28), story.day(9))
    where = story.asking_where("central-bedfordshire", words.AREA, words.CLUSTERS)
    request = work.ask(story, "imran", lifts, (where, *words.REST), **words.REQUEST)
    sent = work.gather(story, request, "bethan", "rosa", words.SENT)
    story.on(25).say("imran", requests.close, request)
    story.say("imran", stages.go_on, lifts, stage="B6", confirmed=True)
    rests_on = {one.id: "" for one in sent}
    rests_on[sent[0].id], rests_on[sent[2].id] = words.POLISH, words.QUOTED
    found = work.find_out(story.on(24), "bethan", lifts, rests_on, **words.FINDING)
    work.judge(story.on(22), "doreen", found, "not-quite", words.NOT_QUITE)
    reworded = {"statement": words.REWORDED, "caveats": words.FINDING["caveats"]}
    story.on(21).say("bethan", insight.reword, found, **reworded)
    story.on(20)
    for who in GROUPS:
        work.judge(story, who, found, "right")
    table = work.prepare(story.on(19), "bethan", lifts, **words.TABLE)
    story.on(18).say("bethan", insight.publish, found)
    story.say("imran", stages.go_on, lifts, stage="B7", confirmed=True)
    work.respond(story.on(12), "colin", found, "cannot", words.CANNOT)
    work.respond(story, "colin", found, "will", words.WILL, story.next(1, 9))
    work.respond(story.on(10), "colin", found, "did", words.DID)
    work.release(story.on(8), "imran", table)  # four weeks of by-election are over
    work.make_public(story, "bethan", "colin", found, {sent[2].id: "kasia"})
    story.say("imran", stages.go_on, lifts, stage="B8", confirmed=True)
    talk = work.write_up(story.on(6), "frances", words.FOLLOWS)
    story.on(5).say("judy", relationships.confirm, talk, corrections={})
    story.say("kasia", contributions.withdraw, sent[2])
