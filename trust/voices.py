"""Agreements read aloud: a recording of somebody reading one exact text. Who reads badly, or in
a language that is not written much, hears what both sides sign (trust.md, "Trust agreement").

A reading belongs to the text by its hash. Once a word changes, nobody hears the old one as if it
were the agreement: a new text has none until somebody reads it.
"""

from typing import Any

from sqlalchemy import ForeignKey, Select, String, Text, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from trust import attachments, holds
from trust.act import Act, Actor, verb
from trust.agreements import OPEN, Agreement
from trust.attachments import Attachment, holds_files
from trust.partners import Partner
from trust.people import Person
from trust.records import N_, STAYS, Msg, Record, Ref, Refused
from trust.states import Move, table

MOST = 10  # of one text
LONGEST_NAME, LONGEST_LANGUAGE, LONGEST_WORDS = 120, 35, 30_000
ENGLISH = "en"

STATES = table(
    "voice",
    "kept",
    {"kept": N_("Both sides can hear it"), "taken-away": N_("Taken away")},
    [Move("voice:take-away", ("kept",), "taken-away", "agreement:ask")],
)


@holds_files
class Voice(Record):
    """One reading of an agreement. ``side_id`` is the side that put it up, ``reader`` who reads,
    ``lang`` the code of the language or its name, ``words`` what is said where that is not the
    English that is signed. The sound hangs on it (``attachments``)."""

    __tablename__ = "voice"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    text_sha256: Mapped[str] = mapped_column(String(64))
    side_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    reader: Mapped[str] = mapped_column(String(LONGEST_NAME))
    lang: Mapped[str] = mapped_column(String(LONGEST_LANGUAGE))
    words: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)

    agreement: Mapped[Agreement] = relationship()
    side: Mapped[Partner] = relationship()
    by: Mapped[Person] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Voice"], actor: Actor) -> Select["Voice"]:
        """Both sides of the agreement, as long as its text is the one that is read; the side that
        put it up also afterwards, to take it away."""
        own = actor.ids("agreement:read", "partner")
        seen = Agreement.visible(select(Agreement.id, Agreement.text_sha256), actor)  # type: ignore[arg-type]
        text = seen.subquery()
        now = select(text.c.id).where(
            text.c.id == cls.agreement_id,
            (text.c.text_sha256 == cls.text_sha256) | cls.side_id.in_(own),
        )
        return stmt.where(cls.state == "kept", now.exists())

    def places(self, permission: str) -> tuple[Ref, ...]:
        """At the side that put it up."""
        return (Ref("partner", self.side_id),)


def of(session: Session, actor: Actor, agreement: Agreement) -> list[Voice]:
    """The readings of an agreement that ``actor`` may hear, oldest first."""
    stmt = select(Voice).where(Voice.agreement_id == agreement.id).order_by(Voice.id)
    stmt = stmt.options(joinedload(Voice.by), joinedload(Voice.side))
    return list(session.scalars(Voice.visible(stmt, actor)))


def may_be_read(agreement: Agreement) -> bool:
    """Whether readings are still taken: not of one that is over."""
    return agreement.state in (*OPEN, "in-force")


@verb("voice:put-up", may="agreement:ask", creates=True)
def put_up(
    act: Act,
    agreement: Agreement,
    *,
    read_sha256: str,
    reader: str,
    lang: str,
    words: str,
    file: dict[str, Any],
) -> Voice:
    """Put up a recording for both sides. ``read_sha256`` is the text that was on the page of
    whoever puts it up; ``words`` what is said, if it is not the English.

    Raises ``Refused`` when the text changed meanwhile, the agreement is over, ten are there, or
    what is said is not written down.
    """
    if not may_be_read(agreement):
        raise Refused(N_("This agreement is over. Nobody needs to hear it now."))
    if read_sha256 != agreement.text_sha256:
        raise Refused(
            N_("The words changed meanwhile. This recording reads the ones before."),
            next_step=Msg(N_("Read the agreement again, and record it anew.")),
        )
    if len(of(act.session, act.actor, agreement)) >= MOST:
        raise Refused(N_("There are ten recordings here. Take one away first."))
    reader, lang, words = " ".join(reader.split()), " ".join(lang.split()), words.strip()
    if not reader:
        raise Refused(N_("Say who reads."), field="reader")
    if not lang:
        raise Refused(N_("Say which language it is."), field="lang")
    if lang != ENGLISH and not words:
        raise Refused(N_("Write down what is said, for people who cannot hear it."), field="words")
    assert act.actor.person_id is not None and act.actor.acting_for is not None
    made = Voice(
        agreement_id=agreement.id,
        text_sha256=agreement.text_sha256,
        side_id=act.actor.acting_for,
        by_id=act.actor.person_id,
        reader=reader[:LONGEST_NAME],
        lang=lang[:LONGEST_LANGUAGE],
        words="" if lang == ENGLISH else words[:LONGEST_WORDS],
    )
    act.session.add(made)
    act.session.flush()
    act.parties(agreement.giver_id, agreement.taker_id)
    act.fact(agreement=agreement.id, text_sha256=agreement.text_sha256)
    attachments.hang(act, made, made.side_id, **file)
    return made


@verb("voice:take-away", table=STATES)
def take_away(act: Act, voice: Voice) -> None:
    """Take a recording away, with the words and the name of who reads. Whoever saved it keeps
    it. Raises ``Refused`` while an open request for information holds it."""
    agreement = voice.agreement
    if holds.keeps(act.session, Ref.of(agreement), agreement.giver_id, agreement.taker_id):
        raise Refused(holds.WHY)
    act.parties(voice.agreement.giver_id, voice.agreement.taker_id)
    attachments.take_down(act, voice)
    voice.reader = voice.words = ""


def sounds(session: Session, voices: list[Voice]) -> dict[int, Attachment]:
    """The sound of each of these, by the recording's id."""
    found = attachments.of(session, *map(Ref.of, voices))
    return {ref.id: files[0] for ref, files in found.items() if files}
