"""What was written down for a group and waits to be confirmed by somebody of another organisation,
for whoever can (``trust.recordings``). Each is a part of the one statement of ``waiting``."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, literal, or_, select
from sqlalchemy.orm import aliased

from pilots.contribution_states import SENT
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.tasks import Columns
from pilots.tasks import at as _at
from pilots.tasks import task as _task
from trust.agreements import Agreement
from trust.partners import Partner
from trust.recordings import STANDS, Recording


def _to_confirm(kind: Any, in_pilots: ColumnElement[bool]) -> Select[*Columns]:
    """Those near the group, or ``in_pilots`` where this person writes for groups, too: of another
    organisation than whoever wrote it down."""
    here, mine = aliased(Partner), _at("vouches")
    near = select(here.region_id).where(here.id.in_(mine))
    return (
        _task(kind, Recording.id, Recording.at, Partner.name)
        .join(Partner, Partner.id == Recording.giver_id)
        .where(
            Partner.region_id.in_(near) | in_pilots,
            Recording.state == "waiting",
            Recording.for_id.not_in(mine),
            Recording.by_id != bindparam("me"),
        )
    )


def recordings() -> Select[*Columns]:
    """What a group said about an agreement, as another organisation wrote down."""
    works = select(literal("pilot:") + cast(Pilot.id, Text)).where(Pilot.id.in_(_at("vouches_in")))
    stands = (
        (Recording.kind == kind) & Agreement.state.in_(states) for kind, states in STANDS.items()
    )
    kind = literal("confirm-") + Recording.kind
    return (
        _to_confirm(kind, cast(Recording.work, Text).in_(works))
        .join(Agreement, Agreement.id == Recording.agreement_id)
        .where(or_(*stands), Agreement.text_sha256 == Recording.text_sha256)
    )


def asked_back() -> Select[*Columns]:
    """An answer that a group wants back, as another organisation wrote down."""
    given = literal("contribution:") + cast(Contribution.id, Text)
    return (
        _to_confirm("confirm-back", Contribution.pilot_id.in_(_at("vouches_in")))
        .join(Contribution, cast(Recording.answer, Text) == given)
        .where(Contribution.state.in_(SENT))
    )
