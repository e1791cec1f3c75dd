"""Numbers in public registers, as org-id scheme and number (places-and-identifiers.md).

The forms follow org-id.guide. A well-formed number may still belong to nobody: the registers
themselves are not asked.
"""

import re
from dataclasses import dataclass

from trust.records import N_, Msg, Refused


@dataclass(frozen=True)
class Scheme:
    """One register. ``name`` and ``form`` are read by people; ``pattern`` must match whole."""

    key: str
    name: str
    form: str
    example: str
    pattern: re.Pattern[str]
    prefix: str = ""


_ALL = (
    Scheme(
        "GB-CHC",
        N_("Charity number (England and Wales)"),
        N_("It has 6 or 7 digits."),
        "1234567",
        re.compile(r"[0-9]{6,7}"),
    ),
    Scheme(
        "GB-COH",
        N_("Company number"),
        N_("It has 8 characters. Keep the zeros in front."),
        "01234567",
        # Most are digits; a prefix names the part of the UK or the sort of body (CE is a
        # charitable incorporated organisation). Some older societies end in R or RS.
        re.compile(r"[0-9]{8}|[A-Z]{2}[0-9]{6}|R[0-9]{7}|[A-Z]{2}[0-9]{5}R|[A-Z]{2}[0-9]{4}RS"),
    ),
    Scheme(
        "GB-SC",
        N_("Charity number (Scotland)"),
        N_("It has SC and 6 digits."),
        "SC012345",
        re.compile(r"SC[0-9]{6}"),
    ),
    Scheme(
        "GB-NIC",
        N_("Charity number (Northern Ireland)"),
        N_("It has 6 digits."),
        "101234",
        re.compile(r"[0-9]{6}"),
        prefix="NIC",
    ),
    Scheme(
        "GB-MPR",
        N_("Mutuals register number"),
        N_("It has up to 6 digits. Letters may stand before or after them."),
        "IP031455",
        re.compile(r"(?:[A-Z]{2})?[0-9]{1,6}[A-Z]{0,2}"),
    ),
    Scheme(
        "GB-LAE",
        N_("Council code (England)"),
        N_("It has 3 letters."),
        "CMD",
        re.compile(r"[A-Z]{3}"),
    ),
    Scheme(
        "GB-CASC",
        N_("Community amateur sports club"),
        N_("It has 8 characters: digits, and letters from a to f."),
        "df679063",
        re.compile(r"[0-9a-f]{8}"),
    ),
    Scheme(
        "ORUK",
        N_("Open Referral UK number"),
        N_("It has 32 digits and letters from a to f."),
        "d9d5e0f5d3ce4f739a2f4dd0ecc6c610",
        re.compile(r"[0-9a-f]{32}"),
    ),
)

_SMALL = ("GB-CASC", "ORUK")

SCHEMES = {scheme.key: scheme for scheme in _ALL}


def check(scheme: str, number: str) -> str:
    """``number`` in the one form that ``scheme`` stores: capitals (where it has any), without
    spaces, also when it was written with its scheme in front. Zeros are never added: a charity
    number of 7 digits would become somebody else's company number.

    Raises ``Refused`` for an unknown scheme, and for a number of another form, naming the
    right one with an example.
    """
    known = SCHEMES.get(scheme)
    if known is None:
        raise Refused(
            Msg(
                N_("We do not know the register “%(scheme)s”. Use one of these: %(known)s."),
                {"scheme": scheme, "known": ", ".join(SCHEMES)},
            ),
            field="scheme",
        )
    tidy = re.sub(r"\s", "", number).upper().removeprefix(f"{scheme}-")
    tidy = tidy.removeprefix(known.prefix)
    if scheme in _SMALL:
        tidy = tidy.lower()  # the lists that give these numbers write them so
    if not known.pattern.fullmatch(tidy):
        raise Refused(
            Msg(
                N_("“%(number)s” is not right for: %(name)s. %(form)s Example: %(example)s."),
                {
                    "number": number.strip(),
                    "name": Msg(known.name),
                    "form": Msg(known.form),
                    "example": known.example,
                },
            ),
            field="number",
        )
    return tidy
