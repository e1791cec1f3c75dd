"""Finding organisations: search, filters, and the list."""

from textwrap import shorten
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from portal import access
from portal.access import page
from portal.blueprints.partners.blueprint import bp, own_partner
from portal.finding import FILTERS, LABELS, finding
from portal.forms.partners import (
    SearchForm,
)
from portal.languages import words
from portal.pages import render
from portal.paging import ROWS, Part, part_of_found
from portal.places import each
from trust.directory import found
from trust.partners import Kind, Partner
from trust.records import Ref
from trust.relationships import write as write_note
from trust.search import MOST

COLUMNS = (Partner.id, Partner.name, Partner.kind, Partner.region_id, Partner.what)


@bp.route("/partners")
@page(read="has-role")
def index() -> Any:
    """The directory: find an organisation by its words, and by kind, region, place, whom it is
    there for, and first letter. To choose with whom one talked (``?talk=yes``), it begins with
    the groups of one's own region."""
    own = own_partner() if "talk" in request.args else None
    talk = own is not None and write_note.possible(access.actor(), own)
    given: MultiDict[str, str] = request.args
    if talk and own and not given.keys() & {*FILTERS, "words", "page"}:
        given = MultiDict({"kind": Kind.VCS.value, "region": str(own.region_id or "")})
    form = SearchForm(formdata=given, meta={"csrf": False})
    actor, session = access.actor(), access.session()
    looked = finding(session, actor, given)
    asked, chosen, names = looked.asked, looked.chosen, looked.names
    for one in ("kind", "region", "area", "community"):
        form[one].offer(names[one].items())
        form[one].data = chosen.get(one, "")
    but = own.id if talk and own else None
    shown = {"words": asked.words, **chosen, "talk": "yes" if talk else ""}
    if not asked.narrow:
        shown["after"] = given.get("after", "")
    part = part_of_found(session, found(session, actor, asked, but=but), COLUMNS, MOST, **shown)
    places = {id: words(name) for id, name in looked.regions.items()}
    href = each("partners.show")
    write = url_for("relationships.new")
    return render(
        "partners/index.html",
        blocks={"found"},
        form=form,
        part=part,
        most=MOST,
        searching=bool(asked.words or chosen),
        narrow=asked.narrow,
        place_gone=looked.place_gone,
        # A list that was just picked from stays open for the next; a whole page shows what fits.
        picking=bool(chosen) and "HX-Request" in request.headers,
        chosen=[(LABELS[one], looked.said(one), _without(one, shown)) for one in chosen],
        take="" if talk else url_for("directory.take", words=asked.words or None, **chosen),
        letters=_letters(shown, names["letter"]) if part.total > ROWS or asked.letter else [],
        letter=asked.letter,
        onward=_onward(part, shown) if not asked.narrow else "",
        talk=talk,
        may_introduce=actor.holds("partner:introduce", Ref("partner", actor.acting_for or 0)),
        items=[
            {
                "title": words(name),
                "href": f"{write}?with={id}" if talk else href(id),
                "text": _short(what) if what else "",
                "tag": "" if talk else names["kind"][kind],
                "at": places.get(region, ""),
            }
            for id, name, kind, region, what in part.rows
        ],
    )


def _address(shown: dict[str, str]) -> str:
    return url_for("partners.index", **{key: value for key, value in shown.items() if value})


def _without(one: str, shown: dict[str, str]) -> str:
    """The same list without one of its filters. Whoever chooses with whom they talked does not go
    back to what that list begins with."""
    rest = {key: value for key, value in shown.items() if key != one}
    return _address(rest) if any(rest[key] for key in rest if key != "talk") else _everything(rest)


def _everything(shown: dict[str, str]) -> str:
    return url_for("partners.index", **({"talk": "yes", "words": ""} if shown["talk"] else {}))


def _letters(shown: dict[str, str], names: dict[str, Any]) -> list[dict[str, Any]]:
    """Where the list goes on to names that begin with each letter."""
    at = _address({**shown, "after": "", "letter": "LETTER"})
    return [
        {"title": words(name), "href": at.replace("LETTER", key)} for key, name in names.items()
    ]


def _onward(part: Part, shown: dict[str, str]) -> str:
    """Where a list that is longer than it shows goes on, on its last page."""
    if not part.more or part.page < part.pages:
        return ""
    return _address({**shown, "after": str(part.rows[-1][0])})


def _short(what: dict[str, str]) -> Any:
    return words({lang: shorten(text, 160, placeholder="…") for lang, text in what.items()})
