"""One organisation that is here twice becomes one. Somebody who keeps the directory compares the
two; each side that has people of its own must say yes; then everything that hangs on the one moves
to the other, and can be put back for a while."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Select, String, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from trust import hanging, reach
from trust.act import Act, Actor, verb
from trust.installation import INSTALLATION, Installation
from trust.locks import one_at_a_time
from trust.mergeable import check_one
from trust.newcomers import with_people
from trust.outbox import send
from trust.partners import Partner
from trust.people import Person, seated
from trust.profiles import change
from trust.records import N_, STAYS, Hidden, Msg, Record, Ref, Refused
from trust.states import Move, table

UNDO_WITHIN = timedelta(days=60)
"""How long a merge can be undone. Long enough for a group that meets once a month."""

FIELDS = (
    "name",
    "what",
    "whom",
    "languages",
    "website",
    "email",
    "phone",
    "reached_by",
    "shares_by",
    "access_needs",
    "help_wanted",
    "region_id",
    "supporter_id",
)
"""What stands on a page and may differ: for each, whose words stay. Other names, places
and communities are put together, and an interpreter is wanted if either wants one."""

STATES = table(
    "merge",
    "waiting",
    {
        "waiting": N_("Waiting for a yes"),
        "done": N_("Merged"),
        "declined": N_("They are two"),
        "undone": N_("Taken apart again"),
    },
    [
        Move("merge:agree", ("waiting",), "waiting", "partner:join"),
        Move("merge:agree-last", ("waiting",), "done", "partner:join"),
        Move("merge:do", ("waiting",), "done", "partner:merge"),
        Move("merge:decline", ("waiting",), "declined", "partner:join"),
        Move("merge:drop", ("waiting",), "declined", "partner:merge"),
        Move("merge:undo", ("done",), "undone", "partner:merge"),
    ],
)


class Merge(Record):
    """Two partners that are one: ``gone_id`` becomes part of ``kept_id``. ``chosen`` are the
    fields in which the words of the one that goes stay.

    ``kept_yes_id`` and ``gone_yes_id`` are who said yes for each side. Once it is done, ``moved``
    are the ids of the rows that moved, by column; ``before`` and ``after`` the fields of the page
    that changed; ``tops`` the newest rows that there were (``trust.hanging.newest``).
    """

    __tablename__ = "merge"

    kept_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    chosen: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    kept_yes_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    gone_yes_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    moved: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tops: Mapped[dict[str, Any]] = mapped_column(default=dict)
    merged_at: Mapped[datetime | None]

    kept: Mapped[Partner] = relationship(foreign_keys=[kept_id])
    gone: Mapped[Partner] = relationship(foreign_keys=[gone_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])

    @classmethod
    def visible(cls, stmt: Select["Merge"], actor: Actor) -> Select["Merge"]:
        """Whoever keeps the directory, and those who speak for either of the two."""
        if actor.holds("partner:merge", INSTALLATION):
            return stmt
        ours = actor.ids("partner:join", "partner")
        return stmt.where(or_(cls.kept_id.in_(ours), cls.gone_id.in_(ours)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        if permission == "partner:merge":
            return (INSTALLATION,)
        return (Ref("partner", self.kept_id), Ref("partner", self.gone_id))

    @property
    def undo_until(self) -> datetime | None:
        return self.merged_at + UNDO_WITHIN if self.merged_at else None


def to_ask(session: Session, merge: Merge, now: datetime) -> set[int]:
    """Ids of the sides that have people of their own and have not said yes yet."""
    said = {merge.kept_id: merge.kept_yes_id, merge.gone_id: merge.gone_yes_id}
    return {id for id in with_people(session, list(said), now) if said[id] is None}


@verb("merge:propose", may="partner:merge", creates=True)
def propose(
    act: Act, where: Installation, *, kept: Partner, gone: Partner, chosen: Collection[str]
) -> Merge:
    """Propose that two partners are one. Nothing moves yet: those of the two that have people are
    asked. Raises ``Refused`` as ``check_one``, and when it was proposed already."""
    one_at_a_time(act.session, "merge")
    check_one(act.session, kept, gone, act.now)
    pair = (kept.id, gone.id)
    open_one = select(Merge.id).where(
        Merge.state == "waiting", or_(Merge.kept_id.in_(pair), Merge.gone_id.in_(pair))
    )
    if act.session.scalars(open_one).first() is not None:
        raise Refused(N_("One of them waits for a yes already. See to that one first."))
    if set(chosen) - set(FIELDS):
        raise Refused(N_("Choose one of the options shown."))
    made = Merge(kept_id=kept.id, gone_id=gone.id, by_id=act.actor.person_id, chosen=sorted(chosen))
    act.session.add(made)
    act.session.flush()
    act.parties(gone.id, kept.id)
    act.fact(kept=kept.id, gone=gone.id, fields=sorted(chosen))
    for side in sorted(with_people(act.session, pair, act.now)):
        for person in seated(act.session, Ref("partner", side), "partner:join", act.now):
            send(act, "merge", person, made)
    return made


@verb("merge:apart", may="partner:merge", creates=True)
def apart(act: Act, where: Installation, *, one: Partner, other: Partner) -> Merge:
    """Say that two which look alike are two: they are not proposed again."""
    act.parties(other.id, one.id)
    act.fact(kept=one.id, gone=other.id)
    return Merge(
        kept_id=one.id, gone_id=other.id, by_id=act.actor.person_id, chosen=[], state="declined"
    )


@verb("merge:agree", table=STATES)
def agree(act: Act, merge: Merge) -> None:
    """One side says yes; the other one is still to be asked."""
    _say_yes(act, merge)
    if not to_ask(act.session, merge, act.now):
        raise Refused(N_("Somebody changed this meanwhile. Look at it again."))


@verb("merge:agree-last", table=STATES)
def agree_last(act: Act, merge: Merge) -> None:
    """The last side says yes, and it is done. Raises ``Refused`` as ``check_one``."""
    _say_yes(act, merge)
    _join(act, merge)


@verb("merge:do", table=STATES)
def do(act: Act, merge: Merge) -> None:
    """Merge two of which nobody is left to be asked. Raises ``Refused`` while somebody is, and as
    ``check_one``."""
    _join(act, merge)


@verb("merge:decline", table=STATES)
def decline(act: Act, merge: Merge) -> None:
    """A side says: we are two. Nothing changes, and it is not proposed again."""
    _own_side(act, merge)


@verb("merge:drop", table=STATES)
def drop(act: Act, merge: Merge) -> None:
    """Whoever keeps the directory takes it back."""


@verb("merge:undo", table=STATES)
def undo(act: Act, merge: Merge) -> None:
    """Take the two apart again: each row goes back to where it was, each field of the page that
    nobody changed since says what it said. What was made since stays with the one that was kept.

    Raises ``Refused`` when it was too long ago, when the one that was kept was merged itself, and
    when something was done since with what had come along.
    """
    one_at_a_time(act.session, "merge")
    kept, gone = merge.kept, merge.gone
    until = merge.undo_until
    if until is None or act.now > until:
        raise Refused(
            Msg(N_("A merge can be undone for %(days)s days."), {"days": UNDO_WITHIN.days}),
            next_step=Msg(N_("Add the other organisation again, and tell its people.")),
        )
    if kept.merged_into_id is not None:
        raise Refused(N_("A newer merge stands on this one. Undo that one first."))
    if hanging.grown(act.session, merge.moved, merge.tops, kept.id):
        raise Refused(
            N_("Something was signed or sent since, on what came along. It stays as it is."),
            next_step=Msg(N_("Add the other organisation again, and tell its people.")),
        )
    hanging.put_back(act.session, merge.moved, gone.id, kept.id)
    same = {
        field: merge.before[field]
        for field, now in merge.after.items()
        if getattr(kept, field) == now
    }
    change(kept, same)
    gone.merged_into_id = None
    kept.changed_at = gone.changed_at = act.now
    act.parties(gone.id, kept.id)
    act.fact(kept=kept.id, gone=gone.id, fields=sorted(same), moved=merge.moved)


def sweep(session: Session, now: datetime) -> None:
    """Forget what stood on pages before merges that nobody can undo any more."""
    over = Merge.merged_at <= now - UNDO_WITHIN
    session.execute(update(Merge).where(over).values(before={}, after={}))


def _own_side(act: Act, merge: Merge) -> int:
    own = act.actor.acting_for
    if own not in (merge.kept_id, merge.gone_id):
        raise Hidden("merge")
    return own


def _say_yes(act: Act, merge: Merge) -> None:
    own = _own_side(act, merge)
    if own not in to_ask(act.session, merge, act.now):
        raise Refused(N_("Your side has said yes. Now the other side is asked."))
    if own == merge.kept_id:
        merge.kept_yes_id = act.actor.person_id
    else:
        merge.gone_yes_id = act.actor.person_id
    act.fact(side=own)


def _join(act: Act, merge: Merge) -> None:
    """Make the two one, within a verb: its event holds every row that moved."""
    one_at_a_time(act.session, "merge")
    kept, gone = merge.kept, merge.gone
    check_one(act.session, kept, gone, act.now)
    if to_ask(act.session, merge, act.now):
        raise Refused(N_("People act for one of them. They must say yes first."))
    after = _page(kept, gone, merge.chosen)
    merge.before = {field: getattr(kept, field) for field in after}
    merge.after = after
    merge.merged_at = act.now
    gone.merged_into_id = kept.id
    change(kept, after)
    act.session.flush()
    moved = hanging.move(act.session, gone.id, kept.id)
    reach.came(act.session, moved.get("reach.partner_id", ()), act.now)
    kept.changed_at = gone.changed_at = act.now  # so the index hears of numbers that moved
    merge.moved, merge.tops = moved, hanging.newest(act.session, moved)
    act.parties(gone.id, kept.id)
    act.fact(kept=kept.id, gone=gone.id, fields=sorted(after), moved=moved)
    for person in seated(act.session, Ref.of(kept), "partner:join", act.now):
        if person != act.actor.person_id:
            send(act, "merged", person, merge)


def _page(kept: Partner, gone: Partner, chosen: Collection[str]) -> dict[str, Any]:
    """What the page of the one that stays says from now on, where it is different."""
    after = {field: getattr(gone, field) for field in chosen}
    if "email" in after:
        after["shared_mailbox"] = gone.shared_mailbox
    name = after.get("name", kept.name)
    names = [*kept.other_names, kept.name, gone.name, *gone.other_names]
    after["other_names"] = [one for one in dict.fromkeys(names) if one != name]
    for field in ("areas", "communities"):
        after[field] = list(dict.fromkeys([*getattr(kept, field), *getattr(gone, field)]))
    after["interpreter"] = kept.interpreter or gone.interpreter
    if after.get("supporter_id", kept.supporter_id) in (kept.id, gone.id):
        after["supporter_id"] = None
    return {field: to for field, to in after.items() if getattr(kept, field) != to}
