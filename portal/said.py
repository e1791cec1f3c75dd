"""What a group said by phone or on paper, in the words of each page that tells of it."""

from dataclasses import asdict, dataclass

from pilots.asking_back import answer_of
from trust.recordings import Recording
from trust.records import N_, Msg


@dataclass(frozen=True)
class Said:
    """The words for one kind: what its page is called, what the group is told that was said, what
    its letter asks and adds, and what both sides read while it waits."""

    heading: str
    told: str
    about: str
    ask: str
    also: str
    waits: str


WITH = N_("It is with %(taker)s.")
WORDS = {
    "yes": Said(
        heading=N_("The yes of %(partner)s"),
        told=N_(
            "We were told that %(name)s (%(role)s) said yes to a trust agreement for %(partner)s."
        ),
        about=WITH,
        ask=N_("Did you say yes?"),
        also=N_("You can end the agreement at any time."),
        waits=N_(
            "%(partner)s said yes by phone or on paper. It counts once the group has confirmed it."
        ),
    ),
    "no": Said(
        heading=N_("The no of %(partner)s"),
        told=N_(
            "We were told that %(name)s (%(role)s) said no to a trust agreement for %(partner)s."
        ),
        about=WITH,
        ask=N_("Did you say no?"),
        also=N_("No is a good answer, and nothing bad follows."),
        waits=N_(
            "%(partner)s said no by phone or on paper. It counts once the group has confirmed it."
        ),
    ),
    "end": Said(
        heading=N_("%(partner)s wants to end an agreement"),
        told=N_("We were told that %(name)s (%(role)s) ends a trust agreement for %(partner)s."),
        about=WITH,
        ask=N_("Do you want to end your agreement?"),
        also=N_("Until you confirm it, the agreement holds. Nothing bad follows when it ends."),
        waits=N_(
            "%(partner)s said by phone or on paper that they end this. "
            "It ends once the group has confirmed it."
        ),
    ),
    "back": Said(
        heading=N_("%(partner)s wants an answer back"),
        told=N_("We were told that %(name)s (%(role)s) takes back an answer of %(partner)s."),
        about=N_("It went to %(taker)s. Its reference is %(reference)s."),
        ask=N_("Do you want your answer back?"),
        also=N_(
            "Once you confirm it, nobody else reads it here. What was made of it before may stay."
        ),
        waits=N_("%(partner)s wants this back. It counts once the group has confirmed it."),
    ),
}


def said(held: Recording) -> dict[str, Msg]:
    """The words for one recording, each filled in."""
    answer = answer_of(held)
    given = {"name": held.name, "role": held.role, "partner": held.giver.name}
    given |= {"taker": held.taker.name, "reference": answer.reference if answer else ""}
    return {name: Msg(text, given) for name, text in asdict(WORDS[held.kind]).items()}
