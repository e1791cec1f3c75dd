"""Rows that are made once and filled: the same HTML as a plain loop, and nothing slips through."""

from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal.languages import speaking
from portal.rows import each
from tests.portal.shell_app import make

ROW = """
<li class="{{ one.colour }}">{{ one.number }}. <a href="{{ one.href }}" title='{{ one.title }}'>
{{- one.title }}</a>{% if one.at %} – {{ one.at }}{% endif %} 100% {{ one.left }}</li>
"""
NASTY = """<script>alert("1")</script> & 'x' %s %(title)s {{ 7*7 }}"""
ROWS: list[dict[str, Any]] = [
    {"title": NASTY, "href": "/1?a=1&b=2", "at": "", "colour": "red", "left": 0},
    {"title": Markup("<b>bold</b>"), "href": "/2", "at": "now", "colour": None, "left": 7},
    {"title": "Łódź « مرحبا »", "href": "/3", "at": None, "colour": "red", "left": _l("Yes")},
    {"title": "", "href": "/4", "at": Markup("<time>x</time>"), "colour": "red", "left": 2.5},
]


@pytest.fixture
def app() -> Flask:
    return make()


def render(app: Flask, template: str, **given: Any) -> str:
    with app.test_request_context("/"):
        return render_template_string(template, **given)


def test_filling_says_what_a_loop_says(app: Flask) -> None:
    quick = "{% call(one) ui.each(rows) %}" + ROW + "{% endcall %}"
    plain = "{% for one in rows %}{% set n = loop.index %}" + ROW + "{% endfor %}"
    plain = plain.replace("one.number", "n")
    assert render(app, quick, rows=ROWS) == render(app, plain, rows=ROWS)
    assert "<script>" not in render(app, quick, rows=ROWS)
    assert render(app, quick, rows=[]) == ""


def test_a_field_that_is_asked_for_can_be_used_in_any_way(app: Flask) -> None:
    rows = [{"state": "late", "id": 1}, {"state": "new", "id": 2}, {"state": "late", "id": 3}]
    block = (
        "{% call(one) ui.each(rows, by=['state']) %}{{ one.id }}{{ '!' if one.state == 'late' }} "
    )
    assert render(app, block + "{% endcall %}", rows=rows) == "1! 2 3! "


@pytest.mark.parametrize(
    "use", ["one.id == 1", "one.id|string", "one.id ~ 'x'", "one.id > 1", "one.id|length"]
)
def test_anything_else_is_an_error_and_not_a_wrong_page(app: Flask, use: str) -> None:
    block = "{% call(one) ui.each(rows) %}{{ " + use + " }}{% endcall %}"
    with pytest.raises(TypeError):
        render(app, block, rows=[{"id": 1}, {"id": 2}])


def test_a_row_is_made_once_for_each_kind_of_row() -> None:
    made = []

    def caller(row: Any) -> str:
        made.append(row)
        return Markup("<i>{}</i>").format(row.at)

    said = each([{"at": n} for n in (1, 2, 0, 3)], caller=caller)
    assert said == "<i>1</i><i>2</i><i>0</i><i>3</i>"
    assert len(made) == 2


def test_words_follow_the_language_within_one_request(app: Flask, tmp_path: Path) -> None:
    polish = Catalog(locale="pl")
    polish.add("Yes", "Tak <&>")
    polish.add(("%(num)s of 100%% %(who)s",) * 2, ("%(num)s ze 100%% %(who)s",) * 3)
    (tmp_path / "pl" / "LC_MESSAGES").mkdir(parents=True)
    with (tmp_path / "pl" / "LC_MESSAGES" / "messages.mo").open("wb") as file:
        write_mo(file, polish)
    app.extensions["babel"].translation_directories = [str(tmp_path)]
    some = "{{ ngettext('%(num)s of 100%% %(who)s', '%(num)s of 100%% %(who)s', 2, who='<') }}"
    with app.test_request_context("/"):
        said = [render_template_string("{{ _('Yes') }}")]
        with speaking("pl"):
            said.append(render_template_string("{{ _('Yes') }} " + some))
        said.append(render_template_string("{{ _('Yes') }} " + some))
    assert said == ["Yes", "Tak <&> 2 ze 100% &lt;", "Yes 2 of 100% &lt;"]
