"""What may stand as a name. Names stand in mails that others get, from the portal's own address:
so a name must not become a message, with something to open or a number to call."""

import re
import unicodedata

_JOINERS = "\u200c\u200d"
_PART = r"[^\s.,;:()/@&]"
_TITLES = r"(?:st|dr|mr|mrs|ms|md|mst|mohd|rev|fr|sr|jr|prof)"
_DOMAIN = rf"(?<!{_PART})(?!{_TITLES}\.){_PART}{{2,}}(?:\.{_PART}+)*\.(?=[^\W\d_]){_PART}{{2,}}"

_ADDRESS = re.compile(rf"@|://|{_DOMAIN}", re.IGNORECASE)
_SURE_ADDRESS = re.compile(r"://|[^\s@]@[^\s@]+\.[^\W_]")
_NUMBER = re.compile(r"(?:\d[\W_]*){5}")
_LONG_NUMBER = re.compile(r"(?:\d[\W_]*){9}")


def tidied(name: str) -> str:
    """A name with single spaces, and without signs that nobody sees: they can turn the rest of a
    line round. Joiners stay, with which Persian and Bengali names are written."""
    seen = (c for c in name if c in _JOINERS or unicodedata.category(c) != "Cf")
    return " ".join("".join(seen).split())


def leads_away(name: str) -> bool:
    """Whether a name holds what may be an address, as mail programs find them to make a link of
    each, or a number to call. ``St. Mary``, ``J.R.Smith`` and ``Hall 1628`` do not."""
    bare = _bare(name)
    return bool(_ADDRESS.search(bare) or _NUMBER.search(bare))


def surely_leads_away(name: str) -> bool:
    """Whether a name holds what can be nothing but an address or a number to call. Some
    organisations have a name with a dot or a year in it: ``Kidz.com CIC``."""
    bare = _bare(name)
    return bool(_SURE_ADDRESS.search(bare) or _LONG_NUMBER.search(bare))


def _bare(name: str) -> str:
    """However it is written: with wide letters, digits in circles, or joiners in between."""
    return unicodedata.normalize("NFKC", name.translate(dict.fromkeys(map(ord, _JOINERS))))
