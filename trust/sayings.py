"""What happens once the group has confirmed what it said about an agreement: the same as when
somebody of the group does it here (``signing``, ``ending``), on the word of whoever said it."""

from trust import ground
from trust.act import Act
from trust.agreements import STATES as AGREEMENT
from trust.agreements import Agreement, Signature, tell
from trust.dispute import must_not_be_disputed
from trust.ending import over
from trust.parties import name_contacts
from trust.recordings import SAYINGS, STANDS, Recording, Saying, tell_both
from trust.records import Ref
from trust.signing import into_force


def _of(recording: Recording) -> Agreement:
    assert recording.agreement is not None  # these three are said about one
    return recording.agreement


def _stands(recording: Recording) -> bool:
    """The agreement waits for this still, and the text is the one that was talked about."""
    agreement = _of(recording)
    return (
        agreement.state in STANDS[recording.kind] and agreement.text_sha256 == recording.text_sha256
    )


def _yes_stands(recording: Recording) -> bool:
    """Nor has its side signed meanwhile."""
    signed = {one.partner_id for one in _of(recording).signatures}
    return _stands(recording) and recording.giver_id not in signed


def _sign(act: Act, recording: Recording) -> None:
    """Their signature stands from now."""
    agreement = _of(recording)
    must_not_be_disputed(act, recording.giver_id)
    ground.check(act.session, agreement.work, agreement.chosen)
    agreement.signatures.append(
        Signature(
            partner_id=recording.giver_id,
            partner=recording.giver,
            name=recording.name,
            role=recording.role,
            at=act.now,
            text_sha256=recording.text_sha256,
            recorded=Ref.of(recording),
        )
    )
    name_contacts(act, agreement, "giver")
    first = AGREEMENT.allows("agreement:confirm", agreement.state)
    move = AGREEMENT.check(
        "agreement:confirm" if first else "agreement:confirm-last", agreement.state
    )
    agreement.state = move.to
    if first:
        tell(act, agreement, recording.taker_id, "agreement-signed")
        tell(act, agreement, recording.giver_id, "agreement-confirmed")
    else:
        tell_both(act, agreement, "agreement-in-force")
        into_force(act, agreement)


def _decline(act: Act, recording: Recording) -> None:
    """They said no, with their reason, as in ``ending.decline``."""
    _stop(act, recording, "agreement:confirm-decline", "agreement-declined")


def _end(act: Act, recording: Recording) -> None:
    """They end it, with their reason, as in ``ending.end``."""
    over(act, _of(recording))
    _stop(act, recording, "agreement:confirm-end", "agreement-ended")


def _stop(act: Act, recording: Recording, move: str, told: str) -> None:
    agreement = _of(recording)
    must_not_be_disputed(act, recording.giver_id)
    agreement.state = AGREEMENT.check(move, agreement.state).to
    act.words(reason=recording.why)
    tell(act, agreement, recording.taker_id, told)
    tell(act, agreement, recording.giver_id, "agreement-word")


def _not_so(act: Act, recording: Recording) -> None:
    act.fact(agreement=recording.agreement_id)
    tell_both(act, _of(recording), "agreement-not-said")


SAYINGS |= {
    "yes": Saying(_yes_stands, _sign, _not_so),
    "no": Saying(_stands, _decline, _not_so),
    "end": Saying(_stands, _end, _not_so),
}
