"""What an insight rests on: accepted contributions, and the words quoted from them, if any.

Words are quoted only where the giver said so when it sent them *and* its agreement allows it;
taken back, they are gone from every page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from pilots import bounds
from pilots.contribution_states import CHANNELS, OWN
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.questions import Question
from pilots.requests import Asked
from trust import scope
from trust.act import Actor
from trust.records import N_, Msg, Record, Ref, Refused, Words

TEXTS = ("long-text", "short-text")
"""The kinds of question that are answered in one's own words."""


class Evidence(Record):
    """A contribution that an insight rests on, with the words quoted from it, if any."""

    __tablename__ = "evidence"

    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id"), index=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)
    quoted: Mapped[str] = mapped_column(String(1000), default="")

    contribution: Mapped[Contribution] = relationship()

    __table_args__ = (UniqueConstraint("insight_id", "contribution_id"),)

    @property
    def stands(self) -> bool:
        """Whether something new may be built on it: not taken back, not passed on."""
        return self.contribution.state not in ("withdrawn", "passed-on")

    @property
    def counts(self) -> bool:
        """Whether its giver is still among those it rests on: it was not taken back. What was
        passed to the safeguarding lead counts, so that no page tells (safety.md)."""
        return self.contribution.state != "withdrawn"

    def stood(self, at: datetime) -> bool:
        """Whether it had not been passed on at a moment; of what was not taken back."""
        passed_on = self.contribution.changed_at
        return self.stands or (passed_on is not None and passed_on > at)

    @property
    def by_name(self) -> bool:
        """Whether its giver lets its name stand beside it."""
        return self.contribution.quote == "named"


def usable(
    session: Session, pilot: Pilot, now: datetime, own: Collection[int] = ()
) -> list[Contribution]:
    """The accepted contributions of a pilot that its agreements let an insight rest on; nothing
    of the partners ``own``, those of whoever writes it."""
    stmt = (
        select(Contribution)
        .where(
            Contribution.pilot_id == pilot.id,
            Contribution.state == "accepted",
            Contribution.giver_id.not_in(own),
            bounds.inside(scope.FIND, on=now),
        )
        .options(joinedload(Contribution.giver), joinedload(Contribution.request_version))
        .order_by(Contribution.id)
    )
    return list(session.scalars(stmt))


def quotable(
    session: Session, way: scope.Way, found: Collection[Contribution], now: datetime
) -> dict[int, list[Question]]:
    """By contribution of one pilot, the questions whose words may be quoted in this ``way``
    (``scope.QUOTE``: to the cohort): the giver said yes, and its agreement lets them be read. To
    all, ``scope.QUOTE_TO_ALL``, only those whose answers may be made public. The same few
    statements for any number."""
    allowed = bounds.verdicts(session, way, found, now)
    return {
        one.id: [
            asked
            for asked in one.request_version.questions
            if one.quote != "no"
            and asked.kind in TEXTS
            and (asked.publishable or way != scope.QUOTE_TO_ALL)
            and one.answers.get(asked.key)
            and isinstance(allowed[one.giver_id, asked.category], scope.Allowed)
        ]
        for one in found
    }


def may_still_quote(
    session: Session, way: scope.Way, evidence: Iterable[Evidence], now: datetime
) -> frozenset[int]:
    """The ids of those pieces of evidence whose quoted words may still be shown in this ``way``:
    their giver said yes, and its agreement as it is now lets what they stand in be read so."""
    quoted = [one for one in evidence if one.quoted]
    texts = quotable(session, way, [one.contribution for one in quoted], now)
    return frozenset(
        one.id for one in quoted if _says(one.contribution, texts[one.contribution_id], one.quoted)
    )


def _says(contribution: Contribution, texts: Collection[Question], words: str) -> bool:
    """Whether words stand in one of the answers to ``texts``."""
    return any(words_in(words, contribution.answers[one.key]) for one in texts)


def words_in(words: str, answer: str | None) -> bool:
    """Whether words stand in an answer, however the lines are broken."""
    return " ".join(words.split()) in " ".join((answer or "").split())


def outside(
    session: Session, pilot: Pilot, ids: Collection[int], own: Collection[int], now: datetime
) -> scope.NotAllowed | None:
    """Of accepted contributions of a pilot, the first reason why no insight may rest on one of
    them now: an agreement has ended, or was narrowed, since they were offered."""
    stmt = select(Contribution).where(
        Contribution.id.in_(ids),
        Contribution.pilot_id == pilot.id,
        Contribution.state == "accepted",
        Contribution.giver_id.not_in(own),
    )
    found = session.scalars(stmt).all()
    return next(iter(bounds.refusals(session, scope.FIND, found, now).values()), None)


@dataclass(frozen=True)
class Glimpse:
    """By what a reviewer knows an answer again: the place it names, and its first text."""

    place: Words
    text: str


def glimpses(
    session: Session, found: Collection[Contribution], pilot: Pilot, actor: Actor, now: datetime
) -> dict[int, Glimpse]:
    """By contribution, what tells it from the others, for whoever reviews them: only what the
    agreement lets a reviewer read (as ``review.readings``). ``found`` holds nothing of one's own
    partners' (``usable``). The same few statements for any number."""
    if not actor.holds("contribution:review", Ref.of(pilot)):
        return {}
    allowed = bounds.verdicts(session, scope.READ, found, now)
    told = {}
    for one in found:
        given = [
            (asked, one.answers[asked.key])
            for asked in one.request_version.questions
            if one.answers.get(asked.key)
            and isinstance(allowed[one.giver_id, asked.category], scope.Allowed)
        ]
        told[one.id] = Glimpse(
            place=next((_place(asked, to) for asked, to in given if asked.kind == "area"), {}),
            text=next((to for asked, to in given if asked.kind in TEXTS), ""),
        )
    return told


def _place(asked: Question, answer: int) -> Words:
    return next((one["words"] for one in asked.choices if one["area"] == answer), {})


def not_quotable(
    session: Session,
    way: scope.Way,
    contribution: Contribution,
    now: datetime,
    *,
    field: str | None,
) -> Refused:
    """Why nothing of a contribution may be quoted in this ``way``: its giver said no, or a clause
    does."""
    found = bounds.verdicts(session, way, [contribution], now)
    said = [
        found[contribution.giver_id, one.category]
        for one in contribution.request_version.questions
        if one.kind in TEXTS and contribution.answers.get(one.key)
    ]
    no = next((one for one in said if isinstance(one, scope.NotAllowed)), None)
    if no is not None and contribution.quote != "no":
        return no.refused(field=field)
    return Refused(
        Msg(
            N_("%(reference)s may not be quoted. Leave its box empty."),
            {"reference": contribution.reference},
        ),
        field=field,
    )


def rest_on(contribution: Contribution, texts: Collection[Question], quoted: str) -> Evidence:
    """A piece of evidence that is not stored yet. ``texts`` are its questions that may be
    quoted. Raises ``Refused`` for words that are not in them."""
    if quoted and not _says(contribution, texts, quoted):
        raise Refused(
            Msg(
                N_("These words are not in %(reference)s. Copy them exactly."),
                {"reference": contribution.reference},
            ),
            field=f"quote_{contribution.id}",
        )
    return Evidence(contribution_id=contribution.id, quoted=quoted[:1000])


@dataclass(frozen=True)
class Quote:
    """Words that may be shown, in ``lang``; ``by`` is the giver's name where it allowed that."""

    words: str
    lang: str
    by: str | None


def quotes(
    evidence: Iterable[Evidence],
    may: Collection[int],
    reader: int | None,
    since: datetime | None,
) -> list[Quote]:
    """What is quoted in an insight, as each giver and its agreement allow it at this moment
    (``may``: ``may_still_quote``), for somebody who acts for the partner ``reader`` and could read
    it ``since`` then (None: all the time). Words that were passed on stay with those who had read
    them, so that no page tells, and reach nobody new."""
    return [
        Quote(
            one.quoted,
            one.contribution.lang,
            one.contribution.giver.name if one.by_name else None,
        )
        for one in evidence
        if one.id in may
        and one.counts
        and (since is None or one.contribution.giver_id == reader or one.stood(since))
    ]


@dataclass(frozen=True)
class Unheard:
    """Who is not in it: places that were offered and that nobody named, routes by which
    nothing came, and the ids of the partners asked that it does not rest on."""

    places: list[Words]
    routes: list[str]
    partners: frozenset[int]


def unheard(session: Session, evidence: Iterable[Evidence]) -> Unheard:
    """Who was asked and not heard (pilots.md, "Insight")."""
    standing = [one.contribution for one in evidence if one.counts]
    offered: dict[int, Words] = {}
    for one in standing:
        for asked in one.request_version.questions:
            if asked.kind == "area":
                offered |= {choice["area"]: choice["words"] for choice in asked.choices}
    heard = {
        one.answers.get(asked.key)
        for one in standing
        for asked in one.request_version.questions
        if asked.kind == "area"
    }
    givers = select(Asked.giver_id).where(
        Asked.request_id.in_({one.request_id for one in standing}),
        Asked.giver_id.not_in({one.giver_id for one in standing}),
    )
    routes = {OWN[0] if one.channel in OWN else one.channel for one in standing}
    return Unheard(
        places=[words for area, words in offered.items() if area not in heard],
        routes=[one for one in CHANNELS if one not in routes and one not in OWN[1:]],
        partners=frozenset(session.scalars(givers)),
    )
