"""The places of the demo, which are real (places-and-identifiers.md): Camden's wards of 2022 by
their codes, and places in Central Bedfordshire by name."""

from trust.exchange.areas import AreaLine

_WARDS = """\
652 Belsize
653 Bloomsbury
654 Camden Square
655 Camden Town
656 Fortune Green
657 Frognal
658 Gospel Oak
659 Hampstead Town
660 Haverstock
661 Highgate
662 Holborn and Covent Garden
663 Kentish Town North
664 Kentish Town South
665 Kilburn
666 King's Cross
667 Primrose Hill
668 Regent's Park
669 South Hampstead
670 St Pancras and Somers Town
671 West Hampstead
"""
_CAMDEN = "E09000007"

PLACES = (
    "Ampthill",
    "Arlesey",
    "Biggleswade",
    "Cranfield",
    "Dunstable",
    "Flitwick",
    "Houghton Regis",
    "Leighton-Linslade",
    "Potton",
    "Sandy",
    "Shefford",
    "Stotfold",
    "Toddington",
)


def camden_wards() -> list[AreaLine]:
    """Camden and its wards, as a lookup file of the ONS would give them."""
    lines = [AreaLine(2, _CAMDEN, "Camden", "borough", 2022)]
    for row, line in enumerate(_WARDS.splitlines(), 2):
        number, _, name = line.partition(" ")
        lines.append(AreaLine(row, f"E05013{number}", name, "ward", 2022, _CAMDEN, _CAMDEN))
    return lines
