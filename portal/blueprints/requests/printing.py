"""The questions of an open request on paper: in each language, and in large print."""

from typing import Any

from flask import current_app, request, url_for

from pilots.pilot import Pilot
from pilots.requests import Request
from portal import access
from portal.access import page
from portal.blueprints.requests.blueprint import bp
from portal.blueprints.requests.show import put_to_us
from portal.contacts import tell_coordinator
from portal.documents.questions import Call, questions
from portal.english import INVENTED
from portal.languages import offered, say, speaking
from portal.pages import render
from portal.receiving import handed_out_as_pdf
from trust.installation import Region
from trust.people import Person
from trust.records import Hidden
from trust.regions import settings_of


def _load(id: int) -> tuple[Request, Pilot]:
    """An open request of a pilot, for whoever may read it."""
    found = access.load(Request, id)
    if found.pilot_id is None or found.state != "open":
        raise Hidden("request")
    return found, access.session().get_one(Pilot, found.pilot_id)


@bp.route("/requests/<id:id>/print")
@page(read="signed-in")
def on_paper(id: int) -> Any:
    """What there is to print: one paper for each language and size."""
    found, pilot = _load(id)
    tell_coordinator(pilot)
    return render("requests/print.html", request_=found, printed_in=offered())


@bp.route("/requests/<id:id>/questions.pdf")
@page(read="signed-in")
def printed(id: int) -> Any:
    """The questions as a file to print (``?lang=ar&print=large``, or ``aloud``): for a partner
    that was asked, those that were put to it."""
    found, pilot = _load(id)
    asked = put_to_us(found)
    lang, size = request.args.get("lang", "en"), request.args.get("print", "usual")
    if lang not in {one.code for one in offered()} or size not in ("usual", "large", "aloud"):
        raise Hidden("request")
    session = access.session()
    contact = session.get(Person, pilot.contact_id)
    region = session.get_one(Region, pilot.region_id)
    with speaking(lang):
        made = questions(
            found,
            asked.version_asked if asked else found.newest,
            access.now(),
            call=Call(contact.name, contact.phone) if contact and contact.phone else None,
            worried=[
                Call(say(one.name), one.phone)
                for one in settings_of(region.key, region.name).numbers
                if one.key != "emergency"  # 999 stands in the sentence itself
            ],
            large=size == "large",
            aloud=size == "aloud",
            notice=say(INVENTED) if current_app.config["PORTAL"].demo else "",
        )
        name = f"questions-{found.code}-{lang}{'' if size == 'usual' else f'-{size}'}.pdf"
        return handed_out_as_pdf(made, name, url_for("requests.on_paper", id=id))
