"""Forms in and out: what becomes of each row, and a request that comes back as it went."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pilots.questions import BANDS, CATEGORIES, KINDS, NOTE, Question
from pilots.requests import Request, RequestVersion
from pilots.wording import question
from pilots.xlsforms.columns import language
from pilots.xlsforms.keys import RESERVED, key_of
from pilots.xlsforms.reading import MOST, Form, read
from pilots.xlsforms.report import Outcome
from pilots.xlsforms.types import type_of
from pilots.xlsforms.validating import complaint
from pilots.xlsforms.writing import write
from trust.records import Msg, Refused

Table = Sequence[Sequence[str]]


def sheets(**tables: Table) -> dict[str, list[tuple[int, Sequence[str]]]]:
    return {
        name: [(number, row) for number, row in enumerate(rows, 1) if any(row)]
        for name, rows in tables.items()
    }


def taken(*, places: Mapping[str, int] | None = None, **tables: Table) -> Form:
    given = sheets(**tables)
    form = read(given, lang="en", title="A form", places=places or {})
    rows = [(name, number) for name, some in given.items() for number, _cells in some]
    assert sorted((one.sheet, one.row) for one in form.lines) == sorted(rows), "each row once"
    assert all(one.why for one in form.lines if one.outcome is not Outcome.TAKEN)
    assert not any(one.why for one in form.lines if one.outcome is Outcome.TAKEN)
    return form


def plain(message: Msg) -> str:
    params = {k: plain(v) if isinstance(v, Msg) else v for k, v in message.params.items()}
    return message.text % params


def told(form: Form, row: int, sheet: str = "survey") -> tuple[str, str]:
    [line] = [one for one in form.lines if (one.sheet, one.row) == (sheet, row)]
    return line.outcome.value, " ".join(plain(why) for why in line.why)


SURVEY = ["type", "name", "label", "relevant", "constraint", "required"]
TEXT = ["text", "who", "Who?"]
YES_NO = [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]


def survey(*rows: Sequence[str], heads: Sequence[str] = SURVEY, **more: Table) -> Form:
    return taken(survey=[heads, *([*row, *[""] * (len(heads) - len(row))] for row in rows)], **more)


def refused(**tables: Table) -> str:
    with pytest.raises(Refused) as caught:
        taken(**tables)
    return plain(caught.value.reason)


# In


def test_what_is_asked_comes_in_with_its_rules() -> None:
    form = survey(
        ["select_one yn", "damp", "Is there damp?", "", "", "yes"],
        ["integer", "rooms", "How many rooms?", "${damp} = 'yes'", ". >= 0 and . <= 9"],
        ["note", "thanks", "Thank you."],
        choices=YES_NO,
        settings=[["form_title", "default_language"], ["Damp", "English (en)"]],
    )
    damp, rooms, thanks = form.questions
    assert (damp["kind"], damp["key"], damp["required"]) == ("one-of", "damp", True)
    assert [one["key"] for one in damp["choices"]] == ["yes", "no"]
    assert (rooms["show_if"], rooms["limit"]) == ("${damp} = 'yes'", ". >= 0 and . <= 9")
    assert thanks["kind"] == NOTE
    assert form.settings.title == {"en": "Damp"}
    assert {line.outcome for line in form.lines} == {Outcome.TAKEN}


@pytest.mark.parametrize(
    ("type_", "why"),
    [
        ("geopoint", "places on a map"),
        ("image", "photos, sound or files"),
        ("time", "not for times of the day"),
        ("calculate", "do not work out values"),
        ("deviceid", "by itself"),
        ("rank yn", "in order"),
        ("select_one_from_file a.csv", "another file"),
        ("select_one nowhere", "has no answers"),
        ("select_one", "names no list"),
        ("telepathy", "do not know this type"),
        ("", "says no type"),
    ],
)
def test_what_cannot_be_asked_here_is_not_taken_and_says_why(type_: str, why: str) -> None:
    form = survey(TEXT, [type_, "x", "X?"], choices=YES_NO)
    outcome, said = told(form, 3)
    assert outcome == "not-taken"
    assert why in said
    assert len(form.questions) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["integer", "n", "N?"], "begin at 0"),
        (["text", "t", "T?"], "200 letters"),
        (["text", "t", "Hello ${who}"], "put answers into words"),
        (["select_one yn or_other", "o", "O?"], "with their own words"),
        (["acknowledge", "a", "Read this"], "nothing to tick"),
        (["date", "d", "D?", "", "", "${who} = 'x'"], "here it may be skipped"),
        (["date", "d", "D?", "${later} = 'x'"], "is not taken. The rule asks for “later”"),
        (["date", "d", "D?", "pulldata('a')"], "is not taken. “pulldata()” is not known here"),
        (["date", "d", "D?", "", "${d} > 3"], "is not asked before this question"),
        (["date", "a-b", "D?"], "Its name here is “a_b”"),
        (["date", "data", "D?"], "Its name here is “data_1”"),
        (["date", "x" * 50, "D?"], "Its name here is “"),
        (["date", "d"], "has no label"),
    ],
)
def test_what_is_lost_of_a_row_is_said(row: Sequence[str], why: str) -> None:
    outcome, said = told(survey(TEXT, row, choices=YES_NO), 3)
    assert outcome == "changed"
    assert why in said


def test_rules_follow_a_name_that_had_to_change() -> None:
    form = survey(
        ["select_one yn", "is-it", "Is it?"],
        ["date", "when", "When?", "${is-it} = 'yes'"],
        ["decimal", "much", "How much?", "", ". > 1 and ${is-it} = 'no'"],
        choices=YES_NO,
    )
    assert [one["key"] for one in form.questions] == ["is_it", "when", "much"]
    assert form.questions[1]["show_if"] == "${is_it} = 'yes'"
    assert form.questions[2]["limit"] == ". > 1 and ${is_it} = 'no'"


def test_a_rule_in_a_circle_is_not_taken_and_its_questions_are() -> None:
    form = survey(["date", "a", "A?", "${b} != ''"], ["date", "b", "B?", "${a} != ''"])
    assert [one["show_if"] for one in form.questions] == ["", "${a} != ''"]
    assert told(form, 2)[0] == "changed"
    assert told(form, 3)[0] == "taken"


def test_a_group_gives_its_heading_and_its_rule_to_what_is_in_it() -> None:
    form = survey(
        ["select_one yn", "damp", "Damp?"],
        ["begin group", "g", "Your home", "${damp} = 'yes'"],
        ["begin_repeat", "r", "Each room"],
        ["date", "since", "Since when?", "${damp} != ''"],
        ["end_repeat"],
        ["date", "until", "Until when?"],
        ["end group"],
        ["date", "then", "And then?"],
        choices=YES_NO,
    )
    _damp, since, until, then = form.questions
    assert since["section"] == {"en": "Your home – Each room"}
    assert since["show_if"] == "(${damp} = 'yes') and (${damp} != '')"
    assert (until["section"], until["show_if"]) == ({"en": "Your home"}, "${damp} = 'yes'")
    assert (then["section"], then["show_if"]) == ({}, "")
    assert "cannot be repeated" in told(form, 4)[1]
    assert told(form, 3)[0] == told(form, 6)[0] == "taken"


def test_parts_that_do_not_match_are_said() -> None:
    form = survey(["end group"], ["begin group", "g", "Home"], TEXT)
    assert told(form, 2) == ("not-taken", "It ends a part that was never begun.")
    assert told(form, 3) == ("changed", "It is begun and never ended.")


def test_translations_come_in_by_language() -> None:
    heads = ["type", "name", "label::English (en)", "label::Polski (pl)", "label::Nonsense", "hint"]
    form = survey(["date", "d", "When?", "Kiedy?", "ghorgh?", "A day"], heads=heads)
    [one] = form.questions
    assert one["words"] == {"en": "When?", "pl": "Kiedy?"}
    assert one["hint"] == {"en": "A day"}
    assert "“label::Nonsense” is not taken" in told(form, 1)[1]
    assert "“label::Nonsense” is not taken" in told(form, 2)[1]


def test_a_list_is_narrowed_by_what_its_answers_say_of_themselves() -> None:
    heads = ["type", "name", "label", "choice_filter"]
    form = survey(
        ["select_one place", "town", "Town?"],
        ["select_multiple street", "streets", "Streets?", "town = ${town}"],
        heads=heads,
        choices=[
            ["list_name", "name", "label", "town", "image"],
            ["place", "a", "Ayton", "", "a.jpg"],
            ["street", "h", "High Street", "a", ""],
            ["street", "h", "Again", "a", ""],
            ["street", "two words", "Long Lane", "a", ""],
            ["unused", "u", "Unused", "", ""],
        ],
    )
    streets = form.questions[1]
    assert streets["choice_filter"] == "town = ${town}"
    assert streets["choices"] == [
        {"key": "h", "words": {"en": "High Street"}, "where": {"town": "a"}}
    ]
    outcomes = [told(form, row, "choices")[0] for row in range(1, 7)]
    assert outcomes == ["changed", "changed", "taken", "not-taken", "not-taken", "not-taken"]


def test_the_reason_is_written_later_and_other_sheets_are_not_read() -> None:
    form = survey(TEXT, notes=[["Do not forget"], ["the milk"]])
    assert form.questions[0]["why"] == {}
    assert told(form, 2, "notes") == ("not-taken", "We do not read this sheet.")


def test_more_questions_than_anybody_should_be_asked_are_not_taken() -> None:
    form = survey(*(["date", f"d{n}", "When?"] for n in range(MOST + 5)))
    assert len(form.questions) == MOST
    assert told(form, MOST + 2)[0] == "not-taken"


def test_what_no_form_can_be_made_of_is_refused() -> None:
    assert refused(choices=YES_NO) == "There is no sheet called “survey” in this file."
    nothing = "There is no question in this form that we can take."
    assert refused(survey=[]) == nothing
    assert refused(survey=[SURVEY, ["note", "n", "Hello", "", "", ""]]) == nothing
    twice = [["type", "name", "label"], ["date", "d", "A?"], ["date", "d", "B?"]]
    assert refused(survey=twice) == "Rows 2 and 3 of “survey” are both called “d”."


def test_every_type_that_pyxform_knows_is_a_kind_here_or_has_a_reason() -> None:
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    for name in QUESTION_TYPE_DICT:
        found = type_of(name)
        assert (found.kind in KINDS) != bool(found.why), name
    assert type_of("phone number").limit == "regex(., '^\\d*$')"


def test_languages_are_known_by_code_and_by_name() -> None:
    assert [language(one) for one in ("Af-Soomaali (so)", "polish", "ar", "Nonsense")] == [
        "so",
        "pl",
        "ar",
        None,
    ]


def test_a_key_is_never_used_twice() -> None:
    assert key_of("who", {"who"}) == "who_1"
    assert key_of("1", set()) == "n_1"
    assert key_of("тест", set()) == "question"
    assert all(key_of(one, set()) not in RESERVED for one in RESERVED)


# Out, and in again


KEYS = st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), unique=True, max_size=5)
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # a smaller one takes minutes to find
PLACES = {"E1": 11, "E2": 12, "E3": 13}


def _options(draw: Any, words: Any, *, where: bool = False) -> list[dict[str, Any]]:
    keys = draw(KEYS.filter(bool))
    made = [{"key": key, "words": draw(words)} for key in keys]
    if where:
        for one in made:
            if draw(st.booleans()):
                one["where"] = {"town": draw(st.sampled_from(["a", "b"]))}
    return made


@st.composite
def requests(draw: Any, signs: str = "aé' -\"<&${}ي\n=5") -> Request:
    """A request with a question of some kinds, each with what its kind can have; ``signs`` are
    those of its words."""
    texts = st.text(st.sampled_from(signs), min_size=1, max_size=9).map(str.strip).filter(bool)
    words = st.dictionaries(st.sampled_from(["en", "pl", "ar"]), texts, min_size=1, max_size=3)
    some_words = st.one_of(st.just({}), words)
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=7))
    kinds = [*kinds, draw(st.sampled_from([one for one in KINDS if one != NOTE]))]
    asked: list[str] = []
    made: list[Question] = []
    section: dict[str, str] = {}
    for place, kind in enumerate(kinds, 1):
        section = draw(st.one_of(st.just(section), some_words))
        given: dict[str, Any] = {"words": draw(words), "hint": draw(some_words), "section": section}
        rules = ["", *(f"${{{key}}} != ''" for key in asked), "today() > date('2020-01-01')"]
        given["show_if"] = draw(st.sampled_from(rules))
        if kind != NOTE:
            given |= {
                "why": draw(some_words),
                "uses": draw(st.one_of(st.just(""), texts)),
                "category": draw(st.sampled_from(list(CATEGORIES))),
                "publishable": draw(st.booleans()),
                "required": draw(st.booleans()),
                "limit": draw(st.sampled_from(["", ". != 'x'", ". >= 1 and . <= 9"])),
                "limit_words": draw(some_words),
            }
        if kind in ("one-of", "some-of"):
            given["choices"] = _options(draw, words, where=True)
            if any("where" in one for one in given["choices"]):
                given["choice_filter"] = draw(st.sampled_from(["", "town = 'a'", "name != 'q'"]))
        if kind == "area":
            some = draw(st.lists(st.sampled_from(list(PLACES.values())), min_size=1, unique=True))
            given["choices"] = [
                {"key": str(one), "area": one, "words": draw(words)} for one in some
            ]
        if kind == "count-table":
            given |= {"rows": _options(draw, words), "columns": _options(draw, words)}
        key = draw(st.sampled_from([f"q{place}", f"home_{place}"]))
        made.append(question(place, kind=kind, key=key, why_later=True, **given))
        if kind != NOTE:
            asked.append(key)
    version = RequestVersion(number=1, questions=made)
    return Request(
        id=7,
        title=draw(words),
        why=draw(some_words),
        minutes=draw(st.integers(1, 240)),
        payment=draw(st.one_of(st.just(""), texts)),
        versions=[version],
    )


SAME = (
    *("key", "kind", "section", "words", "hint", "why", "uses", "category", "publishable"),
    *("required", "rows", "columns", "choices", "show_if", "limit", "limit_words"),
    "choice_filter",
)


def came_back(made: Request) -> Form:
    out = write(made, {id_: code for code, id_ in PLACES.items()})
    return taken(places=PLACES, **out)


@settings(max_examples=60, deadline=None, phases=QUICK)
@given(requests())
def test_a_request_that_goes_out_and_comes_in_is_the_same(made: Request) -> None:
    form = came_back(made)
    held = [question(n, why_later=True, **one) for n, one in enumerate(form.questions, 1)]
    for one, other in zip(made.newest.questions, held, strict=True):
        for name in SAME:
            before, after = (getattr(each, name) or None for each in (one, other))
            assert before == after, name
    told_ = form.settings
    assert (told_.title, told_.why) == (made.title, made.why)
    assert (told_.minutes, told_.payment) == (made.minutes, made.payment)
    wanted = "We do not put answers into words"
    for line in form.lines:
        assert all(wanted in why.text for why in line.why), [plain(why) for why in line.why]


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(requests(signs="aé' -\"<&ي\n=5"))
def test_other_tools_take_what_goes_out(made: Request) -> None:
    assert complaint(sheets(**write(made, {11: "E1", 12: "E2"}))) == ""


def test_bands_stay_bands_and_a_table_is_a_group_of_numbers() -> None:
    line = [{"key": "r1", "words": {"en": "Waiting"}}]
    made = Request(
        id=1,
        title={"en": "T"},
        why={},
        minutes=5,
        payment="",
        versions=[
            RequestVersion(
                number=1,
                questions=[
                    question(
                        1,
                        kind="count-table",
                        words={"en": "Who?"},
                        why={"en": "W"},
                        rows=line,
                        columns=[{**line[0], "key": "c1"}],
                    ),
                    question(
                        2,
                        kind="bands",
                        words={"en": "How many?"},
                        why={"en": "W"},
                        show_if="${q1} > 3",
                    ),
                ],
            )
        ],
    )
    out = write(made, {})
    types = [row[0] for row in out["survey"]]
    assert types == ["type", "begin group", "integer", "end group", "calculate", types[-1]]
    assert [row[1] for row in out["choices"][1:]] == list(BANDS)
    assert any("${q1_total} > 3" in cell for cell in out["survey"][-1]), "as ODK can work it out"
    assert [one["kind"] for one in came_back(made).questions] == ["count-table", "bands"]
    assert came_back(made).questions[1]["show_if"] == "${q1} > 3"
