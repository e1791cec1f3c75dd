"""The questions of a request on paper: to read, and to fill in with a pen. Somebody types it in
afterwards, so it is in the order of the pages, and each page has the code of the request."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from pilots import conditions
from pilots.contribution_states import QUOTES
from pilots.questions import BANDS, Question, numbers_of
from pilots.requests import Request, RequestVersion
from portal import script
from portal.answers import seen_by
from portal.documents.pdf import (
    Blanks,
    Block,
    Boxes,
    Document,
    Facts,
    Grid,
    Heading,
    Lines,
    Notice,
    Paragraph,
    Points,
    Text,
    Together,
    named,
)
from portal.languages import LANGUAGES, current, day_words, number, say
from trust.calendar import london_day

FEW = 12
"""So many answers or rows stand on one page with their question, in large print too."""


class Call(NamedTuple):
    """Somebody to call."""

    name: str
    phone: str


def questions(
    request: Request,
    version: RequestVersion,
    at: datetime,
    *,
    call: Call | None = None,
    worried: Sequence[Call] = (),
    large: bool = False,
    aloud: bool = False,
    notice: str = "",
) -> Document:
    """The questions of one version of a pilot's request in the reader's language, as far as they
    have been translated. ``call`` is who helps, ``worried`` whom to call about a person at risk.
    ``aloud``: to be read out on the phone, and filled in by who reads it."""
    asked = version.questions
    title = own(request.title)
    blocks: list[Block] = [Heading(1, title)]
    if notice:
        blocks.append(Notice(Text(notice)))
    asks = _("%(partner)s asks you", partner=named(request.taker.name))
    blocks += [Paragraph(Text(asks)), Facts(list(_facts(request, call)))]
    if aloud:
        blocks += [Heading(2, Text(_("Say this first"))), _script(script.first(request, "", ""))]
    else:
        blocks += _before(call)
    blocks += _with_care(worried)
    section: Mapping[str, str] | None = None
    for one in asked:
        if one.section != section:
            title_of = own(one.section) if one.section else Text(_("Questions"))
            blocks.append(Heading(2, title_of))
        section = one.section
        blocks += _question(asked, one) if one.asks else _note(asked, one)
    if aloud:
        blocks += [Heading(2, Text(_("Say this last"))), _script(script.last())]
    blocks += _after(asked)
    code = _("Code: %(code)s", code=named(request.code))
    if version.number > 1:
        code += _(", version %(number)s", number=number(version.number))
    on = london_day(at)
    return Document(title.words, current().code, on, blocks, mark=code, large=large)


def own(words: Mapping[str, str], before: str = "") -> Text:
    """What somebody wrote, in the reader's language where it is there."""
    lang = current().code if current().code in words else next(iter(words), "")
    said = f"{before}{words.get(lang, '')}"
    return Text(said, lang if lang in LANGUAGES else "", typed=True)


def _facts(request: Request, call: Call | None) -> Iterator[tuple[str, Text]]:
    if request.why:
        yield _("Why we ask"), own(request.why)
    minutes = request.minutes
    about = ngettext("About %(num)s minute", "About %(num)s minutes", minutes)
    yield _("How long it takes"), Text(about)
    paid = request.payment
    nothing = Text(_("Nothing is paid for this"))
    yield _("What you are paid"), Text(paid, typed=True) if paid else nothing
    if request.closes_on:
        yield _("We hope to hear by"), Text(day_words(request.closes_on))
    if call:
        yield _("Whom to call"), Text(f"{named(call.name)}, {named(call.phone)}")


def _script(lines: Sequence[script.Line]) -> Points:
    def said(words: Mapping[str, str] | str) -> Text:
        return Text(words, typed=True) if isinstance(words, str) else own(words)

    return Points([[Text(one.say), *([said(one.words)] if one.words else [])] for one in lines])


def _before(call: Call | None) -> Iterator[Block]:
    yield Heading(2, Text(_("Before you begin")))
    yield Paragraph(
        Text(_("You can stop at any time.") + " " + _("You may also say no: nothing bad follows."))
    )
    yield Heading(2, Text(_("How to give it back")))
    back = _("Give this paper to whoever gave it to you. They type your answers into the portal.")
    if call:
        back += " " + _(
            "Or call %(person)s and say your answers: %(phone)s.",
            person=named(call.name),
            phone=named(call.phone),
        )
    yield Paragraph(Text(back))


def _with_care(worried: Sequence[Call]) -> Iterator[Block]:
    """What must not stand here, and who writes."""
    risk = _(
        "This is not the place to report that someone is at risk. If someone is in danger now, "
        "call 999."
    )
    if worried:
        names = _(", ").join(f"{named(one.name)} {named(one.phone)}" for one in worried)
        risk += " " + _("Worried about someone? Call:") + f" {names}."
    yield Notice(Text(risk))
    seen = _(
        "Anyone can ask a council to see what it holds. Do not write about a person who can be "
        "picked out."
    )
    yield Notice(Text(seen))
    yield Together(
        [
            Paragraph(Text(_("The name of your group"))),
            Lines(1),
            Paragraph(Text(_("Your first name, so that we can thank you"))),
            Lines(1),
            *_day(),
        ]
    )


def _day() -> list[Block]:
    return [Blanks([Text(_("Day")), Text(_("Month")), Text(_("Year"))])]


def _question(asked: Sequence[Question], one: Question) -> Iterator[Block]:
    """The question with its answer: on one page, unless it is too long for one."""
    at = numbers_of(asked)[one.key]
    head: list[Block] = [Heading(3, own(one.words, f"{number(at)}. "))]
    if one.show_if:
        head.append(Notice(Text(only_if(asked, one))))
    if not one.required:
        head.append(Paragraph(Text(_("You may leave this empty."))))
    if one.hint:
        head.append(Paragraph(own(one.hint)))
    head += [Paragraph(Text(text)) for text in _help(one)]
    answer = _answer(one)
    why = [Facts([(_("Why we ask"), own(one.why))])] if one.why and one.why != one.words else []
    why.append(Facts([(_("Who sees it"), Text(seen_by(one)))]))
    if max(len(one.choices or ()), len(one.rows or ())) > FEW:
        yield from (Together([*head, *why]), *answer)
    else:
        yield Together([*head, *why, *answer])


def _note(asked: Sequence[Question], one: Question) -> Iterator[Block]:
    if one.show_if:
        yield Notice(Text(only_if(asked, one)))
    yield Paragraph(own(one.words))
    if one.hint:
        yield Paragraph(own(one.hint))


def _help(one: Question) -> Iterator[str]:
    if one.kind in ("short-text", "long-text"):
        yield _("Do not write anyone’s name or address.")
    if one.kind == "some-of":
        yield _("Tick as many as fit.")
    if one.kind in ("one-of", "area", "bands", "yes-no", "quote"):
        yield _("Tick one.")
    if one.kind == "count-table" and not one.hint:
        yield _("Leave a box empty if you do not know.")
    if one.limit and one.kind != "long-text":
        said = own(one.limit_words).words if one.limit_words else say(conditions.what_fits(one))
        yield said


def _answer(one: Question) -> list[Block]:
    match one.kind:
        case "count-table":
            return [Grid(*([own(it["words"]) for it in its] for its in (one.columns, one.rows)))]
        case "date":
            return _day()
        case "whole-number" | "decimal":
            return [Blanks([Text(_("Number"))])]
        case "long-text":
            return [Lines(8)]
        case "short-text":
            return [Lines(2)]
    return [Boxes([text for _key, text in _choices(one)])]


def _choices(one: Question) -> list[tuple[str, Text]]:
    """The answers to choose from, by key."""
    match one.kind:
        case "yes-no" | "quote":
            return [("yes", Text(_("Yes"))), ("no", Text(_("No")))]
        case "bands":
            return [(key, Text(say(name))) for key, name in BANDS.items()]
    return [(each["key"], own(each["words"])) for each in one.choices or ()]


def only_if(asked: Sequence[Question], one: Question) -> str:
    """When to answer ``one``, in words that somebody with a pen can follow."""
    when = conditions.when_of(one.show_if)
    leading = next((held for held in asked if when and held.key == when.key), None)
    if when is None or leading is None:
        return _("Only if it fits what you said before.")
    at = numbers_of(asked)[leading.key]
    told = {"number": number(at), "least": number(when.least or 0), "most": number(when.most or 0)}
    if when.keys:
        names = [named(text.words) for key, text in _choices(leading) if key in when.keys]
        both = {**told, "answers": _(" or ").join(names)}
        return _("Only if you answered “%(answers)s” to question %(number)s.", **both)
    if when.least is not None and when.most is not None:
        return _("Only if your answer to question %(number)s is %(least)s to %(most)s.", **told)
    if when.least is not None:
        return _("Only if your answer to question %(number)s is %(least)s or more.", **told)
    if when.most is not None:
        return _("Only if your answer to question %(number)s is %(most)s or fewer.", **told)
    return _("Only if you answered question %(number)s.", **told)


def _after(asked: Sequence[Question]) -> Iterator[Block]:
    """How it may be quoted, as it is asked when answers are sent; and what happens with it."""
    numbers = numbers_of(asked)
    said = [number(numbers[one.key]) for one in asked if one.kind == "quote"]
    quote: list[Block] = [Heading(2, Text(_("How may we quote you?")))]
    if said:
        first = _("Only if you answered “%(answers)s” to question %(number)s.")
        quote.append(Notice(Text(first % {"answers": _("Yes"), "number": said[-1]})))
    quote.append(Paragraph(Text(_("Tick one."))))
    keys = [key for key in QUOTES if key != "no" or not said]
    quote.append(Boxes([Text(say(QUOTES[key])) for key in keys]))
    yield Together(quote)
    yield Together(
        [
            Heading(2, Text(_("What happens with it"))),
            Paragraph(
                Text(_("A named person reads it. You hear each time something happens to it."))
            ),
            Paragraph(Text(_("You can ask to see what was typed, and say if it is wrong."))),
            Paragraph(Text(_("You can take it back later. You need not say why."))),
        ]
    )
