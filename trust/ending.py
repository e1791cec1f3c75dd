"""How an agreement comes to its end, each with a reason that the other side sees."""

from sqlalchemy import update

from trust.act import Act, verb
from trust.agreements import STATES, Agreement, next_version, tell
from trust.dispute import must_not_be_disputed
from trust.ledger import Promised
from trust.records import Ref
from trust.terms import Terms


def close(act: Act, agreement: Agreement) -> None:
    """From this moment nothing new may be done by an agreement, and nothing new is promised."""
    for noun in (Terms, Promised):
        act.session.execute(
            update(noun)
            .where(noun.source == Ref.of(agreement), noun.ended_at.is_(None))
            .values(ended_at=act.now, version=noun.version + 1)
        )


def over(act: Act, agreement: Agreement) -> None:
    """One side ends it: it is closed, and what waits to go on from it goes with it. For the verbs
    that end."""
    close(act, agreement)
    newer = next_version(act.session, agreement)
    if newer is not None:
        newer.state = STATES.move("agreement:decline").to
        act.fact(declined=newer.id)


@verb("agreement:decline", table=STATES)
def decline(act: Act, agreement: Agreement, *, reason: str) -> None:
    """Say no. It is a proper end, kept with its reason, and nothing bad follows."""
    must_not_be_disputed(act, act.actor.acting_for)
    act.words(reason=reason)
    tell(act, agreement, agreement.other_side(act.actor.acting_for), "agreement-declined")


@verb("agreement:end", table=STATES)
def end(act: Act, agreement: Agreement, *, reason: str) -> None:
    """End it. From this minute nothing new may be done with what was shared, and nothing new is
    promised; what was promised about things shared so far still is. A newer version that waits to
    be signed goes with it: what was signed of that one was signed to go on."""
    must_not_be_disputed(act, act.actor.acting_for)
    act.words(reason=reason)
    over(act, agreement)
    tell(act, agreement, agreement.other_side(act.actor.acting_for), "agreement-ended")
