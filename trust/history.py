"""What became of an agreement on the way: how its words stood when somebody read them, and all that
happened to it. Both sides read the same (trust.md)."""

from dataclasses import dataclass
from datetime import datetime
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from trust import recordings
from trust.act import Actor
from trust.agreements import STATES, Agreement, Signature
from trust.audit import Event, EventWords
from trust.changes import Change, Stood, with_change
from trust.clauses import base
from trust.narrowing import from_data
from trust.partners import Partner
from trust.people import Person
from trust.records import N_, Msg, Ref, Refused
from trust.wording import Parties, agreement_text, fingerprint

SAID = {
    "agreement:propose": N_("Proposed"),
    "agreement:renew": N_("A new version was proposed"),
    "agreement:ask-change": N_("A change was asked for"),
    "agreement:ask-beside": N_("Other words were asked for"),
    "agreement:make-change": N_("The change was made"),
    "agreement:keep-words": N_("The words were kept"),
    "agreement:take-back": N_("A change was taken back by the side that asked"),
    "agreement:take-back-last": N_("A change was taken back by the side that asked"),
    "agreement:set-contacts": N_("One side changed whom to call there"),
    "agreement:sign": N_("Signed by one side"),
    "agreement:sign-last": N_("Signed by both sides. It is in force"),
    "agreement:decline": N_("Not signed"),
    "agreement:end": N_("Ended"),
    "recording:make": N_("A yes was said by phone or on paper"),
    "recording:make-no": N_("A no was said by phone or on paper"),
    "recording:make-end": N_("The wish to end it was said by phone or on paper"),
    "recording:confirm": N_("The group confirmed with the code of a letter what it said"),
    "recording:call": N_("The group confirmed in a call what it said"),
    "recording:deny": N_("The group says that it did not say so"),
    "recording:take-back": N_("What was written down was taken back"),
}

ANSWERS = (
    "agreement:make-change",
    "agreement:keep-words",
    "agreement:take-back",
    "agreement:take-back-last",
)


@dataclass(frozen=True)
class Step:
    """One thing that happened to an agreement. ``words`` are what was said with it, ``change``
    the change that it asked for or answered; ``tells`` where its words are to be read here: once
    for each that was asked for, and again for the one chosen of several."""

    at: datetime
    what: Msg
    person: str
    partner: str
    words: str = ""
    change: Change | None = None
    tells: bool = False


def together(session: Session, actor: Actor, one_id: int, other_id: int) -> list[Agreement]:
    """The agreements of two partners that ``actor`` may see, whoever asks, newest first."""
    pair = (one_id, other_id)
    stmt = select(Agreement).where(Agreement.giver_id.in_(pair), Agreement.taker_id.in_(pair))
    stmt = Agreement.visible(stmt, actor)
    return list(session.scalars(stmt.order_by(Agreement.id.desc())))


def versions(agreement: Agreement) -> list[Stood]:
    """How it stood: as it was proposed, then after each change that was made."""
    stood = [
        Stood(
            from_data(agreement.offered) if agreement.offered else base(),
            agreement.offered_purpose or agreement.purpose,
            agreement.offered_review_on or agreement.review_on,
        )
    ]
    for change in agreement.changes:
        if change.made:
            stood.append(with_change(stood[-1], change))
    return stood


def as_read(agreement: Agreement, read_sha256: str) -> tuple[Stood, Parties] | None:
    """How the text with this fingerprint stood and whom it named, if it ever was the agreement's
    text: what somebody had before their eyes while it was changed."""
    named = [agreement.contacts, *(agreement.contacts_before or ())]
    try:
        for stood, parties in product(versions(agreement), map(agreement.parties_with, named)):
            text = agreement_text(
                stood.parts,
                parties,
                purpose=stood.purpose,
                project=agreement.project,
                review_on=stood.review_on,
                version=agreement.number,
            )
            if fingerprint(text) == read_sha256:
                return stood, parties
    except Refused:  # a clause that the library no longer has
        return None
    return None


def history(session: Session, agreement: Agreement) -> list[Step]:
    """All that happened to an agreement, oldest first, with each reason in its own words."""
    said_so = {Ref.of(one): one for one in recordings.of(session, agreement)}
    about = [Ref.of(agreement), *said_so]
    stmt = (
        select(Event, EventWords.words, Person.name, Partner.name)
        .outerjoin(EventWords, EventWords.event_id == Event.id)
        .outerjoin(Person, Person.id == Event.actor_id)
        .outerjoin(Partner, Partner.id == Event.acting_for_id)
        .where(Event.subject.in_(about), Event.verb.in_(SAID))
        .order_by(Event.id)
    )
    asked = iter(agreement.changes)
    steps = []
    for event, words, person, partner in session.execute(stmt):
        said = (words or {}).get("reason", "")
        change, tells = None, False
        if event.verb in ("agreement:ask-change", "agreement:ask-beside"):
            change, tells = next(asked, None), True
            said = change.why if change else ""
        elif event.verb in ANSWERS:
            several = [one for one in agreement.changes if one.answered_at == event.at]
            change = next((one for one in several if one.made or one.taken_back), None)
            tells = change is not None and (change.taken_back or len(several) > 1)
            change = change or next(iter(several), None)
        recording = said_so.get(event.subject)
        key = event.verb
        if recording and event.verb == "recording:make" and recording.kind != "yes":
            key = f"{event.verb}-{recording.kind}"
        elif recording and event.verb in ("recording:confirm", "recording:call"):
            person, partner = recording.name, recording.giver.name  # it is their word
        what = Msg(SAID[key])
        steps.append(Step(event.at, what, person or "", partner or "", said, change, tells))
    newer = _replaced_by(session, agreement)
    return [*steps, newer] if newer else steps


def _replaced_by(session: Session, agreement: Agreement) -> Step | None:
    """The signature on the newer version that ended this one: its event is that one's."""
    if agreement.state != "replaced":
        return None
    stmt = (
        select(Signature.at, Signature.name, Partner.name)
        .join(Agreement, Agreement.id == Signature.agreement_id)
        .join(Partner, Partner.id == Signature.partner_id)
        .where(Agreement.replaces_id == agreement.id, Agreement.in_force_at.is_not(None))
        .order_by(Signature.id.desc())
    )
    found = session.execute(stmt).first()
    what = Msg(STATES.names["replaced"])
    return Step(found[0], what, found[1], found[2]) if found else None
