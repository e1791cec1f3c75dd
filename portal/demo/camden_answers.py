"""What was asked in Camden's story, and what the groups answered. All of it is invented."""

from portal.demo.work import Sent

WARDS = ("Gospel Oak", "Kilburn", "Regent's Park", "St Pancras and Somers Town")

REQUEST = {
    "title": {
        "en": "Damp at home",
        "bn": "ঘরে স্যাঁতসেঁতে ভাব",
        "so": "Qoyaanka guriga",
    },
    "why": {"en": "We want to know what stops families from getting damp mended."},
    "minutes": 15,
    "payment": "£50 for your group",
}

_WHY = {"en": "It tells us what to change first."}

AREA = {
    "kind": "area",
    "words": {
        "en": "Which ward is this about?",
        "bn": "এটি কোন ওয়ার্ডের কথা?",
        "so": "Tani waa xaafaddee?",
    },
    "hint": {"en": "You can send one answer for each ward."},
    "why": {"en": "Visits are planned ward by ward."},
}
REST = (
    {
        "kind": "count-table",
        "words": {
            "en": "How many families with damp at home did you meet?",
            "bn": "ঘরে স্যাঁতসেঁতে সমস্যা আছে এমন কতটি পরিবারের সঙ্গে আপনাদের দেখা হয়েছে?",
            "so": "Immisa qoys oo guriga qoyaan ku haysta ayaad la kulanteen?",
        },
        "hint": {"en": "Count each family once. A good guess is fine."},
        "why": _WHY,
        "rows": [
            {
                "key": "fixed",
                "words": {"en": "It was fixed", "bn": "মেরামত হয়েছে", "so": "Waa la hagaajiyay"},
            },
            {
                "key": "waiting",
                "words": {"en": "They wait", "bn": "অপেক্ষা করছে", "so": "Way sugayaan"},
            },
            {
                "key": "never",
                "words": {
                    "en": "They never reported it",
                    "bn": "কখনও জানায়নি",
                    "so": "Weligood ma sheegin",
                },
            },
        ],
        "columns": [
            {"key": "families", "words": {"en": "Families", "bn": "পরিবার", "so": "Qoysas"}}
        ],
    },
    {
        "kind": "long-text",
        "words": {
            "en": "Why do families not report it, or give up?",
            "bn": "পরিবারগুলো কেন জানায় না, বা হাল ছেড়ে দেয়?",
            "so": "Maxay qoysasku u sheegi waayaan, ama u quustaan?",
        },
        "hint": {"en": "Tell it so that nobody can tell who it was."},
        "why": {"en": "The reasons are what we can change."},
    },
    {
        "kind": "quote",
        "words": {
            "en": "May we quote you?",
            "bn": "আমরা কি আপনাদের কথা উদ্ধৃত করতে পারি?",
            "so": "Ma soo xigan karnaa hadalkiinna?",
        },
        "why": {"en": "Your own words are stronger than ours."},
    },
)

BENGALI = "আমাদের বোনেরা ফোন করেন না, কারণ ফোনে শুধু ইংরেজি বলে।"

SENT = (
    Sent(
        "hodan",
        38,
        36,
        (
            "St Pancras and Somers Town",
            (4, 9, 14),
            "Some women rang once, waited in English for half an hour, and never rang again.",
            "yes",
        ),
        quote="named",
    ),
    Sent(
        "rahima",
        37,
        35,
        (
            "Kilburn",
            (3, 7, 12),
            f"{BENGALI} এক বোন বললেন, ঘরে মানুষ বেশি জানলে যদি ঘর চলে যায়? "
            "তাই তিনি চুপ করে থাকেন। ছোট বাচ্চাটি রাতে কাশে।",
            "yes",
        ),
        quote="named",
        lang="bn",
    ),
    Sent(
        "sana",
        38,
        35,
        (
            "St Pancras and Somers Town",
            (6, 11, 3),
            "People fear that an inspector counts beds. They would rather paint over the mould.",
            "yes",
        ),
    ),
    Sent(
        "martin",
        36,
        33,
        (
            "Gospel Oak",
            (4, 6, 2),
            "Most of ours did report. They gave up after the third visit that did not happen.",
            "yes",
        ),
        outcome="ask",
        words=(
            "Thank you. Do you mean that nobody came, or that they came and could not mend it?",
            "Nobody came. They had a text to say that somebody would.",
        ),
    ),
    Sent(
        "chloe",
        37,
        34,
        (
            "St Pancras and Somers Town",
            (3, 5, 6),
            "Mothers think that they will be blamed for drying clothes indoors.",
            "yes",
        ),
    ),
    Sent(
        "kwame",
        35,
        32,
        (
            "Kilburn",
            (2, 0, 5),
            "They did not know that damp can be reported at all.",
            "no",
        ),
        giver="smallsteps",
        channel="phone",
        read_back_to="Chloe Adeyemi",
    ),
    Sent(
        "len",
        36,
        34,
        (
            "Gospel Oak",
            (2, 10, 4),
            "Jobs are marked done when the door was not even knocked on. "
            "We took the address out before we sent this.",
            "yes",
        ),
        quote="named",
        typed_first=(2, "In one flat of Rowan House the job was marked done. Nobody had knocked."),
    ),
    Sent(
        "len",
        34,
        31,
        (
            "Kilburn",
            (4, 5, 9),
            "Tenants were told to open a window. They will not ring a third time.",
            "yes",
        ),
        quote="named",
    ),
    Sent(
        "kwame",
        34,
        30,
        (
            "Gospel Oak",
            (1, 3, 5),
            "The menu on the phone is too quick. They put the phone down.",
            "yes",
        ),
        giver="chalklane",
        channel="phone",
        read_back_to="Winifred Clarke",
    ),
    Sent(
        "chloe",
        33,
        26,
        ("Regent's Park", (1, 0, 0), "There is nowhere to keep prams in our hall.", "no"),
        outcome="aside",
        words=(
            "outside",
            "This is about room for prams, and we asked about damp. "
            "We passed it to the estate office, and you get their answer.",
        ),
    ),
    Sent(
        "sana",
        33,
        33,
        (
            "Regent's Park",
            (0, 1, 0),
            "A woman said that she sleeps in the kitchen, and is afraid to go home.",
            "no",
        ),
        outcome="pass-on",
        words=(
            "Somebody may not be safe at home. Copperfield knows how to reach her.",
            "Copperfield and our team spoke with her. She has help now.",
        ),
    ),
)
