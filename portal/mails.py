"""What each parcel says, rendered only when it is sent: in the receiver's language, and only if
the receiver may still see what it is about."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import languages, weekly
from portal.mail_words import NEWS, SAID
from portal.places import href, there
from portal.settings import Settings
from trust import complaints, mailboxes, people, quiet, signin, vouching
from trust.act import Actor
from trust.audit import Event, Seal
from trust.complaints import Complaint
from trust.naming import leads_away
from trust.outbox import Parcel
from trust.partners import Partner
from trust.people import Person, Seat
from trust.records import N_, Msg, Record, Ref
from trust.relationships import Note
from trust.signin import Code


@dataclass(frozen=True)
class Mail:
    """One message, ready to send."""

    to: str
    name: str
    lang: str
    subject: str
    text: str


PAGE_OF = {"plan": "plan", "base": "base", "renew-role": "ending"}
"""Kinds about another page than that of their noun: one of a pilot, or where a role is renewed."""

SOMEBODY = Msg(N_("Somebody invites you to act for an organisation. Sign in to see who and which."))


OWN_PAGES = {
    "authenticator": "passkeys.index",
    "handed-over": "people.mine",
    "passkey": "passkeys.index",
    "passkey-only": "passkeys.index",
    "promises": "promises.index",
    "pulse": "pulse.index",
    "role-ends": "people.mine",
}
"""Parcels about all that somebody has of a sort, by the page that lists it."""


def _noun(ref: Ref) -> type[Record] | None:
    for mapper in Record.registry.mappers:
        if mapper.class_.__tablename__ == ref.noun:
            found: type[Record] = mapper.class_
            return found
    return None


def may_know(session: Session, person: Person, about: Ref, now: datetime) -> bool:
    """Whether a person may still see what a parcel is about, in any role they hold."""
    noun = _noun(about)
    record = session.get(noun, about.id) if noun else None
    if noun is None or record is None:
        return False
    if isinstance(record, Seat) and record.person_id == person.id:
        return True
    if isinstance(record, Person):
        return record.id == person.id
    for partner_id in people.acts_for(session, person.id, now):
        actor: Actor = people.actor_for(session, person.id, partner_id, now, second_factor=True)
        stmt = noun.visible(select(noun).where(noun.id == about.id), actor)
        if session.scalars(stmt).first() is not None:
            return True
    return False


def compose(session: Session, settings: Settings, parcel: Parcel, now: datetime) -> Mail | None:
    """The mail of a parcel, or None when it may not be told any more. Needs a request context
    whose address is the portal's own."""
    if parcel.kind == "seal":
        return _seal(session, settings, parcel)
    if parcel.kind == "erased":
        return _erased(settings, parcel)
    if parcel.about.noun == Complaint.__tablename__ and parcel.address:
        return _complainant(session, settings, parcel)
    if parcel.kind == "vouch":
        return _vouch(session, settings, parcel, now)
    person = session.get(Person, parcel.to_person_id) if parcel.to_person_id else None
    if person is None:
        return None
    with languages.speaking(person.lang):
        if parcel.kind == "code":
            return _code(session, settings, parcel, person, now)
        if not may_know(session, person, parcel.about, now) or _left(session, parcel, now):
            return None
        subject, text = SAID[parcel.kind]
        told = _told(session, settings, parcel.about)
        first = SOMEBODY if _phishing(session, person, told) else Msg(text, told)
        lines = [
            *_greeting(session, person, now),
            *(weekly.promised(parcel) if parcel.kind == "promises" else []),
            languages.say(first),
            *(_what_for() if parcel.kind == "invitation" else []),
            f"{settings.address}{_page(parcel)}",
            *(_less(settings) if parcel.kind in quiet.KINDS else []),
            "",
            *_end(settings),
        ]
        return _mail(session, person, languages.say(subject), lines, now)


def _left(session: Session, parcel: Parcel, now: datetime) -> bool:
    """Whether somebody does without this kind of mail, has nothing left to do, or does not act any
    more for the organisation that it is about."""
    if parcel.kind in quiet.unwanted(session, parcel.to_person_id or 0):
        return True
    if parcel.kind == "next-step":
        note = session.get_one(Note, parcel.about.id)
        return not note.step_open or parcel.facts.get("on") != str(note.next_step_on)
    if parcel.kind not in ("promises", "pulse", "still-right"):
        return False
    return parcel.about.id not in people.acts_for(session, parcel.to_person_id or 0, now)


def _page(parcel: Parcel) -> str:
    """What to open. The plan of a pilot has a page of its own, as has what was promised."""
    if parcel.kind in OWN_PAGES:
        return there(OWN_PAGES[parcel.kind]) or "/home"
    about = Ref(PAGE_OF.get(parcel.kind, parcel.about.noun), parcel.about.id)
    return href(about) or "/home"


def _less(settings: Settings) -> list[str]:
    """How to stop a mail that only reminds."""
    return [
        "",
        languages.say(N_("Choose which reminders you get:")),
        f"{settings.address}/reminders",
    ]


def _greeting(session: Session, person: Person, now: datetime) -> list[str]:
    """By name only for somebody who has said yes to a role. Until then the name is what the one
    who invited typed, and could say anything. Where several people read a mailbox, the first line
    says whom it is for, by as much of the name as tells them apart."""
    if short := _short_name(session, person, now):
        return [languages.say(Msg(N_("For %(name)s:"), {"name": short})), ""]
    if not people.has_said_yes(session, person.id):
        return []
    return [languages.say(Msg(N_("Hello %(name)s,"), {"name": person.name})), ""]


def _short_name(session: Session, person: Person, now: datetime) -> str:
    """What somebody is called among those who read the same mailbox; nothing for who is alone."""
    people = mailboxes.readers(session, person.email, now)
    return mailboxes.short_names(people).get(person.id, "") if len(people) > 1 else ""


def _phishing(session: Session, person: Person, told: dict[str, str]) -> bool:
    """Whether names that others chose hold something to open or to call, in a mail to somebody
    who did not say yes to any: it would come from the portal's own address."""
    return any(map(leads_away, told.values())) and not people.has_said_yes(session, person.id)


def _what_for() -> list[str]:
    """What an invited person says yes or no to, for those who have not heard of it."""
    return [
        languages.say(N_("Local groups and councils meet here as equals.")),
        languages.say(N_("You choose what you share, and you hear what came of it.")),
        "",
        languages.say(N_("Say yes or no:")),
    ]


def _told(session: Session, settings: Settings, about: Ref) -> dict[str, str]:
    """Who invites, and for which organisation: an invitation of nobody is not believed."""
    if about.noun != Seat.__tablename__:
        return {}
    seat = session.get_one(Seat, about.id)
    giver = session.get(Person, seat.given_by_id) if seat.given_by_id else None
    given = select(Event.acting_for_id).where(Event.subject == about).order_by(Event.id)
    own = session.get(Partner, session.scalars(given.limit(1)).first() or 0)
    partner = session.get(Partner, seat.partner_id) if seat.partner_id else None
    return {
        "person": giver.name if giver else settings.name,
        "own": own.name if own else settings.name,
        "partner": partner.name if partner else settings.name,
    }


def _code(
    session: Session, settings: Settings, parcel: Parcel, person: Person, now: datetime
) -> Mail | None:
    code = session.get(Code, parcel.about.id)
    if code is None or code.proved_at is not None or code.expires_at <= now:
        return None
    digits = signin.digits(settings.key, code.nonce)
    link = signin.link_token(settings.key, code.nonce)
    lines = [
        languages.say(N_("Your code to sign in:")),
        digits,
        "",
        languages.say(N_("It works once, for 10 minutes. Type it where you asked for it.")),
        languages.say(N_("Or open this link in the same browser:")),
        f"{settings.address}/sign-in/link/{link}",
        "",
        languages.say(N_("You did not ask for it? Do nothing. Nobody can sign in without it.")),
        "",
        *_end(settings),
    ]
    subject = languages.say(N_("Your code to sign in"))
    if len(mailboxes.readers(session, person.email, now)) > 1:  # who asked is not known yet
        return Mail(person.email, "", person.lang, subject, "\n".join(lines) + "\n")
    return _mail(session, person, subject, lines, now)


def _seal(session: Session, settings: Settings, parcel: Parcel) -> Mail:
    """The newest seal, to whoever answers for the portal: it says nothing about anybody."""
    seal = session.get_one(Seal, parcel.about.id)
    with languages.speaking(parcel.lang):
        lines = [
            languages.say(N_("Please keep this email. The long number seals the record.")),
            languages.say(N_("With it you can prove that nothing was cut off or changed:")),
            "",
            f"portal verify --newest {seal.sha256}",
            "",
            *_end(settings),
        ]
        subject = languages.say(N_("The seal of the record"))
    return Mail(parcel.address or "", "", parcel.lang, subject, "\n".join(lines) + "\n")


def _complainant(session: Session, settings: Settings, parcel: Parcel) -> Mail | None:
    """To somebody who complained and did not sign in: what opens the complaint stands in it."""
    held = session.get(Complaint, parcel.about.id)
    if held is None or not held.email:
        return None
    subject, text = SAID[parcel.kind]
    with languages.speaking(parcel.lang):
        lines = [
            languages.say(text),
            f"{settings.address}{there('complaints.find') or '/'}",
            "",
            languages.say(N_("Your reference and your code:")),
            held.reference,
            complaints.code(settings.key, held),
            "",
            *_end(settings),
        ]
        said = languages.say(subject)
    return Mail(held.email, "", parcel.lang, said, "\n".join(lines) + "\n")


def _erased(settings: Settings, parcel: Parcel) -> Mail:
    """The last mail to somebody who asked that all about them be taken out."""
    said = [
        N_("You asked us to take out all about you. It is done."),
        N_("You cannot sign in any more. We have forgotten this address, too."),
    ]
    if parcel.facts.get("shared"):  # others read it too, and who it was is forgotten
        said = [N_("One of you asked us to take out all about them. It is done.")]
    with languages.speaking(parcel.lang):
        lines = [
            *map(languages.say, said),
            languages.say(N_("Old backups still hold it. If we ever need one, we erase it again.")),
            "",
            *_end(settings),
        ]
        return Mail(
            parcel.address or "", "", parcel.lang, languages.say(NEWS), "\n".join(lines) + "\n"
        )


def _vouch(session: Session, settings: Settings, parcel: Parcel, now: datetime) -> Mail | None:
    """To a second way to a group, known before: is the person right who is to speak for it? It
    names nobody, because other people may read it."""
    held = session.get(vouching.Vouching, parcel.about.id)
    if held is None or held.state != "waiting" or held.expires_at <= now:
        return None
    with languages.speaking(parcel.lang):
        link = vouching.link_token(settings.key, held)
        lines = [
            languages.say(N_("A group named you as somebody to call. Nobody speaks for it now.")),
            languages.say(N_("Somebody new is to do so. Look at the name, and say yes or no:")),
            f"{settings.address}/vouching/{held.id}/{link}",
            "",
            languages.say(N_("Nothing changes until you say yes. If you do not know, do nothing.")),
            "",
            *_end(settings),
        ]
        return Mail(
            parcel.address or "", "", parcel.lang, languages.say(NEWS), "\n".join(lines) + "\n"
        )


def _end(settings: Settings) -> list[str]:
    lines = [settings.name, settings.address]
    if settings.contact_phone:
        call = Msg(N_("Rather talk? Call %(phone)s."), {"phone": settings.contact_phone})
        lines.append(languages.say(call))
    return lines


def _mail(session: Session, person: Person, subject: str, lines: list[str], now: datetime) -> Mail:
    name = person.name if people.has_said_yes(session, person.id) else ""
    name = _short_name(session, person, now) or name
    return Mail(person.email, name, person.lang, subject, "\n".join(lines) + "\n")
