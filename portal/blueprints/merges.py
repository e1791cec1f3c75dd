"""Organisations that are here twice: the list of those that may be, the two side by side, the yes
of those who speak for them, and the way back."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.fields import Form
from portal.forms.merges import LABELS, ApartForm, CompareForm, value
from portal.languages import day, say, words
from portal.pages import attempt, render
from portal.paging import part_of_list
from trust import duplicates, merging, newcomers
from trust.exchange.identifiers import SCHEMES
from trust.installation import INSTALLATION, Installation, Region
from trust.mergeable import check_one
from trust.merging import STATES, Merge
from trust.partners import KINDS, Kind, Partner
from trust.records import Hidden, Refused

bp = Blueprint("merges", __name__)

COLOURS = {"waiting": "yellow", "done": "green", "declined": "grey", "undone": "grey"}
SHOWN = 100  # of the merges that were made


class AnswerForm(Form):
    """A yes or a no; the button says which."""


@bp.route("/merges")
@page(read="partner:merge")
def index() -> Any:
    """Organisations that may be here twice, and what came of others."""
    session, actor = access.session(), access.actor()
    part = part_of_list(duplicates.pairs(session, actor))
    ids = {id for pair in part.rows for id in (pair.one, pair.other)}
    stmt = Partner.visible(select(Partner.id, Partner.name).where(Partner.id.in_(ids)), actor)
    names = {id: words(name) for id, name in session.execute(stmt)}
    peopled = newcomers.with_people(session, ids, access.now())
    made = Merge.visible(select(Merge), actor).where(Merge.state.in_(("waiting", "done")))
    made = made.options(joinedload(Merge.kept), joinedload(Merge.gone))
    held = session.scalars(made.order_by(Merge.id.desc()).limit(SHOWN))
    return render(
        "merges/index.html",
        part=part,
        pairs=[
            {
                "title": _two(names[pair.one], names[pair.other]),
                "href": _compare(pair, peopled),
                "text": ", ".join(say(duplicates.WHY[key]) for key in pair.why),
            }
            for pair in part.rows
        ],
        made=[
            {
                "title": _two(words(one.kept.name), words(one.gone.name)),
                "href": url_for("merges.show", id=one.id),
                "tag": say(STATES.names[one.state]),
                "colour": COLOURS[one.state],
                "at": day(one.merged_at or one.created_at),
            }
            for one in held
        ],
    )


def _two(one: Markup, other: Markup) -> Markup:
    """Both names, each marked as what a person wrote."""
    return escape(_("%(one)s and %(other)s")) % {"one": one, "other": other}


def _compare(pair: duplicates.Found, peopled: set[int]) -> str:
    """The one that people act for stays, unless somebody turns it round; else the older one."""
    turn = pair.other in peopled and pair.one not in peopled
    keep, gone = (pair.other, pair.one) if turn else (pair.one, pair.other)
    return url_for("merges.new", keep=keep, gone=gone)


@bp.route("/merges/new", methods=["GET", "POST"])
@page(read="partner:merge", change="partner:merge")
def new() -> Any:
    """Two organisations side by side: choose whose words stay, and merge them or ask them."""
    kept, gone = _asked("keep"), _asked("gone")
    if kept.id == gone.id:
        raise Hidden("merge")
    session, names = access.session(), _names(kept, gone)
    form = CompareForm()
    form.compare(kept, gone, names)
    against = _against(kept, gone) if request.method == "GET" else None
    if form.validate_on_submit():
        chosen = form.chosen(kept, gone, names)
        made = attempt(form, merging.propose, _installation(), kept=kept, gone=gone, chosen=chosen)
        if made and not merging.to_ask(session, made, access.now()):
            made = made if attempt(form, merging.do, made) else None
        if made:
            return redirect(url_for("merges.show", id=made.id), 303)
    return render(
        "merges/new.html",
        form=form,
        apart=ApartForm(formdata=None, data={"keep": kept.id, "gone": gone.id}),
        kept=kept,
        gone=gone,
        against=against,
        asked=[field for field in LABELS if field in form],
        sides=[_side(kept, names), _side(gone, names)],
        peopled=newcomers.with_people(session, (kept.id, gone.id), access.now()),
    )


@bp.route("/merges/apart", methods=["POST"])
@page(read="partner:merge", change="partner:merge")
def apart() -> Any:
    """Two that look alike are two: they are not proposed again."""
    form = ApartForm()
    one, other = _partner(form.keep.data), _partner(form.gone.data)
    if form.validate_on_submit():
        attempt(form, merging.apart, _installation(), one=one, other=other)
    return redirect(url_for("merges.index"), 303)


@bp.route("/merges/<id:id>", methods=["GET", "POST"])
@page(read="has-role", change="partner:join")
def show(id: int) -> Any:
    """What is proposed, or was done; for those who speak for one of the two, a yes or a no."""
    merge = _load(id)
    session, own = access.session(), access.actor().acting_for
    waits = merging.to_ask(session, merge, access.now()) if merge.state == "waiting" else set()
    form = AnswerForm()
    may = own in waits and merging.agree.allowed(access.actor(), merge)
    if form.validate_on_submit():
        if own not in (merge.kept_id, merge.gone_id):
            raise Hidden("merge")
        last = waits <= {own}
        yes = merging.agree_last if last else merging.agree
        answer = merging.decline if request.form.get("answer") == "no" else yes
        if attempt(form, answer, merge):
            return redirect(url_for("merges.show", id=id), 303)
    keeps = access.actor().holds("partner:merge", INSTALLATION)
    names = _names(merge.kept, merge.gone)
    return render(
        "merges/show.html",
        form=form,
        merge=merge,
        may=may,
        keeps=keeps,
        own=own,
        waits=[one.name for one in (merge.kept, merge.gone) if one.id in waits],
        may_undo=keeps and merging.undo.possible(access.actor(), merge),
        may_drop=keeps and merging.drop.possible(access.actor(), merge),
        state=say(STATES.names[merge.state]),
        colour=COLOURS[merge.state],
        page=_page(merge, names) if merge.state == "waiting" else [],
    )


@bp.route("/merges/<id:id>/undo", methods=["GET", "POST"])
@page(read="partner:merge", change="partner:merge")
def undo(id: int) -> Any:
    """Take two apart again; or take back what nobody has answered."""
    merge = _load(id)
    form = AnswerForm()
    back = merging.drop if merge.state == "waiting" else merging.undo
    if form.validate_on_submit() and attempt(form, back, merge):
        return redirect(url_for("merges.show", id=id), 303)
    return render("merges/undo.html", form=form, merge=merge)


def _load(id: int) -> Merge:
    both = joinedload(Merge.kept), joinedload(Merge.gone), joinedload(Merge.by)
    return access.load(Merge, id, *both)


def _asked(name: str) -> Partner:
    return _partner(request.args.get(name))


def _partner(given: Any) -> Partner:
    text = str(given or "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Hidden("partner")
    return access.load(Partner, int(text))


def _installation() -> Installation:
    return access.session().get_one(Installation, INSTALLATION.id)


def _names(*two: Partner) -> dict[str, dict[int, str]]:
    """The names of the regions and supporters of two partners."""
    regions = {one.region_id for one in two}
    supporters = {one.supporter_id for one in two}
    in_regions = select(Region.id, Region.name).where(Region.id.in_(regions - {None}))
    stand_by = select(Partner.id, Partner.name).where(Partner.id.in_(supporters - {None}))
    return {
        "region_id": _by_id(in_regions),
        "supporter_id": _by_id(stand_by),
    }


def _by_id(stmt: Select[int, str]) -> dict[int, str]:
    return {row[0]: row[1] for row in access.session().execute(stmt)}


def _against(kept: Partner, gone: Partner) -> Refused | None:
    try:
        check_one(access.session(), kept, gone, access.now())
    except Refused as refused:
        return refused
    return None


def _side(partner: Partner, names: dict[str, dict[int, str]]) -> dict[str, Any]:
    """What tells the two apart, beside what may be chosen."""
    first = newcomers.first(access.session(), partner, access.now())
    return {
        "id": partner.id,
        "name": partner.name,
        "kind": say(KINDS[Kind(partner.kind)]),
        "region": value(partner, "region_id", names),
        "since": partner.created_at,
        "here": first.here,
        "numbers": [(say(SCHEMES[one.scheme].name), one.number) for one in partner.identifiers],
    }


def _page(merge: Merge, names: dict[str, dict[int, str]]) -> list[tuple[Any, Any]]:
    """What the page of the one that stays would say from the other one."""
    return [
        (LABELS[field], words(value(merge.gone, field, names)))
        for field in merging.FIELDS
        if field in merge.chosen
    ]
