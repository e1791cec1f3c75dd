"""Everyone who may come to the portal's door, and how records are known again by their words."""

import re

PERSONAS = (
    "public",
    "nobody",
    "member",
    "signatory",
    "copperfield",
    "outsider",
    "supporter",
    "connector",
    "relationship-lead",
    "council-member",
    "council-signatory",
    "reviewer",
    "other-reviewer",
    "decision-owner",
    "coordinator",
    "coordinator-unconfirmed",
    "research-lead",
    "ig-lead",
    "dpo",
    "invited-reviewer",
    "safeguarding-lead",
    "safeguarding-deputy",
    "complaints-lead",
    "observer",
    "administrator",
    "other-council",
    "neighbour",
    "busy-connector",
    "own-reviewer",
    "both-sides",
    "said-no",
    "revoked",
    "expired",
)
"""Whoever may come to the door. "public" has not signed in; "member" and "signatory" act for
Lantern, "copperfield" for another group of the same pilot, "outsider" for a group outside it;
council roles are Camden's, in the pilot "damp" where a pilot's; "other-reviewer" reviews another
pilot of Camden's; "other-council" has every role it can have at another council; "revoked" had
roles until after signing in, "expired" until they ended by themselves.

Some may elsewhere what they may not here: "neighbour" is a member of the council, measures the
pilot "damp" and comments on its case, but has every other role in another pilot; "busy-connector"
is a member of a group of this pilot, and connects both; "own-reviewer" is a member
of Lantern, too, and reviews for Camden what groups give to this pilot; "both-sides" acts for
Copperfield, reviews this pilot for it, and connects the other one. "connector" was a member of
Lantern before, and a connector of the other pilot.
"said-no" acts for a group that was asked to take part and declined."""

UNCONFIRMED = frozenset({"coordinator-unconfirmed"})


def mark(name: str) -> str:
    """The words by which a record is known again on a page."""
    return f"«{name}»"


MARK = re.compile(r"«([a-z.-]+)»")
