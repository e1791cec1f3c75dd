"""The only door for text typed by people that comes out as HTML."""

import re
from urllib.parse import urlsplit

from bleach import Cleaner
from bleach.linkifier import Linker
from markupsafe import Markup, escape

TAGS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote"})
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
REL = "nofollow noopener noreferrer"


def safe_address(value: str) -> bool:
    """Whether a link may go to ``value``: a full address of a known scheme, or a path of ours.

    ``//host`` and ``/\\host`` look like paths and lead elsewhere, so they are not safe.
    """
    if re.search(r"[\x00-\x20\\]", value):
        return False
    try:
        scheme = urlsplit(value).scheme
    except ValueError:
        return False
    if scheme:
        return scheme in SCHEMES
    return re.match(r"/(?!/)|[#?]", value) is not None


def _attribute(tag: str, name: str, value: str) -> bool:
    return tag == "a" and name == "href" and safe_address(value)


def _outward(attrs: dict[object, str], new: bool = False) -> dict[object, str] | None:
    href = attrs.get((None, "href"), "")
    if not safe_address(href):
        return None
    attrs[(None, "rel")] = REL
    return attrs


UNSAFE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})
"""What ``escape`` does to a string, for ``str.translate``: one call where it takes five, which
counts where every row of a long list does it."""

_cleaner = Cleaner(tags=TAGS, attributes=_attribute, protocols=SCHEMES, strip=True)
_linker = Linker(
    callbacks=[_outward],
    # Only what says http:// or https:// itself: "e.g.this" and names of files are not links.
    url_re=re.compile(r"\bhttps?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]", re.IGNORECASE),
)


def clean(html: str) -> Markup:
    """Keeps a short list of tags of ``html``, drops every attribute but a safe ``href``."""
    return Markup(_linker.linkify(_cleaner.clean(html)))  # noqa: S704 - cleaned on this line


def plain(text: str) -> Markup:
    """Plain text as paragraphs, with its line breaks and its web addresses as links."""
    text = text.replace("\r\n", "\n").strip()
    paragraphs = (str(escape(part)).replace("\n", "<br>") for part in re.split(r"\n{2,}", text))
    html = "".join(f"<p>{part}</p>" for part in paragraphs)
    if "://" in html:
        html = _linker.linkify(html)
    return Markup(html)  # noqa: S704 - escaped above
