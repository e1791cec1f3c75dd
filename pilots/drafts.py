"""A draft: an answer in the making. Begun once for a partner, shared by its people, kept as it
was typed."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from pilots import burden, pointing
from pilots.answers import DraftAnswer, belonging, check_newest, says, says_same, typed
from pilots.contributions import Contribution, answers_of, writer_only
from pilots.questions import Question, Raw
from pilots.requests import Asked, Request, asked_of
from trust.act import Act, verb
from trust.letters import LETTERS
from trust.partners import Partner
from trust.records import N_, Refused

SENT = N_("This was sent already. It cannot be changed here.")


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


def begun(
    act: Act, request: Request, giver: Partner, asked: Asked, *, channel: str, lang: str
) -> Contribution:
    """A draft that is not stored yet; for verbs that begin one. Raises ``Refused`` once the
    request is closed."""
    if request.state != "open":
        raise Refused(N_("This request is closed. Nothing more can be sent."))
    assert act.actor.person_id is not None
    act.fact(channel=channel)
    return Contribution(
        giver_id=giver.id,
        taker_id=request.taker_id,
        pilot_id=request.pilot_id,
        request_id=request.id,
        request_version_id=asked.request_version_id,
        reference=_reference(),
        channel=channel,
        lang=lang,
        entered_by_id=act.actor.person_id,
        drafts=[],
    )


@verb("contribution:start", may="contribution:write", creates=True)
def start(act: Act, giver: Partner, *, request: Request, lang: str = "en") -> Contribution:
    """Start answering, or go on with the draft that the partner has already.

    Raises ``Hidden`` when the request was not put to this partner, ``Refused`` when it is
    closed.
    """
    asked = asked_of(act.session, request, giver.id)
    held = draft_of(act.session, request.id, giver.id)
    if held is not None and request.state == "open":
        act.fact(went_on=True)
        return held
    return begun(act, request, giver, asked, channel="web", lang=lang)


def keep(
    contribution: Contribution,
    question: Question,
    raw: Raw,
    person_id: int,
    now: datetime,
    *,
    seen: int | None = None,
    token: str = "",
    opened: datetime | None = None,
) -> DraftAnswer:
    """Keep what was typed for a question, as typed, right or wrong. A draft is not a change of
    the record: it leaves no event and commits apart (design.md, law 7).

    Saving on leaving a field and going on often come at once: one waits for the other. Raises
    ``Refused`` once it was sent, and ``Overtaken`` rather than replace what the writer has not
    seen: ``seen`` is the version that the form was filled from, ``token`` the form's own, and
    ``opened`` when its page was opened.
    """
    session = object_session(contribution)
    assert session is not None
    session.refresh(contribution, ["state", "version"], with_for_update=True)
    if contribution.state != "draft":
        raise Refused(SENT)
    stmt = select(DraftAnswer).where(
        DraftAnswer.contribution_id == contribution.id, DraftAnswer.key == question.key
    )
    held = session.scalars(stmt.execution_options(populate_existing=True)).first()
    own = belonging(question, raw)
    check_newest(held, own, seen, token)
    seconds = burden.spent(burden.last_saved(contribution.drafts, person_id), opened, now)
    if held is None:
        held = DraftAnswer(key=question.key, contribution_id=contribution.id, seconds=0)
        contribution.drafts.append(held)
    held.stays = pointing.still(contribution, question, own, held.stays or {})
    held.raw, held.by_id, held.at, held.token = own, person_id, now, token[:64]
    held.seconds += seconds
    session.flush()
    return held


BROUGHT = "spreadsheet"
"""In the place of a form's token: an answer that came with a spreadsheet."""


@verb("contribution:bring", may="contribution:write")
def bring(
    act: Act,
    contribution: Contribution,
    *,
    answers: Mapping[str, Raw],
    instead: Collection[str] = (),
) -> None:
    """Keep the answers of a spreadsheet, by question key, as they were typed there.

    Where the draft says something else already it stays, and both are shown (``differs``),
    unless it came with an earlier sheet of the same person, or the person chose the sheet's
    (``instead``). What the sheet says nothing of stays as it is. Raises ``Refused`` once it was
    sent.
    """
    writer_only(act, contribution)
    if contribution.state != "draft":
        raise Refused(SENT)
    assert act.actor.person_id is not None
    kept = 0
    for question in contribution.request_version.questions:
        raw = answers.get(question.key)
        if raw is None:
            continue
        other = differs(contribution, question, raw, act.actor.person_id)
        if not other or question.key in instead:
            keep(contribution, question, raw, act.actor.person_id, act.now, token=BROUGHT)
            kept += 1
    if contribution.channel == "web" and kept:
        contribution.channel = "spreadsheet"
    act.fact(kept=kept)


def differs(contribution: Contribution, question: Question, raw: Raw, person_id: int) -> bool:
    """Whether a draft has another answer than ``raw``, that did not come with an earlier sheet of
    the same person."""
    held = next((one for one in contribution.drafts if one.key == question.key), None)
    if held is None or not says(held.raw):
        return False
    if held.token == BROUGHT and held.by_id == person_id:
        return False
    return not says_same(question, held.raw, raw)


def holds(contribution: Contribution, question: Question, raw: Raw) -> bool:
    """Whether a draft says what ``raw`` says."""
    held = raw_of(contribution).get(question.key, {})
    return says_same(question, held, raw)


def raw_of(contribution: Contribution) -> dict[str, Raw]:
    """What was typed so far, by question key."""
    return typed(contribution.drafts)


@verb("contribution:point", may="contribution:write")
def choose(
    act: Act,
    contribution: Contribution,
    *,
    stays: Mapping[str, str],
    goes: Collection[str],
    instead: Mapping[str, str],
) -> None:
    """Choose about what may point to a person: it ``stays``, with the reason by its mark; or, by
    its mark, it ``goes``, with the word for its kind (``instead``) in its place. What is not there
    any more is left alone.

    Raises ``Refused`` once it was sent, and for a reason that is missing, too long, or says once
    more what it is about. The record says how many of which kind, never what.
    """
    writer_only(act, contribution)
    if contribution.state != "draft":
        raise Refused(SENT)
    answers = answers_of(contribution, act.now).answers
    found = pointing.undecided(contribution, answers)
    kept, gone = ([one for one in found if one.mark in some] for some in (stays, goes))
    for one in kept:
        pointing.check_reason(stays[one.mark], one)
    assert act.actor.person_id is not None
    for question in contribution.request_version.questions:
        of_this = [one for one in gone if one.question.key == question.key]
        if of_this:
            text = pointing.taken_out(answers[question.key], of_this, instead)
            typed = {question.key: [text]}
            keep(contribution, question, typed, act.actor.person_id, act.now)
    for draft in contribution.drafts:
        reasons = {one.mark: stays[one.mark] for one in kept if one.question.key == draft.key}
        draft.stays = {**draft.stays, **reasons}
    act.fact(stays=pointing.counted(kept), goes=pointing.counted(gone))


@verb("contribution:take-up", may="contribution:write")
def take_up(act: Act, contribution: Contribution) -> None:
    """Go on with the questions as they are now. What was typed stays with its question; what is
    not asked any more is kept with the draft, and not sent. Raises ``Refused`` once it was
    sent."""
    writer_only(act, contribution)
    if contribution.state != "draft":
        raise Refused(SENT)
    asked = asked_of(act.session, contribution.request, contribution.giver_id)
    contribution.request_version = asked.version_asked
    act.fact(number=asked.version_asked.number)
