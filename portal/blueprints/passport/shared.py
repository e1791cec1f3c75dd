"""What somebody sees who was sent a link. Programs that look into mail open links too: so the
first page only asks, and a button opens it and counts."""

from collections.abc import Callable
from typing import Any

from flask import Response, make_response, redirect, render_template, url_for
from flask import session as cookie

from portal import access
from portal.access import page
from portal.blueprints.passport.blueprint import (
    about,
    as_document,
    bp,
    counts,
    invented,
    lines,
    titled,
)
from portal.documents import passport as documents
from portal.fields import Form
from portal.limits import WINDOW, Limit
from portal.pages import attempt, render
from portal.receiving import handed_out, handed_out_as_pdf
from trust import passport_links
from trust.passport import KINDS
from trust.passport_links import PassportLink, Shown
from trust.records import Hidden

OPENS = Limit("open-link", most=60, per=WINDOW, overall=2000)
OPENED = "opened"  # what the cookie calls the links that were opened in this browser
MOST_OPENED = 20


def _quiet(response: Response, referrer: str) -> Response:
    """No search engine keeps it, no browser keeps it, and no other site is told its address."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = referrer
    return response


def _found(secret: str, answer: Callable[[PassportLink], Response]) -> Response:
    """What a secret opens. One that is over, was ended or never was gets the same answer."""
    try:
        link = passport_links.by_secret(access.session(), secret, access.now())
        return answer(link)
    except Hidden:
        gone = make_response(render_template("passport/gone.html"), 404)
        return _quiet(gone, "no-referrer")


@bp.route("/shared/<secret>", methods=["GET", "POST"])
@page(read="public", change="public", limits=(OPENS,))
def shared(secret: str) -> Any:
    """Ask first; show it once the button was pressed."""
    form = Form()

    def answer(link: PassportLink) -> Response:
        if form.validate_on_submit():
            attempt(form, passport_links.opened, link)
            before = [id for id in cookie.get(OPENED, []) if id != link.id]
            cookie[OPENED] = [*before, link.id][-MOST_OPENED:]
            return redirect(url_for("passport.shared", secret=secret), 303)  # type: ignore
        ours = access.actor().acting_for == link.giver_id
        if not ours and not _was_opened(link):
            # The button's own form must tell this portal where it stands (CSRF under HTTPS);
            # nobody else is told.
            asked = render("passport/ask.html", form=form, partner=link.giver)
            return _quiet(asked, "same-origin")
        found = passport_links.shown(access.session(), link)
        return _quiet(_page(link, found, secret, ours), "no-referrer")

    return _found(secret, answer)


def _was_opened(link: PassportLink) -> bool:
    return link.id in cookie.get(OPENED, [])


def _page(link: PassportLink, found: Shown, secret: str, ours: bool) -> Response:
    return render(
        "passport/shared.html",
        partner=link.giver,
        link=link,
        ours=ours,
        items=[
            {
                "title": titled(one.kind, one.name),
                "kind": KINDS[one.kind] if one.name else "",
                "days": lines(one),
                "words": one.words,
                "files": [
                    (file, about(file), url_for("passport.shared_file", secret=secret, id=file.id))
                    for file in one.files
                ],
                **counts(one),
            }
            for one in found.items
        ],
        agreements=found.agreements,
        secret=secret,
    )


@bp.route("/shared/<secret>/files/<id:id>")
@page(read="public")
def shared_file(secret: str, id: int) -> Any:
    """A file that goes with a link, once the link was opened in this browser."""

    def answer(link: PassportLink) -> Response:
        ours = access.actor().acting_for == link.giver_id
        found = passport_links.shown(access.session(), link)
        file = next((one for item in found.items for one in item.files if one.id == id), None)
        if file is None:
            raise Hidden("attachment")
        if not ours and not _was_opened(link):
            return redirect(url_for("passport.shared", secret=secret), 303)  # type: ignore
        return _quiet(handed_out(file), "no-referrer")

    return _found(secret, answer)


@bp.route("/shared/<secret>/papers.pdf")
@page(read="public")
def shared_pdf(secret: str) -> Any:
    """The same as a file, once the link was opened in this browser: so it was counted."""

    def answer(link: PassportLink) -> Response:
        if access.actor().acting_for != link.giver_id and not _was_opened(link):
            return redirect(url_for("passport.shared", secret=secret), 303)  # type: ignore
        found, at = passport_links.shown(access.session(), link), access.now()
        shown = [as_document(one, one.files) for one in found.items]
        made = documents.shared(
            link.giver.name, shown, found.agreements, link.created_at, at, invented()
        )
        back = url_for("passport.shared", secret=secret)
        return _quiet(handed_out_as_pdf(made, "papers.pdf", back), "no-referrer")

    return _found(secret, answer)
