"""Messages in English where nobody's language is known: on the command line, and in the demo."""

from datetime import date
from typing import Any

from trust.records import N_, Msg, Refused
from trust.wording import english_date

INVENTED = Msg(N_("This is a demo. The groups, people, figures and decisions are invented."))
"""What stands on all that leaves a demo."""


def english(message: Msg | str) -> str:
    """A message as an English sentence, with the messages and days inside it."""
    if isinstance(message, str):
        return message
    return message.text % {key: _said(value) for key, value in message.params.items()}


def _said(value: Any) -> Any:
    if isinstance(value, Msg):
        return english(value)
    return english_date(value) if isinstance(value, date) else value


def refusal(refused: Refused) -> str:
    """What was refused and what would work, as English sentences."""
    said = [refused.reason, *([refused.next_step] if refused.next_step else [])]
    return " ".join(map(english, said))
