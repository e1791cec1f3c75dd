"""The second factor: an authenticator app, for the roles that need one."""

import base64
import hmac
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Act, verb
from trust.mailboxes import factor_made
from trust.outbox import send
from trust.people import Person, own_person
from trust.records import GOES, N_, Record, Refused
from trust.signin import derive


class Authenticator(Record):
    """A person's authenticator app. The secret is locked with the portal's own key; ``step``
    is the last one used, so that a code seen over a shoulder cannot be used again."""

    __tablename__ = "authenticator"
    audited = False

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True, info=GOES)
    locked: Mapped[str] = mapped_column(String(300))
    step: Mapped[int] = mapped_column(default=0)


def _locker(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive(key, "authenticator", "")))


def fresh_secret() -> str:
    """A new secret for an authenticator app, to be confirmed with its first code."""
    return pyotp.random_base32()


def authenticator(session: Session, person_id: int) -> Authenticator | None:
    """The person's authenticator app, or None when there is none."""
    stmt = select(Authenticator).where(Authenticator.person_id == person_id)
    return session.scalars(stmt).first()


def secret_of(key: bytes, app: Authenticator) -> str:
    """The unlocked secret of an authenticator app."""
    return _locker(key).decrypt(app.locked.encode()).decode()


WRONG_FACTOR = N_("That code is not right. Wait for the next one in your app and type it.")


def _step(secret: str, typed: str, now: datetime) -> int:
    """The time step that a typed code belongs to, one step early or late allowed; 0 if none."""
    totp = pyotp.TOTP(secret)
    plain = "".join(typed.split())
    here = int(now.timestamp()) // totp.interval
    for step in (here - 1, here, here + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), plain.encode()):
            return step
    return 0


@verb("person:set-authenticator", may="signed-in")
def set_authenticator(act: Act, person: Person, *, key: bytes, secret: str, typed: str) -> None:
    """Keep the secret of an authenticator app once its first code was right. Its owner is told by
    mail.

    Raises ``Refused`` when the code is wrong, or when there is one already.
    """
    own_person(act, person)
    if authenticator(act.session, person.id) is not None:
        raise Refused(N_("You have an authenticator app already."))
    step = _step(secret, typed, act.now)
    if not step:
        raise Refused(WRONG_FACTOR, field="code")
    locked = _locker(key).encrypt(secret.encode()).decode()
    act.session.add(Authenticator(person_id=person.id, locked=locked, step=step))
    factor_made(act, person)
    send(act, "authenticator", person.id, person)


@verb("person:app-again", may="set-up")
def app_again(act: Act, person: Person) -> None:
    """Whoever runs the portal takes the authenticator app off a person who lost it, once they know
    who asks. The person is told. Raises ``Refused`` where there is none."""
    held = authenticator(act.session, person.id)
    if held is None:
        raise Refused(N_("They have no authenticator app."))
    act.session.delete(held)
    send(act, "passkey-only", person.id, person)


def check_second_factor(
    session: Session, key: bytes, person_id: int, typed: str, now: datetime
) -> None:
    """Check a code of the authenticator app; each works once. Raises ``Refused``."""
    app = authenticator(session, person_id)
    step = _step(secret_of(key, app), typed, now) if app else 0
    if app is None or step <= app.step:
        raise Refused(WRONG_FACTOR, field="code")
    app.step = step
