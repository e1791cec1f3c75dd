"""A partner's page: its own people change it, and what it is and where it belongs, as far as that
gives them no say over others; the rest is for whoever looks after the portal."""

from collections.abc import Iterable, Mapping
from typing import cast

from sqlalchemy import exists, or_, select

from trust import search
from trust.act import Act, verb
from trust.dispute import must_not_be_disputed
from trust.installation import Region
from trust.names import fold
from trust.naming import tidied
from trust.partners import Kind, Partner, named
from trust.people import Seat, in_time
from trust.permissions import roles
from trust.records import N_, Msg, Refused
from trust.standing_by import SUPPORTED
from trust.vouching import had_people

MOST_AREAS = 60

_ASK = Msg(N_("Ask whoever looks after this portal."))


@verb("partner:edit", may="partner:edit")
def edit(act: Act, partner: Partner, /, **changes: object) -> None:
    """A partner edits its own profile. Saving it also says that it is right as of now. Raises
    ``Refused`` as ``change_own`` does."""
    act.fact(fields=change_own(act, partner, changes))
    partner.checked_at = act.now
    act.moment("checked", partner)


@verb("partner:check", may="partner:edit")
def check(act: Act, partner: Partner) -> None:
    """A partner says: this is still right."""
    partner.checked_at = act.now
    act.moment("checked", partner)


@verb("partner:settle", may="partner:add")
def settle(act: Act, partner: Partner, *, kind: Kind, region_id: int | None) -> None:
    """Whoever looks after the portal says what an organisation is, and where it belongs.

    Raises ``Refused`` when nothing would change; as ``_must_fit`` does; for a council, and for what
    becomes one, once somebody acted for it: what was agreed rests on that.
    """
    changes = {"kind": kind, "region_id": region_id}
    different = {name: new for name, new in changes.items() if getattr(partner, name) != new}
    if not different:
        raise Refused(N_("It is so already. Nothing was changed."), field="kind")
    if (
        "kind" in different
        and Kind.COUNCIL in (kind, partner.kind)
        and had_people(act.session, partner)
    ):
        raise Refused(
            N_("People acted for it as what it is. Add a new organisation instead."), field="kind"
        )
    _must_fit(act, partner, different)
    act.fact(kind=str(kind), region=region_id, before=str(partner.kind))
    change(partner, different)


def change_own(act: Act, partner: Partner, changes: Mapping[str, object]) -> list[str]:
    """What ``change`` does, for the partner's own people. Raises ``Refused`` as it does, and as
    ``must_be_own`` and ``_must_fit`` do."""
    must_be_own(partner, changes)
    _must_fit(act, partner, changes)
    return change(partner, changes)


def must_be_own(partner: Partner, changes: Mapping[str, object]) -> None:
    """Raises ``Refused`` for what is not for a partner's own people to change. Those of councils,
    regional and supporting bodies may do things at others' (``roles.toml``), and a supporting body
    sees what groups of its region said yes to: nobody gets that by a tick on a page."""
    kind = changes.get("kind", partner.kind)
    if kind != partner.kind and Kind.COUNCIL in (kind, partner.kind):
        raise Refused(
            N_("Nobody becomes a council, or stops being one, by this page."),
            field="kind",
            next_step=_ASK,
        )
    if kind != partner.kind and not {kind, partner.kind} <= set(SUPPORTED):
        raise Refused(
            N_("Its people may do things for others, so this page cannot change what it is."),
            field="kind",
            next_step=_ASK,
        )
    region = changes.get("region_id", partner.region_id)
    if region != partner.region_id and partner.kind == Kind.INFRASTRUCTURE:
        raise Refused(
            N_("It is there for the groups of its region, so this page cannot change the region."),
            field="region_id",
            next_step=_ASK,
        )


def _must_fit(act: Act, partner: Partner, changes: Mapping[str, object]) -> None:
    """Raises ``Refused`` for a region that is not here, and for a kind that does not go with the
    roles that people have for the partner, or with who stands by whom; and for any other kind while
    two people say that they speak for it."""
    region = changes.get("region_id")
    if region is not None and act.session.get(Region, region) is None:
        raise Refused(N_("Choose one of the options shown."), field="region_id")
    if changes.get("kind", partner.kind) == partner.kind:
        return
    kind = Kind(str(changes["kind"]))
    must_not_be_disputed(act, partner.id)
    stmt = select(Seat.role).where(Seat.partner_id == partner.id, *in_time(act.now)).distinct()
    for held in sorted(act.session.scalars(stmt)):
        role = roles().get(held)
        if role is not None and kind not in role.kinds:
            raise Refused(
                Msg(
                    N_("Somebody has the role “%(role)s” for it, which would not fit then."),
                    {"role": Msg(role.name)},
                ),
                field="kind",
                next_step=Msg(N_("End that role first.")),
            )
    stands = or_(Partner.supporter_id == partner.id, Partner.asked_supporter_id == partner.id)
    if partner.kind == Kind.INFRASTRUCTURE and act.session.scalar(select(exists().where(stands))):
        raise Refused(N_("It stands by groups. Let that end first."), field="kind")
    if kind not in SUPPORTED and (partner.supporter_id or partner.asked_supporter_id):
        raise Refused(N_("Somebody stands by it. Let that end first."), field="kind")


def change(partner: Partner, changes: Mapping[str, object]) -> list[str]:
    """Change some fields of a page, within a verb. Returns those that are different now. Raises
    ``Refused`` for a name that cannot be one."""
    changes = dict(changes)
    if "name" in changes:
        changes["name"] = named(str(changes["name"]))
        partner.sort_name = fold(str(changes["name"]))
    if "areas" in changes:
        changes["areas"] = places_named(cast(Iterable[str], changes["areas"]))
    different = {field: new for field, new in changes.items() if getattr(partner, field) != new}
    for field, new in different.items():
        setattr(partner, field, new)
    return sorted(different)


def places_named(names: Iterable[str]) -> list[str]:
    """Names of places, tidied, each once however it is spelt. Raises ``Refused`` for too many."""
    tidy = (tidied(one)[:120] for one in names)
    places = {search.alike(name): name for name in tidy if search.alike(name)}
    if len(places) > MOST_AREAS:
        raise Refused(
            Msg(N_("Name %(most)s places or fewer."), {"most": MOST_AREAS}), field="areas"
        )
    return list(places.values())
