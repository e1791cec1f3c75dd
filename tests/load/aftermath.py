"""What is in the database once the storm is over (see ``crash``), and what of it is wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from pilots.contributions import Contribution
from pilots.requests import Request
from portal.hashed import DOCUMENTS
from tests.load.sendings import Kill, Outcome, Sending
from tests.portal.stage import Stage
from trust import audit, tampering
from trust.audit import Event, Moment
from trust.outbox import Parcel
from trust.records import Ref

VERBS = ("contribution:send", "request:ask-council")
MOST_SAID = 10

Left = Counter[tuple[str, ...]]
"""What a sending left behind: its events, moments and mails, without numbers of its own."""


@dataclass
class Storm:
    """What was sent, what the clients saw, and what is not as it must be: nothing, if all is
    well."""

    sent: list[Sending]
    kills: dict[int, Kill]
    seen: list[Outcome]
    workers_died: int
    seconds: float
    mails: int = 0
    events: dict[int, Event | None] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def cut(self) -> int:
        """Sendings that were cut off in flight, counted once for each time."""
        return sum(len(one.cut_at) for one in self.seen)

    @property
    def cut_after(self) -> int:
        """Those that were committed all the same: an event of theirs is older than the cut."""
        return sum(
            event is not None and event.at < at
            for place, event in self.events.items()
            for at in self.seen[place].cut_at
        )

    def of(self, moment: str) -> int:
        return sum(kill.moment == moment for kill in self.kills.values())


def wrong(
    session: Session, made: Stage, calm: list[tuple[Sending, Outcome]], found: Storm
) -> Iterator[str]:
    """Each thing that is not as it must be, in a sentence. ``calm`` was sent in peace."""
    events, left = _events(session), _left(session, made)
    asked = _asked(session)
    normal = {one.contribution is None: left[_subject(one, outcome)] for one, outcome in calm}
    yield from (f"nothing came of a sending in peace: {one}" for one in normal.values() if not one)
    for place, (one, outcome) in enumerate(zip(found.sent, found.seen, strict=True)):
        name = one.reference or one.fields["words"]
        if outcome.id is None:
            yield f"{name} was never taken: {outcome.odd}"
            continue
        if one.contribution is None and len(asked[name]) != 1:
            yield f"{name} was asked {len(asked[name])} times"
        if one.contribution not in (None, outcome.id):
            yield f"{name} was answered with the receipt of another"
        subject = _subject(one, outcome)
        sends = events[subject]
        found.events[place] = sends[0] if sends else None
        if len(sends) != 1:
            yield f"{name} was acknowledged and was sent {len(sends)} times"
        wanted = normal[one.contribution is None]
        if left[subject] != wanted:
            more, less = dict(left[subject] - wanted), dict(wanted - left[subject])
            yield f"{name} left {more} too many and {less} too few"
    yield from _totals(session, calm, found)
    yield from _whole(session)


def _subject(one: Sending, outcome: Outcome) -> Ref:
    return Ref("request" if one.contribution is None else "contribution", outcome.id or 0)


def _events(session: Session) -> dict[Ref, list[Event]]:
    found: dict[Ref, list[Event]] = defaultdict(list)
    for event in session.scalars(select(Event).where(Event.verb.in_(VERBS))):
        found[event.subject].append(event)
    return found


def _asked(session: Session) -> dict[str, list[int]]:
    """The questions to councils, by their words."""
    found: dict[str, list[int]] = defaultdict(list)
    for one in session.scalars(select(Request).where(Request.pilot_id.is_(None))):
        found[one.title["en"]].append(one.id)
    return found


def _left(session: Session, made: Stage) -> dict[Ref, Left]:
    """What each record has of events, moments and mails. Whoever sent is "the sender": the groups
    differ."""
    senders = {person.id for _, person in made.groups}
    found: dict[Ref, Left] = defaultdict(Counter)
    for event in session.scalars(select(Event)):
        found[event.subject]["event", event.verb] += 1
    for moment in session.scalars(select(Moment)):
        found[moment.thread]["moment", moment.kind] += 1
    for parcel in session.scalars(select(Parcel)):
        to = "the sender" if parcel.to_person_id in senders else str(parcel.to_person_id)
        found[parcel.about]["mail", parcel.kind, to] += 1
    return found


def _totals(session: Session, calm: list[tuple[Sending, Outcome]], found: Storm) -> Iterator[str]:
    """The same again, counted without looking at any one of them."""
    answers = [one.contribution for one in found.sent] + [one.contribution for one, _ in calm]
    ids = {id for id in answers if id is not None}
    rows = session.execute(select(Contribution.id, Contribution.state, Contribution.sent_at)).all()
    there = {row.id for row in rows if row.state == "submitted" and row.sent_at is not None}
    if not ids <= there:
        yield f"{len(ids - there)} answers are not submitted"
    sends = session.scalars(select(Event.subject).where(Event.verb == VERBS[0])).all()
    if sorted(one.id for one in sends if one.id in ids) != sorted(ids):
        yield f"{len(ids)} answers have {len(sends)} events"
    found.mails = sum(
        parcel.about.noun == "contribution" and parcel.about.id in ids
        for parcel in session.scalars(select(Parcel))
    )


def _whole(session: Session) -> Iterator[str]:
    """Seals what was done, and checks the record; SQLite checks its file."""
    audit.seal(session)
    session.flush()
    verdict = tampering.verify(session, datetime.now(UTC), None, DOCUMENTS)
    yield from (one.say() for one in verdict.broken)
    if session.get_bind().dialect.name == "sqlite":
        for check in ("integrity_check", "foreign_key_check"):
            said = [row[0] for row in session.execute(text(f"PRAGMA {check}"))]
            if said not in ([], ["ok"]):
                yield f"{check}: {said[:MOST_SAID]}"
