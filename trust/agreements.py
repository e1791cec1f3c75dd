"""Trust agreements: what two partners promise each other, negotiated as equals and signed by
both over the same text (trust.md, "Trust agreement"). Signing writes the terms that are
enforced from that minute; ending ends them."""

from collections.abc import Sequence
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
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from trust.act import Act, Actor, verb
from trust.calendar import london_day
from trust.clauses import Chosen, base
from trust.narrowing import as_data, from_data, with_note, with_options, without
from trust.outbox import send
from trust.partners import Kind, Partner
from trust.people import seated
from trust.records import N_, Msg, Record, Ref, Refused
from trust.scope import Terms
from trust.states import Move, table
from trust.wording import Parties, Party, agreement_text, fingerprint

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
    },
    [
        Move(
            "agreement:ask-change", ("proposed", "signed-by-one"), "changes-asked", "agreement:ask"
        ),
        Move("agreement:make-change", ("changes-asked",), "proposed", "agreement:propose"),
        Move("agreement:keep-words", ("changes-asked",), "proposed", "agreement:propose", True),
        Move("agreement:sign", ("proposed",), "signed-by-one", "agreement:sign"),
        Move("agreement:sign-last", ("signed-by-one",), "in-force", "agreement:sign"),
        Move("agreement:decline", OPEN, "declined", "agreement:sign", True),
        Move("agreement:end", ("in-force",), "ended", "agreement:end", True),
    ],
)


class Agreement(Record):
    """One agreement. ``giver_id`` is the partner that shares, ``taker_id`` the one that asks.

    ``work`` is the one project that it is for, and ``project`` its name as it was signed; None:
    each project that the giver says yes to. ``chosen`` is the clauses with their options;
    ``text`` the exact English text that both sign, ``text_sha256`` its fingerprint.
    """

    __tablename__ = "agreement"

    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    purpose: Mapped[str] = mapped_column(String(500))
    work: Mapped[Ref | None]
    project: Mapped[str] = mapped_column(String(120), default="")
    review_on: Mapped[date]
    chosen: Mapped[list[Any]]
    contacts: Mapped[dict[str, str]] = mapped_column(default=dict)
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    in_force_at: Mapped[datetime | None]

    giver: Mapped[Partner] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Partner] = relationship(foreign_keys=[taker_id])
    signatures: Mapped[list["Signature"]] = relationship(
        order_by="Signature.id", cascade="all, delete-orphan"
    )
    changes: Mapped[list["Change"]] = relationship(order_by="Change.id")

    __table_args__ = (Index(None, "giver_id", "taker_id", "state"),)

    @classmethod
    def visible(cls, stmt: Select["Agreement"], actor: Actor) -> Select["Agreement"]:
        """Both sides, whole; nobody else."""
        mine = actor.ids("agreement:read", "partner")
        return stmt.where(or_(cls.giver_id.in_(mine), cls.taker_id.in_(mine)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.giver_id), Ref("partner", self.taker_id))

    @property
    def parts(self) -> tuple[Chosen, ...]:
        """The clauses as they stand."""
        return from_data(self.chosen)

    @property
    def parties(self) -> Parties:
        held = self.contacts
        return Parties(
            partner=Party(self.giver.name, held["giver_contact"], held["giver_deputy"]),
            council=Party(self.taker.name, held["taker_contact"], held["taker_deputy"]),
        )

    def other_side(self, partner_id: int | None) -> int:
        """The id of the partner that ``partner_id`` agrees with."""
        return self.taker_id if partner_id == self.giver_id else self.giver_id


class Signature(Record):
    """A typed declaration by somebody with authority to sign, over one exact text."""

    __tablename__ = "signature"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    text_sha256: Mapped[str] = mapped_column(String(64))

    partner: Mapped[Partner] = relationship()

    __table_args__ = (UniqueConstraint("agreement_id", "partner_id"),)


class Change(Record):
    """A change that one side asks for, clause by clause, with the reason and the answer."""

    __tablename__ = "change"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    by_partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    clause: Mapped[str] = mapped_column(String(60))
    options: Mapped[list[str]] = mapped_column(default=list)
    leave_out: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(600), default="")
    why: Mapped[str] = mapped_column(String(1000))
    made: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(1000), default="")


def open_change(agreement: Agreement) -> Change | None:
    """The change that waits for an answer, if any: one is settled before the next is asked."""
    return next((one for one in agreement.changes if one.answered_at is None), None)


def between(session: Session, giver_id: int, taker_id: int) -> list[Agreement]:
    """All agreements of two partners, newest first."""
    stmt = select(Agreement).where(Agreement.giver_id == giver_id, Agreement.taker_id == taker_id)
    return list(session.scalars(stmt.order_by(Agreement.id.desc())))


def for_work(work: Ref) -> ColumnElement[bool]:
    """The condition under which an agreement covers ``work``: signed for it, or for each one."""
    return or_(Agreement.work.is_(None), Agreement.work == work)


def _write_text(agreement: Agreement) -> None:
    agreement.text = agreement_text(
        agreement.parts,
        agreement.parties,
        purpose=agreement.purpose,
        project=agreement.project,
        review_on=agreement.review_on,
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
    """Propose the common base to another partner, ready to be read.

    ``work`` is the project that it is for, ``project`` its name; without, it is for each project
    that the giver says yes to. ``contacts`` has giver_contact, giver_deputy, taker_contact and
    taker_deputy, each "name, how to reach"; a deputy who is the contact again is none. Raises
    ``Refused`` without a purpose, for a review day that is not to come, or when there is one
    already, open or in force, that covers the same.
    """
    if not purpose.strip():
        raise Refused(N_("Say what you want to find out together."), field="purpose")
    if review_on <= london_day(act.now):
        raise Refused(N_("Choose a day that is still to come."), field="review_on")
    if own.id == other.id:
        raise Refused(N_("An agreement is between two organisations."), field="other")
    giver, taker = sides(own, other)
    for held in between(act.session, giver.id, taker.id):
        if held.work in (None, work) and held.state in (*OPEN, "in-force"):
            raise Refused(
                N_("There is an agreement between you already."),
                next_step=Msg(N_("Open it to ask for a change.")),
            )
    parts = ("giver_contact", "giver_deputy", "taker_contact", "taker_deputy")
    given = {key: contacts.get(key, "").strip()[:200] for key in parts}
    for side in ("giver", "taker"):
        if given[f"{side}_deputy"] == given[f"{side}_contact"]:
            given[f"{side}_deputy"] = ""
    agreement = Agreement(
        giver_id=giver.id,
        taker_id=taker.id,
        giver=giver,
        taker=taker,
        proposed_by_id=own.id,
        purpose=purpose.strip()[:500],
        work=work,
        project=" ".join(project.split())[:120] if work else "",
        review_on=review_on,
        chosen=as_data(base()),
        contacts=given,
        signatures=[],
        changes=[],
    )
    _write_text(agreement)
    act.session.add(agreement)
    act.session.flush()
    act.fact(text_sha256=agreement.text_sha256)
    tell(act, agreement, other.id)
    return agreement


@verb("agreement:ask-change", table=STATES)
def ask_change(
    act: Act,
    agreement: Agreement,
    *,
    clause: str,
    why: str,
    options: Sequence[str] = (),
    leave_out: bool = False,
    note: str = "",
) -> None:
    """Ask for a change to one clause, and say why. Whoever had signed signs again once it is
    answered. Raises ``Refused`` when nothing would change, or what cannot be changed would."""
    changed = changed_parts(agreement.parts, clause, options, leave_out, note)
    if as_data(changed) == agreement.chosen:
        raise Refused(N_("Choose what should change, or write your words."), field="note")
    if not why.strip():
        raise Refused(N_("Say why, so that the other side understands."), field="why")
    assert act.actor.person_id is not None and act.actor.acting_for is not None
    agreement.changes.append(
        Change(
            by_partner_id=act.actor.acting_for,
            by_id=act.actor.person_id,
            at=act.now,
            clause=clause,
            options=list(options),
            leave_out=leave_out,
            note=note.strip(),
            why=why.strip()[:1000],
        )
    )
    act.fact(clause=clause)
    tell(act, agreement, agreement.other_side(act.actor.acting_for))


def changed_parts(
    parts: Sequence[Chosen], clause: str, options: Sequence[str], leave_out: bool, note: str
) -> tuple[Chosen, ...]:
    """The clauses as they would be with one change. Raises ``Refused`` for one that cannot be."""
    if leave_out:
        return without(parts, clause)
    changed = with_options(parts, clause, options)
    return with_note(changed, clause, note)


def _waiting(act: Act, agreement: Agreement) -> Change:
    change = open_change(agreement)
    if change is None:
        raise Refused(N_("No change is waiting for an answer."))
    if change.by_partner_id == act.actor.acting_for:
        raise Refused(N_("You asked for this change. The other side answers it."))
    change.answered_at = act.now
    return change


@verb("agreement:make-change", table=STATES)
def make_change(act: Act, agreement: Agreement, *, leave_out: bool = False) -> None:
    """Say yes to the change. The text is written anew, so both sides sign the new one.

    Words that were to be added may say the opposite of the clause, and both would stand:
    ``leave_out`` leaves the clause out instead. Raises ``Refused`` where it cannot be.
    """
    change = _waiting(act, agreement)
    change.made, change.leave_out = True, change.leave_out or leave_out
    parts = changed_parts(
        agreement.parts, change.clause, change.options, change.leave_out, change.note
    )
    agreement.chosen = as_data(parts)
    agreement.signatures.clear()
    _write_text(agreement)
    act.fact(clause=change.clause, text_sha256=agreement.text_sha256)
    tell(act, agreement, change.by_partner_id)


@verb("agreement:keep-words", table=STATES)
def keep_words(act: Act, agreement: Agreement, *, reason: str) -> None:
    """Say no to the change, with the reason. The other side may sign, ask again, or decline."""
    change = _waiting(act, agreement)
    change.made, change.answer = False, reason.strip()[:1000]
    agreement.signatures.clear()
    act.words(reason=reason)
    act.fact(clause=change.clause)
    tell(act, agreement, change.by_partner_id)


@verb("agreement:decline", table=STATES)
def decline(act: Act, agreement: Agreement, *, reason: str) -> None:
    """Say no. It is a proper end, kept with its reason, and nothing bad follows."""
    act.words(reason=reason)
    tell(act, agreement, agreement.other_side(act.actor.acting_for))


@verb("agreement:end", table=STATES)
def end(act: Act, agreement: Agreement, *, reason: str) -> None:
    """End it. From this minute nothing new may be done with what was shared."""
    act.words(reason=reason)
    act.session.execute(
        update(Terms)
        .where(Terms.source == Ref.of(agreement), Terms.ended_at.is_(None))
        .values(ended_at=act.now, version=Terms.version + 1)
    )
    tell(act, agreement, agreement.other_side(act.actor.acting_for))
