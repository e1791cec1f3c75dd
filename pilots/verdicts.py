"""What contributors say of an insight: right, not quite, or you missed something. Each verdict is
about the words that its giver read; once these change, the giver is asked again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pilots.evidence import Evidence
from pilots.insight import Insight, Verdict, givers
from trust.act import Act, Actor, verb
from trust.disclosure.policy import DEFAULT
from trust.outbox import send
from trust.records import N_, Hidden, Refused

VERDICTS = {
    "right": N_("This is right"),
    "not-quite": N_("Not quite"),
    "missed": N_("You missed something"),
}


def may_judge(insight: Insight, actor: Actor) -> bool:
    """Whether ``actor`` may say what it thinks of it, once asked: not of what they wrote."""
    return judge.allowed(actor, insight) and insight.written_by_id != actor.person_id


@verb("insight:judge", may="insight:judge")
def judge(act: Act, insight: Insight, *, kind: str, words: str, wording: int | None = None) -> None:
    """A contributor says right, not quite, or you missed; it may change its mind until then.
    ``wording`` is the number of the words that it read, where a page says so.

    Raises ``Refused`` for whoever wrote it, when it is not with the contributors now, when its
    words have changed since they were read, or when words are missing for anything but "right";
    ``Hidden`` for a partner it does not rest on.
    """
    giver_id, person_id = act.actor.acting_for, act.actor.person_id
    assert person_id is not None
    # Two contributors at the same moment come one after the other.
    act.session.refresh(insight, with_for_update=True)
    if giver_id is None or giver_id not in givers(insight):
        raise Hidden("insight")
    if insight.written_by_id == person_id:
        raise Refused(N_("You wrote this. A colleague says if it is right."))
    if insight.state != "shown":
        raise Refused(N_("This is not with you for checking now."))
    if wording not in (None, insight.wording):
        raise Refused(N_("The words have changed. Read them again, then say what you think."))
    if kind not in VERDICTS:
        raise Refused(N_("Choose one of the three."), field="kind")
    if kind != "right" and not words.strip():
        raise Refused(N_("Say what is not right, in your own words."), field="words")
    held = next((one for one in insight.verdicts if one.partner_id == giver_id), None)
    if held is None:
        held = Verdict(partner_id=giver_id)
        insight.verdicts.append(held)
    held.kind, held.words = kind, words.strip()[:2000]
    held.by_id, held.at = person_id, act.now
    held.wording = insight.wording
    held.statement, held.caveats = insight.statement, insight.caveats
    act.parties(giver_id, insight.taker_id)
    act.fact(kind=kind, wording=insight.wording)
    send(act, "verdict", insight.written_by_id, insight)


@dataclass(frozen=True)
class Opinion:
    """What one contributor says, for a reader. ``by`` is its name where the reader may know it:
    the pilot's named people may, others where the giver allows its name. ``own``: it is theirs.

    ``changed``: it was said of words that have changed since. Those who read them, the giver and
    the pilot's named people, are told them: ``statement`` and ``caveats``, else empty.
    """

    kind: str
    words: str
    by: str | None
    own: bool
    changed: bool
    statement: str = ""
    caveats: str = ""


def tally(found: Collection[Opinion]) -> dict[str, int]:
    """How many say what of the words as they are now, by kind: those that nobody said as well."""
    kinds = [one.kind for one in found if not one.changed]
    return {kind: kinds.count(kind) for kind in VERDICTS}


def easy_to_guess(found: Collection[Opinion]) -> bool:
    """Whether so few have said what they think that others can guess who it was, without a name
    beside it: as few as no figure is ever released of (trust/disclosure/policy.py)."""
    return 0 < len(found) < DEFAULT.least_groups


def traces(insight: Insight, actor: Actor) -> bool:
    """Whether ``actor`` works on the pilot and may know which group gave what: whoever only studies
    it may not (roles.toml)."""
    return actor.holds("insight:trace", *insight.places("insight:trace"))


def quoting(insight: Insight, actor: Actor, barred: Collection[int] = ()) -> list[Evidence]:
    """What it rests on of which ``actor`` may read quoted words, nothing of the partners
    ``barred``: before it was published whoever traces it and those who gave; then the cohort."""
    if not (
        traces(insight, actor)
        or actor.acting_for in givers(insight)
        or insight.state == "published"
    ):
        return []
    return [one for one in insight.evidence if one.contribution.giver_id not in barred]


def read_since(insight: Insight, actor: Actor) -> datetime | None:
    """Since when ``actor`` could read what is quoted in it: since it was shown, if it rests on what
    they gave, else since it was published. None for those of the pilot who know what it rests on
    (``traces``): they always could."""
    if traces(insight, actor):
        return None
    return insight.shown_at if actor.acting_for in givers(insight) else insight.published_at


def opinions(
    insight: Insight, actor: Actor, barred: Collection[int] = frozenset()
) -> list[Opinion]:
    """What the contributors say, as ``actor`` may read it. Until it is shared, a contributor
    reads its own words only; from then on what does not agree travels with the insight. Whoever
    took back all that it gave is no longer heard or named. Of the partners ``barred``, whose
    grants the actor looks after, say, there is what they think and not their words."""
    staff = traces(insight, actor)
    named = {one.contribution.giver_id for one in insight.evidence if one.by_name and one.counts}
    heard = givers(insight)
    found = []
    for one in insight.verdicts:
        own = one.partner_id == actor.acting_for
        if one.partner_id not in heard or not (staff or own or insight.state == "published"):
            continue
        changed = one.wording != insight.wording
        tell = changed and (staff or own)
        kept = one.partner_id in barred and not own
        found.append(
            Opinion(
                kind=one.kind,
                words="" if kept else one.words,
                by=one.partner.name if (staff and not kept) or one.partner_id in named else None,
                own=own,
                changed=changed,
                statement=one.statement if tell else "",
                caveats=one.caveats if tell else "",
            )
        )
    return found
