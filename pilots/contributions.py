"""Contributions: one partner's answer to a request. Light to give, never lost, always answered."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from pilots.questions import Question, Raw, read
from pilots.requests import Asked, Request, RequestVersion
from trust.act import Act, Actor, verb
from trust.outbox import send
from trust.partners import Partner
from trust.people import seated
from trust.records import N_, Hidden, Msg, Record, Ref, Refused
from trust.states import Move, table

STATES = table(
    "contribution",
    "draft",
    {
        "draft": N_("Not sent yet"),
        "submitted": N_("Sent"),
        "in-review": N_("Being read"),
        "asked": N_("They asked you something"),
        "accepted": N_("Accepted"),
        "not-used": N_("Not used"),
        "passed-on": N_("Passed to the safeguarding lead"),
        "withdrawn": N_("Taken back"),
    },
    [
        Move("contribution:send", ("draft",), "submitted", "contribution:write"),
        Move("contribution:claim", ("submitted",), "in-review", "contribution:review"),
        Move("contribution:hand-back", ("in-review",), "submitted", "contribution:review"),
        Move("contribution:ask", ("in-review",), "asked", "contribution:review"),
        Move("contribution:reply", ("asked",), "in-review", "contribution:write"),
        Move("contribution:accept", ("in-review",), "accepted", "contribution:review"),
        Move("contribution:set-aside", ("in-review",), "not-used", "contribution:review", True),
        Move(
            "contribution:pass-on",
            ("submitted", "in-review", "asked", "accepted", "not-used"),
            "passed-on",
            "concern:raise",
        ),
        Move(
            "contribution:withdraw",
            ("draft", "submitted", "in-review", "asked", "accepted", "not-used"),
            "withdrawn",
            "contribution:write",
        ),
    ],
)

QUOTES = {
    "named": N_("Yes, with our name"),
    "sector": N_("Yes, as “a local group”"),
    "no": N_("No, please do not quote us"),
}


class Contribution(Record):
    """One partner's answer. ``answers`` are canonical and frozen when it is sent.

    ``entered_by_id`` is who typed it; where that was on behalf of the group, ``read_back_to``
    says to whom it was read back, and ``read_back_at`` when.
    """

    __tablename__ = "contribution"

    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    pilot_id: Mapped[int | None] = mapped_column(ForeignKey("pilot.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"))
    request_version_id: Mapped[int] = mapped_column(ForeignKey("request_version.id"))
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    channel: Mapped[str] = mapped_column(String(20), default="web")
    lang: Mapped[str] = mapped_column(String(10), default="en")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    read_back_to: Mapped[str] = mapped_column(String(120), default="")
    read_back_at: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    quote: Mapped[str] = mapped_column(String(10), default="no")
    sent_at: Mapped[datetime | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    next_news_on: Mapped[date | None]

    giver: Mapped[Partner] = relationship(foreign_keys=[giver_id])
    request: Mapped[Request] = relationship()
    request_version: Mapped[RequestVersion] = relationship()
    drafts: Mapped[list["DraftAnswer"]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        Index("ix_contribution_queue", "pilot_id", "state", "sent_at"),
        Index(None, "taker_id", "state"),
        Index("ix_contribution_once", "giver_id", "request_id"),
    )

    @classmethod
    def visible(cls, stmt: Select["Contribution"], actor: Actor) -> Select["Contribution"]:
        """Drafts are the giver's. What was sent is also read by the named reviewers of its
        pilot; an answer to a partner's own question by that partner. What was passed to the
        safeguarding lead, or taken back, is no longer theirs to read."""
        own = actor.ids("contribution:read", "partner")
        pilots = actor.ids("contribution:review", "pilot")
        askers = actor.ids("contribution:review", "partner")
        sent = cls.state.not_in(("draft", "withdrawn", "passed-on"))
        return stmt.where(
            or_(
                cls.giver_id.in_(own),
                sent & cls.pilot_id.in_(pilots) & cls.giver_id.is_distinct_from(actor.acting_for),
                sent & cls.pilot_id.is_(None) & cls.taker_id.in_(askers),
            )
        )

    def places(self, permission: str) -> tuple[Ref, ...]:
        if permission in ("contribution:write", "contribution:read"):
            return (Ref("partner", self.giver_id),)
        if self.pilot_id is not None:
            return (Ref("pilot", self.pilot_id),)
        return (Ref("partner", self.taker_id),)


class DraftAnswer(Record):
    """What was typed for one question, kept as typed after every page, by whom and when."""

    __tablename__ = "draft_answer"
    audited = False

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    raw: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("contribution_id", "key"),)


LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def _reference() -> str:
    """A reference that can be read out on the phone: no 0/O, no 1/I/L, no U."""
    letters = [secrets.choice(LETTERS) for _ in range(8)]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def draft_of(session: Session, request_id: int, giver_id: int) -> Contribution | None:
    """The contribution of a partner to a request that is still a draft, if any."""
    stmt = select(Contribution).where(
        Contribution.request_id == request_id,
        Contribution.giver_id == giver_id,
        Contribution.state == "draft",
    )
    return session.scalars(stmt.order_by(Contribution.id)).first()


@verb("contribution:start", may="contribution:write", creates=True)
def start(
    act: Act, giver: Partner, *, request: Request, channel: str = "web", lang: str = "en"
) -> Contribution:
    """Start answering, or go on with the draft that the partner has already.

    Raises ``Refused`` when the request is closed, or was not put to this partner.
    """
    asked = act.session.scalars(
        select(Asked).where(Asked.request_id == request.id, Asked.giver_id == giver.id)
    ).first()
    if asked is None:
        raise Hidden("request")
    if request.state != "open":
        raise Refused(N_("This request is closed. Nothing more can be sent."))
    held = draft_of(act.session, request.id, giver.id)
    if held is not None:
        act.fact(went_on=True)
        return held
    assert act.actor.person_id is not None
    made = Contribution(
        giver_id=giver.id,
        taker_id=request.taker_id,
        pilot_id=request.pilot_id,
        request_id=request.id,
        request_version_id=request.newest.id,
        reference=_reference(),
        channel=channel,
        lang=lang,
        entered_by_id=act.actor.person_id,
        drafts=[],
    )
    act.fact(channel=channel)
    return made


def keep(
    contribution: Contribution, question: Question, raw: Raw, person_id: int, now: datetime
) -> None:
    """Keep what was typed for a question, as typed, right or wrong. A draft is not a change of
    the record: it leaves no event and commits apart (design.md, law 7)."""
    if contribution.state != "draft":
        raise Refused(N_("This was sent already. It cannot be changed here."))
    kept = {
        name: list(values)[:60] for name, values in raw.items() if name.startswith(question.key)
    }
    held = next((one for one in contribution.drafts if one.key == question.key), None)
    if held is None:
        held = DraftAnswer(key=question.key, raw=kept, by_id=person_id, at=now)
        contribution.drafts.append(held)
    held.raw, held.by_id, held.at = kept, person_id, now


def raw_of(contribution: Contribution) -> dict[str, Raw]:
    """What was typed so far, by question key."""
    return {one.key: one.raw for one in contribution.drafts}


def answers_of(contribution: Contribution) -> tuple[dict[str, Any], dict[str, Refused]]:
    """The canonical answers of a draft, and what is still to be mended, by question key."""
    typed = raw_of(contribution)
    answers: dict[str, Any] = {}
    wrong: dict[str, Refused] = {}
    for question in contribution.request_version.questions:
        try:
            answers[question.key] = read(question, typed.get(question.key, {}))
        except Refused as refused:
            wrong[question.key] = refused
    return answers, wrong


def answers_shown(contribution: Contribution) -> Mapping[str, Any]:
    """The answers to show: frozen ones once sent, the draft's until then."""
    return contribution.answers if contribution.sent_at else answers_of(contribution)[0]


@verb("contribution:send", table=STATES)
def submit(act: Act, contribution: Contribution, *, quote: str, read_back_to: str = "") -> None:
    """Send it. The answers are frozen as they are.

    Raises ``Refused`` while an answer is missing or wrong, when the request has closed, and,
    for an entry on behalf, until it was read back to somebody of the group.
    """
    answers, wrong = answers_of(contribution)
    if wrong:
        first = next(iter(wrong.values()))
        raise Refused(N_("Some answers are missing. Check the list below."), field=first.field)
    if contribution.request.state != "open":
        raise Refused(N_("This request has closed. Your answers are kept."))
    if quote not in QUOTES:
        raise Refused(N_("Say whether we may quote you."), field="quote")
    if contribution.channel != "web":
        if not read_back_to.strip():
            raise Refused(
                N_("Read the answers back first. Then write to whom you read them."),
                field="read_back_to",
            )
        contribution.read_back_to = read_back_to.strip()[:120]
        contribution.read_back_at = act.now
    contribution.answers = answers
    contribution.quote = quote
    contribution.sent_at = act.now
    act.fact(quote=quote, channel=contribution.channel)
    act.moment("given", contribution)
    if contribution.pilot_id is not None:
        place, permission = Ref("pilot", contribution.pilot_id), "contribution:review"
    else:
        place, permission = Ref("partner", contribution.taker_id), "contribution:review"
    for person in seated(act.session, place, permission, act.now):
        send(act, "contribution", person, contribution)
    for person in seated(
        act.session, Ref("partner", contribution.giver_id), "contribution:write", act.now
    ):
        send(act, "receipt", person, contribution)


@verb("contribution:withdraw", table=STATES)
def withdraw(act: Act, contribution: Contribution, *, reason: str = "") -> None:
    """Take it back. New use stops and the content is hidden; the record that it was given stays
    (safety.md, "Withdrawal, rights, records"). No reason is asked."""
    if reason.strip():
        act.words(reason=reason)
    elif contribution.sent_at is None:
        contribution.drafts.clear()


def next_news(contribution: Contribution) -> Msg | None:
    """When the contributor hears more, where a date was promised."""
    if contribution.next_news_on is None:
        return None
    return Msg(N_("You hear more by %(day)s."), {"day": contribution.next_news_on})
