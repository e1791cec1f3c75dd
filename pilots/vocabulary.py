"""The fixed words that a model file may use (design.md, "Shapes"). What each check does is code
in ``checks.py``; here is what it is called, and what may be said with it."""

from dataclasses import dataclass

from trust.records import N_


@dataclass(frozen=True)
class Check:
    """One check: ``words`` say in plain English what must be so; ``options`` are the keys that
    may stand beside it in a model file."""

    words: str
    options: frozenset[str] = frozenset()


_WITH = frozenset({"with"})

CHECKS = {
    "conversations_confirmed": Check(
        N_("We talked, and both sides say the notes are right"), _WITH
    ),
    "agreements_in_force": Check(N_("A trust agreement is in force"), _WITH),
    "review_dates_set": Check(N_("A date is set to look at the agreement again"), _WITH),
    "roles_filled": Check(N_("Each role has somebody in it"), frozenset({"roles"})),
    "members": Check(
        N_("Enough groups take part, small ones too"), frozenset({"at_least", "small", "with"})
    ),
    "support_answered": Check(N_("Each wish for help has had an answer"), _WITH),
    "places_covered": Check(N_("Each chosen place has a connector"), _WITH),
    "notes_confirmed": Check(N_("Those who spoke say the notes are right"), _WITH),
    "canvas_filled": Check(N_("The canvas is filled in")),
    "canvas_agreed": Check(N_("The groups and the council agree on the question"), _WITH),
    "items_have_reasons": Check(N_("Each data item has a reason")),
    "screening_decided": Check(N_("The IG lead has chosen the path")),
    "council_gave": Check(N_("The council has given something first")),
    "request_open": Check(N_("The questions are open")),
    "contributed": Check(N_("Something was shared"), _WITH),
    "entries_confirmed": Check(N_("Each group says that what is written is right"), _WITH),
    "insight_shown": Check(N_("Those who shared have seen the findings"), _WITH),
    "gate_passed": Check(N_("The small number check is passed")),
    "responded": Check(N_("All who shared have had an answer"), _WITH),
    "measured": Check(N_("What we set out to measure is measured")),
}

WITH = {
    "each member": N_("each group"),
    "each place": N_("each place"),
    "both sides": N_("both sides"),
}
"""Whom or what a check goes through, one by one."""

SIDES = {
    "partner": N_("Each group"),
    "council": N_("The council"),
    "cohort": N_("All who take part"),
    "infrastructure": N_("The body that supports groups"),
    "local-contacts": N_("Town and parish contacts"),
    "data-staff": N_("People who know data"),
}
"""Who acts in a stage, beside the roles."""

GATES = {
    "trust": frozenset({"agreements_in_force"}),
    "ig": frozenset({"screening_decided"}),
}
"""The gates that every model has, and the checks that must stand where they are. Source:
pilots.md, "Gates, the same in both"."""

ASKING = frozenset({"request_open", "contributed"})
"""Checks of a stage in which something is asked of partners: both gates come before it."""
