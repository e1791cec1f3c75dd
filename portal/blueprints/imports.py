"""Bringing organisations and areas in from a file: choose it, see what it would do, say yes, and
keep a report. Until the yes nothing is written but the file itself, for a day."""

from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import undefer

from portal import access
from portal.access import page
from portal.forms.imports import CouncilForm, FileForm, RegionForm, SeenForm, choices
from portal.import_jobs import AREAS, LIMITS, PARTNERS, Job, plan, read, region_of
from portal.import_lines import on_page, report
from portal.pages import attempt, render
from portal.paging import ROWS, Part
from portal.places import there
from portal.sheets import Sheet
from trust import files
from trust.exchange import area_import, directory, partner_import
from trust.files import Upload
from trust.imports import OUTCOMES, Outcome, Plan, unpack
from trust.installation import INSTALLATION, Installation, Region, add_region
from trust.records import Hidden, Refused

bp = Blueprint("imports", __name__)

RECEIVED = 25 * 1024 * 1024  # a file that is too big by little is told so beside its field


@bp.url_value_preprocessor
def _receive_more(*_: Any) -> None:
    """Before anything reads the form: the portal's limit for requests is for other pages."""
    if request.endpoint in ("imports.partners", "imports.areas"):
        request.max_content_length = RECEIVED


@bp.route("/imports/partners", endpoint="partners", methods=["GET", "POST"])
@page(read="partner:import", change="partner:import")
def partners_file() -> Any:
    """Choose a file of organisations."""
    return _choose(PARTNERS)


@bp.route("/imports/partners/<id:id>", methods=["GET", "POST"])
@page(read="partner:import", change="partner:import")
def partners_upload(id: int) -> Any:
    """What a file of organisations would do; then, what it did."""
    return _look(PARTNERS, id)


@bp.route("/imports/partners/<id:id>/report.csv")
@page(read="partner:import")
def partners_report(id: int) -> Response:
    """What came of a file of organisations, row by row."""
    return _report(PARTNERS, id)


@bp.route("/imports/areas", endpoint="areas", methods=["GET", "POST"])
@page(read="area:import", change="area:import")
def areas_file() -> Any:
    """Choose a file of areas."""
    return _choose(AREAS)


@bp.route("/imports/areas/<id:id>", methods=["GET", "POST"])
@page(read="area:import", change="area:import")
def areas_upload(id: int) -> Any:
    """What a file of areas would do; then, what it did."""
    return _look(AREAS, id)


@bp.route("/imports/areas/<id:id>/report.csv")
@page(read="area:import")
def areas_report(id: int) -> Response:
    """What came of a file of areas, row by row."""
    return _report(AREAS, id)


@bp.route("/installation/regions/new", methods=["GET", "POST"])
@page(read="partner:add", change="partner:add")
def region() -> Any:
    """Name a new region; next come its areas."""
    form = RegionForm()
    if form.validate_on_submit():
        made = attempt(form, add_region, _installation(), name=form.name.data)
        if made:
            return redirect(url_for("imports.areas", region=made.id), 303)
    return render("imports/region.html", form=form, back=there("installation.index"))


def _installation() -> Installation:
    return access.session().get_one(Installation, INSTALLATION.id)


def _address() -> str:
    address: str = current_app.config["PORTAL"].address
    return address


def _plan(job: Job, lines: list[Any], given: dict[str, str], council: str) -> Plan:
    here = {"address": _address(), "now": access.now()}
    return plan(access.session(), job, lines, given, council, **here)


def _let_go() -> None:
    """Hold no lock while a large file is read, which takes seconds. Nothing was written yet."""
    access.session().commit()


def _choose(job: Job) -> Any:
    form = job.form()
    found = access.session().execute(select(Region.id, Region.name).order_by(Region.name)).all()
    form.region.offer(tuple(row) for row in found)
    if request.method == "GET" and request.args.get("region") in form.region.values():
        form.region.data = request.args["region"]
    if form.validate_on_submit() and form.one_region(needed=job is PARTNERS):
        try:
            kept = _kept(job, form)
        except Refused as refused:
            form.refused(refused)
        else:
            return redirect(url_for(f"imports.{job.key}_upload", id=kept.id), 303)
    return render(
        "imports/file.html",
        form=form,
        job=job,
        back=there("installation.index"),
        chosen=next((name for id, name in found if str(id) == form.region.data), None),
    )


def _kept(job: Job, form: FileForm) -> Upload:
    """Read the file once, to say at once what is wrong with it, and keep it. Raises
    ``Refused``."""
    file, given = form.file.data, choices(form)
    content = file.read(LIMITS.size + 1)
    _let_go()
    lines, _sheet = read(job, content, file.filename)
    if job is PARTNERS or len(area_import.councils(lines)) < 2:  # else the next page asks which
        _plan(job, lines, given, "")
    person_id = access.signed_in().person.id
    return files.keep(
        access.session(), person_id, job.key, file.filename, content, given, access.now()
    )


def _upload(job: Job, id: int, *options: Any) -> Upload:
    upload = access.load(Upload, id, *options)
    if upload.purpose != job.key:
        raise Hidden("upload")
    return files.check_here(upload, access.now())


def _look(job: Job, id: int) -> Any:
    upload = _upload(job, id, undefer(Upload.content), undefer(Upload.report))
    council = request.args.get("council", "") if job is AREAS else ""
    here = url_for(f"imports.{job.key}_upload", id=id)
    form = SeenForm()
    if upload.report is not None:
        if request.method == "POST":
            return redirect(here, 303)
        return _page(job, upload, unpack(upload.report), council)
    if request.method == "POST":
        _let_go()
    lines, sheet = read(job, upload.content or b"", upload.name)
    if form.validate_on_submit() and _brought_in(job, upload, lines, council, form):
        return redirect(here, 303)
    try:
        now = _plan(job, lines, upload.choices, council)
    except Refused as refused:
        if refused.field != "council":
            raise
        asked = CouncilForm(formdata=None, meta={"csrf": False})
        asked.council.offer(area_import.councils(lines).items())
        return render("imports/council.html", form=asked, job=job, upload=upload)
    form.seen.data = now.fingerprint
    return _page(job, upload, now, council, form, sheet)


def _brought_in(job: Job, upload: Upload, lines: list[Any], council: str, form: SeenForm) -> bool:
    """Do what the list said. True when it is done, now or by the tap before this one."""
    session, where = access.session(), _installation()
    held = files.hold(session, upload.id, access.now())
    if held.done_at is not None:
        return True
    given = {
        "lines": lines,
        "region": region_of(session, held.choices),
        "seen": form.seen.data or "",
        "file_sha256": held.sha256,
    }
    if job is PARTNERS:
        given["address"] = _address()
        done = attempt(form, partner_import.import_partners, where, **given)
    else:
        done = attempt(form, area_import.import_areas, where, council=council, **given)
    if isinstance(done, Plan):
        files.used(held, done.packed(), access.now())
    return done is not None


def _page(
    job: Job,
    upload: Upload,
    found: Plan,
    council: str,
    form: SeenForm | None = None,
    sheet: Sheet | None = None,
) -> Any:
    """The lines of a plan, fifty at a time, of one outcome or of all."""
    endpoint = f"imports.{job.key}_upload"
    shown = request.args.get("show", "")
    if shown not in ("", *Outcome):
        raise Hidden("outcome")
    own = {"id": upload.id, **({"council": council} if council else {})}
    lines = [line for line in found.lines if not shown or line.outcome == shown]
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    if not 1 <= number <= max(1, -(-len(lines) // ROWS)):
        raise Hidden("page")
    address = url_for(endpoint, **own, show=shown or None, page=0)
    part = Part(
        on_page(lines[(number - 1) * ROWS : number * ROWS]),
        len(lines),
        number,
        address.replace("page=0", "page={page}"),
    )
    filters = [(_("All"), len(found.lines), url_for(endpoint, **own), not shown)]
    filters += [
        (_(OUTCOMES[one]), count, url_for(endpoint, **own, show=one.value), shown == one)
        for one, count in found.counts.items()
        if count
    ]
    return render(
        "imports/lines.html",
        job=job,
        upload=upload,
        form=form,
        sheet=sheet,
        unread=directory.unread(sheet.columns) if sheet and job is PARTNERS else [],
        plan=found,
        about=dict(found.about),
        part=part,
        filters=filters,
        action=url_for(endpoint, **own),
    )


def _report(job: Job, id: int) -> Response:
    upload = _upload(job, id, undefer(Upload.report))
    if upload.report is None:
        raise Hidden("report")
    response = make_response(report(unpack(upload.report)))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{job.key}-{id}.csv"'
    return response
