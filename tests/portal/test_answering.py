"""Answering: one thing per page, kept as typed, on any device, sent once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from pilots import asking, requests
from pilots.answers import DraftAnswer
from pilots.contributions import Contribution
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import signin
from trust.audit import Event
from trust.outbox import Parcel
from trust.signin import SignIn

HTMX = {"HX-Request": "true"}


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


def drafts(made: Stage) -> dict[str, Any]:
    return {one.key: one.raw for one in made.world.all(DraftAnswer) if one.contribution_id > 1}


# The whole way, as a browser without JavaScript goes it


def test_from_the_request_to_the_receipt(made: Stage) -> None:
    phone = made.phone()
    begun = phone.post(f"/requests/{made.request.id}/answer")
    page = phone.get(begun.location)
    assert "Question 1 of 4" in page.text
    assert "So that we can act" in page.text  # why we ask
    assert "do this by phone instead" in page.text
    there = begun.location
    for key, given in made.typed().items():
        assert there.endswith(f"/q/{key}")
        assert phone.get(there).status_code == 200
        there = phone.post(there, data=given).location
    assert there.endswith("/check")
    check = phone.get(there)
    for said in ("Gospel Oak", "Total: 15", "They never came back.", "They are right"):
        assert said in check.text
    there = phone.post(there).location
    assert there.endswith("/preview")
    assert phone.get(there).status_code == 200
    send = there.replace("/preview", "/send")
    assert "How may we quote you?" in phone.get(send).text
    receipt = phone.post(send, data={"quote": "sector"}).location
    sent = made.now(int(receipt.split("/")[-1]))
    assert (sent.state, sent.quote, sent.channel) == ("submitted", "sector", "web")
    assert sent.answers["q2"] == {"waiting": {"families": 12}, "fixed": {"families": 3}}
    assert sent.reference in phone.get(receipt).text
    # and from the other side
    assert sent.reference in made.desk().get("/review").text
    kinds = {one.kind for one in made.world.all(Parcel) if one.about.id == sent.id}
    assert {"receipt", "contribution"} <= kinds


def test_a_second_device_finds_the_saved_draft(made: Stage) -> None:
    first = made.phone()
    id = made.begun(first)
    first.post(f"/contributions/{id}/q/q3", data={"q3": "Half a story", "later": "yes"})
    second = made.phone()
    assert made.begun(second) == id
    assert "Half a story" in second.get(f"/contributions/{id}/q/q3").text
    assert "Not sent yet" in second.get("/contributions").text


def test_save_and_come_back_later(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    left = phone.post(f"/contributions/{id}/q/q3", data={"q3": "", "later": "yes"})
    assert left.status_code == 303
    assert "You can go on at any time" in phone.get(left.location).text
    back = phone.get(f"/contributions/{id}")
    assert back.location.endswith("/q/q1")  # the first question without a word


# Right and wrong


@pytest.mark.parametrize(
    ("key", "given", "said"),
    [
        ("q2", {"q2-waiting-families": "twelve"}, "Waiting, Families: enter a whole number"),
        ("q2", {"q2-waiting-families": "-1"}, "Enter a number that is 0 or more"),
        ("q2", {}, "Answer this question to go on."),
        ("q3", {"q3": " "}, "Answer this question to go on."),
        ("q3", {"q3": "x" * 10_001}, "Use fewer letters. You have 1 too many"),
        ("q1", {"q1": "999"}, "Choose one of the answers"),
        ("q4", {}, "Answer this question to go on."),
    ],
)
def test_what_is_wrong_is_kept_as_typed(
    made: Stage, key: str, given: dict[str, str], said: str
) -> None:
    phone = made.phone()
    id = made.begun(phone)
    page = phone.post(f"/contributions/{id}/q/{key}", data=given)
    assert page.status_code == 422
    assert said in page.text
    assert "<title>Error: " in page.text
    kept = dict(drafts(made)[key])
    assert kept == {name: [value.strip()] for name, value in given.items()}
    if key == "q2" and given:
        typed = given["q2-waiting-families"]
        assert f'value="{typed}"' in made.phone().get(f"/contributions/{id}/q/q2").text


def test_what_no_browser_sends_is_no_error_of_ours(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    page = phone.post(f"/contributions/{id}/q/q3", data={"q3": "a\x00b\ud7ff" + "é" * 60_000})
    assert page.status_code == 422
    assert len(drafts(made)["q3"]["q3"][0]) == 50_000
    assert phone.post(f"/contributions/{id}/q/q3", data={"q3": "a\x00b"}).status_code == 303
    assert drafts(made)["q3"] == {"q3": ["ab"]}
    for path in (f"/contributions/{id}/q/q9", f"/contributions/{2**31}/q/q1"):
        assert phone.get(path).status_code == 404
    assert phone.post(f"/contributions/{id}/q/q1", data={"q11": "1"}).status_code == 422
    assert drafts(made)["q1"] == {}  # what belongs to another question is not kept here


def test_only_an_optional_question_can_be_skipped(made: Stage) -> None:
    who = (made.lead, made.camden)
    asked = made.world.do(
        who,
        requests.write,
        made.pilot,
        title={"en": "More"},
        why={},
        minutes=5,
        payment="",
        closes_on=None,
    )
    for kind, more in (
        ("short-text", {}),
        ("whole-number", {}),
        ("decimal", {}),
        ("date", {}),
        ("bands", {}),
        ("yes-no", {}),
        ("one-of", {"choices": CHOICES}),
        ("some-of", {"choices": CHOICES}),
        ("one-of", {"choices": [{"key": f"c{n}", "words": {"en": f"C{n}"}} for n in range(20)]}),
    ):
        given = {"kind": kind, "words": {"en": f"A {kind}?"}, "why": {"en": "Why"}, **more}
        made.world.do(who, requests.add_question, asked, required=False, **given)
    made.world.do(who, asking.open_request, asked)
    phone = made.phone()
    there = phone.post(f"/requests/{asked.id}/answer").location
    id = int(there.split("/")[2])
    for number in range(1, 10):
        page = phone.get(f"/contributions/{id}/q/q{number}")
        assert "Skip this question" in page.text
        assert "(optional)" in page.text
        assert phone.post(f"/contributions/{id}/q/q{number}", data={}).status_code == 303
    assert "You skipped this." in phone.get(f"/contributions/{id}/check").text
    typed = {
        "q1": {"q1": "Short"},
        "q2": {"q2": "1,200"},
        "q3": {"q3": "2.5"},
        "q4": {"q4-day": "27", "q4-month": "March", "q4-year": "2026"},
        "q5": {"q5": "3-9"},
        "q6": {"q6": "no"},
        "q7": {"q7": "a"},
        "q8": {"q8": ["a", "b"]},
        "q9": {"q9": "c19"},
    }
    for key, given in typed.items():
        page = phone.post(f"/contributions/{id}/q/{key}?from=check", data=given)
        assert page.location.endswith("/check"), (key, page.text)
        assert phone.get(f"/contributions/{id}/q/{key}?from=check").status_code == 200
    shown = phone.get(f"/contributions/{id}/check").text
    for said in ("Short", "1,200", "2.5", "27 March 2026", "3 to 9", "No", "C19"):
        assert said in shown
    needed = phone.get(f"/contributions/{made.begun(phone)}/q/q1").text
    assert "Skip this question" not in needed
    phone.post(f"/contributions/{id}/check")
    assert "Anyone else would see: nothing." in phone.get(f"/contributions/{id}/preview").text
    phone.post(f"/contributions/{id}/send", data={"quote": "no"})
    assert made.now(id).answers == {
        "q1": "Short",
        "q2": 1200,
        "q3": "2.5",
        "q4": "2026-03-27",
        "q5": "3-9",
        "q6": False,
        "q7": "a",
        "q8": ["a", "b"],
        "q9": "c19",
    }
    assert "C19" in made.desk().get(f"/review/{id}").text


CHOICES = [{"key": "a", "words": {"en": "A one"}}, {"key": "b", "words": {"en": "A two"}}]


# Saved on the way, with script


def test_leaving_a_field_saves_and_says_so(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    part = phone.post(
        f"/contributions/{id}/draft/q3",
        data={"q3": "Half"},
        headers={**HTMX, "HX-Target": "saved"},
    )
    assert part.status_code == 200
    assert "<html" not in part.text
    assert 'data-announce="Saved at ' in part.text
    assert drafts(made)["q3"] == {"q3": ["Half"]}
    assert phone.post(f"/contributions/{id}/draft/q3", data={"q3": "x"}).status_code == 303


def test_the_totals_of_a_table_are_checked_as_typed(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    part = phone.post(
        f"/contributions/{id}/draft/q2",
        data=made.typed()["q2"],
        headers={**HTMX, "HX-Target": "q2-totals"},
    )
    assert part.text.strip().startswith("<tfoot")
    assert "Total: 15" in part.text
    added = phone.post(f"/contributions/{id}/q/q2", data={**made.typed()["q2"], "add-up": "yes"})
    assert added.status_code == 200
    assert "Total: 15" in added.text  # and without script


def test_a_draft_leaves_no_event(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    before = len(made.world.all(Event))
    phone.post(f"/contributions/{id}/q/q3", data={"q3": "Half"})
    phone.post(f"/contributions/{id}/draft/q3", data={"q3": "Half more"}, headers=HTMX)
    assert len(made.world.all(Event)) == before


# Checking, preview, quoting


def test_what_is_missing_leads_to_its_question(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    phone.post(f"/contributions/{id}/q/q2", data={"q2-waiting-families": "many"})
    shown = phone.get(f"/contributions/{id}/check")
    assert "Not answered yet." in shown.text
    assert "Use whole numbers, like 0 or 12." in shown.text
    page = phone.post(f"/contributions/{id}/check")
    assert page.status_code == 422
    assert f'<a href="/contributions/{id}/q/q2?from=check">Answer: How many' in page.text
    for path in ("preview", "send"):
        turned = phone.get(f"/contributions/{id}/{path}")
        assert turned.location.endswith("/check")
    refused = phone.post(f"/contributions/{id}/send", data={"quote": "named"})
    assert refused.location.endswith("/check")
    assert made.now(id).state == "draft"


def test_the_preview_hides_what_anyone_else_would_not_see(made: Stage) -> None:
    phone = made.phone()
    id = made.filled(phone)
    page = " ".join(phone.get(f"/contributions/{id}/preview").text.split())
    for line in ((">Waiting<", ">12<", ">10<"), (">Fixed<", ">3<", ">*<"), (">Total<", ">15<")):
        at = 0
        for cell in line:
            at = page.index(cell, at)
    assert "Anyone else would see: only words that you let us quote." in page
    assert "They never came back." not in page  # no words in a table, and none beside it


@pytest.mark.parametrize(
    ("answer", "offered", "chosen", "kept"),
    [("yes", ["named", "sector"], "named", "named"), ("no", [], None, "no")],
)
def test_quoting_is_not_asked_twice(
    made: Stage, answer: str, offered: list[str], chosen: str | None, kept: str
) -> None:
    phone = made.phone()
    id = made.filled(phone)
    phone.post(f"/contributions/{id}/q/q4", data={"q4": answer})
    page = phone.get(f"/contributions/{id}/send").text
    assert [one for one in ("named", "sector", "no") if f'value="{one}"' in page] == offered
    if offered:
        assert phone.post(f"/contributions/{id}/send", data={}).status_code == 422
        assert phone.post(f"/contributions/{id}/send", data={"quote": "no"}).status_code == 422
        assert made.now(id).state == "draft"
    phone.post(f"/contributions/{id}/send", data={"quote": chosen} if chosen else {})
    assert (made.now(id).state, made.now(id).quote) == ("submitted", kept)


# Once, and only once


def test_two_taps_and_two_tabs_make_one_draft(made: Stage) -> None:
    phone = made.phone()
    token = {"token": "t" * 22}
    first = phone.post(f"/requests/{made.request.id}/answer", data=token)
    second = phone.post(f"/requests/{made.request.id}/answer", data=token)
    third = made.phone().post(f"/requests/{made.request.id}/answer", data={"token": "u" * 22})
    assert first.location == second.location == third.location
    assert len([one for one in made.world.all(Contribution) if one.pilot_id]) == 1


def test_a_double_tap_sends_once(made: Stage) -> None:
    phone = made.phone()
    id = made.filled(phone)
    given = {"quote": "named", "token": "s" * 22}
    first = phone.post(f"/contributions/{id}/send", data=given)
    second = phone.post(f"/contributions/{id}/send", data=given)
    assert first.location == second.location == f"/contributions/{id}"
    sent = [one for one in made.world.all(Event) if one.verb == "contribution:send"]
    assert len([one for one in sent if one.subject.id == id]) == 1


def test_many_taps_at_the_same_moment(made: Stage) -> None:
    """Two tabs and an impatient thumb: each browser asks at once."""
    phones = [made.phone() for _ in range(4)]

    def tap(phone: FlaskClient) -> str:
        with phone.plain():
            there = phone.post(f"/requests/{made.request.id}/answer", data={"token": "t" * 22})
            assert there.status_code == 303, there.text
            return there.location

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(tap, phones))) == 1
    id = made.filled(phones[0])

    def save(phone: FlaskClient) -> int:
        with phone.plain():
            return phone.post(f"/contributions/{id}/draft/q3", data={"q3": "At once"}).status_code

    def send(phone: FlaskClient) -> str:
        with phone.plain():
            done = phone.post(
                f"/contributions/{id}/send", data={"quote": "named", "token": "s" * 22}
            )
            assert done.status_code == 303, done.text
            return done.location

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(save, phones)) == {303}
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, phones)) == {f"/contributions/{id}"}
    assert len([one for one in made.world.all(Contribution) if one.pilot_id]) == 1


def test_the_back_button_after_sending(made: Stage) -> None:
    phone = made.phone()
    id = made.filled(phone)
    phone.post(f"/contributions/{id}/send", data={"quote": "named"})
    for path in ("q/q3", "check", "preview", "send"):
        assert phone.get(f"/contributions/{id}/{path}").location.endswith(f"/contributions/{id}")
    late = phone.post(f"/contributions/{id}/q/q3", data={"q3": "Changed"})
    assert late.status_code == 409
    assert "This was sent already" in late.text
    assert made.now(id).answers["q3"] == "They never came back."
    again = phone.post(f"/requests/{made.request.id}/answer")
    assert again.location == f"/contributions/{id}"  # not a second one
    more = phone.post(f"/requests/{made.request.id}/answer", data={"again": "yes"})
    assert "/q/q1" in more.location


def test_a_closed_request_keeps_the_draft(made: Stage) -> None:
    phone = made.phone()
    id = made.filled(phone)
    made.world.do((made.lead, made.camden), requests.close, made.request)
    page = phone.post(f"/contributions/{id}/send", data={"quote": "named"})
    assert page.status_code == 422
    assert "This request has closed. Your answers are kept." in page.text
    assert phone.post(f"/requests/{made.request.id}/answer").status_code == 409


# Sessions


def expire(made: Stage, *, ended: bool = False, hours: int = 1) -> None:
    past = datetime.now(UTC) - signin.OWN_DEVICE.idle - timedelta(hours=hours)
    with made.world.database.writing() as session:
        for row in session.query(SignIn):
            row.seen_at = past
            row.ended_at = past if ended else None


def test_a_session_that_ran_out_loses_nothing(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    expire(made)
    turned = phone.post(f"/contributions/{id}/q/q3", data={"q3": "A long story"})
    assert turned.status_code == 303
    assert turned.location == f"/sign-in?next=/contributions/{id}/q/q3"
    assert "A long story" in made.phone().get(f"/contributions/{id}/q/q3").text
    part = phone.post(f"/contributions/{id}/draft/q3", data={"q3": "More"}, headers=HTMX)
    assert part.status_code == 401  # a part of a page is never the sign-in page


@pytest.mark.parametrize("how", [{"ended": True}, {"hours": 25}])
def test_a_session_that_was_ended_keeps_nothing(made: Stage, how: dict[str, Any]) -> None:
    phone = made.phone()
    id = made.begun(phone)
    expire(made, **how)
    turned = phone.post(f"/contributions/{id}/q/q3", data={"q3": "A long story"})
    assert turned.status_code == 303
    assert "q3" not in drafts(made)


def test_a_session_that_ran_out_reaches_its_own_drafts_only(world: World) -> None:
    made = stage(world, 2)
    id = made.begun(made.phone())
    other = made.phone(1)
    expire(made)
    other.post(f"/contributions/{id}/q/q3", data={"q3": "Not mine"})
    assert "q3" not in drafts(made)
    sent = made.sent(1)
    other.post(f"/contributions/{sent.id}/q/q3", data={"q3": "Too late"})
    assert made.now(sent).answers["q3"] == "They never came back."


# Nobody else


def test_a_draft_is_its_partners_alone(world: World) -> None:
    made = stage(world, 2)
    id = made.filled(made.phone())
    administrator = world.client(world.person("Ada", None, "administrator"), None)
    others = [made.phone(1), made.desk(), administrator, made.connector()]
    others.append(made.somebody("Ines", "coordinator", "decision-owner"))
    for other in others:
        for path in ("", "/q/q3", "/check", "/preview", "/send", "/take-back"):
            assert other.get(f"/contributions/{id}{path}").status_code == 404, path
        for path in ("/q/q3", "/draft/q3", "/check", "/send", "/take-back"):
            assert other.post(f"/contributions/{id}{path}").status_code == 404, path
        assert other.get(f"/review/{id}").status_code == 404
    assert world.app.test_client().get(f"/contributions/{id}/q/q3").status_code == 303
    assert made.now(id).state == "draft"


@pytest.mark.parametrize("lang", ["ar", "so"])
def test_each_page_in_another_language(made: Stage, lang: str) -> None:
    phone = made.phone()
    phone.set_cookie("language", lang)
    id = made.filled(phone)
    for path in ("q/q1", "q/q2", "q/q3", "q/q4", "check", "preview", "send"):
        page = phone.get(f"/contributions/{id}/{path}")
        assert page.status_code == 200
        assert f'<html lang="{lang}"' in page.text
    assert made.now(id).lang == lang
