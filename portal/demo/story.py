"""How a story is told: people do one thing after another, by the portal's own verbs, on days
that are counted back from today."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pyotp
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from pilots import contributions, drafts, entering
from pilots.contributions import Contribution
from pilots.questions import Question, cell_name
from pilots.requests import Request
from portal.demo.people import PEOPLE
from trust import contacts, mailboxes, people, seats, second_factor
from trust.act import Act, Actor
from trust.calendar import ENGLAND, LONDON, london_day
from trust.partners import Partner
from trust.people import Person, Seat
from trust.places import Area
from trust.records import Record, Ref
from trust.sightings import saw

STEP = timedelta(minutes=4)
MORNING = time(9, 30)


@dataclass
class Story:
    """A story in the telling. ``now`` moves on with each thing that is done.

    ``people`` and ``partners`` are those met so far, by their keys in ``people.py``; ``areas``
    by region and name. ``key`` is the portal's secret, which locks authenticators.
    """

    session: Session
    key: bytes
    today: datetime
    now: datetime = field(init=False)
    people: dict[str, Person] = field(default_factory=dict)
    partners: dict[str, Partner] = field(default_factory=dict)
    areas: dict[tuple[str, str], Area] = field(default_factory=dict)
    strong: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.now = self.today

    def day(self, ago: int) -> date:
        """The working day that was ``ago`` working days before today; with 0, today."""
        day = london_day(self.today)
        while ago > 0:
            day -= timedelta(days=1)
            ago -= ENGLAND.is_working(day)
        return day

    def on(self, ago: int) -> "Story":
        """From now on it is the morning of a working day before today. Today it is just now."""
        morning = datetime.combine(self.day(ago), MORNING, tzinfo=LONDON)
        self.now = morning if ago else self.today - 20 * STEP
        return self

    def coming(self, days: int) -> date:
        """A working day that is still to come, counted from the day it is."""
        return ENGLAND.add_working_days(self.now, days)

    def next(self, day: int, month: int) -> date:
        """The next such day of a year that is at least a month away from today."""
        soonest = london_day(self.today) + timedelta(days=30)
        year = soonest.year + (date(soonest.year, month, day) < soonest)
        return date(year, month, day)

    def asking_where(
        self, region: str, question: dict[str, Any], names: Sequence[str]
    ) -> dict[str, Any]:
        """A question for a place, with the places to choose from."""
        areas = [self.areas[region, name] for name in names]
        choices = [{"key": str(one.id), "area": one.id, "words": {"en": one.name}} for one in areas]
        return {**question, "choices": choices}

    def say(self, who: str, verb: Any, subject: Record, **given: Any) -> Any:
        """Somebody does something, for the organisation they belong to."""
        self.now += STEP
        with dated(self.session, self.now):
            return verb(Act(self.session, self._actor(who), self.now), subject, **given)

    def by(self, who: str) -> dict[str, str]:
        """Whom a role is given to, as the verbs want it."""
        return {"name": PEOPLE[who].name, "email": PEOPLE[who].email}

    def accept(self, who: str) -> None:
        """Somebody says yes to every role that was offered to them."""
        if who not in self.people:
            found = mailboxes.named(
                mailboxes.at_address(self.session, PEOPLE[who].email), PEOPLE[who].name
            )
            assert found is not None
            self.people[who] = found
            self._settle_in(who)
        offered = select(Seat).where(
            Seat.person_id == self.people[who].id, Seat.accepted_at.is_(None)
        )
        for seat in self.session.scalars(offered).all():
            self.say(who, seats.accept, seat)

    def _settle_in(self, who: str) -> None:
        """What a person sets once: language, number to call, authenticator."""
        one, person = PEOPLE[who], self.people[who]
        if one.lang != "en":
            self.say(who, people.choose_language, person, lang=one.lang)
        if one.phone:
            self.say(who, contacts.set_phone, person, phone=one.phone)
        if one.strong:
            secret = second_factor.fresh_secret()
            code = pyotp.TOTP(secret).at(self.now + STEP)
            self.say(
                who,
                second_factor.set_authenticator,
                person,
                key=self.key,
                secret=secret,
                typed=code,
            )
            self.strong.add(who)

    def _actor(self, who: str) -> Actor:
        partner = self.partners.get(PEOPLE[who].organisation)
        return people.actor_for(
            self.session,
            self.people[who].id,
            partner.id if partner else None,
            self.now,
            second_factor=who in self.strong,
        )

    def sees(self, who: str, record: Record) -> None:
        """Somebody opens what another side shared: it leaves a sighting, as on a page."""
        with dated(self.session, self.now):
            saw(self.session, self._actor(who), Ref.of(record), self.now)

    def answers(
        self,
        who: str,
        request: Request,
        answers: list[Any],
        *,
        quote: str,
        lang: str = "en",
        giver: str = "",
        channel: str = "",
        read_back_to: str = "",
    ) -> Contribution:
        """Somebody answers each question of a request and sends it; with ``channel``, a
        connector writes it down for ``giver`` and reads it back. ``None`` leaves one out."""
        if channel:
            draft = self.say(
                who, entering.enter, request, giver=self.partners[giver], channel=channel, lang=lang
            )
        else:
            own = self.partners[PEOPLE[who].organisation]
            draft = self.say(who, drafts.start, own, request=request, lang=lang)
        questions = draft.request_version.questions
        for question, answer in zip(questions, answers, strict=True):
            if answer is not None:
                self.types(who, draft, question, answer)
        self.say(who, contributions.submit, draft, quote=quote, read_back_to=read_back_to)
        sent: Contribution = draft
        return sent

    def types(self, who: str, draft: Contribution, question: Question, answer: Any) -> None:
        """Somebody fills in one page of an answer, which is kept as typed."""
        self.now += STEP / 4
        raw = self._raw(question, answer)
        with dated(self.session, self.now):
            drafts.keep(draft, question, raw, self.people[who].id, self.now)

    def _raw(self, question: Question, answer: Any) -> Mapping[str, list[str]]:
        if question.kind == "area":
            found = next(one for one in question.choices if one["words"]["en"] == answer)
            return {question.key: [str(found["area"])]}
        if question.kind == "count-table":
            places = [(row["key"], col["key"]) for row in question.rows for col in question.columns]
            return {
                cell_name(question, row, col): [str(number)]
                for (row, col), number in zip(places, answer, strict=True)
            }
        return {question.key: [answer]}


@contextmanager
def dated(session: Session, now: datetime) -> Iterator[None]:
    """Rows that are made meanwhile say that they were made at ``now``."""

    def date_them(made: Session, *_: Any) -> None:
        for one in made.new:
            if isinstance(one, Record) and one.created_at is None:
                one.created_at = now

    event.listen(session, "before_flush", date_them)
    try:
        yield
        session.flush()
    finally:
        event.remove(session, "before_flush", date_them)
