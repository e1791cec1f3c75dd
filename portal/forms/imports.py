"""What is asked when somebody brings a file of organisations or areas in."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.fields import Form, Pick, Text, Upload, at_most, need
from portal.fields.form import Carried
from portal.languages import say
from trust.records import N_, Refused


class FileForm(Form):
    file = Upload(
        _l("The file"),
        need(N_("Choose a file")),
        accept=".csv,.xlsx",
        hint=_l("A CSV or XLSX file, up to 12 MB. Nothing is written yet: you see it first."),
    )
    region = Pick(_l("Region"), own_words=True, optional=True)
    new_region = Text(_l("Or a new region, by its name"), at_most(60), optional=True)

    def refused(self, refusal: Refused) -> None:
        """What is wrong with the file stands at the file, with what to do about it."""
        told = say(refusal.reason)
        if refusal.next_step:
            told = f"{told} {say(refusal.next_step)}"
        self.wrong("new_region" if refusal.field == "name" else "file", told)

    def one_region(self, needed: bool) -> bool:
        """Whether one region was chosen or named, or none where none is ``needed``. Adds an
        error otherwise."""
        chosen, named = bool(self.region.data), bool(self.new_region.data)
        if chosen and named:
            self.wrong("region", _("Choose a region, or name a new one. Not both"))
            return False
        if needed and not chosen and not named:
            self.wrong("region", _("Choose the region, or name a new one"))
            return False
        return True


class PartnersForm(FileForm):
    file = Upload(
        _l("The file"),
        need(N_("Choose a file")),
        accept=".csv,.xlsx,.json",
        hint=_l("CSV, XLSX or JSON, up to 12 MB. Nothing is written yet: you see it first."),
    )
    region = Pick(
        _l("Region"),
        own_words=True,
        hint=_l("New organisations go there. So do those that have no region yet."),
    )


class AreasForm(FileForm):
    region = Pick(
        _l("Region"),
        own_words=True,
        blank=_l("The council in the file"),
        hint=_l("Most files name the council. It becomes a region, if it is not one yet."),
    )


class SeenForm(Form):
    """The yes to a list. ``seen`` says which list it was."""

    seen = Carried()

    def refused(self, refusal: Refused) -> None:
        """The list on this page is the new one already: say so."""
        told = say(refusal.reason)
        if refusal.next_step:
            told = f"{told} {say(refusal.next_step)}"
        self.wrong(None, told)


class CouncilForm(Form):
    council = Pick(_l("Council"), own_words=True)


class RegionForm(Form):
    name = Text(
        _l("Name of the region"),
        [need(N_("Enter the name of the region")), at_most(60)],
        hint=_l("The name of its council, for example “Trafford”."),
    )


def choices(form: FileForm) -> dict[str, Any]:
    """What was chosen with the file, as it is kept beside it."""
    given = {"region": form.region.data, "new_region": form.new_region.data}
    return {key: value for key, value in given.items() if value}
