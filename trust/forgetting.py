"""What is forgotten about signing in: codes soon, sessions some time after they are over."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from trust.passkeys import Challenge
from trust.signin import OWN_DEVICE, Code, SignIn

CODES_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=90)
"""Long enough to answer somebody who asks whether it was they who signed in."""


def sweep(session: Session, now: datetime) -> None:
    """Forget what nobody needs any more. A session that ran out has no end of its own: it ended
    when it had not been used for long enough."""
    ended, unused = now - SESSIONS_KEPT, now - SESSIONS_KEPT - OWN_DEVICE.idle
    session.execute(delete(Code).where(Code.expires_at <= now - CODES_KEPT))
    session.execute(delete(Challenge).where(Challenge.expires_at <= now - CODES_KEPT))
    session.execute(delete(SignIn).where(or_(SignIn.ended_at <= ended, SignIn.seen_at <= unused)))
