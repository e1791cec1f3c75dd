"""The passport as its own partner sees it, and its papers one by one."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.blueprints.passport.blueprint import (
    about,
    as_document,
    bp,
    counts,
    invented,
    lines,
    own,
    titled,
)
from portal.documents import passport as documents
from portal.fields import Form
from portal.forms.passport import ChangeForm, FileForm, NewForm
from portal.languages import say, words
from portal.meanwhile import Saved, overtaken, remember
from portal.pages import attempt, render
from portal.places import there
from portal.receiving import handed_out_as_pdf, receive_more, received, said
from trust import attachments, passport, passport_links
from trust.attachments import Attachment
from trust.passport import KINDS, Paper
from trust.records import Hidden, Ref


@bp.url_value_preprocessor
def _larger(*_: Any) -> None:
    if request.endpoint in ("passport.new", "passport.paper"):
        receive_more()


@bp.route("/passport")
@page(read="passport:write")
def show() -> Any:
    """All of it on one page, to read or to print."""
    session, partner = access.session(), own()
    papers = passport.of(session, access.actor(), partner.id)
    files = attachments.of(session, *(Ref.of(one) for one in papers))
    return render(
        "passport/show.html",
        partner=partner,
        done=request.args.get("done"),
        papers=[
            {
                "title": titled(one.kind, one.name),
                "href": url_for("passport.paper", id=one.id),
                "text": f"{say(KINDS[one.kind])}. {lines(one)}" if one.name else lines(one),
                "at": _files(len(files[Ref.of(one)])),
                **counts(one),
            }
            for one in papers
        ],
        agreements=[
            (one.taker.name if one.giver_id == partner.id else one.giver.name, one)
            for one in passport.agreements_of(session, partner.id)
        ],
        may_share=access.actor().holds("passport:share", Ref.of(partner)),
        back=there("partners.show", id=partner.id),
    )


@bp.route("/passport/passport.pdf")
@page(read="passport:write")
def pdf() -> Any:
    """All of it as a file."""
    session, partner = access.session(), own()
    papers = passport.of(session, access.actor(), partner.id)
    files = attachments.of(session, *(Ref.of(one) for one in papers))
    held = [
        (one.taker.name if one.giver_id == partner.id else one.giver.name, one.in_force_at)
        for one in passport.agreements_of(session, partner.id)
        if one.in_force_at is not None
    ]
    shown = [as_document(one, files[Ref.of(one)]) for one in papers]
    made = documents.own(partner.name, shown, held, access.now(), invented())
    return handed_out_as_pdf(made, "trust-passport.pdf", url_for("passport.show"))


def _files(count: int) -> str:
    return ngettext("%(num)s file", "%(num)s files", count) if count else ""


@bp.route("/passport/papers/new", methods=["GET", "POST"])
@page(read="passport:write", change="passport:write")
def new() -> Any:
    """Put a paper on the passport, with its file."""
    partner, form = own(), NewForm()
    if form.validate_on_submit():
        with said(form):
            file = received(form)
            made = attempt(form, passport.add, partner, file=file, **_given(form))
            if made:
                return redirect(url_for("passport.paper", id=made.id, done="added"), 303)
    return render("passport/new.html", form=form, status=503 if form.away else 0)


@bp.route("/passport/papers/<id:id>", methods=["GET", "POST"])
@page(read="passport:write", change="passport:write")
def paper(id: int) -> Any:
    """One paper with its files; one more file for it."""
    own()
    held, form = access.load(Paper, id, joinedload(Paper.by)), FileForm()
    if form.validate_on_submit():
        with said(form):
            file = received(form)
            if attempt(form, passport.attach, held, file=file):
                return redirect(url_for("passport.paper", id=id, done="file"), 303)
    files = attachments.of(access.session(), Ref.of(held))[Ref.of(held)]
    return render(
        "passport/paper.html",
        form=form,
        status=503 if form.away else 0,
        held=held,
        title=titled(held.kind, held.name),
        kind=KINDS[held.kind],
        files=[(one, about(one)) for one in files],
        room=len(files) < attachments.MOST,
        done=request.args.get("done"),
        **counts(held),
    )


@bp.route("/passport/papers/<id:id>/edit", methods=["GET", "POST"])
@page(read="passport:write", change="passport:write")
def edit(id: int) -> Any:
    """Put something of a paper right."""
    own()
    held = access.load(Paper, id)
    now = {name: getattr(held, name) for name in ("kind", "name", "words", "dated", "until")}
    form = ChangeForm(data=now)
    remember(form, held)
    saved: Saved = []
    if form.validate_on_submit():
        saved = overtaken(form, held, now)
        if not saved and attempt(form, passport.change, held, **_given(form)):
            return redirect(url_for("passport.paper", id=id, done="saved"), 303)
    return render("passport/edit.html", form=form, held=held, saved=saved)


@bp.route("/passport/papers/<id:id>/take-away", methods=["GET", "POST"])
@page(read="passport:write", change="passport:write")
def take_away(id: int) -> Any:
    """Take a paper off the passport, after a look at what goes with it."""
    own()
    held, form = access.load(Paper, id), Form()
    if form.validate_on_submit() and attempt(form, passport_links.take_away, held):
        return redirect(url_for("passport.show", done="taken"), 303)
    return render(
        "passport/take_away.html",
        form=form,
        title=titled(held.kind, held.name),
        href=url_for("passport.paper", id=id),
    )


@bp.route("/passport/files/<id:id>/take-away", methods=["GET", "POST"])
@page(read="passport:write", change="passport:write")
def take_file(id: int) -> Any:
    """Take one file away."""
    own()
    file, form = access.load(Attachment, id), Form()
    if file.about.noun != Paper.__tablename__:
        raise Hidden("attachment")
    held = access.load(Paper, file.about.id)
    if form.validate_on_submit() and attempt(form, passport.detach, held, file=file):
        return redirect(url_for("passport.paper", id=held.id, done="file-taken"), 303)
    href = url_for("passport.paper", id=held.id)
    return render("passport/take_away.html", form=form, title=words(file.name), href=href)


def _given(form: Any) -> dict[str, Any]:
    return {
        "kind": form.kind.data,
        "name": form.name.data or "",
        "words": form.words.data or "",
        "dated": form.dated.data,
        "until": form.until.data,
    }
