"""Camden's story: why do families give up on damp repairs? A dense place, Model A."""

from pilots import canvas, cohort, insight, pilot, requests, review, stages
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from portal.demo import camden_answers as answers
from portal.demo import camden_words as words
from portal.demo import work
from portal.demo.people import PEOPLE
from portal.demo.story import Story
from trust import ending, negotiation, next_steps, relationships
from trust.governance import case as cases
from trust.relationships import Note

GROUPS = ("martin", "rahima", "chloe", "len", "winifred")
"""Who speaks for each group of the cohort; Copperfield's leads with the council."""


def tell(story: Story) -> tuple[Pilot, list[Contribution]]:
    """The story from the first talk to the answer. Returns the pilot, and what was sent to it."""
    damp, first = _meet(story)
    _council_gives(story, damp, first)
    _agree(story, damp)
    _choose(story, damp)
    return damp, _share(story, damp)


def _meet(story: Story) -> tuple[Pilot, Note]:
    council = story.partners["camden"]
    damp: Pilot = story.on(58).say(
        "ines",
        pilot.open_pilot,
        council,
        name="Damp repairs (demo)",
        question=words.QUESTION,
        lang="en",
        model="neighbourhood",
        first_stage="A1",
        region_id=council.region_id,
    )
    work.give_roles(story, "ines", damp, "camden")
    notes = [(talk, work.write_up(story.on(55), "dan", talk)) for talk in words.TALKS]
    story.on(54)
    for talk, note in notes:
        story.say(talk.who, relationships.confirm, note, corrections=talk.corrected)
    work.take_part(story, "ines", damp, GROUPS)
    asked = story.say("ines", cohort.invite, damp, partner=story.partners["bellstreet"])
    story.say("joe", cohort.decline, asked, reason=words.DECLINED)
    return damp, notes[0][1]


def _council_gives(story: Story, damp: Pilot, first: Note) -> None:
    given = {"council": story.partners["camden"], "lang": "en"}
    asked = story.on(53).say(
        "hodan",
        requests.ask_council,
        story.partners["lantern"],
        words=words.ASKED,
        why=words.ASKED_WHY,
        **given,
    )
    story.on(52).say("ines", stages.go_on, damp, stage="A1", confirmed=True)
    answer = story.on(49).answers("dan", asked, [words.GAVE], quote="named")
    story.say("dan", next_steps.tick, first, done=True)
    story.on(48).sees("hodan", answer)
    story.say("hodan", review.claim, answer)
    story.say("hodan", review.accept, answer)


def _agree(story: Story, damp: Pilot) -> None:
    story.on(47)
    held = {
        giver: work.propose(story, "dan", "ines", giver, damp)
        for giver in (*(PEOPLE[who].organisation for who in GROUPS), "bellstreet")
    }
    story.on(46)
    for who, role in (("martin", "Manager"), ("rahima", "Founder"), ("chloe", "Director")):
        work.sign(story, who, held[PEOPLE[who].organisation], role)
    work.sign(story, "winifred", held["chalklane"], "Chair")
    narrowed = {"clause": "not-for-enforcement", "options": ["no-tenancy-action"]}
    story.on(45)
    story.say("len", negotiation.ask_change, held["redbrick"], why=words.NARROWED_WHY, **narrowed)
    story.on(44).say("dan", negotiation.make_change, held["redbrick"])
    story.say("joe", ending.decline, held["bellstreet"], reason=words.DECLINED)
    story.on(43)
    work.sign(story, "len", held["redbrick"], "Secretary")
    for who in GROUPS:
        work.sign(story, "margaret", held[PEOPLE[who].organisation], "Director", last=True)


def _choose(story: Story, damp: Pilot) -> None:
    story.on(42)
    for stage in ("A2", "A3"):
        story.say("ines", stages.go_on, damp, stage=stage, confirmed=True)
    story.say("martin", canvas.write, damp, **words.CANVAS)
    story.on(41)
    case = canvas.case_of(story.session, damp.id)
    given = {"role": "invited-reviewer", "partner": story.partners["tworivers"]}
    story.say("ines", cases.seat, case, **given, **story.by("tobias"))
    story.accept("tobias")
    story.say("samir", cases.decide, case, decision="light", reason=words.LIGHT)
    story.say("rahima", canvas.agree_vcs, damp)
    story.say("ines", canvas.agree_council, damp)
    story.say("ines", stages.go_on, damp, stage="A4", confirmed=True)


def _share(story: Story, damp: Pilot) -> list[Contribution]:
    story.on(40)
    work.say_how_it_is(story, "rahima", "camden", "mixed", words.RING_FIRST)
    work.say_how_it_is(story, "dan", PEOPLE["rahima"].organisation, "good")
    questions = (story.asking_where("camden", answers.AREA, answers.WARDS), *answers.REST)
    request = work.ask(story, "ines", damp, questions, **answers.REQUEST)
    sent = work.gather(story, request, "ravi", "beatrice", answers.SENT)
    story.on(25).say("ines", requests.close, request)
    story.say("ines", stages.go_on, damp, stage="A5", confirmed=True)
    rests_on = {one.id: "" for one in sent if one.state == "accepted"}
    rests_on[sent[1].id] = answers.BENGALI
    rests_on[sent[2].id] = answers.SENT[2].answers[2].split(".")[0] + "."
    found = work.find_out(story.on(24), "ravi", damp, rests_on, **words.FINDING)
    work.judge(story.on(23), "rahima", found, "right", words.RIGHT)
    for who in ("martin", "chloe", "winifred"):
        work.judge(story, who, found, "right")
    work.judge(story.on(21), "len", found, "missed", words.MISSED)
    table = work.prepare(story.on(19), "ravi", damp, **words.TABLE)
    work.release(story, "ines", table)
    story.on(18).say("ravi", insight.publish, found)
    story.say("ines", stages.go_on, damp, stage="A6", confirmed=True)
    work.respond(story.on(12), "gloria", found, "cannot", words.CANNOT)
    work.respond(story, "gloria", found, "will", words.WILL, story.next(30, 6))
    work.respond(story.on(10), "gloria", found, "did", words.DID)
    quoted = {sent[2].id: answers.SENT[2].who}
    work.make_public(story.on(9), "ravi", "gloria", found, quoted)
    return sent
