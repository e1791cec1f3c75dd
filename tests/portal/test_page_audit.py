"""The audit finds each fault that is planted into a good page, and none in the page itself."""

import pytest

from tests.portal.auditing_client import audited
from tests.portal.page_audit import audit_html
from tests.portal.shell_app import make

GOOD = """<!DOCTYPE html>
<html lang="en" dir="ltr"><head><title>⟦⟦Your name⟧ – Portal⟧</title></head><body>
<main><h1>⟦Your name⟧</h1>
<form method="post"><label for="name">⟦Name⟧</label> <input id="name" name="name"></form>
<h2>⟦Why⟧</h2><p>⟦See <a href="/why">why</a> we ask⟧, 12 <time>3 May</time></p>
<p lang="so" dir="ltr">Soomaali</p><p translate="no">Lantern <b>Circle</b></p>
</main></body></html>"""

FAULTS = {
    "Nobody asked": ("⟦Why⟧", "Why"),
    "cut": ("⟦Why⟧", "⟦Why"),
    "an attribute nobody asked": ('<a href="/why">', '<a href="/why" aria-label="More">'),
    "no lang": ('lang="en" ', ""),
    "no dir": (' dir="ltr"><head', "><head"),
    "two h1": ("<h2>⟦Why⟧</h2>", "<h1>⟦Why⟧</h1>"),
    "no h1": ("<h1>⟦Your name⟧</h1>", ""),
    "a skipped heading": ("<h2>⟦Why⟧</h2>", "<h3>⟦Why⟧</h3>"),
    "another title": ("⟦⟦Your name⟧ – Portal⟧", "⟦Portal – Your name⟧"),
    "an error that is none": ("⟦⟦Your name⟧", "⟦Error: ⟦Your name⟧"),
    "no label": ('<label for="name">⟦Name⟧</label> ', ""),
    "an empty label": ("⟦Name⟧", ""),
    "an id twice": ("<h2>", '<h2 id="name">'),
    "a description that is not there": (
        '<input id="name"',
        '<input aria-describedby="x" id="name"',
    ),
    "a style": ("<h2>", '<h2 style="color:red">'),
    "a handler": ("<h2>", '<h2 onclick="go()">'),
    "a script": ("</body>", "<script>1</script></body>"),
    "a style element": ("</head>", "<style>b{}</style></head>"),
    "a link without words": (">why<", "><"),
    "a link to nowhere": ('"/why"', '"#why"'),
    "a script as link": ('"/why"', '"javascript:go()"'),
    "a form that sends elsewhere": ('method="post"', 'method="post" action="//evil.example"'),
    "no main part": ("main>", "div>"),
    "a fieldset without legend": ("</form>", "<fieldset></fieldset></form>"),
    "broken nesting": ("<h2>⟦Why⟧</h2>", "<h2>⟦Why⟧</h3>"),
    "markup that is read": ("Lantern <b>", '&lt;span translate="no">Lantern <b>'),
    "a day whose markup is read": ("Lantern <b>", '&lt;time datetime="2026-11-23">Lantern <b>'),
    "no doctype": ("<!DOCTYPE html>", ""),
    "a free-text box without the safeguarding sentence": (
        '<input id="name" name="name">',
        '<textarea id="name" name="name"></textarea>',
    ),
    "an image without alt": ("</main>", '<img src="/a.png"></main>'),
}


def test_a_good_page_is_good() -> None:
    assert audit_html(GOOD, "/", wrapped=True) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(fault: str) -> None:
    right, wrong = FAULTS[fault]
    assert right in GOOD
    assert audit_html(GOOD.replace(right, wrong), "/", wrapped=True)


def test_a_part_of_a_page_needs_no_frame() -> None:
    assert (
        audit_html("<tfoot><tr><td>⟦Total⟧</td></tr></tfoot>", "/", wrapped=True, fragment=True)
        == []
    )
    assert audit_html("<p>Total</p>", "/", wrapped=True, fragment=True)


def test_the_client_fails_the_test_that_asks_for_a_bad_page() -> None:
    with pytest.raises(AssertionError, match="Nobody translated me"):
        audited(make()).test_client().get("/bad")


def test_the_client_shows_the_page_as_a_person_reads_it() -> None:
    page = audited(make()).test_client().get("/one")
    assert "Why do families give up?" in page.text
    assert "⟦" not in page.text
