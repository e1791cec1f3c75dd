"""Mails that a person does not want: only those that remind, and that nothing depends on."""

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Act, verb
from trust.people import Person, own_person
from trust.records import GOES, N_, Record, Refused

KINDS = {
    "pulse": N_("Once every three months: how is it with those you work with?"),
    "next-step": N_("The day before you agreed to do something"),
}
"""The kinds of parcel that somebody may do without, and what each says when it comes."""


class Quiet(Record):
    """One kind of mail that one person does without."""

    __tablename__ = "quiet"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=GOES)
    kind: Mapped[str] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("person_id", "kind"),)


def unwanted(session: Session, person_id: int) -> set[str]:
    """The kinds of mail that a person does without."""
    return set(session.scalars(select(Quiet.kind).where(Quiet.person_id == person_id)))


@verb("person:mails", may="signed-in")
def choose(act: Act, person: Person, *, wanted: list[str]) -> None:
    """A person says which reminders they want; the others stop. Raises ``Refused`` for a kind that
    cannot be chosen."""
    own_person(act, person)
    if set(wanted) - set(KINDS):
        raise Refused(N_("Choose one of the answers."))
    act.session.execute(delete(Quiet).where(Quiet.person_id == person.id))
    unwanted = sorted(set(KINDS) - set(wanted))
    act.session.add_all(Quiet(person_id=person.id, kind=kind) for kind in unwanted)
    act.fact(without=unwanted)
