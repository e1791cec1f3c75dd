"""States are tables: what may happen to a thing, from where to where, and who may do it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from trust.records import N_, Msg, Refused


@dataclass(frozen=True)
class Move:
    """One line of a table. ``reason``: whoever does it says why. ``along``: it happens along with
    that verb on another thing, and is part of its event."""

    verb: str
    origins: tuple[str, ...]
    to: str
    permission: str
    reason: bool = False
    along: str = ""


@dataclass(frozen=True)
class States:
    """The life of one noun. ``names`` are the plain names a person reads, state by state."""

    noun: str
    start: str
    names: dict[str, str]
    moves: tuple[Move, ...]
    _by_verb: dict[str, Move] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for move in self.moves:
            if not move.verb.startswith(f"{self.noun}:") or move.verb in self._by_verb:
                raise ValueError(f"{move.verb} does not belong here, or stands twice")
            unknown = {*move.origins, move.to} - set(self.names)
            if unknown:
                raise ValueError(f"{move.verb} names states without a plain name: {unknown}")
            self._by_verb[move.verb] = move
        reached = {self.start} | {move.to for move in self.moves}
        if reached != set(self.names):
            raise ValueError(f"{self.noun}: never reached: {set(self.names) - reached}")

    def move(self, verb: str) -> Move:
        return self._by_verb[verb]

    def allows(self, verb: str, state: str) -> bool:
        """Whether ``verb`` can happen from ``state``, whoever asks."""
        return state in self._by_verb[verb].origins

    def check(self, verb: str, state: str) -> Move:
        """The line for ``verb`` from ``state``. Raises ``Refused`` when there is none."""
        move = self._by_verb[verb]
        if state not in move.origins:
            raise Refused(
                Msg(
                    N_("This cannot be done now. It is “%(state)s” already."),
                    {"state": Msg(self.names[state])},
                ),
                next_step=Msg(N_("Go back and look at it again. It may have changed meanwhile.")),
            )
        return move

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the documents."""
        lines = ["stateDiagram-v2", f"    [*] --> {_mermaid(self.start)}"]
        for move in self.moves:
            word = move.verb.partition(":")[2]
            lines += [f"    {_mermaid(o)} --> {_mermaid(move.to)}: {word}" for o in move.origins]
        return "\n".join(lines)


def _mermaid(state: str) -> str:
    return state.replace("-", "_")


TABLES: dict[str, States] = {}


def table(noun: str, start: str, names: dict[str, str], moves: Iterable[Move]) -> States:
    """Declare the one table of ``noun`` and keep it where documents and tests find it."""
    states = States(noun, start, names, tuple(moves))
    TABLES[noun] = states
    return states
