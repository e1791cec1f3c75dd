"""The two models of a pilot, as data: stages in order, what each needs, and where the gates are.

A model is a TOML file that a coordinator's organisation can replace with the published wording
or its own (pilots.md). So a file is input: whatever is in it, ``parse`` gives a sound model or
refuses with a sentence that says where to look. Gates are code; a model cannot do without them.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pilots.model_table import Table, read
from pilots.vocabulary import ASKING, CHECKS, GATES, SIDES, WITH
from trust.permissions import roles
from trust.records import N_, Msg, Refused

MOST_STAGES = 30
MOST_NEEDS = 20


@dataclass(frozen=True)
class Need:
    """One thing that must be so before a stage is done.

    ``check`` is a key of ``CHECKS``, or ``say`` for a statement that somebody makes. ``words``
    is what a person reads. ``who`` it is checked with is a key of ``WITH`` or empty; ``by`` are
    the roles that can make the statement, all of them needed; ``roles`` those to be filled;
    ``at_least`` and ``small`` the numbers of members and of small groups among them.
    """

    check: str
    words: str
    who: str = ""
    by: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    at_least: int = 0
    small: int = 0


@dataclass(frozen=True)
class Stage:
    """One stage. ``who`` are keys of ``SIDES`` or roles; ``next`` is empty for the last one;
    ``back`` are the earlier stages it may go back to; ``gate`` is trust, ig or empty."""

    key: str
    title: str
    text: str
    who: tuple[str, ...]
    needs: tuple[Need, ...]
    next: str
    back: tuple[str, ...]
    gate: str


@dataclass(frozen=True)
class Model:
    """A model with its stages in order. ``wording`` is ``published``, with its source, or
    ``reading``: this project's own; the screen says which."""

    key: str
    name: str
    text: str
    wording: str
    source: str
    stages: tuple[Stage, ...]

    def stage(self, key: str) -> Stage:
        """Raises ``Refused`` when the model has no such stage."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise Refused(Msg(N_("There is no stage %(stage)s in this model."), {"stage": key}))

    @property
    def first(self) -> Stage:
        return self.stages[0]

    def place(self, key: str) -> int:
        """Which stage it is, from 1. Raises ``Refused`` when the model has no such stage."""
        return self.stages.index(self.stage(key)) + 1


@cache
def names() -> tuple[str, ...]:
    """Keys of the models that come with the portal."""
    found = (one.name for one in files("pilots").joinpath("models").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


@cache
def load(name: str) -> Model:
    """A model that comes with the portal. Raises ``Refused`` when there is no such one."""
    if name not in names():
        raise Refused(Msg(N_("There is no model called %(name)s."), {"name": name}))
    path = files("pilots").joinpath("models", f"{name}.toml")
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Model:
    """Read a model file. Raises ``Refused``, naming the line or the stage to look at."""
    top = read(text)
    top.only({"key", "name", "text", "wording", "source", "stage"})
    wording = top.text("wording")
    if wording not in {"reading", "published"}:
        raise top.refuse(N_("“wording” is “reading” or “published”."))
    rows = top.tables("stage", MOST_STAGES, Msg(N_("stage number %(place)s")))
    stages = tuple(_stage(row) for row in rows)
    _check_order(stages)
    _check_gates(stages)
    return Model(
        key=top.key(longest=60),
        name=top.text("name"),
        text=top.text("text"),
        wording=wording,
        source=top.text("source", needed=wording == "published"),
        stages=stages,
    )


def _stage(row: Table) -> Stage:
    key = row.key(longest=10)
    row = Table(row.row, Msg(N_("stage %(stage)s"), {"stage": key}))
    row.only({"key", "title", "text", "who", "needs", "next", "back", "gate"})
    gate = row.text("gate", needed=False)
    if gate and gate not in GATES:
        raise row.refuse(N_("There is no gate called %(name)s."), name=gate)
    who = row.words("who")
    for one in who:
        if one not in SIDES and one not in roles():
            raise row.refuse(N_("Nobody is called %(name)s."), name=one)
    return Stage(
        key=key,
        title=row.text("title"),
        text=row.text("text"),
        who=who,
        needs=tuple(_need(need) for need in row.tables("needs", MOST_NEEDS)),
        next=row.text("next", needed=False),
        back=row.words("back", needed=False),
        gate=gate,
    )


def _need(row: Table) -> Need:
    if "say" in row.row:
        row.only({"say", "by"})
        return Need(check="say", words=row.text("say"), by=_roles(row, "by"))
    name = row.text("check")
    if name not in CHECKS:
        raise row.refuse(N_("There is no check called %(name)s."), name=name)
    check = CHECKS[name]
    row.only({"check", *check.options})
    who = row.text("with", needed=False)
    if who and who not in WITH:
        raise row.refuse(N_("A check cannot be made with “%(name)s”."), name=who)
    return Need(
        check=name,
        words=check.words,
        who=who,
        roles=_roles(row, "roles") if "roles" in check.options else (),
        at_least=row.number("at_least"),
        small=row.number("small"),
    )


def _roles(row: Table, name: str) -> tuple[str, ...]:
    found = row.words(name)
    for one in found:
        if one not in roles():
            raise row.refuse(N_("There is no role called %(name)s."), name=one)
    return found


def _check_order(stages: tuple[Stage, ...]) -> None:
    """Each stage leads to the one below it, the last to none; back leads to earlier ones."""
    keys = [stage.key for stage in stages]
    for stage in stages:
        if keys.count(stage.key) > 1:
            raise _at(stage).refuse(N_("Two stages have this key."))
    for place, stage in enumerate(stages):
        if stage.next and stage.next not in keys:
            raise _at(stage).refuse(N_("“next” leads nowhere: %(name)s."), name=stage.next)
        below = keys[place + 1] if place + 1 < len(keys) else ""
        if below and stage.next != below:
            raise _at(stage).refuse(N_("“next” must be the stage below: %(name)s."), name=below)
        if stage.next and not below:
            raise _at(stage).refuse(N_("The last stage has no “next”."))
        for one in stage.back:
            if one not in keys[:place]:
                raise _at(stage).refuse(
                    N_("“back” must be an earlier stage, not %(name)s."), name=one
                )


def _check_gates(stages: tuple[Stage, ...]) -> None:
    """Each gate stands once, with the checks that it rests on, and before anything is asked of
    a partner (pilots.md, "Gates, the same in both")."""
    asking = [place for place, stage in enumerate(stages) if _checks(stage) & ASKING]
    for gate, needed in GATES.items():
        at = [place for place, stage in enumerate(stages) if stage.gate == gate]
        if len(at) != 1:
            raise Refused(
                Msg(
                    N_("A model has the gate “%(gate)s” on one stage. Here it is on %(found)s."),
                    {"gate": gate, "found": len(at)},
                )
            )
        stage = stages[at[0]]
        for name in sorted(needed - _checks(stage)):
            raise _at(stage).refuse(N_("The gate here needs the check %(name)s."), name=name)
        if asking and at[0] >= asking[0]:
            raise _at(stage).refuse(N_("This gate must come before anything is asked of a group."))


def _at(stage: Stage) -> Table:
    return Table({}, Msg(N_("stage %(stage)s"), {"stage": stage.key}))


def _checks(stage: Stage) -> set[str]:
    return {need.check for need in stage.needs}
