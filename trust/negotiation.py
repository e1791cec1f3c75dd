"""How an agreement came to its words: what each change does to them, how they stood when
somebody read them, and what was said on the way. Both sides read the same (trust.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trust.act import Actor
from trust.agreements import Agreement, Change, changed_parts
from trust.audit import Event, EventWords
from trust.clauses import Chosen, base
from trust.partners import Partner
from trust.people import Person
from trust.records import N_, Msg, Ref, Refused
from trust.wording import agreement_text, fingerprint

SAID = {
    "agreement:propose": N_("Proposed"),
    "agreement:ask-change": N_("A change was asked for"),
    "agreement:make-change": N_("The change was made"),
    "agreement:keep-words": N_("The words were kept"),
    "agreement:sign": N_("Signed by one side"),
    "agreement:sign-last": N_("Signed by both sides. It is in force"),
    "agreement:decline": N_("Not signed"),
    "agreement:end": N_("Ended"),
}


@dataclass(frozen=True)
class Step:
    """One thing that happened to an agreement. ``words`` are what was said with it, ``change``
    the change that it asked for or answered."""

    at: datetime
    what: Msg
    person: str
    partner: str
    words: str = ""
    change: Change | None = None


def together(session: Session, actor: Actor, one_id: int, other_id: int) -> list[Agreement]:
    """The agreements of two partners that ``actor`` may see, whoever asks, newest first."""
    pair = (one_id, other_id)
    stmt = select(Agreement).where(Agreement.giver_id.in_(pair), Agreement.taker_id.in_(pair))
    stmt = Agreement.visible(stmt, actor)
    return list(session.scalars(stmt.order_by(Agreement.id.desc())))


def with_change(parts: Sequence[Chosen], change: Change) -> tuple[Chosen, ...]:
    """The clauses as they are with a change that was asked for."""
    return changed_parts(parts, change.clause, change.options, change.leave_out, change.note)


def versions(agreement: Agreement) -> list[tuple[Chosen, ...]]:
    """The clauses as they stood: the base first, then after each change that was made."""
    stood = [base()]
    for change in agreement.changes:
        if change.made:
            stood.append(with_change(stood[-1], change))
    return stood


def as_read(agreement: Agreement, read_sha256: str) -> tuple[Chosen, ...] | None:
    """The clauses of the text with this fingerprint, if it ever was the agreement's text: what
    somebody had before their eyes while it was changed."""
    try:
        for parts in versions(agreement):
            text = agreement_text(
                parts,
                agreement.parties,
                purpose=agreement.purpose,
                project=agreement.project,
                review_on=agreement.review_on,
            )
            if fingerprint(text) == read_sha256:
                return parts
    except Refused:  # a clause that the library no longer has
        return None
    return None


def touched(before: Sequence[Chosen], after: Sequence[Chosen]) -> list[str]:
    """Keys of the clauses that differ, in their order."""
    then = {one.clause.key: one for one in before}
    now = {one.clause.key: one for one in after}
    return [key for key in {**then, **now} if then.get(key) != now.get(key)]


def history(session: Session, agreement: Agreement) -> list[Step]:
    """All that happened to an agreement, oldest first, with each reason in its own words."""
    stmt = (
        select(Event, EventWords.words, Person.name, Partner.name)
        .outerjoin(EventWords, EventWords.event_id == Event.id)
        .outerjoin(Person, Person.id == Event.actor_id)
        .outerjoin(Partner, Partner.id == Event.acting_for_id)
        .where(Event.subject == Ref.of(agreement), Event.verb.in_(SAID))
        .order_by(Event.id)
    )
    asked = iter(agreement.changes)
    open_one: Change | None = None
    steps = []
    for event, words, person, partner in session.execute(stmt):
        said = (words or {}).get("reason", "")
        change = None
        if event.verb == "agreement:ask-change":
            change = open_one = next(asked, None)
            said = change.why if change else ""
        elif event.verb in ("agreement:make-change", "agreement:keep-words"):
            change = open_one
        what = Msg(SAID[event.verb])
        steps.append(Step(event.at, what, person or "", partner or "", said, change))
    return steps
