"""Names that a register writes in capitals, as a person would write them."""

import re

import pytest

from tests.trust.exchange.real_files import REGISTER, needs_real_files, table
from trust.exchange.letter_case import readable

NAMES = """
    THE CHESHIRE WILDLIFE TRUST LIMITED → The Cheshire Wildlife Trust Limited
    BAPTIST CHURCH (TRUST FUNDS HELD ICW ) → Baptist Church (Trust Funds Held ICW)
    SUNRISE CIC → Sunrise CIC
    AGE UK TRAFFORD → Age UK Trafford
    ST JOHN'S CENTRE → St John's Centre
    PARISH OF SALE, ST.ANNE → Parish of Sale, St. Anne
    MCDONALD AND O'BRIEN TRUST → McDonald and O'Brien Trust
    D’ARCY HALL → D’Arcy Hall
    AGUDA KEREN L'DOVID → Aguda Keren L'Dovid
    KING HENRY VIII SCHOOL PTA → King Henry VIII School PTA
    MANCHESTER UNIVERSITY NHS FOUNDATION TRUST → Manchester University NHS Foundation Trust
    BAME AND LGBTQ+ VOICES → BAME and LGBTQ+ Voices
    YMCA, YWCA & RSPCA → YMCA, YWCA & RSPCA
    3RD ASHTON-UPON-MERSEY SCOUT GROUP → 3rd Ashton-upon-Mersey Scout Group
    FRIENDS OF PARK ROAD SCHOOL(TIMPERLEY) → Friends of Park Road School (Timperley)
    BODY OF CHRIST INTERNATIONAL MINISTRIES (BCIM) → Body of Christ International Ministries (BCIM)
    RAP (REFUGEES AND PARTICIPATION) → RAP (Refugees and Participation)
    FRIENDS OF MOORLANDS JUNIOR SCHOOL (SALE) → Friends of Moorlands Junior School (Sale)
    THE FAITH NETWORK FOR MANCHESTER (FN4M) → The Faith Network for Manchester (FN4M)
    GM4WOMEN2028 → GM4Women2028
    FAITHS4CHANGE → Faiths4Change
    TIMPERLEY DOFE AWARD CENTRE → Timperley DofE Award Centre
    TLC: TALK, LISTEN, CHANGE → TLC: Talk, Listen, Change
    CATCH THE FIRE - THE MANCHESTER GROUP → Catch the Fire - The Manchester Group
    ART WITH A HEART → Art with a Heart
    HARRY A JONES FUND → Harry A Jones Fund
    THE J G BIRD TRUST → The J G Bird Trust
    ST SAVIOUR C OF E PRIMARY SCHOOL → St Saviour C of E Primary School
    BREAKTHROUGH U.K. LTD → Breakthrough U.K. Ltd
    BIBLE CHURCH (A.K.A. DUNAMIS MINISTRIES) → Bible Church (a.k.a. Dunamis Ministries)
    TRAFFORD HEART/STROKE GROUP → Trafford Heart/Stroke Group
    HIDAIYAT-UL-MUSLIMIN TRUST → Hidaiyat-ul-Muslimin Trust
    WHAT WE STAND FOR → What We Stand For
    ÉCOLE DE LA VIE → École de la Vie
    Citizens Advice SORT Group → Citizens Advice SORT Group
    Cheshire ,North  Wales → Cheshire ,North Wales
    jumping beans → jumping beans
    جمعية الأمل → جمعية الأمل
"""


@pytest.mark.parametrize("pair", NAMES.strip().splitlines())
def test_a_name_in_capitals_becomes_readable(pair: str) -> None:
    given, wanted = pair.strip().split(" → ")
    assert readable(given) == wanted
    assert readable(wanted) == wanted


# Every one of the 736 names was read. These are the words in them that stay in capitals, and
# those that begin small; a rule that changes any name changes one of the two.
CAPITALS = {
    *("4CT", "AGSB", "BCIM", "BSSM", "CIO", "DIAS", "FAST", "FN4M", "GIFT", "HH", "ICW", "IGA"),
    *("LBC", "LMCP", "M6", "NHS", "NK", "NTC", "PE", "PSA", "PTA", "RAPAR", "RCCG", "RDA"),
    *("ROBES", "SELNEC", "SKCV", "TLC", "U3A", "UK"),
}
SMALL = {
    *("a", "a.k.a", "and", "at", "de", "for", "in", "of", "on", "the", "to", "ul", "upon", "with"),
}


@needs_real_files
def test_the_names_of_a_real_register() -> None:
    _, rows = table(REGISTER)
    names = [row.cells["charity_name"] for row in rows]
    shouted = [name for name in names if name == name.upper()]
    assert (len(names), len(names) - len(shouted)) == (736, 17)
    capitals, small = set(), set()
    for name in names:
        made = readable(name)
        assert made.replace(" ", "").upper() == name.replace(" ", "").upper()
        if name not in shouted:
            assert made == " ".join(name.split())
            continue
        for word in re.findall(r"[\w.]*\w", made):
            if (
                len(word) > 1
                and word == word.upper()
                and not re.fullmatch(r"[\W\d]+|(\w\.)+\w", word)
            ):
                capitals.add(word)
            if word[0].islower() and not re.search(rf"['’]{word}\b", made):
                small.add(word)
    assert capitals == CAPITALS
    assert small == SMALL
