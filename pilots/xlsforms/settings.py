"""The settings of a form: what it is called, and what our own columns say of the request."""

from collections.abc import Sequence
from dataclasses import dataclass

from pilots.xlsforms.columns import OURS, columns, language, row
from pilots.xlsforms.report import Entry
from trust.records import N_, Words


@dataclass(frozen=True)
class Settings:
    """What is said of the whole form; ``lang`` is the language of words that name none."""

    title: Words
    why: Words
    minutes: int
    payment: str
    lang: str


LONGEST_TITLE, LONGEST_WHY, MINUTES = 120, 500, 10


def settings_of(
    rows: Sequence[tuple[int, Sequence[str]]], lang: str, title: str, entries: list[Entry]
) -> Settings:
    """Read the sheet of settings, if there is one; an entry for each of its rows."""
    plain = Settings({lang: title[:LONGEST_TITLE]}, {}, MINUTES, "", lang)
    if not rows:
        return plain
    found = columns(rows[0][1], "settings", lang)
    head = Entry("settings", rows[0][0], "")
    entries.append(head)
    for one in found:
        if one.title and not one.field:
            head.say(N_("The column “%(name)s” is not taken."), name=one.title)
    for place, (number, cells) in enumerate(rows[1:]):
        held = row(number, cells, found)
        entry = Entry("settings", number, (held["form_title"] or held["form_id"] or "–")[:80])
        entries.append(entry)
        if place:
            entry.leave(N_("We read the first row of settings only."))
            continue
        for name in held.others:
            entry.say(N_("What stands in the column “%(name)s” is not taken."), name=name)
        for name in ("form_id", "version"):
            if held[name]:
                entry.say(N_("What stands in the column “%(name)s” is not taken."), name=name)
        code = language(held["default_language"]) if held["default_language"] else lang
        if code is None:
            entry.say(
                N_("We do not know the language “%(name)s”."), name=held["default_language"][:40]
            )
        lang = code or lang
        named = dict(held.words.get(f"{OURS}title", {}))
        if not named:
            named = {lang: held["form_title"] or held["form_id"] or title}
        minutes = held[f"{OURS}minutes"]
        right = minutes.isascii() and minutes.isdecimal() and 1 <= int(minutes[:9]) <= 240
        if minutes and not right:
            entry.say(N_("What stands in the column “%(name)s” is not taken."), name="minutes")
        why = dict(held.words.get(f"{OURS}why", {}))
        if any(len(text) > LONGEST_TITLE for text in named.values()):
            entry.say(N_("The title is cut: it is too long."))
        if any(len(text) > LONGEST_WHY for text in why.values()):
            entry.say(N_("The reason is cut: it is too long."))
        plain = Settings(
            {one: text[:LONGEST_TITLE] for one, text in named.items()},
            {one: text[:LONGEST_WHY] for one, text in why.items()},
            int(minutes) if right else MINUTES,
            held[f"{OURS}payment"][:120],
            lang,
        )
    return plain
