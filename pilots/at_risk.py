"""Texts that others wrote, wherever somebody reads them: any reader can say that someone may be at
risk (safety.md, "Safeguarding"). The record is the one of ``trust.safeguarding``; what was read is
kept with it, as this reader read it."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pilots import evidence, responses, timeline, verdicts
from pilots.contributions import Contribution, writer_only
from pilots.insight import Insight
from trust import conflicts, next_steps, note_answers, relationships, safeguarding, scope
from trust.act import Act, verb
from trust.audit import Event
from trust.complaints import Complaint
from trust.dispute import Dispute
from trust.records import N_, Hidden, Record, Ref
from trust.relationships import Note
from trust.safeguarding import Concern, Passage, Read

WHAT = {
    "line": N_("What was said"),
    "corrected": N_("Put right"),
    "why": N_("Why"),
    "next": N_("What happens next"),
    "finding": N_("What we learned"),
    "caveats": N_("Keep in mind"),
    "quote": N_("In their words"),
    "view": N_("What a group thinks of it"),
    "done": N_("What was done"),
    "complaint": N_("The complaint"),
    "answer": N_("The answer"),
}
"""What a passage is, as the lead reads it."""

WRITES = ("contribution:ask", "contribution:accept", "contribution:news", "contribution:set-aside")
"""What a reader does with an answer and writes to those who gave it."""


def _passages(told: Iterable[tuple[str, str, str]]) -> tuple[Passage, ...]:
    """Those of (what, words, language) in which something stands."""
    return tuple(Passage(what=what, words=words, lang=lang) for what, words, lang in told if words)


def _last(act: Act, about: Record, *so: ColumnElement[bool]) -> Event | None:
    """What somebody did last with a record, where that is ``so``."""
    stmt = select(Event).where(Event.subject == Ref.of(about), *so).order_by(Event.id.desc())
    return act.session.scalars(stmt.limit(1)).first()


def _note(act: Act, note: Note) -> Read:
    """A note of a talk: its other side's words; one's own, where that side said nothing yet."""
    session = act.session
    other = note.taker_id if act.actor.acting_for == note.giver_id else note.giver_id
    theirs = _last(act, note, Event.acting_for_id == other)
    lines = [("line", line.words, note.lang) for line in note.lines]
    lines += [("corrected", line.corrected or "", "") for line in note.lines]
    said = [relationships.disputed_because(session, note)]
    said += [one.words for one in note_answers.answers(session, note)]
    said += [one.reason for one in next_steps.changes(session, note)]
    return Read(
        Ref.of(note),
        other if theirs else note.giver_id,
        (note.giver_id, note.taker_id),
        theirs.actor_id if theirs else note.written_by_id,
        _passages(
            [*lines, ("next", note.next_step, note.lang), *(("why", one, "") for one in said)]
        ),
    )


def _insight(act: Act, insight: Insight) -> Read:
    """A finding, with what is quoted in it and said of it: whoever wrote it hears."""
    actor, session = act.actor, act.session
    barred = conflicts.barred(session, actor)
    quotes = evidence.quotes(
        verdicts.quoting(insight, actor, barred),
        evidence.may_still_quote(session, scope.QUOTE, insight.evidence, act.now),
        actor.acting_for,
        verdicts.read_since(insight, actor),
    )
    wrote = _last(act, insight, Event.actor_id == insight.written_by_id)
    views = verdicts.opinions(insight, actor, barred)
    return Read(
        Ref.of(insight),
        wrote.acting_for_id if wrote else insight.taker_id,
        (insight.taker_id,),
        insight.written_by_id,
        _passages(
            [
                ("finding", insight.statement, insight.lang),
                ("caveats", insight.caveats, insight.lang),
                *(("quote", one.words, one.lang) for one in quotes),
                *(("view", one.words, "") for one in views),
                *(("done", one.words, one.lang) for one in responses.of(session, insight.id)),
            ]
        ),
    )


def _thread(act: Act, contribution: Contribution) -> Read:
    """What a reader wrote about an answer, for those who gave it. Whoever reads the answer itself
    passes it on from there (``review.pass_on``)."""
    writer_only(act, contribution)
    theirs = _last(act, contribution, Event.verb.in_(WRITES))
    if theirs is None:
        raise Hidden("contribution")
    sides = contribution.taker_id, contribution.giver_id
    said = timeline.steps(act.session, contribution)
    return Read(
        Ref.of(contribution),
        theirs.acting_for_id,
        sides,
        theirs.actor_id,
        _passages(("answer", one.words, one.lang) for one in said),
    )


def wrote_back(session: Session, contribution: Contribution) -> bool:
    """Whether a reader wrote anything to those who gave an answer."""
    stmt = select(Event.id).where(Event.subject == Ref.of(contribution), Event.verb.in_(WRITES))
    return session.scalars(stmt.limit(1)).first() is not None


def _dispute(act: Act, held: Dispute) -> Read:
    """Why somebody says that a colleague does not speak for their group."""
    why = _passages([("why", held.why, "")])
    return Read(Ref.of(held), held.partner_id, (held.partner_id,), held.one_id, why)


def _complaint(act: Act, held: Complaint) -> Read:
    """A complaint, or what somebody answered to it."""
    given = [("complaint", held.words, held.lang), ("answer", held.answer, "")]
    own = held.person_id == act.actor.person_id or held.giver_id in act.actor.own
    giver, wrote = (held.taker_id, held.taken_by_id) if own else (held.giver_id, held.person_id)
    sides = held.taker_id, held.giver_id, held.about_id
    return Read(Ref.of(held), giver if wrote else None, sides, wrote, _passages(given))


TEXTS: dict[type[Record], Callable[[Act, Any], Read]] = {
    Note: _note,
    Insight: _insight,
    Contribution: _thread,
    Dispute: _dispute,
    Complaint: _complaint,
}
"""Each noun whose words others wrote, with what of it is read, and who wrote that."""


def noun_of(name: str) -> type[Record]:
    """The noun of that name, among those that can be passed on. Raises ``Hidden`` else."""
    for noun in TEXTS:
        if noun.__tablename__ == name:
            return noun
    raise Hidden(name)


def read(act: Act, about: Record) -> Read:
    """What whoever acts reads there. Raises ``Hidden`` where they do not."""
    noun = type(about)
    seen = noun.visible(select(noun).where(noun.id == about.id), act.actor)
    if noun not in TEXTS or act.session.scalars(seen).first() is None:
        raise Hidden(about.noun)
    return TEXTS[noun](act, about)


@verb("concern:raise", may="signed-in", creates=True)
def raise_(act: Act, about: Record, *, words: str) -> Concern:
    """Whoever reads a text says that someone may be at risk: to the safeguarding lead, the same
    day. Nothing changes where the text stands, so that no page tells.

    Raises ``Refused`` without words, and where nobody is there to take it; ``Hidden`` for whoever
    does not read the text.
    """
    return safeguarding.raised(act, read(act, about), words)
