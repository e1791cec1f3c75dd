"""A file that hangs on something, for whoever may read that."""

from typing import Any

from flask import Blueprint, Response, current_app, g, render_template

from portal import access
from portal.access import page
from portal.receiving import WRONG, handed_out
from trust.attachments import Attachment

bp = Blueprint("attachments", __name__)


@bp.route("/files/<id:id>")
@page(read="has-role")
def file(id: int) -> Response:
    """The file, to save."""
    return handed_out(access.load(Attachment, id))


def _not_now(error: Exception) -> Any:
    """The store does not answer, or a file is not what was kept: it is not handed out."""
    current_app.logger.error("a file could not be read: %s", type(error).__name__)
    if "session" in g:
        access.session().rollback()
    return render_template("errors/file.html"), 503


for wrong in WRONG:
    bp.app_errorhandler(wrong)(_not_now)
