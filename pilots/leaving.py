"""What leaves the portal with two people's yes: who the second of them may be, and what of it waits
for an election (safety.md, "Elections"; small-numbers.md, "Two people")."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from pilots.pilot import Pilot
from trust import elections
from trust.act import Act
from trust.calendar import london_day
from trust.elections import Wait
from trust.mailboxes import read_by_one
from trust.records import N_, STAYS, Msg, Refused


class Leaves:
    """The columns of something that one person prepares and another lets go. ``allowed_in`` are
    the ids of the election periods in which a named officer let it out, and no others."""

    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"), index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    state: Mapped[str] = mapped_column(String(30), default="prepared")
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    allowed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    allowed_because: Mapped[str | None] = mapped_column(String(1000))
    allowed_in: Mapped[list[Any] | None]

    @property
    def for_anyone(self) -> bool:
        """Whether anyone may read it, once it is out."""
        raise NotImplementedError


def waits(session: Session, it: Leaves, now: datetime) -> Wait | None:
    """Why it cannot go out at this moment: it is for anyone, an election is near, and no officer
    let it out in this period. What is out stays out."""
    if not it.for_anyone or it.state != "prepared":
        return None
    region = session.get_one(Pilot, it.pilot_id).region_id
    found = elections.wait(session, region, london_day(now))
    return None if found is None or found.ids <= set(it.allowed_in or ()) else found


def second(act: Act, it: Leaves) -> None:
    """Raises ``Refused`` for whoever prepared it, and while it waits for an election."""
    if read_by_one(act.session, act.actor.person_id, it.prepared_by_id):
        raise Refused(N_("You prepared this. A second person releases it."))
    found = waits(act.session, it, act.now)
    if found is not None:
        raise Refused(
            Msg(
                N_("An election is near: %(name)s. This can go out from %(day)s."),
                {"name": found.name, "day": found.until},
            ),
            next_step=Msg(N_("A decision owner can let this one out sooner, and say why.")),
        )


def let_out(act: Act, it: Leaves, reason: str) -> None:
    """A named officer lets it out although an election is near. It still needs the yes of a second
    person. It holds for the periods of this day: another election, another reason.

    Raises ``Refused`` without a reason, for what does not wait, and for whoever prepared it."""
    if read_by_one(act.session, act.actor.person_id, it.prepared_by_id):
        raise Refused(N_("You prepared this. Somebody else decides that it goes out now."))
    found = waits(act.session, it, act.now)
    if found is None:
        raise Refused(N_("This does not wait for an election."))
    if not reason.strip():
        raise Refused(N_("Say why, in your own words."), field="reason")
    act.words(reason=reason.strip()[:1000])
    act.fact(elections=sorted(found.ids))
    it.allowed_by_id = act.actor.person_id
    it.allowed_because, it.allowed_in = reason.strip()[:1000], sorted(found.ids)
