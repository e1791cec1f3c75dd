"""Passkeys: signing in by what somebody holds and shows to their own device. The code by mail stays
the first way in and is never taken away (quality.md, "Security"). What the browser signs is read
and checked by py_webauthn; what counts once and for whom is decided here."""

import base64
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Select, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from trust.act import Act, Actor, verb
from trust.mailboxes import factor_made
from trust.naming import tidied
from trust.outbox import send
from trust.people import Person, own_person
from trust.records import GOES, N_, Hidden, Record, Ref, Refused
from trust.signin import derive, sha256

LASTS = timedelta(minutes=5)
MOST = 10
WRONG = N_("That passkey did not work here. Try again, or use the code that we email you.")


@dataclass(frozen=True)
class Site:
    """Where passkeys count: the name of the host, the address people see, what it is called."""

    host: str
    origin: str
    name: str


class Passkey(Record):
    """One passkey of a person. Only its public half is here. ``sign_count`` rises with each use,
    where the device counts: one that does not rise was copied."""

    __tablename__ = "passkey"
    audited = False

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, info=GOES)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(String(3000))
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(60))
    last_used_at: Mapped[datetime | None]

    @classmethod
    def visible(cls, stmt: Select["Passkey"], actor: Actor) -> Select["Passkey"]:
        """Each person's own."""
        return stmt.where(cls.person_id == actor.person_id)

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("person", self.person_id),)


class Challenge(Record):
    """What a device is asked to sign: once, within five minutes, in the browser that asked, for one
    purpose: ``add``, ``sign-in`` or ``prove``."""

    __tablename__ = "challenge"
    audited = False

    browser_sha256: Mapped[str] = mapped_column(String(64), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=GOES)
    value: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


@dataclass(frozen=True)
class New:
    """A passkey that was just made and checked, not kept yet."""

    credential: str
    public_key: str
    sign_count: int


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _handle(key: bytes, person_id: int) -> bytes:
    """What a device keeps to know a person by: it says nothing to anybody else."""
    return derive(key, "passkey", str(person_id))


def of_person(session: Session, person_id: int) -> list[Passkey]:
    """A person's passkeys, oldest first."""
    stmt = select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)
    return list(session.scalars(stmt))


def has_some(session: Session, person_id: int) -> bool:
    """Whether a person has a passkey."""
    stmt = select(func.count(Passkey.id)).where(Passkey.person_id == person_id)
    return bool(session.scalar(stmt))


def begin(
    session: Session, browser: str, purpose: str, person_id: int | None, now: datetime
) -> None:
    """Make a challenge for this browser. Those before it do not count any more."""
    here = Challenge.browser_sha256 == sha256(browser)
    session.execute(delete(Challenge).where(here))
    session.add(
        Challenge(
            browser_sha256=sha256(browser),
            purpose=purpose,
            person_id=person_id,
            value=_text(secrets.token_bytes(32)),
            expires_at=now + LASTS,
        )
    )


def waiting(
    session: Session,
    browser: str,
    purpose: str,
    person_id: int | None,
    now: datetime,
    *,
    lock: bool = False,
) -> Challenge | None:
    """The challenge that this browser may still answer, or None. ``lock``: nobody else answers it
    at the same moment."""
    stmt = select(Challenge).where(
        Challenge.browser_sha256 == sha256(browser),
        Challenge.purpose == purpose,
        Challenge.person_id.is_(None) if person_id is None else Challenge.person_id == person_id,
        Challenge.used_at.is_(None),
        Challenge.expires_at > now,
    )
    stmt = stmt.order_by(Challenge.id.desc()).limit(1)
    return session.scalars(stmt.with_for_update() if lock else stmt).first()


def to_add(
    site: Site,
    key: bytes,
    person: Person,
    held: Sequence[Passkey],
    asked: Challenge,
    *,
    alone: bool = True,
) -> str:
    """What the browser is told to make a passkey, as JSON: one that knows its owner by itself and
    asks for a finger, a face or a PIN. Who is not ``alone`` with an address is called by name
    beside it: one device may hold the passkeys of several."""
    made = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=person.email if alone else f"{person.name} · {person.email}",
        user_display_name=person.name,
        user_id=_handle(key, person.id),
        challenge=_raw(asked.value),
        timeout=int(LASTS.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_named(held),
    )
    return options_to_json(made)


def to_prove(site: Site, held: Sequence[Passkey], asked: Challenge) -> str:
    """What the browser is told to use a passkey, as JSON: one of ``held``; where there are none,
    whichever its owner chooses."""
    made = generate_authentication_options(
        rp_id=site.host,
        challenge=_raw(asked.value),
        timeout=int(LASTS.total_seconds() * 1000),
        allow_credentials=_named(held) or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(made)


def _named(held: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=_raw(one.credential)) for one in held]


def _taken(
    session: Session, browser: str, purpose: str, person_id: int | None, now: datetime
) -> bytes:
    """The challenge to be answered, used up by this. The caller commits whatever comes of it."""
    asked = waiting(session, browser, purpose, person_id, now, lock=True)
    if asked is None:
        raise Refused(WRONG)
    asked.used_at = now
    session.flush()
    return _raw(asked.value)


def check_new(
    session: Session, site: Site, browser: str, person: Person, given: str, now: datetime
) -> New:
    """Check what a browser made for a person. Raises ``Refused``; the challenge is used up in
    either case."""
    challenge = _taken(session, browser, "add", person.id, now)
    try:
        made = verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        return New(_text(made.credential_id), _text(made.credential_public_key), made.sign_count)
    except Exception as wrong:  # whatever a stranger sends, in a format of four layers
        raise Refused(WRONG) from wrong


def check(
    session: Session,
    key: bytes,
    site: Site,
    browser: str,
    given: str,
    now: datetime,
    *,
    person_id: int | None = None,
) -> Passkey:
    """The passkey with which a browser answered its challenge: to sign in, or to prove that it is
    still ``person_id``. Raises ``Refused``; the challenge is used up in either case."""
    purpose = "sign-in" if person_id is None else "prove"
    challenge = _taken(session, browser, purpose, person_id, now)
    try:
        said = json.loads(given)
        stmt = select(Passkey).where(Passkey.credential == _text(_raw(said["id"])))
        held = session.scalars(stmt.with_for_update()).one()
        if person_id is not None and held.person_id != person_id:
            raise Hidden("passkey")
        handle = said["response"].get("userHandle")
        if handle and not hmac.compare_digest(_raw(handle), _handle(key, held.person_id)):
            raise Hidden("passkey")
        proved = verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=_raw(held.public_key),
            credential_current_sign_count=held.sign_count,
            require_user_verification=True,
        )
    except Exception as wrong:  # as above; none of it tells whether there is such a passkey
        raise Refused(WRONG) from wrong
    held.sign_count = proved.new_sign_count
    held.last_used_at = now
    return held


@verb("person:add-passkey", may="signed-in")
def add(act: Act, person: Person, *, made: New, name: str) -> None:
    """Keep a passkey that was checked. Its owner is told by mail.

    Raises ``Refused`` without a name, and for more than ten.
    """
    own_person(act, person)
    name = tidied(name)[:60]
    if not name:
        raise Refused(N_("Give it a name, so that you know it again."), field="name")
    held = of_person(act.session, person.id)
    if len(held) >= MOST:
        raise Refused(N_("You have ten passkeys. Remove one that you do not use."))
    row = Passkey(person_id=person.id, name=name, **made.__dict__)
    act.session.add(row)
    act.session.flush()
    act.fact(passkey=row.id)
    factor_made(act, person)
    send(act, "passkey", person.id, person)


@verb("person:remove-passkey", may="signed-in")
def remove(act: Act, person: Person, *, passkey: Passkey) -> None:
    """A person gives a passkey up. The code by mail is there still, or again when it was the last
    one, so nobody is locked out."""
    own_person(act, person)
    if passkey.person_id != person.id:
        raise Hidden("passkey")
    act.fact(passkey=passkey.id)
    act.session.delete(passkey)
    act.session.flush()
    if person.passkey_only and not has_some(act.session, person.id):
        person.passkey_only = False
        act.fact(only=False)


@verb("person:passkey-only", may="signed-in")
def only(act: Act, person: Person, *, chosen: bool) -> None:
    """A person says that a code by mail does not let anybody in as them, or that it does again.
    They are told. Raises ``Refused`` for who has not shown a second factor in this session, else
    somebody who reads the same mailbox could do it; and without a passkey."""
    own_person(act, person)
    if (chosen or person.passkey_only) and not act.actor.second_factor:
        raise Refused(N_("Show your passkey first. Then change this."))
    if chosen and not has_some(act.session, person.id):
        raise Refused(N_("Add a passkey first."))
    person.passkey_only = chosen
    act.fact(only=chosen)
    send(act, "passkey-only", person.id, person)


@verb("person:code-again", may="set-up")
def code_again(act: Act, person: Person) -> None:
    """Whoever runs the portal lets the code by mail count again for a person whose passkey is lost,
    once they know who asks. The person is told. Raises ``Refused`` where it counts anyway."""
    if not person.passkey_only:
        raise Refused(N_("A code by email lets them in already."))
    person.passkey_only = False
    act.fact(only=False)
    send(act, "passkey-only", person.id, person)
