"""Every catalogue is whole: nothing left out, nothing half sure, nothing lost on the way."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portal.languages import LANGUAGES

ROOT = Path(__file__).parent.parent / "translations"
CODES = [code for code in LANGUAGES if code != "en"]
PLACE = re.compile(r"%\(\w+\)[sd]")


def catalogue(code: str) -> Catalog:
    with (ROOT / code / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=code)


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_left_out_or_unsure(code: str) -> None:
    held = catalogue(code)
    for message in held:
        if not message.id:
            continue
        assert all(forms(message.string)), f"not translated: {message.id}"
        assert not message.fuzzy, f"not sure: {message.id}"
        if message.pluralizable:
            assert len(forms(message.string)) == held.num_plurals, message.id


@pytest.mark.parametrize("code", CODES)
def test_what_is_filled_in_stands_in_every_form(code: str) -> None:
    """A plural form for exactly one or two may leave its number out; nothing may be added."""
    for message in catalogue(code):
        if not message.id:
            continue
        wanted = PLACE.findall(forms(message.id)[-1])
        for text in forms(message.string):
            found = PLACE.findall(text)
            if message.pluralizable:
                assert set(found) <= set(wanted), (message.id, text)
            else:
                assert sorted(found) == sorted(wanted), (message.id, text)


@pytest.mark.parametrize("code", CODES)
def test_few_words_stay_english(code: str) -> None:
    """Names and abbreviations may; fewer than 2 in 100 messages."""
    messages = [one for one in catalogue(code) if one.id]
    same = [
        one.id
        for one in messages
        if one.string == one.id and re.search(r"[a-z]{2}", PLACE.sub("", str(one.id)))
    ]
    assert len(same) < len(messages) * 0.02, same


@pytest.mark.parametrize("code", CODES)
def test_no_translation_claims_a_reader_it_has_not_had(code: str) -> None:
    """The page says so until a speaker has read it; then both change together."""
    head = (ROOT / code / "LC_MESSAGES/messages.po").read_text()[:400]
    unread = "Not yet read by somebody who speaks the language" in head
    assert unread is not LANGUAGES[code].reviewed
