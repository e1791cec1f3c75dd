"""Reading a model file that somebody else may have written: each value is taken out with its
type, or refused with a sentence that names the line or the stage."""

import re
import tomllib
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from trust.records import N_, Msg, Refused

LONGEST_FILE = 30_000
LONGEST_LINE = 1_000
LONGEST_TEXT = 600
LONGEST_WORD = 60
MOST_MEMBERS = 999
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


@dataclass(frozen=True)
class Table:
    """One table of the file, and ``where`` it is, for the sentence that refuses something."""

    row: dict[str, Any]
    where: Msg

    def refuse(self, text: str, **params: object) -> Refused:
        """The refusal of something in this table, to be raised."""
        reason = Msg(text, params)
        return Refused(
            Msg(N_("Look at %(where)s. %(reason)s"), {"where": self.where, "reason": reason})
        )

    def only(self, known: AbstractSet[str]) -> None:
        """Raises ``Refused`` for a key that means nothing here: a slip must not go unseen."""
        for name in self.row:
            if name not in known:
                raise self.refuse(N_("“%(name)s” is not known here."), name=name[:LONGEST_WORD])

    def key(self, longest: int) -> str:
        """The key that the table goes by."""
        key = self.text("key")
        if len(key) > longest or not _KEY.fullmatch(key):
            raise self.refuse(
                N_("A key has letters, digits and dashes, %(most)s at most."), most=longest
            )
        return key

    def text(self, name: str, *, needed: bool = True) -> str:
        """A text of one line; empty when it is not there and not needed."""
        text = self.row.get(name, "")
        if not isinstance(text, str):
            raise self.refuse(N_("“%(name)s” must be text in quotes."), name=name)
        if needed and not text.strip():
            raise self.refuse(N_("“%(name)s” is missing."), name=name)
        if len(text) > LONGEST_TEXT:
            raise self.refuse(
                N_("“%(name)s” is too long. Use %(most)s characters or fewer."),
                name=name,
                most=LONGEST_TEXT,
            )
        if any(unicodedata.category(char) == "Cc" for char in text):
            raise self.refuse(N_("“%(name)s” must be one line."), name=name)
        return text

    def words(self, name: str, *, needed: bool = True) -> tuple[str, ...]:
        """A list of short words; empty when it is not there and not needed."""
        found = self.row.get(name, [])
        if not isinstance(found, list) or not all(
            isinstance(one, str) and len(one) <= LONGEST_WORD for one in found
        ):
            raise self.refuse(N_("“%(name)s” must be a list of words in quotes."), name=name)
        if needed and not found:
            raise self.refuse(N_("“%(name)s” is missing."), name=name)
        return tuple(found)

    def number(self, name: str) -> int:
        """A whole number; 0 when it is not there."""
        number = self.row.get(name, 0)
        if type(number) is not int or not 0 <= number <= MOST_MEMBERS:
            raise self.refuse(
                N_("“%(name)s” must be a whole number, %(most)s at most."),
                name=name,
                most=MOST_MEMBERS,
            )
        return number

    def tables(self, name: str, most: int, where: Msg | None = None) -> tuple["Table", ...]:
        """A list of tables, between 1 and ``most``; each is here, or at its place in ``where``."""
        rows = self.row.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.refuse(N_("“%(name)s” must be a list of tables."), name=name)
        if not 1 <= len(rows) <= most:
            raise self.refuse(
                N_("“%(name)s” must stand here between 1 and %(most)s times."), name=name, most=most
            )
        return tuple(
            Table(row, Msg(where.text, {"place": place}) if where else self.where)
            for place, row in enumerate(rows, start=1)
        )


def read(text: str) -> Table:
    """The whole file. Raises ``Refused`` when it is not TOML, naming the line.

    The caps come before the parser, whose time grows with the square of a line's length.
    """
    if len(text) > LONGEST_FILE:
        raise Refused(N_("The file is too long. A model has a few pages at most."))
    for line, content in enumerate(text.split("\n"), start=1):
        if len(content) > LONGEST_LINE:
            raise Refused(Msg(N_("Line %(line)s is too long. Break it up."), {"line": line}))
    try:
        return Table(tomllib.loads(text), Msg(N_("the top of the file")))
    except RecursionError:
        raise Refused(N_("The file is nested too deeply to be a model.")) from None
    except ValueError as error:
        # A number with thousands of digits is a plain ValueError, without a line.
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise Refused(
            Msg(N_("Line %(line)s is not written as TOML asks. Look there."), {"line": line})
        ) from None
