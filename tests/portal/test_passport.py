"""A partner keeps its papers, shows some of them by a link, and sees when it was opened."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from portal import mails
from tests.world import World, picture
from trust import passport
from trust.audit import Event
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.passport import Paper
from trust.passport_links import PassportLink
from trust.records import Record


def day(field: str, on: Any) -> dict[str, str]:
    parts = {"day": on.day, "month": on.month, "year": on.year}
    return {f"{field}-{part}": str(value) for part, value in parts.items()}


TODAY = datetime.now(UTC).date()
RULES = {"kind": "rules", "name": "", "words": "As agreed in May.", **day("dated", TODAY)}


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern")


@pytest.fixture
def group(world: World, lantern: Partner) -> FlaskClient:
    return world.client(world.person("Rahima", lantern, "member"), lantern)


def added(group: FlaskClient, **given: Any) -> int:
    """The id of a paper with one file."""
    sent = {**RULES, "file": (io.BytesIO(picture()), "rules.png"), **given}
    came = group.post("/passport/papers/new", data=sent)
    assert came.status_code == 303, came.text
    return int(came.location.split("/")[3].partition("?")[0])


def linked(
    group: FlaskClient, *items: str, files: bool = True, days: str = "30"
) -> tuple[int, str]:
    """The id of a link to these, and its path."""
    sent = {"items": list(items), "to_whom": "Sam of the bank", "days": days}
    came = group.post("/passport/links/new", data={**sent, **({"files": "yes"} if files else {})})
    assert came.status_code == 303, came.text
    page = group.get(came.location).text
    path = "/shared/" + page.split("/shared/")[1].partition("<")[0].strip()
    return int(came.location.rpartition("/")[2]), path


def test_from_a_paper_to_a_stranger_and_back(
    world: World, group: FlaskClient, lantern: Partner
) -> None:
    assert "There are no papers yet" in group.get("/passport").text
    id = added(group)
    assert "rules.png" in group.get(f"/passport/papers/{id}?done=added").text
    assert "Constitution or rules" in group.get("/passport").text
    link, path = linked(group, f"paper-{id}")
    assert path not in group.get(f"/passport/links/{link}").text  # shown once
    assert "Not opened yet." in group.get("/passport/links").text

    stranger = world.app.test_client()
    asked = stranger.get(path)  # a program that looks into mail does as much
    assert "Lantern shows you some papers" in asked.text
    assert "As agreed in May." not in asked.text
    assert "Not opened yet." in group.get(f"/passport/links/{link}").text
    assert stranger.post(path).status_code == 303
    shown = stranger.get(path)
    assert "As agreed in May." in shown.text and "Sam of the bank" not in shown.text
    file = "/shared/" + shown.text.split('href="/shared/')[1].partition('"')[0]
    with stranger.plain():
        assert Image.open(io.BytesIO(stranger.get(file).data)).size == (40, 30)
    assert "1 time" in group.get(f"/passport/links/{link}").text

    assert group.post(f"/passport/links/{link}/end").status_code == 303
    gone = stranger.get(path)
    assert gone.status_code == 404 and "This link opens nothing" in gone.text
    assert stranger.get(file).status_code == 404
    assert "1 time" in group.get(f"/passport/links/{link}?done=ended").text


def test_over_ended_and_never_made_look_the_same(
    world: World, group: FlaskClient, lantern: Partner
) -> None:
    id = added(group)
    _, over = linked(group, f"paper-{id}", days="7")
    link, ended = linked(group, f"paper-{id}")
    group.post(f"/passport/links/{link}/end")
    first = world.all(PassportLink)[0].id
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(PassportLink, first).expires_at = datetime.now(UTC) - timedelta(seconds=1)
    stranger = world.app.test_client()
    told = {
        (came.status_code, came.text.replace(path, ""), came.headers["Referrer-Policy"])
        for path in (over, ended, "/shared/nothing")
        for came in (stranger.get(path), stranger.get(f"{path}/files/1"))
    }
    assert len({(status, referrer) for status, _, referrer in told}) == 1
    assert {status for status, _, _ in told} == {404}
    assert all("This link opens nothing" in text for _, text, _ in told)
    assert stranger.post(over).status_code == stranger.post(ended).status_code == 404
    assert not [one for one in world.all(Event) if one.verb == "passport_link:open"]


def test_what_stands_behind_a_link_is_kept_by_nobody(world: World, group: FlaskClient) -> None:
    _, path = linked(group, f"paper-{added(group)}")
    stranger = world.app.test_client()
    asked = stranger.get(path)
    stranger.post(path)
    shown = stranger.get(path)
    for came in (asked, shown):
        assert came.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert came.headers["Cache-Control"] == "private, no-store"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert path.rpartition("/")[2] not in str([one.__dict__ for one in world.all(PassportLink)])


def test_the_button_works_under_https(world: World, group: FlaskClient) -> None:
    """Flask-WTF asks for a referrer there, so the page with the button lets it be sent."""
    _, path = linked(group, f"paper-{added(group)}")
    world.app.config["WTF_CSRF_ENABLED"] = True
    stranger, here = world.app.test_client(), "https://localhost"
    asked = stranger.get(path, base_url=here)
    assert asked.headers["Referrer-Policy"] == "same-origin"
    token = asked.text.split('name="csrf_token" value="')[1].partition('"')[0]
    sent = {"csrf_token": token}
    referrer = {"Referer": f"{here}{path}"}
    assert stranger.post(path, data=sent, base_url=here, headers=referrer).status_code == 303


def test_what_a_link_shows_is_what_was_chosen_then(world: World, group: FlaskClient) -> None:
    one, other = added(group), added(group, kind="insurance", words="For five million.")
    link, path = linked(group, f"paper-{one}", files=False)
    stranger = world.app.test_client()
    stranger.post(path)
    page = stranger.get(path).text
    assert "As agreed in May." in page and "five million" not in page and "rules.png" not in page
    assert stranger.get(f"{path}/files/1").status_code == 404
    changed = {**RULES, "words": "As agreed in June."}
    assert group.post(f"/passport/papers/{one}/edit", data=changed).status_code == 303
    page = stranger.get(path).text
    assert "As agreed in May." in page and "in June" not in page
    # What is added to a paper later goes out with no link that was made before.
    link, path = linked(group, f"paper-{one}", f"paper-{other}")
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "WEBP")
    more = {"file": (io.BytesIO(out.getvalue()), "later.webp")}
    assert group.post(f"/passport/papers/{one}", data=more).status_code == 303
    stranger.post(path)
    page = stranger.get(path).text
    assert "rules.png" in page and "later.webp" not in page and "five million" in page
    # What is taken away is gone from links too, words and file.
    assert group.post(f"/passport/papers/{one}/take-away").status_code == 303
    page = stranger.get(path).text
    assert "in June" not in page and "five million" in page
    told = group.get(f"/passport/links/{link}").text
    assert "Constitution or rules. Dated" in told and "With 1 file." in told
    assert told.count("Taken away since.") == 1
    assert all(
        row["words"] == "" for one in world.all(PassportLink) for row in one.shown["papers"][:1]
    )
    assert group.get(f"/passport/papers/{one}").status_code == 404


def test_agreements_come_from_the_record(
    world: World, group: FlaskClient, lantern: Partner
) -> None:
    camden = world.partner("Camden Council", Kind.COUNCIL)
    lead = world.person("Ines", camden, "relationship-lead", "signatory")
    signer = world.person("Amal", lantern, "signatory")
    agreement = world.agreed(lantern, camden, signer, lead)
    assert "With Camden Council, since" in group.get("/passport").text
    _, path = linked(group, f"agreement-{agreement.id}")
    stranger = world.app.test_client()
    stranger.post(path)
    assert "With Camden Council, since" in stranger.get(path).text
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(type(agreement), agreement.id).state = "ended"
    assert "With Camden Council" not in stranger.get(path).text
    wrong = {"items": [f"agreement-{agreement.id}"], "to_whom": "x", "days": "7"}
    assert "There is nothing to show yet" in group.post("/passport/links/new", data=wrong).text
    assert len(world.all(PassportLink)) == 1


def test_one_sees_what_they_see_without_being_counted(world: World, group: FlaskClient) -> None:
    link, path = linked(group, f"paper-{added(group)}")
    assert "This is what they see" in group.get(path).text
    assert "Not opened yet." in group.get(f"/passport/links/{link}").text


def test_a_second_tap_makes_no_second_link(world: World, group: FlaskClient) -> None:
    id = added(group)
    sent = {"items": f"paper-{id}", "to_whom": "Sam", "days": "7", "token": "x" * 22}
    first, second = (group.post("/passport/links/new", data=sent) for _ in range(2))
    assert first.location == second.location
    path = "/shared/" + group.get(second.location).text.split("/shared/")[1].partition("<")[0]
    assert world.app.test_client().get(path.strip()).status_code == 200
    assert len(world.all(PassportLink)) == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kind": "other"}, "Say what it is called."),
        (day("dated", TODAY + timedelta(days=2)), "It cannot be after today."),
        (day("until", TODAY - timedelta(days=2)), "cannot be before the day on the paper"),
        ({"kind": "robot"}, "Choose one of the answers"),
    ],
)
def test_what_cannot_be_so_is_said(
    world: World, group: FlaskClient, given: dict[str, Any], told: str
) -> None:
    came = group.post("/passport/papers/new", data={**RULES, **given})
    assert came.status_code == 422 and told in came.text
    assert world.all(Paper) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"items": []}, "Choose what the link shows"),
        ({"to_whom": ""}, "Note whom it is for"),
        ({"days": "91"}, "Choose one of the answers"),
        ({"items": ["paper-99"]}, "Choose from the answers"),
    ],
)
def test_a_link_needs_its_words(
    world: World, group: FlaskClient, given: dict[str, Any], told: str
) -> None:
    sent = {"items": [f"paper-{added(group)}"], "to_whom": "Sam", "days": "7", **given}
    came = group.post("/passport/links/new", data=sent)
    assert came.status_code == 422 and told in came.text
    assert world.all(PassportLink) == []


def test_a_month_before_it_runs_out_its_people_are_told_once(
    world: World, group: FlaskClient, lantern: Partner
) -> None:
    for days in (-1, 0, 30, 31):
        until = {"dated-year": "2020", **day("until", TODAY + timedelta(days=days))}
        added(group, kind="insurance", file=(io.BytesIO(b""), ""), **until)
    page = group.get("/passport").text
    assert page.count("Runs out soon") == 2 and page.count("Ran out") == 1
    now = datetime.now(UTC)
    for week in range(3):
        with world.database.writing() as session:
            passport.remind(session, now + timedelta(weeks=week))
    told = [one.about.id for one in world.all(Parcel)]
    assert told == [2, 3, 4]
    with world.app.test_request_context(), world.database.reading() as session:
        mail = mails.compose(session, world.app.config["PORTAL"], world.all(Parcel)[0], now)
    assert mail is not None and mail.text.count("/passport/papers/2") == 1


def test_no_council_sees_it_or_can_have_one(world: World, group: FlaskClient) -> None:
    """The matrix asks every page as everyone whether words of a passport stand on it. Here: no
    other part of the portal knows that there is such a thing."""
    link, path = linked(group, f"paper-{added(group, words='Tuesday lamps.')}")
    camden = world.partner("Camden", Kind.COUNCIL)
    ines = world.client(world.person("Ines", camden, "member", "signatory"), camden)
    for path in ("/passport", "/passport/papers/new", "/passport/links", "/passport/links/new"):
        assert ines.get(path).status_code == 404
    assert ines.post("/passport/papers/new", data=RULES).status_code == 404
    for path in ("/passport/papers/1", f"/passport/links/{link}", "/files/1"):
        assert ines.get(path).status_code == 404
    assert "passport" not in ines.get("/partners/1").text


ALLOWED = {
    *("portal/worker.py", "portal/nouns.py", "portal/forms/passport.py"),
    *("portal/blueprints/partners/show.py", "portal/blueprints/passport/blueprint.py"),
    "portal/blueprints/home.py",  # leads its own people there, and nobody else
    *(f"portal/blueprints/passport/{one}.py" for one in ("papers", "links", "shared")),
    *("trust/passport.py", "trust/passport_links.py"),
}


@pytest.mark.one_database
def test_nothing_else_of_the_portal_knows_of_it() -> None:
    """No list, export, release, case, request or page of a council can show or ask for what it
    does not know: no other module names it, and no other table points to it."""
    root = Path(__file__).parent.parent.parent
    named = re.compile(
        r"passport_links|trust\.passport|trust import (?:\([^)]*|[^(\n]*)\bpassport\b"
    )
    known = {
        str(path.relative_to(root))
        for package in ("trust", "pilots", "portal")
        for path in (root / package).rglob("*.py")
        if named.search(path.read_text())
    }
    assert known == ALLOWED - {"trust/passport.py"}
    pointing = {
        table.name
        for table in Record.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in ("paper", "passport_link")
    }
    assert pointing == set()


def test_how_long_is_asked_for(group: FlaskClient) -> None:
    sent = {"items": f"paper-{added(group)}", "to_whom": "The council"}
    came = group.post("/passport/links/new", data=sent)
    assert came.status_code == 422 and "Choose how long it may be opened" in came.text
