"""Tables of counts that leave the portal: prepared by one person, released by another, and
downloaded as a Data Package. Only what came through the gate is ever shown here."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import undefer

from pilots import leaving, releases
from pilots.pilot import Pilot
from pilots.questions import Question
from pilots.releases import Release
from portal import access
from portal.access import page
from portal.english import INVENTED
from portal.fields import Form
from portal.forms.releases import AUDIENCES, AllowForm, DropForm, PrepareForm
from portal.languages import day, number, say, speaking, words
from portal.pages import attempt, render
from portal.paging import part_of
from trust import elections
from trust.calendar import london_day
from trust.disclosure.published import Deferred, Published
from trust.elections import Election, Wait
from trust.partners import Partner
from trust.people import Person
from trust.records import Hidden, Msg, Ref

bp = Blueprint("releases", __name__)


def rows_of(table: Published) -> tuple[list[Any], list[list[Any]]]:
    """A released table as head and rows for a page; the star stays a star."""

    def shown(value: Any) -> Any:
        return number(value) if isinstance(value, int) else value

    head: list[Any] = [words(table.rows.words)]
    head += [words(label.words) for label in table.columns.labels]
    rows = [
        [words(label.words), *(shown(cell) for cell in cells)]
        for label, cells in zip(table.rows.labels, table.cells, strict=True)
    ]
    if table.row_totals is not None:
        head.append(_("All"))
        for row, total in zip(rows, table.row_totals, strict=True):
            row.append(shown(total))
    if table.column_totals is not None:
        last = [_("All"), *(shown(total) for total in table.column_totals)]
        if table.row_totals is not None:
            last.append(shown(table.total))
        rows.append(last)
    return head, rows


@bp.route("/pilots/<id:id>/releases")
@page(read="pilot:read", figures="publish")
def index(id: int) -> Any:
    """The tables of a pilot: released, waiting, and those that can be prepared."""
    pilot = access.load(Pilot, id)
    stmt = Release.visible(
        select(Release).where(Release.pilot_id == pilot.id).order_by(Release.id.desc()),
        access.actor(),
    )
    found = list(access.session().scalars(stmt))
    tables = []
    if releases.prepare.allowed(access.actor(), pilot):
        tables = releases.tables_of(access.session(), pilot.id)
    return render(
        "releases/index.html",
        pilot=pilot,
        near=_near(pilot),
        items=[
            {
                "title": words(one.title, pilot.lang),
                "href": url_for("releases.show", id=one.id),
                "tag": say(releases.STATES.names[one.state]),
                "at": day(one.released_at or one.created_at),
            }
            for one in found
        ],
        tables=tables,
    )


def _near(pilot: Pilot) -> Wait | Election | None:
    """Why tables for anyone wait now; else the next days on which they will."""
    session, today = access.session(), london_day(access.now())
    held = elections.periods(session, [pilot.region_id])
    on = elections.wait_among(held, pilot.region_id, today)
    return on or next((one for one in held if not one.over(today)), None)


@bp.route("/tables")
@page(read="release:read", figures="publish")
def every() -> Any:
    """All tables that were released to whoever asks, the newest first."""
    stmt = (
        select(Release)
        .where(Release.state == "released")
        .order_by(Release.released_at.desc(), Release.id.desc())
    )
    part = part_of(access.session(), Release.visible(stmt, access.actor()))
    about = select(Pilot).where(Pilot.id.in_([one.pilot_id for one in part.rows]))
    pilots = {pilot.id: pilot for pilot in access.session().scalars(about)}
    return render(
        "releases/every.html",
        part=part,
        items=[
            {
                "title": words(one.title, pilots[one.pilot_id].lang),
                "href": url_for("releases.show", id=one.id),
                "text": words(pilots[one.pilot_id].name, pilots[one.pilot_id].lang),
                "at": day(one.released_at),
            }
            for one in part.rows
        ],
    )


@bp.route("/pilots/<id:id>/releases/new/<id:question>", methods=["GET", "POST"])
@page(read="release:prepare", change="release:prepare", figures="publish")
def prepare(id: int, question: int) -> Any:
    """See what would be released, and hand it to a second person."""
    pilot = access.load(Pilot, id)
    asked = access.session().get(Question, question)
    known = {one.id for one in releases.tables_of(access.session(), pilot.id)}
    if (
        asked is None
        or asked.id not in known
        or not releases.prepare.allowed(access.actor(), pilot)
    ):
        raise Hidden("question")
    form = PrepareForm()
    if form.validate_on_submit():
        made = attempt(
            form,
            releases.prepare,
            pilot,
            question=asked,
            title=form.title.data,
            description=form.description.data,
            audience=form.audience.data,
            open_licence=bool(form.open_licence.data),
            lang=pilot.lang,
        )
        if made:
            return redirect(url_for("releases.show", id=made.id), 303)
    earlier = _tables(asked.id, "prepared", "released")
    others = releases.for_others(access.session(), access.actor(), asked)
    previews = [] if others or earlier else _previews(pilot, asked)
    never = [say(others)] if others else []
    if previews and all(deferred for _who, deferred, *_ in previews):
        never = list(dict.fromkeys(why for _who, deferred, *_ in previews for why in deferred))
    return render(
        "releases/prepare.html",
        form=form,
        pilot=pilot,
        question=asked,
        near=_near(pilot),
        previews=previews,
        # For nobody: said first, and once. A form that can only be refused is not shown.
        never=never,
        earlier=earlier,
    )


def _previews(pilot: Pilot, asked: Question) -> list[tuple[Any, ...]]:
    """For each audience, the table as it would be, or why it cannot be. Only before there is one:
    looked at again after each answer, it would tell what each group gave."""
    found = []
    for key, who in AUDIENCES:
        result = releases.through_the_gate(
            access.session(), pilot, asked, title=asked.words, audience=key, now=access.now()
        )
        if isinstance(result, Deferred):
            found.append((who, [say(one) for one in result.reasons], [], [], []))
        else:
            found.append((who, [], *rows_of(result), [say(note) for note in result.notes]))
    return found


@bp.route("/releases/<id:id>", methods=["GET", "POST"])
@page(read="public", change="release:sign", figures="publish", again="change")
def show(id: int) -> Any:
    """One table: as it is released, what was hidden and why, its file and hash."""
    release = access.load(Release, id)
    form = Form()
    if form.validate_on_submit() and attempt(
        form,
        releases.sign,
        release,
        mailbox=current_app.config["PORTAL"].contact_email,
        say=_in_the_language_of(release),
        notice=_in_the_language_of(release)(INVENTED) if current_app.config["PORTAL"].demo else "",
    ):
        return redirect(url_for("releases.show", id=release.id), 303)
    table = release.table
    out = release.state == "released"
    stands = out or releases.stands(access.session(), release, access.now())
    head, rows = rows_of(table) if stands else ([], [])
    return render(
        "releases/show.html",
        stands=stands,
        form=form,
        release=release,
        back=_back(release),
        state=say(releases.STATES.names[release.state]),
        table=table,
        head=head,
        rows=rows,
        notes=[say(table.label), *(say(note) for note in table.notes)] if stands else [],
        may_sign=stands and releases.sign.possible(access.actor(), release),
        near=leaving.waits(access.session(), release, access.now()) if stands else None,
        may_allow=releases.allow.allowed(access.actor(), release),
        because=release.allowed_because,
        let_out_by=_let_out_by(release),
        may_drop=releases.drop.possible(access.actor(), release),
        own=release.prepared_by_id == access.actor().person_id,
        about=_about(release),
        # Other tables that are out, for whoever decides on one more.
        earlier=_tables(release.question_id, "released") if release.state == "prepared" else [],
        audience=dict(AUDIENCES)[release.audience],
    )


def _about(release: Release) -> list[dict[str, Any]]:
    """What a table is of, and for whom. Who prepared it is for those who work on the pilot."""
    session = access.session()
    pilot = session.get_one(Pilot, release.pilot_id)
    question = session.get_one(Question, release.question_id)
    found = [
        (_("Council"), words(session.get_one(Partner, release.taker_id).name)),
        (_("Pilot"), words(pilot.name, pilot.lang)),
        (_("Question"), words(question.words)),
        (_("Who may read it"), dict(AUDIENCES)[release.audience]),
        (
            _("Licence"),
            _("Anyone may use it again (Open Government Licence)")
            if release.open_licence
            else _("None: ask the council before you use it"),
        ),
    ]
    if access.actor().holds("insight:read", Ref("pilot", pilot.id)):
        name = session.scalar(select(Person.name).where(Person.id == release.prepared_by_id))
        found.append((_("Prepared by"), words(name or "")))
    return [{"key": key, "value": value} for key, value in found]


def _let_out_by(release: Release) -> str | None:
    """Who let it out before an election, for those who work on the pilot."""
    if not access.actor().holds("insight:read", Ref("pilot", release.pilot_id)):
        return None
    return access.session().scalar(select(Person.name).where(Person.id == release.allowed_by_id))


def _tables(question_id: int, *states: str) -> list[tuple[str, str]]:
    """The tables of a question that this reader sees in these states, each with its day."""
    stmt = select(Release).where(Release.question_id == question_id, Release.state.in_(states))
    seen = access.session().scalars(Release.visible(stmt.order_by(Release.id), access.actor()))
    return [
        (url_for("releases.show", id=one.id), day(one.released_at or one.created_at))
        for one in seen
    ]


def _in_the_language_of(release: Release) -> Callable[[Msg], str]:
    """Says messages in the language of a release's pilot, for a file that all its readers get."""
    lang = access.session().get_one(Pilot, release.pilot_id).lang

    def said(message: Msg) -> str:
        with speaking(lang):
            return say(message)

    return said


def _back(release: Release) -> str | None:
    """To the tables of its pilot, or to all that were released, for those who may go there."""
    if access.sees(Pilot, release.pilot_id):
        return url_for("releases.index", id=release.pilot_id)
    if access.actor().holds_somewhere("release:read"):
        return url_for("releases.every")
    return None


@bp.route("/releases/<id:id>/allow", methods=["GET", "POST"])
@page(read="release:allow", change="release:allow", again="change")
def allow(id: int) -> Any:
    """Let a table for anyone out although an election is near, and say why."""
    release = access.load(Release, id)
    wait = leaving.waits(access.session(), release, access.now())
    if wait is None or not releases.allow.allowed(access.actor(), release):
        raise Hidden("release")
    form = AllowForm()
    if form.validate_on_submit() and attempt(
        form, releases.allow, release, reason=form.reason.data
    ):
        return redirect(url_for("releases.show", id=release.id), 303)
    return render("releases/allow.html", form=form, release=release, near=wait)


@bp.route("/releases/<id:id>/drop", methods=["GET", "POST"])
@page(read="release:drop", change="release:drop")
def drop(id: int) -> Any:
    """Put a prepared table aside."""
    release = access.load(Release, id)
    if not releases.drop.possible(access.actor(), release):
        raise Hidden("release")
    form = DropForm()
    if form.validate_on_submit() and attempt(form, releases.drop, release, reason=form.reason.data):
        return redirect(url_for("releases.index", id=release.pilot_id), 303)
    return render("releases/drop.html", form=form, release=release)


@bp.route("/releases/<id:id>/package.zip")
@page(read="public", figures="publish")
def package(id: int) -> Any:
    """The exact bytes that were released."""
    release = access.load(Release, id, undefer(Release.package))
    if release.state != "released" or release.package is None:
        raise Hidden("release")
    response = make_response(release.package)
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="release-{release.id}.zip"'
    response.headers["ETag"] = f'"{release.package_sha256}"'
    return response
