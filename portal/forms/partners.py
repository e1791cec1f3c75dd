"""What is asked about an organisation."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.fields import (
    ChooseMany,
    Email,
    Form,
    LongText,
    Phone,
    Pick,
    Text,
    Tick,
    at_most,
    need,
)
from portal.languages import current, say, words
from portal.safe_html import safe_address
from trust import numbers
from trust.exchange.identifiers import SCHEMES
from trust.installation import Region
from trust.partners import CHANNELS, KINDS, WAYS_TO_SHARE, Kind, Partner
from trust.profiles import MOST_AREAS
from trust.records import N_
from trust.regions import communities, communities_of
from trust.search import alike
from trust.standing_by import SUPPORTED

NO_REGION = _l("None: it works in more than one")
WEBSITE = re.compile(r"https?://[^\s/?#@:]+\.[^\s/?#@:.]{2,}(:[0-9]+)?([/?#]\S*)?", re.IGNORECASE)


class SearchForm(Form):
    words = Text(
        _l("What are you looking for?"),
        hint=_l("A name, a place, or what a group does. Beginnings of words are enough."),
        attributes={"autocomplete": "off", "maxlength": 200},
    )
    kind = Pick(_l("Kind"), blank=_l("Any kind"))
    region = Pick(_l("Region"), blank=_l("Any region"), own_words=True)
    area = Pick(_l("Place"), blank=_l("Any place"), own_words=True)
    community = Pick(_l("Whom it is there for"), blank=_l("Anybody"))


class ProfileForm(Form):
    name = Text(_l("Name"), [need(N_("Enter the name of the organisation")), at_most(200)])
    other_names = LongText(
        _l("Other names"),
        hint=_l("One on each line. Leave it empty if there are none."),
        rows=2,
        optional=True,
        safeguarding=False,
    )
    kind = Pick(_l("Kind"), hint=_l("To become another kind, ask whoever looks after this portal."))
    region_id = Pick(
        _l("Region"),
        blank=NO_REGION,
        own_words=True,
        optional=True,
        hint=_l("The numbers to call and the places to choose from go with it."),
    )
    what = LongText(_l("What you do"), rows=4, count=1000, optional=True)
    whom = LongText(_l("Whom you are there for"), rows=3, count=500, optional=True)
    communities = ChooseMany(_l("Which people is it for?"), optional=True)
    areas = ChooseMany(_l("Where do you work?"), optional=True)
    places = LongText(
        _l("Other places where you work"),
        hint=_l("One on each line."),
        rows=2,
        optional=True,
        safeguarding=False,
    )
    languages = LongText(
        _l("Languages you speak"), at_most(200), rows=2, optional=True, safeguarding=False
    )
    interpreter = Tick(_l("We would like an interpreter when we meet"))
    shares_by = ChooseMany(
        _l("How you like to share what you know"),
        choices=[(key, _l(way)) for key, way in WAYS_TO_SHARE.items()],
        optional=True,
    )
    access_needs = LongText(
        _l("What makes it easier for you to take part"),
        at_most(500),
        hint=_l("For example large print, a room without steps, or a call in the evening."),
        rows=2,
        optional=True,
        safeguarding=False,
    )
    help_wanted = LongText(
        _l("What help would be welcome"),
        at_most(500),
        hint=_l("For example somebody who writes a letter with you, or a room to meet in."),
        rows=2,
        optional=True,
        safeguarding=False,
    )
    reached_by = Pick(
        _l("How we reach you best"),
        blank=_l("Not said"),
        choices=[(key, _l(text)) for key, text in CHANNELS.items()],
    )
    phone = Phone(
        _l("Phone number of the organisation"),
        at_most(40),
        hint=_l("Everyone who signs in here can see it."),
        optional=True,
    )
    email = Email(_l("Email address of the organisation"), optional=True)
    shared_mailbox = Tick(_l("This is a shared mailbox: several of us read it"))
    website = Text(_l("Website"), at_most(290), optional=True)

    listed: tuple[str, ...] = ()
    """The places that are offered; see ``offer``."""

    def validate_places(self, field: LongText) -> None:
        """As many as a page has room for."""
        if len(self.areas.data or ()) + len(_lines(field.data or "")) > MOST_AREAS:
            raise ValidationError(_("Name %(most)s places or fewer", most=MOST_AREAS))


class ProposeForm(ProfileForm):
    """The same page, as somebody else would write it."""

    why = LongText(
        _l("How do you know?"),
        hint=_l("They read this."),
        rows=2,
        count=500,
        optional=True,
        safeguarding=False,
    )


class IntroduceForm(Form):
    name = Text(_l("Name of the group"), [need(N_("Enter the name of the group")), at_most(200)])
    what = LongText(
        _l("What does the group do?"),
        rows=3,
        count=500,
        hint=_l("In their words, if you can. They can change it."),
        optional=True,
    )
    why = LongText(
        _l("How do you know this group?"),
        need(N_("Say in a sentence how you know this group")),
        rows=3,
        count=500,
        safeguarding=False,
    )
    same_name = Tick(_l("No, this is another group with the same name"))


def numbers_form(partner: Partner) -> Form:
    """One box for each public register, with the numbers that the partner has there."""

    class NumbersForm(Form):
        pass

    asked = numbers.asked_of(partner)
    for key in asked:
        one = SCHEMES[key]
        hint = _("%(form)s For example %(example)s.", form=say(one.form), example=one.example)
        setattr(NumbersForm, key, Text(say(one.name), at_most(120), hint=hint, optional=True))
    return NumbersForm(data={key: numbers.typed(partner, key) for key in asked})


def offer(
    form: ProfileForm, partner: Partner, places: Iterable[str], regions: Sequence[Region]
) -> None:
    """Offer the regions, the places and the people of a partner's region, and what it holds
    already, and fill in what depends on them. What only whoever looks after the portal can change
    is not asked."""
    if partner.kind in SUPPORTED:
        form.kind.offer((kind.value, _l(KINDS[kind])) for kind in SUPPORTED)
    else:
        del form.kind
    if partner.kind == Kind.INFRASTRUCTURE:
        del form.region_id
    else:
        form.region_id.offer((one.id, words(one.name)) for one in regions)
    region = next((one.key for one in regions if one.id == partner.region_id), "")
    form.listed = tuple(places)
    form.areas.offer((one, words(one)) for one in form.listed)
    if not form.listed:
        form.areas.data = []  # a region without a list: there is nothing to choose or to get wrong
    known = communities_of(region)
    known |= {key: name for key, name in communities().items() if key in partner.communities}
    form.communities.offer((key, say(name)) for key, name in known.items())


def profile(partner: Partner, listed: Iterable[str] = ()) -> dict[str, Any]:
    """The profile as its form holds it; what it does in the language of this page. Places that
    are ``listed`` are ticked, others stand on lines."""
    plain = ("name", "whom", "languages", "interpreter", "shares_by", "access_needs")
    plain += ("help_wanted", "reached_by", "phone", "email", "shared_mailbox", "website")
    held = {alike(one): one for one in partner.areas}
    region = str(partner.region_id or "")
    ticked = [one for one in listed if held.pop(alike(one), None)]
    return {
        **{field: getattr(partner, field) for field in plain},
        "kind": str(partner.kind),
        "region_id": region,
        "what": partner.what.get(current().code, ""),
        "other_names": "\n".join(partner.other_names),
        "communities": [key for key in communities() if key in partner.communities],
        "areas": ticked,
        "places": "\n".join(held.values()),
    }


def complete_website(form: ProfileForm) -> bool:
    """People type a website without https://. What cannot be a website is an error, and False."""
    typed = form.website.data or ""
    if typed and "://" not in typed:
        typed = form.website.data = f"https://{typed}"
    if typed and not (WEBSITE.fullmatch(typed) and safe_address(typed)):
        form.wrong("website", _("Enter the address of a website, like example.org"))
        return False
    return True


def changes(form: ProfileForm, partner: Partner) -> dict[str, Any]:
    """What was typed, as ``edit`` takes it; what it does in other languages stays."""
    changes = {field: form[field].data or "" for field in profile(partner) if field in form}
    kind, region = changes.pop("kind", ""), changes.pop("region_id", "")
    if kind:
        changes["kind"] = Kind(kind)
    if "region_id" in form and form.region_id.raw_data:
        changes["region_id"] = int(region) if region else None
    listed = {alike(one): one for one in form.listed}
    typed = _lines(changes.pop("places"))
    named = (*(form.areas.data or ()), *(listed.get(alike(one), one) for one in typed))
    changes["areas"] = list({alike(one): one for one in named}.values())
    changes["communities"] = form.communities.data or []
    what = {lang: text for lang, text in partner.what.items() if lang != current().code}
    if form.what.data:
        what[current().code] = form.what.data
    changes["what"] = what
    changes["interpreter"] = bool(form.interpreter.data)
    changes["shared_mailbox"] = bool(form.shared_mailbox.data and form.email.data)
    changes["shares_by"] = form.shares_by.data or []
    changes["other_names"] = [name[:200] for name in _lines(form.other_names.data or "")]
    return changes


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.split("\n") if line.strip()]


def shown(field: str, value: Any, regions: Iterable[Region] = ()) -> str:
    """What stands in a field of a page, in words."""
    if field == "region_id":
        names = {str(one.id): one.name for one in regions}
        return names.get(str(value or ""), str(NO_REGION))
    if field == "kind" and value in KINDS:
        return say(KINDS[Kind(value)])
    if isinstance(value, list):
        keys = {"shares_by": WAYS_TO_SHARE, "communities": communities()}.get(field, {})
        return ", ".join(say(keys[one]) if one in keys else one for one in value)
    if isinstance(value, dict):
        return "\n".join(value.values())
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return say(CHANNELS[value]) if value in CHANNELS else str(value or "")


def saved_meanwhile(
    form: ProfileForm, partner: Partner, regions: Sequence[Region]
) -> list[tuple[Any, str, str]]:
    """The fields in which what was saved differs from what was typed: label, saved, typed."""
    return [
        (
            form[field].label.text,
            shown(field, now, regions),
            shown(field, form[field].data, regions),
        )
        for field, now in profile(partner, form.listed).items()
        if field in form and (now or None) != (form[field].data or None)
    ]
