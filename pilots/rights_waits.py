"""What waits for somebody besides the work: what people ask about their own data, complaints,
requests for information, conflicts of interest, roles that end, and who speaks for a group. As
``waits`` has the rest."""

from typing import Any

from sqlalchemy import (
    Date,
    Exists,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from pilots.tasks import Columns, at, task
from trust import dispute
from trust.claims import Claim
from trust.complaints import Complaint
from trust.conflicts import Conflict
from trust.dispute import Dispute
from trust.inquiries import Consultation, Inquiry
from trust.installation import INSTALLATION
from trust.mailboxes import of_mailbox
from trust.partners import Partner
from trust.people import Person, Seat, in_time


def claims() -> Select[*Columns]:
    """What somebody asks about their own data, and nobody has answered."""
    ours = and_(Claim.taker_id.is_(None), literal(INSTALLATION.id).in_(at("looks_after")))
    return task("claim", Claim.id, Claim.created_at, by=Claim.due_on).where(
        or_(Claim.taker_id.in_(at("answers")), ours),
        Claim.state == "waiting",
        Claim.person_id != bindparam("me"),
    )


def complaints() -> Select[*Columns]:
    """As ``Complaint.answerable``: complaints that nobody has answered."""
    theirs = Complaint.taker_id.in_(at("hears"))
    ours = and_(Complaint.taker_id.is_(None), literal(INSTALLATION.id).in_(at("hears_all")))
    return task(
        "complaint", Complaint.id, Complaint.created_at, Complaint.reference, by=Complaint.due_on
    ).where(
        or_(theirs, ours),
        Complaint.giver_id.is_(None) | Complaint.giver_id.not_in(bindparam("own", expanding=True)),
        or_(Complaint.person_id.is_(None), Complaint.person_id != bindparam("me")),
        Complaint.state != "closed",
    )


def disputes() -> Select[*Columns]:
    """Who speaks for a group, for the two who each say so, while both act for it (as
    ``dispute.open_one``); not for the one of them who has said that it is settled."""

    def acts(person: Any) -> Exists:
        here = literal("partner:").concat(cast(Dispute.partner_id, String))
        held = select(Seat.id).where(
            Seat.person_id == person,
            type_coerce(Seat.place, String) == here,
            Seat.accepted_at.is_not(None),
            *in_time(bindparam("now")),
        )
        return held.correlate(Dispute).exists()

    return (
        task("dispute", Dispute.id, Dispute.created_at, Partner.name)
        .join(Partner, Partner.id == Dispute.partner_id)
        .where(
            Dispute.partner_id.in_(at("edits")),
            Dispute.state.in_(dispute.OPEN),
            or_(Dispute.one_id == bindparam("me"), Dispute.other_id == bindparam("me")),
            or_(Dispute.agreed_by_id.is_(None), Dispute.agreed_by_id != bindparam("me")),
            acts(Dispute.one_id),
            acts(Dispute.other_id),
        )
    )


def ending() -> Select[*Columns]:
    """Roles of others that end soon, for whoever can renew them by name."""
    last = func.date(Seat.ends, type_=Date())
    return (
        task("ending", Seat.id, Seat.starts, Person.name, by=last)
        .join(Person, Person.id == Seat.person_id)
        .where(
            Seat.place.in_(at("gives")),
            Seat.accepted_at.is_not(None),
            Seat.ends > bindparam("now"),
            Seat.ends <= bindparam("last"),
            Seat.person_id != bindparam("me"),
        )
    )


def inquiries() -> Select[*Columns]:
    """Requests for information that the council has not answered."""
    return task(
        "inquiry", Inquiry.id, Inquiry.created_at, Inquiry.reference, by=Inquiry.due_on
    ).where(Inquiry.taker_id.in_(at("logs")), Inquiry.state == "open")


def consultations() -> Select[*Columns]:
    """Where one's own organisation is asked what may be given out."""
    return _asked("consultation", Consultation.answer_by, Consultation.taker_id).where(
        Consultation.giver_id.in_(at("consulted")), Consultation.state == "asked"
    )


def decisions() -> Select[*Columns]:
    """Where an organisation has said so, and the council decides."""
    return _asked("decide", Inquiry.due_on, Consultation.giver_id).where(
        Consultation.taker_id.in_(at("logs")), Consultation.state == "said"
    )


def conflicts() -> Select[*Columns]:
    """Conflicts of interest of others who say that they are over."""
    ours = and_(Conflict.asks_us, literal(INSTALLATION.id).in_(at("clears_all")))
    return (
        task("conflict", Conflict.id, Conflict.over_at, Person.name)
        .join(Person, Person.id == Conflict.person_id)
        .where(
            or_(Conflict.taker_id.in_(at("clears")), ours),
            Conflict.over_at.is_not(None),
            Conflict.ended_at.is_(None),
            Conflict.person_id.not_in(of_mailbox(bindparam("me"))),
        )
    )


def _asked(kind: str, by: Any, partner: Any) -> Select[*Columns]:
    return (
        task(kind, Consultation.id, Consultation.created_at, Partner.name, by=by)
        .join(Inquiry, Inquiry.id == Consultation.inquiry_id)
        .join(Partner, Partner.id == partner)
        .where(Inquiry.state == "open")
    )
