"""A no, or the end of an agreement, said by phone or on paper: as a yes is (test_recordings)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.portal.on_behalf import OnBehalf, code_on, day, on_behalf
from tests.world import World
from trust import confirming, ending, letters, renewal
from trust.audit import Event
from trust.partners import Kind, Partner
from trust.recordings import Recording
from trust.records import Hidden, Refused
from trust.terms import Terms

OVER = {"no": "declined", "end": "ended"}
WHY = "We have no time."
both_kinds = pytest.mark.parametrize("kind", OVER)


@pytest.fixture
def made(world: World, camden: Partner) -> OnBehalf:
    return on_behalf(world, camden)


def live(world: World) -> list[Terms]:
    return [one for one in world.all(Terms) if one.ended_at is None]


# The whole way, through the pages


@both_kinds
def test_by_letter(made: OnBehalf, app: Any, kind: str) -> None:
    world, held = made.world, made.of_kind(kind)
    before = held.state
    support = made.browser(made.noor)
    at = f"/agreements/{held.id}/record-{kind}"
    first = support.get("/recordings").text
    if kind == "no":
        page = support.get(f"/agreements/{held.id}/record").text
        assert "Did they say no?" in page and at in page
    else:
        assert "Agreements that they can end" in first and at in first
    page = support.get(at).text
    assert "Nothing bad follows" in page or "nothing bad follows" in page
    given = {"name": "Rahima Begum", "role": "Chair", "how": "phone", "lang": "en"}
    given |= {**day(world.now.date()), "read": held.text_sha256}
    assert "Write down why" in support.post(at, data=given).text
    assert not [one for one in world.all(Recording) if one.kind == kind]
    sent = support.post(at, data={**given, "why": WHY})
    assert sent.status_code == 303, sent.text
    recording = next(one for one in world.all(Recording) if one.kind == kind)
    # It is seen at once, on whose word, and it does not count yet.
    page = made.browser(made.ines).get(f"/agreements/{held.id}").text
    said = "said no by phone" if kind == "no" else "that they end this"
    assert said in page and "once the group has confirmed it" in page
    page = made.browser(made.ines).get(f"/recordings/{recording.id}").text
    assert WHY in page and "Rahima Begum" in page and "Make the letter" not in page
    assert f"agreement-said-{kind}" in made.told(made.ines)
    assert made.now(held).state == before and bool(live(world)) == (kind == "end")
    # Somebody else is asked to ask, and the letter says which it is.
    other = made.browser(made.kwame)
    task = "Ask if a no is right" if kind == "no" else "Ask if they end an agreement"
    assert task in other.get("/home").text
    paper = other.post(f"/recordings/{recording.id}/letter", data={"lang": "en"}).text
    assert ("Did you say no?" if kind == "no" else "Do you want to end your agreement?") in paper
    assert "Rahima Begum (Chair)" in paper and WHY in paper and "yes" not in paper
    reference, code = code_on(paper)
    typed = {"reference": reference, "code": code}
    anyone = app.test_client()
    read = anyone.post("/letter", data=typed).text
    assert ("said no" if kind == "no" else "ends a trust agreement") in read and WHY in read
    done = anyone.post("/letter", data={**typed, "answer": "yes"})
    assert "It counts from now." in anyone.get(done.location).text
    # As if they had done it here: with the reason, on their word.
    assert made.now(held).state == OVER[kind] and not live(world)
    page = made.browser(made.ines).get(f"/agreements/{held.id}").text
    assert WHY in page and "Rahima Begum" in page and "Quay Kitchen" in page
    assert f"agreement-{OVER[kind]}" in made.told(made.ines)
    [event] = [one for one in world.all(Event) if one.verb == "recording:confirm"]
    assert event.actor_id is None
    assert (event.facts["said"], event.facts["agreement"]) == (kind, held.id)
    assert anyone.post("/letter", data={**typed, "answer": "yes"}).status_code == 422


@both_kinds
def test_by_call(made: OnBehalf, kind: str) -> None:
    held = made.of_kind(kind)
    recording = made.said(made.noor, held, kind)
    other = made.browser(made.kwame)
    at = f"/recordings/{recording.id}/call"
    page = other.get(at).text
    assert ("said no" if kind == "no" else "ends a trust agreement") in page and WHY in page
    sent = other.post(at, data={"spoke_with": "Rahima", "right": "y"})
    assert "Kwame called the group and spoke with Rahima" in other.get(sent.location).text
    assert made.now(held).state == OVER[kind]
    assert not live(made.world)


@both_kinds
def test_they_say_it_is_not_so_or_it_is_taken_back(made: OnBehalf, app: Any, kind: str) -> None:
    held = made.of_kind(kind)
    before = held.state
    letter = made.printed(made.kwame, made.said(made.noor, held, kind))
    typed = {"reference": letter.reference, "code": letter.code, "answer": "no"}
    assert app.test_client().post("/letter", data=typed).status_code == 303
    assert made.now(held).state == before
    again = made.said(made.noor, held, kind)
    made.world.do(made.noor, confirming.take_back, again, reason="It was the wrong group.")
    assert made.now(held).state == before
    assert made.told(made.ines).count("agreement-not-said") == 2
    assert "It was the wrong group." in made.browser(made.ines).get(f"/agreements/{held.id}").text


# Who may not: all that is refused for a yes


@both_kinds
def test_nobody_of_either_side_writes_it_down(made: OnBehalf, kind: str) -> None:
    world, held = made.world, made.of_kind(kind)
    council = made.browser(made.ines)
    at = f"/agreements/{held.id}/record-{kind}"
    page = council.get(at).text
    assert "You belong to the other side" in page and "Bridgeway stands by Quay" in page
    given = {"name": "R", "role": "Chair", "how": "phone", "lang": "en", "why": WHY}
    given |= {**day(world.now.date()), "read": held.text_sha256}
    assert council.post(at, data=given).status_code == 409
    with pytest.raises(Hidden):
        made.said(made.ines, held, kind)
    world.person("Noor", made.camden, "member")
    with pytest.raises(Refused, match="the other side"):
        made.said(made.noor, held, kind)
    far = world.partner("Far Support", Kind.INFRASTRUCTURE)
    stranger = world.person("Tom", far, "supporter"), far
    with pytest.raises(Hidden):
        made.said(stranger, held, kind)
    assert made.browser(stranger).get(at).status_code == 404
    assert not [one for one in world.all(Recording) if one.kind == kind]


@both_kinds
def test_nobody_confirms_their_own_or_a_colleague(made: OnBehalf, kind: str) -> None:
    world, held = made.world, made.of_kind(kind)
    before = held.state
    recording = made.said(made.noor, held, kind)
    ann = world.person("Ann", made.noor[1], "supporter"), made.noor[1]
    for who, why in ((made.noor, "yourself"), (ann, "Your organisation")):
        with pytest.raises(Refused, match=why):
            made.printed(who, recording)
        with pytest.raises(Refused, match=why):
            world.do(who, confirming.call_back, recording, spoke_with="R")
    with pytest.raises(Hidden):
        made.printed(made.ines, recording)
    with pytest.raises(Hidden):
        world.do(made.ines, confirming.call_back, recording, spoke_with="R")
    letter = made.printed(made.kwame, recording)
    for who, why in ((made.kwame, "You printed"), (made.noor, "yourself")):
        with pytest.raises(Refused, match=why):
            made.typed(letters.confirm, letter, world.actor(*who))
    world.person("Kwame", made.camden, "member")
    with pytest.raises(Refused, match="the other side"):
        world.do(made.kwame, confirming.call_back, recording, spoke_with="R")
    assert made.now(held).state == before


@both_kinds
def test_nor_by_a_way_that_whoever_wrote_it_down_made(made: OnBehalf, kind: str) -> None:
    recording = made.said(made.sheila, made.of_kind(kind), kind)
    with pytest.raises(Refused, match="also wrote down where"):
        made.printed(made.kwame, recording)
    with pytest.raises(Refused, match="also wrote down where"):
        made.world.do(made.kwame, confirming.call_back, recording, spoke_with="R")


# What cannot be said, and what overtakes it


@both_kinds
def test_a_reason_is_needed_and_the_words_as_they_are(made: OnBehalf, kind: str) -> None:
    held = made.of_kind(kind)
    with pytest.raises(Refused, match="Write down why"):
        made.said(made.noor, held, kind, why="  ")
    with pytest.raises(Refused, match="text has changed"):
        made.said(made.noor, held, kind, read_sha256="0" * 64)
    with pytest.raises(Refused, match="on which they said it"):
        made.said(made.noor, held, kind, said_on=made.world.now.date() + timedelta(days=2))


def test_only_what_the_agreement_waits_for(made: OnBehalf) -> None:
    proposed = made.proposed()
    with pytest.raises(Refused, match="not in force now"):
        made.said(made.noor, proposed, "end")
    with pytest.raises(Refused):
        made.said(made.noor, proposed, "nonsense")
    at = f"/agreements/{proposed.id}/record-end"
    assert made.browser(made.noor).get(at).status_code == 303
    made.world.do(made.ines, ending.decline, proposed, reason="Later.")
    held = made.in_force()
    for kind in ("yes", "no"):
        with pytest.raises(Refused, match="does not wait for"):
            made.said(made.noor, held, kind)


def test_one_thing_waits_at_a_time(made: OnBehalf) -> None:
    """Whoever said yes and thinks again: the yes is taken back first."""
    held = made.proposed()
    yes = made.said(made.noor, held)
    with pytest.raises(Refused, match="written down already") as refused:
        made.said(made.noor, held, "no")
    assert refused.value.next_step is not None
    made.world.do(made.noor, confirming.take_back, yes, reason="They thought again.")
    assert made.said(made.noor, held, "no").state == "waiting"


def test_a_no_is_overtaken_by_a_signature_of_both_or_by_an_end(made: OnBehalf) -> None:
    held = made.proposed()
    letter = made.printed(made.kwame, made.said(made.noor, held, "no"))
    made.world.do(made.ines, ending.decline, held, reason="Later.")
    with pytest.raises(Refused, match="went on since"):
        made.typed(letters.confirm, letter)
    held = made.in_force()
    letter = made.printed(made.kwame, made.said(made.noor, held, "end"))
    made.world.do(made.ines, ending.end, held, reason="We stop.")
    with pytest.raises(Refused, match="went on since"):
        made.typed(letters.confirm, letter)


def test_the_end_takes_a_newer_version_along(made: OnBehalf) -> None:
    """As when somebody of the group ends it here."""
    world, held = made.world, made.in_force()
    on = world.now.date() + timedelta(days=365)
    newer = world.do(made.ines, renewal.renew, held, review_on=on)
    yes = made.said(made.noor, newer)
    made.world.do(
        made.kwame, confirming.call_back, made.said(made.noor, held, "end"), spoke_with="R"
    )
    assert made.now(held).state == "ended" and made.now(newer).state == "declined"
    [event] = [one for one in world.all(Event) if one.facts.get("declined")]
    assert event.facts["declined"] == newer.id and event.verb == "recording:call"
    with pytest.raises(Refused, match="went on since"):
        made.printed(made.kwame, yes)
