"""What two organisations said to each other: written up, corrected and confirmed, where both read
the same words."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import page
from portal.contacts import tell_whom_to_call
from portal.fields import Choose, DateParts, Form, LongText, Text, at_most, need
from portal.languages import current, day, say
from portal.pages import attempt, changed_meanwhile, render
from portal.paging import part_of
from portal.routes import id_asked
from portal.talking import pass_on, subject
from trust import conflicts, next_steps, note_answers, relationships
from trust.calendar import london_day
from trust.conflicts import KINDS
from trust.partners import Kind, Partner
from trust.people import Person
from trust.records import N_, Hidden, Ref
from trust.relationships import HOW, WHO, Note
from trust.safeguarding import told
from trust.sightings import looked

bp = Blueprint("relationships", __name__)

LETTERS_A_ROW = 28

COLOURS = {"confirmed": "green", "disputed": "yellow"}


class NoteForm(Form):
    how = Choose(
        _l("How did you talk?"),
        need(N_("Choose how you talked")),
        choices=[(key, _l(way)) for key, way in HOW.items()],
    )
    happened_on = DateParts(_l("When was it?"), need(N_("Give the day it happened")))
    lines = LongText(
        _l("What was said?"),
        need(N_("Write down at least one thing that was said")),
        hint=_l("One thing on each line. The other side can then put one line right."),
        rows=8,
    )
    next_step = Text(
        _l("What happens next?"),
        at_most(500),
        hint=_l("Who does what. Leave it empty if nothing was agreed."),
        optional=True,
    )
    next_step_by = Choose(
        _l("Who does it?"),
        choices=[(key, _l(who)) for key, who in WHO.items()],
        default="both",
        optional=True,
    )
    next_step_on = DateParts(_l("By when?"), optional=True)


class DisputeForm(Form):
    reason = LongText(
        _l("What was different?"), need(N_("Say what was different")), rows=4, count=1000
    )


def _other(note: Note, own_id: int | None) -> Partner:
    return note.taker if own_id == note.giver_id else note.giver


@bp.route("/partners/<id:id>/relationship")
@page(read="relationship:read")
def show(id: int) -> Any:
    """The notes between our organisation and another one, newest first, and the next steps."""
    own, other = access.acting_partner(), access.load(Partner, id)
    actor, session = access.actor(), access.session()
    if not actor.holds("relationship:read", Ref.of(own)):
        raise Hidden("relationship")
    if own.id == other.id:
        return redirect(url_for("partners.show", id=own.id), 303)
    tell_whom_to_call(own, other)
    part = part_of(session, relationships.between(actor, own.id, other.id), id=other.id)
    names = {own.id: own.name, other.id: other.name}
    put_right = relationships.put_right(session, part.rows)
    put_right -= note_answers.said_right(session, [n for n in part.rows if n.id in put_right])
    return render(
        "relationships/show.html",
        own=own,
        conflicts=[
            (one, say(KINDS[one.kind]))
            for one in conflicts.between(session, actor, own.id, other.id)
        ],
        other=other,
        form=Form(),
        part=part,
        may_write=relationships.write.possible(actor, own),
        steps=[
            (note, next_steps.may_tick(actor, note))
            for note in relationships.next_steps(session, actor, own.id, other.id)
        ],
        items=[
            {
                "title": Markup("{}, {}").format(day(note.happened_on), say(HOW[note.how])),
                "href": url_for("relationships.note", id=note.id),
                "text": _("Written by %(partner)s", partner=names[note.giver_id]),
                "tag": say(relationships.standing(note, own.id, note.id in put_right)),
                "colour": COLOURS.get(note.state),
            }
            for note in part.rows
        ],
    )


@bp.route("/notes/new", methods=["GET", "POST"])
@page(read="note:write", change="note:write")
def new() -> Any:
    """Write up a conversation with another organisation (``?with=4``), about a clause of the
    agreement with it (``&about=kinds``)."""
    own, other = access.acting_partner(), access.load(Partner, id_asked("with"))
    if own.id == other.id:
        raise Hidden("partner")
    tell_whom_to_call(own, other)
    about = subject(request.args.get("about", ""))
    form = NoteForm(data={"happened_on": london_day(access.now()), "lines": about})
    if form.validate_on_submit():
        made = attempt(
            form,
            relationships.write,
            own,
            other=other,
            happened_on=form.happened_on.data,
            how=form.how.data,
            lines=(form.lines.data or "").split("\n"),
            next_step=form.next_step.data or "",
            next_step_by=form.next_step_by.data or "both",
            next_step_on=form.next_step_on.data if form.next_step.data else None,
            lang=current().code,
        )
        if made:
            return redirect(url_for("relationships.note", id=made.id), 303)
    return render("relationships/new.html", form=form, other=other, foi=_foi(own, other))


def _foi(one: Partner, other: Partner) -> bool:
    """Whether a public body keeps what is written here: people can then ask to see it."""
    return Kind.COUNCIL in (one.kind, other.kind)


@bp.route("/notes/<id:id>")
@page(read="relationship:read")
def note(id: int) -> Any:
    """One note: its lines, each correction beside the first words, and whether it is right."""
    note = access.load(Note, id, joinedload(Note.giver), joinedload(Note.taker))
    actor, session = access.actor(), access.session()
    other = _other(note, actor.acting_for)
    if actor.acting_for == note.taker_id:
        access.sighted(note)
    tell_whom_to_call(access.acting_partner(), other)
    writer = session.get(Person, note.written_by_id)
    put_right = any(line.corrected for line in note.lines)
    answers = note_answers.answers(session, note)
    put_right = put_right and not any(one.right and one.to == "confirmed" for one in answers)
    return render(
        "relationships/note.html",
        note=note,
        other=other,
        form=Form(),
        writer=writer.name if writer else "",
        looked=looked(session, Ref.of(note)),
        how=HOW[note.how],
        state=relationships.standing(note, actor.acting_for, put_right),
        ticked_by=next_steps.ticked_by(session, note),
        done=request.args.get("done") == note.state and actor.acting_for == note.taker_id,
        colour=COLOURS.get(note.state),
        own_id=actor.acting_for,
        disputed=relationships.disputed_because(session, note)
        if note.state == "disputed" or answers
        else "",
        answers=answers,
        may_answer=note_answers.may_answer(actor, note, answers),
        may_confirm=relationships.confirm.possible(actor, note),
        may_dispute=relationships.dispute.possible(actor, note),
        may_step=next_steps.may_tick(actor, note),
        may_change=next_steps.may_change(actor, note),
        changes=next_steps.changes(session, note),
        at_risk=pass_on(note),
        passed_on=told(session, Ref.of(note), actor.acting_for),
        step_for=(note.taker if note.next_step_by == "taker" else note.giver).name,
    )


@bp.route("/notes/<id:id>/confirm", methods=["GET", "POST"])
@page(read="note:confirm", change="note:confirm")
def confirm(id: int) -> Any:
    """Say that a note is right, putting lines right where they are not."""
    note = access.load(Note, id, joinedload(Note.giver), joinedload(Note.taker))
    if not relationships.confirm.allowed(access.actor(), note):
        raise Hidden("note")
    if request.method == "GET" and not relationships.confirm.possible(access.actor(), note):
        return redirect(url_for("relationships.note", id=note.id), 303)
    form = _confirm_form(note)
    if request.method == "GET":
        form.version.data = note.version
    elif form.validate_on_submit():
        said = N_("Somebody changed this note while you read it. Look at it again.")
        if not changed_meanwhile(form, note, said) and attempt(
            form,
            relationships.confirm,
            note,
            corrections={line.position: form[_box(line.position)].data for line in note.lines},
        ):
            return redirect(url_for("relationships.note", id=note.id, done="confirmed"), 303)
    tell_whom_to_call(access.acting_partner(), note.giver)
    return render(
        "relationships/confirm.html",
        form=form,
        note=note,
        boxes=[form[_box(line.position)] for line in note.lines],
        foi=_foi(note.giver, note.taker),
    )


def _box(position: int) -> str:
    return f"line_{position}"


def _confirm_form(note: Note) -> Form:
    """A box for each line, with what it says now."""

    class ConfirmForm(Form):
        pass

    for line in note.lines:
        held = line.corrected or line.words
        # As many rows as it takes on a phone: nobody confirms what they cannot see.
        rows = min(12, max(2, -(-len(held) // LETTERS_A_ROW)))
        box = LongText(
            _l("Line %(number)s", number=line.position), rows=rows, count=2000, safeguarding=False
        )
        setattr(ConfirmForm, _box(line.position), box)
    held = {_box(line.position): line.corrected or line.words for line in note.lines}
    return ConfirmForm(data=held)


@bp.route("/notes/<id:id>/dispute", methods=["GET", "POST"])
@page(read="note:confirm", change="note:confirm")
def dispute(id: int) -> Any:
    """Say that this is not how it was, and why."""
    note = access.load(Note, id, joinedload(Note.giver), joinedload(Note.taker))
    if not relationships.dispute.allowed(access.actor(), note):
        raise Hidden("note")
    if request.method == "GET" and not relationships.dispute.possible(access.actor(), note):
        return redirect(url_for("relationships.note", id=note.id), 303)
    form = DisputeForm()
    if form.validate_on_submit() and attempt(
        form, relationships.dispute, note, reason=form.reason.data
    ):
        return redirect(url_for("relationships.note", id=note.id, done="disputed"), 303)
    tell_whom_to_call(access.acting_partner(), note.giver)
    return render("relationships/dispute.html", form=form, note=note)
