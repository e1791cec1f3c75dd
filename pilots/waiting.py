"""What waits for somebody: read from the records at the moment it is asked, so that it cannot
disagree with them. Home shows it as a task list; the digest mail says the same."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, union_all
from sqlalchemy.orm import Session

from pilots import finding_waits, recording_waits, rights_waits, waits
from pilots.tasks import Columns
from trust import complaints, conflicts
from trust.act import Actor
from trust.calendar import london_day
from trust.records import N_, Msg, Ref
from trust.reminders import BEFORE_A_ROLE_ENDS
from trust.renewal import A_MONTH
from trust.seats import renews


@dataclass(frozen=True)
class Task:
    """One thing that waits: what to do, about what, since when, and by which day if one is set."""

    what: Msg
    about: Ref
    since: datetime
    by: date | None = None


class Kind(NamedTuple):
    """What a task says, the name of what it is told with, and what it is about."""

    text: str
    given: str
    noun: str


KINDS = {
    "note": Kind(N_("Read what %(partner)s wrote down"), "partner", "note"),
    "step": Kind(N_("Do what you agreed with %(partner)s"), "partner", "note"),
    "dispute": Kind(N_("Say if it is settled who speaks for %(partner)s"), "partner", "dispute"),
    "proposal": Kind(N_("Look at a change to your page: %(partner)s"), "partner", "proposal"),
    "filed": Kind(N_("A register says something else about you"), "partner", "proposal"),
    "stand-by": Kind(N_("Say if you stand by them: %(partner)s"), "partner", "standing"),
    "merge": Kind(N_("Are you here twice? Look at %(partner)s"), "partner", "merge"),
    "sign": Kind(N_("Read and sign a trust agreement: %(partner)s"), "partner", "agreement"),
    "change": Kind(N_("Answer a change to a trust agreement: %(partner)s"), "partner", "agreement"),
    "look-again": Kind(N_("Look at your agreement again: %(partner)s"), "partner", "agreement"),
    "confirm-yes": Kind(N_("Ask if a yes is right: %(partner)s"), "partner", "recording"),
    "confirm-no": Kind(N_("Ask if a no is right: %(partner)s"), "partner", "recording"),
    "confirm-end": Kind(N_("Ask if they end an agreement: %(partner)s"), "partner", "recording"),
    "confirm-back": Kind(N_("Ask if they want it back: %(partner)s"), "partner", "recording"),
    "join": Kind(N_("Say yes or no to taking part: %(pilot)s"), "pilot", "member"),
    "plan": Kind(N_("Read the canvas and say yes: %(pilot)s"), "pilot", "plan"),
    "request": Kind(N_("Answer: %(title)s"), "title", "request"),
    "draft": Kind(N_("Go on: %(title)s. %(done)s of %(most)s done"), "title", "request"),
    "question": Kind(N_("A group asks you: %(title)s"), "title", "request"),
    "asked": Kind(N_("They asked you something about %(title)s"), "title", "contribution"),
    "answer": Kind(N_("Read what %(partner)s answered"), "partner", "contribution"),
    "insight": Kind(N_("Did we understand you? %(pilot)s"), "pilot", "insight"),
    "respond": Kind(N_("Say what happens now: %(pilot)s"), "pilot", "insight"),
    "release": Kind(N_("Release a table, or not: %(table)s"), "table", "release"),
    "publication": Kind(N_("Make a finding public, or not: %(pilot)s"), "pilot", "publication"),
    "quotation": Kind(N_("May we show your words to anyone? %(pilot)s"), "pilot", "quotation"),
    "queue": Kind(N_("Answers to read: %(done)s, for %(pilot)s"), "pilot", "queue"),
    "concern": Kind(N_("Someone may be at risk: %(at)s"), "at", "concern"),
    "ending": Kind(N_("The role of %(person)s ends soon"), "person", "ending"),
    "complaint": Kind(N_("Look into a complaint: %(reference)s"), "reference", "complaint"),
    "inquiry": Kind(N_("Answer a request for information: %(reference)s"), "reference", "inquiry"),
    "consultation": Kind(
        N_("Say what you think of a request for information: %(partner)s"),
        "partner",
        "consultation",
    ),
    "decide": Kind(
        N_("Decide on a request for information: %(partner)s"), "partner", "consultation"
    ),
    "conflict": Kind(N_("Say if a conflict of interest is over: %(person)s"), "person", "conflict"),
    "claim": Kind(N_("Answer what somebody asks about their own data"), "at", "claim"),
    "taken": Kind(N_("You have this: close it. It is from %(at)s"), "at", "concern"),
}


def tasks(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """What waits for an actor at ``now``, oldest first. One statement, whatever waits."""
    given: dict[str, Any] = {name: actor.ids(*held) for name, held in AT.items()}
    given["soon"] = london_day(now) + timedelta(days=7)
    given |= {"me": actor.person_id, "own": sorted(actor.own), "gave": sorted(actor.own)}
    given["in_a_month"] = london_day(now) + A_MONTH
    given["gives"] = [place for place in actor.seats if actor.holds(renews(place), place)]
    given |= {"now": now, "last": now + BEFORE_A_ROLE_ENDS}
    if complaints.reviews(actor):
        given["hears"] = []
    found = []
    for kind, id, since, name, by, done, most in session.execute(_all(), given):
        text, told, noun = KINDS[kind]
        if told == "title":
            name = next(iter(json.loads(name).values()), "")
        said: dict[str, Any] = {told: since if told == "at" else name}
        if done is not None:
            said |= {"done": done, "most": most}
        found.append(Task(Msg(text, said), Ref(noun, id), since, by))
    return sorted(found, key=lambda task: task.since)


AT = {
    "confirms": ("note:confirm", "partner"),
    "does": ("note:write", "partner"),
    "edits": ("partner:edit", "partner"),
    "stands": ("partner:stand-by", "partner"),
    "speaks": ("partner:join", "partner"),
    "signs": ("agreement:sign", "partner"),
    "proposes": ("agreement:propose", "partner"),
    "is_not": ("agreement:propose", "partner"),
    "vouches": ("agreement:record", "partner"),
    "vouches_in": ("agreement:record", "pilot"),
    "joins": ("member:answer", "partner"),
    "agrees": ("canvas:agree-vcs", "partner"),
    "runs": ("pilot:manage", "pilot"),
    "writes": ("contribution:write", "partner"),
    "reads": ("contribution:review", "partner"),
    "queues": ("review:queue", "pilot"),
    "judges": ("insight:judge", "partner"),
    "decides": ("response:write", "pilot"),
    "releases": ("release:sign", "pilot"),
    "leads": ("concern:read", "partner"),
    "clears": (conflicts.CONFIRMS, "partner"),
    "clears_all": (conflicts.CONFIRMS, "installation"),
    "answers": ("claim:answer", "partner"),
    "looks_after": ("claim:answer", "installation"),
    "logs": ("inquiry:keep", "partner"),
    "consulted": ("inquiry:say", "partner"),
    "hears": ("complaint:answer", "partner"),
    "hears_all": ("complaint:answer", "installation"),
}
"""Places at which an actor may do something, by the permission that it takes. A list that is
excluded needs a name of its own: SQLAlchemy writes an empty one as never true where it is asked
for and as always true where it is excluded, but only one of the two under one name."""


@cache
def _all() -> CompoundSelect[*Columns]:
    """Everything that can wait, in one statement. Built once: that takes ten times as long as
    asking it."""
    return union_all(
        waits.notes(),
        waits.next_steps(),
        waits.proposals(),
        waits.to_stand_by(),
        waits.merges(),
        waits.to_sign(),
        waits.changes(),
        waits.reviews(),
        recording_waits.recordings(),
        recording_waits.asked_back(),
        waits.members(),
        waits.plans(),
        waits.requests(),
        waits.asked(),
        waits.answers(),
        waits.queued(),
        finding_waits.insights(),
        finding_waits.owed(),
        finding_waits.releases(),
        finding_waits.publications(),
        finding_waits.quotations(),
        waits.concerns(),
        rights_waits.claims(),
        rights_waits.complaints(),
        rights_waits.ending(),
        rights_waits.disputes(),
        rights_waits.inquiries(),
        rights_waits.consultations(),
        rights_waits.decisions(),
        rights_waits.conflicts(),
    )
