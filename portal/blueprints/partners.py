"""Organisations: finding them, their profiles, and bringing a small group in."""

from functools import lru_cache
from textwrap import shorten
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict

from portal import access
from portal.access import page
from portal.catalogues import translations
from portal.contacts import contacts_shown, tell_whom_to_call
from portal.fields import Form
from portal.forms.partners import (
    IntroduceForm,
    ProfileForm,
    SearchForm,
    changes,
    complete_website,
    numbers_form,
    offer,
    profile,
    saved_meanwhile,
)
from portal.forms.seats import SENT
from portal.languages import LANGUAGES, current, say, words
from portal.pages import attempt, changed_meanwhile, render
from portal.paging import ROWS, Part, part_of_found
from portal.places import each, there
from portal.safe_html import safe_address
from trust import (
    agreements,
    capability,
    newcomers,
    numbers,
    partners,
    proposals,
    reach,
    seats,
    vouching,
)
from trust.agreements import STATES as AGREEMENT_STATES
from trust.directory import LETTERS, Asked, found, offered, places_of
from trust.exchange.identifiers import SCHEMES
from trust.negotiation import together
from trust.partners import CHANNELS, KINDS, WAYS_TO_SHARE, Kind, Partner, Region
from trust.passport import has_one as has_passport
from trust.records import Hidden, Ref
from trust.regions import communities
from trust.relationships import write as write_note
from trust.search import MOST

bp = Blueprint("partners", __name__)

COLUMNS = (Partner.id, Partner.name, Partner.kind, Partner.region_id, Partner.what)
LABELS = {
    "kind": _l("Kind"),
    "region": _l("Region"),
    "area": _l("Place"),
    "community": _l("There for"),
    "letter": _l("Begins with"),
}
FILTERS = tuple(LABELS)
TAG_COLOURS = {"in-force": "green", "declined": "grey", "ended": "grey", "replaced": "grey"}


def own_partner() -> Partner | None:
    """Whom this person acts for, if anyone: an administrator acts for no partner."""
    return access.acting_partner() if access.actor().acting_for is not None else None


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
    there_are = offered(session, actor, number_in(given.get("region", "")))
    regions = {str(id): name for id, name in there_are.regions.items()}
    names = {**said_in(translations()), "region": regions, "area": there_are.areas}
    chosen = {one: given.get(one, "") for one in FILTERS}
    chosen = {one: value for one, value in chosen.items() if value in names[one]}
    for one in ("kind", "region", "area", "community"):
        form[one].offer(names[one].items())
        form[one].data = chosen.get(one, "")
    typed = " ".join((form.words.data or "")[:200].split())
    asked = Asked(
        words=typed,
        kind=chosen.get("kind", ""),
        region_id=number_in(chosen.get("region", "")),
        area=chosen.get("area", ""),
        community=chosen.get("community", ""),
        letter=chosen.get("letter", ""),
        after=number_in(given.get("after", "")),
    )
    but = own.id if talk and own else None
    shown = {"words": typed, **chosen, "talk": "yes" if talk else ""}
    if not asked.narrow:
        shown["after"] = given.get("after", "")
    part = part_of_found(session, found(session, actor, asked, but=but), COLUMNS, MOST, **shown)
    places = {id: words(name) for id, name in there_are.regions.items()}
    href = each("partners.show")
    write = url_for("relationships.new")
    return render(
        "partners/index.html",
        blocks={"found"},
        form=form,
        part=part,
        most=MOST,
        searching=bool(typed or chosen),
        narrow=asked.narrow,
        # A list that was just picked from stays open for the next; a whole page shows what fits.
        picking=bool(chosen) and "HX-Request" in request.headers,
        chosen=[
            (
                LABELS[one],
                names[one][value] if one in ("kind", "community") else words(names[one][value]),
                _without(one, shown),
            )
            for one, value in chosen.items()
        ],
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


def number_in(value: str) -> int | None:
    """An id as an address has it, or None for what cannot be one."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None


@lru_cache(maxsize=50)
def said_in(words: Any) -> dict[str, dict[str, Any]]:
    """The names of what one can choose by everywhere, by the reader's ``words`` (translations)."""
    return {
        "kind": {kind.value: say(name) for kind, name in KINDS.items()},
        "community": {key: say(name) for key, name in communities().items()},
        "letter": {
            **{one: one.upper() for one in LETTERS},
            "0": "0–9",
            "other": _("Other letters"),
        },
    }


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


@bp.route("/partners/<id:id>")
@page(read="has-role")
def show(id: int) -> Any:
    """The profile in plain words, and what can be done from here. The old address of one that was
    here twice leads to the one that it is now."""
    try:
        partner = access.load(Partner, id, selectinload(Partner.identifiers))
    except Hidden:
        if (now := partners.leads_to(access.session(), id)) is None:
            raise
        return redirect(url_for("partners.show", id=now), 301)
    actor, session, own = access.actor(), access.session(), own_partner()
    ours = own is not None and own.id == partner.id
    tell_whom_to_call(own, partner)
    first = None
    if seats.give_first.allowed(actor, partner) and not vouching.left(session, partner):
        first = newcomers.first(session, partner, access.now())
    may_vouch = vouching.vouch.allowed(actor, partner)
    speechless = (may_vouch or ours) and vouching.nobody_speaks(session, partner, access.now())
    between = together(session, actor, own.id, partner.id) if own and not ours else []
    may_propose = (
        own is not None
        and not ours
        and agreements.propose.allowed(actor, own)
        and not any(
            one.work is None and one.state in (*agreements.OPEN, "in-force") for one in between
        )
    )
    asks = own is not None and not ours and partner.kind == Kind.COUNCIL
    asks = asks and own is not None and actor.holds("request:ask", Ref.of(own))
    return render(
        "partners/show.html",
        partner=partner,
        ours=ours,
        done=_done(ours, first),
        is_group=partner.kind == Kind.VCS,
        form=Form(),
        region=session.get(Region, partner.region_id) if partner.region_id else None,
        supporter=session.get(Partner, partner.supporter_id) if partner.supporter_id else None,
        website=partner.website if safe_address(partner.website) else "",
        kind=KINDS[Kind(partner.kind)],
        numbers=[
            (say(SCHEMES[one.scheme].name) if one.scheme in SCHEMES else one.scheme, one.number)
            for one in partner.identifiers
        ],
        ways=[WAYS_TO_SHARE[way] for way in partner.shares_by if way in WAYS_TO_SHARE],
        people=[name for key, name in communities().items() if key in partner.communities],
        reached_by=CHANNELS.get(partner.reached_by),
        contacts=contacts_shown(partner),
        may_vouch=may_vouch,
        speechless=speechless,
        first=first,
        may_say_help=ours and capability.say.allowed(actor, partner),
        sees_help=not ours and capability.of(session, actor, partner.id) is not None,
        has_passport=ours
        and has_passport(partner)
        and actor.holds("passport:write", Ref.of(partner)),
        proposed=proposals.waiting(session, actor, partner.id),
        may_correct=own is not None and not ours and proposals.propose.allowed(actor, own),
        supported=list(session.scalars(partners.supported_by(actor, partner))) if ours else [],
        may_edit=partners.edit.possible(actor, partner),
        may_reach=reach.may_write(actor, partner),
        may_introduce=ours and partners.introduce.possible(actor, partner),
        sees_people=ours and actor.holds("seat:read", Ref.of(partner)),
        sees_notes=own is not None and not ours and actor.holds("relationship:read", Ref.of(own)),
        may_write=own is not None and not ours and write_note.possible(actor, own),
        sees_agreements=ours and actor.holds("agreement:read", Ref.of(partner)),
        may_propose=may_propose,
        ask_href=there("requests.ask", council=partner.id) if asks else None,
        agreements=[
            {
                "title": _("Trust agreement"),
                "href": url_for("agreements.show", id=one.id),
                "text": words(one.project or one.purpose),
                "tag": say(AGREEMENT_STATES.names[one.state]),
                "colour": TAG_COLOURS.get(one.state),
            }
            for one in between
        ],
    )


def _done(ours: bool, first: newcomers.First | None) -> str:
    """What was just done here, as the address tells: to those who can do it only."""
    done = request.args.get("done", "")
    possible: tuple[str, ...] = ("checked", "saved", "reach") if ours else ()
    if first is not None and not first.here:
        possible = ("reach", SENT) if first.invited else ("reach", "introduced")
    return done if done in possible else ""


@bp.route("/partners/<id:id>/check", methods=["POST"])
@page(read="partner:edit", change="partner:edit")
def check(id: int) -> Any:
    """Say that the profile is still right."""
    partner = access.load(Partner, id)
    partners.check(access.act(request.form.get("token")), partner)
    return redirect(url_for("partners.show", id=partner.id, done="checked"), 303)


@bp.route("/partners/<id:id>/edit", methods=["GET", "POST"])
@page(read="partner:edit", change="partner:edit")
def edit(id: int) -> Any:
    """Put the profile right. If somebody saved it meanwhile, both texts are shown."""
    partner = access.load(Partner, id)
    if not partners.edit.possible(access.actor(), partner):
        raise Hidden("partner")
    region = partner.region_id and access.session().get(Region, partner.region_id)
    places = places_of(access.session(), partner.region_id)
    form = ProfileForm(data=profile(partner, places))
    offer(form, partner, places, region.key if region else "")
    saved: list[tuple[Any, str, str]] = []
    if request.method == "GET":
        form.version.data = partner.version
    elif form.validate_on_submit():
        website_fits = complete_website(form)
        differs = saved_meanwhile(form, partner)
        if differs and changed_meanwhile(form, partner):
            saved = differs
        elif website_fits and attempt(form, partners.edit, partner, **changes(form, partner)):
            return redirect(url_for("partners.show", id=partner.id, done="saved"), 303)
    lang = current().code
    return render(
        "partners/edit.html",
        form=form,
        partner=partner,
        saved=saved,
        elsewhere=[
            (LANGUAGES[code].own_name if code in LANGUAGES else code, code, text)
            for code, text in partner.what.items()
            if code != lang
        ],
    )


@bp.route("/partners/<id:id>/numbers", methods=["GET", "POST"])
@page(read="partner:edit", change="partner:edit")
def edit_numbers(id: int) -> Any:
    """Say which numbers the organisation has in public registers."""
    partner = access.load(Partner, id, selectinload(Partner.identifiers))
    if not numbers.put_right.possible(access.actor(), partner):
        raise Hidden("partner")
    form = numbers_form(partner)
    if form.validate_on_submit():
        given = {scheme: form[scheme].data or "" for scheme in numbers.asked_of(partner)}
        if attempt(form, numbers.put_right, partner, numbers=given):
            return redirect(url_for("partners.show", id=id, done="saved"), 303)
    return render("partners/numbers.html", form=form, partner=partner)


@bp.route("/partners/introduce", methods=["GET", "POST"])
@page(read="partner:introduce", change="partner:introduce")
def introduce() -> Any:
    """A supporter brings in a small group that it stands by."""
    own = access.acting_partner()
    form = IntroduceForm()
    same: list[Partner] = []
    if form.validate_on_submit():
        made = attempt(
            form,
            partners.introduce,
            own,
            name=form.name.data,
            what=form.what.data or "",
            lang=current().code,
            why=form.why.data,
            same_name=form.same_name.data,
        )
        if made:
            return redirect(url_for("partners.show", id=made.id, done="introduced"), 303)
        same = partners.of_name(access.session(), form.name.data, own.region_id)
    return render("partners/introduce.html", form=form, own=own, same=same)
