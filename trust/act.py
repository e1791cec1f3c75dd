"""Who is acting, when, by which form; and the verb: the only way a record changes."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from trust import permissions
from trust.audit import Event, Moment, keep_words
from trust.locks import one_at_a_time
from trust.records import N_, Hidden, Record, Ref, Refused, Words
from trust.states import States

P = ParamSpec("P")
S = TypeVar("S", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a person for one partner, the public, or the clock.

    ``seats`` maps places to the roles held there, for the partner acted for and no other.
    ``partners`` are all partners that the person acts for, with whichever hat.
    ``anywhere`` are permissions that need no place. ``confirmed_at`` is when the person last
    proved who they are in this session.
    """

    person_id: int | None = None
    acting_for: int | None = None
    seats: Mapping[Ref, frozenset[str]] = field(default_factory=dict)
    anywhere: frozenset[str] = frozenset({"public"})
    confirmed_at: datetime | None = None
    second_factor: bool = False
    partners: frozenset[int] = frozenset()

    @property
    def own(self) -> frozenset[int]:
        """The partners that the person belongs to. Whoever has two hats judges nothing with one
        that was given with the other."""
        return self.partners if self.acting_for is None else self.partners | {self.acting_for}

    def roles(self, place: Ref) -> frozenset[str]:
        """The roles held at ``place``. One that needs a second factor counts only with it."""
        held = self.seats.get(place, frozenset())
        if self.second_factor:
            return held
        return frozenset(role for role in held if not permissions.needs_second_factor(role))

    def holds(self, permission: str, *places: Ref) -> bool:
        """Whether ``permission`` is held at any of ``places`` (or needs no place)."""
        if permission in self.anywhere or (permission == "has-role" and self.seats):
            return True
        return any(
            permission in permissions.of_role(role)
            for place in places
            for role in self.roles(place)
        )

    def ids(self, permission: str, noun: str) -> list[int]:
        """Ids of the places of one noun at which ``permission`` is held, for ``visible``."""
        return sorted(p.id for p in self.seats if p.noun == noun and self.holds(permission, p))

    def holds_somewhere(self, permission: str) -> bool:
        """Whether a page that needs ``permission`` may open at all; records decide the rest."""
        return self.holds(permission, *self.seats)


PUBLIC = Actor()
CLOCK = Actor(anywhere=frozenset({"public", "duty"}))


@dataclass
class Act:
    """One change in the making: its session, its actor and the time it happens at.

    ``token`` is the form's: the second tap of the same form lands on what the first one made. The
    same form sent again with other words is another change.
    ``channel`` is web, phone, paper, import, command or clock.
    """

    session: Session
    actor: Actor
    now: datetime
    token: str | None = None
    channel: str = "web"
    _open: "_Draft | None" = field(default=None, init=False, repr=False)

    def fact(self, **facts: Any) -> None:
        """Add ids, codes, numbers or dates to the event. Never words."""
        self._draft.facts.update(facts)

    def words(self, **words: str) -> None:
        """Add what was said to the event, erasable: a reason, say."""
        self._draft.words.update(words)

    def parties(self, giver_id: int | None, taker_id: int | None) -> None:
        """Name the two partners concerned, where the subject does not do so itself."""
        self._draft.parties = (giver_id, taker_id)

    def moment(
        self,
        kind: str,
        thread: Record | Ref,
        *,
        minutes: int | None = None,
        until: datetime | None = None,
        giver_id: int | None = None,
    ) -> None:
        """Mark a point in time that promises are measured by (see ``Moment``). It concerns
        ``giver_id``, or whoever gave the thread, and whoever it was given to; else the event's
        own parties."""
        made = Moment(
            kind=kind,
            thread=thread if isinstance(thread, Ref) else Ref.of(thread),
            work=getattr(thread, "work", None),
            giver_id=giver_id or getattr(thread, "giver_id", None),
            taker_id=getattr(thread, "taker_id", None),
            minutes=minutes,
            until=until,
            at=self.now,
        )
        self._draft.moments.append(made)

    def later(self, make: Callable[[Event], Record]) -> None:
        """Add a row that names this change's event, once there is one: a parcel, say."""
        self._draft.later.append(make)

    @property
    def _draft(self) -> "_Draft":
        if self._open is None:
            raise Unaudited("outside a verb")
        return self._open


@dataclass
class _Draft:
    facts: dict[str, Any] = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    parties: tuple[int | None, int | None] | None = None
    later: list[Callable[[Event], Record]] = field(default_factory=list)


class Unaudited(Exception):
    """A record was about to change outside a verb, or a verb was called within another."""


class Verb(Generic[S, P, T]):
    """A change with a name: checks the permission and the state, does it, leaves one event."""

    def __init__(
        self,
        name: str,
        fn: Callable[Concatenate[Act, S, P], T],
        permission: str,
        table: States | None,
        creates: bool,
    ) -> None:
        self.name = name
        self.fn = fn
        self.permission = permission
        self.table = table
        self.creates = creates
        self.__doc__ = fn.__doc__
        self.__name__ = fn.__name__
        self.__module__ = fn.__module__

    def allowed(self, actor: Actor, subject: S) -> bool:
        """Whether ``actor`` holds the permission where ``subject`` asks for it."""
        return actor.holds(self.permission, *subject.places(self.permission))

    def possible(self, actor: Actor, subject: S) -> bool:
        """Whether to offer this: allowed, and the state lets it happen."""
        state = getattr(subject, "state", "")
        if self.table and not self.creates and not self.table.allows(self.name, state):
            return False
        return self.allowed(actor, subject)

    def __call__(self, act: Act, subject: S, *args: P.args, **kwargs: P.kwargs) -> T:
        if act._open is not None:
            raise Unaudited(f"{self.name} was called within another verb")
        if not self.allowed(act.actor, subject):
            raise Hidden(self.name)
        token = None
        if act.token:
            given = (act.token, self.name, act.actor.person_id, subject, args, kwargs)
            token = hashlib.sha256(_plain(given).encode()).hexdigest()
            one_at_a_time(act.session, token)  # a double tap may come to two servers at once
            before = act.session.scalars(select(Event).where(Event.token == token)).first()
            if before is not None:
                return cast(T, _made(act, before) if self.creates else None)
        move = None
        was = None
        if self.table and not self.creates:
            was = subject.state  # type: ignore[attr-defined]
            move = self.table.check(self.name, was)
        act._open = draft = _Draft()
        act.session.info["verb"] = self.name
        try:
            result = self.fn(act, subject, *args, **kwargs)
            if move and move.reason and not draft.words.get("reason", "").strip():
                raise Refused(N_("Say why, in your own words."), field="reason")
            root = cast(Record, result) if self.creates else subject
            if move:
                root.state = move.to  # type: ignore[attr-defined]
            if not self.creates:
                root.changed_at = act.now
            act.session.add(root)
            act.session.flush()
            self._record(act, draft, root, was, token)
        finally:
            act._open = None
            act.session.info.pop("verb", None)
        return result

    def _record(
        self, act: Act, draft: _Draft, root: Record, was: str | None, token: str | None
    ) -> None:
        giver, taker = draft.parties or (
            getattr(root, "giver_id", None),
            getattr(root, "taker_id", None),
        )
        event = Event(
            at=act.now,
            verb=self.name,
            subject=Ref.of(root),
            actor_id=act.actor.person_id,
            acting_for_id=act.actor.acting_for,
            channel=act.channel,
            giver_id=giver,
            taker_id=taker,
            from_state=was,
            to_state=getattr(root, "state", None) if self.table else None,
            facts=draft.facts,
            token=token,
        )
        act.session.add(event)
        act.session.flush()
        if draft.words:
            act.session.add(keep_words(event, draft.words))
        for moment in draft.moments:
            moment.event_id = event.id
            moment.giver_id, moment.taker_id = moment.giver_id or giver, moment.taker_id or taker
        act.session.add_all(draft.moments)
        act.session.add_all(make(event) for make in draft.later)
        act.session.flush()
        act.token = None


VERBS: dict[str, Verb[Any, Any, Any]] = {}


def verb(
    name: str, *, may: str | None = None, table: States | None = None, creates: bool = False
) -> Callable[[Callable[Concatenate[Act, S, P], T]], Verb[S, P, T]]:
    """Make a function the verb ``name`` (``noun:action``).

    Its first argument after the act is the record whose ``places`` say where the permission
    must be held. With ``table``, the permission and the move come from the state table; with
    ``creates``, the function returns the new record, which is the event's subject. The wrapped
    call raises ``Hidden`` without the permission, ``Refused`` from the wrong state, and
    ``Unaudited`` when called within another verb.
    """

    def wrap(fn: Callable[Concatenate[Act, S, P], T]) -> Verb[S, P, T]:
        permission = may or (table.move(name).permission if table else None)
        if permission is None:
            raise ValueError(f"{name} says nobody may do it")
        permissions.check_known(permission)
        if name in VERBS:
            raise ValueError(f"{name} stands twice")
        VERBS[name] = made = Verb(name, fn, permission, table, creates)
        return made

    return wrap


def _plain(given: Any) -> str:
    """What a verb was given, as text: the same for the second tap, another for other words."""
    if isinstance(given, Record):
        return str(Ref.of(given))
    if isinstance(given, Mapping):
        return str({_plain(key): _plain(value) for key, value in given.items()})
    if isinstance(given, (list, tuple)):
        return str([_plain(one) for one in given])
    if isinstance(given, (set, frozenset)):
        return str(sorted(_plain(one) for one in given))
    return repr(given)


def _made(act: Act, before: Event) -> Record:
    """The record that the first tap of this form made."""
    for mapper in Record.registry.mappers:
        if mapper.class_.__tablename__ == before.subject.noun:
            record = act.session.get(mapper.class_, before.subject.id)
            if isinstance(record, Record):
                return record
    raise Hidden(str(before.subject))
