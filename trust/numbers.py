"""The numbers that a partner has in public registers, as it puts them right itself. None is always
allowed: a group without a number is first-class (trust.md, "Partner profile")."""

from collections.abc import Mapping

from sqlalchemy import select

from trust.act import Act, verb
from trust.exchange.identifiers import SCHEMES, check
from trust.partners import Identifier, Kind, Partner
from trust.records import N_, Msg, Refused

MOST = 5


def asked_of(partner: Partner) -> list[str]:
    """The registers that a partner is asked about: only councils have a council's code."""
    council = partner.kind == Kind.COUNCIL
    return [key for key in SCHEMES if council or key != "GB-LAE"]


def typed(partner: Partner, scheme: str) -> str:
    """The numbers of a partner in one register, as its form shows them."""
    return ", ".join(one.number for one in partner.identifiers if one.scheme == scheme)


@verb("partner:numbers", may="partner:edit")
def put_right(act: Act, partner: Partner, /, *, numbers: Mapping[str, str]) -> None:
    """A partner says which numbers it has: by register, with commas between several. A register
    that is not named stays as it is, an empty one has none any more. Saving also says that the
    page is right as of now.

    Raises ``Refused`` for a number of another form, naming the right one, for one that another
    partner has here, and for more than five in one register; ``field`` is the register.
    """
    changed = []
    for scheme, text in numbers.items():
        if scheme not in asked_of(partner):
            raise Refused(N_("Choose one of the options shown."))
        given = [part for part in (one.strip() for one in text.split(",")) if part]
        if len(given) > MOST:
            raise Refused(Msg(N_("Give %(most)s numbers or fewer."), {"most": MOST}), field=scheme)
        now = {_checked(act, partner, scheme, number): None for number in given}
        held = {one.number: one for one in partner.identifiers if one.scheme == scheme}
        for number in held.keys() - now.keys():
            partner.identifiers.remove(held[number])
        for number in now.keys() - held.keys():
            partner.identifiers.append(Identifier(scheme=scheme, number=number))
        if held.keys() != now.keys():
            changed.append(scheme)
    partner.checked_at = act.now
    act.fact(registers=changed)
    act.moment("checked", partner)


def _checked(act: Act, partner: Partner, scheme: str, number: str) -> str:
    try:
        number = check(scheme, number)
    except Refused as refused:
        raise Refused(refused.reason, field=scheme) from None
    stmt = (
        select(Partner)
        .join(Identifier, Identifier.partner_id == Partner.id)
        .where(Identifier.scheme == scheme, Identifier.number == number, Partner.id != partner.id)
    )
    other = act.session.scalars(stmt).first()
    if other is not None:
        said = N_("%(partner)s has this number here. If it is yours, call us.")
        raise Refused(Msg(said, {"partner": other.name}), field=scheme)
    return number
