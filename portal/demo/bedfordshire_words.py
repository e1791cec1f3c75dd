"""What is said in Central Bedfordshire's story. All of it is invented."""

from portal.demo.work import Sent, Talk

QUESTION = "How do you get to an appointment without a car?"

TALKS = (
    Talk(
        "peter",
        "met",
        (
            "Fourteen drivers take neighbours to the doctor and the shops.",
            "They keep paper sheets in a shoe box, and nobody ever asked for them.",
            "Some days half of the seats are empty. Peter asks where the other buses run.",
        ),
        {1: "Eleven drivers take neighbours to the doctor and the shops. Three have stopped."},
        "Frances finds out which buses run, and how full they are.",
    ),
    Talk(
        "doreen",
        "phone",
        (
            "The club has a landline, and likes to be rung before eleven.",
            "Doreen will sign if Sheila comes with her tablet and reads it to her.",
        ),
    ),
    Talk(
        "kasia",
        "met",
        (
            "Families in Biggleswade would write in Polish, if somebody reads Polish.",
            "Tomasz can be asked when a word is not clear.",
        ),
    ),
)
FOLLOWS = Talk(
    "judy",
    "met",
    (
        "Sheila retires this month, after nine years.",
        "Gwen follows her. For two weeks they go round together.",
    ),
)

ASKED = "Which community buses run in each part, and how many seats are empty?"
ASKED_WHY = "Our drivers go to the same places, and we do not want to run against a bus."
GAVE = """\
These are the community buses, and the seats that nobody used in a usual week.

East (Biggleswade, Sandy, Potton and round them): 3 routes, 61 empty seats
Greensand (Ampthill, Flitwick, Cranfield): 4 routes, 118 empty seats
South (Dunstable, Houghton Regis and round them): 2 routes, 24 empty seats

We do not know why the seats stay empty. That is what we would like to learn from you."""

CANVAS = {
    "outcome": "Somebody without a car gets to an early appointment, and home again.",
    "action": "The transport team moves a run, or lets people book in another way.",
    "product": "Figures by part of the area, and what gets in the way, in people’s words.",
    "without_personal": "Yes. We ask in bands and for three large parts, and name nobody.",
    "items": [
        {
            "name": "People who missed or made an appointment",
            "from_whom": "Groups that drive, feed or meet people",
            "why": "To see where the buses fail",
            "category": "count",
        },
        {
            "name": "Empty seats, in bands",
            "from_whom": "Groups that drive",
            "why": "To see where help is there and not used",
            "category": "count",
        },
        {
            "name": "What gets in the way",
            "from_whom": "Groups, or a connector for them",
            "why": "To change what can be changed",
            "category": "story",
        },
    ],
}
LIGHT = "Bands and three large parts only, agreed before we asked. It took eight minutes."

CLUSTERS = ("East cluster", "Greensand cluster", "South cluster")
_EAST, _GREEN, _SOUTH = CLUSTERS

REQUEST = {
    "title": {
        "en": "Getting to an appointment",
        "pl": "Dojazd na wizytę",
    },
    "why": {"en": "We want to know what stops people who do not drive."},
    "minutes": 15,
    "payment": "£25 for your group, and the mileage",
}

AREA = {
    "kind": "area",
    "words": {"en": "Which part is this about?", "pl": "O której części mowa?"},
    "why": {"en": "Buses are planned part by part."},
}
REST = (
    {
        "kind": "count-table",
        "words": {
            "en": "How many people, last month?",
            "pl": "Ile osób w zeszłym miesiącu?",
        },
        "hint": {"en": "Count each person once. A good guess is fine."},
        "why": {"en": "It tells us where the buses fail."},
        "rows": [
            {
                "key": "missed",
                "words": {
                    "en": "Missed it, or put it off",
                    "pl": "Nie dotarli lub przełożyli wizytę",
                },
            },
            {"key": "lift", "words": {"en": "Got a lift", "pl": "Ktoś ich podwiózł"}},
            {
                "key": "bus",
                "words": {"en": "Went by bus or train", "pl": "Pojechali autobusem lub pociągiem"},
            },
        ],
        "columns": [{"key": "people", "words": {"en": "People", "pl": "Osoby"}}],
    },
    {
        "kind": "bands",
        "words": {
            "en": "About how many seats stayed empty?",
            "pl": "Ile mniej więcej miejsc było pustych?",
        },
        "why": {"en": "It tells us where help is there and not used."},
        "required": False,
    },
    {
        "kind": "long-text",
        "words": {"en": "What gets in the way?", "pl": "Co przeszkadza?"},
        "hint": {"en": "Tell it so that nobody can tell who it was."},
        "why": {"en": "This is what we can change."},
    },
    {
        "kind": "quote",
        "words": {"en": "May we quote you?", "pl": "Czy możemy zacytować?"},
        "why": {"en": "Your own words are stronger than ours."},
    },
)

POLISH = "Pierwszy autobus przyjeżdża po wizycie."
QUOTED = "The bus comes at twenty to nine, and the clinic opens at eight."


def _paper(giver: str, to: str, counts: tuple[int, int, int], band: str, words: str) -> Sent:
    """One of the nine sheets that Sheila wrote down in one afternoon."""
    return Sent(
        "sheila",
        35,
        32,
        (_GREEN, counts, band, words, "yes"),
        giver=giver,
        channel="paper",
        read_back_to=to,
    )


def _phone(
    who: str, giver: str, to: str, part: str, counts: tuple[int, int, int], words: str
) -> Sent:
    return Sent(
        who,
        34,
        31,
        (part, counts, None, words, "yes"),
        giver=giver,
        channel="phone",
        read_back_to=to,
    )


SENT = (
    Sent(
        "kasia",
        38,
        36,
        (
            _EAST,
            (7, 1, 4),
            None,
            f"{POLISH} Mama traci pół dnia pracy, żeby być u dentysty.",
            "yes",
        ),
        quote="named",
        lang="pl",
    ),
    Sent(
        "sunil",
        37,
        35,
        (_EAST, (4, 5, 1), "3-9", "We drive the ones who ask. Most do not like to ask.", "yes"),
    ),
    Sent("marek", 36, 34, (_EAST, (3, 0, 2), None, QUOTED, "yes"), quote="named"),
    _paper("greensand", "Peter Lovell", (2, 8, 0), "25-99", "Nobody knows that we have seats."),
    _paper("greensand", "Peter Lovell", (1, 9, 1), "10-24", "They ring when it is too late."),
    _paper("greensand", "Peter Lovell", (3, 7, 0), "10-24", "Two clinics, one car, same hour."),
    _paper("greensand", "Peter Lovell", (2, 6, 1), "10-24", "Home again is the hard part."),
    _paper("friday", "Maureen Tate", (4, 3, 0), "3-9", "The early ones are the ones we miss."),
    _paper("friday", "Maureen Tate", (3, 4, 1), "1-2", "I never heard of the drivers."),
    _paper("friday", "Maureen Tate", (2, 2, 0), "unknown", "A taxi costs more than my dinner."),
    _paper("corner", "Ed Lunn", (5, 1, 2), "unknown", "The parents work, so nobody can drive."),
    _paper("corner", "Ed Lunn", (4, 0, 3), "unknown", "The first bus is after school has begun."),
    _phone(
        "tomasz",
        "thursday",
        "Doreen Sharp",
        _EAST,
        (6, 2, 1),
        "The hospital gives us half past eight, and there is no bus.",
    ),
    _phone(
        "tomasz", "thursday", "Doreen Sharp", _EAST, (4, 1, 0), "I put mine off until the spring."
    ),
    _phone(
        "tomasz", "thursday", "Doreen Sharp", _EAST, (5, 4, 1), "You book online, they said. How?"
    ),
    _phone(
        "sheila", "ivel", "Sunil Rao", _EAST, (3, 5, 0), "She asks her son, and he loses a shift."
    ),
    _phone(
        "tomasz",
        "porch",
        "Blessing Okoro",
        _SOUTH,
        (6, 1, 3),
        "They walk an hour, or do not go.",
    ),
    Sent(
        "jackie",
        34,
        32,
        (_SOUTH, (9, 4, 2), "1-2", "Who sits with him while I go? That is from our sheet.", "no"),
    ),
)

FINDING = {
    "statement": "It is the same everywhere: early appointments are missed, for want of a bus. "
    "One thing is different. In Greensand the seats are there, but nobody knows.",
    "confidence": "likely",
    "caveats": "It rests on eight groups, and only two of them in the South. "
    "Nobody spoke for people who gave up on care altogether.",
}
NOT_QUITE = "We do know about the seats. But booking is online, and we have a landline."
REWORDED = (
    "It is the same everywhere: early appointments are missed, for want of a bus. "
    "One thing is different. In Greensand the seats are there, but few know. "
    "Round Sandy they know, but booking is online."
)

DID = "For every part: a phone line to book a seat, from eight to noon. People answer it."
WILL = "For the East: an earlier run from Potton, on Tuesdays."
CANNOT = "For the South: a new route in the evening. It costs £94,000 a year, which is not there."

ELECTION = "By-election in Potton (demo)"
TABLE = {
    "title": "Getting to an appointment, by part of the area",
    "description": "What groups in a demo told a council about lifts. All figures are invented.",
}
