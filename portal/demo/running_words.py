"""What is said in what goes on in Camden. All of it is invented."""

from portal.demo.work import Sent, Talk

BACK = "We call back in two languages now. The groups want to know if that works."

ELECTION = "By-election in Kilburn (demo)"

REQUEST = {
    "title": {"en": "Does the call-back help?"},
    "why": {"en": "We want to mend it while it is new."},
    "minutes": 3,
    "payment": "£10 for your group",
}
QUESTIONS = (
    {
        "kind": "one-of",
        "words": {"en": "Have families used the call-back?"},
        "why": {"en": "It tells us if people know of it."},
        "choices": [
            {"key": "many", "words": {"en": "Many have"}},
            {"key": "some", "words": {"en": "Some have"}},
            {"key": "none", "words": {"en": "None that we know"}},
        ],
    },
    {
        "kind": "long-text",
        "words": {"en": "What do they say about it?"},
        "hint": {"en": "Tell it so that nobody can tell who it was."},
        "why": {"en": "It tells us what to mend."},
        "required": False,
    },
    {
        "kind": "quote",
        "words": {"en": "May we quote you?"},
        "why": {"en": "Your own words are stronger than ours."},
    },
)
CHLOE = Sent("chloe", 6, 5, ("some", "It rang twice on the day of the play morning.", "yes"))
UNCLEAR = "Thank you, Chloe. Did it ring at a bad time, or was it good that it rang twice?"
SANA = Sent(
    "sana", 2, 0, ("many", "People wait for the Thursday call. They trust the voice.", "yes")
)
KWAME = Sent(
    "kwame",
    1,
    0,
    ("some", "One of them has had no heating since Monday, and does not answer the door.", "no"),
    giver="chalklane",
    channel="phone",
    read_back_to="Winifred Clarke",
)
WORRY = "An older person may be alone in the cold. Winifred knows who it is."

INFORMATION = {
    "reference": "FOI/1147",
    "law": "foi",
    "asks": "All that groups told you about damp in council homes near play spaces.",
}

RESTS_ON = (0, 2, 4)
"""Places in ``camden_answers.SENT`` of what the second finding rests on."""

FINDING = {
    "statement": "Parents of small children put up with damp the longest. "
    "They fear questions about how they live.",
    "confidence": "unsure",
    "caveats": "It rests on three groups in one ward.",
}
ASKED = "When does the letter to tenants go out?"

NEXT = Talk(
    "rahima",
    "phone",
    ("The call-back works. Two families waited a week all the same.",),
    next_step="Rahima asks the two families on which day they rang.",
    next_step_by="taker",
)

TALK = Talk(
    "mei",
    "met",
    (
        "Nine flats look in on each other. There is no committee.",
        "Mei speaks for them, because she has the key to the laundry.",
    ),
)
