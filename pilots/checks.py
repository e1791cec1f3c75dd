"""What must be so before a stage of a pilot is done. Each check is a function of how far the
pilot has come; it tells what is missing and who can supply it. Source: pilots.md, the tables of
the two models and "Gates, the same in both"."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pilots.model import Need, Stage
from pilots.progress import Progress, Side
from trust.permissions import roles
from trust.records import N_, Msg

COORDINATOR = Msg(N_("The pilot coordinator"))


@dataclass(frozen=True)
class Missing:
    """One thing that is missing, who can supply it, and where: a page of the pilot."""

    what: Msg
    who: Msg
    where: str


@dataclass(frozen=True)
class Finding:
    """One need of a stage, as it stands. ``to_confirm``: the portal cannot see (all of) it, so
    people say that it is so."""

    need: Need
    missing: tuple[Missing, ...]
    to_confirm: bool

    @property
    def done(self) -> bool:
        """Whether the portal sees that it is so."""
        return not (self.missing or self.to_confirm)


def findings(stage: Stage, progress: Progress) -> list[Finding]:
    """Each need of ``stage``, as it stands."""
    return [
        Finding(need, tuple(CHECKS[need.check](progress, need)), _to_confirm(need))
        if need.check in CHECKS
        else Finding(need, (), True)
        for need in stage.needs
    ]


def _to_confirm(need: Need) -> bool:
    """Places and the size of a group are not written down anywhere that a check could look."""
    return need.who == "each place" or need.small > 0


def _nobody() -> Missing:
    return Missing(Msg(N_("Nobody takes part yet.")), COORDINATOR, "cohort")


def _each(progress: Progress, lacking: Iterable[Side], text: str, where: str) -> list[Missing]:
    """One line for each partner that lacks something; without partners, that is what lacks."""
    if not progress.members:
        return [_nobody()]
    both = N_("%(council)s and %(partner)s")
    names = [{"council": progress.council.name, "partner": side.name} for side in lacking]
    return [Missing(Msg(text, name), Msg(both, name), where) for name in names]


def conversations_confirmed(progress: Progress, need: Need) -> list[Missing]:
    """With each partner that takes part, a conversation whose notes both sides confirmed."""
    lacking = (side for side in progress.members if side.id not in progress.talked)
    text = N_("No talk with %(partner)s is written down that both sides say is right.")
    return _each(progress, lacking, text, "partner")


def agreements_in_force(progress: Progress, need: Need) -> list[Missing]:
    """The trust gate: an agreement in force with each partner that takes part."""
    held = progress.review_days or {}
    lacking = (side for side in progress.members if side.id not in held)
    text = N_("No trust agreement between %(council)s and %(partner)s is in force.")
    return _each(progress, lacking, text, "cohort")


def review_dates_set(progress: Progress, need: Need) -> list[Missing]:
    """Each agreement in force has a day, still to come, on which it is looked at again."""
    held = progress.review_days or {}
    lacking = (
        side for side in progress.members if side.id not in held or held[side.id] < progress.today
    )
    text = N_("No day is set to look again at the agreement with %(partner)s.")
    return _each(progress, lacking, text, "cohort")


def roles_filled(progress: Progress, need: Need) -> list[Missing]:
    """Each role has somebody who said yes to it, and whose time has not run out."""
    return [
        Missing(
            Msg(N_("Nobody has this role: %(role)s."), {"role": Msg(roles()[role].name)}),
            COORDINATOR,
            "roles",
        )
        for role in need.roles
        if role not in progress.roles
    ]


def members(progress: Progress, need: Need) -> list[Missing]:
    """Enough partners take part."""
    count = len(progress.members)
    if count >= max(need.at_least, 1):
        return []
    text = N_("%(count)s take part. %(least)s or more are needed.")
    what = Msg(text, {"count": count, "least": max(need.at_least, 1)})
    return [Missing(what, COORDINATOR, "cohort")]


def canvas_filled(progress: Progress, need: Need) -> list[Missing]:
    """The first three parts are written, and there is at least one data item."""
    whole = {"outcome", "action", "product"} <= progress.written and progress.items
    who = Msg(N_("Anyone who takes part"))
    return [] if whole else [Missing(Msg(N_("The canvas is not filled in yet.")), who, "canvas")]


def items_have_reasons(progress: Progress, need: Need) -> list[Missing]:
    """Each data item of the canvas says why it is needed."""
    who = Msg(N_("Anyone who takes part"))
    if not progress.items:
        return [Missing(Msg(N_("There are no data items yet.")), who, "canvas")]
    return [
        Missing(Msg(N_("“%(item)s” has no reason."), {"item": name}), who, "canvas")
        for name in progress.unexplained
    ]


def canvas_agreed(progress: Progress, need: Need) -> list[Missing]:
    """The voluntary sector and the council have each said yes to the canvas as it stands."""
    found = []
    if not progress.agreed_vcs:
        what = Msg(N_("The groups have not said yes to the canvas."))
        found.append(Missing(what, Msg(N_("A member of a group that takes part")), "canvas"))
    if not progress.agreed_council:
        found.append(
            Missing(Msg(N_("The council has not said yes to the canvas.")), COORDINATOR, "canvas")
        )
    return found


def screening_decided(progress: Progress, need: Need) -> list[Missing]:
    """The IG gate: the IG lead has chosen the light path or the formal one."""
    if progress.route != "undecided":
        return []
    return [
        Missing(Msg(N_("The path for data is not chosen yet.")), Msg(N_("The IG lead")), "case")
    ]


def council_gave(progress: Progress, need: Need) -> list[Missing]:
    """The council gives first."""
    if progress.council_gave:
        return []
    what = Msg(N_("%(council)s has not given anything yet."), {"council": progress.council.name})
    return [Missing(what, Msg(N_("The council: it answers a question of a group")), "requests")]


def request_open(progress: Progress, need: Need) -> list[Missing]:
    """The pilot's questions were put to the cohort."""
    what = Msg(N_("No request is open yet."))
    return [] if progress.asked else [Missing(what, COORDINATOR, "requests")]


def contributed(progress: Progress, need: Need) -> list[Missing]:
    """Each partner that takes part has shared something; place by place, at least one has."""
    lacking = [side for side in progress.members if side.id not in progress.contributed]
    if need.who == "each place" and len(lacking) < len(progress.members):
        return []
    text = N_("%(partner)s has not shared anything yet.")
    return _each(progress, lacking, text, "requests")


def entries_confirmed(progress: Progress, need: Need) -> list[Missing]:
    """What was written down for a group has been read back to it."""
    lacking = (side for side in progress.members if side.id in progress.not_read_back)
    text = N_("What was written for %(partner)s was not read back yet.")
    return _each(progress, lacking, text, "requests")


def insight_shown(progress: Progress, need: Need) -> list[Missing]:
    """Those who shared have seen what was learned, and said what they think or had the time."""
    if not progress.findings:
        what = Msg(N_("Nothing that was learned has been shown yet."))
        return [Missing(what, Msg(N_("The insight reviewer")), "insight")]
    lacking = (side for side in progress.members if side.id in progress.to_judge)
    text = N_("%(partner)s has not said yet if we understood.")
    return _each(progress, lacking, text, "insight")


def responded(progress: Progress, need: Need) -> list[Missing]:
    """Everyone who shared something has had an answer: what is done, or why nothing is."""
    if not progress.contributed:
        what = Msg(N_("Nothing was shared yet, so nothing could be answered."))
        return [Missing(what, COORDINATOR, "requests")]
    lacking = (side for side in progress.members if side.id in progress.unanswered)
    text = N_("%(partner)s has had no answer yet.")
    return _each(progress, lacking, text, "insight")


CHECKS: dict[str, Callable[[Progress, Need], list[Missing]]] = {
    check.__name__: check
    for check in (
        conversations_confirmed,
        agreements_in_force,
        review_dates_set,
        roles_filled,
        members,
        canvas_filled,
        items_have_reasons,
        canvas_agreed,
        screening_decided,
        council_gave,
        request_open,
        contributed,
        entries_confirmed,
        insight_shown,
        responded,
    )
}
"""What the portal can see by itself. The other checks of the vocabulary are told by people."""
