"""What a partner shares: its list, its receipt and timeline, entry on behalf, and taking back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pilots import cohort, contributions, entering, requests
from pilots import insight as insights
from pilots.contributions import Contribution
from pilots.insight import Insight
from tests.portal.stage import Stage, stage, statements
from tests.world import World
from trust.audit import Event, Moment
from trust.outbox import Parcel
from trust.partners import Kind
from trust.records import Hidden, Ref, Refused
from trust.sightings import Sighting
from trust.terms import Terms


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


# The list


def test_the_list_before_anything_was_shared(made: Stage) -> None:
    page = made.phone().get("/contributions")
    assert "Nothing here yet" in page.text
    assert "/home" in page.text


def test_the_list_names_each_state_and_pages_after_fifty(made: Stage) -> None:
    first = made.sent()
    phone = made.phone()
    with statements(made.world) as few:
        page = phone.get("/contributions")
    assert first.reference in page.text
    assert "Sent" in page.text
    for _ in range(51):
        made.sent()
    with statements(made.world) as many:
        page = phone.get("/contributions")
    assert len(many) == len(few) <= 3
    assert page.text.count('app-card"') == 50
    assert first.reference in phone.get("/contributions?page=2").text
    assert phone.get("/contributions?page=3").status_code == 404


def test_another_partners_list_and_receipt_stay_closed(world: World) -> None:
    made = stage(world, 2)
    sent = made.sent()
    other = made.phone(1)
    assert sent.reference not in other.get("/contributions").text
    for path in ("", "/take-back"):
        assert other.get(f"/contributions/{sent.id}{path}").status_code == 404
        assert other.post(f"/contributions/{sent.id}{path}").status_code == 404
    assert made.now(sent).state == "submitted"
    assert world.app.test_client().get(f"/contributions/{sent.id}").status_code == 303


# The receipt


def test_the_receipt_says_what_was_sent_and_what_comes_next(made: Stage) -> None:
    sent = made.sent()
    page = made.phone().get(f"/contributions/{sent.id}")
    for said in (
        sent.reference,
        "You sent it",
        "Somebody reads it by",
        "(not yet)",
        "Gospel Oak",
        ">21</td>",
        "Yes, as “a local group”",
        "Take it back",
    ):
        assert said in page.text
    assert page.text.count("May we quote you?") == 1


def test_a_receipt_of_before_thanks_nobody_again(made: Stage) -> None:
    sent = made.sent()
    phone = made.phone()
    page = phone.get(f"/contributions/{sent.id}").text
    assert "<title>Damp repairs" in page
    assert "Thank you. It is sent" not in page
    assert "Thank you. It is sent" in phone.get(f"/contributions/{sent.id}?sent=1").text
    made.desk().post(f"/review/{sent.id}/claim")
    page = phone.get(f"/contributions/{sent.id}?sent=1").text  # a page left open
    assert "Thank you. It is sent" not in page


def test_a_state_has_the_same_colour_everywhere(made: Stage) -> None:
    sent = made.accepted()
    phone = made.phone()
    for path in ("/contributions", f"/contributions/{sent.id}"):
        assert 'govuk-tag--green">Accepted' in phone.get(path).text


def test_taking_it_back_is_told_before_and_after(made: Stage) -> None:
    sent = made.sent()
    phone = made.phone()
    page = phone.get(f"/contributions/{sent.id}/take-back").text
    assert "If you take it back, nobody else can open it any more." in page
    after = phone.post(f"/contributions/{sent.id}/take-back").location
    assert "You took it back." in phone.get(after).text
    assert "You took it back." not in phone.get(f"/contributions/{sent.id}").text.split("What")[0]


def test_the_receipt_says_who_has_read_it(made: Stage) -> None:
    sent = made.sent()
    assert "Who has read it" not in made.phone().get(f"/contributions/{sent.id}").text
    assert made.desk().get(f"/review/{sent.id}").status_code == 200
    page = made.phone().get(f"/contributions/{sent.id}")
    assert "Who has read it" in page.text
    assert "Ravi, Camden Council" in page.text
    assert [one.how for one in made.world.all(Sighting)] == ["read"]


def test_the_reviewer_asks_and_the_group_answers(made: Stage) -> None:
    sent = made.sent()
    desk, phone = made.desk(), made.phone()
    desk.post(f"/review/{sent.id}/claim")
    asked = desk.post(f"/review/{sent.id}/ask", data={"words": "Which month was that?"})
    assert asked.status_code == 303
    page = phone.get(f"/contributions/{sent.id}")
    assert "They ask you something" in page.text
    assert page.text.index("They ask you something") < page.text.index("What came of it")
    assert "Which month was that?" in page.text
    assert "This is not the place to report" in page.text
    empty = phone.post(f"/contributions/{sent.id}", data={"words": " "})
    assert empty.status_code == 422
    assert made.now(sent).state == "asked"
    replied = phone.post(f"/contributions/{sent.id}", data={"words": "In May."})
    assert "Your answer is sent. Thank you." in phone.get(replied.location).text
    assert made.now(sent).state == "in-review"
    assert "In May." in desk.get(f"/review/{sent.id}").text
    steps = phone.get(f"/contributions/{sent.id}").text
    assert steps.index("They asked you something") < steps.index("You answered")
    late = phone.post(f"/contributions/{sent.id}", data={"words": "And June."})
    assert late.status_code == 422  # nobody asks now
    assert "And June." not in desk.get(f"/review/{sent.id}").text


# A partner's own question


def test_a_partner_reads_the_answer_to_its_own_question(made: Stage) -> None:
    world = made.world
    answer = world.all(Contribution)[0]  # how the council gave first
    told = {one.kind for one in world.all(Parcel) if one.about == Ref.of(answer)}
    assert told == {"answer", "receipt"}
    phone = made.phone()
    home = phone.get("/home")
    assert "Read what Camden Council answered" in home.text
    there = phone.get(f"/contributions/{answer.id}")
    assert there.location == f"/review/{answer.id}"
    page = phone.get(there.location)
    assert "Nine days from report to visit." in page.text
    assert f"{made.lead.name}, Camden Council, answered on" in page.text
    assert answer.reference not in page.text
    assert "Not taken yet" not in page.text
    assert "You said that this answers your question." not in page.text
    assert "Thank you, that answers it" in page.text
    back = phone.post(f"/review/{answer.id}/ask", data={"words": "Working days?"})
    assert back.status_code == 303
    council = world.client(made.lead, made.camden)
    assert "Working days?" in council.get(f"/contributions/{answer.id}").text
    council.post(f"/contributions/{answer.id}", data={"words": "Yes."})
    token = {"token": "t" * 22}
    for _ in range(2):
        done = phone.post(f"/review/{answer.id}/thanks", data=token)
        assert done.status_code == 303
    assert made.now(answer).state == "accepted"
    assert "You said that this answers your question." in phone.get(done.location).text
    assert "Read what Camden" not in phone.get("/home").text
    assert "Accepted" in council.get(f"/contributions/{answer.id}").text


# Entry on behalf


def entered(made: Stage, how: str = "phone") -> int:
    sheila = made.connector()
    page = sheila.get(f"/pilots/{made.pilot.id}/enter")
    assert "Lantern Women’s Circle" in page.text
    given = {"giver": f"{made.request.id}-{made.lantern.id}", "channel": how}
    there = sheila.post(f"/pilots/{made.pilot.id}/enter", data=given).location
    id = int(there.split("/")[2])
    for key, typed in made.typed().items():
        assert "You write this down for Lantern" in sheila.get(f"/contributions/{id}/q/{key}").text
        assert sheila.post(f"/contributions/{id}/q/{key}", data=typed).status_code == 303
    return id


def test_a_connector_writes_down_what_a_group_says_and_reads_it_back(made: Stage) -> None:
    id = entered(made)
    sheila = made.connector()
    check = sheila.get(f"/contributions/{id}/check")
    assert "Read these answers out" in check.text
    assert "Lantern Women’s Circle" in check.text
    unread = sheila.post(f"/contributions/{id}/send", data={"quote": "named"})
    assert unread.status_code == 422
    assert "Read the answers back first" in unread.text
    who = (made.world.person("Sheila", None), made.world.partner("Wayside VCS Link"))
    with pytest.raises(Refused, match="Read the answers back first"):
        made.world.do(who, contributions.submit, made.now(id), quote="named")
    given = {"quote": "named", "read_back_to": "Hodan"}
    receipt = sheila.post(f"/contributions/{id}/send", data=given)
    assert receipt.status_code == 303
    sent = made.now(id)
    assert (sent.state, sent.channel, sent.read_back_to) == ("submitted", "phone", "Hodan")
    assert sent.read_back_at is not None
    page = sheila.get(receipt.location)
    assert sent.reference in page.text
    assert "Give them the reference" in page.text
    assert "Take it back" not in page.text
    # the group sees it, and the reviewer
    timeline = made.phone().get(f"/contributions/{id}").text
    assert "Sheila wrote it down for you: By phone" in timeline
    assert "Sheila read it back to Hodan, and sent it" in timeline
    assert "Is it not what you said?" in timeline
    read = made.desk().get(f"/review/{id}").text
    assert "By phone" in read
    assert "Read back to Hodan." in read


def test_the_group_can_say_that_it_is_wrong(made: Stage) -> None:
    id = entered(made, "paper")
    sheila = made.connector()
    sheila.post(f"/contributions/{id}/send", data={"quote": "named", "read_back_to": "Hodan"})
    assert sheila.post(f"/contributions/{id}/take-back").status_code == 404
    phone = made.phone()
    assert (
        phone.post(f"/contributions/{id}/take-back", data={"reason": "Not so"}).status_code == 303
    )
    assert made.now(id).state == "withdrawn"
    assert sheila.get(f"/contributions/{id}").status_code == 404
    assert made.desk().get(f"/review/{id}").status_code == 404


def test_a_connector_answers_a_question_for_the_group(made: Stage) -> None:
    id = entered(made)
    sheila, desk = made.connector(), made.desk()
    sheila.post(f"/contributions/{id}/send", data={"quote": "named", "read_back_to": "Hodan"})
    desk.post(f"/review/{id}/claim")
    desk.post(f"/review/{id}/ask", data={"words": "Which month?"})
    who = (made.world.person("Sheila", None), made.world.partner("Wayside VCS Link"))
    with pytest.raises(Hidden):  # what was sent is the group's alone to take back
        made.world.do(who, contributions.withdraw, made.now(id))
    assert sheila.post(f"/contributions/{id}", data={"words": "May, they say."}).status_code == 303
    assert "Sheila answered for you" in made.phone().get(f"/contributions/{id}").text


def test_the_group_goes_on_with_what_was_begun_for_it(made: Stage) -> None:
    id = entered(made)
    phone = made.phone()
    assert made.begun(phone) == id
    sent = phone.post(f"/contributions/{id}/send", data={"quote": "named"})  # nothing to read back
    assert sent.status_code == 303
    assert made.now(id).read_back_to == ""


def test_an_entry_is_its_connectors_and_the_groups_alone(made: Stage) -> None:
    id = entered(made)
    others = [made.desk(), made.connector("Tomasz"), made.somebody("Ines", "coordinator")]
    for other in others:
        for path in ("", "/q/q3", "/check", "/send", "/take-back"):
            assert other.get(f"/contributions/{id}{path}").status_code == 404, path
        assert other.post(f"/contributions/{id}/q/q3", data={"q3": "x"}).status_code == 404
    sheila = made.connector()
    assert "For Lantern Women’s Circle. By phone." in sheila.get("/contributions").text
    assert sheila.post(f"/contributions/{id}/take-back").status_code == 303
    assert made.now(id).state == "withdrawn"  # a draft may be thrown away by whoever wrote it


def test_two_people_never_write_the_same_answer(made: Stage) -> None:
    world = made.world
    sheila, wayside = world.person("Sheila", None), world.partner("Wayside", Kind.INFRASTRUCTURE)
    world.person("Sheila", wayside, "connector", at=made.pilot)
    tomasz = world.person("Tomasz", wayside, "connector", at=made.pilot)
    given = {"giver": made.lantern, "channel": "phone"}
    first = world.do((sheila, wayside), entering.enter, made.request, **given)
    again = world.do((sheila, wayside), entering.enter, made.request, **given)
    assert first.id == again.id
    with pytest.raises(Refused, match="Somebody else"):
        world.do((tomasz, wayside), entering.enter, made.request, **given)


def test_a_group_that_began_itself_is_left_to_finish(made: Stage) -> None:
    id = made.filled(made.phone())
    sheila = made.connector()
    given = {"giver": f"{made.request.id}-{made.lantern.id}", "channel": "phone"}
    page = sheila.post(f"/pilots/{made.pilot.id}/enter", data=given)
    assert page.status_code == 422
    assert "This group has begun to answer by itself" in page.text
    assert "They never came back." not in page.text
    assert sheila.get(f"/contributions/{id}").status_code == 404


def test_only_a_connector_of_the_pilot_enters_for_groups_that_were_asked(made: Stage) -> None:
    world = made.world
    sheila = made.connector()
    stranger = world.partner("Kettle and Carers")
    path = f"/pilots/{made.pilot.id}/enter"
    given = {"giver": f"{made.request.id}-{stranger.id}", "channel": "phone"}
    assert sheila.post(path, data=given).status_code == 422
    assert "Kettle" not in sheila.get(path).text
    assert sheila.post(path, data={}).status_code == 422
    assert sheila.post(path, data={**given, "channel": "web"}).status_code == 422
    for other in (made.phone(), made.desk(), made.somebody("Ines", "coordinator")):
        assert other.get(path).status_code == 404
        assert other.post(path, data=given).status_code == 404
    wayside = world.partner("Wayside VCS Link", Kind.INFRASTRUCTURE)
    who = (world.person("Sheila", wayside), wayside)
    with pytest.raises(Hidden):
        world.do(who, entering.enter, made.request, giver=stranger, channel="phone")


def test_nothing_to_enter_while_nothing_is_asked(made: Stage) -> None:
    made.world.do((made.lead, made.camden), requests.close, made.request)
    page = made.connector().get(f"/pilots/{made.pilot.id}/enter")
    assert "Nothing is asked of a group now" in page.text


# Taking it back


def test_what_was_taken_back_is_not_counted_as_answered(world: World) -> None:
    made = stage(world, 2)
    one, two = made.accepted(0), made.accepted(1)
    reader = made.reviewer, made.camden
    found = world.insight(made.pilot, reader, one, two, shown=True)
    found = world.published(found, reader, *(group[::-1] for group in made.groups))
    world.do(made.groups[0][::-1], contributions.withdraw, one)
    olu = world.person("Olu", made.camden, "decision-owner", at=made.pilot)
    world.response(found, (olu, made.camden))
    (event,) = [held for held in world.all(Event) if held.verb == "response:give"]
    moments = [held for held in world.all(Moment) if held.event_id == event.id]
    assert [(held.kind, held.thread) for held in moments] == [("answered", Ref.of(two))]


def test_what_cannot_be_called_back_is_said_before(world: World) -> None:
    made = stage(world, 2)
    mine, other = made.accepted(0), made.accepted(1)
    made.desk().get(f"/review/{mine.id}")
    found = insight(made, mine, other)
    phone = made.phone()
    page = phone.get(f"/contributions/{mine.id}/take-back")
    for said in (
        "It stays on file that you sent something",
        "Ravi has read it",
        "Families stay silent.",
        "Your words are taken out of it.",
    ):
        assert said in page.text
    assert phone.get(f"/insights/{found.id}").text.count("They never came back.") == 1
    assert phone.post(f"/contributions/{mine.id}/take-back").status_code == 303
    assert "This was taken back" in phone.get(f"/contributions/{mine.id}").text
    desk = made.desk()
    assert desk.get(f"/review/{mine.id}").status_code == 404
    shown = desk.get(f"/insights/{found.id}").text
    assert "They never came back." not in shown
    assert "It rests on 1 organisation." in shown
    again = phone.post(f"/contributions/{mine.id}/take-back")
    assert again.status_code == 303  # a second tap changes nothing
    assert "Take it back" not in phone.get(f"/contributions/{mine.id}").text


def insight(made: Stage, *rests_on: Contribution) -> Insight:
    """An insight that quotes the first, shown to those it rests on."""
    who = (made.reviewer, made.camden)
    quoted = {one.id: "They never came back." if one is rests_on[0] else "" for one in rests_on}
    found = made.world.do(
        who,
        insights.write,
        made.pilot,
        statement="Families stay silent.",
        lang="en",
        confidence="likely",
        caveats="",
        rests_on=quoted,
    )
    day = (made.world.now + timedelta(days=7)).date()
    made.world.do(who, insights.show, found, answer_by=day)
    return made.world.read(Insight, found.id)


def test_a_draft_is_thrown_away_whole(made: Stage) -> None:
    phone = made.phone()
    id = made.filled(phone)
    assert "What you typed is deleted" in phone.get(f"/contributions/{id}/take-back").text
    thrown = phone.post(f"/contributions/{id}/take-back").location
    assert "Your draft is thrown away." in phone.get(thrown).text
    gone = made.now(id)
    assert gone.state == "withdrawn"
    with made.world.database.reading() as session:
        assert session.get_one(Contribution, id).drafts == []
    assert made.begun(phone) != id


# What came of it, for each contributor


def test_the_timeline_of_each_contributor(world: World) -> None:
    """One accepted and used, one set aside with a reason, one passed on: each reads its own."""
    made = stage(world, 3)
    used, aside, risk = made.sent(0), made.sent(1), made.sent(2)
    world.person("Sam", made.camden, "safeguarding-lead")
    desk = made.desk()
    for one in (used, aside, risk):
        desk.post(f"/review/{one.id}/claim")
    day = {"next_news_on-day": "1", "next_news_on-month": "6", "next_news_on-year": "2040"}
    day |= {"reason": "The panel meets only then."}
    assert desk.post(f"/review/{used.id}/accept", data=day).status_code == 303
    given = {"code": "outside", "reason": "Thank you. We asked about damp."}
    assert desk.post(f"/review/{aside.id}/set-aside", data=given).status_code == 303
    assert desk.post(f"/review/{risk.id}/at-risk", data={"words": "A child"}).status_code == 303
    first = made.phone(0).get(f"/contributions/{used.id}").text
    for said in (
        "You sent it",
        "Somebody is reading it",
        "Accepted",
        "You hear more by 1 June 2040",
        "The panel meets only then.",
    ):
        assert said in first
    second = made.phone(1).get(f"/contributions/{aside.id}").text
    assert "Not used: It is about something else than we asked" in second
    assert "Thank you. We asked about damp." in second
    third = made.phone(2).get(f"/contributions/{risk.id}").text
    assert "safeguarding" not in third.split("<footer")[0].split("What came of it")[1]
    assert "A child" not in first + second + third
    found = insight(made, made.now(used))
    shown = made.phone(0).get(f"/contributions/{used.id}").text
    assert "We learned something from it. You see it first." in shown
    assert f"/insights/{found.id}" in shown
    assert f"/insights/{found.id}" not in made.phone(1).get(f"/contributions/{aside.id}").text


def test_nothing_new_is_taken_after_a_group_has_left(world: World) -> None:
    made = stage(world, 1)
    draft = made.filled(made.phone())
    with world.database.reading() as session:
        member = cohort.members(session, made.pilot.id)[0]
    world.do((made.rahima, made.lantern), cohort.leave, member, reason="We are too few now.")
    page = made.phone().post(f"/contributions/{draft}/send", data={"quote": "sector"})
    assert page.status_code == 422
    assert "does not take part in this pilot now. Your answers are kept." in page.text
    assert world.read(Contribution, draft).state == "draft"


def test_nothing_new_is_taken_after_an_agreement_has_ended(world: World) -> None:
    made = stage(world, 1)
    draft = made.filled(made.phone())
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        for terms in session.scalars(select(Terms)):
            terms.ended_at = world.now
    page = made.phone().post(f"/contributions/{draft}/send", data={"quote": "sector"})
    assert page.status_code == 409
    assert "No trust agreement allows this now. Your answers are kept." in page.text
    assert world.read(Contribution, draft).state == "draft"
