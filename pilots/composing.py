"""Composing a request: its questions, in their order, and when each is asked. Once somebody was
asked, a change is written beside what they were asked (``pilots/versions.py``)."""

from collections.abc import Iterable, Sequence
from typing import Any

from pilots import burden
from pilots.cohort import must_go_on
from pilots.conditions import When, check_rules, keys_of, limit, rule, when_of
from pilots.expressions import names, parse
from pilots.pilot import Pilot
from pilots.questions import Question, numbers_of
from pilots.requests import Request, RequestVersion, new_request
from pilots.wording import question
from trust.act import Act, verb
from trust.records import N_, Hidden, Msg, Record, Refused

MOST_QUESTIONS = 20
"""More than this tire whoever answers. Notes are counted too: they are read."""


def written(request: Request) -> RequestVersion:
    """The wording that is being written. Raises ``Refused`` when there is none: what somebody was
    asked stays as it is."""
    if request.written is None:
        raise Refused(
            N_("It is open already, so its questions cannot be changed here."),
            next_step=Msg(N_("Choose “Change the questions” on its page first.")),
        )
    return request.written


def one_of(request: Request, key: str) -> Question:
    """The question of that key in the wording that was written last. Raises ``Hidden`` when there
    is none."""
    for one in request.versions[-1].questions:
        if one.key == key:
            return one
    raise Hidden(key)


@verb("request:add-question", may="request:write")
def add_question(act: Act, request: Request, /, **given: Any) -> None:
    """Add a question at the end; ``between`` are the least and the most that it allows. See
    ``question`` for what is refused."""
    held = written(request).questions
    if len(held) >= MOST_QUESTIONS:
        raise Refused(N_("Twenty questions are the most. A short request gets answers."))
    # A key that a question once had stays its own: what was typed for it is kept by it.
    keys = (one.key for version in request.versions for one in version.questions)
    number = max((int(key[1:]) for key in keys if key[1:].isdecimal()), default=0) + 1
    added = question(len(held) + 1, key=f"q{number}", **_limited(given, given["kind"]))
    check_rules([*held, added])
    held.append(added)
    act.fact(key=added.key)


@verb("request:edit-question", may="request:write")
def edit_question(act: Act, request: Request, /, *, key: str, **given: Any) -> None:
    """Change a question while it is being written; its kind and its key stay. Raises ``Hidden``
    for a key that is not there; else refused as in ``question``."""
    questions = written(request).questions
    held = one_of(request, key)
    given, before = _limited(given, held.kind), set(keys_of(held))
    new = question(held.position, key=key, **{**given, "kind": held.kind})
    for field in given:
        setattr(held, field, getattr(new, field))
    check_rules(questions)
    _check_led(held, before - set(keys_of(held)), questions)
    act.fact(key=key)


def _limited(given: dict[str, Any], kind: str) -> dict[str, Any]:
    if "between" not in given:
        return given
    least, most = given["between"]
    rest = {name: value for name, value in given.items() if name != "between"}
    return {**rest, "limit": limit(kind, least, most)}


def _check_led(held: Question, gone: set[str], questions: Sequence[Question]) -> None:
    """Raises ``Refused`` where a later question is asked after an answer of ``held`` that is
    ``gone``: nobody would ever be asked it."""
    for one in questions:
        when = when_of(one.show_if) if one.show_if else None
        if when and when.key == held.key and gone.intersection(when.keys):
            said = N_("Question %(number)s is asked after an answer that you took out.")
            raise Refused(
                _about(said, one, questions),
                field="choices",
                next_step=Msg(N_("Put the answer back, or change when that one is asked.")),
            )


@verb("request:ask-when", may="request:write")
def ask_when(act: Act, request: Request, /, *, key: str, when: When | None) -> None:
    """Ask a question only after some answers to an earlier one; after all of them without
    ``when``.

    Raises ``Refused`` when no answer is chosen or the numbers cannot be, ``Hidden`` for a
    question or a choice that is not there before it.
    """
    questions = written(request).questions
    held = one_of(request, key)
    act.fact(key=key)
    if when is None:
        held.show_if = ""
        return
    leading = one_of(request, when.key)
    if leading.position >= held.position or not leading.asks:
        raise Hidden(when.key)
    held.show_if = rule(when, leading)
    check_rules(questions)


@verb("request:drop-question", may="request:write")
def drop_question(act: Act, request: Request, *, key: str) -> None:
    """Take a question out while it is being written. Raises ``Refused`` while another one is
    asked only after an answer to it."""
    questions = written(request).questions
    for one in questions:
        if key in needs(one):
            said = N_("Question %(number)s needs the answer to this one. Change that one first.")
            raise Refused(_about(said, one, questions))
    for one in questions:
        if one.key == key:
            questions.remove(one)
            act.session.delete(one)
            act.fact(key=key)
            break
    _number(questions)


@verb("request:move-question", may="request:write")
def move_question(act: Act, request: Request, *, key: str, by: int) -> None:
    """Move a question up (-1) or down (1). Raises ``Refused`` at either end, and where it would
    come before a question whose answer it needs."""
    held = list(written(request).questions)
    here = next((n for n, one in enumerate(held) if one.key == key), None)
    if here is None or not 0 <= here + by < len(held):
        raise Refused(N_("It cannot move further."))
    held.insert(here + by, held.pop(here))
    known: set[str] = set()
    for one in held:
        if needs(one) - known:
            said = N_("Question %(number)s needs the answer to the one before it.")
            raise Refused(
                _about(said, one, held),
                next_step=Msg(N_("Change when it is asked. Then you can move it.")),
            )
        known.add(one.key)
    _number(held)
    act.fact(key=key)


COPIED = [
    name
    for name in Question.__table__.columns.keys()  # noqa: SIM118 - columns, not their names
    if name not in (*Record.__annotations__, "request_version_id", "same_as_id")
]


def copied(questions: Iterable[Question]) -> list[Question]:
    """The same questions once more, not stored yet, with the same keys."""
    return [Question(**{name: getattr(one, name) for name in COPIED}) for one in questions]


@verb("request:begin-again", may="request:write", creates=True)
def begin_again(act: Act, request: Request) -> Request:
    """A new request of the same pilot with the same questions, to be changed before it is opened.
    No day to answer by: the old one is over. Raises ``Refused`` once the pilot has ended,
    ``Hidden`` for a question between partners."""
    pilot = act.session.get(Pilot, request.pilot_id) if request.pilot_id else None
    if pilot is None:
        raise Hidden("request")
    must_go_on(pilot)
    minutes = burden.usual(act.session, request.id) or request.minutes
    made = new_request(request.title, request.why, minutes)
    made.taker_id, made.pilot_id, made.payment = pilot.taker_id, pilot.id, request.payment
    made.newest.questions.extend(copied(request.newest.questions))
    act.fact(copied=request.id)
    return made


def needs(one: Question) -> set[str]:
    """The keys of the questions whose answers its rules look at."""
    rules = (text for text in (one.show_if, one.limit, one.choice_filter) if text)
    found = {key for text in rules for key in names(parse(text))}
    return {key for key in found if key[0] not in "@."}


def _about(said: str, one: Question, questions: Sequence[Question]) -> Msg:
    """A refusal that names a question by its number: a note by that of the one it stands above."""
    after = (other for other in questions if other.position >= one.position and other.asks)
    numbers = numbers_of(questions)
    at = next(after, None)
    return Msg(said, {"number": numbers[at.key] if at else len(numbers)})


def _number(questions: Sequence[Question]) -> None:
    for position, one in enumerate(questions, 1):
        one.position = position
