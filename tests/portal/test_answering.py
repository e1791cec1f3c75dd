"""Answering: one thing per page, kept as typed, on any device, sent once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pilots import asking, composing, requests
from pilots.answers import DraftAnswer
from pilots.contributions import Contribution
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import signin
from trust.audit import Event
from trust.outbox import Parcel
from trust.records import Ref
from trust.signin import SignIn
from trust.unsent import Unsent

HTMX = {"HX-Request": "true"}


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


def drafts(made: Stage) -> dict[str, Any]:
    return {one.key: one.raw for one in made.world.all(DraftAnswer) if one.contribution_id > 1}


# The whole way, as a browser without JavaScript goes it


def test_from_the_request_to_the_receipt(made: Stage) -> None:
    phone = made.phone()
    made.world.person("Hodan", made.lantern, "member")
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
    for said in ("Gospel Oak", ">15</td>", "They never came back.", "They are right"):
        assert said in check.text
    there = phone.post(there).location
    assert there.endswith("/preview")
    assert phone.get(there).status_code == 200
    send = there.replace("/preview", "/send")
    assert "How may we quote you?" in phone.get(send).text
    receipt = phone.post(send, data={"quote": "sector"}).location
    sent = made.now(int(send.split("/")[2]))
    assert (sent.state, sent.quote, sent.channel) == ("submitted", "sector", "web")
    assert sent.answers["q2"] == {"waiting": {"families": 12}, "fixed": {"families": 3}}
    assert sent.reference in phone.get(receipt).text
    # and from the other side
    assert sent.reference in made.desk().get("/review").text
    parcels = [one for one in made.world.all(Parcel) if one.about == Ref.of(sent)]
    assert {one.kind for one in parcels} == {"receipt", "contribution"}
    receipts = [one.to_person_id for one in parcels if one.kind == "receipt"]
    assert receipts == [made.rahima.id], "whoever sent it; colleagues read it on the page"


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
        (
            "q2",
            {"q2-waiting-families": "twelve"},
            "\u2068Waiting\u2069, \u2068Families\u2069: enter a whole number",
        ),
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
        made.world.do(who, composing.add_question, asked, required=False, **given)
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
    assert preview_of(phone, id) == {
        "A short-text?": WORDS,
        "A whole-number?": NOBODY,
        "A decimal?": NOBODY,
        "A date?": NOBODY,
        "A bands?": NOBODY,
        "A yes-no?": NOBODY,
        "A one-of?": NOBODY,
        "A some-of?": NOBODY,
    }
    for number in range(1, 10):  # said the same before it is answered
        said = WORDS if number == 1 else NOBODY
        assert said in phone.get(f"/contributions/{id}/q/q{number}").text
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


NOBODY = "Named people who review it. Nobody else."
WORDS = "Named people who review it. Nobody else, unless you let us quote you."


def preview_of(phone: FlaskClient, id: int) -> dict[str, str]:
    """Who sees each answer that is no table of counts, as the preview says it."""
    page = " ".join(phone.get(f"/contributions/{id}/preview").text.split())
    rows = re.findall(r"__key\">(.*?)</dt> <dd class=\"\S+__value\">(.*?)</dd>", page)
    return {re.sub("<[^>]+>", "", key): value for key, value in rows}


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
    assert f'formaction="/contributions/{id}/q/q2#q2-totals"' in added.text
    assert 'id="q2-totals" tabindex="-1"' in added.text


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
    assert "unless you let us quote you" in page
    assert "They never came back." not in page  # no words in a table, and none beside it


@pytest.mark.parametrize(
    ("answer", "offered", "chosen", "kept"),
    [
        ("yes", ["named", "sector"], "named", "named"),
        ("yes", ["named", "sector"], "sector", "sector"),
        ("no", [], None, "no"),
    ],
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
        assert phone.post(f"/contributions/{id}/send", data={"quote": "x"}).status_code == 422
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
    assert first.location == second.location == f"/contributions/{id}?sent=1"
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
        assert set(pool.map(send, phones)) == {f"/contributions/{id}?sent=1"}
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


def signed_in_again(made: Stage, phone: FlaskClient, there: str) -> str:
    """Where one lands after signing in with a code once more, in the same browser."""
    asked = phone.post(there, data={"email": made.rahima.email})
    with phone.session_transaction() as cookie:
        browser = cookie["browser"]
    with made.world.database.reading() as session:
        stmt = select(signin.Code).where(signin.Code.browser_sha256 == signin.sha256(browser))
        code = signin.digits(made.world.app.config["PORTAL"].key, session.scalars(stmt).one().nonce)
    done = phone.post(asked.location, data={"code": code})
    assert done.status_code == 303, done.text
    return done.location


BACK = "What you typed before you were signed out is here again."


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_session_that_ran_out_loses_nothing(made: Stage, headers: dict[str, str]) -> None:
    """Also for somebody who never chose for whom to act: most people have one group only."""
    phone = made.phone()
    id = made.begun(phone)
    there = f"/contributions/{id}/q/q3"
    phone.post(there, data={"q3": "A word", "token": "t" * 22})
    expire(made)
    given = {"q3": "A long story", "token": "t" * 22, "version": "0"}
    if headers:
        headers = {**headers, "HX-Current-URL": f"http://localhost{there}"}
        turned = phone.post(f"/contributions/{id}/draft/q3", data=given, headers=headers)
        assert turned.status_code == 401  # a part of a page is never the sign-in page
        assert turned.headers["HX-Redirect"] == f"/sign-in?next={there}"
    else:
        turned = phone.post(there, data=given)
        assert turned.location == f"/sign-in?next={there}"
    assert drafts(made)["q3"] == {"q3": ["A word"]}  # nothing is done before they are back
    sign_in = f"/sign-in?next={there}"
    assert "What you typed is kept." in phone.get(sign_in).text
    assert signed_in_again(made, phone, sign_in) == there
    page = phone.get(there)
    assert "A long story" in page.text
    assert BACK in page.text
    assert BACK not in phone.get(f"/contributions/{id}/q/q4").text
    form = hidden(page.text)
    sent = phone.post(there, data={**form, "q3": "A long story, ended"})
    assert sent.status_code == 303, sent.text
    assert drafts(made)["q3"] == {"q3": ["A long story, ended"]}
    assert BACK not in phone.get(there).text
    assert made.world.all(Unsent) == []


def hidden(page: str) -> dict[str, str]:
    """What the form of a page carries unseen."""
    form = page[page.index("novalidate") :]
    return dict(re.findall(r'type="hidden" name="(token|version)" value="([^"]*)"', form))


@pytest.mark.parametrize("how", [{"ended": True}, {"hours": 25}])
def test_a_session_that_was_ended_keeps_nothing(made: Stage, how: dict[str, Any]) -> None:
    phone = made.phone()
    id = made.begun(phone)
    expire(made, **how)
    turned = phone.post(f"/contributions/{id}/q/q3", data={"q3": "A long story"})
    assert turned.status_code == 303
    assert "You were signed out" not in phone.get(turned.location).text
    assert made.world.all(Unsent) == []
    assert "A long story" not in made.phone().get(f"/contributions/{id}/q/q3").text


def test_what_was_typed_is_its_writers_alone(world: World) -> None:
    made = stage(world, 2)
    id = made.begun(made.phone())
    there = f"/contributions/{id}/q/q3"
    world.person("Hodan", made.lantern, "member")
    colleague = world.client(world.person("Hodan", None), made.lantern)
    other = made.phone(1)
    expire(made)
    other.post(there, data={"q3": "Not mine"})
    made.phone().get(there)
    colleague = world.client(world.person("Hodan", None), made.lantern)
    for one in (made.phone(), colleague):
        page = one.get(there).text
        assert "Not mine" not in page
        assert BACK not in page
    assert made.phone(1).get(there).status_code == 404


def test_what_a_colleague_saved_meanwhile_is_not_replaced_by_what_comes_back(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    there = f"/contributions/{id}/q/q3"
    form = hidden(phone.get(there).text)
    expire(made)
    phone.post(there, data={**form, "q3": "Mine, typed late"})
    made.phone().post(there, data={"q3": "Saved on the other phone"})
    assert signed_in_again(made, phone, f"/sign-in?next={there}") == there
    page = phone.get(there)
    assert "Mine, typed late" in page.text
    both = phone.post(there, data={**hidden(page.text), "q3": "Mine, typed late"})
    assert both.status_code == 409
    assert "Saved on the other phone" in both.text


# One question of a partner


def test_an_answer_to_a_groups_own_question_is_one_page(made: Stage) -> None:
    world = made.world
    asked = world.do(
        (made.rahima, made.lantern),
        requests.ask_council,
        made.lantern,
        council=made.camden,
        words="When do the letters go out?",
        why="",
        lang="en",
    )
    desk = world.client(made.lead, made.camden)
    there = desk.post(f"/requests/{asked.id}/answer").location
    page = desk.get(there).text
    assert "Lantern Women’s Circle, who asks you. Nobody else." in page
    for word in ("Why we ask", "Question 1 of 1", "Continue", "quote"):
        assert word not in page
    id = int(there.split("/")[2])
    for path in ("check", "preview", "send"):
        assert desk.get(f"/contributions/{id}/{path}").status_code == 303
    empty = desk.post(there, data={"answer": ""})
    assert empty.status_code == 422
    later = desk.post(there, data={"answer": "In spring", "later": "yes"})
    assert "Saved." in desk.get(later.location).text
    assert desk.get(f"/contributions/{id}").location == there
    sent = desk.post(there, data={"answer": "In March."})
    receipt = desk.get(sent.location).text
    assert "Thank you. It is sent" in receipt
    assert "quote" not in receipt
    assert (made.now(id).state, made.now(id).quote) == ("submitted", "no")
    assert "In March." in made.phone().get(f"/review/{id}").text


def test_a_closed_question_keeps_the_one_page(made: Stage) -> None:
    world = made.world
    who = (made.rahima, made.lantern)
    asked = world.do(
        who, requests.ask_council, made.lantern, council=made.camden, words="?", why="", lang="en"
    )
    desk = world.client(made.lead, made.camden)
    there = desk.post(f"/requests/{asked.id}/answer").location
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(requests.Request, asked.id).state = "closed"
    page = desk.post(there, data={"answer": "In March."})
    assert page.status_code == 422
    assert "This request has closed. Your answers are kept." in page.text
    assert "In March." in desk.get(there).text


# Two windows, two people


def test_two_tabs_do_not_replace_one_anothers_words(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    there = f"/contributions/{id}/q/q3"
    first, second = hidden(phone.get(there).text), hidden(phone.get(there).text)
    assert phone.post(there, data={**first, "q3": "The long text"}).status_code == 303
    saved = phone.post(
        f"/contributions/{id}/draft/q3", data={**second, "q3": "Short"}, headers=HTMX
    )
    assert "Not saved: somebody saved another answer here." in saved.text
    for button in ({}, {"later": "yes"}):
        both = phone.post(there, data={**second, **button, "q3": "Short"})
        assert both.status_code == 409
        assert "<title>Error: " in both.text
        assert both.text.count("The long text") == 1
        assert both.text.count("Short") == 2  # beside the other, and in the box
        assert drafts(made)["q3"] == {"q3": ["The long text"]}
    chosen = hidden(both.text)
    assert phone.post(there, data={**chosen, "q3": "Both"}).status_code == 303
    assert drafts(made)["q3"] == {"q3": ["Both"]}


def test_a_page_that_saves_itself_goes_on_with_what_it_saved(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    there = f"/contributions/{id}/q/q3"
    form = hidden(phone.get(there).text)
    for words in ("One", "One two", "One two three"):
        phone.post(f"/contributions/{id}/draft/q3", data={**form, "q3": words}, headers=HTMX)
    assert phone.post(there, data={**form, "q3": "One two three four"}).status_code == 303
    assert drafts(made)["q3"] == {"q3": ["One two three four"]}
    same = hidden(phone.get(there).text)
    other = hidden(phone.get(there).text)
    phone.post(there, data={**same, "q3": "The same"})
    assert phone.post(there, data={**other, "q3": "The same"}).status_code == 303


def test_who_sends_in_two_tabs_reads_what_was_kept(made: Stage) -> None:
    phone = made.phone()
    id = made.filled(phone)
    first = phone.post(f"/contributions/{id}/send", data={"quote": "named"})
    assert "Thank you. It is sent" in phone.get(first.location).text
    second = phone.post(f"/contributions/{id}/send", data={"quote": "no"})
    told = phone.get(second.location).text
    assert "It was sent already. We kept what you chose first: Yes, with our name." in told
    assert "Thank you. It is sent" not in told
    assert made.now(id).quote == "named"


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


def test_a_box_for_a_story_asks_for_no_names(made: Stage) -> None:
    phone = made.phone()
    id = made.begun(phone)
    asked = "Do not write anyone’s name or address."
    assert asked in phone.get(f"/contributions/{id}/q/q3").text
    assert asked not in phone.get(f"/contributions/{id}/q/q1").text
