"""Signing in without a password: a code that is typed, or a link whose button is pressed.
Sessions are rows, so they can be seen and ended from elsewhere."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from trust.act import Actor
from trust.agreements import Agreement
from trust.contacts import Contact
from trust.installation import Region
from trust.mailboxes import at_address, readers
from trust.outbox import Parcel
from trust.parties import newest
from trust.partners import Partner
from trust.people import (
    Hat,
    Held,
    Person,
    Seat,
    hats_of,
    in_time,
    partners_of,
    places_of,
    standing,
)
from trust.records import GOES, N_, Hidden, Record, Ref, Refused
from trust.unsent import LASTS, Unsent

CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5


@dataclass(frozen=True)
class Lasting:
    """How long a session lasts: without use, and in all."""

    idle: timedelta
    most: timedelta


OWN_DEVICE = Lasting(idle=timedelta(days=14), most=timedelta(days=60))
SHARED_PHONE = Lasting(idle=timedelta(minutes=20), most=timedelta(hours=2))


class Code(Record):
    """A one-time code on its way. The code and the link are derived from ``nonce`` and the
    portal's secret, so the database alone cannot sign anyone in.

    ``person_id`` is one of those who read the mailbox. ``proved_at``: the code was right; it is
    used up at ``used_at``, when it is clear who of them it is.
    """

    __tablename__ = "code"
    audited = False

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=GOES)
    browser_sha256: Mapped[str] = mapped_column(String(64), index=True)
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    proved_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class SignIn(Record):
    """One signed-in browser. Only the hash of its token is kept."""

    __tablename__ = "sign_in"
    audited = False

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, info=GOES)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    device: Mapped[str] = mapped_column(String(120))
    shared_phone: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "person_id", "ended_at"),)

    def confirmed(self, now: datetime, within: timedelta) -> bool:
        """Whether the person proved in this session, lately, who they are."""
        return now - self.confirmed_at <= within

    @property
    def lasting(self) -> Lasting:
        return SHARED_PHONE if self.shared_phone else OWN_DEVICE

    def ends_at(self, seen_at: datetime) -> datetime:
        """When it ends by itself, if it is not used after ``seen_at``."""
        return min(seen_at + self.lasting.idle, self.started_at + self.lasting.most)

    def live(self, now: datetime) -> bool:
        """Whether this session still counts at ``now``."""
        return self.ended_at is None and now < self.ends_at(self.seen_at)


def sha256(text: str) -> str:
    """The hash of a text, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def derive(key: bytes, what: str, nonce: str) -> bytes:
    """Bytes for one purpose, from the portal's secret and something that is not secret."""
    return hmac.new(key, f"{what}:{nonce}".encode(), hashlib.sha256).digest()


def digits(key: bytes, nonce: str) -> str:
    """The six digits that belong to a nonce."""
    return f"{int.from_bytes(derive(key, 'code', nonce)[:8], 'big') % 1_000_000:06d}"


def link_token(key: bytes, nonce: str) -> str:
    """The token of the link that belongs to a nonce."""
    return base64.urlsafe_b64encode(derive(key, "link", nonce)).decode().rstrip("=")


def ask(session: Session, email: str, browser: str, now: datetime) -> Code:
    """Start a sign-in. The same is done for an address that nobody here has, except that no
    parcel is written: the answer on screen cannot tell the two apart."""
    person = next(iter(at_address(session, email)), None)
    code = Code(
        person_id=person.id if person else None,
        browser_sha256=sha256(browser),
        nonce=secrets.token_urlsafe(32),
        expires_at=now + CODE_LASTS,
    )
    session.add(code)
    session.flush()
    if person is not None:
        session.add(
            Parcel(
                kind="code",
                to_person_id=person.id,
                about=Ref.of(code),
                lang=person.lang,
                key=f"code:{sha256(code.nonce)[:32]}",
                due_at=now,
            )
        )
    return code


TOO_OFTEN = N_("You asked for many codes. Look for the newest one, or wait 15 minutes.")
WRONG_CODE = N_("That code is not right, or it is too old. Check your newest email, or ask again.")


ONLY_PASSKEY = N_("You chose to sign in with your passkey only. Use it here.")


def _newest(session: Session, browser: str, *, lock: bool) -> Code | None:
    """The newest code that was asked for by a browser. ``lock``: nobody else uses it at the same
    moment."""
    stmt = select(Code).where(Code.browser_sha256 == sha256(browser))
    stmt = stmt.order_by(Code.id.desc()).limit(1)
    return session.scalars(stmt.with_for_update() if lock else stmt).first()


def redeem(
    session: Session, key: bytes, browser: str, now: datetime, *, typed: str = "", link: str = ""
) -> list[Person]:
    """Trade the newest code asked for by this browser for the people who read the mailbox that it
    was sent to. ``choose`` says who of them it is.

    Works once, within ten minutes, in the browser that asked, five tries. Raises ``Refused``
    with one and the same sentence for everything that can be wrong. The caller commits in
    either case: a wrong try counts.
    """
    code = _newest(session, browser, lock=True)
    if code is None:
        raise Refused(WRONG_CODE, field="code")
    code.tries += 1
    session.flush()
    if code.proved_at is not None or now >= code.expires_at or code.tries > CODE_TRIES:
        raise Refused(WRONG_CODE, field="code")
    if link:
        right = hmac.compare_digest(link.encode(), link_token(key, code.nonce).encode())
    else:
        plain = "".join(c for c in typed if c.isdecimal() and c.isascii())
        right = hmac.compare_digest(plain, digits(key, code.nonce))
    if not right or code.person_id is None:
        raise Refused(WRONG_CODE, field="code")
    code.proved_at = now
    return _readers(session, code, now)


def _readers(session: Session, code: Code, now: datetime) -> list[Person]:
    return readers(session, session.get_one(Person, code.person_id).email, now)


def _choices(session: Session, code: Code | None, now: datetime) -> list[Person]:
    if code is None or code.proved_at is None or code.used_at is not None:
        return []
    return _readers(session, code, now) if now < code.proved_at + CODE_LASTS else []


def to_choose_from(session: Session, browser: str, now: datetime) -> list[Person]:
    """Whom this browser may say it is: nobody, before its code was right; nor afterwards, once
    somebody was chosen, or ten minutes have passed."""
    return _choices(session, _newest(session, browser, lock=False), now)


def choose(session: Session, browser: str, person_id: int, now: datetime) -> Person:
    """Use a code that was right up, for one of those who read its mailbox. Raises ``Hidden`` for
    anybody else, and without such a code; ``Refused`` for whoever wants to be let in by a passkey
    only."""
    code = _newest(session, browser, lock=True)
    for person in _choices(session, code, now):
        if person.id == person_id and code is not None:
            if person.passkey_only:
                raise Refused(ONLY_PASSKEY)
            code.used_at = now
            session.flush()
            return person
    raise Hidden("person")


def start(
    session: Session, person: Person, now: datetime, *, device: str, shared_phone: bool
) -> tuple[SignIn, str]:
    """Open a session, for the partner that the person acted for last. Returns its row and the
    token that the browser keeps."""
    token = secrets.token_urlsafe(32)
    last = select(SignIn.acting_for_id).where(SignIn.person_id == person.id)
    row = SignIn(
        person_id=person.id,
        acting_for_id=session.scalar(last.order_by(SignIn.id.desc()).limit(1)),
        token_sha256=sha256(token),
        device=device[:120],
        shared_phone=shared_phone,
        started_at=now,
        seen_at=now,
        confirmed_at=now,
    )
    session.add(row)
    session.flush()
    return row, token


@dataclass(frozen=True)
class Me:
    """Who is signed in here: the session, the person, whom they can act for, and as what."""

    sign_in: SignIn
    person: Person
    actor: Actor
    hats: tuple[Hat, ...]
    waiting: bool
    unsent: bool

    @property
    def acting_for(self) -> Hat | None:
        return next((hat for hat in self.hats if hat.partner_id == self.actor.acting_for), None)


def _to_call(contact: type[Contact]) -> ColumnElement[str]:
    """The number of somebody at the other side, as far as it is shown there."""
    return case((contact.shown_to != "nobody", contact.number), else_="")


@cache
def _held_by() -> Select[*tuple[Any, ...]]:
    """What ``who`` asks on every page: built once, because that takes longer than asking it."""
    supporter, first, second = aliased(Partner), aliased(Contact), aliased(Contact)
    return (
        select(
            SignIn,
            Person,
            exists().where(Unsent.person_id == SignIn.person_id),
            Seat.partner_id,
            Seat.place,
            Seat.role,
            Seat.accepted_at,
            Partner.name,
            Region.key,
            first.name,
            _to_call(first),
            second.name,
            _to_call(second),
            supporter.name,
            supporter.phone,
        )
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(Seat, and_(Seat.person_id == Person.id, *in_time(bindparam("now"))))
        .outerjoin(Partner, Partner.id == Seat.partner_id)
        .outerjoin(Region, Region.id == Partner.region_id)
        .outerjoin(supporter, supporter.id == Partner.supporter_id)
        .outerjoin(Agreement, Agreement.id == newest(Partner.id))
        .outerjoin(first, first.id == Agreement.taker_contact_id)
        .outerjoin(second, second.id == Agreement.taker_deputy_id)
        .where(SignIn.token_sha256 == bindparam("token"))
    )


def who(session: Session, token: str, now: datetime) -> Me | None:
    """The live session of a token with everything a page needs to know, in one statement.

    ``waiting`` says that a role was offered and not answered yet, ``unsent`` that something the
    person typed is kept for them.
    """
    rows = list(session.execute(_held_by(), {"token": sha256(token), "now": now}))
    if not rows or not rows[0][0].live(now):
        return None
    sign_in, person, unsent = rows[0][:3]
    seats = [(Held(*row[3:7]), row[7:]) for row in rows if row.role is not None]
    counting = standing([seat for seat, _ in seats])
    held = [one for one in seats if one[0] in counting]
    hats = hats_of(held)
    acting_for = sign_in.acting_for_id
    if acting_for not in {hat.partner_id for hat in hats}:
        acting_for = hats[0].partner_id if hats else None
    actor = Actor(
        person_id=person.id,
        acting_for=acting_for,
        partners=partners_of([seat for seat, _ in held]),
        seats=places_of([seat for seat, _ in held if seat.partner_id == acting_for]),
        anywhere=frozenset({"public", "signed-in"}),
        confirmed_at=sign_in.confirmed_at,
        second_factor=sign_in.second_factor_at is not None,
    )
    waiting = any(seat.accepted_at is None for seat, _ in seats)
    return Me(sign_in, person, actor, hats, waiting, bool(unsent))


def ran_out(session: Session, token: str, now: datetime) -> SignIn | None:
    """The session of a token that ended by itself, at most a day ago; not one that was ended on
    purpose."""
    stmt = select(SignIn).where(SignIn.token_sha256 == sha256(token), SignIn.ended_at.is_(None))
    row = session.scalars(stmt).first()
    if row is None or row.live(now) or now > row.ends_at(row.seen_at) + LASTS:
        return None
    return row


def live_ones(session: Session, person_id: int, now: datetime) -> list[SignIn]:
    """Where a person is signed in now, newest first."""
    stmt = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    return [row for row in session.scalars(stmt.order_by(SignIn.seen_at.desc())) if row.live(now)]


def end(session: Session, person_id: int, now: datetime, *, only: int | None = None) -> None:
    """End one session of a person, or all of them."""
    stmt = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if only is not None:
        stmt = stmt.where(SignIn.id == only)
    session.execute(stmt.values(ended_at=now, version=SignIn.version + 1))
