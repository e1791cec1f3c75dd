"""What is written to people without anybody doing anything: what they promised, before it is
late; the day before an agreed next step; once a quarter, how it is between the two; and once a
year, whether their page is still right."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trust import duties, ledger, outbox, pulse, renewal
from trust import next_steps as steps
from trust.agreements import Agreement
from trust.calendar import Calendar, london_day, quarter_of
from trust.installation import Region
from trust.ledger import Entry, Promised
from trust.partners import Partner
from trust.people import Seat, in_force, seated
from trust.promises import Measure, State
from trust.records import Ref
from trust.regions import settings_of
from trust.relationships import Note
from trust.seats import renews

SOON = timedelta(days=7)
THREE_WEEKS = timedelta(days=20)  # with the last day itself
BEFORE_A_ROLE_ENDS = timedelta(days=21)
ALMOST_A_YEAR = timedelta(days=351)
TELLS = "agreement:propose"
"""Whoever may speak for an organisation about its agreements is told what it promised."""


def remind(session: Session, now: datetime) -> None:
    """Once a week, tell each organisation what it promised for the coming seven days, what is
    late and still open, what it is asked to say, and which agreements it looks at again soon.
    Nothing to tell, no mail."""
    turn = duties.week_of(now)
    if not duties.begins(session, "promises", turn):
        return
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in _all(session, now):
        if _waits(entry, london_day(now)):
            found[_whose(entry)].append(entry)
    reviews = _reviews(session, london_day(now))
    for partner_id in sorted({*found, *reviews}):
        facts = {**_facts(found[partner_id]), "review": reviews[partner_id]}
        for person_id in seated(session, Ref("partner", partner_id), TELLS, now):
            key, about = f"{partner_id}:{person_id}:{turn}", Ref("partner", partner_id)
            outbox.remind(session, "promises", person_id, about, now, key=key, facts=facts)


def _reviews(session: Session, today: date) -> Counter[int]:
    """How many agreements in force each organisation said that it would look at again by a day
    that comes within a month, and for which no newer version waits."""
    stmt = select(Agreement.giver_id, Agreement.taker_id).where(
        *renewal.looked_at_by(today + renewal.A_MONTH)
    )
    found = session.execute(stmt)
    return Counter(partner_id for pair in found for partner_id in pair)


def still_right(session: Session, now: datetime) -> None:
    """Once a year, ask each partner that has people whether its page is still right, two weeks
    before the year since it last said so is over (trust.md, "Partner profile")."""
    if not duties.begins(session, "profiles", duties.week_of(now)):
        return
    since = func.coalesce(Partner.checked_at, Partner.created_at)
    people = select(Seat.partner_id).where(*in_force(now))
    stmt = select(Partner.id, since).where(since <= now - ALMOST_A_YEAR, Partner.id.in_(people))
    for partner_id, said in session.execute(stmt).all():
        years = (now - said + timedelta(days=14)).days // 365
        for person_id in seated(session, Ref("partner", partner_id), "partner:edit", now):
            key = f"{partner_id}:{person_id}:{said:%Y-%m-%d}:{years}"
            about = Ref("partner", partner_id)
            outbox.remind(session, "still-right", person_id, about, now, key=key)


def asked_again(partner: Partner, now: datetime) -> datetime:
    """When a partner will be asked next whether its page is still right, to the week."""
    since = partner.checked_at or partner.created_at
    years = (now - since + timedelta(days=14)).days // 365 + 1
    return since + timedelta(days=365 * max(years, 1) - 14)


def next_steps(session: Session, now: datetime) -> None:
    """Once a day, tell those who said that they would do something by tomorrow. Each is told once
    of each day that was set; one that was over before it could be told is not told."""
    today = london_day(now)
    if not duties.begins(session, "next-steps", str(today)):
        return
    stmt = steps.due_by(today + timedelta(days=1)).where(Note.next_step_on >= today)
    for note in session.scalars(stmt).all():
        for partner_id in steps.sides(note):
            for person_id in steps.whom_to_tell(session, note, partner_id, now):
                key, facts = (
                    f"{note.id}:{note.next_step_on}:{person_id}",
                    {"on": str(note.next_step_on)},
                )
                about = Ref.of(note)
                outbox.remind(session, "next-step", person_id, about, now, key=key, facts=facts)


def ask_how_it_is(session: Session, now: datetime) -> None:
    """Three weeks before a quarter is over, ask those who have not said how it is with the ones
    they have an agreement with: once, however many these are, and never again that quarter."""
    first, last = quarter_of(london_day(now))
    if london_day(now) < last - THREE_WEEKS or not duties.begins(session, "pulse", str(first)):
        return
    for partner_id in pulse.unsaid(session, now):
        place = Ref("partner", partner_id)
        tell = set(seated(session, place, TELLS, now))
        for person_id in sorted(tell.intersection(seated(session, place, "note:write", now))):
            key = f"{partner_id}:{person_id}:{first}"
            outbox.remind(session, "pulse", person_id, place, now, key=key)


def roles_end(session: Session, now: datetime) -> None:
    """Three weeks before a role ends by itself, tell whoever has it, and whoever can renew it by
    name (safety.md, "Misuse by an officer"); once for each end."""
    if not duties.begins(session, "roles", london_day(now).isoformat()):
        return
    soon = Seat.ends <= now + BEFORE_A_ROLE_ENDS
    for seat in session.scalars(select(Seat).where(*in_force(now), soon)).all():
        for person_id in {seat.person_id, *seated(session, seat.place, renews(seat.place), now)}:
            kind = "role-ends" if person_id == seat.person_id else "renew-role"
            key = f"{seat.id}:{person_id}:{seat.ends:%Y-%m-%d}"
            outbox.remind(session, kind, person_id, Ref.of(seat), now, key=key)


def _all(session: Session, now: datetime) -> Iterator[Entry]:
    """Every line of every ledger, one council after the other, so that no more than one of them
    is in memory."""
    for taker_id in session.scalars(select(Promised.taker_id).distinct()).all():
        rows = list(session.scalars(select(Promised).where(Promised.taker_id == taker_id)))
        yield from ledger.entries(session, rows, calendar_of(session, taker_id), now)


def calendar_of(session: Session, partner_id: int) -> Calendar:
    """The working days of the region that an organisation is in."""
    stmt = select(Region.key).join(Partner, Partner.region_id == Region.id)
    key = session.scalar(stmt.where(Partner.id == partner_id))
    return settings_of(key).calendar if key else Calendar()


def _waits(entry: Entry, today: date) -> bool:
    standing = entry.standing
    if standing.state is State.NOT_SAID:
        return True
    if entry.promised.rule.measure not in (Measure.WITHIN, Measure.RENEW) or standing.met:
        return False
    return standing.due <= today + SOON


def _whose(entry: Entry) -> int:
    """Whoever has something to do about it: to keep it, or to say how it was."""
    said = entry.standing.state is State.NOT_SAID
    return entry.promised.made_to if said else entry.promised.owner


def _facts(entries: Sequence[Entry]) -> dict[str, int | str | None]:
    to_do = [one.standing for one in entries if one.standing.state is not State.NOT_SAID]
    late = sum(one.state is State.BROKEN for one in to_do)
    first = min((one.due for one in to_do if one.state is State.NOT_YET_DUE), default=None)
    return {
        "due": len(to_do) - late,
        "first": first.isoformat() if first else None,
        "late": late,
        "say": len(entries) - len(to_do),
    }
