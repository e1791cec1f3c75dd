"""What somebody sends just after their session ran out: kept, so that no story is typed twice."""

from datetime import timedelta

from flask import request
from flask import session as cookie
from sqlalchemy import select

from pilots import contributions
from pilots.contributions import Contribution
from portal import access
from portal.question_form import typed
from trust import signin
from trust.people import actor_for

KEPT_FOR = timedelta(days=1)


def keep_late(id: int, key: str) -> None:
    """Keep an answer that came with the token of a session that has run out less than a day ago
    in the draft it belongs to. Nothing is shown and nothing sent; a session that was ended on
    purpose keeps nothing."""
    session, now = access.session(), access.now()
    stmt = select(signin.SignIn).where(
        signin.SignIn.token_sha256 == signin.sha256(cookie.get("_user_id", "")),
        signin.SignIn.ended_at.is_(None),
    )
    late = session.scalars(stmt).first()
    if late is None or now > late.seen_at + late.lasting.idle + KEPT_FOR:
        return
    who = actor_for(session, late.person_id, late.acting_for_id, now)
    mine = select(Contribution).where(Contribution.id == id, Contribution.state == "draft")
    held = session.scalars(Contribution.visible(mine, who)).first()
    questions = held.request_version.questions if held else []
    asked = next((one for one in questions if one.key == key), None)
    if held is not None and asked is not None:
        contributions.keep(held, asked, typed(request.form), late.person_id, now)
        session.commit()
