"""What a partner has at hand to take part, in four plain questions. It changes offers of help and
nothing else: it is no score, no filter and no gate, and only the partner and the one organisation
that stands by it ever see it (trust.md, "Partner profile")."""

from dataclasses import dataclass

from sqlalchemy import JSON, ForeignKey, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from trust.act import Act, Actor, verb
from trust.partners import Partner
from trust.records import N_, Msg, Record, Ref, Refused


@dataclass(frozen=True)
class Choice:
    """One answer, and the offer of help that goes with it, if any."""

    words: str
    offer: str = ""


@dataclass(frozen=True)
class Question:
    """One of the four: its words, and its answers by key."""

    words: str
    choices: dict[str, Choice]


QUESTIONS = {
    "notes": Question(
        N_("How do you keep what you hear?"),
        {
            "heads": Choice(
                N_("In our heads"), N_("Somebody can call you and write it down with you.")
            ),
            "paper": Choice(N_("On paper"), N_("You can send us a photo, or read it out to us.")),
            "computer": Choice(N_("On a computer or a phone")),
        },
    ),
    "devices": Question(
        N_("Who in your group is at home with phones and computers?"),
        {
            "nobody": Choice(
                N_("Nobody"), N_("You can do all of it by phone, on paper or in person.")
            ),
            "some": Choice(
                N_("One of us, a bit"), N_("Somebody can sit beside you the first time.")
            ),
            "most": Choice(N_("Most of us")),
        },
    ),
    "time": Question(
        N_("How much time can you give in a month?"),
        {
            "little": Choice(
                N_("An hour or less"), N_("We ask you only the one question that matters most.")
            ),
            "some": Choice(N_("A few hours")),
            "more": Choice(N_("More than that")),
        },
    ),
    "rules": Question(
        N_("Who in your group knows the rules about people’s data?"),
        {
            "nobody": Choice(
                N_("Nobody"), N_("Somebody can explain them in an hour, in your own place.")
            ),
            "some": Choice(
                N_("One of us, a bit"), N_("You can ask somebody any time, with no form.")
            ),
            "sure": Choice(N_("One of us is sure")),
        },
    ),
}
"""Four questions, each one may be left out. Ours; every way to take part is offered to everyone
whatever the answers are."""


class Capability(Record):
    """What a partner said: choices by question, and its own words."""

    __tablename__ = "capability"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), unique=True)
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    words: Mapped[str] = mapped_column(String(500), default="")

    partner: Mapped[Partner] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Capability"], actor: Actor) -> Select["Capability"]:
        """The partner itself, and whoever is a supporter at the one organisation that stands by
        it. Nobody else, whatever their role."""
        helped = select(Partner.id).where(
            Partner.supporter_id.in_(actor.ids("capability:support", "partner"))
        )
        own = actor.ids("capability:write", "partner")
        return stmt.where(or_(cls.partner_id.in_(own), cls.partner_id.in_(helped)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.partner_id),)


def of(session: Session, actor: Actor, partner_id: int) -> Capability | None:
    """What a partner said, if ``actor`` may see it."""
    stmt = select(Capability).where(Capability.partner_id == partner_id)
    return session.scalars(Capability.visible(stmt, actor)).first()


def offers(held: Capability | None) -> list[Msg]:
    """The help that goes with what was said."""
    answers = held.answers if held else {}
    found = [
        question.choices[answers[key]].offer
        for key, question in QUESTIONS.items()
        if answers.get(key) in question.choices
    ]
    return [Msg(offer) for offer in found if offer]


@verb("capability:say", may="capability:write", creates=True)
def say(act: Act, partner: Partner, *, answers: dict[str, str], words: str) -> Capability:
    """A partner says what it has at hand, as much of it as it likes. The event tells nothing of
    what was said. Raises ``Refused`` for an answer that is not offered."""
    for key, choice in answers.items():
        if key not in QUESTIONS or choice not in QUESTIONS[key].choices:
            raise Refused(N_("Choose one of the options shown."), field=key)
    stmt = select(Capability).where(Capability.partner_id == partner.id)
    held = act.session.scalars(stmt).first() or Capability(partner_id=partner.id)
    held.answers, held.words = dict(answers), words.strip()[:500]
    held.changed_at = act.now
    act.parties(partner.id, None)
    return held
