"""Trust agreements: what two partners promise each other, negotiated as equals and signed by
both over the same text (trust.md, "Trust agreement"). Signing writes the terms that are
enforced from that minute; ending ends them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    cast,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import (
    Mapped,
    Session,
    mapped_column,
    relationship,
)

from trust.act import Act, Actor, verb
from trust.calendar import london_day
from trust.changes import Change, Stood
from trust.clauses import Chosen
from trust.ground import common
from trust.locks import one_at_a_time
from trust.narrowing import as_data, from_data
from trust.outbox import send
from trust.partners import Kind, Partner
from trust.people import seated
from trust.records import N_, STAYS, Msg, Record, Ref, Refused
from trust.states import Move, table
from trust.terms import covers
from trust.wording import Parties, Party, agreement_text, fingerprint

LONGEST_PURPOSE = 500

OPEN = ("proposed", "changes-asked", "signed-by-one")

STATES = table(
    "agreement",
    "proposed",
    {
        "proposed": N_("Ready to read and sign"),
        "changes-asked": N_("A change was asked for"),
        "signed-by-one": N_("Signed by one side"),
        "in-force": N_("In force"),
        "declined": N_("Not signed"),
        "ended": N_("Ended"),
        "replaced": N_("Replaced by a newer version"),
    },
    [
        Move(
            "agreement:ask-change", ("proposed", "signed-by-one"), "changes-asked", "agreement:ask"
        ),
        # Other words for the same clause, for the other side to choose between.
        Move("agreement:ask-beside", ("changes-asked",), "changes-asked", "agreement:ask"),
        # The side that asked: while others wait still, and the only one.
        Move("agreement:take-back", ("changes-asked",), "changes-asked", "agreement:ask"),
        Move("agreement:take-back-last", ("changes-asked",), "proposed", "agreement:ask"),
        Move("agreement:make-change", ("changes-asked",), "proposed", "agreement:propose"),
        Move("agreement:keep-words", ("changes-asked",), "proposed", "agreement:propose", True),
        Move(
            "agreement:set-contacts",
            ("proposed", "signed-by-one"),
            "proposed",
            "agreement:propose",
        ),
        Move("agreement:sign", ("proposed",), "signed-by-one", "agreement:sign"),
        Move("agreement:sign-last", ("signed-by-one",), "in-force", "agreement:sign"),
        Move("agreement:decline", OPEN, "declined", "agreement:sign", True),
        Move("agreement:end", ("in-force",), "ended", "agreement:end", True),
        # A yes that was said by phone or on paper, once the partner has confirmed it.
        Move(
            "agreement:confirm",
            ("proposed",),
            "signed-by-one",
            "agreement:record",
            along="recording:confirm",
        ),
        Move(
            "agreement:confirm-last",
            ("signed-by-one",),
            "in-force",
            "agreement:record",
            along="recording:confirm",
        ),
        # A no, or the wish to end it, that was said so.
        Move(
            "agreement:confirm-decline",
            OPEN,
            "declined",
            "agreement:record",
            along="recording:confirm",
        ),
        Move(
            "agreement:confirm-end",
            ("in-force",),
            "ended",
            "agreement:record",
            along="recording:confirm",
        ),
        # Of the older version, when the newer one is signed.
        Move(
            "agreement:replace",
            ("in-force",),
            "replaced",
            "agreement:sign",
            along="agreement:sign-last",
        ),
    ],
)


def beside(giver: Partner, work: Ref | None) -> tuple[Ref, ...]:
    """Where somebody outside writes down what a partner says: the organisation that stands by it,
    and the project."""
    by = giver.supporter_id
    return (*([Ref("partner", by)] if by else []), *([work] if work else []))


class Agreement(Record):
    """One agreement. ``giver_id`` is the partner that shares, ``taker_id`` the one that asks.

    ``work`` is the one project that it is for, and ``project`` its name as it was signed; None:
    each project that the giver says yes to. ``chosen`` is the clauses with their options;
    ``contacts`` are the people to call, in words, as they were signed; ``giver_contact_id`` and
    the like who they are now, from the moment their side has signed; ``contacts_before`` are those
    it named in earlier texts that somebody may have read. ``offered`` are
    the clauses as they were first proposed, ``offered_purpose`` and ``offered_review_on`` the
    question and the day, once a change was made; ``text`` the exact English text that both sign,
    ``text_sha256`` its fingerprint. ``number`` counts its versions from 1, ``replaces_id`` is the
    one before.
    """

    __tablename__ = "agreement"

    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    purpose: Mapped[str] = mapped_column(String(LONGEST_PURPOSE))
    work: Mapped[Ref | None]
    project: Mapped[str] = mapped_column(String(120), default="")
    review_on: Mapped[date]
    chosen: Mapped[list[Any]]
    offered: Mapped[list[Any] | None]
    offered_purpose: Mapped[str | None] = mapped_column(String(500))
    offered_review_on: Mapped[date | None]
    number: Mapped[int] = mapped_column(default=1)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    contacts: Mapped[dict[str, str]] = mapped_column(default=dict)
    contacts_before: Mapped[list[Any] | None]
    giver_contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    giver_deputy_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    taker_contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    taker_deputy_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    in_force_at: Mapped[datetime | None]

    giver: Mapped[Partner] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Partner] = relationship(foreign_keys=[taker_id])
    signatures: Mapped[list["Signature"]] = relationship(
        order_by="Signature.id", cascade="all, delete-orphan"
    )
    changes: Mapped[list[Change]] = relationship(order_by="Change.id")

    __table_args__ = (Index(None, "giver_id", "taker_id", "state"),)

    @classmethod
    def visible(cls, stmt: Select["Agreement"], actor: Actor) -> Select["Agreement"]:
        """Both sides, whole; nobody else."""
        mine = actor.ids("agreement:read", "partner")
        return stmt.where(or_(cls.giver_id.in_(mine), cls.taker_id.in_(mine)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        """At both sides. What the one that shares says by phone or on paper is written down by
        somebody outside: the organisation that stands by it, or a connector of the project."""
        if permission == "agreement:record":
            return beside(self.giver, self.work)
        return (Ref("partner", self.giver_id), Ref("partner", self.taker_id))

    @property
    def parts(self) -> tuple[Chosen, ...]:
        """The clauses as they stand."""
        return from_data(self.chosen)

    @property
    def stands(self) -> Stood:
        """All of it that can be changed by asking, as it stands."""
        return Stood(self.parts, self.purpose, self.review_on)

    @property
    def parties(self) -> Parties:
        return self.parties_with(self.contacts)

    def parties_with(self, held: Mapping[str, str]) -> Parties:
        """Both sides, with these contacts."""
        return Parties(
            partner=Party(self.giver.name, held["giver_contact"], held["giver_deputy"]),
            council=Party(self.taker.name, held["taker_contact"], held["taker_deputy"]),
        )

    def other_side(self, partner_id: int | None) -> int:
        """The id of the partner that ``partner_id`` agrees with."""
        return self.taker_id if partner_id == self.giver_id else self.giver_id


class Signature(Record):
    """A declaration by somebody with authority to sign, over one exact text: typed, or said by
    phone or on paper (``recorded`` is then what was written down, and nobody signed in).
    ``shared_mailbox``: whoever signed showed nothing but a code to a mailbox that others read."""

    __tablename__ = "signature"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    text_sha256: Mapped[str] = mapped_column(String(64))
    recorded: Mapped[Ref | None]
    shared_mailbox: Mapped[bool] = mapped_column(default=False)

    partner: Mapped[Partner] = relationship()

    __table_args__ = (UniqueConstraint("agreement_id", "partner_id"),)


def open_changes(agreement: Agreement) -> list[Change]:
    """The changes that wait for an answer: all to one clause, which is settled before the next
    is asked for."""
    return [one for one in agreement.changes if one.answered_at is None]


def between(session: Session, giver_id: int, taker_id: int) -> list[Agreement]:
    """All agreements of two partners, newest first."""
    stmt = select(Agreement).where(Agreement.giver_id == giver_id, Agreement.taker_id == taker_id)
    return list(session.scalars(stmt.order_by(Agreement.id.desc())))


SIDES = ("giver_contact", "giver_deputy", "taker_contact", "taker_deputy")
"""Whom an agreement names, of both sides."""


def for_work(work: Ref) -> ColumnElement[bool]:
    """The condition under which an agreement could cover ``work``: for it, or for each one."""
    return or_(Agreement.work.is_(None), Agreement.work == work)


def holds_for(work: Ref, on: datetime) -> ColumnElement[bool]:
    """The condition under which it does at a moment: it is in force, and what it allows counts
    there (``trust.terms``)."""
    source = literal(f"{Agreement.__tablename__}:", String) + cast(Agreement.id, String)
    return and_(Agreement.state == "in-force", covers(source, work, on))


def write_text(agreement: Agreement) -> None:
    """Make the exact text that both sign anew, from the clauses as they stand, and its hash."""
    agreement.text = agreement_text(
        agreement.parts,
        agreement.parties,
        purpose=agreement.purpose,
        project=agreement.project,
        review_on=agreement.review_on,
        version=agreement.number,
    )
    agreement.text_sha256 = fingerprint(agreement.text)


def tell(act: Act, agreement: Agreement, partner_id: int, kind: str = "agreement") -> None:
    """Put news of an agreement on its way to whoever reads it for one side."""
    for person in seated(act.session, Ref("partner", partner_id), "agreement:read", act.now):
        if person != act.actor.person_id:
            send(act, kind, person, agreement)


def sides(one: Partner, other: Partner) -> tuple[Partner, Partner]:
    """The partner that shares and the one that asks: a council asks, whoever proposes."""
    return (other, one) if one.kind == Kind.COUNCIL else (one, other)


@verb("agreement:propose", may="agreement:propose", creates=True)
def propose(
    act: Act,
    own: Partner,
    *,
    other: Partner,
    purpose: str,
    review_on: date,
    contacts: dict[str, str],
    work: Ref | None = None,
    project: str = "",
) -> Agreement:
    """Propose the common base to another partner, ready to be read: the project's, if it has one.

    ``work`` is the project that it is for, ``project`` its name; without, it is for each project
    that the giver says yes to. ``contacts`` has giver_contact, giver_deputy, taker_contact and
    taker_deputy, each "name, how to reach"; a deputy who is the contact again is none. Raises
    ``Refused`` without a purpose, for a review day that is not to come, or when there is one
    already, open or in force, for the same.
    """
    if not purpose.strip():
        raise Refused(N_("Say what you want to find out together."), field="purpose")
    if review_on <= london_day(act.now):
        raise Refused(N_("Choose a day that is still to come."), field="review_on")
    if own.id == other.id:
        raise Refused(N_("An agreement is between two organisations."), field="other")
    giver, taker = sides(own, other)
    one_at_a_time(act.session, f"agreement:{giver.id}:{taker.id}")
    for held in between(act.session, giver.id, taker.id):
        if held.work == work and held.state in (*OPEN, "in-force"):
            raise Refused(
                N_("There is an agreement between you already."),
                next_step=Msg(N_("Open it to ask for a change.")),
            )
    starts = common(act.session, work)
    given = {key: contacts.get(key, "").strip()[:200] for key in SIDES}
    for side in ("giver", "taker"):
        if given[f"{side}_deputy"] == given[f"{side}_contact"]:
            given[f"{side}_deputy"] = ""
    agreement = Agreement(
        giver_id=giver.id,
        taker_id=taker.id,
        giver=giver,
        taker=taker,
        proposed_by_id=own.id,
        purpose=purpose.strip()[:LONGEST_PURPOSE],
        work=work,
        project=" ".join(project.split())[:120] if work else "",
        review_on=review_on,
        chosen=as_data(starts),
        offered=as_data(starts),
        number=1,
        contacts=given,
        signatures=[],
        changes=[],
    )
    write_text(agreement)
    act.session.add(agreement)
    act.session.flush()
    act.fact(text_sha256=agreement.text_sha256)
    tell(act, agreement, other.id)
    return agreement


def next_version(session: Session, agreement: Agreement) -> Agreement | None:
    """The newer version of an agreement that waits to be signed, if there is one."""
    stmt = select(Agreement).where(Agreement.replaces_id == agreement.id, Agreement.state.in_(OPEN))
    return session.scalars(stmt.order_by(Agreement.id.desc())).first()
