"""Tables that leave: handed to a second person, released, and found again by those they are of."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from pilots import asking, composing, contributions, drafts, figures, releases
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.questions import Question
from pilots.releases import Release
from pilots.requests import Request
from tests.kept import once
from tests.portal.stage import Stage, stage
from tests.world import World
from trust.disclosure.published import STAR, Published
from trust.partners import Partner
from trust.records import Ref

TABLE = {
    "title": "Families waiting",
    "description": "How many families wait.",
    "audience": "cohort",
}


@pytest.fixture
@once
def made(world: World) -> Stage:
    made = stage(world, 3)
    for number in range(3):
        made.accepted(number, waiting=40, fixed=30)
    return made


def the_way_to_prepare(made: Stage) -> str:
    """The address at which the table of the stage's request is prepared."""
    path = f"/pilots/{made.pilot.id}/releases"
    [new] = {
        part.split('"')[0] for part in made.desk().get(path).text.split(f'href="{path}/new/')[1:]
    }
    return f"{path}/new/{new}"


def prepared(made: Stage) -> Release:
    assert made.desk().post(the_way_to_prepare(made), data=TABLE).status_code == 303
    return made.world.all(Release)[-1]


def test_a_second_person_finds_it_at_home_and_releases_it(made: Stage) -> None:
    release = prepared(made)
    owner = made.somebody("Omar", "decision-owner")
    assert f"/releases/{release.id}" in owner.get("/home").text
    assert f"/releases/{release.id}" not in made.desk().get("/home").text
    page = owner.get(f"/releases/{release.id}").text
    assert f'href="/pilots/{made.pilot.id}/releases"' in page
    assert owner.post(f"/releases/{release.id}").status_code == 303
    assert f"/releases/{release.id}" not in owner.get("/home").text.split("</ul>")[0]
    listed = owner.get(f"/pilots/{made.pilot.id}/releases").text
    assert "+00:00" not in listed
    assert '<time datetime="20' in listed


def test_those_whose_numbers_it_holds_read_of_it_on_their_timeline(made: Stage) -> None:
    release = prepared(made)
    [mine] = (one for one in made.world.all(Contribution) if one.giver_id == made.lantern.id)
    there = f"/contributions/{mine.id}"
    assert "A table with your numbers" not in made.phone(0).get(there).text
    owner = made.somebody("Omar", "decision-owner")
    assert owner.post(f"/releases/{release.id}").status_code == 303
    page = made.phone(0).get(there).text
    assert "A table with your numbers in it was released" in page
    assert f'href="/releases/{release.id}">See the table' in page
    assert made.phone(0).get(f"/releases/{release.id}").status_code == 200


def in_three_wards(made: Stage) -> Published:
    """The table of a request that offered three wards: all groups answered for the first, one
    of them for the second, and nobody for the third."""
    world, who = made.world, (made.lead, made.camden)
    request = world.request(made.pilot, made.camden, made.lead, title="By ward", open=False)
    wards = [world.area("Gospel Oak", "E05013658"), world.area("Kilburn", "E05013665")]
    wards.append(world.area("Holborn", "E05013662"))
    choices = [{"key": str(w.id), "area": w.id, "words": {"en": w.name}} for w in wards]
    with world.database.reading() as session:
        area = session.get_one(Request, request.id).newest.questions[0]
    given = {name: getattr(area, name) for name in ("words", "hint", "why", "category")}
    world.do(who, composing.edit_question, request, key=area.key, choices=choices, **given)
    world.do(who, asking.open_request, request)
    sent = [world.contribution(request, *group, waiting=30, fixed=20) for group in made.groups]
    partner, person = made.groups[0]
    draft = world.do((person, partner), drafts.start, partner, request=request)
    world.type_in(draft, person, waiting=40, fixed=40)
    with world.database.writing() as session:
        held = session.get_one(Contribution, draft.id)
        typed = {area.key: [str(wards[1].id)]}
        drafts.keep(held, held.request_version.questions[0], typed, person.id, world.now)
    world.do((person, partner), contributions.submit, draft, quote="sector")
    for one in (*sent, draft):
        world.accepted(made.now(one), (made.reviewer, made.camden))
    with world.database.reading() as session:
        pilot = session.get_one(Pilot, made.pilot.id)
        table = releases.tables_of(session, pilot.id)[-1]
        result = releases.through_the_gate(
            session, pilot, table, title={"en": "By ward"}, audience="cohort", now=world.now
        )
    assert isinstance(result, Published), result
    return result


def test_a_ward_nobody_answered_for_looks_like_one_that_is_withheld(made: Stage) -> None:
    result = in_three_wards(made)
    assert [label.key for label in result.rows.labels] == ["E05013658", "E05013665", "E05013662"]
    assert [label.words["en"] for label in result.rows.labels][2] == "Holborn"
    assert result.cells == ((90, 60), (STAR, STAR), (STAR, STAR))
    assert result.row_totals == (150, STAR, STAR)
    assert result.cells[1] == result.cells[2]


def test_no_answer_for_any_place_is_no_other_table(made: Stage) -> None:
    """Which rows there are was said when it was asked; else they would tell what came."""
    made.world.request(made.pilot, made.camden, made.lead, title="Nobody yet")
    with made.world.database.reading() as session:
        pilot = session.get_one(Pilot, made.pilot.id)
        table = releases.tables_of(session, pilot.id)[-1]
        counts = figures.table(
            session,
            table,
            title={"en": "By ward"},
            measure=table.words,
            audience="cohort",
            on=made.world.now,
            work=Ref.of(pilot),
        )
    assert [label.key for label in counts.rows.labels] == ["E05013658"]


def unpacked(made: Stage, release: Release) -> tuple[dict[str, Any], str]:
    """What the released file says of itself, and all that stands in it."""
    data = made.desk().get(f"/releases/{release.id}/package.zip").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    return json.loads(files["datapackage.json"]), "".join(files.values())


@pytest.mark.parametrize("own", ["", "data@camden.example.org"])
def test_a_released_file_holds_nobodys_own_address(made: Stage, own: str) -> None:
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Partner, made.camden.id).email = own
    release = prepared(made)
    made.somebody("Omar", "decision-owner").post(f"/releases/{release.id}")
    about, everything = unpacked(made, release)
    [contact] = (one for one in about["contributors"] if "contact" in one["roles"])
    assert contact["email"] == (own or "help@example.org")
    assert contact["title"] == "Camden Council"
    for person in (made.lead, made.reviewer):
        assert person.email not in everything
        assert person.name not in everything


def test_a_released_file_speaks_its_pilots_language(made: Stage) -> None:
    """Not that of the screen on which somebody happened to say yes."""
    release = prepared(made)
    owner = made.somebody("Omar", "decision-owner")
    owner.get("/language/pl")
    assert '<html lang="pl"' in owner.get("/home").text
    assert owner.post(f"/releases/{release.id}").status_code == 303
    about, _ = unpacked(made, release)
    assert about["language"] == "en"
    assert about["resources"][1]["title"].strip("⟦⟧") == "What the columns mean"


def test_whoever_decides_reads_for_whom_it_is_and_may_say_no(made: Stage) -> None:
    release = prepared(made)
    owner = made.somebody("Omar", "decision-owner")
    page = owner.get(f"/releases/{release.id}").text
    names = (made.camden.name, made.pilot.name, made.reviewer.name)
    for said in (*names, "The groups in the pilot", "Licence"):
        assert said in page
    assert "is out already" not in page
    said_no = owner.post(f"/releases/{release.id}/drop", data={"reason": "Too early"})
    assert said_no.status_code == 303
    again = prepared(made)
    owner.post(f"/releases/{again.id}")
    third = prepared(made)
    page = owner.get(f"/releases/{third.id}").text
    assert "A table of the same question is out already." in page
    assert f'href="/releases/{again.id}"' in page
    reader = made.phone(0).get(f"/releases/{again.id}").text
    assert made.pilot.name in reader
    assert made.reviewer.name not in reader  # who worked on it is not for everyone


def test_what_leaves_a_demo_says_that_it_is_invented(made: Stage) -> None:
    settings = made.world.app.config["PORTAL"]
    made.world.app.config["PORTAL"] = replace(settings, demo=True)
    release = prepared(made)
    made.somebody("Omar", "decision-owner").post(f"/releases/{release.id}")
    about, _ = unpacked(made, release)
    assert "This is a demo." in about["description"]
    assert "invented" in about["description"]


def test_a_table_of_too_few_groups_is_not_asked_for(world: World) -> None:
    """What can only be refused is said first, and asks for no words."""
    made = stage(world, 2)
    for number in range(2):
        made.accepted(number, waiting=40, fixed=30)
    there = the_way_to_prepare(made)
    page = made.desk().get(there).text
    assert page.count("Fewer than 3 groups reported numbers for this table.") == 1
    assert "Hand it to a second person" not in page
    refused = made.desk().post(there, data=TABLE)
    assert refused.status_code == 422
    assert "Say what you learned in a sentence instead." in refused.text
    assert world.all(Release) == []


def test_a_question_that_is_not_made_public_is_not_released(made: Stage) -> None:
    there = the_way_to_prepare(made)
    assert "Hand it to a second person" in made.desk().get(there).text
    with made.world.database.writing() as session:
        session.info["verb"] = "tests"
        for question in session.scalars(select(Question).where(Question.kind == "count-table")):
            question.publishable = False
    page = made.desk().get(there).text
    assert "its answers are not made public." in page
    assert "Ask it again in a new request" in page
    assert "Hand it to a second person" not in page
    for audience in figures.AUDIENCES:
        refused = made.desk().post(there, data={**TABLE, "audience": audience})
        assert refused.status_code == 422
    assert made.world.all(Release) == []


FIGURES = "As they would see it"


def test_whoever_gave_numbers_does_not_see_the_table_before_it_is_out(made: Stage) -> None:
    """Looked at after each answer, it would tell what each of the others gave."""
    there = the_way_to_prepare(made)
    assert FIGURES in made.desk().get(there).text
    made.world.person(made.reviewer.name, made.lantern, "member")
    refused = "Numbers of your own organisation are in this. Somebody else does it."
    for page in (made.desk().get(there), made.desk().post(there, data=TABLE)):
        assert refused in page.text
        assert FIGURES not in page.text
        assert "Gospel Oak" not in page.text
    assert made.world.all(Release) == []


def test_a_table_that_was_made_is_looked_at_instead_of_made_again(made: Stage) -> None:
    there, made_already = the_way_to_prepare(made), "There is a table of this question already."
    release = prepared(made)
    owner = made.somebody("Omar", "decision-owner")
    for _ in ("prepared", "released"):
        page = made.desk().get(there).text
        assert FIGURES not in page
        assert made_already in page
        assert f'href="/releases/{release.id}"' in page
        assert "Hand it to a second person" in page
        assert owner.post(f"/releases/{release.id}").status_code in (303, 409, 422)
    other = prepared(made)
    assert owner.post(f"/releases/{other.id}/drop", data={"reason": "Too early"}).status_code == 303
    page = made.desk().get(there).text
    assert f'href="/releases/{release.id}"' in page
    assert f'href="/releases/{other.id}"' not in page


def test_a_table_that_was_put_aside_is_looked_at_again(made: Stage) -> None:
    there, release = the_way_to_prepare(made), prepared(made)
    owner = made.somebody("Omar", "decision-owner")
    owner.post(f"/releases/{release.id}/drop", data={"reason": "Too early"})
    assert FIGURES in made.desk().get(there).text
