"""Hearing an agreement: recordings of somebody who reads it, put up and taken away."""

from typing import Any

from flask import redirect, request, url_for

from portal import access
from portal.access import page
from portal.attachments import SOUNDS
from portal.blueprints.agreements.blueprint import agreement_of, back_to, bp
from portal.fields import Form
from portal.forms.agreements import voice_form
from portal.languages import LANGUAGES, language_name, words
from portal.pages import attempt, render
from portal.receiving import about, receive_more, received, said
from trust import voices
from trust.agreements import Agreement
from trust.records import Hidden
from trust.voices import ENGLISH, Voice


@bp.url_value_preprocessor
def _larger(*_: Any) -> None:
    if request.endpoint == "agreements.read_aloud":
        receive_more()


def heard(agreement: Agreement) -> list[dict[str, Any]]:
    """The recordings as the agreement's page shows them."""
    actor, found = access.actor(), voices.of(access.session(), access.actor(), agreement)
    sounds = voices.sounds(access.session(), found) if found else {}
    return [
        {
            "voice": one,
            "language": language_name(one.lang) if one.lang in LANGUAGES else words(one.lang),
            "english": one.lang == ENGLISH,
            "lang": one.lang if one.lang in LANGUAGES else None,
            "sound": sounds.get(one.id),
            "about": about(sounds[one.id]) if one.id in sounds else "",
            "fits": one.text_sha256 == agreement.text_sha256,
            "may_take_away": voices.take_away.possible(actor, one),
        }
        for one in found
    ]


def may_read_aloud(agreement: Agreement) -> bool:
    """Whether to offer putting one up."""
    return voices.may_be_read(agreement) and voices.put_up.possible(access.actor(), agreement)


@bp.route("/agreements/<id:id>/aloud", methods=["GET", "POST"])
@page(read="agreement:ask", change="agreement:ask")
def read_aloud(id: int) -> Any:
    """Put up a recording of this exact text."""
    agreement = agreement_of(id)
    if not may_read_aloud(agreement):
        return redirect(url_for("agreements.show", id=id), 303)
    form = voice_form()
    if form.validate_on_submit():
        with said(form):
            file = received(form, SOUNDS)
            if attempt(
                form,
                voices.put_up,
                agreement,
                read_sha256=request.form.get("read", ""),
                reader=form.reader.data,
                lang=form.language,
                words=form.words.data or "",
                file=file,
            ):
                return back_to(agreement, "heard")
    return render(
        "agreements/read_aloud.html",
        form=form,
        status=503 if form.away else 0,
        agreement=agreement,
    )


@bp.route("/agreements/aloud/<id:id>/take-away", methods=["GET", "POST"])
@page(read="agreement:ask", change="agreement:ask")
def hush(id: int) -> Any:
    """Take one away again."""
    held, form = access.load(Voice, id), Form()
    agreement = agreement_of(held.agreement_id)
    if not voices.take_away.possible(access.actor(), held):
        raise Hidden("voice")
    if form.validate_on_submit() and attempt(form, voices.take_away, held):
        return back_to(agreement, "hushed")
    return render("agreements/hush.html", form=form, held=held, agreement=agreement)
