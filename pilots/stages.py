"""Going through the stages of a pilot's model: on when all that a stage needs is so, back to an
earlier one with a reason. There is no other way to another stage, so no way round a gate."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots import progress
from pilots.checks import Finding, findings
from pilots.model import load
from pilots.pilot import STATES, Pilot
from trust.act import Act, verb
from trust.audit import Event, EventWords
from trust.partners import Partner
from trust.records import N_, Msg, Ref, Refused


def standing(session: Session, pilot: Pilot, now: datetime) -> list[Finding]:
    """Each need of the stage that a pilot is at, as it stands."""
    council = session.get(Partner, pilot.taker_id)
    assert council is not None
    return findings(
        load(pilot.model).stage(pilot.stage), progress.of(session, pilot, council.name, now)
    )


@verb("pilot:go-on", may="pilot:manage")
def go_on(act: Act, pilot: Pilot, *, stage: str, confirmed: bool) -> None:
    """Go on to the next stage. ``stage`` is the one that the coordinator saw; ``confirmed``
    says that the people named have said yes to what the portal cannot see.

    Raises ``Refused`` unless the pilot runs and is at that stage, at the last stage, and while
    anything is missing, naming it.
    """
    here = load(pilot.model).stage(_at(pilot, stage))
    if not here.next:
        raise Refused(N_("This is the last stage. You can end the pilot now."))
    found = standing(act.session, pilot, act.now)
    lacks = [one for need in found for one in need.missing]
    if lacks:
        raise Refused(
            Msg(N_("We cannot go on yet. %(missing)s"), {"missing": lacks[0].what}),
            next_step=Msg(N_("Who can change this: %(who)s."), {"who": lacks[0].who}),
        )
    said = [number for number, need in enumerate(found, 1) if need.to_confirm]
    if said and not confirmed:
        raise Refused(
            N_("Ask the people named. Then tick the box to say that they agree."), field="confirmed"
        )
    pilot.stage = here.next
    act.fact(from_stage=here.key, to_stage=here.next, confirmed=said)


@verb("pilot:go-back", may="pilot:manage")
def go_back(act: Act, pilot: Pilot, *, stage: str, to: str, reason: str) -> None:
    """Go back to an earlier stage, for a reason that the cohort sees.

    Raises ``Refused`` unless the pilot runs and is at ``stage``, for a stage that it cannot go
    back to, and without a reason.
    """
    here = load(pilot.model).stage(_at(pilot, stage))
    if to not in here.back:
        raise Refused(N_("Choose one of the earlier stages shown."), field="to")
    if not reason.strip():
        raise Refused(N_("Say why, in your own words."), field="reason")
    pilot.stage = to
    act.fact(from_stage=here.key, to_stage=to)
    act.words(reason=reason)


def _at(pilot: Pilot, stage: str) -> str:
    if pilot.state != "running":
        raise Refused(
            Msg(
                N_("The pilot is “%(state)s”. It cannot move now."),
                {"state": Msg(STATES.names[pilot.state])},
            )
        )
    if stage != pilot.stage:
        raise Refused(N_("The pilot has moved since you opened this page. Look at it again."))
    return stage


SAID = {
    "pilot:open": N_("The pilot began"),
    "pilot:edit": N_("The question was changed"),
    "pilot:pause": N_("Paused"),
    "pilot:resume": N_("It goes on"),
    "pilot:end": N_("Ended"),
    "pilot:go-on": N_("On to: %(stage)s"),
    "pilot:go-back": N_("Back to: %(stage)s"),
    "canvas:agree-vcs": N_("The groups said yes to the canvas"),
    "canvas:agree-council": N_("The council said yes to the canvas"),
}


@dataclass(frozen=True)
class Happened:
    """One thing that happened in a pilot: when, what, for which partner, and the reason given."""

    at: datetime
    verb: str
    what: Msg
    partner: str
    reason: str


def history(session: Session, pilot: Pilot) -> list[Happened]:
    """What happened in a pilot, newest first: everyone in it sees the same."""
    stmt = (
        select(Event.at, Event.verb, Event.facts, Partner.name, EventWords.words)
        .outerjoin(Partner, Partner.id == Event.acting_for_id)
        .outerjoin(EventWords, EventWords.event_id == Event.id)
        .where(Event.subject == Ref.of(pilot), Event.verb.in_(SAID))
        .order_by(Event.id.desc())
    )
    titles = {stage.key: Msg(stage.title) for stage in load(pilot.model).stages}
    return [
        Happened(
            at,
            verb,
            Msg(SAID[verb], {"stage": titles[facts["to_stage"]]} if "to_stage" in facts else {}),
            name or "",
            (words or {}).get("reason", ""),
        )
        for at, verb, facts, name, words in session.execute(stmt)
    ]
