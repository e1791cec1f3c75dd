"""The types of XLSForm: which kinds of question they are here, and why some are not taken."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from trust.records import N_

GROUP = re.compile(r"(begin|end)[ _]+(group|repeat|lgroup|loop|looped group)", re.IGNORECASE)
OTHER = re.compile(r"[ _]+or[ _](?:specify[ _])?other$")


@dataclass(frozen=True)
class Type:
    """What a type comes to: a ``kind`` of ours, or ``why`` it is not taken. ``choices`` names the
    list; ``lost`` what of it is not taken; ``limit`` and ``hint`` come with the type itself."""

    kind: str = ""
    choices: str = ""
    why: str = ""
    lost: tuple[str, ...] = ()
    limit: str = ""
    hint: str = ""


PLACE = N_("We do not ask for places on a map. Ask which area it is.")
FILE = N_("We do not ask for photos, sound or files here.")
DEVICE = N_("The device would note this by itself. We take only what people say.")
REASONS = {
    **dict.fromkeys(("geopoint", "geotrace", "geoshape", "start-geopoint", "osm"), PLACE),
    **dict.fromkeys(("background-geopoint",), PLACE),
    **dict.fromkeys(("image", "photo", "audio", "video", "file", "background-audio"), FILE),
    "barcode": N_("We do not scan codes."),
    "time": N_("We ask for days, not for times of the day."),
    "dateTime": N_("We ask for days, not for times of the day."),
    "calculate": N_("We do not work out values between questions."),
    "hidden": N_("It asks nobody anything."),
    "range": N_("We have no sliders. Ask for a whole number."),
    "rank": N_("We do not ask to put answers in order."),
    "audit": DEVICE,
    "csv-external": N_("It takes its answers from another file."),
    "xml-external": N_("It takes its answers from another file."),
}
UNKNOWN = N_("We do not know this type.")
TICKED = N_("There is nothing to tick here: it is shown as words.")


@cache
def _known() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    from pyxform import aliases  # type: ignore[import-untyped]  # half a second: once needed
    from pyxform.question_type_dictionary import (  # type: ignore[import-untyped]
        QUESTION_TYPE_DICT,
    )

    return QUESTION_TYPE_DICT, aliases.select


def type_of(text: str) -> Type:
    """What a type as it is written comes to."""
    said = " ".join(text.split())
    known, selects = _known()
    for alias in sorted(selects, key=len, reverse=True):
        if said.casefold() == alias or tag_of(known.get(said)) in ("select", "select1"):
            return Type(why=N_("It names no list of answers."))
        if said.casefold().startswith(f"{alias} "):
            return _select(str(selects[alias]), alias, said[len(alias) + 1 :])
    held = known.get(said) or known.get(said.lower())
    if held is None and said.casefold() == "datetime":
        held = known["dateTime"]
    return _plain(said, held)


def tag_of(held: Mapping[str, Any] | None) -> str:
    """How a form on a phone would show a type."""
    return str((held or {}).get("control", {}).get("tag", ""))


def _select(meant: str, alias: str, rest: str) -> Type:
    if meant == "rank":
        return Type(why=REASONS["rank"])
    if "file" in alias or meant == "select one external" or rest.endswith((".csv", ".xml")):
        return Type(why=REASONS["csv-external"])
    name = OTHER.sub("", rest)
    lost = (N_("“Other” with their own words is not offered."),) if name != rest else ()
    kind = "some-of" if meant == "select all that apply" else "one-of"
    return Type(kind=kind, choices=name.strip(), lost=lost)


def _plain(said: str, held: Mapping[str, Any] | None) -> Type:
    if held is None:
        return Type(why=UNKNOWN)
    if said in REASONS:
        return Type(why=REASONS[said])
    bind, tag = held.get("bind", {}), tag_of(held)
    sort = bind.get("type", "")
    if "jr:preload" in bind or (held.get("preload") is not None):
        return Type(why=DEVICE)
    if tag == "trigger":
        return Type(kind="note", lost=(TICKED,))
    if tag == "input" and bind.get("readonly"):
        return Type(kind="note")
    kinds = {
        "string": "short-text",
        "int": "whole-number",
        "decimal": "decimal",
        "date": "date",
    }
    if tag == "input" and sort in kinds:
        return Type(
            kind=kinds[sort], limit=bind.get("constraint", ""), hint=str(held.get("hint", ""))
        )
    reasons = (sort, tag, "calculate" if not tag and sort == "string" else "")
    for reason in reasons:
        if reason in REASONS:
            return Type(why=REASONS[reason])
    media = held.get("control", {}).get("mediatype", "")
    return Type(why=FILE if media else UNKNOWN)
