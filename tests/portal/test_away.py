"""While the database does not answer there is an honest page, and nobody loses what they typed."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.portal.stage import stage
from tests.world import World
from trust.audit import Event
from trust.relationships import Note


@contextmanager
def away(world: World) -> Iterator[None]:
    """The database answers nothing."""

    def nothing(*_: Any) -> None:
        raise OperationalError("…", {}, Exception("no answer: Mrs Begum’s number is 01632 960 001"))

    engine = world.database.engine
    event.listen(engine, "before_cursor_execute", nothing)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", nothing)


def carried(page: str) -> dict[str, str]:
    """The fields that the page holds, to be sent again."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def test_every_page_says_so_and_no_more(world: World, caplog: pytest.LogCaptureFixture) -> None:
    made = stage(world, 1)
    phone = made.phone(0)
    with away(world):
        for path in ("/home", "/contributions", "/partners"):
            answer = phone.get(path)
            assert answer.status_code == 503, path
            assert "The portal is not working right now" in answer.text
            assert "Send it again" not in answer.text
    assert "OperationalError" in caplog.text and "01632" not in caplog.text
    assert phone.get("/home").status_code == 200


def test_what_was_typed_waits_on_the_page_and_counts_once(world: World) -> None:
    made = stage(world, 1)
    note = world.note((made.lead, made.camden), made.lantern, "They want a van.")
    there, words = f"/notes/{note.id}/dispute", 'We said "a lift", not a van.\nOn <Tuesdays>.'
    phone = made.phone(0)
    token = re.findall(r'name="token"[^>]*value="([^"]+)"', phone.get(there).text)
    sent = {"reason": words, **({"token": token[0]} if token else {})}
    with away(world):
        page = phone.post(there, data=sent)
        assert page.status_code == 503
        assert "was not saved" in page.text and "a lift&#34;, not a van." in page.text
        again = phone.post(there, data=carried(page.text))
        assert again.status_code == 503
    assert world.read(Note, note.id).state != "disputed"
    held = carried(again.text)
    assert held["reason"].split() == words.split()
    assert f'action="{there}"' in again.text
    assert phone.post(there, data=held).status_code == 303
    phone.post(there, data=held)
    assert [one.verb for one in world.all(Event)].count("note:dispute") == 1


def test_a_code_is_not_shown_again(world: World) -> None:
    with away(world):
        page = world.app.test_client().post("/sign-in/code", data={"code": "123456"})
    assert page.status_code == 503 and "123456" not in page.text
