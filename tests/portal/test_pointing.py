"""Before sending: what may point to a person goes or stays, as the writer chooses, and no trace of
it is left anywhere else."""

import re

import pytest
from flask.testing import FlaskClient

from pilots import contributions
from pilots.answers import DraftAnswer
from tests.portal.stage import Stage, stage
from tests.world import World
from trust.audit import Event, EventWords
from trust.records import Refused

STORY = "Ring her on 07700 900123. The lift is broken. Jean waits."


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


def filled(made: Stage, phone: FlaskClient, story: str = STORY) -> int:
    id = made.filled(phone)
    phone.post(f"/contributions/{id}/q/q3", data={"q3": story})
    return id


def marks(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="([0-9a-f]{32})"', page)))


def test_nothing_is_asked_where_nothing_points(made: Stage) -> None:
    phone = made.phone()
    id = made.filled(phone)
    assert phone.get(f"/contributions/{id}/words").location.endswith("/preview")
    assert phone.get(f"/contributions/{id}/preview").status_code == 200


def test_one_goes_and_one_stays_with_a_reason(made: Stage) -> None:
    phone = made.phone()
    id = filled(made, phone)
    there = f"/contributions/{id}/words"
    for path in ("preview", "send"):
        assert phone.get(f"/contributions/{id}/{path}").location == there
    page = phone.get(there).text
    assert "Ring her on <mark>" in page
    number, name = marks(page)
    wrong = phone.post(there, data={number: "goes", name: "stays", f"{name}-reason": ""})
    assert wrong.status_code == 422
    assert "Say why it has to stay" in wrong.text
    given = {number: "goes", name: "stays", f"{name}-reason": "She asked us to say it."}
    assert phone.post(there, data=given).location.endswith("/check")
    check = phone.get(f"/contributions/{id}/check").text
    assert "Ring her on [phone number]. The lift" in check
    assert phone.get(f"/contributions/{id}/preview").status_code == 200
    phone.post(f"/contributions/{id}/send", data={"quote": "sector"})
    sent = made.now(id)
    kept = {"q3": [{"kind": "name", "reason": "She asked us to say it."}]}
    assert (sent.state, sent.pointing) == ("submitted", kept)
    read = made.desk().get(f"/review/{id}").text
    assert "The writer let a name stay:" in read
    assert "She asked us to say it." in read
    assert all(one.stays == {} for one in made.world.all(DraftAnswer))


def test_a_choice_outlasts_another_sentence_and_not_a_new_number(made: Stage) -> None:
    phone = made.phone()
    id = filled(made, phone, "Ring 07700 900123 now.")
    there = f"/contributions/{id}/words"
    (mark,) = marks(phone.get(there).text)
    phone.post(there, data={mark: "stays", f"{mark}-reason": "It is our own line."})
    there = f"/contributions/{id}/preview"
    story = f"/contributions/{id}/q/q3"
    phone.post(story, data={"q3": "Mice too. Ring 07700-900-123 now."})
    assert phone.get(there).status_code == 200
    phone.post(story, data={"q3": "Mice too. Ring 07700 900124 now."})
    assert phone.get(there).location.endswith("/words")


def test_the_mark_is_told_in_the_language_of_the_page(made: Stage) -> None:
    """The sentence is in the language of its writer; the hidden words around a mark are ours."""
    phone = made.phone()
    id = filled(made, phone)
    phone.set_cookie("language", "ar")
    page = phone.get(f"/contributions/{id}/words").text
    assert re.search(r'<span lang="en"[^>]*>Ring her on <mark><span[^>]* lang="ar" dir="rtl"', page)


def test_no_other_way_to_send_passes_by(made: Stage) -> None:
    phone = made.phone()
    id = filled(made, phone)
    assert phone.post(f"/contributions/{id}/send", data={"quote": "sector"}).status_code == 303
    with pytest.raises(Refused, match="may point to a person"):
        made.world.do(
            (made.rahima, made.lantern), contributions.submit, made.now(id), quote="sector"
        )
    assert made.now(id).state == "draft"


def test_the_reason_does_not_say_it_again_and_the_record_never(made: Stage) -> None:
    phone = made.phone()
    id = filled(made, phone)
    there = f"/contributions/{id}/words"
    number, name = marks(phone.get(there).text)
    given = {number: "stays", f"{number}-reason": "07700900123 is ours", name: "goes"}
    again = phone.post(there, data=given)
    assert again.status_code == 422
    assert "Give the reason without it" in again.text
    phone.post(there, data={**given, f"{number}-reason": "It is our own line."})
    last = max(made.world.all(Event), key=lambda one: one.id)
    assert last.verb == "contribution:point"
    assert last.facts == {"stays": {"phone": 1}, "goes": {"name": 1}}
    said = [*made.world.all(Event), *made.world.all(EventWords)]
    text = " ".join(str(vars(one)) for one in said)
    assert "900123" not in text
    assert "Jean" not in text
