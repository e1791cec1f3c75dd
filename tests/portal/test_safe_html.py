"""What people type comes out as text, paragraphs and safe links, and as nothing else."""

import pytest

from portal.safe_html import clean, plain, safe_address

UNSAFE = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:\\\\evil.example",
    "https://[evil",
    "relative",
]


@pytest.mark.parametrize("address", UNSAFE)
def test_unsafe_addresses(address: str) -> None:
    assert not safe_address(address)
    assert "href" not in clean(f'<a href="{address}">go</a>')


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a?b=1", "mailto:a@example.org", "tel:+442079460000", "/a", "#a"],
)
def test_safe_addresses(address: str) -> None:
    assert safe_address(address)
    assert f'href="{address}"' in clean(f'<a href="{address}">go</a>')


def test_what_is_not_on_the_list_goes() -> None:
    dirty = '<p onclick="x()" style="color:red">Hi <img src=x onerror=x()><script>x()</script></p>'
    assert clean(dirty) == "<p>Hi x()</p>"
    assert "<svg" not in clean("<svg><a xlink:href='javascript:x()'>a</a></svg>")


def test_links_do_not_tell_where_they_were_found() -> None:
    assert 'rel="nofollow noopener noreferrer"' in clean('<a href="https://example.org">a</a>')


def test_plain_text_keeps_its_lines() -> None:
    assert plain("One\r\ntwo\n\n\nThree") == "<p>One<br>two</p><p>Three</p>"
    assert plain("<b>&</b>") == "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>"


def test_plain_text_links_what_says_it_is_an_address() -> None:
    html = plain("See https://example.org/a. Not //example.org or example.org or javascript://x")
    assert html.count("<a ") == 1
    assert 'href="https://example.org/a"' in html
    assert "</a>. Not" in html
