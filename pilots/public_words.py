"""What anyone reads of a finding: its words, how sure we are, on how many groups it rests, what may
be quoted, what does not agree, and who was not heard; nothing that could tell who said what."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pilots import evidence, quotations, verdicts
from pilots.insight import Insight, givers
from trust.act import PUBLIC
from trust.disclosure.policy import DEFAULT


@dataclass(frozen=True)
class PublicQuote:
    """Words of a group, by the ``id`` of the evidence; ``by`` is its name where it wants that."""

    id: int
    words: str
    lang: str
    by: str | None


@dataclass(frozen=True)
class PublicView:
    """What a group thinks of it that does not agree. ``before``: of words that changed since."""

    kind: str
    words: str
    by: str | None
    before: bool


@dataclass(frozen=True)
class PublicWords:
    """``groups``: on how many it rests; ``unheard``: how many were asked and are not in it, None
    where so few that they could be guessed; ``places``: how many nobody spoke about."""

    statement: str
    lang: str
    confidence: str
    caveats: str
    groups: int | None
    quotes: tuple[PublicQuote, ...]
    views: tuple[PublicView, ...]
    unheard: int | None
    places: int

    @property
    def sha256(self) -> str:
        """Of the words as they are, in one spelling: another word, another hash."""
        plain = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()


def _many(number: int) -> int | None:
    return number if number == 0 or number >= DEFAULT.least_groups else None


def words_of(
    session: Session, insight: Insight, chosen: Collection[int], since: datetime, now: datetime
) -> PublicWords:
    """The words of a finding for anyone at the moment ``now``, the same whoever asks. ``chosen``
    are the ids of the evidence that may be quoted if its group says yes; ``since`` is when it went
    out: what was passed to a safeguarding lead before then reaches nobody new."""
    may = quotations.allowed(session, insight, chosen, now)
    quoted = [one for one in insight.evidence if one.id in may]
    shown = [
        PublicQuote(one.id, said.words, said.lang, said.by)
        for one in quoted
        for said in evidence.quotes([one], may, None, since)
    ]
    views = [
        PublicView(one.kind, one.words, one.by, one.changed)
        for one in verdicts.opinions(insight, PUBLIC)
        if one.kind != "right"
    ]
    missing = evidence.unheard(session, insight.evidence)
    return PublicWords(
        statement=insight.statement,
        lang=insight.lang,
        confidence=insight.confidence,
        caveats=insight.caveats,
        groups=_many(len(givers(insight))),
        quotes=tuple(shown),
        views=tuple(views),
        unheard=_many(len(missing.partners)),
        places=len(missing.places),
    )
