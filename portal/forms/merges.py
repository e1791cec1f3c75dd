"""What is asked when two organisations may be one: whose words stay, field by field."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.fields import Choose, Form, need
from portal.fields.form import Carried
from portal.forms.partners import ProfileForm, shown
from portal.languages import words
from trust.merging import FIELDS
from trust.partners import Partner
from trust.records import N_

KEPT, GONE = "kept", "gone"

LABELS = {
    name: field.args[0] for name, field in vars(ProfileForm).items() if hasattr(field, "args")
} | {"region_id": _l("Region"), "supporter_id": _l("Who stands by it")}


_ONE = need(N_("Choose one of the two"))


class CompareForm(Form):
    """One question for each field in which the two differ; the others are taken out."""

    name = Choose(LABELS["name"], _ONE)
    what = Choose(LABELS["what"], _ONE)
    whom = Choose(LABELS["whom"], _ONE)
    languages = Choose(LABELS["languages"], _ONE)
    website = Choose(LABELS["website"], _ONE)
    email = Choose(LABELS["email"], _ONE)
    phone = Choose(LABELS["phone"], _ONE)
    reached_by = Choose(LABELS["reached_by"], _ONE)
    shares_by = Choose(LABELS["shares_by"], _ONE)
    access_needs = Choose(LABELS["access_needs"], _ONE)
    help_wanted = Choose(LABELS["help_wanted"], _ONE)
    region_id = Choose(LABELS["region_id"], _ONE)
    supporter_id = Choose(LABELS["supporter_id"], _ONE)

    def compare(self, kept: Partner, gone: Partner, names: Mapping[str, Mapping[int, str]]) -> None:
        """Ask only where both say something and it is not the same."""
        for field in FIELDS:
            ours, theirs = value(kept, field, names), value(gone, field, names)
            if not ours or not theirs or ours == theirs:
                del self[field]
                continue
            self[field].offer([(KEPT, words(ours)), (GONE, words(theirs))])
            if self[field].data is None and not self.is_submitted():
                self[field].data = KEPT

    def chosen(
        self, kept: Partner, gone: Partner, names: Mapping[str, Mapping[int, str]]
    ) -> list[str]:
        """The fields in which the words of the one that goes stay: those that were chosen, and
        those of which the other says nothing."""
        return [
            field
            for field in FIELDS
            if (self[field].data == GONE if field in self else not value(kept, field, names))
            and value(gone, field, names)
        ]


class ApartForm(Form):
    """These two are two."""

    keep = Carried()
    gone = Carried()


def value(partner: Partner, field: str, names: Mapping[str, Mapping[int, str]]) -> Any:
    """What stands in a field, as it is read. ``names`` are those of regions and supporters."""
    held = getattr(partner, field)
    return names[field].get(held, "") if field in names else shown(field, held)
