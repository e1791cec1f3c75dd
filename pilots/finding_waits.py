"""What waits around findings and what leaves, as the statements of ``waits``."""

from sqlalchemy import Select, bindparam, func, or_, select

from pilots.contributions import Contribution
from pilots.figures import given_by
from pilots.insight import Evidence, Insight, Verdict
from pilots.pilot import Pilot
from pilots.publications import Publication
from pilots.quotations import Quotation
from pilots.releases import Release
from pilots.responses import Response
from pilots.tasks import Columns
from pilots.tasks import at as _at
from pilots.tasks import task as _task
from trust import conflicts


def insights() -> Select[*Columns]:
    """Insights shown to those who gave, who have not said yet whether they are right; nor since
    the words changed."""
    mine = _at("judges")
    judged = (
        select(Verdict.id)
        .where(
            Verdict.insight_id == Insight.id,
            Verdict.wording == Insight.wording,
            Verdict.partner_id.in_(mine),
        )
        .correlate(Insight)
    )
    rests_on = (
        select(Evidence.insight_id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(Contribution.giver_id.in_(mine), Contribution.state != "withdrawn")
    )
    since = func.coalesce(Insight.shown_at, Insight.created_at)
    return (
        _task("insight", Insight.id, since, Pilot.name, by=Insight.answer_by)
        .join(Pilot, Pilot.id == Insight.pilot_id)
        .where(
            Insight.state == "shown",
            Insight.id.in_(rests_on),
            Insight.written_by_id != bindparam("me"),
            ~judged.exists(),
        )
    )


def owed() -> Select[*Columns]:
    """Findings that were shared and that the council has not answered yet."""
    since = func.coalesce(Insight.published_at, Insight.created_at)
    return (
        _task("respond", Insight.id, since, Pilot.name)
        .join(Pilot, Pilot.id == Insight.pilot_id)
        .where(
            Pilot.id.in_(_at("decides")),
            Insight.state == "published",
            Insight.id.not_in(select(Response.insight_id)),
        )
    )


def releases() -> Select[*Columns]:
    """Tables that somebody else prepared, with no numbers of one's own partners in them, nor of
    a group whose grant one looks after."""
    return _task("release", Release.id, Release.created_at, Release.title).where(
        Release.pilot_id.in_(_at("releases")),
        Release.state == "prepared",
        Release.prepared_by_id != bindparam("me"),
        ~given_by(Release.question_id, bindparam("gave", expanding=True)),
        ~given_by(Release.question_id, conflicts.managed_by(bindparam("me"))),
    )


def publications() -> Select[*Columns]:
    """Findings that somebody else prepared for anyone to read, that rest on nothing of one's own
    partners, nor of a group whose grant one looks after."""
    kept = or_(
        Contribution.giver_id.in_(bindparam("gave", expanding=True)),
        Contribution.giver_id.in_(conflicts.managed_by(bindparam("me"))),
    )
    mine = (
        select(Evidence.id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(Evidence.insight_id == Publication.insight_id, kept)
        .correlate(Publication)
    )
    return (
        _task("publication", Publication.id, Publication.created_at, Pilot.name)
        .join(Pilot, Pilot.id == Publication.pilot_id)
        .where(
            Publication.pilot_id.in_(_at("releases")),
            Publication.state == "prepared",
            Publication.prepared_by_id != bindparam("me"),
            ~mine.exists(),
        )
    )


def quotations() -> Select[*Columns]:
    """Words of one's own that somebody would like to show to anyone."""
    return (
        _task("quotation", Quotation.id, Quotation.created_at, Pilot.name)
        .join(Evidence, Evidence.id == Quotation.evidence_id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .join(Pilot, Pilot.id == Contribution.pilot_id)
        .where(
            Contribution.giver_id.in_(_at("writes")),
            Contribution.state != "withdrawn",
            Quotation.state == "asked",
        )
    )
