"""How much is asked of a group: the minutes it really took, what that comes to in three months by
all who ask, and the reason for more than was agreed."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pilots import asking, burden, cohort, composing, requests
from pilots.requests import Asked, Request
from tests.load.scene import copies
from tests.portal.stage import Stage, stage
from tests.world import World
from trust.calendar import quarter_of
from trust.ledger import Promised
from trust.outbox import Parcel
from trust.partners import Kind
from trust.records import Refused

PAGE = "/questions/time"


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


def asked(made: Stage, giver_id: int | None = None) -> Asked:
    """How the stage's request was put to a group."""
    with made.world.database.reading() as session:
        stmt = select(Asked).filter_by(
            request_id=made.request.id, giver_id=giver_id or made.lantern.id
        )
        return session.scalars(stmt).one()


def csrf(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return {"csrf_token": found[1]}


def agreed_on(world: World, minutes: int) -> None:
    """What the council promised is another number."""
    stmt = update(Promised).where(Promised.key == "time").values(minutes=minutes)
    with world.database.engine.begin() as connection:
        connection.execute(stmt)


def took(made: Stage, minutes: dict[int, int]) -> None:
    for giver, number in minutes.items():
        stmt = update(Asked).where(Asked.giver_id == giver, Asked.request_id == made.request.id)
        with made.world.database.engine.begin() as connection:
            connection.execute(stmt.values(took=number))


def another(made: Stage, minutes: int = 10) -> Request:
    """One more request of the pilot that is being written, with one question."""
    who = (made.lead, made.camden)
    given: dict[str, Any] = {"payment": "", "closes_on": None, "minutes": minutes}
    words = {"title": {"en": "More about damp"}, "why": {"en": "To know more"}}
    new = made.world.do(who, requests.write, made.pilot, **words, **given)
    made.world.do(
        who,
        composing.add_question,
        new,
        kind="long-text",
        words={"en": "What changed?"},
        why={"en": "To know more"},
    )
    found: Request = made.world.read(Request, new.id)
    return found


def desk(made: Stage) -> FlaskClient:
    return made.world.client(made.lead, made.camden)


# How long it took


def answer(made: Stage, pause: timedelta) -> Asked:
    """Four questions answered on a phone, each page open for a minute, with a break in the middle;
    then sent, a minute after the last."""
    phone = made.phone()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        id = made.begun(phone)
        made.world.app.config["WTF_CSRF_ENABLED"] = True
        for key, given in made.typed().items():
            there = f"/contributions/{id}/q/{key}"
            token = csrf(phone.get(there).text)
            clock.shift(60)
            assert phone.post(there, data=given | token).status_code == 303
            if key == "q2":
                clock.shift(pause)
        clock.shift(60)
        send = f"/contributions/{id}/send"
        sent = phone.post(send, data={"quote": "sector", **csrf(phone.get(send).text)})
        assert sent.status_code == 303
    return asked(made)


def test_an_answer_takes_as_long_as_somebody_was_at_it(made: Stage) -> None:
    """Five minutes: a break of five days counts for nothing."""
    found = answer(made, timedelta(days=5))
    assert (found.minutes, found.took) == (15, 5)
    with made.world.database.reading() as session:
        drafts = session.scalars(select(burden.DraftAnswer.seconds)).all()
        assert drafts and not any(drafts), "one number is kept, beside what was asked for"


def test_a_short_look_away_is_no_break(made: Stage) -> None:
    assert answer(made, timedelta(minutes=4)).took == 9


def test_what_was_filled_in_elsewhere_is_not_measured(made: Stage) -> None:
    made.sent()
    assert asked(made).took is None


def test_a_request_says_how_long_it_took_others_once_three_have_answered(world: World) -> None:
    made = stage(world, 3)
    ids = [partner.id for partner, _ in made.groups]
    address = f"/requests/{made.request.id}"
    took(made, dict(zip(ids[:2], (4, 20), strict=True)))
    assert "It took others" not in made.phone(2).get(address).text
    took(made, {ids[2]: 7})
    assert "About 15 minutes. It took others about 7 minutes." in made.phone(2).get(address).text
    assert "It took those who answered about 7 minutes." in desk(made).get(address).text
    again = world.do((made.lead, made.camden), composing.begin_again, made.request)
    assert world.read(Request, again.id).minutes == 7


# What a quarter comes to


def test_a_group_sees_what_it_was_asked_for_by_all_together(world: World) -> None:
    made = stage(world)
    rahima = made.rahima
    barnet = world.partner("Barnet Council", Kind.COUNCIL)
    noor = world.person("Noor", barnet, "relationship-lead", "signatory", "coordinator")
    world.agreed(made.lantern, barnet, rahima, noor)
    world.answered_question(made.lantern, rahima, barnet, noor)
    theirs = world.pilot(barnet, noor, (made.lantern, rahima), name="Warm rooms")
    world.request(theirs, barnet, noor)
    took(made, {made.lantern.id: 25})
    phone = made.phone()
    assert "How much time we were asked for" in phone.get("/questions").text
    page = phone.get(PAGE).text
    assert "40 minutes, by all together" in page, "25 that it took, and 15 as they say"
    assert "Barnet Council" in page and "It took 25 minutes." in page
    assert "You agreed with Camden Council on 60 minutes in three months." in page
    # Whoever asks reads the sum, and never who else asks, or what about.
    new = another(made)
    page = desk(made).get(f"/requests/{new.id}").text
    assert "by all together: 40 of 60 minutes" in page
    assert "Barnet" not in page and "Warm rooms" not in page


def test_months_without_a_request_say_so(made: Stage, world: World) -> None:
    phone = made.phone()
    first, _last = quarter_of(world.now.date())
    before = first - timedelta(days=1)
    page = phone.get(f"{PAGE}?quarter={before}").text
    assert "Nothing was asked of you in these months" in page
    assert "You agreed with" not in page, "what holds now may not have held then"
    for wrong in ("2019-03-31", "2026-02-01", "soon", ""):
        assert phone.get(f"{PAGE}?quarter={wrong}").status_code == 404


def test_a_day_counts_to_its_quarter_in_london(made: Stage) -> None:
    """The last minute of March in London is 22:59 UTC, when the clocks have gone forward."""
    edge = datetime(2026, 3, 31, 22, 59, tzinfo=UTC)
    quarters = quarter_of(edge.date()), quarter_of(edge.date() + timedelta(days=1))
    row = asked(made)
    for at, minutes in ((edge, [15, 0]), (edge + timedelta(minutes=1), [0, 15])):
        with made.world.database.engine.begin() as connection:
            connection.execute(update(Asked).where(Asked.id == row.id).values(at=at))
        with made.world.database.reading() as session:
            id = made.lantern.id
            found = [burden.asked_for(session, [id], one)[id] for one in quarters]
        assert found == minutes


# More than was agreed


def test_more_than_was_agreed_needs_a_reason_that_the_group_reads(made: Stage) -> None:
    agreed_on(made.world, 20)
    new = another(made)
    office, address = desk(made), f"/requests/{new.id}"
    page = office.get(address).text
    assert "by all together: 15 of 20 minutes" in page
    assert "With this one, that is 5 minutes more than was agreed." in page
    said = office.post(f"{address}/open", data={"reason": " "})
    assert said.status_code == 422 and "Say why. The groups read it." in said.text
    assert made.world.read(Request, new.id).state == "draft"
    too_long = office.post(f"{address}/open", data={"reason": "x" * 501})
    assert too_long.status_code == 422 and "x" * 501 in too_long.text, "nothing typed is lost"
    reason = "The law changes in May."
    assert office.post(f"{address}/open", data={"reason": reason}).status_code == 303
    phone = made.phone()
    page = phone.get(address).text
    assert "5 minutes more than was agreed for three months" in page and reason in page
    assert reason in phone.get(PAGE).text
    kinds = [one.kind for one in made.world.all(Parcel) if one.about.id == new.id]
    assert "request-over" in kinds and "request" not in kinds


def test_a_request_within_what_was_agreed_needs_no_reason(made: Stage) -> None:
    agreed_on(made.world, 25)
    new = another(made)
    page = desk(made).get(f"/requests/{new.id}").text
    assert "Why do you ask for more" not in page
    made.world.do((made.lead, made.camden), asking.open_request, new, reason="Because.")
    [row] = [one for one in made.world.all(Asked) if one.request_id == new.id]
    assert (row.over, row.reason) == (0, ""), "a reason that nobody needs is not kept"


def test_one_group_more_that_is_asked_for_too_much_is_asked_with_a_reason(world: World) -> None:
    made = stage(world, 2)
    new = another(made)
    who = (made.lead, made.camden)
    made.world.do(who, asking.open_request, new)
    late = world.partner("Late Comers")
    dan = world.person("Late", late, "member", "signatory")
    world.agreed(late, made.camden, dan, made.lead)
    member = world.do(who, cohort.invite, made.pilot, partner=late)
    world.do((dan, late), cohort.join, member)
    agreed_on(world, 5)
    office, address = desk(made), f"/requests/{new.id}"
    given = {"partner": str(late.id)}
    said = office.post(f"{address}/put", data=given)
    assert said.status_code == 422 and 'name="reason"' in said.text
    assert office.post(f"{address}/put", data=given | {"reason": "By law."}).status_code == 303
    row = world.all(Asked)[-1]
    assert (row.giver_id, row.over, row.reason) == (late.id, 5, "By law.")


def test_what_one_asks_counts_for_another(made: Stage) -> None:
    """The sum is over all who ask, and what was agreed is with the one that asks."""
    world = made.world
    agreed_on(world, 20)
    [row] = [one for one in world.all(Asked) if one.giver_id == made.lantern.id]
    barnet = world.partner("Barnet Council", Kind.COUNCIL)
    copies(world.database, made.request, {"taker_id": barnet.id})
    copies(world.database, row, {"request_id": world.all(Request)[-1].id, "taker_id": barnet.id})
    new = another(made)
    with pytest.raises(Refused, match="more time than was agreed"):
        world.do((made.lead, made.camden), asking.open_request, new)
