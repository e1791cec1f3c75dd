"""The two models are complete; any other file is read soundly or refused with a place to look."""

import time
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilots.model import Model, Stage, load, names, parse
from pilots.vocabulary import ASKING, CHECKS, GATES
from tests.trust.readability import LONGEST_SENTENCE, faults, longest_sentence
from trust.records import Msg, Refused

SOURCE = {
    name: files("pilots").joinpath("models", f"{name}.toml").read_text(encoding="utf-8")
    for name in names()
}
A = SOURCE["neighbourhood"]
STAGES = [pytest.param(stage, id=stage.key) for name in names() for stage in load(name).stages]


def said(reason: Msg) -> str:
    """A message as an English reader sees it."""
    params = {k: said(v) if isinstance(v, Msg) else v for k, v in reason.params.items()}
    return reason.text % params if params else reason.text


def refusal(text: str) -> str:
    with pytest.raises(Refused) as refused:
        parse(text)
    return said(refused.value.reason)


def changed(old: str, new: str) -> str:
    assert old in A
    return A.replace(old, new, 1)


def test_both_models_from_first_to_last_stage() -> None:
    assert names() == ("connectors", "neighbourhood")
    assert [stage.key for stage in load("neighbourhood").stages] == [f"A{n}" for n in range(1, 9)]
    assert [stage.key for stage in load("connectors").stages] == [f"B{n}" for n in range(1, 10)]
    for name in names():
        model = load(name)
        assert model.key == name
        assert model.wording == "reading"
        assert faults(model.text) == []


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_reads_plainly(stage: Stage) -> None:
    assert stage.title
    assert faults(stage.text) == []
    assert all(longest_sentence(need.words) <= LONGEST_SENTENCE for need in stage.needs)


def test_every_check_is_used_and_named() -> None:
    used = {need.check for name in names() for s in load(name).stages for need in s.needs}
    assert used == {*CHECKS, "say"}


@pytest.mark.parametrize("name", names())
def test_the_gates_come_before_anything_is_asked(name: str) -> None:
    stages = load(name).stages
    gates = [stage.gate for stage in stages if stage.gate]
    assert gates == ["trust", "ig"]
    for gate, checks in GATES.items():
        at = next(stage for stage in stages if stage.gate == gate)
        assert checks <= {need.check for need in at.needs}
    asking = next(p for p, s in enumerate(stages) if ASKING & {n.check for n in s.needs})
    assert all(not stage.gate for stage in stages[asking:])


def test_finding_a_stage() -> None:
    model = load("neighbourhood")
    assert model.first.key == "A1"
    assert model.stage("A2").gate == "trust"
    assert model.place("A8") == 8
    assert model.stage("A8").next == ""
    with pytest.raises(Refused):
        model.stage("B1")


@pytest.mark.parametrize("name", ["", "unheard-of", "../models/connectors", "connectors.toml"])
def test_no_other_model_is_loaded(name: str) -> None:
    with pytest.raises(Refused):
        load(name)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('title = "Choose one question"\n', "", "Look at stage A4. “title” is missing."),
        ('title = "Learn"', "title = 7", "Look at stage A8. “title” must be text in quotes."),
        ('title = "Learn"', 'title = "a\\nb"', "Look at stage A8. “title” must be one line."),
        (
            '"council_gave"',
            '"council_paid"',
            "Look at stage A5. There is no check called council_paid.",
        ),
        ('next = "A3"', 'next = "A9"', "Look at stage A2. “next” leads nowhere: A9."),
        ('next = "A3"', 'next = "A4"', "Look at stage A2. “next” must be the stage below: A3."),
        ('next = "A3"\n', "", "Look at stage A2. “next” must be the stage below: A3."),
        (
            'back = ["A4", "A7"]',
            'next = "A1"',
            "Look at stage A8. The last stage has no “next”.",
        ),
        (
            'back = ["A1"]',
            'back = ["A5"]',
            "Look at stage A2. “back” must be an earlier stage, not A5.",
        ),
        ('key = "A2"', 'key = "A1"', "Look at stage A1. Two stages have this key."),
        ('key = "A2"', 'key = "A/2"', "Look at stage number 2. A key has letters, digits and "
         "dashes, 10 at most."),
        ('key = "A2"\n', "", "Look at stage number 2. “key” is missing."),
        (
            'gate = "trust"\n',
            "",
            "A model has the gate “trust” on one stage. Here it is on 0.",
        ),
        ('gate = "ig"\n', "", "A model has the gate “ig” on one stage. Here it is on 0."),
        (
            'gate = "ig"',
            'gate = "trust"',
            "A model has the gate “trust” on one stage. Here it is on 2.",
        ),
        ('gate = "ig"', 'gate = "garden"', "Look at stage A4. There is no gate called garden."),
        (
            '  { check = "agreements_in_force", with = "each member" },\n',
            "",
            "Look at stage A2. The gate here needs the check agreements_in_force.",
        ),
        (
            '  { check = "screening_decided" },\n',
            "",
            "Look at stage A4. The gate here needs the check screening_decided.",
        ),
        (
            '{ check = "conversations_confirmed", with = "each member" }',
            '{ check = "contributed" }',
            "Look at stage A2. This gate must come before anything is asked of a group.",
        ),
        ('who = ["cohort"]', 'who = ["mayor"]', "Look at stage A3. Nobody is called mayor."),
        ('who = ["cohort"]', 'who = "cohort"', "Look at stage A3. “who” must be a list of words "
         "in quotes."),
        ('who = ["cohort"]\n', "", "Look at stage A3. “who” is missing."),
        ("at_least = 3", "at_most = 3", "Look at stage A3. “at_most” is not known here."),
        ("at_least = 3", "at_least = true", "Look at stage A3. “at_least” must be a whole number, "
         "999 at most."),
        ("at_least = 3", "at_least = -1", "Look at stage A3. “at_least” must be a whole number, "
         "999 at most."),
        ('"coordinator", "reviewer"', '"king"', "Look at stage A3. There is no role called king."),
        ('by = ["coordinator"]', 'by = ["king"]', "Look at stage A3. There is no role called "
         "king."),
        (', by = ["coordinator"]', "", "Look at stage A3. “by” is missing."),
        ('with = "both sides"', 'with = "luck"', "Look at stage A4. A check cannot be made with "
         "“luck”."),
        ('wording = "reading"', 'wording = "mine"', "Look at the top of the file. “wording” is "
         "“reading” or “published”."),
        ('wording = "reading"', 'wording = "published"', "Look at the top of the file. “source” "
         "is missing."),
        ('wording = "reading"', 'wording = "reading"\ncolour = "red"', "Look at the top of the "
         "file. “colour” is not known here."),
        ('text = "We talk', 'text = "' + "a" * 601 + '"\nwhy = "', "Look at stage A1. “why” is not "
         "known here."),
        ('text = "We talk', 'text = "' + "a" * 601, "Look at stage A1. “text” is too long. Use 600 "
         "characters or fewer."),
        ('title = "Learn"', "title = Learn", "Line 103 is not written as TOML asks. Look there."),
    ],
)  # fmt: skip
def test_a_slip_is_refused_with_the_place_to_look(old: str, new: str, sentence: str) -> None:
    assert refusal(changed(old, new)) == sentence


def test_a_model_may_add_needs() -> None:
    more = changed(
        '  { check = "council_gave" },',
        '  { check = "council_gave" },\n  { say = "Tea was served", by = ["supporter"] },',
    )
    needs = parse(more).stage("A5").needs
    assert [need.words for need in needs if need.check == "say"] == ["Tea was served"]
    assert len(needs) == len(load("neighbourhood").stage("A5").needs) + 1


def test_published_wording_comes_with_its_source() -> None:
    given_source = changed('wording = "reading"', 'wording = "published"\nsource = "A report"')
    assert parse(given_source).source == "A report"


@pytest.mark.parametrize(
    "text",
    [
        "",
        'wording = "reading"\n[[stage]]\nkey = "A1"\nneeds = {}',
        "x = " + "[" * 900,
        "x = " + "1" * 900 + "\n" + "y = " + "{a=" * 300,
        "\n".join("x" * 900 for _ in range(40)),
        ".".join("a" * 600) + " = 1",
        "\x00",
        "\ufeffkey = 1",
        "a = 2026-99-99",
    ],
)
def test_no_file_does_harm(text: str) -> None:
    start = time.perf_counter()
    assert refusal(text)
    assert time.perf_counter() - start < 1


def test_a_number_of_thousands_of_digits_is_not_an_error() -> None:
    # Python refuses to read it, with a plain ValueError; a line that long does not get so far.
    assert refusal("x = " + "1" * 5000) == "Line 1 is too long. Break it up."


@pytest.mark.parametrize(
    ("stages", "sentence"),
    [
        ("", "“stage” must be a list of tables."),
        ("stage = 1", "“stage” must be a list of tables."),
        ("stage = [1, 2]", "“stage” must be a list of tables."),
        ("stage = [{}, 2]", "“stage” must be a list of tables."),
        ("stage = []", "“stage” must stand here between 1 and 30 times."),
        ("[[stage]]\n" * 31, "“stage” must stand here between 1 and 30 times."),
    ],
)
def test_stages_are_tables(stages: str, sentence: str) -> None:
    text = f'wording = "reading"\n{stages}'
    assert refusal(text) == f"Look at the top of the file. {sentence}"


def test_a_file_of_many_pages_is_not_read() -> None:
    sentence = "The file is too long. A model has a few pages at most."
    assert refusal("a = 1\n" * 6000) == sentence


@given(st.text(max_size=300))
def test_any_text_gives_a_model_or_a_refusal(text: str) -> None:
    assert refusal(text)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A model with a few lines taken away, doubled, swapped or scribbled on."""
    lines = draw(st.sampled_from(list(SOURCE.values()))).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 2))
        match draw(st.sampled_from(["drop", "double", "swap", "scribble"])):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "swap":
                lines[at], lines[at + 1] = lines[at + 1], lines[at]
            case _:
                cut = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:cut] + draw(st.text(max_size=5)) + lines[at][cut:]
    return "\n".join(lines)


def _sound(model: Model) -> bool:
    keys = [stage.key for stage in model.stages]
    onward = [stage.next for stage in model.stages] == [*keys[1:], ""]
    gates = sorted(stage.gate for stage in model.stages if stage.gate) == ["ig", "trust"]
    kept = all(
        GATES[stage.gate] <= {need.check for need in stage.needs}
        for stage in model.stages
        if stage.gate
    )
    return onward and gates and kept and len(set(keys)) == len(keys)


@settings(max_examples=150, deadline=None)
@given(damaged())
def test_a_damaged_model_is_sound_or_refused(text: str) -> None:
    try:
        model = parse(text)
    except Refused as refused:
        sentence = said(refused.reason)
        assert sentence.startswith(("Look at ", "Line ", "A model ", "The file "))
        assert "%(" not in sentence
    else:
        assert _sound(model)
