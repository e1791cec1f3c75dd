"""Each field: what it reads, what it refuses and how it says so; nothing typed is lost."""

import re
import time
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import g
from werkzeug.datastructures import MultiDict

from portal.contacts import helper
from portal.fields import (
    Choose,
    ChooseMany,
    Code,
    CountTable,
    DateParts,
    Email,
    Form,
    LongText,
    Number,
    Phone,
    Pick,
    Text,
    Tick,
    Upload,
    YesNo,
    at_least,
    at_most,
    digits,
    need,
    whole_number,
)
from portal.languages import speaking, words
from tests.portal.auditing_client import audited
from tests.portal.shell_app import make
from trust.contacts import is_number
from trust.names import JOINER
from trust.records import Msg, Refused


@pytest.fixture(autouse=True)
def request_made() -> Iterator[None]:
    app = make()
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/"):
        yield


def sent(field: Any, **values: Any) -> Form:
    """A form with the one field ``a``, as it came back; checked."""
    form = type("Sent", (Form,), {"a": field})(MultiDict(values))
    form.validate()
    return form


def error(field: Any, **values: Any) -> str:
    form = sent(field, **values)
    return str(form.errors_summary[0]["text"]) if form.errors else ""


def test_text_is_tidied() -> None:
    assert sent(Text(), a=" Ana\u0308\x00  ").a.data == "Anä"
    assert error(Text("", need("Enter it")), a="  ") == "Enter it"
    assert error(Text("", need("Enter it"))) == "Enter it"
    assert error(Text(), a="") == ""
    assert error(Text("", at_most(3)), a="abcd") == "Use fewer letters. You have 1 too many"
    assert error(Text("", at_least(3)), a="ab") == "Write a little more: at least 3 letters"


def test_marks_without_end_cost_no_time() -> None:
    """To put a row of marks into order takes the square of its length: seconds for this one."""
    row = "a" + "\u0316\u0300" * 20_000
    began = time.process_time()
    kept = sent(LongText(), a=row).a.data
    assert time.process_time() - began < 1
    assert [mark for mark in kept if mark != JOINER].count("\u0316") == 20_000
    assert sent(Text(), a="क़ि e\u0301 Việt").a.data == unicodedata.normalize("NFC", "क़ि é Việt")


def test_text_is_never_without_end() -> None:
    assert error(Text(), a="x" * 201)
    assert error(LongText(), a="x" * 10_001)
    assert error(LongText(count=5), a="123456") == "Use fewer letters. You have 1 too many"
    assert error(LongText(count=5), a="1\r\n34\r\n") == ""


@pytest.mark.parametrize("good", ["a@example.org", "o'hara+x@sub.example.co.uk"])
def test_email(good: str) -> None:
    assert error(Email(), a=good) == ""


@pytest.mark.parametrize(
    "bad",
    ["a", "a@b", "a@example.org\nBcc: b@example.org", "a b@example.org", "@example.org", "a@"],
)
def test_what_is_no_email(bad: str) -> None:
    assert error(Email(), a=bad) == "Enter an email address, like name@example.org"


def test_phone() -> None:
    assert error(Phone(), a="+44 (0)20 7946 0000") == ""
    assert error(Phone(), a="12") == "Enter a phone number, like 020 7946 0000"


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        *(("020 7946 0018", True), ("(020) 7946-0018", True), ("+44 (0)20 7946 0018", True)),
        *(("12", False), ("12 34 56", False), ("1" * 16, False), ("ring me", False)),
        *(("020 7946\n0018", False), ("02079460018;ext=1", False), ("٠٢٠٧٩٤٦٠٠١٨", False)),
    ],
)
def test_a_phone_number_is_the_same_everywhere(number: str, is_one: bool) -> None:
    """In a form, where somebody's own is kept, and where an agreement's contact is read."""
    assert (error(Phone(), a=number) == "") is is_one
    assert is_number(number) is is_one
    assert bool(helper(f"Rahima, {number}")) is is_one


def test_a_code_can_be_pasted_with_its_spaces() -> None:
    field = sent(Code("", digits(6)), a=" 123 456 ").a
    assert field.data == "123456"
    assert not field.errors
    html = field()
    assert 'autocomplete="one-time-code"' in html
    assert 'inputmode="numeric"' in html
    assert error(Code("", digits(6)), a="12345a") == "Enter the code. It has 6 digits"


@pytest.mark.parametrize(
    ("typed", "number"), [("12", 12), ("1,200", 1200), ("١٢", 12), ("১২", 12), ("-3", -3), ("0", 0)]
)
def test_numbers_as_people_write_them(typed: str, number: int) -> None:
    assert sent(Number("", whole_number(-9)), a=typed).a.data == number


def test_what_is_no_number_stays_in_the_box() -> None:
    form = sent(Number("", need("Enter it")), a="about 12")
    assert form.errors_summary == [{"href": "#a", "text": "Enter a whole number, like 12"}]
    assert 'value="about 12"' in form.a()
    assert error(Number(), a="-1") == "Enter a number that is 0 or more"
    assert error(Number("", whole_number(1, 5)), a="6") == "Enter a number that is 5 or less"
    assert error(Number(), a="9" * 5000)
    assert error(Number("", need("Enter it")), a="") == "Enter it"
    assert error(Number("", need("Enter it")), a="0") == ""


def test_a_day() -> None:
    whole = {"a-day": "27", "a-month": "3", "a-year": "2026"}
    assert sent(DateParts(), **whole).a.data == date(2026, 3, 27)
    assert sent(DateParts(), **whole | {"a-month": "mar"}).a.data == date(2026, 3, 27)
    with speaking("pl"):
        assert sent(DateParts(), **whole | {"a-month": "marca"}).a.data == date(2026, 3, 27)
    assert error(DateParts(), **whole | {"a-day": "31", "a-month": "Feb"}) == (
        "There is no 31 February 2026. Check the day"
    )


@pytest.mark.parametrize(
    ("part", "value", "says"),
    [
        ("day", "", "The date needs a day"),
        ("month", "", "The date needs a month"),
        ("year", "", "The date needs a year"),
        ("day", "32", "There is no 32 March 2026. Check the day"),
        ("day", "0", "Enter a real date, like 27 3 2026"),
        ("month", "Marchuary", "Enter a real date, like 27 3 2026"),
        ("year", "26", "Enter a real date, like 27 3 2026"),
        ("year", "9" * 30, "Enter a real date, like 27 3 2026"),
    ],
)
def test_a_day_that_is_none(part: str, value: str, says: str) -> None:
    typed = {"a-day": "27", "a-month": "3", "a-year": "2026", f"a-{part}": value}
    form = sent(DateParts(), **typed)
    assert form.errors_summary == [{"href": f"#a-{part}", "text": says}]
    others = [text for key, text in typed.items() if key != f"a-{part}"]
    assert all(f'value="{text}"' in form.a() for text in others)
    assert form.a.data is None


def test_no_day() -> None:
    assert error(DateParts("", need("Enter it")), **{"a-day": ""}) == "Enter it"
    assert error(DateParts()) == ""


CHOICES = [("x", "Ex"), ("y", "Why")]


def test_choosing() -> None:
    assert sent(Choose("", choices=CHOICES), a="x").a.data == "x"
    assert error(Choose("", need("Choose"), choices=CHOICES)) == "Choose"
    assert error(Choose("", choices=CHOICES), a="z") == "Choose one of the answers"
    assert sent(Pick("", choices=CHOICES), a="y").a.data == "y"
    assert error(Pick("", need("Choose"), choices=CHOICES), a="") == "Choose"
    assert error(Pick("", choices=CHOICES), a="z") == "Choose from the list"


def test_choosing_many() -> None:
    field = ChooseMany("", need("Choose"), choices=CHOICES, none_of_these=("none", "None"))
    assert sent(field, a=["x", "y", "x"]).a.data == ["x", "y"]
    assert sent(field, a="none").a.data == ["none"]
    assert error(field, a=["x", "none"]).endswith("Not both")
    assert error(field, a="z") == "Choose from the answers"
    assert error(field) == "Choose"
    assert (
        error(ChooseMany("", at_most(1), choices=CHOICES), a=["x", "y"]) == "Choose only 1 answer"
    )


def test_yes_no_and_a_tick() -> None:
    assert sent(YesNo(), a="no").a.data is False
    assert error(YesNo("", need("Say")), a="no") == ""
    assert error(YesNo("", need("Say"))) == "Say"
    assert error(YesNo("", need("Say")), a="maybe") == "Say"
    assert sent(Tick(), a="yes").a.data is True
    assert error(Tick("", need("Tick it"))) == "Tick it"


def test_what_was_stored_is_shown() -> None:
    stored = type(
        "Stored",
        (Form,),
        {
            "yes": YesNo(),
            "many": ChooseMany(choices=CHOICES),
            "one": Choose(choices=CHOICES),
            "picked": Pick(choices=CHOICES),
            "on": DateParts(),
            "n": Number(),
            "long": LongText(),
            "counts": CountTable(rows=CHOICES, columns=CHOICES),
        },
    )(
        data={
            "yes": False,
            "many": ["y"],
            "one": "x",
            "picked": "y",
            "on": date(2026, 3, 7),
            "n": 0,
            "long": "One\n  two",
            "counts": {"x": {"y": 0}},
        }
    )
    html = "".join(str(field()) for field in stored if field.name not in ("token", "version"))
    checked = re.findall(r'name="(\w+)" type="\w+" value="(\w+)"\s+checked', html)
    assert checked == [("yes", "no"), ("many", "y"), ("one", "x")]
    assert re.search(r'<option value="y"\s+selected', html)
    assert all(f'value="{part}"' in html for part in ("7", "3", "2026"))
    assert html.count('value="0"') == 2
    assert ">One&#10;  two</textarea>" in html


def table() -> CountTable:
    rows = [("oak", words("Gospel Oak")), ("town", words("Kentish Town"))]
    columns = [("fixed", "Fixed"), ("waiting", "Waiting")]
    return CountTable("How many?", need("Enter one"), rows=rows, columns=columns, most=500)


def test_a_table_of_counts() -> None:
    form = sent(table(), **{"a-oak-fixed": "3", "a-oak-waiting": "", "a-town-waiting": "14"})
    assert form.a.data == {"oak": {"fixed": 3}, "town": {"waiting": 14}}
    assert form.a.sums() == ({"fixed": 3, "waiting": 14}, 17)
    assert "Total: 17" in form.a.totals()
    assert "left out" not in form.a.totals()
    assert error(table()) == "Enter one"


def test_a_wrong_cell_is_named_linked_and_kept() -> None:
    form = sent(table(), **{"a-oak-fixed": "many", "a-town-fixed": "501", "a-town-waiting": "2"})
    assert form.errors_summary == [
        {
            "href": "#a-oak-fixed",
            "text": "\u2068Gospel Oak\u2069, \u2068Fixed\u2069: enter a whole number, like 12",
        },
        {
            "href": "#a-town-fixed",
            "text": "\u2068Kentish Town\u2069, \u2068Fixed\u2069: "
            "Enter a number that is 500 or less",
        },
    ]
    assert form.a.sums() == ({"fixed": 0, "waiting": 2}, 2)  # what is wrong adds nothing
    assert "A box that is not right is left out of the total." in form.a.totals()
    html = form.a()
    assert html.count('aria-invalid="true"') == 2
    assert all(f'value="{typed}"' in html for typed in ("many", "501", "2"))


def test_each_cell_has_a_label_of_its_own() -> None:
    html = sent(table()).a()
    ids = re.findall(r'<input class="[^"]*" id="([^"]+)"', html)
    assert len(set(ids)) == 4
    assert all(f'<label for="{id}">' in html for id in ids)


def test_keys_of_a_table_cannot_break_its_ids() -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        sent(CountTable(rows=[("a b", "x")], columns=CHOICES))


def test_a_file() -> None:
    assert error(Upload("", need("Choose a file"))) == "Choose a file"
    assert 'type="file"' in sent(Upload("F", accept=".csv")).a()


def test_the_token_is_one_for_one_form_and_survives_its_errors() -> None:
    first, second = sent(Text()), sent(Text())
    assert first.token.data != second.token.data
    again = sent(Text("", need("Enter it")), token=first.token.data, version="7")
    assert again.token.data == first.token.data
    assert again.version.data == 7
    odd = sent(Text(), token="<script>", version="9" * 40)
    assert re.fullmatch(r"[\w-]{16,}", odd.token.data)
    assert odd.version.data is None


def test_hidden_inputs_have_no_ids_so_that_two_forms_share_a_page() -> None:
    hidden = sent(Text()).hidden()
    assert "id=" not in hidden
    assert 'name="token"' in hidden
    assert 'name="version"' in hidden


def test_a_refusal_stands_at_its_field_or_in_the_summary() -> None:
    form = sent(Text(), a="x")
    form.refused(Refused(Msg("No %(what)s", {"what": "way"}), field="a"))
    form.refused(Refused(Msg("Not at all")))
    assert form.errors_summary == [
        {"href": "#a", "text": "No way"},
        {"href": "", "text": "Not at all"},
    ]
    assert "No way" in form.a()


def test_a_label_can_be_the_heading() -> None:
    for field in (Text("Why?", as_heading=True), YesNo("Why?", as_heading=True)):
        html = sent(field).a()
        assert html.count("<h1") == 1
        assert "Why?" in html
    assert "<h1" not in sent(Text("Why?", as_heading=True)).a(as_heading=False)


def test_the_safeguarding_sentence_stands_at_every_story() -> None:
    html = sent(LongText("What happened?")).a()
    assert "call 999" in html
    assert 'aria-describedby="a-guard"' in html
    assert html.index("</textarea>") < html.index("call 999")
    rule = sent(LongText("A rule", safeguarding=False)).a()
    assert "call 999" not in rule, "it stands on this page already"
    assert 'aria-describedby="a-guard"' in rule
    del g.guard
    assert "call 999" in sent(LongText("A rule", safeguarding=False)).a()
    assert "call 999" not in sent(LongText("What worries you?", safeguarding=None)).a()
    line = sent(Text("What happened?", safeguarding=True)).a()
    assert 'aria-describedby="a-guard"' in line
    assert line.index("<input") < line.index("call 999")


def test_words_run_in_the_direction_of_what_is_typed() -> None:
    for field in (Text(), LongText()):
        assert 'dir="auto"' in sent(field).a()
    for field in (Number(), Email(), Phone(), Code()):
        assert 'dir="ltr"' in sent(field).a()


def test_counting_has_every_plural_form_of_the_language() -> None:
    with speaking("pl"):
        html = sent(LongText("Opis", count=100)).a()
    assert all(
        f"data-i18n.characters-under-limit.{form}=" in html for form in ("one", "few", "many")
    )
    assert "%{count}" in html


def test_words_people_wrote_are_escaped_and_marked_in_labels() -> None:
    html = sent(Choose(words("Why <b>?", "so"), choices=[("x", words("<i>", "ar"))])).a()
    assert '<span lang="so" dir="ltr" translate="no">Why &lt;b&gt;?</span>' in html
    assert "<i>" not in html
    assert 'lang="ar"' in html


def test_a_text_of_several_lines_nested_in_a_choice_is_not_indented() -> None:
    form = type("Both", (Form,), {"a": Choose(choices=CHOICES), "b": LongText()})
    made = form(data={"b": "One\ntwo\n\n  three"})
    assert "One&#10;two&#10;&#10;  three</textarea>" in made.a(reveal={"x": made.b()})


def test_every_field_empty_wrong_and_right_makes_a_sound_page() -> None:
    app = audited(make())
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.get("/all").status_code == 200
    empty = client.post("/all")
    assert empty.status_code == 422
    assert "<title>Error: Every field – Community insights</title>" in empty.text
    wrong = client.post("/all", data={"on-day": "x", "families-E05013653-fixed": "x", "place": "x"})
    assert wrong.text.count("govuk-error-summary__list") == 1
    totals = client.post("/totals", data={}, headers={"HX-Request": "true"})
    assert totals.text.strip().startswith("<tfoot")


@pytest.mark.parametrize("typed", ["12,5", "1.200", "1_0", "1 2", "1,2,3"])
def test_no_field_makes_another_number_of_what_was_typed(typed: str) -> None:
    assert error(Number(), a=typed) == "Enter a whole number, like 12"
    table = CountTable(rows=[("r", "R")], columns=[("c", "C")])
    assert "enter a whole number" in error(table, **{"a-r-c": typed})
    assert error(DateParts(), **{"a-day": typed, "a-month": "3", "a-year": "2026"})
