"""Asks axe what is wrong with a page, as it stands in the browser."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = [
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),  # what the law asks
    *("best-practice", "experimental"),  # what helps besides
]

RUN = """tags => axe.run(document, {
  runOnly: { type: 'tag', values: tags },
  resultTypes: ['violations'],
})"""


@cache
def _axe() -> str:
    return SOURCE.read_text()


def audit(page: Page) -> list[str]:
    """Each fault as ``rule: what to do, where``; empty for a page without any.

    Every rule of WCAG 2.2 A and AA and of axe's best practice runs, those too that axe leaves
    out unless asked. The page's own Content-Security-Policy stays in force. Not for pages with
    JavaScript off, where axe never comes to an end: open them with ``scripts="blocked"``.
    """
    if page.evaluate("() => matchMedia('(scripting: none)').matches"):
        raise ValueError('axe needs scripting: open the page with scripts="blocked" to audit it.')
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(RUN, TAGS)
    return [
        f"{fault['id']}: {fault['help']}, at {node['target']}: {node['html'][:200]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]
