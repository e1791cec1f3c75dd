"""When a question is asked: always, or only after some answers to an earlier one."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l

from pilots import composing, conditions
from pilots.conditions import When
from pilots.questions import BANDS, Question
from portal.access import page
from portal.blueprints.requests.blueprint import bp
from portal.blueprints.requests.builder import back_to, own_draft
from portal.catalogues import gettext as _
from portal.fields import ChooseMany, Form, Number, need
from portal.languages import say, words
from portal.pages import attempt, render
from portal.question_form import plain
from trust.records import N_, Hidden


def said(questions: list[Question], one: Question) -> str:
    """When ``one`` is asked, in words; nothing where it always is. A rule that nobody could have
    set here stands as it was written."""
    if not one.show_if:
        return ""
    when = conditions.when_of(one.show_if)
    leading = next((q for q in questions if when and q.key == when.key), None)
    if when is None or leading is None or set(when.keys) - set(conditions.keys_of(leading)):
        return _("Asked only if: %(rule)s", rule=one.show_if)
    told: dict[str, Any] = {"question": plain(leading.words), "least": when.least}
    told["most"] = when.most
    if when.keys:
        names = [name for key, name in _answers(leading) if key in when.keys]
        told["answers"] = _(", ").join(names)
        return _("Asked only if “%(question)s” is: %(answers)s", **told)
    if when.least is not None and when.most is not None:
        return _("Asked only if “%(question)s” is from %(least)s to %(most)s", **told)
    if when.least is not None:
        return _("Asked only if “%(question)s” is %(least)s or more", **told)
    if when.most is not None:
        return _("Asked only if “%(question)s” is %(most)s or fewer", **told)
    return _("Asked only if “%(question)s” is answered", **told)


def _answers(leading: Question) -> list[tuple[str, str]]:
    """The answers to choose from, with their names."""
    match leading.kind:
        case "yes-no" | "quote":
            return [("yes", _("Yes")), ("no", _("No"))]
        case "bands":
            return [(key, say(name)) for key, name in BANDS.items()]
    return [(one["key"], plain(one["words"])) for one in leading.choices]


def _form(leading: Question) -> type[Form]:
    if conditions.keys_of(leading):
        return type(
            "WhenForm",
            (Form,),
            {
                "keys": ChooseMany(
                    _l("After which answers?"),
                    need(N_("Choose at least one answer")),
                    choices=_answers(leading),
                )
            },
        )
    if leading.kind in conditions.COUNTED:
        return type(
            "WhenForm",
            (Form,),
            {
                "least": Number(_l("From which number on?"), optional=True),
                "most": Number(_l("Up to which number?"), optional=True),
            },
        )
    return Form


@bp.route("/requests/<id:id>/questions/<key>/when", methods=["GET", "POST"])
@page(read="request:write", change="request:write")
def when(id: int, key: str) -> Any:
    """First the earlier question (``?of=q1``), then after which of its answers. Without one, the
    form asks it always."""
    found, _pilot = own_draft(id)
    held = composing.one_of(found, key)
    of = request.args.get("of")
    if of is None:
        return _choose_leading(found, held)
    leading = composing.one_of(found, of)
    if leading.position >= held.position:
        raise Hidden(of)
    now = conditions.when_of(held.show_if) if held.show_if else None
    current = now if now is not None and now.key == of else When(of)
    form = _form(leading)(
        data={"keys": list(current.keys), "least": current.least, "most": current.most}
    )
    if form.validate_on_submit():
        given = When(
            of,
            tuple(form["keys"].data) if "keys" in form else (),
            form["least"].data if "least" in form else None,
            form["most"].data if "most" in form else None,
        )
        if attempt(form, composing.ask_when, found, key=key, when=given):
            return redirect(back_to(found), 303)
    return render("requests/when.html", form=form, request_=found, held=held, leading=leading)


def _choose_leading(found: Any, held: Question) -> Any:
    form = Form()
    if form.validate_on_submit() and attempt(
        form, composing.ask_when, found, key=held.key, when=None
    ):
        return redirect(back_to(found), 303)
    return render(
        "requests/when_of.html",
        form=form,
        request_=found,
        back=back_to(found),
        held=held,
        said=said(found.versions[-1].questions, held),
        leading=[
            {
                "title": words(one.words),
                "href": url_for("requests.when", id=found.id, key=held.key, of=one.key),
            }
            for one in found.versions[-1].questions
            if one.position < held.position and one.asks
        ],
    )
