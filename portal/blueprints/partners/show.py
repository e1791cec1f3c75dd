"""One organisation's profile."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from pilots.pilot import to_agree_on
from portal import access
from portal.access import page
from portal.blueprints.partners.blueprint import bp, own_partner
from portal.contacts import contacts_shown, tell_whom_to_call
from portal.fields import Form
from portal.forms.seats import SENT
from portal.languages import say, words
from portal.pages import render
from portal.places import there
from portal.safe_html import safe_address
from trust import (
    agreements,
    capability,
    newcomers,
    partners,
    profiles,
    proposals,
    reach,
    reminders,
    seats,
    standing_by,
    vouching,
)
from trust.agreements import STATES as AGREEMENT_STATES
from trust.agreements import Agreement
from trust.exchange.identifiers import SCHEMES
from trust.history import together
from trust.installation import Region
from trust.partners import CHANNELS, KINDS, WAYS_TO_SHARE, Kind, Partner
from trust.passport import has_one as has_passport
from trust.records import Hidden, Ref
from trust.regions import communities
from trust.relationships import write as write_note

TAG_COLOURS = {"in-force": "green", "declined": "grey", "ended": "grey", "replaced": "grey"}


@bp.route("/partners/<id:id>")
@page(read="has-role")
def show(id: int) -> Any:
    """The profile in plain words, and what can be done from here. The old address of one that was
    here twice leads to the one that it is now."""
    try:
        partner = access.load(Partner, id, selectinload(Partner.identifiers))
    except Hidden:
        if (now := partners.leads_to(access.session(), id)) is None:
            raise
        return redirect(url_for("partners.show", id=now), 301)
    actor, session, own = access.actor(), access.session(), own_partner()
    ours = own is not None and own.id == partner.id
    tell_whom_to_call(own, partner)
    first = None
    if seats.give_first.allowed(actor, partner) and not vouching.left(session, partner):
        first = newcomers.first(session, partner, access.now())
    may_vouch = vouching.vouch.allowed(actor, partner)
    speechless = (may_vouch or ours) and vouching.nobody_speaks(session, partner, access.now())
    alone = not ours and not vouching.had_people(session, partner)
    between = together(session, actor, own.id, partner.id) if own and not ours else []
    may_propose = (
        own is not None
        and not ours
        and agreements.propose.allowed(actor, own)
        and _something_to_agree_on(own, partner, between)
    )
    asks = own is not None and not ours and partner.kind == Kind.COUNCIL
    asks = asks and own is not None and actor.holds("request:ask", Ref.of(own))
    return render(
        "partners/show.html",
        partner=partner,
        ours=ours,
        done=_done(ours, first),
        may_choose_supporter=ours and standing_by.may_choose(actor, partner),
        asked=session.get(Partner, partner.asked_supporter_id)
        if ours and partner.asked_supporter_id
        else None,
        asks_us=standing_by.stand_by.allowed(actor, partner),
        stands_by=standing_by.stand_back.allowed(actor, partner),
        is_group=partner.kind == Kind.VCS,
        form=Form(),
        region=session.get(Region, partner.region_id) if partner.region_id else None,
        supporter=session.get(Partner, partner.supporter_id) if partner.supporter_id else None,
        website=partner.website if safe_address(partner.website) else "",
        kind=KINDS[Kind(partner.kind)],
        numbers=[
            (say(SCHEMES[one.scheme].name) if one.scheme in SCHEMES else one.scheme, one.number)
            for one in partner.identifiers
        ],
        ways=[WAYS_TO_SHARE[way] for way in partner.shares_by if way in WAYS_TO_SHARE],
        people=[name for key, name in communities().items() if key in partner.communities],
        reached_by=CHANNELS.get(partner.reached_by),
        contacts=contacts_shown(partner),
        may_vouch=may_vouch,
        speechless=speechless,
        alone=alone,
        first=first,
        may_say_help=ours and capability.say.allowed(actor, partner),
        sees_help=not ours and capability.of(session, actor, partner.id) is not None,
        has_passport=ours
        and has_passport(partner)
        and actor.holds("passport:write", Ref.of(partner)),
        proposed=proposals.waiting(session, actor, partner.id),
        may_correct=own is not None and not ours and proposals.propose.allowed(actor, own),
        supported=list(session.scalars(partners.supported_by(actor, partner))) if ours else [],
        may_edit=profiles.edit.possible(actor, partner),
        may_settle=profiles.settle.possible(actor, partner),
        asked_again=reminders.asked_again(partner, access.now()) if ours else None,
        may_reach=reach.may_write(actor, partner),
        may_introduce=ours and newcomers.introduce.possible(actor, partner),
        sees_people=ours and actor.holds("seat:read", Ref.of(partner)),
        may_declare=own is not None
        and own.kind == Kind.COUNCIL
        and partner.kind == Kind.VCS
        and actor.holds("conflict:declare", Ref.of(own)),
        sees_notes=own is not None and not ours and actor.holds("relationship:read", Ref.of(own)),
        may_write=own is not None and not ours and write_note.possible(actor, own),
        sees_agreements=ours and actor.holds("agreement:read", Ref.of(partner)),
        sees_requests=ours and actor.holds("inquiry:say", Ref.of(partner)),
        may_propose=may_propose,
        ask_href=there("requests.ask", council=partner.id) if asks else None,
        agreements=[
            {
                "title": _("Trust agreement"),
                "href": url_for("agreements.show", id=one.id),
                "text": words(one.project or one.purpose),
                "tag": say(AGREEMENT_STATES.names[one.state]),
                "colour": TAG_COLOURS.get(one.state),
            }
            for one in between
        ],
    )


def _done(ours: bool, first: newcomers.First | None) -> str:
    """What was just done here, as the address tells: to those who can do it only."""
    done = request.args.get("done", "")
    possible: tuple[str, ...] = ("checked", "saved", "taken", "reach", "supporter") if ours else ()
    if first is not None and not first.here:
        possible = ("reach", SENT) if first.invited else ("reach", "introduced")
    return done if done in possible else ""


def _something_to_agree_on(own: Partner, other: Partner, between: list[Agreement]) -> bool:
    """Whether there is no agreement for each project yet, or a project without one of its own."""
    held = {one.work for one in between if one.state in (*agreements.OPEN, "in-force")}
    if None not in held:
        return True
    giver, taker = agreements.sides(own, other)
    pilots = access.session().scalars(to_agree_on(taker.id, giver.id, by=own.id))
    return any(Ref.of(one) not in held for one in pilots)
