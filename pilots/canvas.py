"""The four-part canvas: outcome, action, product, data (LOTI's outcomes-based method). Its data
items become the questions of a request and the data items of the IG case, typed once."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, Select, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from pilots.cohort import joined, must_go_on
from pilots.pilot import Pilot
from pilots.questions import Question
from trust.act import Act, Actor, verb
from trust.audit import Event
from trust.clauses import Category
from trust.governance.case import Case, CaseAnswer, answer, fingerprint
from trust.governance.items import DataItem, item
from trust.outbox import send
from trust.partners import Partner
from trust.people import seated
from trust.records import N_, Msg, Record, Ref, Refused

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
    """The canvas of a pilot, or None before anything was written."""
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

    An item with the ``id`` of one that is there changes that one; one without is new; those
    not given again are taken out. A change after it was agreed asks both sides again. Raises
    ``Refused`` for an item without a name, a reason or a kind, or of which it was not said
    whether it points to a person (``field`` is ``item-1-why``, say), for taking out one that a
    question rests on, and once the pilot has ended.
    """
    must_go_on(pilot)
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
        (one.get("id", ""), _item(number, one))
        for number, one in enumerate(items, 1)
        if any(value.strip() for key, value in one.items() if key in ("name", "why", "from_whom"))
    ]
    _replace_items(act.session, case, wanted)
    canvas.changed_at = act.now  # its version rises too when only an item changed
    act.session.add(canvas)
    act.session.flush()
    _fill_step_one(act, case, canvas)
    act.fact(items=len(wanted))
    return canvas


def _item(number: int, given: dict[str, str]) -> DataItem:
    category, personal = given.get("category", "count"), given.get("personal", "no")
    try:
        made = item(
            given["name"],
            given.get("from_whom", ""),
            given.get("why", ""),
            category,
            personal == "yes",
        )
        if category not in set(Category):
            raise Refused(N_("Choose what kind of thing this is."), field="category")
        if personal not in ("yes", "no"):
            raise Refused(
                N_("Say if it could point to a person. If you are not sure, say yes."),
                field="personal",
            )
        return made
    except Refused as refused:
        refused.field = f"item-{number}-{refused.field}"
        raise


def _replace_items(session: Session, case: Case, wanted: list[tuple[str, DataItem]]) -> None:
    """Keep an item that stays, found by its id or else by its name: questions and other answers
    point to it."""
    held = {str(one.id): one for one in case.items}
    for id, new in wanted:
        same = (key for key, one in held.items() if one.name == new.name)
        old = held.pop(id if id in held else next(same, ""), None)
        if old is None:
            case.items.append(new)
        else:
            old.name, old.from_whom, old.why = new.name, new.from_whom, new.why
            old.category, old.personal = new.category, new.personal
    asked = set(
        session.scalars(
            select(Question.data_item_id).where(
                Question.data_item_id.in_([gone.id for gone in held.values()])
            )
        )
    )
    for gone in held.values():
        if gone.id in asked:
            raise Refused(
                Msg(
                    N_("A question asks for “%(item)s”. Take it out of the request first."),
                    {"item": gone.name},
                )
            )
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
def agree_vcs(act: Act, pilot: Pilot, *, read: int | None = None) -> None:
    """A partner of the cohort says yes to the canvas, for the voluntary sector. ``read`` is the
    version that it read: raises ``Refused`` when the canvas changed since, or is empty, and for
    whoever said yes for the other side. The first yes of a side is news for the other."""
    _agree(act, pilot, "vcs", "council", read)


@verb("canvas:agree-council", may="pilot:manage")
def agree_council(act: Act, pilot: Pilot, *, read: int | None = None) -> None:
    """The council says yes to the canvas. Refused as in ``agree_vcs``."""
    _agree(act, pilot, "council", "vcs", read)


def _agree(act: Act, pilot: Pilot, side: str, other: str, read: int | None) -> None:
    canvas = of(act.session, pilot.id)
    if canvas is None or not canvas.outcome:
        raise Refused(N_("Fill in the canvas first. Then both sides can say yes to it."))
    if read is not None and read != canvas.version:
        raise Refused(N_("The canvas has changed since you read it. Read it again, then say yes."))
    if getattr(canvas, f"agreed_{other}_at") is not None:
        said = select(Event.actor_id).where(
            Event.subject == Ref.of(pilot), Event.verb == f"canvas:agree-{other}"
        )
        if act.session.scalar(said.order_by(Event.id.desc()).limit(1)) == act.actor.person_id:
            raise Refused(N_("You said yes for the other side. Somebody else does for this one."))
    act.fact(canvas=canvas.id)
    if getattr(canvas, f"agreed_{side}_at") is None:
        setattr(canvas, f"agreed_{side}_at", act.now)
        if getattr(canvas, f"agreed_{other}_at") is None:
            _tell(act, pilot, other)


def _tell(act: Act, pilot: Pilot, side: str) -> None:
    """Tell those who can say yes for the side that has not, once each."""
    found = set(seated(act.session, Ref.of(pilot), "pilot:manage", act.now))
    if side == "vcs":
        places = [Ref.of(partner) for partner in joined(act.session, pilot.id)]
        told = [seated(act.session, place, "canvas:agree-vcs", act.now) for place in places]
        found = {person for people in told for person in people}
    for person in sorted(found - {act.actor.person_id}):
        send(act, "plan", person, pilot)


class Yes(NamedTuple):
    """The yes of one group to the canvas as it stands."""

    partner_id: int
    partner: str
    at: datetime


def said_yes(session: Session, canvas: Canvas) -> list[Yes]:
    """The groups that said yes to the canvas since it was last changed, the first one first."""
    if canvas.agreed_vcs_at is None:
        return []
    stmt = (
        select(Partner.id, Partner.name, func.min(Event.at))
        .join(Partner, Partner.id == Event.acting_for_id)
        .where(
            Event.subject == Ref("pilot", canvas.pilot_id),
            Event.verb == agree_vcs.name,
            Event.at >= canvas.agreed_vcs_at,
        )
        .group_by(Partner.id, Partner.name)
        .order_by(func.min(Event.id))
    )
    return [Yes(*row) for row in session.execute(stmt)]
