"""Notes which checks are made while a page is asked for, and which of them say no."""

import sys
from pathlib import Path
from typing import Any, Self

from trust.act import Verb
from trust.records import Hidden, Record

ROOT = Path(__file__).parents[3]


def nouns() -> dict[str, type[Record]]:
    """The nouns that say who may see them, by name."""
    return {
        mapper.class_.__tablename__: mapper.class_
        for mapper in Record.registry.mappers
        if "visible" in vars(mapper.class_)
    }


class Watch:
    """While open, since it was last cleared: ``verbs`` that were not allowed, ``nouns`` whose
    ``visible`` was asked, and the ``places`` (file:line) that raised ``Hidden``."""

    def __init__(self) -> None:
        self.verbs: set[str] = set()
        self.nouns: set[str] = set()
        self.places: set[str] = set()
        self._before: list[tuple[Any, str, Any]] = []

    def clear(self) -> None:
        for noted in (self.verbs, self.nouns, self.places):
            noted.clear()

    def __enter__(self) -> Self:
        allowed = Verb.allowed

        def ask(verb: Any, actor: Any, subject: Any) -> bool:
            said = allowed(verb, actor, subject)
            if not said:
                self.verbs.add(verb.name)
            return said

        def note(hidden: Hidden, *given: object) -> None:
            frame = sys._getframe(1)
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(ROOT):
                self.places.add(f"{path.relative_to(ROOT)}:{frame.f_lineno}")
            LookupError.__init__(hidden, *given)

        self._put(Verb, "allowed", ask)
        self._put(Hidden, "__init__", note)
        for name, noun in nouns().items():
            self._put(noun, "visible", self._narrowing(name, vars(noun)["visible"].__func__))
        return self

    def _narrowing(self, name: str, narrow: Any) -> Any:
        def visible(noun: Any, stmt: Any, actor: Any) -> Any:
            self.nouns.add(name)
            return narrow(noun, stmt, actor)

        return classmethod(visible)

    def _put(self, owner: Any, name: str, new: Any) -> None:
        self._before.append((owner, name, vars(owner).get(name)))
        setattr(owner, name, new)

    def __exit__(self, *_: object) -> None:
        for owner, name, before in reversed(self._before):
            if before is None:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
        self._before.clear()
