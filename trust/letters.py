"""Letters with a code: how somebody without a screen confirms what was written down for them.

The code is shown once, on the paper itself; here stays only what proves it, made with the portal's
secret. One letter stops the one before, five wrong codes stop it too, and so do sixty days."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from trust import mailboxes, reach
from trust.act import Act, Actor, verb
from trust.confirming import check_another, check_standing, check_way, counts
from trust.outbox import send
from trust.people import Person
from trust.recordings import SAYINGS, STATES, Recording, check_outside
from trust.records import N_, STAYS, Msg, Record, Ref, Refused
from trust.signin import derive

LASTS = timedelta(days=60)
TRIES = 5
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What references and codes are made of: nothing that looks like something else."""


WRONG = N_("We do not know this letter. Check each letter and number, or call us.")


class Letter(Record):
    """One letter on paper about one recording, to ``post``, in ``lang``, printed by a person."""

    __tablename__ = "letter"
    audited = False

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), index=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    proof: Mapped[str] = mapped_column(String(64))
    post: Mapped[str] = mapped_column(String(500))
    lang: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    stopped_at: Mapped[datetime | None]

    recording: Mapped[Recording] = relationship()
    by: Mapped[Person] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Letter"], actor: Actor) -> Select["Letter"]:
        """Whoever sees what it is about sees that there is a letter; nobody sees its code."""
        seen = Recording.visible(select(Recording.id), actor)
        return stmt.where(cls.recording_id.in_(seen))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return self.recording.places(permission)

    def live(self, now: datetime) -> bool:
        """Whether its code still works."""
        return self.stopped_at is None and now < self.expires_at and self.tries < TRIES


class Fresh(NamedTuple):
    """What stands on a new letter, and the proof that is kept of it."""

    reference: str
    code: str
    proof: str


def fresh(key: bytes, nonce: str) -> Fresh:
    """The reference and the code that belong to a nonce which nobody else has: the same for the
    second tap of a form, so that a page that is loaded again shows the same letter."""
    made = _spell(derive(key, "letter", nonce), 18)
    reference, code = made[:8], made[8:]
    return Fresh(reference, code, _proof(key, reference, code))


def _spell(raw: bytes, length: int) -> str:
    number, found = int.from_bytes(raw, "big"), ""
    while len(found) < length:
        number, place = divmod(number, len(LETTERS))
        found += LETTERS[place]
    return found


def _proof(key: bytes, reference: str, code: str) -> str:
    return derive(key, "letter-proof", f"{reference}:{code}").hex()


def in_fours(text: str) -> str:
    """In groups of four, which are easier to read and to type."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def read(typed: str) -> str:
    """What somebody typed, as it was printed: without gaps, in capitals."""
    return "".join(one for one in typed.upper() if one.isalnum() and one.isascii())


@verb("letter:print", may="agreement:record", creates=True)
def print_letter(
    act: Act, recording: Recording, *, reference: str, proof: str, lang: str
) -> Letter:
    """Make the letter that the partner confirms with (``fresh``). An earlier one stops.

    Raises ``Refused`` for whoever wrote it down and for both sides, who must not see the code;
    when there is nothing to confirm any more; and when the address proves nothing
    (``check_way``).
    """
    check_another(act.actor, recording)
    STATES.check("recording:confirm", recording.state)
    check_standing(recording)
    post, _ = reach.ways(act.session, recording.giver_id)
    check_way(post, recording, act.actor)
    assert act.actor.person_id is not None
    earlier = select(Letter).where(Letter.recording_id == recording.id, Letter.stopped_at.is_(None))
    stopped = list(act.session.scalars(earlier))
    for one in stopped:
        one.stopped_at = act.now
    letter = Letter(
        recording_id=recording.id,
        recording=recording,
        reference=reference,
        proof=proof,
        post=post.words,
        lang=lang,
        by_id=act.actor.person_id,
        at=act.now,
        expires_at=act.now + LASTS,
    )
    act.parties(recording.giver_id, recording.taker_id)
    act.fact(recording=recording.id, instead_of=[one.id for one in stopped])
    return letter


def newest(session: Session, recording: Recording) -> Letter | None:
    """The newest letter about a recording."""
    stmt = select(Letter).where(Letter.recording_id == recording.id)
    return session.scalars(stmt.order_by(Letter.id.desc()).limit(1)).first()


def found(session: Session, key: bytes, reference: str, code: str, now: datetime) -> Letter:
    """The letter that somebody holds. Raises ``Refused`` with one sentence for all that can be
    wrong. The caller commits in either case: a wrong code counts."""
    stmt = select(Letter).where(Letter.reference == read(reference)).with_for_update()
    letter = session.scalars(stmt).first()
    proof = _proof(key, read(reference), read(code))
    right = hmac.compare_digest(proof, letter.proof if letter else secrets.token_hex(32))
    if letter is None or not letter.live(now):
        raise Refused(WRONG, field="code")
    if not right:
        letter.tries += 1
        raise Refused(WRONG, field="code")
    return letter


def _check_holder(act: Act, recording: Recording, letter: Letter) -> None:
    """Raises ``Refused`` for whoever must not use the letter: those who wrote it down or saw
    the code in print, and the other side. Nobody has to sign in to use it."""
    if letter.recording_id != recording.id or not letter.live(act.now):
        raise Refused(WRONG, field="code")
    if mailboxes.read_by_one(act.session, act.actor.person_id, letter.by_id):
        raise Refused(
            N_("You printed this letter. Whoever got it confirms it."),
            next_step=Msg(N_("They type the code, or you call their number instead.")),
        )
    if mailboxes.read_by_one(act.session, act.actor.person_id, recording.by_id):
        check_another(act.actor, recording)
    if recording.taker_id in act.actor.own:
        check_outside(act.actor, recording)


@verb("recording:confirm", table=STATES)
def confirm(act: Act, recording: Recording, *, letter: Letter) -> None:
    """Whoever holds the letter (``found``) says that it is so. Raises ``Refused`` when they must
    not, and when the agreement went on since."""
    _check_holder(act, recording, letter)
    check_standing(recording)
    letter.stopped_at = act.now
    act.fact(letter=letter.id)
    counts(act, recording)


@verb("recording:deny", table=STATES)
def deny(act: Act, recording: Recording, *, letter: Letter) -> None:
    """Whoever holds the letter says that nobody of theirs said so."""
    _check_holder(act, recording, letter)
    letter.stopped_at = act.now
    act.fact(letter=letter.id)
    SAYINGS[recording.kind].not_so(act, recording)
    send(act, "recording", recording.by_id, recording)
