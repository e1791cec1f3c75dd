"""What waits for somebody besides the work: what people ask about their own data, complaints,
requests for information, and roles that end. As ``waits`` has the others."""

from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, func, literal, or_

from pilots.tasks import Columns, at, task
from trust.claims import Claim
from trust.complaints import Complaint
from trust.inquiries import Consultation, Inquiry
from trust.installation import INSTALLATION
from trust.partners import Partner
from trust.people import Person, Seat


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


def _asked(kind: str, by: Any, partner: Any) -> Select[*Columns]:
    return (
        task(kind, Consultation.id, Consultation.created_at, Partner.name, by=by)
        .join(Inquiry, Inquiry.id == Consultation.inquiry_id)
        .join(Partner, Partner.id == partner)
        .where(Inquiry.state == "open")
    )
