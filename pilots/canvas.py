"""The four-part canvas: outcome, action, product, data (LOTI's outcomes-based method). Its data
items become the questions of a request and the data items of the IG case, typed once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from pilots.pilot import Pilot
from trust.act import Act, Actor, verb
from trust.governance.case import Case, CaseAnswer, answer, fingerprint
from trust.governance.items import DataItem, item
from trust.records import N_, Record, Ref, Refused

PARTS = ("outcome", "action", "product", "without_personal")


class Canvas(Record):
    """A pilot's canvas. The data items of its fourth part live with the IG case."""

    __tablename__ = "canvas"

    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"), unique=True)
    outcome: Mapped[str] = mapped_column(String(2000), default="")
    action: Mapped[str] = mapped_column(String(2000), default="")
    product: Mapped[str] = mapped_column(String(2000), default="")
    without_personal: Mapped[str] = mapped_column(String(2000), default="")
    agreed_vcs_at: Mapped[datetime | None]
    agreed_council_at: Mapped[datetime | None]

    @classmethod
    def visible(cls, stmt: Select["Canvas"], actor: Actor) -> Select["Canvas"]:
        return stmt.where(cls.pilot_id.in_(Pilot.visible(select(Pilot.id), actor)))


def case_of(session: Session, pilot_id: int) -> Case:
    """The IG case that a pilot opened with."""
    return session.scalars(select(Case).where(Case.about == Ref("pilot", pilot_id))).one()


def of(session: Session, pilot_id: int) -> Canvas | None:
    return session.scalars(select(Canvas).where(Canvas.pilot_id == pilot_id)).first()


@verb("canvas:write", may="canvas:write", creates=True)
def write(
    act: Act,
    pilot: Pilot,
    *,
    outcome: str,
    action: str,
    product: str,
    without_personal: str,
    items: list[dict[str, str]],
) -> Canvas:
    """Fill in the canvas. The same words fill step 1 of the IG case.

    Raises ``Refused`` for an item without a name or a reason. A change after it was agreed
    asks both sides again.
    """
    canvas = of(act.session, pilot.id) or Canvas(pilot_id=pilot.id)
    given = {
        "outcome": outcome,
        "action": action,
        "product": product,
        "without_personal": without_personal,
    }
    for part, words in given.items():
        if len(words) > 2000:
            raise Refused(N_("Use 2,000 characters or fewer."), field=part)
        setattr(canvas, part, words.strip())
    canvas.agreed_vcs_at = canvas.agreed_council_at = None
    case = case_of(act.session, pilot.id)
    wanted = [
        item(
            one["name"],
            one.get("from_whom", ""),
            one.get("why", ""),
            one.get("category", "count"),
            one.get("personal", "") == "yes",
        )
        for one in items
        if any(value.strip() for key, value in one.items() if key in ("name", "why", "from_whom"))
    ]
    _replace_items(act.session, case, wanted)
    act.session.add(canvas)
    act.session.flush()
    _fill_step_one(act, case, canvas)
    act.fact(items=len(wanted))
    return canvas


def _replace_items(session: Session, case: Case, wanted: list[DataItem]) -> None:
    """Keep an item whose name stays: questions and other answers point to it."""
    held = {one.name: one for one in case.items}
    for new in wanted:
        old = held.pop(new.name, None)
        if old is None:
            case.items.append(new)
        else:
            old.from_whom, old.why = new.from_whom, new.why
            old.category, old.personal = new.category, new.personal
    for gone in held.values():
        case.items.remove(gone)
        session.delete(gone)


def _fill_step_one(act: Act, case: Case, canvas: Canvas) -> None:
    source = str(Ref.of(canvas))
    for part in PARTS:
        words = getattr(canvas, part)
        held = answer(case, part)
        if held is None:
            held = CaseAnswer(box=part, words="")
            case.answers.append(held)
        held.words = words
        held.sources = [f"{source}@{fingerprint(words)}"]


@verb("canvas:agree-vcs", may="canvas:agree-vcs")
def agree_vcs(act: Act, pilot: Pilot) -> None:
    """A partner of the cohort says yes to the canvas, for the voluntary sector."""
    _agree(act, pilot, "agreed_vcs_at")


@verb("canvas:agree-council", may="pilot:manage")
def agree_council(act: Act, pilot: Pilot) -> None:
    """The council says yes to the canvas."""
    _agree(act, pilot, "agreed_council_at")


def _agree(act: Act, pilot: Pilot, side: str) -> None:
    canvas = of(act.session, pilot.id)
    if canvas is None or not canvas.outcome:
        raise Refused(N_("Fill in the canvas first. Then both sides can say yes to it."))
    setattr(canvas, side, act.now)
