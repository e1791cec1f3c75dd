"""Entry on behalf: a connector writes down what a group says on the phone, on paper or in person,
reads it back, and sends it. The group sees that, and can say that it is wrong (pilots.md, B6)."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from pilots.contribution_states import CHANNELS, OWN
from pilots.contributions import Contribution
from pilots.drafts import begun, draft_of
from pilots.pilot import Pilot
from pilots.requests import Asked, Request, RequestVersion, asked_of
from trust.act import Act, Actor, verb
from trust.partners import Partner
from trust.records import N_, Refused

ROUTES = tuple(key for key in CHANNELS if key not in OWN)


@verb("contribution:enter", may="contribution:enter", creates=True)
def enter(
    act: Act, request: Request, *, giver: Partner, channel: str, lang: str = "en"
) -> Contribution:
    """Write down an answer for a group that was asked, or go on with what the same connector
    began for it.

    Raises ``Refused`` for an unknown route, once the request is closed, and while the group or
    somebody else is in the middle of an answer: two drafts of one answer would undo each other.
    ``Hidden`` when the group was not asked.
    """
    if channel not in ROUTES:
        raise Refused(
            N_("Say how they told you: by phone, on paper or in person."), field="channel"
        )
    asked = asked_of(act.session, request, giver.id)
    held = draft_of(act.session, request.id, giver.id)
    if held is None:
        return begun(act, request, giver, asked, channel=channel, lang=lang)
    if not held.on_behalf:
        raise Refused(
            N_("This group has begun to answer by itself. Call them, and let them finish."),
            field="giver",
        )
    if held.entered_by_id != act.actor.person_id:
        raise Refused(
            N_("Somebody else is writing this down for them. Talk to each other first."),
            field="giver",
        )
    act.fact(went_on=True)
    return held


def groups(session: Session, pilot: Pilot) -> list[tuple[Request, list[Partner]]]:
    """The open requests of a pilot, each with the partners it was put to, by name."""
    stmt = (
        select(Request, Partner)
        .join(Asked, Asked.request_id == Request.id)
        .join(Partner, Partner.id == Asked.giver_id)
        .where(Request.pilot_id == pilot.id, Request.state == "open")
        .order_by(Request.id, Partner.sort_name)
    )
    found: dict[int, tuple[Request, list[Partner]]] = {}
    for request, partner in session.execute(stmt):
        found.setdefault(request.id, (request, []))[1].append(partner)
    return list(found.values())


def request_of(session: Session, actor: Actor, code: str) -> Request:
    """The open request with this code, as it was typed or read out, where ``actor`` writes answers
    down. Raises ``Refused`` for any other: nobody learns here which codes there are."""
    letters = re.sub(r"[^0-9A-Z]", "", code.upper())
    stmt = select(Request).where(
        Request.code == f"{letters[:3]}-{letters[3:]}",
        Request.state == "open",
        Request.pilot_id.in_(actor.ids("contribution:enter", "pilot")),
    )
    found = session.scalars(stmt).first()
    if found is None:
        raise Refused(
            N_("No open questions have this code. Check the six signs on the paper."),
            field="code",
        )
    return found


def written(session: Session, actor: Actor, request: Request) -> list[Contribution]:
    """What ``actor`` wrote down of the answers to a request, by the names of the groups."""
    stmt = (
        select(Contribution)
        .join(Partner, Partner.id == Contribution.giver_id)
        .where(
            Contribution.request_id == request.id,
            Contribution.entered_by_id == actor.person_id,
            Contribution.channel.not_in(OWN),
        )
        .options(
            contains_eager(Contribution.giver),
            joinedload(Contribution.request_version).selectinload(RequestVersion.questions),
            selectinload(Contribution.drafts),
        )
        .order_by(Partner.sort_name, Contribution.id)
    )
    return list(session.scalars(Contribution.visible(stmt, actor)))
