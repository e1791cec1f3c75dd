"""The parts that both stories share: talks, agreements, requests, answers, findings, releases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pilots import (
    asking,
    cohort,
    composing,
    drafts,
    insight,
    publications,
    quotations,
    releases,
    requests,
    responses,
    review,
    verdicts,
)
from pilots import pilot as pilots
from pilots.contributions import Contribution
from pilots.insight import Insight
from pilots.pilot import Pilot
from pilots.publications import Publication
from pilots.queue import news_due
from pilots.releases import Release
from pilots.requests import Request
from portal.demo.organisations import ORGANISATIONS
from portal.demo.people import PEOPLE
from portal.demo.story import Story
from portal.english import INVENTED, english
from trust import agreements, elections, pulse, relationships, safeguarding, signing
from trust.agreements import Agreement
from trust.calendar import add_months, london_day
from trust.installation import INSTALLATION, Installation, Region
from trust.records import Ref
from trust.relationships import Note
from trust.safeguarding import Concern


@dataclass(frozen=True)
class Talk:
    """A talk: with whom, how, and what was said. ``corrected`` are the lines put right."""

    who: str
    how: str
    lines: tuple[str, ...]
    corrected: dict[int, str] = field(default_factory=dict)
    next_step: str = ""
    next_step_by: str = "giver"


@dataclass(frozen=True)
class Sent:
    """One contribution: by whom, on which day it came and was read, and what came of it.

    ``giver``, ``channel`` and ``read_back_to`` are given where a connector wrote it down.
    ``typed_first`` is an answer that its writer thought better of, by its place. ``outcome`` is
    accept, ask (``words`` is question and reply), aside (code and reason) or pass-on (why).
    """

    who: str
    came: int
    read: int
    answers: tuple[Any, ...]
    quote: str = "sector"
    lang: str = "en"
    giver: str = ""
    channel: str = ""
    read_back_to: str = ""
    typed_first: tuple[int, str] | None = None
    outcome: str = "accept"
    words: tuple[str, ...] = ()


def write_up(story: Story, lead: str, talk: Talk) -> Note:
    """A relationship lead writes up a talk with a group."""
    other = story.partners[PEOPLE[talk.who].organisation]
    written: Note = story.say(
        lead,
        relationships.write,
        story.partners[PEOPLE[lead].organisation],
        other=other,
        happened_on=london_day(story.now),
        how=talk.how,
        lines=list(talk.lines),
        next_step=talk.next_step,
        next_step_by=talk.next_step_by,
        next_step_on=story.coming(10) if talk.next_step else None,
        lang="en",
    )
    return written


def say_how_it_is(story: Story, who: str, other: str, how: str, differently: str = "") -> None:
    """One side says how it is between it and another one."""
    own = story.partners[PEOPLE[who].organisation]
    given = {"how": how, "differently": differently, "lang": "en"}
    story.say(who, pulse.say, own, other=story.partners[other], **given)


def propose(story: Story, lead: str, deputy: str, giver: str, pilot: Pilot) -> Agreement:
    """The council proposes the common base for a pilot to a group, with whom to call."""
    staff = [one for one in PEOPLE.values() if one.organisation == giver]
    phone = ORGANISATIONS[giver].phone
    made: Agreement = story.say(
        lead,
        agreements.propose,
        story.partners[PEOPLE[lead].organisation],
        other=story.partners[giver],
        purpose=pilot.question,
        work=Ref.of(pilot),
        project=pilot.name,
        review_on=add_months(london_day(story.now), 12),
        contacts={
            "giver_contact": f"{staff[0].name}, {phone}",
            "giver_deputy": f"{staff[-1].name}, {phone}",
            "taker_contact": f"{PEOPLE[lead].name}, {PEOPLE[lead].phone}",
            "taker_deputy": f"{PEOPLE[deputy].name}, {PEOPLE[deputy].phone}",
        },
    )
    return made


def sign(story: Story, who: str, agreement: Agreement, role: str, *, last: bool = False) -> None:
    """Somebody signs for their side what they have read."""
    story.say(
        who,
        signing.sign_last if last else signing.sign,
        agreement,
        name=PEOPLE[who].name,
        role=role,
        read_sha256=agreement.text_sha256,
    )


def take_part(story: Story, coordinator: str, pilot: Pilot, whos: Sequence[str]) -> None:
    """Groups are invited to the cohort and say yes; the first one leads it with the council."""
    for place, who in enumerate(whos):
        partner = story.partners[PEOPLE[who].organisation]
        given = {"partner": partner, "co_lead": place == 0}
        member = story.say(coordinator, cohort.invite, pilot, **given)
        story.say(who, cohort.join, member)


def give_roles(story: Story, coordinator: str, pilot: Pilot, region: str) -> None:
    """The coordinator gives out the roles in the pilot, and the people say yes."""
    for one in PEOPLE.values():
        for where, role in one.also:
            if where == region and role != "invited-reviewer":
                given = {"role": role, "partner": story.partners[one.organisation]}
                story.say(coordinator, pilots.seat, pilot, **given, **story.by(one.key))
                story.accept(one.key)


def ask(
    story: Story, coordinator: str, pilot: Pilot, questions: Sequence[dict[str, Any]], **given: Any
) -> Request:
    """The coordinator writes a request and puts it to the cohort."""
    request: Request = story.say(coordinator, requests.write, pilot, closes_on=None, **given)
    for one in questions:
        story.say(coordinator, composing.add_question, request, **one)
    story.say(coordinator, asking.open_request, request)
    return request


def gather(
    story: Story, request: Request, reviewer: str, lead: str, all_sent: Sequence[Sent]
) -> list[Contribution]:
    """Answers come and are read, each on its day. Returns them in the order of ``all_sent``."""
    made: dict[int, Contribution] = {}
    first, last = max(one.came for one in all_sent), min(one.read for one in all_sent)
    for ago in range(first, last - 1, -1):
        story.on(ago)
        for number, one in enumerate(all_sent):
            if one.came == ago:
                made[number] = send(story, request, one)
        for number, one in enumerate(all_sent):
            if one.read == ago:
                read(story, reviewer, lead, made[number], one)
    return [made[number] for number in range(len(all_sent))]


def send(story: Story, request: Request, one: Sent) -> Contribution:
    """One answer is written and sent."""
    if one.typed_first:
        _think_better(story, request, one)
    return story.answers(
        one.who,
        request,
        list(one.answers),
        quote=one.quote,
        lang=one.lang,
        giver=one.giver,
        channel=one.channel,
        read_back_to=one.read_back_to,
    )


def _think_better(story: Story, request: Request, one: Sent) -> None:
    """What was typed first stays nowhere: the draft keeps only what its writer left there."""
    assert one.typed_first is not None
    place, words = one.typed_first
    own = story.partners[PEOPLE[one.who].organisation]
    draft = story.say(one.who, drafts.start, own, request=request, lang=one.lang)
    story.types(one.who, draft, draft.request_version.questions[place], words)


def read(story: Story, reviewer: str, lead: str, sent: Contribution, one: Sent) -> None:
    """A reviewer reads an answer, and decides what comes of it."""
    story.sees(reviewer, sent)
    if one.outcome == "pass-on":
        story.say(reviewer, review.pass_on, sent, words=one.words[0])
        concern = story.session.query(Concern).order_by(Concern.id.desc()).first()
        assert concern is not None
        story.say(lead, safeguarding.take, concern)
        story.say(lead, safeguarding.close, concern, reason=one.words[1], tell=True)
        return
    story.say(reviewer, review.claim, sent)
    if one.outcome == "aside":
        story.say(reviewer, review.set_aside, sent, code=one.words[0], reason=one.words[1])
        return
    if one.outcome == "ask":
        story.say(reviewer, review.ask, sent, words=one.words[0])
        story.say(one.who, review.reply, sent, words=one.words[1])
    story.say(reviewer, review.accept, sent, next_news_on=news_due(story.session, sent))


def find_out(
    story: Story,
    reviewer: str,
    pilot: Pilot,
    rests_on: dict[int, str],
    *,
    days: int = 10,
    **words: str,
) -> Insight:
    """A reviewer writes what was learned, and shows it to those it rests on."""
    written: Insight = story.say(
        reviewer, insight.write, pilot, lang="en", rests_on=rests_on, **words
    )
    story.say(reviewer, insight.show, written, answer_by=story.coming(days))
    return written


def judge(story: Story, who: str, found: Insight, kind: str, words: str = "") -> None:
    """A group says what it thinks of a finding."""
    story.say(who, verdicts.judge, found, kind=kind, words=words)


def respond(
    story: Story, owner: str, found: Insight, kind: str, words: str, by_day: date | None = None
) -> None:
    """A decision owner answers a finding."""
    story.say(owner, responses.give, found, kind=kind, words=words, lang="en", by_day=by_day)


def prepare(story: Story, preparer: str, pilot: Pilot, *, title: str, description: str) -> Release:
    """One person prepares a table for anyone."""
    prepared: Release = story.say(
        preparer,
        releases.prepare,
        pilot,
        question=releases.tables_of(story.session, pilot.id)[0],
        title=title,
        description=description,
        audience="public",
        open_licence=True,
        lang="en",
    )
    return prepared


def release(story: Story, signer: str, prepared: Release) -> None:
    """Another one releases it."""
    given = {"mailbox": "help@example.org", "say": english, "notice": english(INVENTED)}
    story.say(signer, releases.sign, prepared, **given)


def make_public(
    story: Story, preparer: str, signer: str, found: Insight, yes: dict[int, str]
) -> None:
    """One person prepares a finding for anyone, each group whose words stand in it says yes, and
    another makes it public. ``yes``: who says it, by contribution."""
    story.session.refresh(found)
    quotes = [one.id for one in found.evidence if one.contribution_id in yes]
    made: Publication = story.say(preparer, publications.prepare, found, quotes=quotes)
    for one in quotations.of(story.session, found).values():
        story.say(yes[one.evidence.contribution_id], quotations.allow, one)
    words = publications.words_of(story.session, made, story.now)
    story.say(signer, publications.sign, made, sha256=words.sha256)


def election(story: Story, region: str, name: str, first_day: date, last_day: date) -> None:
    """The administrator writes down a by-election of a council’s region."""
    session = story.session
    held = session.query(Region).filter(Region.key == region).one()
    days = {"first_day": first_day, "last_day": last_day}
    where = session.get_one(Installation, INSTALLATION.id)
    given = {"region": held, "name": name, "by_election": True, **days}
    story.say("ada", elections.add, where, **given)
