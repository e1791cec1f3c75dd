"""What can happen to a contribution, and the plain words for how it came and may be used."""

from trust.records import N_
from trust.states import Move, table

SENT = ("submitted", "in-review", "asked", "accepted", "not-used", "passed-on")
"""It was sent, and stands."""

STATES = table(
    "contribution",
    "draft",
    {
        "draft": N_("Not sent yet"),
        "submitted": N_("Sent"),
        "in-review": N_("Being read"),
        "asked": N_("They asked you something"),
        "accepted": N_("Accepted"),
        "not-used": N_("Not used"),
        # To the contributor it stays what it was until the safeguarding lead has decided that
        # telling adds no risk (pilots/passed_on.py); then it is "being read", by the lead.
        "passed-on": N_("Being read"),
        "withdrawn": N_("Taken back"),
    },
    [
        Move("contribution:send", ("draft",), "submitted", "contribution:write"),
        Move("contribution:claim", ("submitted",), "in-review", "contribution:review"),
        Move("contribution:hand-back", ("in-review",), "submitted", "contribution:review"),
        Move("contribution:take-over", ("in-review",), "in-review", "contribution:review"),
        Move("contribution:ask", ("in-review",), "asked", "contribution:review"),
        Move("contribution:reply", ("asked",), "in-review", "contribution:write"),
        Move("contribution:accept", ("in-review",), "accepted", "contribution:review"),
        Move("contribution:news", ("accepted",), "accepted", "contribution:review"),
        Move("contribution:set-aside", ("in-review",), "not-used", "contribution:review", True),
        Move(
            "contribution:pass-on",
            ("submitted", "in-review", "asked", "accepted", "not-used"),
            "passed-on",
            "concern:raise",
        ),
        Move("contribution:reply-on", ("passed-on",), "passed-on", "contribution:write"),
        Move(
            "contribution:withdraw",
            ("draft", "submitted", "in-review", "asked", "accepted", "not-used", "passed-on"),
            "withdrawn",
            "contribution:write",
        ),
        # That they want it back was said by phone or on paper, and the group has confirmed it.
        Move(
            "contribution:confirm-withdraw",
            SENT,
            "withdrawn",
            "agreement:record",
            along="recording:confirm",
        ),
    ],
)

QUOTES = {
    "named": N_("Yes, with our name"),
    "sector": N_("Yes, as “a local group”"),
    "no": N_("No, please do not quote us"),
}

CHANNELS = {
    "web": N_("In the portal"),
    "spreadsheet": N_("In a spreadsheet"),
    "phone": N_("By phone"),
    "paper": N_("On paper"),
    "in-person": N_("In person"),
}
"""How an answer came."""

OWN = ("web", "spreadsheet")
"""Ways by which a group answers by itself. In all others somebody writes it down for the group, and
reads it back."""
