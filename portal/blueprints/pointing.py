"""Before an answer is sent: what in its words may point to a person. The writer takes it out, or
says why it has to stay."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pilots import contributions, drafts, pointing
from pilots.contributions import Contribution
from pilots.pointing import LONGEST, Pointer
from portal import access
from portal.access import page
from portal.fields import Choose, Form, Text, at_most, need
from portal.languages import current, lang_attributes, say, speaking, words
from portal.own_answers import for_whom, go_on, is_one_page, load_own
from portal.pages import attempt, render
from trust.disclosure.free_text import INSTEAD, KINDS
from trust.records import N_

bp = Blueprint("pointing", __name__)

MOST = 20
"""How many stand on one page. The others follow on the next."""

WHY = {
    "phone": N_("Whoever has it can ring this person."),
    "email": N_("Whoever has it can write to this person."),
    "nhs": N_("It belongs to one person only."),
    "ni": N_("It belongs to one person only."),
    "postcode": N_("Only a few homes share a full postcode."),
    "birth": N_("With a place, it often fits one person only."),
    "address": N_("It says where somebody lives."),
    "name": N_("People who live here may know who this is."),
}


@bp.route("/contributions/<id:id>/words", methods=["GET", "POST"])
@page(read="contribution:write", change="contribution:write", figures="own")
def look(id: int) -> Any:
    """Each thing in its sentence, and what to do about it."""
    held = load_own(id)
    if held.state != "draft":
        return redirect(url_for("contributions.show", id=id), 303)
    found = pointing.undecided(held, contributions.answers_of(held, access.now()).answers)[:MOST]
    if not found:
        return redirect(_on(held, changed=False), 303)
    form = _form(found, held.lang)
    if form.validate_on_submit() and _reasoned(form, found):
        chosen = {one.mark: form[one.mark].data for one in found}
        stays = {
            mark: form[f"{mark}-reason"].data for mark, what in chosen.items() if what == "stays"
        }
        goes = [mark for mark, what in chosen.items() if what == "goes"]
        given: dict[str, Any] = {"stays": stays, "goes": goes, "instead": _instead(held.lang)}
        if attempt(form, drafts.choose, held, **given):
            return redirect(_on(held, changed=bool(goes)), 303)
    return render("answering/words.html", form=form, held=held, found=found, group=for_whom(held))


def _on(held: Contribution, *, changed: bool) -> str:
    """To the new words, where some were taken out; else further."""
    if is_one_page(held):
        return go_on(held)
    return url_for("answering.check" if changed else "answering.preview", id=held.id)


def _instead(lang: str) -> Mapping[str, str]:
    """What stands in the place of each kind, in the language of the answer."""
    with speaking(lang):
        return {kind: say(text) for kind, text in INSTEAD.items()}


def _form(found: list[Pointer], lang: str) -> Form:
    fields: dict[str, Any] = {}
    for one in found:
        fields[one.mark] = Choose(
            _("This may be %(what)s", what=say(KINDS[one.kind])),
            need(N_("Choose whether it goes or stays")),
            hint=_sentence(one, lang),
            choices=[
                ("goes", _("Take it out"), _instead(lang)[one.kind]),
                ("stays", _("It has to stay")),
            ],
        )
        fields[f"{one.mark}-reason"] = Text(
            _("Why does it have to stay?"), at_most(LONGEST), hint=_("Reviewers read this.")
        )
    return type("WordsForm", (Form,), fields)()


def _sentence(one: Pointer, lang: str) -> Markup:
    """The sentence with what was found marked, for the eye and for the ear; and why."""
    before, it, after = one.sentence
    told = Markup('<span class="govuk-visually-hidden"{}>{}</span>')
    here = lang_attributes(current().code)
    return Markup('{}<br><span{} translate="no">{}<mark>{}{}{}</mark>{}</span><br>{}').format(
        words(one.question.words),
        lang_attributes(lang),
        before,
        told.format(here, _("(marked) ")),
        it,
        told.format(here, _(" (end of mark)")),
        after,
        say(WHY[one.kind]),
    )


def _reasoned(form: Form, found: list[Pointer]) -> bool:
    """Whether each thing that stays has a reason. If not, the form says so."""
    for one in found:
        field = form[f"{one.mark}-reason"]
        if form[one.mark].data == "stays" and not field.data:
            form.wrong(field.name, _("Say why it has to stay"))
    return not form.errors
