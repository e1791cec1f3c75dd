"""Law 9: a count cannot be printed."""

import copy
import csv
import io
import json
import logging
import math
import operator
import pickle
from collections.abc import Callable
from typing import Any

import jinja2
import pytest
from flask import Flask

from trust.disclosure.count import Count, Leak, _peek, reveal
from trust.records import Msg
from trust.scope import Allowed, NotAllowed

TRACER = 7919
"""A number that appears nowhere by chance."""


@pytest.fixture
def count() -> Count:
    return Count(TRACER)


WAYS_OUT: dict[str, Callable[[Any], object]] = {
    "str": str,
    "format": format,
    "format with a width": lambda c: format(c, "05d"),
    "f-string": lambda c: f"{c}",
    "f-string !s": lambda c: f"{c!s}",
    "str.format": lambda c: "{:d}".format(c),  # noqa: UP032
    "percent s": lambda c: "%s" % c,  # noqa: UP031
    "percent d": lambda c: "%d" % c,  # noqa: UP031
    "percent x": lambda c: "%x" % c,  # noqa: UP031
    "bytes": bytes,
    "int": int,
    "float": float,
    "complex": complex,
    "index": operator.index,
    "hex": hex,
    "range": range,
    "slice": lambda c: "x"[:c],
    "bool": bool,
    "if": lambda c: 1 if c else 0,
    "not": lambda c: not c,
    "hash": hash,
    "in a set": lambda c: {c},
    "as a key": lambda c: {c: 1},
    "== number": lambda c: c == TRACER,
    "number ==": lambda c: TRACER == c,  # noqa: SIM300
    "!= number": lambda c: c != TRACER,
    "< number": lambda c: c < 8,
    "number <": lambda c: 8 < c,  # noqa: SIM300
    ">= number": lambda c: c >= 8,
    "== count": lambda c: c == Count(TRACER),
    "< count": lambda c: c < Count(8),
    "max": lambda c: max(c, Count(8)),
    "sorted": lambda c: sorted([c, Count(8)]),
    "in a list": lambda c: TRACER in [c],
    "round": round,
    "round to tens": lambda c: round(c, -1),
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "trunc": math.trunc,
    "sqrt": math.sqrt,
    "minus": lambda c: -c,
    "plus": lambda c: +c,
    "invert": lambda c: ~c,
    "+ number": lambda c: c + 1,
    "+ 0": lambda c: c + 0,
    "number +": lambda c: 1 + c,
    "False +": lambda c: False + c,
    "- number": lambda c: c - 1,
    "number -": lambda c: 1 - c,
    "- count": lambda c: c - c,
    "* number": lambda c: c * 2,
    "text *": lambda c: "x" * c,
    "/ number": lambda c: c / 2,
    "//": lambda c: c // 2,
    "%": lambda c: c % 2,
    "divmod": lambda c: divmod(c, 2),
    "**": lambda c: c**2,
    "&": lambda c: c & 1,
    "<<": lambda c: c << 1,
    "sum from one": lambda c: sum([c], start=1),
    "pickle": pickle.dumps,
    "json as text": lambda c: json.dumps(c, default=str),
    "csv": lambda c: csv.writer(io.StringIO()).writerow([c]),
    "join": lambda c: ",".join(map(str, [c])),
    "print": lambda c: print(c, file=io.StringIO()),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_every_way_out_raises_leak(way: str, count: Count) -> None:
    with pytest.raises(Leak) as caught:
        WAYS_OUT[way](count)
    assert str(TRACER) not in str(caught.value)


TEMPLATES = [
    "{{ c }}",
    "{{ c|string }}",
    "{{ c|int }}",
    "{{ c|int(0) }}",
    "{{ c|float }}",
    "{{ c|round }}",
    "{{ c|round(0, 'floor') }}",
    "{{ c|abs }}",
    "{{ [c, c]|sum }}",
    "{{ c|tojson }}",
    "{{ {'people': c}|tojson }}",
    "{{ c|format }}",
    "{{ '%d'|format(c) }}",
    "{{ c|filesizeformat }}",
    "{{ c|default(0, true) }}",
    "{{ c|e }}",
    "{{ c ~ '' }}",
    "{{ [c]|join(',') }}",
    "{{ [c, other]|max }}",
    "{{ [c, other]|sort }}",
    "{{ [c]|unique|list }}",
    "{{ c|upper }}",
    "{{ c|urlencode }}",
    "{{ c + 0 }}",
    "{% if c %}some{% endif %}",
    "{% if c > 7 %}many{% endif %}",
    "{% if c is even %}even{% endif %}",
    "{% if c in [1, 2] %}few{% endif %}",
    "{% for i in range(c) %}x{% endfor %}",
]


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_raise_leak(template: str, autoescape: bool, count: Count) -> None:
    web = Flask("test_count")
    page = jinja2.Environment(autoescape=autoescape)
    page.policies["json.dumps_function"] = web.json.dumps  # as Flask's own templates do
    with pytest.raises(Leak):
        page.from_string(template).render(c=count, other=Count(8))


def test_a_leak_that_is_a_type_error_would_be_swallowed_by_jinja() -> None:
    """Why ``Leak`` is what it is: a page would print a false 0 instead of failing."""

    class Shy:
        def __int__(self) -> int:
            raise TypeError

        __float__ = __int__

    assert jinja2.Environment().from_string("{{ c|int }}").render(c=Shy()) == "0"
    assert not issubclass(Leak, TypeError | ValueError | AttributeError | LookupError)


def test_json_alone_refuses_an_unknown_type(count: Count) -> None:
    with pytest.raises(TypeError, match="Count is not JSON serializable"):
        json.dumps({"people": count})


def test_flask_json_raises_leak(count: Count) -> None:
    with pytest.raises(Leak):
        Flask("test_count").json.dumps([count])


def test_repr_and_logs_stay_readable_and_say_nothing(
    count: Count, caplog: pytest.LogCaptureFixture
) -> None:
    assert repr(count) == f"{count!r}" == "<Count>"
    logging.getLogger("test_count").warning("counted %r", [count])
    assert "<Count>" in caplog.text
    assert str(TRACER) not in caplog.text


def test_no_attribute_leads_to_the_number(count: Count) -> None:
    for name in dir(count):
        assert getattr(count, name) is not TRACER
    assert not hasattr(count, "__dict__")
    with pytest.raises(AttributeError):
        setattr(count, "_number", 3)  # noqa: B010
    with pytest.raises(TypeError):
        vars(count)


def test_a_copy_is_the_count_itself(count: Count) -> None:
    assert copy.copy(count) is count
    assert copy.deepcopy([count])[0] is count


@pytest.mark.parametrize("wrong", [True, 3.0, "3", None, Count(3)])
def test_only_a_whole_number_makes_a_count(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Count(wrong)


def test_nobody_is_fewer_than_nobody() -> None:
    with pytest.raises(ValueError) as caught:
        Count(-TRACER)
    assert str(TRACER) not in str(caught.value)


def test_counts_add_up() -> None:
    assert _peek(Count(3) + Count(4)) == 7
    assert _peek(sum([Count(3), Count(4), Count(0)], start=Count(0))) == 7
    total = sum([Count(3), Count(4)])
    assert isinstance(total, Count)
    assert _peek(total) == 7


def test_reveal_opens_for_an_allowed_audience_only(count: Count) -> None:
    assert reveal(count, Allowed()) == TRACER
    refusals: list[Any] = [
        NotAllowed("3", Msg("No."), Msg("Ask them."), 1, 2),
        None,
        True,
        Allowed,
        "allowed",
    ]
    for refusal in refusals:
        with pytest.raises(Leak):
            reveal(count, refusal)
