"""The number that this portal gives an organisation when it leaves, so that it is known again when
it comes back: a UUID made of the portal's address and its own id. Groups without a number in any
register have one, too."""

import re
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trust.partners import Partner

SCHEME = "ORUK"
"""Whoever has no other number is known again by the one that another portal or list gave it: it is
kept among its numbers, under this register."""

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def own_number(address: str, partner_id: int) -> str:
    """The number of a partner of the portal at ``address``."""
    return str(uuid5(NAMESPACE_URL, f"{address.rstrip('/')}/partners/{partner_id}"))


def part_number(number: str, part: str) -> str:
    """The number of something that belongs to it: of its charity number, say."""
    return str(uuid5(UUID(number), part))


def is_uuid(text: str) -> bool:
    """Whether a text is such a number, of whichever portal."""
    return bool(_UUID.fullmatch(text.strip().lower()))


def known(session: Session, address: str) -> dict[str, int]:
    """Ids of the partners that are here, by their number. One that was merged into another one
    is known as that one."""
    now = func.coalesce(Partner.merged_into_id, Partner.id)
    return {own_number(address, id): to for id, to in session.execute(select(Partner.id, now))}
