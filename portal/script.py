"""What to say on the phone before the first question and after the last one, in words to read out:
the same on the page and on paper."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from pilots.requests import Request


class Line(NamedTuple):
    """One thing to say; ``words`` are those of whoever asks."""

    say: str
    words: Mapping[str, str] | str = ""


def first(request: Request, who: str, of: str) -> list[Line]:
    """``who`` calls, for the organisation ``of``; without a name, whoever has the paper."""
    hello = _("Say who you are, and whom you work for.")
    if who:
        hello = _("“Hello, this is %(person)s, from %(partner)s.”", person=who, partner=of)
    asks = _("“%(partner)s asks some questions. May I ask them now?”", partner=request.taker.name)
    minutes = ngettext(
        "“It takes about %(num)s minute.”", "“It takes about %(num)s minutes.”", request.minutes
    )
    lines = [Line(hello), Line(asks)]
    if request.why:
        lines.append(Line(_("Say why they ask:"), request.why))
    lines.append(Line(minutes))
    if request.payment:
        lines.append(Line(_("Say what is paid:"), request.payment))
    return [
        *lines,
        Line(_("“You can stop at any time. You may also say no: nothing bad follows.”")),
        Line(_("“Named people there read your answers. Please do not name anyone.”")),
        Line(_("“I write down what you say. Then I read it all back to you.”")),
    ]


def last() -> list[Line]:
    """What to say at the end."""
    return [
        Line(_("“You told me:” and read each answer back. Ask: is this what you said?")),
        Line(_("“May others read your own words? With your name, or without?”")),
        Line(_("“I give you a reference. With it you can say that it is wrong.”")),
        Line(_("“You can ask for it back. Then a letter or a call makes sure that it is you.”")),
    ]
