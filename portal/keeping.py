"""How long this installation keeps what: the schedule, with its own days where it sets some."""

from functools import cache
from pathlib import Path

from portal import nouns
from trust import retention
from trust.retention import Kind, WrongDays


@cache
def kinds(path: str) -> tuple[Kind, ...]:
    """The schedule with the days that the file at ``path`` sets; without a path as it comes.
    Read once: a change needs a new start. Raises ``OSError``, ``UnicodeDecodeError`` and
    ``WrongDays``."""
    assert nouns.MODULES  # with them, every package that keeps something is known
    text = Path(path).read_text(encoding="utf-8") if path else ""
    return retention.with_days(retention.schedule(), text)


def problem(path: str) -> str:
    """What is wrong with the file of an installation's own days, in a sentence, if anything."""
    try:
        kinds(path)
    except (OSError, UnicodeDecodeError) as wrong:
        return f"PORTAL_RETENTION names a file that cannot be read: {type(wrong).__name__}."
    except WrongDays as wrong:
        return f"PORTAL_RETENTION names a file that cannot be used. {wrong}"
    return ""
