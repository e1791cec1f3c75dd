"""Review: the queue, reading inside the agreement's scope, and each thing a reader can do."""

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from pilots import contributions, queue, review
from pilots.contributions import Contribution
from pilots.figures import Figure
from pilots.requests import Request
from pilots.review import Message
from tests.portal.stage import Stage, stage, statements
from tests.world import World
from trust import ending
from trust.agreements import Agreement
from trust.audit import Event
from trust.outbox import Parcel
from trust.partners import Partner
from trust.records import Refused
from trust.regions import settings_of
from trust.terms import Terms

HTMX = {"HX-Request": "true"}
NEWS = {"next_news_on-day": "1", "next_news_on-month": "6", "next_news_on-year": "2040"}
NEWS |= {"reason": "The panel meets only then."}


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


def parcels(made: Stage, kind: str) -> list[Parcel]:
    return [one for one in made.world.all(Parcel) if one.kind == kind]


# The queue


def test_an_empty_queue_says_so(made: Stage) -> None:
    assert "Nothing waits to be read" in made.desk().get("/review").text


def test_the_queue_takes_the_same_few_statements_for_ten_rows_and_for_sixty(made: Stage) -> None:
    desk = made.desk()
    for _ in range(10):
        made.sent()
    with statements(made.world) as ten:
        page = desk.get("/review")
    assert page.text.count("Take it<") == 10
    for _ in range(50):
        made.sent()
    with statements(made.world) as sixty:
        page = desk.get("/review")
    assert page.text.count("Take it<") == 50
    assert len(ten) == len(sixty) == 3, sixty
    assert "60 answers" in page.text
    assert desk.get("/review?page=2").text.count("Take it<") == 10


def test_the_oldest_promise_comes_first_and_a_late_one_says_so(world: World) -> None:
    made = stage(world, 2, days_ago=30)
    old = made.sent(1)
    world.now += timedelta(days=30)
    new = made.sent(0)
    page = made.desk().get("/review").text
    assert page.index(old.reference) < page.index(new.reference)
    assert page.count(">Late<") == 1
    assert page.index(">Late<") < page.index(new.reference)
    assert old.sent_at is not None
    due = settings_of("camden").calendar.add_working_days(old.sent_at, 5)
    assert queue.read_by(old.sent_at, "camden", "Camden") == due
    assert due.isoformat() in page


def test_filters_stand_in_the_address_and_work_with_and_without_script(world: World) -> None:
    made = stage(world, 2)
    taken, free = made.sent(0), made.sent(1)
    desk = made.desk()
    desk.post(f"/review/{taken.id}/claim")
    page = desk.get(f"/review?pilot={made.pilot.id}&state=in-review").text
    assert taken.reference in page
    assert free.reference not in page
    part = desk.get("/review?state=submitted", headers={**HTMX, "HX-Target": "queue"})
    assert "<html" not in part.text
    assert free.reference in part.text
    assert taken.reference not in part.text
    assert 'data-announce="1 answer"' in part.text
    assert part.headers["Vary"].startswith("HX-Request, HX-Target")
    for odd in ("?state=draft", "?state=withdrawn", "?pilot=99", "?pilot=x"):
        assert desk.get(f"/review{odd}").status_code == 200  # what cannot be chosen is not


@pytest.mark.parametrize("path", ["hand-back", "accept", "set-aside", "at-risk"])
def test_the_queue_keeps_its_filter_through_each_act(made: Stage, path: str) -> None:
    """From the queue by its own links and buttons, and back to what was chosen."""
    made.world.person("Sal Osei", made.camden, "safeguarding-lead")
    sent, desk, pilot = made.sent(), made.desk(), made.pilot.id
    kept = f"?pilot={pilot}&state=submitted"
    shown = desk.get(f"/review{kept}").text.replace("&amp;", "&")
    assert f'href="/review/{sent.id}{kept}"' in shown
    assert f'formaction="/review/{sent.id}/claim{kept}"' in shown
    part = desk.post(f"/review/{sent.id}/claim{kept}", headers=HTMX).text
    assert f'href="/review/{sent.id}{kept}"' in part.replace("&amp;", "&")
    there = desk.post(f"/review/{sent.id}/claim{kept}").location
    assert there == f"/review/{sent.id}{kept}"
    page = desk.get(there).text.replace("&amp;", "&")
    assert f'class="govuk-back-link" href="/review{kept}"' in page
    for step in ("accept", "ask", "set-aside", "at-risk", "hand-back"):
        assert f'"/review/{sent.id}/{step}{kept}"' in page
    if path != "hand-back":
        step = desk.get(f"/review/{sent.id}/{path}{kept}").text.replace("&amp;", "&")
        assert f'class="govuk-back-link" href="{there}"' in step
        assert "<form" in step and "action=" not in step.split("<main")[1].split("<form")[1][:60]
    given = SETTLE.get(path, {"words": "Somebody is in danger."})
    after = desk.post(f"/review/{sent.id}/{path}{kept}", data=given).location
    assert after.startswith("/review?")
    asked = dict(parse_qsl(urlsplit(after).query))
    assert (asked.pop("pilot"), asked.pop("state")) == (str(pilot), "submitted")
    assert asked in ({"done": sent.reference}, {"passed": "on"})
    assert f'value="{pilot}" selected' in desk.get(after).text


def test_the_queue_keeps_nothing_else_of_an_address(made: Stage) -> None:
    sent, desk = made.sent(), made.desk()
    odd = "?pilot=//evil.example&state=draft&next=https://evil.example&id=3"
    assert desk.post(f"/review/{sent.id}/claim{odd}").location == f"/review/{sent.id}"
    there = desk.post(f"/review/{sent.id}/hand-back{odd}").location
    assert there == f"/review?done={sent.reference}"
    assert "evil" not in desk.get(f"/review/{sent.id}{odd}").text.split("<main")[1]


def test_a_link_about_one_answer_is_not_named_as_the_one_below_each_page(made: Stage) -> None:
    made.world.person("Sal Osei", made.camden, "safeguarding-lead")
    sent, desk = made.sent(), made.desk()
    page = desk.get(f"/review/{sent.id}").text
    named = re.findall(r"<a [^>]*>(Someone [^<]*)</a>", page)
    assert sorted(named) == ["Someone in this answer may be at risk", "Someone may be at risk"]
    light = desk.get("/review").text.split('class="app-light"')[1].split("</div>")[0]
    assert sent.reference in light
    assert made.lantern.name not in light


def test_only_reviewers_have_a_queue(made: Stage) -> None:
    made.sent()
    assert made.phone().get("/review").status_code == 404
    assert made.somebody("Olga", "decision-owner").get("/review").status_code == 404
    assert made.world.app.test_client().get("/review").status_code == 303


def test_taking_one_off_the_queue(made: Stage) -> None:
    sent = made.sent()
    first, second = made.desk(), made.somebody("Rosa", "reviewer")
    part = first.post(f"/review/{sent.id}/claim", headers=HTMX)
    assert part.status_code == 200
    assert f'href="/review/{sent.id}" data-focus' in part.text
    assert f'data-announce="{sent.reference} is yours to read."' in part.text
    late = second.post(f"/review/{sent.id}/claim", headers=HTMX)
    assert 'data-announce="Ravi has this one already."' in late.text
    assert second.post(f"/review/{sent.id}/claim").status_code == 409
    assert first.post(f"/review/{sent.id}/claim").location == f"/review/{sent.id}"  # a second tap
    assert made.now(sent).claimed_by_id == made.reviewer.id
    assert "Being read: <span" in second.get("/review").text
    assert "Ravi is reading it." in second.get(f"/review/{sent.id}").text
    assert "You are reading it." in first.get(f"/review/{sent.id}").text
    claims = [one for one in made.world.all(Event) if one.verb == "contribution:claim"]
    assert len(claims) == 1


def test_handing_it_back(made: Stage) -> None:
    sent, desk = made.sent(), made.desk()
    desk.post(f"/review/{sent.id}/claim")
    there = desk.post(f"/review/{sent.id}/hand-back").location
    assert f"{sent.reference} is done." in desk.get(there).text
    assert made.now(sent).state == "submitted"
    assert made.now(sent).claimed_by_id is None
    assert "It waits for another reader" in made.phone().get(f"/contributions/{sent.id}").text


SETTLE: dict[str, dict[str, str]] = {
    "hand-back": {},
    "ask": {"words": "Which month was that?"},
    "accept": NEWS,
    "set-aside": {"code": "twice", "reason": "Thank you. Your colleague told us the same."},
}


@pytest.mark.parametrize("path", SETTLE)
def test_only_its_reader_settles_it(made: Stage, path: str) -> None:
    sent = made.sent()
    made.desk().post(f"/review/{sent.id}/claim")
    rosa = made.somebody("Rosa", "reviewer")
    page = rosa.post(f"/review/{sent.id}/{path}", data=SETTLE[path])
    assert page.status_code in (409, 422)
    assert "Ravi is reading it." in page.text
    assert (made.now(sent).state, made.now(sent).claimed_by_id) == ("in-review", made.reviewer.id)
    assert made.world.all(Message) == []
    shown = rosa.get(f"/review/{sent.id}").text
    for offered in ("Accept it", "Ask them something", "Set it aside", "Hand it back"):
        assert offered not in shown
    assert "Take it over" in shown
    assert "Take it over" not in made.desk().get(f"/review/{sent.id}").text


def test_a_colleague_takes_over_and_all_can_see_it(made: Stage) -> None:
    sent = made.sent()
    made.desk().post(f"/review/{sent.id}/claim")
    rosa = made.somebody("Rosa", "reviewer")
    there = rosa.post(f"/review/{sent.id}/claim", data={"instead_of": made.reviewer.id}).location
    assert "You are reading it." in rosa.get(there).text
    assert "Rosa is reading it." in made.desk().get(f"/review/{sent.id}").text
    (event,) = [one for one in made.world.all(Event) if one.verb == "contribution:take-over"]
    assert event.facts == {"instead_of": made.reviewer.id}
    assert [one.to_person_id for one in parcels(made, "taken-over")] == [made.reviewer.id]
    assert "Somebody else is reading it now" in made.phone().get(f"/contributions/{sent.id}").text
    assert rosa.post(f"/review/{sent.id}/accept", data=NEWS).status_code == 303


def test_of_two_who_take_over_at_once_one_does(made: Stage) -> None:
    sent = made.sent()
    made.desk().post(f"/review/{sent.id}/claim")
    rosa, theo = made.somebody("Rosa", "reviewer"), made.somebody("Theo", "reviewer")
    given = {"instead_of": made.reviewer.id}
    assert rosa.post(f"/review/{sent.id}/claim", data=given).status_code == 303
    late = theo.post(f"/review/{sent.id}/claim", data=given)
    assert late.status_code == 409
    assert "Rosa has this one already." in late.text
    assert rosa.post(f"/review/{sent.id}/claim", data=given).status_code == 303  # a second tap
    assert len([one for one in made.world.all(Event) if "take-over" in one.verb]) == 1
    assert made.now(sent).claimed_by_id == made.world.person("Rosa", made.camden).id


def test_nobody_takes_over_what_their_own_organisation_gave(world: World) -> None:
    made = stage(world)
    sent = made.sent()
    made.desk().post(f"/review/{sent.id}/claim")
    own = world.person("Lena", made.lantern, "reviewer", at=made.pilot)
    with pytest.raises(Refused, match="your own organisation"):
        world.do((own, made.lantern), review.take_over, sent, instead_of=made.reviewer.id)


def test_a_colleague_thanks_where_another_asked_back(made: Stage) -> None:
    """What a partner asked for itself is settled by whoever of it is there."""
    answer = next(one for one in made.world.all(Contribution) if one.pilot_id is None)
    asked = made.world.all(Request)[0]
    assert (answer.request_id, answer.state) == (asked.id, "submitted")
    assert made.phone().post(f"/review/{answer.id}/ask", data={"words": "Since when?"}).location
    made.world.do((made.lead, made.camden), review.reply, answer, words="Since May.")
    second = made.world.person("Hodan", made.lantern, "member")
    desk = made.world.client(second, made.lantern)
    assert "Thank you, that answers it" in desk.get(f"/review/{answer.id}").text
    assert desk.post(f"/review/{answer.id}/thanks").status_code == 303
    held = made.now(answer)
    assert (held.state, held.claimed_by_id) == ("accepted", second.id)
    assert [one for one in made.world.all(Event) if one.verb == "contribution:take-over"]


# Reading, inside the scope


def test_a_reader_sees_the_numbers_while_the_agreement_allows_it(made: Stage) -> None:
    sent = made.sent()
    page = made.desk().get(f"/review/{sent.id}")
    for said in ("Gospel Oak", ">21</td>", "They never came back.", "Lantern Women’s Circle"):
        assert said in page.text
    assert "In the portal" in page.text


def test_the_clause_stands_instead_of_the_answer_once_it_does_not(made: Stage) -> None:
    sent = made.sent()
    held = made.world.all(Agreement)[0]
    made.world.do((made.rahima, made.lantern), ending.end, held, reason="We stop here for now.")
    page = made.desk().get(f"/review/{sent.id}").text
    assert "There is no trust agreement in force between you." in page
    for gone in ("Gospel Oak", ">21<", "They never came back."):
        assert gone not in page.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("option", "hidden", "shown"),
    [
        ("no-counts", ">21</td>", "They never came back."),
        ("no-stories", "They never", ">21</td>"),
    ],
)
def test_only_what_the_agreement_leaves_out_is_hidden(
    made: Stage, option: str, hidden: str, shown: str
) -> None:
    """The terms of one category end: its answers go, the others stay."""
    sent = made.sent()
    category = {"no-counts": "count", "no-stories": "story"}[option]
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        for one in session.query(Terms).where(Terms.category == category):
            one.ended_at = made.world.now
    page = made.desk().get(f"/review/{sent.id}").text
    assert hidden not in page
    assert shown in page
    assert "The trust agreement between you does not allow this." in page


def test_nobody_reviews_what_their_own_organisation_gave(world: World) -> None:
    made = stage(world)
    sent = made.sent()
    own = world.person("Lena", made.lantern, "reviewer", at=made.pilot)
    desk = world.client(own, made.lantern)
    assert sent.reference not in desk.get("/review").text
    for path in ("", "/ask", "/accept", "/set-aside", "/at-risk"):
        assert desk.get(f"/review/{sent.id}{path}").status_code == 404
    assert desk.post(f"/review/{sent.id}/claim").status_code == 404
    with pytest.raises(Exception, match="your own organisation"):
        world.do((own, made.lantern), review.claim, sent)


def test_reviewers_of_another_pilot_see_nothing(world: World) -> None:
    made = stage(world)
    sent = made.sent()
    other = world.pilot(made.camden, made.lead, name="Another")
    desk = made.somebody("Rosa", "reviewer", at=other)
    assert sent.reference not in desk.get("/review").text
    for path in ("", "/ask", "/accept", "/set-aside", "/at-risk"):
        assert desk.get(f"/review/{sent.id}{path}").status_code == 404, path
    for path in ("claim", "hand-back", "thanks", "ask", "accept", "set-aside", "at-risk"):
        assert desk.post(f"/review/{sent.id}/{path}").status_code == 404, path
    assert made.now(sent).state == "submitted"


# Asking, accepting, setting aside


def test_each_page_says_what_is_missing(made: Stage) -> None:
    sent, desk = made.sent(), made.desk()
    desk.post(f"/review/{sent.id}/claim")
    for path, said in (
        ("ask", "Write your question"),
        ("accept", "Give the day by which they hear more"),
        ("set-aside", "Choose a reason"),
        ("at-risk", "Say in a few words what worries you"),
    ):
        page = desk.post(f"/review/{sent.id}/{path}")
        assert page.status_code == 422
        assert said in page.text
    past = {**NEWS, "next_news_on-year": "2020"}
    page = desk.post(f"/review/{sent.id}/accept", data=past)
    assert "Give a day that is still to come." in page.text
    assert made.now(sent).state == "in-review"


def test_what_was_not_taken_cannot_be_settled(made: Stage) -> None:
    sent, desk = made.sent(), made.desk()
    page = desk.post(f"/review/{sent.id}/accept", data=NEWS)
    assert page.status_code == 422
    assert "This cannot be done now." in page.text
    assert made.world.all(Figure) == []


def test_accepting_makes_figures_and_tells_the_group(made: Stage) -> None:
    sent, desk = made.sent(), made.desk()
    desk.post(f"/review/{sent.id}/claim")
    done = desk.post(f"/review/{sent.id}/accept", data={**NEWS, "token": "t" * 22})
    again = desk.post(f"/review/{sent.id}/accept", data={**NEWS, "token": "t" * 22})
    assert done.location == again.location
    assert len(made.world.all(Figure)) == 2
    assert [one.to_person_id for one in parcels(made, "accepted")] == [made.rahima.id]
    assert "They hear more by:" in desk.get(f"/review/{sent.id}").text
    assert "You hear more by 1 June 2040." in made.phone().get(f"/contributions/{sent.id}").text
    assert sent.reference not in desk.get("/review").text.split("<main")[1].split('id="queue"')[1]
    assert sent.reference in desk.get("/review?state=accepted").text


def test_nothing_yet_is_an_answer_with_the_next_day(made: Stage) -> None:
    sent, desk = made.accepted(), made.desk()
    assert "Tell them there is nothing new yet" in desk.get(f"/review/{sent.id}").text
    path = f"/review/{sent.id}/news"
    assert desk.get(path).status_code == 200
    assert "Give the day by which they hear more" in desk.post(path, data={}).text
    past = {"next_news_on-day": "1", "next_news_on-month": "6", "next_news_on-year": "2020"}
    assert "Give a day that is still to come." in desk.post(path, data=past).text
    said = {**NEWS, "reason": "The repairs team looks at it."}
    assert desk.post(path, data=said).status_code == 303
    assert "They hear more by:" in desk.get(f"/review/{sent.id}").text
    page = made.phone().get(f"/contributions/{sent.id}").text
    assert "Nothing new yet" in page
    assert "You hear more by 1 June 2040." in page
    assert "The repairs team looks at it." in page
    assert [one.to_person_id for one in parcels(made, "news")] == [made.rahima.id]


def test_nothing_yet_is_for_what_was_accepted(made: Stage) -> None:
    sent, desk = made.sent(), made.desk()
    desk.post(f"/review/{sent.id}/claim")
    assert "nothing new yet" not in desk.get(f"/review/{sent.id}").text
    assert desk.post(f"/review/{sent.id}/news", data=NEWS).status_code == 422
    assert parcels(made, "news") == []


def test_setting_aside_gives_a_reason_that_the_group_reads(made: Stage) -> None:
    sent, desk = made.sent(), made.desk()
    desk.post(f"/review/{sent.id}/claim")
    given = {"code": "twice", "reason": "Thank you. Your colleague told us the same."}
    assert desk.post(f"/review/{sent.id}/set-aside", data=given).status_code == 303
    page = made.phone().get(f"/contributions/{sent.id}").text
    assert "Not used: It says what another one says" in page
    assert "Thank you. Your colleague told us the same." in page
    assert len(parcels(made, "not-used")) == 1
    assert made.world.all(Figure) == []


def test_a_question_reaches_the_group_by_mail_without_its_words(made: Stage) -> None:
    sent, desk = made.sent(), made.desk()
    desk.post(f"/review/{sent.id}/claim")
    desk.post(f"/review/{sent.id}/ask", data={"words": "Which month was that?"})
    assert made.world.all(Message)[0].words == "Which month was that?"
    told = parcels(made, "asked")
    assert [one.to_person_id for one in told] == [made.rahima.id]
    assert told[0].facts == {}
    waits = desk.get("/review").text
    assert "Waiting for them" in waits
    assert "They asked you something about" in made.phone().get("/home").text


def test_an_own_question_is_not_settled_as_a_contribution(made: Stage) -> None:
    sent = made.sent()
    made.desk().post(f"/review/{sent.id}/claim")
    assert made.desk().post(f"/review/{sent.id}/thanks").status_code == 404
    assert made.now(sent).state == "in-review"


def test_a_connector_does_not_review_what_they_wrote_down(world: World) -> None:
    made = stage(world)
    wayside = world.partner("Wayside VCS Link", made.camden.kind)
    sheila = world.person("Sheila", wayside, "connector", "reviewer", at=made.pilot)
    draft = world.phoned(made.request, made.lantern, (sheila, wayside))
    given: dict[str, Any] = {"quote": "named", "read_back_to": "Hodan"}
    world.do((sheila, wayside), contributions.submit, draft, **given)
    page = world.client(sheila, wayside).post(f"/review/{draft.id}/claim")
    assert page.status_code == 409
    assert "You wrote this down for the group yourself." in page.text


def test_a_partner_is_not_changed_by_what_it_reads(made: Stage) -> None:
    before = made.world.read(Partner, made.lantern.id).version
    made.desk().get(f"/review/{made.sent().id}")
    assert made.world.read(Partner, made.lantern.id).version == before


def test_whoever_accepts_reads_by_when_news_was_promised(made: Stage) -> None:
    """The day that the agreement promises stands in the boxes: twenty working days."""
    sent, desk = made.sent(), made.desk()
    desk.post(f"/review/{sent.id}/claim")
    due = queue.news_by(made.now(sent).sent_at, "camden", "Camden")
    assert due == settings_of("camden").calendar.add_working_days(made.now(sent).sent_at, 20)
    page = desk.get(f"/review/{sent.id}/accept").text
    assert "The agreement promises them news by" in page
    for part in ("day", "month", "year"):
        box = re.search(rf'<input[^>]*name="next_news_on-{part}"[^>]*>', page)
        assert box
        assert f'value="{getattr(due, part)}"' in box[0]


def test_a_later_day_than_was_promised_needs_a_reason_that_the_group_reads(world: World) -> None:
    made = stage(world, 2)
    desk = made.desk()
    on_time, late = made.sent(0), made.sent(1)
    for sent in (on_time, late):
        desk.post(f"/review/{sent.id}/claim")
    with made.world.database.reading() as session:
        due = queue.news_due(session, made.now(late))

    def accepted(sent: Contribution, day: date, **more: str) -> TestResponse:
        parts = {
            f"next_news_on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")
        }
        return desk.post(f"/review/{sent.id}/accept", data={**parts, **more})

    assert accepted(on_time, due).status_code == 303
    later = due + timedelta(days=1)
    refused = accepted(late, later, reason=" ")
    assert refused.status_code == 422
    assert "Say why it will be later." in refused.text
    assert made.now(late).state == "in-review"
    assert accepted(late, later, reason="The panel meets in May.").status_code == 303
    page = made.phone(1).get(f"/contributions/{late.id}").text
    assert "You hear more by" in page
    assert "The panel meets in May." in page
